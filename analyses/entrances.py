"""Where a public space can be entered: gates, paths that cross its boundary, and open edges.

Never the centroid, which makes large parks look far, and never any point of a walled boundary,
which makes them look near. The three kinds follow the practice of ParkServe (access points where
a walkable way meets the edge) and of the Global Observatory of Healthy and Sustainable Cities
(edge within a short distance of a street), with barriers respected.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.legs import free_from_edge, free_from_opening, legs_to, open_edge_legs
from analyses.parameters import Parameters
from layers.types import Layers
from spatial.network import WalkNetwork
from spatial.snapping import Attachments, EdgeIndex, attach
from spatial.traits import Trait

_SAME_PLACE_M = 1.0
"""Ways in of one kind closer than this are one."""
_SAME_SPOT_M = 0.01
"""A crossing was computed from the way that crosses, so it lies on it but for rounding."""


@dataclass(frozen=True)
class Entrances:
    """Ways into the spaces, and where each is attached to the walk network."""

    table: pd.DataFrame
    """``space`` (position), ``kind`` (gate, crossing, open_edge, point), ``confidence`` (high, medium, low);
    sorted by space, kind, place."""
    point: NDArray[np.object_]
    attachment: Attachments
    out_of_reach: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Positions of the spaces with a way in that no walkable way is near enough to; sorted, each once."""


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
        gate out of reach of every way leads nowhere. A space without any is left to `analyses.no_way_in` to explain.
    """
    shapes = layers.spaces.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    boundary = shapely.boundary(shapes[areal])
    open_ = areal[~layers.spaces["fenced"].to_numpy(bool)[areal]]
    points = np.flatnonzero(shapely.get_dimensions(shapes) == 0)
    found = [
        _gates(areal, boundary, layers, index, parameters),
        _crossings(areal, boundary, layers, index, parameters.snap_limit_m),
        _open_edges(open_, shapes[open_], layers, index, parameters),
        _Found("point", points, shapes[points], attach(index, shapes[points], limit_m=parameters.snap_limit_m)),
    ]
    every = _table(found)
    table = _distinct(every[every["edge"] >= 0])
    point = shapely.points(table[["x", "y"]].to_numpy())
    table["confidence"] = _confidence(table, point, layers, parameters)
    at = Attachments(table["edge"].to_numpy(np.int32), table["along_m"].to_numpy(), table["off_network_m"].to_numpy())
    out_of_reach = np.unique(every["space"].to_numpy(np.int64)[every["edge"] < 0])
    return Entrances(table[["space", "kind", "confidence"]], point, at, out_of_reach)


@dataclass(frozen=True)
class _Found:
    """Ways in of one kind, attached to the network or out of reach."""

    kind: str
    space: NDArray[np.int64]
    point: NDArray[np.object_]
    attachment: Attachments


def _table(found: Sequence[_Found]) -> pd.DataFrame:
    xy = shapely.get_coordinates(np.concatenate([f.point for f in found]))
    return pd.DataFrame(
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


def _distinct(table: pd.DataFrame) -> pd.DataFrame:
    """Sorted, one of each kind at each place on a grid fixed to the ground: the one nearest to the network."""
    cell = table.assign(i=np.floor(table["x"] / _SAME_PLACE_M), j=np.floor(table["y"] / _SAME_PLACE_M))
    cell = cell.sort_values(["space", "kind", "i", "j", "off_network_m", "x", "y", "edge"])
    return cell.drop_duplicates(["space", "kind", "i", "j"]).reset_index(drop=True)


def _confidence(
    table: pd.DataFrame, point: NDArray[np.object_], layers: Layers, parameters: Parameters
) -> NDArray[np.object_]:
    """How sure one can be that people enter here.

    high: somebody mapped a gate or entrance, here or where a path crosses. medium: a path crosses
    an outline that bears no barrier, at ground level. low: nothing but openness speaks for it (an open
    edge), a path runs into a fence without a mapped gate, passes on a bridge or in a tunnel, or the
    space is mapped as a point, so that nobody knows where it is entered.
    """
    crossing = (table["kind"] == "crossing").to_numpy()
    fenced = layers.spaces["fenced"].to_numpy(bool)[table["space"]]
    level = np.where(crossing & ~fenced & ~_off_the_ground(point, crossing, layers), "medium", "low").astype(object)
    gates = STRtree(layers.gates.geometry.to_numpy())
    at_gate, _ = gates.query(point, predicate="dwithin", distance=parameters.gate_distance_m)
    near_gate = np.isin(np.arange(len(point)), at_gate)
    level[(table["kind"] == "gate").to_numpy() | (crossing & near_gate)] = "high"
    return level


def _off_the_ground(point: NDArray[np.object_], rows: NDArray[np.bool_], layers: Layers) -> NDArray[np.bool_]:
    """Whether every way that crosses at a point is a bridge or a tunnel there."""
    network = layers.network
    raised = network.edge_traits.has(Trait.BRIDGE | Trait.TUNNEL)
    found = np.zeros(len(point), dtype=bool)
    on = np.flatnonzero(rows)
    for chosen, value in ((raised, True), (~raised, False)):
        tree = STRtree(network.edge_line[chosen])
        hit, _ = tree.query(point[on], predicate="dwithin", distance=_SAME_SPOT_M)
        found[on[np.unique(hit)]] = value
    return found


def _gates(
    spaces: NDArray[np.int64], boundary: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> _Found:
    """Mapped gates on a boundary, without those from which nothing but a wall or a house can be reached."""
    gates = layers.gates.geometry.to_numpy()
    gate, space = STRtree(boundary).query(gates, predicate="dwithin", distance=parameters.gate_distance_m)
    at = attach(index, gates, limit_m=parameters.snap_limit_m)
    reached = np.flatnonzero(at.edge >= 0)
    open_ = np.ones(len(gates), dtype=bool)
    open_[reached] = free_from_opening(legs_to(reached, gates[reached], at.take(reached), index), layers)
    kept = open_[gate]
    return _Found("gate", spaces[space[kept]], gates[gate[kept]], at.take(gate[kept]))


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
    main = np.flatnonzero((other.edge >= 0) & (index.network.edge_component[other.edge] == 0))
    free = main[free_from_opening(legs_to(island[main], point[island[main]], other.take(main), index), layers)]
    edge, along_m, off_m = own.edge.copy(), own.along_m.copy(), own.off_network_m.copy()
    edge[island[free]] = other.edge[free]
    along_m[island[free]] = other.along_m[free]
    off_m[island[free]] = other.off_network_m[free]
    return Attachments(edge, along_m, off_m)


def _open_edges(
    spaces: NDArray[np.int64], shapes: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> _Found:
    """Points along unfenced outlines from which a straight leg reaches a walkable way unhindered."""
    tried = open_edge_legs(shapes, index, parameters)
    free = free_from_edge(tried, layers)
    return _Found("open_edge", spaces[tried.space[free]], tried.start[free], tried.attachment.take(free))


def attached_points(entrances: Entrances, spaces: gpd.GeoDataFrame, network: WalkNetwork) -> gpd.GeoDataFrame:
    """The published table of entrances, columns as `columns.ENTRANCES`."""
    table, at = entrances.table, entrances.attachment
    rows = spaces.iloc[table["space"].to_numpy()]
    return gpd.GeoDataFrame(
        {
            "entrance_id": entrance_ids(entrances, spaces),
            "space_id": rows.index.astype(str),
            "space_class": rows["space_class"].to_numpy(),
            "space_area_m2": rows["area_m2"].to_numpy(),
            "kind": table["kind"].to_numpy(),
            "confidence": table["confidence"].to_numpy(),
            "edge_id": network.edge_id[at.edge],
            "off_network_m": at.off_network_m,
        },
        geometry=list(entrances.point),
        crs=spaces.crs,
    )


def entrance_ids(entrances: Entrances, spaces: gpd.GeoDataFrame) -> list[str]:
    """The name of every entrance: its space and its number there (``way/123#4``)."""
    space = entrances.table["space"]
    number = space.groupby(space).cumcount() + 1
    return [f"{s}#{n}" for s, n in zip(spaces.index[space.to_numpy()], number, strict=True)]
