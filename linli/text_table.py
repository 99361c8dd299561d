"""Plain text tables that stay aligned with Chinese text, and numbers as people write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size

from maps.escape import clean

_DIGITS = {"%": 1, "m2/person": 2}


def aligned(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: frozenset[int] = frozenset(), widest: int = 60
) -> str:
    """Rows under a header, columns two spaces apart; columns in `right` are flush right.

    A cell wider than `widest` terminal columns is cut and ends in an ellipsis.
    """
    cells = [[_short(clean(cell), widest) for cell in row] for row in (header, *rows)]
    widths = [max(cell_len(row[column]) for row in cells) for column in range(len(header))]
    lines = []
    for row in cells:
        padded = [
            " " * (width - cell_len(cell)) + cell if column in right else cell + " " * (width - cell_len(cell))
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(padded).rstrip())
    return "\n".join(lines)


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


def _short(text: str, widest: int) -> str:
    """Cut to `widest` terminal columns."""
    return text if cell_len(text) <= widest else set_cell_size(text, widest - 1).rstrip() + "…"
