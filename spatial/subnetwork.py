"""The part of a network that is open to somebody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spatial.build import components
from spatial.network import WalkNetwork


def open_to(network: WalkNetwork, usable: NDArray[np.bool_]) -> WalkNetwork:
    """The same network for somebody to whom only some edges are open.

    Closed edges stay, so that numbers of nodes and edges are those of the whole network; they may not be
    walked in either direction, and the islands are those that the open edges leave.
    """
    start, end = network.edge_start[usable], network.edge_end[usable]
    return replace(
        network,
        node_component=components(start, end, network.edge_length_m[usable], len(network.node_id)),
        edge_forward=network.edge_forward & usable,
        edge_backward=network.edge_backward & usable,
    )
