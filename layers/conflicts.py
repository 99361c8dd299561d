"""Where an inventory and the map extract differ, one row a difference, for somebody to look at and settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from layers.conflict_outcome import INVENTORY, OSM, Standing
from layers.inventory_combination import Inventory, Outcome, inventory_classes, mostly_inside
from layers.inventory_match import match
from layers.place_names import ALIKE, likeness
from layers.types import Area

CONFLICT_KINDS = (
    "only_in_inventory",
    "access_differs",
    "part_of_another",
    "only_in_osm",
    "class_differs",
    "area_differs",
    "name_differs",
    "planned_but_in_osm",
)
AREA_DIFFERS_SHARE = 0.25
"""Outlines of one place differ in area where they do by more than this share of the larger ..."""
AREA_DIFFERS_M2 = 200.0
"""... and by more than this: kerb or path, two people draw a small square differently."""
TEXT_COLUMNS = (
    "conflict_kind", "inventory_id", "site_id", "space_id", "inventory_class", "osm_class", "inventory_name",
    "osm_name", "osm_reason", "used",
)  # fmt: skip
NUMBER_COLUMNS = ("inventory_area_m2", "osm_area_m2", "overlap_share")
PART_SHARE = 0.5
"""A site with this share of its ground on public space of the extract is no news to it, though nothing matches it."""


@dataclass(frozen=True)
class _Row:
    kind: str
    used: str
    """inventory, osm or both: whose word counts in this assessment."""
    site: int = -1
    """Position among the sites; -1: there is none."""
    space: int = -1
    site_area_m2: float = np.nan
    space_area_m2: float = np.nan
    overlap_share: float = np.nan


def conflicts(
    inventory: Inventory, before: gpd.GeoDataFrame, outcome: Outcome, excluded: gpd.GeoDataFrame, communities: Area
) -> gpd.GeoDataFrame:
    """Differences between an inventory and the map extract.

    Parameters
    ----------
    inventory, before, outcome
        What `inventory_combination.combine` was given and gave.
    excluded
        Elements of the extract that a rule turned away: index of ids, ``space_class`` (that they would
        have had; empty where the rule has none), ``name``, ``reason`` (the rule, and why), polygons and points.
    communities
        Without a coverage, where a corrected inventory is asked what it lacks.

    Returns
    -------
    GeoDataFrame
        The columns of `Layers.conflicts`, and ``osm_reason``, on ``conflict_id`` (``<inventory>/<kind>/<site or
        space>``: stable between runs); sorted by kind (`CONFLICT_KINDS`), site and space. Kinds:
        ``only_in_inventory`` (a built site that nothing in the extract matches), ``access_differs`` (what
        matches it was turned away by a rule), ``part_of_another`` (nothing matches it, and at least half of it
        lies on public space of the extract; a point, in an outline of its class), ``only_in_osm`` (a space of
        the inventory's classes, of the extract, that no site matches, inside the coverage; without one inside
        the communities where the mode is ``correct``, and nowhere where it is ``supplement``, which claims no
        completeness),
        ``class_differs``, ``area_differs`` (of all sites and spaces that are one place together; the ids
        are those of the largest), ``name_differs``, ``planned_but_in_osm``. ``overlap_share`` is 0-1 of the
        smaller outline, NaN where there is one only. ``used`` is read off what counts afterwards
        (`conflict_outcome.Standing`).

    Notes
    -----
    Only spaces of the extract are compared, not those of an inventory that was combined before.
    """
    both = _Both(inventory, before, outcome, excluded)
    rows = [*both.unmatched(), *both.of_matches(), *both.planned(), *both.only_in_osm(communities)]
    return _frame(both, rows)


class _Both:
    """The two sides, and what each kind of difference is."""

    def __init__(
        self, inventory: Inventory, before: gpd.GeoDataFrame, outcome: Outcome, excluded: gpd.GeoDataFrame
    ) -> None:
        self.inventory = inventory
        self.outcome = outcome
        self.excluded_at = len(before)
        """Excluded elements are numbered behind the spaces, built sites before planned ones."""
        self.spaces = _stacked(before.assign(reason=""), excluded.assign(source=OSM))
        self.sites = _stacked(outcome.built, outcome.planned)
        self.of_osm = (before["source"] == OSM).to_numpy(bool)
        areal = (shapely.get_dimensions(before.geometry.to_numpy()) == 2) & self.of_osm
        self._osm_rows = np.flatnonzero(areal)
        self._osm_tree = shapely.STRtree(before.geometry.to_numpy()[self._osm_rows])
        self.matches = outcome.matches[self.of_osm[outcome.matches["space"]]]
        self.standing = Standing(outcome.spaces)

    def unmatched(self) -> Iterable[_Row]:
        """Built sites that match nothing that counts: what the extract lacks, or has and a rule turned away."""
        alone = np.setdiff1d(np.arange(len(self.outcome.built)), self.outcome.matches["site"])
        turned_away = self.spaces.iloc[self.excluded_at :]
        found = match(self.outcome.built.iloc[alone], turned_away)
        for site, rows in found.groupby("site", sort=True):
            best = rows.iloc[int(np.argmax(rows["overlap_m2"].to_numpy()))]
            space = self.excluded_at + int(best["space"])
            yield self._pair("access_differs", int(alone[int(site)]), space, INVENTORY, best["overlap_share"])
        for site in np.setdiff1d(alone, alone[found["site"]]):
            at = int(site)
            used = INVENTORY if self.standing.holds(self.sites.iloc[[at]]) else OSM
            space, share = self._around(at)
            if space < 0:
                yield _Row("only_in_inventory", used, at, -1, self._site_area(at))
            else:
                yield self._pair("part_of_another", at, space, used, share)

    def _around(self, site: int) -> tuple[int, float]:
        """The space of the extract that holds most of a site of which half lies on such; -1 where it does not."""
        shape = self.sites.geometry.iloc[site]
        rows = self._osm_rows[self._osm_tree.query(shape, predicate="intersects")]
        if shape.area == 0:
            classes = self.spaces["space_class"].to_numpy(object)
            rows = rows[classes[rows] == self.sites["space_class"].iloc[site]]
            return (int(rows.min()), 0.0) if len(rows) else (-1, np.nan)
        spaces = self.spaces.geometry.to_numpy()[rows]
        if shapely.intersection(shapely.union_all(spaces), shape).area < PART_SHARE * shape.area:
            return -1, np.nan
        shared = shapely.area(shapely.intersection(spaces, shape))
        best = int(np.argmax(shared))
        return int(rows[best]), float(shared[best] / min(shape.area, spaces[best].area))

    def of_matches(self) -> Iterable[_Row]:
        """Differences in class, area and name between built sites and the spaces that they match."""
        other = self.matches[self.matches["how"] == "class"]
        for site, space, share in zip(other["site"], other["space"], other["overlap_share"], strict=True):
            used = self.standing.space_class(self.sites.iloc[[site]], self.spaces.iloc[[space]])
            yield self._pair("class_differs", site, space, used, share)
        for rows in _places(self.matches, len(self.outcome.built)):
            yield from self._area(rows)
        for site, rows in self.matches.groupby("site", sort=True):
            yield from self._name(int(site), rows)

    def planned(self) -> Iterable[_Row]:
        """Planned sites whose place the extract shows."""
        found = self.outcome.planned_matches
        found = found[self.of_osm[found["space"]]]
        for site, rows in found.groupby("site", sort=True):
            best = self._largest(rows)
            at, space = len(self.outcome.built) + int(site), int(best["space"])
            theirs = self.spaces.geometry.iloc[space]
            common = self.sites.geometry.iloc[at].intersection(theirs)
            counts = self.standing.ground(common if common.area else theirs, self.spaces.iloc[[space]])
            yield self._pair("planned_but_in_osm", at, space, OSM if counts else INVENTORY, best["overlap_share"])

    def only_in_osm(self, communities: Area) -> Iterable[_Row]:
        """Spaces of the inventory's classes that no site matches, where the inventory is asked to be complete."""
        where = self.inventory.coverage
        if where is None:
            if self.inventory.role.mode == "supplement":
                return
            where = communities
        before = self.spaces.iloc[: self.excluded_at]
        asked = self.of_osm & before["space_class"].isin(inventory_classes(self.inventory.role)).to_numpy(bool)
        asked[self.outcome.matches["space"]] = False
        asked[self.outcome.planned_matches["space"]] = False
        rows = np.flatnonzero(asked)
        for space in rows[mostly_inside(before.iloc[rows], where)]:
            used = INVENTORY if self.outcome.left_out[space] else OSM
            yield _Row("only_in_osm", used, -1, int(space), np.nan, self._space_area(space))

    def _area(self, rows: pd.DataFrame) -> Iterable[_Row]:
        sites, spaces = np.unique(rows["site"]), np.unique(rows["space"])
        a, b = self.sites.geometry.to_numpy()[sites], self.spaces.geometry.to_numpy()[spaces]
        one, other = shapely.union_all(a), shapely.union_all(b)
        left, right = one.area, other.area
        # A point on either side has no area to differ in.
        if min(left, right) <= 0 or abs(left - right) <= max(AREA_DIFFERS_SHARE * max(left, right), AREA_DIFFERS_M2):
            return
        site, space = int(sites[np.argmax(shapely.area(a))]), int(spaces[np.argmax(shapely.area(b))])
        share = one.intersection(other).area / min(left, right)
        used = self.standing.area(self.sites.iloc[sites], self.spaces.iloc[spaces])
        yield _Row("area_differs", used, site, space, left, right, share)

    def _name(self, site: int, rows: pd.DataFrame) -> Iterable[_Row]:
        name = str(self.sites["name"].iloc[site])
        likes = [likeness(name, str(self.spaces["name"].iloc[space])) for space in rows["space"]]
        if any(like >= ALIKE for like in likes) or all(np.isnan(likes)):
            return
        best = self._largest(rows[~np.isnan(likes)])
        space = int(best["space"])
        used = self.standing.name(self.sites.iloc[[site]], self.spaces.iloc[[space]], set(self.sites["name"]) - {""})
        yield self._pair("name_differs", site, space, used, best["overlap_share"])

    def _largest(self, rows: pd.DataFrame) -> pd.Series:
        """Of the matches of one site the one with most ground in common, else the nearest."""
        order = np.lexsort((rows["distance_m"].to_numpy(), -rows["overlap_m2"].to_numpy()))
        return rows.iloc[int(order[0])]

    def _pair(self, kind: str, site: int, space: int, used: str, share: float) -> _Row:
        return _Row(kind, used, int(site), int(space), self._site_area(site), self._space_area(space), float(share))

    def _site_area(self, site: int) -> float:
        return _area_or_nan(self.sites.geometry.iloc[site])

    def _space_area(self, space: int) -> float:
        return _area_or_nan(self.spaces.geometry.iloc[space])


def _area_or_nan(shape: shapely.Geometry) -> float:
    return float(shape.area) if shapely.get_dimensions(shape) == 2 else float("nan")


def _stacked(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    filled = [frame for frame in (first, second) if len(frame)]
    return gpd.GeoDataFrame(pd.concat(filled)) if filled else first


def _places(matches: pd.DataFrame, n_sites: int) -> Iterable[pd.DataFrame]:
    """Matches of one place together: parcels of a park, and parks of a parcel, link up."""
    if matches.empty:
        return
    site, space = matches["site"].to_numpy(), matches["space"].to_numpy() + n_sites
    n = int(space.max()) + 1
    links = coo_array((np.ones(len(site), dtype=bool), (site, space)), shape=(n, n))
    label = connected_components(links, directed=False)[1][site]
    for _, rows in matches.groupby(label, sort=True):
        yield rows


def _frame(both: _Both, rows: Iterable[_Row]) -> gpd.GeoDataFrame:
    """The rows as published, sorted, with the geometry of the site, or of the space where there is none."""
    role = both.inventory.role
    made: list[dict[str, Any]] = []
    for row in rows:
        site, space = _side(both.sites, row.site), _side(both.spaces, row.space)
        about = site if site is not None else space
        assert about is not None
        made.append({
            "conflict_kind": row.kind, "inventory_id": role.id, "used": row.used,
            "site_id": _text(site, "id"), "inventory_class": _text(site, "space_class"),
            "inventory_name": _text(site, "name"), "space_id": _text(space, "id"),
            "osm_class": _text(space, "space_class"), "osm_name": _text(space, "name"),
            "osm_reason": _text(space, "reason"), "inventory_area_m2": row.site_area_m2,
            "osm_area_m2": row.space_area_m2, "overlap_share": row.overlap_share, "geometry": about["geometry"],
        })  # fmt: skip
    made.sort(key=lambda r: (CONFLICT_KINDS.index(r["conflict_kind"]), r["site_id"], r["space_id"]))
    ids = [f"{role.id}/{r['conflict_kind']}/{r['site_id'].removeprefix(role.id + '/') or r['space_id']}" for r in made]
    return _typed(pd.DataFrame(made, columns=[*TEXT_COLUMNS, *NUMBER_COLUMNS, "geometry"], index=ids), both.sites.crs)


def no_excluded(crs: object) -> gpd.GeoDataFrame:
    """What `conflicts` takes as `excluded` where no rule turned anything away."""
    return gpd.GeoDataFrame({"space_class": [], "name": [], "reason": []}, geometry=[], crs=crs)


def no_conflicts(crs: object) -> gpd.GeoDataFrame:
    """The columns, no rows."""
    return _typed(pd.DataFrame(columns=[*TEXT_COLUMNS, *NUMBER_COLUMNS, "geometry"]), crs)


def _typed(frame: pd.DataFrame, crs: object) -> gpd.GeoDataFrame:
    types = {**dict.fromkeys(TEXT_COLUMNS, str), **dict.fromkeys(NUMBER_COLUMNS, float)}
    shapes: NDArray[np.object_] = frame["geometry"].to_numpy(object)
    index = pd.Index(frame.index, dtype=str, name="conflict_id")
    return gpd.GeoDataFrame(frame.drop(columns="geometry").astype(types), geometry=shapes, crs=crs).set_index(index)


def _side(frame: gpd.GeoDataFrame, at: int) -> dict[str, object] | None:
    if at < 0:
        return None
    return {"id": str(frame.index[at]), **frame.iloc[at].to_dict()}


def _text(side: dict[str, object] | None, column: str) -> str:
    return "" if side is None else str(side.get(column) or "")
