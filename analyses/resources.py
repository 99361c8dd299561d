"""What residents have, or have to bear: the quantities of which it is asked how evenly they are shared out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses import provision
from analyses.decay import Gaussian
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.profile import Supply
from analyses.units import COMMUNITY

FREE = {"open_space_m2": Supply(("open_public_space",)), "green_m2": Supply(("green",))}
"""Resources that belong to no rule, and of what they are."""
AREAS = (*FREE, "supply_m2")
SHARES = ("served", "exposed")
"""0-100 %, of the residents of a community."""


@dataclass(frozen=True)
class Resource:
    """One quantity at every demand point."""

    code: str
    """A key of `equity_columns.RESOURCES`."""
    unit: str
    value: NDArray[np.float64]
    """What each resident there has [unit]; NaN is unknown."""
    residents: NDArray[np.float64]
    """Of whom that is said [persons]."""
    profile_id: str = ""
    rule_id: str = ""
    capped: NDArray[np.bool_] | None = None
    """Where a walk is longer than every search, and counts as long as the search."""

    @property
    def bounded(self) -> bool:
        """Whether it is a share, 0-100."""
        return self.code in SHARES


def free_supply(scene: Scene, *, catchment_m: float) -> Mapping[str, NDArray[np.float64]]:
    """Open public space, and green, of every resident, shared out among all who come [m2/person], by demand point.

    E2SFCA over the walk network with a Gaussian decay that ends at `catchment_m`; NaN where the data end so near, or
    residents are so little known, that it is not certain (`catchment.supply_range`). Nothing without residents.
    """
    if scene.layers.residents is None:
        return {}
    residents, decay = scene.weight("population"), Gaussian(catchment_m)
    found = {}
    for code, supply in FREE.items():
        near = provision.surroundings_on_foot(scene.walking, scene.places_of(supply), scene.outside, limit=catchment_m)
        found[code] = provision.shared_out(near, residents, decay).value
    return found


def all_resources(scene: Scene, judged: Judgement, free: Mapping[str, NDArray[np.float64]]) -> tuple[Resource, ...]:
    """What belongs to no rule (`free_supply`), then what every rule about all residents measures.

    reach: the share served of each community, and how far it is to the nearest place (to the n-th, where a rule asks
    for n). exposure: the share of each community inside. provision by e2sfca: what is shared out. Other rules measure
    units, not residents.
    """
    if scene.layers.residents is None:
        return ()
    people = scene.weight("population")
    belonging_to_none = (Resource(code, "m2/person", value, people) for code, value in free.items())
    of_rules = (
        resource
        for key, found in judged.measured.items()
        if found.rule.who == "population"
        for resource in _of_rule(scene, judged, key, found)
    )
    return (*belonging_to_none, *of_rules)


def _of_rule(scene: Scene, judged: Judgement, key: tuple[str, str], found: Measured) -> Iterator[Resource]:
    people = scene.weight("population")
    if found.rule.kind in ("reach", "exposure"):
        told = np.where(people > 0, people * (found.good + found.bad), people)
        counted = found.good if found.rule.kind == "reach" else found.bad
        level = judged.levels[COMMUNITY]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = 100.0 * level.sums(people * counted) / level.sums(told)
        code = "served" if found.rule.kind == "reach" else "exposed"
        yield Resource(code, "%", share[level.member], told, *key)
    if found.reach is not None:
        scale, code, unit = (1.0, "distance_m", "m") if found.reach.unit == "m" else (60.0, "time_min", "min")
        cost, longest = found.reach.cost, _longest(scene, found)
        # A walk longer than the way to where the data end may have a shorter one beyond it.
        sure = np.minimum(cost, longest) <= found.reach.edge_of_data
        value = np.where(sure, np.minimum(cost, longest), np.nan) / scale
        yield Resource(code, unit, value, people, *key, capped=cost > longest)
    if found.shared:
        yield Resource("supply_m2", "m2/person", found.shared[0].value, people, *key)


def _longest(scene: Scene, found: Measured) -> float:
    """Where searches end: beyond it all that is known is that it is farther."""
    if found.rule.count > 1 and found.rule.limit is not None:
        return found.rule.limit  # further places were never searched for
    if found.reach is None or found.reach.unit == "m":
        return scene.walking.limit
    return max(walking.limit for mode, walking in scene.ways.by_mode.items() if mode.unit == "s")
