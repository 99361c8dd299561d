"""Where a public space can be entered: gates, paths that cross its boundary, and open edges.

Never the centroid, which makes large parks look far, and never any point of a walled boundary,
which makes them look near. The three kinds follow the practice of ParkServe (access points where
a walkable way meets the edge) and of the Global Observatory of Healthy and Sustainable Cities
(edge within a short distance of a street), with barriers respected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.parameters import Parameters
from layers.types import Layers
from spatial.snapping import Attachments, EdgeIndex, attach

_SAME_PLACE_M = 1.0
"""Ways in of one kind closer than this are one."""
_INSIDE_M = 1.0
"""A leg is drawn this far into the space, and a wall so near closes the place: they are one thing drawn twice."""
_OWN_WALL_M = 0.5
"""... and tried against buildings from this far outside, so that a building is no obstacle to itself."""


@dataclass(frozen=True)
class Entrances:
    """Ways into the spaces, and where each is attached to the walk network."""

    table: pd.DataFrame
    """``space`` (position), ``kind`` (gate, crossing, open_edge, point); sorted by space, kind, place."""
    point: NDArray[np.object_]
    attachment: Attachments


def find_entrances(layers: Layers, index: EdgeIndex, parameters: Parameters) -> Entrances:
    """Find every way into every public space.

    Parameters
    ----------
    layers : Layers
    index : EdgeIndex
        Of the layers' network.
    parameters : Parameters
        ``gate_distance_m``, ``open_edge_spacing_m``, ``open_edge_reach_m``, ``snap_limit_m``.

    Returns
    -------
    Entrances
        Only those that attach to the network, by the very leg that was found free of obstacles: a
        gate out of reach of every way leads nowhere. A space without any is left to the caller to
        count.
    """
    shapes = layers.spaces.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    boundary = shapely.boundary(shapes[areal])
    open_ = areal[~layers.spaces["fenced"].to_numpy(bool)[areal]]
    points = np.flatnonzero(shapely.get_dimensions(shapes) == 0)
    limit_m = parameters.snap_limit_m
    found = [
        _gates(areal, boundary, layers, index, parameters),
        _crossings(areal, boundary, layers, index, limit_m),
        _open_edges(open_, shapes[open_], layers, index, parameters),
        _Found("point", points, shapes[points], attach(index, shapes[points], limit_m=limit_m)),
    ]
    return _distinct(found)


@dataclass(frozen=True)
class _Found:
    """Ways in of one kind, attached to the network or out of reach."""

    kind: str
    space: NDArray[np.int64]
    point: NDArray[np.object_]
    attachment: Attachments

    def take(self, rows: NDArray[np.bool_]) -> _Found:
        return _Found(self.kind, self.space[rows], self.point[rows], self.attachment.take(rows))


def _distinct(found: Sequence[_Found]) -> Entrances:
    """Those that are attached, sorted, one of each kind at each place on a grid fixed to the ground."""
    xy = shapely.get_coordinates(np.concatenate([f.point for f in found]))
    table = pd.DataFrame(
        {
            "space": np.concatenate([f.space for f in found]),
            "kind": np.repeat([f.kind for f in found], [len(f.space) for f in found]),
            "x": xy[:, 0],
            "y": xy[:, 1],
            "edge": np.concatenate([f.attachment.edge for f in found]),
            "along_m": np.concatenate([f.attachment.along_m for f in found]),
            "off_network_m": np.concatenate([f.attachment.off_network_m for f in found]),
        }
    )
    table = table[table["edge"] >= 0]
    table = table.assign(i=np.floor(table["x"] / _SAME_PLACE_M), j=np.floor(table["y"] / _SAME_PLACE_M))
    # Of several at one place the one nearest to the network stays.
    table = table.sort_values(["space", "kind", "i", "j", "off_network_m", "x", "y", "edge"])
    table = table.drop_duplicates(["space", "kind", "i", "j"]).reset_index(drop=True)
    attachment = Attachments(
        table["edge"].to_numpy(np.int32), table["along_m"].to_numpy(), table["off_network_m"].to_numpy()
    )
    return Entrances(table[["space", "kind"]], shapely.points(table[["x", "y"]].to_numpy()), attachment)


def _gates(
    spaces: NDArray[np.int64], boundary: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> _Found:
    """Mapped gates on a boundary, from which a way can be reached unhindered."""
    gates = layers.gates.geometry.to_numpy()
    gate, space = STRtree(boundary).query(gates, predicate="dwithin", distance=parameters.gate_distance_m)
    at = attach(index, gates, limit_m=parameters.snap_limit_m)
    reached = np.flatnonzero(at.edge >= 0)
    free = np.zeros(len(gates), dtype=bool)
    # A gate stands in its own wall, so its leg is tried from outside of it.
    free[reached] = ~_meets(
        _legs(gates[reached], index, at.take(reached), -_OWN_WALL_M), layers.obstacles, layers.buildings
    )
    return _Found("gate", spaces[space], gates[gate], at.take(gate)).take(free[gate])


def _crossings(
    spaces: NDArray[np.int64], boundary: NDArray[np.object_], layers: Layers, index: EdgeIndex, limit_m: float
) -> _Found:
    """Points at which a walkable way crosses or meets a boundary; running along it is no crossing.

    Each is attached to the way that crosses. Where that way is an island, as paths inside parks often
    are, to the main network if it can be reached unhindered within the limit. The lines that this
    program draws across squares are not ways that somebody mapped.
    """
    network = index.network
    ways = np.flatnonzero(network.edge_highway != "square")
    space, way = STRtree(network.edge_line[ways]).query(boundary, predicate="intersects")
    edge = ways[way]
    parts, pair = shapely.get_parts(shapely.intersection(boundary[space], network.edge_line[edge]), return_index=True)
    points = np.flatnonzero(shapely.get_dimensions(parts) == 0)
    edge, space, point = edge[pair[points]], space[pair[points]], parts[points]
    along_m = np.minimum(shapely.line_locate_point(network.edge_line[edge], point), network.edge_length_m[edge])
    own = Attachments(edge.astype(np.int32), along_m, np.zeros(len(edge)))
    return _Found("crossing", spaces[space], point, _off_islands(point, own, layers, index, limit_m))


def _off_islands(
    point: NDArray[np.object_], own: Attachments, layers: Layers, index: EdgeIndex, limit_m: float
) -> Attachments:
    """Attach what hangs on an island to the main network, where the way there is free."""
    island = np.flatnonzero(index.network.edge_component[own.edge] > 0)
    other = attach(index, point[island], limit_m=limit_m)
    main = np.flatnonzero(index.network.edge_component[other.edge] == 0)
    legs = _legs(point[island[main]], index, other.take(main), 0.0)
    free = main[~_meets(legs, layers.obstacles, layers.buildings)]
    edge, along_m, off_m = own.edge.copy(), own.along_m.copy(), own.off_network_m.copy()
    edge[island[free]] = other.edge[free]
    along_m[island[free]] = other.along_m[free]
    off_m[island[free]] = other.off_network_m[free]
    return Attachments(edge, along_m, off_m)


def _open_edges(
    spaces: NDArray[np.int64], shapes: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> _Found:
    """Points along unfenced outlines from which a straight leg reaches a walkable way unhindered."""
    polygons, polygon_space = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_exterior_ring(polygons)
    count = np.maximum(1, np.ceil(shapely.length(rings) / parameters.open_edge_spacing_m)).astype(np.int64)
    ring = np.repeat(np.arange(len(rings)), count)
    number = np.arange(len(ring)) - np.repeat(np.cumsum(count) - count, count)
    points = shapely.line_interpolate_point(rings[ring], number / count[ring], normalized=True)
    at = attach(index, points, limit_m=parameters.open_edge_reach_m)
    near = np.flatnonzero(at.edge >= 0)
    points, ring, at = points[near], ring[near], at.take(near)
    from_inside = _meets(_legs(points, index, at, _INSIDE_M), layers.obstacles) | _walled(points, layers)
    from_outside = _meets(_legs(points, index, at, -_OWN_WALL_M), layers.buildings)
    found = _Found("open_edge", spaces[polygon_space[ring]], points, at)
    return found.take(~from_inside & ~from_outside)


def _walled(points: NDArray[np.object_], layers: Layers) -> NDArray[np.bool_]:
    """Whether a wall stands at the very place: a leg that runs alongside it would never meet it."""
    walls = layers.obstacles.geometry.to_numpy()[(layers.obstacles["obstacle_kind"] == "wall").to_numpy(bool)]
    found, _ = STRtree(walls).query(points, predicate="dwithin", distance=_INSIDE_M)
    walled = np.zeros(len(points), dtype=bool)
    walled[found] = True
    return walled


def _legs(start: NDArray[np.object_], index: EdgeIndex, at: Attachments, longer_m: float) -> NDArray[np.object_]:
    """Straight legs to the places of attachment, drawn longer at their start, or shorter if negative."""
    end = shapely.line_interpolate_point(index.network.edge_line[at.edge], at.along_m)
    a, b = shapely.get_coordinates(start), shapely.get_coordinates(end)
    length_m = np.hypot(*(b - a).T)[:, None]
    unit = np.divide(b - a, length_m, out=np.zeros_like(a), where=length_m > 0)
    legs: NDArray[np.object_] = shapely.linestrings(np.stack([a - unit * np.maximum(longer_m, -length_m), b], axis=1))
    return legs


def _meets(legs: NDArray[np.object_], *obstacles: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    hindered = np.zeros(len(legs), dtype=bool)
    for layer in obstacles:
        leg, _ = STRtree(layer.geometry.to_numpy()).query(legs, predicate="intersects")
        hindered[leg] = True
    return hindered


def attached_points(entrances: Entrances, spaces: gpd.GeoDataFrame, index: EdgeIndex) -> gpd.GeoDataFrame:
    """The published table of entrances, columns as `columns.ENTRANCES`."""
    table, at = entrances.table, entrances.attachment
    rows = spaces.iloc[table["space"].to_numpy()]
    number = table.groupby("space").cumcount() + 1
    return gpd.GeoDataFrame(
        {
            "entrance_id": [f"{s}#{n}" for s, n in zip(rows.index, number, strict=True)],
            "space_id": rows.index.astype(str),
            "space_class": rows["space_class"].to_numpy(),
            "space_area_m2": rows["area_m2"].to_numpy(),
            "kind": table["kind"].to_numpy(),
            "edge_id": index.network.edge_id[at.edge],
            "off_network_m": at.off_network_m,
        },
        geometry=list(entrances.point),
        crs=spaces.crs,
    )
