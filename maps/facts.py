"""The facts that sentences about a unit need: the numbers of its row, and what has to be looked up."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pandas as pd

from analyses.profile import SHELTER, Profile, Rule
from analyses.results import Results, Verdicts
from layers.types import Study

_TRACE = 1e-6
"""Persons: less is the rounding of a sum."""

Row: TypeAlias = Mapping[str, Any] | pd.Series


@dataclass(frozen=True)
class Facts:
    """What sentences have to look up, gathered once for all rows."""

    study: Study
    rules: Mapping[tuple[str, str], tuple[Profile, Rule]]
    population: Mapping[tuple[str, str], float]
    """(level, unit) -> residents."""
    counted: Mapping[tuple[str, str, str, str], float]
    """(level, unit, profile, rule), where it is short -> residents whom the rule counts: of a group its members."""
    unknown: Mapping[tuple[str, str, str, str], float]
    """Of them those for whom the data leave it open."""
    space: Mapping[str, tuple[str, str]]
    """Space -> (name, class)."""
    refuge: Mapping[str, tuple[str, str]]
    """Refuge -> (name, class). A candidate has the id of its largest space, a refuge to rules about them alone."""
    hazard_kind_status: Mapping[str, frozenset[str]]
    """Kind -> statuses of the study's layers that may judge."""
    hazard_title: Mapping[str, tuple[Mapping[str, str], str]]
    """Hazard -> (titles, status)."""
    search_limit_m: float
    search_limit_min: float
    light: Mapping[tuple[str, str], str]
    """(level, unit) -> how far its data can be trusted."""

    @classmethod
    def of(cls, results: Verdicts) -> Facts:
        """Gather the facts of one assessment."""
        communities, parents, spaces = results.communities, results.parents, results.public_space
        population = {
            ("community", unit): float(count)
            for unit, count in zip(communities["community_id"], communities["population"], strict=True)
        }
        population |= {
            (level, unit): float(count)
            for level, unit, count in zip(parents["level"], parents["unit_id"], parents["population"], strict=True)
        }
        names = [text if isinstance(text, str) else "" for text in spaces["name"]]
        kinds: dict[str, frozenset[str]] = {}
        for role in results.study.hazards:
            if role.status != "derived":
                kinds[role.kind] = kinds.get(role.kind, frozenset()) | {role.status}
        return cls(
            results.study,
            {(profile.id, rule.id): (profile, rule) for profile in results.profiles for rule in profile.rules},
            population,
            _of_short(results.assessments, ["residents_served", "residents_short", "residents_unknown"]),
            _of_short(results.assessments, ["residents_unknown"]),
            dict(zip(spaces["space_id"], zip(names, spaces["space_class"], strict=True), strict=True)),
            _refuges(results),
            kinds,
            {role.id: (role.title, role.status) for role in results.study.hazards},
            results.parameters.search_limit_m,
            results.parameters.search_limit_min,
            _lights(results),
        )

    def place(self, rule: Rule, place_id: str) -> tuple[str, str]:
        """Name and class of a place that a rule is about; empty texts where it has none."""
        return (self.refuge if rule.about_shelter else self.space).get(place_id, ("", ""))


def _refuges(results: Verdicts) -> dict[str, tuple[str, str]]:
    """Refuges as the spaces of rules about them: name and class."""
    refuge = results.refuge if isinstance(results, Results) else None
    if refuge is None:
        return {}
    named = refuge.sites[["refuge_id", "name"]].itertuples(index=False, name=None)
    return {key: (name if isinstance(name, str) else "", SHELTER) for key, name in named}


def _of_short(assessments: pd.DataFrame, columns: list[str]) -> dict[tuple[str, str, str, str], float]:
    """The sum of some columns where a unit is short, as far as it is known."""
    short = assessments[assessments["status"] == "short"]
    total = short[columns].sum(axis=1, skipna=False)
    keys = short[["level", "unit_id", "profile_id", "rule_id"]].itertuples(index=False, name=None)
    return {key: count for key, count in zip(keys, total, strict=True) if not math.isnan(count)}


def _lights(results: Verdicts) -> dict[tuple[str, str], str]:
    communities, parents = results.communities, results.parents
    found = {
        ("community", unit): str(light)
        for unit, light in communities[["community_id", "data_light"]].itertuples(index=False)
    }
    return found | {
        (level, unit): str(light)
        for level, unit, light in parents[["level", "unit_id", "data_light"]].itertuples(index=False)
    }


@dataclass(frozen=True)
class Figures:
    """The numbers of one row; NaN where the row has none."""

    value: float
    target: float
    shortfall: float
    total: float
    short: float
    unknown: float
    median_m: float
    nearest_id: str
    median_min: float = math.nan

    @property
    def nobody(self) -> bool:
        """Nobody is short; sums of shares may leave a trace of a person."""
        return self.short < _TRACE

    @property
    def everybody(self) -> bool:
        """All residents are short."""
        return self.total > 1 and self.total - self.short < _TRACE

    @property
    def share(self) -> float:
        """Residents short in percent of all."""
        return 100 * self.short / self.total if self.total > 0 else math.nan


def number_in(row: Row, name: str) -> float:
    """The row's number, NaN where it has none."""
    value = row.get(name)
    return math.nan if value is None or value is pd.NA else float(value)


def figures_of(row: Row, facts: Facts) -> Figures:
    """The numbers of a row of `assessments` or `gaps`."""
    unit = (str(row["level"]), str(row["unit_id"]))
    key = (*unit, str(row.get("profile_id")), str(row.get("rule_id")))
    short, unknown = number_in(row, "residents_short"), number_in(row, "residents_unknown")
    # A gap tells only who is short. Under a provision rule nobody is served, so the unit's residents are the whole.
    unknown = facts.unknown.get(key, 0.0) if math.isnan(unknown) else unknown
    total = number_in(row, "residents_served") + short + unknown
    if math.isnan(total):
        total = facts.counted.get(key, facts.population.get(unit, math.nan))
    nearest = row.get("nearest_space_id")
    return Figures(
        number_in(row, "value"),
        number_in(row, "target"),
        number_in(row, "shortfall"),
        total,
        short,
        unknown,
        number_in(row, "median_distance_m"),
        nearest if isinstance(nearest, str) else "",
        number_in(row, "median_time_min"),
    )
