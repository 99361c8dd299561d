"""What the command line says about an assessment: the worst communities, and the city rule by rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from analyses.columns import REASONS
from analyses.profile import Profile, Rule
from analyses.results import Results
from linli.text_table import aligned, number, quantity, target
from maps.escape import clean

WORST = 10
"""So many communities are listed."""
_SAID_BY_COLUMNS = {"", "no_target", "other_level"}
"""Reasons that the table tells already, in its columns for the target and the units."""


@dataclass(frozen=True)
class WorstCommunity:
    """A community that falls short, and the rule under which most of its residents do."""

    community_id: str
    name: str
    residents: float
    residents_short: float
    profile_id: str
    rule_id: str
    requirement: str
    value: float
    target: float
    unit: str
    at_most: bool
    """True where the target is a maximum."""


@dataclass(frozen=True)
class CityLine:
    """The whole city under one rule, and how many units the rule finds short where it is judged."""

    profile_id: str
    rule_id: str
    requirement: str
    value: float
    target: float
    unit: str
    at_most: bool
    """True where the target is a maximum."""
    note: str
    """Why there is no value, or what a reader of the value has to know; else empty."""
    residents_short: float
    judged_level: str
    units_short: int
    units_judged: int


def worst_communities(results: Results, language: str, count: int = WORST) -> tuple[WorstCommunity, ...]:
    """The communities with most residents short under any one rule, worst first; ties by id."""
    rules = {(profile.id, rule.id): rule for profile, rule in _rules(results)}
    rows = results.assessments
    short = rows[(rows["level"] == "community") & (rows["status"] == "short")]
    short = short.sort_values(
        ["residents_short", "unit_id", "profile_id", "rule_id"], ascending=[False, True, True, True], kind="stable"
    )
    worst = short.drop_duplicates("unit_id").head(count)
    communities = results.communities.set_index("community_id")[["name", "population"]]
    return tuple(
        WorstCommunity(
            community_id=row.unit_id,
            name=str(communities.at[row.unit_id, "name"]),
            residents=float(communities.at[row.unit_id, "population"]),
            residents_short=row.residents_short,
            profile_id=row.profile_id,
            rule_id=row.rule_id,
            requirement=in_words(rules[row.profile_id, row.rule_id].title, language),
            value=row.value,
            target=row.target,
            unit=row.unit,
            at_most=_at_most(rules[row.profile_id, row.rule_id]),
        )
        for row in worst.itertuples()
    )


def city_lines(results: Results, language: str) -> tuple[CityLine, ...]:
    """One line a rule, in the order of the profiles."""
    return tuple(_city_line(results.assessments, profile, rule, language) for profile, rule in _rules(results))


def _city_line(assessments: pd.DataFrame, profile: Profile, rule: Rule, language: str) -> CityLine:
    """The city's value under `rule`, and the verdicts at the level where it is judged."""
    rows = assessments[(assessments["profile_id"] == profile.id) & (assessments["rule_id"] == rule.id)]
    judged = rows[(rows["level"] == rule.level) & rows["status"].isin(["met", "short"])]
    city = rows[rows["level"] == "city"]
    found = city.iloc[0] if len(city) else None
    value = float("nan") if found is None else float(found["value"])
    return CityLine(
        profile_id=profile.id,
        rule_id=rule.id,
        requirement=in_words(rule.title, language),
        value=value,
        target=float("nan") if rule.target is None else rule.target.value,
        unit=rule.unit,
        at_most=_at_most(rule),
        note=_note(found, value),
        residents_short=float("nan") if found is None else float(found["residents_short"]),
        judged_level=rule.level,
        units_short=int((judged["status"] == "short").sum()),
        units_judged=len(judged),
    )


def _note(found: pd.Series | None, value: float) -> str:
    """In words, why the city has no value under a rule, or why the value may not judge."""
    code = "" if found is None else str(found["reason"])
    if math.isnan(value):
        return REASONS.get(code, (code, code))[0]
    return "" if code in _SAID_BY_COLUMNS else REASONS.get(code, (code, code))[0]


def _at_most(rule: Rule) -> bool:
    """Whether the rule's target is a maximum."""
    return rule.target is not None and rule.target.maximum is not None


def in_words(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, else in English, else in any."""
    return clean(texts.get(language) or texts.get("en") or next(iter(texts.values()), ""))


def summary_text(results: Results, language: str) -> str:
    """The report that `linli run` prints."""
    communities = results.communities
    residents = communities["population"].sum(min_count=1)
    status = communities["status"].value_counts()
    head = (
        f"{in_words(results.study.title, language)}: {len(communities):,} communities, "
        f"{'residents not known' if math.isnan(residents) else number(residents) + ' residents'}\n"
        f"{status.get('short', 0):,} fall short of at least one rule, "
        f"{status.get('met', 0):,} meet all that could be judged, "
        f"{status.get('not_assessed', 0):,} could not be assessed"
    )
    return "\n\n".join(part for part in (head, _worst_text(results, language), _city_text(results, language)) if part)


def _worst_text(results: Results, language: str) -> str:
    """Table of the worst communities; empty if none falls short."""
    worst = worst_communities(results, language)
    if not worst:
        return ""
    rows = [
        (
            community.name or community.community_id,
            number(community.residents),
            number(community.residents_short),
            f"{community.requirement}: {quantity(community.value, community.unit)}, {_target_text(community)}",
        )
        for community in worst
    ]
    header = ("community", "residents", "short", "worst rule")
    return f"Worst communities, by residents short\n{aligned(header, rows, right=frozenset({1, 2}), widest=90)}"


def _city_text(results: Results, language: str) -> str:
    """Table of the whole city, rule by rule."""
    rows = [
        (
            line.profile_id,
            line.requirement,
            "not assessed" if math.isnan(line.value) else quantity(line.value, line.unit),
            _target_text(line),
            "" if math.isnan(line.residents_short) else number(line.residents_short),
            f"{line.units_short:,} of {line.units_judged:,} ({line.judged_level})" if line.units_judged else "",
            line.note,
        )
        for line in city_lines(results, language)
    ]
    header = ("profile", "rule", "whole city", "target", "residents short", "units short", "note")
    return f"The whole city, rule by rule\n{aligned(header, rows, right=frozenset({4}), widest=80)}"


def _target_text(line: CityLine | WorstCommunity) -> str:
    """``at least 80.0 %``, or that there is none."""
    if math.isnan(line.target):
        return "none"
    return f"{'at most' if line.at_most else 'at least'} {target(line.target, line.unit)}"


def _rules(results: Results) -> list[tuple[Profile, Rule]]:
    """All rules with their profiles, in order."""
    return [(profile, rule) for profile in results.profiles for rule in profile.rules]
