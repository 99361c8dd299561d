"""Shares of cells in zones, on grids small enough to be worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from affine import Affine
from pyproj import CRS
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box

from spatial.errors import LayerError
from spatial.terrain import Grid
from spatial.zonal import Cells, any_shares, coverage, on_cells, range_shares
from tests.zonal_matrix import matrix_of

UTM = CRS("EPSG:32628")
GRID = Cells(3, 4, Affine(10, 0, 0, 0, -10, 30), UTM)
"""Three rows of four cells of 10 m; the first cell is the north-western one."""


def zones(*shapes, crs=UTM):
    return gpd.GeoSeries(list(shapes), crs=crs)


def shares(*shapes, cells=GRID):
    return matrix_of(coverage(zones(*shapes), cells)).toarray().reshape(len(shapes), cells.rows, cells.columns)


def known_share(found, values):
    return range_shares(found, values, np.empty(0), np.empty(0))[1].tolist()


def test_a_box_over_half_of_some_cells():
    (found,) = shares(box(5, 5, 25, 20))
    assert found.tolist() == [[0, 0, 0, 0], [0.5, 1, 0.5, 0], [0.25, 0.5, 0.25, 0]]


def test_a_triangle_over_half_a_cell_and_an_island_in_another():
    triangle, ring = Polygon([(0, 20), (10, 20), (0, 30)]), box(10, 0, 40, 30) - box(20, 10, 30, 20)
    found = shares(triangle, ring)
    assert found[0].tolist() == [[0.5, 0, 0, 0], [0] * 4, [0] * 4]
    assert found[1].tolist() == [[0, 1, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1]]


def test_parts_of_one_zone_add_up_and_the_way_its_rings_turn_does_not_matter():
    parts = MultiPolygon([box(0, 0, 5, 10), box(30, 20, 40, 25)])
    found = shares(parts, parts.reverse())
    assert found[0].tolist() == [[0, 0, 0, 0.5], [0] * 4, [0.5, 0, 0, 0]]
    assert (found[0] == found[1]).all()


@pytest.mark.parametrize("beyond", [box(-100, -100, 100, 100), Polygon([(-500, 15), (20, 600), (900, 15), (20, -700)])])
def test_a_zone_around_the_grid_covers_all_of_it(beyond):
    assert (shares(beyond) == 1).all()


@pytest.mark.parametrize(
    "elsewhere", [box(-20, 0, 0, 30), box(40, 0, 50, 30), box(0, 30, 40, 50), box(0, -9, 40, 0), box(50, 50, 60, 60)]
)
def test_a_zone_beside_the_grid_covers_none_of_it_and_is_unknown(elsewhere):
    found = coverage(zones(elsewhere), GRID)
    assert matrix_of(found).nnz == 0
    assert known_share(found, np.ones((3, 4))) == [0.0]


def test_what_reaches_beyond_the_grid_is_known_in_part():
    found = coverage(zones(box(30, 0, 50, 10), box(-10, 20, 10, 40)), GRID)
    assert known_share(found, np.full((3, 4), 7.0)) == [0.5, 0.25]


def test_cells_without_value_are_left_out_and_told():
    values = np.full((3, 4), 2.0)
    values[2, 0] = np.nan
    found = coverage(zones(box(0, 0, 20, 10), box(0, 0, 5, 5), box(5, 5, 25, 20)), GRID)
    assert known_share(found, values) == pytest.approx([0.5, 0, 2.75 / 3])


def test_a_point_lies_in_one_cell_and_on_a_border_in_the_later_one():
    points = zones(Point(5, 25), Point(10, 25), Point(10, 20), Point(40, 5), box(0, 0, 40, 10), Point(39.9, 0.1))
    matrix = matrix_of(coverage(points, GRID)).toarray()
    assert [row.nonzero()[0].tolist() for row in matrix] == [[0], [1], [5], [], [8, 9, 10, 11], [11]]
    assert coverage(points, GRID).size.tolist() == [1, 1, 1, 1, 4, 1]


def test_an_empty_zone_covers_nothing():
    found = coverage(zones(Polygon(), box(0, 0, 10, 10), Point()), GRID)
    assert found.size.tolist() == [0, 1, 0]
    assert known_share(found, np.ones((3, 4))) == [0, 1, 0]


CODES = np.array([[0, 0, 1, 2], [0, 1, 1, 2], [np.nan, 1, 9, 2]])
THREE = (box(0, 0, 40, 30), box(5, 5, 25, 20), Point(1, 1))


def test_shares_by_class_leave_out_what_is_unknown():
    stated = np.array([0.0, 1.0, 2.0])
    found, known = range_shares(coverage(zones(*THREE), GRID), CODES, stated, stated)
    assert found[0].tolist() == pytest.approx([3 / 12, 4 / 12, 3 / 12])
    assert found[1].tolist() == pytest.approx([0.5 / 3, 2 / 3, 0])
    assert found[2].tolist() == [0, 0, 0]
    assert known.tolist() == pytest.approx([11 / 12, 2.75 / 3, 0])
    assert range_shares(coverage(zones(box(1, 13, 2, 14)), GRID), CODES, stated, stated)[0].tolist() == [[1, 0, 0]]


def test_inside_any_of_several_rasters_is_inside_and_unknown_what_one_does_not_know():
    found, ranges = coverage(zones(*THREE), GRID), (np.array([1.0, 9.0]), np.array([2.0, 9.0]))
    inside, known = any_shares(found, [(CODES, *ranges)])
    assert inside.tolist() == pytest.approx([8 / 12, (2 + 0.25) / 3, 0])
    assert known.tolist() == pytest.approx([11 / 12, 2.75 / 3, 0])
    other = np.zeros((3, 4), np.float32)
    other[2, 0], other[0, 0], other[2, 1] = 2, np.nan, np.nan  # the last is inside by the first raster
    rasters = [(CODES, *ranges), (other, np.array([1], np.float32), np.array([2], np.float32))]
    for both in (rasters, rasters[::-1]):
        inside, known = any_shares(found, both)
        assert inside.tolist() == pytest.approx([9 / 12, 2.5 / 3, 1])
        assert known.tolist() == pytest.approx([11 / 12, 1, 1])


def test_a_turned_grid_is_taken_as_it_lies():
    turned = Cells(2, 2, Affine(8, 6, 100, 6, -8, 100), UTM)  # cells of 10 m
    corner = [(100, 100), (108, 106), (108 + 9, 106 - 12), (100 + 9, 100 - 12)]  # one cell wide, one and a half long
    (found,) = shares(Polygon(corner), cells=turned)
    assert found.ravel().tolist() == pytest.approx([1, 0, 0.5, 0], abs=1e-12)


def test_a_grid_from_south_to_north_is_taken_as_it_lies():
    upward = Cells(3, 4, Affine(10, 0, 0, 0, 10, 0), UTM)
    (found,) = shares(box(5, 5, 25, 20), cells=upward)
    assert found.tolist() == [[0.25, 0.5, 0.25, 0], [0.5, 1, 0.5, 0], [0, 0, 0, 0]]


def test_zones_in_another_crs_are_refused_and_can_be_brought():
    square = zones(box(442_000, 3_110_000, 442_400, 3_110_400))
    lon, lat = square.to_crs(4326).total_bounds[:2]
    fine = Cells(100, 100, Affine(0.0001, 0, lon - 0.002, 0, -0.0001, lat + 0.007), CRS("EPSG:4326"))
    with pytest.raises(LayerError, match="bring them to the raster first"):
        coverage(square, fine)
    found = coverage(on_cells(square, fine), fine)
    ground_m2 = matrix_of(found).sum() * 0.0001**2 * 111_320 * 110_850 * np.cos(np.radians(lat))
    assert ground_m2 == pytest.approx(400**2, rel=2e-3)
    assert known_share(found, np.ones((100, 100))) == [1.0]
    assert on_cells(square, GRID) is square


def test_straight_lines_bend_between_two_crs():
    wide = zones(box(442_000, 3_110_000, 542_000, 3_110_001))
    cells = Cells(1, 1, Affine(0.01, 0, -15.6, 0, -0.01, 28.1), CRS("EPSG:4326"))
    assert len(on_cells(wide, cells).iloc[0].exterior.coords) > 5


def test_lines_and_clouds_of_points_are_refused():
    with pytest.raises(LayerError, match="1 of 2 are lines"):
        coverage(zones(LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)), GRID)
    with pytest.raises(LayerError, match="several points"):
        coverage(zones(MultiPoint([(0, 0), (1, 1)])), GRID)


def test_the_same_cells_are_told_from_others():
    grid = Grid(np.zeros((3, 4)), GRID.transform, UTM)
    assert Cells.of(grid).same_as(GRID)
    assert not GRID.same_as(Cells(3, 4, Affine(10, 0, 5, 0, -10, 30), UTM))
    assert not GRID.same_as(Cells(4, 3, GRID.transform, UTM))
    assert not GRID.same_as(Cells(3, 4, GRID.transform, CRS("EPSG:32629")))
