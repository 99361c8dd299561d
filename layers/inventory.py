"""Sites of a municipal inventory of public space: judged, told apart by class, placed, and joined where they touch."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely import Geometry, STRtree

from layers.inventory_status import planned_or_built, unknown_values
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
OVERLAP_SHARE = 0.1
"""What sites of two classes share beyond this part of the smaller is no slip along a border."""
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
        touch are one site, built and planned ones apart. Counts: ``class_unmapped``, ``status_unknown`` (neither
        built nor planned), ``duplicates`` (rows alike in everything), ``scattered`` (several points in one row:
        no place), ``repaired``, ``names_cut``, ``dropped_elsewhere``, ``pieces_merged``, ``sites_too_small``
        (rows), ``sites_doubled`` (points in a polygon of their class), ``sites``, ``sites_overlapping`` (built ones
        that share ground with one of another class). Caveats: ``inventory_class_unmapped``,
        ``inventory_status_unknown``, ``duplicates_dropped``, ``inventory_scattered``, ``repaired``, ``names_cut``,
        ``inventory_elsewhere``, ``inventory_overlaps``.

    Notes
    -----
    Without a key column a site is named by what it is (class, name, place and area to the metre), so that its id
    stays where rows are added or put in another order.

    Raises
    ------
    LayerError
        A column is missing; no feature is of a class that the study names; what the study says of built and planned
        does not fit the column (`inventory_status.planned_or_built`); of those of a known class, keys missing or
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
    planned = planned_or_built(known, role, layer)
    rows, copies = without_copies(known[planned.notna()])
    check_near(rows, around, crs, layer, "it would say nothing about them")
    about = pd.DataFrame({"space_class": classes[rows.index], "planned": planned[rows.index].astype(bool)})
    pieces, counts = _pieces(rows, about, role, crs)
    near = pieces[shapely.intersects(around, pieces.geometry.to_numpy())]
    left_out = {"class_unmapped": len(features) - len(known), "status_unknown": int(planned.isna().sum())}
    counts = {**left_out, "duplicates": copies, **counts, "dropped_elsewhere": len(pieces) - len(near)}
    sites = _sites(near, counts)
    unmapped, unknown = _unmapped(features, role, classes), unknown_values(known, role, planned)
    return Loaded(sites, counts, _caveats(layer, counts, unmapped, unknown))


def _classes(features: gpd.GeoDataFrame, role: InventoryRole) -> pd.Series:
    """Class of each feature; None where the study does not say which class its value means."""
    if not role.class_column:
        return pd.Series(role.space_class, index=features.index, dtype="object")
    values = clean_ids(features[role.class_column])
    known = {str(value).strip(): space_class for value, space_class in role.classes.items()}
    return values.map(lambda value: known.get(value) if value is not None else None).astype("object")


def _keys(rows: gpd.GeoDataFrame, placed: gpd.GeoDataFrame, role: InventoryRole) -> list[str]:
    """Ids of the sites without blanks, since lists of ids are separated by them."""
    if role.id_column:
        return [f"{role.id}/{_NOT_IN_KEYS.sub('_', str(key))[:_KEY_LIMIT]}" for key in clean_ids(rows[role.id_column])]
    middle, area_m2 = shapely.centroid(placed.geometry.to_numpy()), shapely.area(placed.geometry.to_numpy())
    kinds, names = placed["space_class"], placed["name"]
    where = zip(kinds, names, shapely.get_x(middle), shapely.get_y(middle), area_m2, strict=True)
    said = [f"{kind}\n{name}\n{x:.0f} {y:.0f} {m2:.0f}" for kind, name, x, y, m2 in where]
    digests = [hashlib.blake2s(text.encode(), digest_size=5).hexdigest() for text in said]
    times: Counter[str] = Counter()
    keys = []
    for digest in digests:
        times[digest] += 1
        keys.append(f"{role.id}/{digest}" + (f"-{times[digest]}" if times[digest] > 1 else ""))
    return keys


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
    rows: gpd.GeoDataFrame, about: pd.DataFrame, role: InventoryRole, crs: CRS
) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """The features in the study's CRS, valid, with what a site has; and what was counted."""
    shapes = np.array([_plain(shape) for shape in shapely.force_2d(rows.geometry.to_numpy())], dtype=object)
    scattered = shapely.is_missing(shapes)
    rows, about = rows[~scattered], about[~scattered]
    fixed, invalid = repaired(gpd.GeoSeries(shapes[~scattered], index=rows.index, crs=rows.crs))
    placed, invalid_after = repaired(moved(fixed, crs, layer_name(role)))
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (pd.Series("", index=rows.index), 0)
    pieces = gpd.GeoDataFrame(about.assign(name=names, fenced=False, source=role.id), geometry=placed, crs=crs)
    keys = _keys(rows, pieces, role)
    _check_keys(keys, role)
    pieces = pieces.assign(member_ids=keys).set_index(pd.Index(keys, dtype=str, name="site_id"))
    bad = int((invalid | invalid_after).sum())
    return pieces, {"scattered": int(scattered.sum()), "repaired": bad, "names_cut": cut}


def _sites(pieces: gpd.GeoDataFrame, counts: dict[str, int]) -> gpd.GeoDataFrame:
    """Pieces that touch become one site, built and planned ones apart; points inside a polygon are left out."""
    found = []
    counts.update(pieces_merged=0, sites_too_small=0, sites_doubled=0)
    for planned in (False, True):
        part = pieces[pieces["planned"] == planned]
        is_point = (part.geom_type == "Point").to_numpy()
        polygons, merged = merge_touching(part[~is_point])
        real = (polygons["area_m2"] >= SLIVER_M2).to_numpy()
        points = part[is_point]
        alone = without_doubles(points, polygons)
        counts["pieces_merged"] += merged
        counts["sites_too_small"] += int(polygons["member_ids"][~real].str.split().str.len().sum())
        counts["sites_doubled"] += int((~alone).sum())
        found += [polygons[real].assign(planned=planned), points[alone].assign(area_m2=np.nan)]
    filled = [frame for frame in found if len(frame)]
    sites = gpd.GeoDataFrame(pd.concat(filled) if filled else found[0])
    types = {"space_class": str, "name": str, "member_ids": str, "planned": bool, "area_m2": float}
    sites = in_order(sites[list(SITE_COLUMNS)].astype(types))
    counts.update(sites=len(sites), sites_overlapping=_overlapping(sites))
    return sites


def _overlapping(sites: gpd.GeoDataFrame) -> int:
    """How many built sites share more than `OVERLAP_SHARE` of the smaller with one of another class."""
    built = sites[~sites["planned"]]
    shapes, classes = built.geometry.to_numpy(), built["space_class"].to_numpy(object)
    if not len(built):
        return 0
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    apart = (classes[one] != classes[other]) & (shapely.get_dimensions(shapes)[one] == 2)
    one, other = one[apart], other[apart]
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[other]))
    return len(np.unique(one[(shared > OVERLAP_SHARE * smaller) & (shared > SLIVER_M2)]))


def _unmapped(features: gpd.GeoDataFrame, role: InventoryRole, classes: pd.Series) -> list[str]:
    """Values that the study gives no class, the most frequent first, with their number; ``-`` where there is none."""
    if not role.class_column:
        return []
    values = clean_names(features[role.class_column][classes.isna()])[0]
    return [f"{value or '-'} ({n})" for value, n in values.value_counts().items()]


def _caveats(layer: str, counts: dict[str, int], unmapped: list[str], unknown: list[str]) -> tuple[Caveat, ...]:
    """What a reader has to know, with the values of classes and of built or planned that the study does not name."""
    caveats = (
        Caveat("inventory_class_unmapped", layer, counts["class_unmapped"], "features", examples(unmapped)),
        Caveat("inventory_status_unknown", layer, counts["status_unknown"], "features", examples(unknown)),
        Caveat("duplicates_dropped", layer, counts["duplicates"], "features"),
        Caveat("inventory_scattered", layer, counts["scattered"], "features"),
        Caveat("repaired", layer, counts["repaired"], "features"),
        Caveat("names_cut", layer, counts["names_cut"], "features", str(NAME_LIMIT)),
        Caveat("inventory_elsewhere", layer, 0 if counts["sites"] else counts["dropped_elsewhere"], "features"),
        Caveat("inventory_overlaps", layer, counts["sites_overlapping"], "spaces"),
    )
    return tuple(c for c in caveats if c.count)
