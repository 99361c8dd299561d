"""Communities and their parents: polygons with a unique id, valid, in the study's CRS, measured."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from layers.names import NAME_LIMIT, clean_ids, clean_names, examples, some
from layers.sources.filters import require_columns
from layers.types import Caveat, UnitsRole
from spatial.crs import check_scale, hides_datum_shift, lonlat_centre
from spatial.errors import LayerError
from spatial.geometry import enclosed_gap_m2, overlap_m2, repaired

OVERLAP_LIMIT_SHARE = 0.05
"""Communities that overlap by more than this share of their area are two levels in one layer, or copies."""


@dataclass(frozen=True)
class Loaded:
    """A layer, what was counted while it was made ready, and what a reader has to know."""

    frame: gpd.GeoDataFrame
    counts: dict[str, int] = field(default_factory=dict)
    caveats: tuple[Caveat, ...] = ()


def units(features: gpd.GeoDataFrame, role: UnitsRole, crs: CRS) -> Loaded:
    """Make communities, or a level of parents, ready.

    Parameters
    ----------
    features
        Polygons as read, in any CRS, with the columns that `role` names.

    Returns
    -------
    Loaded
        Index ``community_id`` or ``unit_id`` (text, sorted); ``name`` (the id where it is missing),
        ``area_m2``, valid polygons in `crs`. Counts: ``repaired``, ``names_missing``, ``names_cut``.
        Caveats: ``repaired``, ``units_overlap``, ``units_gaps``, ``names_missing``, ``datum_shift_unknown``.

    Raises
    ------
    LayerError
        Ids missing, empty or repeated; features without area; communities that overlap at large. All
        faults are told at once.
    NotMetric
        `crs` belongs to another part of the world than the units.

    Notes
    -----
    Every row read is kept: a community that cannot be kept is an error, for its residents would be lost.
    """
    layer = layer_name(role)
    require_columns(features, [c for c in (role.id_column, role.name_column) if c], layer)
    ids = clean_ids(features[role.id_column])
    _check(features, ids, role, layer)
    fixed, invalid = repaired(features.geometry)
    placed, invalid_after = repaired(fixed.to_crs(crs))
    _check_place(placed, crs, layer)
    names, cut = clean_names(features[role.name_column]) if role.name_column else (ids, 0)
    nameless = int((names == "").sum())
    frame = gpd.GeoDataFrame(
        {"name": pd.array(names.where(names != "", ids).to_numpy(), dtype=str), "area_m2": placed.area.to_numpy()},
        geometry=placed.to_numpy(),
        crs=crs,
        index=pd.Index(ids.to_numpy(), dtype=str, name="community_id" if role.level == "community" else "unit_id"),
    ).sort_index()
    counts = {"repaired": int((invalid | invalid_after).sum()), "names_missing": nameless, "names_cut": cut}
    broken = ids[invalid | invalid_after]
    caveats = [
        Caveat("repaired", layer, len(broken), "features", examples(sorted(broken))),
        Caveat("names_missing", layer, nameless, "features"),
        Caveat("names_cut", layer, cut, "features", str(NAME_LIMIT)),
        Caveat(
            "datum_shift_unknown",
            layer,
            len(frame) * hides_datum_shift(features.crs, crs),
            "features",
            features.crs.name,
        ),
        *_coverage_caveats(frame, layer, role),
    ]
    return Loaded(frame, counts, tuple(c for c in caveats if c.count))


def layer_name(role: UnitsRole) -> str:
    """The role's name in messages and provenance: ``communities``, ``parents.district``."""
    return "communities" if role.level == "community" else f"parents.{role.level}"


def _check(features: gpd.GeoDataFrame, ids: pd.Series, role: UnitsRole, layer: str) -> None:
    faults = []
    missing = ids.index[ids.isna()]
    if len(missing):
        faults.append(
            f"{len(missing)} of {len(ids)} have no id in {role.id_column!r}, e.g. row "
            f"{', '.join(str(r + 1) for r in missing[:3])}"
        )
    twice = ids[ids.duplicated(keep=False) & ids.notna()]
    if len(twice):
        faults.append(
            f"{twice.nunique()} ids stand more than once in {role.id_column!r}, e.g. {some(sorted(twice.unique()))}; "
            "dissolve the parts of a unit"
        )
    shapes = features.geometry
    empty = pd.Series(shapely.is_missing(shapes.to_numpy()), index=shapes.index) | shapes.is_empty
    if empty.any():
        faults.append(f"{int(empty.sum())} have no geometry, e.g. {some(ids[empty])}")
    flat = ~empty & ~shapes.geom_type.isin(["Polygon", "MultiPolygon"])
    if flat.any():
        faults.append(
            f"{int(flat.sum())} are no polygons but {some(sorted(shapes[flat].geom_type.unique()))}, e.g. "
            f"{some(ids[flat])}"
        )
    if faults:
        raise LayerError(
            f"{layer}: {'; '.join(faults)}. Nothing can be counted by such units: correct them in the file, or leave "
            "them out with a filter"
        )


def _check_place(placed: gpd.GeoSeries, crs: CRS, layer: str) -> None:
    shrunk = placed.is_empty | (placed.area <= 0)
    if shrunk.any():
        raise LayerError(
            f"{layer}: {int(shrunk.sum())} polygons have no area, so nothing can lie in them; correct them in the file"
        )
    if not np.isfinite(placed.total_bounds).all():
        raise LayerError(
            f"{layer}: cannot be placed in {crs.name!r}: its coordinates lie outside of that CRS; check the CRS of "
            "the file and of the study"
        )
    left, bottom, right, top = (float(v) for v in placed.total_bounds)
    check_scale(crs, lonlat_centre((left, bottom, right, top), crs), layer)


def _coverage_caveats(frame: gpd.GeoDataFrame, layer: str, role: UnitsRole) -> list[Caveat]:
    """How far the units overlap, and leave holes: both are usual along rounded borders, and wrong at large."""
    doubled_m2, pairs = overlap_m2(frame.geometry)
    total_m2 = float(frame["area_m2"].sum())
    names = [f"{frame.index[a]} × {frame.index[b]}" for a, b in pairs[:3]]
    if role.level == "community" and doubled_m2 > OVERLAP_LIMIT_SHARE * total_m2:
        raise LayerError(
            f"{layer}: {len(pairs)} pairs overlap, by {doubled_m2 / total_m2:.0%} of the area in all, e.g. "
            f"{', '.join(names)}, so places would count "
            "twice; if the layer holds several levels or years, keep one with a filter"
        )
    gaps_m2, gaps = enclosed_gap_m2(frame.geometry)
    return [
        Caveat("units_overlap", layer, round(doubled_m2), "m2", f"{len(pairs)}"),
        Caveat("units_gaps", layer, round(gaps_m2), "m2", f"{gaps}"),
    ]
