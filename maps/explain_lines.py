"""What an explanation is written of: sections of lines, and the phrases that all of them use."""

from __future__ import annotations

import math
from dataclasses import dataclass

from analyses.explanation import Spread
from analyses.profile import Rule
from maps.explain_words import said
from maps.numbers import area, number, residents
from maps.vocabulary import GROUPS, class_word, word


@dataclass(frozen=True)
class Line:
    """One line; `depth` says what it belongs to."""

    depth: int
    text: str


@dataclass(frozen=True)
class Section:
    """A heading and the lines below it."""

    title: str
    lines: tuple[Line, ...]


def fill(key: str, language: str, values: dict[str, object]) -> str:
    """The sentence for a key with its places filled."""
    return said(key, language).format(**values)


def people(value: float, rule: Rule, language: str) -> str:
    """What a rule counts, with its noun: residents, or square metres of homes or land."""
    if rule.about_residents:
        return said("people.unknown", language) if math.isnan(value) else residents(value, language)
    if language == "zh":
        return f"{number(value, 'm2', language)}{word(GROUPS, rule.who, language)}"
    return f"{number(value, 'm2', language)} of {word(GROUPS, rule.who, language)}"


def exactly(value: float, rule: Rule, language: str) -> str:
    """The same to a tenth of a resident, or a square metre, where a reader may reckon with it."""
    if not rule.about_residents:
        noun = word(GROUPS, rule.who, language)
        return f"{whole_m2(value)}{noun}" if language == "zh" else f"{whole_m2(value)} of {noun}"
    count = tenths(value)
    noun = "resident" if count == "1" else "residents"
    return f"{count} 名居民" if language == "zh" else f"{count} {noun}"


def whole_m2(area_m2: float) -> str:
    """An area in whole square metres."""
    return f"{area_m2:,.0f} m²"


def tenths(value: float) -> str:
    """A number of people to a tenth; never 0 where there is somebody."""
    text = f"{value:,.1f}".removesuffix(".0")
    return "< 0.1" if text == "0" and value > 0 else text


def cost(value: float, unit: str, language: str) -> str:
    """How far or how long, in metres or minutes."""
    return number(value / 60, "min", language) if unit == "s" else number(value, "m", language)


def spread_words(found: Spread, unit: str, language: str) -> str:
    """Nearest, median and farthest."""
    ends = {name: cost(getattr(found, name), unit, language) for name in ("nearest", "median", "farthest")}
    return fill("spread", language, dict(ends))


def space_about(space_id: str, name: str, space_class: str, area_m2: float, language: str) -> str:
    """A space with its class, its id and its size."""
    size = "" if math.isnan(area_m2) else ("，" if language == "zh" else ", ") + area(area_m2, language)
    kind = class_word(space_class, language)
    if not name:
        return fill("space.nameless", language, {"class": kind, "id": space_id, "area": size})
    return fill("space.about", language, {"name": name, "class": kind, "id": space_id, "area": size})
