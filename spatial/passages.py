"""Passages: ways through what is closed, and what opening one of them would be worth to everybody.

A passage is a run of closed parts of edges from open ground to open ground, the cheapest from where it begins. What a
place is away with one passage open follows from the distances in what remains, without a search for each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from spatial.closing import ClosedParts, Remaining
from spatial.impedance import Impedance
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, within
from spatial.search_graph import SearchGraph, with_entrances
from spatial.snapping import Attachments

_NOTHING = 1e-6
"""A cost by which nobody gets nearer."""
_AWAY = 1.0
"""Added to every cost to the sink, for a sparse matrix takes 0 for no arc."""


@dataclass(frozen=True)
class Gaps:
    """The closed parts as arcs between nodes of what remains."""

    closed: ClosedParts
    start: NDArray[np.int64]
    """Node of what remains at `ClosedParts.from_m`."""
    end: NDArray[np.int64]
    there: NDArray[np.float64]
    """Cost of walking each part from start to end, were it open; inf where nobody may."""
    back: NDArray[np.float64]


@dataclass(frozen=True)
class Passage:
    """A run of closed parts."""

    parts: NDArray[np.int64]
    """Positions among the closed parts, in the order of walking."""
    node: NDArray[np.int64]
    """Nodes of what remains, from where it begins to where it ends."""


def gaps_of(whole: WalkNetwork, left: Remaining, impedance: Impedance) -> Gaps:
    """Tie the closed parts to the nodes of what remains.

    Parameters
    ----------
    whole : WalkNetwork
        The network on other days.
    left : Remaining
        What remains of it.
    impedance : Impedance
        Of the whole network. On a part the cost is its share of the edge's.
    """
    closed, first = left.closed, len(left.whole_m)
    nodes = (left.network.edge_start[first:].tolist(), left.network.edge_end[first:].tolist())
    at_start: dict[tuple[int, float], int] = {}
    at_end: dict[tuple[int, float], int] = {}
    # Where an open part ends the closed one begins, at the very same number of metres.
    for edge, low, high, a, b in zip(
        left.part_of.tolist(), left.from_m.tolist(), left.to_m.tolist(), *nodes, strict=True
    ):
        at_start[edge, low], at_end[edge, high] = a, b
    spots = list(zip(closed.edge.tolist(), closed.from_m.tolist(), closed.to_m.tolist(), strict=True))
    start = [at_end.get((edge, low), int(whole.edge_start[edge])) for edge, low, _ in spots]
    end = [at_start.get((edge, high), int(whole.edge_end[edge])) for edge, _, high in spots]
    share = (closed.to_m - closed.from_m) / whole.edge_length_m[closed.edge]
    return Gaps(
        closed, np.array(start, dtype=np.int64), np.array(end, dtype=np.int64),
        impedance.forward[closed.edge] * share, impedance.backward[closed.edge] * share,
    )  # fmt: skip


def passages(graph: SearchGraph, chosen: NDArray[np.int64], gaps: Gaps, *, limit: float) -> list[Passage]:
    """The cheapest way through what is closed from every open place at its edge, where it leads nearer to an entrance.

    Parameters
    ----------
    graph : SearchGraph
        Of what remains.
    chosen : int array
        Positions among its entrances.
    gaps : Gaps
    limit : float
        From farther away than this, passage and all, nobody comes; in the unit of the graph's impedance.

    Returns
    -------
    list of Passage
        Each set of parts once.
    """
    node, open_ = np.unique(np.concatenate([gaps.start, gaps.end])), _open_nodes(graph)
    out = _cost_from(graph, chosen, node, limit)
    through, after, part = _through(gaps, node, out)
    begins = np.flatnonzero((through < out - _NOTHING) & (through <= limit) & open_[node])
    found: dict[frozenset[int], Passage] = {}
    for first in begins.tolist():
        at, nodes, parts = first, [first], list[int]()
        while part[at] >= 0:
            parts.append(int(part[at]))
            at = int(after[at])
            nodes.append(at)
        found.setdefault(frozenset(parts), Passage(np.array(parts), node[nodes]))
    return list(found.values())


def reached_by(
    graph: SearchGraph,
    chosen: NDArray[np.int64],
    gaps: Gaps,
    tried: list[Passage],
    points: Attachments,
    *,
    limit: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which points would come to an entrance within a limit (inclusive), were one passage open.

    Parameters
    ----------
    graph, chosen, gaps
        As of `passages`.
    tried : list of Passage
    points : Attachments
        Demand points, on what remains.
    limit : float

    Returns
    -------
    point, passage : int arrays
        Pairs of positions. Who lives along a closed part, and an entrance there, are out of reach as before.

    Notes
    -----
    The same as opening the parts and searching again. From every node of a passage the cost is the least of leaving it
    there for good, of walking on along it, and of leaving it for a while: Bellman's equation over its few nodes.
    """
    if not tried:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    node, at = np.unique(np.concatenate([p.node for p in tried]), return_inverse=True)
    spots = _at_open_nodes(graph, node)
    there = with_entrances(graph.network, graph.impedance, graph.contracted, spots)
    every = np.arange(len(node))
    between, coming = within(there, every, spots, limit=limit), within(there, every, points, limit=limit)
    rem = csr_matrix((between.cost + _AWAY, (between.point, between.entrance)), shape=(len(node), len(node)))
    out = _cost_from(graph, chosen, node, limit)
    to = np.argsort(coming.entrance, kind="stable")
    first = np.searchsorted(coming.entrance[to], np.arange(len(node) + 1))
    begins = np.cumsum([0, *(len(p.node) for p in tried)])
    pairs = []
    for number, passage in enumerate(tried):
        mine = at[begins[number] : begins[number + 1]]
        cost = _with_open(passage, gaps, rem[mine][:, mine].toarray(), out[mine])
        rows = [to[first[n] : first[n + 1]] for n in mine]
        row = np.concatenate(rows)
        walk = coming.cost[row] + np.repeat(cost, [len(r) for r in rows])
        served = np.unique(coming.point[row[walk <= limit]])
        pairs.append(np.column_stack([served, np.full(len(served), number)]))
    both = np.concatenate(pairs).astype(np.int64)
    return both[:, 0], both[:, 1]


def _with_open(
    passage: Passage, gaps: Gaps, rem: NDArray[np.float64], out: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Cost from every node of a passage to an entrance with it open. `rem`: 0 is no walk, else `_AWAY` more."""
    step = np.where(rem > 0, rem - _AWAY, np.inf)
    for i, part in enumerate(passage.parts.tolist()):
        forward = gaps.start[part] == passage.node[i]
        there, back = (gaps.there[part], gaps.back[part]) if forward else (gaps.back[part], gaps.there[part])
        step[i, i + 1], step[i + 1, i] = min(step[i, i + 1], there), min(step[i + 1, i], back)
    cost = out.copy()
    for _ in range(len(cost)):
        shorter = np.minimum(cost, (step + cost[None, :]).min(axis=1))
        if (shorter == cost).all():
            break
        cost = shorter
    return cost


def _through(
    gaps: Gaps, node: NDArray[np.int64], out: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Of every node at what is closed the cost by closed parts, then open ways; the next node, and the part to it."""
    a, b = np.searchsorted(node, gaps.start), np.searchsorted(node, gaps.end)
    part = np.tile(np.arange(len(a)), 2)
    tail, head, cost = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([gaps.there, gaps.back])
    kept = np.isfinite(cost) & (tail != head)
    tail, head, cost, part = tail[kept], head[kept], cost[kept], part[kept]
    order = np.lexsort((part, cost, head, tail))
    tail, head, cost, part = tail[order], head[order], cost[order], part[order]
    first = np.append(True, (np.diff(tail) != 0) | (np.diff(head) != 0)) if len(tail) else np.zeros(0, bool)
    tail, head, cost, part = tail[first], head[first], cost[first], part[first]
    sink, ends = len(node), np.flatnonzero(np.isfinite(out))
    # Against the direction of walking, from the sink.
    arcs = csr_matrix(
        (
            np.concatenate([np.maximum(cost, 1e-12), out[ends] + _AWAY]),
            (np.concatenate([head, np.full(len(ends), sink)]), np.concatenate([tail, ends])),
        ),
        shape=(sink + 1, sink + 1),
    )
    away, before = dijkstra(arcs, indices=sink, return_predecessors=True)
    after = np.where((before[:sink] == sink) | (before[:sink] < 0), -1, before[:sink]).astype(np.int64)
    key = np.full((0,), -1, dtype=np.int64) if not len(tail) else tail * (sink + 1) + head
    asked = np.arange(sink) * (sink + 1) + after
    place = np.searchsorted(key, asked) if len(key) else np.zeros(sink, dtype=np.int64)
    by = np.where(after >= 0, part[np.minimum(place, max(len(part) - 1, 0))] if len(part) else -1, -1)
    return away[:sink] - _AWAY, after, by.astype(np.int64)


def _cost_from(
    graph: SearchGraph, chosen: NDArray[np.int64], node: NDArray[np.int64], limit: float
) -> NDArray[np.float64]:
    found: NDArray[np.float64] = nearest_entrance(graph, chosen, _at_open_nodes(graph, node), limit=limit).cost
    return found


def _open_edges(graph: SearchGraph) -> NDArray[np.int64]:
    return np.flatnonzero(np.isfinite(graph.impedance.forward) | np.isfinite(graph.impedance.backward))


def _open_nodes(graph: SearchGraph) -> NDArray[np.bool_]:
    """Which nodes an open edge meets."""
    open_ = np.zeros(len(graph.network.node_id), dtype=bool)
    edges = _open_edges(graph)
    open_[graph.network.edge_start[edges]] = open_[graph.network.edge_end[edges]] = True
    return open_


def _at_open_nodes(graph: SearchGraph, node: NDArray[np.int64]) -> Attachments:
    """Places at nodes, each at an end of an open edge; out of reach where none meets it."""
    network, edges = graph.network, _open_edges(graph)
    edge_of = np.full(len(network.node_id), -1, dtype=np.int32)
    edge_of[network.edge_end[edges]], edge_of[network.edge_start[edges]] = edges, edges
    edge = edge_of[node]
    along_m = np.where(network.edge_start[edge] == node, 0.0, network.edge_length_m[edge])
    nowhere = edge < 0
    return Attachments(edge, np.where(nowhere, np.nan, along_m), np.where(nowhere, np.nan, 0.0))
