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
from spatial.impedance import Impedance
from spatial.network import WalkNetwork
from spatial.search import (
    PlacedPoints,
    SearchGraph,
    distance_to_nodes,
    nearest_entrance,
    place_points,
    search_graph,
)
from spatial.snapping import Attachments


@dataclass(frozen=True)
class Reach:
    """The nearest space of one supply for every demand point."""

    cost: NDArray[np.float64]
    """Of getting there, in `unit`; inf is out of reach."""
    space: NDArray[np.int64]
    """Position of the space; -1 if out of reach."""
    edge_of_data: NDArray[np.float64]
    """How far the search runs before it may leave the data, in `unit`: a cost below it is certain, and so
    is the absence of anything nearer."""
    unit: str = "m"
    """``m`` or ``s``."""
    entrance: NDArray[np.int64] | None = None
    """Position in the scene's `Entrances` of the one that the cost leads to; -1 if out of reach. None in a straight
    line, which leads to no entrance."""


@dataclass(frozen=True)
class Walking:
    """What all searches for one way of walking share."""

    graph: SearchGraph
    entrances: Entrances
    points: Attachments
    placed: PlacedPoints
    """The demand points, placed once for the searches of all classes."""
    edge_of_data: NDArray[np.float64]
    """Cost of the walk to the nearest place where the data end."""
    limit: float
    """In the unit of the graph's impedance."""


def home_barriers(obstacles: gpd.GeoDataFrame, *, water_m2: float) -> STRtree:
    """What the straight leg from a home to the street cannot cross.

    Rivers, canals, coasts, railways and motorways. Walls are left out, for a home stands behind its
    own, and so are water areas below `water_m2`.

    Parameters
    ----------
    obstacles : GeoDataFrame
        `Layers.obstacles`: ``obstacle_kind``.
    water_m2 : float
    """
    shapes = obstacles.geometry.to_numpy()
    small = (shapely.get_dimensions(shapes) == 2) & (shapely.area(shapes) < water_m2)
    kind = obstacles["obstacle_kind"]
    kept = kind.isin(("railway", "motorway")) | ((kind == "water") & ~small)
    return STRtree(shapes[kept.to_numpy(bool)])


def prepare_walking(
    network: WalkNetwork,
    entrances: Entrances,
    points: Attachments,
    *,
    limit: float,
    impedance: Impedance | None = None,
) -> Walking:
    """Join the entrances to the network and find how near the data end for every demand point.

    Parameters
    ----------
    network : WalkNetwork
    entrances : Entrances
    points : Attachments
        The demand points.
    limit : float
        Beyond it is out of reach; in the unit of the impedance.
    impedance : Impedance, optional
        Metres without one.
    """
    graph = search_graph(network, entrances.attachment, impedance)
    beyond = np.flatnonzero(network.node_beyond)
    placed = place_points(graph, points)
    edge_of_data = distance_to_nodes(graph, beyond, placed, limit=limit)
    return Walking(graph, entrances, points, placed, edge_of_data, limit)


def by_walk(walking: Walking, places: Places) -> Reach:
    """Cost of the walk from every demand point to the nearest entrance of the places.

    That of the cheapest path over the walk network, with the off-network legs at both ends, in metres or
    seconds as `walking` was prepared; beyond `Walking.limit` a space is out of reach.
    """
    space = walking.entrances.table["space"].to_numpy()
    chosen = np.flatnonzero(np.isin(space, places.space))
    found = nearest_entrance(walking.graph, chosen, walking.placed, limit=walking.limit)
    nearest = np.where(found.entrance >= 0, space[found.entrance], -1) if len(space) else found.entrance
    # Other walkers have fewer entrances open to them, but at the same positions: what is found is true of all.
    return Reach(found.cost, nearest, walking.edge_of_data, walking.graph.impedance.unit, found.entrance)
