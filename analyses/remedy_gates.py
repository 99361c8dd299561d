"""Gates that could be opened: places along the outline of a supply's spaces where a walkable way lies near.

As mapped gates are found (`analyses.entrances`): an opening in the wall or fence of the space itself, and never through
a second wall, a house, across water, a railway or a motorway. So it is also found where a space has no way in at all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.legs import free_from_opening, open_edge_legs
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Rule
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_ground import Ground
from analyses.remedy_walks import Pairs, lacking, limit_m, serving, supply_of, walked
from spatial.snapping import Attachments, EdgeIndex

_SIDES = ("e", "ne", "n", "nw", "w", "sw", "s", "se")


def gate_offers(ground: Ground, short: Unserved, index: EdgeIndex, parameters: Parameters) -> Offers:
    """New gates, and whom each would serve within the limit of any option over today's network.

    Parameters
    ----------
    ground, short
        Of a rule that is walked.
    index : EdgeIndex
        Of the layers' network.
    parameters : Parameters
    """
    rule = short.found.rule
    space, point, at = ground.opened(*_candidates(ground.before, short, index, parameters))
    scene = ground.scene
    farthest = max(rule.each, key=lambda option: option.limit or 0.0)
    pairs = walked(scene, farthest, short, point, at, parameters)
    serves = _served_by_any(scene, short, pairs, space)
    return Offers(point, space, pairs.row[serves], pairs.candidate[serves])


def side_of(space: shapely.Geometry, point: shapely.Point) -> str:
    """On which side of a space a point on its outline lies: n, ne, e, ... from its centroid."""
    middle = shapely.centroid(space)
    turn = np.arctan2(point.y - middle.y, point.x - middle.x)
    return _SIDES[round(float(turn) / (np.pi / 4)) % 8]


def _candidates(
    scene: Scene, short: Unserved, index: EdgeIndex, parameters: Parameters
) -> tuple[NDArray[np.int64], NDArray[np.object_], Attachments]:
    """Space, place and attachment of every gate that could be opened near to those not served."""
    rule, layers = short.found.rule, scene.layers
    far_m = max(limit_m(scene, option) for option in rule.each)
    homes = STRtree(scene.demand.point[short.row])
    space = np.unique(np.concatenate([scene.places_of(supply).space for supply in rule.supplies]))
    shapes = layers.spaces.geometry.to_numpy()[space]
    near, _ = homes.query(shapes, predicate="dwithin", distance=far_m)
    kept = np.intersect1d(near, np.flatnonzero(shapely.get_dimensions(shapes) == 2))
    spacing_m = max(parameters.open_edge_spacing_m, parameters.remedies.spacing_of_limit * far_m)
    tried = open_edge_legs(shapes[kept], index, replace(parameters, open_edge_spacing_m=spacing_m))
    free = free_from_opening(tried, layers)
    near, _ = homes.query(tried.start, predicate="dwithin", distance=far_m)
    free[np.setdiff1d(np.arange(len(free)), near)] = False
    return space[kept][tried.space[free]], tried.start[free], tried.attachment.take(free)


def _served_by_any(scene: Scene, short: Unserved, pairs: Pairs, space: NDArray[np.int64]) -> NDArray[np.bool_]:
    serves = np.zeros(len(pairs.row), dtype=bool)
    for option in short.found.rule.each:
        place = _place_of(scene, option, space)
        counts = (place[pairs.candidate] >= 0) & (pairs.cost <= (option.limit or 0.0))
        needs, has = lacking(scene, option, short)
        serves |= counts & serving(pairs, needs, has, place, scene.places_of(supply_of(option)))
    return serves


def _place_of(scene: Scene, option: Rule, space: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of an option that each space belongs to; -1 for none."""
    places = scene.places_of(supply_of(option))
    place_of_space = np.full(len(scene.layers.spaces), -1, dtype=np.int64)
    place_of_space[places.space] = places.place
    place: NDArray[np.int64] = place_of_space[space]
    return place
