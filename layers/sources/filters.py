"""Keeping the rows that a study asks for, and finding the columns it names."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.origins import Filter
from layers.sources.shown import listed
from spatial.errors import LayerError

_COLUMNS_SHOWN = 12
_VALUES_SHOWN = 6


def require_columns(frame: pd.DataFrame, wanted: Sequence[str], what: str) -> None:
    """Check that the columns a study names are there.

    Raises
    ------
    LayerError
        Any is missing: names the nearest and those there are.
    """
    there = [str(c) for c in frame.columns]
    require_names(there, there, wanted, what)


def require_names(there: Sequence[str], found: Sequence[str], wanted: Sequence[str], what: str) -> None:
    """As `require_columns`, of names: `found` are those that answer to what is wanted, of all that are `there`."""
    missing = [c for c in dict.fromkeys(wanted) if c not in found]
    if not missing:
        return
    near = difflib.get_close_matches(missing[0], there, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    shown = listed(there, _COLUMNS_SHOWN) + (
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
    rows = RowFilter(where, what)
    keep = rows.keep(frame)
    rows.check()
    return keep


class RowFilter:
    """A filter over a layer that comes in parts: what matched nowhere is known only at the end."""

    def __init__(self, where: Filter, what: str) -> None:
        self.where, self.what = where, what
        self.rows = 0
        self._accepted = {column: {text_of(v) for v in values} for column, values in where.items()}
        self._matched = dict.fromkeys(where, False)
        self._seen: dict[str, set[str]] = {column: set() for column in where}
        self._kept = False

    def keep(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """Rows of this part that match.

        Raises
        ------
        LayerError
            A column is missing.
        """
        keep = np.ones(len(frame), dtype=bool)
        require_columns(frame, list(self.where), self.what)
        for column, accepted in self._accepted.items():
            texts = _as_text(frame[column])
            found = texts.isin(accepted).to_numpy()
            self._matched[column] |= bool(found.any())
            if len(self._seen[column]) < _VALUES_SHOWN:
                self._seen[column].update(sorted(set(texts.dropna()))[:_VALUES_SHOWN])
            keep &= found
        self.rows += len(frame)
        self._kept |= bool(keep.any())
        return keep

    def check(self) -> None:
        """After the last part.

        Raises
        ------
        LayerError
            The filter matched nothing.
        """
        for column, matched in self._matched.items():
            if not matched:
                some = listed(sorted(self._seen[column]), _VALUES_SHOWN)
                raise LayerError(
                    f"{self.what}: the filter {column} = {', '.join(map(text_of, self.where[column]))} matches none of "
                    f"{self.rows} rows, so the layer would be empty; {column} holds: {some[:200]}"
                )
        if self.where and not self._kept:
            raise LayerError(
                f"{self.what}: no row matches all of the filter's columns {', '.join(self.where)} at once, so the "
                "layer would be empty; loosen it"
            )


def _as_text(values: pd.Series) -> pd.Series:
    return values.map(text_of, na_action="ignore").astype("object")


def text_of(value: object) -> str:
    """7, 7.0 and "7" are the same in a file that has been through a spreadsheet."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)
