"""Sites of a municipal inventory of public space: judged, told apart by class, placed, and joined where they touch."""

from __future__ import annotations

import re
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely import Geometry

from layers.names import NAME_LIMIT, clean_ids, clean_names, examples, some
from layers.repairs import without_copies
from layers.role_schemas import inventory_schema
from layers.schemas import validate
from layers.sources.filters import require_columns
from layers.space_merge import in_order, merge_touching, without_doubles
from layers.types import Area, Caveat, InventoryRole
from layers.units import Loaded
from layers.whereabouts import check_near
from spatial.datum_shift import moved
from spatial.errors import LayerError
from spatial.geometry import polygon_part, repaired

SITE_COLUMNS = ("space_class", "name", "planned", "member_ids", "area_m2", "geometry")
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
        touch are one site, built and planned ones apart. Counts: ``class_unmapped``, ``duplicates`` (rows alike
        in everything), ``scattered`` (several points in one row: no place), ``repaired``, ``names_cut``,
        ``dropped_elsewhere``, ``pieces_merged``, ``slivers``, ``duplicate_points`` (points in a polygon of their
        class), ``sites``. Caveats: ``inventory_class_unmapped``, ``duplicates_dropped``, ``inventory_scattered``,
        ``repaired``, ``names_cut``, ``inventory_elsewhere``.

    Raises
    ------
    LayerError
        A column is missing; no feature is of a class that the study names; of those that are, keys missing or
        repeated, shapes missing or neither polygons nor points; the layer lies far from the communities; its
        datum's shift is not known.
    """
    layer = layer_name(role)
    if features.empty:
        raise LayerError(
            f"{layer}: none of its sites lies near the communities, so it would say nothing about them; check its CRS, "
            "or name the file of the right place"
        )
    wanted = (role.class_column, role.id_column, role.name_column, role.sites_column)
    require_columns(features, [column for column in wanted if column], layer)
    classes = _classes(features, role)
    known = features[classes.notna()]
    _check_classes(features, known, role)
    validate(known, inventory_schema(role))
    rows, copies = without_copies(known)
    check_near(rows, around, crs, layer, "it would say nothing about them")
    pieces, counts = _pieces(rows, classes[rows.index].to_numpy(object), role, crs)
    near = pieces[shapely.intersects(around, pieces.geometry.to_numpy())]
    counts = {"class_unmapped": len(features) - len(known), "duplicates": copies, **counts}
    counts["dropped_elsewhere"] = len(pieces) - len(near)
    sites = _sites(near, counts)
    return Loaded(sites, counts, _caveats(features, role, classes, counts))


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


def _keys(features: gpd.GeoDataFrame, role: InventoryRole) -> list[str]:
    """Ids of the sites without blanks, since lists of ids are separated by them."""
    if not role.id_column:
        return [f"{role.id}/{row + 1}" for row in features.index]
    return [f"{role.id}/{_NOT_IN_KEYS.sub('_', str(key))[:_KEY_LIMIT]}" for key in clean_ids(features[role.id_column])]


def _check_classes(features: gpd.GeoDataFrame, known: gpd.GeoDataFrame, role: InventoryRole) -> None:
    if len(known):
        return
    values = clean_ids(features[role.class_column]).dropna().value_counts().index
    raise LayerError(
        f"{layer_name(role)}: none of its {len(features)} features is of a class that the study names, so nothing is "
        f"left; {role.class_column!r} holds {some(values) or 'nothing'}: say under classes what they mean"
    )


def _check_keys(keys: list[str], role: InventoryRole) -> None:
    """Keys that differ in the file may not differ any more once blanks are gone and long ones cut."""
    twice = sorted(key for key, n in Counter(keys).items() if n > 1)
    if twice:
        raise LayerError(
            f"{layer_name(role)}: {len(twice)} keys in {role.id_column!r} are the same in their first {_KEY_LIMIT} "
            f"characters, e.g. {some(twice)}, so a conflict could not be traced to its site; shorten them, or leave "
            "the key out of the study"
        )


def _plain(shape: Geometry) -> Geometry | None:
    """A polygon or a single point; None for several points, which are no place."""
    if shape.geom_type in ("Polygon", "MultiPolygon", "Point"):
        return shape
    parts = shapely.get_parts(shape)
    if len(parts) == 1 and parts[0].geom_type == "Point":
        return parts[0]
    part = polygon_part(shape)
    return None if part.is_empty else part


def _pieces(
    rows: gpd.GeoDataFrame, classes: NDArray[np.object_], role: InventoryRole, crs: CRS
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The features in the study's CRS, valid, with what a site has; and what was counted."""
    shapes = np.array([_plain(shape) for shape in shapely.force_2d(rows.geometry.to_numpy())], dtype=object)
    scattered = shapely.is_missing(shapes)
    placed = gpd.GeoSeries(shapes[~scattered], index=rows.index[~scattered], crs=rows.crs)
    fixed, invalid = repaired(placed)
    placed, invalid_after = repaired(moved(fixed, crs, layer_name(role)))
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (pd.Series("", index=rows.index), 0)
    keys = _keys(rows, role)
    _check_keys(keys, role)
    everything = pd.DataFrame(
        {
            "space_class": classes, "name": names.to_numpy(object), "planned": _planned(rows, role), "member_ids": keys,
            "fenced": False, "source": role.id,
        },
        index=pd.Index(keys, dtype=str, name="site_id"),
    )  # fmt: skip
    pieces = gpd.GeoDataFrame(everything[~scattered], geometry=placed.to_numpy(), crs=crs)
    bad = int((invalid | invalid_after).sum())
    return pieces, {"scattered": int(scattered.sum()), "repaired": bad, "names_cut": cut}


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
    features: gpd.GeoDataFrame, role: InventoryRole, classes: pd.Series, counts: dict[str, int]
) -> tuple[Caveat, ...]:
    layer = layer_name(role)
    unmapped = ""
    if counts["class_unmapped"]:
        values = clean_names(features[role.class_column][classes.isna()])[0]
        unmapped = examples([f"{value or '-'} ({n})" for value, n in values.value_counts().items()])
    caveats = (
        Caveat("inventory_class_unmapped", layer, counts["class_unmapped"], "features", unmapped),
        Caveat("duplicates_dropped", layer, counts["duplicates"], "features"),
        Caveat("inventory_scattered", layer, counts["scattered"], "features"),
        Caveat("repaired", layer, counts["repaired"], "features"),
        Caveat("names_cut", layer, counts["names_cut"], "features", str(NAME_LIMIT)),
        Caveat("inventory_elsewhere", layer, 0 if counts["sites"] else counts["dropped_elsewhere"], "features"),
    )
    return tuple(c for c in caveats if c.count)
