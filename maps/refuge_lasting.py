"""Who finds a refuge place while a hazard lasts, and who has to leave before: the sentences of map and terminal."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from analyses.results import Results
from analyses.units import CITY
from maps.folded import Folded
from maps.lasting_view import scenario_title
from maps.map_words import word
from maps.numbers import number, residents

_LEAST = 0.5
"""Fewer residents are written as 0."""


def refuge_lasting_part(results: Results, language: str) -> Folded | None:
    """A sentence or three for each scenario; None where no hazard layer closes, or nobody looked for refuges."""
    if results.survival is None:
        return None
    scenarios = results.survival.scenarios["scenario_id"]
    texts = tuple(filter(None, (refuge_lasting_text(results, str(scenario), language) for scenario in scenarios)))
    return Folded(word("refuge.lasting.title", language), texts) if texts else None


def refuge_lasting_text(results: Results, scenario_id: str, language: str) -> str:
    """Who finds a place in the whole study area while a scenario lasts; empty where that was not worked out."""
    during = None if results.refuge is None else results.refuge.needs_during
    if during is None or results.survival is None:
        return ""
    scenarios = results.survival.scenarios
    rows = during[(during["level"] == CITY) & (during["scenario_id"] == scenario_id)].to_dict("records")
    named = scenarios[scenarios["scenario_id"] == scenario_id].to_dict("records")
    if not rows or not named:
        return ""
    return _text(rows[0], scenario_title(results, named[0], language), language)


def _text(row: Mapping[Hashable, Any], scenario: str, language: str) -> str:
    """All who need a place, so that nobody reads fewer without one as better."""
    told = {
        "placed": row["placed"],
        "without": row["without_full"] + row["without_far"],
        "leave": row["must_leave"],
        "leave_placed": row["must_leave_placed"],
        "leave_without": row["must_leave"] - row["must_leave_placed"],
    }
    figures = {name: number(float(value), "", language) for name, value in told.items()}
    texts = [word("refuge.lasting", language).format(
        scenario=scenario, needing=residents(row["needing"], language), **figures
    )]  # fmt: skip
    if row["must_leave"] >= _LEAST:
        texts.append(word("refuge.lasting.leave", language).format(**figures))
    if row["unknown"] >= _LEAST:
        texts.append(word("refuge.lasting.unknown", language).format(n=number(row["unknown"], "", language)))
    return ("" if language == "zh" else " ").join(texts)
