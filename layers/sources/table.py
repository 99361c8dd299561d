"""Plain tables: rows without shapes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from layers.origins import Origin
from layers.sources.columns import chosen
from layers.sources.encoding import encoding_caveats
from layers.sources.files import file_input
from layers.sources.filters import RowFilter, require_names
from layers.sources.limits import LIMITS, Limits, check_rows
from layers.sources.parts import alike, cut_texts
from layers.sources.reading import Read
from layers.sources.spreadsheet import typed
from layers.sources.tables import open_sheet
from layers.sources.vector import asked
from layers.types import Caveat


def read_table(
    origin: Origin, role: str, columns: Sequence[str] | None = None, limits: Limits = LIMITS
) -> Read[pd.DataFrame]:
    """Read a table without geometry.

    Columns of a CSV stay text, so that codes keep their leading zeros; an empty cell is missing. The
    separator is taken from the header line (comma, semicolon, tab or bar). Of a workbook the stored values
    are read: columns of numbers are numbers, mixed ones text.

    Parameters
    ----------
    origin
        Several files are read one after the other, and have to hold the same columns.
    columns
        What the role needs; None: everything. Columns of the filter are read besides.

    Returns
    -------
    Read
        The rows that match the origin's filter, counts ``rows_read``, ``rows_kept`` and, where it happened,
        ``rows_filtered``, ``texts_cut``, ``columns_not_common``.

    Raises
    ------
    SourceError
        The file is broken or of a format that is not read.
    LayerError
        A column is missing, the filter leaves no row, or the header does not name the columns.
    """
    counts: Counter[str] = Counter({"rows_read": 0, "rows_kept": 0})
    files = [replace(origin, path=path, more=()) for path in (origin.path, *origin.more)]
    frames, caveats = [], list[Caveat]()
    for file in files:
        frame, seen, found = _one(file, role, columns, limits)
        frames.append(frame)
        caveats.extend(found)
        counts.update(seen)
    common = [c for c in frames[0].columns if all(c in frame.columns for frame in frames)]
    counts["columns_not_common"] = len({c for frame in frames for c in frame.columns} - set(common))
    table = pd.concat(alike([frame[common] for frame in frames]), ignore_index=True) if len(frames) > 1 else frames[0]
    kept = {name: n for name, n in counts.items() if n or name in ("rows_read", "rows_kept")}
    return Read(table, kept, tuple(file_input(file.path, query=asked(file)) for file in files), tuple(caveats))


def _one(
    origin: Origin, role: str, columns: Sequence[str] | None, limits: Limits
) -> tuple[pd.DataFrame, Counter[str], tuple[Caveat, ...]]:
    what = f"{role} ({origin.path.name})"
    wanted = None if columns is None else (*columns, *origin.filter)
    rows, counts = RowFilter(origin.filter, what), Counter[str]()
    kept: list[pd.DataFrame] = []
    with open_sheet(origin, wanted, what) as sheet:
        require_names(
            sheet.columns, tuple(chosen(sheet.columns, wanted).values()), (*(columns or ()), *origin.filter), what
        )
        for frame in sheet.frames:
            counts["rows_read"] += len(frame)
            keep = rows.keep(frame)
            counts["rows_kept"] += int(keep.sum())
            counts["rows_filtered"] += int((~keep).sum())
            check_rows(counts["rows_kept"], limits.rows_kept, "kept", what)
            kept.append(frame[keep])
    if counts["rows_read"]:
        rows.check()
    filled = [frame for frame in kept if len(frame)] or kept[:1]
    table = typed(pd.concat(filled, ignore_index=True) if len(filled) > 1 else filled[0].reset_index(drop=True))
    table, cut = cut_texts(table, limits.text_characters)
    counts["texts_cut"] += cut
    text = () if sheet.text is None else encoding_caveats(sheet.text, role, len(table))
    counts.update(sheet.counts)
    return table, counts, text
