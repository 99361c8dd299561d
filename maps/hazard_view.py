"""How hazard layers look, on the map and in QGIS: by class where they have classes, derived ones hatched."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.column import column_part
from analyses.results import Results
from layers.types import HazardRole
from maps import palette, shapes
from maps.escape import NAME_LIMIT, clean
from maps.hazard_drawing import drawn
from maps.map_words import LANGUAGES, bracketed, choose, language_of, word
from maps.overlay import Look, Overlay
from maps.qml import Class, Symbol, fill, quoted
from maps.safety_words import HAZARD_CLASS_WORDS
from maps.vocabulary import HAZARD_KINDS, HAZARD_STATUS
from maps.vocabulary import word as code_word

_TOLERANCE_M = 1.0
DERIVED = "derived"


def hazard_title(role: HazardRole, language: str) -> str:
    """What a layer is called; of a derived one also that it is for screening."""
    title = choose(role.title, language, role.id)
    return title if role.status != DERIVED else derived_title(title, language)


def derived_title(title: str, language: str) -> str:
    """The title of a derived layer with what the study's own words leave out: that it is derived, and for screening."""
    lower = title.lower()
    if "screening" in lower or "筛" in lower:
        return title
    said = "derived" in lower or "推导" in lower
    return word("hazard.derived.said" if said else "hazard.derived.named", language).format(title=title)


def hazard_named(role: HazardRole, language: str) -> str:
    """What a layer is called, with its status unless that is told already."""
    return hazard_title(role, language) if role.status == DERIVED else hazard_label(role, language)


def hazard_label(role: HazardRole, language: str) -> str:
    """What a layer is called, and its status."""
    return bracketed(choose(role.title, language, role.id), word(f"hazard.{role.status}", language), language)


def class_word(name: str, language: str) -> str:
    """What a class is called: the words of the packaged tables, else as the study writes it, in quotes."""
    words = HAZARD_CLASS_WORDS.get(name)
    return f"“{name}”" if words is None else words[LANGUAGES.index(language_of(language))]


def class_names(results: Results, role: HazardRole) -> tuple[str, ...]:
    """The classes that a layer shows, the weakest first; empty where it has none."""
    if "hazard_class" not in results.hazards.columns:
        return ()
    there = set(_rows(results, role)["hazard_class"].fillna(""))
    return tuple(name for name in role.scale.names if name in there)


def class_colours(role: HazardRole, count: int) -> tuple[str, ...]:
    """As many shades of the kind's colour, the strongest darkest."""
    base = _rgb(palette.HAZARD.get(role.kind, palette.HAZARD_OTHER))
    white, black = np.array([255.0] * 3), np.zeros(3)
    steps = np.linspace(-0.6, 0.45, count) if count > 1 else np.zeros(count)
    mixed = [base + (white - base) * -step if step < 0 else base + (black - base) * step for step in steps]
    return tuple("#" + "".join(f"{round(part):02x}" for part in colour) for colour in mixed)


def _rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)], dtype=float)


def hazard_overlays(results: Results, language: str) -> list[Overlay]:
    """One overlay a layer, with a legend of its classes where it has any."""
    return [_overlay(results, role, language) for role in results.study.hazards]


def _overlay(results: Results, role: HazardRole, language: str) -> Overlay:
    rows = _rows(results, role)
    names = class_names(results, role)
    plain = palette.HAZARD.get(role.kind, palette.HAZARD_OTHER)
    pattern = f"pattern-{column_part(role.id)}" if role.status == DERIVED else ""
    looks: tuple[Look, ...] = ()
    look: tuple[int, ...] = ()
    if names:
        code = rows["hazard_class"].map({name: place for place, name in enumerate(names)}).fillna(-1).astype(int)
        rows = rows.iloc[np.argsort(code.to_numpy(), kind="stable")]  # the strongest lie on top
        look = tuple(place if place >= 0 else len(names) for place in sorted(code))
        looks = _looks(role, names, pattern, language)[: max(look) + 1]
    seen = drawn(rows.geometry)
    return Overlay(
        id=f"hazard-{role.id}", group="hazards", label=hazard_title(role, language),
        note=_with_squares(_note(role, language), seen.cell_m, language),
        colour=plain, style="looks" if looks else "area", pattern=pattern, shown=False,
        features=tuple(shapes.polygons(seen.shapes, _TOLERANCE_M)), looks=looks, look=look,
        kinds="a" * len(look),
    )  # fmt: skip


def _looks(role: HazardRole, names: tuple[str, ...], pattern: str, language: str) -> tuple[Look, ...]:
    """One for each class, and one for what has none."""
    shades = (*class_colours(role, len(names)), palette.NOT_ASSESSED)
    told = (*(class_word(name, language) for name in names), word("hazard.class.unknown", language))
    return tuple(
        Look(label, shade, f"{pattern}-{place}" if pattern else "")
        for place, (label, shade) in enumerate(zip(told, shades, strict=True))
    )


def _rows(results: Results, role: HazardRole) -> gpd.GeoDataFrame:
    return results.hazards[results.hazards["hazard_id"] == role.id]


def _note(role: HazardRole, language: str) -> str:
    """Kind, status, how often, in what its classes are told, and what the study says a reader has to know."""
    facts = [code_word(HAZARD_KINDS, role.kind, language), word(f"hazard.{role.status}", language)]
    if role.return_period_yr is not None and pd.notna(role.return_period_yr):
        facts.append(word("hazard.period", language).format(n=f"{role.return_period_yr:g}"))
    if role.scenario:
        facts.append(clean(role.scenario, NAME_LIMIT))
    if role.scale.unit and role.scale.names:
        unit = word(f"hazard.unit.{role.scale.unit}", language)
        facts.append(word("hazard.unit", language).format(unit=unit))
    text = word("list.comma", language).join(facts)
    note = choose(role.note, language)
    return (text[:1].upper() + text[1:]) + (word("sentence.next", language) + note if note else "")


def _with_squares(note: str, cell_m: float, language: str) -> str:
    """A note, and that the layer is drawn in squares where it is."""
    if not cell_m:
        return note
    told = word("hazard.squares", language).format(n=f"{cell_m:,.0f}")
    return note.rstrip(".。") + word("sentence.next", language) + told


def hazard_classes(results: Results, language: str) -> tuple[Class, ...]:
    """For QGIS: by layer and class; derived layers cross-hatched, because they never judge."""
    made = []
    for role in results.study.hazards:
        title, status = choose(role.title, language, role.id), code_word(HAZARD_STATUS, role.status, language)
        label = hazard_title(role, language) if role.status == DERIVED else bracketed(title, status, language)
        of_layer = f'"hazard_id" = {quoted(role.id)}'
        names = class_names(results, role)
        for name, colour in zip(names, class_colours(role, len(names)), strict=True):
            named = f"{label}{word('colon', language)}{class_word(name, language)}"
            made.append(Class(named, f'{of_layer} AND "hazard_class" = {quoted(name)}', (_fill(role, colour),)))
        if names and (_rows(results, role)["hazard_class"].fillna("") != "").all():
            continue
        rest = f"{of_layer} AND (\"hazard_class\" IS NULL OR \"hazard_class\" = '')" if names else of_layer
        made.append(Class(label, rest, (_fill(role, palette.HAZARD.get(role.kind, palette.HAZARD_OTHER)),)))
    # QGIS refuses a renderer without classes, and a study may have no hazards.
    return tuple(made) or (Class(word("layers.hazards", language), "", (fill(palette.HAZARD_OTHER, opacity=0.45),)),)


def _fill(role: HazardRole, colour: str) -> Symbol:
    derived = role.status == DERIVED
    pattern = "diagonal_x" if derived else "solid"
    return fill(colour, opacity=1.0 if derived else 0.45, outline=colour, pattern=pattern)
