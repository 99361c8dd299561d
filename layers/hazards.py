"""Hazard layers of shapes, and what an elevation model does not know about the communities."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import geometry_mask

from layers.hazard_caveats import strange_depths, unmapped
from layers.hazard_rows import refuse_idle_widths, strengths, widened
from layers.names import NAME_LIMIT, clean_names
from layers.repairs import mended, without_copies
from layers.role_schemas import hazard_schema
from layers.schemas import validate
from layers.surroundings import SEARCH_LIMIT_M, surroundings
from layers.types import Area, Caveat, HazardRole
from layers.units import Loaded
from layers.whereabouts import check_near
from spatial.datum_shift import DatumShift, datum_shift, shifted
from spatial.geometry import clipped, polygon_part
from spatial.terrain import Grid, slope_deg

MARGIN_M = 500.0
"""What is derived from heights is kept this far around the communities: a short walk beyond the border. It closes
nothing; and as far are hazards published."""
COLUMNS = ("hazard_id", "kind", "status", "return_period_yr", "name")
STRENGTH_COLUMNS = ("hazard_class", "intensity")
"""Of layers that say how strong they are."""
_NUMBERS = ("return_period_yr", "intensity")


def searched(communities: Area) -> Area:
    """Where hazards are read, as far as the walk network: what closes far away cuts off too."""
    return surroundings(communities, SEARCH_LIMIT_M)


def kept_over(communities: Area, spaces: gpd.GeoSeries) -> Area:
    """Where hazards are kept: where they are `searched`, and all over spaces that reach beyond, told of as a whole."""
    left, bottom, right, top = shapely.total_bounds(np.array([searched(communities), *spaces], dtype=object))
    return shapely.box(left, bottom, right, top)


def hazard_polygons(features: gpd.GeoDataFrame, role: HazardRole, crs: CRS, around: Area) -> Loaded:
    """Make a hazard layer of polygons, lines or points ready.

    Parameters
    ----------
    features
        As read, in any CRS; the study's filter has been applied.
    around
        Where hazards are kept (`kept_over`), in `crs`.

    Returns
    -------
    Loaded
        Index ``hazard_feature_id`` (``<hazard id>/1``, in the order of the file), the columns `COLUMNS` and, where
        the role has a scale, `STRENGTH_COLUMNS`; valid polygons in `crs`, cut to `around`. Counts: ``repaired``,
        ``dropped_elsewhere`` (rows that lie beyond), ``names_cut`` and, where it happened, ``duplicates``,
        ``stray_parts``, ``slivers`` and those of `layers.hazard_rows.Strengths`. Caveats: ``repaired``,
        ``hazard_elsewhere``, ``hazard_none``, ``hazard_unknown``, ``hazard_unmapped``, ``names_cut``,
        ``duplicates_dropped``, ``hazard_widened``, those of `layers.hazard_caveats.strange_depths` and of
        `layers.repairs`.
        Ground of unknown strength is told by `unknown_rows`.

    Raises
    ------
    LayerError
        Features that are no polygons and whose reach is not said, a width that widens none, negative depths, classes
        none of which the study names, a layer that lies far from the communities, or a datum whose shift is not known.
    """
    layer = f"hazard.{role.id}"
    if features.empty:  # it was read near the study only, and has nothing there
        return Loaded(no_hazards(crs), {"dropped_elsewhere": 0})
    validate(features, hazard_schema(role, set(features.geom_type.dropna())))
    rows, copies = without_copies(features)
    check_near(rows, around, crs, layer, "it would show nobody exposed")
    refuse_idle_widths(rows.geometry, role)
    found = strengths(rows, role)
    rows = found.rows
    shapes, widening = widened(rows.geometry, role, crs)
    done = mended(shapes, crs, layer)
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (pd.Series("", index=rows.index), 0)
    frame = hazard_frame(role, done.shapes.to_numpy(), names.to_numpy(), crs)
    if role.scale.names:
        frame = with_strength(frame, found.classes, found.intensity)
    near = clipped(frame, around)
    bad, elsewhere = int(done.was_invalid.sum()), len(frame) - len(near)
    caveats = (
        Caveat("repaired", layer, bad, "features"),
        Caveat("hazard_elsewhere", layer, elsewhere if near.empty and found.unknown.empty else 0, "features"),
        Caveat("hazard_none", layer, 0 if len(frame) else found.counts.get("below_classes", 0), "features"),
        Caveat("names_cut", layer, cut, "features", str(NAME_LIMIT)),
        Caveat("duplicates_dropped", layer, copies, "features"),
        Caveat("hazard_unknown", layer, found.counts.get("strength_unknown", 0), "features"),
        unmapped(role, found.counts.get("class_unmapped", 0), found.unmapped, "features"),
        *strange_depths(role, found.intensity, "features"),
        *([] if widening is None else [widening]),
        *done.caveats(layer),
    )
    counts = {**done.counts, **found.counts, "dropped_elsewhere": elsewhere, "names_cut": cut}
    return Loaded(near, counts | ({"duplicates": copies} if copies else {}), tuple(c for c in caveats if c.count))


def unknown_rows(features: gpd.GeoDataFrame, role: HazardRole, crs: CRS, around: Area) -> Area | None:
    """The ground near the communities of which a layer does not say how strong the hazard is, in `crs`; None: none.

    Parameters are those of `hazard_polygons`, which has taken the features.
    """
    if features.empty or not role.scale.names:
        return None
    rows = strengths(without_copies(features)[0], role).unknown
    if rows.empty:
        return None
    ground = mended(widened(rows.geometry, role, crs)[0], crs, f"hazard.{role.id}").shapes.union_all()
    near: Area = polygon_part(ground.intersection(around))
    return None if near.is_empty else near


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
    inside = cells_inside(grid, crs, communities)
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


def hazard_frame(
    role: HazardRole, polygons: NDArray[np.object_], names: NDArray[np.object_], crs: CRS
) -> gpd.GeoDataFrame:
    """Polygons of one layer with the columns `COLUMNS`."""
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
    return _typed(gpd.GeoDataFrame(data, geometry=polygons, crs=crs, index=index))


def with_strength(
    frame: gpd.GeoDataFrame, classes: NDArray[np.object_], intensity: NDArray[np.float64]
) -> gpd.GeoDataFrame:
    """The frame with the columns `STRENGTH_COLUMNS`: the class (empty: none) and the intensity (NaN: not said)."""
    return _typed(frame.assign(hazard_class=classes, intensity=intensity))


def together(frames: Sequence[gpd.GeoDataFrame], crs: CRS) -> gpd.GeoDataFrame:
    """All layers in one frame; where only some say how strong they are, the others have no class and no intensity."""
    filled = [frame for frame in frames if len(frame)] or [no_hazards(crs)]
    if any("hazard_class" in frame for frame in frames):
        filled = [
            frame
            if "hazard_class" in frame
            else with_strength(frame, np.full(len(frame), "", dtype=object), np.full(len(frame), np.nan))
            for frame in filled
        ]
    return filled[0] if len(filled) == 1 else gpd.GeoDataFrame(pd.concat(filled))


def no_hazards(crs: CRS) -> gpd.GeoDataFrame:
    """The hazards of a study that names none: the columns, no rows."""
    index = pd.Index([], dtype=str, name="hazard_feature_id")
    return _typed(gpd.GeoDataFrame({c: [] for c in COLUMNS}, geometry=[], crs=crs, index=index))


def _typed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.astype({c: "float64" if c in _NUMBERS else str for c in frame.columns if c != "geometry"})


def cells_inside(grid: Grid, crs: CRS, communities: Area) -> NDArray[np.bool_]:
    """Which cells have their centre in the communities."""
    area = shifted(gpd.GeoSeries([communities], crs=crs), _to_grid(grid, crs, communities).there, grid.crs)
    outside = geometry_mask(area, out_shape=grid.shape, transform=grid.transform)
    inside: NDArray[np.bool_] = ~outside
    return inside


def _to_grid(grid: Grid, crs: CRS, around: Area) -> DatumShift:
    return datum_shift(crs, grid.crs, around.bounds, "elevation")
