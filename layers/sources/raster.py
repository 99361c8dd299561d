"""Elevation models and rasters of residents and hazards, read through rasterio: only the window that a study needs."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import ColorInterp, MaskFlags
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window

from layers.origins import Origin
from layers.sources.files import said
from layers.sources.raster_loops import infinite, without_value
from layers.sources.raster_place import CELLS_LIMIT, place_of, window_around
from layers.sources.raster_vrt import covered, plain_vrt, tiles
from spatial.compiled import compiled
from spatial.crs import Bounds
from spatial.errors import LayerError, SourceError
from spatial.terrain import Grid

READABLE = ".tif, .hgt, .asc, .img, .vrt"
_DRIVERS = {
    ".tif": "GTiff", ".tiff": "GTiff", ".hgt": "SRTMHGT", ".asc": "AAIGrid", ".img": "HFA", ".vrt": "VRT",
}  # fmt: skip
"""GDAL driver by ending. GDAL would else decide by content, and some of its formats point to other files and to
servers; a VRT is written anew first."""
_THREADS = {"GTiff": {"num_threads": "ALL_CPUS"}}
"""How blocks are unpacked on all processors, by driver: with one, 10,000 x 10,000 cells take four times as long."""
_LOWEST_M, _HIGHEST_M = -500.0, 9000.0
"""The dry earth lies between; anything else is an undeclared nodata value or another quantity."""
_HEIGHTS_LIMIT = 50_000_000
"""Cells of heights: slopes and ways of water take several numbers of 64 bits for each."""
_BLOCK_BYTES_LIMIT = 512 * 1024**2
"""A block is unpacked as a whole, however little of it is wanted."""
_VOID = -32768


def read_elevation(origin: Origin, bounds: Bounds, bounds_crs: CRS) -> Grid:
    """Read the part of an elevation model [m] that covers `bounds`.

    Parameters
    ----------
    origin
        A raster of one band, or a VRT of such rasters beside it.
    bounds, bounds_crs
        left, bottom, right, top, and their CRS.

    Returns
    -------
    Grid
        On the raster's own cells and CRS, from north to south; the file's scale and offset are applied; cells without
        value (nodata, masked, NaN) are NaN. May be smaller than `bounds` where the raster ends.

    Raises
    ------
    SourceError
        It is broken, of a format that is not read, or packed in blocks too large to unpack.
    MissingCRS
        Neither the file nor the study declares a CRS.
    LayerError
        It has several bands, lies elsewhere, or holds values that are no heights in metres, or whole numbers as
        large as their type can hold.
    """
    what = f"elevation ({origin.path.name})"
    grid = _read_band(origin, bounds, bounds_crs, what, _HEIGHTS_LIMIT)
    return Grid(_heights(grid.values.astype(np.float64), what), grid.transform, grid.crs)


def read_people(origin: Origin, bounds: Bounds, bounds_crs: CRS) -> Grid:
    """Read the part of a raster of residents that covers `bounds`: counts or densities, as they stand.

    Parameters, errors and cells are those of `read_elevation`; a negative number of people is a
    LayerError too, because an undeclared nodata value would be taken for people.
    """
    what = f"residents ({origin.path.name})"
    grid = _read_band(origin, bounds, bounds_crs, what)
    absurd = grid.values[(grid.values < 0) | np.isinf(grid.values)]
    if absurd.size:
        kinds = ", ".join(f"{v:g}" for v in np.unique(absurd)[:3])
        raise LayerError(
            f"{what}: {absurd.size} cells hold values such as {kinds}, which is no number of people; "
            "declare that value as nodata in the file (gdal_edit -a_nodata), or bring several to one "
            "(gdal_calc)"
        )
    return Grid(grid.values.astype(np.float64), grid.transform, grid.crs)


def read_hazard(origin: Origin, role: str, bounds: Bounds, bounds_crs: CRS) -> Grid:
    """Read the part of a raster of a hazard that covers `bounds`: intensities or codes of classes, as they stand.

    Parameters, errors and cells are those of `read_elevation`; an infinite number is a LayerError too.
    """
    what = f"{role} ({origin.path.name})"
    grid = _read_band(origin, bounds, bounds_crs, what)
    count = int(compiled(infinite)(grid.values.reshape(-1)))
    if count:
        raise LayerError(
            f"{what}: {count:,} cells hold an infinite number, which is no intensity; declare it as nodata in the "
            "file (gdal_edit -a_nodata)"
        )
    return grid


def is_raster(path: Path) -> bool:
    """Whether a file is a raster by its ending."""
    return path.suffix.lower() in _DRIVERS


def _read_band(origin: Origin, bounds: Bounds, bounds_crs: CRS, what: str, most: int = CELLS_LIMIT) -> Grid:
    """The window of a raster's only band; nodata is NaN."""
    try:
        with _opened(origin.path, what) as dataset:
            _check_bands(dataset, what)
            transform, crs = place_of(dataset, origin, what)
            window = window_around(dataset, bounds, bounds_crs, crs, what, most)
            kind, scale, offset = np.dtype(dataset.dtypes[0]), dataset.scales[0], dataset.offsets[0]
            values = _values(dataset, window)
    except (RasterioError, RasterioIOError, OSError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{what}: is broken or is not what its ending says{said(error)}; copy it again from its source"
        ) from None
    if origin.path.suffix.lower() == ".vrt":
        values[~covered(origin.path, window, what)] = np.nan
    _check_full(values, kind, what)
    if (scale, offset) != (1.0, 0.0):
        values = values.astype(np.float64) * scale + offset
    return _north_up(values, _shifted(transform, window), crs)


def _values(dataset: rasterio.DatasetReader, window: Window) -> NDArray[Any]:
    """The numbers of a window, without scale and offset, NaN where there is no value.

    In 32 bits where the file has no more: limits are taken likewise. Whether real numbers are nodata is told here,
    because GDAL would unpack the file once more for it.
    """
    kind, flags = np.dtype(dataset.dtypes[0]), dataset.mask_flag_enums[0]
    real = np.result_type(kind, np.float32)
    nodata = dataset.nodata if flags == [MaskFlags.nodata] else None
    if kind != real or (flags != [MaskFlags.all_valid] and (nodata is None or abs(nodata) > np.finfo(kind).max)):
        read = dataset.read(1, window=window, masked=True)
        filled: NDArray[Any] = np.ma.filled(read.astype(real), np.nan)
        return filled
    values: NDArray[Any] = dataset.read(1, window=window)
    if nodata is not None and not np.isnan(nodata):
        compiled(without_value)(values.reshape(-1), float(kind.type(nodata)), float(np.finfo(kind).eps))
    return values


@contextmanager
def _opened(path: Path, what: str) -> Iterator[rasterio.DatasetReader]:
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None:
        raise SourceError(f"{what}: rasters are read from {READABLE}; save it as GeoTIFF, which QGIS can do")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        if driver != "VRT":
            with rasterio.open(path, driver=driver, **_THREADS.get(driver, {})) as dataset:
                _check_files(dataset, path, what)
                yield dataset
            return
        for tile in tiles(path, what):
            _check_tile(tile, f"{what}: its tile {tile.name}")
        with rasterio.MemoryFile(plain_vrt(path, what), ext=".vrt") as made, made.open(driver="VRT") as dataset:
            yield dataset


def _check_tile(path: Path, what: str) -> None:
    """Make sure that a tile is what its ending says: in a VRT, GDAL decides by content."""
    with rasterio.open(path, driver=_DRIVERS[path.suffix.lower()]) as tile:
        _check_files(tile, path, what)
        _check_blocks(tile, what)
    if path.suffix.lower() == ".hgt":
        with path.open("rb") as stream:
            first = np.frombuffer(stream.read(64), dtype=">i2")
        if not (((first >= _LOWEST_M) & (first <= _HIGHEST_M)) | (first == _VOID)).all():
            raise SourceError(f"{what} does not begin with heights in metres; copy it again from its source")


def _check_files(dataset: rasterio.DatasetReader, path: Path, what: str) -> None:
    """Refuse a raster that keeps its cells elsewhere: an .img names the file of its cells, wherever that is."""
    folder = path.resolve().parent
    others = [Path(name).name for name in dataset.files if not Path(name).resolve().is_relative_to(folder)]
    if others:
        raise SourceError(
            f"{what}: takes a part from a file of another folder ({others[0][:80]}), which is not followed; write it "
            "out as GeoTIFF (gdal_translate)"
        )


def _check_bands(dataset: rasterio.DatasetReader, what: str) -> None:
    kinds = [kind for kind in dataset.colorinterp[1:] if kind != ColorInterp.alpha]
    if dataset.colorinterp[0] == ColorInterp.alpha or kinds:
        raise LayerError(f"{what}: has {dataset.count} bands, so nobody knows which one is meant; export the one band")
    if np.dtype(dataset.dtypes[0]).kind not in "iuf":
        raise LayerError(f"{what}: holds {dataset.dtypes[0]} values, which are no plain numbers; export real numbers")
    _check_blocks(dataset, what)


def _check_blocks(dataset: rasterio.DatasetReader, what: str) -> None:
    rows, columns = dataset.block_shapes[0]
    size = rows * columns * np.dtype(dataset.dtypes[0]).itemsize
    if size > _BLOCK_BYTES_LIMIT:
        raise SourceError(
            f"{what}: is packed in blocks of {columns:,} by {rows:,} cells, which cannot be unpacked in parts; store "
            "it in tiles (gdal_translate -co TILED=YES)"
        )


def _check_full(values: NDArray[Any], kind: np.dtype[Any], what: str) -> None:
    """Refuse whole numbers as large as their type can hold: nodata that nobody declared, or numbers that ran over."""
    if kind.kind not in "iu":
        return
    largest = np.iinfo(kind).max
    full = int((values == largest).sum())
    if full:
        raise LayerError(
            f"{what}: {full} cells hold {largest}, the largest number that {kind} can hold, so they have no value or "
            "one that did not fit; declare it as nodata in the file (gdal_edit -a_nodata), or write the raster with a "
            "larger type"
        )


def _north_up(values: NDArray[Any], transform: Affine, crs: CRS) -> Grid:
    """Rows from north to south; a turned grid stays as it is."""
    if transform.e > 0 and transform.b == 0 and transform.d == 0:
        top = transform.f + transform.e * values.shape[0]
        return Grid(values[::-1].copy(), Affine(transform.a, 0.0, transform.c, 0.0, -transform.e, top), crs)
    return Grid(values, transform, crs)


def _shifted(whole: Affine, window: Window) -> Affine:
    """The transform of a window."""
    col, row = window.col_off, window.row_off
    left, top = whole.c + col * whole.a + row * whole.b, whole.f + col * whole.d + row * whole.e
    return Affine(whole.a, whole.b, left, whole.d, whole.e, top)


def _heights(heights: NDArray[np.float64], what: str) -> NDArray[np.float64]:
    known = heights[~np.isnan(heights)]
    absurd = known[(known < _LOWEST_M) | (known > _HIGHEST_M)]
    if absurd.size:
        raise LayerError(
            f"{what}: {absurd.size} cells hold values such as {absurd[0]:g}, which is no height in metres; "
            "declare that value as nodata in the file (gdal_edit -a_nodata), or convert it to metres"
        )
    return heights
