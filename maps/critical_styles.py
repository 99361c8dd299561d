"""How the ways that most residents depend on look in QGIS."""

from __future__ import annotations

from analyses.results import Results
from maps import palette
from maps.critical_words import KINDS
from maps.qml import Class, Symbol, line, marker, quoted
from maps.vocabulary import word as word_of


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
