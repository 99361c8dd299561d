from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from spatial.geometry import clipped, enclosed_gap_m2, overlap_m2, polygon_part, repaired

CRS = "EPSG:32628"
BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs=CRS, index=[f"u{n}" for n in range(len(shapes))])


def test_a_bow_tie_keeps_both_wings():
    fixed, invalid = repaired(series(BOW_TIE, box(5, 5, 6, 6)))
    assert invalid.tolist() == [True, False]
    assert fixed.is_valid.all()
    assert fixed.area.tolist() == [pytest.approx(2.0), 1.0]


def test_a_folded_ring_keeps_the_area_that_it_covers_twice():
    """The ring winds once round 9 - 1 and a second time round a square of 1 inside: that square is no hole."""
    folded = Polygon([(0, 0), (3, 0), (3, 3), (1, 3), (1, 1), (2, 1), (2, 2), (0, 2)])
    fixed, invalid = repaired(series(folded))
    assert invalid.all()
    assert fixed.iloc[0].area == pytest.approx(8.0)


def test_valid_polygons_are_untouched_and_the_input_is_not_written_into():
    shapes = series(BOW_TIE, box(0, 0, 1, 1))
    before = shapes.to_wkb().tolist()
    fixed, _ = repaired(shapes)
    assert shapes.to_wkb().tolist() == before
    assert fixed.iloc[1].equals_exact(box(0, 0, 1, 1), 0)
    assert list(fixed.index) == ["u0", "u1"]


def test_repairing_twice_changes_nothing_more():
    once, _ = repaired(series(BOW_TIE))
    twice, invalid = repaired(once)
    assert not invalid.any()
    assert twice.geom_equals(once).all()


def test_lines_and_points_are_left_out_of_a_collection():
    mixed = GeometryCollection(
        [box(0, 0, 1, 1), LineString([(0, 0), (9, 9)]), Point(3, 3), MultiPolygon([box(4, 0, 5, 1)])]
    )
    assert polygon_part(mixed).area == 2.0
    assert polygon_part(LineString([(0, 0), (1, 1)])).is_empty


def test_clipping_cuts_and_drops():
    features = gpd.GeoDataFrame(
        {"n": [1, 2, 3]}, geometry=[box(0, 0, 2, 1), box(5, 5, 6, 6), box(1, 0, 2, 1)], crs=CRS, index=["a", "b", "c"]
    )
    kept = clipped(features, box(0, 0, 1, 1))
    assert list(kept.index) == ["a"]
    assert kept.geometry.iloc[0].area == 1.0
    assert kept["n"].tolist() == [1]
    assert features.geometry.area.tolist() == [2.0, 1.0, 1.0]


def test_overlap_names_the_largest_pair_first():
    area, pairs = overlap_m2(series(box(0, 0, 10, 10), box(9, 0, 19, 10), box(0, 8, 10, 20)))
    assert area == pytest.approx(10 + 20 + 2)
    assert pairs.tolist() == [[0, 2], [0, 1], [1, 2]]


def test_touching_units_do_not_overlap():
    area, pairs = overlap_m2(series(box(0, 0, 10, 10), box(10, 0, 20, 10)))
    assert area == 0.0
    assert pairs.shape == (0, 2)


def test_a_gap_is_a_hole_between_units_not_the_world_outside():
    ring = [box(0, 0, 30, 10), box(0, 20, 30, 30), box(0, 10, 10, 20), box(20, 10, 30, 20)]
    assert enclosed_gap_m2(series(*ring)) == (pytest.approx(100.0), 1)
    assert enclosed_gap_m2(series(*ring, box(10, 10, 20, 20))) == (0.0, 0)
    assert enclosed_gap_m2(series(box(0, 0, 1, 1), box(5, 5, 6, 6))) == (0.0, 0)


def test_empty_input():
    fixed, invalid = repaired(series())
    assert len(fixed) == 0
    assert invalid.dtype == np.bool_


def test_a_repair_that_leaves_two_polygons_along_one_edge_is_made_one() -> None:
    ring = Polygon([(2, 0), (1, 0), (1, 1), (0, 0), (1, 0), (1, 1)])
    fixed, invalid = repaired(gpd.GeoSeries([ring], crs="EPSG:32628"))
    assert invalid.all()
    assert fixed.is_valid.all()
    assert fixed.area.tolist() == [1.0]
