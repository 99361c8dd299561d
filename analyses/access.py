"""Reach: how far every demand point is from the nearest space of each supply."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.entrances import Entrances
from analyses.supply import Places
from spatial.network import WalkNetwork
from spatial.search import SearchGraph, distance_to_nodes, nearest_entrance, search_graph
from spatial.snapping import Attachments


@dataclass(frozen=True)
class Reach:
    """The nearest space of one supply for every demand point."""

    distance_m: NDArray[np.float64]
    """inf is out of reach."""
    space: NDArray[np.int64]
    """Position of the space; -1 if out of reach."""
    edge_of_data_m: NDArray[np.float64]
    """How far the search runs before it may leave the data: a distance below it is certain, and so is
    the absence of anything nearer."""


@dataclass(frozen=True)
class Walking:
    """What all walking searches of one assessment share."""

    graph: SearchGraph
    entrances: Entrances
    points: Attachments
    edge_of_data_m: NDArray[np.float64]
    limit_m: float


def prepare_walking(network: WalkNetwork, entrances: Entrances, points: Attachments, *, limit_m: float) -> Walking:
    """Join the entrances to the network and find how near the data end for every demand point."""
    graph = search_graph(network, entrances.attachment)
    beyond = np.flatnonzero(network.node_beyond)
    return Walking(graph, entrances, points, distance_to_nodes(graph, beyond, points, limit=limit_m), limit_m)


def by_walk(walking: Walking, places: Places) -> Reach:
    """Walking distance from every demand point to the nearest entrance of the places.

    The distance is that of the shortest path over the walk network, with the off-network legs at
    both ends. Distances are in metres; beyond `Walking.limit_m` a space is out of reach.
    """
    space = walking.entrances.table["space"].to_numpy()
    chosen = np.flatnonzero(np.isin(space, places.space))
    found = nearest_entrance(walking.graph, chosen, walking.points, limit=walking.limit_m)
    nearest = np.where(found.entrance >= 0, space[found.entrance], -1) if len(space) else found.entrance
    return Reach(found.cost, nearest, walking.edge_of_data_m)


def straight(
    spaces: gpd.GeoDataFrame, places: Places, points: NDArray[np.object_], coverage: shapely.Geometry, *, limit_m: float
) -> Reach:
    """Straight distance from every demand point to the boundary of the nearest place; 0 inside it.

    For standards that are linear by definition; never shown under the walking distance's name.
    """
    shapes = spaces.geometry.to_numpy()[places.space]
    distance_m = np.full(len(points), np.inf)
    space = np.full(len(points), -1, dtype=np.int64)
    pieces, owner = _boundary_pieces(shapes)
    if len(pieces):
        (point, near), found_m = STRtree(pieces).query_nearest(points, max_distance=limit_m, return_distance=True)
        _take_first(point, places.space[owner[near]], found_m, distance_m, space)
        inside, point = STRtree(points).query(shapes, predicate="intersects")
        _take_first(point, places.space[inside], np.zeros(len(point)), distance_m, space)
    return Reach(distance_m, space, _to_boundary_m(points, coverage, limit_m))


def _to_boundary_m(points: NDArray[np.object_], area: shapely.Geometry, limit_m: float) -> NDArray[np.float64]:
    """Distance to the boundary of an area; inf beyond the limit."""
    pieces, _ = _boundary_pieces(np.array([area], dtype=object))
    (point, _), found_m = STRtree(pieces).query_nearest(points, max_distance=limit_m, return_distance=True)
    distance_m = np.full(len(points), np.inf)
    distance_m[point] = found_m
    return distance_m


def _boundary_pieces(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Every straight piece of every boundary, and whose it is.

    A tree of short pieces is searched much faster than one of long outlines, with the same result.
    """
    areal = shapely.get_dimensions(shapes) == 2
    lines = shapes.copy()
    lines[areal] = shapely.boundary(shapes[areal])
    rings, owner = shapely.get_parts(lines, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    single = shapely.get_dimensions(rings) == 0
    pieces = shapely.linestrings(np.stack([xy[:-1][joined], xy[1:][joined]], axis=1)) if joined.any() else rings[:0]
    return np.concatenate([pieces, rings[single]]), owner[np.concatenate([ring[1:][joined], np.flatnonzero(single)])]


def _take_first(
    point: NDArray[np.int64],
    found: NDArray[np.int64],
    found_m: NDArray[np.float64],
    distance_m: NDArray[np.float64],
    space: NDArray[np.int64],
) -> None:
    """Of several spaces equally near, the first in their order, whatever the tree's."""
    order = np.lexsort((found, point))
    point, first = np.unique(point[order], return_index=True)
    distance_m[point], space[point] = found_m[order][first], found[order][first]
