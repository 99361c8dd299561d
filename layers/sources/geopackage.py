"""Whether a GeoPackage can be read as it lies there: whole, at rest, and leaving nothing behind."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from layers.sources.files import head
from spatial.errors import SourceError

_HEADER_BYTES = 100
_WAL = 2
_WAIT_S = 1.0


def check_geopackage(path: Path, what: str) -> None:
    """Refuse a file that is incomplete, or that another program is writing to.

    A program's unfinished changes lie in a second file beside the first. Reading them would mean to write
    there, and to leave them out would mean to read something that nobody has saved.

    Raises
    ------
    SourceError
        With what to do.
    """
    start = head(path, _HEADER_BYTES)
    page = int.from_bytes(start[16:18], "big")
    page_bytes = 65536 if page == 1 else page
    stated = page_bytes * int.from_bytes(start[28:32], "big") if start[24:28] == start[92:96] else 0
    size = path.stat().st_size
    if len(start) < _HEADER_BYTES or size < stated:
        raise SourceError(
            f"{what}: is broken or incomplete: {size:,} of {stated:,} bytes; copy it again from its source"
        )
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.is_file() and beside.stat().st_size:
            raise SourceError(
                f"{what}: holds changes that are not finished ({beside.name} lies beside it), so it may be open in "
                "another program; save and close it there, or copy the file without its layers being open"
            )
    if start[18:20] != bytes([_WAL, _WAL]):  # a file in that mode would be written to by looking
        _check_lock(path, what)
    _check_catalogue(path, what)


def check_stored(path: Path, layer: str, what: str) -> None:
    """Refuse a layer that is not stored but computed while it is read: it could do so without end, or fill the memory.

    Raises
    ------
    SourceError
        It is a view, or has columns that are made by a formula.
    """
    found = _asked(path, "SELECT type FROM sqlite_master WHERE name = ? COLLATE NOCASE", layer)
    computed = _asked(path, "SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 2", layer)
    if "view" in found:
        raise SourceError(
            f"{what}: layer {layer!r} is a view, a query that the file would have us run, which is never done; save "
            "its rows as a layer of their own (export features as, in QGIS)"
        )
    if computed:
        raise SourceError(
            f"{what}: columns of layer {layer!r} are made by formulas ({', '.join(map(repr, computed[:3]))}), which "
            "the file would have us run, and that is never done; save the layer again (export features as, in QGIS)"
        )


def _check_catalogue(path: Path, what: str) -> None:
    """What lists the layers is looked at by every reader, before anybody chooses one."""
    views = _asked(path, "SELECT name FROM sqlite_master WHERE type = 'view' AND lower(name) GLOB ?", "gpkg_*")
    if views:
        raise SourceError(
            f"{what}: is no usual GeoPackage: {', '.join(map(repr, views[:3]))} is a query that the file would have us "
            "run, which is never done; save its layers to a new file (export features as, in QGIS)"
        )


def _asked(path: Path, question: str, name: str) -> list[str]:
    """The first column of an answer. The file is at rest, so nothing is locked and nothing written beside it."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return [str(row[0]) for row in connection.execute(question, (name,))]
    except (sqlite3.Error, UnicodeDecodeError):  # a broken one is told by its reader
        return []


def _check_lock(path: Path, what: str) -> None:
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_S)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return  # whatever else is wrong with it, its reader tells
        raise SourceError(
            f"{what}: another program is writing to it; wait until it is done, or close the layer there, and try again"
        ) from None
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # the second where the message quotes damaged bytes
        return
