from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS, Transformer
from shapely import LineString, Point, box

from layers.surroundings import Surroundings, near, near_basemap, near_squares, near_ways, surroundings
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


def test_what_is_read_reaches_a_kilometre_beyond_any_search():
    keep = Surroundings.of(box(10, 20, 30, 50))
    assert (keep.left, keep.bottom, keep.right, keep.top) == (10 - 6000, 20 - 6000, 30 + 6000, 50 + 6000)
    assert keep.made_from() == (repr(keep),)
    assert keep.made_from() != Surroundings.of(box(10, 20, 30, 50.5)).made_from()


@pytest.mark.parametrize("epsg", [32628, 25831, 3035, 2326, 32760])
def test_every_place_of_the_box_lies_within_its_degrees(epsg):
    """Sides of the box are curved on the globe: in LAEA Europe 60 km off its centre a corner is not the northernmost."""
    crs = CRS.from_epsg(epsg)
    to_degrees = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*crs_middle(crs))
    keep = Surroundings(x - 60_000, y - 40_000, x + 60_000, y + 40_000)
    found = keep.degrees(crs)
    edge = np.linspace(0, 1, 1001)
    sides = [(x - 60_000 + 120_000 * edge, np.full(1001, y + dy)) for dy in (-40_000, 40_000)]
    sides += [(np.full(1001, x + dx), y - 40_000 + 80_000 * edge) for dx in (-60_000, 60_000)]
    for xs, ys in sides:
        lon, lat = to_degrees.transform(xs, ys)
        assert (lon >= found.west).all()
        assert (lon <= found.east).all()
        assert (lat >= found.south).all()
        assert (lat <= found.north).all()
    assert found.east - found.west < 4.0
    assert found.north - found.south < 2.0


def crs_middle(crs):
    west, south, east, north = crs.area_of_use.bounds
    return west + (east - west) * 0.3, south + (north - south) * 0.6


def test_a_box_across_the_180th_meridian_says_so_by_its_sides():
    crs = CRS.from_epsg(32701)  # its western edge is that meridian
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(-179.99, -17.0)
    found = Surroundings(x - 5_000, y - 5_000, x + 5_000, y + 5_000).degrees(crs)
    assert found.west > 179.9
    assert found.east < -179.9
