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

from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


@dataclass(frozen=True)
class SearchGraph:
    """The network's arcs against the direction of walking, with every entrance as a node of its own."""

    network: WalkNetwork
    entrances: Attachments
    arcs: csr_array
    """(nodes + entrances) squared; entrances have arcs that leave them and none that reach them."""


@dataclass(frozen=True)
class Nearest:
    """The nearest entrance of each point."""

    distance_m: NDArray[np.float64]
    """Walking distance with both off-network legs; inf is out of reach."""
    entrance: NDArray[np.int64]
    """Its position among the graph's entrances; -1 if out of reach."""


def search_graph(network: WalkNetwork, entrances: Attachments) -> SearchGraph:
    """Join entrances to the network for any number of searches.

    Entrances that are out of reach (``edge`` -1) get no arcs. Parallel edges between the same
    nodes count with the shorter one. Whoever stands at the very end of a one-way edge stands at
    its node, and may leave it by any other edge.
    """
    nodes = len(network.node_id)
    on = np.flatnonzero(entrances.edge >= 0)
    edge = entrances.edge[on]
    to_start = entrances.off_network_m[on] + entrances.along_m[on]
    to_end = entrances.off_network_m[on] + network.edge_length_m[edge] - entrances.along_m[on]
    fore, back, length_m = network.edge_forward, network.edge_backward, network.edge_length_m
    from_start = fore[edge] | (entrances.along_m[on] <= _SAME_PLACE_M)
    from_end = back[edge] | (entrances.along_m[on] >= length_m[edge] - _SAME_PLACE_M)
    tail: list[NDArray[np.integer]] = [
        network.edge_end[fore],
        network.edge_start[back],
        nodes + on[from_start],
        nodes + on[from_end],
    ]
    head: list[NDArray[np.integer]] = [
        network.edge_start[fore],
        network.edge_end[back],
        network.edge_start[edge][from_start],
        network.edge_end[edge][from_end],
    ]
    cost_m = [length_m[fore], length_m[back], to_start[from_start], to_end[from_end]]
    arcs = _shortest_arcs(
        np.concatenate(tail), np.concatenate(head), np.concatenate(cost_m), nodes + len(entrances.edge)
    )
    return SearchGraph(network, entrances, arcs)


def nearest_entrance(graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments, *, limit_m: float) -> Nearest:
    """Distance from every point to the nearest of the chosen entrances.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : Attachments
        Demand points.
    limit_m : float
        Distances beyond it are out of reach.

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
        graph.arcs, indices=nodes + chosen, min_only=True, limit=limit_m, return_predecessors=True
    )
    _over_both_ends(graph.network, points, node_m[:nodes], source[:nodes] - nodes, out)
    _along_the_same_edge(graph, chosen, points, out)
    beyond = out.distance_m > limit_m
    out.distance_m[beyond], out.entrance[beyond] = np.inf, -1
    return out


def distance_to_nodes(
    graph: SearchGraph, node: NDArray[np.int64], points: Attachments, *, limit_m: float
) -> NDArray[np.float64]:
    """Walking distance from every point to the nearest of some nodes [m]; inf beyond `limit_m`."""
    if not len(node):
        return np.full(len(points.edge), np.inf)
    nodes = len(graph.network.node_id)
    node_m = dijkstra(graph.arcs, indices=node, min_only=True, limit=limit_m)[:nodes]
    out = Nearest(np.full(len(points.edge), np.inf), np.full(len(points.edge), -1, dtype=np.int64))
    _over_both_ends(graph.network, points, node_m, np.zeros(nodes, dtype=np.int64), out)
    return np.where(out.distance_m <= limit_m, out.distance_m, np.inf)


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
    network: WalkNetwork,
    points: Attachments,
    node_m: NDArray[np.float64],
    source: NDArray[np.int64],
    out: Nearest,
) -> None:
    on = np.flatnonzero(points.edge >= 0)
    edge = points.edge[on]
    start, end = network.edge_start[edge], network.edge_end[edge]
    along_m, off_m = points.along_m[on], points.off_network_m[on]
    to_start = network.edge_backward[edge] | (along_m <= _SAME_PLACE_M)
    to_end = network.edge_forward[edge] | (along_m >= network.edge_length_m[edge] - _SAME_PLACE_M)
    by_start = np.where(to_start, node_m[start] + along_m, np.inf)
    by_end = np.where(to_end, node_m[end] + network.edge_length_m[edge] - along_m, np.inf)
    out.distance_m[on] = np.minimum(by_start, by_end) + off_m
    out.entrance[on] = np.where(by_start <= by_end, source[start], source[end])
    out.entrance[on[~np.isfinite(out.distance_m[on])]] = -1


def _along_the_same_edge(graph: SearchGraph, chosen: NDArray[np.int64], points: Attachments, out: Nearest) -> None:
    """Offer the walk along one edge without touching either of its ends."""
    network, entrances = graph.network, graph.entrances
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
    open_ = np.where(ahead_m >= 0, network.edge_forward[edge], network.edge_backward[edge]) | (
        np.abs(ahead_m) <= _SAME_PLACE_M
    )
    walk_m = np.where(open_, np.abs(ahead_m), np.inf) + entrances.off_network_m[entrance] + points.off_network_m[point]
    best = np.lexsort((entrance, walk_m, point))
    point, first = np.unique(point[best], return_index=True)
    walk_m, entrance = walk_m[best][first], entrance[best][first]
    shorter = walk_m < out.distance_m[point]
    out.distance_m[point[shorter]] = walk_m[shorter]
    out.entrance[point[shorter]] = entrance[shorter]
