"""The walk network: nodes where walkable ways meet or end, and the edges between them.

An edge is the piece of a way between two nodes, with its full geometry: points attach to the
interior of an edge, so nothing is lost by leaving out the vertices in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from spatial.traits import Traits


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
    edge_traits: Traits
    """What the edge is like underfoot, kerbs and barriers in its course among it."""
    node_flags: NDArray[np.uint8]
    """`NodeTrait` bits: what stands at the node, and which roads run through it."""

    @property
    def edge_component(self) -> NDArray[np.int32]:
        """Component of each edge: that of its start."""
        return self.node_component[self.edge_start]


@dataclass(frozen=True)
class WalkWays:
    """Walkable ways as read, before they become a network: flat arrays, metres in `crs`.

    Way ``i`` runs through the vertices ``offset[i]:offset[i + 1]``. A way that refers to a node the
    extract lacks has been cut there into several entries with the same `way_id`.
    """

    crs: CRS
    way_id: NDArray[np.int64]
    offset: NDArray[np.int64]
    """(ways + 1,)"""
    node_id: NDArray[np.int64]
    """(vertices,)"""
    xy: NDArray[np.float64]
    """(vertices, 2)"""
    cut: NDArray[np.bool_]
    """(vertices,) True where the way went on to a node that the extract lacks."""
    highway: NDArray[np.object_]
    """(ways,)"""
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    traits: Traits
    """(ways,) What the way is like underfoot."""
    vertex_flags: NDArray[np.uint8]
    """(vertices,) `NodeTrait` bits of the node at each vertex."""


@dataclass(frozen=True)
class WalkAreas:
    """Pedestrian areas that can be crossed: polygons, and which OSM nodes their rings run through."""

    area_id: NDArray[np.object_]
    """(areas,) ``way/123`` or ``relation/123``."""
    polygon: NDArray[np.object_]
    """(areas,) shapely Polygon, metres."""
    offset: NDArray[np.int64]
    """(areas + 1,) into `node_id`, exterior and interior rings one after the other."""
    node_id: NDArray[np.int64]
    xy: NDArray[np.float64]
    """(vertices, 2)"""
    ring_start: NDArray[np.bool_]
    """(vertices,) True at the first vertex of each ring; rings are closed by repeating it last."""
