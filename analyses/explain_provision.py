"""How a provision rule came out in a unit: which places count, with how much each, and by how many it is divided."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.decay import NAMED
from analyses.evidence import Evidence
from analyses.explanation import PlaceCounted, ProvisionFound
from analyses.measure import Measured, Scene, surroundings
from analyses.provision import counted_share
from analyses.supply import Places
from analyses.under_hazard import at_worst, places_before


def provision_found(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    """The places that a unit's figure was made of.

    container: those inside the unit, by the part that is. within: those in reach of any resident, each whole.
    e2sfca: those in reach, by what of each falls to the unit's residents; what they add up to, divided by the
    residents, is the unit's mean. Of what a hazard leaves the places are those that are left; where its layer leaves
    ground unsaid, those that are left for certain.
    """
    if measured.at_worst is not None:
        worst = None if evidence.closed is None else at_worst(evidence.closed)
        least = replace(measured.at_worst, rule=measured.rule)
        return provision_found(replace(evidence, closed=worst), least, level, unit_id)
    if measured.shared:
        return _shared_out(evidence, measured, level, unit_id)
    if measured.near is not None:
        return _within(evidence, measured, level, unit_id)
    return _container(evidence, measured, level, unit_id)


@dataclass(frozen=True)
class _Sums:
    """By place."""

    counted_m2: NDArray[np.float64]
    comes: NDArray[np.float64]
    """Residents of the unit who have it in reach."""
    sharing: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        counted_m2: NDArray[np.float64],
        comes: NDArray[np.float64] | None = None,
        sharing: NDArray[np.float64] | None = None,
    ) -> _Sums:
        """What is not counted by a method is NaN."""
        none = np.full(len(counted_m2), np.nan)
        return cls(counted_m2, none if comes is None else comes, none if sharing is None else sharing)


def _container(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    places, found = _places(evidence, measured), evidence.levels[level]
    shape = found.units.geometry.loc[unit_id]
    inside_m2 = np.zeros(len(places.area_m2))
    touching = np.flatnonzero(shapely.intersects(places.geometry, shape) & ~np.isnan(places.area_m2))
    inside_m2[touching] = shapely.area(shapely.intersection(places.geometry[touching], shape))
    inside_m2[touching] *= counted_share(places)[touching]
    if measured.rule.per == "land_area":
        divided_by = float(found.units["area_m2"].loc[unit_id])
    else:
        divided_by = evidence.sum_of(evidence.weight(measured)[evidence.homes_of(level, unit_id)])
    told = _found(evidence, measured, np.flatnonzero(inside_m2 > 0), _Sums.of(inside_m2), divided_by)
    return replace(told, free_share=_free_share(evidence, measured, level, unit_id))


def _within(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    near = measured.near
    assert near is not None
    homes = evidence.homes_of(level, unit_id)
    weight = evidence.weight(measured)
    here = np.zeros(len(weight), dtype=bool)
    here[homes] = np.nan_to_num(weight[homes]) > 0
    pair = np.flatnonzero(here[near.costs.point])
    place = near.costs.place[pair]
    comes = _by_place(place, weight[near.costs.point[pair]], len(near.area_m2))
    told = _found(evidence, measured, np.unique(place), _Sums.of(near.area_m2, comes), evidence.sum_of(weight[homes]))
    return replace(told, free_share=_free_share(evidence, measured, level, unit_id))


def _shared_out(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    near, rule = measured.near, measured.rule
    assert near is not None
    assert rule.within_m is not None
    weight, size = np.nan_to_num(evidence.weight(measured)), len(near.area_m2)
    drawn = NAMED[rule.decay](rule.within_m)(near.costs.cost)
    outside = np.ones(len(weight))
    if measured.scene is None:
        sharing = _by_place(near.costs.place, drawn * weight[near.costs.point], size)
    else:
        sharing, outside = _shared_by_before(evidence, measured, weight)
    each_m2 = np.divide(near.area_m2, sharing, out=np.zeros(size), where=sharing > 0)
    # The mean is taken over those whose supply is certain, so the others get no part of it here.
    certain = np.zeros(len(weight), dtype=bool)
    homes = evidence.homes_of(level, unit_id)
    certain[homes] = ~np.isnan(measured.shared[0].value[homes]) & (weight[homes] > 0)
    pair = np.flatnonzero(certain[near.costs.point] & (drawn > 0))
    place, comes = near.costs.place[pair], weight[near.costs.point[pair]]
    dry = outside[near.costs.point[pair]]
    falls_m2 = _by_place(place, drawn[pair] * comes * dry * each_m2[place], size)
    known = evidence.sum_of(np.where(certain[homes], weight[homes], 0.0))
    sums = _Sums.of(falls_m2, _by_place(place, comes, size), sharing)
    return _found(evidence, measured, np.unique(place), sums, known)


def _shared_by_before(
    evidence: Evidence, measured: Measured, weight: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Those who come on other days to the place that each is a piece of, and the share of each home outside (0-1)."""
    rule, closed = measured.rule, evidence.closed
    assert closed is not None
    assert rule.within_m is not None
    left, before = closed.for_option(rule), surroundings(evidence.scene.of(rule), rule)
    drawn = NAMED[rule.decay](rule.within_m)(before.costs.cost)
    demand = _by_place(before.costs.place, drawn * weight[before.costs.point], len(before.area_m2))
    return demand[places_before(evidence.scene, left, rule)], 1 - left.inside


def _free_share(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> float:
    """Share of a unit's residents who are not cut off, of those of whom it is known (0-1)."""
    if measured.scene is None or measured.rule.per != "person":
        return 1.0
    homes = evidence.homes_of(level, unit_id)
    people = evidence.weight(measured)[homes]
    free, stuck = (evidence.sum_of(people * share[homes]) for share in (measured.good, measured.bad))
    return free / (free + stuck) if free + stuck > 0 else 1.0


def _by_place(place: NDArray[np.int32], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(place, weights=values, minlength=size).astype(float)


def _scene(evidence: Evidence, measured: Measured) -> Scene:
    return measured.scene or evidence.scene.of(measured.rule)


def _places(evidence: Evidence, measured: Measured) -> Places:
    assert measured.rule.supply is not None
    return _scene(evidence, measured).places_of(measured.rule.supply)


def _found(
    evidence: Evidence, measured: Measured, chosen: NDArray[np.integer], sums: _Sums, divided_by: float
) -> ProvisionFound:
    scene, places = _scene(evidence, measured), _places(evidence, measured)
    spaces = scene.layers.spaces
    told = []
    for place in chosen:
        members = places.space[places.place == place]
        names = [name for name in spaces["name"].iloc[members] if isinstance(name, str) and name]
        told.append(
            PlaceCounted(
                evidence.spaces_of(places, int(place), scene),
                names[0] if names else "",
                str(spaces["space_class"].iloc[members[0]]),
                float(places.area_m2[place]),
                float(sums.counted_m2[place]),
                float(sums.comes[place]),
                float(sums.sharing[place]),
            )
        )
    told.sort(key=lambda place: (-place.counted_m2, place.space_ids))
    return ProvisionFound(tuple(told), float(np.sum(sums.counted_m2[chosen])), divided_by)
