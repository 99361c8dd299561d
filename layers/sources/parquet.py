"""Parquet: with the metadata of GeoParquet, with a column of plain WKB, or as a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.sources.columns import check_twice, chosen
from layers.sources.files import broken, told
from layers.sources.limits import LIMITS, check_rows
from layers.sources.parquet_batches import listed_values, open_parquet, pieces, plain_schema
from layers.sources.parts import Parts
from layers.sources.wkb import shapes_of
from spatial.errors import LayerError, SourceError

_READ_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException)
_WKB_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")
_NATIVE = ("point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon")


@contextmanager
def parquet_parts(path: Path, wanted: Sequence[str] | None, what: str) -> Iterator[Parts]:
    """Open a layer of shapes.

    GeoParquet without a CRS entry is OGC:CRS84 by its specification; a table with one column of WKB and no
    metadata has none.

    Raises
    ------
    SourceError
        The file is broken, now or while it is read.
    LayerError
        It is a table without shapes.
    """
    with opened(path, what) as file:
        geo = _geo(file.schema, what)
        shape = geo["primary_column"] if geo else _wkb_column(file.schema, what)
        if shape not in file.schema.names:
            raise broken(what, f"its metadata speak of a column {shape!r} that it lacks")
        others = [name for name in file.schema.names if name != shape]
        columns, counts = chosen(others, wanted), Counter[str]()
        form = "WKB" if geo is None else str(geo["columns"][shape]["encoding"])
        if form != "WKB" and form not in _NATIVE:
            raise broken(what, f"its shapes are written as {form[:40]!r}, which GeoParquet does not know")
        native = form in _NATIVE
        frames = _native_frames(file, shape, form, columns) if native else _wkb_frames(file, shape, columns, counts)
        yield Parts(tuple(others), _crs(geo, what), frames, file.parquet.metadata.num_rows, counts)


@dataclass(frozen=True)
class Opened:
    """An open file, within the limits."""

    parquet: pq.ParquetFile
    schema: pa.Schema
    """Of its rows as they come."""
    bytes: int
    what: str


@contextmanager
def opened(path: Path, what: str) -> Iterator[Opened]:
    """An open Parquet file, within the limits.

    Raises
    ------
    SourceError
        It is broken, or holds absurdly much.
    """
    with told(what, _READ_ERRORS):
        file = open_parquet(path)
    with file:
        check_twice(file.schema_arrow.names, what)
        check_rows(file.metadata.num_rows, LIMITS.rows_read, "read", what)
        largest = max((file.metadata.row_group(n).total_byte_size for n in range(file.num_row_groups)), default=0)
        listed = listed_values(file)
        if largest > LIMITS.inflated_bytes or listed > 2 * LIMITS.vertices_kept:
            raise SourceError(
                f"{what}: unpacks to {largest / 1024**3:,.1f} GB or {listed:,} numbers in lists at once, which would "
                "fill the memory; write it with smaller row groups"
            )
        yield Opened(file, plain_schema(file), path.stat().st_size, what)


@contextmanager
def table_frames(
    path: Path, wanted: Sequence[str] | None, what: str
) -> Iterator[tuple[tuple[str, ...], Iterator[pd.DataFrame]]]:
    """Open a table: all its columns, and its rows part by part; at least one part, which may be empty.

    Raises
    ------
    SourceError
        The file is broken, now or while it is read.
    """
    with opened(path, what) as file:
        there = tuple(file.schema.names)
        yield there, _table_frames(file, chosen(there, wanted))


def _table_frames(file: Opened, columns: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    yield _pandas(file.schema.empty_table().select(list(columns)), columns, file.what)
    for batch in _batches(file, list(columns)):
        yield _pandas(pa.Table.from_batches([batch]), columns, file.what)


def geoparquet_bounds(path: Path) -> tuple[tuple[float, float, float, float], CRS] | None:
    """Bounds and CRS as a GeoParquet file's metadata tell them; None if they do not."""
    geo = _geo(pq.read_schema(path), path.name)
    if geo is None:
        return None
    bounds, crs = geo["columns"][geo["primary_column"]].get("bbox"), _crs(geo, path.name)
    if bounds is None or crs is None or len(bounds) not in (4, 6):
        return None
    left, bottom, right, top = (float(bounds[n]) for n in ((0, 1, 2, 3) if len(bounds) == 4 else (0, 1, 3, 4)))
    return (left, bottom, right, top), crs


def _geo(schema: pa.Schema, what: str) -> dict[str, Any] | None:
    raw = (schema.metadata or {}).get(b"geo")
    if raw is None:
        return None
    try:
        geo = json.loads(raw)
        geo["columns"][geo["primary_column"]]["encoding"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise broken(what, f"its GeoParquet metadata cannot be understood: {error}") from None
    return dict(geo)


def _crs(geo: Mapping[str, Any] | None, what: str) -> CRS | None:
    if geo is None:
        return None
    stated = geo["columns"][geo["primary_column"]].get("crs", "OGC:CRS84")
    try:
        return None if stated is None else CRS.from_user_input(stated)
    except (CRSError, TypeError, ValueError) as error:
        raise broken(what, f"its CRS cannot be understood: {error}") from None


def _wkb_column(schema: pa.Schema, what: str) -> str:
    """Parquet as municipalities export it: geometry as plain WKB, no word about it."""
    binary = [f.name for f in schema if pa.types.is_binary(f.type) or pa.types.is_large_binary(f.type)]
    named = [name for name in binary if name.lower() in _WKB_NAMES] or binary
    if len(named) != 1:
        raise LayerError(
            f"{what}: is a Parquet table without geometry, so it cannot be placed; it needs one column of WKB, such "
            "as 'geometry'"
        )
    return str(named[0])


def _wkb_frames(
    file: Opened, shape: str, columns: Mapping[str, str], counts: Counter[str]
) -> Iterator[gpd.GeoDataFrame]:
    for batch in _batches(file, [*columns, shape]):
        table = pa.Table.from_batches([batch])
        frame = _pandas(table.drop_columns([shape]), columns, file.what)
        with told(file.what, _READ_ERRORS):
            shapes, closed = shapes_of(table.column(shape).to_numpy(), file.what)
        counts["rings_closed"] += closed
        yield gpd.GeoDataFrame(frame, geometry=shapes)


def _native_frames(file: Opened, shape: str, form: str, columns: Mapping[str, str]) -> Iterator[gpd.GeoDataFrame]:
    """Shapes in GeoParquet's own form, which few write."""
    for batch in _batches(file, [*columns, shape]):
        table = pa.Table.from_batches([batch])
        frame = _pandas(table.drop_columns([shape]), columns, file.what)
        field = pa.field(shape, table.schema.field(shape).type, metadata={"ARROW:extension:name": f"geoarrow.{form}"})
        with told(file.what, _READ_ERRORS):
            shapes = gpd.GeoDataFrame.from_arrow(pa.table([table.column(shape)], schema=pa.schema([field])))
        yield gpd.GeoDataFrame(frame, geometry=shapes.geometry.to_numpy())


def _batches(file: Opened, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    with told(file.what, _READ_ERRORS):
        yield from pieces(file.parquet, columns, file.bytes, file.what)


def _pandas(table: pa.Table, columns: Mapping[str, str], what: str) -> pd.DataFrame:
    with told(what, _READ_ERRORS):
        return table.to_pandas(ignore_metadata=True).rename(columns=dict(columns))
