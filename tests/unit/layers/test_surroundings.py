from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from shapely import LineString, Point, box

from layers.surroundings import near, near_basemap, near_squares, near_ways, surroundings
from layers.types import Basemap
from spatial.network import WalkAreas, WalkWays
from spatial.traits import plain

UTM = CRS("EPSG:32628")
BOX = box(0, 0, 100, 100)


def ways(*lines):
    xy = np.array([p for line in lines for p in line], dtype=float)
    lengths = [len(line) for line in lines]
    n = len(lines)
    return WalkWays(
        UTM, np.arange(n), np.concatenate([[0], np.cumsum(lengths)]), np.arange(len(xy)), xy, np.zeros(len(xy), bool),
        np.array(["path"] * n, dtype=object), np.ones(n, bool), np.ones(n, bool), plain(n), np.zeros(len(xy), np.uint8),
    )  # fmt: skip


def test_the_box_grows_by_the_margin():
    assert surroundings(box(10, 10, 20, 30), 5).bounds == (5, 5, 25, 35)


def test_ways_with_a_vertex_inside_stay_whole():
    given = ways([(-500, 0), (-400, 0)], [(50, 50), (900, 50), (1000, 50)], [(500, 0), (600, 0)])
    kept = near_ways(given, BOX)
    assert kept.way_id.tolist() == [1]
    assert kept.offset.tolist() == [0, 3]
    assert kept.xy.tolist() == [[50, 50], [900, 50], [1000, 50]]
    assert kept.node_id.tolist() == [2, 3, 4]
    assert len(kept.cut) == 3
    assert len(kept.highway) == len(kept.forward) == 1


def test_nothing_changes_where_all_is_near():
    given = ways([(1, 1), (2, 2)])
    assert near_ways(given, BOX) is given


def test_squares_are_kept_the_same_way():
    shapes = [box(10, 10, 20, 20), box(500, 500, 510, 510)]
    xy = np.concatenate([np.array(s.exterior.coords) for s in shapes])
    start = np.zeros(10, bool)
    start[[0, 5]] = True
    given = WalkAreas(
        np.array(["way/1", "way/2"], object), np.array(shapes, object), np.array([0, 5, 10]), np.arange(10), xy, start
    )
    kept = near_squares(given, BOX)
    assert kept.area_id.tolist() == ["way/1"]
    assert kept.node_id.tolist() == [0, 1, 2, 3, 4]
    assert kept.ring_start.tolist() == [True, False, False, False, False]


def test_features_that_touch_stay_whole():
    given = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[box(90, 90, 200, 200), box(300, 0, 310, 10)], crs=UTM)
    kept = near(given, BOX)
    assert kept["n"].tolist() == [1]
    assert kept.geometry.iloc[0].area == 110 * 110


def test_the_basemap_is_cut():
    lines = gpd.GeoDataFrame(
        {"street_class": ["path", "path"]},
        geometry=[LineString([(50, 50), (150, 50)]), LineString([(100, -50), (200, 50)])],
        crs=UTM,
    )
    green = gpd.GeoDataFrame(
        {"green_class": ["park", "park"]}, geometry=[box(50, 50, 150, 150), box(100, 0, 150, 50)], crs=UTM
    )
    places = gpd.GeoDataFrame({"name": ["in", "out"]}, geometry=[Point(1, 1), Point(500, 1)], crs=UTM)
    cut = near_basemap(Basemap(lines, green, green, places), BOX)
    assert cut.streets.length.tolist() == [50.0]
    assert cut.green.area.tolist() == pytest.approx([2500.0])
    assert cut.places["name"].tolist() == ["in"]
