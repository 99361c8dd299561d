"""The loops of the searches (compiled; see `spatial.search`).

Junctions wait in buckets by cost. A bucket is only a queue: costs are never rounded to it, and a
junction whose cost falls while its bucket is worked on is worked on again. What comes out is the
least fixed point of the costs, the same whatever the order.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba.extending import register_jitable
from numpy.typing import NDArray


class Queue(NamedTuple):
    """Buckets as doubly linked lists of junctions."""

    first: NDArray[np.int32]
    """(buckets,) -1 if empty."""
    after: NDArray[np.int32]
    """(junctions,)"""
    before: NDArray[np.int32]
    bucket: NDArray[np.int32]
    """(junctions,) -1 if not waiting."""
    reached: NDArray[np.int32]
    """(junctions,) those that have a cost, in the order in which they got it."""
    count: NDArray[np.int64]
    """(1,) how many they are."""


@register_jitable
def _queue(junctions: int, limit: float, width: float) -> Any:
    return Queue(
        np.full(int(limit / width) + 1, -1, np.int32),
        np.empty(junctions, np.int32),
        np.empty(junctions, np.int32),
        np.full(junctions, -1, np.int32),
        np.empty(junctions, np.int32),
        np.zeros(1, np.int64),
    )


@register_jitable
def _wait(queue: Any, v: int, bucket: int) -> None:
    """Put a junction into a bucket, out of the one it waits in."""
    old = queue.bucket[v]
    if old == bucket:
        return
    if old >= 0:
        after, before = queue.after[v], queue.before[v]
        if before >= 0:
            queue.after[before] = after
        else:
            queue.first[old] = after
        if after >= 0:
            queue.before[after] = before
    head = queue.first[bucket]
    queue.after[v] = head
    queue.before[v] = -1
    if head >= 0:
        queue.before[head] = v
    queue.first[bucket] = v
    queue.bucket[v] = bucket


@register_jitable
def _offer(queue: Any, cost: Any, source: Any, v: int, d: float, s: int, width: float) -> None:
    """Reach a junction at a cost from a source; of equal costs the lower source counts."""
    if d < cost[v]:
        if cost[v] == np.inf:
            queue.reached[queue.count[0]] = v
            queue.count[0] += 1
        cost[v] = d
        source[v] = s
        _wait(queue, v, int(d / width))
    elif d == cost[v] and s < source[v]:
        source[v] = s
        _wait(queue, v, int(d / width))


@register_jitable
def _spread(arcs: Any, queue: Any, cost: Any, source: Any, limit: float, width: float) -> None:
    """Work the queue off: afterwards every cost within the limit is final."""
    for bucket in range(len(queue.first)):
        while queue.first[bucket] >= 0:
            u = queue.first[bucket]
            after = queue.after[u]
            queue.first[bucket] = after
            if after >= 0:
                queue.before[after] = -1
            queue.bucket[u] = -1
            for k in range(arcs.first[u], arcs.first[u + 1]):
                d = cost[u] + arcs.cost[k]
                if d <= limit:
                    _offer(queue, cost, source, arcs.to[k], d, source[u], width)


@register_jitable
def _start(queue: Any, cost: Any, source: Any, chains: Any, entrances: Any, i: int, limit: float, width: float) -> None:
    """Reach both ends of an entrance's chain."""
    c = entrances.chain[i]
    if c >= 0 and entrances.from_head[i] <= limit:
        _offer(queue, cost, source, chains.head[c], entrances.from_head[i], i, width)
    if c >= 0 and entrances.from_tail[i] <= limit:
        _offer(queue, cost, source, chains.tail[c], entrances.from_tail[i], i, width)


def spread_from(arcs: Any, chains: Any, entrances: Any, chosen: NDArray[np.int64], limit: float, width: float) -> Any:
    """Cost from every junction to the nearest chosen entrance, and which it is (-1: none within the limit)."""
    junctions = len(arcs.first) - 1
    cost = np.full(junctions, np.inf)
    source = np.full(junctions, -1, np.int32)
    queue = _queue(junctions, limit, width)
    for i in chosen:
        _start(queue, cost, source, chains, entrances, i, limit, width)
    _spread(arcs, queue, cost, source, limit, width)
    return cost, source


@register_jitable
def _direct(chains: Any, points: Any, p: int, entrances: Any, i: int, same_m: float) -> float:
    """Cost of the walk from a point along its chain to an entrance on it, without leaving the chain."""
    c = points.chain[p]
    leg = points.leg[p] + entrances.leg[i]
    ahead_m = entrances.at_m[i] - points.at_m[p]
    if ahead_m >= 0 and np.isfinite(chains.out[c]):
        return max(entrances.out[i] - points.out[p], 0.0) + leg
    if ahead_m <= 0 and np.isfinite(chains.back[c]):
        return max(points.back[p] - entrances.back[i], 0.0) + leg
    return leg if abs(ahead_m) <= same_m else np.inf


@register_jitable
def by_chain(chain: Any, chosen: Any, chains: int) -> Any:
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
    cost: NDArray[np.float64],
    source: NDArray[np.int32],
    limit: float,
    same_m: float,
) -> Any:
    """Cost from every point to the nearest chosen entrance, and which it is."""
    first, rows = by_chain(entrances.chain, chosen, len(chains.head))
    best = np.full(len(points.chain), np.inf)
    found = np.full(len(points.chain), -1, np.int64)
    for p in range(len(points.chain)):
        c = points.chain[p]
        if c < 0:
            continue
        head, tail = chains.head[c], chains.tail[c]
        d, s = points.to_head[p] + cost[head], source[head]
        by_tail = points.to_tail[p] + cost[tail]
        if by_tail < d or (by_tail == d and source[tail] < s):
            d, s = by_tail, source[tail]
        for k in range(first[c], first[c + 1]):
            direct = _direct(chains, points, p, entrances, rows[k], same_m)
            if direct < d or (direct == d and rows[k] < s):
                d, s = direct, rows[k]
        if d <= limit:
            best[p], found[p] = d, s
    return best, found


@register_jitable
def _improve(best: Any, near: Any, count: int, p: int, d: float, limit: float) -> int:
    """Keep the lower cost of a point; list points when they first come within the limit."""
    if d <= limit and d < best[p]:
        if best[p] == np.inf:
            near[count] = p
            count += 1
        best[p] = d
    return count


@register_jitable
def _read_points(queue: Any, cost: Any, chains: Any, around: Any, points: Any, best: Any, near: Any, limit: float) -> int:
    """Costs of the points on every chain that ends at a junction within the limit; forgets the junctions."""
    ends_first, ends_chain, first = around
    count = 0
    for r in range(queue.count[0]):
        u = queue.reached[r]
        for k in range(ends_first[u], ends_first[u + 1]):
            c = ends_chain[k]
            if chains.head[c] == u:
                for p in range(first[c], first[c + 1]):
                    count = _improve(best, near, count, p, cost[u] + points.to_head[p], limit)
            if chains.tail[c] == u:
                for p in range(first[c], first[c + 1]):
                    count = _improve(best, near, count, p, cost[u] + points.to_tail[p], limit)
        cost[u] = np.inf
    queue.count[0] = 0
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
    limit, width, same_m = scale
    group_first, group_rows = groups
    cost, source = np.full(len(arcs.first) - 1, np.inf), np.zeros(len(arcs.first) - 1, np.int32)
    queue = _queue(len(cost), limit, width)
    best, near = np.full(len(points.chain), np.inf), np.empty(len(points.chain), np.int32)
    counts = np.zeros(bounds[1] - bounds[0], np.int64)
    found_point, found_cost = np.empty(room, np.int32), np.empty(room)
    used, g = 0, bounds[0]
    while g < bounds[1] and room - used >= len(near):
        mine = group_rows[group_first[g] : group_first[g + 1]]
        for i in mine:
            _start(queue, cost, source, chains, entrances, i, limit, width)
        _spread(arcs, queue, cost, source, limit, width)
        count = _read_points(queue, cost, chains, around, points, best, near, limit)
        for i in mine:
            c = entrances.chain[i]
            for p in range(around[2][c], around[2][c + 1]):
                count = _improve(best, near, count, p, _direct(chains, points, p, entrances, i, same_m), limit)
        for n in range(count):
            found_point[used], found_cost[used] = near[n], best[near[n]]
            best[near[n]] = np.inf
            used += 1
        counts[g - bounds[0]] = count
        g += 1
    return g, counts[: g - bounds[0]].copy(), found_point[:used].copy(), found_cost[:used].copy()


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
