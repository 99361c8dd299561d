"""How communities and parents are drawn in QGIS: by residents short, by status, and by the value of every rule."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd

from analyses.column import rule_column
from analyses.completeness import LIGHTS
from analyses.profile import Profile, Rule
from analyses.results import Results
from analyses.vulnerability import OVERALL
from maps import palette
from maps.data_words import light_word
from maps.legend import RESIDENT_BREAKS, at_most, range_labels, rule_colours, rule_title, value_breaks
from maps.map_words import word as map_word
from maps.qml import Class, Symbol, fill, quoted
from maps.resilience_view import CALLED, has_resilience
from maps.vocabulary import level_word, status_word
from maps.vulnerability_view import BREAKS
from maps.words import number

_RESIDENTS_SHORT = {"en": "Residents short", "zh": "受影响居民"}
_STATUS = {"en": "Status", "zh": "状态"}
_TRUST = {"en": "Trust in the data", "zh": "数据可信程度"}
_LIGHT_PATTERN = {"doubtful": "f_diagonal", "poor": "diagonal_x", "unknown": "b_diagonal"}
"""The second channel beside the colours of the lights."""
_RANK_PATTERN = {"lowest": "dense6", "uncertain": "dense7"}
"""Dots, thick where a place is called worst, thin where none is called."""
_LINE = "#6b6b6b"


@dataclass(frozen=True)
class Drawn:
    """One way to draw a layer."""

    name: str
    classes: tuple[Class, ...]
    about: str = ""
    """What the way shows, in words, where the name is a code."""


def communities_drawn(results: Results, language: str) -> tuple[Drawn, ...]:
    """All ways to draw communities, the one to open with first.

    Without residents nobody can be short: then the values of rules come first and the status last, as on the map.
    """
    by_rule = _by_rules(results, results.communities, language)
    by_status = Drawn(_STATUS[language], _by_status(language))
    by_light = Drawn(_TRUST[language], _by_light(language))
    if results.study.residents is None:
        return (*by_rule, by_status, by_light)
    known, unknown = "\"status\" <> 'not_assessed'", "\"status\" = 'not_assessed'"
    by_residents = Drawn(_RESIDENTS_SHORT[language], _by_residents(known, unknown, language))
    made = (*_by_rank(results, language), *_by_vulnerability(results, language))
    return (by_residents, by_status, *made, by_light, *by_rule)


def parents_drawn(results: Results, language: str) -> tuple[Drawn, ...]:
    """One way a level, since units of different levels lie over each other; the level named first to open with.

    Residents short are sums over those who live there, whether or not a rule is judged at the level.
    """
    if results.study.residents is None:
        shown = _by_rules(results, results.parents, language)[:1]
        way = shown[0].classes if shown else _by_status(language)
    else:
        way = _by_residents('"population" > 0', 'coalesce("population", 0) = 0', language)
    levels = [*(role.level for role in results.study.parents), "city"]
    return tuple(Drawn(level_word(level, language), _only(level, way)) for level in levels)


def _only(level: str, classes: tuple[Class, ...]) -> tuple[Class, ...]:
    return tuple(Class(c.label, f'"level" = {quoted(level)} AND {c.expression}', c.symbols) for c in classes)


def _by_rules(results: Results, units: gpd.GeoDataFrame, language: str) -> tuple[Drawn, ...]:
    """One way a rule that has values for these units."""
    return tuple(
        _by_rule(results, profile, rule, language)
        for profile in results.profiles
        for rule in profile.rules
        if (column := rule_column(profile.id, rule.id)) in units.columns and units[column].notna().any()
    )


def _area(colour: str) -> tuple[Symbol, ...]:
    return (fill(colour, outline=_LINE),)


def _hatched() -> tuple[Symbol, ...]:
    return (fill(palette.NOT_ASSESSED, outline=_LINE), fill(_LINE, outline=_LINE, pattern="b_diagonal"))


def _by_residents(known: str, unknown: str, language: str) -> tuple[Class, ...]:
    """The map's classes; a number is rounded to whole residents before it is classed, as the map does."""
    lows, highs = (0, *RESIDENT_BREAKS), (*RESIDENT_BREAKS, None)
    classes = []
    for low, high, colour in zip(lows, highs, palette.WORSE, strict=True):
        upper = "" if high is None else f' AND round("residents_short") < {high}'
        text = number(low, "persons", language)
        if high is None:
            text = f"{text} +"
        elif high - 1 > low:
            text = f"{text}–{number(high - 1, 'persons', language)}"
        expression = f'{known} AND round("residents_short") >= {low}{upper}'
        classes.append(Class(text, expression, _area(colour)))
    return (*classes, _not_assessed(unknown, language))


def _not_assessed(expression: str, language: str) -> Class:
    return Class(status_word("not_assessed", language), expression, _hatched())


def _by_status(language: str) -> tuple[Class, ...]:
    judged = tuple(
        Class(status_word(status, language), f'"status" = {quoted(status)}', _area(palette.STATUS[status]))
        for status in ("short", "met")
    )
    return (*judged, _not_assessed("\"status\" = 'not_assessed'", language))


def _by_rank(results: Results, language: str) -> tuple[Drawn, ...]:
    """What each place in the ranking by resilience can be called, in the map's colours; none without any score."""
    if not has_resilience(results):
        return ()
    classes = []
    for code in CALLED:
        symbols = _area(palette.RANK[code])
        if code in _RANK_PATTERN:
            symbols = (*symbols, fill(_LINE, outline=_LINE, pattern=_RANK_PATTERN[code]))
        classes.append(Class(map_word(f"rank_class.{code}", language), f'"rank_class" = {quoted(code)}', symbols))
    unknown = _not_assessed("\"rank_class\" = 'not_assessed'", language)
    return (Drawn(map_word("view.resilience", language), (*classes, unknown)),)


def _by_vulnerability(results: Results, language: str) -> tuple[Drawn, ...]:
    """The index of social vulnerability in the map's classes; none without an index of any community."""
    if OVERALL not in results.communities or not results.communities[OVERALL].notna().any():
        return ()
    classes = []
    for place, (low, high) in enumerate(pairwise((0.0, *BREAKS, 1.0))):
        symbols = _area(palette.VULNERABILITY[place])
        last = place == len(BREAKS)
        if last:
            symbols = (*symbols, fill(_LINE, outline=_LINE, pattern="dense6"))
        text, upper = map_word(f"vulnerability.class.{place}", language), "" if last else f' AND "{OVERALL}" < {high:g}'
        classes.append(Class(text, f'"{OVERALL}" >= {low:g}{upper}', symbols))
    unknown = _not_assessed(f'"{OVERALL}" IS NULL', language)
    return (Drawn(map_word("view.vulnerability", language), (*classes, unknown)),)


def _by_light(language: str) -> tuple[Class, ...]:
    """How far the data can be trusted, in the map's colours."""
    classes = []
    for light in LIGHTS:
        symbols = _area(palette.LIGHT[light])
        if light in _LIGHT_PATTERN:
            symbols = (*symbols, fill(_LINE, outline=_LINE, pattern=_LIGHT_PATTERN[light]))
        classes.append(Class(light_word(light, language), f'"data_light" = {quoted(light)}', symbols))
    return tuple(classes)


def _by_rule(results: Results, profile: Profile, rule: Rule, language: str) -> Drawn:
    column, breaks = rule_column(profile.id, rule.id), value_breaks(rule)
    upwards = not at_most(rule)
    labels = range_labels(breaks, rule.unit, language, upwards=upwards)
    colours = rule_colours(results, profile.id, rule)
    # Published values are rounded to a millionth, so a value on a break lies on it exactly.
    over, under = (">=", "<") if upwards else (">", "<=")
    lows, highs = (None, *breaks), (*breaks, None)
    classes = []
    for low, high, label, colour in zip(lows, highs, labels, colours, strict=True):
        bounds = [f'"{column}" {over} {low:g}'] if low is not None else []
        bounds += [f'"{column}" {under} {high:g}'] if high is not None else []
        classes.append(Class(label, " AND ".join(bounds), _area(colour)))
    unknown = _not_assessed(f'"{column}" IS NULL', language)
    return Drawn(rule.id, (*classes, unknown), f"{rule_title(rule, language)} ({profile.id})")
