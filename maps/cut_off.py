"""Who is cut off from all open public space while a hazard lasts, in words that own up to who may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyses.survival_tables import SurvivalTables
from maps.map_words import word
from maps.numbers import residents

_LEAST = 0.5
"""Fewer residents than this are none when rounded."""


def cut_off(tables: SurvivalTables, scenario_id: str) -> float:
    """Residents who are cut off from all open public space; NaN where the tables were made by hand."""
    if tables.homes is None:
        return float("nan")
    return float(tables.homes["residents_cut_off"][tables.homes["scenario_id"] == scenario_id].sum())


def cut_off_count(cut: float, row: Mapping[str, Any], language: str) -> str:
    """How many are cut off: at least so many where of others it is not known."""
    count = residents(cut, language)
    return word("cut_off.least", language).format(n=count) if unknown(row) else count


def cut_off_unknown(row: Mapping[str, Any], language: str) -> str:
    """Of how many it is not known, a sentence to follow another; empty where of none."""
    if not unknown(row):
        return ""
    text = word("cut_off.unknown", language).format(n=residents(float(row["residents_unknown"]), language))
    return ("" if language == "zh" else " ") + text


def unknown(row: Mapping[str, Any]) -> bool:
    """Whether of anybody it is not known, in a row of `survival_columns` that has ``residents_unknown``."""
    return float(row["residents_unknown"]) >= _LEAST
