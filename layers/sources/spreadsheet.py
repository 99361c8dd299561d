"""XLSX: values as they were stored, nothing evaluated, nothing fetched."""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from layers.sources.files import head, told
from layers.sources.filters import text_of
from layers.sources.limits import LIMITS
from layers.sources.markup import check_prolog
from layers.sources.sheet import Row, Sheet, sheet_of
from layers.sources.zipped import check_archive
from spatial.errors import LayerError, SourceError

ENDINGS = (".xlsx", ".xlsm")
_INFLATED_BYTES = 1 << 30
_PADDED = re.compile(r"0{2,20}")
"""The number format of a code that is shown with leading zeros, and stored without."""
_LAST_LINE = 1_048_576
"""Excel's own limit."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_CHUNK_BYTES = 1 << 20
_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
)
"""What the library raises where a part is missing or is no XML."""
_OLD = b"\xd0\xcf\x11\xe0"


@contextmanager
def xlsx_sheet(path: Path, layer: str | None, wanted: Sequence[str] | None, what: str) -> Iterator[Sheet]:
    """Open a sheet of a workbook.

    Parameters
    ----------
    layer
        Name of the sheet; None: the only one that holds anything.

    Raises
    ------
    SourceError
        The file is broken, holds what a workbook does not, or is larger than any honest one.
    LayerError
        Several sheets without a choice, formulas without a stored value, or a header that does not name the columns.

    Notes
    -----
    A code that the sheet shows with leading zeros (number format ``00000``) is read as it is shown.
    """
    _check(path, what)
    with warnings.catch_warnings():
        # It warns of styles and extensions that it leaves out, none of which is a value.
        warnings.simplefilter("ignore", UserWarning)
        with ExitStack() as stack:
            book = _book(path, stack, what, stored=True)
            name = _sheet_name(book, layer, what)
            formulas = _book(path, stack, what, stored=False)[name] if _has_formulas(path, what) else None
            rows = stack.enter_context(closing(_rows(book[name], formulas, what)))
            yield sheet_of(rows, wanted, what)


def _book(path: Path, stack: ExitStack, what: str, *, stored: bool) -> Any:  # noqa: ANN401 - not typed by its authors
    """A workbook with the values that were stored, or with the formulas."""
    # Only a study that has a spreadsheet pays for what reads one.
    import openpyxl  # type: ignore[import-untyped]

    with told(what, _ERRORS):
        book = openpyxl.load_workbook(path, read_only=True, data_only=stored, keep_links=False)
    stack.callback(book.close)
    return book


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of cells as columns of numbers, dates, truth values or text; where they mix, all is text.

    Numbers become text as people read them: 35016.0 is 35016. Lists and bytes, as layers have them, stay.
    """
    return frame.assign(**{column: _column(frame[column]) for column in frame.columns if frame[column].dtype == object})


def _column(cells: pd.Series) -> pd.Series:
    filled = cells.dropna()
    kinds = {_kind(value) for value in filled}
    if "parts" in kinds:
        return cells
    if kinds == {"number"}:
        whole = len(filled) == len(cells) and filled.map(lambda v: float(v).is_integer() and abs(v) < 2**53).all()
        return cells.map(int).astype("int64") if whole else pd.to_numeric(cells.where(cells.notna(), np.nan))
    if kinds == {"truth"} and len(filled) == len(cells):
        return cells.astype(bool)
    if kinds == {"date"}:
        return pd.to_datetime(cells)
    return cells.map(_shown, na_action="ignore").astype("str")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "truth"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, bytes | list | dict | np.ndarray):
        return "parts"
    return "date" if isinstance(value, datetime) else "text"


def _shown(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(sep=" ")
    return text_of(value)


def _check(path: Path, what: str) -> None:
    if head(path, 4) == _OLD:
        raise SourceError(
            f"{what}: is an old Excel file, or has a password; save it as .xlsx without password, or as CSV in UTF-8"
        )
    limits = replace(LIMITS, inflated_bytes=_INFLATED_BYTES)
    names = check_archive(path, limits, what)
    if not any(name.startswith("xl/") for name in names):
        raise SourceError(f"{what}: is no workbook although it is named so; copy it again from its source")
    with zipfile.ZipFile(path) as archive:
        for name in names:
            if name.endswith((".xml", ".rels")):
                with told(what, _ERRORS), archive.open(name) as stream:
                    check_prolog(stream, what)


def _has_formulas(path: Path, what: str) -> bool:
    """Whether a second look is worth it: most tables have none."""
    with told(what, _ERRORS), zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if not info.filename.startswith("xl/worksheets/"):
                continue
            with archive.open(info) as stream:
                before = b""
                while chunk := stream.read(_CHUNK_BYTES):
                    if _FORMULA.search(before + chunk):
                        return True
                    before = chunk[-4:]
    return False


def _sheet_name(book: Any, layer: str | None, what: str) -> str:  # noqa: ANN401 - not typed by its authors
    names = [sheet.title for sheet in book.worksheets]
    shown = ", ".join(map(repr, names[:10]))
    if layer is not None:
        if layer not in names:
            raise LayerError(f"{what}: there is no sheet {layer!r}; it holds: {shown}")
        return layer
    filled = [name for name in names if _holds_anything(book[name], what)]
    if len(filled) > 1:
        raise LayerError(
            f'{what}: holds {len(filled)} sheets and the study names none; write layer = "..." with one of: '
            f"{', '.join(map(repr, filled[:10]))}"
        )
    if not filled:
        raise LayerError(f"{what}: its sheets ({shown}) are empty; check the file")
    return str(filled[0])


def _holds_anything(sheet: Any, what: str) -> bool:  # noqa: ANN401
    with closing(_rows(sheet, None, what)) as rows:
        return next(rows, None) is not None


def _rows(sheet: Any, formulas: Any | None, what: str) -> Generator[Row]:  # noqa: ANN401
    """Filled rows; a formula whose value was never stored is a hole that looks like an empty cell."""
    if formulas is None:
        for line, cells in _lines(sheet, what):
            values = [_value(cell) for cell in cells]
            if any(value is not None for value in values):
                yield line, values
        return
    holes: list[str] = []
    for (line, cells), (_, written) in zip(_lines(sheet, what), _lines(formulas, what), strict=True):
        values = [_value(cell) for cell in cells]
        holes.extend(
            cell.coordinate
            for value, cell in zip(values, written, strict=False)
            if value is None and getattr(cell, "data_type", "") == "f"
        )
        if any(value is not None for value in values):
            yield line, values
    if holes:
        raise LayerError(
            f"{what}: {len(holes)} cells hold formulas whose value is not stored ({', '.join(holes[:3])}), and nothing "
            "is computed here; open the file in Excel or LibreOffice, save it, and try again"
        )


def _lines(sheet: Any, what: str) -> Iterator[tuple[int, Sequence[Any]]]:  # noqa: ANN401
    """All rows, within the limits: a few bytes of a file can claim a sheet of any size."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    cells = 0
    with told(what, _ERRORS), closing(sheet.iter_rows()) as rows:
        for line, row in enumerate(rows, start=1):
            cells += len(row)
            if line > _LAST_LINE or cells > LIMITS.cells:
                raise SourceError(
                    f"{what}: claims more than {_LAST_LINE:,} rows or {LIMITS.cells:,} cells, so it is no usual "
                    "workbook; save the sheet as CSV in UTF-8"
                )
            yield line, row


def _value(cell: Any) -> object:  # noqa: ANN401
    value = cell.value
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer():
        form = str(cell.number_format)
        return f"{int(value):0{len(form)}d}" if _PADDED.fullmatch(form) else int(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a sheet knows no time zones
    if isinstance(value, time | timedelta):
        return str(value)
    return value
