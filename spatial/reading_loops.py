"""The loops that read the nearest entrance of points off a search (compiled; see `spatial.search`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

AT, OUT, BACK, LEG = range(4)
"""Columns of a point's place along its chain, see `spatial.search_graph.Placed`."""


@register_jitable
def _direct(point: Any, entrance: Any, out: float, back: float, same_m: float) -> Any:
    """Cost of the walk from a point along its chain to an entrance on it, without leaving the chain."""
    leg = point[LEG] + entrance[LEG]
    ahead_m = entrance[AT] - point[AT]
    if ahead_m >= 0 and out < np.inf:
        return max(entrance[OUT] - point[OUT], 0.0) + leg
    if ahead_m <= 0 and back < np.inf:
        return max(point[BACK] - entrance[BACK], 0.0) + leg
    return leg if abs(ahead_m) <= same_m else np.inf


def read_nearest(
    points: Any,
    found_at: tuple[NDArray[np.float64], NDArray[np.int32]],
    limit: float,
    bounds: tuple[int, int],
    best: NDArray[np.float64],
    found: NDArray[np.int64],
) -> None:
    """Write the cost from some of the points to the nearest entrance by either end of their chain, and which it is.

    `points` are their numbers, the junctions at both ends of their chains, and the costs to them. Without
    branches on purpose: which end is nearer is anybody's guess, and a wrong guess costs more than the step.
    """
    number, head, tail, towards = points
    (cost, source), to_head, to_tail = found_at, towards[0], towards[1]
    for n in range(bounds[0], bounds[1]):
        by_head, by_tail = to_head[n] + cost[head[n]], to_tail[n] + cost[tail[n]]
        of_head, of_tail = source[head[n]], source[tail[n]]
        turned = (by_tail < by_head) | ((by_tail == by_head) & (of_tail < of_head))
        d, s = by_tail if turned else by_head, of_tail if turned else of_head
        p, near = number[n], d <= limit
        best[p], found[p] = d if near else np.inf, s if near else -1


def read_along(
    chains: Any,
    points: Any,
    entrances: Any,
    chosen: NDArray[np.int64],
    scale: tuple[float, float],
    best: NDArray[np.float64],
    found: NDArray[np.int64],
) -> None:
    """Lower to the straight walk along the chain what was written for points on the chains of chosen entrances.

    `points` are their numbers, where each chain begins among them, and their places along it.
    """
    (number, point_first, row), (limit, same_m) = points, scale
    chain, entrance_row, out, back = entrances.chain, entrances.along, chains.out, chains.back
    for i in chosen:
        c = chain[i]
        if c < 0:
            continue
        for n in range(point_first[c], point_first[c + 1]):
            d, p = _direct(row[n], entrance_row[i], out[c], back[c], same_m), number[n]
            if d <= limit and (d < best[p] or (d == best[p] and i < found[p])):
                best[p], found[p] = d, i
