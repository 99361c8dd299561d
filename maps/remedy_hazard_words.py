"""What would help while a hazard lasts, and of refuge, in words; with a warning where a place lies in a hazard."""

from __future__ import annotations

import math

from analyses.remedy import AT_LEAST
from maps.facts import Facts, number_in
from maps.numbers import number, per_person, residents
from maps.remedy_told import Told, needed_words, served_words, space_words, street_words
from maps.vocabulary import HAZARD_KINDS, title_of, word

_BY_ITSELF = frozenset({"check_data", "protect_link"})
"""Kinds that say by themselves for which time they are, or are for any."""

_OPENINGS = ("With ", "If ")
"""How suggestions begin that do not begin with the name of a place."""


def with_hazards(text: str, told: Told, facts: Facts, language: str) -> str:
    """A suggestion with the time for which it is, and a warning where its place lies in a hazard."""
    if told.rule.during and str(told.row["remedy"]) not in _BY_ITSELF:
        during = _during(told, language)
        text = f"{during}：{text}" if language == "zh" else f"{during[:1].upper()}{during[1:]}, {_after_comma(text)}"
    return text + _inside(told, facts, language)


def _after_comma(text: str) -> str:
    """A suggestion to follow a comma: our own first word small, the name of a place as it is."""
    return text[:1].lower() + text[1:] if text.startswith(_OPENINGS) else text


def protect_link(told: Told, language: str) -> str:
    """A way through what is closed that should be kept open."""
    street, during, served = street_words(told, language), _during(told, language), served_words(told, language)
    what = _what(told, language)
    if language == "zh":
        return f"如{during}保持{street or '图示位置'}被封闭的通路{what}畅通，{served}。"
    return f"if the way that is closed{street or ' at the place marked'}{what} were kept open {during}, {served}."


def open_refuge(told: Told, language: str) -> str:
    """A place that could be named a refuge."""
    holds, space = told.get("found"), _candidate_words(told, language)
    many, again = "" if math.isnan(holds) else residents(holds, language), told.step > 1
    then = _then_has(told, language) if told.rule.kind == "provision" else served_words(told, language)
    if language == "zh":
        room = f"（可容纳 {many}）" if many else ""
        return f"如{'再' if again else ''}将{space}指定为避难场所{room}，{then}。"
    room = f", with room for {many}," if many else ","
    return f"if {space} were named a refuge{' too' if again else ''}{room} {then}."


def _candidate_words(told: Told, language: str) -> str:
    """The place by its name, or as a candidate by its id: nobody has named it a refuge yet."""
    if str(told.row["name"]).strip():
        return space_words(told, language)
    key = told.row["space_id"]
    return f"候选场地 {key}" if language == "zh" else f"the candidate {key}"


def more_room(told: Told, language: str) -> str:
    """Room that is missing in refuges."""
    added, target = needed_words(told.get("area_m2"), language), per_person(number_in(told.gap, "target"))
    least = told.row["certainty"] == AT_LEAST
    if language == "zh":
        if least:
            return f"至少须再增加有效避难面积 {added}，才能达到要求的人均 {target}。"
        return f"再增加有效避难面积 {added}，即达到要求的人均 {target}。"
    if least:
        return f"at least {added} more of effective refuge area would be needed for {target} per resident."
    return f"{added} more of effective refuge area would bring the unit to the {target} per resident required."


def _then_has(told: Told, language: str) -> str:
    """What the unit would then have for each resident."""
    value, target = per_person(told.get("value_after")), per_person(number_in(told.gap, "target"))
    meets = told.get("closes") == 1
    if language == "zh":
        return f"人均可达 {value}，{'达到' if meets else '仍未达到'}要求的 {target}"
    enough = "which meets" if meets else "still short of"
    return f"the unit would have {value} per resident, {enough} the {target} required"


def _what(told: Told, language: str) -> str:
    """Which ways, and how much of them is closed, in brackets."""
    ids, length_m = told.row.get("way_ids"), told.get("length_m")
    parts = [ids] if isinstance(ids, str) and ids else []
    parts += [] if math.isnan(length_m) else [number(length_m, "m", language)]
    if not parts:
        return ""
    return f"（{'，'.join(parts)}）" if language == "zh" else f" ({', '.join(parts)})"


def _during(told: Told, language: str) -> str:
    if not told.rule.during:
        return "灾害期间" if language == "zh" else "while the hazard lasts"
    kind = word(HAZARD_KINDS, told.rule.during, language)
    return f"{kind}灾害期间" if language == "zh" else f"during a {kind} event"


def _inside(told: Told, facts: Facts, language: str) -> str:
    ids = told.row.get("hazard_ids")
    if not isinstance(ids, str) or not ids:
        return ""
    titles = [title_of(facts.hazard_title[name][0], language, name) for name in ids.split()]
    if language == "zh":
        return f"该处位于灾害区内（{'、'.join(titles)}）：须先核实能否使用。"
    return f" The place itself lies in a hazard area ({', '.join(titles)}): see first whether it can be used."
