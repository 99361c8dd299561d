"""Where a layer of a study comes from: its files or its table of a database, and what the study says about them."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from layers.origins import DATUMS, AnyOrigin, DatabaseOrigin, Filter, GeometryColumns, Origin
from layers.study_table import Table
from spatial.crs import parse_crs
from spatial.errors import NotMetric

DATABASE = "postgis"
"""What `source` says of a layer in a database."""
_SHAPE_KEYS = ("x", "y", "wkt")
_FILES_LIMIT = 1000
FILE_KEYS = (
    "path", "crs", "datum", "encoding", "layer", *_SHAPE_KEYS, "filter", "licence", "attribution", "date", "note",
)  # fmt: skip
"""What every table of a file may say about it."""
_DATABASE_KEYS = ("source", "table", "service", "geometry")
ORIGIN_KEYS = (*_DATABASE_KEYS, *FILE_KEYS)
"""What a table may say whose layer may also lie in a database."""
OF_A_PLACE = ("path", "crs", "datum", "encoding", "layer", "table", "service", "geometry", *_SHAPE_KEYS)
"""What speaks of a file or database, and so of nothing else."""


def layer_origin(table: Table, folder: Path, *, note: bool = True) -> AnyOrigin | None:
    """Files or a table of a database. `note` is text here; hazards have notes by language instead."""
    if table.data.get("source") == DATABASE:
        return _database_origin(table, note=note)
    if table.has("source"):
        table.choice("source", (DATABASE,))
    refuse(table, _DATABASE_KEYS[1:], f'these speak of a database: write source = "{DATABASE}" too', also="path")
    return file_origin(table, folder, note=note)


def file_origin(table: Table, folder: Path, *, note: bool = True) -> Origin | None:
    """One file, or several of the same layer."""
    paths = file_paths(table, folder)
    shape = _geometry_columns(table)
    encoding = table.text("encoding")
    if encoding is not None and not _is_encoding(encoding):
        table.fault(f"encoding = {encoding[:40]!r} is unknown; write one such as utf-8, gb18030, iso-8859-1")
    layer, said = table.text("layer"), _said(table, note=note)
    if not paths:
        return None
    return Origin(
        paths[0], said.crs, encoding, layer, said.filter, said.licence, said.attribution, said.date, said.note,
        paths[1:], said.datum, shape,
    )  # fmt: skip


def _database_origin(table: Table, *, note: bool) -> DatabaseOrigin | None:
    refuse(table, ("path", "encoding", "layer", *_SHAPE_KEYS), "these speak of a file", also=f'source = "{DATABASE}"')
    name = table.text("table", required=True)
    service, geometry, said = table.text("service"), table.text("geometry"), _said(table, note=note)
    if name is None:
        return None
    return DatabaseOrigin(
        name, service or "", geometry or "", said.crs, said.filter, said.licence, said.attribution, said.date,
        said.note, said.datum,
    )  # fmt: skip


def _said(table: Table, *, note: bool) -> DatabaseOrigin:
    """What may be said of every layer, wherever it lies."""
    crs = table.text("crs")
    if crs is not None:
        try:
            parse_crs(crs, table.where)
        except NotMetric as error:
            table.faults.append(str(error))
    datum = table.choice("datum", DATUMS) if table.has("datum") else DATUMS[0]
    licence, attribution = table.text("licence"), table.text("attribution")
    return DatabaseOrigin(
        "", crs=crs, filter=filter_of(table), licence=licence, attribution=attribution, date=table.day("date"),
        note=table.text("note") if note else None, datum=datum or DATUMS[0],
    )  # fmt: skip


def _geometry_columns(table: Table) -> GeometryColumns | None:
    found = {key: text for key in _SHAPE_KEYS if (text := table.text(key)) is not None}
    if not found:
        return None
    if set(found) not in ({"x", "y"}, {"wkt"}):
        table.fault("names its shapes by x and y together, or by wkt alone: write the columns that hold them")
        return None
    return GeometryColumns(**found)


def file_paths(table: Table, folder: Path) -> tuple[Path, ...]:
    """The files of ``path``: one text, or a list of them."""
    value = table.data.get("path")
    if not isinstance(value, list):
        path = file_path(table, folder)
        return () if path is None else (path,)
    texts = table.texts("path")
    if len(texts) > _FILES_LIMIT:
        table.fault(f"path names {len(texts)} files, more than {_FILES_LIMIT}; unite them into one GeoPackage")
        return ()
    paths = [_checked_path(table, text, folder) for text in texts]
    return tuple(path for path in paths if path is not None)


def file_path(table: Table, folder: Path) -> Path | None:
    """The file of a table, absolute. It must exist and lie in the study's folder, links followed."""
    text = table.text("path", required=True)
    return None if text is None else _checked_path(table, text, folder)


def own_profiles(head: Table, names: Sequence[str], folder: Path) -> dict[str, Path]:
    """Of the profiles that a study names, the files: those that end in ``.toml``, in the study's folder."""
    found = {name: _checked_path(head, name, folder) for name in names if name.endswith(".toml")}
    return {name: path for name, path in found.items() if path is not None}


def place_of(table: Table, folder: Path) -> Path | None:
    """Where the file of ``path`` is, or will be: absolute, and in the study's folder, links followed."""
    text = table.text("path", required=True)
    return None if text is None else _place(table, text, folder)


def _checked_path(table: Table, text: str, folder: Path) -> Path | None:
    path = _place(table, text, folder)
    if path is None:
        return None
    shown = f"path = {text[:120]!r}"
    if not path.exists():
        table.fault(f"{shown}: there is no such file in {folder}; put it there or correct the path")
    elif path.is_dir() and path.suffix.lower() != ".gdb":
        table.fault(f"{shown} is a folder; name the file in it")
    else:
        return path
    return None


def _place(table: Table, text: str, folder: Path) -> Path | None:
    shown = f"path = {text[:120]!r}"
    if "\\" in text:
        table.fault(f"{shown} has backslashes; write forward slashes, they work everywhere")
        return None
    path = (folder / text).resolve()
    if PurePosixPath(text).is_absolute() or PureWindowsPath(text).drive or not path.is_relative_to(folder):
        table.fault(
            f"{shown} leads out of the study's folder; copy the file beside the study file, so that the study can be "
            "passed on whole"
        )
        return None
    return path


def filter_of(table: Table) -> Filter:
    """The columns of ``filter`` and the values that a row may have."""
    where: dict[str, tuple[str | int | float | bool, ...]] = {}
    for column, wanted in table.mapping("filter").items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if not values or not all(isinstance(v, str | int | float | bool) for v in values):
            table.fault(f"filter: {column[:60]!r} must be a value or a list of values")
        else:
            where[column] = tuple(values)
    return where


def refuse(table: Table, keys: Sequence[str], because: str, *, also: str = "source") -> None:
    """Note each key that cannot stand beside `also`."""
    for key in keys:
        if table.has(key):
            table.fault(f"has both {also} and {key}; {because}")


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True
