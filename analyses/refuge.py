"""Refuge: who finds a place within a walk, where refuges are too few or too full, and how good it could be at best."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.closures import Closures, Scenario, scenarios
from analyses.costs import Costs
from analyses.entrances import attached_points
from analyses.inequality import quantile
from analyses.left_open import HAZARD_UNKNOWN
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
_NO_GROUND = 1e-9
"""A share of ground below this is rounding."""


@dataclass(frozen=True)
class Refuge:
    """What may be told of refuge."""

    sites: gpd.GeoDataFrame
    """Columns of `refuge_columns.REFUGES` without words; without residents ``use`` to ``median_m`` are missing."""
    needs: pd.DataFrame | None
    """Columns of `refuge_columns.REFUGE_NEEDS`, with streets open; None where the study has no residents."""
    caveats: tuple[Caveat, ...]
    needs_during: pd.DataFrame | None = None
    """The same while each scenario lasts; None where the study has none, or no residents."""
    entrances: gpd.GeoDataFrame | None = None
    """Columns of `refuge_columns.REFUGE_ENTRANCES`."""


def refuge(scene: Scene, by_level: Mapping[str, Level], closed: Closures) -> Refuge | None:
    """Share the places of a study's refuges out among its residents.

    Parameters
    ----------
    scene : Scene
        With its shelters.
    by_level : mapping of str to Level
    closed : Closures
        What hazards that last leave.

    Returns
    -------
    Refuge or None
        None where the study neither lists refuges nor asks for candidates.

    Notes
    -----
    Whoever lives inside a hazard needs a place as everybody does. In ``needs`` streets inside a hazard are taken as
    open; ways into a refuge that lie inside one are closed.
    """
    if scene.shelters is None:
        return None
    layers, sites, tier = scene.layers, scene.shelters.sites, scene.shelters.tier
    table = sites.table.assign(tier=tier.id, community_id=_communities(sites.table, layers))
    entrances = _entrances(scene.shelters, layers)
    if layers.residents is None:
        unknown = dict.fromkeys(("asked", "taken", "taken_best", "median_m"), np.nan)
        bare = gpd.GeoDataFrame(table.assign(use=None, **unknown))
        return Refuge(bare, None, _caveats(table, sites, tier, 0), entrances=entrances)
    table, needs = _shared_out(scene, scene.shelters, gpd.GeoDataFrame(table), _if_dry(scene.shelters.better))
    tables = [
        needs_table(during, used, by_level, tier)
        for during, used in (_during(scene, closed, scenario, needs) for scenario in scenarios(layers.study))
    ]
    unknown_communities = int(layers.residents["population"].isna().sum())
    return Refuge(
        table,
        needs_table(needs, table, by_level, tier),
        _caveats(table, sites, tier, unknown_communities),
        pd.concat(tables, ignore_index=True) if tables else None,
        entrances,
    )


def _shared_out(
    scene: Scene,
    shelters: Shelters,
    table: gpd.GeoDataFrame,
    if_dry: Shelters | None,
    walk_share: NDArray[np.float64] | float = 1.0,
) -> tuple[gpd.GeoDataFrame, Needs]:
    """The refuges with how full they get, and who finds a place, of those of every home who can walk (0-1)."""
    costs = walks_to_refuges(shelters, limit_m=shelters.tier.limit_m.value)
    population = scene.weight("population")
    persons = np.nan_to_num(population) * shelters.tier.share_of_residents.value
    walk, room = persons * walk_share, np.nan_to_num(table["capacity"].to_numpy(float))
    near, best = nearest_first(costs, walk, room), best_possible(costs, walk, room)
    used = _with_use(table, costs, walk, near, best)
    edge_of_data = shelters.scene.walking.edge_of_data
    perhaps = np.isin(np.arange(len(persons)), _near_unknown_room(shelters, costs, if_dry))
    by_list = _by_the_list_alone(table, costs, walk, room)
    return used, Needs(costs, near, best, persons, np.isnan(population), edge_of_data, perhaps, by_list)


def _if_dry(better: Iterable[Shelters | None]) -> Shelters | None:
    """The refuges if ground of which hazard layers say nothing were dry; None where there is none near a refuge."""
    return next((each for each in better if each is not None and each.left_open == HAZARD_UNKNOWN), None)


def _near_unknown_room(shelters: Shelters, costs: Costs, if_dry: Shelters | None) -> NDArray[np.int64]:
    """The demand points within the limit of a refuge of which nobody knows how many people it takes in.

    Either the list does not tell, or the refuge would have more room, or be in reach, if unknown ground were dry.
    """
    limit_m = shelters.tier.limit_m.value
    unsized = walks_to_refuges(if_dry or shelters, "capacity_unknown", limit_m=limit_m).point.astype(np.int64)
    if if_dry is None:
        return unsized
    certain, dry = shelters.sites.table, if_dry.sites.table
    found = walks_to_refuges(if_dry, limit_m=limit_m)
    # The outlines of candidates may differ between the two, so refuges are matched by id and not by row.
    row = pd.Index(certain["refuge_id"]).get_indexer(dry["refuge_id"])
    room = np.append(np.where(certain["status"] == "usable", certain["capacity"], 0.0), 0.0)[row]
    more = dry["capacity"].to_numpy(float) > room + _NOBODY
    # Points times refuges of a large city are more than 32 bits hold.
    point, certain_point = found.point.astype(np.int64), costs.point.astype(np.int64)
    known = np.isin(point * len(certain) + row[found.place], certain_point * len(certain) + costs.place)
    return np.concatenate([unsized, point[more[found.place] | ~known]])


def _by_the_list_alone(
    table: gpd.GeoDataFrame, costs: Costs, walk: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64] | float:
    """Who would find a place if no candidate were opened; NaN unless the study has both a list and candidates.

    Shared out anew and not counted out of `near`: without candidates more people come to what is listed.
    """
    listed = (table["source"] == LISTED).to_numpy(bool)
    if listed.all() or not listed.any():
        return np.nan
    return nearest_first(costs, walk, np.where(listed, room, 0.0)).placed


def _during(scene: Scene, closed: Closures, scenario: Scenario, before: Needs) -> tuple[Needs, gpd.GeoDataFrame]:
    """Who finds a place while a scenario lasts; `before` is of open streets.

    No way leads out for who lives inside: they are no part of those who walk. Whether they could have left in time is
    told by the places that they have in the assignment of open streets.
    """
    left = closed.of(scenario.hazard_ids)
    shelters = left.scene.shelters
    assert shelters is not None  # as on other days
    if_dry = _if_dry(each.of(scenario.hazard_ids).scene.shelters for each in closed.better)
    walk_share = np.maximum(1 - left.inside - left.unsaid, 0.0)
    used, needs = _shared_out(scene, shelters, shelters.sites.table, if_dry, walk_share)
    inside = before.persons * left.inside
    return replace(
        needs,
        scenario_id=scenario.id,
        inside=inside,
        inside_placed=before.near.placed * left.inside,
        unsaid=before.persons * left.unsaid,
    ), used


def walks_to_refuges(shelters: Shelters, status: str = "usable", *, limit_m: float) -> Costs:
    """The walk [m] from every demand point to every refuge of a status within the limit; `Costs.place` is the row."""
    walking = shelters.scene.walking
    chosen = (shelters.sites.table["status"] == status).to_numpy(bool)
    site = walking.entrances.table["space"].to_numpy(np.int64)
    found = within(walking.graph, np.flatnonzero(chosen[site]), walking.placed, limit=limit_m, group_of_entrance=site)
    return Costs(found.point, found.entrance, found.cost)


# --------------------------------------------------------------------------- tables


def _entrances(shelters: Shelters, layers: Layers) -> gpd.GeoDataFrame:
    """The ways in, of every refuge of the table."""
    scene = shelters.scene
    points = attached_points(scene.walking.entrances, scene.layers.spaces, layers.network)
    return points.rename(columns={"space_id": "refuge_id"}).drop(columns=["space_class", "space_area_m2"])


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
    planned = table["status"] == "planned"
    steep_known = table["slope_share"].notna()
    unsure = (table["unknown_share"] > _NO_GROUND) | (table["status"] == HAZARD_UNKNOWN)
    found = (
        Caveat("refuge_candidates", "refuge", int((candidates & usable).sum()), "sites", tier.id),
        Caveat("refuge_left_out", "refuge", sum(sites.left_out.values()), "sites"),
        Caveat("refuge_without_slope", "refuge", int((candidates & usable & ~steep_known).sum()), "sites"),
        Caveat("refuge_not_usable", "refuge", int((listed & ~usable).sum()), "sites"),
        Caveat("refuge_only_planned", "refuge", int(listed.sum()) if planned.sum() == listed.sum() else 0, "sites"),
        Caveat("refuge_ground_shared", "refuge", sites.n_shared, "sites"),
        Caveat("refuge_hazard_unknown", "refuge", int(unsure.sum()), "sites"),
        Caveat("refuge_residents_unknown", "refuge", unknown_communities, "communities"),
    )
    return tuple(caveat for caveat in found if caveat.count)
