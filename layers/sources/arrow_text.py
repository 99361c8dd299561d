"""Whether columns that came through Arrow are what they say: text in UTF-8."""

from __future__ import annotations

import pyarrow as pa

from spatial.errors import SourceError


def check_utf8(batch: pa.RecordBatch, what: str) -> None:
    """Check the text of a batch, which is otherwise looked at only when somebody touches it.

    Raises
    ------
    SourceError
        A column holds text that is not UTF-8.
    """
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid as error:
        column = next((name for name in batch.schema.names if _is_bad(batch.column(name))), "?")
        raise SourceError(
            f"{what}: column {column!r} holds text that is not UTF-8, as its format demands, so names would come out "
            "as noise; save the file again in UTF-8, or copy it again from its source"
        ) from error


def _is_bad(values: pa.Array) -> bool:
    try:
        values.validate(full=True)
    except pa.ArrowInvalid:
        return True
    return False
