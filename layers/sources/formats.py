"""Which vector formats are read, told by their first bytes.

GDAL decides by content, not by name, and some of its formats are instructions: to read another
file, or to ask a server. A file from elsewhere must not be able to do either.
"""

from __future__ import annotations

from pathlib import Path

from layers.sources.delimited import ENDINGS as CSV_ENDINGS
from layers.sources.files import head, parts
from layers.sources.geojson import check_geojson
from layers.sources.geopackage import check_geopackage
from layers.sources.spreadsheet import ENDINGS as XLSX_ENDINGS
from spatial.errors import SourceError

READABLE = ".gpkg, .shp, .geojson, .fgb, .kml, .gdb, .parquet, .csv, .xlsx, or one of them in a .zip"
_MAGIC = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".fgb": (b"fgb",),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
    ".geojson": (b"{",),
    ".json": (b"{",),
    ".kml": (b"<", b"\xff\xfe<", b"\xfe\xff\x00<"),
    ".zip": (b"PK\x03\x04", b"PK\x05\x06"),
}
_HINTS = {
    (".7z", ".rar", ".gz", ".tar", ".tgz"): "unpack it first, or pack it as .zip",
    (".kmz",): "rename it to .zip, or save it as .kml",
    (".xls",): "save it as .xlsx",
    (".dbf", ".shx", ".prj", ".cpg"): "name the .shp file that it belongs to",
}


def check_format(path: Path, what: str) -> None:
    """Refuse what is not one of the formats that are read, or is not what its name says.

    Raises
    ------
    SourceError
        With the formats that can be read.
    """
    suffix = path.suffix.lower()
    if "!" in str(path):
        raise SourceError(
            f"{what}: there is a '!' in its path, and what reads layers would look for an archive there; rename the "
            "file or the folder"
        )
    if suffix == ".gdb" and path.is_dir():
        _check_geodatabase(path, what)
        return
    if suffix in (*CSV_ENDINGS, *XLSX_ENDINGS):
        return  # judged when they are opened
    if suffix not in _MAGIC:
        how = next((hint for endings, hint in _HINTS.items() if suffix in endings), None)
        raise SourceError(
            f"{what}: layers are read from {READABLE}, not {suffix or 'a file without ending'}; "
            f"{how or 'save it as GeoPackage, which QGIS can do'}"
        )
    start = head(path, 4096)
    if suffix in (".geojson", ".json", ".kml"):
        start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(_MAGIC[suffix]):
        empty = "it is empty" if not start else "its first bytes are those of something else"
        raise SourceError(
            f"{what}: is no {suffix} file although it is named so ({empty}); copy it again from its source"
        )
    _check_inside(path, suffix, what)


def _check_inside(path: Path, suffix: str, what: str) -> None:
    if suffix == ".shp":
        _check_shapefile(path, what)
    elif suffix == ".gpkg":
        check_geopackage(path, what)
    elif suffix in (".geojson", ".json"):
        check_geojson(path, what)


def _check_shapefile(path: Path, what: str) -> None:
    """GDAL reads the cut-off shapes of a truncated shapefile as empty, without a word."""
    stated = 2 * int.from_bytes(head(path, 28)[24:28], "big")
    size = path.stat().st_size
    if size < stated:
        raise SourceError(
            f"{what}: is broken or incomplete: {size:,} of {stated:,} bytes; copy it again from its source"
        )
    there = {part.suffix.lower() for part in parts(path)}
    missing = [suffix for suffix in (".dbf", ".shx") if suffix not in there]
    if missing:
        raise SourceError(
            f"{what}: its {' and '.join(missing)} file is missing, and a shapefile is no use without it; copy all "
            "files of that name"
        )


def _check_geodatabase(path: Path, what: str) -> None:
    """GDAL reads a table whose index of rows is cut off as one without rows, without a word."""
    for index in sorted(path.glob("*.gdbtablx")):
        start, size = head(index, 16), index.stat().st_size
        blocks, width = (int.from_bytes(start[n : n + 4], "little") for n in (4, 12))
        stated = 16 + 1_024 * blocks * width
        if size < stated:
            raise SourceError(
                f"{what}: is broken or incomplete: {index.name} has {size:,} of {stated:,} bytes; copy it again from "
                "its source"
            )
