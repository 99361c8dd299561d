"""What the map says of resilience: a view of what can be called, a community's standing, and how sure it all is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analyses.plan import bound_hazards
from analyses.results import Results
from maps import palette, words
from maps.folded import Folded
from maps.lookup import all_rules, judged_rows
from maps.map_words import bracketed, choose, word
from maps.resilience_words import dimension_word, factor_word
from maps.view import Entry, View, not_assessed
from maps.vocabulary import HAZARD_KINDS
from maps.vocabulary import word as code_word

CALLED = ("lowest", "middle", "highest", "uncertain")
_PATTERNS = {"lowest": "pattern-short", "uncertain": "pattern-uncertain"}
_PREFIX = "dimension_"
_SAFETY = "safety"
_FACTORS = 3
"""So many of what moves the ranking are told; the table ``sensitivity`` has all."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a community's score."""

    label: str
    figure: str
    share: float
    """Of its bar, 0-1."""


@dataclass(frozen=True)
class Standing:
    """A community's score, and its place among the others."""

    score: str
    span: str
    rank: str
    called: str
    """Code of what its place can be called."""
    about: str
    dimensions: tuple[Dimension, ...]
    safety: str
    """Of which hazards the dimension of safety speaks; empty where the community has no score of it."""


def has_resilience(results: Results) -> bool:
    """Whether any community has a score."""
    communities = results.communities
    return "resilience" in communities.columns and bool(communities["resilience"].notna().any())


def number_ranked(results: Results) -> int:
    """How many communities have a rank."""
    return int(results.communities["rank"].notna().sum()) if has_resilience(results) else 0


def resilience_view(results: Results, language: str) -> tuple[View, ...]:
    """The view of what each community's place can be called; none without any score."""
    if not has_resilience(results):
        return ()
    found = list(results.communities["rank_class"].astype(str))
    entries = [
        Entry(word(f"rank_class.{code}", language), palette.RANK[code], _PATTERNS.get(code, "")) for code in CALLED
    ]
    low, high = results.parameters.resilience.interval
    held = words.number(100 * (high - low), "%", language)
    return (
        View(
            id="resilience",
            label=word("view.resilience", language),
            title=word("view.resilience.title", language),
            notes=(word("resilience.about", language), word("view.resilience.note", language).format(share=held)),
            entries=(*entries, not_assessed(language)),
            classes=tuple(CALLED.index(code) if code in CALLED else len(CALLED) for code in found),
        ),
    )


def safety_note(results: Results, language: str) -> str:
    """On which kinds of hazard the dimension of safety rests, and of which others of the study it says nothing.

    Empty where no rule about them judges.
    """
    rules = [rule for profile, rule in all_rules(results)
             if rule.dimension == _SAFETY and len(judged_rows(results, profile.id, rule))]
    used = {hazard_id for rule in rules for hazard_id in bound_hazards(rule, results.study)}
    asked = dict.fromkeys(role.kind for role in results.study.hazards if role.id in used)
    silent = dict.fromkeys(role.kind for role in results.study.hazards if role.kind not in asked)
    told = {
        name: word("list.pause", language).join(code_word(HAZARD_KINDS, kind, language) for kind in kinds)
        for name, kinds in (("asked", asked), ("silent", silent))
    }
    if not asked:
        return ""
    return word("resilience.safety.silent" if silent else "resilience.safety", language).format(
        dimension=dimension_word(_SAFETY, language), **told)


def standing(row: Mapping[str, Any], ranked: int, safety: str, language: str) -> Standing | None:
    """The standing of a row of communities among the `ranked` ones; None where it has no score.

    `safety` is what `safety_note` says.
    """
    score = row.get("resilience")
    if score is None or pd.isna(score):
        return None
    low, high = (_points(row[f"resilience_{end}"]) for end in ("low", "high"))
    found = {name.removeprefix(_PREFIX): value for name, value in row.items() if str(name).startswith(_PREFIX)}
    return Standing(
        score=word("resilience.score", language).format(n=_points(score)),
        span=word("resilience.span", language).format(low=low, high=high) if low != high else "",
        rank=rank_words(row, ranked, language),
        called=str(row["rank_class"]),
        about=word(f"rank_class.{row['rank_class']}", language) if row["rank_class"] in CALLED else "",
        dimensions=tuple(
            Dimension(dimension_word(name, language), _points(value), min(max(float(value) / 100, 0.0), 1.0))
            for name, value in found.items()
            if pd.notna(value)
        ),
        safety=safety if pd.notna(found.get(_SAFETY)) else "",
    )


def rank_words(row: Mapping[str, Any], ranked: int, language: str) -> str:
    """Between which places from the bottom a community stands; empty where it has no rank."""
    low, high = row["rank_low"], row["rank_high"]
    if pd.isna(low) or pd.isna(high):
        return ""
    key = "resilience.rank" if round(low) != round(high) else "resilience.rank.one"
    return word(key, language).format(low=_place(low, language), high=_place(high, language), all=f"{ranked:,}")


def resilience_part(results: Results, language: str) -> Folded | None:
    """What resilience is, how many communities can be called, and what the ranking hangs on."""
    if not has_resilience(results):
        return None
    texts = (word("resilience.about", language), called_sentence(results, language), moving_sentence(results, language))
    return Folded(word("resilience.title", language), tuple(filter(None, texts)))


def called_sentence(results: Results, language: str) -> str:
    """How many communities can be called what, and how many cannot."""
    counts = results.communities["rank_class"].value_counts()
    told = {code: f"{int(counts.get(code, 0)):,}" for code in CALLED}
    scored = sum(int(counts.get(code, 0)) for code in CALLED)
    text = word("resilience.called", language).format(all=f"{scored:,}", **told)
    unknown = len(results.communities) - scored
    if not unknown:
        return text
    return text + (" " if language == "en" else "") + word("resilience.not_assessed", language).format(n=f"{unknown:,}")


def moving_sentence(results: Results, language: str) -> str:
    """What moves the ranking of communities most; empty where they are not ranked."""
    table = results.sensitivity
    most = () if table is None else table[table["level"] == "community"].head(_FACTORS).iterrows()
    told = [bracketed(_factor(row, results, language), f"{row['mean_rank_shift']:.1f}", language) for _, row in most]
    return word("resilience.moves", language).format(most=word("list.next", language).join(told)) if told else ""


def _factor(row: pd.Series, results: Results, language: str) -> str:
    """What varies, within a sentence."""
    titles = {(p.id, r.id): choose(r.title, language, r.id) for p in results.profiles for r in p.rules}
    title = titles.get((row["profile_id"], row["rule_id"]))
    if title is not None:
        return word("resilience.moves.rule", language).format(title=title)
    if row["rule_id"]:
        return word("resilience.moves.figure", language).format(title=dimension_word(row["rule_id"], language))
    text = factor_word(row, results, language)
    return text[:1].lower() + text[1:]


def _points(score: float) -> str:
    """A score of 0-100 in whole points."""
    return f"{round(float(score))}"


def _place(rank: float, language: str) -> str:
    """A rank as a word: 12th."""
    number = round(float(rank))
    if language != "en":
        return f"{number:,}"
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"
