"""What the map draws of a city's inventory: planned sites, and where it and OpenStreetMap differ."""

from __future__ import annotations

import geopandas as gpd

from analyses.results import Results
from maps import palette, shapes, words
from maps.conflict_words import KINDS, suggestion, what
from maps.escape import NAME_LIMIT, clean
from maps.map_words import bracketed, word
from maps.overlay import Overlay
from maps.vocabulary import word as word_of

_POINT_M = 12.0
"""A place mapped as a point is drawn as a disc of this radius."""
_TOLERANCE_M = 1.0
_TEXT_LIMIT = 600


def inventory_overlays(results: Results, language: str) -> list[Overlay]:
    """Planned sites, then one overlay a kind of difference; those without features are left out by the caller."""
    return [*_planned(results, language), *_conflicts(results, language)]


def _planned(results: Results, language: str) -> list[Overlay]:
    if results.planned is None:
        return []
    rows = _largest_first(results.planned)
    return [
        Overlay(
            id="inventory-planned", group="inventory", label=word("inventory.planned", language),
            note=word("inventory.planned.note", language), colour=palette.PLANNED, style="area",
            pattern="pattern-planned", shown=False, features=_drawn(rows),
            texts=tuple(_planned_text(row, language) for row in rows.drop(columns="geometry").to_dict("records")),
        )
    ]  # fmt: skip


def _conflicts(results: Results, language: str) -> list[Overlay]:
    if results.conflicts is None:
        return []
    made = []
    for kind in KINDS:
        rows = _largest_first(results.conflicts[results.conflicts["conflict_kind"] == kind])
        label = bracketed(word_of(KINDS, kind, language), f"{len(rows):,}", language)
        records = rows.drop(columns="geometry").to_dict("records")
        texts = [(word_of(KINDS, kind, language), what(row, language), suggestion(row, language)) for row in records]
        made.append(Overlay(
            id=f"conflict-{kind}", group="inventory", label=label, note="", colour=palette.CONFLICT[kind],
            style="area", shown=False, features=_drawn(rows),
            texts=tuple(tuple(clean(line, _TEXT_LIMIT) for line in lines) for lines in texts),
        ))  # fmt: skip
    return made


def _planned_text(row: dict[str, object], language: str) -> tuple[str, ...]:
    name = clean(str(row["name"] or ""), NAME_LIMIT) or word("space.unnamed", language)
    about = words.class_word(str(row["space_class"]), language)
    area_m2 = float(str(row["area_m2"]))
    if area_m2 == area_m2:  # noqa: PLR0124 - a point has none (NaN)
        about += " · " + words.number(area_m2, "m2", language)
    return name, about, word("inventory.planned.note", language)


def _drawn(rows: gpd.GeoDataFrame) -> tuple[object, ...]:
    """The shapes, encoded: a point as a disc."""
    geometry = rows.geometry.where(rows.geom_type != "Point", rows.geometry.buffer(_POINT_M))
    return tuple(shapes.polygons(geometry, _TOLERANCE_M))


def _largest_first(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A small place must not lie under a large one."""
    return rows.iloc[rows.geometry.area.argsort(kind="stable")[::-1]]
