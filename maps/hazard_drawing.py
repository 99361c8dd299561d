"""What the map draws of a hazard layer: its outlines, or larger squares where these have too many corners for a page.

For drawing only: tables, verdicts and the published layer keep every outline.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.features import shapes as patches

MOST_CORNERS = 400_000
"""Of one layer: some 3 MB of the page. Floods of whole cities have fewer; noise in every cell has millions."""
_PATCHES_AT_A_CORNER = 4


@dataclass(frozen=True)
class Drawn:
    """The shapes of a layer as they are drawn."""

    shapes: gpd.GeoSeries
    """On the index of the layer's rows; empty where no square falls to a row."""
    cell_m: float
    """Side of the squares [m]; 0: the outlines themselves."""


def drawn(rows: gpd.GeoSeries) -> Drawn:
    """Shapes with at most `MOST_CORNERS` corners together.

    Parameters
    ----------
    rows
        Polygons in a metric CRS. Where two overlap, the later one is drawn.

    Notes
    -----
    A square takes the row in which one of its points lies, always the same one of each square, so that on average each
    row keeps its share of the ground; squares are doubled until their outlines turn seldom enough.
    """
    if shapely.get_num_coordinates(rows.to_numpy()).sum() <= MOST_CORNERS:
        return Drawn(rows, 0.0)
    left, bottom, right, top = rows.total_bounds
    cell_m = float(2 ** np.ceil(np.log2(np.sqrt((right - left) * (top - bottom) / (2 * MOST_CORNERS)))))
    size = (int(np.ceil((top - bottom) / cell_m)), int(np.ceil((right - left) / cell_m)))
    place = Affine(cell_m, 0, left, 0, -cell_m, top)
    numbered = [(shape, number) for number, shape in enumerate(rows, start=1) if not shape.is_empty]
    labels: NDArray[np.int32] = rasterize(numbered, out_shape=size, transform=place, dtype="int32")
    while _turns(labels) * _PATCHES_AT_A_CORNER > MOST_CORNERS:
        labels, place, cell_m = labels[::2, ::2], place @ Affine.scale(2), cell_m * 2
    found: list[list[shapely.Geometry]] = [[] for _ in range(len(rows))]
    for outline, number in patches(labels, mask=labels > 0, connectivity=4, transform=place):
        found[int(number) - 1].append(shapely.Polygon(outline["coordinates"][0], outline["coordinates"][1:]))
    together = [shapely.MultiPolygon(parts) for parts in found]
    return Drawn(gpd.GeoSeries(together, index=rows.index, crs=rows.crs), cell_m)


def _turns(labels: NDArray[np.int32]) -> int:
    """Corners of cells at which an outline turns or two meet."""
    wide = np.pad(labels, 1)
    a, b, c, d = wide[:-1, :-1], wide[:-1, 1:], wide[1:, :-1], wide[1:, 1:]
    return int((~(((a == b) & (c == d)) | ((a == c) & (b == d)))).sum())
