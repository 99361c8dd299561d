"""The lists of the map's panel: what to do first, communities by residents short, and by resilience."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import words
from maps.cards import persons
from maps.legend import community_values, rule_title
from maps.lookup import all_rules
from maps.map_words import word
from maps.priorities import Task, first_tasks, tasks_above
from maps.resilience_view import has_resilience, rank_words

FIRST = 10
"""So many gaps are listed of those to be mended first."""


@dataclass(frozen=True)
class Ranked:
    """One line of a list."""

    community: int
    """Position in `Results.communities`; -1 for a unit above the community."""
    figure: str
    share: float = 0.0
    """Of the longest bar, 0-1."""
    about: str = ""
    """What stands below the name; empty: the higher units and how many rules it falls short of."""
    name: str = ""
    """Of a unit above the community; empty for a community."""
    task: int = -1
    """Position in `priorities.tasks_data`; -1 where the line is a community."""


@dataclass(frozen=True)
class Ranking:
    """One list: communities or gaps, the worst first."""

    id: str
    title: str
    hint: str
    entries: tuple[Ranked, ...]


def rankings(results: Results, language: str) -> tuple[Ranking, ...]:
    """All lists that have something to list, the one to open with first; the one by residents short is always there."""
    short = Ranking(
        "short", _short_title(results, language), word("panel.rank.hint", language), ranking(results, language)
    )
    tasks, above = first_tasks(results, language, FIRST), tasks_above(results, language, FIRST)
    found = (
        _priority("priority", tasks, 0, language),
        short,
        _priority("priority_above", above, len(tasks), language),
        _resilience(results, language),
    )
    return tuple(each for each in found if each.entries or each is short)


def _priority(key: str, tasks: tuple[Task, ...], before: int, language: str) -> Ranking:
    """Gaps by priority, with what would help; so many tasks stand `before` them."""
    longest = max((task.score for task in tasks), default=1.0) or 1.0
    return Ranking(
        key, word(f"order.{key}", language), word(f"order.{key}.hint", language),
        tuple(
            Ranked(
                task.community, task.figure, task.score / longest, f"{task.title} · {task.severity}", task.name, place
            )
            for place, task in enumerate(tasks, start=before)
        ),
    )  # fmt: skip


def _resilience(results: Results, language: str) -> Ranking:
    """Communities from the least resilient, each with the range of its rank."""
    entries: tuple[Ranked, ...] = ()
    if has_resilience(results):
        ranked = results.communities.dropna(subset=["rank"]).sort_values("rank", kind="stable")
        entries = tuple(
            Ranked(
                results.communities.index.get_loc(key),
                f"{round(float(row['resilience']))}",
                float(row["resilience"]) / 100,
                rank_words(row, len(ranked), language),
            )
            for key, row in ranked.drop(columns="geometry").iterrows()
        )
    title, hint = word("order.resilience", language), word("order.resilience.hint", language)
    return Ranking("resilience", title, hint, entries)


def ranking(results: Results, language: str) -> tuple[Ranked, ...]:
    """Communities from the worst: by residents short.

    Without residents by the value of the first rule that is reported, lowest first.
    Where none is short, or nothing is known, all in the order of the study, without figures.
    """
    communities = results.communities
    everybody = tuple(Ranked(position, "") for position in range(len(communities)))
    if results.study.residents is not None:
        order = _short(results).sort_values(ascending=False, kind="stable")
        longest = order.max() if len(order) else 1.0
        ranked = tuple(
            Ranked(communities.index.get_loc(key), persons(value, language), float(value / longest) if longest else 0.0)
            for key, value in order.items()
        )
        return ranked or everybody
    found = _first_reported(results)
    if found is None:
        return everybody
    profile, rule = found
    values = community_values(results, profile.id, rule.id).dropna().sort_values(kind="stable")
    return tuple(
        Ranked(communities.index.get_loc(key), words.number(float(value), rule.unit, language), float(value) / 100)
        for key, value in values.items()
    )


def _short(results: Results) -> pd.Series:
    """Residents short of the communities that are short."""
    communities = results.communities
    return communities["residents_short"].where(communities["status"] == "short").dropna()


def _first_reported(results: Results) -> tuple[Profile, Rule] | None:
    for profile, rule in all_rules(results):
        if rule.unit == "%" and rule.kind == "reach" and community_values(results, profile.id, rule.id).notna().any():
            return profile, rule
    return None


def _short_title(results: Results, language: str) -> str:
    if results.study.residents is not None:
        return word("order.short" if len(_short(results)) else "panel.rank.all", language)
    found = _first_reported(results)
    if found is None:
        return word("panel.rank.all", language)
    return word("panel.rank.value", language).format(rule=rule_title(found[1], language))
