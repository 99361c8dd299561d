"""Provision: how much public space there is per resident, by three methods.

``container``: inside the unit. ``within``: within a limit of the unit's residents, whoever else comes
there. ``e2sfca``: within the limit, shared out among all who come.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Walking
from analyses.catchment import SupplyRange, supply_range
from analyses.costs import Costs, place_of_entrances, walking_costs
from analyses.decay import Decay
from analyses.euclidean import straight_costs
from analyses.supply import Places
from analyses.units import Level
from analyses.verdict import Figures
from spatial.search import distance_to_nodes


@dataclass(frozen=True)
class Surroundings:
    """The places within a limit of every demand point, and where the data end too near to know them all."""

    costs: Costs
    area_m2: NDArray[np.float64]
    """Of each place; one that has an area that nobody knows adds none."""
    point_cut: NDArray[np.bool_]
    """Demand points from which spaces that nobody mapped may lie within the limit."""
    place_cut: NDArray[np.bool_]
    """Places within the limit of which people may live whom nobody counted."""
    unsized: NDArray[np.bool_]
    """Places that add an amount that nobody knows (`Places.unsized`)."""

    def with_unsized(self) -> NDArray[np.bool_]:
        """Of each pair of `costs` whether it leads to such a place."""
        return self.unsized[self.costs.place]


def surroundings_on_foot(walking: Walking, places: Places, outside: NDArray[np.int64], *, limit: float) -> Surroundings:
    """What can be walked to within a limit.

    Parameters
    ----------
    walking : Walking
    places : Places
    outside : int array
        Nodes of the network where residents are not known: beyond the communities, or where the data end.
    limit : float
        Inclusive, in the unit of the search.
    """
    to_outside = distance_to_nodes(walking.graph, outside, walking.entrances.attachment, limit=limit)
    place_cut = np.zeros(len(places.area_m2), dtype=bool)
    place = place_of_entrances(walking.entrances, places)
    place_cut[place[(place >= 0) & (to_outside <= limit)]] = True
    costs = walking_costs(walking, places, limit=limit)
    return Surroundings(costs, np.nan_to_num(places.area_m2), walking.edge_of_data < limit, place_cut, places.unsized)


def surroundings_straight(
    places: Places,
    points: NDArray[np.object_],
    edge_of_data_m: NDArray[np.float64],
    outside: NDArray[np.object_],
    *,
    limit_m: float,
) -> Surroundings:
    """What lies within a limit in a straight line of the boundary; `outside` are the same nodes as points."""
    _, place = STRtree(places.geometry).query(outside, predicate="dwithin", distance=limit_m)
    place_cut = np.zeros(len(places.area_m2), dtype=bool)
    place_cut[place] = True
    costs = straight_costs(places, points, limit=limit_m)
    return Surroundings(costs, np.nan_to_num(places.area_m2), edge_of_data_m < limit_m, place_cut, places.unsized)


def container(level: Level, places: Places, residents: NDArray[np.float64]) -> Figures:
    """Area of the places inside each unit, per resident of it [m2/person]; with one of unknown size at least that."""
    total = level.sums(residents)
    value = _per_person(container_area_m2(level.units, places), total)
    open_ = _holds_unsized(level, places)
    return _figures(value, value, np.where(open_, np.inf, value), total, np.zeros(len(total)), by_size=open_)


def land_share(level: Level, places: Places) -> Figures:
    """Share of the area of each unit that the places inside it cover [%]; what overlaps counts once."""
    total = level.units["area_m2"].to_numpy(float)
    value = 100 * container_area_m2(level.units, places) / total
    open_ = _holds_unsized(level, places)
    return _figures(value, value, np.where(open_, 100.0, value), total, np.zeros(len(total)), by_size=open_)


def within(level: Level, near: Surroundings, residents: NDArray[np.float64]) -> Figures:
    """Area of the places within the limit of any resident of a unit, per resident of it [m2/person].

    Every place counts whole, in every unit whose residents come to it: what is there, not what is
    left by others. One home within the limit is enough, so the method flatters the edge of a unit.
    Where residents may reach spaces that nobody mapped, or refuges of which nobody knows the size, the value is the
    least that it can be.
    """
    total = level.sums(residents)
    lives = np.nan_to_num(residents) > 0
    pair = np.flatnonzero(lives[near.costs.point] & (level.member[near.costs.point] >= 0))
    unit = level.member[near.costs.point[pair]].astype(np.int64)
    once = np.unique(unit * len(near.area_m2) + near.costs.place[pair])
    unit, place = np.divmod(once, max(len(near.area_m2), 1))
    area_m2 = np.bincount(unit, weights=near.area_m2[place], minlength=len(total))
    value = _per_person(area_m2.astype(float), total)
    unknown = level.sums(np.where(near.point_cut, residents, 0.0))
    open_ = np.bincount(unit, weights=near.unsized[place], minlength=len(total)) > 0
    high = np.where((unknown > 0) | open_, np.inf, value)
    return _figures(value, value, high, total, unknown, by_size=open_)


def shared_out(near: Surroundings, residents: NDArray[np.float64], decay: Decay) -> SupplyRange:
    """Supply of every demand point within the limit, shared out among all who come [m2/person]."""
    found = supply_range(
        near.costs,
        pd.Series(residents),
        pd.Series(near.area_m2),
        decay,
        point_cut=near.point_cut,
        place_cut=near.place_cut,
    )
    return without_bound(found, near, decay)


def without_bound(found: SupplyRange, near: Surroundings, decay: Decay) -> SupplyRange:
    """The same where places of unknown size lie within reach: what else there is, is the least that it can be."""
    if not near.unsized.any():
        return found
    comes = near.with_unsized() & (decay(near.costs.cost) > 0)
    open_ = np.bincount(near.costs.point[comes], minlength=len(found.value)) > 0
    value, high = np.where(open_, np.nan, found.value), np.where(open_, np.inf, found.high)
    return SupplyRange(value, found.low, high, open_)


def e2sfca(level: Level, supply: SupplyRange, residents: NDArray[np.float64]) -> Figures:
    """The mean over a unit's residents of what is shared out to them [m2/person].

    The value is the mean over those for whom it is certain; `Figures.low` and `Figures.high` say
    between what the mean over all lies (`catchment.supply_range`).
    """
    total, certain = level.sums(residents), ~np.isnan(supply.value)

    def sums(per_person: NDArray[np.float64]) -> NDArray[np.float64]:
        # Nobody times an unlimited supply is nothing.
        return level.sums(np.multiply(residents, per_person, out=np.zeros(len(residents)), where=residents != 0))

    known = level.sums(np.where(certain, residents, 0.0))
    value = _per_person(sums(np.where(certain, supply.value, 0.0)), known)
    low, high = (_per_person(sums(bound), total) for bound in (supply.low, supply.high))
    open_ = None if supply.by_size is None else level.sums(np.nan_to_num(residents) * supply.by_size) > 0
    return _figures(value, low, high, total, level.sums(np.where(certain, 0.0, residents)), by_size=open_)


def container_area_m2(units: gpd.GeoDataFrame, places: Places) -> NDArray[np.float64]:
    """Area of the places inside each unit [m2], the container method.

    Standards are written for the area inside the unit per resident of it; the park across the
    street does not count, so small units say little. Places of one supply never overlap, so
    nothing counts twice. Units without any have 0. Of a refuge, whose effective area is less than its outline, the part
    inside counts by its share of the outline.
    """
    areal = places.geometry[~np.isnan(places.area_m2)]
    shapes = units.geometry.to_numpy()
    if not len(areal):
        return np.zeros(len(shapes))
    unit, place = STRtree(areal).query(shapes, predicate="intersects")
    area_m2 = shapely.area(areal[place])
    shapely.prepare(shapes)
    cut = ~shapely.covers(shapes[unit], areal[place])
    area_m2[cut] = shapely.area(shapely.intersection(shapes[unit[cut]], areal[place[cut]]))
    area_m2 *= counted_share(places)[~np.isnan(places.area_m2)][place]
    return np.bincount(unit, weights=area_m2, minlength=len(shapes)).astype(float)


def _holds_unsized(level: Level, places: Places) -> NDArray[np.bool_]:
    """Which units hold some of a place whose size nobody knows."""
    found = np.zeros(len(level.units), dtype=bool)
    unsized = STRtree(places.geometry[places.unsized])
    found[unsized.query(level.units.geometry.to_numpy(), predicate="intersects")[0]] = True
    return found


def counted_share(places: Places) -> NDArray[np.float64]:
    """What counts of each place for each m2 of its outline: exactly 1 of public space, NaN where no area is known."""
    share: NDArray[np.float64] = places.area_m2 / np.where(
        np.isnan(places.area_m2), np.nan, shapely.area(places.geometry)
    )
    return share


def _per_person(area_m2: NDArray[np.float64], residents: NDArray[np.float64]) -> NDArray[np.float64]:
    each: NDArray[np.float64] = np.full(len(residents), np.nan)
    np.divide(area_m2, residents, out=each, where=residents > 0)
    return each


def _figures(
    value: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    total: NDArray[np.float64],
    unknown: NDArray[np.float64],
    by_size: NDArray[np.bool_] | None,
) -> Figures:
    """A rule about area per person serves nobody in particular: all residents of a unit are short, or none."""
    return Figures(value, low, high, total, np.full(len(total), np.nan), total, unknown, by_size=by_size)
