"""Plain text tables that stay aligned with Chinese text, and numbers as people write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len, chop_cells

from maps.escape import clean

_APART = 2
"""Terminal columns between columns."""
_NARROWEST = 10
"""Terminal columns that a column keeps, however many there are."""
_DIGITS = {"%": 1, "m2/person": 2}


def aligned(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    right: frozenset[int] = frozenset(),
    widest: int = 60,
    within: int | None = None,
) -> str:
    """Rows under a header, columns two spaces apart; columns in `right` are flush right.

    A cell wider than `widest` terminal columns goes on in the lines below, for what to do often comes last. Where the
    table would be wider than `within`, so do the cells of its widest columns, as far as columns can be read.
    """
    lines: list[tuple[str, ...]] = []
    cells = [[clean(cell) for cell in row] for row in (header, *rows)]
    limits = [widest] * len(header) if within is None else _limits(cells, widest, within)
    for row in _same_height([[_wrapped(*cell) for cell in zip(row, limits, strict=True)] for row in cells]):
        lines += zip(*row, strict=True)
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    padded = (
        (" " * _APART).join(
            " " * (width - cell_len(cell)) + cell if column in right else cell + " " * (width - cell_len(cell))
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def number(value: float | None, digits: int = 0) -> str:
    """``12,345.6``; an unknown number is ``?``, an infinite one ``out of reach``."""
    if value is None or math.isnan(value):
        return "?"
    if math.isinf(value):
        return "out of reach"
    return f"{value:,.{digits}f}"


def quantity(value: float | None, unit: str) -> str:
    """A value with its unit: one digit for shares, two for areas a person, none for what is counted."""
    return f"{number(value, _DIGITS.get(unit, 0))} {unit.replace('m2', 'm²')}"


def target(value: float, unit: str) -> str:
    """A required value with its unit, with no more digits than it was stated with."""
    return f"{value:,.6g} {unit.replace('m2', 'm²')}"


def _limits(cells: Sequence[Sequence[str]], widest: int, within: int) -> list[int]:
    """The most terminal columns of each column that fit in `within`, headers being the first row of `cells`.

    Headers that are wider than what stands below them give way first, then the widest column, as far as `_NARROWEST`.
    """
    whole, body = ([max(map(cell_len, column)) for column in zip(*part, strict=True)] for part in (cells, cells[1:]))
    limits = [min(widest, width) for width in whole]
    room = within - _APART * (len(limits) - 1)
    for least in (body, [0] * len(limits)):
        floor = [max(each, _NARROWEST) for each in least]
        while sum(limits) > room and (wide := [place for place, most in enumerate(limits) if most > floor[place]]):
            limits[max(wide, key=limits.__getitem__)] -= 1
    return limits


def _same_height(rows: list[list[list[str]]]) -> list[list[list[str]]]:
    """Cells of a row with as many lines each."""
    heights = [max(map(len, row)) for row in rows]
    return [[cell + [""] * (height - len(cell)) for cell in row] for row, height in zip(rows, heights, strict=True)]


def _wrapped(text: str, widest: int) -> list[str]:
    """Lines of at most `widest` terminal columns, broken between words where one fits.

    None is cut: what to do often comes last, and a text from data is no longer than `clean` leaves it.
    """
    lines = [""]
    for word in text.split(" "):
        for piece in chop_cells(word, widest) or [""]:
            if cell_len(f"{lines[-1]} {piece}") <= widest and lines != [""]:
                lines[-1] += f" {piece}"
            elif lines == [""]:
                lines = [piece]
            else:
                lines.append(piece)
    return lines
