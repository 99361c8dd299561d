"""Hazard layers that come as rasters: their classes as polygons for the map, their cells kept for measuring.

Nothing is resampled: outlines follow the borders of cells, and shapes are brought to the raster where shares are
measured (`spatial.zonal`). A cell without a value is unknown, and so is ground beyond the raster.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import shapes

from layers.hazard_caveats import refuse_unmapped, shown_by_cells
from layers.hazard_scales import NEVER_NEGATIVE, NONE, UNKNOWN, HazardScale, class_codes
from layers.hazards import cells_inside, hazard_frame, with_strength
from layers.types import Area, Caveat, HazardRole
from layers.units import Loaded
from spatial.datum_shift import datum_shift, shifted
from spatial.errors import LayerError
from spatial.geometry import clipped, polygon_part, repaired
from spatial.terrain import Grid

_LONGEST_EDGE_CELLS = 32


@dataclass(frozen=True)
class HazardRaster:
    """A raster of one hazard, ready."""

    loaded: Loaded
    """Polygons of each class, one row a class, with `layers.hazards.STRENGTH_COLUMNS`; the intensity of a row is the
    least of its class. A class in which ways begin to close is two rows, so that what closes is whole rows. Counts:
    ``cells`` whose centre lies in the communities, of them ``cells_void`` and, where there are any,
    ``cells_unmapped``. Caveats: those of `layers.hazard_caveats` and ``hazard_absent``."""
    grid: Grid
    """Intensities in the scale's unit, or the codes that the study names; NaN is unknown."""
    unknown: Area | None
    """Ground near the communities without a value or beyond the raster; None: there is none."""


def hazard_raster(read: Grid, role: HazardRole, crs: CRS, around: Area, communities: Area) -> HazardRaster:
    """Make a hazard raster ready.

    Parameters
    ----------
    read
        As read, in the unit of the source.
    around, communities
        The communities with their surroundings, and without; in `crs`.

    Raises
    ------
    LayerError
        Numbers below 0 in a unit that knows none, or codes none of which the study names.
    """
    layer = f"hazard.{role.id}"
    grid = read if role.scale.factor == 1.0 else Grid(_in_unit(read, role.scale), read.transform, read.crs)
    _refuse_negative(grid, role)
    codes = class_codes(grid.values, role.scale)
    foreign = _unmapped(grid, codes, role)
    rows = _parts(role.scale)
    polygons = [_ground(_cells(grid, codes, part), grid, crs, around, layer) for part in rows]
    frame = hazard_frame(role, np.array(polygons, dtype=object), np.full(len(polygons), "", dtype=object), crs)
    names, least = [role.scale.names[part.code - 1] for part in rows], [part.least for part in rows]
    near = clipped(with_strength(frame, np.array(names, dtype=object), np.array(least)), around)
    unknown: Area = polygon_part(around.difference(_ground(codes != UNKNOWN, grid, crs, around, layer)))
    inside = cells_inside(grid, crs, communities)
    void = int((np.isnan(grid.values) & inside).sum())
    unexplained = grid.values[foreign & inside]
    beyond_m2 = communities.difference(_ground(np.ones(grid.shape, dtype=bool), grid, crs, around, layer)).area
    caveats = (
        *shown_by_cells(role, codes, inside, unexplained, near=not near.empty),
        Caveat("hazard_absent", layer, round(beyond_m2), "m2"),
    )
    counts = {"cells": int(inside.sum()), "cells_void": void}
    if foreign.any():
        counts |= {"cells_unmapped": len(unexplained)} if len(unexplained) else {}
        grid = Grid(np.where(foreign, np.nan, grid.values), grid.transform, grid.crs)
    loaded = Loaded(near, counts, tuple(caveat for caveat in caveats if caveat.count))
    return HazardRaster(loaded, grid, None if unknown.is_empty else unknown)


@dataclass(frozen=True)
class _Part:
    """A class, or a part of it, as one row."""

    code: int
    least: float
    below: float


def _parts(scale: HazardScale) -> list[_Part]:
    """One part a class; two where ways begin to close within it. Codes know no intensity: NaN."""
    if not scale.bands:
        return [_Part(code, np.nan, np.inf) for code in range(NONE + 1, len(scale.names) + 1)]
    levels, found = [*scale.bands.values(), np.inf], []
    for code, (least, below) in enumerate(pairwise(levels), start=NONE + 1):
        closes = scale.closes_at
        if closes is not None and least < closes < below:
            found += [_Part(code, least, closes), _Part(code, closes, below)]
        else:
            found.append(_Part(code, least, below))
    return found


def _cells(grid: Grid, codes: NDArray[np.int16], part: _Part) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = codes == part.code
    if not np.isnan(part.least):
        inside &= (grid.values >= part.least) & (grid.values < part.below)
    return inside


def _ground(cells: NDArray[np.bool_], grid: Grid, crs: CRS, around: Area, what: str) -> shapely.Geometry:
    """The ground of some cells, in `crs`."""
    outlines = [
        shapely.geometry.shape(outline)
        for outline, _ in shapes(cells.astype("uint8"), mask=cells, connectivity=4, transform=grid.transform)
    ]
    if not outlines:
        return shapely.Polygon()
    longest = np.hypot(grid.transform.a, grid.transform.d) * _LONGEST_EDGE_CELLS
    divided = shapely.segmentize(np.array(outlines, dtype=object), longest)  # straight lines bend between two CRS
    way = datum_shift(crs, grid.crs, around.bounds, what)
    placed, _ = repaired(shifted(gpd.GeoSeries(divided, crs=grid.crs), way.back, crs))
    return placed.union_all()


def _in_unit(read: Grid, scale: HazardScale) -> NDArray[Any]:
    """The numbers in the scale's unit, rounded to the raster's type once: 15 cm are the 0.15 m of a limit."""
    values: NDArray[Any] = (read.values.astype(np.float64) * scale.factor).astype(read.values.dtype)
    return values


def _unmapped(grid: Grid, codes: NDArray[np.int16], role: HazardRole) -> NDArray[np.bool_]:
    """Cells with a code that the study does not name."""
    if role.scale.bands:
        return np.zeros(grid.shape, dtype=bool)
    foreign: NDArray[np.bool_] = (codes == UNKNOWN) & ~np.isnan(grid.values)
    if foreign.any() and (codes == UNKNOWN).all():
        refuse_unmapped(role, [f"{value:g}" for value in np.unique(grid.values[foreign])], "the cells")
    return foreign


def _refuse_negative(grid: Grid, role: HazardRole) -> None:
    below = grid.values[grid.values < 0]
    if below.size and role.scale.unit in NEVER_NEGATIVE:
        raise LayerError(
            f"hazard.{role.id}: {below.size:,} cells hold numbers such as {below[0] / role.scale.factor:g}, below 0, "
            "so they may mark unknown ones and would be taken for safe ground; declare that value as nodata in the "
            "file (gdal_edit -a_nodata)"
        )
