"""Ways that a hazard closes: edges are cut where they run into its footprint, and what is left stays open.

A street that leads into the water is a dead end there, not gone. Ways that do not follow the ground
(bridges, tunnels, fords) close in a manner of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree
from shapely.ops import substring

from spatial.build import components
from spatial.impedance import Impedance
from spatial.line_parts import line_parts
from spatial.network import WalkNetwork
from spatial.snapping import Attachments
from spatial.traits import Trait, joined

MANNERS = ("open", "part", "whole")
"""A bridge, tunnel or ford stays open; its part inside closes; or all of it, from end to end over all edges that it is
mapped as, as soon as any part lies inside. Ascending."""
_SAME_PLACE_M = 1e-9
"""Far below what coordinates can tell: two cuts so near are one."""


@dataclass(frozen=True)
class Manner:
    """How a hazard closes ways that do not follow the ground, each one of `MANNERS`; on the ground a part closes.

    An edge of several traits closes in the manner that closes most of it.
    """

    bridge: str = "part"
    tunnel: str = "part"
    ford: str = "part"

    @property
    def by_trait(self) -> tuple[tuple[Trait, str], ...]:
        """The traits that it speaks of, each with what it says."""
        return ((Trait.BRIDGE, self.bridge), (Trait.TUNNEL, self.tunnel), (Trait.FORD, self.ford))


@dataclass(frozen=True)
class ClosedParts:
    """Parts of edges that are closed: one entry a part, by edge, then place; parts of one edge do not overlap."""

    edge: NDArray[np.int64]
    from_m: NDArray[np.float64]
    """Distance along the edge from its start; the ends of a part belong to it."""
    to_m: NDArray[np.float64]

    @property
    def length_m(self) -> float:
        """Length of all of them."""
        return float((self.to_m - self.from_m).sum())


def closed_parts(network: WalkNetwork, footprint: NDArray[np.object_], manner: Manner) -> ClosedParts:
    """The parts of edges that lie inside any polygon of a footprint, by the manner of its hazard.

    Parameters
    ----------
    network : WalkNetwork
    footprint : array of shapely polygons
        In the network's CRS; may overlap.
    manner : Manner

    Returns
    -------
    ClosedParts
        An edge that touches the footprint in a point alone is open. Empty where nothing is closed.

    Notes
    -----
    With bridges and tunnels on the ground (all "part"), the length closed is that of the edges inside the union of
    the footprint. A larger footprint closes all that a smaller one does. Edges of bridges that meet are one bridge,
    however many ways they were mapped as, for it is shut as a whole; tunnels and fords likewise.
    """
    manner_of = _manner_of_edges(network, manner)
    tried = np.flatnonzero(manner_of > 0)
    _, hit = STRtree(network.edge_line[tried]).query(footprint, predicate="intersects")
    edge = tried[np.unique(hit)]
    if not len(edge):
        return _no_parts()
    parts = line_parts(network.edge_line[edge], network.edge_length_m[edge], footprint)
    inside = ClosedParts(edge[parts.line[parts.inside]], parts.from_m[parts.inside], parts.to_m[parts.inside])
    whole = _shut_from_end_to_end(network, inside.edge, manner)
    return together([inside, ClosedParts(whole, np.zeros(len(whole)), network.edge_length_m[whole])])


def together(parts: Sequence[ClosedParts]) -> ClosedParts:
    """What is closed by any of several hazards."""
    if not parts:
        return _no_parts()
    edge, from_m, to_m = (
        np.concatenate([getattr(p, name) for p in parts]) for name in ("edge", "from_m", "to_m")
    )  # fmt: skip
    order = np.lexsort((to_m, from_m, edge))
    joint: list[tuple[int, float, float]] = []
    for e, low, high in zip(edge[order].tolist(), from_m[order].tolist(), to_m[order].tolist(), strict=True):
        if joint and joint[-1][0] == e and low <= joint[-1][2] + _SAME_PLACE_M:
            joint[-1] = (e, joint[-1][1], max(high, joint[-1][2]))
        else:
            joint.append((e, low, high))
    if not joint:
        return _no_parts()
    edges, lows, highs = zip(*joint, strict=True)
    return ClosedParts(np.array(edges, dtype=np.int64), np.array(lows), np.array(highs))


@dataclass(frozen=True)
class Remaining:
    """What is open of a network, and how places on the whole network are found on it."""

    network: WalkNetwork
    """All edges of the whole network in their order, those that were cut being closed; then the open parts of these.
    Where a part ends at a cut is a new node, and a dead end."""
    closed: ClosedParts
    part_of: NDArray[np.int64]
    """The edge of the whole network that each open part comes from, by edge, then place."""
    from_m: NDArray[np.float64]
    to_m: NDArray[np.float64]
    whole_m: NDArray[np.float64]
    """Length of the edges of the whole network."""

    def attachments(self, at: Attachments) -> Attachments:
        """The same points on what is open; out of reach where they were attached to what is closed.

        None is attached anew: whoever stands before a closed street is not led to another one, which nobody has
        looked at, and no hazard brings anything nearer.
        """
        cut = np.zeros(len(self.whole_m) + 1, dtype=bool)
        cut[self.closed.edge] = True
        moved = np.flatnonzero(cut[at.edge])
        if not len(moved):
            return at
        edge, along_m, off_m = at.edge.copy(), at.along_m.copy(), at.off_network_m.copy()
        edge[moved], along_m[moved], off_m[moved] = -1, np.nan, np.nan
        first = np.searchsorted(self.part_of, at.edge[moved], side="left")
        count = np.searchsorted(self.part_of, at.edge[moved], side="right") - first
        place_m, whole_m = at.along_m[moved], self.whole_m[at.edge[moved]]
        for nth in range(int(count.max(initial=0))):
            rows = np.flatnonzero(nth < count)
            part, here_m = first[rows] + nth, place_m[rows]
            from_m, to_m = self.from_m[part], self.to_m[part]
            held = (here_m > from_m) & (here_m < to_m)
            held |= (from_m == 0) & (here_m <= 0) | (to_m == whole_m[rows]) & (here_m >= to_m)
            point = moved[rows[held]]
            edge[point], along_m[point] = len(self.whole_m) + part[held], here_m[held] - from_m[held]
            off_m[point] = at.off_network_m[point]
        return Attachments(edge, along_m, off_m)

    def impedance(self, whole: Impedance) -> Impedance:
        """The costs of the whole network on what is open: on a part of an edge its share of the cost."""
        if self.network.edge_length_m is self.whole_m:
            return whole
        share = (self.to_m - self.from_m) / self.whole_m[self.part_of]
        cut = np.isin(np.arange(len(self.whole_m)), self.closed.edge)
        forward, backward = (
            np.concatenate([np.where(cut, np.inf, cost), cost[self.part_of] * share])
            for cost in (whole.forward, whole.backward)
        )
        return Impedance(whole.unit, forward, backward, whole.per_metre)


def without(network: WalkNetwork, closed: ClosedParts) -> Remaining:
    """The network without what is closed.

    Parameters
    ----------
    network : WalkNetwork
        The one that the parts were found on, or the same as far as it is open to somebody.
    closed : ClosedParts

    Returns
    -------
    Remaining
        Where nothing is closed, of the very network.

    Notes
    -----
    Length open and length closed add up to the length of the network.
    """
    edge, from_m, to_m = _open_parts(network, closed)
    whole_m = network.edge_length_m
    if not len(closed.edge):
        return Remaining(network, closed, edge, from_m, to_m, whole_m)
    line = np.array(
        [substring(network.edge_line[e], a, b) for e, a, b in zip(edge, from_m, to_m, strict=True)], dtype=object
    )
    begins, ends = from_m > 0, to_m < whole_m[edge]
    nodes, new = len(network.node_id), int(begins.sum() + ends.sum())
    start, end = network.edge_start[edge].copy(), network.edge_end[edge].copy()
    start[begins] = nodes + np.arange(begins.sum())
    end[ends] = nodes + begins.sum() + np.arange(ends.sum())
    xy = [shapely.get_coordinates(shapely.get_point(line[b], at)) for b, at in ((begins, 0), (ends, -1))]
    lowest = min(int(network.node_id.min(initial=0)), 0)
    whole = replace(
        _with_parts(network, edge, line, start, end, to_m - from_m),
        node_id=np.concatenate([network.node_id, lowest - 1 - np.arange(new, dtype=np.int64)]),
        node_xy=np.concatenate([network.node_xy, *xy]),
        node_beyond=np.concatenate([network.node_beyond, np.zeros(new, dtype=bool)]),
        node_flags=np.concatenate([network.node_flags, np.zeros(new, dtype=np.uint8)]),
    )
    return Remaining(_shut(whole, closed), closed, edge, from_m, to_m, whole_m)


def _with_parts(
    network: WalkNetwork,
    edge: NDArray[np.int64],
    line: NDArray[np.object_],
    start: NDArray[np.int32],
    end: NDArray[np.int32],
    length_m: NDArray[np.float64],
) -> WalkNetwork:
    """The edges with parts of some of them behind; nodes are left as they are."""
    number = np.arange(len(edge)) - np.searchsorted(edge, edge) + 1
    names = [f"{name}~{n}" for name, n in zip(network.edge_id[edge], number, strict=True)]
    return replace(
        network,
        edge_id=np.concatenate([network.edge_id, np.array(names, dtype=object)]),
        edge_way_id=np.concatenate([network.edge_way_id, network.edge_way_id[edge]]),
        edge_start=np.concatenate([network.edge_start, start]),
        edge_end=np.concatenate([network.edge_end, end]),
        edge_line=np.concatenate([network.edge_line, line]),
        edge_length_m=np.concatenate([network.edge_length_m, length_m]),
        edge_forward=np.concatenate([network.edge_forward, network.edge_forward[edge]]),
        edge_backward=np.concatenate([network.edge_backward, network.edge_backward[edge]]),
        edge_highway=np.concatenate([network.edge_highway, network.edge_highway[edge]]),
        edge_traits=joined([network.edge_traits, network.edge_traits.take(edge)]),
    )


def _shut(network: WalkNetwork, closed: ClosedParts) -> WalkNetwork:
    """Nobody walks the edges that were cut; what is left is numbered by its pieces."""
    forward, backward = network.edge_forward.copy(), network.edge_backward.copy()
    forward[closed.edge] = backward[closed.edge] = False
    used = forward | backward
    component = components(
        network.edge_start[used], network.edge_end[used], network.edge_length_m[used], len(network.node_id)
    )
    return replace(network, edge_forward=forward, edge_backward=backward, node_component=component)


def _open_parts(
    network: WalkNetwork, closed: ClosedParts
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The parts of cut edges between their closed ones: edge, from and to."""
    edge, first = np.unique(closed.edge, return_index=True)
    ends = np.append(first[1:], len(closed.edge)) if len(edge) else first
    # Before every closed part, and behind the last one of each edge.
    before_m = np.concatenate([[0.0], closed.to_m[:-1]]) if len(edge) else np.zeros(0)
    before_m[first] = 0.0
    of = np.concatenate([closed.edge, edge])
    from_m = np.concatenate([before_m, closed.to_m[ends - 1]])
    to_m = np.concatenate([closed.from_m, network.edge_length_m[edge]])
    order = np.lexsort((from_m, of))
    kept = order[(to_m - from_m)[order] > _SAME_PLACE_M]
    return of[kept], from_m[kept], to_m[kept]


def _no_parts() -> ClosedParts:
    return ClosedParts(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


def _manner_of_edges(network: WalkNetwork, manner: Manner) -> NDArray[np.int64]:
    """Of each edge the position of its manner in `MANNERS`."""
    found = np.full(len(network.edge_id), -1, dtype=np.int64)
    for trait, name in manner.by_trait:
        found = np.where(network.edge_traits.has(trait), np.maximum(found, MANNERS.index(name)), found)
    return np.where(found < 0, MANNERS.index("part"), found)


def _shut_from_end_to_end(network: WalkNetwork, touched: NDArray[np.int64], manner: Manner) -> NDArray[np.int64]:
    """The edges of all that closes as a whole and of which any edge is among those touched."""
    shut = np.zeros(len(network.edge_id), dtype=bool)
    for trait, name in manner.by_trait:
        if name == "whole":
            edge = np.flatnonzero(network.edge_traits.has(trait))
            start, end = network.edge_start[edge], network.edge_end[edge]
            number = components(start, end, network.edge_length_m[edge], len(network.node_id))[start]
            shut[edge] |= np.isin(number, number[np.isin(edge, touched)])
    return np.flatnonzero(shut)
