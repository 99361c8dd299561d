"""How far the data of a community can be trusted, in words: its light, and every signal with its value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from analyses.columns import DATA_SIGNAL_WORDS
from analyses.completeness import SIGNALS
from maps.numbers import number, per_person
from maps.vocabulary import LANGUAGES, LIGHTS, word

_VALUES: Mapping[str, tuple[str, str]] = {
    "homes": ("{value} of residential floor for each of them", "每名居民对应已测绘居住建筑面积 {value}"),
    "houses": (
        "they stand beside {value} of their length",
        "有建筑的路段占 {value}",
    ),
    "ways": ("{value} of walkable ways", "可步行道路 {value}"),
    "off_network": ("this is so for {value} of its residents", "涉及 {value} 的居民"),
    "ways_in": ("one is known for {value} of them", "其中 {value} 找到入口"),
    "spaces": ("the nearest is {value} away", "最近的在 {value}外"),
    "covered": ("complete in {value} of its area", "完整覆盖面积占 {value}"),
    "inventory": ("{value} of it", "占其 {value}"),
}
"""What the value of a signal says."""
_SHARES = frozenset({"houses", "off_network", "ways_in", "covered", "inventory"})
_NOWHERE = ("the data have none at all", "数据中完全没有")
_HEADS: Mapping[str, tuple[str, str]] = {
    "homes": ("Floor per resident", "人均居住建筑面积"),
    "houses": ("Streets with houses", "有建筑的住宅街道"),
    "ways": ("Walkable ways", "可步行道路密度"),
    "off_network": ("Homes off the ways", "远离道路的住宅"),
    "ways_in": ("Spaces with a way in", "有入口的公共空间"),
    "spaces": ("Nearest space", "最近公共空间"),
    "covered": ("Covered by the data", "数据覆盖"),
    "inventory": ("Only in the inventory", "仅清单所载"),
}


def light_word(light: str, language: str) -> str:
    """A light in words."""
    return word(LIGHTS, light, language)


def signal_head(code: str, language: str) -> str:
    """What a signal measures, short enough for the head of a column."""
    return _HEADS[code][LANGUAGES.index(language)]


def signal_value(code: str, value: float, language: str) -> str:
    """The value of a signal with its unit; empty where it is unknown or does not apply."""
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return _NOWHERE[LANGUAGES.index(language)]
    if code == "homes":
        return per_person(value).replace("/person", "").strip()
    if code == "ways":
        return f"{value:,.1f} km/km²"
    return number(100 * value, "%", language) if code in _SHARES else number(value, "m", language)


def signal_sentence(code: str, value: float, language: str) -> str:
    """What a signal that is not good says, with its value, as a sentence without its stop."""
    place = LANGUAGES.index(language)
    text, shown = DATA_SIGNAL_WORDS[code][place], signal_value(code, value, language)
    if not shown:
        return text
    about = shown if math.isinf(value) else _VALUES[code][place].format(value=shown)
    return f"{text}：{about}" if language == "zh" else f"{text}: {about}"


def signal_sentences(row: Mapping[str, Any], language: str) -> tuple[str, ...]:
    """The sentences of all signals of a community that are not good, the worst first; `row` of `communities`."""
    codes = str(row["data_signals"] or "").split()
    return tuple(signal_sentence(code, float(row[SIGNALS[code]]), language) for code in codes)
