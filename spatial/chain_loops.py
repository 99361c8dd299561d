"""The loops that find the chains of a network and place points on them (compiled; see `spatial.contraction`)."""

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


@register_jitable
def _inner(first: Any, ends: Any, forward: Any, backward: Any) -> Any:
    """Nodes at which nothing is decided."""
    inner = np.zeros(len(first) - 1, np.bool_)
    for v in range(len(inner)):
        if first[v + 1] - first[v] == 2:
            inner[v] = _passes(ends[first[v]], ends[first[v] + 1], forward, backward)
    return inner


def walk_chains(
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    length_m: NDArray[np.float64],
    forward: NDArray[np.float64],
    backward: NDArray[np.float64],
    nodes: int,
) -> Any:
    """Chains (ends, totals) and where each edge lies in its chain (chain, flipped, place).

    ``place`` holds for each edge the metres, the cost out and the cost back before it, and its own two
    costs; ``totals`` holds metres, cost out and cost back of each chain.
    """
    first, ends = _meetings(start, end, nodes)
    inner = _inner(first, ends, forward, backward)
    chain, flipped = np.full(len(start), -1, np.int32), np.zeros(len(start), np.bool_)
    place, nodes_of, totals = np.zeros((5, len(start))), np.empty((2, len(start)), np.int32), np.empty((3, len(start)))
    count = 0
    for only_cycles in range(2):  # what no junction leads into are rings that touch nothing
        for v in range(nodes):
            if inner[v] and only_cycles == 0:
                continue
            for k in range(first[v], first[v + 1]):
                side = ends[k]
                if chain[side // 2] >= 0:
                    continue
                run_m, out, back = 0.0, 0.0, 0.0
                while True:
                    e, turned = side // 2, side % 2 == 1
                    away, home = (backward[e], forward[e]) if turned else (forward[e], backward[e])
                    chain[e], flipped[e] = count, turned
                    place[0, e], place[1, e], place[2, e] = run_m, out, back
                    place[3, e] = away if np.isfinite(away) else 0.0
                    place[4, e] = home if np.isfinite(home) else 0.0
                    run_m, out, back = run_m + length_m[e], out + place[3, e], back + place[4, e]
                    at = start[e] if turned else end[e]
                    if not inner[at] or at == v:
                        break
                    one, other = ends[first[at]], ends[first[at] + 1]
                    side = one if one != side ^ 1 else other
                nodes_of[0, count], nodes_of[1, count], totals[0, count] = v, at, run_m
                totals[1, count] = out if np.isfinite(away) else np.inf
                totals[2, count] = back if np.isfinite(home) else np.inf
                count += 1
    return nodes_of[:, :count].copy(), totals[:, :count].copy(), chain, flipped, place


def join_junctions(
    head: NDArray[np.int32],
    tail: NDArray[np.int32],
    out: NDArray[np.float64],
    back: NDArray[np.float64],
    through: NDArray[np.bool_],
    junctions: int,
) -> Any:
    """Arcs against the direction of walking in CSR form; of parallel chains the cheaper one."""
    first = np.zeros(junctions + 1, np.int32)
    for c in range(len(head)):
        if through[c]:
            first[tail[c] + 1] += out[c] < np.inf
            first[head[c] + 1] += back[c] < np.inf
    for v in range(junctions):
        first[v + 1] += first[v]
    to, cost = np.empty(first[-1], np.int32), np.empty(first[-1])
    used = np.zeros(junctions, np.int32)
    for c in range(len(head)):
        if not through[c]:
            continue
        for at, there, price in ((tail[c], head[c], out[c]), (head[c], tail[c], back[c])):
            if price == np.inf:
                continue
            k, end = first[at], first[at] + used[at]
            while k < end and to[k] != there:
                k += 1
            if k == end:
                to[k], cost[k] = there, price
                used[at] += 1
            elif price < cost[k]:
                cost[k] = price
    moved = np.zeros(junctions + 1, np.int32)
    for v in range(junctions):
        moved[v + 1] = moved[v] + used[v]
        for n in range(used[v]):
            to[moved[v] + n], cost[moved[v] + n] = to[first[v] + n], cost[first[v] + n]
    return moved, to[: moved[-1]].copy(), cost[: moved[-1]].copy()


def by_chain(on_chain: NDArray[np.int32], edge: NDArray[np.int32], chains: int) -> Any:
    """Attached points in the order of their chains, and of their numbers on one chain: CSR form, first and points."""
    first = np.zeros(chains + 1, np.int32)
    for e in edge:
        if e >= 0:
            first[on_chain[e] + 1] += 1
    for c in range(chains):
        first[c + 1] += first[c]
    free, points = first[:-1].copy(), np.empty(first[-1], np.int32)
    for p in range(len(edge)):
        if edge[p] >= 0:
            c = on_chain[edge[p]]
            points[free[c]] = p
            free[c] += 1
    return first, points


def place(
    edges: Any,
    chains: Any,
    points: Any,
    scale: tuple[float, float],
    bounds: tuple[int, int],
    placed: Any,
) -> None:
    """Write where attached points lie on their chains (see `spatial.search_graph.Placed`).

    `points` holds their edges, metres along and off them, and which of the points are placed.
    """
    on_chain, flipped, length_m, before_m, edge_out, edge_back, own_out, own_back = edges
    _, _, whole_m, whole_out, whole_back = chains
    (edge, edge_along_m, off_m, order), (per_metre, same_m), (chain, along, towards, away) = points, scale, placed
    for n in range(bounds[0], bounds[1]):
        p = order[n]
        e = edge[p]
        if e < 0:
            chain[n], along[n], towards[:, n], away[:, n] = -1, np.nan, np.nan, np.nan
            continue
        c = on_chain[e]
        along_m = length_m[e] - edge_along_m[p] if flipped[e] else edge_along_m[p]
        share = along_m / length_m[e] if length_m[e] > 0 else 0.0
        at_m = before_m[e] + along_m
        out, back = edge_out[e] + share * own_out[e], edge_back[e] + share * own_back[e]
        leg = off_m[p] * per_metre
        at_head = leg if at_m <= same_m else np.inf
        at_tail = leg if at_m >= whole_m[c] - same_m else np.inf
        is_out, is_back = whole_out[c] < np.inf, whole_back[c] < np.inf
        chain[n] = c
        along[n, 0], along[n, 1], along[n, 2], along[n, 3] = at_m, out, back, leg
        towards[0, n] = back + leg if is_back else at_head
        towards[1, n] = max(whole_out[c] - out, 0.0) + leg if is_out else at_tail
        away[0, n] = out + leg if is_out else at_head
        away[1, n] = max(whole_back[c] - back, 0.0) + leg if is_back else at_tail
