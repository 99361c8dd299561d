"""Keeping the rows that a study asks for, and finding the columns it names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.types import Filter
from spatial.errors import LayerError

_COLUMNS_SHOWN = 12


def require_columns(frame: pd.DataFrame, wanted: Sequence[str], what: str) -> None:
    """Check that the columns a study names are there.

    Raises
    ------
    LayerError
        Any is missing: names the nearest and those there are.
    """
    there = [str(c) for c in frame.columns]
    missing = [c for c in wanted if c not in there]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], there, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    shown = ", ".join(there[:_COLUMNS_SHOWN]) + (
        f" and {len(there) - _COLUMNS_SHOWN} more" if len(there) > _COLUMNS_SHOWN else ""
    )
    raise LayerError(
        f"{what}: there is no column {', '.join(map(repr, missing))}{hint}, so it cannot be used; name one of: {shown}"
    )


def matching(frame: pd.DataFrame, where: Filter, what: str) -> NDArray[np.bool_]:
    """Rows in which every column has one of its accepted values. Numbers match numbers written as text.

    Raises
    ------
    LayerError
        A column is missing, or no row is left.
    """
    keep = np.ones(len(frame), dtype=bool)
    require_columns(frame, list(where), what)
    for column, values in where.items():
        found = _as_text(frame[column]).isin([_text_of(v) for v in values]).to_numpy()
        if not found.any():
            some = ", ".join(sorted(set(_as_text(frame[column]).dropna()))[:6])
            raise LayerError(
                f"{what}: the filter {column} = {', '.join(map(_text_of, values))} matches none of {len(frame)} rows, "
                f"so the layer would be empty; {column} holds: {some[:200]}"
            )
        keep &= found
    if where and not keep.any():
        raise LayerError(
            f"{what}: no row matches all of the filter's columns {', '.join(where)} at once, so the layer would be "
            "empty; loosen it"
        )
    return keep


def _as_text(values: pd.Series) -> pd.Series:
    return values.map(_text_of, na_action="ignore").astype("object")


def _text_of(value: object) -> str:
    """7, 7.0 and "7" are the same in a file that has been through a spreadsheet."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
