"""How a unit stands: its status under every rule, and how many of its residents are short.

A community stands as it is judged. A parent stands by the rules judged at its own level and by its
residents: under a rule judged for communities it is short if any of its residents are short in a
community that is short. So no district is called met while its communities fall short, and no
verdict is made up for a level at which nobody set a target.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.units import COMMUNITY, Level


@dataclass(frozen=True)
class Standing:
    """The units of one level."""

    statuses: pd.DataFrame
    """short, met, reported or not_assessed: a row a unit, a column a rule (profile, rule)."""
    residents_short: NDArray[np.float64]
    """Most residents short under any one rule; NaN where no rule could be judged."""


@dataclass(frozen=True)
class _Judged:
    """One rule for the units of a level."""

    short: NDArray[np.float64]
    """Residents of each unit who are short: not served or exposed, in a unit that is short."""
    some: NDArray[np.bool_]
    """Whether any of the unit's residents live where the rule was judged."""
    whole: NDArray[np.bool_]
    """Whether all of them do."""


def standing(scene: Scene, judged: Judgement, level: Level) -> Standing:
    """How every unit of a level stands."""
    mine = judged.assessments[judged.assessments["level"] == level.name]
    statuses = mine.pivot(index="unit_id", columns=["profile_id", "rule_id"], values="status").reindex(
        level.units.index
    )
    most = np.full(len(level.units), np.nan)
    if scene.layers.residents is None:
        return Standing(statuses, most)
    for (profile_id, rule_id), found in judged.measured.items():
        if found.rule.target is None or found.rule.level not in (COMMUNITY, level.name):
            continue
        people = _judged(scene, judged, level, profile_id, found)
        if found.rule.level != level.name:
            own = statuses[(profile_id, rule_id)].to_numpy(object)
            known = np.where(people.whole, "met", own)
            statuses[(profile_id, rule_id)] = np.where(people.short > 0, "short", known)
        if not found.rule.about_a_group:  # its members are told, or not, with the rule itself
            most = np.where(people.some, np.fmax(most, people.short), most)
    return Standing(statuses, most)


def _judged(scene: Scene, judged: Judgement, level: Level, profile_id: str, found: Measured) -> _Judged:
    """Add up the residents by the verdict of the unit, at the rule's own level, in which they live."""
    where, table = judged.levels[found.rule.level], judged.assessments
    rows = table[
        (table["level"] == where.name) & (table["profile_id"] == profile_id) & (table["rule_id"] == found.rule.id)
    ]
    status = np.append(rows.set_index("unit_id")["status"].reindex(where.units.index).to_numpy(object), "")[
        where.member
    ]
    residents = np.nan_to_num(scene.weight(found.rule.who))
    concerned = residents if found.rule.kind == "provision" else residents * found.bad
    has_verdict = np.isin(status, ("met", "short"))
    return _Judged(
        short=level.sums(np.where(status == "short", concerned, 0.0)),
        some=level.sums(residents * has_verdict) > 0,
        whole=(level.sums(residents * has_verdict) > 0)
        & (level.sums((~has_verdict).astype(float) * scene.inhabited) == 0),
    )
