"""What walking an edge costs, as a value: metres, or seconds of a walker.

A search adds up costs and asks nothing else, so distance, time, slopes and bans are all one thing
to it: a cost forward and a cost backward for every edge.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spatial.network import WalkNetwork


@dataclass(frozen=True)
class Impedance:
    """The cost of every edge in both directions, and of a metre off the network."""

    unit: str
    """``m`` or ``s``."""
    forward: NDArray[np.float64]
    """From start to end; inf where it may not be walked."""
    backward: NDArray[np.float64]
    """From end to start."""
    per_metre: float
    """Cost of a metre on the straight leg to or from the network."""


def distance(network: WalkNetwork) -> Impedance:
    """Walking distance [m]: the length of an edge, wherever it may be walked."""
    length_m = network.edge_length_m
    return Impedance(
        "m",
        np.where(network.edge_forward, length_m, np.inf),
        np.where(network.edge_backward, length_m, np.inf),
        1.0,
    )
