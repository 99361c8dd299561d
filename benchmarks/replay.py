"""The bound for any bounded search: relax the arcs of the settled nodes once, in the order known beforehand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra


def replay(arcs: csr_array, sources: NDArray[np.int64], limit_m: float) -> tuple[Callable[[], Any], int]:
    """A function that replays the searches from these sources, and how many nodes they settle."""
    orders = []
    for source in sources:
        cost = dijkstra(arcs, indices=source, limit=limit_m)
        near = np.flatnonzero(np.isfinite(cost))
        orders.append(near[np.argsort(cost[near])])
    first = np.concatenate([[0], np.cumsum([len(order) for order in orders])])
    order = np.concatenate(orders).astype(np.int32)
    csr = (arcs.indptr.astype(np.int32), arcs.indices.astype(np.int32), arcs.data)
    loop = njit(nogil=True)(_replayed)
    scratch = np.full(arcs.shape[0], np.inf)
    out = np.empty(len(order))
    return lambda: loop(*csr, first, order, scratch, out), len(order)


def _replayed(indptr: Any, to: Any, step: Any, first: Any, order: Any, cost: Any, out: Any) -> None:
    for search in range(len(first) - 1):
        cost[order[first[search]]] = 0.0
        for at in range(first[search], first[search + 1]):
            node = order[at]
            for arc in range(indptr[node], indptr[node + 1]):
                through = cost[node] + step[arc]
                cost[to[arc]] = min(cost[to[arc]], through)
            out[at] = cost[node]
        for at in range(first[search], first[search + 1]):
            node = order[at]
            cost[node] = np.inf
            for arc in range(indptr[node], indptr[node + 1]):
                cost[to[arc]] = np.inf
