"""Making the shapes of a layer ready: what is wrong and can be put right without asking is, and is counted."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.types import Caveat
from spatial.datum_shift import moved
from spatial.geometry import polygon_part, repaired

SLIVER_M2 = 1.0
"""A part of a polygon of several parts that is smaller is an accident of drawing."""
SLIVER_WIDTH_M = 0.1
"""So is one that is narrower on average: twice its area over its outline."""

_TOLD_M2 = 10.0
"""Slivers of less in all are counted in the record only."""


@dataclass(frozen=True)
class Mended:
    """Polygons in the study's CRS, valid, and what was done to them."""

    shapes: gpd.GeoSeries
    """On the index that was given. Some may have no area left."""
    was_invalid: NDArray[np.bool_]
    counts: dict[str, int]
    """``repaired``, and where it happened ``stray_parts`` (rows with lines or points beside their polygons) and
    ``slivers`` (parts)."""
    slivers_m2: float

    def caveats(self, layer: str) -> tuple[Caveat, ...]:
        """What a reader has to know besides ``repaired``, which each layer tells with its own ids."""
        slivers = self.counts.get("slivers", 0) if self.slivers_m2 > _TOLD_M2 else 0
        told = (
            Caveat("stray_parts_dropped", layer, self.counts.get("stray_parts", 0), "features"),
            Caveat("slivers_dropped", layer, slivers, "parts", f"{self.slivers_m2:,.0f} m²"),
        )
        return tuple(caveat for caveat in told if caveat.count)


def mended(shapes: gpd.GeoSeries, crs: CRS, layer: str) -> Mended:
    """Make polygons valid, bring them into `crs`, and take off what is no polygon.

    Parameters
    ----------
    shapes
        Polygons, or collections that hold some, in any CRS; none missing.

    Returns
    -------
    Mended
        Rings that cross themselves keep the area that they enclose (`spatial.geometry.repaired`). Of several parts
        those smaller than `SLIVER_M2` or narrower than `SLIVER_WIDTH_M` are left out, never the largest.

    Raises
    ------
    LayerError
        The CRS is of a datum whose shift is not known.

    Notes
    -----
    Mending twice changes nothing more. The area that is lost is at most that of the slivers told, but for collapsed
    rings.
    """
    polygons, stray = _polygons(shapes)
    fixed, invalid = repaired(polygons)
    placed, invalid_after = repaired(moved(fixed, crs, layer))
    values, slivers, lost_m2 = _without_slivers(placed.to_numpy())
    counts = {"repaired": int((invalid | invalid_after).sum()), "stray_parts": stray, "slivers": slivers}
    told = {name: n for name, n in counts.items() if n or name == "repaired"}
    return Mended(gpd.GeoSeries(values, index=shapes.index, crs=crs), invalid | invalid_after, told, lost_m2)


def without_copies(features: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Rows of which another is alike in every column and every vertex are left out, but for the first.

    Returns
    -------
    (GeoDataFrame, int)
        On the index that was given, and how many were left out.
    """
    if len(features) < 2:
        return features, 0
    key = pd.Series(shapely.to_wkb(features.geometry.to_numpy()), index=features.index, dtype=object)
    maybe = key.duplicated(keep=False) & key.notna()
    if not maybe.any():
        return features, 0
    plain = pd.DataFrame(features.drop(columns=features.active_geometry_name))[maybe]
    alike = plain.map(_key).assign(__shape=key[maybe])
    copies = alike.index[alike.duplicated()]
    return features.drop(index=copies), len(copies)


def _key(value: object) -> str:
    return "" if value is None or value is pd.NaT or value is pd.NA or repr(value) == "nan" else repr(value)


def _polygons(shapes: gpd.GeoSeries) -> tuple[gpd.GeoSeries, int]:
    mixed = shapes.geom_type.eq("GeometryCollection").to_numpy()
    if not mixed.any():
        return shapes, 0
    values = shapes.to_numpy().copy()
    values[mixed] = [polygon_part(shapely.make_valid(g)) for g in values[mixed]]
    return gpd.GeoSeries(values, index=shapes.index, crs=shapes.crs), int(mixed.sum())


def _without_slivers(polygons: NDArray[np.object_]) -> tuple[NDArray[np.object_], int, float]:
    parts, of = shapely.get_parts(polygons, return_index=True)
    several = np.bincount(of, minlength=len(polygons))[of] > 1
    if not several.any():
        return polygons, 0, 0.0
    area_m2, outline_m = shapely.area(parts), shapely.length(parts)
    largest = np.zeros(len(polygons))
    np.maximum.at(largest, of, area_m2)
    width_m = np.divide(2 * area_m2, outline_m, out=np.zeros(len(parts)), where=outline_m > 0)
    sliver = several & (area_m2 < largest[of]) & ((area_m2 < SLIVER_M2) | (width_m < SLIVER_WIDTH_M))
    values = polygons.copy()
    for row in np.unique(of[sliver]):
        kept = parts[(of == row) & ~sliver]
        values[row] = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return values, int(sliver.sum()), float(area_m2[sliver].sum())
