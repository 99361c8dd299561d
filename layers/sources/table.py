"""Plain tables: Parquet and CSV."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from layers.sources.files import file_input, head, said
from layers.sources.filters import matching
from layers.sources.reading import Read
from layers.types import Origin
from spatial.errors import SourceError

READABLE = ".parquet, .csv"
_SAMPLE_BYTES = 65536


def read_table(origin: Origin, role: str) -> Read[pd.DataFrame]:
    """Read a table without geometry.

    Columns of a CSV stay text, so that codes keep their leading zeros; an empty cell is missing. The
    separator is taken from the header line (comma, semicolon, tab or bar).

    Returns
    -------
    Read
        The rows that match the origin's filter, counts ``rows_read``, ``rows_kept``.

    Raises
    ------
    SourceError
        The file is broken or of a format that is not read.
    LayerError
        The filter names a missing column or leaves no row.
    """
    what = f"{role} ({origin.path.name})"
    suffix = origin.path.suffix.lower()
    if suffix == ".parquet":
        table = _parquet(origin.path, what)
    elif suffix in (".csv", ".txt", ".tsv"):
        table = _csv(origin, what)
    else:
        raise SourceError(
            f"{what}: tables are read from {READABLE}, not {suffix or 'a file without ending'}; save it as CSV in UTF-8"
        )
    kept = table[matching(table, origin.filter, what)].reset_index(drop=True)
    return Read(kept, {"rows_read": len(table), "rows_kept": len(kept)}, (file_input(origin.path),))


def _parquet(path: Path, what: str) -> pd.DataFrame:
    try:
        return pq.read_table(path).to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{what}: is no readable Parquet file{said(error)}; copy it again from its source") from None


def _csv(origin: Origin, what: str) -> pd.DataFrame:
    encoding = origin.encoding or "utf-8-sig"
    try:
        first = head(origin.path, _SAMPLE_BYTES).decode(encoding, errors="ignore").split("\n", 1)[0]
        separator = max(",;\t|", key=first.count)
        return pd.read_csv(
            origin.path,
            sep=separator,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            encoding=encoding,
            skipinitialspace=True,
        )
    except UnicodeDecodeError:
        raise SourceError(
            f"{what}: is not {encoding} text, so names would come out wrong; declare its encoding, such as encoding "
            '= "gb18030"'
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise SourceError(
            f"{what}: is no readable CSV table{said(error)}; check that every line has as many cells as the header"
        ) from None
