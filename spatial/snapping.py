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

from spatial import segment_grid
from spatial.network import WalkNetwork
from spatial.segment_grid import Found, SegmentGrid

_FOOT_M = 0.01
"""A leg ends this far before the edge: a way that meets a barrier, as at a crossing, may be stepped onto there."""


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
    """Grids over the edges of the main network and of the islands, built once."""

    network: WalkNetwork
    main: SegmentGrid
    islands: SegmentGrid


def edge_index(network: WalkNetwork, usable: NDArray[np.bool_] | None = None) -> EdgeIndex:
    """Index the edges for `attach`: all of them, or those that are usable."""
    wanted = np.ones(len(network.edge_line), dtype=bool) if usable is None else usable
    on_main = network.edge_component == 0
    main, islands = np.flatnonzero(wanted & on_main), np.flatnonzero(wanted & ~on_main)
    return EdgeIndex(
        network,
        segment_grid.segment_grid(network.edge_line[main], main),
        segment_grid.segment_grid(network.edge_line[islands], islands),
    )


def attach(
    index: EdgeIndex, points: NDArray[np.object_], *, limit_m: float, barriers: STRtree | None = None
) -> Attachments:
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
    barriers : STRtree, optional
        Lines and polygons that the straight leg may not cross, such as rivers and railways: the
        nearest edge is taken whose leg is free of them. A barrier in which the point itself lies
        does not hinder it, and a leg may end where the edge touches a barrier.

    Returns
    -------
    Attachments
    """
    xy = shapely.get_coordinates(points)
    found = _nearest(index, xy, limit_m)
    if barriers is not None and len(barriers.geometries):
        hindered = np.flatnonzero(_hindered(index, points, found, barriers))
        if len(hindered):
            _go_around(index, points, hindered, found, limit_m, barriers)
    # Rounding may carry a point past the end of its edge by a hair.
    length_m = np.append(index.network.edge_length_m, np.nan)[found.edge]
    return Attachments(found.edge, np.minimum(found.along_m, length_m), found.off_m)


def at_nodes(network: WalkNetwork, node: NDArray[np.int64]) -> Attachments:
    """Places at some nodes of the network, each at an end of one of its edges."""
    edge_of = np.full(len(network.node_id), -1, dtype=np.int32)
    numbers = np.arange(len(network.edge_start), dtype=np.int32)
    edge_of[network.edge_end], edge_of[network.edge_start] = numbers, numbers
    edge = edge_of[node]
    along_m = np.where(network.edge_start[edge] == node, 0.0, network.edge_length_m[edge])
    return Attachments(edge, along_m, np.zeros(len(edge)))


def beside_island(index: EdgeIndex, points: NDArray[np.object_], attached: Attachments) -> NDArray[np.bool_]:
    """Whether an island is nearer to each point than what it is attached to (or is what it is attached to)."""
    on_island = np.append(index.network.edge_component, 0)[attached.edge] > 0
    on_main = np.flatnonzero((attached.edge >= 0) & ~on_island)
    off_m = attached.off_network_m[on_main]
    island = segment_grid.nearest(index.islands, shapely.get_coordinates(points[on_main]), off_m)
    on_island[on_main[(island.edge >= 0) & (island.off_m < off_m)]] = True
    return on_island


def _nearest(index: EdgeIndex, xy: NDArray[np.float64], limit_m: float) -> Found:
    """On the main network where it is within the limit, else on an island."""
    limits_m = np.full(len(xy), float(limit_m))
    found = segment_grid.nearest(index.main, xy, limits_m)
    open_ = np.flatnonzero(found.edge < 0)
    if len(open_):
        island = segment_grid.nearest(index.islands, xy[open_], limits_m[open_])
        found.edge[open_], found.along_m[open_], found.off_m[open_] = island.edge, island.along_m, island.off_m
    return found


def _hindered(index: EdgeIndex, points: NDArray[np.object_], found: Found, barriers: STRtree) -> NDArray[np.bool_]:
    """Whether the straight leg of each pair of a point and an edge crosses a barrier."""
    hindered = np.zeros(len(found.edge), dtype=bool)
    on = np.flatnonzero((found.edge >= 0) & (found.off_m > _FOOT_M))
    start = shapely.get_coordinates(points[found.point[on]])
    foot = shapely.line_interpolate_point(index.network.edge_line[found.edge[on]], found.along_m[on])
    end = start + (shapely.get_coordinates(foot) - start) * (1 - _FOOT_M / found.off_m[on])[:, None]
    leg, barrier = barriers.query(shapely.linestrings(np.stack([start, end], axis=1)), predicate="intersects")
    within = shapely.intersects(barriers.geometries[barrier], points[found.point[on[leg]]])
    hindered[on[leg[~within]]] = True
    return hindered


def _go_around(
    index: EdgeIndex,
    points: NDArray[np.object_],
    hindered: NDArray[np.int64],
    found: Found,
    limit_m: float,
    barriers: STRtree,
) -> None:
    """Give the hindered points the nearest edge whose leg is free, on the main network before islands."""
    found.edge[hindered], found.along_m[hindered], found.off_m[hindered] = -1, np.nan, np.nan
    for grid in (index.main, index.islands):
        left = hindered[found.edge[hindered] < 0]
        tried = segment_grid.every(grid, shapely.get_coordinates(points[left]), limit_m)
        tried = Found(left[tried.point].astype(np.int32), tried.edge, tried.along_m, tried.off_m)
        free = np.flatnonzero(~_hindered(index, points, tried, barriers))
        point, first = np.unique(tried.point[free], return_index=True)
        best = free[first]
        found.edge[point], found.along_m[point], found.off_m[point] = (
            tried.edge[best], tried.along_m[best], tried.off_m[best],
        )  # fmt: skip
