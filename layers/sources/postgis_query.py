"""What is asked of a table: names quoted by SQLAlchemy, values bound, nothing else.

Conditions mean what `layers.sources.filters.matching` means for files: numbers match numbers written as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pandas as pd
from geoalchemy2 import Geometry
from sqlalchemy import ColumnElement, FromClause, Numeric, Select, Text, and_, cast, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from layers.origins import DatabaseOrigin, Filter
from layers.sources.filters import require_columns, text_of
from layers.sources.limits import LIMITS
from layers.sources.postgis_table import Relation
from spatial.crs import Bounds

_NUMBERS = ("int2", "int4", "int8", "float4", "float8", "numeric")
_AS_THEY_ARE = ("bool", *_NUMBERS)
"""Types that are read as they are; every other is read as its text."""
_NO_ATTRIBUTE = ("geometry", "geography", "raster", "bytea")


@dataclass(frozen=True)
class Question:
    """Columns and rows that are wanted of a table."""

    source: FromClause
    columns: tuple[str, ...]
    """Attributes, in the order in which they are asked for."""
    types: tuple[str, ...]
    """The database's type of each."""
    where: ColumnElement[bool]
    """The study's filter."""
    key: tuple[str, ...]
    shape: ColumnElement[Any] | None = None
    """The geometry; None where only attributes are wanted."""
    window: ColumnElement[bool] | None = None
    """Rows near the study; None takes all."""

    def rows(self) -> Select[Any]:
        """Attributes, then the plain shape, and whether it was curved and had more than two dimensions.

        Of a text no more than shows that it is too long leaves the server.
        """
        there = [self._value(name, kind) for name, kind in zip(self.columns, self.types, strict=True)]
        order = [self.source.c[name] for name in self.key]
        if self.shape is None:
            return select(*there).where(self.where).order_by(*order)
        plain = func.ST_AsBinary(func.ST_Force2D(func.ST_CurveToLine(self.shape)), literal("NDR"))
        about = (func.ST_HasArc(self.shape), func.ST_NDims(self.shape) > 2)
        return select(*there, plain, *about).where(and_(self.where, self._inside())).order_by(*order)

    def srids(self) -> Select[Any]:
        """A few SRIDs of the shapes that the filter leaves, wherever they lie."""
        assert self.shape is not None  # asked of shapes only
        srid = func.ST_SRID(self.shape)
        return select(srid).where(and_(self.where, self.shape.is_not(None))).distinct().order_by(srid).limit(6)

    def sizes(self) -> Select[int, int]:
        """How many rows the table has, and how many the filter leaves."""
        return select(func.count(), func.count().filter(self.where)).select_from(self.source)

    def extent(self) -> Select[Any]:
        """How many of the rows that the filter leaves have a shape, and their left, bottom, right and top."""
        box = func.ST_Extent(self.shape)
        solid = func.count(self.shape)
        edges = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
        return select(solid, *edges).where(self.where)

    def values(self, column: str) -> Select[Any]:
        """A few values of a column."""
        text = cast(self.source.c[column], Text)
        return select(text).where(text.is_not(None)).distinct().order_by(text).limit(6)

    def sql(self) -> str:
        """The query for the rows, on one line, with placeholders where values stand."""
        dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]
        return " ".join(str(self.rows().compile(dialect=dialect, compile_kwargs={"render_postcompile": True})).split())

    def _value(self, name: str, kind: str) -> ColumnElement[Any]:
        there: ColumnElement[Any] = self.source.c[name]
        if kind in _AS_THEY_ARE:
            return there
        return func.left(cast(there, Text), LIMITS.text_characters + 1).label(name)

    def _inside(self) -> ColumnElement[bool]:
        return true() if self.window is None else self.window


def question(
    relation: Relation, origin: DatabaseOrigin, columns: Sequence[str] | None, shape: str, what: str
) -> Question:
    """Ask for attributes of a table, and for its geometry column `shape` unless that is empty.

    Raises
    ------
    LayerError
        A column is missing.
    """
    chosen = tuple(n for n, kind in relation.types.items() if kind not in _NO_ATTRIBUTE and n != "geometry")
    if columns is not None:
        chosen = tuple(dict.fromkeys(columns))
    named = pd.DataFrame(columns=[n for n in relation.types if n != shape])
    require_columns(named, [*chosen, *origin.filter], what)
    source = relation.clause()
    return Question(
        source=source,
        columns=chosen,
        types=tuple(relation.types[name] for name in chosen),
        where=_matching(source, relation, origin.filter),
        key=relation.key,
        shape=cast(source.c[shape], Geometry(geometry_type=None)) if shape else None,
    )


def _matching(source: FromClause, relation: Relation, where: Filter) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = []
    for name, values in where.items():
        texts = [text_of(value) for value in values]
        if relation.types[name] in _NUMBERS:
            conditions.append(cast(source.c[name], Numeric).in_([n for t in texts if (n := _number(t)) is not None]))
        else:
            conditions.append(cast(source.c[name], Text).in_(texts))
    return and_(true(), *conditions)


def inside(asked: Question, box: Bounds, srid: int) -> ColumnElement[bool]:
    """Whether a row's bounds meet `box` (in the column's own CRS), which an index answers, or it has no shape."""
    assert asked.shape is not None  # a window is asked of shapes only
    envelope = func.ST_MakeEnvelope(*box, srid)
    return or_(asked.shape.is_(None), asked.shape.op("&&", is_comparison=True)(envelope))


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
