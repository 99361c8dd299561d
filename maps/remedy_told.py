"""What all suggestions say: the space and the street, who would be served, and whether the requirement would be met."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from analyses.profile import Rule
from analyses.remedy import AT_LEAST, AT_MOST
from analyses.results import Results
from maps.facts import Row, number_in
from maps.numbers import number, residents
from maps.vocabulary import class_word
from maps.walk_words import near_phrase

TRACE = 1e-6
"""Persons: less is the rounding of a sum."""
_BOUNDS: Mapping[str, tuple[str, str]] = {AT_MOST: ("at most ", "至多 "), AT_LEAST: ("at least ", "至少 ")}


@dataclass(frozen=True)
class Told:
    """One suggestion and the gap it is for."""

    row: Row
    gap: Row
    rule: Rule
    results: Results

    @property
    def step(self) -> int:
        """How many suggestions of the kind come before it for the same gap, and itself."""
        return int(self.row["step"])

    def get(self, name: str) -> float:
        """A figure of it; NaN if it has none."""
        return number_in(self.row, name)


def space_words(told: Told, language: str) -> str:
    """The space by its name and id, or by its class and id."""
    name, key = " ".join(str(told.row["name"]).split()), told.row["space_id"]
    if name:
        return f"{name}（{key}）" if language == "zh" else f"{name} ({key})"
    kind = class_word(told.row["space_class"], language)
    return f"{kind} {key}" if language == "zh" else f"the {kind} {key}"


def street_words(told: Told, language: str) -> str:
    """Where it is by the nearest named street; nothing where none is near."""
    street = told.row["street"]
    if not isinstance(street, str) or not street:
        return ""
    return f"{street}附近" if language == "zh" else f" near {street}"


def served_words(told: Told, language: str) -> str:
    """Who would be served, and what the unit would then have."""
    rule, bound = told.rule, _BOUNDS.get(str(told.row["certainty"]), ("", ""))
    value = number(told.get("value_after"), "%", language)
    if told.get("value_after") > 100 - TRACE:
        bound = ("perhaps ", "或可达 ") if told.row["certainty"] == AT_MOST else ("", "")
    plain = not rule.or_else and rule.count == 1
    if language == "zh":
        near = f"{near_phrase(rule, language)}可达" if plain else "得到覆盖"
        return f"{_who(told, language)}{near}；届时覆盖率{bound[1] or '为 '}{value}，{enough_words(told, language)}"
    near = f"be {near_phrase(rule, language)}" if plain else "be served"
    who = _who(told, language)
    return f"{who} would {near}; {bound[0]}{value} would then be served, {enough_words(told, language)}"


def _who(told: Told, language: str) -> str:
    """How many of those who are not served."""
    bound = _BOUNDS.get(str(told.row["certainty"]), ("", ""))
    gained, short = told.get("residents_gained"), number_in(told.gap, "residents_short")
    every = residents(short, language)
    if short - gained < TRACE:
        most = told.row["certainty"] == AT_MOST
        if language == "zh":
            return f"未覆盖的 {every}{'最多可' if most else ''}全部"
        return f"{'at most ' if most else ''}all {every} not served"
    count = number(gained, "persons", language)
    if language == "zh":
        return f"未覆盖的 {every}中{bound[1] or ' '}{count} 名"
    return f"{bound[0]}{count} of the {every} not served"


def enough_words(told: Told, language: str) -> str:
    """Whether the requirement would be met."""
    target = number(number_in(told.gap, "target"), told.rule.unit, language)
    closes = told.get("closes")
    if math.isnan(closes):
        en, zh = (
            ("which could meet", "有可能达到")
            if told.row["certainty"] == AT_MOST
            else ("possibly still short of", "可能仍未达到")
        )
    else:
        en, zh = ("which meets", "达到") if closes == 1 else ("still short of", "仍未达到")
    return f"{zh}要求的 {target}" if language == "zh" else f"{en} the {target} required"


def needed_words(area_m2: float, language: str) -> str:
    """An area that has to be added, to three figures: rounded up, or it would not be enough."""
    step = 10.0 ** max(0, math.floor(math.log10(area_m2)) - 2) if area_m2 > 0 else 1.0
    return number(math.ceil(area_m2 / step - TRACE) * step, "m2", language)
