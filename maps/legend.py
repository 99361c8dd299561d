"""The ways to colour communities, each with its legend: residents short, status, and every rule's value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import palette, words
from maps.map_words import choose, word


@dataclass(frozen=True)
class Entry:
    """One line of a legend."""

    label: str
    colour: str
    pattern: str = ""
    """Id of an SVG pattern of the page, as a second channel beside the colour."""


@dataclass(frozen=True)
class View:
    """One way to colour the communities."""

    id: str
    label: str
    """For the choice of views."""
    title: str
    """Over the legend."""
    notes: tuple[str, ...]
    entries: tuple[Entry, ...]
    classes: tuple[int, ...]
    """The entry of each community, in the order of `Results.communities`."""

    of_rule: bool = False
    """It shows the value of one rule."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Communities in each entry."""
        return tuple(np.bincount(self.classes, minlength=len(self.entries)).tolist())


RESIDENT_BREAKS = (1, 100, 500, 1000)
_STATUSES = ("short", "met", "reported", "not_assessed")
_BREAKS = {"reach": (20.0, 50.0, 80.0, 95.0), "exposure": (0.1, 5.0, 20.0, 50.0)}
"""Cuts of a share in percent: they contain the targets of the packaged profiles."""
_BREAKS_M2 = (1.0, 5.0, 10.0, 20.0)


def views(results: Results, language: str) -> tuple[View, ...]:
    """All views of a study, the one to open with first.

    Without residents nobody can be short: then the values of rules come first and the status last.
    """
    by_rule = [view for profile in results.profiles for rule in profile.rules
               if (view := _rule_view(results, profile, rule, language)) is not None]
    status = _status_view(results, language)
    if results.study.residents is None:
        return (*by_rule, status)
    return (_residents_view(results, language), status, *by_rule)


def rule_view_id(profile_id: str, rule_id: str) -> str:
    """The id of a rule's view."""
    return f"rule {profile_id} {rule_id}"


def _residents_view(results: Results, language: str) -> View:
    communities = results.communities
    labels = [words.number(0, "", language)]
    for low, high in pairwise(RESIDENT_BREAKS):
        labels.append(f"{words.number(low, '', language)}–{words.number(high - 1, '', language)}")
    labels.append(word("view.from", language).format(value=words.number(RESIDENT_BREAKS[-1], "", language)))
    short = communities["residents_short"].where(communities["status"] != "not_assessed").round()
    return View(
        id="residents",
        label=word("view.residents", language),
        title=word("view.residents.title", language),
        notes=(word("view.residents.note", language),),
        entries=(*map(Entry, labels, palette.WORSE), _not_assessed(language)),
        classes=_classes(short, RESIDENT_BREAKS),
    )


def _status_view(results: Results, language: str) -> View:
    found = list(results.communities["status"].astype(str))
    shown = [status for status in _STATUSES if status in found or status != "reported"]
    entries = tuple(
        Entry(words.status_word(status, language), palette.STATUS[status], _PATTERNS.get(status, ""))
        for status in shown
    )
    return View(
        id="status",
        label=word("view.status", language),
        title=word("view.status.title", language),
        notes=(word("view.status.note", language),),
        entries=entries,
        classes=tuple(shown.index(status) for status in found),
    )


_PATTERNS = {"short": "pattern-short", "not_assessed": "pattern-not-assessed"}


def _not_assessed(language: str) -> Entry:
    return Entry(word("view.not_assessed", language), palette.NOT_ASSESSED, _PATTERNS["not_assessed"])


def community_values(results: Results, profile_id: str, rule_id: str) -> pd.Series:
    """The rule's value in each community, in its unit, on the index of `communities`; NaN: not assessed."""
    table = results.assessments
    rows = table[(table["level"] == "community") & (table["profile_id"] == profile_id) & (table["rule_id"] == rule_id)]
    values = rows.set_index("unit_id")["value"].astype(float)
    return results.communities["community_id"].map(values)


def _rule_view(results: Results, profile: Profile, rule: Rule, language: str) -> View | None:
    values = community_values(results, profile.id, rule.id)
    if values.notna().sum() == 0:
        return None
    breaks = value_breaks(rule)
    entries = tuple(map(Entry, range_labels(breaks, rule.unit, language), rule_colours(results, profile.id, rule)))
    title = rule_title(rule, language)
    return View(
        id=rule_view_id(profile.id, rule.id),
        label=f"{title} ({profile.id})",
        title=title,
        notes=_rule_notes(rule, language),
        entries=(*entries, _not_assessed(language)),
        classes=_classes(values, breaks),
        of_rule=True,
    )


def rule_title(rule: Rule, language: str) -> str:
    """The title of a rule, and of what it is a share where that is not residents."""
    title = choose(rule.title, language, rule.id)
    return title if rule.who == "population" else f"{title}: {word(f'who.{rule.who}', language)}"


def figure(value: float, unit: str, language: str) -> str:
    """A value with its unit, whether measured (``%``) or counted (``buildings``)."""
    shown = words.number(value, unit, language)
    return shown if unit in _MEASURED else f"{shown} {words.unit_word(unit, value, language)}"


_MEASURED = frozenset({"%", "m2/person", "m2", "m"})


def value_breaks(rule: Rule) -> tuple[float, ...]:
    """Where the classes of a rule's value meet, in its unit; a value on a break belongs above it."""
    if rule.unit == "%" and rule.kind in _BREAKS:
        return _BREAKS[rule.kind]
    return _BREAKS_M2 if rule.unit == "m2/person" else tuple(map(float, RESIDENT_BREAKS))


def rule_colours(results: Results, profile_id: str, rule: Rule) -> tuple[str, ...]:
    """Red only where something is judged; what is merely reported is blue, more being darker."""
    table = results.assessments
    rows = table[(table["profile_id"] == profile_id) & (table["rule_id"] == rule.id)]
    if not rows["status"].isin(["met", "short"]).any():
        return palette.REPORTED
    return palette.WORSE if rule.kind == "exposure" else tuple(reversed(palette.WORSE))


def _rule_notes(rule: Rule, language: str) -> tuple[str, ...]:
    notes = [word(f"view.rule.{'m2' if rule.unit == 'm2/person' else rule.who}", language)]
    if rule.target is None:
        notes.append(word("view.rule.no_target", language))
    else:
        side = "maximum" if rule.target.minimum is None else "minimum"
        notes.append(word(f"view.rule.target.{side}", language).format(
            value=figure(rule.target.value, rule.target.unit, language),
            status=word(f"target.{rule.target.status}", language),
        ))
    if rule.level != "community":
        notes.append(word("view.rule.level", language).format(units=units_word(rule.level, language)))
    return tuple(notes)


def units_word(level: str, language: str) -> str:
    """The units of a level, in the plural; a level of the study's own keeps its name."""
    if level in ("community", "city", "district", "neighbourhood"):
        return word(f"unit.{level}", language)
    return word("unit.other", language).format(level=level)


def range_labels(breaks: Sequence[float], unit: str, language: str) -> list[str]:
    """The words of each class, from the lowest."""
    shown = [words.number(value, unit, language) for value in breaks]
    between = word("view.between", language)
    return [
        word("view.below", language).format(value=shown[0]),
        *(between.format(low=low, high=high) for low, high in pairwise(shown)),
        word("view.from", language).format(value=shown[-1]),
    ]


def _classes(values: pd.Series, breaks: Sequence[float]) -> tuple[int, ...]:
    """The class of each value: a value on a break belongs above it; NaN is the class after the last."""
    numbers = values.to_numpy(dtype=float)
    classes = np.searchsorted(np.asarray(breaks, dtype=float), numbers, side="right")
    return tuple(np.where(np.isnan(numbers), len(breaks) + 1, classes).tolist())
