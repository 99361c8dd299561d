"""The loops that close edges and entrances and mend the forest of nearest ways (compiled; see `spatial.critical`).

Searches run from the entrances against the direction of walking. Junctions wait in a binary heap by cost; an entry
whose cost has fallen since is passed over.

Inside loops arrays are plain variables: taking one out of a tuple counts references, which costs more than the step.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

AT, OUT, BACK, LEG = range(4)
"""Columns of a point's place along its chain, see `spatial.search_graph.Placed`."""

LOSE, ALONG, UNKNOWN, FARTHER, EXTRA = range(5)
"""Rows of what a closure does: weights, and of `EXTRA` weight x added cost."""


@register_jitable
def _push(keys: Any, nodes: Any, size: int, key: float, node: int) -> int:
    """Let a junction wait; the number that wait then."""
    at = size
    while at > 0:
        above = (at - 1) >> 1
        if keys[above] <= key:
            break
        keys[at], nodes[at] = keys[above], nodes[above]
        at = above
    keys[at], nodes[at] = key, node
    return size + 1


@register_jitable
def _drop_first(keys: Any, nodes: Any, size: int) -> int:
    """Take away the one of least cost; the number that wait then."""
    size -= 1
    key, node, at = keys[size], nodes[size], 0
    while True:
        below = 2 * at + 1
        if below >= size:
            break
        if below + 1 < size and keys[below + 1] < keys[below]:
            below += 1
        if keys[below] >= key:
            break
        keys[at], nodes[at] = keys[below], nodes[below]
        at = below
    keys[at], nodes[at] = key, node
    return size


@register_jitable
def _settle(
    keys: Any,
    nodes: Any,
    waiting: int,
    ends_first: Any,
    ends: Any,
    head: Any,
    tail: Any,
    out: Any,
    back: Any,
    shut: Any,
    inside: Any,
    limit: float,
    cost: Any,
    via: Any,
) -> None:
    """Spread from what waits until nothing does, over chains that are not shut, to the junctions inside alone.

    `ends` holds of every junction the chains that end there, doubled, with 1 added at their tails.
    """
    while waiting:
        d, u = keys[0], nodes[0]
        waiting = _drop_first(keys, nodes, waiting)
        if d > cost[u]:
            continue
        for k in range(ends_first[u], ends_first[u + 1]):
            c = ends[k] >> 1
            if shut[c]:
                continue
            w, step = (head[c], out[c]) if ends[k] & 1 else (tail[c], back[c])
            there = d + step
            if inside[w] and there <= limit and there < cost[w]:
                cost[w], via[w] = there, c
                waiting = _push(keys, nodes, waiting, there, w)


def grow(chains: Any, ends: Any, seeds: Any, limit: float) -> Any:
    """Cost from every junction to the nearest entrance, and by what it walks on.

    By a chain, or ``-1 - s`` for seed ``s``: an entrance on a chain that ends at the junction.
    """
    (head, tail, _, out, back), (ends_first, ends_chain), (seed_first, seed_cost) = chains, ends, seeds
    n = len(ends_first) - 1
    cost, via = np.full(n, np.inf), np.zeros(n, np.int32)
    keys, nodes, waiting = np.empty(n + len(ends_chain)), np.empty(n + len(ends_chain), np.int32), 0
    for v in range(n):
        for s in range(seed_first[v], seed_first[v + 1]):
            if seed_cost[s] <= limit and seed_cost[s] < cost[v]:
                cost[v], via[v] = seed_cost[s], -1 - s
        if cost[v] < np.inf:
            waiting = _push(keys, nodes, waiting, cost[v], v)
    open_, all_ = np.zeros(len(head), np.bool_), np.ones(n, np.bool_)
    _settle(keys, nodes, waiting, ends_first, ends_chain, head, tail, out, back, open_, all_, limit, cost, via)
    return cost, via


@register_jitable
def _on_side(at_m: float, low_m: float, high_m: float, same_m: float, tail_side: int) -> bool:
    """Whether a place lies before (or behind) the closed piece of its chain; at its very end it does."""
    return at_m >= high_m - same_m if tail_side else at_m <= low_m + same_m


@register_jitable
def _straight(
    point: Any, gates: Any, row: Any, gone: Any, out: float, back: float, low_m: float, high_m: float, same_m: float
) -> float:
    """Cost of the walk from a point along its chain to the nearest entrance on it, without leaving the chain."""
    best = np.inf
    for g in gates:
        if gone[g]:
            continue
        ahead_m, leg = row[g, AT] - point[AT], point[LEG] + row[g, LEG]
        clear = False
        for side in range(2):
            clear |= _on_side(point[AT], low_m, high_m, same_m, side) and _on_side(
                row[g, AT], low_m, high_m, same_m, side
            )
        if clear and ahead_m >= 0 and out < np.inf:
            best = min(best, max(row[g, OUT] - point[OUT], 0.0) + leg)
        elif clear and ahead_m <= 0 and back < np.inf:
            best = min(best, max(point[BACK] - row[g, BACK], 0.0) + leg)
        elif abs(ahead_m) <= same_m:
            best = min(best, leg)
    return best


def straight(chains: Any, points: Any, gates: Any, same_m: float) -> Any:
    """Cost of the walk from every point along its chain to the nearest chosen entrance on it; inf where none is."""
    (_, _, _, out, back), (point_first, row), (gate_first, gate, gate_row) = chains, points, gates
    best, gone = np.full(len(row), np.inf), np.zeros(len(gate_row), np.bool_)
    for c in range(len(gate_first) - 1):
        mine = gate[gate_first[c] : gate_first[c + 1]]
        if len(mine):
            for p in range(point_first[c], point_first[c + 1]):
                best[p] = _straight(row[p], mine, gate_row, gone, out[c], back[c], np.inf, -np.inf, same_m)
    return best


@register_jitable
def _usable(
    s: int, chain: Any, side: Any, gate: Any, at_m: Any, gone: Any, low_m: Any, high_m: Any, same_m: float
) -> bool:
    """Whether an entrance can still be walked to from the junction that it is a seed of."""
    c = chain[s]
    return not gone[gate[s]] and _on_side(at_m[s], low_m[c], high_m[c], same_m, side[s])


@register_jitable
def _lost(
    mine: Any, chains: Any, seeds: Any, forest: Any, shut: Any, gone: Any, low_m: Any, high_m: Any, same_m: float,
    inside: Any, found: Any,
) -> int:  # fmt: skip
    """List the junctions whose nearest way leads through what is closed: all below the ends of the chains concerned."""
    (head, tail, _, _, _), (cost, via, order, place, size) = chains, forest
    _, _, seed_chain, seed_side, seed_gate, seed_at = seeds
    used = 0
    for c in mine:
        for side in range(2):
            w = tail[c] if side else head[c]
            if cost[w] == np.inf:
                continue
            if via[w] >= 0:
                hit = via[w] == c and shut[c]
            else:
                s = -1 - via[w]
                hit = seed_chain[s] == c and not _usable(
                    s, seed_chain, seed_side, seed_gate, seed_at, gone, low_m, high_m, same_m
                )
            if hit:
                for k in range(place[w], place[w] + size[w]):
                    v = order[k]
                    if not inside[v]:
                        inside[v] = True
                        found[used] = v
                        used += 1
    return used


@register_jitable
def _mend(
    lost: Any, chains: Any, ends: Any, seeds: Any, shut: Any, gone: Any, low_m: Any, high_m: Any, inside: Any,
    keys: Any, nodes: Any, limit: float, same_m: float, cost: Any, then: Any, via: Any,
) -> None:  # fmt: skip
    """Write the cost from the junctions that lost their way by the next best: out of their trees, then among them."""
    (head, tail, _, out, back), (ends_first, ends_chain) = chains, ends
    seed_first, seed_cost, seed_chain, seed_side, seed_gate, seed_at = seeds
    waiting = 0
    for v in lost:
        best = np.inf
        for s in range(seed_first[v], seed_first[v + 1]):
            if seed_cost[s] < best and _usable(
                s, seed_chain, seed_side, seed_gate, seed_at, gone, low_m, high_m, same_m
            ):
                best = seed_cost[s]
        for k in range(ends_first[v], ends_first[v + 1]):
            c = ends_chain[k] >> 1
            u, step = (head[c], back[c]) if ends_chain[k] & 1 else (tail[c], out[c])
            if not shut[c] and not inside[u] and cost[u] + step < best:
                best = cost[u] + step
        then[v] = best if best <= limit else np.inf
        if then[v] < np.inf:
            waiting = _push(keys, nodes, waiting, then[v], v)
    _settle(keys, nodes, waiting, ends_first, ends_chain, head, tail, out, back, shut, inside, limit, then, via)


@register_jitable
def _tally(before: float, after: float, weight: float, kind: int, scale: Any, sums: Any) -> None:
    """Add up what a closure does to one point; `kind` is what a loss would be. Who had no reach has none to lose."""
    limit, wanted, _, felt = scale
    if before > wanted or before > limit or before == np.inf:
        return
    if after > wanted or after > limit or after == np.inf:
        sums[kind] += weight
    elif after > before + felt:
        sums[FARTHER] += weight
        sums[EXTRA] += weight * (after - before)


@register_jitable
def _read_elsewhere(
    lost: Any,
    around: Any,
    head: Any,
    tail: Any,
    seen: Any,
    n: int,
    points: Any,
    cost: Any,
    then: Any,
    scale: Any,
    sums: Any,
) -> None:
    """Read the points on all chains that end at the junctions, but for those that are concerned themselves."""
    (around_first, around_chain), (point_first, _, towards, direct, weight, certain) = around, points
    for v in lost:
        for k in range(around_first[v], around_first[v + 1]):
            c = around_chain[k] >> 1
            if seen[c] == n:
                continue
            seen[c] = n
            old_head, old_tail, by_head, by_tail = cost[head[c]], cost[tail[c]], then[head[c]], then[tail[c]]
            for p in range(point_first[c], point_first[c + 1]):
                before = min(direct[p], towards[0, p] + old_head, towards[1, p] + old_tail)
                after = min(direct[p], towards[0, p] + by_head, towards[1, p] + by_tail)
                if after > before:
                    _tally(before, after, weight[p], LOSE if certain[p] else UNKNOWN, scale, sums)


@register_jitable
def _read_here(
    c: int, ends_cost: Any, ways: Any, piece: Any, points: Any, mine: Any, row: Any, gone: Any, scale: Any, sums: Any
) -> None:
    """Read the points on a chain that is concerned itself: past the closed piece nobody walks."""
    (old_head, old_tail, new_head, new_tail), (out, back), (low_m, high_m) = ends_cost, ways, piece
    point_first, point_row, towards, direct, weight, certain = points
    same_m = scale[2]
    for p in range(point_first[c], point_first[c + 1]):
        before = min(direct[p], towards[0, p] + old_head, towards[1, p] + old_tail)
        if weight[p] == 0 or before > scale[1]:
            continue
        after = _straight(point_row[p], mine, row, gone, out, back, low_m, high_m, same_m) if len(mine) else np.inf
        before_it = _on_side(point_row[p, AT], low_m, high_m, same_m, 0)
        behind_it = _on_side(point_row[p, AT], low_m, high_m, same_m, 1)
        if before_it:
            after = min(after, towards[0, p] + new_head)
        if behind_it:
            after = min(after, towards[1, p] + new_tail)
        kind = (LOSE if certain[p] else UNKNOWN) if before_it or behind_it else ALONG
        _tally(before, after, weight[p], kind, scale, sums)


def close_each(
    chains: Any, ends: Any, around: Any, seeds: Any, forest: Any, points: Any, gates: Any, closures: Any,
    scale: Any, bounds: tuple[int, int],
) -> NDArray[np.float64]:  # fmt: skip
    """What each closure of a block does: one column each, rows as named at the top of this module.

    A closure is some chains, each with the piece of it that is closed (none: from inf to -inf), and some entrances.
    A closure marked `same` closes another piece of the same chain as the one before, and no entrance lies on it: what
    becomes of all who live elsewhere is the same.
    """
    (head, tail, _, out, back), (cost, _, _, _, _), (gate_first, gate, gate_row) = chains, forest, gates
    first, unit_chain, unit_low, unit_high, closed_first, closed_gate, same = closures
    limit, same_m = scale[0], scale[2]
    then, via, seen = cost.copy(), np.zeros(len(cost), np.int32), np.full(len(head), -1, np.int32)
    inside, lost, used = np.zeros(len(cost), np.bool_), np.empty(len(cost), np.int32), 0
    shut, gone = np.zeros(len(head), np.bool_), np.zeros(len(gate_row), np.bool_)
    low_m, high_m = np.full(len(head), np.inf), np.full(len(head), -np.inf)
    keys, nodes = np.empty(len(cost) + len(ends[1])), np.empty(len(cost) + len(ends[1]), np.int32)
    result, others = np.zeros((5, bounds[1] - bounds[0])), np.zeros(5)
    for n in range(bounds[0], bounds[1]):
        mine, closed = unit_chain[first[n] : first[n + 1]], closed_gate[closed_first[n] : closed_first[n + 1]]
        for k in range(first[n], first[n + 1]):
            c = unit_chain[k]
            low_m[c], high_m[c], shut[c], seen[c] = unit_low[k], unit_high[k], unit_low[k] <= unit_high[k], n
        for g in closed:
            gone[g] = True
        if not same[n] or n == bounds[0]:
            for v in lost[:used]:
                then[v], inside[v] = cost[v], False
            used = _lost(mine, chains, seeds, forest, shut, gone, low_m, high_m, same_m, inside, lost)
            _mend(
                lost[:used], chains, ends, seeds, shut, gone, low_m, high_m, inside, keys, nodes, limit, same_m,
                cost, then, via,
            )  # fmt: skip
            for k in range(5):
                others[k] = 0.0
            _read_elsewhere(lost[:used], around, head, tail, seen, n, points, cost, then, scale, others)
        sums = others.copy()
        for c in mine:
            at_ends = (cost[head[c]], cost[tail[c]], then[head[c]], then[tail[c]])
            _read_here(
                c, at_ends, (out[c], back[c]), (low_m[c], high_m[c]), points, gate[gate_first[c] : gate_first[c + 1]],
                gate_row, gone, scale, sums,
            )  # fmt: skip
        for k in range(5):
            result[k, n - bounds[0]] = sums[k]
        for c in mine:
            low_m[c], high_m[c], shut[c] = np.inf, -np.inf, False
        for g in closed:
            gone[g] = False
    return result
