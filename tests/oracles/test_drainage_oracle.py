"""Water on random grids (SYNTHETIC) against a slow and obvious second answer: no heap, no order, one cell at a time."""

from __future__ import annotations

import numpy as np
import pytest
from affine import Affine
from pyproj import CRS

from spatial.drainage import cut, flow_over, heights_above, upslope_km2
from spatial.terrain import Grid

NEIGHBOURS = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1) if (down, right) != (0, 0)]
WIDTH_M, HEIGHT_M = 70.0, 90.0


def random_grid(seed: int, rows: int = 9, columns: int = 11) -> Grid:
    """Heights in whole metres, no two alike, that fall to the south more or less."""
    random = np.random.default_rng(seed)
    tilt = random.integers(0, 12)
    rough = random.permutation(rows * columns).reshape(rows, columns)
    values = rows * columns * (tilt * np.arange(rows)[::-1, None] + 0.0) + rough * 1.0
    return Grid(values, Affine(WIDTH_M, 0, 0, 0, -HEIGHT_M, 0), CRS("EPSG:25831"))


def around(cell, shape):
    for down, right in NEIGHBOURS:
        row, column = cell[0] + down, cell[1] + right
        if 0 <= row < shape[0] and 0 <= column < shape[1]:
            yield (row, column), np.hypot(down * HEIGHT_M, right * WIDTH_M)


def slowly_filled(values, outlets):
    """Of every cell the lowest level to which water has to rise to get out: improved until nothing changes."""
    level = np.where(outlets, values, np.inf)
    while True:
        before = level.copy()
        for cell in np.ndindex(values.shape):
            if not outlets[cell]:
                level[cell] = max(values[cell], min(level[other] for other, _ in around(cell, values.shape)))
        if (level == before).all():
            return level


def slowly_next(cell, level, depth):
    """The steepest neighbour below; on level water the cell where it overflows; None where water stays."""
    falls = [((level[cell] - level[other]) / run, other) for other, run in around(cell, level.shape)]
    steepest = max(falls)[0]
    if steepest > 0:
        return next(other for fall, other in falls if fall == steepest)
    lake, todo = {cell}, [cell]
    while todo:
        for other, _ in around(todo.pop(), level.shape):
            if level[other] == level[cell] and other not in lake:
                lake.add(other)
                todo.append(other)
    overflow = [other for other in lake if depth[other] == 0 and other != cell]
    return overflow[0] if overflow else None


def slow_height(cell, level, depth, drainage, rim):
    here = cell
    while here is not None:
        if drainage[here]:
            return level[cell] - level[here]
        if rim[here]:
            return np.inf
        here = slowly_next(here, level, depth)
    return np.inf


def rim_of(shape):
    rim = np.ones(shape, dtype=bool)
    rim[1:-1, 1:-1] = False
    return rim


@pytest.mark.parametrize("seed", range(12))
def test_heights_above_drainage_are_those_of_a_walk_downhill(seed):
    grid = random_grid(seed)
    flow, rim = flow_over(grid), rim_of(grid.shape)
    level = slowly_filled(grid.values, rim)
    assert (flow.filled_m.astype(float) + grid.values.min() == level).all()
    depth = level - grid.values
    assert (flow.depth_m == depth).all()
    # No drainage in the midst of a lake: by which of its cells water crosses it is nobody's business.
    drainage = (np.random.default_rng(seed + 100).random(grid.shape) < 0.15) & (depth == 0)
    found = heights_above(flow, drainage, np.zeros_like(drainage))
    for cell in np.ndindex(grid.shape):
        assert found.most_m[cell] == slow_height(cell, level, depth, drainage, rim), cell


@pytest.mark.parametrize("seed", range(12, 20))
def test_what_drains_through_a_cell_is_every_cell_whose_walk_comes_by(seed):
    grid = random_grid(seed)
    flow = flow_over(grid)
    count, from_rim = np.zeros(grid.shape), np.zeros(grid.shape, dtype=bool)
    for cell in np.ndindex(grid.shape):
        here, before = cell, None
        while here != before:
            count[here] += 1
            from_rim[here] |= rim_of(grid.shape)[cell]
            here, before = divmod(int(flow.downstream[here]), grid.shape[1]), here
    assert upslope_km2(flow, grid) == pytest.approx(count * WIDTH_M * HEIGHT_M / 1e6)
    assert (cut(flow) == from_rim).all()


@pytest.mark.parametrize("seed", range(20, 26))
def test_rivers_that_take_water_in_are_outlets(seed):
    grid = random_grid(seed)
    river = np.random.default_rng(seed).random(grid.shape) < 0.1
    flow = flow_over(grid, river)
    assert (flow.filled_m + grid.values.min() == slowly_filled(grid.values, rim_of(grid.shape) | river)).all()
