"""Lower targets: where a standard asks for less, and what it then asks of a unit.

A target is lower for the people who live in such an area, not for the unit that they are counted in. Of each unit it
is therefore weighted by its residents: target x (sum of residents x factor) / residents. Of an area per person that
is exactly the square metres that all of them together are owed; of a share of residents, the number of residents
that would have to be served.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.profile import Profile, Rule
from analyses.units import Level


@dataclass(frozen=True)
class Asked:
    """What a rule asks of each unit of a level; arrays on the level's units."""

    target: NDArray[np.float64]
    """In the rule's unit."""
    relaxed_share: NDArray[np.float64]
    """Share of what the unit is weighted by (residents, land) for which a lower target holds (0-1)."""


def kinds_named(profiles: Sequence[Profile]) -> tuple[str, ...]:
    """The kinds of areas in which some rule asks for less, in their order of mention."""
    named = (each.when for profile in profiles for rule in profile.rules for each in rule.relax)
    return tuple(dict.fromkeys(named))


def points_inside(
    areas: gpd.GeoDataFrame | None, kinds: Sequence[str], points: NDArray[np.object_]
) -> Mapping[str, NDArray[np.bool_]]:
    """Which demand points lie in the areas of each kind, borders included; kinds that the study lacks are absent."""
    if areas is None:
        return {}
    shapes = dict(zip(areas["area_kind"], areas.geometry, strict=True))
    found = {}
    for kind in kinds:
        if kind in shapes:
            shapely.prepare(shapes[kind])
            found[kind] = shapely.intersects(shapes[kind], points)
    return found


def factors(rule: Rule, inside: Mapping[str, NDArray[np.bool_]]) -> NDArray[np.float64] | None:
    """The part of the target that holds at each point (0-1): where areas overlap the lowest counts.

    None where the rule's target is lower nowhere, for the study names no such area.
    """
    found: NDArray[np.float64] | None = None
    for each in rule.relax:
        if each.when in inside:
            here = np.where(inside[each.when], each.factor, 1.0)
            found = here if found is None else np.minimum(found, here)
    return found


def asked_of_units(
    rule: Rule, factor: NDArray[np.float64] | None, weight: NDArray[np.float64], level: Level
) -> Asked | None:
    """The target of each unit, weighted by what it holds; None where the rule's own number holds for all.

    Parameters
    ----------
    rule : Rule
        With a target, a minimum.
    factor : float array or None
        As from `factors`, on the demand points.
    weight : float array
        Residents of each demand point; NaN is unknown.
    level : Level

    Returns
    -------
    Asked
        Where nobody lives, or nobody knows how many, the full target with an unknown share.

    Notes
    -----
    ``target x total`` is the sum over the points of ``target x factor x weight``; the target of a unit lies between
    the lowest factor's and the full one.
    """
    if factor is None or rule.target is None:
        return None
    total = level.sums(weight)
    known = total > 0
    part, inside = np.ones(len(total)), np.full(len(total), np.nan)
    np.divide(level.sums(weight * factor), total, out=part, where=known)
    np.divide(level.sums(weight * (factor < 1)), total, out=inside, where=known)
    return Asked(rule.target.value * part, inside)
