"""The loop that writes a forest as ranges (compiled; see `spatial.critical`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def preorder(
    cost: NDArray[np.float64], via: NDArray[np.int32], head: NDArray[np.int32], tail: NDArray[np.int32]
) -> Any:
    """The junctions of the forest, each before all those that walk through it; the place and the size of its tree.

    Of the tree below a junction ``v`` the junctions are ``order[place[v] : place[v] + size[v]]``, itself the first.
    `via` is the chain by which a junction of finite `cost` walks on, negative where it walks on to an entrance;
    `place` is -1 where the cost is infinite.
    """
    n = len(cost)
    above, first = np.full(n, -1, np.int32), np.zeros(n + 1, np.int32)
    for v in range(n):
        if cost[v] < np.inf and via[v] >= 0:
            above[v] = tail[via[v]] if head[via[v]] == v else head[via[v]]
            first[above[v] + 1] += 1
    for v in range(n):
        first[v + 1] += first[v]
    free, below = first[:-1].copy(), np.empty(first[-1], np.int32)
    for v in range(n):
        if above[v] >= 0:
            below[free[above[v]]] = v
            free[above[v]] += 1
    order, place, size = np.empty(n, np.int32), np.full(n, -1, np.int32), np.ones(n, np.int32)
    stack, used = np.empty(n, np.int32), 0
    for root in range(n):
        if cost[root] == np.inf or above[root] >= 0:
            continue
        stack[0], waiting = root, 1
        while waiting:
            waiting -= 1
            v = stack[waiting]
            place[v], order[used] = used, v
            used += 1
            for k in range(first[v], first[v + 1]):
                stack[waiting] = below[k]
                waiting += 1
    for k in range(used - 1, -1, -1):
        if above[order[k]] >= 0:
            size[above[order[k]]] += size[order[k]]
    return order[:used].copy(), place, size
