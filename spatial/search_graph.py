"""What searches of one impedance share: the contracted network, and entrances placed on its chains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.contraction import Contracted, contract
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

SAME_PLACE_M = 1e-6
"""Far below the accuracy of any map: the same place but for rounding."""


class Placed(NamedTuple):
    """Points on chains: a row for each point."""

    chain: NDArray[np.int32]
    """-1 where a point is out of reach."""
    at_m: NDArray[np.float64]
    """Distance from the chain's head along the chain."""
    out: NDArray[np.float64]
    """Cost from the chain's head, walking out, were it open."""
    back: NDArray[np.float64]
    """Cost back to the chain's head, were it open."""
    leg: NDArray[np.float64]
    """Cost of the straight leg."""
    to_head: NDArray[np.float64]
    """Cost from the point to the junction at the chain's head, leg and all; inf where nobody may."""
    to_tail: NDArray[np.float64]
    from_head: NDArray[np.float64]
    """Cost from the junction to the point."""
    from_tail: NDArray[np.float64]


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
    on = points.edge >= 0
    edge = np.where(on, points.edge, 0)
    if not len(edges.chain):
        nothing = np.full(len(edge), np.nan)
        return Placed(np.full(len(edge), -1, dtype=np.int32), *(nothing for _ in range(8)))
    length_m = edges.length_m[edge]
    along_m = np.where(edges.flipped[edge], length_m - points.along_m, points.along_m)
    share = along_m / length_m
    chain = edges.chain[edge]
    at_m = edges.before_m[edge] + along_m
    out = edges.out[edge] + share * edges.own_out[edge]
    back = edges.back[edge] + share * edges.own_back[edge]
    leg = points.off_network_m * impedance.per_metre
    at_head = at_m <= SAME_PLACE_M
    at_tail = at_m >= chains.length_m[chain] - SAME_PLACE_M
    whole_out, whole_back = chains.out[chain], chains.back[chain]
    return Placed(
        np.where(on, chain, -1).astype(np.int32),
        at_m,
        out,
        back,
        leg,
        np.where(np.isfinite(whole_back), back, np.where(at_head, 0.0, np.inf)) + leg,
        np.where(np.isfinite(whole_out), np.maximum(whole_out - out, 0.0), np.where(at_tail, 0.0, np.inf)) + leg,
        np.where(np.isfinite(whole_out), out, np.where(at_head, 0.0, np.inf)) + leg,
        np.where(np.isfinite(whole_back), np.maximum(whole_back - back, 0.0), np.where(at_tail, 0.0, np.inf)) + leg,
    )
