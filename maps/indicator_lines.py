"""Figures that a study supplies itself, as they stand on the card of a community."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyses.indicator_columns import INDICATOR_STATUSES
from analyses.results import Results
from layers.types import IndicatorRole
from maps.escape import NAME_LIMIT, clean
from maps.map_words import choose, word
from maps.numbers import number
from maps.resilience_words import dimension_word
from maps.vocabulary import word as code_word

_UNIT_LIMIT = 40


def indicator_lines(results: Results, language: str) -> dict[str, tuple[str, ...]]:
    """For each community one line a figure: what it is, its value and interval, or why it is not told."""
    if results.indicators is None:
        return {}
    roles = {role.id: role for role in results.study.indicators}
    lines: dict[str, list[str]] = {}
    for row in results.indicators.to_dict("records"):
        lines.setdefault(row["community_id"], []).append(_line(row, roles[row["indicator_id"]], language))
    return {community: tuple(found) for community, found in lines.items()}


def _line(row: Mapping[str, Any], role: IndicatorRole, language: str) -> str:
    title = clean(choose(role.title, language, role.id), NAME_LIMIT)
    named = f"{title} ({dimension_word(role.dimension, language).lower()})"
    if language == "zh":
        named = f"{title}（{dimension_word(role.dimension, language)}）"
    told = [_value(row, language)] if pd.notna(row["value"]) else []
    if row["status"] != "scored":
        told.append(code_word(INDICATOR_STATUSES, str(row["status"]), language))
    return named + word("colon", language) + word("list.next", language).join(told)


def _value(row: Mapping[str, Any], language: str) -> str:
    """The value with its unit, its interval and the number of people asked, where there are any."""
    unit = clean(str(row["unit"] or ""), _UNIT_LIMIT)
    value, low, high = (_figure(row[name], unit, language) for name in ("value", "low", "high"))
    about = []
    if pd.notna(row["low"]) and pd.notna(row["high"]):
        about.append(word("indicator.between", language).format(low=low, high=high))
    if pd.notna(row["answers"]):
        about.append(word("indicator.answers", language).format(n=number(row["answers"], "persons", language)))
    return word("list.next", language).join((value, *about))


def _figure(value: float, unit: str, language: str) -> str:
    """A figure in the study's own unit; a percentage as everywhere."""
    if unit == "%":
        return number(value, unit, language)
    return f"{value:,.4g} {unit}".strip()
