"""The loops of the searches (compiled; see `spatial.search`).

Junctions wait in buckets by cost. A bucket is only a queue: costs are never rounded to it, and a
junction whose cost falls while its bucket is worked on is worked on again. What comes out is the
least fixed point of the costs, the same whatever the order.

Inside loops arrays are plain variables: taking one out of a tuple counts references, which costs
more than the step itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray

AT, OUT, BACK, LEG, TO_HEAD, TO_TAIL, FROM_HEAD, FROM_TAIL = range(8)
"""Columns of a placed point, see `spatial.search_graph.Placed`."""

_AFTER, _BEFORE, _BUCKET, _SOURCE = range(4)
"""Columns of a junction's links: neighbours in its bucket, the bucket (-1: none), and the source of its cost."""


@register_jitable
def _seeds(chain: Any, row: Any, ends: Any, chosen: Any, seed: Any, seed_cost: Any) -> int:
    """List both ends of the chains of some entrances, each with its cost and its entrance; how many they are."""
    head, tail = ends
    count = 0
    for i in chosen:
        c = chain[i]
        if c < 0:
            continue
        seed[count, 0], seed[count, 1], seed_cost[count] = head[c], i, row[i, FROM_HEAD]
        seed[count + 1, 0], seed[count + 1, 1], seed_cost[count + 1] = tail[c], i, row[i, FROM_TAIL]
        count += 2
    return count


@register_jitable
def _begin(
    seed: Any, seed_cost: Any, count: int, bucket_first: Any, links: Any, cost: Any, reached: Any, scale: Any
) -> None:
    """Let the seeds that are within the limit wait, each with its least cost and, of equals, its lowest source."""
    limit, width = scale
    for n in range(count):
        v, s, d = seed[n, 0], seed[n, 1], seed_cost[n]
        if d <= limit and (d < cost[v] or (d == cost[v] and s < links[v, _SOURCE])):
            cost[v] = d
            links[v, _SOURCE] = s
    for n in range(count):
        v = seed[n, 0]
        if cost[v] <= limit and links[v, _BUCKET] < 0:
            bucket = int(cost[v] / width)
            after = bucket_first[bucket]
            links[v, _AFTER], links[v, _BEFORE], links[v, _BUCKET] = after, -1, bucket
            if after >= 0:
                links[after, _BEFORE] = v
            bucket_first[bucket] = v
            reached[reached[-1]] = v
            reached[-1] += 1


@register_jitable
def _spread(first: Any, to: Any, step: Any, bucket_first: Any, links: Any, cost: Any, reached: Any, scale: Any) -> None:
    """Work the queue off: afterwards every cost within the limit is final.

    `reached` lists the junctions with a cost; its last entry is their number. One body on purpose:
    called functions, even small ones, would double the time.
    """
    limit, width = scale
    for bucket in range(len(bucket_first)):
        while bucket_first[bucket] >= 0:
            u = bucket_first[bucket]
            after = links[u, _AFTER]
            bucket_first[bucket] = after
            if after >= 0:
                links[after, _BEFORE] = -1
            links[u, _BUCKET] = -1
            from_here, source = cost[u], links[u, _SOURCE]
            for k in range(first[u], first[u + 1]):
                d, v = from_here + step[k], to[k]
                if d > limit or d > cost[v] or (d == cost[v] and source >= links[v, _SOURCE]):
                    continue
                if cost[v] == np.inf:
                    reached[reached[-1]] = v
                    reached[-1] += 1
                cost[v] = d
                links[v, _SOURCE] = source
                new, old = int(d / width), links[v, _BUCKET]
                if new == old:
                    continue
                if old >= 0:
                    after, before = links[v, _AFTER], links[v, _BEFORE]
                    if before >= 0:
                        links[before, _AFTER] = after
                    else:
                        bucket_first[old] = after
                    if after >= 0:
                        links[after, _BEFORE] = before
                after = bucket_first[new]
                links[v, _AFTER], links[v, _BEFORE], links[v, _BUCKET] = after, -1, new
                if after >= 0:
                    links[after, _BEFORE] = v
                bucket_first[new] = v


def spread_from(arcs: Any, chains: Any, entrances: Any, chosen: NDArray[np.int64], limit: float, width: float) -> Any:
    """Cost from every junction to the nearest chosen entrance, and which it is (-1: none within the limit)."""
    first, to, step = arcs
    head, tail, chain, row = chains.head, chains.tail, entrances.chain, entrances.row
    cost = np.full(len(first) - 1, np.inf)
    links = np.full((len(cost), 4), -1, np.int32)
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    seed, seed_cost = np.empty((2 * len(chosen), 2), np.int32), np.empty(2 * len(chosen))
    count = _seeds(chain, row, (head, tail), chosen, seed, seed_cost)
    _begin(seed, seed_cost, count, bucket_first, links, cost, reached, (limit, width))
    _spread(first, to, step, bucket_first, links, cost, reached, (limit, width))
    return cost, links[:, _SOURCE].copy()


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


@register_jitable
def _by_chain(chain: Any, chosen: Any, chains: int) -> Any:
    """Those of the chosen rows that lie on each chain, in CSR form and in their order."""
    first = np.zeros(chains + 1, np.int32)
    for i in chosen:
        if chain[i] >= 0:
            first[chain[i] + 1] += 1
    for c in range(chains):
        first[c + 1] += first[c]
    free = first[:-1].copy()
    rows = np.empty(first[chains], np.int32)
    for i in chosen:
        if chain[i] >= 0:
            rows[free[chain[i]]] = i
            free[chain[i]] += 1
    return first, rows


def read_nearest(
    chains: Any,
    points: Any,
    entrances: Any,
    chosen: NDArray[np.int64],
    found_at: tuple[NDArray[np.float64], NDArray[np.int32]],
    limit: float,
    same_m: float,
) -> Any:
    """Cost from every point to the nearest chosen entrance, and which it is."""
    head, tail, out, back = chains.head, chains.tail, chains.out, chains.back
    chain, row, entrance_row = points.chain, points.row, entrances.row
    cost, source = found_at
    first, rows = _by_chain(entrances.chain, chosen, len(head))
    best = np.full(len(chain), np.inf)
    found = np.full(len(chain), -1, np.int64)
    for p in range(len(chain)):
        c = chain[p]
        if c < 0:
            continue
        d, s = row[p, TO_HEAD] + cost[head[c]], source[head[c]]
        by_tail = row[p, TO_TAIL] + cost[tail[c]]
        if by_tail < d or (by_tail == d and source[tail[c]] < s):
            d, s = by_tail, source[tail[c]]
        for k in range(first[c], first[c + 1]):
            i = rows[k]
            direct = _direct(row[p], entrance_row[i], out[c], back[c], same_m)
            if direct < d or (direct == d and i < s):
                d, s = direct, i
        if d <= limit:
            best[p], found[p] = d, s
    return best, found


@register_jitable
def _read_points(
    reached: Any,
    cost: Any,
    ends_first: Any,
    ends_chain: Any,
    point_first: Any,
    row: Any,
    best: Any,
    near: Any,
    limit: float,
) -> int:
    """Costs of the points on every chain that ends at a junction within the limit; forgets the junctions.

    `ends_chain` holds a chain twice, doubled, with 1 added at the junction at its tail. `near` lists
    the points within the limit; how many they are is returned.
    """
    count = 0
    for r in range(reached[-1]):
        u = reached[r]
        here = cost[u]
        for k in range(ends_first[u], ends_first[u + 1]):
            c, column = ends_chain[k] >> 1, TO_HEAD + (ends_chain[k] & 1)
            for p in range(point_first[c], point_first[c + 1]):
                d = here + row[p, column]
                if d <= limit and d < best[p]:
                    if best[p] == np.inf:
                        near[count] = p
                        count += 1
                    best[p] = d
        cost[u] = np.inf
    reached[-1] = 0
    return count


@register_jitable
def _read_chains(
    mine: Any,
    chain: Any,
    entrance: Any,
    row: Any,
    out: Any,
    back: Any,
    point_first: Any,
    best: Any,
    near: Any,
    count: int,
    limit: float,
    same_m: float,
) -> int:
    """Costs of the points on the very chains of some entrances, along them; goes on listing in `near`."""
    for i in mine:
        c = chain[i]
        for p in range(point_first[c], point_first[c + 1]):
            ahead_m = entrance[i, AT] - row[p, AT]
            if ahead_m >= 0 and out[c] < np.inf:
                d = max(entrance[i, OUT] - row[p, OUT], 0.0)
            elif ahead_m <= 0 and back[c] < np.inf:
                d = max(row[p, BACK] - entrance[i, BACK], 0.0)
            else:
                d = 0.0 if abs(ahead_m) <= same_m else np.inf
            d += row[p, LEG] + entrance[i, LEG]
            if d <= limit and d < best[p]:
                if best[p] == np.inf:
                    near[count] = p
                    count += 1
                best[p] = d
    return count


def pairs_of_groups(
    arcs: Any,
    chains: Any,
    points: Any,
    around: Any,
    entrances: Any,
    groups: Any,
    bounds: tuple[int, int],
    scale: tuple[float, float, float],
    room: int,
) -> Any:
    """For each group of entrances the points within the limit, and the cost to the nearest of the group.

    `points` are sorted by chain; `around` holds the chains with points at each junction, and the
    first point of each chain. Stops before a group for which room might be short. Returns the next
    group to do, the number of pairs of each group, and the pairs.
    """
    (first, to, step), (limit, width, same_m), (group_first, group_rows) = arcs, scale, groups
    ends, out, back = (chains.head, chains.tail), chains.out, chains.back
    ends_first, ends_chain, point_first = around
    row, chain, entrance_row = points.row, entrances.chain, entrances.row
    cost, links = np.full(len(first) - 1, np.inf), np.full((len(first) - 1, 4), -1, np.int32)
    seed, seed_cost = np.empty((2 * len(group_rows), 2), np.int32), np.empty(2 * len(group_rows))
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    best, near = np.full(len(row), np.inf), np.empty(len(row), np.int32)
    counts = np.zeros(bounds[1] - bounds[0], np.int64)
    found_point, found_cost = np.empty(room, np.int32), np.empty(room)
    used, g = 0, bounds[0]
    while g < bounds[1] and room - used >= len(near):
        mine = group_rows[group_first[g] : group_first[g + 1]]
        seeds = _seeds(chain, entrance_row, ends, mine, seed, seed_cost)
        _begin(seed, seed_cost, seeds, bucket_first, links, cost, reached, (limit, width))
        _spread(first, to, step, bucket_first, links, cost, reached, (limit, width))
        count = _read_points(reached, cost, ends_first, ends_chain, point_first, row, best, near, limit)
        count = _read_chains(mine, chain, entrance_row, row, out, back, point_first, best, near, count, limit, same_m)
        for n in range(count):
            found_point[used], found_cost[used] = near[n], best[near[n]]
            best[near[n]] = np.inf
            used += 1
        counts[g - bounds[0]] = count
        g += 1
    return g, counts[: g - bounds[0]].copy(), found_point[:used].copy(), found_cost[:used].copy()
