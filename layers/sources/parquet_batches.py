"""Rows of a Parquet file in pieces of bounded size, whatever they are packed to.

A text that is the same in each row is stored once, so a file of a kilobyte can hold gigabytes. Texts are therefore
taken as the file has them, by their distinct values, and written out only as far as is measured before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from layers.sources.arrow_text import check_utf8
from layers.sources.limits import LIMITS
from spatial.errors import SourceError

_BATCH_ROWS = 4_096
_PIECE_BYTES = 64 << 20
_BY_BEGINNINGS = "DELTA_BYTE_ARRAY"
"""Each value says only what differs from the one before: there are no distinct values to take."""
_BY_LENGTHS = "DELTA_LENGTH_BYTE_ARRAY"
"""Each value is stored in full, and the library has no way to take distinct ones."""


def open_parquet(path: Path) -> pq.ParquetFile:
    """An open file whose texts come by their distinct values."""
    with pq.ParquetFile(path, memory_map=False, pre_buffer=False) as plain:
        texts = [name for name, packed in _texts(plain).items() if not packed & {_BY_BEGINNINGS, _BY_LENGTHS}]
    return pq.ParquetFile(
        path, memory_map=False, pre_buffer=False, page_checksum_verification=True, read_dictionary=texts
    )


def plain_schema(file: pq.ParquetFile) -> pa.Schema:
    """The columns as `pieces` gives them."""
    schema = file.schema_arrow
    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in schema]
    return pa.schema(fields, metadata=schema.metadata)


def pieces(file: pq.ParquetFile, columns: Sequence[str], size: int, what: str) -> Iterator[pa.RecordBatch]:
    """All rows, in order, with plain columns.

    Parameters
    ----------
    size
        Of the file [bytes].

    Raises
    ------
    SourceError
        Its texts unpack to so many times its size that it can only be a trap, or are not UTF-8.
    pyarrow.ArrowException, OSError
        It is broken.
    """
    total = 0
    for batch in file.iter_batches(batch_size=_rows_at_once(file, columns), columns=list(columns)):
        ends = np.cumsum(_unpacked_bytes(batch))
        total += int(ends[-1]) if len(ends) else 0
        if total > max(LIMITS.free_bytes, LIMITS.inflated_ratio * size):
            raise SourceError(
                f"{what}: its texts unpack to more than {LIMITS.inflated_ratio} times its size, as a trap does, and "
                "would fill the memory; leave out the columns that the study does not need"
            )
        cuts = np.flatnonzero(np.diff(ends // _PIECE_BYTES)) + 1
        for start, end in zip([0, *cuts], [*cuts, batch.num_rows], strict=True):
            piece = _plain(batch.slice(start, end - start))
            check_utf8(piece, what)
            yield piece


def _texts(file: pq.ParquetFile) -> dict[str, set[str]]:
    """Columns of texts or bytes, and how they are packed."""
    packed: dict[str, set[str]] = {}
    names = set(file.schema_arrow.names)
    for n in range(file.num_row_groups):
        group = file.metadata.row_group(n)
        for column in map(group.column, range(group.num_columns)):
            if column.physical_type == "BYTE_ARRAY" and column.path_in_schema in names:
                packed.setdefault(column.path_in_schema, set()).update(column.encodings)
    return packed


def _rows_at_once(file: pq.ParquetFile, columns: Sequence[str]) -> int:
    """No value is longer than all that is stored of its column in a row group."""
    delta = {name for name, packed in _texts(file).items() if _BY_BEGINNINGS in packed} & set(columns)
    groups = map(file.metadata.row_group, range(file.num_row_groups))
    stored = [group.column(n) for group in groups for n in range(group.num_columns)] if delta else []
    longest = max((c.total_uncompressed_size for c in stored if c.path_in_schema in delta), default=0)
    return max(1, min(_BATCH_ROWS, 4 * _PIECE_BYTES // max(longest, 1)))


def _unpacked_bytes(batch: pa.RecordBatch) -> NDArray[np.int64]:
    """Of the texts of each row."""
    total = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and _is_text(column.type.value_type):
            lengths = pc.binary_length(column.dictionary).take(column.indices).fill_null(0)
            total += lengths.to_numpy(zero_copy_only=False).astype(np.int64)
    return total


def _is_text(kind: pa.DataType) -> bool:
    tests = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)
    return any(test(kind) for test in tests)


def _plain(batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [c.dictionary_decode() if pa.types.is_dictionary(c.type) else c for c in batch.columns]
    return pa.RecordBatch.from_arrays(columns, names=batch.schema.names)


def listed_values(file: pq.ParquetFile) -> int:
    """Values in lists, such as coordinates, of the row group that has most: a list may say one a million times."""
    lists = [n for n in range(len(file.schema)) if file.schema.column(n).max_repetition_level]
    groups = map(file.metadata.row_group, range(file.num_row_groups))
    return max((sum(group.column(n).num_values for n in lists) for group in groups), default=0)
