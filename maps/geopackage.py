"""Write gaps.gpkg: every published table in the study's CRS, described, styled, and the same bytes for the same input.

Out of reach (inf) is stored as SQLite's infinity, which GDAL and QGIS show as ``inf``; unknown is NULL.
The two are never merged.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pyogrio

from analyses.results import Results
from maps.column_labels import labels, meaning
from maps.styles import Style, styles
from maps.tables import PublishedTable, internal_tables, published_tables
from maps.vocabulary import LANGUAGES

GEOMETRY_COLUMN = "geom"
_GEOMETRY_TYPES = {"polygon": "MultiPolygon", "point": "Point", "line": "LineString"}
_VERSION = "1.3"
"""Of the standard: QGIS releases still in use warn of anything newer."""
_INTERNAL_NOTICE = "internal, not for publication"
_OLDEST = "1970-01-01"


def write_gaps(results: Results, path: Path) -> None:
    """Write every published table to a new GeoPackage.

    Parameters
    ----------
    results : Results
        An assessment; its frames are not changed.
    path : Path
        A file that does not exist yet, in an existing folder.

    Raises
    ------
    OSError, pyogrio.errors.DataSourceError, sqlite3.Error
        If the file cannot be written; `maps.publish` says what to do.

    Notes
    -----
    The same results give the same bytes: the time stamps are the date of the newest input.
    """
    tables = published_tables(results)
    _write(tables, styles(results, tables), path, results, notice="")


def write_internal(results: Results, path: Path) -> None:
    """Write the internal tables, demand points and walk network, to a GeoPackage of their own.

    They say where residents are placed, house by house, so they are never part of ``gaps.gpkg``,
    which may be handed on. Parameters and errors are those of `write_gaps`.
    """
    _write(internal_tables(results), (), path, results, notice=_INTERNAL_NOTICE)


def data_date(results: Results) -> str:
    """The newest date among the inputs, ``YYYY-MM-DD``: the time stamp of everything that is written."""
    found = (re.match(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", entry.date) for entry in results.provenance)
    dates = [f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}" for match in found if match]
    return max(dates, default=_OLDEST)


def _write(
    tables: Sequence[PublishedTable], table_styles: Sequence[Style], path: Path, results: Results, notice: str
) -> None:
    stamp = f"{data_date(results)}T00:00:00.000Z"
    languages = results.study.languages
    with _dated(stamp):
        for table in tables:
            _write_table(table, path, languages, notice)
    with closing(sqlite3.connect(path)) as file, file:
        _describe_columns(file, tables, languages)
        if table_styles:
            _add_styles(file, table_styles, stamp)


@contextmanager
def _dated(stamp: str) -> Iterator[None]:
    """GDAL writes this time instead of the clock's, so that files can be compared."""
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": stamp})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def _write_table(table: PublishedTable, path: Path, languages: tuple[str, ...], notice: str) -> None:
    declared = table.declared
    text = " · ".join((declared.en, declared.zh)[LANGUAGES.index(language)] for language in languages)
    options = {"IDENTIFIER": f"{declared.name} ({notice})" if notice else declared.name, "DESCRIPTION": text}
    if declared.geometry:
        options["GEOMETRY_NAME"] = GEOMETRY_COLUMN
    pyogrio.write_dataframe(
        table.frame,
        path,
        layer=declared.name,
        driver="GPKG",
        geometry_type=_GEOMETRY_TYPES[declared.geometry] if declared.geometry else None,
        promote_to_multi=declared.geometry == "polygon",
        append=path.exists(),
        dataset_options={"VERSION": _VERSION},
        layer_options=options,
    )


# --------------------------------------------------------------------------- what GDAL does not write


_COLUMN_TABLES = """
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
  constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
  max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
"""The schema extension of the GeoPackage standard: a title and a description for every column."""
_SCHEMA_EXTENSION = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write")


def _describe_columns(file: sqlite3.Connection, tables: Sequence[PublishedTable], languages: tuple[str, ...]) -> None:
    file.executescript(_COLUMN_TABLES)
    for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
        file.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", (name, *_SCHEMA_EXTENSION))
    rows = [
        (table.declared.name, field.name, field.name, labels(field, languages), meaning(field, languages))
        for table in tables
        for field in table.fields
    ]
    file.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)", rows
    )


_STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""
"""As QGIS creates it, so that it goes on using it."""


def _add_styles(file: sqlite3.Connection, table_styles: Sequence[Style], stamp: str) -> None:
    file.executescript(_STYLE_TABLE)
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles for QGIS', ?, 0)",
        (stamp,),
    )
    file.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
        "VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)",
        [
            (
                style.table,
                GEOMETRY_COLUMN if style.spatial else "",
                style.name,
                style.qml,
                style.default,
                style.description,
                stamp,
            )
            for style in table_styles
        ],
    )
