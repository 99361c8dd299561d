"""How the ways that most residents depend on look, on the map and in QGIS."""

from __future__ import annotations

from analyses.results import Results
from maps import palette, shapes
from maps.critical_words import KINDS, texts_of
from maps.escape import clean
from maps.legend import rule_title
from maps.lookup import all_rules
from maps.map_words import bracketed, word
from maps.overlay import Overlay
from maps.qml import Class, Symbol, line, marker, quoted
from maps.vocabulary import word as word_of

_WIDTH_M = 8.0
"""A line is drawn as a strip this far to either side, so that it can be pointed at; a point as a disc twice as wide."""
_TOLERANCE_M = 1.0
_TEXT_LIMIT = 600


def critical_overlays(results: Results, language: str) -> list[Overlay]:
    """For each rule one overlay of ways and bridges, and one of entrances."""
    rows = results.critical
    if rows is None:
        return []
    texts = [clean(text, _TEXT_LIMIT) for text in texts_of(results, language)]
    made = []
    for profile, rule in all_rules(results):
        title = bracketed(rule_title(rule, language), profile.id, language)
        of_rule = ((rows["profile_id"] == profile.id) & (rows["rule_id"] == rule.id)).to_numpy(bool)
        point = (rows["kind"] == "entrance").to_numpy(bool)
        for name, mine in (("links", of_rule & ~point), ("entrances", of_rule & point)):
            # The worst lies on top.
            place = mine.nonzero()[0][::-1]
            wide = rows.geometry.iloc[place].buffer(_WIDTH_M if name == "links" else 2 * _WIDTH_M)
            made.append(Overlay(
                id=f"critical-{name} {profile.id} {rule.id}", group="critical",
                label=word(f"critical.{name}", language).format(rule=title), note="", colour=palette.CRITICAL,
                style="area", shown=False, features=tuple(shapes.polygons(wide, _TOLERANCE_M)),
                texts=tuple((texts[row],) for row in place),
            ))  # fmt: skip
    return made


def link_classes(_results: Results, language: str) -> tuple[Class, ...]:
    """Pieces of way, and bridges with a wider line."""
    narrow, wide = line(palette.CRITICAL, width_mm=0.8), line(palette.CRITICAL, width_mm=1.4)
    return _classes({"segment": narrow, "bridge": wide}, language)


def entrance_classes(_results: Results, language: str) -> tuple[Class, ...]:
    """Entrances."""
    return _classes({"entrance": marker(palette.CRITICAL, size_mm=2.4, shape="square")}, language)


def _classes(symbols: dict[str, Symbol], language: str) -> tuple[Class, ...]:
    return tuple(
        Class(word_of(KINDS, kind, language), f'"kind" = {quoted(kind)}', (symbol,)) for kind, symbol in symbols.items()
    )
