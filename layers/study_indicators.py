"""Figures that a study supplies itself, in its file: ``[[indicator]]``."""

from __future__ import annotations

from pathlib import Path

from layers.study_origin import ORIGIN_KEYS, layer_origin, refuse
from layers.study_roles import LANGUAGES
from layers.study_table import Table, tables
from layers.types import INDICATOR_DIMENSIONS, IndicatorRole

INDICATOR_KEYS = ("id", "dimension", "join", "value", "best", "worst", "answers", "unit", "title", *ORIGIN_KEYS)
_OF_SHAPES = ("x", "y", "wkt", "geometry")
_LARGEST = 1e12


def indicator_roles(top: Table, folder: Path) -> tuple[IndicatorRole, ...]:
    """Every ``[[indicator]]`` of a study; each has an id of its own."""
    found = [indicator_role(table, folder) for table in tables(top, "indicator", INDICATOR_KEYS)]
    ids = [role.id for role in found if role is not None and role.id]
    for name in sorted({name for name in ids if ids.count(name) > 1}):
        top.faults.append(f"[[indicator]] id = {name!r} stands twice; each needs its own")
    return tuple(role for role in found if role is not None)


def indicator_role(table: Table, folder: Path) -> IndicatorRole | None:
    """One table: where the figures lie, and what is good and bad of them."""
    refuse(table, _OF_SHAPES, "its rows belong to communities by their id, not by where they lie", also="join")
    origin = layer_origin(table, folder)
    indicator_id, dimension = table.identifier("id"), table.choice("dimension", INDICATOR_DIMENSIONS)
    join, value = table.text("join", required=True), table.text("value", required=True)
    answers, unit = table.text("answers"), table.text("unit")
    best, worst = (table.number(key, -_LARGEST, _LARGEST, required=True) for key in ("best", "worst"))
    title = table.by_language("title", LANGUAGES)
    if best is not None and best == worst:
        table.fault(f"has best = worst = {best:g}, so every community would score alike; worst is what scores 0")
        return None
    if len({name for name in (join, value, answers) if name}) < sum(1 for name in (join, value, answers) if name):
        table.fault("names one column twice: join, value and answers are three columns")
    if origin is None or join is None or value is None or best is None or worst is None:
        return None
    return IndicatorRole(indicator_id, dimension, origin, join, value, best, worst, title, unit or "", answers or "")
