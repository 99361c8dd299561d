"""The loops of the searches (compiled; see `spatial.search`).

Junctions wait in buckets by cost. A bucket is only a queue: costs are never rounded to it, and a
junction whose cost falls while its bucket is worked on is worked on again. What comes out is the
least fixed point of the costs, the same whatever the order. Large networks are worked on in chunks of
neighbouring junctions that fit into the processor's cache, again and again until none of them waits.

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

CHAIN, HEAD, TAIL = range(3)
"""Columns of the place of a placed point."""

_AFTER, _BEFORE, _BUCKET, _SOURCE = range(4)
"""Columns of a junction's links: neighbours in its bucket, the bucket, and the source of its cost."""

_ALL = 31
"""A shift by which all junctions are one chunk."""

_NOWHERE, _PENDING = -1, -2
"""For a bucket: does not wait; waits for its chunk's turn, in a list that `pending` begins for each chunk."""


@register_jitable
def _begin(
    place: Any, row: Any, chosen: Any, pending: Any, shift: int, links: Any, cost: Any, reached: Any, limit: float
) -> None:
    """Let both ends of the chains of some entrances wait, each with its least cost and, of equals, its lowest source.

    `reached` lists the junctions with a cost; its last entry is their number.
    """
    for i in chosen:
        if place[i, CHAIN] < 0:
            continue
        for side in range(2):
            v, d = place[i, HEAD + side], row[i, FROM_HEAD + side]
            if d > limit or d > cost[v] or (d == cost[v] and i >= links[v, _SOURCE]):
                continue
            if cost[v] == np.inf:
                reached[reached[-1]] = v
                reached[-1] += 1
                links[v, _AFTER], links[v, _BUCKET] = pending[v >> shift], _PENDING
                pending[v >> shift] = v
            cost[v] = d
            links[v, _SOURCE] = i


@register_jitable
def _wake(chunk: int, pending: Any, bucket_first: Any, links: Any, cost: Any, width: float) -> None:
    """Put what is pending in a chunk into buckets."""
    v = pending[chunk]
    pending[chunk] = -1
    while v >= 0:
        following = links[v, _AFTER]
        bucket = int(cost[v] / width)
        after = bucket_first[bucket]
        links[v, _AFTER], links[v, _BEFORE], links[v, _BUCKET] = after, -1, bucket
        if after >= 0:
            links[after, _BEFORE] = v
        bucket_first[bucket] = v
        v = following


@register_jitable
def _spread_chunk(
    chunk: int,
    shift: int,
    first: Any,
    to: Any,
    step: Any,
    pending: Any,
    bucket_first: Any,
    links: Any,
    cost: Any,
    reached: Any,
    limit: float,
    width: float,
) -> None:
    """Work off the buckets; what they reach in other chunks is pending there.

    One body on purpose: called functions, even small ones, would double the time.
    """
    for bucket in range(len(bucket_first)):
        while bucket_first[bucket] >= 0:
            u = bucket_first[bucket]
            after = links[u, _AFTER]
            bucket_first[bucket] = after
            if after >= 0:
                links[after, _BEFORE] = -1
            links[u, _BUCKET] = _NOWHERE
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
                if new == old or old == _PENDING:
                    continue
                if v >> shift != chunk:
                    links[v, _AFTER], links[v, _BUCKET] = pending[v >> shift], _PENDING
                    pending[v >> shift] = v
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


@register_jitable
def _spread(
    shift: int,
    first: Any,
    to: Any,
    step: Any,
    pending: Any,
    bucket_first: Any,
    links: Any,
    cost: Any,
    reached: Any,
    limit: float,
    width: float,
) -> None:
    """Work on chunk after chunk until nothing waits: then every cost within the limit is final."""
    waiting = True
    while waiting:
        waiting = False
        for chunk in range(len(pending)):
            if pending[chunk] >= 0:
                waiting = True
                _wake(chunk, pending, bucket_first, links, cost, width)
                _spread_chunk(chunk, shift, first, to, step, pending, bucket_first, links, cost, reached, limit, width)


def spread_from(arcs: Any, entrances: Any, chosen: NDArray[np.int64], limit: float, width: float, shift: int) -> Any:
    """Cost from every junction to the nearest chosen entrance, and which it is (-1: none within the limit).

    Junctions are worked on in chunks of ``2 ** shift``.
    """
    first, to, step = arcs
    cost = np.full(len(first) - 1, np.inf)
    links = np.full((len(cost), 4), -1, np.int32)
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    pending = np.full((len(cost) >> shift) + 1, -1, np.int32)
    _begin(entrances.place, entrances.row, chosen, pending, shift, links, cost, reached, limit)
    _spread(shift, first, to, step, pending, bucket_first, links, cost, reached, limit, width)
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


def read_nearest(
    chains: Any,
    points: Any,
    entrances: Any,
    by_chain: tuple[NDArray[np.int32], NDArray[np.int32]],
    chosen: NDArray[np.int64],
    found_at: tuple[NDArray[np.float64], NDArray[np.int32]],
    limit: float,
    same_m: float,
) -> Any:
    """Cost from every point to the nearest chosen entrance, and which it is.

    `by_chain` holds the entrances of each chain in CSR form.
    """
    out, back, place, row, entrance_row = chains.out, chains.back, points.place, points.row, entrances.row
    (cost, source), (first, rows) = found_at, by_chain
    wanted = np.zeros(len(entrance_row), np.bool_)
    for i in chosen:
        wanted[i] = True
    best, found = np.empty(len(row)), np.empty(len(row), np.int64)
    for p in range(len(row)):
        best[p], found[p] = np.inf, -1
        c, head, tail = place[p, CHAIN], place[p, HEAD], place[p, TAIL]
        if c < 0:
            continue
        d, s = row[p, TO_HEAD] + cost[head], source[head]
        by_tail = row[p, TO_TAIL] + cost[tail]
        if by_tail < d or (by_tail == d and source[tail] < s):
            d, s = by_tail, source[tail]
        for k in range(first[c], first[c + 1]):
            i = rows[k]
            if wanted[i]:
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
    place: Any,
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
        c = place[i, CHAIN]
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
    out, back = chains.out, chains.back
    ends_first, ends_chain, point_first = around
    row, place, entrance_row = points.row, entrances.place, entrances.row
    cost, links = np.full(len(first) - 1, np.inf), np.full((len(first) - 1, 4), -1, np.int32)
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    pending = np.full(1, -1, np.int32)
    best, near = np.full(len(row), np.inf), np.empty(len(row), np.int32)
    counts = np.zeros(bounds[1] - bounds[0], np.int64)
    found_point, found_cost = np.empty(room, np.int32), np.empty(room)
    used, g = 0, bounds[0]
    while g < bounds[1] and room - used >= len(near):
        mine = group_rows[group_first[g] : group_first[g + 1]]
        _begin(place, entrance_row, mine, pending, _ALL, links, cost, reached, limit)
        _spread(_ALL, first, to, step, pending, bucket_first, links, cost, reached, limit, width)
        count = _read_points(reached, cost, ends_first, ends_chain, point_first, row, best, near, limit)
        count = _read_chains(mine, place, entrance_row, row, out, back, point_first, best, near, count, limit, same_m)
        for n in range(count):
            found_point[used], found_cost[used] = near[n], best[near[n]]
            best[near[n]] = np.inf
            used += 1
        counts[g - bounds[0]] = count
        g += 1
    return g, counts[: g - bounds[0]].copy(), found_point[:used].copy(), found_cost[:used].copy()
