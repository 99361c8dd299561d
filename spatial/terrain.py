"""Elevation grids and slope.

Slope is measured on the grid's own cells, whose size on the ground is worked out row by row when
the grid is in degrees: three arc-seconds at 42.5 degrees north are 93 m from south to north but only
69 m from west to east. Nothing is resampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS

from spatial.crs import degree_lengths_m
from spatial.errors import LayerError


@dataclass(frozen=True)
class Grid:
    """A north-up raster of one quantity. Void cells are NaN: unknown, never zero."""

    values: NDArray[Any]
    """(rows, columns), from north to south; 64 bits, of a raster of a hazard 32 where its file has no more."""
    transform: Affine
    """From column and row to the CRS's x and y; the corner (0, 0) is the north-western corner of the first cell."""
    crs: CRS

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.values.shape
        return rows, columns


def cell_size_m(grid: Grid) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Width and height of the cells of each row on the ground [m].

    Raises
    ------
    LayerError
        The grid is turned or not north-up, so that rows do not run from west to east.
    """
    step = grid.transform
    if step.b != 0 or step.d != 0 or step.a <= 0 or step.e >= 0:
        raise LayerError(
            "elevation: the grid is rotated or not north-up, so slopes cannot be measured on it; warp it to a "
            "north-up grid"
        )
    rows = grid.values.shape[0]
    if not grid.crs.is_geographic:
        to_m = float(grid.crs.axis_info[0].unit_conversion_factor)
        return np.full(rows, step.a * to_m), np.full(rows, -step.e * to_m)
    latitude = step.f + (np.arange(rows) + 0.5) * step.e
    sizes = np.array([degree_lengths_m(grid.crs, float(lat), step.a, -step.e) for lat in latitude]).reshape(-1, 2)
    return sizes[:, 0], sizes[:, 1]


def slope_deg(grid: Grid) -> NDArray[np.float64]:
    """Slope of the ground [degrees from level] by Horn's method [1]_.

    The gradient of each cell is taken from its eight neighbours, those beside it weighing twice those
    at the corners.

    Returns
    -------
    array
        The grid's shape; 0 is level. NaN where the cell or any of its neighbours is void or lies
        outside the grid: unknown, not level.

    Notes
    -----
    Exact on any plane. Turning the heights upside down, or adding a constant, changes nothing.

    References
    ----------
    .. [1] Horn, B. K. P. (1981). Hill shading and the reflectance map. Proc. IEEE 69(1), 14-47.
    """
    width_m, height_m = cell_size_m(grid)
    z = grid.values
    slope = np.full(z.shape, np.nan)
    if min(z.shape) < 3:
        return slope
    north, middle, south = z[:-2], z[1:-1], z[2:]
    east = north[:, 2:] + 2 * middle[:, 2:] + south[:, 2:]
    west = north[:, :-2] + 2 * middle[:, :-2] + south[:, :-2]
    upper = north[:, :-2] + 2 * north[:, 1:-1] + north[:, 2:]
    lower = south[:, :-2] + 2 * south[:, 1:-1] + south[:, 2:]
    rise_x = (east - west) / (8 * width_m[1:-1, None])
    rise_y = (upper - lower) / (8 * height_m[1:-1, None])
    slope[1:-1, 1:-1] = np.degrees(np.arctan(np.hypot(rise_x, rise_y)))
    slope[np.isnan(z)] = np.nan
    return slope
