"""Hazard layers: official or derived polygons, and steep ground worked out from the elevation model."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import geometry_mask, shapes

from layers.names import NAME_LIMIT, clean_names
from layers.repairs import mended, without_copies
from layers.role_schemas import hazard_schema
from layers.schemas import validate
from layers.types import Area, Caveat, HazardRole
from layers.units import Loaded
from layers.whereabouts import check_near
from spatial.datum_shift import DatumShift, datum_shift, shifted
from spatial.errors import LayerError
from spatial.geometry import clipped, repaired
from spatial.terrain import Grid, slope_deg

MARGIN_M = 500.0
"""Hazards are kept this far around the communities: a short walk beyond the border."""
COLUMNS = ("hazard_id", "kind", "status", "return_period_yr", "name")


def hazard_polygons(features: gpd.GeoDataFrame, role: HazardRole, crs: CRS, around: Area) -> Loaded:
    """Make a hazard layer of polygons ready.

    Parameters
    ----------
    features
        Polygons as read, in any CRS; the study's filter has been applied.
    around
        The communities grown by `MARGIN_M`, in `crs`.

    Returns
    -------
    Loaded
        Index ``hazard_feature_id`` (``<hazard id>/1``, in the order of the file), the columns `COLUMNS`,
        valid polygons in `crs`, cut to `around`. Counts: ``repaired``,
        ``dropped_elsewhere`` (rows that lie beyond), ``names_cut`` and, where it happened, ``duplicates``,
        ``stray_parts``, ``slivers``. Caveats: ``repaired``, ``hazard_elsewhere``, ``names_cut``,
        ``duplicates_dropped`` and those of `layers.repairs`.

    Raises
    ------
    LayerError
        Features that are no polygons, a layer that lies far from the communities, or a datum whose shift is not known.
    """
    layer = f"hazard.{role.id}"
    if features.empty:  # it was read near the study only, and has nothing there
        return Loaded(no_hazards(crs), {"dropped_elsewhere": 0})
    validate(features, hazard_schema(role))
    rows, copies = without_copies(features)
    check_near(rows, around, crs, layer, "it would show nobody exposed")
    done = mended(rows.geometry, crs, layer)
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (pd.Series("", index=rows.index), 0)
    frame = _frame(role, done.shapes.to_numpy(), names.to_numpy(), crs)
    near = clipped(frame, around)
    bad, elsewhere = int(done.was_invalid.sum()), len(frame) - len(near)
    caveats = (
        Caveat("repaired", layer, bad, "features"),
        Caveat("hazard_elsewhere", layer, elsewhere if near.empty else 0, "features"),
        Caveat("names_cut", layer, cut, "features", str(NAME_LIMIT)),
        Caveat("duplicates_dropped", layer, copies, "features"),
        *done.caveats(layer),
    )
    counts = {**done.counts, "dropped_elsewhere": elsewhere, "names_cut": cut}
    return Loaded(near, counts | ({"duplicates": copies} if copies else {}), tuple(c for c in caveats if c.count))


def steep_ground(grid: Grid, role: HazardRole, crs: CRS, around: Area) -> Loaded:
    """Ground at least as steep as the role's ``min_slope_deg``, by Horn's slope on the grid's own cells.

    Cells that touch along an edge become one polygon. A first screening: cliffs narrower than a
    cell are smoothed away, and steepness alone is no landslide hazard.

    Returns
    -------
    Loaded
        As `hazard_polygons`, without counts; what is unknown is told by `voids`.

    Notes
    -----
    Where the slope is unknown no polygon is drawn; that the ground is level there is not said.
    """
    limit_deg = role.min_slope_deg
    if limit_deg is None:
        raise LayerError(
            f"hazard.{role.id}: has no min_slope_deg, so it is not known what counts as steep; write it into the "
            "study file"
        )
    slope = slope_deg(grid)
    steep = np.nan_to_num(slope, nan=0.0) >= limit_deg
    parts = [shapely.geometry.shape(s) for s, _ in shapes(steep.astype("uint8"), mask=steep, transform=grid.transform)]
    placed = shifted(gpd.GeoSeries(parts, crs=grid.crs), _to_grid(grid, crs, around).back, crs)
    fixed, _ = repaired(placed)
    frame = _frame(role, fixed.to_numpy(), np.full(len(fixed), "", dtype=object), crs)
    near = clipped(frame, around)
    return Loaded(near)


def voids(grid: Grid, crs: CRS, communities: Area) -> tuple[dict[str, int], tuple[Caveat, ...]]:
    """What an elevation model does not know about the communities.

    Returns
    -------
    (dict, tuple of Caveat)
        Counts of cells whose centre lies in the communities: ``cells``, ``cells_void`` (no height) and
        ``cells_without_slope`` (void themselves, or beside a void or the raster's rim). Caveats:
        ``elevation_voids``, the cells without slope, and ``elevation_absent``, the area [m2] of the
        communities beyond the raster.
    """
    inside = _centres_inside(grid, crs, communities)
    unknown = int((np.isnan(slope_deg(grid)) & inside).sum())
    counts = {
        "cells": int(inside.sum()),
        "cells_void": int((np.isnan(grid.values) & inside).sum()),
        "cells_without_slope": unknown,
    }
    rows, columns = grid.shape
    corners = [(0, 0), (columns, 0), (columns, rows), (0, rows)]
    step = grid.transform
    ring = [(step.c + x * step.a + y * step.b, step.f + x * step.d + y * step.e) for x, y in corners]
    covered = gpd.GeoSeries([shapely.segmentize(shapely.Polygon(ring), abs(step.a) * 50)], crs=grid.crs)
    known = shifted(covered, _to_grid(grid, crs, communities).back, crs).iloc[0]
    beyond_m2 = communities.difference(known).area
    caveats = (
        Caveat("elevation_voids", "elevation", unknown, "cells", f"{counts['cells']:,}"),
        Caveat("elevation_absent", "elevation", round(beyond_m2), "m2"),
    )
    return counts, tuple(c for c in caveats if c.count)


def _frame(role: HazardRole, polygons: NDArray[np.object_], names: NDArray[np.object_], crs: CRS) -> gpd.GeoDataFrame:
    rows = len(polygons)
    index = pd.Index([f"{role.id}/{n}" for n in range(1, rows + 1)], dtype=str, name="hazard_feature_id")
    period = np.nan if role.return_period_yr is None else role.return_period_yr
    data = {
        "hazard_id": [role.id] * rows,
        "kind": [role.kind] * rows,
        "status": [role.status] * rows,
        "return_period_yr": [period] * rows,
        "name": names,
    }
    frame = gpd.GeoDataFrame(data, geometry=polygons, crs=crs, index=index)
    return frame.astype({c: "float64" if c == "return_period_yr" else str for c in COLUMNS})


def no_hazards(crs: CRS) -> gpd.GeoDataFrame:
    """The hazards of a study that names none: the columns, no rows."""
    frame = gpd.GeoDataFrame(
        {c: [] for c in COLUMNS}, geometry=[], crs=crs, index=pd.Index([], dtype=str, name="hazard_feature_id")
    )
    return frame.astype({c: "float64" if c == "return_period_yr" else str for c in COLUMNS})


def _centres_inside(grid: Grid, crs: CRS, communities: Area) -> NDArray[np.bool_]:
    """Which cells have their centre in the communities."""
    area = shifted(gpd.GeoSeries([communities], crs=crs), _to_grid(grid, crs, communities).there, grid.crs)
    outside = geometry_mask(area, out_shape=grid.shape, transform=grid.transform)
    inside: NDArray[np.bool_] = ~outside
    return inside


def _to_grid(grid: Grid, crs: CRS, around: Area) -> DatumShift:
    return datum_shift(crs, grid.crs, around.bounds, "elevation")
