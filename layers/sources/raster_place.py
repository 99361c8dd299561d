"""Where a raster lies, and which of its cells a study needs."""

from __future__ import annotations

import numpy as np
import rasterio
from affine import Affine, TransformNotInvertibleError
from pyproj import CRS
from pyproj.exceptions import CRSError, ProjError
from rasterio.windows import Window

from layers.origins import Origin
from layers.sources.window import edges
from spatial.crs import Bounds, parse_crs
from spatial.datum_shift import datum_shift
from spatial.errors import LayerError, MissingCRS

_MARGIN_CELLS = 2
"""Cells beyond the bounds, so that slopes at the rim have all their neighbours."""
CELLS_LIMIT = 150_000_000
"""Cells around a study that are held at once: 0.6 GB at 32 bits each, 1.2 GB at 64."""


def place_of(dataset: rasterio.DatasetReader, origin: Origin, what: str) -> tuple[Affine, CRS]:
    """From columns and rows to x and y, and the CRS in which these count; the study's wins over the file's.

    Raises
    ------
    MissingCRS
        Neither the file nor the study says which CRS it is.
    LayerError
        The file does not say where its cells lie, or its CRS is only a local one.
    """
    if origin.crs is None and dataset.crs is None:
        raise MissingCRS(
            f"{what}: says nothing about its coordinate reference system, so it cannot be placed; declare it, such "
            'as crs = "EPSG:4326"'
        )
    if dataset.transform.is_identity:
        raise LayerError(
            f"{what}: does not say where its cells lie (it has {len(dataset.gcps[0])} control points and no grid), so "
            "it cannot be placed; warp it to a grid (gdalwarp)"
        )
    try:
        crs = parse_crs(origin.crs, what) if origin.crs is not None else CRS.from_wkt(dataset.crs.to_wkt())
    except CRSError:
        raise LayerError(
            f"{what}: has a coordinate reference system that cannot be read, so it cannot be placed; declare it with "
            "crs"
        ) from None
    return dataset.transform, crs


def window_around(
    dataset: rasterio.DatasetReader, bounds: Bounds, bounds_crs: CRS, crs: CRS, what: str, most: int = CELLS_LIMIT
) -> Window:
    """The columns and rows that cover `bounds`, and a few around them; of a turned grid those around its corners.

    Raises
    ------
    LayerError
        The raster lies elsewhere, has too many cells there, or comes in a datum whose shift nobody has published.
    """
    try:
        box = datum_shift(bounds_crs, crs, bounds, what).bounds_there(bounds)
    except ProjError:
        box = (np.inf, np.inf, np.inf, np.inf)
    if not np.isfinite(box).all():
        raise LayerError(
            f"{what}: {crs.name!r} has no coordinates for the communities, so it is of another place or its CRS is "
            "declared wrongly; get the tile of the place, or correct crs"
        )
    rows, cols = _rows_and_columns(dataset, box, what)
    if rows[0] >= rows[1] or cols[0] >= cols[1]:
        raise LayerError(_elsewhere(dataset, box, crs, what))
    if (rows[1] - rows[0]) * (cols[1] - cols[0]) > most:
        raise LayerError(
            f"{what}: the communities span more than {most:,} of its cells, more than are held in memory "
            "at once; resample it to larger cells (gdalwarp -tr)"
        )
    return Window.from_slices(rows, cols)


def _rows_and_columns(
    dataset: rasterio.DatasetReader, box: Bounds, what: str
) -> tuple[tuple[int, int], tuple[int, int]]:
    try:
        inverse = ~dataset.transform
    except TransformNotInvertibleError:
        raise LayerError(f"{what}: its cells have no size, so it cannot be placed; warp it to a grid") from None
    left, bottom, right, top = box
    x, y = np.array([left, left, right, right]), np.array([bottom, top, bottom, top])
    corners = np.stack([inverse.a * x + inverse.b * y + inverse.c, inverse.d * x + inverse.e * y + inverse.f])
    first_col, first_row = np.floor(corners.min(axis=1)) - _MARGIN_CELLS
    last_col, last_row = np.ceil(corners.max(axis=1)) + _MARGIN_CELLS
    rows = (int(np.clip(first_row, 0, dataset.height)), int(np.clip(last_row, 0, dataset.height)))
    cols = (int(np.clip(first_col, 0, dataset.width)), int(np.clip(last_col, 0, dataset.width)))
    return rows, cols


def _elsewhere(dataset: rasterio.DatasetReader, box: Bounds, crs: CRS, what: str) -> str:
    """Why nothing is left, as far as it can be told."""
    here = f"{edges(dataset.bounds)} in {crs.name} (the communities: {edges(box)})"
    swapped = (box[1], box[0], box[3], box[2])
    rows, cols = _rows_and_columns(dataset, swapped, what)
    if rows[0] < rows[1] and cols[0] < cols[1]:
        return (
            f"{what}: covers {here}, and would cover the communities with x and y exchanged, so its axes are probably "
            "swapped; export it with longitude or easting first"
        )
    return f"{what}: covers {here} and so nothing of the communities; get the tile of the place, or check the CRS"
