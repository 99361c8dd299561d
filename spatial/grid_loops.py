"""The loops of the grid that finds the nearest edge (compiled; see `spatial.segment_grid`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray


@register_jitable
def _cells_of(segment: Any, x0: float, y0: float, cell_m: float, columns: int, row: int) -> Any:
    """First and last column of the cells of a row that a segment runs through, with a hair to spare."""
    ax, ay, bx, by = segment[0], segment[1], segment[2], segment[3]
    low, high = y0 + row * cell_m - 1e-6, y0 + (row + 1) * cell_m + 1e-6
    from_share, to_share = 0.0, 1.0
    if abs(by - ay) > 1e-9:
        one, other = (low - ay) / (by - ay), (high - ay) / (by - ay)
        from_share, to_share = max(min(one, other), 0.0), min(max(one, other), 1.0)
    left, right = ax + from_share * (bx - ax), ax + to_share * (bx - ax)
    first = int(np.floor((min(left, right) - 1e-6 - x0) / cell_m))
    last = int(np.floor((max(left, right) + 1e-6 - x0) / cell_m))
    return max(first, 0), min(last, columns - 1)


def fill_grid(segment: NDArray[np.float64], origin: tuple[float, float, float], shape: tuple[int, int]) -> Any:
    """Segments of every cell in CSR form; segments are (n, 4), cells run along rows."""
    x0, y0, cell_m = origin
    rows, columns = shape
    first = np.zeros(rows * columns + 1, np.int64)
    held = np.empty(0, np.int32)
    for fill in range(2):
        for s in range(len(segment)):
            low = max(int(np.floor((min(segment[s, 1], segment[s, 3]) - 1e-6 - y0) / cell_m)), 0)
            high = min(int(np.floor((max(segment[s, 1], segment[s, 3]) + 1e-6 - y0) / cell_m)), rows - 1)
            for row in range(low, high + 1):
                left, right = _cells_of(segment[s], x0, y0, cell_m, columns, row)
                for cell in range(row * columns + left, row * columns + right + 1):
                    if fill == 1:
                        held[first[cell]] = s
                    first[cell + (1 - fill)] += 1
        if fill == 0:
            for cell in range(rows * columns):
                first[cell + 1] += first[cell]
            held = np.empty(first[-1], np.int32)
    # Filling moved every cell's first to its end, which is the first of the next cell.
    moved = np.zeros(rows * columns + 1, np.int64)
    for cell in range(rows * columns):  # assigning a slice would take a second more to compile
        moved[cell + 1] = first[cell]
    return moved, held


@register_jitable
def _distance_m(ax: float, ay: float, bx: float, by: float, px: float, py: float) -> Any:
    """Distance from a point to a segment, and where along it (0-1).

    Term for term as GEOS computes it, so that edges which are equally near to it are so here.
    """
    dx, dy = bx - ax, by - ay
    length2 = dx * dx + dy * dy
    share = ((px - ax) * dx + (py - ay) * dy) / length2
    if share <= 0.0:
        return np.sqrt((px - ax) * (px - ax) + (py - ay) * (py - ay)), 0.0
    if share >= 1.0:
        return np.sqrt((px - bx) * (px - bx) + (py - by) * (py - by)), 1.0
    return abs(((ay - py) * dx - (ax - px) * dy) / length2) * np.sqrt(length2), share


def nearest_edges(
    grid: Any,
    xy: NDArray[np.float64],
    limit_m: NDArray[np.float64],
    edge: NDArray[np.int32],
    along_m: NDArray[np.float64],
    off_m: NDArray[np.float64],
) -> None:
    """For every point without an edge so far write the nearest one within its limit.

    Cells are searched ring by ring around the point's own until whatever lies farther out is farther
    away. Of edges equally near the first counts, whatever the order of the cells.
    """
    x0, y0, cell_m, rows, columns, first, held, segment, of_edge, before_m = grid
    for p in range(len(xy)):
        if edge[p] >= 0:
            continue
        px, py, best_m, best, best_at = xy[p, 0], xy[p, 1], limit_m[p], -1, 0.0
        column, row = int(np.floor((px - x0) / cell_m)), int(np.floor((py - y0) / cell_m))
        ring, beyond_m = 0, 0.0
        while beyond_m <= best_m:
            for r in range(max(row - ring, 0), min(row + ring, rows - 1) + 1):
                step = 1 if r in (row - ring, row + ring) else max(2 * ring, 1)
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    for k in range(first[r * columns + c], first[r * columns + c + 1]):
                        s = held[k]
                        d, share = _distance_m(segment[s, 0], segment[s, 1], segment[s, 2], segment[s, 3], px, py)
                        if d < best_m or (d == best_m and (best < 0 or s < best)):
                            best_m, best, best_at = d, s, share
            beyond_m = min(
                px - (x0 + (column - ring) * cell_m),
                x0 + (column + ring + 1) * cell_m - px,
                py - (y0 + (row - ring) * cell_m),
                y0 + (row + ring + 1) * cell_m - py,
            )
            ring += 1
        if best >= 0:
            dx, dy = segment[best, 2] - segment[best, 0], segment[best, 3] - segment[best, 1]
            edge[p] = of_edge[best]
            along_m[p] = before_m[best] + best_at * np.sqrt(dx * dx + dy * dy)
            off_m[p] = best_m


def all_edges(grid: Any, xy: NDArray[np.float64], limit_m: float, room: int) -> Any:
    """Every segment within the limit of every point: point, edge, metres along the edge, distance.

    Returns how many there are, which may be more than there was room for.
    """
    x0, y0, cell_m, rows, columns, first, held, segment, of_edge, before_m = grid
    point, edge = np.empty(room, np.int32), np.empty(room, np.int32)
    along_m, off_m = np.empty(room), np.empty(room)
    last_seen = np.full(len(segment), -1, np.int64)
    count = 0
    for p in range(len(xy)):
        px, py = xy[p, 0], xy[p, 1]
        left, right = int(np.floor((px - limit_m - x0) / cell_m)), int(np.floor((px + limit_m - x0) / cell_m))
        low, high = int(np.floor((py - limit_m - y0) / cell_m)), int(np.floor((py + limit_m - y0) / cell_m))
        for r in range(max(low, 0), min(high, rows - 1) + 1):
            for c in range(max(left, 0), min(right, columns - 1) + 1):
                for k in range(first[r * columns + c], first[r * columns + c + 1]):
                    s = held[k]
                    if last_seen[s] == p:
                        continue
                    last_seen[s] = p
                    d, share = _distance_m(segment[s, 0], segment[s, 1], segment[s, 2], segment[s, 3], px, py)
                    if d > limit_m:
                        continue
                    if count < room:
                        dx, dy = segment[s, 2] - segment[s, 0], segment[s, 3] - segment[s, 1]
                        point[count], edge[count], off_m[count] = p, of_edge[s], d
                        along_m[count] = before_m[s] + share * np.sqrt(dx * dx + dy * dy)
                    count += 1
    return count, point[:count].copy(), edge[:count].copy(), along_m[:count].copy(), off_m[:count].copy()
