from __future__ import annotations

import math

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS, Geod

from spatial.errors import LayerError
from spatial.terrain import Grid, cell_size_m, slope_deg

UTM = CRS("EPSG:25831")
DEGREES = CRS("EPSG:4326")


def metric_grid(values: np.ndarray, width: float = 10.0, height: float = 10.0) -> Grid:
    return Grid(np.asarray(values, dtype=float), Affine(width, 0, 400_000, 0, -height, 4_700_000), UTM)


def slope_by_loop(grid: Grid) -> np.ndarray:
    """Horn's formula written out cell by cell, with cell sizes from geodesics between cell centres."""
    rows, cols = grid.values.shape
    out = np.full((rows, cols), np.nan)
    geod = Geod(ellps="WGS84")
    for r in range(1, rows - 1):
        for c in range(1, cols - 1):
            (a, b, d), (e, f, g), (h, i, j) = (grid.values[r + k, c - 1 : c + 2] for k in (-1, 0, 1))
            if grid.crs.is_geographic:
                lon, lat = (
                    grid.transform.c + (c + 0.5) * grid.transform.a,
                    grid.transform.f + (r + 0.5) * grid.transform.e,
                )
                width = geod.inv(lon - grid.transform.a, lat, lon + grid.transform.a, lat)[2] / 2
                height = geod.inv(lon, lat + grid.transform.e, lon, lat - grid.transform.e)[2] / 2
            else:
                width, height = grid.transform.a, -grid.transform.e
            east_west = ((d + 2 * g + j) - (a + 2 * e + h)) / (8 * width)
            north_south = ((h + 2 * i + j) - (a + 2 * b + d)) / (8 * height)
            out[r, c] = math.degrees(math.atan(math.sqrt(east_west**2 + north_south**2))) + 0 * f
    return out


def test_a_plane_has_the_slope_it_was_made_with():
    """Rises 3 m a cell of 10 m to the east and 4 m to the north: gradient 0.5, so 26.565 degrees."""
    rows, cols = np.mgrid[0:5, 0:6]
    slope = slope_deg(metric_grid(3.0 * cols - 4.0 * rows))
    assert slope[1:-1, 1:-1] == pytest.approx(math.degrees(math.atan(0.5)))


def test_cells_need_not_be_square():
    """A rise of 10 m a cell to the east, cells 10 m wide and 40 m high: 45 degrees."""
    _, cols = np.mgrid[0:4, 0:4]
    assert slope_deg(metric_grid(10.0 * cols, 10, 40))[1:-1, 1:-1] == pytest.approx(45.0)


def test_level_ground_is_zero_and_the_rim_unknown():
    slope = slope_deg(metric_grid(np.full((4, 5), 7.0)))
    assert (slope[1:-1, 1:-1] == 0).all()
    rim = np.ones((4, 5), dtype=bool)
    rim[1:-1, 1:-1] = False
    assert np.isnan(slope[rim]).all()


def test_a_void_makes_its_neighbours_unknown_not_level():
    values = np.zeros((7, 7))
    values[3, 3] = np.nan
    slope = slope_deg(metric_grid(values))
    unknown = np.argwhere(np.isnan(slope[1:-1, 1:-1])) + 1
    assert {tuple(int(v) for v in cell) for cell in unknown} == {(r, c) for r in (2, 3, 4) for c in (2, 3, 4)}


def test_a_grid_too_small_knows_no_slope():
    assert np.isnan(slope_deg(metric_grid(np.zeros((2, 9))))).all()


@pytest.mark.parametrize("crs", [UTM, DEGREES], ids=["metres", "degrees"])
def test_slope_equals_the_formula_cell_by_cell(crs):
    values = np.random.default_rng(7).uniform(800, 1200, (9, 11))
    values[2, 4] = np.nan
    step = Affine(1 / 1200, 0, 1.5, 0, -1 / 1200, 42.6) if crs is DEGREES else Affine(30, 0, 0, 0, -20, 0)
    grid = Grid(values, step, crs)
    np.testing.assert_allclose(slope_deg(grid), slope_by_loop(grid), rtol=1e-4)


def test_turning_heights_over_or_lifting_them_changes_nothing():
    values = np.random.default_rng(3).uniform(0, 100, (6, 6))
    slope = slope_deg(metric_grid(values))
    np.testing.assert_allclose(slope_deg(metric_grid(500 - values)), slope)


def test_cell_size_of_a_degree_grid_shrinks_northwards():
    grid = Grid(np.zeros((3, 3)), Affine(1, 0, 0, 0, -30, 75), DEGREES)
    width, height = cell_size_m(grid)
    assert width == pytest.approx([55_800, 96_486, 111_320], rel=0.001)
    assert height == pytest.approx([3_337_000, 3_323_000, 3_320_000], rel=0.005)


def test_cell_size_in_feet_is_told_in_metres():
    grid = Grid(np.zeros((3, 3)), Affine(10, 0, 0, 0, -10, 0), CRS("EPSG:2263"))
    assert cell_size_m(grid)[0] == pytest.approx(3.048, abs=1e-4)


def test_a_turned_grid_is_refused():
    with pytest.raises(LayerError, match="rotated"):
        slope_deg(Grid(np.zeros((3, 3)), Affine(1, 0.2, 0, 0.2, -1, 0), UTM))
