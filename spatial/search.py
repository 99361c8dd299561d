"""Searches over the walk network: exact on the network, from the few to the many.

A search starts at the entrances and runs against the direction of walking, so one search gives
the cost of every point to its nearest entrance. It steps from junction to junction; points and
entrances are read off by their place on the chain between two junctions, and those on one chain
also walk straight to each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial import pair_loops, reading_loops, search_loops
from spatial.compiled import compiled, in_parallel, plain
from spatial.errors import AnalysisError
from spatial.search_graph import (
    SAME_PLACE_M,
    PlacedPoints,
    SearchGraph,
    place_points,
    search_graph,
    with_entrances,
)
from spatial.snapping import Attachments, at_nodes

__all__ = [
    "Nearest",
    "Pairs",
    "PlacedPoints",
    "SearchGraph",
    "distance_to_nodes",
    "nearest_entrance",
    "nearest_per_group",
    "place_points",
    "search_graph",
    "within",
]

_MOST_BUCKETS = 2**16
_LONGEST_LEG_M = 100_000.0
"""Longer than any leg beside the network that somebody could mean."""
_PAIRS_AT_ONCE = 2**20
_SORTED_IN = 2
"""Parts of the points whose pairs are put in order at the same time; each part reads all pairs."""
_POINTS_AT_ONCE = 2**18
"""Below it a second thread costs more than it saves."""
_CHUNK_SHIFT = 13
"""Chunks of 8,192 junctions: what a search needs of them is about half a megabyte."""


@dataclass(frozen=True)
class Nearest:
    """The nearest entrance of each point."""

    cost: NDArray[np.float64]
    """Of the walk with both off-network legs, in the unit of the graph's impedance; inf is out of reach."""
    entrance: NDArray[np.int64]
    """Its position among the graph's entrances; -1 if out of reach."""


@dataclass(frozen=True)
class Pairs:
    """Points and the entrances within a limit of them: one entry a pair, sorted by point, then entrance."""

    point: NDArray[np.int32]
    entrance: NDArray[np.int32]
    """Position among the graph's entrances, or the group where entrances were taken together."""
    cost: NDArray[np.float64]


def nearest_entrance(
    graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments | PlacedPoints, *, limit: float
) -> Nearest:
    """Cost of the walk from every point to the nearest of the chosen entrances.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : Attachments or PlacedPoints
        Demand points; placed (`place_points`) if they are asked for more than once.
    limit : float
        Costs beyond it are out of reach; in the unit of the graph's impedance.

    Returns
    -------
    Nearest
        Exact to rounding on the network given. Of entrances equally near, the first.

    References
    ----------
    Dial, R. B. (1969). Algorithm 360: shortest-path forest with topological ordering. Communications
    of the ACM 12(11). Meyer, U. and Sanders, P. (2003). Delta-stepping: a parallelizable shortest
    path algorithm. Journal of Algorithms 49(1).
    """
    return _nearest(graph, plain(chosen, np.int64), _placed(graph, points), limit)


def _nearest(graph: SearchGraph, chosen: NDArray[np.int64], points: PlacedPoints, limit: float) -> Nearest:
    made = graph.contracted
    found_at = compiled(search_loops.spread_from)(
        made.arcs, made.chains, graph.placed, chosen, *_scale(graph, limit), _CHUNK_SHIFT
    )
    best, found = np.empty(points.count), np.empty(points.count, dtype=np.int64)
    if len(points.point) < points.count:
        best.fill(np.inf)
        found.fill(-1)
    read, at = compiled(reading_loops.read_nearest), (points.point, points.head, points.tail, points.at.towards)
    in_parallel(
        lambda first, last: read(at, found_at, float(limit), (first, last), best, found),
        len(points.point), block=_POINTS_AT_ONCE,
    )  # fmt: skip
    on_chains, scale = (points.point, points.first, points.at.along), (float(limit), SAME_PLACE_M)
    compiled(reading_loops.read_along)(made.chains, on_chains, graph.placed, chosen, scale, best, found)
    return Nearest(best, found)


def distance_to_nodes(
    graph: SearchGraph, node: NDArray[np.int64], points: Attachments | PlacedPoints, *, limit: float
) -> NDArray[np.float64]:
    """Cost of the walk from every point to the nearest of some nodes; inf beyond `limit`."""
    at = at_nodes(graph.network, node)
    there = with_entrances(graph.network, graph.impedance, graph.contracted, at)
    return nearest_entrance(there, np.arange(len(at.edge)), points, limit=limit).cost


def within(
    graph: SearchGraph,
    chosen: NDArray[np.int64],
    points: Attachments | PlacedPoints,
    *,
    limit: float,
    group_of_entrance: NDArray[np.int64] | None = None,
) -> Pairs:
    """Every pair of a point and a chosen entrance that is within a limit (inclusive) of it on foot.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : Attachments or PlacedPoints
        Demand points; placed (`place_points`) if they are asked for more than once.
    limit : float
        In the unit of the graph's impedance.
    group_of_entrance : int array, optional
        Group of each of the graph's entrances, such as the space it leads into; negative is left
        out. One search then serves all entrances of a group, and pairs are of points and groups:
        the same as `nearest_per_group` makes of the pairs of entrances, for less.

    Returns
    -------
    Pairs
        The cost is that of the walk from the point to the entrance, with both off-network legs.
    """
    group_id, groups = _groups(graph, chosen, group_of_entrance)
    at = _placed(graph, points)
    # Groups that lie near each other are searched one after the other; the order of the pairs is made at the end.
    near = np.argsort(graph.placed.chain[groups[1][groups[0][:-1]]], kind="stable")
    groups = _in_order(groups, near)
    counts, point, cost = _search_groups(graph, at, groups, limit)
    first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    found = Pairs(np.empty(len(point), np.int32), np.empty(len(point), np.int32), np.empty(len(point)))
    free = compiled(pair_loops.begin_points)(point, at.point, at.count, found.point)
    order, ids, loop = np.argsort(near), group_id[near].astype(np.int32), compiled(pair_loops.sort_by_point)
    in_parallel(
        lambda low, high: loop(first, order, ids, point, cost, free, (low, high), found.entrance, found.cost),
        len(at.point), block=max(1, -(-len(at.point) // _SORTED_IN)),
    )  # fmt: skip
    return found


def nearest_per_group(pairs: Pairs, group_of_entrance: NDArray[np.int64]) -> Pairs:
    """Reduce entrances to what they belong to: of each point and group the pair of least cost.

    Parameters
    ----------
    pairs : Pairs
        Of entrances.
    group_of_entrance : int array
        Group of each of the graph's entrances, such as the space it leads into; negative: left out.

    Returns
    -------
    Pairs
        `entrance` is the group; sorted by point, then group.
    """
    group = plain(group_of_entrance[pairs.entrance], np.int32)
    groups = int(group.max(initial=-1)) + 1
    point, group, cost = compiled(pair_loops.least_per_group)(pairs.point, group, pairs.cost, groups)
    order = np.argsort(point.astype(np.int64) * groups + group, kind="stable")
    return Pairs(point[order], group[order], cost[order])


def _placed(graph: SearchGraph, points: Attachments | PlacedPoints) -> PlacedPoints:
    if not isinstance(points, PlacedPoints):
        return place_points(graph, points)
    if points.contracted is not graph.contracted:
        message = "points are placed on another network than the one searched: they would be anywhere. Place them on it"
        raise AnalysisError(message)
    return points


def _scale(graph: SearchGraph, limit: float) -> tuple[float, float]:
    """The limit, and the width of a bucket."""
    if not np.isfinite(limit):
        # No walk costs more than all edges, dead ends and loops among them, and a leg at either end.
        both = (graph.impedance.forward, graph.impedance.backward)
        edges = sum(float(cost[np.isfinite(cost)].sum()) for cost in both)
        limit = edges + 2 * _LONGEST_LEG_M * graph.impedance.per_metre
    return float(limit), max(graph.contracted.bucket_width, limit / _MOST_BUCKETS)


def _groups(
    graph: SearchGraph, chosen: NDArray[np.int64], group_of_entrance: NDArray[np.int64] | None
) -> tuple[NDArray[np.int64], tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Ids of the groups, ascending, and their entrances in CSR form; those out of reach are left out."""
    chosen = np.unique(chosen)
    group = chosen if group_of_entrance is None else group_of_entrance[chosen]
    kept = (graph.placed.chain[chosen] >= 0) & (group >= 0)
    chosen, group = chosen[kept], group[kept]
    order = np.argsort(group, kind="stable")
    ids, first = np.unique(group[order], return_index=True)
    return ids.astype(np.int64), (np.append(first, len(order)).astype(np.int64), chosen[order].astype(np.int64))


def _in_order(
    groups: tuple[NDArray[np.int64], NDArray[np.int64]], order: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    first, rows = groups
    counts = np.diff(first)[order]
    begins = np.cumsum(counts) - counts
    at = np.repeat(first[:-1][order] - begins, counts) + np.arange(counts.sum())
    return np.append(begins, counts.sum()).astype(np.int64), rows[at]


def _search_groups(
    graph: SearchGraph,
    points: PlacedPoints,
    groups: tuple[NDArray[np.int64], NDArray[np.int64]],
    limit: float,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    made, loop = graph.contracted, compiled(search_loops.pairs_of_groups)
    scale = (*_scale(graph, limit), SAME_PLACE_M)
    at, around = points.at, (*points.around, points.first)
    room = len(at.chain) + _PAIRS_AT_ONCE  # so that one more group fits in as long as a million pairs do

    def work(first: int, last: int) -> list[tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]]:
        parts = []
        while first < last:
            first, *found = loop(made.arcs, made.chains, at, around, graph.placed, groups, (first, last), scale, room)
            parts.append(tuple(found))
        return parts

    size = len(groups[0]) - 1
    blocks = in_parallel(work, size, block=max(64, -(-size // 8)))
    parts = [part for block in blocks for part in block]
    if not parts:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)
    counts, point, cost = (np.concatenate(column) for column in zip(*parts, strict=True))
    return counts, point, cost
