"""A uniform grid over the straight pieces of edges: what is nearest to a point is looked up, not searched for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from spatial.compiled import compiled, in_parallel, plain
from spatial.grid_loops import all_edges, fill_grid, nearest_edges

_SEGMENTS_PER_CELL = 0.5
"""Small cells: a point looks at few segments, and empty cells cost next to nothing."""
_SMALLEST_CELL_M = 2.0
_BLOCK = 2**16


class SegmentGrid(NamedTuple):
    """The straight pieces of some edges, in the order of the edges, and which of them each cell holds."""

    x0: float
    y0: float
    cell_m: float
    rows: int
    columns: int
    first: NDArray[np.int64]
    """(cells + 1,)"""
    held: NDArray[np.int32]
    segment: NDArray[np.float64]
    """(segments, 4): x and y of both ends."""
    edge: NDArray[np.int32]
    """(segments,)"""
    before_m: NDArray[np.float64]
    """(segments,) length of the edge before it."""


class Found(NamedTuple):
    """Edges near points: arrays with one entry a point, or a pair of point and edge."""

    point: NDArray[np.int32]
    edge: NDArray[np.int32]
    """-1 where there is none."""
    along_m: NDArray[np.float64]
    off_m: NDArray[np.float64]

    def take(self, rows: NDArray[np.int64]) -> Found:
        """Some of them."""
        return Found(self.point[rows], self.edge[rows], self.along_m[rows], self.off_m[rows])


def segment_grid(lines: NDArray[np.object_], edge: NDArray[np.int64]) -> SegmentGrid:
    """The grid over some lines, of which `edge` gives the numbers, ascending."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    joined = np.flatnonzero((line[1:] == line[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    segment = np.ascontiguousarray(np.concatenate([xy[joined], xy[joined + 1]], axis=1))
    length_m = np.hypot(segment[:, 2] - segment[:, 0], segment[:, 3] - segment[:, 1])
    of_line = line[joined]
    if not len(segment):
        none = np.zeros(0, dtype=np.int32)
        return SegmentGrid(0.0, 0.0, 1.0, 1, 1, np.zeros(2, dtype=np.int64), none, segment, none, length_m)
    low, high = xy.min(axis=0), xy.max(axis=0)
    width_m, height_m = high - low
    cell_m = np.sqrt(max(width_m, 1.0) * max(height_m, 1.0) / len(segment) * _SEGMENTS_PER_CELL)
    cell_m = max(float(cell_m), _SMALLEST_CELL_M, float(max(width_m, height_m)) / (4 * len(segment)))
    rows, columns = int(height_m / cell_m) + 1, int(width_m / cell_m) + 1
    first, held = compiled(fill_grid)(segment, (float(low[0]), float(low[1]), cell_m), (rows, columns))
    return SegmentGrid(
        float(low[0]), float(low[1]), cell_m, rows, columns, first, held, segment,
        edge[of_line].astype(np.int32), _before_m(length_m, of_line),
    )  # fmt: skip


def nearest(grid: SegmentGrid, xy: NDArray[np.float64], limit_m: NDArray[np.float64]) -> Found:
    """The nearest edge of each point within its limit (inclusive); of edges equally near the first."""
    edge = np.full(len(xy), -1, dtype=np.int32)
    along_m, off_m = np.full(len(xy), np.nan), np.full(len(xy), np.nan)
    xy, loop = plain(xy, np.float64), compiled(nearest_edges)

    def work(first: int, last: int) -> None:
        rows = slice(first, last)
        loop(grid, xy[rows], limit_m[rows], edge[rows], along_m[rows], off_m[rows])

    in_parallel(work, len(xy) if len(grid.segment) else 0, block=_BLOCK)
    return Found(np.arange(len(xy), dtype=np.int32), edge, along_m, off_m)


def every(grid: SegmentGrid, xy: NDArray[np.float64], limit_m: float) -> Found:
    """Every edge within a limit (inclusive) of each point, by point, then distance, then edge."""
    xy, loop = plain(xy, np.float64), compiled(all_edges)
    count, *columns = loop(grid, xy, limit_m, 64 * len(xy) + 1)
    if count > 64 * len(xy) + 1:
        count, *columns = loop(grid, xy, limit_m, count)
    found = Found(*columns)
    found = found.take(np.lexsort((found.along_m, found.off_m, found.edge, found.point)))
    new = np.ones(len(found.point), dtype=bool)
    new[1:] = (np.diff(found.point) != 0) | (np.diff(found.edge) != 0)
    found = found.take(np.flatnonzero(new))
    return found.take(np.lexsort((found.edge, found.off_m, found.point)))


def _before_m(length_m: NDArray[np.float64], of_line: NDArray[np.int64]) -> NDArray[np.float64]:
    """Length of a line before each of its segments, summed within the line alone."""
    total = np.cumsum(length_m) - length_m
    begins = np.flatnonzero(np.diff(of_line, prepend=-1) != 0)
    counts = np.diff(np.append(begins, len(of_line)))
    return total - np.repeat(total[begins], counts)
