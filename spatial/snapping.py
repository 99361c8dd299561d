"""Points attach to the nearest point of the nearest walkable edge, never to a node.

Attaching to nodes moves a point by up to half an edge and, for large spaces with many entrances,
credits reach that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from spatial.network import WalkNetwork


@dataclass(frozen=True)
class Attachments:
    """Where points are attached to the network: arrays with one entry a point."""

    edge: NDArray[np.int32]
    """Edge, or -1 where none lies within the limit: out of reach."""
    along_m: NDArray[np.float64]
    """Distance from the edge's start to the point of attachment; NaN if out of reach."""
    off_network_m: NDArray[np.float64]
    """Straight distance from the point to the edge; NaN if out of reach."""

    def take(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> Attachments:
        """The attachments of some of the points."""
        return Attachments(self.edge[rows], self.along_m[rows], self.off_network_m[rows])


@dataclass(frozen=True)
class EdgeIndex:
    """Spatial indexes over the edges of the main network and of the islands, built once."""

    network: WalkNetwork
    main: NDArray[np.int64]
    main_tree: STRtree
    islands: NDArray[np.int64]
    islands_tree: STRtree


def edge_index(network: WalkNetwork) -> EdgeIndex:
    """Index the edges for `attach`."""
    on_main = network.edge_component == 0
    main, islands = np.flatnonzero(on_main), np.flatnonzero(~on_main)
    return EdgeIndex(network, main, STRtree(network.edge_line[main]), islands, STRtree(network.edge_line[islands]))


def attach(index: EdgeIndex, points: NDArray[np.object_], *, limit_m: float) -> Attachments:
    """Attach points to the nearest walkable edge within `limit_m` (inclusive).

    A point attaches to an island only where the main network is farther than the limit: most
    islands are mapping slips, and whoever lives beside one still walks to the street. Among
    edges equally near, the first in the network's order is taken, so results do not depend on
    the order of the points.

    Parameters
    ----------
    index : EdgeIndex
    points : array of shapely Points
        In the network's CRS.
    limit_m : float
        Farther from every edge is out of reach.

    Returns
    -------
    Attachments
    """
    edge = np.full(len(points), -1, dtype=np.int32)
    for tree, numbers in ((index.main_tree, index.main), (index.islands_tree, index.islands)):
        open_ = np.flatnonzero(edge < 0)
        if not len(open_) or not len(numbers):
            continue
        point, near = tree.query_nearest(points[open_], max_distance=limit_m)
        order = np.lexsort((numbers[near], point))
        point, first = np.unique(point[order], return_index=True)
        edge[open_[point]] = numbers[near[order][first]]
    return _measure(index.network, points, edge)


def beside_island(index: EdgeIndex, points: NDArray[np.object_], attached: Attachments) -> NDArray[np.bool_]:
    """Whether an island is nearer to each point than what it is attached to (or is what it is attached to)."""
    on_island = np.append(index.network.edge_component, 0)[attached.edge] > 0
    on_main = np.flatnonzero((attached.edge >= 0) & ~on_island)
    if len(index.islands) and len(on_main):
        reach_m = float(attached.off_network_m[on_main].max())
        (point, _), island_m = index.islands_tree.query_nearest(
            points[on_main], max_distance=max(reach_m, 1e-9), return_distance=True
        )
        nearer = island_m < attached.off_network_m[on_main[point]]
        on_island[on_main[point[nearer]]] = True
    return on_island


def _measure(network: WalkNetwork, points: NDArray[np.object_], edge: NDArray[np.int32]) -> Attachments:
    along_m = np.full(len(points), np.nan)
    off_m = np.full(len(points), np.nan)
    on = edge >= 0
    lines = network.edge_line[edge[on]]
    along_m[on] = np.minimum(shapely.line_locate_point(lines, points[on]), network.edge_length_m[edge[on]])
    off_m[on] = shapely.distance(lines, points[on])
    return Attachments(edge, along_m, off_m)
