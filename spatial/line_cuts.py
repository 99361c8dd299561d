"""Lines cut wherever they may pass from one ground to another: at outlines of polygons, and between cells of rasters.

No piece crosses an outline or the border of a cell, so its middle tells where all of it lies. That holds for any
number of layers at once, whatever their grids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from spatial.line_parts import meetings
from spatial.zonal import Cells, in_cells, on_cells

_STRAIGHT_M = 100.0
"""A straight line so long bends by less than a millimetre between two CRS."""


@dataclass(frozen=True)
class LinePieces:
    """Pieces of lines, by line, then place; those of a line add up to it."""

    line: NDArray[np.int64]
    length_m: NDArray[np.float64]
    middle: NDArray[np.object_]
    """Points."""


def cut_lines(
    lines: NDArray[np.object_], polygons: NDArray[np.object_], grids: Sequence[Cells], crs: CRS
) -> LinePieces:
    """Cut lines at the outlines of polygons and at the borders of cells.

    Parameters
    ----------
    lines : array of shapely LineStrings
        In `crs`, metric.
    polygons : array of shapely polygons
        In `crs`; may overlap.
    grids : sequence of Cells
        In any CRS; may be turned, and lie askew to each other.
    crs : CRS

    Returns
    -------
    LinePieces
        Every segment is at least one piece. A piece that runs along an outline or a border lies on it as a whole.

    Raises
    ------
    LayerError
        The shift between the datums of the lines and of a grid is not known.

    Notes
    -----
    Lengths of the pieces add up to those of the lines.
    """
    divided = lines if not grids else shapely.segmentize(lines, _STRAIGHT_M)
    xy, row = shapely.get_coordinates(divided, return_index=True)
    first = np.flatnonzero(row[1:] == row[:-1])
    start, end = xy[first], xy[first + 1]
    number = np.arange(len(first))
    of, along = [number, number], [np.zeros(len(first)), np.ones(len(first))]
    if len(polygons) and len(first):
        segment, at_xy = meetings(np.stack([start, end], axis=1), polygons)
        run_m = np.hypot(*(end - start)[segment].T)
        with np.errstate(divide="ignore", invalid="ignore"):
            of.append(segment)
            along.append(np.nan_to_num(np.hypot(*(at_xy - start[segment]).T) / run_m))
    for cells in grids:
        placed = on_cells(gpd.GeoSeries(shapely.points(xy), crs=crs), cells, "streets")
        corner = np.column_stack(in_cells(shapely.get_coordinates(placed.to_numpy()), cells))
        for axis, lines_of_grid in ((0, cells.columns), (1, cells.rows)):
            segment, share = _between_cells(corner[first, axis], corner[first + 1, axis], lines_of_grid)
            of.append(segment)
            along.append(share)
    return _pieces(row[first], start, end, np.concatenate(of), np.clip(np.concatenate(along), 0.0, 1.0))


def _between_cells(
    low: NDArray[np.float64], high: NDArray[np.float64], most: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Where segments between two places, counted in cells along one axis, cross a border: segment and share (0-1)."""
    from_, to = np.minimum(low, high), np.maximum(low, high)
    lowest = np.clip(np.ceil(from_), 0, most + 1).astype(np.int64)
    highest = np.clip(np.floor(to), -1, most).astype(np.int64)
    count = np.maximum(highest - lowest + 1, 0)
    count[low == high] = 0  # runs along the border, or within a row
    segment = np.repeat(np.arange(len(low)), count)
    nth = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    border = lowest[segment] + nth
    return segment, (border - low[segment]) / (high - low)[segment]


def _pieces(
    row: NDArray[np.int64],
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    of: NDArray[np.int64],
    along: NDArray[np.float64],
) -> LinePieces:
    """Pieces of segments between neighbouring marks, those without a length left out."""
    order = np.lexsort((along, of))
    of, along = of[order], along[order]
    kept = np.flatnonzero((of[1:] == of[:-1]) & (along[1:] > along[:-1]))
    segment, step = of[kept], along[kept + 1] - along[kept]
    half = (along[kept] + along[kept + 1])[:, None] / 2
    middle = start[segment] + (end - start)[segment] * half
    length_m = np.hypot(*(end - start)[segment].T) * step
    return LinePieces(row[segment].astype(np.int64), length_m, shapely.points(middle))
