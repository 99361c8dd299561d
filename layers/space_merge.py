"""Joining pieces of public space that touch, whoever drew them, and the order of their ids."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.place_names import distinctive
from layers.space_shapes import points_inside
from spatial.geometry import touching_groups

SPACE_COLUMNS = ("space_class", "name", "fenced", "member_ids", "area_m2", "source", "geometry")
"""Of `Layers.spaces`."""
_OSM_ID = re.compile(r"(node|way|relation)/(\d+)")
_OSM_KINDS = ("node", "way", "relation")

Order = tuple[int, tuple[tuple[int, int, str], ...]]


def space_order(space_id: str) -> Order:
    """Sort key of spaces: nodes, ways and relations of OSM by number, then sites of inventories, 2 before 10."""
    found = _OSM_ID.fullmatch(space_id)
    if found:
        return _OSM_KINDS.index(found[1]), ((0, int(found[2]), ""),)
    parts = re.split(r"([0-9]+)", space_id)
    return len(_OSM_KINDS), tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def of_the_extract(spaces: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Which spaces are of the map extract alone: no site of an inventory is a member."""
    listed = spaces["member_ids"]
    return np.array([all(_OSM_ID.fullmatch(i) for i in ids.split()) for ids in listed], dtype=bool)


def merge_touching(pieces: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Join the polygons of one class that touch or overlap, and measure them.

    Parameters
    ----------
    pieces
        Index of ids; ``space_class``, ``name``, ``fenced``, ``member_ids``, ``source``, polygons of a metric CRS.

    Returns
    -------
    (GeoDataFrame, int)
        `SPACE_COLUMNS` on an index of ids, and how many pieces became part of another. A joined space has
        the smallest id (`space_order`), the source of the largest piece, the name of the largest that has one which
        tells it from others (`place_names.distinctive`), else of the largest that has one, all members, and is
        ``fenced`` where all pieces are. ``area_m2`` is that of the joined outline.

    Notes
    -----
    No two polygons of one class touch afterwards; the union of their ground is unchanged.
    """
    group = np.zeros(len(pieces), dtype=np.int64)
    shapes = pieces.geometry.to_numpy()
    classes = pieces["space_class"].to_numpy(dtype=object)
    for space_class in sorted(set(classes)):
        rows = np.flatnonzero(classes == space_class)
        group[rows] = touching_groups(shapes[rows]) + group.max(initial=0) + 1
    _, group, size = np.unique(group, return_inverse=True, return_counts=True)
    alone = pieces[size[group] == 1]
    # An outline that nothing touches stays as it is, to the last bit.
    joined = [_joined(pieces.iloc[np.flatnonzero(group == g)]) for g in np.flatnonzero(size > 1)]
    rows_ = pd.concat([alone, *joined]) if joined else alone
    measured = rows_.assign(area_m2=shapely.area(rows_.geometry.to_numpy()))
    return gpd.GeoDataFrame(measured)[list(SPACE_COLUMNS)], int((size - 1).sum())


def _joined(members: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """One row for pieces that touch."""
    # Equal areas are told apart by id, so that the order of the rows does not matter.
    area = shapely.area(members.geometry.to_numpy())
    by_size = sorted(range(len(members)), key=lambda i: (-area[i], space_order(str(members.index[i]))))
    names = [str(members["name"].iloc[i]) for i in by_size]
    ids = sorted(map(str, members.index), key=space_order)
    row = {
        "space_class": members["space_class"].iloc[0],
        "name": next((name for name in names if distinctive(name)), next((name for name in names if name), "")),
        "fenced": bool(members["fenced"].all()),
        "member_ids": joined_ids(members["member_ids"]),
        "source": members["source"].iloc[by_size[0]],
    }
    index = pd.Index(ids[:1], dtype=members.index.dtype, name=members.index.name)
    shape = shapely.union_all(members.geometry.to_numpy())
    return gpd.GeoDataFrame({k: [v] for k, v in row.items()}, geometry=[shape], crs=members.crs, index=index)


def joined_ids(member_ids: pd.Series | list[str]) -> str:
    """All ids of several lists of ids, each once, in `space_order`."""
    return " ".join(sorted({i for listed in member_ids for i in listed.split()}, key=space_order))


def without_doubles(points: gpd.GeoDataFrame, polygons: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Which points do not lie in or on a polygon of their own class: those would be a second mapping of it."""
    kept = np.ones(len(points), dtype=bool)
    for space_class in points["space_class"].unique():
        rows = np.flatnonzero((points["space_class"] == space_class).to_numpy())
        outlines = polygons.geometry.to_numpy()[(polygons["space_class"] == space_class).to_numpy()]
        kept[rows] = ~points_inside(points.geometry.to_numpy()[rows], outlines)
    return kept


def in_order(spaces: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The spaces sorted by `space_order`."""
    return spaces.iloc[sorted(range(len(spaces)), key=lambda i: space_order(str(spaces.index[i])))]
