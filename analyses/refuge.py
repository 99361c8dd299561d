"""Refuge: who finds a place within a walk, where refuges are too few or too full, and how good it could be at best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.costs import Costs
from analyses.inequality import quantile
from analyses.measure import Scene
from analyses.refuge_assignment import Assignment, best_possible, nearest_first
from analyses.refuge_needs import Needs, needs_table
from analyses.refuge_sites import CANDIDATE, LISTED, RefugeSites
from analyses.shelters import Shelters
from analyses.units import Level, containing
from layers.refuge_rules import RefugeTier
from layers.types import Caveat, Layers
from spatial.search import within

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


def refuge(scene: Scene, by_level: Mapping[str, Level]) -> Refuge | None:
    """Share the places of a study's refuges out among its residents.

    Parameters
    ----------
    scene : Scene
        With its shelters.
    by_level : mapping of str to Level

    Returns
    -------
    Refuge or None
        None where the study neither lists refuges nor asks for candidates.

    Notes
    -----
    Whoever lives inside a hazard needs a place as everybody does. Streets inside a hazard are taken as open here;
    ways into a refuge that lie inside one are closed.
    """
    if scene.shelters is None:
        return None
    layers, sites, tier = scene.layers, scene.shelters.sites, scene.shelters.tier
    table = sites.table.assign(tier=tier.id, community_id=_communities(sites.table, layers))
    if layers.residents is None:
        unknown = dict.fromkeys(("asked", "taken", "taken_best", "median_m"), np.nan)
        return Refuge(gpd.GeoDataFrame(table.assign(use=None, **unknown)), None, _caveats(table, sites, tier, 0))
    costs = walks_to_refuges(scene.shelters, limit_m=tier.limit_m.value)
    population = scene.weight("population")
    persons = np.nan_to_num(population) * tier.share_of_residents.value
    room = np.where(table["status"] == "usable", table["capacity"], 0.0)
    near, best = nearest_first(costs, persons, room), best_possible(costs, persons, room)
    table = _with_use(gpd.GeoDataFrame(table), costs, persons, near, best)
    needs = needs_table(
        Needs(costs, near, best, persons, np.isnan(population), scene.walking.edge_of_data), table, by_level, tier
    )
    unknown_communities = int(layers.residents["population"].isna().sum())
    return Refuge(table, needs, _caveats(table, sites, tier, unknown_communities))


def walks_to_refuges(shelters: Shelters, *, limit_m: float) -> Costs:
    """The walk [m] from every demand point to every usable refuge within the limit; `Costs.place` is the row."""
    walking = shelters.scene.walking
    usable = (shelters.sites.table["status"] == "usable").to_numpy(bool)
    site = walking.entrances.table["space"].to_numpy(np.int64)
    found = within(walking.graph, np.flatnonzero(usable[site]), walking.placed, limit=limit_m, group_of_entrance=site)
    return Costs(found.point, found.entrance, found.cost)


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
