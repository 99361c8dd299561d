"""What searches of one impedance share: the contracted network, and entrances placed on its chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.chain_loops import place
from spatial.compiled import compiled, in_parallel, plain
from spatial.contraction import Contracted, contract
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

_POINTS_AT_ONCE = 2**16
SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


class Placed(NamedTuple):
    """Points on chains."""

    place: NDArray[np.int32]
    """(points, 3): the chain, -1 where a point is out of reach, and the junctions at its head and tail."""
    row: NDArray[np.float64]
    """(points, 8), a cache line each: metres from the chain's head to the point (AT); cost from the head
    out to it (OUT) and from it back (BACK), were the chain open; cost of the straight leg (LEG); cost, leg
    and all, from the point to the junctions at both ends (TO_HEAD, TO_TAIL) and from them to the point
    (FROM_HEAD, FROM_TAIL), inf where nobody may walk."""


@dataclass(frozen=True)
class SearchGraph:
    """The network contracted under one impedance, with the entrances that searches start from."""

    network: WalkNetwork
    impedance: Impedance
    entrances: Attachments
    contracted: Contracted
    placed: Placed
    """The entrances on the chains."""
    by_chain: tuple[NDArray[np.int32], NDArray[np.int32]]
    """The entrances of each chain in CSR form."""


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
    at = placed(contracted, impedance, entrances)
    on = np.flatnonzero(at.place[:, 0] >= 0)
    chain = at.place[on, 0]
    counts = np.bincount(chain, minlength=len(contracted.chains.head))
    by_chain = (
        np.append(0, np.cumsum(counts)).astype(np.int32),
        on[np.argsort(chain, kind="stable")].astype(np.int32),
    )
    return SearchGraph(network, impedance, entrances, contracted, at, by_chain)


def placed(contracted: Contracted, impedance: Impedance, points: Attachments) -> Placed:
    """Where attached points lie on the chains, and what it costs from there to both ends."""
    edges, chains = contracted.edges, contracted.chains
    where, row = np.empty((len(points.edge), 3), dtype=np.int32), np.empty((len(points.edge), 8))
    edge = plain(points.edge, np.int32)
    along_m, off_m = plain(points.along_m, np.float64), plain(points.off_network_m, np.float64)
    loop = compiled(place)

    def work(first: int, last: int) -> None:
        some = slice(first, last)
        loop(
            edges, chains, edge[some], along_m[some], off_m[some],
            float(impedance.per_metre), SAME_PLACE_M, where[some], row[some],
        )  # fmt: skip

    in_parallel(work, len(edge), block=_POINTS_AT_ONCE)
    return Placed(where, row)
