"""The loop that finds the chains of a network (compiled; see `spatial.contraction`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray


@register_jitable
def _meetings(start: Any, end: Any, nodes: int) -> Any:
    """Edge ends at every node: end 2e is the start of edge e, 2e + 1 its end."""
    first = np.zeros(nodes + 1, np.int32)
    for e in range(len(start)):
        first[start[e] + 1] += 1
        first[end[e] + 1] += 1
    for v in range(nodes):
        first[v + 1] += first[v]
    free = first[:-1].copy()
    ends = np.empty(2 * len(start), np.int32)
    for e in range(len(start)):
        ends[free[start[e]]] = 2 * e
        free[start[e]] += 1
        ends[free[end[e]]] = 2 * e + 1
        free[end[e]] += 1
    return first, ends


@register_jitable
def _passes(one: int, other: int, forward: Any, backward: Any) -> bool:
    """Whether two edge ends that meet are open alike, both ways through their node."""
    if one // 2 == other // 2:
        return False
    for a, b in ((one, other), (other, one)):
        towards = backward[a // 2] if a % 2 == 0 else forward[a // 2]
        away = forward[b // 2] if b % 2 == 0 else backward[b // 2]
        if np.isfinite(towards) != np.isfinite(away):
            return False
    return True


def walk_chains(
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    length_m: NDArray[np.float64],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
    nodes: int,
) -> Any:
    """Chains (head, tail, length, cost out, cost back) and where each edge lies in its chain."""
    edges = len(start)
    first, ends = _meetings(start, end, nodes)
    inner = np.zeros(nodes, np.bool_)
    for v in range(nodes):
        if first[v + 1] - first[v] == 2:
            inner[v] = _passes(ends[first[v]], ends[first[v] + 1], forward, backward)
    chain = np.full(edges, -1, np.int32)
    flipped = np.zeros(edges, np.bool_)
    place = np.zeros((5, edges))
    nodes_of = np.empty((2, edges), np.int32)
    totals = np.empty((3, edges))
    count = 0
    for only_cycles in range(2):
        for v in range(nodes):
            if inner[v] and only_cycles == 0:
                continue
            for k in range(first[v], first[v + 1]):
                side = ends[k]
                if chain[side // 2] >= 0:
                    continue
                at, run_m, out, back = v, 0.0, 0.0, 0.0
                while True:
                    e = side // 2
                    turned = side % 2 == 1
                    away = backward[e] if turned else forward[e]
                    home = forward[e] if turned else backward[e]
                    chain[e], flipped[e] = count, turned
                    place[0, e], place[1, e], place[2, e] = run_m, out, back
                    place[3, e] = away if np.isfinite(away) else 0.0
                    place[4, e] = home if np.isfinite(home) else 0.0
                    run_m += length_m[e]
                    out += place[3, e]
                    back += place[4, e]
                    at = start[e] if turned else end[e]
                    if not inner[at] or at == v:
                        break
                    arrived = side ^ 1
                    side = ends[first[at]] if ends[first[at]] != arrived else ends[first[at] + 1]
                nodes_of[0, count], nodes_of[1, count] = v, at
                totals[0, count] = run_m
                totals[1, count] = out if np.isfinite(away) else np.inf
                totals[2, count] = back if np.isfinite(home) else np.inf
                count += 1
    kept = (
        nodes_of[0, :count].copy(),
        nodes_of[1, :count].copy(),
        totals[0, :count].copy(),
        totals[1, :count].copy(),
        totals[2, :count].copy(),
    )
    placed = (chain, flipped, length_m, place[0].copy(), place[1].copy(), place[2].copy(), place[3].copy(), place[4].copy())
    return kept, placed
