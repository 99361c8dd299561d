"""The walk network: nodes where walkable ways meet or end, and the edges between them.

An edge is the piece of a way between two nodes, with its full geometry: points attach to the
interior of an edge, so nothing is lost by leaving out the vertices in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS


@dataclass(frozen=True)
class WalkNetwork:
    """A pedestrian network in a metric CRS, as arrays.

    ``node_*`` arrays have one entry a node, ``edge_*`` arrays one an edge. Edges are stored once;
    `edge_forward` and `edge_backward` say in which direction they may be walked.
    """

    crs: CRS
    node_id: NDArray[np.int64]
    """OSM node id; negative for nodes made while crossing squares."""
    node_xy: NDArray[np.float64]
    """(n, 2), metres in `crs`."""
    node_beyond: NDArray[np.bool_]
    """True where the data end: the way was cut here, or the node lies outside the coverage."""
    node_component: NDArray[np.int32]
    """Connected component; 0 is the main network, every other one is an island."""
    edge_id: NDArray[np.object_]
    """``way id:piece``, stable for the same extract."""
    edge_way_id: NDArray[np.int64]
    edge_start: NDArray[np.int32]
    edge_end: NDArray[np.int32]
    edge_line: NDArray[np.object_]
    """shapely LineString from start to end, metres in `crs`."""
    edge_length_m: NDArray[np.float64]
    edge_forward: NDArray[np.bool_]
    edge_backward: NDArray[np.bool_]
    edge_highway: NDArray[np.object_]
    """The way's ``highway`` value, or ``square`` for a line across a pedestrian area."""

    @property
    def edge_component(self) -> NDArray[np.int32]:
        """Component of each edge: that of its start."""
        return self.node_component[self.edge_start]
