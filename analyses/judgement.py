"""Every rule at every level: the verdicts of one assessment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import plan
from analyses.closures import Closures, closures
from analyses.columns import ASSESSMENTS
from analyses.left_open import measured_at_all_events
from analyses.measure import Measured, Scene, figures, imputed_share, other_figures
from analyses.profile import Profile, Rule
from analyses.reached import reached_columns
from analyses.under_hazard import measured_under_hazard
from analyses.units import Level
from analyses.verdict import LEFT_OPEN, judge, not_assessed

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Judgement:
    """All verdicts of one assessment."""

    profiles: tuple[Profile, ...]
    levels: Mapping[str, Level]
    measured: Mapping[tuple[str, str], Measured]
    """By profile and rule; rules that the study cannot answer are absent."""
    assessments: pd.DataFrame
    """Columns of `columns.ASSESSMENTS`."""
    closed: Closures
    """What remains under each set of hazards."""


def judge_all(
    shared: Scene, by_level: Mapping[str, Level], profiles: Sequence[Profile], group_levels: Collection[str]
) -> Judgement:
    """Measure every rule once and judge it at every level; one about a group at `group_levels` alone.

    What several rules measure alike, of one profile or of several, is measured once for all of them.
    """
    measured: dict[tuple[str, str], Measured] = {}
    once: dict[tuple[object, ...], Measured] = {}
    closed = closures(shared, profiles)
    tables = []
    for profile in profiles:
        for rule in profile.rules:
            why = plan.blocked(rule, shared.layers, by_level.keys())
            if not why and plan.too_small(rule, rule.level, group_levels):
                why = "small_groups"
            if why:
                tables += [
                    not_assessed(rule, profile.id, level, why).assign(hazard_ids="") for level in by_level.values()
                ]
                continue
            if rule.measured_as not in once:
                once[rule.measured_as] = (
                    measured_under_hazard(closed, rule) if rule.under_hazard else measured_at_all_events(shared, rule)
                )
            found = measured[(profile.id, rule.id)] = replace(once[rule.measured_as], rule=rule)
            hazard_ids = " ".join(plan.bound_hazards(rule, shared.layers.study))
            for level in by_level.values():
                if plan.too_small(rule, level.name, group_levels):
                    kept_back = not_assessed(rule, profile.id, level, "small_groups")
                    tables.append(kept_back.assign(hazard_ids=hazard_ids))
                    continue
                why_not = plan.reported(rule, level.name, shared.layers.study)
                others = other_figures(shared, found, level)
                rows = judge(rule, profile.id, level, figures(shared, found, level), why_not, others)
                if rule.about_residents:
                    rows = _without_false_certainty(rows, rule, _not_varied(shared, rule, level))
                tables.append(rows.assign(hazard_ids=hazard_ids, **reached_columns(shared.of(rule), found, level)))
    columns = [column.name for column in ASSESSMENTS.columns]
    assessments = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return Judgement(tuple(profiles), by_level, measured, assessments.reindex(columns=columns), closed)


def _not_varied(shared: Scene, rule: Rule, level: Level) -> NDArray[np.float64]:
    """Share of residents who were never placed otherwise (0-1): groups are placed in one way only."""
    return np.ones(len(level.units)) if rule.about_a_group else imputed_share(shared, level)


def _without_false_certainty(rows: pd.DataFrame, rule: Rule, imputed: NDArray[np.float64]) -> pd.DataFrame:
    """No range and no firmness where no home is mapped: there was nothing to place otherwise.

    Without this the units of which least is known would look the most certain. What a hazard layer leaves open of all
    residents is told all the same; of a group the range would tell how many of it are served.
    """
    nothing_to_vary = imputed > 1 - _ROUNDING
    looks = rule.kind == "exposure" or rule.under_hazard or rule.about_shelter
    left_open = rows["reason"].isin(LEFT_OPEN) | (looks & (rows["residents_unknown"] > 0))
    rows = rows.assign(firm=rows["firm"].mask(nothing_to_vary))
    for name in ("value_low", "value_high"):
        rows[name] = rows[name].mask(nothing_to_vary & (~left_open | rule.about_a_group))
    return rows
