"""Parquet: with the metadata of GeoParquet, with a column of plain WKB, or as a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from layers.sources.arrow_text import check_utf8
from layers.sources.columns import check_twice, chosen
from layers.sources.files import broken
from layers.sources.limits import LIMITS, check_rows
from layers.sources.parts import Parts
from layers.sources.wkb import shapes_of
from spatial.errors import LayerError, LinliError, SourceError

_READ_ERRORS = (pa.ArrowException, OSError, ValueError, KeyError, TypeError, shapely.errors.GEOSException)
_WKB_NAMES = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb")
_BATCH_ROWS = 4_096


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
        schema = file.schema_arrow
        geo = _geo(schema, what)
        shape = geo["primary_column"] if geo else _wkb_column(schema, what)
        if shape not in schema.names:
            raise broken(what, f"its metadata speak of a column {shape!r} that it lacks")
        others = [name for name in schema.names if name != shape]
        columns, counts = chosen(others, wanted), Counter[str]()
        native = geo is not None and geo["columns"][shape]["encoding"] != "WKB"
        frames = _whole(path, columns, what) if native else _frames(file, shape, columns, counts, what)
        yield Parts(tuple(others), _crs(geo, what), frames, file.metadata.num_rows, counts)


@contextmanager
def opened(path: Path, what: str) -> Iterator[pq.ParquetFile]:
    """An open Parquet file, within the limits.

    Raises
    ------
    SourceError
        It is broken, or holds absurdly much.
    """
    try:
        file = pq.ParquetFile(path, memory_map=False, pre_buffer=False, page_checksum_verification=True)
    except _READ_ERRORS as error:
        raise broken(what, error) from None
    with file:
        check_twice(file.schema_arrow.names, what)
        check_rows(file.metadata.num_rows, LIMITS.rows_read, "read", what)
        largest = max((file.metadata.row_group(n).total_byte_size for n in range(file.num_row_groups)), default=0)
        if largest > LIMITS.inflated_bytes:
            raise SourceError(
                f"{what}: unpacks to {largest / 1024**3:,.1f} GB at once, which would fill the memory; write it with "
                "smaller row groups"
            )
        yield file


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
        there = tuple(file.schema_arrow.names)
        yield there, _table_frames(file, chosen(there, wanted), what)


def _table_frames(file: pq.ParquetFile, columns: Mapping[str, str], what: str) -> Iterator[pd.DataFrame]:
    yield _pandas(file.schema_arrow.empty_table().select(list(columns)), columns, what)
    for batch in _batches(file, list(columns), what):
        yield _pandas(pa.Table.from_batches([batch]), columns, what)


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


def _frames(
    file: pq.ParquetFile, shape: str, columns: Mapping[str, str], counts: Counter[str], what: str
) -> Iterator[gpd.GeoDataFrame]:
    for batch in _batches(file, [*columns, shape], what):
        table = pa.Table.from_batches([batch])
        frame = _pandas(table.drop_columns([shape]), columns, what)
        try:
            wkb = table.column(shape).to_numpy()
            shapes, closed = shapes_of(wkb, what)
        except LinliError:
            raise
        except _READ_ERRORS as error:
            raise broken(what, error) from None
        counts["rings_closed"] += closed
        yield gpd.GeoDataFrame(frame, geometry=shapes)


def _whole(path: Path, columns: Mapping[str, str], what: str) -> Iterator[gpd.GeoDataFrame]:
    """Shapes in GeoParquet's own form, which few write."""
    try:
        features = gpd.read_parquet(path)
    except _READ_ERRORS as error:
        raise broken(what, error) from None
    shapes = features.geometry.to_numpy()
    yield gpd.GeoDataFrame(pd.DataFrame(features[list(columns)]).rename(columns=dict(columns)), geometry=shapes)


def _batches(file: pq.ParquetFile, columns: list[str], what: str) -> Iterator[pa.RecordBatch]:
    batches = file.iter_batches(batch_size=_BATCH_ROWS, columns=columns)
    while True:
        try:
            batch = next(batches)
            check_utf8(batch, what)
            yield batch
        except StopIteration:
            return
        except LinliError:
            raise
        except _READ_ERRORS as error:
            raise broken(what, error) from None


def _pandas(table: pa.Table, columns: Mapping[str, str], what: str) -> pd.DataFrame:
    try:
        return table.to_pandas(ignore_metadata=True).rename(columns=dict(columns))
    except _READ_ERRORS as error:
        raise broken(what, error) from None
