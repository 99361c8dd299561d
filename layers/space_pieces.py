"""From pieces to places: what is one space, what is cut out of it, and whether enough is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.slivers import wide_places
from layers.space_rules import SpaceClass
from layers.space_shapes import Shapes, points_and_polygons, without_holes
from spatial.geometry import touching_groups

_KINDS = {"node": 0, "way": 1, "relation": 2}


def element_order(osm_id: str) -> tuple[int, int]:
    """Sort key of an OSM element: nodes before ways before relations, then by number."""
    kind, number = osm_id.split("/")
    return _KINDS[kind], int(number)


def merged(pieces: gpd.GeoDataFrame, counts: Counter[str]) -> gpd.GeoDataFrame:
    """One row for the pieces of a class that touch or overlap.

    Returns
    -------
    GeoDataFrame
        Index ``osm_id`` (the smallest), ``space_class``, ``name``, ``fenced``, ``member_ids``, ``rules`` (of the
        members, space-separated), ``min_area_m2`` (the least that a member's rule asks for).
    """
    ids, classes, names, rules = (
        values.to_numpy(dtype=object)
        for values in (pieces.index, pieces["space_class"], pieces["name"], pieces["rule"])
    )
    geometry, fenced, least_m2 = (pieces[c].to_numpy() for c in ("geometry", "fenced", "min_area_m2"))
    rows = []
    shapes = []
    for space_class in sorted(set(classes)):
        of_class = np.flatnonzero(classes == space_class)
        for members in _groups(touching_groups(geometry[of_class])):
            at = of_class[members]
            shapes.append(geometry[at[0]] if len(at) == 1 else shapely.union_all(geometry[at]))
            counts["pieces_merged"] += len(at) - 1
            member_ids = sorted(ids[at], key=element_order)
            name = _largest_name(names[at], geometry[at])
            row = (member_ids[0], space_class, name, bool(fenced[at].all()), " ".join(member_ids), " ".join(rules[at]))
            rows.append((*row, float(least_m2[at].min())))
    columns = ["osm_id", "space_class", "name", "fenced", "member_ids", "rules", "min_area_m2"]
    frame = pd.DataFrame(rows, columns=columns).astype({"min_area_m2": float}).set_index("osm_id")
    return gpd.GeoDataFrame(frame, geometry=np.array(shapes, dtype=object), crs=pieces.crs)


def _groups(group: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions of the members of each group, by its number."""
    if not len(group):
        return []
    order = np.argsort(group, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _largest_name(names: NDArray[np.object_], shapes: Shapes) -> str:
    """Name of the largest piece that has one."""
    named = np.flatnonzero(names != "")
    return str(names[named[np.argmax(shapely.area(shapes[named]))]]) if len(named) else ""


def cut(
    spaces: gpd.GeoDataFrame,
    holes: Shapes,
    hole_ids: NDArray[np.object_],
    hole_rules: NDArray[np.object_],
    classes: Mapping[str, SpaceClass],
    counts: Counter[str],
) -> gpd.GeoDataFrame:
    """Cut private grounds out of the open spaces around them, and measure what is left (``area_m2``)."""
    shapes = spaces.geometry.to_numpy().copy()
    is_open = _of_kind(spaces, classes, "open_space")
    ids = spaces.index.to_numpy(dtype=object)
    shapes[is_open], used = without_holes(shapes[is_open], ids[is_open], holes, hole_ids)
    counts.update(f"holes.{name}" for name in hole_rules[used])
    measured = spaces.drop(columns="geometry").assign(area_m2=shapely.area(shapes))
    return gpd.GeoDataFrame(measured, geometry=shapes, crs=spaces.crs)


def large_enough(spaces: gpd.GeoDataFrame, classes: Mapping[str, SpaceClass], counts: Counter[str]) -> gpd.GeoDataFrame:
    """Leave out what is no place: nothing of it is left, it is too small, or its place is nowhere wide enough.

    The least area is asked of each space, so that no scrap stands in a list of its class; the least width of
    the place that it makes with open spaces of any class that it touches, so that a narrow part of a wide place stays.
    """
    shapes = spaces.geometry.to_numpy()
    gone = shapely.is_empty(shapes)
    small = ~gone & (spaces["area_m2"] < spaces["min_area_m2"]).to_numpy()
    rows = np.flatnonzero(_of_kind(spaces, classes, "open_space") & ~gone)
    least_m = np.array([classes[name].min_width_m for name in spaces["space_class"].iloc[rows]], dtype=np.float64)
    narrow = np.zeros(len(spaces), dtype=bool)
    narrow[rows] = ~wide_places(shapes[rows], least_m)
    for left_out, why in ((gone, "nothing_left"), (small, "too_small"), (narrow & ~small, "too_narrow")):
        for rules in spaces["rules"][left_out]:
            counts.update(f"excluded.{rule}.{why}" for rule in rules.split(" "))
    return spaces[~(gone | small | narrow)]


def points_beside(
    points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame, counts: Counter[str]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """The polygons, named after points of their class inside them where they have no name, and the other points."""
    double = np.zeros(len(points), dtype=bool)
    names = polygons["name"].to_numpy(dtype=object).copy()
    for space_class in points["space_class"].unique():
        rows = np.flatnonzero((points["space_class"] == space_class).to_numpy())
        of_class = np.flatnonzero((polygons["space_class"] == space_class).to_numpy())
        point, polygon = points_and_polygons(points.geometry.to_numpy()[rows], polygons.geometry.to_numpy()[of_class])
        double[rows[point]] = True
        for i, j in zip(rows[point], of_class[polygon], strict=True):
            names[j] = names[j] or points["name"].iloc[i]
    counts["duplicate_points"] += int(double.sum())
    alone = points[~double]
    named = polygons.assign(name=pd.Series(names, index=polygons.index, dtype=str))
    return named, alone.assign(member_ids=alone.index.astype(str), area_m2=np.nan)


def _of_kind(spaces: gpd.GeoDataFrame, classes: Mapping[str, SpaceClass], kind: str) -> NDArray[np.bool_]:
    return np.array([classes[name].kind == kind for name in spaces["space_class"]], dtype=bool)
