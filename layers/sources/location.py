"""Where in the world a file lies, at little cost: used to advise, never to compute."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import pyarrow as pa
import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError

from layers.origins import Origin
from layers.sources.delimited import ENDINGS as CSV_ENDINGS
from layers.sources.formats import check_format
from layers.sources.osm_reading import some_place
from layers.sources.parquet import geoparquet_bounds
from layers.sources.spreadsheet import ENDINGS as XLSX_ENDINGS
from layers.sources.vector import read_vector
from spatial.crs import lonlat_centre, parse_crs
from spatial.errors import LinliError

_READ_LIMIT_BYTES = 16 << 20
_READ_ERRORS = (
    LinliError,
    pa.ArrowException,
    OSError,
    RuntimeError,
    ValueError,
    KeyError,
    TypeError,
    CRSError,
    ProjError,
)


def location(origin: Origin) -> tuple[float, float] | None:
    """Longitude and latitude [degrees] of the middle of a layer or extract; None where it cannot be told.

    A file that cannot be read is no error here: it will be one when it is loaded.
    """
    try:
        found = _bounds(origin)
        if found is None:
            return None
        lon, lat = lonlat_centre(*found)
    except _READ_ERRORS:
        return None
    return (lon, lat) if isfinite(lon) and isfinite(lat) and abs(lat) <= 90 else None


def _bounds(origin: Origin) -> tuple[tuple[float, float, float, float], CRS] | None:
    suffix = origin.path.suffix.lower()
    if suffix in (".pbf", ".osm", ".o5m", ".bz2", ".gz"):
        return _osm_box(origin.path)
    check_format(origin.path, origin.path.name)
    if origin.geometry is not None or suffix in (".zip", *CSV_ENDINGS, *XLSX_ENDINGS):
        return _read_bounds(origin)
    declared = parse_crs(origin.crs, origin.path.name) if origin.crs else None
    if suffix in (".parquet", ".geoparquet"):
        stated = geoparquet_bounds(origin.path)
        return None if stated is None else (stated[0], declared or stated[1])
    info = pyogrio.read_info(origin.path, layer=origin.layer, force_total_bounds=True)
    crs = declared or info["crs"]
    return None if info["total_bounds"] is None or crs is None else (info["total_bounds"], CRS.from_user_input(crs))


def _read_bounds(origin: Origin) -> tuple[tuple[float, float, float, float], CRS] | None:
    """Of what does not tell without being read; large files are not read for advice."""
    if origin.path.stat().st_size > _READ_LIMIT_BYTES:
        return None
    features = read_vector(origin, origin.path.name, columns=()).frame
    left, bottom, right, top = (float(v) for v in features.total_bounds)
    return (left, bottom, right, top), features.crs


def _osm_box(path: Path) -> tuple[tuple[float, float, float, float], CRS] | None:
    """By some nodes: the box in the header may be that of another file."""
    at = some_place(path)
    return None if at is None else ((*at, *at), CRS.from_user_input("OGC:CRS84"))
