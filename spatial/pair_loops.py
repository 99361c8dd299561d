"""The loops that put pairs of points and entrances in order (compiled; see `spatial.search`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def sorted_by_point(
    first: NDArray[np.int64],
    order: NDArray[np.int64],
    group: NDArray[np.int32],
    point: NDArray[np.int32],
    cost: NDArray[np.float64],
    points: int,
) -> Any:
    """Pairs of one group after the other, taken in the given order of groups, put in the order of points."""
    free = np.zeros(points + 1, np.int64)
    for p in point:
        free[p + 1] += 1
    for p in range(points):
        free[p + 1] += free[p]
    to_point, to_group = np.empty(len(point), np.int32), np.empty(len(point), np.int32)
    to_cost = np.empty(len(point))
    for g in order:
        for k in range(first[g], first[g + 1]):
            at = free[point[k]]
            free[point[k]] += 1
            to_point[at], to_group[at], to_cost[at] = point[k], group[g], cost[k]
    return to_point, to_group, to_cost


def least_per_group(point: NDArray[np.int32], group: NDArray[np.int32], cost: NDArray[np.float64], groups: int) -> Any:
    """Of pairs sorted by point the least cost of each point and group; negative groups are left out."""
    best = np.full(groups, np.inf)
    touched = np.empty(groups, np.int32)
    to_point, to_group = np.empty(len(point), np.int32), np.empty(len(point), np.int32)
    to_cost = np.empty(len(point))
    used, k = 0, 0
    while k < len(point):
        p, count = point[k], 0
        while k < len(point) and point[k] == p:
            g = group[k]
            if g >= 0 and cost[k] < best[g]:
                if best[g] == np.inf:
                    touched[count] = g
                    count += 1
                best[g] = cost[k]
            k += 1
        for n in range(count):
            g = touched[n]
            to_point[used], to_group[used], to_cost[used] = p, g, best[g]
            best[g] = np.inf
            used += 1
    return to_point[:used].copy(), to_group[:used].copy(), to_cost[:used].copy()
