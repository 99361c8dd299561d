"""Refuge: who finds a place within a walk, where refuges are too few or too full, and how good it could be at best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.costs import Costs, place_of_entrances
from analyses.entrances import Entrances, find_entrances
from analyses.inequality import quantile
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.refuge_assignment import Assignment, best_possible, nearest_first
from analyses.refuge_ground import taken_ground
from analyses.refuge_needs import Needs, needs_table
from analyses.refuge_sites import CANDIDATE, LISTED, RefugeSites, refuge_sites
from analyses.supply import Places
from analyses.units import Level, containing
from layers.refuge_rules import DEFAULT_TIER, RefugeTier, packaged_refuge_rules
from layers.types import Caveat, Layers
from spatial.search import within
from spatial.search_graph import with_entrances
from spatial.snapping import Attachments, EdgeIndex, attach

_TOUCHING_M = 0.01
"""A refuge on the very border of a community lies in one."""
_NOBODY = 1e-6
"""Persons below this are rounding."""


@dataclass(frozen=True)
class Refuge:
    """What may be told of refuge."""

    sites: gpd.GeoDataFrame
    """Columns of `refuge_columns.REFUGES` without words; without residents ``use`` to ``median_m`` are missing."""
    needs: pd.DataFrame | None
    """Columns of `refuge_columns.REFUGE_NEEDS`; None where the study has no residents."""
    caveats: tuple[Caveat, ...]


@dataclass(frozen=True)
class Doors:
    """Ways into refuges that stay open, and the row of the refuge that each leads into."""

    attachment: Attachments
    site: NDArray[np.int64]


def refuge(scene: Scene, index: EdgeIndex, by_level: Mapping[str, Level], parameters: Parameters) -> Refuge | None:
    """Share the places of a study's refuges out among its residents.

    Parameters
    ----------
    scene : Scene
    index : EdgeIndex
        Of the scene's network.
    by_level : mapping of str to Level
    parameters : Parameters

    Returns
    -------
    Refuge or None
        None where the study neither lists refuges nor asks for candidates.

    Notes
    -----
    Whoever lives inside a hazard needs a place as everybody does. Streets inside a hazard are taken as open here;
    ways into a refuge that lie inside one are closed.
    """
    layers = scene.layers
    if layers.refuges is None and not layers.study.refuge_rules.candidates:
        return None
    rules = packaged_refuge_rules()
    tier = rules.tiers[layers.study.refuge_rules.tier or DEFAULT_TIER]
    sites = refuge_sites(layers, tier, rules)
    doors = _doors(scene, sites, index, taken_ground(layers, rules).hazard, parameters)
    table = _with_ways_in(sites.table, doors)
    table = table.assign(tier=tier.id, community_id=_communities(table, layers))
    if layers.residents is None:
        unknown = dict.fromkeys(("asked", "taken", "taken_best", "median_m"), np.nan)
        return Refuge(table.assign(use=None, **unknown), None, _caveats(table, sites, tier, 0))
    costs = walks_to_refuges(scene, doors, table, limit_m=tier.limit_m.value)
    population = scene.weight("population")
    persons = np.nan_to_num(population) * tier.share_of_residents.value
    room = np.where(table["status"] == "usable", table["capacity"], 0.0)
    near, best = nearest_first(costs, persons, room), best_possible(costs, persons, room)
    table = _with_use(table, costs, persons, near, best)
    needs = needs_table(
        Needs(costs, near, best, persons, np.isnan(population), scene.walking.edge_of_data), table, by_level, tier
    )
    unknown_communities = int(layers.residents["population"].isna().sum())
    return Refuge(table, needs, _caveats(table, sites, tier, unknown_communities))


def walks_to_refuges(scene: Scene, doors: Doors, table: gpd.GeoDataFrame, *, limit_m: float) -> Costs:
    """The walk [m] from every demand point to every usable refuge within the limit; `Costs.place` is the row."""
    walking = scene.walking
    graph = with_entrances(walking.graph.network, walking.graph.impedance, walking.graph.contracted, doors.attachment)
    usable = (table["status"] == "usable").to_numpy(bool)
    chosen = np.flatnonzero(usable[doors.site])
    found = within(graph, chosen, walking.placed, limit=limit_m, group_of_entrance=doors.site)
    return Costs(found.point, found.entrance, found.cost)


# --------------------------------------------------------------------------- ways in


def _doors(
    scene: Scene, sites: RefugeSites, index: EdgeIndex, hazard: NDArray[np.object_], parameters: Parameters
) -> Doors:
    found = [_of_listed(sites.table, scene.layers, index, parameters)]
    if sites.space_place is not None:
        entrances = scene.walking.entrances
        site = place_of_entrances(entrances, sites.space_place)
        found.append((entrances.attachment, entrances.point, site))
        found.append(_of_schools(sites.space_place, scene.layers, index, parameters))
    site = np.concatenate([s for _, _, s in found])
    point = np.concatenate([p for _, p, _ in found])
    at = Attachments(
        np.concatenate([a.edge for a, _, _ in found]),
        np.concatenate([a.along_m for a, _, _ in found]),
        np.concatenate([a.off_network_m for a, _, _ in found]),
    )
    tree = shapely.STRtree(hazard)
    closed = np.isin(np.arange(len(point)), tree.query(point, predicate="intersects")[0])
    kept = np.flatnonzero((site >= 0) & (at.edge >= 0) & ~closed)
    return Doors(at.take(kept), site[kept])


def _of_schools(
    places: Places, layers: Layers, index: EdgeIndex, parameters: Parameters
) -> tuple[Attachments, NDArray[np.object_], NDArray[np.int64]]:
    """Ways into school grounds that are no public space, found as those of any public space."""
    schools = layers.spaces[:0] if layers.school_grounds is None else layers.school_grounds
    entrances = find_entrances(replace(layers, spaces=schools), index, parameters)
    site_of = np.full(len(layers.spaces) + len(schools), -1, dtype=np.int64)
    site_of[places.space] = places.place
    space = entrances.table["space"].to_numpy(np.int64) + len(layers.spaces)
    return entrances.attachment, entrances.point, site_of[space]


def _of_listed(
    table: gpd.GeoDataFrame, layers: Layers, index: EdgeIndex, parameters: Parameters
) -> tuple[Attachments, NDArray[np.object_], NDArray[np.int64]]:
    """Ways into listed refuges, found as those of any public space.

    A refuge that is drawn as a building, or behind a wall, has none of them; the city lists it all the same, so that
    people must get in: by the nearest walkable way.
    """
    rows = np.flatnonzero((table["source"] == LISTED).to_numpy(bool))
    shapes = table.geometry.to_numpy()[rows]
    frame = gpd.GeoDataFrame({"fenced": np.zeros(len(rows), dtype=bool)}, geometry=list(shapes), crs=layers.spaces.crs)
    entrances: Entrances = find_entrances(replace(layers, spaces=frame), index, parameters)
    space = entrances.table["space"].to_numpy(np.int64)
    without = np.setdiff1d(np.arange(len(rows)), space)
    inside = shapely.point_on_surface(shapes[without])
    nearest = attach(index, inside, limit_m=parameters.snap_limit_m)
    at = entrances.attachment
    joined = Attachments(
        np.concatenate([at.edge, nearest.edge]),
        np.concatenate([at.along_m, nearest.along_m]),
        np.concatenate([at.off_network_m, nearest.off_network_m]),
    )
    return joined, np.concatenate([entrances.point, inside]), rows[np.concatenate([space, without])]


def _with_ways_in(table: gpd.GeoDataFrame, doors: Doors) -> gpd.GeoDataFrame:
    shut = ~np.isin(np.arange(len(table)), doors.site) & (table["status"] == "usable").to_numpy(bool)
    return gpd.GeoDataFrame(table.assign(status=np.where(shut, "no_way_in", table["status"])))


# --------------------------------------------------------------------------- tables


def _communities(table: gpd.GeoDataFrame, layers: Layers) -> NDArray[np.object_]:
    """Id of the community in which a point inside each refuge lies; missing outside all."""
    unit = containing(layers.communities, shapely.point_on_surface(table.geometry.to_numpy()), _TOUCHING_M)
    ids = np.append(layers.communities.index.to_numpy(object), [None])
    found: NDArray[np.object_] = ids[unit]
    return found


def _with_use(
    table: gpd.GeoDataFrame, costs: Costs, persons: NDArray[np.float64], near: Assignment, best: Assignment
) -> gpd.GeoDataFrame:
    """How many ask for each refuge, how many it takes in, and over what walk."""
    order = np.lexsort((costs.place, costs.cost, costs.point))
    first = order[np.diff(costs.point[order], prepend=-1) != 0]
    asked = np.bincount(costs.place[first], weights=persons[costs.point[first]], minlength=len(table))
    usable = (table["status"] == "usable").to_numpy(bool)
    use = np.where(near.taken <= _NOBODY, "idle", "used").astype(object)
    use[asked > table["capacity"].to_numpy(float) + _NOBODY] = "overfull"
    use[~usable] = None
    median = np.full(len(table), np.nan)
    for place in np.flatnonzero(near.taken > _NOBODY):
        at = np.flatnonzero(costs.place == place)
        median[place] = quantile(costs.cost[at], near.persons[at], 0.5)
    figures = {"asked": asked, "taken": near.taken, "taken_best": best.taken}
    shown = {name: np.where(usable, values, np.nan) for name, values in figures.items()}
    return gpd.GeoDataFrame(table.assign(use=use, **shown, median_m=median))


def _caveats(
    table: gpd.GeoDataFrame, sites: RefugeSites, tier: RefugeTier, unknown_communities: int
) -> tuple[Caveat, ...]:
    usable = table["status"] == "usable"
    candidates, listed = table["source"] == CANDIDATE, table["source"] == LISTED
    steep_known = table["slope_share"].notna()
    found = (
        Caveat("refuge_candidates", "refuge", int((candidates & usable).sum()), "sites", tier.id),
        Caveat("refuge_left_out", "refuge", sum(sites.left_out.values()), "sites"),
        Caveat("refuge_without_slope", "refuge", int((candidates & usable & ~steep_known).sum()), "sites"),
        Caveat("refuge_not_usable", "refuge", int((listed & ~usable).sum()), "sites"),
        Caveat("refuge_residents_unknown", "refuge", unknown_communities, "communities"),
    )
    return tuple(caveat for caveat in found if caveat.count)
