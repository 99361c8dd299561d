"""What a unit's score is made of: the rules that enter it, each with its values, targets and weight.

A rule judged at the unit's own level enters by the unit's own row. One judged at a higher level enters by the
scores of the higher units in which the unit's residents live. One judged at a lower level enters by the unit's own
value, which is of all its people and no average of its parts. What is not assessed is missing, and rules about groups
of residents never enter, so that no score can give a small group away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import plan
from analyses.closings import STATED, Closing, closings, same_closing
from analyses.criterion import Criterion
from analyses.indicators import Indicators
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.parameters import ResilienceChoices
from analyses.profile import Profile, Rule
from analyses.resilience_values import Variants, closing_varies, variant_values
from analyses.units import CITY, COMMUNITY, Level
from layers.types import Study

SCORED_INDICATORS = ("participation", "satisfaction", "digital_access")
"""Dimensions of a study's own figures that are of the place; need is of the people."""
_WHOLE_PCT = 100.0
STUDY_FIGURES = "study_figures"
"""Stands where the profile stands of a rule."""


def enters(rule: Rule) -> bool:
    """Whether a rule may enter a score: it has a target and is not about a group of residents."""
    return rule.target is not None and not rule.about_a_group


def _judged(rule: Rule, study: Study) -> bool:
    """Whether a rule enters the scores of a study: one that is only reported, as under a what-if, moves none."""
    return enters(rule) and not plan.reported(rule, rule.level, study)


def criteria(
    scene: Scene, judged: Judgement, indicators: Indicators, choices: ResilienceChoices
) -> Mapping[str, tuple[Criterion, ...]]:
    """What the scores of each level's units are made of, ordered by profile and rule whatever the profiles' order."""
    every = _Every(scene, judged, variants_of(scene, judged, choices), choices)
    found: dict[str, list[Criterion]] = {name: [] for name in judged.levels}
    for (profile_id, rule_id), measured in sorted(judged.measured.items()):
        rule = measured.rule
        if _judged(rule, scene.layers.study):
            rows = judged.assessments
            mine = rows[(rows["profile_id"] == profile_id) & (rows["rule_id"] == rule_id)]
            every.add_rule(profile_id, measured, mine, found)
    every.add_indicators(indicators, found)
    return {name: tuple(these) for name, these in found.items()}


@dataclass(frozen=True)
class _Every:
    """Where criteria are found: all levels of one assessment."""

    scene: Scene
    judged: Judgement
    variants: Variants
    choices: ResilienceChoices

    def add_rule(
        self, profile_id: str, measured: Measured, rows: pd.DataFrame, found: dict[str, list[Criterion]]
    ) -> None:
        """A rule as it stands for the units of every level; `rows` are its assessments."""
        rule, levels = measured.rule, self.judged.levels
        assert rule.target is not None  # `enters`
        tables = {
            name: rows[rows["level"] == name].set_index("unit_id").reindex(level.units.index)
            for name, level in levels.items()
        }
        stated = {name: table["value"].to_numpy(float) for name, table in tables.items()}
        values = variant_values(self.scene, measured, levels, stated, self.variants, self.judged.closed)
        for level in levels.values():
            source = levels[rule.level] if _above(rule.level, level, levels) else level
            criterion = Criterion(
                profile_id,
                rule.id,
                rule.dimension,
                rule.weight,
                at_most=rule.target.maximum is not None,
                unit=rule.unit,
                values=values[source.name],
                target=tables[source.name]["target"].to_numpy(float),
                shares=self._shares(level, source, stated[source.name]),
            )
            found[level.name].append(criterion)

    def add_indicators(self, indicators: Indicators, found: dict[str, list[Criterion]]) -> None:
        """A study's own figures, each dimension as one; of a parent the mean over its residents."""
        communities = self.judged.levels[COMMUNITY]
        for dimension in SCORED_INDICATORS:
            score = indicators.scores(dimension).reindex(communities.units.index).to_numpy(float)
            for level in () if np.isnan(score).all() else self.judged.levels.values():
                criterion = Criterion(
                    STUDY_FIGURES,
                    dimension,
                    dimension,
                    1.0,
                    at_most=False,
                    unit="%",
                    values=np.tile(_WHOLE_PCT * score, (self.variants.size, 1)),
                    target=np.full(len(score), _WHOLE_PCT),
                    shares=self._shares(level, communities, score),
                    fixed_target=True,
                )
                found[level.name].append(criterion)

    def _shares(self, level: Level, source: Level, stated: NDArray[np.float64]) -> NDArray[np.float64] | None:
        return None if source is level else residents_in(self.scene, level, source, ~np.isnan(stated), self.choices)


def variants_of(scene: Scene, judged: Judgement, choices: ResilienceChoices) -> Variants:
    """The limits and placements that are tried, and what closes where another choice changes it for any rule."""
    tried = closings(choices.closing_factors)
    study, rules = scene.layers.study, [found.rule for found in judged.measured.values()]
    asked = [rule for rule in rules if closing_varies(rule) and _judged(rule, study)]
    varies = any(_closes_otherwise(rule, study, tried) for rule in asked)
    return Variants(choices.limit_factors, 1 + len(scene.other_residents), tried if varies else (STATED,))


def _closes_otherwise(rule: Rule, study: Study, tried: Sequence[Closing]) -> bool:
    """Whether any choice closes other ground or ways for a rule, or counts another depth."""
    bound = plan.bound_hazards(rule, study)
    roles = [hazard for hazard in study.hazards if hazard.id in bound]
    lasting, avoided = (roles, []) if rule.during else ([], roles)
    return rule.min_depth_m is not None or not all(same_closing(lasting, avoided, closing) for closing in tried)


def dimension_weights(profiles: Iterable[Profile], dimensions: Sequence[str]) -> NDArray[np.float64]:
    """The weight of each dimension: of the first profile that says, else 1."""
    profiles = tuple(profiles)
    return np.array([next((p.dimensions[d] for p in profiles if d in p.dimensions), 1.0) for d in dimensions])


def told_twice(profiles: Iterable[Profile]) -> tuple[str, ...]:
    """Rules that ask the same as another one with another name or of another profile, and so count twice."""
    seen: dict[tuple[object, ...], str] = {}
    again = []
    for profile in profiles:
        for rule in (r for r in profile.rules if enters(r)):
            asked = (*rule.measured_as, rule.who, rule.level, rule.relax)
            name = f"{profile.id}/{rule.id}"
            if seen.setdefault(asked, name) != name:
                again.append(name)
    return tuple(again)


def _above(name: str, level: Level, levels: Mapping[str, Level]) -> bool:
    """Whether a rule's level lies above that of the units: a level of fewer, larger units."""
    if level.name in (name, CITY):
        return False
    return level.name == COMMUNITY or len(levels[name].units) < len(level.units)


def residents_in(
    scene: Scene, level: Level, source: Level, known: NDArray[np.bool_], choices: ResilienceChoices
) -> NDArray[np.float64]:
    """Of each unit's residents the share that lives in each unit of another level.

    Of those who live where something is known; NaN throughout where they are fewer than
    `ResilienceChoices.least_weight_share` of the unit's residents, or nobody lives in it.
    """
    if scene.layers.residents is None:
        return np.full((len(level.units), len(source.units)), np.nan)
    residents = np.nan_to_num(scene.weight("population"))
    both = (level.member >= 0) & (source.member >= 0)
    cell = level.member[both] * len(source.units) + source.member[both]
    counts = np.bincount(cell, weights=residents[both], minlength=len(level.units) * len(source.units))
    counts = counts.reshape(len(level.units), len(source.units)) * known
    total, all_of_them = counts.sum(axis=1), level.sums(residents)
    shares = np.full(counts.shape, np.nan)
    enough = (total > 0) & (total >= choices.least_weight_share * all_of_them)
    shares[enough] = counts[enough] / total[enough, None]
    return shares
