"""Layers of a PostGIS database: a table or view, never free SQL.

Only the columns that are needed and the rows near the study leave the server, in one transaction that can
only read, a few megabytes at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from sqlalchemy import Connection

from layers.origins import DatabaseOrigin
from layers.sources.limits import LIMITS
from layers.sources.placing import check_coordinates, placed, placing_caveats
from layers.sources.postgis_query import Question, inside, question
from layers.sources.postgis_server import connected, limit_time
from layers.sources.postgis_table import (
    Relation,
    crs_of,
    declared_srid,
    find_relation,
    geometry_column,
    use_postgis,
)
from layers.sources.reading import Input, Read
from layers.sources.row_digest import RowDigest
from layers.sources.window import Near, Tally, Window
from layers.sources.wkb import check_depth
from layers.types import Caveat
from spatial.crs import parse_crs
from spatial.errors import LayerError

_FIRST_ROWS, _CHUNK_ROWS, _CHUNK_BYTES = 64, 5000, 16_000_000
"""Rows come in parts: the first is small, and shows how wide they are."""
BYTES_LIMIT = 1_000_000_000


def read_database_features(
    origin: DatabaseOrigin, role: str, columns: Sequence[str] | None = None, near: Near | None = None
) -> Read[gpd.GeoDataFrame]:
    """Read the rows of a table with their shapes, made plain two-dimensional ones.

    Parameters
    ----------
    columns
        Attributes wanted; None takes all but shapes, rasters and bytes.
    near
        Only rows whose bounding box meets this window are read; rows without a shape come along.

    Returns
    -------
    Read
        In the order of the primary key, or of the rows' content where there is none: never in the
        server's. Geometry column ``geometry``. Counts ``rows_read`` (in the table), ``rows_kept``, and
        where it happened ``outside`` (match the filter, lie beyond `near`), ``curves_to_lines``,
        ``heights_dropped``, ``texts_cut``, and those of `layers.sources.placing.placed`. The hash is of the
        rows kept, whatever their order. No row is kept where the whole table lies beside the window.

    Raises
    ------
    SourceUnreachable
        The server cannot be reached, refuses, takes too long or breaks off.
    SourceError
        There is no such table, or it may not be read.
    MissingCRS
        Neither the column (SRID 0) nor the study says which CRS it is.
    LayerError
        No geometry column or several without a choice, a column that is missing, a filter that leaves
        nothing, shapes of several SRIDs or that are no plain geometries, a table far away from the
        study, too much to hold.
    """
    what = f"{role} ({origin.name})"
    with connected(origin.service, what) as connection:
        relation = find_relation(connection, origin, what)
        use_postgis(connection, what)
        geometry = geometry_column(relation, origin, what)
        asked = question(relation, origin, columns, geometry, what)
        srid = _srid(connection, declared_srid(connection, relation, geometry), asked, what)
        crs = crs_of(connection, srid, origin, what)
        lies_in = crs if origin.crs is None else parse_crs(origin.crs, what)
        window = None if near is None or lies_in is None else Window(near, lies_in)
        if window is not None and window.box is not None:
            asked = replace(asked, window=inside(asked, window.box, srid))
        rows = _read(connection, asked, origin, what)
        if not rows.kept and window is not None:
            _check_place(connection, asked, window, what)
    shapes = gpd.GeoSeries(rows.plain_shapes(what), crs=crs)
    features, placing = placed(gpd.GeoDataFrame(rows.frame(), geometry=shapes), origin, what)
    if rows.kept:
        check_coordinates(features, what)
    caveats = (*rows.caveats(relation, role), *placing_caveats(placing, origin, role))
    return Read(features, {**rows.counts(), **placing}, (rows.as_input(origin, relation),), caveats)


def read_database_rows(origin: DatabaseOrigin, role: str, columns: Sequence[str] | None = None) -> Read[pd.DataFrame]:
    """Read the rows of a table without shapes; all else as `read_database_features`."""
    what = f"{role} ({origin.name})"
    with connected(origin.service, what) as connection:
        relation = find_relation(connection, origin, what)
        rows = _read(connection, question(relation, origin, columns, "", what), origin, what)
    return Read(rows.frame(), rows.counts(), (rows.as_input(origin, relation),), rows.caveats(relation, role))


@dataclass
class _Rows:
    """What has come from the server so far."""

    asked: Question
    digest: RowDigest
    in_table: int
    matching: int
    what: str
    attributes: list[tuple[Any, ...]] = field(default_factory=list)
    shapes: list[NDArray[np.object_]] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    no_geometry: int = 0
    curved: int = 0
    deep: int = 0
    texts_cut: int = 0

    @property
    def kept(self) -> int:
        return len(self.attributes)

    def take(self, chunk: Sequence[Sequence[Any]]) -> None:
        width = len(self.asked.columns)
        self.attributes += [tuple(self._cut(value) for value in row[:width]) for row in chunk]
        self.digests += [self.digest.add(tuple(row[: width + 1])) for row in chunk]
        if self.asked.shape is None:
            return
        wkb = np.array([row[width] for row in chunk], dtype=object)
        check_depth(wkb, self.what)
        shapes = shapely.from_wkb(wkb, on_invalid="ignore")
        self.no_geometry += int((shapely.is_missing(shapes) & np.array([b is not None for b in wkb])).sum())
        self.shapes.append(shapes)
        self.curved += sum(bool(row[width + 1]) for row in chunk)
        self.deep += sum(bool(row[width + 2]) for row in chunk)

    def _cut(self, value: object) -> object:
        if not isinstance(value, str) or len(value) <= LIMITS.text_characters:
            return value
        self.texts_cut += 1
        return value[: LIMITS.text_characters]

    def plain_shapes(self, what: str) -> NDArray[np.object_]:
        if self.no_geometry:
            raise LayerError(
                f"{what}: {self.no_geometry} of {self.kept} shapes are surfaces of a solid or a mesh (TIN), which do "
                "not lie flat; give the layer a view with polygons"
            )
        found = np.concatenate([np.array([], dtype=object), *self.shapes])
        shapes: NDArray[np.object_] = found[self._order()]
        return shapes

    def frame(self) -> pd.DataFrame:
        order, columns = self._order(), self.asked.columns
        ordered = [self.attributes[i] for i in order]
        data = {n: _series([row[k] for row in ordered], self.asked.types[k]) for k, n in enumerate(columns)}
        return pd.DataFrame(data, index=pd.RangeIndex(len(ordered)), columns=list(columns))

    def _order(self) -> NDArray[np.int64]:
        """As it came, by the primary key; else by content, because a server gives rows in any order."""
        if self.asked.key:
            return np.arange(self.kept)
        return np.array(sorted(range(self.kept), key=self.digests.__getitem__), dtype=np.int64)

    def counts(self) -> dict[str, int]:
        seen = {
            "rows_filtered": self.in_table - self.matching,
            "outside": self.matching - self.kept,
            "curves_to_lines": self.curved,
            "heights_dropped": self.deep,
            "texts_cut": self.texts_cut,
        }
        return {"rows_read": self.in_table, "rows_kept": self.kept, **{k: n for k, n in seen.items() if n}}

    def as_input(self, origin: DatabaseOrigin, relation: Relation) -> Input:
        address = f"{origin.service or 'database'}: {relation.address}"
        return Input(address, self.digest.sha256(), self.digest.bytes, source="postgis", query=self.asked.sql())

    def caveats(self, relation: Relation, role: str) -> tuple[Caveat, ...]:
        return (Caveat("rows_hidden", role, self.kept, "features"),) if relation.hides_rows else ()


def _srid(connection: Connection, declared: int, asked: Question, what: str) -> int:
    """The one SRID of all shapes that the filter leaves; 0 where they have none.

    Raises
    ------
    LayerError
        They have several, or there is no shape and the column's type says no SRID either.
    """
    if declared:
        return declared
    found = [int(srid) for srid in connection.execute(asked.srids()).scalars()]
    if len(found) > 1:
        raise LayerError(
            f"{what}: its shapes have several SRIDs ({', '.join(map(str, found))}), so they cannot be placed together; "
            "bring them to one with ST_Transform in a view, or keep those of one with a filter"
        )
    _, matching = connection.execute(asked.sizes()).one()
    if not found and matching:
        raise LayerError(
            f"{what}: none of its {matching} rows has a shape, so it cannot be placed; fill the geometry column, or "
            "name another one with geometry"
        )
    return found[0] if found else 0


def _read(connection: Connection, asked: Question, origin: DatabaseOrigin, what: str) -> _Rows:
    in_table, matching = connection.execute(asked.sizes()).one()
    if not matching:
        raise LayerError(_nothing(connection, asked, origin, in_table, what))
    rows = _Rows(asked, RowDigest([*asked.columns, *asked.types]), in_table, matching, what)
    limit_time(connection)
    stream = connection.execute(asked.rows(), execution_options={"stream_results": True})
    size, widest = _FIRST_ROWS, 1.0
    while chunk := stream.fetchmany(size):
        before = rows.digest.bytes
        rows.take(chunk)
        widest = max(widest, (rows.digest.bytes - before) / len(chunk))
        size = max(1, min(2 * size, _CHUNK_ROWS, int(_CHUNK_BYTES / widest)))
        limit_time(connection)
        if rows.kept > LIMITS.rows_kept or rows.digest.bytes > BYTES_LIMIT:
            stream.close()
            raise LayerError(
                f"{what}: more than {LIMITS.rows_kept:,} rows or {BYTES_LIMIT // 1_000_000:,} MB would be kept, which "
                "would fill the memory; keep fewer rows with a filter, or give the layer a view"
            )
    return rows


def _nothing(connection: Connection, asked: Question, origin: DatabaseOrigin, in_table: int, what: str) -> str:
    """Why no row is left."""
    if not in_table or not origin.filter:
        return f"{what}: the table holds no rows, so there is nothing to assess; check the table"
    column = next(iter(origin.filter))
    values = ", ".join(str(v) for v in connection.execute(asked.values(column)).scalars())
    wanted = " and ".join(f"{c} = {', '.join(map(str, v))}" for c, v in origin.filter.items())
    return (
        f"{what}: the filter {wanted} matches none of {in_table} rows, so the layer would be empty; "
        f"{column} holds: {values[:200]}"
    )


def _check_place(connection: Connection, asked: Question, window: Window, what: str) -> None:
    """Refuse a table of another place: it would look like a place without anything."""
    rows, *box = connection.execute(asked.extent()).one()
    if rows:
        window.tally = Tally(solid=rows, outside=rows, bounds=(box[0], box[1], box[2], box[3]))
        window.check(what)


def _series(values: list[Any], kind: str) -> pd.Series:
    """Values of one column: whole numbers stay whole, and nothing is a number that was none."""
    empty = any(v is None for v in values)
    if kind == "bool":
        return pd.Series(values, dtype="object" if empty else "bool")
    if kind in ("int2", "int4", "int8"):
        return pd.Series(values, dtype="Int64" if empty else "int64")
    if kind in ("float4", "float8"):
        return pd.Series(values, dtype="float64")
    if kind == "numeric":
        whole = all(v is None or (v.is_finite() and v == v.to_integral_value() and abs(v) < 2**63) for v in values)
        if whole:
            return pd.Series([None if v is None else int(v) for v in values], dtype="Int64" if empty else "int64")
        return pd.Series([np.nan if v is None else float(v) for v in values], dtype="float64")
    return pd.Series(values, dtype="object")
