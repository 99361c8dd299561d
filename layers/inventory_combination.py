"""What counts as public space where an inventory and the map extract both speak: by the inventory's mode.

Each mode does what the one before does, and more:

- ``supplement``: a site that matches nothing is added, and so is one of which its matches hold less than half;
  any other changes nothing.
- ``correct``: a matched site's outline, class and name stand in place of the extract's. What is less than half of
  a space is a part of it: the rest stays, and where both touch they are one place.
- ``replace``: inside its coverage the classes of the inventory count from it alone: nothing else of a space stays.

An inventory speaks against the extract, never against an inventory that was combined before: of a space that
holds a site of such a one nothing is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from layers.inventory_match import match
from layers.space_merge import SPACE_COLUMNS, in_order, joined_ids, merge_touching, of_the_extract, without_doubles
from layers.types import Area, InventoryRole
from spatial.geometry import polygon_part

SAME_OUTLINE_SHARE = 0.5
"""Sites that cover this share of a space are a new outline of all of it; what covers less is a part of it."""
HELD_SHARE = 0.5
"""A place of which the extract holds less than this share is missing there, though a scrap of it is mapped."""
INSIDE_SHARE = 0.5
"""A space belongs to the coverage that holds this share of it; it is never cut at the border."""


@dataclass(frozen=True)
class Inventory:
    """An inventory ready to be combined."""

    role: InventoryRole
    sites: gpd.GeoDataFrame
    """From `layers.inventory.inventory_sites`."""
    coverage: Area | None = None
    """Where it is complete, in the study's CRS."""


@dataclass(frozen=True)
class Outcome:
    """What one inventory did."""

    spaces: gpd.GeoDataFrame
    """`SPACE_COLUMNS` on ``space_id``: all that counts afterwards."""
    built: gpd.GeoDataFrame
    """Its sites that stand, in `space_order`."""
    planned: gpd.GeoDataFrame
    """Its sites that do not stand yet."""
    matches: pd.DataFrame
    """`inventory_match.match` of ``built`` with the spaces before."""
    planned_matches: pd.DataFrame
    left_out: NDArray[np.bool_]
    """Of the spaces before: left out because the inventory alone counts there."""
    counts: dict[str, int]
    """``sites_matched``, ``sites_added``, ``sites_planned`` (together all sites), ``sites_extended`` (matched, and
    added all the same), ``spaces_replaced``, ``spaces_cut``, ``spaces_left_out``, ``pieces_joined``,
    ``duplicate_points``."""


def combine(spaces: gpd.GeoDataFrame, inventory: Inventory) -> Outcome:
    """Public space after an inventory has had its say.

    Parameters
    ----------
    spaces
        `SPACE_COLUMNS` on ``space_id``; no two polygons of one class touch.

    Returns
    -------
    Outcome
        A site that stands is fenced where all spaces that it took the place of were; without a name
        it takes over that of the largest of them. A point never takes the place of an outline: it gives it
        its name. Afterwards polygons of one class that touch are one space (`merge_touching`), and
        points inside a polygon of their class are gone.

    Notes
    -----
    Every site is matched, added or planned. Areas are measured on joined outlines, so no ground of a class
    counts twice. Planned sites change nothing.
    """
    sites = inventory.sites
    built, planned = sites[~sites["planned"]], sites[sites["planned"]]
    matches, planned_matches = match(built, spaces), match(planned, spaces)
    matched = np.zeros(len(built), dtype=bool)
    matched[matches["site"]] = True
    counts = {"sites_matched": int(matched.sum()), "sites_added": int((~matched).sum()), "sites_planned": len(planned)}
    alone = _inventory_alone(spaces, inventory)
    left_out = alone & ~np.isin(np.arange(len(spaces)), matches["space"])
    if inventory.role.mode == "supplement":
        standing, new, changed = _supplemented(spaces, built, matches, inventory.role)
    else:
        told, rest = _renumbered(matches, left_out), ~left_out
        standing, new, changed = _corrected(spaces[rest], built, told, alone[rest], inventory.role)
    counts.update(changed)
    counts["spaces_left_out"] = int(left_out.sum())
    together, joined = _joined(standing, new)
    counts.update(joined)
    return Outcome(together, built, planned, matches, planned_matches, left_out, counts)


def mostly_inside(spaces: gpd.GeoDataFrame, area: Area) -> NDArray[np.bool_]:
    """Which spaces lie inside an area with at least `INSIDE_SHARE` of their own; a point where it lies in it."""
    shapes = spaces.geometry.to_numpy()
    inside = shapely.intersects(area, shapes)
    rows = np.flatnonzero(inside & (shapely.get_dimensions(shapes) == 2))
    shared = shapely.area(shapely.intersection(shapes[rows], area))
    inside[rows] = shared >= INSIDE_SHARE * shapely.area(shapes[rows])
    return np.asarray(inside, dtype=bool)


def inventory_classes(role: InventoryRole) -> frozenset[str]:
    """The classes that an inventory speaks of, whether or not it has a site of each."""
    return frozenset({role.space_class} - {""}) | frozenset(role.classes.values())


def _inventory_alone(spaces: gpd.GeoDataFrame, inventory: Inventory) -> NDArray[np.bool_]:
    """Spaces of the extract alone, where a complete inventory counts alone for their class."""
    if inventory.role.mode != "replace" or inventory.coverage is None:
        return np.zeros(len(spaces), dtype=bool)
    speaks = spaces["space_class"].isin(inventory_classes(inventory.role)).to_numpy(bool)
    alone: NDArray[np.bool_] = speaks & of_the_extract(spaces) & mostly_inside(spaces, inventory.coverage)
    return alone


def _renumbered(matches: pd.DataFrame, left_out: NDArray[np.bool_]) -> pd.DataFrame:
    """The matches with positions among the spaces that are not left out (which match nothing)."""
    return matches.assign(space=(np.cumsum(~left_out) - 1)[matches["space"]])


def _as_spaces(sites: gpd.GeoDataFrame, role: InventoryRole) -> gpd.GeoDataFrame:
    """Sites with the columns of spaces: an outline without word of a barrier is open."""
    return gpd.GeoDataFrame(sites.assign(fenced=False, source=role.id))[list(SPACE_COLUMNS)]


def _supplemented(
    spaces: gpd.GeoDataFrame, built: gpd.GeoDataFrame, matches: pd.DataFrame, role: InventoryRole
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, dict[str, int]]:
    """Spaces that stay, sites that are added, counts. An outline takes the place of a point that is all there was."""
    lacking = _lacking(built, spaces, matches)
    of_lacking = matches[lacking[matches["site"]]]
    areal = shapely.get_dimensions(spaces.geometry.to_numpy())[of_lacking["space"]] == 2
    points, classed = of_lacking[~areal], of_lacking[of_lacking["how"] == "class"]
    new = _as_spaces(_with_what_the_extract_knows(built, spaces, points), role)
    new["fenced"] = _fenced(built, spaces, of_lacking)
    shapes, theirs = built.geometry.to_numpy().copy(), spaces.geometry.to_numpy()
    for site, space in zip(classed["site"], classed["space"], strict=True):
        shapes[site] = polygon_part(shapely.difference(shapes[site], theirs[space]))
    new = new.set_geometry(gpd.GeoSeries(shapes, index=new.index, crs=new.crs))
    added = lacking | ~np.isin(np.arange(len(built)), matches["site"])
    stays = ~np.isin(np.arange(len(spaces)), points["space"])
    changed = {"sites_extended": int(lacking.sum()), "spaces_replaced": int((~stays).sum()), "spaces_cut": 0}
    return spaces[stays], new[added], changed


def _lacking(built: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, matches: pd.DataFrame) -> NDArray[np.bool_]:
    """Matched outlines of which what matches them holds less than `HELD_SHARE`.

    What lies on the same ground holds what it covers; what only bears the same name, drawn elsewhere, as much as it
    measures.
    """
    lacking = np.zeros(len(built), dtype=bool)
    ours, theirs = built.geometry.to_numpy(), spaces.geometry.to_numpy()
    for site, rows in matches.groupby("site", sort=True):
        at = int(site)
        of, named = rows["space"].to_numpy(), (rows["how"] == "name").to_numpy()
        covered = shapely.intersection(ours[at], shapely.union_all(theirs[of[~named]])).area
        lacking[at] = covered + shapely.area(theirs[of[named]]).sum() < HELD_SHARE * ours[at].area
    return lacking


def _corrected(
    spaces: gpd.GeoDataFrame,
    built: gpd.GeoDataFrame,
    matches: pd.DataFrame,
    alone: NDArray[np.bool_],
    role: InventoryRole,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, dict[str, int]]:
    """Spaces that stay, perhaps without the ground of sites or with a new name; the sites that stand; counts."""
    site_shapes, shapes = built.geometry.to_numpy(), spaces.geometry.to_numpy()
    site_areal = shapely.get_dimensions(site_shapes)[matches["site"]] == 2
    space_areal = shapely.get_dimensions(shapes)[matches["space"]] == 2
    naming = matches[~site_areal & space_areal]
    standing_in = matches[site_areal | ~space_areal]
    cut, gone = _ground_given_up(shapes, site_shapes, standing_in, alone)
    named = _named(spaces, built, naming).set_geometry(gpd.GeoSeries(cut, index=spaces.index, crs=spaces.crs))
    stands = np.ones(len(built), dtype=bool)
    stands[naming["site"]] = False
    new = _as_spaces(_with_what_the_extract_knows(built, spaces, standing_in), role)
    new["fenced"] = _fenced(built, spaces, standing_in)
    taken, shortened = int(gone.sum()), int((~gone & (cut != shapes)).sum())
    changed = {"sites_extended": 0, "spaces_replaced": taken, "spaces_cut": shortened}
    return named[~gone], new[stands], changed


def _ground_given_up(
    shapes: NDArray[np.object_], site_shapes: NDArray[np.object_], matches: pd.DataFrame, alone: NDArray[np.bool_]
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """The outlines of spaces without the ground of sites that are a part of them, and which spaces are gone.

    Nothing stays of a space where the inventory counts `alone`.
    """
    cut, gone = shapes.copy(), np.zeros(len(shapes), dtype=bool)
    gone[matches["space"][matches["how"] != "ground"]] = True
    for space, rows in matches[matches["how"] == "ground"].groupby("space", sort=True):
        at = int(space)
        ground = shapely.union_all(site_shapes[rows["site"]])
        rest = polygon_part(shapely.difference(shapes[at], ground))
        if alone[at] or shapely.area(rest) <= (1 - SAME_OUTLINE_SHARE) * shapely.area(shapes[at]):
            gone[at] = True
        else:
            cut[at] = rest
    return cut, gone


def _named(spaces: gpd.GeoDataFrame, built: gpd.GeoDataFrame, matches: pd.DataFrame) -> gpd.GeoDataFrame:
    """Outlines that a site mapped as a point gives its name to, and its id as a member."""
    names, members = spaces["name"].to_numpy(object).copy(), spaces["member_ids"].to_numpy(object).copy()
    for site, space in zip(matches["site"], matches["space"], strict=True):
        names[space] = built["name"].iloc[site] or names[space]
        members[space] = joined_ids([members[space], built["member_ids"].iloc[site]])
    return spaces.assign(name=names, member_ids=members)


def _with_what_the_extract_knows(
    built: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, matches: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Sites with the ids of the spaces whose place they take, and the name of the largest where they have none."""
    names, members = built["name"].to_numpy(object).copy(), built["member_ids"].to_numpy(object).copy()
    area = shapely.area(spaces.geometry.to_numpy())
    for site, rows in matches.groupby("site", sort=True):
        at = int(site)
        of = rows["space"].to_numpy()[np.argsort(-area[rows["space"]], kind="stable")]
        members[at] = joined_ids([members[at], *spaces["member_ids"].iloc[of]])
        names[at] = names[at] or next((name for name in spaces["name"].iloc[of] if name), "")
    return built.assign(name=names, member_ids=members)


def _fenced(built: gpd.GeoDataFrame, spaces: gpd.GeoDataFrame, matches: pd.DataFrame) -> NDArray[np.bool_]:
    """Sites all of whose spaces have a barrier along the outline."""
    fenced = np.zeros(len(built), dtype=bool)
    said = spaces["fenced"].to_numpy(bool)[matches["space"]]
    all_of = pd.Series(said, index=matches["site"]).groupby(level=0).all()
    fenced[all_of.index.to_numpy(np.int64)] = all_of.to_numpy(bool)
    return fenced


def _joined(standing: gpd.GeoDataFrame, new: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Both together: polygons of a class that touch are one space, points inside one of their class are gone."""
    filled = [frame for frame in (standing, new) if len(frame)]
    if not filled:
        return standing, {"pieces_joined": 0, "duplicate_points": 0}
    together = gpd.GeoDataFrame(pd.concat(filled))
    is_point = (together.geom_type == "Point").to_numpy()
    polygons, joined = merge_touching(together[~is_point])
    points = together[is_point]
    alone = without_doubles(points, polygons)
    parts = [frame for frame in (polygons, points[alone]) if len(frame)]
    spaces = in_order(gpd.GeoDataFrame(pd.concat(parts)))[list(SPACE_COLUMNS)]
    types = {"space_class": str, "name": str, "member_ids": str, "source": str, "fenced": bool, "area_m2": float}
    spaces = spaces.astype(types)
    spaces.index = pd.Index(spaces.index, dtype=str, name="space_id")
    return spaces, {"pieces_joined": joined, "duplicate_points": int((~alone).sum())}
