"""Water on grids that can be worked out by hand (SYNTHETIC)."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from spatial import drainage
from spatial.drainage import Flow, cut, flow_over, heights_above, upslope_km2
from spatial.errors import LayerError
from spatial.terrain import Grid

UTM = CRS("EPSG:25831")


def grid(values, *, width_m: float = 100.0, height_m: float = 100.0) -> Grid:
    return Grid(np.array(values, dtype=float), Affine(width_m, 0, 0, 0, -height_m, 0), UTM)


def valley(rows: int = 9, columns: int = 7, *, width_m: float = 100.0) -> Grid:
    """A V: 5 m a cell up on either side of the middle column, which falls 1 m a cell to the south."""
    middle = columns // 2
    down, across = np.mgrid[:rows, :columns]
    return grid(5.0 * np.abs(across - middle) + (rows - 1 - down), width_m=width_m)


def target(flow: Flow, row: int, column: int) -> tuple[int, int]:
    return divmod(int(flow.downstream[row, column]), flow.downstream.shape[1])


def test_on_a_plane_water_runs_straight_down():
    flow = flow_over(grid(np.repeat(np.arange(6, 0, -1)[:, None] * 10.0, 5, axis=1)))
    assert [target(flow, 2, column) for column in range(1, 4)] == [(3, 1), (3, 2), (3, 3)]
    assert (flow.depth_m == 0).all()
    bottom = np.zeros((6, 5), dtype=bool)
    bottom[-1] = True
    found = heights_above(flow, bottom, np.zeros_like(bottom))
    assert found.most_m[:, 2].tolist() == [np.inf, 40, 30, 20, 10, 0]
    assert found.least_m[:, 2].tolist() == [0, 40, 30, 20, 10, 0]


def test_in_a_valley_heights_are_those_above_the_floor_cell_by_cell():
    flow = flow_over(valley())
    floor = np.zeros((9, 7), dtype=bool)
    floor[:, 3] = True
    found = heights_above(flow, floor, np.zeros_like(floor))
    assert found.most_m[1:-1].tolist() == [[np.inf, 10, 5, 0, 5, 10, np.inf]] * 7
    assert found.least_m[1:-1].tolist() == [[0, 10, 5, 0, 5, 10, 0]] * 7


def test_the_fall_is_measured_in_metres_on_the_ground():
    """Cells of 200 m by 100 m: down the side it falls 5 m in 200 m, askew 6 m in 224 m, which is steeper."""
    flow = flow_over(valley(width_m=200.0))
    floor = np.zeros((9, 7), dtype=bool)
    floor[:, 3] = True
    assert target(flow, 4, 1) == (5, 2)
    assert heights_above(flow, floor, np.zeros_like(floor)).most_m[4, 1:-1].tolist() == [12, 6, 0, 6, 12]


def test_cells_in_degrees_are_measured_in_metres_too():
    """At 60 degrees north a degree of longitude is half as long: the same valley falls more steeply to the side."""
    here = Grid(valley().values, Affine(1 / 1200, 0, 20, 0, -1 / 1200, 60), CRS("EPSG:4326"))
    assert target(flow_over(here), 4, 1) == (4, 2)
    width_m, height_m = 46.5, 92.9
    assert upslope_km2(flow_over(here), here)[4, 1] * 1e6 == pytest.approx(2 * width_m * height_m, rel=0.01)


def test_all_that_drains_through_a_cell_counts_its_own_cell_too():
    area_km2 = upslope_km2(flow_over(valley()), valley())
    assert area_km2[4, 1] == pytest.approx(0.02)
    assert [round(area_km2[row, 3], 9) for row in range(9)] == [round(0.07 * (row + 1), 9) for row in range(9)]


def test_a_depression_is_as_deep_as_it_is_below_where_it_overflows():
    """Level ground at 10 m with a hole of 3 m and 7 m, and a notch of 8 m on the way to the edge."""
    values = np.full((7, 7), 10.0)
    values[3, 2:4] = [7, 3]
    values[3, 4] = 8
    values[3, 5] = 8
    values[3, 6] = 6
    flow = flow_over(grid(values))
    assert flow.depth_m[3].tolist() == [0, 0, 1, 5, 0, 0, 0]
    assert flow.depth_m.sum() == 6
    assert [target(flow, 3, column) for column in (2, 3, 4, 5)] == [(3, 3), (3, 4), (3, 5), (3, 6)]


def test_a_river_in_a_depression_drains_it():
    values = np.full((7, 7), 10.0)
    values[2:5, 2:5] = 6.0
    river = np.zeros((7, 7), dtype=bool)
    river[3, 3] = True
    assert flow_over(grid(values)).depth_m.max() == 4
    flow = flow_over(grid(values), river)
    assert flow.depth_m.max() == 0
    assert heights_above(flow, river, np.zeros_like(river)).most_m[2, 2] == 0


def with_a_void(cells: int) -> Grid:
    """A plane that falls to the south, and in its middle a square void."""
    values = np.repeat(np.arange(60, 0, -1)[:, None] * 1.0, 60, axis=1)
    values[10 : 10 + cells, 10 : 10 + cells] = np.nan
    return grid(values)


def test_water_runs_over_a_small_hole_and_ends_at_a_large_one():
    small, large = flow_over(with_a_void(3)), flow_over(with_a_void(40))
    assert small.interpolated.sum() == 9
    assert target(small, 9, 11) == (10, 11)
    assert not large.interpolated.any()
    assert np.isnan(large.filled_m).sum() == 1600
    assert (large.rim[9, 10:50]).all()


def test_above_a_void_the_height_is_unknown_and_never_said_to_be_great():
    flow = flow_over(with_a_void(40))
    bottom = np.zeros((60, 60), dtype=bool)
    bottom[-1] = True
    found = heights_above(flow, bottom, np.zeros_like(bottom))
    assert np.isinf(found.most_m[5, 30])
    assert found.least_m[5, 30] == 4
    assert found.most_m[55, 30] == found.least_m[55, 30] == 4
    assert np.isnan(found.most_m[20, 20])


def test_water_that_may_come_from_beyond_the_edge_is_said():
    flow = flow_over(valley())
    assert cut(flow)[1:-1, 1:-1].tolist() == [[True] * 5] * 7  # the ridge is the rim here
    ridge = np.abs(np.mgrid[:9, :11][1] - 5.0)
    inside = flow_over(grid(5.0 * np.where(ridge < 5, ridge, 3) + np.arange(9)[::-1, None]))
    assert not cut(inside)[2:-1, 2].any()  # the hill stands two cells from the rim
    assert cut(inside)[2:-1, 5].all()  # the floor comes in at the northern edge


def test_what_nobody_knows_lowers_the_least_height_only():
    flow, floor, doubt = flow_over(valley()), np.zeros((9, 7), dtype=bool), np.zeros((9, 7), dtype=bool)
    floor[:, 3], doubt[4, 2] = True, True
    found = heights_above(flow, floor, doubt)
    assert (found.most_m[4, 1], found.least_m[4, 1]) == (10, 5)
    assert (found.most_m[5, 1], found.least_m[5, 1]) == (10, 10)


def test_water_on_heights_of_many_decimals_runs_in_no_circle():
    """Filled to the last bit of 32, a level lake would have waves on it."""
    rough = np.random.default_rng(3).random((60, 60)) * 1000
    flow = flow_over(grid(rough))
    filled = flow.filled_m.ravel()
    assert (filled[flow.downstream.ravel()] <= filled).all()
    assert np.abs(flow.filled_m - flow.depth_m + rough.min() - rough).max() < 0.001


def test_too_many_cells_are_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(drainage, "CELLS_LIMIT", 62)
    with pytest.raises(LayerError, match=r"has 63 cells .* resample it to larger cells"):
        flow_over(valley())


def test_a_model_without_any_height_has_no_water():
    flow = flow_over(grid(np.full((3, 4), np.nan)))
    assert len(flow.order) == 0
    assert (flow.downstream == -1).all()
