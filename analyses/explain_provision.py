"""How a provision rule came out in a unit: which places count, with how much each, and by how many it is divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.decay import NAMED
from analyses.evidence import Evidence
from analyses.explanation import PlaceCounted, ProvisionFound
from analyses.measure import Measured
from analyses.provision import counted_share
from analyses.supply import Places


def provision_found(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    """The places that a unit's figure was made of.

    container: those inside the unit, by the part that is. within: those in reach of any resident, each whole.
    e2sfca: those in reach, by what of each falls to the unit's residents; what they add up to, divided by the
    residents, is the unit's mean.
    """
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
    return _found(evidence, places, np.flatnonzero(inside_m2 > 0), _Sums.of(inside_m2), divided_by)


def _within(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    near, places = measured.near, _places(evidence, measured)
    assert near is not None
    homes = evidence.homes_of(level, unit_id)
    weight = evidence.weight(measured)
    here = np.zeros(len(weight), dtype=bool)
    here[homes] = np.nan_to_num(weight[homes]) > 0
    pair = np.flatnonzero(here[near.costs.point])
    place = near.costs.place[pair]
    comes = _by_place(place, weight[near.costs.point[pair]], len(near.area_m2))
    total = evidence.sum_of(weight[homes])
    return _found(evidence, places, np.unique(place), _Sums.of(near.area_m2, comes), total)


def _shared_out(evidence: Evidence, measured: Measured, level: str, unit_id: str) -> ProvisionFound:
    near, places, rule = measured.near, _places(evidence, measured), measured.rule
    assert near is not None
    assert rule.within_m is not None
    weight, size = np.nan_to_num(evidence.weight(measured)), len(near.area_m2)
    drawn = NAMED[rule.decay](rule.within_m)(near.costs.cost)
    sharing = _by_place(near.costs.place, drawn * weight[near.costs.point], size)
    each_m2 = np.divide(near.area_m2, sharing, out=np.zeros(size), where=sharing > 0)
    # The mean is taken over those whose supply is certain, so the others get no part of it here.
    certain = np.zeros(len(weight), dtype=bool)
    homes = evidence.homes_of(level, unit_id)
    certain[homes] = ~np.isnan(measured.shared[0].value[homes]) & (weight[homes] > 0)
    pair = np.flatnonzero(certain[near.costs.point] & (drawn > 0))
    place, comes = near.costs.place[pair], weight[near.costs.point[pair]]
    falls_m2 = _by_place(place, drawn[pair] * comes * each_m2[place], size)
    known = evidence.sum_of(np.where(certain[homes], weight[homes], 0.0))
    sums = _Sums.of(falls_m2, _by_place(place, comes, size), sharing)
    return _found(evidence, places, np.unique(place), sums, known)


def _by_place(place: NDArray[np.int32], values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.bincount(place, weights=values, minlength=size).astype(float)


def _places(evidence: Evidence, measured: Measured) -> Places:
    assert measured.rule.supply is not None
    return evidence.scene.places_of(measured.rule.supply)


def _found(
    evidence: Evidence, places: Places, chosen: NDArray[np.integer], sums: _Sums, divided_by: float
) -> ProvisionFound:
    spaces = evidence.scene.layers.spaces
    told = []
    for place in chosen:
        members = places.space[places.place == place]
        names = [name for name in spaces["name"].iloc[members] if isinstance(name, str) and name]
        told.append(
            PlaceCounted(
                evidence.spaces_of(places, int(place)),
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
