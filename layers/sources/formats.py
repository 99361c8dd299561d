"""Which vector formats are read, told by their first bytes.

GDAL decides by content, not by name, and some of its formats are instructions: to read another
file, or to ask a server. A file from elsewhere must not be able to do either.
"""

from __future__ import annotations

from pathlib import Path

from layers.sources.files import head, parts
from spatial.errors import SourceError

READABLE = ".gpkg, .shp, .geojson, .fgb, .gdb, .parquet"
_MAGIC = {
    ".gpkg": (b"SQLite format 3\x00",),
    ".shp": (b"\x00\x00\x27\x0a",),
    ".fgb": (b"fgb",),
    ".parquet": (b"PAR1",),
    ".geoparquet": (b"PAR1",),
    ".geojson": (b"{",),
    ".json": (b"{",),
}
_PIPELINE = b"gdal_streamed_alg"
"""Marks a JSON file that GDAL would run as a pipeline of its own commands."""


def check_format(path: Path, what: str) -> None:
    """Refuse what is not one of the formats that are read, or is not what its name says.

    Raises
    ------
    SourceError
        With the formats that can be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".gdb" and path.is_dir():
        return
    if suffix not in _MAGIC:
        how = (
            "unpack it first"
            if suffix in (".zip", ".7z", ".rar", ".gz")
            else "save it as GeoPackage, which QGIS can do"
        )
        raise SourceError(f"{what}: layers are read from {READABLE}, not {suffix or 'a file without ending'}; {how}")
    start = head(path, 64)
    if suffix in (".geojson", ".json"):
        start = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start.startswith(_MAGIC[suffix]):
        empty = "it is empty" if not start else "its first bytes are those of something else"
        raise SourceError(
            f"{what}: is no {suffix} file although it is named so ({empty}); copy it again from its source"
        )
    if suffix == ".shp":
        _check_shapefile(path, what)
    if suffix in (".geojson", ".json") and _PIPELINE in path.read_bytes():
        raise SourceError(
            f"{what}: is no GeoJSON but a GDAL pipeline, which is never run; write its result to a file and name that"
        )


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
