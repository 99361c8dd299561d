"""Elevation models and rasters of residents, read through rasterio: only the window that a study needs."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError, RasterioIOError
from rasterio.windows import Window, from_bounds

from layers.sources.files import said
from layers.types import Origin
from spatial.crs import Bounds, change_bounds, parse_crs
from spatial.errors import LayerError, MissingCRS, SourceError
from spatial.terrain import Grid

READABLE = ".tif, .hgt, .asc, .img"
_DRIVERS = {".tif": "GTiff", ".tiff": "GTiff", ".hgt": "SRTMHGT", ".asc": "AAIGrid", ".img": "HFA"}
"""GDAL driver by ending. GDAL would else decide by content, and some of its formats (VRT) point
to other files and to servers."""
_LOWEST_M, _HIGHEST_M = -500.0, 9000.0
"""The dry earth lies between; anything else is an undeclared nodata value or another quantity."""
_MARGIN_CELLS = 2
"""Cells beyond the bounds, so that slopes at the rim have all their neighbours."""
_CELLS_LIMIT = 100_000_000


def read_elevation(origin: Origin, bounds: Bounds, bounds_crs: CRS) -> Grid:
    """Read the part of an elevation model [m] that covers `bounds`.

    Parameters
    ----------
    origin
        A raster of one band.
    bounds, bounds_crs
        left, bottom, right, top, and their CRS.

    Returns
    -------
    Grid
        On the raster's own cells and CRS; nodata cells are NaN. May be smaller than `bounds` where
        the raster ends.

    Raises
    ------
    SourceError
        It is broken or of a format that is not read.
    MissingCRS
        Neither the file nor the study declares a CRS.
    LayerError
        It has several bands, lies elsewhere, or holds values that are no heights in metres.
    """
    what = f"elevation ({origin.path.name})"
    grid = _read_band(origin, bounds, bounds_crs, what)
    return Grid(_heights(grid.values, what), grid.transform, grid.crs)


def read_people(origin: Origin, bounds: Bounds, bounds_crs: CRS) -> Grid:
    """Read the part of a raster of residents that covers `bounds`: counts or densities, as they stand.

    Parameters, errors and cells are those of `read_elevation`; a negative number of people is a
    LayerError too, because an undeclared nodata value would be taken for people.
    """
    what = f"residents ({origin.path.name})"
    grid = _read_band(origin, bounds, bounds_crs, what)
    absurd = grid.values[(grid.values < 0) | np.isinf(grid.values)]
    if absurd.size:
        raise LayerError(
            f"{what}: {absurd.size} cells hold values such as {absurd[0]:g}, which is no number of people; "
            "declare that value as nodata in the file (gdal_edit -a_nodata)"
        )
    return grid


def is_raster(path: Path) -> bool:
    """Whether a file is a raster by its ending."""
    return path.suffix.lower() in _DRIVERS


def _read_band(origin: Origin, bounds: Bounds, bounds_crs: CRS, what: str) -> Grid:
    """The window of a raster's only band; nodata is NaN."""
    driver = _DRIVERS.get(origin.path.suffix.lower())
    if driver is None:
        raise SourceError(f"{what}: rasters are read from {READABLE}; save it as GeoTIFF, which QGIS can do")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            dataset = rasterio.open(origin.path, driver=driver)
        with dataset:
            if dataset.count != 1:
                raise LayerError(
                    f"{what}: has {dataset.count} bands, so nobody knows which one is meant; export the one band"
                )
            crs = _crs(dataset, origin, what)
            window = _window(dataset, change_bounds(bounds, bounds_crs, crs), what)
            read = dataset.read(1, window=window, masked=True)
            transform = _shifted(dataset.transform, window)
    except (RasterioError, RasterioIOError, OSError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{what}: is broken or is not what its ending says{said(error)}; copy it again from its source"
        ) from None
    values: NDArray[np.float64] = np.ma.filled(read.astype("float64"), np.nan)
    return Grid(values, transform, crs)


def _crs(dataset: rasterio.DatasetReader, origin: Origin, what: str) -> CRS:
    if origin.crs is not None:
        return parse_crs(origin.crs, what)
    if dataset.crs is None:
        raise MissingCRS(
            f"{what}: says nothing about its coordinate reference system, so it cannot be placed; declare it, such "
            'as crs = "EPSG:4326"'
        )
    return CRS.from_wkt(dataset.crs.to_wkt())


def _window(dataset: rasterio.DatasetReader, bounds: Bounds, what: str) -> Window:
    exact = from_bounds(*bounds, transform=dataset.transform)
    first_row, first_col = int(np.floor(exact.row_off)) - _MARGIN_CELLS, int(np.floor(exact.col_off)) - _MARGIN_CELLS
    last_row = int(np.ceil(exact.row_off + exact.height)) + _MARGIN_CELLS
    last_col = int(np.ceil(exact.col_off + exact.width)) + _MARGIN_CELLS
    rows = (max(first_row, 0), min(last_row, dataset.height))
    cols = (max(first_col, 0), min(last_col, dataset.width))
    if rows[0] >= rows[1] or cols[0] >= cols[1]:
        here = ", ".join(f"{v:.4g}" for v in dataset.bounds)
        raise LayerError(
            f"{what}: covers {here} and so nothing of the communities; get the tile of the place, or check the CRS"
        )
    if (rows[1] - rows[0]) * (cols[1] - cols[0]) > _CELLS_LIMIT:
        raise LayerError(
            f"{what}: the communities span more than {_CELLS_LIMIT:,} cells, which is too fine for a screening; "
            "resample it to 5 m or more"
        )
    return Window.from_slices(rows, cols)


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
