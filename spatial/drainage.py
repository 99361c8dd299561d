"""Where water runs on an elevation grid, and how high the ground lies above the drainage that it runs to.

Depressions are filled by priority-flood (pyflwdir); then every cell runs to the neighbour to which it falls most
steeply, measured in metres on the ground, so that cells of 68 m by 93 m need no resampling. Nothing is taken for dry
that the grid does not tell: see `heights_above`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from spatial import drainage_loops as loops
from spatial.compiled import compiled, plain
from spatial.elevation import fill_holes
from spatial.errors import LayerError
from spatial.terrain import Grid, cell_size_m

CELLS_LIMIT = 13_000_000
"""A tile of one degree at one arc-second: 8 seconds and half a gigabyte."""
_VOID = np.float32(-9999.0)
_STEPS_A_M = 1024
"""Heights are rounded to such parts of a metre: sums and differences are then exact in 32 bits, and level is level."""
_AROUND = np.ones((3, 3), dtype=bool)
_STEPS = {1: (0, 1), 2: (1, 1), 4: (1, 0), 8: (1, -1), 16: (0, -1), 32: (-1, -1), 64: (-1, 0), 128: (-1, 1)}
"""Directions as the library writes them -> rows down, columns right; all else is no step."""


@dataclass(frozen=True)
class Flow:
    """Water over a grid. All arrays have the grid's shape, but for the order."""

    filled_m: NDArray[np.float32]
    """Heights above the lowest cell, with depressions filled to where they overflow; NaN is void."""
    depth_m: NDArray[np.float32]
    """How deep each cell lies below that; 0 where it lies in no depression, NaN is void."""
    downstream: NDArray[np.int32]
    """Flat index of the cell that each runs to; its own where water leaves what is known, -1 of a void."""
    rim: NDArray[np.bool_]
    """Cells beside the edge of the grid or a void: water may come from there, or leave."""
    order: NDArray[np.int32]
    """Flat indices of the cells, each before the one that it runs to."""
    interpolated: NDArray[np.bool_]
    """Cells without a height, in holes small enough to let water run over them."""


def flow_over(grid: Grid, outlets: NDArray[np.bool_] | None = None) -> Flow:
    """Where water runs, after depressions are filled [1]_ to where they overflow.

    Water leaves at the edge of the grid, at voids, and at `outlets`; small holes are interpolated first
    (`spatial.elevation.fill_holes`). Every other cell runs to the neighbour to which it falls most steeply (D8 [2]_);
    on level ground, filled or not, towards where it overflows.

    Parameters
    ----------
    grid
        Heights [m]; NaN is void.
    outlets
        Cells that take water in, such as mapped rivers: what surrounds one is not filled above it.

    Raises
    ------
    LayerError
        More than `CELLS_LIMIT` cells, or a turned grid.

    Notes
    -----
    A constant added to all heights changes nothing. Filled ground never lies below the ground, and never rises on
    the way down.

    References
    ----------
    .. [1] Wang, L. and Liu, H. (2006). International Journal of Geographical Information Science 20(2), 193-213.
    .. [2] O'Callaghan, J. F. and Mark, D. M. (1984). Computer Vision, Graphics, and Image Processing 28(3), 323-344.
    """
    rows, columns = grid.shape
    if rows * columns > CELLS_LIMIT:
        raise LayerError(
            f"elevation: has {rows * columns:,} cells around the communities, and water is followed over "
            f"{CELLS_LIMIT:,} at most, lest it fill the memory; resample it to larger cells (gdalwarp -tr): 10 to 30 m "
            "do for a screening"
        )
    width_m, height_m = cell_size_m(grid)
    ground, interpolated = _ground(grid)
    known = ground != _VOID
    rim = known & ~ndimage.binary_erosion(known, _AROUND)
    filled, given = _filled(ground, rim if outlets is None else rim | (outlets & known))
    downstream = compiled(loops.steepest)(filled, known, given, plain(width_m, float), plain(height_m, float))
    order = compiled(loops.down_order)(downstream)
    assert len(order) == known.sum(), "water that runs in circles"
    filled[~known] = np.nan
    depth = filled - ground
    return Flow(filled, depth, downstream.reshape(rows, columns), rim, order, interpolated)


def _ground(grid: Grid) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Heights above the lowest cell, small holes interpolated, and which cells these are."""
    if not np.isnan(grid.values).any():
        heights, interpolated = grid.values.copy(), np.zeros(grid.shape, dtype=bool)
    else:
        whole, interpolated = fill_holes(grid)
        heights = whole.values
    void = np.isnan(heights)
    heights -= np.nanmin(heights) if not void.all() else 0.0
    heights *= _STEPS_A_M
    np.rint(heights, out=heights)
    heights /= _STEPS_A_M
    heights[void] = _VOID
    return heights.astype(np.float32), interpolated


def _filled(ground: NDArray[np.float32], outlets: NDArray[np.bool_]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Filled heights, and the step from each cell towards where it overflows."""
    # Imported here: it compiles some of its functions as it is imported, and few studies need it.
    from pyflwdir import fill_depressions

    steps = np.zeros((256, 2), dtype=np.int8)
    for code, step in _STEPS.items():
        steps[code] = step
    starts = np.flatnonzero(outlets)
    if not len(starts):
        return ground.copy(), np.zeros((*ground.shape, 2), dtype=np.int8)
    filled, directions = fill_depressions(ground, nodata=_VOID, idxs_pit=starts)
    return filled, steps[directions]


def upslope_km2(flow: Flow, grid: Grid) -> NDArray[np.float64]:
    """Area that drains through each cell [km2], its own included; 0 of a void. Where `cut` it may be more."""
    width_m, height_m = cell_size_m(grid)
    own = np.broadcast_to((width_m * height_m / 1e6)[:, None], grid.shape)
    return _gathered(flow, np.where(flow.downstream < 0, 0.0, own))


def cut(flow: Flow) -> NDArray[np.bool_]:
    """Cells through which more may drain than is known: the rim, and all that it runs to."""
    found: NDArray[np.bool_] = _gathered(flow, flow.rim.astype(float)) > 0
    return found


def _gathered(flow: Flow, own: NDArray[np.float64]) -> NDArray[np.float64]:
    amount = own.ravel().copy()
    compiled(loops.gathered)(flow.order, flow.downstream.ravel(), amount)
    return amount.reshape(own.shape)


@dataclass(frozen=True)
class Heights:
    """How high each cell lies above the drainage that it runs to [m]."""

    most_m: NDArray[np.float32]
    """Above the first cell on its way that is drainage; inf where water is lost at the rim before, NaN is void."""
    least_m: NDArray[np.float32]
    """Above the first cell that is or may be drainage, the rim included."""


def heights_above(flow: Flow, drainage: NDArray[np.bool_], doubtful: NDArray[np.bool_]) -> Heights:
    """Height above the nearest drainage [m], along the way that water takes [1]_ [2]_.

    The height of a cell, depressions filled, less that of the first cell of drainage downstream of it.

    Parameters
    ----------
    drainage
        Cells that are drainage; voids are none.
    doubtful
        Cells of which nobody knows; the rim is doubtful in any case.

    Returns
    -------
    Heights
        Both are the same, but where a doubtful cell or the rim lies on the way; 0 in drainage itself.

    Notes
    -----
    More drainage never makes any height greater.

    References
    ----------
    .. [1] Rennó, C. D. et al. (2008). Remote Sensing of Environment 112(9), 3469-3481.
    .. [2] Nobre, A. D. et al. (2011). Journal of Hydrology 404(1-2), 13-29.
    """
    filled = flow.filled_m
    most = filled - _first_below(flow, np.where(drainage, filled, np.float32(np.nan)), drainage | flow.rim)
    most[np.isnan(most) & ~np.isnan(filled)] = np.inf
    return Heights(most, filled - _first_below(flow, filled, drainage | doubtful | flow.rim))


def _first_below(flow: Flow, level: NDArray[np.float32], stop: NDArray[np.bool_]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = compiled(loops.first_below)(
        flow.order, flow.downstream.ravel(), plain(level.ravel(), np.float32), plain(stop.ravel(), bool)
    )
    return found.reshape(level.shape)
