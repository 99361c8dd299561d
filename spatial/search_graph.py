"""What searches of one impedance share: the contracted network, and entrances placed on its chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.chain_loops import place
from spatial.compiled import compiled, plain
from spatial.contraction import Contracted, contract
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


class Placed(NamedTuple):
    """Points on chains."""

    chain: NDArray[np.int32]
    """(points,) -1 where a point is out of reach."""
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
    return SearchGraph(network, impedance, entrances, contracted, placed(contracted, impedance, entrances))


def placed(contracted: Contracted, impedance: Impedance, points: Attachments) -> Placed:
    """Where attached points lie on the chains, and what it costs from there to both ends."""
    edges, chains = contracted.edges, contracted.chains
    chain = np.full(len(points.edge), -1, dtype=np.int32)
    row = np.full((len(points.edge), 8), np.nan)
    compiled(place)(
        edges,
        chains,
        plain(points.edge, np.int32),
        plain(points.along_m, np.float64),
        plain(points.off_network_m, np.float64),
        impedance.per_metre,
        SAME_PLACE_M,
        chain,
        row,
    )
    return Placed(chain, row)
