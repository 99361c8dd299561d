"""What a layer has to hold, declared; and one validator that tells all faults of a layer at once.

A `Schema` says what a role asks of a file as it was read: its columns, their kind and range, whether they may be
empty or repeat, and which shapes. What the roles ask for stands in `layers.role_schemas`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.names import clean_ids, some
from layers.number_text import points_group_thousands, remedies
from layers.sources.filters import require_columns
from spatial.errors import LayerError

Kind = Literal["text", "id", "number"]
POLYGONS = ("Polygon", "MultiPolygon")
POINTS = ("Point", "MultiPoint")
LINES = ("LineString", "MultiLineString")
_WORDS = {"Polygon": "polygons", "Point": "points", "LineString": "lines"}


@dataclass(frozen=True)
class Column:
    """One column that the study names, and what its values have to be."""

    name: str
    """As in the file."""
    kind: Kind = "text"
    """text (anything), id (text after cleaning) or number."""
    nullable: bool = True
    unique: bool = False
    low: float = -np.inf
    """Of a number, included."""
    at_most: str = ""
    """Of a number: another number column that it may not exceed by more than half (a group, its population)."""
    at_most_words: str = ""
    """What that column is called in messages; empty: by its name."""
    if_twice: str = ""
    """What to do where a value of a unique column repeats."""
    if_wrong: str = ""
    """What to do where a value is no number."""
    if_low: str = ""
    """What to do where a number is below `low`."""
    if_over: str = ""
    """What to do where a number exceeds the column `at_most`."""


@dataclass(frozen=True)
class Schema:
    """What a role asks of its layer."""

    layer: str
    """As messages call it: ``communities``, ``hazard.flood``."""
    columns: tuple[Column, ...] = ()
    geometry: tuple[str, ...] = ()
    """Kinds of shape that are taken; empty: the layer needs no shapes."""
    if_shape: str = ""
    """What to do with shapes of another kind."""
    if_empty: str = ""
    """What to do with rows that have no shape."""
    rows: str = "features"
    """What its rows are called."""
    why: str = ""
    """Closing sentence: why a faulty layer is no use, and what to do."""

    @property
    def id_column(self) -> str:
        """The column by whose values rows are named in messages; empty: rows have numbers only."""
        return next((c.name for c in self.columns if c.kind == "id"), "")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a layer."""

    text: str
    """A clause: what, how many of how many, up to three ids, and what to do."""
    count: int
    column: str = ""
    """Empty where it concerns shapes."""


def validate(frame: pd.DataFrame, schema: Schema) -> None:
    """Refuse a layer that is not as its schema says.

    Raises
    ------
    LayerError
        Every fault of the layer, in one line.
    """
    found = faults(frame, schema)
    if found:
        raise LayerError(f"{schema.layer}: {'; '.join(fault.text for fault in found)}. {schema.why}".rstrip(". "))


def faults(frame: pd.DataFrame, schema: Schema) -> tuple[Fault, ...]:
    """Everything that is wrong with a layer, in the order of the schema: columns, then shapes.

    Parameters
    ----------
    frame
        As it was read; a GeoDataFrame where the schema asks for shapes.
    """
    there = [column for column in schema.columns if column.name in frame.columns]
    names = _row_names(frame, schema)
    found = _absent(frame, schema)
    for column in there:
        values = frame[column.name].reset_index(drop=True)
        found += _column_faults(values, column, names, schema.rows, _row_numbers(frame))
    found += [f for c in there if c.at_most for f in _above(frame, c, names)]
    if schema.geometry:
        found += _shape_faults(frame, schema, names)
    return tuple(found)


def numbers(values: pd.Series) -> pd.Series:
    """Numbers where they are, NaN where a cell is empty, inf where something else stands: a fault to be told.

    Truth values are no numbers, nor is text whose points seem to group thousands. The index is 0, 1, ...
    """
    plain = values.reset_index(drop=True)
    if plain.dtype == bool:
        return pd.Series(np.inf, index=plain.index)
    truth = plain.map(lambda v: isinstance(v, bool | np.bool_)).astype(bool)
    found = pd.to_numeric(plain.mask(truth), errors="coerce").astype("float64")
    filled = plain.notna() & (plain.astype(str).str.strip() != "")
    return found.mask((found.isna() & filled) | truth | points_group_thousands(plain), np.inf)


def lacks_shape(shapes: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Which rows have no shape, or an empty one."""
    values = shapes.to_numpy()
    missing: NDArray[np.bool_] = shapely.is_missing(values) | shapely.is_empty(values)
    return missing


def of_kind(shapes: gpd.GeoSeries, kinds: Sequence[str]) -> NDArray[np.bool_]:
    """Which shapes are of one of the kinds, or a collection that holds one (as clipping leaves them behind)."""
    named = shapes.geom_type.isin(list(kinds)).to_numpy().copy()
    for row in np.flatnonzero(shapes.geom_type.eq("GeometryCollection").to_numpy()):
        named[row] = any(part.geom_type in kinds for part in shapely.get_parts(shapes.iloc[row]))
    taken: NDArray[np.bool_] = named
    return taken


# --------------------------------------------------------------------------- faults of columns


def _absent(frame: pd.DataFrame, schema: Schema) -> list[Fault]:
    try:
        require_columns(frame, [column.name for column in schema.columns], schema.layer)
    except LayerError as error:
        return [Fault(str(error).removeprefix(f"{schema.layer}: "), len(frame))]
    return []


def _column_faults(
    values: pd.Series, column: Column, names: list[str], rows: str, row_numbers: list[int]
) -> list[Fault]:
    if column.kind == "id":
        values = clean_ids(values)
    found = []
    empty = values.isna() | (values.astype(str).str.strip() == "")
    if not column.nullable and empty.any():
        what = "id" if column.kind == "id" else "value"
        where = ", ".join(str(row_numbers[row] + 1) for row in np.flatnonzero(empty.to_numpy())[:3])
        text = f"{int(empty.sum())} of {len(values)} {rows} have no {what} in {column.name!r}, e.g. row {where}"
        found.append(Fault(text, int(empty.sum()), column.name))
    if column.unique:
        found += _repeated(values[~empty], column)
    if column.kind == "number":
        found += _number_faults(values, column, names)
    return found


def _repeated(values: pd.Series, column: Column) -> list[Fault]:
    twice = values[values.duplicated(keep=False)]
    if twice.empty:
        return []
    count = int(twice.nunique())
    what = f"{'id' if column.kind == 'id' else 'value'}{' stands' if count == 1 else 's stand'}"
    text = (
        f"{count} {what} more than once in {column.name!r}, e.g. "
        f"{some(sorted(map(str, twice.unique())))}"
    )
    return [Fault(_advised(text, column.if_twice), count, column.name)]


def _number_faults(values: pd.Series, column: Column, names: list[str]) -> list[Fault]:
    found = numbers(values)
    wrong, finite = np.isinf(found), np.isfinite(found)
    cases = [
        (
            wrong, f"{'is no number' if wrong.sum() == 1 else 'are no numbers'} ({some(values[wrong])})",
            _both(remedies(values[wrong]), column.if_wrong),
        ),
        (finite & (found < column.low), _below(column.low, int((found < column.low).sum())), column.if_low),
    ]
    return [
        Fault(
            _advised(f"column {column.name!r}: {int(mask.sum())} {words}, e.g. {_named(names, mask)}", advice),
            int(mask.sum()),
            column.name,
        )
        for mask, words, advice in cases
        if mask.any()
    ]


def _below(low: float, count: int) -> str:
    if low == 0:
        return "count is negative" if count == 1 else "counts are negative"
    return f"{'lies' if count == 1 else 'lie'} below {low:g}"


def _above(frame: pd.DataFrame, column: Column, names: list[str]) -> list[Fault]:
    if column.at_most not in frame.columns:
        return []
    part, whole = numbers(frame[column.name]), numbers(frame[column.at_most])
    larger = np.isfinite(part) & np.isfinite(whole) & (whole >= 0) & (part > whole + 0.5)
    if not larger.any():
        return []
    limit = column.at_most_words or repr(column.at_most)
    exceed = "count exceeds" if larger.sum() == 1 else "counts exceed"
    text = f"column {column.name!r}: {int(larger.sum())} {exceed} {limit}, e.g. {_named(names, larger)}"
    return [Fault(_advised(text, column.if_over), int(larger.sum()), column.name)]


# --------------------------------------------------------------------------- faults of shapes


def _shape_faults(frame: pd.DataFrame, schema: Schema, names: list[str]) -> list[Fault]:
    shapes = gpd.GeoSeries(frame.geometry).reset_index(drop=True)
    empty = lacks_shape(shapes)
    other = ~empty & ~of_kind(shapes, schema.geometry)
    found = []
    if empty.any():
        text = f"{int(empty.sum())} of {len(shapes)} {schema.rows} have no geometry, e.g. {_named(names, empty)}"
        found.append(Fault(_advised(text, schema.if_empty), int(empty.sum())))
    if other.any():
        wanted = " or ".join(_WORDS[kind] for kind in schema.geometry if kind in _WORDS)
        kinds = some(sorted(shapes[other].geom_type.unique()))
        text = f"{int(other.sum())} of {len(shapes)} {schema.rows} are no {wanted} but {kinds}, e.g. " + _named(
            names, other
        )
        found.append(Fault(_advised(text, schema.if_shape), int(other.sum())))
    return found


# --------------------------------------------------------------------------- how rows are named


def _row_names(frame: pd.DataFrame, schema: Schema) -> list[str]:
    rows = [f"row {row + 1}" for row in _row_numbers(frame)]
    if schema.id_column not in frame.columns:
        return rows
    ids = clean_ids(frame[schema.id_column])
    return [row if pd.isna(key) else repr(str(key)[:60]) for key, row in zip(ids, rows, strict=True)]


def _named(names: list[str], mask: pd.Series | NDArray[np.bool_]) -> str:
    return ", ".join(names[row] for row in np.flatnonzero(np.asarray(mask))[:3])


def _row_numbers(frame: pd.DataFrame) -> list[int]:
    """Rows as in the file, from 0: the index tells where some were left out."""
    plain = pd.api.types.is_integer_dtype(frame.index.dtype)
    return [int(row) for row in frame.index] if plain else list(range(len(frame)))


def _advised(text: str, advice: str) -> str:
    return f"{text}; {advice}" if advice else text


def _both(remedy: str, advice: str) -> str:
    return f"{remedy}, and {advice}" if remedy and advice else remedy or advice
