"""What carries most residents' only way, in words: what would happen if it closed, and that it is worth doubling."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import geopandas as gpd

from analyses.criticality_columns import CRITICAL_ENTRANCES, CRITICAL_LINKS
from analyses.profile import Rule
from analyses.results import Results
from maps.facts import Facts
from maps.numbers import number, residents
from maps.requirement_words import supply_phrase
from maps.vocabulary import word
from maps.walk_words import near_phrase

KINDS: Mapping[str, tuple[str, str]] = {
    "segment": ("piece of way", "路段"),
    "bridge": ("bridge", "桥"),
    "entrance": ("entrance", "入口"),
}


def critical_links_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Pieces of way and bridges with advice; None where there are none, for then there is no such layer."""
    return _of(results, ("segment", "bridge"))


def critical_entrances_frame(results: Results) -> gpd.GeoDataFrame | None:
    """Entrances with advice; None where there are none."""
    return _of(results, ("entrance",))


def advice(row: Mapping[str, Any], rule: Rule, language: str) -> str:
    """One of them in a sentence or two."""
    assert rule.supply is not None
    lose, cut, farther = (float(row[f"residents_{name}"]) for name in ("lose", "cut", "farther"))
    near, street = near_phrase(rule, language), row["street"]
    extra_m, extra_min = float(row["mean_extra_m"]), float(row["mean_extra_min"])
    extra = number(extra_m, "m", language) if math.isnan(extra_min) else number(extra_min, "min", language)
    what, named = word(KINDS, row["kind"], language), isinstance(street, str) and bool(street)
    if language == "zh":
        supply = supply_phrase(rule.supply, language, article=False)
        text = f"宜保护或增设备用通道：若该{what}{f'（位于或邻近{_apart(street)}）' if named else ''}封闭，"
        text += f"{residents(lose, language)}将无法在{near}到达{supply}"
        text += f"；{residents(farther, language)}仍可到达，但平均多走 {extra}" if farther > 0 else ""
        return text + (f"；共有 {residents(cut, language)}无论多远都无法步行到达。" if cut > 0 else "。")
    supply = supply_phrase(rule.supply, language, article=True)
    text = f"Protect or double it: if this {what}{f' (on or near {street})' if named else ''} closed, "
    text += f"{residents(lose, language)} would have no way to {supply} {near}"
    text += f"; {residents(farther, language)} would still have one, {extra} longer on average" if farther > 0 else ""
    return text + (f"; {residents(cut, language)} could walk to none at all, however far." if cut > 0 else ".")


def _apart(name: str) -> str:
    """A name after Chinese: one in Latin letters stands apart."""
    return f" {name}" if name[0].isascii() else name


def texts_of(results: Results, language: str) -> list[str]:
    """The advice of every row of `Results.critical`, in its order; empty without any."""
    if results.critical is None:
        return []
    rules = Facts.of(results).rules
    rows = results.critical.drop(columns="geometry").to_dict("records")
    return [advice(row, rules[row["profile_id"], row["rule_id"]][1], language) for row in rows]


def _of(results: Results, kinds: tuple[str, ...]) -> gpd.GeoDataFrame | None:
    frame = results.critical
    if frame is None or not frame["kind"].isin(kinds).any():
        return None
    words = {f"advice_{language}": texts_of(results, language) for language in results.study.languages}
    return frame.assign(**words)[frame["kind"].isin(kinds)].reset_index(drop=True)


CRITICAL_FRAMES: Mapping[str, Callable[[Results], gpd.GeoDataFrame | None]] = {
    CRITICAL_LINKS.name: critical_links_frame,
    CRITICAL_ENTRANCES.name: critical_entrances_frame,
}
"""What is published of them, by table."""
