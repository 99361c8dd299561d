"""What the command line says of what is made of the verdicts: what to do first, and how resilient communities are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import pandas as pd

from analyses.results import Results
from analyses.units import COMMUNITY
from linli.text_table import aligned, number
from maps.escape import clean
from maps.map_words import word
from maps.no_remedy_words import no_remedy_texts
from maps.numbers import residents
from maps.priorities import first_tasks, tasks_above
from maps.rankings import FIRST
from maps.remedies import by_gap, shown_first, texts_of
from maps.resilience_view import called_sentence, has_resilience, moving_sentence

_WIDE = 120
"""Columns of running text."""
_PRIORITIES = "What to do first (severity x residents short x weight of the rule; people decide what would help)"
_ABOVE = "What to do first in larger areas"
_SHOWN = 5
"""So many gaps are printed; ``--json`` has as many as the map."""
_LEAST = 5
"""So many of the least resilient communities are listed."""


@dataclass(frozen=True)
class Priority:
    """One gap among those to be mended first."""

    priority: int
    gap_id: str
    level: str
    unit_id: str
    name: str
    profile_id: str
    rule_id: str
    requirement: str
    residents_short: float
    severity: float
    severity_class: str
    priority_score: float
    remedy: str
    """Code of the cheapest kind that the figures suggest; empty if none."""
    no_remedy: str
    """Code of why there is none; empty if there is one."""
    check_reason: str
    """Code of why to look at the map before anything is built; empty if there is no need."""
    what: str
    """The same in words; where it is but a look at the map, the next too; where there is none, why."""


@dataclass(frozen=True)
class Least:
    """One of the communities that stand last by resilience."""

    community_id: str
    name: str
    resilience: float
    rank: float
    rank_low: float
    rank_high: float
    rank_class: str


def priorities(results: Results, language: str, count: int = FIRST) -> tuple[Priority, ...]:
    """The gaps of highest priority, the first first: `count` of communities, then as many of larger areas."""
    of_gap, texts, none = by_gap(results), texts_of(results, language), no_remedy_texts(results, language)
    told = []
    for task in (*first_tasks(results, language, count), *tasks_above(results, language, count)):
        gap = results.gaps.iloc[task.gap]
        helps = of_gap.get(gap["gap_id"], [])
        told.append(
            Priority(
                int(gap["priority"]), str(gap["gap_id"]), str(gap["level"]), str(gap["unit_id"]), str(gap["unit_name"]),
                str(gap["profile_id"]), str(gap["rule_id"]), task.title, float(gap["residents_short"]),
                float(gap["severity"]), str(gap["severity_class"]), float(gap["priority_score"]),
                _text(gap.get("remedy")), _text(gap.get("no_remedy")), _text(gap.get("check_reason")),
                " ".join(filter(None, (*(texts[place] for place in shown_first(results, helps)), none[task.gap]))),
            )
        )  # fmt: skip
    return tuple(told)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def least_resilient(results: Results, count: int = _LEAST) -> tuple[Least, ...]:
    """The communities of lowest rank, the least resilient first; none where none is ranked."""
    if not has_resilience(results):
        return ()
    names = ["community_id", "name", "resilience", "rank", "rank_low", "rank_high", "rank_class"]
    ranked = pd.DataFrame(results.communities[names]).dropna(subset=["rank"])
    first = ranked.sort_values(["rank", "community_id"], kind="stable").head(count)
    return tuple(Least(*row) for row in first.itertuples(index=False, name=None))


def priorities_text(results: Results, language: str) -> str:
    """What to do first, a gap in two lines or more; empty where nothing can be ranked."""
    every = priorities(results, language, _SHOWN)
    own = [each for each in every if each.level == COMMUNITY]
    above = [each for each in every if each.level != COMMUNITY]
    return "\n".join((*_list(_PRIORITIES, own), *_list(_ABOVE, above)))


def _list(title: str, told: Sequence[Priority]) -> list[str]:
    lines = [title] if told else []
    for each in told:
        about = f"{each.name or each.unit_id}: {residents(each.residents_short, 'en')} short, {each.severity_class}"
        lines += [f"{each.priority:>2}  {clean(about)}", *_indented(each.requirement), *_indented(each.what)]
    return lines


def _indented(text: str) -> list[str]:
    """The text below what it belongs to."""
    return wrap(clean(text, len(text)), _WIDE, initial_indent="    ", subsequent_indent="    ") if text else []


def resilience_text(results: Results, language: str) -> str:
    """How many communities can be called, the last by rank, and what moves the ranking; empty without a score."""
    if not has_resilience(results):
        return ""
    rows = [
        (each.name or each.community_id, number(each.resilience), f"{each.rank_low:,.0f} to {each.rank_high:,.0f}",
         word(f"rank_class.{each.rank_class}", language).lower())
        for each in least_resilient(results)
    ]  # fmt: skip
    header = ("least resilient", "score of 100", "rank from the bottom", "called")
    table = [aligned(header, rows, right=frozenset({1, 2}))] if rows else []
    told = (called_sentence(results, language), moving_sentence(results, language))
    return "\n".join(("Resilience", *table, *(line for text in told for line in wrap(text, _WIDE))))
