"""A table that comes row by row, before anything is known of its shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

import pandas as pd

from layers.sources.columns import check_header, chosen, header
from layers.sources.encoding import EncodingChoice
from layers.sources.limits import LIMITS, check_rows

BATCH_ROWS = 16_384
_ROWS_AHEAD = 20
Row = tuple[int, Sequence[object]]
"""Where it stands in the file, counted from 1, and its cells; None is an empty cell."""


@dataclass(frozen=True)
class Sheet:
    """An open table."""

    columns: tuple[str, ...]
    """All that it has, read or not."""
    frames: Iterator[pd.DataFrame]
    """Rows in the file's order, the index is the line in the file; at least one frame, which may be empty."""
    counts: Counter[str] = field(default_factory=Counter)
    """What the reader counts on its way: complete after the last frame."""
    text: EncodingChoice | None = None
    """How its text is written; None where its format says that."""


def sheet_of(rows: Iterator[Row], wanted: Sequence[str] | None, what: str, text: EncodingChoice | None = None) -> Sheet:
    """A table of rows of which the first with text names the columns.

    Parameters
    ----------
    rows
        Rows with at least one filled cell.
    wanted
        Columns to keep; None: all.

    Raises
    ------
    LayerError
        Columns without name, or two of one name; now, or with the last frame.
    """
    line, first = next(rows, (1, ()))
    names = header(first)
    # A title above the table is told before anybody misses a column.
    ahead = list(islice(rows, _ROWS_AHEAD))
    width = max([len(names), *(len(cells) for _, cells in ahead)])
    filled = [any(n < len(cells) and cells[n] is not None for _, cells in ahead) for n in range(width)]
    check_header(names, [full or bool(n < len(names) and names[n]) for n, full in enumerate(filled)], line, what)
    counts: Counter[str] = Counter()
    frames = _frames(chain(ahead, rows), names, line, wanted, what)
    return Sheet(tuple(name for name in names if name), frames, counts, text)


def _frames(
    rows: Iterator[Row], names: tuple[str, ...], line: int, wanted: Sequence[str] | None, what: str
) -> Iterator[pd.DataFrame]:
    columns = chosen([name for name in names if name], wanted)
    places = {columns[name]: n for n, name in enumerate(names) if name in columns}
    filled: list[bool] = [False] * len(names)
    batch: list[list[object]] = []
    lines: list[int] = []
    read = 0
    for number, cells in rows:
        for n, cell in enumerate(cells):
            if cell is not None:
                if n >= len(filled):
                    filled.extend([False] * (n + 1 - len(filled)))
                filled[n] = True
        batch.append([cells[n] if n < len(cells) else None for n in places.values()])
        lines.append(number)
        if len(batch) == BATCH_ROWS:
            read += len(batch)
            check_rows(read, LIMITS.rows_read, "read", what)
            yield _frame(batch, lines, list(places))
            batch, lines = [], []
    check_header(names, filled, line, what)
    yield _frame(batch, lines, list(places))


def _frame(batch: list[list[object]], lines: list[int], names: list[str]) -> pd.DataFrame:
    return pd.DataFrame(batch, columns=names, index=pd.Index(lines, dtype="int64"), dtype="object")
