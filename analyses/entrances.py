"""Where a public space can be entered: gates, paths that cross its boundary, and open edges.

Never the centroid, which makes large parks look far, and never any point of a walled boundary,
which makes them look near. The three kinds follow the practice of ParkServe (access points where
a walkable way meets the edge) and of the Global Observatory of Healthy and Sustainable Cities
(edge within a short distance of a street), with barriers respected.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.parameters import Parameters
from layers.types import Layers
from spatial.snapping import Attachments, EdgeIndex, attach
from spatial.traits import Trait

_SAME_PLACE_M = 1.0
"""Ways in of one kind closer than this are one."""
_SAME_SPOT_M = 0.01
"""A crossing was computed from the way that crosses, so it lies on it but for rounding."""
_INSIDE_M = 1.0
"""A leg is drawn this far into the space, so that a wall along the boundary is met."""
_OWN_WALL_M = 0.5
"""... and tried against buildings from this far outside, so that a building is no obstacle to itself."""


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
        Only those that attach to the network: a gate out of reach of every way leads nowhere. A
        space without any is left to `analyses.no_way_in` to explain.
    """
    shapes = layers.spaces.geometry.to_numpy()
    areal = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    boundary = shapely.boundary(shapes[areal])
    open_ = areal[~layers.spaces["fenced"].to_numpy(bool)[areal]]
    found = [
        _as_frame(areal, *_gates(boundary, layers.gates.geometry.to_numpy(), parameters.gate_distance_m), "gate"),
        _as_frame(areal, *_crossings(boundary, layers.network.edge_line), "crossing"),
        _as_frame(open_, *_open_edges(shapes[open_], layers, index, parameters), "open_edge"),
        _as_frame(np.flatnonzero(shapely.get_dimensions(shapes) == 0), *_themselves(shapes), "point"),
    ]
    table = _distinct(pd.concat(found, ignore_index=True))
    point = shapely.points(table[["x", "y"]].to_numpy())
    attachment = attach(index, point, limit_m=parameters.snap_limit_m)
    reached = attachment.edge >= 0
    table["confidence"] = _confidence(table, point, layers, parameters)
    return Entrances(
        table.loc[reached, ["space", "kind", "confidence"]].reset_index(drop=True),
        point[reached],
        attachment.take(reached),
        np.unique(table["space"].to_numpy(np.int64)[~reached]),
    )


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


def _as_frame(
    spaces: NDArray[np.int64], which: NDArray[np.int64], points: NDArray[np.object_], kind: str
) -> pd.DataFrame:
    xy = shapely.get_coordinates(points)
    return pd.DataFrame({"space": spaces[which], "kind": kind, "x": xy[:, 0], "y": xy[:, 1]})


def _distinct(table: pd.DataFrame) -> pd.DataFrame:
    """Sorted, one of each kind at each place, on a grid fixed to the ground."""
    cell = table.assign(i=np.floor(table["x"] / _SAME_PLACE_M), j=np.floor(table["y"] / _SAME_PLACE_M))
    cell = cell.sort_values(["space", "kind", "i", "j", "x", "y"])
    return cell.drop_duplicates(["space", "kind", "i", "j"]).reset_index(drop=True)


def _gates(
    boundary: NDArray[np.object_], gates: NDArray[np.object_], distance_m: float
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    gate, space = STRtree(boundary).query(gates, predicate="dwithin", distance=distance_m)
    return space, gates[gate]


def _crossings(
    boundary: NDArray[np.object_], edges: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Points at which a walkable way crosses or meets a boundary; running along it is no crossing."""
    space, edge = STRtree(edges).query(boundary, predicate="intersects")
    met = shapely.intersection(boundary[space], edges[edge])
    parts, pair = shapely.get_parts(met, return_index=True)
    points = shapely.get_dimensions(parts) == 0
    parts, inner = shapely.get_parts(parts[points], return_index=True)
    return space[pair[points]][inner], parts


def _open_edges(
    shapes: NDArray[np.object_], layers: Layers, index: EdgeIndex, parameters: Parameters
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Points along unfenced outlines from which a straight leg reaches a walkable way unhindered."""
    tried = open_edge_legs(shapes, index, parameters)
    free = np.ones(len(tried.space), dtype=bool)
    for leg, _ in hindrances(tried, layers).values():
        free[leg] = False
    return tried.space[free], tried.start[free]


@dataclass(frozen=True)
class Legs:
    """Straight legs from outlines to the nearest walkable way."""

    space: NDArray[np.int64]
    """Position among the shapes they start from."""
    start: NDArray[np.object_]
    """Point on the outline."""
    end: NDArray[np.object_]
    """Point on the way."""


def open_edge_legs(shapes: NDArray[np.object_], index: EdgeIndex, parameters: Parameters) -> Legs:
    """The legs that are tried: from points every so often along the outer outlines, where a way is near enough."""
    polygons, polygon_space = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_exterior_ring(polygons)
    count = np.maximum(1, np.ceil(shapely.length(rings) / parameters.open_edge_spacing_m)).astype(np.int64)
    ring = np.repeat(np.arange(len(rings)), count)
    number = np.arange(len(ring)) - np.repeat(np.cumsum(count) - count, count)
    points = shapely.line_interpolate_point(rings[ring], number / count[ring], normalized=True)
    near = attach(index, points, limit_m=parameters.open_edge_reach_m)
    reached = near.edge >= 0
    points, ring, near = points[reached], ring[reached], near.take(reached)
    ends = shapely.line_interpolate_point(index.network.edge_line[near.edge], near.along_m)
    return Legs(polygon_space[ring], points, ends)


def hindrances(tried: Legs, layers: Layers) -> dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """What stands in the way of legs: ``obstacles`` and ``buildings``, each as pairs of leg and what it meets."""
    a, b = shapely.get_coordinates(tried.start), shapely.get_coordinates(tried.end)
    length_m = np.hypot(*(b - a).T)
    with np.errstate(invalid="ignore", divide="ignore"):
        unit = np.where(length_m[:, None] > 0, (b - a) / length_m[:, None], 0.0)
    from_inside = shapely.linestrings(np.stack([a - unit * _INSIDE_M, b], axis=1))
    outside = np.minimum(_OWN_WALL_M, length_m)[:, None]
    from_outside = shapely.linestrings(np.stack([a + unit * outside, b], axis=1))
    met = {}
    for name, legs, things in (
        ("obstacles", from_inside, layers.obstacles),
        ("buildings", from_outside, layers.buildings),
    ):
        leg, thing = STRtree(things.geometry.to_numpy()).query(legs, predicate="intersects")
        met[name] = (leg, thing)
    return met


def _themselves(shapes: NDArray[np.object_]) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    points = shapes[shapely.get_dimensions(shapes) == 0]
    return np.arange(len(points)), points


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
            "confidence": table["confidence"].to_numpy(),
            "edge_id": index.network.edge_id[at.edge],
            "off_network_m": at.off_network_m,
        },
        geometry=list(entrances.point),
        crs=spaces.crs,
    )
