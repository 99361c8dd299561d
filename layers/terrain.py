"""Hazard layers that are derived from the study's elevation model, for screening: slope, and how low ground lies.

They come as rasters on the model's own cells: of slope in degrees, else of the place of each cell's class. A cell is
unknown where the model does not tell its class for certain.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.features import geometry_mask

from layers.hazard_rasters import HazardRaster, hazard_raster
from layers.hazards import cells_inside
from layers.screening_role import HEIGHT, MAPPED, SLOPE, Screening
from layers.types import Area, Caveat, HazardRole
from layers.units import Loaded
from spatial.datum_shift import datum_shift, shifted
from spatial.drainage import Flow, Heights, cut, flow_over, heights_above, upslope_km2
from spatial.terrain import Grid, slope_deg

DRAINAGE_MARGIN_M = 10_000.0
"""Water is followed so far around the communities: what drains through a valley there has become a stream by then."""
_DEEPEST_M = 100.0
"""Deeper hollows without an outlet are hardly ground that people live on: a height may stand for "no value"."""


@dataclass(frozen=True)
class MappedWater:
    """Rivers, streams, waters and coastlines of the map extract."""

    shapes: gpd.GeoSeries
    """Lines and polygons in the study's CRS."""
    known: Area
    """Where the extract is complete: beyond, water may be that is not mapped."""


@dataclass(frozen=True)
class Terrain:
    """The elevation model around the communities, and what is worked out from it when it is first asked for."""

    grid: Grid
    """The communities and what lies around them as far as `DRAINAGE_MARGIN_M`."""
    near: Grid
    """The part of it that layers are made of, on the same cells."""
    water: MappedWater
    crs: CRS
    communities: Area

    @cached_property
    def flow(self) -> Flow:
        """Where water runs, out at the edge of the model."""
        return flow_over(self.grid)

    @cached_property
    def mapped(self) -> NDArray[np.bool_]:
        """Cells that mapped water touches."""
        return ~self._away_from(self.water.shapes, touched=True)

    @cached_property
    def flow_to_mapped(self) -> Flow:
        """Where water runs, into mapped water too."""
        return flow_over(self.grid, self.mapped)

    def flow_for(self, asked: Screening) -> Flow:
        """Where water runs, for a way of saying what drainage is."""
        return self.flow_to_mapped if asked.drainage == MAPPED else self.flow

    def heights(self, asked: Screening) -> Heights:
        """How high each cell of the whole grid lies above the drainage that is asked for."""
        if asked.drainage == MAPPED:
            known = gpd.GeoSeries([self.water.known], crs=self.crs)
            return heights_above(self.flow_to_mapped, self.mapped, self._away_from(known, touched=False))
        return heights_above(self.flow, upslope_km2(self.flow, self.grid) >= asked.drainage_area_km2, cut(self.flow))

    def _away_from(self, shapes: gpd.GeoSeries, *, touched: bool) -> NDArray[np.bool_]:
        there = datum_shift(self.crs, self.grid.crs, self.communities.bounds, "elevation").there
        placed = shifted(shapes[~shapes.is_empty], there, self.grid.crs)
        if not len(placed):
            return np.ones(self.grid.shape, dtype=bool)
        away: NDArray[np.bool_] = geometry_mask(
            placed, out_shape=self.grid.shape, transform=self.grid.transform, all_touched=touched
        )
        return away

    def within(self, values: NDArray[np.float64]) -> Grid:
        """Values of the whole grid, cut to the near one."""
        step, corner = self.grid.transform, self.near.transform
        column, row = round((corner.c - step.c) / step.a), round((corner.f - step.f) / step.e)
        rows, columns = self.near.shape
        return Grid(values[row : row + rows, column : column + columns].copy(), corner, self.near.crs)


def derived_layer(terrain: Terrain, role: HazardRole, around: Area) -> HazardRaster:
    """Derive one layer from the elevation model.

    Parameters
    ----------
    around
        The communities grown by `layers.hazards.MARGIN_M`, in the study's CRS.

    Returns
    -------
    HazardRaster
        As of a raster that was read. Counts also, of the communities: ``cells_drainage_unknown`` and
        ``cells_depression`` with ``deepest_cm``. Caveats also: ``drainage_unknown``, cells whose class hangs on water
        that the model, or the map, does not know; ``depression_too_deep``, heights that may stand for none.
    """
    asked = role.screening
    assert asked is not None, role.id
    if asked.derive == SLOPE:
        return hazard_raster(Grid(slope_deg(terrain.near), terrain.near.transform, terrain.near.crs), role,
                             terrain.crs, around, terrain.communities)  # fmt: skip
    grid, counts = _low(terrain, asked)
    made = hazard_raster(grid, role, terrain.crs, around, terrain.communities)
    layer, loaded, deepest_m = f"hazard.{role.id}", made.loaded, counts.get("deepest_cm", 0) / 100
    doubts = [Caveat("drainage_unknown", layer, counts["cells_drainage_unknown"], "cells", asked.drainage)]
    if deepest_m > _DEEPEST_M:
        doubts.append(Caveat("depression_too_deep", layer, counts["cells_depression"], "cells", f"{deepest_m:,.0f} m"))
    told = (*loaded.caveats, *(doubt for doubt in doubts if doubt.count))
    return HazardRaster(Loaded(loaded.frame, {**loaded.counts, **counts}, told), made.grid, made.unknown)


def _low(terrain: Terrain, asked: Screening) -> tuple[Grid, dict[str, int]]:
    """The place of each cell's class, NaN where it is unknown, and what was counted in the communities."""
    flow, heights = terrain.flow_for(asked), terrain.heights(asked)
    places = _places(heights.most_m, asked)
    unsure = places != _places(heights.least_m, asked)
    places[unsure] = np.nan
    deep = np.zeros(places.shape, dtype=bool)
    if asked.derive != HEIGHT:
        deep = flow.depth_m >= asked.min_depth_m
        places[deep] = len(asked.below_m) + 1
    void = np.isnan(terrain.grid.values)
    places[void] = np.nan
    inside = cells_inside(terrain.grid, terrain.crs, terrain.communities)
    counts = {"cells_drainage_unknown": int((unsure & ~deep & ~void & inside).sum())}
    if asked.derive != HEIGHT:
        here = deep & ~void & inside
        counts["cells_depression"] = int(here.sum())
        counts["deepest_cm"] = round(100 * float(flow.depth_m[here].max(initial=0.0)))
    return terrain.within(places), counts


def _places(height_m: NDArray[np.float32], asked: Screening) -> NDArray[np.float64]:
    """The place of the class of each height, from 1, the weakest; 0 is none, and so is a void for now."""
    places = np.zeros(height_m.shape)
    for place, limit_m in enumerate(asked.below_m.values(), start=1):
        places[height_m < limit_m] = place
    return places
