"""What the command line says about an assessment: the worst communities, and the whole study area rule by rule."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd

from analyses.columns import REASONS
from analyses.profile import Profile, Rule
from analyses.results import Results
from linli.findings_report import priorities_text, resilience_text
from linli.safety_report import safety_text
from linli.text_table import aligned, number, quantity, target
from maps.escape import clean
from maps.headline import nothing_judged
from maps.left_open_words import between
from maps.lookup import all_rules, judged_rows, residents_in_short_units, whole_area
from maps.words import unit_word

WORST = 10
"""So many communities are listed."""
_OF_WHAT = {"buildings": ": residential floor area", "building_count": ": number of buildings"}
"""What a rule measures that stands in for residents who are not known, behind its title."""
_AREA_HEADER = (
    "profile",
    "rule",
    "value",
    "target",
    "not served or exposed",
    "of them in short units",
    "short units",
    "note",
)
_RUNNING = 120
"""Terminal columns of running text."""
_WIDEST = 100
"""Terminal columns of a cell; what is longer goes on below."""
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
    note: str
    """Between what the value lies, where much of it is left open; else empty."""


@dataclass(frozen=True)
class AreaLine:
    """The whole study area under one rule, and how many units the rule finds short where it is judged."""

    profile_id: str
    rule_id: str
    requirement: str
    who: str
    """Whose share it is: population, or homes that stand in for them (buildings, building_count)."""
    value: float
    target: float
    unit: str
    at_most: bool
    """True where the target is a maximum."""
    note: str
    """Why there is no value, or what a reader of the value has to know; else empty."""
    read: str
    """Where the number was read: standard, secondary, memory, or empty for what is our own."""
    residents_concerned: float
    """Not served or exposed, wherever they live; NaN where that is not counted (provision, homes)."""
    residents_in_short_units: float
    """Of them, those in units that are short; for provision all who live there. NaN where nothing is judged."""
    judged_level: str
    units_short: int
    units_judged: int


def worst_communities(results: Results, language: str, count: int = WORST) -> tuple[WorstCommunity, ...]:
    """The communities with most residents short under any one rule, worst first; ties by id."""
    rules = {(profile.id, rule.id): rule for profile, rule in all_rules(results)}
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
            note=between(row._asdict(), rules[row.profile_id, row.rule_id], "en"),
        )
        for row in worst.itertuples()
    )


def area_lines(results: Results, language: str) -> tuple[AreaLine, ...]:
    """One line a rule, in the order of the profiles."""
    return tuple(_area_line(results, profile, rule, language) for profile, rule in all_rules(results))


def _area_line(results: Results, profile: Profile, rule: Rule, language: str) -> AreaLine:
    """The value of the whole study area under `rule`, and the verdicts at the level where it is judged."""
    judged = judged_rows(results, profile.id, rule)
    whole = whole_area(results, profile.id, rule.id)
    value = _known(whole.get("value"))
    concerned = _known(whole.get("residents_short")) if rule.kind != "provision" else float("nan")
    in_short = residents_in_short_units(judged) if rule.about_residents and len(judged) else float("nan")
    if rule.about_a_group:
        # Each unit tells whole persons, so that a sum of units may exceed the whole by some.
        in_short = min(in_short, concerned)
    return AreaLine(
        profile_id=profile.id,
        rule_id=rule.id,
        requirement=in_words(rule.title, language) + _OF_WHAT.get(rule.who, ""),
        who=rule.who,
        value=value,
        target=float("nan") if rule.target is None else rule.target.value,
        unit=rule.unit,
        at_most=_at_most(rule),
        note="; ".join(filter(None, (_note(str(whole.get("reason", "")), value), between(whole, rule, "en")))),
        read=rule.basis.read,
        residents_concerned=concerned,
        residents_in_short_units=in_short,
        judged_level=rule.level,
        units_short=int((judged["status"] == "short").sum()),
        units_judged=len(judged),
    )


def _known(value: object) -> float:
    """The number, NaN where there is none."""
    return float("nan") if pd.isna(value) else float(value)  # type: ignore[arg-type]


def _note(code: str, value: float) -> str:
    """In words, why there is no value under a rule, or why the value may not judge."""
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
    noun = unit_word("communities", len(communities), "en")
    head = (
        f"{in_words(results.study.title, language)}: {len(communities):,} {noun}, "
        f"{residents_known(communities['population'])}\n{_status_text(results, language)}"
    )
    parts = (
        head,
        _worst_text(results, language),
        priorities_text(results, language),
        resilience_text(results, language),
        safety_text(results, language),
        _area_text(results, language),
    )
    return "\n\n".join(filter(None, parts))


def residents_known(population: pd.Series) -> str:
    """How many residents there are, as far as that is known: unknown is never 0."""
    if population.isna().all():
        return "residents not known"
    return f"{'at least ' if population.isna().any() else ''}{number(population.sum())} residents" + (
        " known" if population.isna().any() else ""
    )


def _status_text(results: Results, language: str) -> str:
    """How many communities are short, met and not assessed; the reason where none could be judged."""
    status = results.communities["status"]
    counts = status.value_counts()
    if not status.isin(["short", "met"]).any():
        return "\n".join(
            line for text in nothing_judged(results, language) for line in wrap(text, _RUNNING, subsequent_indent="  ")
        )
    return (
        f"{counts.get('short', 0):,} fall short of at least one rule, "
        f"{counts.get('met', 0):,} meet all that could be judged, "
        f"{counts.get('not_assessed', 0):,} could not be assessed"
    )


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
            f"{community.requirement}: {quantity(community.value, community.unit)}, {_target_text(community)}"
            + (f"; {community.note}" if community.note else ""),
        )
        for community in worst
    ]
    header = ("community", "residents", "residents short", "worst rule")
    return f"Worst communities, by residents short\n{aligned(header, rows, right=frozenset({1, 2}), widest=90)}"


def _area_text(results: Results, language: str) -> str:
    """Table of the whole study area, rule by rule."""
    rows = [_area_cells(line) for line in area_lines(results, language)]
    table = aligned(_AREA_HEADER, rows, right=frozenset({4, 5}), widest=_WIDEST, within=_width())
    return f"The whole study area, rule by rule\n{table}{_not_read(results)}"


def _width() -> int:
    """Terminal columns that a table may take: those of the terminal, and of running text where there is none."""
    return shutil.get_terminal_size((_RUNNING, 0)).columns


def _not_read(results: Results) -> str:
    """Which profiles have numbers that nobody compared with the standard: they must not pass for its text."""
    told = []
    for profile in results.profiles:
        count = sum(rule.basis.unread for rule in profile.rules)
        if count:
            every = count == len(profile.rules)
            told.append(profile.id if every else f"{profile.id} ({count} of {len(profile.rules)} rules)")
    return f"\nNot read in the standard itself: {', '.join(told)}" if told else ""


def _area_cells(line: AreaLine) -> tuple[str, ...]:
    counts = (line.residents_concerned, line.residents_in_short_units)
    concerned, of_them = ("" if math.isnan(count) else number(count) for count in counts)
    level = "whole study area" if line.judged_level == "city" else line.judged_level
    return (
        line.profile_id,
        line.requirement,
        "not assessed" if math.isnan(line.value) else quantity(line.value, line.unit),
        "" if line.who in _OF_WHAT else _target_text(line),  # by their nature these have none: none is missing
        concerned,
        of_them,
        f"{line.units_short:,} of {line.units_judged:,} ({level})" if line.units_judged else "",
        line.note,
    )


def _target_text(line: AreaLine | WorstCommunity) -> str:
    """``at least 80.0 %``, or that there is none."""
    if math.isnan(line.target):
        return "none"
    return f"{'at most' if line.at_most else 'at least'} {target(line.target, line.unit)}"
