"""Sites of a municipal inventory of public space: judged, told apart by class, placed, and joined where they touch."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely import Geometry

from layers.names import NAME_LIMIT, clean_ids, clean_names, examples, some
from layers.sources.filters import require_columns
from layers.space_merge import in_order, merge_touching, without_doubles
from layers.types import Area, Caveat, InventoryRole
from layers.units import Loaded
from spatial.crs import hides_datum_shift
from spatial.errors import LayerError
from spatial.geometry import polygon_part, repaired

SITE_COLUMNS = ("space_class", "name", "planned", "member_ids", "area_m2", "geometry")
FAR_M = 50_000.0
"""An inventory that ends this far away from the communities is most likely in the wrong CRS."""
SLIVER_M2 = 1.0
"""What is smaller after joining is a slip of drawing, not a place."""
_KEY_LIMIT = 60
_NOT_IN_KEYS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def layer_name(role: InventoryRole) -> str:
    """The inventory's name in messages and provenance: ``public_space.parks``."""
    return f"public_space.{role.id}"


def inventory_sites(features: gpd.GeoDataFrame, role: InventoryRole, crs: CRS, around: Area) -> Loaded:
    """Make an inventory ready.

    Parameters
    ----------
    features
        Polygons and points as read, in any CRS, with the columns that `role` names; the study's filter
        has been applied.
    around
        The surroundings of the communities, in `crs`: what does not touch them is left out, counted.

    Returns
    -------
    Loaded
        Index ``site_id`` (``<inventory>/<key>``, in `space_order`); ``space_class``; ``name`` (as it is,
        one line, bounded; may be empty); ``planned`` (bool); ``member_ids`` (space-separated);
        ``area_m2`` [m2] (NaN for points); valid polygons and points in `crs`. Polygons of one class that
        touch are one site, built and planned ones apart. Counts: ``class_unmapped``, ``shapeless``,
        ``repaired``, ``names_cut``, ``dropped_elsewhere``, ``pieces_merged``, ``slivers``,
        ``duplicate_points`` (points in a polygon of their class), ``sites``. Caveats:
        ``inventory_class_unmapped``, ``inventory_shapeless``, ``repaired``, ``names_cut``,
        ``inventory_elsewhere``, ``datum_shift_unknown``.

    Raises
    ------
    LayerError
        A column is missing; keys missing or repeated; no feature of a class that the study names, or none
        with a shape; the layer lies far from the communities. Faults are told at once.
    """
    layer = layer_name(role)
    wanted = (role.class_column, role.id_column, role.name_column, role.sites_column)
    require_columns(features, [column for column in wanted if column], layer)
    classes = _classes(features, role)
    shapes = _plain_shapes(features.geometry)
    usable = classes.notna().to_numpy() & ~shapely.is_missing(shapes)
    keys = _keys(features, role)
    _check(features, role, classes, shapes, keys[usable])
    kept = features[usable].set_geometry(gpd.GeoSeries(shapes[usable], index=features.index[usable], crs=features.crs))
    pieces, counts = _pieces(kept, classes[usable].to_numpy(object), keys[usable].to_numpy(object), role, crs)
    _check_place(pieces, around, layer)
    near = pieces[shapely.intersects(around, pieces.geometry.to_numpy())]
    counts = {"class_unmapped": int(classes.isna().sum()), "shapeless": int(shapely.is_missing(shapes).sum()), **counts}
    counts["dropped_elsewhere"] = len(pieces) - len(near)
    sites = _sites(near, counts)
    return Loaded(sites, counts, _caveats(features, role, classes, counts, crs))


def _classes(features: gpd.GeoDataFrame, role: InventoryRole) -> pd.Series:
    """Class of each feature; None where the study does not say which class its value means."""
    if not role.class_column:
        return pd.Series(role.space_class, index=features.index, dtype="object")
    values = clean_ids(features[role.class_column])
    known = {str(value).strip(): space_class for value, space_class in role.classes.items()}
    return values.map(lambda value: known.get(value) if value is not None else None).astype("object")


def _planned(features: gpd.GeoDataFrame, role: InventoryRole) -> NDArray[np.bool_]:
    if not role.sites_column:
        return np.full(len(features), role.sites == "planned")
    said = clean_ids(features[role.sites_column]).isin([value.strip() for value in role.planned_values])
    return np.asarray(said, dtype=bool)


def _keys(features: gpd.GeoDataFrame, role: InventoryRole) -> pd.Series:
    """Ids of the sites without blanks, since lists of ids are separated by them; None where there is none."""
    if not role.id_column:
        return pd.Series([f"{role.id}/{n}" for n in range(1, len(features) + 1)], index=features.index, dtype="object")
    keys = clean_ids(features[role.id_column])
    return keys.map(lambda k: None if k is None else f"{role.id}/{_NOT_IN_KEYS.sub('_', k)[:_KEY_LIMIT]}").astype(
        "object"
    )


def _plain_shapes(geometry: gpd.GeoSeries) -> NDArray[np.object_]:
    """Polygons and single points in the plane; None for everything else."""
    flat = shapely.force_2d(geometry.to_numpy())
    return np.array([_plain(shape) for shape in flat], dtype=object)


def _plain(shape: Geometry | None) -> Geometry | None:
    if shape is None or shape.is_empty:
        return None
    if shape.geom_type in ("Polygon", "MultiPolygon", "Point"):
        return shape
    parts = shapely.get_parts(shape)
    if len(parts) == 1 and parts[0].geom_type == "Point":
        return parts[0]
    if shape.geom_type == "GeometryCollection":
        part = polygon_part(shape)
        return None if part.is_empty else part
    return None


def _check(
    features: gpd.GeoDataFrame, role: InventoryRole, classes: pd.Series, shapes: NDArray[np.object_], keys: pd.Series
) -> None:
    faults = []
    missing = keys.index[keys.isna()]
    if len(missing):
        rows = ", ".join(str(features.index.get_loc(row) + 1) for row in missing[:3])
        faults.append(f"{len(missing)} of {len(keys)} sites have no key in {role.id_column!r}, e.g. row {rows}")
    twice = keys[keys.duplicated(keep=False) & keys.notna()]
    if len(twice):
        faults.append(
            f"{twice.nunique()} keys stand more than once in {role.id_column!r}, e.g. {some(sorted(twice.unique()))}"
        )
    if faults:
        faults.append("a conflict could not be traced to its site; correct them, or leave the key out of the study")
    if classes.isna().all():
        values = clean_ids(features[role.class_column]).dropna()
        faults.append(
            f"none of its {len(features)} features is of a class that the study names, so nothing is left; "
            f"{role.class_column!r} holds {some(values.value_counts().index)}: say under classes what they mean"
        )
    elif shapely.is_missing(shapes[classes.notna().to_numpy()]).all():
        kinds = some(sorted(features.geometry.geom_type.dropna().unique())) or "nothing"
        faults.append(
            f"none of its {len(features)} features is a polygon or a point but {kinds}, so no site has a place; "
            "lines need a width: buffer them yourself"
        )
    if faults:
        raise LayerError(f"{layer_name(role)}: {'; '.join(faults)}")


def _pieces(
    kept: gpd.GeoDataFrame, classes: NDArray[np.object_], keys: NDArray[np.object_], role: InventoryRole, crs: CRS
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The features in the study's CRS, valid, with what a site has; and what was counted."""
    fixed, invalid = repaired(kept.geometry)
    placed, invalid_after = repaired(fixed.to_crs(crs))
    names, cut = clean_names(kept[role.name_column]) if role.name_column else (pd.Series("", index=kept.index), 0)
    pieces = gpd.GeoDataFrame(
        {
            "space_class": classes,
            "name": names.to_numpy(object),
            "planned": _planned(kept, role),
            "member_ids": keys,
            "fenced": False,
            "source": role.id,
        },
        geometry=placed.to_numpy(),
        crs=crs,
        index=pd.Index(keys, dtype=str, name="site_id"),
    )
    return pieces, {"repaired": int((invalid | invalid_after).sum()), "names_cut": cut}


def _check_place(pieces: gpd.GeoDataFrame, around: Area, layer: str) -> None:
    if not np.isfinite(pieces.total_bounds).all():
        raise LayerError(f"{layer}: cannot be placed in the study's CRS; check the CRS of the file")
    distance_m = around.distance(shapely.box(*pieces.total_bounds))
    if distance_m > FAR_M:
        raise LayerError(
            f"{layer}: lies {distance_m / 1000:,.0f} km from the communities, so it would say nothing about them; "
            "most likely its CRS is declared wrongly: correct it with crs, or name the right file"
        )


def _sites(pieces: gpd.GeoDataFrame, counts: dict[str, int]) -> gpd.GeoDataFrame:
    """Pieces that touch become one site, built and planned ones apart; points inside a polygon are left out."""
    found = []
    counts.update(pieces_merged=0, slivers=0, duplicate_points=0)
    for planned in (False, True):
        part = pieces[pieces["planned"] == planned]
        is_point = (part.geom_type == "Point").to_numpy()
        polygons, merged = merge_touching(part[~is_point])
        real = (polygons["area_m2"] >= SLIVER_M2).to_numpy()
        points = part[is_point]
        alone = without_doubles(points, polygons)
        counts["pieces_merged"] += merged
        counts["slivers"] += int((~real).sum())
        counts["duplicate_points"] += int((~alone).sum())
        found += [polygons[real].assign(planned=planned), points[alone].assign(area_m2=np.nan)]
    filled = [frame for frame in found if len(frame)]
    sites = gpd.GeoDataFrame(pd.concat(filled) if filled else found[0])
    counts["sites"] = len(sites)
    types = {"space_class": str, "name": str, "member_ids": str, "planned": bool, "area_m2": float}
    return in_order(sites[list(SITE_COLUMNS)].astype(types))


def _caveats(
    features: gpd.GeoDataFrame, role: InventoryRole, classes: pd.Series, counts: dict[str, int], crs: CRS
) -> tuple[Caveat, ...]:
    layer = layer_name(role)
    unmapped = ""
    if counts["class_unmapped"]:
        values = clean_names(features[role.class_column][classes.isna()])[0]
        unmapped = examples([f"{value or '-'} ({n})" for value, n in values.value_counts().items()])
    shift = counts["sites"] * hides_datum_shift(features.crs, crs)
    caveats = (
        Caveat("inventory_class_unmapped", layer, counts["class_unmapped"], "features", unmapped),
        Caveat("inventory_shapeless", layer, counts["shapeless"], "features"),
        Caveat("repaired", layer, counts["repaired"], "features"),
        Caveat("names_cut", layer, counts["names_cut"], "features", str(NAME_LIMIT)),
        Caveat("inventory_elsewhere", layer, 0 if counts["sites"] else counts["dropped_elsewhere"], "features"),
        Caveat("datum_shift_unknown", layer, shift, "features", features.crs.name),
    )
    return tuple(c for c in caveats if c.count)
