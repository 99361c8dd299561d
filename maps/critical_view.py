"""What the map says of the ways that most residents depend on: one overlay a rule and kind, and the worst ten."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from analyses.results import Results
from maps import palette, shapes
from maps.critical_words import KINDS, texts_of
from maps.escape import NAME_LIMIT, clean
from maps.folded import Folded, Shown
from maps.legend import rule_title
from maps.lookup import all_rules
from maps.map_words import bracketed, word
from maps.numbers import number, residents
from maps.overlay import Overlay
from maps.vocabulary import word as word_of

_WIDTH_M = 8.0
"""A line is drawn as a strip this far to either side, so that it can be pointed at; a point as a disc twice as wide."""
_TOLERANCE_M = 1.0
_TEXT_LIMIT = 600
_TOP = 10
_SAME = 0.5
"""Pieces that follow each other and that as many depend on [persons] are one matter."""
_TOUCHING_M = 1.0
_POINT = "entrance"


def critical_overlays(results: Results, language: str) -> list[Overlay]:
    """For each rule one overlay of ways and bridges, and one of entrances."""
    rows = results.critical
    if rows is None:
        return []
    texts = [clean(text, _TEXT_LIMIT) for text in texts_of(results, language)]
    made = []
    for profile, rule in all_rules(results):
        title = bracketed(rule_title(rule, language), profile.id, language)
        for name in ("links", "entrances"):
            place = _drawn(results, profile.id, rule.id, name)
            wide = rows.geometry.iloc[place].buffer(_WIDTH_M if name == "links" else 2 * _WIDTH_M)
            made.append(Overlay(
                id=overlay_id(name, profile.id, rule.id), group="critical",
                label=word(f"critical.{name}", language).format(rule=title), note="", colour=palette.CRITICAL,
                style="area", shown=False, features=tuple(shapes.polygons(wide, _TOLERANCE_M)),
                texts=tuple((_head(results, row, language), texts[row]) for row in place),
            ))  # fmt: skip
    return made


def _head(results: Results, row: int, language: str) -> str:
    """What it is and where, over what would happen."""
    return matter_what(results, Matter(row, 0, 0.0), language)


def overlay_id(name: str, profile_id: str, rule_id: str) -> str:
    """The id of the overlay of a rule's links or entrances."""
    return f"critical-{name} {profile_id} {rule_id}"


def _drawn(results: Results, profile_id: str, rule_id: str, name: str) -> list[int]:
    """Rows of `Results.critical` that an overlay draws, in its order: the worst lies on top."""
    rows = results.critical
    assert rows is not None
    of_rule = (rows["profile_id"] == profile_id) & (rows["rule_id"] == rule_id)
    mine = of_rule & ((rows["kind"] == _POINT) == (name == "entrances"))
    return [int(row) for row in mine.to_numpy(bool).nonzero()[0][::-1]]


# --------------------------------------------------------------------------- protect or double this


@dataclass(frozen=True)
class Matter:
    """What closes together in the eyes of a reader: a piece of way, and those that follow with the same people."""

    row: int
    """Position in `Results.critical` of the first."""
    more: int
    """How many pieces follow it."""
    residents: float


def matters(results: Results, profile_id: str, rule_id: str) -> list[Matter]:
    """Ways, bridges and entrances of a rule by the residents who would lose by them, pieces in a row told once."""
    rows = results.critical
    assert rows is not None
    mine = ((rows["profile_id"] == profile_id) & (rows["rule_id"] == rule_id)).to_numpy(bool).nonzero()[0]
    lose = rows["residents_lose"].to_numpy(float)
    shape = rows.geometry.to_numpy()
    groups: list[list[int]] = []
    for row in mine[np.argsort(-lose[mine], kind="stable")]:
        for group in groups:
            alike = abs(lose[group[0]] - lose[row]) < _SAME
            if alike and shapely.dwithin(shape[group], shape[row], _TOUCHING_M).any():
                group.append(int(row))
                break
        else:
            groups.append([int(row)])
    return [Matter(group[0], len(group) - 1, float(lose[group[0]])) for group in groups]


def critical_part(results: Results, language: str) -> Folded | None:
    """The ten that most residents depend on, by rule; None where nobody would lose reach by one closure."""
    rows = results.critical
    if rows is None or rows.empty:
        return None
    parts: list[Folded] = []
    most = 0.0
    for profile, rule in all_rules(results):
        worst = matters(results, profile.id, rule.id)[:_TOP]
        if not worst:
            continue
        most = max(most, worst[0].residents)
        shown = tuple(_shown(results, profile.id, rule.id, matter, language) for matter in worst)
        title = bracketed(rule_title(rule, language), profile.id, language)
        parts.append(Folded(clean(title, NAME_LIMIT), (), shown=shown, unfolded=not parts))
    hint = word("critical.hint", language).format(n=residents(most, language))
    return Folded(word("critical.title", language), (word("critical.about", language),), tuple(parts), hint)


def _shown(results: Results, profile_id: str, rule_id: str, matter: Matter, language: str) -> Shown:
    assert results.critical is not None
    row = results.critical.iloc[matter.row]
    name = "entrances" if row["kind"] == _POINT else "links"
    feature = _drawn(results, profile_id, rule_id, name).index(matter.row)
    return Shown(matter_text(results, matter, language), overlay=overlay_id(name, profile_id, rule_id), feature=feature)


def matter_text(results: Results, matter: Matter, language: str) -> str:
    """Residents, what it is, and where."""
    count = residents(matter.residents, language)
    return word("critical.item", language).format(n=count, what=matter_what(results, matter, language))


def matter_what(results: Results, matter: Matter, language: str) -> str:
    """What it is, and where."""
    assert results.critical is not None
    row = results.critical.iloc[matter.row]
    street = row["street"]
    what = word_of(KINDS, str(row["kind"]), language)
    if matter.more:
        key = "critical.item.more.one" if matter.more == 1 else "critical.item.more"
        what = word(key, language).format(what=what, n=number(matter.more, "", language))
    if not isinstance(street, str) or not street:
        return what
    return word("critical.item.where", language).format(what=what, where=clean(street, NAME_LIMIT))
