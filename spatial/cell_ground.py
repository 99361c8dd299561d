"""The ground of some cells of a grid, as polygons."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.zonal import Cells


def ground_of(chosen: NDArray[np.bool_], cells: Cells) -> NDArray[np.object_]:
    """Polygons in the CRS of the cells that together are the chosen cells; none overlaps another.

    Cells side by side in a row are one rectangle, with a corner at every cell so that it can be brought to another CRS.
    """
    rows = np.zeros((cells.rows, cells.columns + 2), dtype=np.int8)
    rows[:, 1:-1] = chosen
    change = np.diff(rows, axis=1)
    row, first = np.nonzero(change == 1)
    _, beyond = np.nonzero(change == -1)
    step = cells.transform
    shapes = shapely.box(first, row, beyond, row + 1)

    def placed(points: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = points[:, 0], points[:, 1]
        return np.column_stack([step.a * x + step.b * y + step.c, step.d * x + step.e * y + step.f])

    polygons: NDArray[np.object_] = np.atleast_1d(shapely.transform(shapely.segmentize(shapes, 1.0), placed))
    return polygons
