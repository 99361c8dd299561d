"""The loops that put pairs of points and entrances in order (compiled; see `spatial.search`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def begin_points(point: NDArray[np.int32], number: NDArray[np.int32], points: int, to_point: NDArray[np.int32]) -> Any:
    """Where the pairs of each placed point begin when they are in the order of the points' numbers; writes the numbers.

    `number` is that of each placed point.
    """
    free, before = np.zeros(points, np.int64), 0
    for n in point:
        free[number[n]] += 1
    for p in range(points):
        count, free[p] = free[p], before
        for k in range(before, before + count):
            to_point[k] = p
        before += count
    return free[number]


def sort_by_point(
    first: NDArray[np.int64],
    order: NDArray[np.int64],
    group: NDArray[np.int32],
    point: NDArray[np.int32],
    cost: NDArray[np.float64],
    free: NDArray[np.int64],
    bounds: tuple[int, int],
    to_group: NDArray[np.int32],
    to_cost: NDArray[np.float64],
) -> None:
    """Write groups and costs of the pairs of some of the placed points in the order of points, then groups.

    Pairs lie group after group; `order` takes the groups, and `free` says where those of each point begin.
    """
    low, high = bounds
    for g in order:
        for k in range(first[g], first[g + 1]):
            n = point[k]
            if n < low or n >= high:
                continue
            at = free[n]
            free[n] += 1
            to_group[at], to_cost[at] = group[g], cost[k]


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
