"""Everything that is held against the hazards of a study, and in which units it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.exposed_classes import ByClass, exposed_by_hazard
from analyses.exposed_streets import exposed_streets, streets
from analyses.held_shapes import Shapes
from analyses.measure import Scene
from analyses.units import CITY, COMMUNITY, Level, containing
from layers.tag_rules import unions

_TOUCHING_M = 0.01
"""What stands on the very border of a community stands in one."""


@dataclass(frozen=True)
class Things:
    """Things of one kind: their shares in each class by hazard, and where they stand."""

    shares: Mapping[str, ByClass]
    """By hazard id."""
    member: Mapping[str, NDArray[np.int64]]
    """By level the position of the unit in which each stands; -1 for none."""


@dataclass(frozen=True)
class Held:
    """Homes, buildings, spaces and streets."""

    homes: Mapping[str, ByClass]
    """Of each demand point, by hazard id."""
    buildings: Things
    spaces: Things
    streets: Things
    street_m: NDArray[np.float64]
    """Length of each street [m]."""
    facility: NDArray[np.bool_]
    """By space: whether it is no open public space, but a facility."""


def hold(scene: Scene, levels: Mapping[str, Level], homes: Mapping[str, ByClass], *, tolerance_m: float) -> Held:
    """Hold buildings, spaces and streets of a scene against its hazards, as `homes` have been.

    Parameters
    ----------
    levels : mapping of str to Level
    homes : mapping of str to ByClass
        Of each demand point, by hazard id.
    tolerance_m : float
        What stands in a community and in no parent belongs to the nearest within this distance, as residents do.

    Notes
    -----
    Each stands in one unit of a level at most, and in one of a parent level or the city only if in a community: so
    the units of every level that covers the study area add up to the city. A building and a space stand where a point
    inside them lies, a street where its middle does.
    """
    layers = scene.layers
    network = layers.network
    laid_out = streets(network)
    lines = network.edge_line[laid_out]
    spaces = layers.spaces.geometry.to_numpy()
    buildings = layers.buildings.geometry.to_numpy()

    def stands(points: NDArray[np.object_]) -> dict[str, NDArray[np.int64]]:
        return stands_in(levels, points, tolerance_m=tolerance_m)

    return Held(
        homes,
        Things(_shares(scene, buildings), stands(shapely.point_on_surface(buildings))),
        Things(_shares(scene, spaces), stands(shapely.point_on_surface(spaces))),
        Things(exposed_streets(layers, lines), stands(shapely.line_interpolate_point(lines, 0.5, normalized=True))),
        network.edge_length_m[laid_out],
        ~layers.spaces["space_class"].isin(unions()["open_public_space"]).to_numpy(bool),
    )


def stands_in(
    levels: Mapping[str, Level], points: NDArray[np.object_], *, tolerance_m: float
) -> dict[str, NDArray[np.int64]]:
    """By level the position of the unit in which each point lies; -1 for none."""
    community = containing(levels[COMMUNITY].units, points, _TOUCHING_M)
    inside = np.flatnonzero(community >= 0)
    found = {COMMUNITY: community}
    for name, level in levels.items():
        if name == COMMUNITY:
            continue
        member = np.full(len(points), -1, dtype=np.int64)
        member[inside] = 0 if name == CITY else containing(level.units, points[inside], tolerance_m)
        found[name] = member
    return found


def _shares(scene: Scene, shapes: NDArray[np.object_]) -> dict[str, ByClass]:
    return exposed_by_hazard(scene.layers, Shapes.of(shapes, scene.layers.communities.crs))
