"""What a database says of a table or view: its columns, its key, its geometry and CRS."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyproj import CRS
from pyproj.exceptions import CRSError
from sqlalchemy import ColumnClause, Connection, FromClause, column, text
from sqlalchemy import table as table_clause
from sqlalchemy.sql.elements import quoted_name

from layers.origins import DatabaseOrigin
from layers.sources.postgis_server import search_first
from spatial.errors import LayerError, SourceError

_SHAPES = ("geometry", "geography")
_SHOWN = 12

_FIND = text(
    """
    SELECT c.oid, n.nspname, c.relname, pg_catalog.row_security_active(c.oid) AS hides_rows
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND (n.nspname || '.' || c.relname = :name OR (c.relname = :name AND pg_catalog.pg_table_is_visible(c.oid)))
    """
)
_READABLE = text(
    """
    SELECT n.nspname || '.' || c.relname
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND n.nspname NOT LIKE 'pg\\_%' AND NOT EXISTS (
          SELECT 1 FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass
          AND d.objid = c.oid AND d.deptype = 'e') AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
      AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1 LIMIT 5000
    """
)
_COLUMNS = text(
    """
    WITH RECURSIVE plain AS (
        SELECT a.attnum AS place, a.attname, a.atttypid AS kind, a.atttypmod AS modifier
        FROM pg_catalog.pg_attribute a WHERE a.attrelid = :oid AND a.attnum > 0 AND NOT a.attisdropped
        UNION ALL
        SELECT p.place, p.attname, t.typbasetype, CASE WHEN p.modifier = -1 THEN t.typtypmod ELSE p.modifier END
        FROM plain p JOIN pg_catalog.pg_type t ON t.oid = p.kind WHERE t.typtype = 'd'
    )
    SELECT p.attname, t.typname, p.modifier
    FROM plain p JOIN pg_catalog.pg_type t ON t.oid = p.kind WHERE t.typtype <> 'd' ORDER BY p.place
    """
)
"""A column of a domain is of the type that the domain is made of."""
_KEY = text(
    """
    SELECT a.attname
    FROM pg_catalog.pg_index i, pg_catalog.unnest(i.indkey::int[]) WITH ORDINALITY AS k(number, place)
    JOIN pg_catalog.pg_attribute a ON a.attnum = k.number
    WHERE i.indrelid = :oid AND i.indisprimary AND a.attrelid = :oid ORDER BY k.place
    """
)
_EXTENSION = text(
    """
    SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'postgis'
    """
)
_DECLARED_SRID = text("SELECT postgis_typmod_srid(:modifier)")


@dataclass(frozen=True)
class Relation:
    """A table or view as the database describes it."""

    schema: str
    name: str
    types: Mapping[str, str]
    """Column -> name of its type, in the table's order; of a domain, the type beneath."""
    modifiers: Mapping[str, int]
    """Column -> what its type says beyond its name, such as an SRID, in the server's code; -1 for nothing."""
    key: tuple[str, ...]
    """Columns of the primary key; empty for a view."""
    hides_rows: bool
    """The database shows this user only some of the rows."""

    @property
    def address(self) -> str:
        """``schema.table``."""
        return f"{self.schema}.{self.name}"

    def clause(self) -> FromClause:
        """As SQLAlchemy speaks of it: every name quoted, whatever it is."""
        columns: list[ColumnClause[Any]] = [column(quoted_name(name, quote=True)) for name in self.types]
        return table_clause(quoted_name(self.name, quote=True), *columns, schema=quoted_name(self.schema, quote=True))


def find_relation(connection: Connection, origin: DatabaseOrigin, what: str) -> Relation:
    """The table or view that a study names.

    Raises
    ------
    SourceError
        There is none, or more than one: names the nearest.
    """
    found = connection.execute(_FIND, {"name": origin.table}).all()
    exact = [row for row in found if f"{row.nspname}.{row.relname}" == origin.table] or found
    if not exact:
        raise SourceError(
            f"{what}: the database has no table or view {origin.table[:120]!r}{_nearest(connection, origin)}"
        )
    if len(exact) > 1:
        raise SourceError(
            f"{what}: {len(exact)} tables can be called {origin.table[:120]!r}, so nobody knows which one is meant; "
            "rename one of them, or give the layer a view of its own"
        )
    row = exact[0]
    columns = connection.execute(_COLUMNS, {"oid": row.oid}).all()
    types, modifiers = {c.attname: c.typname for c in columns}, {c.attname: c.modifier for c in columns}
    key = tuple(connection.execute(_KEY, {"oid": row.oid}).scalars())
    return Relation(row.nspname, row.relname, types, modifiers, key, bool(row.hides_rows))


def _nearest(connection: Connection, origin: DatabaseOrigin) -> str:
    readable = list(connection.execute(_READABLE).scalars())
    if not readable:
        return ", and none that this database user may read; ask for the right to read it"
    named = {name.lower(): name for name in readable} | {name.split(".", 1)[1].lower(): name for name in readable}
    near = difflib.get_close_matches(origin.table.lower(), list(named), n=1, cutoff=0.5)
    shown = ", ".join(name[:80] for name in readable[:_SHOWN])
    more = f" and {len(readable) - _SHOWN} more" if len(readable) > _SHOWN else ""
    hint = f" (did you mean {named[near[0]]!r}?)" if near else ""
    return f"{hint}; name one of: {shown}{more}"


def geometry_column(relation: Relation, origin: DatabaseOrigin, what: str) -> str:
    """Name of the column with the shapes: the one that the study names, or the only one.

    Raises
    ------
    LayerError
        There is none, or several without a choice.
    """
    shapes = [name for name, kind in relation.types.items() if kind in _SHAPES]
    if origin.geometry_column:
        if origin.geometry_column not in shapes:
            raise LayerError(
                f"{what}: has no geometry column {origin.geometry_column[:60]!r}; it has: "
                f"{', '.join(shapes) or 'none at all'}"
            )
        return origin.geometry_column
    if not shapes:
        raise LayerError(
            f"{what}: has no geometry column, so it cannot be placed; name another table, or give it a column of "
            "type geometry"
        )
    if len(shapes) > 1:
        raise LayerError(
            f'{what}: has {len(shapes)} geometry columns and the study names none; write geometry = "..." with one '
            f"of: {', '.join(shapes)}"
        )
    return shapes[0]


def use_postgis(connection: Connection, what: str) -> None:
    """Find PostGIS wherever it is installed, and its functions before any of the same name.

    Raises
    ------
    SourceError
        The database has no PostGIS.
    """
    schema = connection.execute(_EXTENSION).scalar()
    if schema is None:
        raise SourceError(
            f"{what}: the database has no PostGIS, so there are no shapes in it; check PGDATABASE, or have its "
            "administrator run CREATE EXTENSION postgis"
        )
    search_first(connection, schema)


def declared_srid(connection: Connection, relation: Relation, geometry: str) -> int:
    """SRID that the column's type asks of every shape in it; 0 where it asks for none."""
    return int(connection.execute(_DECLARED_SRID, {"modifier": relation.modifiers[geometry]}).scalar_one())


def crs_of(connection: Connection, srid: int, origin: DatabaseOrigin, what: str) -> CRS | None:
    """The CRS of an SRID: by authority and code, or by its description; None for 0.

    Raises
    ------
    LayerError
        The database knows no such SRID or describes it wrongly, and the study does not say it either.
    """
    if srid == 0:
        return None
    row = connection.execute(
        text("SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = :srid"), {"srid": srid}
    ).one_or_none()
    for described in () if row is None else _descriptions(row.auth_name, row.auth_srid, row.srtext):
        try:
            return CRS.from_user_input(described)
        except CRSError:
            continue
    if origin.crs is not None:
        return None
    raise LayerError(
        f"{what}: its shapes have SRID {srid}, of which the database's spatial_ref_sys says nothing that can be read, "
        'so they cannot be placed; declare the CRS, such as crs = "EPSG:32628"'
    )


def _descriptions(authority: str | None, code: int | None, wkt: str | None) -> Sequence[str]:
    named = [f"{authority}:{code}"] if authority and code else []
    return [*named, *([wkt] if wkt and wkt.lstrip()[:1].isalpha() else [])]
