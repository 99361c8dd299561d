"""Which sites of an inventory and which spaces of the map extract are the same place.

Two people who draw one park draw two outlines, cut it into parcels as they please, and may spell its
name in two ways. So places are matched by the ground they share, then by name and nearness.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.place_names import ALIKE, likeness

SAME_GROUND_SHARE = 0.5
"""Two outlines of one class are one place where they share half of the smaller: parcels of a park lie in it."""
OTHER_CLASS_SHARE = 0.5
"""Of different classes where they share half of the larger: a playground in a park is no park."""
OTHER_CLASS_NAMED_SHARE = 0.25
"""The same where their names are alike."""
NAMED_OUTLINE_M = 50.0
"""Outlines of one class and of like names are one place up to this distance: across a street."""
NAMED_POINT_M = 100.0
"""The same where one is a point: addresses are placed no better."""
NAMELESS_POINT_M = 50.0
"""Points of one class of which one has no name."""
UNLIKE_POINT_M = 10.0
"""Points of one class with two names: one spot, renamed."""
MATCH_COLUMNS = ("site", "space", "how", "overlap_m2", "overlap_share", "likeness", "distance_m")


def match(sites: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame) -> pd.DataFrame:
    """Pairs of a site and a space that are the same place.

    Parameters
    ----------
    sites, spaces
        Unique index of ids; ``space_class``, ``name``, valid polygons or points of one metric CRS. No two
        polygons of a class touch within either.

    Returns
    -------
    DataFrame
        `MATCH_COLUMNS`: positions of ``site`` and ``space``; ``how``: ``ground`` (one class, at least
        `SAME_GROUND_SHARE` of the smaller outline is shared; one site may have several spaces, and one
        space several sites), ``name`` (one class, near, what neither ground nor a nearer one has
        taken; one to one) or ``class`` (different classes on the same ground, where neither has
        a match in its own; one to one); ``overlap_m2``, ``overlap_share`` (0-1, of the smaller; 0 with
        points), ``likeness`` of the names (0-1, NaN where one has none), ``distance_m``. Sorted by the
        ids of site and space.

    Notes
    -----
    Does not depend on the order of rows. A layer matched with itself matches every row with itself alone.
    """
    pairs = _near_pairs(sites, spaces)
    ground = pairs[pairs["same_class"] & (pairs["overlap_share"] >= SAME_GROUND_SHARE)]
    rest = _without(pairs, ground)
    named = _one_to_one(rest[_by_name(rest)], ["rank", "distance_m"])
    rest = _without(rest, named)
    other = _one_to_one(rest[_by_class(rest)], ["larger_left", "distance_m"])
    found = pd.concat([ground.assign(how="ground"), named.assign(how="name"), other.assign(how="class")])
    found = found.sort_values(["site_id", "space_id"], kind="stable")
    return found[list(MATCH_COLUMNS)].reset_index(drop=True)


def _near_pairs(sites: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame) -> pd.DataFrame:
    """All pairs near enough to be the same place, with what speaks for it."""
    a, b = sites.geometry.to_numpy(), spaces.geometry.to_numpy()
    if len(a) and len(b):
        site, space = STRtree(b).query(a, predicate="dwithin", distance=NAMED_POINT_M)
    else:
        site = space = np.zeros(0, dtype=np.int64)
    areal = (shapely.get_dimensions(a)[site] == 2) & (shapely.get_dimensions(b)[space] == 2)
    overlap = np.zeros(len(site))
    overlap[areal] = shapely.area(shapely.intersection(a[site[areal]], b[space[areal]]))
    area_a, area_b = shapely.area(a)[site], shapely.area(b)[space]
    smaller, larger = np.minimum(area_a, area_b), np.maximum(area_a, area_b)
    same = (sites["space_class"].to_numpy(object)[site] == spaces["space_class"].to_numpy(object)[space]).astype(bool)
    frame = pd.DataFrame(
        {
            "site": site,
            "space": space,
            "site_id": sites.index.astype(str).to_numpy(object)[site],
            "space_id": spaces.index.astype(str).to_numpy(object)[space],
            "areal": areal,
            "same_class": same,
            "overlap_m2": overlap,
            "overlap_share": np.divide(overlap, smaller, out=np.zeros(len(site)), where=areal & (smaller > 0)),
            "larger_left": 1.0 - np.divide(overlap, larger, out=np.zeros(len(site)), where=areal & (larger > 0)),
            "distance_m": shapely.distance(a[site], b[space]),
            "likeness": _likeness(sites["name"], spaces["name"], site, space),
        }
    )
    unlike = (frame["likeness"] < ALIKE).to_numpy()
    frame["rank"] = np.where(frame["likeness"] >= ALIKE, 0, np.where(unlike, 2, 1))
    return frame.sort_values(["site_id", "space_id"], kind="stable")


def _likeness(
    left: pd.Series, right: pd.Series, site: NDArray[np.int64], space: NDArray[np.int64]
) -> NDArray[np.float64]:
    a, b = left.to_numpy(object)[site], right.to_numpy(object)[space]
    return np.array([likeness(str(x), str(y)) for x, y in zip(a, b, strict=True)], dtype=np.float64)


def _by_name(pairs: pd.DataFrame) -> pd.Series:
    """One class, and near enough for what their names say."""
    reach = pairs["rank"].map({0: NAMED_POINT_M, 1: NAMELESS_POINT_M, 2: UNLIKE_POINT_M})
    outlines = pairs["areal"] & (pairs["rank"] == 0) & (pairs["distance_m"] <= NAMED_OUTLINE_M)
    points = ~pairs["areal"] & (pairs["distance_m"] <= reach)
    return pairs["same_class"] & (outlines | points)


def _by_class(pairs: pd.DataFrame) -> pd.Series:
    """Different classes on the same ground."""
    shared = 1.0 - pairs["larger_left"]
    named = (pairs["rank"] == 0) & (shared >= OTHER_CLASS_NAMED_SHARE)
    return ~pairs["same_class"] & pairs["areal"] & ((shared >= OTHER_CLASS_SHARE) | named)


def _without(pairs: pd.DataFrame, taken: pd.DataFrame) -> pd.DataFrame:
    """Pairs of which neither side has been taken."""
    return pairs[~pairs["site"].isin(taken["site"]) & ~pairs["space"].isin(taken["space"])]


def _one_to_one(pairs: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The best pairs first, each side once; equal ones in the order of ids that they come in."""
    ordered = pairs.sort_values(by, kind="stable")
    sites: set[int] = set()
    spaces: set[int] = set()
    kept = []
    for place, (site, space) in enumerate(zip(ordered["site"], ordered["space"], strict=True)):
        if site not in sites and space not in spaces:
            sites.add(site)
            spaces.add(space)
            kept.append(place)
    return ordered.iloc[kept]
