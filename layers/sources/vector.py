"""Layers of shapes from files: all formats, one or several files, the part that a study needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import shapely
from pyproj import CRS

from layers.origins import Origin
from layers.sources.columns import chosen
from layers.sources.dbf import dbf_encoding
from layers.sources.delimited import ENDINGS as CSV_ENDINGS
from layers.sources.encoding import encoding_caveats, known_encoding
from layers.sources.files import broken, file_input
from layers.sources.filters import require_names, text_of
from layers.sources.formats import check_format
from layers.sources.garbled import garbled
from layers.sources.gdal import gdal_parts
from layers.sources.limits import LIMITS, Limits
from layers.sources.located import coordinate_columns, located
from layers.sources.markup import in_utf8, kml_elements
from layers.sources.parquet import parquet_parts
from layers.sources.parts import Parts, Task, gathered, stacked
from layers.sources.placing import check_coordinates, placed, placing_caveats
from layers.sources.reading import Read
from layers.sources.spreadsheet import ENDINGS as XLSX_ENDINGS
from layers.sources.spreadsheet import typed
from layers.sources.tables import PARQUET_ENDINGS, open_sheet
from layers.sources.window import Near, Window
from layers.sources.zipped import LAYERS, unpacked
from layers.types import Caveat
from spatial.crs import parse_crs
from spatial.errors import LayerError

__all__ = ["Near", "asked", "read_vector"]


def read_vector(
    origin: Origin,
    role: str,
    columns: Sequence[str] | None = None,
    near: Near | None = None,
    limits: Limits = LIMITS,
) -> Read[gpd.GeoDataFrame]:
    """Read a layer with its own CRS, or the one that the study declares for it.

    A CRS declared in the study wins over the file's (a wrong .prj can be put right) and is counted.
    GeoParquet without a CRS entry is OGC:CRS84 by its specification; GeoJSON is WGS 84 unless it says
    otherwise; KML always is. Parquet with plain WKB and no metadata, CSV and XLSX need `crs` declared.

    Parameters
    ----------
    origin
        Several files are read one after the other; all come out in the CRS of the first.
    columns
        What the role needs; None: everything. Columns of the filter are read besides.
    near
        Only rows whose bounds touch this box, grown by `layers.sources.window.PAD_M`, are kept; whole, not
        clipped. Memory is then bounded by what lies there.

    Returns
    -------
    Read
        The rows that match the origin's filter, geometry column ``geometry``, plane shapes; counts
        ``rows_read``, ``rows_kept`` and, where it happened, ``outside`` (matched the filter but lay outside
        `near`), ``crs_overridden``, ``reprojected`` (rows of further files), ``rings_closed``,
        ``heights_dropped``, ``texts_cut``, ``columns_not_common``. With `near` there may be no row.

    Raises
    ------
    SourceError
        A file is broken, incomplete, or of a format that is not read.
    MissingCRS
        Neither a file nor the study declares a CRS.
    LayerError
        No layer or several without a choice, a column that is missing, a filter that fails, coordinates that
        cannot be, no feature near the study where the file is plainly of elsewhere, or a limit passed.
    """
    files = [replace(origin, path=path, more=()) for path in (origin.path, *origin.more)]
    reads = [_one(file, role, columns, near, limits) for file in files]
    if near is not None and not any(len(frame) for frame, _, _, _ in reads):
        for file, (_, _, _, window) in zip(files, reads, strict=True):
            if window is not None:
                window.check(_what(role, file))
    frame, counts = _together([(frame, seen) for frame, seen, _, _ in reads])
    caveats = tuple(caveat for _, _, found, _ in reads for caveat in found)
    return Read(frame, dict(counts), tuple(file_input(file.path, query=asked(file)) for file in files), caveats)


_One = tuple[gpd.GeoDataFrame, Counter[str], tuple[Caveat, ...], Window | None]


def _one(origin: Origin, role: str, columns: Sequence[str] | None, near: Near | None, limits: Limits) -> _One:
    what = _what(role, origin)
    check_format(origin.path, what)
    _check_encoding(origin, what)
    wanted = None if columns is None else (*columns, *origin.filter)
    with _open(origin, wanted, what) as parts:
        if parts.rows == 0:
            raise _without_features(what)
        if wanted is not None:
            require_names(parts.columns, tuple(chosen(parts.columns, wanted).values()), wanted, what)
        crs = parts.crs if origin.crs is None else parse_crs(origin.crs, what)
        if crs is None:
            placed(gpd.GeoDataFrame(geometry=[]), origin, what)  # raises
        window = None if near is None or crs is None else Window(near, crs)
        features, counts = gathered(parts, Task(origin.filter, what, window, limits))
    if not counts["rows_read"]:
        raise _without_features(what)
    features = typed(features)
    _check(features, crs, window, what)
    features, placing = placed(features.set_crs(parts.crs), origin, what)
    counts.update(placing)
    caveats = (
        *_caveats(parts, role, len(features)),
        *((Caveat("unplaced", role, counts["unplaced"], "rows"),) if counts["unplaced"] else ()),
        *placing_caveats(placing, origin, role),
        *garbled(features, role, what),
    )
    return features, counts, caveats, window


def _without_features(what: str) -> LayerError:
    return LayerError(
        f"{what}: the layer holds no features, so there is nothing to assess; check the file, and the layer it names"
    )


def _check_encoding(origin: Origin, what: str) -> None:
    """A study that declares what has no effect is mistaken about its file."""
    suffix = origin.path.suffix.lower()
    if origin.encoding is None or suffix in (".shp", ".zip", *CSV_ENDINGS):
        return
    if known_encoding(origin.encoding) != ("utf-8", "utf-8"):
        raise LayerError(
            f"{what}: encoding = {origin.encoding[:40]!r} is declared, but text in {suffix} is always UTF-8; leave "
            "encoding out, and if names come out as noise, save the file again from its source"
        )


def _caveats(parts: Parts, role: str, rows: int) -> Iterator[Caveat]:
    if parts.text is not None:
        yield from encoding_caveats(parts.text, role, rows)
    if parts.counts["texts_cut_by_field"]:
        yield Caveat("text_cut", role, parts.counts["texts_cut_by_field"], "names")
    if parts.counts["links_not_followed"]:
        yield Caveat("links_not_followed", role, parts.counts["links_not_followed"], "features")


def _check(features: gpd.GeoDataFrame, crs: CRS | None, window: Window | None, what: str) -> None:
    """Where nothing lies near the study, coordinates that cannot be may be why: all rows are judged then."""
    shapes = features.geometry.to_numpy()
    none_near = bool((shapely.is_missing(shapes) | shapely.is_empty(shapes)).all())
    if none_near and window is not None and window.tally.solid:
        features = gpd.GeoDataFrame(geometry=[shapely.box(*window.tally.bounds)])
    check_coordinates(features.set_crs(crs, allow_override=True), what)


@contextmanager
def _open(origin: Origin, wanted: Sequence[str] | None, what: str) -> Iterator[Parts]:
    suffix = origin.path.suffix.lower()
    if origin.geometry is not None or suffix in (*CSV_ENDINGS, *XLSX_ENDINGS):
        cells = None if wanted is None else (*wanted, *coordinate_columns(origin.geometry))
        with open_sheet(origin, cells, what) as sheet:
            yield located(sheet, origin.geometry, what)
    elif suffix in PARQUET_ENDINGS:
        with parquet_parts(origin.path, wanted, what) as parts:
            yield parts
    elif suffix == ".zip":
        with unpacked(origin.path, origin.layer, LAYERS, what) as (path, layer):
            check_format(path, what)
            with _open(replace(origin, path=path, layer=layer), wanted, what) as parts:
                yield parts
    elif suffix == ".kml":
        with in_utf8(origin.path, what) as path, _kml(path, origin, wanted, what) as parts:
            yield parts
    elif suffix == ".shp":
        text = dbf_encoding(origin.path, origin.encoding, what)
        with gdal_parts(origin.path, origin.layer, wanted, what, text) as parts:
            yield parts
    else:
        with gdal_parts(origin.path, origin.layer, wanted, what) as parts:
            yield parts


@contextmanager
def _kml(path: Path, origin: Origin, wanted: Sequence[str] | None, what: str) -> Iterator[Parts]:
    held = kml_elements(path, what)
    with gdal_parts(path, origin.layer, wanted, what) as parts:
        if origin.layer is None and parts.rows < held["Placemark"]:
            raise broken(what, f"{parts.rows} of {held['Placemark']} placemarks can be read")
        parts.counts["links_not_followed"] += held["NetworkLink"]
        yield parts


def _together(reads: Sequence[tuple[gpd.GeoDataFrame, Counter[str]]]) -> tuple[gpd.GeoDataFrame, Counter[str]]:
    """Rows of all files, in the CRS of the first; columns that only some have are left out and counted."""
    total: Counter[str] = Counter()
    for _, counts in reads:
        total.update(counts)
    if len(reads) == 1:
        return reads[0][0], total
    first = reads[0][0]
    common = [c for c in first.columns if all(c in frame.columns for frame, _ in reads)]
    total["columns_not_common"] = len({c for frame, _ in reads for c in frame.columns} - set(common))
    frames = []
    for frame, _ in reads:
        if not frame.crs.equals(first.crs, ignore_axis_order=True):
            total["reprojected"] += len(frame)
            frames.append(frame[common].to_crs(first.crs))
        else:
            frames.append(frame[common].set_crs(first.crs, allow_override=True))
    return stacked(frames), Counter({name: n for name, n in total.items() if n or name in ("rows_read", "rows_kept")})


def _what(role: str, origin: Origin) -> str:
    return f"{role} ({origin.path.name})"


def asked(origin: Origin) -> str:
    """Which layer and rows of a file are taken, for the record."""
    where = "; ".join(f"{column} = {', '.join(map(text_of, values))}" for column, values in origin.filter.items())
    return "; ".join(part for part in (f"layer {origin.layer}" if origin.layer else "", where) if part)
