"""Geometry as whole numbers: what the page's script makes of it is where it was."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from maps import shapes

CRS = "EPSG:32628"
EAST, NORTH = 455_000.0, 3_110_000.0


def decoded(path: list[int]) -> np.ndarray:
    """As `linli.path` in the page does it: longitude and latitude."""
    return np.cumsum(np.array(path).reshape(-1, 2), axis=0) / shapes.STEPS_PER_DEGREE


def metres(path: list[int], *, ring: bool = True) -> shapely.Geometry:
    """The decoded path back in the study's CRS."""
    points = decoded(path)
    made = Polygon(points) if ring else LineString(points)
    return gpd.GeoSeries([made], crs="EPSG:4326").to_crs(CRS).iloc[0]


def square(column: float, row: float, size_m: float = 100.0) -> Polygon:
    left, bottom = EAST + column * 100, NORTH + row * 100
    return box(left, bottom, left + size_m, bottom + size_m)


def test_a_polygon_with_a_hole_comes_back_within_a_metre() -> None:
    ring = square(0, 0, 300).difference(square(1, 1))
    (feature,) = shapes.polygons(gpd.GeoSeries([ring], crs=CRS))
    (polygon,) = feature
    assert len(polygon) == 2
    assert metres(polygon[0]).hausdorff_distance(square(0, 0, 300)) < 1.0
    assert metres(polygon[1]).hausdorff_distance(square(1, 1)) < 1.0


def test_every_feature_keeps_its_place() -> None:
    mixed = gpd.GeoSeries([
        None, square(0, 0), Polygon(), MultiPolygon([square(0, 0), square(5, 5)]),
        GeometryCollection([Point(EAST, NORTH), square(2, 2)]), Point(EAST, NORTH),
        LineString([(EAST, NORTH), (EAST + 1, NORTH)]),
    ], crs=CRS)
    assert [len(feature) for feature in shapes.polygons(mixed)] == [0, 1, 0, 2, 1, 0, 0]


def test_a_polygon_smaller_than_a_step_is_left_out() -> None:
    assert shapes.polygons(gpd.GeoSeries([square(0, 0, 0.01)], crs=CRS)) == [[]]


def test_neighbours_do_not_gape_after_simplification() -> None:
    x = np.linspace(0, 1000, 200)
    border = [(EAST + a, NORTH + 500 + 8 * np.sin(a / 30)) for a in x]
    lower = Polygon([*border, (EAST + 1000, NORTH), (EAST, NORTH)])
    upper = Polygon([*border, (EAST + 1000, NORTH + 1000), (EAST, NORTH + 1000)])
    below, above = (feature[0][0] for feature in shapes.polygons(gpd.GeoSeries([lower, upper], crs=CRS), 5.0))
    assert len(below) < 200  # it was simplified
    assert Polygon(decoded(below)).intersection(Polygon(decoded(above))).area == pytest.approx(0, abs=1e-15)
    assert Polygon(decoded(below)).union(Polygon(decoded(above))).geom_type == "Polygon"
    assert len(Polygon(decoded(below)).union(Polygon(decoded(above))).interiors) == 0


def test_lines_and_points() -> None:
    line = LineString([(EAST, NORTH), (EAST + 50, NORTH), (EAST + 50, NORTH + 70)])
    (path,) = shapes.lines(gpd.GeoSeries([line], crs=CRS))
    assert metres(path, ring=False).hausdorff_distance(line) < 1.0
    places = gpd.GeoSeries([Point(EAST, NORTH), square(3, 3)], crs=CRS)
    west, north = decoded(shapes.points(places)), places.representative_point().to_crs("EPSG:4326")
    assert np.abs(west - np.column_stack([north.x, north.y])).max() <= 0.5 / shapes.STEPS_PER_DEGREE + 1e-12


def test_nothing_makes_nothing() -> None:
    empty = gpd.GeoSeries([], crs=CRS)
    assert shapes.polygons(empty, 1.0) == []
    assert shapes.lines(empty, 1.0) == []
    assert shapes.points(empty) == []
