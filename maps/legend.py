"""The ways to colour communities, each with its legend: residents short, status, and every rule's value."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from analyses.completeness import LIGHTS
from analyses.profile import Profile, Rule
from analyses.results import Results
from maps import palette, words
from maps.data_words import light_word
from maps.map_words import bracketed, choose, word
from maps.resilience_view import resilience_view
from maps.view import NOT_ASSESSED_PATTERN, Entry, View, not_assessed
from maps.vocabulary import GROUPS
from maps.vocabulary import word as code_word

RESIDENT_BREAKS = (1, 100, 500, 1000)
_STATUSES = ("short", "met", "reported", "not_assessed")
_BREAKS = {"reach": (20.0, 50.0, 80.0, 95.0), "exposure": (0.1, 5.0, 20.0, 50.0)}
"""Cuts of a share in percent; the one nearest to a rule's target gives way to it."""
_BREAKS_M2 = (1.0, 5.0, 10.0, 20.0)
_IMPUTED_BREAKS = (1.0, 10.0, 25.0, 50.0)
_ROUNDING = 1e-9
"""Relative, as in a verdict: a value that meets its target by this much lies on the target's side."""


def views(results: Results, language: str) -> tuple[View, ...]:
    """All views of a study, the one to open with first.

    Without residents nobody can be short: then the values of rules come first and the status last.
    """
    by_rule = [view for profile in results.profiles for rule in profile.rules
               if (view := _rule_view(results, profile, rule, language)) is not None]
    status = _status_view(results, language)
    data = _data_view(results, language)
    if results.study.residents is None:
        return (*by_rule, status, data)
    imputed = _imputed_view(results, language)
    return (_residents_view(results, language), status, *resilience_view(results, language), data, *imputed, *by_rule)


def rule_view_id(profile_id: str, rule_id: str) -> str:
    """The id of a rule's view."""
    return f"rule {profile_id} {rule_id}"


def resident_entries(language: str) -> tuple[Entry, ...]:
    """The classes of a number of residents, none first."""
    labels = [words.number(0, "", language)]
    for low, high in pairwise(RESIDENT_BREAKS):
        labels.append(f"{words.number(low, '', language)}–{words.number(high - 1, '', language)}")
    labels.append(word("view.from", language).format(value=words.number(RESIDENT_BREAKS[-1], "", language)))
    return tuple(map(Entry, labels, palette.WORSE))


def resident_classes(residents: pd.Series) -> tuple[int, ...]:
    """The class of each number of residents, see `resident_entries`; NaN is the class after the last."""
    return _classes(residents.astype(float).round(), RESIDENT_BREAKS)


def _residents_view(results: Results, language: str) -> View:
    communities = results.communities
    return View(
        id="residents",
        label=word("view.residents", language),
        title=word("view.residents.title", language),
        notes=(word("view.residents.note", language),),
        entries=(*resident_entries(language), not_assessed(language)),
        classes=resident_classes(communities["residents_short"].where(communities["status"] != "not_assessed")),
    )


LIGHT_PATTERNS = {"doubtful": "pattern-doubtful", "poor": "pattern-poor", "unknown": "pattern-not-assessed"}
"""Light of the data -> id of its pattern."""


def _data_view(results: Results, language: str) -> View:
    """How far the data can be trusted, whatever came out under the rules."""
    found = list(results.communities["data_light"].astype(str))
    shown = [light for light in LIGHTS if light in found or light != "unknown"]
    return View(
        id="data",
        label=word("view.data", language),
        title=word("view.data.title", language),
        notes=(word("view.data.note", language),),
        entries=tuple(
            Entry(light_word(light, language), palette.LIGHT[light], LIGHT_PATTERNS.get(light, "")) for light in shown
        ),
        classes=tuple(shown.index(light) for light in found),
    )


def _imputed_view(results: Results, language: str) -> tuple[View, ...]:
    """Where the data lack homes; none if they lack none."""
    share = 100 * results.communities["imputed_share"].astype(float)
    if not (share > 0).any():
        return ()
    labels = range_labels(_IMPUTED_BREAKS, "%", language)
    return (View(
        id="imputed",
        label=word("view.imputed", language),
        title=word("view.imputed.title", language),
        notes=(word("view.imputed.note", language),),
        entries=(*map(Entry, labels, palette.IMPUTED), Entry(word("view.unknown", language), palette.NOT_ASSESSED,
                                                              _PATTERNS["not_assessed"])),
        classes=_classes(share, _IMPUTED_BREAKS),
    ),)


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


_PATTERNS = {"short": "pattern-short", "not_assessed": NOT_ASSESSED_PATTERN}


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
    breaks, upwards = value_breaks(rule), not at_most(rule)
    labels = range_labels(breaks, rule.unit, language, upwards=upwards)
    entries = tuple(map(Entry, labels, rule_colours(results, profile.id, rule)))
    title = rule_title(rule, language)
    return View(
        id=rule_view_id(profile.id, rule.id),
        label=bracketed(title, profile.id, language),
        title=title,
        notes=_rule_notes(rule, language),
        entries=(*entries, not_assessed(language)),
        classes=_classes(values, breaks, upwards=upwards),
        group="rule",
    )


def rule_title(rule: Rule, language: str) -> str:
    """The title of a rule, and of what it is a share where that is not residents."""
    title = choose(rule.title, language, rule.id)
    if rule.who == "population":
        return title
    known = rule.who in ("buildings", "building_count")
    about = word(f"who.{rule.who}", language) if known else code_word(GROUPS, rule.who, language)
    return title + word("colon", language) + about


def figure(value: float, unit: str, language: str) -> str:
    """A value with its unit, whether measured (``%``) or counted (``buildings``)."""
    shown = words.number(value, unit, language)
    return shown if unit in _MEASURED else f"{shown} {words.unit_word(unit, value, language)}"


_MEASURED = frozenset({"%", "m2/person", "m2", "m"})


def value_breaks(rule: Rule) -> tuple[float, ...]:
    """Where the classes of a rule's value meet, in its unit: one of them is its target, if it has one.

    A value on a break belongs above it, unless the target is a maximum (`at_most`): then below. So no class
    holds both units that meet the target and units that miss it.
    """
    usual = _BREAKS_M2 if rule.unit == "m2/person" else tuple(map(float, RESIDENT_BREAKS))
    if rule.unit == "%" and rule.kind in _BREAKS:
        usual = _BREAKS[rule.kind]
    if rule.target is None or rule.target.value in usual:
        return usual
    nearest = min(usual, key=lambda cut: abs(cut - rule.target.value))  # type: ignore[union-attr]
    return tuple(sorted(rule.target.value if cut == nearest else cut for cut in usual))


def at_most(rule: Rule) -> bool:
    """Whether a rule's target is a maximum."""
    return rule.target is not None and rule.target.minimum is None


def rule_colours(results: Results, profile_id: str, rule: Rule) -> tuple[str, ...]:
    """Red only where something is judged; what is merely reported is blue, more being darker."""
    table = results.assessments
    rows = table[(table["profile_id"] == profile_id) & (table["rule_id"] == rule.id)]
    if not rows["status"].isin(["met", "short"]).any():
        return palette.REPORTED
    return palette.WORSE if rule.kind == "exposure" else tuple(reversed(palette.WORSE))


def _unit_note(rule: Rule, language: str) -> str:
    """What the values are."""
    if rule.unit == "m2/person":
        return word("view.rule.m2", language)
    if rule.who in ("population", "buildings", "building_count"):
        return word(f"view.rule.{rule.who}", language)
    return word("view.rule.other", language).format(who=code_word(GROUPS, rule.who, language))


def _rule_notes(rule: Rule, language: str) -> tuple[str, ...]:
    notes = [_unit_note(rule, language)]
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


def units_word(level: str, language: str, count: int = 2) -> str:
    """The units of a level, as many as `count`; a level of the study's own keeps its name."""
    if level in ("community", "city", "district", "neighbourhood"):
        return word(f"unit.{level}.one" if count == 1 else f"unit.{level}", language)
    return word("unit.other", language).format(level=level)


def range_labels(breaks: Sequence[float], unit: str, language: str, *, upwards: bool = True) -> list[str]:
    """The words of each class, from the lowest; `upwards` if a value on a break belongs above it."""
    shown = [words.number(value, unit, language) for value in breaks]
    first, between, last = ("view.below", "view.between", "view.from") if upwards else (
        "view.up_to", "view.above_to", "view.above")
    everybody = unit == "%" and upwards and breaks[-1] == 100
    return [
        word(first, language).format(value=shown[0]),
        *(word(between, language).format(low=low, high=high) for low, high in pairwise(shown)),
        shown[-1] if everybody else word(last, language).format(value=shown[-1]),
    ]


def _slack(value: float) -> float:
    """How far rounding may move a value that lies on a break."""
    return _ROUNDING * max(1.0, abs(value))


def _classes(values: pd.Series, breaks: Sequence[float], *, upwards: bool = True) -> tuple[int, ...]:
    """The class of each value, see `range_labels`; NaN is the class after the last."""
    numbers = values.to_numpy(dtype=float)
    cuts = np.array([cut - _slack(cut) if upwards else cut + _slack(cut) for cut in breaks])
    classes = np.searchsorted(cuts, numbers, side="right" if upwards else "left")
    return tuple(np.where(np.isnan(numbers), len(breaks) + 1, classes).tolist())
