"""The part of a network that is open to somebody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from spatial.build import components
from spatial.network import WalkNetwork


def with_edges(network: WalkNetwork, keep: NDArray[np.bool_]) -> WalkNetwork:
    """The same nodes with some of the edges, and the islands that this leaves.

    Nodes keep their numbers, also those from which no edge leads any more; edges are numbered anew in
    their old order (``numpy.flatnonzero(keep)`` are the old numbers).
    """
    start, end, length_m = network.edge_start[keep], network.edge_end[keep], network.edge_length_m[keep]
    return replace(
        network,
        node_component=components(start, end, length_m, len(network.node_id)),
        edge_id=network.edge_id[keep],
        edge_way_id=network.edge_way_id[keep],
        edge_start=start,
        edge_end=end,
        edge_line=network.edge_line[keep],
        edge_length_m=length_m,
        edge_forward=network.edge_forward[keep],
        edge_backward=network.edge_backward[keep],
        edge_highway=network.edge_highway[keep],
        edge_traits=network.edge_traits.take(keep),
    )
