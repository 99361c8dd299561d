"""What would help where an amount is missing: square metres, relief of crowding, protection or refuge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analyses.decay import NAMED
from analyses.measure import Measured, Scene
from analyses.parameters import RemedyLimits
from analyses.profile import Rule
from analyses.profile_reader import packaged_profile
from analyses.remedy import AT_LEAST, Gap, Remedy, all_named
from analyses.remedy_paths import first_spaces
from analyses.supply import smallest_m2
from analyses.units import Level


def missing_m2(gap: Gap) -> float:
    """What is missing of an area per person: target x residents - supply [m2]; NaN where the target is a maximum."""
    return float(gap["shortfall_m2"])


def more_space(gap: Gap, rule: Rule) -> list[Remedy]:
    """The area that a unit lacks, as no less than the smallest place that counts; none where that is not known.

    Where a place that counts is made larger, what is missing is enough.
    """
    missing, residents, target = missing_m2(gap), float(gap["residents_short"]), float(gap["target"])
    if not missing > 0 or rule.supply is None:
        return []
    added_m2 = max(missing, smallest_m2(rule.supply))
    value = target + (added_m2 - missing) / residents
    return [
        Remedy(
            str(gap["gap_id"]), "more_space", area_m2=added_m2, residents_gained=residents, value_after=value,
            closes=True,
        )
    ]  # fmt: skip


def relief(gap: Gap, scene: Scene, found: Measured, level: Level, unit: int) -> list[Remedy]:
    """The area to be added within reach where all share it, and the space that most of the unit's residents share.

    What is added is shared by all who come, so that the unit would have it all is the least that it takes [m2], and no
    less than the smallest place that counts; what the unit would then have is not known. The space is the one to which
    most residents of the unit come, by the decay of the rule, where it has less for each of those who come than is
    required.
    """
    rule = found.rule
    if found.near is None or rule.supply is None or rule.within_m is None or not missing_m2(gap) > 0:
        return []
    added_m2 = max(missing_m2(gap), smallest_m2(rule.supply))
    remedy = Remedy(str(gap["gap_id"]), "relief", area_m2=added_m2, certainty=AT_LEAST)
    costs, residents, places = found.near.costs, np.nan_to_num(scene.weight("population")), len(found.near.area_m2)
    coming = NAMED[rule.decay](rule.within_m)(costs.cost) * residents[costs.point]
    own = np.bincount(costs.place, weights=coming * (level.member[costs.point] == unit), minlength=places)
    if own.max(initial=0.0) > 0:
        busiest = int(np.argmax(own))
        each_m2 = float(found.near.area_m2[busiest] / coming[costs.place == busiest].sum())
        if each_m2 < float(gap["target"]):
            remedy = _crowded(remedy, scene, found, busiest, each_m2)
    return [remedy]


def _crowded(remedy: Remedy, scene: Scene, found: Measured, place: int, each_m2: float) -> Remedy:
    """The suggestion with the place that is crowded."""
    assert found.rule.supply is not None
    space = int(first_spaces(scene.places_of(found.rule.supply))[place])
    return replace(remedy, found=each_m2).at(all_named(scene.layers.spaces.iloc[[space]])[0])


def protect_or_refuge(gap: Gap, limits: RemedyLimits) -> list[Remedy]:
    """The residents exposed beyond what is allowed, and the refuge that all who are exposed would need.

    Refuge: residents exposed x the area a person of the rule `RemedyLimits.refuge_rule` [m2].
    """
    exposed, value, target = float(gap["residents_short"]), float(gap["value"]), float(gap["target"])
    if not value > 0 or not exposed > 0:
        return []
    too_many = exposed * (value - target) / value
    refuge_m2 = exposed * refuge_m2_per_person(limits)
    return [
        Remedy(
            str(gap["gap_id"]), "protect_or_refuge", area_m2=refuge_m2, residents_gained=too_many, value_after=target,
            closes=True,
        )
    ]  # fmt: skip


def refuge_m2_per_person(limits: RemedyLimits) -> float:
    """What the packaged standard of refuges asks for each person [m2]."""
    rules = packaged_profile(limits.refuge_profile).rules
    (target,) = (rule.target for rule in rules if rule.id == limits.refuge_rule and rule.target is not None)
    return target.value
