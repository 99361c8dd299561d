"""Refuges of a study's lists: read, judged, placed and recorded."""

from __future__ import annotations

import re
from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from layers.municipal import Notes
from layers.names import NAME_LIMIT, clean_ids, clean_names, examples, some
from layers.refuge_roles import RefugeRole
from layers.repairs import without_copies
from layers.role_schemas import refuge_schema
from layers.schemas import numbers, validate
from layers.sources.features import read_features
from layers.sources.window import Near
from layers.types import Area, Caveat, Study
from layers.units import Loaded
from layers.whereabouts import check_near
from spatial.datum_shift import moved
from spatial.errors import LayerError
from spatial.geometry import polygon_part, repaired

COLUMNS = ("list_id", "name", "grade", "planned", "capacity", "effective_m2")
_KEY_LIMIT = 60
_LEAST_M2_PER_PERSON = 0.3
"""People who stand close: less than any tier gives; our convention for what to doubt."""
_ROUNDED_M2 = 1.0
"""Lists round to whole m2."""
_SCHOOL = "school_ground"
_NOT_IN_KEYS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def load_refuges(study: Study, around: Area, notes: Notes) -> gpd.GeoDataFrame | None:
    """All refuges that a study lists, as `Layers.refuges`; None where it names no list.

    Parameters
    ----------
    around
        The surroundings of the communities, in the study's CRS: refuges beyond are left out, counted.
    notes
        Records, counts and caveats are added.

    Raises
    ------
    SourceError, LayerError
        A list cannot be read or used.
    """
    if not study.refuges:
        return None
    frames = []
    for role in study.refuges:
        layer = layer_name(role)
        columns = [c for c in (role.id_column, role.name_column, role.capacity_column, role.area_column) if c]
        read = read_features(role.origin, layer, columns, Near(around.bounds, study.crs))
        loaded = refuge_sites(read.frame, role, study.crs, around)
        away: tuple[Caveat, ...] = ()
        if read.counts.get("outside") or loaded.counts["dropped_elsewhere"]:
            # Read once more only then, and whole: a list is short, and whoever wrote it has to be told which.
            away = _away(read_features(role.origin, layer, columns).frame, role, loaded.frame)
        notes.caveats.extend((*read.caveats, *loaded.caveats, *away))
        notes.read(study, layer, role.origin, read.inputs, {**read.counts, **loaded.counts})
        frames.append(loaded.frame)
    return gpd.GeoDataFrame(pd.concat(frames))


def school_grounds(turned_away: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """School grounds that are not open to the neighbourhood: no public space, but where people gather in an emergency.

    Parameters
    ----------
    turned_away
        As `layers.public_space.turned_away` gives them.

    Returns
    -------
    GeoDataFrame
        As `Layers.school_grounds`: index ``space_id``, polygons, each once, in the order of their ids. Whether a ground
        is fenced is not known; mapped walls stand in the way of its open edges as of any other.
    """
    areal = shapely.get_dimensions(turned_away.geometry.to_numpy()) == 2
    rows = turned_away[(turned_away["space_class"] == _SCHOOL).to_numpy(bool) & areal]
    rows = rows[~rows.index.duplicated()].sort_index()
    index = pd.Index(rows.index, dtype=str, name="space_id")
    data = {
        "space_class": _SCHOOL,
        "name": rows["name"].to_numpy(object),
        "fenced": np.zeros(len(rows), dtype=bool),
        "member_ids": index.to_numpy(object),
        "area_m2": shapely.area(rows.geometry.to_numpy()),
        "source": "osm",
    }
    frame = pd.DataFrame(data, index=index).astype({"space_class": str, "name": str, "member_ids": str, "source": str})
    return gpd.GeoDataFrame(frame, geometry=rows.geometry.to_numpy(), crs=turned_away.crs)


def layer_name(role: RefugeRole) -> str:
    """As messages and provenance call it: ``refuge.city-list``."""
    return f"refuge.{role.id}"


def refuge_sites(features: gpd.GeoDataFrame, role: RefugeRole, crs: CRS, around: Area) -> Loaded:
    """Make a list of refuges ready.

    Parameters
    ----------
    features
        Polygons and points as read, in any CRS, with the columns that `role` names; the study's filter has been
        applied.
    around
        The surroundings of the communities, in `crs`.

    Returns
    -------
    Loaded
        Index ``refuge_id`` (``<list>/<key>``, or numbered from 1), the columns `COLUMNS`: ``capacity`` [persons] and
        ``effective_m2`` [m2] as listed, NaN where the list does not say; valid polygons and points in `crs`. Counts:
        ``duplicates``, ``scattered`` (several points in one row), ``repaired``, ``names_cut``, ``dropped_elsewhere``.
        Caveats: ``duplicates_dropped``, ``inventory_scattered``, ``repaired``, ``names_cut``,
        ``inventory_elsewhere``, ``refuge_implausible``.

    Raises
    ------
    LayerError
        Nothing lies near the communities, a column is missing, keys are missing or repeated, capacities or areas are
        no numbers or below 0, or shapes are neither polygons nor points.
    """
    layer = layer_name(role)
    if features.empty:
        raise LayerError(
            f"{layer}: none of its refuges lies near the communities, so it would say nothing about them; check its "
            "CRS, or name the file of the right place"
        )
    validate(features, refuge_schema(role))
    rows, copies = without_copies(features)
    check_near(rows, around, crs, layer, "nobody could go to its refuges")
    shapes, scattered = _plain(rows)
    rows, shapes = rows[~scattered], shapes[~scattered]
    fixed, invalid = repaired(gpd.GeoSeries(shapes, index=rows.index, crs=rows.crs))
    placed, invalid_after = repaired(moved(fixed, crs, layer))
    names, cut = clean_names(rows[role.name_column]) if role.name_column else (pd.Series("", index=rows.index), 0)
    frame = _frame(rows, role, names, placed, crs)
    near = frame[shapely.intersects(around, frame.geometry.to_numpy())]
    counts = {
        "duplicates": copies,
        "scattered": int(scattered.sum()),
        "repaired": int((invalid | invalid_after).sum()),
        "names_cut": cut,
        "dropped_elsewhere": len(frame) - len(near),
    }
    return Loaded(gpd.GeoDataFrame(near), counts, (*_caveats(layer, counts, len(near)), *_doubtful(layer, near)))


def _away(whole: gpd.GeoDataFrame, role: RefugeRole, near: gpd.GeoDataFrame) -> tuple[Caveat, ...]:
    """That refuges of a list lie away from the communities while others do not: how many, and up to three keys."""
    rows = without_copies(whole)[0]
    rows = rows[~_plain(rows)[1]]
    count = len(rows) - len(near)
    keys = [key for key in _key_texts(rows, role) if key not in near.index] if role.id_column else []
    told = Caveat("refuge_elsewhere", layer_name(role), count, "features", examples(keys))
    return (told,) if count > 0 and len(near) else ()


def _plain(rows: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Polygons and single points in the plane, and which rows hold several points: no place."""
    shapes = shapely.force_2d(rows.geometry.to_numpy())
    found = np.empty(len(shapes), dtype=object)
    for position, shape in enumerate(shapes):
        parts = shapely.get_parts(shape)
        if shapely.get_dimensions(shape) == 0:
            found[position] = parts[0] if len(parts) == 1 else None
        else:
            found[position] = polygon_part(shape)
    return found, shapely.is_missing(found) | shapely.is_empty(found)


def _frame(
    rows: gpd.GeoDataFrame, role: RefugeRole, names: pd.Series, placed: gpd.GeoSeries, crs: CRS
) -> gpd.GeoDataFrame:
    unsaid = pd.Series(np.nan, index=rows.index)
    data = {
        "list_id": role.id,
        "name": names.astype(str),
        "grade": role.grade,
        "planned": role.sites == "planned",
        "capacity": numbers(rows[role.capacity_column]) if role.capacity_column else unsaid,
        "effective_m2": numbers(rows[role.area_column]) if role.area_column else unsaid,
    }
    types = {"list_id": str, "grade": str, "planned": bool, "capacity": float, "effective_m2": float}
    frame = gpd.GeoDataFrame(pd.DataFrame(data, index=rows.index).astype(types), geometry=placed, crs=crs)
    return frame.set_index(pd.Index(_keys(rows, role), dtype=str, name="refuge_id"))


def _keys(rows: gpd.GeoDataFrame, role: RefugeRole) -> list[str]:
    if not role.id_column:
        return [f"{role.id}/{number}" for number in range(1, len(rows) + 1)]
    keys = _key_texts(rows, role)
    twice = sorted(key for key, n in Counter(keys).items() if n > 1)
    if twice:
        raise LayerError(
            f"{layer_name(role)}: {len(twice)} keys in {role.id_column!r} are the same in their first {_KEY_LIMIT} "
            f"characters, e.g. {some(twice)}, so a refuge could not be told from another; shorten them, or leave the "
            "key out of the study"
        )
    return keys


def _key_texts(rows: gpd.GeoDataFrame, role: RefugeRole) -> list[str]:
    return [f"{role.id}/{_NOT_IN_KEYS.sub('_', str(key))[:_KEY_LIMIT]}" for key in clean_ids(rows[role.id_column])]


def _doubtful(layer: str, refuges: gpd.GeoDataFrame) -> tuple[Caveat, ...]:
    """Refuges drawn as areas of which a list says more than their outline has room for; what it says is kept."""
    outline_m2 = shapely.area(refuges.geometry.to_numpy()) + _ROUNDED_M2
    more = (refuges["effective_m2"] > outline_m2) | (refuges["capacity"] * _LEAST_M2_PER_PERSON > outline_m2)
    ids = refuges.index[more & (shapely.get_dimensions(refuges.geometry.to_numpy()) == 2)]
    return (Caveat("refuge_implausible", layer, len(ids), "features", examples(ids)),) if len(ids) else ()


def _caveats(layer: str, counts: dict[str, int], kept: int) -> tuple[Caveat, ...]:
    caveats = (
        Caveat("duplicates_dropped", layer, counts["duplicates"], "features"),
        Caveat("inventory_scattered", layer, counts["scattered"], "features"),
        Caveat("repaired", layer, counts["repaired"], "features"),
        Caveat("names_cut", layer, counts["names_cut"], "features", str(NAME_LIMIT)),
        Caveat("inventory_elsewhere", layer, 0 if kept else counts["dropped_elsewhere"], "features"),
    )
    return tuple(caveat for caveat in caveats if caveat.count)
