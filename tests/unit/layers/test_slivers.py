"""Synthetic shapes on a metric plane whose widest circle is known by hand."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from layers.slivers import holds_circle, wide_places


def holds(shape, width_m: float) -> bool:
    return bool(holds_circle(np.array([shape], dtype=object), np.array([float(width_m)]))[0])


@pytest.mark.parametrize(
    ("shape", "width_m"),
    [
        (box(0, 0, 4, 500), 4.0),  # a strip
        (box(0, 0, 50, 50), 50.0),  # a square
        (Polygon([(0, 0), (30, 0), (0, 40)]), 20.0),  # the circle inside a 30-40-50 triangle has the radius 10
        # A frame of 10 m: in its corner the circle touches two outer sides and the inner corner.
        (box(0, 0, 100, 100).difference(box(10, 10, 90, 90)), 20 * np.sqrt(2) / (1 + np.sqrt(2))),
        (Point(0, 0).buffer(10, quad_segs=200), 20.0),
    ],
)
def test_the_width_is_the_largest_circle(shape, width_m) -> None:
    assert holds(shape, width_m * 0.995)
    assert not holds(shape, width_m * 1.005)


def test_a_strip_exactly_as_wide_as_asked_is_wide_enough() -> None:
    assert holds(box(0, 0, 4, 500), 4.0)
    assert holds(shapely.affinity.rotate(box(0, 0, 4, 500), 33, origin=(0, 0)), 4.0)
    assert not holds(box(0, 0, 3.97, 500), 4.0)


def test_no_width_asks_for_nothing() -> None:
    assert holds(box(0, 0, 0.001, 0.001), 0.0)


def test_a_park_with_long_narrow_arms_is_a_park() -> None:
    arms = LineString([(0, 0), (3000, 0)]).buffer(1, cap_style="flat")  # 6,000 m2, 2 m wide
    meadow = box(3000, -15, 3030, 15)  # 900 m2
    assert holds(shapely.union_all([arms, meadow]), 30.0)
    assert not holds(arms, 4.0)


def test_a_narrow_piece_is_wide_where_its_place_is() -> None:
    pavement, park, median = box(0, 0, 100, 2), box(0, 2, 100, 40), box(0, 500, 100, 503)
    shapes = np.array([pavement, park, median], dtype=object)
    assert wide_places(shapes, np.array([4.0, 4.0, 4.0])).tolist() == [True, True, False]


def test_pieces_that_are_narrow_alone_and_wide_together() -> None:
    lanes = np.array([box(0, i, 100, i + 1) for i in range(5)], dtype=object)
    assert wide_places(lanes, np.full(5, 4.0)).all()
    assert wide_places(lanes, np.full(5, 5.0)).all()
    assert not wide_places(lanes, np.full(5, 5.1)).any()
    assert wide_places(lanes, np.array([5.1, 4.0, 6.0, 0.0, 2.0])).tolist() == [False, True, False, True, True]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 30)] * 2, *[st.integers(1, 12)] * 2), min_size=1, max_size=8),
    st.integers(1, 12),
)
def test_land_that_is_added_makes_nothing_narrower(rectangles, width_m) -> None:
    shapes = np.array([box(x, y, x + w, y + h) for x, y, w, h in rectangles], dtype=object)
    asked = np.full(len(shapes), float(width_m))
    alone, together = holds_circle(shapes, asked), wide_places(shapes, asked)
    assert (together >= alone).all()
    assert alone.tolist() == [min(w, h) >= width_m for _, _, w, h in rectangles]
