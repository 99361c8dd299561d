"""Links that are missing: a space lies near in a straight line, and the walk to it is long."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_walks import limit_m, walking_of
from analyses.supply import Places


def path_offers(scene: Scene, short: Unserved, gates: Offers, parameters: Parameters) -> Offers:
    """Places within a rule's limit in a straight line of those whom no new gate serves, and who they are.

    Only those count whose walk to any place of the rule is at least `RemedyLimits.detour` times the straight
    line to this one; for a link that is missing makes a walk long, and a place that is merely far is no link. Where the
    link could run nobody has looked, so they are the most that it can serve.
    """
    found = short.found
    left = np.setdiff1d(np.arange(len(short.row)), gates.row)
    space, rows, offers, count = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    homes, reach = STRtree(scene.demand.point[short.row[left]]), found.reach
    for option in found.rule.each:
        if option.count > 1 or option.supply is None or reach is None:
            continue
        places = scene.places_of(option.supply)
        place, home = homes.query(places.geometry, predicate="dwithin", distance=limit_m(scene, option))
        row = left[home]
        straight_m = shapely.distance(scene.demand.point[short.row[row]], places.geometry[place])
        walk_m = reach.cost[short.row[row]] / walking_of(scene, option).graph.impedance.per_metre
        linked = walk_m >= parameters.remedies.detour * straight_m
        rows.append(row[linked])
        offers.append(count + place[linked])
        space.append(first_spaces(places))
        count += len(places.geometry)
    spaces = np.concatenate(space)
    point = np.full(len(spaces), None, dtype=object)
    return Offers(point, spaces, np.concatenate(rows), np.concatenate(offers))


def end_of_path(scene: Scene, short: Unserved, offers: Offers, pairs: NDArray[np.int64], offer: int) -> shapely.Point:
    """Where the link would meet the space: the point of its outline nearest to the middle of those it is for."""
    rows = short.row[offers.row[pairs[offers.offer[pairs] == offer]]]
    xy = shapely.get_coordinates(scene.demand.point[rows])
    middle = shapely.Point(np.average(xy, axis=0, weights=short.residents[rows]))
    shape = scene.layers.spaces.geometry.to_numpy()[offers.space[offer]]
    outline = shapely.boundary(shape) if shapely.get_dimensions(shape) == 2 else shape
    return shapely.Point(shapely.get_coordinates(shapely.shortest_line(outline, middle))[0])


def first_spaces(places: Places) -> NDArray[np.int64]:
    """The first space of each place: it stands for it."""
    first = np.full(len(places.geometry), -1, dtype=np.int64)
    order = np.argsort(places.space)[::-1]
    first[places.place[order]] = places.space[order]
    return first
