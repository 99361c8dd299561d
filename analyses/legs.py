"""Straight legs from the outline of a public space to a walkable way, and what stands in their way.

The leg that is tested is the leg that is walked: it carries the attachment it was drawn to.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.parameters import Parameters
from layers.types import Layers
from spatial.snapping import Attachments, EdgeIndex, attach

_INSIDE_M = 1.0
"""A leg is drawn this far into the space, and a wall so near closes the place: they are one thing drawn twice."""
_OWN_WALL_M = 0.5
"""Legs are tried against buildings from this far outside, so that a building is no obstacle to itself."""

Met = dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
"""``obstacles`` and ``buildings``: pairs of leg and the position of what it meets."""


@dataclass(frozen=True)
class Legs:
    """Straight legs from points to their attachments on walkable ways."""

    space: NDArray[np.int64]
    """Position among the shapes they start from."""
    start: NDArray[np.object_]
    """Point on the outline."""
    end: NDArray[np.object_]
    """Point on the way."""
    attachment: Attachments


def legs_to(space: NDArray[np.int64], start: NDArray[np.object_], at: Attachments, index: EdgeIndex) -> Legs:
    """Legs from points to where they are attached; every point has to be."""
    return Legs(space, start, shapely.line_interpolate_point(index.network.edge_line[at.edge], at.along_m), at)


def open_edge_legs(shapes: NDArray[np.object_], index: EdgeIndex, parameters: Parameters) -> Legs:
    """The legs that are tried: from points every so often along the outer outlines, where a way is near enough."""
    polygons, polygon_space = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_exterior_ring(polygons)
    count = np.maximum(1, np.ceil(shapely.length(rings) / parameters.open_edge_spacing_m)).astype(np.int64)
    ring = np.repeat(np.arange(len(rings)), count)
    number = np.arange(len(ring)) - np.repeat(np.cumsum(count) - count, count)
    points = shapely.line_interpolate_point(rings[ring], number / count[ring], normalized=True)
    at = attach(index, points, limit_m=parameters.open_edge_reach_m)
    near = np.flatnonzero(at.edge >= 0)
    return legs_to(polygon_space[ring[near]], points[near], at.take(near), index)


def hindrances(tried: Legs, layers: Layers) -> Met:
    """What stands in the way of legs that start on an outline, walls along the outline included."""
    walls = np.flatnonzero((layers.obstacles["obstacle_kind"] == "wall").to_numpy(bool))
    shapes = layers.obstacles.geometry.to_numpy()
    # A wall along the outline is parallel to many a leg, which then would never meet it.
    beside, wall = STRtree(shapes[walls]).query(tried.start, predicate="dwithin", distance=_INSIDE_M)
    leg, thing = STRtree(shapes).query(_drawn(tried, _INSIDE_M), predicate="intersects")
    return {
        "obstacles": (np.concatenate([leg, beside]), np.concatenate([thing, walls[wall]])),
        "buildings": _buildings(tried, layers),
    }


def free_from_opening(tried: Legs, layers: Layers) -> NDArray[np.bool_]:
    """Which legs from gates, such as might be opened too, and from where a path runs through the outline, meet nothing.

    The opening lies in its own wall, so legs are tried from outside of it; a leg that ends there already
    has nothing between the opening and the way.
    """
    leg, _ = STRtree(layers.obstacles.geometry.to_numpy()).query(_drawn(tried, -_OWN_WALL_M), predicate="intersects")
    free = _unmet(len(tried.start), leg, _buildings(tried, layers)[0])
    return free | (tried.attachment.off_network_m <= _OWN_WALL_M)


def free_from_edge(tried: Legs, layers: Layers) -> NDArray[np.bool_]:
    """Which legs from an open outline meet nothing."""
    met = hindrances(tried, layers)
    return _unmet(len(tried.start), met["obstacles"][0], met["buildings"][0])


def _buildings(tried: Legs, layers: Layers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    leg, thing = STRtree(layers.buildings.geometry.to_numpy()).query(
        _drawn(tried, -_OWN_WALL_M), predicate="intersects"
    )
    return leg, thing


def _unmet(count: int, *legs: NDArray[np.int64]) -> NDArray[np.bool_]:
    free = np.ones(count, dtype=bool)
    for met in legs:
        free[met] = False
    return free


def _drawn(tried: Legs, longer_m: float) -> NDArray[np.object_]:
    """The legs as lines, drawn longer at their start, or shorter if negative."""
    a, b = shapely.get_coordinates(tried.start), shapely.get_coordinates(tried.end)
    length_m = np.hypot(*(b - a).T)[:, None]
    unit = np.divide(b - a, length_m, out=np.zeros_like(a), where=length_m > 0)
    lines: NDArray[np.object_] = shapely.linestrings(np.stack([a - unit * np.maximum(longer_m, -length_m), b], axis=1))
    return lines
