"""Communities and their parents: polygons with a unique id, valid, in the study's CRS, measured."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from layers.names import NAME_LIMIT, clean_ids, clean_names, examples
from layers.repairs import mended, without_copies
from layers.role_schemas import units_schema
from layers.schemas import validate
from layers.types import Caveat, UnitsRole
from layers.whereabouts import check_order
from spatial.crs import check_scale, lonlat_centre
from spatial.datum_shift import WGS84, datum_shift
from spatial.errors import LayerError
from spatial.geometry import enclosed_gap_m2, overlap_m2

PAIR_OVERLAP_SHARE = 0.01
"""Two units that share more of the smaller one than this were drawn wrongly, or at different times."""
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
        ``area_m2``, valid polygons in `crs`. Counts: ``repaired``, ``names_missing``, ``names_cut`` and, where it
        happened, ``duplicates``, ``stray_parts``, ``slivers``. Caveats: ``repaired``, ``units_overlap``,
        ``units_overlap_much``, ``units_gaps``, ``names_missing``, ``names_cut``, ``duplicates_dropped`` and those of
        `layers.repairs`.

    Raises
    ------
    LayerError
        Ids missing, empty or repeated; features without area; communities that overlap at large. All
        faults are told at once. Or the shift of a datum is not known.
    NotMetric
        `crs` belongs to another part of the world than the units.

    Notes
    -----
    Every unit is kept: a community that cannot be kept is an error, for its residents would be lost. Only rows that
    are copies of another, in every column and vertex, are left out.
    """
    layer = layer_name(role)
    if features.empty:
        raise LayerError(
            f"{layer}: none of its units lies near the communities, so nobody would belong to one; check its CRS, or "
            "name the file of the right place"
        )
    rows, copies = without_copies(features)
    validate(rows, units_schema(role))
    ids = clean_ids(rows[role.id_column])
    check_order(rows, crs, layer)
    done = mended(rows.geometry, crs, layer)
    _check_place(done.shapes, crs, layer)
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (ids, 0)
    nameless = int((names == "").sum())
    frame = gpd.GeoDataFrame(
        {"name": pd.array(names.where(names != "", ids).to_numpy(), dtype=str), "area_m2": done.shapes.area.to_numpy()},
        geometry=done.shapes.to_numpy(),
        crs=crs,
        index=pd.Index(ids.to_numpy(), dtype=str, name="community_id" if role.level == "community" else "unit_id"),
    ).sort_index()
    counts = {**done.counts, "names_missing": nameless, "names_cut": cut, **({"duplicates": copies} if copies else {})}
    broken = ids[done.was_invalid]
    caveats = [
        Caveat("repaired", layer, len(broken), "features", examples(sorted(broken))),
        Caveat("names_missing", layer, nameless, "features"),
        Caveat("names_cut", layer, cut, "features", str(NAME_LIMIT)),
        Caveat("duplicates_dropped", layer, copies, "features"),
        *done.caveats(layer),
        *_coverage_caveats(frame, layer, role),
    ]
    return Loaded(frame, counts, tuple(c for c in caveats if c.count))


def layer_name(role: UnitsRole) -> str:
    """The role's name in messages and provenance: ``communities``, ``parents.district``."""
    return "communities" if role.level == "community" else f"parents.{role.level}"


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
    # the map extract comes in WGS 84
    datum_shift(crs, CRS(WGS84), (left, bottom, right, top), f"{layer}: the study's crs")


def _coverage_caveats(frame: gpd.GeoDataFrame, layer: str, role: UnitsRole) -> list[Caveat]:
    """How far the units overlap, and leave holes: both are usual along rounded borders, and wrong at large.

    Pairs that share much of the smaller are told by their ids, apart from the others.
    """
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
    shapes = frame.geometry.to_numpy()
    shared_m2 = shapely.area(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    much = shared_m2 > PAIR_OVERLAP_SHARE * shapely.area(shapes)[pairs].min(axis=1)
    named = examples([f"{frame.index[a]} × {frame.index[b]}" for a, b in pairs[much]])
    return [
        Caveat("units_overlap", layer, round(float(shared_m2[~much].sum())), "m2", f"{int((~much).sum())}"),
        Caveat("units_overlap_much", layer, round(float(shared_m2[much].sum())), "m2", named),
        Caveat("units_gaps", layer, round(gaps_m2), "m2", f"{gaps}"),
    ]
