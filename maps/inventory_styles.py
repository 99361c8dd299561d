"""How planned sites, and the differences between inventory and OpenStreetMap, look in QGIS."""

from __future__ import annotations

from analyses.results import Results
from maps import palette
from maps.conflict_words import KINDS
from maps.qml import Class, Symbol, fill, marker, quoted
from maps.vocabulary import CLASSES, class_word, word


def planned(results: Results, language: str) -> tuple[Class, ...]:
    """By class, hatched: what is not there yet."""
    return _planned(results, language, fill(palette.PLANNED, outline=palette.PLANNED, pattern="b_diagonal"))


def planned_points(results: Results, language: str) -> tuple[Class, ...]:
    """By class, as hollow as a point can be."""
    return _planned(results, language, marker(palette.PLANNED, size_mm=2.4, shape="diamond"))


def conflicts(_results: Results, language: str) -> tuple[Class, ...]:
    """By kind: see-through, with a strong outline, so that both places can be compared below."""
    return tuple(
        _conflict(
            kind, fill(palette.CONFLICT[kind], opacity=0.25, outline=palette.CONFLICT[kind], width_mm=0.5), language
        )
        for kind in KINDS
    )


def conflict_points(_results: Results, language: str) -> tuple[Class, ...]:
    """By kind."""
    return tuple(
        _conflict(kind, marker(palette.CONFLICT[kind], size_mm=2.8, shape="triangle"), language) for kind in KINDS
    )


def _planned(results: Results, language: str, symbol: Symbol) -> tuple[Class, ...]:
    there = () if results.planned is None else tuple(sorted(set(results.planned["space_class"])))
    return tuple(
        Class(class_word(name, language), f'"space_class" = {quoted(name)}', (symbol,)) for name in there or CLASSES
    )


def _conflict(kind: str, symbol: Symbol, language: str) -> Class:
    return Class(word(KINDS, kind, language), f'"conflict_kind" = {quoted(kind)}', (symbol,))
