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

AT, OUT, BACK, LEG = range(4)
"""Columns of a point's place along its chain, see `spatial.search_graph.Placed`."""

_AFTER, _BEFORE, _BUCKET, _SOURCE = range(4)
"""Columns of a junction's links: neighbours in its bucket, the bucket, and the source of its cost."""

_ALL = 31
"""A shift by which all junctions are one chunk."""

_NOWHERE, _PENDING = -1, -2
"""For a bucket: does not wait; waits for its chunk's turn, in a list that `pending` begins for each chunk."""


@register_jitable
def _begin(
    chain: Any,
    away: Any,
    head: Any,
    tail: Any,
    chosen: Any,
    pending: Any,
    shift: int,
    links: Any,
    cost: Any,
    reached: Any,
    limit: float,
) -> None:
    """Let both ends of the chains of some entrances wait, each with its least cost and, of equals, its lowest source.

    `reached` lists the junctions with a cost; its last entry is their number.
    """
    for i in chosen:
        c = chain[i]
        if c < 0:
            continue
        for side in range(2):
            v, d = tail[c] if side else head[c], away[side, i]
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


def spread_from(
    arcs: Any, chains: Any, entrances: Any, chosen: NDArray[np.int64], limit: float, width: float, shift: int
) -> Any:
    """Cost from every junction to the nearest chosen entrance, and which it is (-1: none within the limit).

    Junctions are worked on in chunks of ``2 ** shift``.
    """
    first, to, step = arcs
    cost = np.full(len(first) - 1, np.inf)
    links = np.full((len(cost), 4), -1, np.int32)
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    pending = np.full((len(cost) >> shift) + 1, -1, np.int32)
    head, tail = chains.head, chains.tail
    _begin(entrances.chain, entrances.away, head, tail, chosen, pending, shift, links, cost, reached, limit)
    _spread(shift, first, to, step, pending, bucket_first, links, cost, reached, limit, width)
    return cost, links[:, _SOURCE].copy()


@register_jitable
def _read_points(
    reached: Any,
    cost: Any,
    ends_first: Any,
    ends_chain: Any,
    head: Any,
    tail: Any,
    own: Any,
    point_first: Any,
    towards: Any,
    found_point: Any,
    found_cost: Any,
    used: int,
    limit: float,
) -> int:
    """List the points within the limit on the chains that end at a reached junction, but for entrances' own chains.

    `ends_chain` holds a chain twice, doubled, with 1 added at the junction at its tail; it is read at
    its head if that is reached. What is beyond the limit is written, too, and written over by the next.
    """
    for r in range(reached[-1]):
        u = reached[r]
        for k in range(ends_first[u], ends_first[u + 1]):
            c = ends_chain[k] >> 1
            from_head, from_tail = cost[head[c]], cost[tail[c]]
            if own[c] or (ends_chain[k] & 1 and from_head < np.inf):
                continue
            for p in range(point_first[c], point_first[c + 1]):
                by_head, by_tail = from_head + towards[0, p], from_tail + towards[1, p]
                d = min(by_head, by_tail)
                found_point[used], found_cost[used] = p, d
                used += d <= limit
    return used


@register_jitable
def _read_own_chains(
    mine: Any,
    chain: Any,
    entrance: Any,
    cost: Any,
    head: Any,
    tail: Any,
    out: Any,
    back: Any,
    own: Any,
    point_first: Any,
    row: Any,
    towards: Any,
    best: Any,
    found_point: Any,
    found_cost: Any,
    used: int,
    limit: float,
    same_m: float,
) -> int:
    """List the points within the limit on entrances' own chains, by their ends or straight along; forgets the chains.

    `best` is scratch space for the points.
    """
    for i in mine:
        c = chain[i]
        for p in range(point_first[c], point_first[c + 1]):
            best[p] = min(cost[head[c]] + towards[0, p], cost[tail[c]] + towards[1, p])
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
            best[p] = min(best[p], d + (row[p, LEG] + entrance[i, LEG]))
    for i in mine:
        c = chain[i]
        if own[c]:
            own[c] = False
            for p in range(point_first[c], point_first[c + 1]):
                found_point[used], found_cost[used] = p, best[p]
                used += best[p] <= limit
    return used


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
    head, tail, out, back = chains.head, chains.tail, chains.out, chains.back
    ends_first, ends_chain, point_first = around
    row, towards = points.along, points.towards
    chain, entrance_row, away = entrances.chain, entrances.along, entrances.away
    cost, links = np.full(len(first) - 1, np.inf), np.full((len(first) - 1, 4), -1, np.int32)
    reached = np.zeros(len(cost) + 1, np.int32)
    bucket_first = np.full(int(limit / width) + 1, -1, np.int32)
    pending, own, best = np.full(1, -1, np.int32), np.zeros(len(head), np.bool_), np.empty(len(row))
    counts = np.zeros(bounds[1] - bounds[0], np.int64)
    found_point, found_cost = np.empty(room, np.int32), np.empty(room)
    used, g = 0, bounds[0]
    while g < bounds[1] and room - used >= len(row):
        mine, before = group_rows[group_first[g] : group_first[g + 1]], used
        for i in mine:
            own[chain[i]] = True
        _begin(chain, away, head, tail, mine, pending, _ALL, links, cost, reached, limit)
        _spread(_ALL, first, to, step, pending, bucket_first, links, cost, reached, limit, width)
        used = _read_points(
            reached, cost, ends_first, ends_chain, head, tail, own, point_first, towards,
            found_point, found_cost, used, limit,
        )  # fmt: skip
        used = _read_own_chains(
            mine, chain, entrance_row, cost, head, tail, out, back, own, point_first, row, towards, best,
            found_point, found_cost, used, limit, same_m,
        )  # fmt: skip
        for r in range(reached[-1]):
            cost[reached[r]] = np.inf
        reached[-1] = 0
        counts[g - bounds[0]] = used - before
        g += 1
    return g, counts[: g - bounds[0]], found_point[:used], found_cost[:used]
