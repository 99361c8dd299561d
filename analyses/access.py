"""Reach: how far every demand point is from the nearest space of each supply."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
import shapely
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
    return Walking(graph, entrances, points, distance_to_nodes(graph, beyond, points, limit_m=limit_m), limit_m)


def by_walk(walking: Walking, places: Places) -> Reach:
    """Walking distance from every demand point to the nearest entrance of the places.

    The distance is that of the shortest path over the walk network, with the off-network legs at
    both ends. Distances are in metres; beyond `Walking.limit_m` a space is out of reach.
    """
    space = walking.entrances.table["space"].to_numpy()
    chosen = np.flatnonzero(np.isin(space, places.space))
    found = nearest_entrance(walking.graph, chosen, walking.points, limit_m=walking.limit_m)
    nearest = np.where(found.entrance >= 0, space[found.entrance], -1) if len(space) else found.entrance
    return Reach(found.distance_m, nearest, walking.edge_of_data_m)


def straight(
    spaces: gpd.GeoDataFrame, places: Places, points: NDArray[np.object_], coverage: shapely.Geometry, *, limit_m: float
) -> Reach:
    """Straight distance from every demand point to the boundary of the nearest place; 0 inside it.

    For standards that are linear by definition; never shown under the walking distance's name.
    """
    shapes = spaces.geometry.to_numpy()[places.space]
    distance_m = np.full(len(points), np.inf)
    space = np.full(len(points), -1, dtype=np.int64)
    if len(shapes):
        (point, near), found_m = STRtree(shapes).query_nearest(points, max_distance=limit_m, return_distance=True)
        order = np.lexsort((places.space[near], point))
        point, first = np.unique(point[order], return_index=True)
        distance_m[point], space[point] = found_m[order][first], places.space[near[order][first]]
    return Reach(distance_m, space, shapely.distance(points, coverage.boundary))
