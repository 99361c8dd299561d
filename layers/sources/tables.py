"""Opening a file as a table: CSV, XLSX, Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd

from layers.origins import Origin
from layers.sources.delimited import ENDINGS as CSV_ENDINGS
from layers.sources.delimited import csv_sheet
from layers.sources.parquet import table_frames
from layers.sources.sheet import Sheet
from layers.sources.spreadsheet import ENDINGS as XLSX_ENDINGS
from layers.sources.spreadsheet import xlsx_sheet
from layers.sources.zipped import unpacked
from spatial.errors import SourceError

PARQUET_ENDINGS = (".parquet", ".geoparquet")
READABLE = ".csv, .xlsx, .parquet, or a .csv in a .zip"


@contextmanager
def open_sheet(origin: Origin, wanted: Sequence[str] | None, what: str) -> Iterator[Sheet]:
    """Open the table at an origin's path.

    Raises
    ------
    SourceError
        The file is broken or of a format that is not read.
    LayerError
        Its header does not name the columns, or there are several sheets without a choice.
    """
    suffix = origin.path.suffix.lower()
    if suffix in CSV_ENDINGS:
        with csv_sheet(origin.path, origin.encoding, wanted, what) as sheet:
            yield sheet
    elif suffix in XLSX_ENDINGS:
        with xlsx_sheet(origin.path, origin.layer, wanted, what) as sheet:
            yield sheet
    elif suffix in PARQUET_ENDINGS:
        with table_frames(origin.path, wanted, what) as (there, frames):
            yield Sheet(there, _numbered(frames))
    elif suffix == ".zip":
        with (
            unpacked(origin.path, origin.layer, CSV_ENDINGS, what) as (path, _),
            csv_sheet(path, origin.encoding, wanted, what) as sheet,
        ):
            yield sheet
    else:
        raise SourceError(
            f"{what}: tables are read from {READABLE}, not {suffix or 'a file without ending'}; save it as CSV in UTF-8"
        )


def _numbered(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    start = 1
    for frame in frames:
        yield frame.set_axis(pd.RangeIndex(start, start + len(frame)), axis=0)
        start += len(frame)
