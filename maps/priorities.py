"""What to do first, in communities and in larger areas: the gaps of highest priority, each with what would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.results import Results
from analyses.units import COMMUNITY
from maps import shapes
from maps.cards import persons
from maps.escape import NAME_LIMIT, clean
from maps.legend import rule_title
from maps.map_words import bracketed, word
from maps.no_remedy_words import no_remedy_texts
from maps.remedies import by_gap, shown_first
from maps.vocabulary import level_word

_TOLERANCE_M = 5.0
"""Simplification of the outline of a unit above the community."""


@dataclass(frozen=True)
class Task:
    """One gap among those to be mended first."""

    gap: int
    """Position in `Results.gaps`."""
    community: int
    """Position in `Results.communities`; -1 for a unit above the community."""
    name: str
    """Of a unit above the community; empty for a community, whose name stands elsewhere."""
    figure: str
    """Residents short."""
    score: float
    """Severity times residents short times the rule's weight [persons]."""
    title: str
    """Of the rule."""
    severity: str
    """How severe, in a word."""


def first_tasks(results: Results, language: str, count: int) -> tuple[Task, ...]:
    """The first `count` gaps of communities by priority; none where nothing can be ranked."""
    return _tasks(results, language, (COMMUNITY,), count)


def tasks_above(results: Results, language: str, count: int) -> tuple[Task, ...]:
    """The same of larger areas, one level after the other, as each has an order of its own."""
    return _tasks(results, language, tuple(results.parents["level"].unique()), count)


def _tasks(results: Results, language: str, levels: tuple[str, ...], count: int) -> tuple[Task, ...]:
    if "priority" not in results.gaps.columns:
        return ()
    gaps = results.gaps.drop(columns="geometry")
    ranked = gaps[gaps["level"].isin(levels)].dropna(subset=["priority"])
    ranked = ranked.assign(_level=ranked["level"].map(levels.index))
    position = {key: place for place, key in enumerate(results.communities["community_id"])}
    places = {key: place for place, key in enumerate(results.gaps.index)}
    titles = {(p.id, rule.id): rule_title(rule, language) for p in results.profiles for rule in p.rules}
    first = ranked.sort_values(["_level", "priority"], kind="stable").head(count)
    return tuple(_task(row, places[key], position, titles, language) for key, row in first.iterrows())


def _task(
    row: Mapping[str, Any] | pd.Series, gap: int, position: Mapping[str, int], titles: Mapping[tuple[str, str], str],
    language: str,
) -> Task:
    community = position.get(row["community_id"], -1) if pd.notna(row["community_id"]) else -1
    unit = clean(str(row["unit_name"]), NAME_LIMIT).partition(" - ")[0]
    name = bracketed(unit, level_word(str(row["level"]), language), language)
    return Task(
        gap, community, "" if community >= 0 else name, persons(row["residents_short"], language),
        float(row["priority_score"]), titles[row["profile_id"], row["rule_id"]],
        word(f"severity.{row['severity_class']}", language),
    )  # fmt: skip


def tasks_data(results: Results, language: str, count: int) -> list[dict[str, object]]:
    """For the page's script: the suggestions of each task, or why none, and the ground of a gap of no community.

    In the order of `first_tasks` and then of `tasks_above`.
    """
    tasks = (*first_tasks(results, language, count), *tasks_above(results, language, count))
    of_gap = by_gap(results)
    grounds = shapes.polygons(results.gaps.geometry.iloc[[task.gap for task in tasks]], _TOLERANCE_M)
    why_none = no_remedy_texts(results, language)
    none = [why_none[task.gap] for task in tasks]
    helps = [of_gap.get(gap, []) for gap in results.gaps["gap_id"].iloc[[task.gap for task in tasks]]]
    return [
        {
            "remedies": all_, "first": shown_first(results, all_), "none": why,
            "ground": [] if task.community >= 0 else ground,
        }
        for task, all_, why, ground in zip(tasks, helps, none, grounds, strict=True)
    ]  # fmt: skip
