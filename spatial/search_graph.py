"""What searches of one impedance share: the contracted network, and entrances placed on its chains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.chain_loops import by_chain, place
from spatial.compiled import compiled, in_parallel, plain
from spatial.contraction import Contracted, contract
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_POINTS_AT_ONCE = 2**16
SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


class Placed(NamedTuple):
    """Where points lie on the chains: NaN, and chain -1, where one is out of reach."""

    chain: NDArray[np.int32]
    along: NDArray[np.float64]
    """(points, 4): metres from the chain's head to the point (AT); cost from the head out to it (OUT) and
    from it back (BACK), were the chain open; cost of the straight leg (LEG)."""
    towards: NDArray[np.float64]
    """(2, points): cost, leg and all, from the point to the head and to the tail; inf where nobody may walk."""
    away: NDArray[np.float64]
    """(2, points): cost, leg and all, from the head and from the tail to the point."""


@dataclass(frozen=True)
class PlacedPoints:
    """Demand points on the chains of one contracted network, to be asked for any number of times."""

    contracted: Contracted
    count: int
    """Points in all, with those out of reach."""
    point: NDArray[np.int32]
    """The points within reach, chain after chain."""
    first: NDArray[np.int32]
    """Where each chain begins among them, in CSR form."""
    at: Placed
    """Their places, in that order."""
    head: NDArray[np.int32]
    """The junctions at the heads of their chains, in that order."""
    tail: NDArray[np.int32]

    @cached_property
    def around(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The ends of chains with points at each junction, in CSR form: twice the chain, plus 1 for its tail."""
        chains = self.contracted.chains
        busy = np.flatnonzero(np.diff(self.first))
        junction = np.concatenate([chains.head[busy], chains.tail[busy]])
        end = np.concatenate([2 * busy, 2 * busy + 1])
        order = np.argsort(junction, kind="stable")
        ends = np.cumsum(np.bincount(junction, minlength=len(self.contracted.arcs.first) - 1))
        return np.append(0, ends).astype(np.int32), end[order].astype(np.int32)


@dataclass(frozen=True)
class SearchGraph:
    """The network contracted under one impedance, with the entrances that searches start from."""

    network: WalkNetwork
    impedance: Impedance
    entrances: Attachments
    contracted: Contracted
    placed: Placed
    """The entrances on the chains."""


def search_graph(network: WalkNetwork, entrances: Attachments, impedance: Impedance | None = None) -> SearchGraph:
    """Contract the network and place entrances on it, for any number of searches.

    Entrances that are out of reach (``edge`` -1) are never found. Whoever stands at the very end of
    a one-way edge stands at its node, and may leave it by any other edge.

    Parameters
    ----------
    network : WalkNetwork
    entrances : Attachments
        To edges of this network.
    impedance : Impedance, optional
        Walking distance in metres if none is given.
    """
    impedance = impedance or distance(network)
    contracted = contract(network, impedance)
    return with_entrances(network, impedance, contracted, entrances)


def with_entrances(
    network: WalkNetwork, impedance: Impedance, contracted: Contracted, entrances: Attachments
) -> SearchGraph:
    """Place entrances on a network that is contracted already."""
    at = _placed(contracted, impedance, entrances, np.arange(len(entrances.edge), dtype=np.int32))
    return SearchGraph(network, impedance, entrances, contracted, at)


def place_points(graph: SearchGraph, points: Attachments) -> PlacedPoints:
    """Place demand points on the chains of a graph: done once, searches for many classes share it.

    They hold for every graph of the same contracted network, whatever its entrances.

    Parameters
    ----------
    graph : SearchGraph
    points : Attachments
        To edges of its network; those out of reach (``edge`` -1) stay so.
    """
    made = graph.contracted
    first, point = compiled(by_chain)(made.edges.chain, plain(points.edge, np.int32), len(made.chains.head))
    at = _placed(made, graph.impedance, points, point)
    return PlacedPoints(
        made, len(points.edge), point, first, at, made.chains.head[at.chain], made.chains.tail[at.chain]
    )


def _placed(contracted: Contracted, impedance: Impedance, points: Attachments, order: NDArray[np.int32]) -> Placed:
    """Where attached points lie, in the order given."""
    size, loop = len(order), compiled(place)
    made = Placed(np.empty(size, dtype=np.int32), np.empty((size, 4)), np.empty((2, size)), np.empty((2, size)))
    at = (
        plain(points.edge, np.int32), plain(points.along_m, np.float64), plain(points.off_network_m, np.float64), order
    )  # fmt: skip
    scale = (float(impedance.per_metre), SAME_PLACE_M)
    in_parallel(
        lambda first, last: loop(contracted.edges, contracted.chains, at, scale, (first, last), made),
        size, block=_POINTS_AT_ONCE,
    )  # fmt: skip
    return made
