"""Where a layer of a study lies: in files, or in a table of a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Filter = Mapping[str, tuple[str | int | float | bool, ...]]
"""Column -> accepted values, joined by AND."""

DATUMS = ("wgs84", "gcj02", "bd09")


@dataclass(frozen=True)
class GeometryColumns:
    """Where a table without shapes of its own (CSV, XLSX) says where its rows lie."""

    x: str = ""
    """Column of eastings or longitudes; with it goes `y`."""
    y: str = ""
    wkt: str = ""
    """Column of well-known text, instead of `x` and `y`."""


@dataclass(frozen=True)
class Origin:
    """The files of a layer, and what a study may say about them."""

    path: Path
    """Absolute; in the study file relative to it."""
    crs: str | None = None
    encoding: str | None = None
    layer: str | None = None
    filter: Filter = field(default_factory=dict)
    licence: str | None = None
    attribution: str | None = None
    date: str | None = None
    note: str | None = None
    more: tuple[Path, ...] = ()
    """Further files of the same layer, in the study's order."""
    datum: str = "wgs84"
    """One of `DATUMS`: how the coordinates were shifted before they were passed on."""
    geometry: GeometryColumns | None = None

    @property
    def name(self) -> str:
        """As messages call it."""
        return self.path.name


@dataclass(frozen=True)
class DatabaseOrigin:
    """A table or view of a PostGIS database. How to get in is told by the environment or a service file, never here."""

    table: str
    """``schema.table`` or ``table``."""
    service: str = ""
    """Name of an entry of the service file; empty: the environment's ``PG...`` variables say where."""
    geometry_column: str = ""
    """Empty: the only one there is."""
    crs: str | None = None
    filter: Filter = field(default_factory=dict)
    licence: str | None = None
    attribution: str | None = None
    date: str | None = None
    note: str | None = None
    datum: str = "wgs84"

    @property
    def name(self) -> str:
        """As messages call it."""
        return self.table


AnyOrigin: TypeAlias = Origin | DatabaseOrigin
