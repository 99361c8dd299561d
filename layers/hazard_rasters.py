"""Hazard layers that come as rasters: their classes as polygons for the map, their cells kept for measuring.

Nothing is resampled: outlines follow the borders of cells, and shapes are brought to the raster where shares are
measured (`spatial.zonal`). A cell without a value is unknown, and so is ground beyond the raster.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import shapes

from layers.hazard_caveats import refuse_unmapped, shown_by_cells, strange_depths
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
    row, parts = _outlines(_labels(grid, codes, rows), grid, crs, around, layer)
    polygons = [_together(parts[row == n]) for n in range(1, len(rows) + 1)]
    frame = hazard_frame(role, np.array(polygons, dtype=object), np.full(len(polygons), "", dtype=object), crs)
    names, least = [role.scale.names[part.code - 1] for part in rows], [part.least for part in rows]
    near = with_strength(frame, np.array(names, dtype=object), np.array(least))
    near = near[~near.geometry.is_empty]
    extent = _extent(grid, crs, around, layer)
    unknown = _unknown(parts[row == len(rows) + 1], polygon_part(around.difference(extent)))
    inside = cells_inside(grid, crs, communities)
    void = int((np.isnan(grid.values) & inside).sum())
    unexplained = grid.values[foreign & inside]
    beyond_m2 = communities.difference(extent).area
    caveats = (
        *shown_by_cells(role, codes, inside, unexplained, near=not near.empty),
        *strange_depths(role, grid.values, "cells"),
        Caveat("hazard_absent", layer, round(beyond_m2), "m2"),
    )
    counts = {"cells": int(inside.sum()), "cells_void": void}
    if foreign.any():
        counts |= {"cells_unmapped": len(unexplained)} if len(unexplained) else {}
        grid = Grid(np.where(foreign, np.nan, grid.values), grid.transform, grid.crs)
    loaded = Loaded(near, counts, tuple(caveat for caveat in caveats if caveat.count))
    return HazardRaster(loaded, grid, unknown)


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


def _labels(grid: Grid, codes: NDArray[np.int16], rows: Sequence[_Part]) -> NDArray[np.int16]:
    """The row of every cell, counted from 1; 0: none; one more than there are rows: unknown."""
    labels = np.zeros(grid.shape, np.int16)
    for n, part in enumerate(rows, start=1):
        inside = codes == part.code
        if not np.isnan(part.least):
            inside &= (grid.values >= part.least) & (grid.values < part.below)
        labels[inside] = n
    labels[codes == UNKNOWN] = len(rows) + 1
    return labels


def _outlines(
    labels: NDArray[np.int16], grid: Grid, crs: CRS, around: Area, what: str
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """The label and outline of every patch of cells of one label, but 0, cut to `around`, in `crs`.

    Cells that share a side are one patch, so patches of a label meet at most in corners: nothing has to be merged,
    which would take more than linear time of a rough raster.
    """
    label, corners = array("q"), array("d")
    ring_first, patch_first = array("q", [0]), array("q", [0])
    for outline, value in shapes(labels, mask=labels > 0, connectivity=4, transform=grid.transform):
        for ring in outline["coordinates"]:
            corners.extend(chain.from_iterable(ring))
            ring_first.append(len(corners) // 2)
        patch_first.append(len(ring_first) - 1)
        label.append(int(value))
    if not label:
        return np.empty(0, np.int64), np.empty(0, dtype=object)
    placed_in = (np.asarray(ring_first), np.asarray(patch_first))
    patches = shapely.from_ragged_array(shapely.GeometryType.POLYGON, np.asarray(corners).reshape(-1, 2), placed_in)
    placed = _placed(patches, grid, crs, around, what)
    near = clipped(gpd.GeoDataFrame({"label": np.asarray(label)}, geometry=placed, crs=crs), around)
    parts, of = shapely.get_parts(near.geometry.to_numpy(), return_index=True)
    return near["label"].to_numpy(np.int64)[of], parts


def _together(patches: NDArray[np.object_]) -> shapely.Geometry:
    """Patches of one label as one shape; an empty one of none."""
    if not len(patches):
        return shapely.Polygon()
    whole = patches[0] if len(patches) == 1 else shapely.multipolygons(patches)
    return repaired(gpd.GeoSeries([whole]))[0].iloc[0]


def _unknown(voids: NDArray[np.object_], beyond: shapely.Geometry) -> Area | None:
    """Patches without a value and what lies beyond the raster; None: there is none."""
    beside = shapely.intersects(voids, beyond)
    joined = shapely.get_parts(polygon_part(shapely.union_all([*voids[beside], beyond])))
    ground: Area = _together(np.concatenate([voids[~beside], joined]))
    return None if ground.is_empty else ground


def _extent(grid: Grid, crs: CRS, around: Area, what: str) -> shapely.Geometry:
    """The ground of all cells, in `crs`."""
    rows, columns = grid.shape
    corners = [grid.transform @ corner for corner in ((0, 0), (columns, 0), (columns, rows), (0, rows))]
    return _placed(np.array([shapely.Polygon(corners)], dtype=object), grid, crs, around, what).iloc[0]


def _placed(polygons: NDArray[np.object_], grid: Grid, crs: CRS, around: Area, what: str) -> gpd.GeoSeries:
    """Polygons of a grid, in `crs`; edges are divided first, because straight lines bend between two CRS."""
    longest = np.hypot(grid.transform.a, grid.transform.d) * _LONGEST_EDGE_CELLS
    divided = shapely.segmentize(polygons, longest)
    way = datum_shift(crs, grid.crs, around.bounds, what)
    return repaired(shifted(gpd.GeoSeries(divided, crs=grid.crs), way.back, crs))[0]


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
