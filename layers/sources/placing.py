"""Where on earth a layer lies: its CRS, its datum, and coordinates that can be.

A CRS declared in the study wins over the file's own: a wrong .prj can be put right. Coordinates that were shifted
(GCJ-02, BD-09), or come in an old datum, leave here in WGS 84, so that nobody further on has to think of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.origins import AnyOrigin
from layers.types import Caveat
from spatial.crs import parse_crs
from spatial.crs_doubts import doubt
from spatial.datum import in_mainland_china, to_wgs84
from spatial.datum_shift import TELLING_M, WGS84, datum_shift, is_modern, shifted, whole_bounds
from spatial.errors import LayerError, MissingCRS

_FARTHEST_M = 1e8
"""No projected coordinate on earth is larger."""
_OUTSIDE_SHARE = 0.05
"""Borders of the mainland are known only roughly."""
_CONVERTED = "converted_from_datum"
_DATUM_WORDS = {"gcj02": "GCJ-02", "bd09": "BD-09"}


def placed(features: gpd.GeoDataFrame, origin: AnyOrigin, what: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The features with their CRS, in a datum that agrees with WGS 84.

    Returns
    -------
    (GeoDataFrame, dict)
        As they are where their datum is modern; else in OGC:CRS84. Counts, where it happened: ``crs_overridden`` = 1
        (the study's CRS stands in place of the file's), ``datum_converted`` (rows brought back from the study's
        ``datum``), ``datum_shifted`` (rows of an old datum) and ``datum_shift_coarse`` (those whose shift is published
        with an accuracy worse than `TELLING_M`, or none). Asked twice, it brings nothing back twice.

    Raises
    ------
    MissingCRS
        Neither says which it is.
    LayerError
        It is a survey grid of its own, a datum whose shift is not known, or a shifted one outside mainland China or
        in a CRS in which it cannot be.
    """
    features, counts = _with_crs(features, origin, what)
    crs: CRS = features.crs
    if not (crs.is_geographic or crs.is_projected):
        raise LayerError(
            f"{what}: comes in {crs.name!r}, a survey grid of its own, and how that lies on the earth is not known; "
            "ask for it in CGCS2000 or WGS 84, or for the definition of the grid, and declare that as crs"
        )
    rows = int((~shapely.is_missing(features.geometry.to_numpy())).sum())
    if origin.datum != "wgs84":
        if features.attrs.get(_CONVERTED) != origin.datum:
            counts["datum_converted"] = rows
            features = features.set_geometry(_unshifted(features.geometry, origin.datum, what))
            features.attrs[_CONVERTED] = origin.datum
        return features, counts
    bounds = whole_bounds(features.geometry)
    if bounds is None or (is_modern(crs) and not crs.is_bound):
        return features, counts
    shift = datum_shift(crs, CRS(WGS84), bounds, what)
    counts["datum_shifted"] = rows
    if not shift.accuracy_m <= TELLING_M:
        counts["datum_shift_coarse"] = rows
    return features.set_geometry(shifted(features.geometry, shift.there, CRS(WGS84))), counts


def placing_caveats(counts: Mapping[str, int], origin: AnyOrigin, role: str) -> tuple[Caveat, ...]:
    """What a reader has to know of how a layer was placed, from what `placed` counted."""
    told = (
        Caveat(
            "datum_converted", role, counts.get("datum_converted", 0), "features", _DATUM_WORDS.get(origin.datum, "")
        ),
        Caveat("datum_shift_approximate", role, counts.get("datum_shift_coarse", 0), "features", origin.crs or ""),
    )
    return tuple(caveat for caveat in told if caveat.count)


def check_coordinates(features: gpd.GeoDataFrame, what: str) -> None:
    """Refuse coordinates that the CRS cannot have: they tell of a wrong CRS before everything lands in the sea."""
    shapes = features.geometry.to_numpy()
    solid = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    if not len(solid):
        raise LayerError(
            f"{what}: none of its {len(features)} features has a geometry, so it cannot be placed; check the file"
        )
    left, bottom, right, top = (float(v) for v in shapely.total_bounds(solid))
    if not np.isfinite(shapely.get_coordinates(solid)).all():
        raise LayerError(f"{what}: holds coordinates that are no numbers; repair them in the source")
    crs: CRS = features.crs
    doubted = doubt((left, bottom, right, top), crs)
    if doubted is not None:
        raise LayerError(f"{what}: {doubted.reason}, so it would lie far away; {doubted.remedy}")
    farthest = max((left, bottom, right, top), key=abs)
    if crs.is_geographic and not (-180 <= left <= right <= 360 and -90 <= bottom <= top <= 90):
        raise LayerError(
            f"{what}: coordinates reach {_plain(farthest)} although {crs.name!r} counts in degrees, "
            'so they are probably metres; declare the CRS they were made in, such as crs = "EPSG:32628"'
        )
    if abs(farthest) > _FARTHEST_M:
        raise LayerError(
            f"{what}: coordinates reach {_plain(farthest)}, which is nowhere on earth; repair them in the source"
        )


def _plain(number: float) -> str:
    """As people write it, if it is not longer than they read."""
    return f"{number:,.0f}" if abs(number) < 1e12 else f"{number:.3g}"


def _with_crs(features: gpd.GeoDataFrame, origin: AnyOrigin, what: str) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    if origin.crs is None:
        if features.crs is None:
            raise MissingCRS(
                f"{what}: says nothing that is understood of its coordinate reference system, so it cannot be placed; "
                'write crs = "EPSG:4326" where its coordinates are longitudes and latitudes, else ask whoever made it '
                "(of a shapefile, for the .prj) and write the code of that"
            )
        return features, {}
    declared = parse_crs(origin.crs, what)
    overridden = features.crs is not None and not features.crs.equals(declared, ignore_axis_order=True)
    return features.set_crs(declared, allow_override=True), {"crs_overridden": 1} if overridden else {}


def _unshifted(shapes: gpd.GeoSeries, datum: str, what: str) -> gpd.GeoSeries:
    """Shapes in WGS 84 that were in a shifted datum."""
    degrees = _in_degrees(shapes, datum, what)
    values = degrees.to_numpy()
    xy = shapely.get_coordinates(values)
    outside = int((~in_mainland_china(xy[:, 0], xy[:, 1])).sum())
    if outside > _OUTSIDE_SHARE * len(xy):
        raise LayerError(
            f"{what}: datum = {datum!r}, but {outside:,} of its {len(xy):,} points lie outside mainland China, where "
            f"nobody uses {_DATUM_WORDS[datum]}, and would be moved away from where they are; leave datum out, or "
            "correct crs"
        )

    def change(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(to_wgs84(points[:, 0], points[:, 1], datum))

    return gpd.GeoSeries(shapely.transform(values, change), index=shapes.index, crs=WGS84)


def _in_degrees(shapes: gpd.GeoSeries, datum: str, what: str) -> gpd.GeoSeries:
    """Shapes in degrees of the shifted datum, on whatever ellipsoid the file names: the shift knows none."""
    crs: CRS = shapes.crs
    if crs.is_geographic:
        return shapes
    if datum == "gcj02" and crs.to_epsg() == 3857:
        return shapes.to_crs(WGS84)
    name = _DATUM_WORDS[datum]
    how = "Baidu's metres are a projection of its own" if crs.to_epsg() == 3857 else f"{crs.name!r} counts in metres"
    raise LayerError(
        f"{what}: datum = {datum!r}, but {how}, and {name} is made of longitudes and latitudes; give the layer "
        "in degrees as the map service does, or leave datum out if it was brought back already"
    )
