"""Ground near shapes: in bits of few corners, and the same ground as the whole (synthetic)."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from analyses.exposure import covered_share
from spatial.near_ground import in_bits, near_ground


def star(points, x, y, radius_m=60.0):
    angle = np.linspace(0, 2 * np.pi, points, endpoint=False)
    far = radius_m * (0.6 + 0.4 * np.cos(7 * angle))
    return Polygon(np.column_stack([x + far * np.cos(angle), y + far * np.sin(angle)]))


def test_bits_have_few_corners_and_are_the_whole_ground():
    whole = np.array([star(5_000, 0, 0), box(500, 0, 510, 10), Polygon()], dtype=object)
    bits = in_bits(whole)
    assert shapely.get_num_coordinates(bits).max() <= 128
    assert shapely.area(bits).sum() == pytest.approx(shapely.area(whole).sum(), rel=1e-12)
    assert shapely.symmetric_difference(shapely.union_all(bits), shapely.union_all(whole)).area < 1e-6
    assert len(in_bits(np.empty(0, dtype=object))) == 0


def test_ground_of_no_size_is_no_ground_and_many_corners_on_a_spot_end():
    assert len(in_bits(np.array([Polygon(), shapely.LineString([(0, 0), (1, 1)])], dtype=object))) == 0
    assert len(in_bits(np.array([star(500, 0, 0, radius_m=0.4)], dtype=object))) == 1


def test_each_shape_is_given_the_ground_around_it_alone():
    ground = np.array([star(5_000, 0, 0), star(300, 40, 0), box(500, 0, 510, 10)], dtype=object)
    shapes = np.array([box(200, 0, 210, 10), box(20, 20, 25, 25), Point(505, 5), box(505, 5, 520, 20)], dtype=object)
    touched, near = near_ground(shapes, ground)
    assert touched.tolist() == [1, 2, 3]
    assert shapely.get_num_coordinates(near).max() < 500
    assert near[1].equals(near[2])


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-80, 80), st.floats(-80, 80), st.integers(3, 900)), max_size=5), st.integers(0, 99))
def test_shares_are_those_of_the_whole_ground(places, seed):
    """Against the slow way: every shape cut with the union of all polygons."""
    ground = np.array([star(points, x, y) for x, y, points in places], dtype=object)
    rng = np.random.default_rng(seed)
    corner, size = rng.uniform(-120, 120, (40, 2)), rng.uniform(0.5, 60, (40, 2))
    shapes = np.concatenate([shapely.box(*corner.T, *(corner + size).T), shapely.points(corner)])
    whole = shapely.union_all(ground)
    expected = shapely.area(shapely.intersection(shapes[:40], whole)) / shapely.area(shapes[:40])
    found = covered_share(shapes, ground)
    assert np.abs(found[:40] - expected).max() < 1e-9
    assert found[40:].tolist() == shapely.intersects(shapes[40:], whole).astype(float).tolist()
