"""Links that are missing: a space lies near in a straight line, and the walk to it is long."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_walks import limit_m, walking_of
from analyses.supply import Places


@dataclass(frozen=True)
class Paths:
    """Places to which a link may be missing."""

    near: Offers
    """With everybody within the rule's limit in a straight line: where a link could run nobody has looked, so they are
    the most that it can serve."""
    missing: NDArray[np.bool_]
    """Pairs of `near` that speak for a link."""

    @property
    def wanted(self) -> Offers:
        """The places with those who speak for a link alone."""
        return replace(self.near, row=self.near.row[self.missing], offer=self.near.offer[self.missing])


def path_offers(scene: Scene, short: Unserved, helped: NDArray[np.int64], parameters: Parameters) -> Paths:
    """Places within a rule's limit in a straight line, and for whom a link to them is missing.

    It is for those rows who are not `helped` by a gate and whose walk to any place of the rule is at least
    `RemedyLimits.detour` times the straight line to this one; for a link that is missing makes a walk long, and a place
    that is merely far is no link.
    """
    found = short.found
    space, rows, offers, count = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], 0
    missing = [np.zeros(0, bool)]
    homes, reach = STRtree(scene.demand.point[short.row]), found.reach
    for option in found.rule.each:
        if option.count > 1 or option.supply is None or reach is None:
            continue
        places = scene.places_of(option.supply)
        place, row = homes.query(places.geometry, predicate="dwithin", distance=limit_m(scene, option))
        straight_m = shapely.distance(scene.demand.point[short.row[row]], places.geometry[place])
        walk_m = reach.cost[short.row[row]] / walking_of(scene, option).graph.impedance.per_metre
        missing.append((walk_m >= parameters.remedies.detour * straight_m) & ~np.isin(row, helped))
        rows.append(row)
        offers.append(count + place)
        space.append(first_spaces(places))
        count += len(places.geometry)
    spaces = np.concatenate(space)
    point = np.full(len(spaces), None, dtype=object)
    near = Offers(point, spaces, np.concatenate(rows), np.concatenate(offers))
    return Paths(near, np.concatenate(missing))


def end_of_path(scene: Scene, short: Unserved, offers: Offers, pairs: NDArray[np.int64], offer: int) -> shapely.Point:
    """Where the link would meet the space: the point of its outline nearest to the middle of those it is for.

    They are the homes of `pairs`.
    """
    rows = short.row[offers.row[pairs]]
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
