"""Nearest searches over the walk network: exact on the network, from the few to the many.

A search starts at the entrances and runs against the direction of walking, so one search gives
the distance of every point to its nearest entrance. Every entrance is a node of its own, tied to
both ends of its edge by the off-network leg and the piece of the edge; a point that lies on the
same edge as an entrance also walks straight to it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


@dataclass(frozen=True)
class SearchGraph:
    """The network's arcs against the direction of walking, with every entrance as a node of its own."""

    network: WalkNetwork
    impedance: Impedance
    entrances: Attachments
    arcs: csr_array
    """(nodes + entrances) squared; entrances have arcs that leave them and none that reach them."""


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
    """Position among the graph's entrances, or the group after `nearest_per_group`."""
    cost: NDArray[np.float64]


def search_graph(network: WalkNetwork, entrances: Attachments, impedance: Impedance | None = None) -> SearchGraph:
    """Join entrances to the network for any number of searches.

    Entrances that are out of reach (``edge`` -1) get no arcs. Parallel edges between the same
    nodes count with the shorter one. Whoever stands at the very end of a one-way edge stands at
    its node, and may leave it by any other edge.
    """
    impedance = impedance or distance(network)
    nodes = len(network.node_id)
    on = np.flatnonzero(entrances.edge >= 0)
    edge = entrances.edge[on]
    _, _, from_start, from_end = _ends(network, impedance, entrances, on)
    fore, back = np.isfinite(impedance.forward), np.isfinite(impedance.backward)
    tail = [network.edge_end[fore], network.edge_start[back], nodes + on, nodes + on]
    head = [network.edge_start[fore], network.edge_end[back], network.edge_start[edge], network.edge_end[edge]]
    cost = np.concatenate([impedance.forward[fore], impedance.backward[back], from_start, from_end])
    open_ = np.isfinite(cost)
    arcs = _shortest_arcs(
        np.concatenate(tail)[open_], np.concatenate(head)[open_], cost[open_], nodes + len(entrances.edge)
    )
    return SearchGraph(network, impedance, entrances, arcs)


def _ends(
    network: WalkNetwork, impedance: Impedance, points: Attachments, on: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Cost from points to the start and to the end of their edges, and from the start and the end to them."""
    edge, along_m, leg = points.edge[on], points.along_m[on], points.off_network_m[on] * impedance.per_metre
    length_m = network.edge_length_m[edge]
    share = along_m / length_m
    at_start, at_end = along_m <= _SAME_PLACE_M, along_m >= length_m - _SAME_PLACE_M
    fore, back = impedance.forward[edge], impedance.backward[edge]

    def part(cost: NDArray[np.float64], share: NDArray[np.float64], here: NDArray[np.bool_]) -> NDArray[np.float64]:
        walk = np.where(np.isfinite(cost), np.where(np.isfinite(cost), cost, 0.0) * share, np.inf)
        return np.where(here & ~np.isfinite(cost), 0.0, walk) + leg

    return (
        part(back, share, at_start),
        part(fore, 1 - share, at_end),
        part(fore, share, at_start),
        part(back, 1 - share, at_end),
    )


def nearest_entrance(graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments, *, limit: float) -> Nearest:
    """Cost of the walk from every point to the nearest of the chosen entrances.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : Attachments
        Demand points.
    limit : float
        Costs beyond it are out of reach.

    Returns
    -------
    Nearest
        Exact to rounding on the network given; of entrances equally near any one.

    References
    ----------
    Dijkstra, E. W. (1959). A note on two problems in connexion with graphs. Numerische Mathematik 1.
    """
    chosen = chosen[graph.entrances.edge[chosen] >= 0]
    nodes = len(graph.network.node_id)
    out = Nearest(np.full(len(points.edge), np.inf), np.full(len(points.edge), -1, dtype=np.int64))
    if not len(chosen):
        return out
    node_m, _, source = dijkstra(
        graph.arcs, indices=nodes + chosen, min_only=True, limit=limit, return_predecessors=True
    )
    _over_both_ends(graph, points, node_m[:nodes], source[:nodes] - nodes, out)
    _along_the_same_edge(graph, chosen, points, out)
    beyond = out.cost > limit
    out.cost[beyond], out.entrance[beyond] = np.inf, -1
    return out


def distance_to_nodes(
    graph: SearchGraph, node: NDArray[np.int64], points: Attachments, *, limit: float
) -> NDArray[np.float64]:
    """Cost of the walk from every point to the nearest of some nodes; inf beyond `limit`."""
    if not len(node):
        return np.full(len(points.edge), np.inf)
    nodes = len(graph.network.node_id)
    node_m = dijkstra(graph.arcs, indices=node, min_only=True, limit=limit)[:nodes]
    out = Nearest(np.full(len(points.edge), np.inf), np.full(len(points.edge), -1, dtype=np.int64))
    _over_both_ends(graph, points, node_m, np.zeros(nodes, dtype=np.int64), out)
    return np.where(out.cost <= limit, out.cost, np.inf)


def _shortest_arcs(
    tail: NDArray[np.int64], head: NDArray[np.int64], cost_m: NDArray[np.float64], size: int
) -> csr_array:
    """A sparse matrix adds up entries that fall together; two parallel ways are not one long way."""
    order = np.lexsort((cost_m, head, tail))
    tail, head, cost_m = tail[order], head[order], cost_m[order]
    first = np.ones(len(tail), dtype=bool)
    first[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    return csr_array((cost_m[first], (tail[first], head[first])), shape=(size, size))


def _over_both_ends(
    graph: SearchGraph,
    points: Attachments,
    node_cost: NDArray[np.float64],
    source: NDArray[np.int64],
    out: Nearest,
) -> None:
    on = np.flatnonzero(points.edge >= 0)
    edge = points.edge[on]
    start, end = graph.network.edge_start[edge], graph.network.edge_end[edge]
    to_start, to_end, _, _ = _ends(graph.network, graph.impedance, points, on)
    by_start, by_end = to_start + node_cost[start], to_end + node_cost[end]
    out.cost[on] = np.minimum(by_start, by_end)
    out.entrance[on] = np.where(by_start <= by_end, source[start], source[end])
    out.entrance[on[~np.isfinite(out.cost[on])]] = -1


def _along_the_same_edge(graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments, out: Nearest) -> None:
    """Offer the walk along one edge without touching either of its ends."""
    network, entrances, impedance = graph.network, graph.entrances, graph.impedance
    order = chosen[np.argsort(entrances.edge[chosen], kind="stable")]
    edges = entrances.edge[order]
    low = np.searchsorted(edges, points.edge, side="left")
    count = np.where(points.edge >= 0, np.searchsorted(edges, points.edge, side="right") - low, 0)
    point = np.repeat(np.arange(len(count)), count)
    if not len(point):
        return
    within = np.arange(len(point)) - np.repeat(np.cumsum(count) - count, count)
    entrance = order[low[point] + within]
    ahead_m = entrances.along_m[entrance] - points.along_m[point]
    edge = points.edge[point]
    rate = np.where(ahead_m >= 0, impedance.forward[edge], impedance.backward[edge]) / network.edge_length_m[edge]
    here = np.abs(ahead_m) <= _SAME_PLACE_M
    walk = np.where(here, 0.0, np.abs(ahead_m) * rate)
    walk += (entrances.off_network_m[entrance] + points.off_network_m[point]) * impedance.per_metre
    best = np.lexsort((entrance, walk, point))
    point, first = np.unique(point[best], return_index=True)
    walk, entrance = walk[best][first], entrance[best][first]
    shorter = walk < out.cost[point]
    out.cost[point[shorter]] = walk[shorter]
    out.entrance[point[shorter]] = entrance[shorter]


def within(graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments, *, limit: float) -> Pairs:
    """Every pair of a point and a chosen entrance that is within a limit (inclusive) of it on foot.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : Attachments
        Demand points.
    limit : float
        In the unit of the graph's impedance.

    Returns
    -------
    Pairs
        The cost is that of the walk from the point to the entrance, with both off-network legs.
    """
    found = []
    for entrance in chosen:
        cost = nearest_entrance(graph, np.array([entrance]), points, limit=limit).cost
        near = np.flatnonzero(np.isfinite(cost))
        found.append((near, np.full(len(near), entrance), cost[near]))
    if not found:
        return Pairs(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32), np.zeros(0))
    point, entrance, cost = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((entrance, point))
    return Pairs(point[order].astype(np.int32), entrance[order].astype(np.int32), cost[order])


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
    group = group_of_entrance[pairs.entrance]
    kept = np.flatnonzero(group >= 0)
    kept = kept[np.lexsort((pairs.cost[kept], group[kept], pairs.point[kept]))]
    point, group = pairs.point[kept], group[kept]
    first = np.ones(len(kept), dtype=bool)
    first[1:] = (np.diff(point) != 0) | (np.diff(group) != 0)
    return Pairs(point[first], group[first].astype(np.int32), pairs.cost[kept[first]])
