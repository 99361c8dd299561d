"""How refuges look in QGIS: by how full they get; what takes nobody in is hatched."""

from __future__ import annotations

from analyses.refuge_columns import REFUGE_USES
from analyses.results import Results
from maps import palette
from maps.qml import Class, Symbol, fill, marker, quoted
from maps.vocabulary import word

_COLOURS = {use: palette.REFUGE[use] for use in ("overfull", "used", "idle")}
_NOBODY = palette.REFUGE["shut"]
_WORDS = {"shut": ("takes nobody in", "不可用"), "asked_of_nobody": ("usable", "可用")}


def areas(_results: Results, language: str) -> tuple[Class, ...]:
    """By use; where the study has no residents by whether it can be used."""
    overfull, used, idle = (_COLOURS[use] for use in ("overfull", "used", "idle"))
    symbols = {
        "overfull": fill(overfull, outline=overfull, width_mm=0.6, pattern="diagonal_x"),
        "used": fill(used, opacity=0.6, outline=used),
        "idle": fill(idle, outline=idle, width_mm=0.6, pattern="no"),
    }
    return _by_use(symbols, fill(_NOBODY, outline=_NOBODY, pattern="b_diagonal"), language)


def points(_results: Results, language: str) -> tuple[Class, ...]:
    """The same for refuges mapped as points."""
    shapes = {"overfull": "star", "used": "circle", "idle": "square"}
    symbols = {use: marker(colour, size_mm=3.0, shape=shapes[use]) for use, colour in _COLOURS.items()}
    return _by_use(symbols, marker(_NOBODY, size_mm=2.4, shape="diamond"), language)


def _by_use(symbols: dict[str, Symbol], shut: Symbol, language: str) -> tuple[Class, ...]:
    uses = [
        Class(word(REFUGE_USES, use, language), f'"use" = {quoted(use)}', (symbol,)) for use, symbol in symbols.items()
    ]
    usable = "\"status\" = 'usable'"
    return (
        *uses,
        Class(word(_WORDS, "asked_of_nobody", language), f'"use" IS NULL AND {usable}', (symbols["used"],)),
        Class(word(_WORDS, "shut", language), f"NOT {usable}", (shut,)),
    )
