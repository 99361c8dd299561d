"""What the panel says of who lies in which hazard: all layers together, each by class, and in an average year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from analyses.exposed_classes import ANY
from analyses.results import Results
from analyses.units import CITY
from layers.types import HazardRole
from maps.escape import NAME_LIMIT, clean
from maps.folded import Folded
from maps.hazard_view import DERIVED, class_word, hazard_named
from maps.lasting_view import kilometres
from maps.map_words import word
from maps.numbers import area, number, residents
from maps.vocabulary import HAZARD_KINDS
from maps.vocabulary import word as code_word
from maps.words import counted

OUTSIDE, UNKNOWN = "outside", "unknown"
_AROUND = (OUTSIDE, UNKNOWN)
"""Rows beside the classes of a layer."""
_HECTARE_M2 = 10_000.0
_LEAST = 0.5
"""Fewer residents than this are none when rounded."""
_ONE = 1.5
"""Fewer residents than this are one when rounded."""
_PLACED_SHARE = 0.5
"""Above this share of residents placed along streets, a number of residents says so."""


def exposure_part(results: Results, language: str) -> Folded | None:
    """Residents, buildings, streets and public space in each hazard; None where the study has none."""
    found = results.exposure
    if found is None:
        return None
    city = found.classes[found.classes["level"] == CITY]
    layers = [(role, city[city["hazard_id"] == role.id]) for role in results.study.hazards]
    each = tuple(_layer_text(role, rows, language) for role, rows in layers if len(rows))
    together = (*_any_texts(city, language), *_annual_texts(results, language))
    if not each:
        return None
    title, hint = word("exposed.title", language), _hint(city, layers, language)
    if not together:
        return Folded(title, each, hint=hint)
    return Folded(title, together, (Folded(word("exposed.layers", language), each),), hint)


def inside(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a layer that lie in it."""
    return rows[~rows["hazard_class"].isin(_AROUND)]


def placed(there: pd.DataFrame, language: str) -> str:
    """How many of the residents of some rows stand where no home is mapped, to follow their number.

    Empty where it is half of them at most: how many homes are missing anywhere, the panel and the cards say.
    """
    count, imputed = float(there["residents"].sum()), float(there["residents_imputed"].sum())
    if count < _LEAST or imputed <= _PLACED_SHARE * count:
        return ""
    if count < _ONE:
        key = "exposed.placed.one"
    else:
        key = "exposed.placed.all" if count - imputed < _LEAST else "exposed.placed"
    return word(key, language).format(n=number(imputed, "", language))


def _hint(city: pd.DataFrame, layers: list[tuple[HazardRole, pd.DataFrame]], language: str) -> str:
    """How many residents live in any hazard that may judge, or in the only one of them."""
    together, judging = city[city["hazard_id"] == ANY], [rows for role, rows in layers if role.status != DERIVED]
    one = judging[0] if together.empty and len(judging) == 1 else together
    if one.empty or one["residents"].isna().any():
        return ""
    key = "exposed.hint" if one is together else "exposed.hint.one"
    return word(key, language).format(**_persons(one, language))


def _persons(rows: pd.DataFrame, language: str) -> dict[str, str]:
    """Residents inside, and their share of all."""
    count, everybody = float(inside(rows)["residents"].sum()), float(rows["residents"].sum())
    share = 100 * count / everybody if everybody > 0 else float("nan")
    return {
        "n": residents(count, language),
        "share": number(share, "%", language),
        "placed": placed(inside(rows), language),
    }


def _any_texts(city: pd.DataFrame, language: str) -> list[str]:
    rows = city[city["hazard_id"] == ANY]
    if rows.empty or rows["residents"].isna().any():
        return []
    return [word("exposed.any", language).format(**_persons(rows, language))]


def _layer_text(role: HazardRole, rows: pd.DataFrame, language: str) -> str:
    """One layer: who and what lies in it, then by class, then who is not known."""
    there = inside(rows)
    space = float(there["space_m2"].sum())
    facts = {
        "hazard": clean(hazard_named(role, language), NAME_LIMIT),
        "residents": _people(there, language),
        "buildings": counted(float(there["buildings"].sum()), "buildings", language),
        "space": area(space, language) if space >= _HECTARE_M2 else number(space, "m2", language),
    }
    text = [word("exposed.layer.more", language).format(**facts)]
    if "street_m" in there:
        streets = kilometres(float(there["street_m"].sum()), language)
        text.append(word("exposed.streets", language).format(n=streets))
    if len(there) > 1 and not there["residents"].isna().any():
        told = word("list.pause", language).join(
            f"{clean(class_word(str(name), language), NAME_LIMIT)} {number(float(count), '', language)}"
            for name, count in zip(there["hazard_class"], there["residents"], strict=True)
        )
        text.append(word("exposed.classes", language).format(classes=told))
    unsaid = float(rows["residents"][rows["hazard_class"] == UNKNOWN].sum())
    if unsaid >= _LEAST:
        text.append(word("exposed.unknown", language).format(n=residents(unsaid, language)))
    return word("list.next", language).join(text) + ("。" if language == "zh" else ".")


def _people(there: pd.DataFrame, language: str) -> str:
    if there["residents"].isna().any():
        return word("tip.unknown", language)
    return residents(float(there["residents"].sum()), language) + placed(there, language)


def _annual_texts(results: Results, language: str) -> list[str]:
    assert results.exposure is not None
    annual = results.exposure.annual
    rows = annual[annual["level"] == CITY] if len(annual) else annual
    return [_annual_text(row, language) for row in rows.to_dict("records") if pd.notna(row["residents_yr"])]


def _annual_text(row: Mapping[str, Any], language: str) -> str:
    periods = word("list.and", language).join(str(row["periods_yr"]).split())
    kind = code_word(HAZARD_KINDS, str(row["kind"]), language)
    if row["scenario"]:
        kind += f" ({clean(str(row['scenario']), NAME_LIMIT)})"
    return word("exposed.annual", language).format(
        n=residents(float(row["residents_yr"]), language), kind=kind, periods=periods
    )
