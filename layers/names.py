"""Names from elsewhere: harmless length, no control characters, always text."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

NAME_LIMIT = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""Control characters, and those that turn the direction of the text around them."""


def clean_names(values: pd.Series) -> tuple[pd.Series, int]:
    """Names as plain text on one line, at most `NAME_LIMIT` characters; a missing name is empty.

    Returns
    -------
    (Series, int)
        Names on the same index, and how many were cut or held control characters.
    """
    text = values.map(lambda v: "" if pd.isna(v) else str(v)).astype("object")
    clean = text.map(lambda v: _CONTROL.sub(" ", v).strip()[:NAME_LIMIT])
    return clean.astype("object"), int((clean != text.map(str.strip)).sum())


def clean_ids(values: pd.Series) -> pd.Series:
    """Ids as text without blanks around them; missing ones are None.

    Whole numbers lose the ``.0`` that a spreadsheet gave them.
    """
    return pd.Series([_id_text(v) for v in values], index=values.index, dtype="object")


def plain(text: object, limit: int = 400) -> str:
    """Words from elsewhere on one line, without control characters, of harmless length."""
    return " ".join(_CONTROL.sub(" ", str(text)).split())[:limit]


def some(values: Sequence[object], limit: int = 3) -> str:
    """Up to three examples for a message: ``'a', 'b', 'c'``."""
    return ", ".join(repr(str(v)[:60]) for v in list(values)[:limit])


def examples(values: Sequence[object], limit: int = 3) -> str:
    """Up to three examples as data, for a caveat: ``a, b, c``."""
    return ", ".join(str(v)[:60] for v in list(values)[:limit])


def _id_text(value: object) -> str | None:
    if pd.isna(value):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() or None
