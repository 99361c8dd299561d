"""Refuges as a supply: a scene in which they are the spaces, so that every rule measures them as it measures parks.

What counts of a refuge is its effective area, outside of hazards; the list of the city counts before what merely could
serve. No refuge is a public space, and none of its figures changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.access import Walking, by_walk
from analyses.entrances import Entrances
from analyses.euclidean import straight_to_each
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.plan import not_measured
from analyses.profile import SHELTER, Profile, Supply
from analyses.refuge_ground import taken_ground
from analyses.refuge_sites import LISTED, RefugeSites, refuge_sites
from analyses.refuge_ways_in import ways_into_refuges
from analyses.supply import Places, large_enough, supply_key
from analyses.walking import PLAIN, WALKERS, Mode, mode_of
from layers.refuge_roles import REFUGE_GRADES
from layers.refuge_rules import DEFAULT_TIER, PackagedRefugeRules, RefugeTier, packaged_refuge_rules
from layers.walkers import walker
from spatial.search_graph import with_entrances
from spatial.snapping import Attachments, EdgeIndex, attach, edge_index
from spatial.walkers import passable

_STANDS_M = 1.0
"""A refuge mapped as a point is drawn as a disc of this radius where it stands."""
_ALL_INSIDE = 1 - 1e-9


@dataclass(frozen=True)
class Asked:
    """What rules ask of refuges."""

    supplies: tuple[Supply, ...]
    walks: tuple[tuple[Mode, str], ...]
    """By whom the places of which supply (`supply_key`) are walked to."""
    straight: tuple[str, ...]
    """Supplies that lie within a straight line."""

    @classmethod
    def by(cls, planned: Sequence[Profile]) -> Asked:
        """By the rules of some profiles."""
        rules = [r for p in planned for r in p.rules if not not_measured(r)]
        each = [(r, s) for r in rules for s in r.supplies if s.is_shelter]
        reached = [(r, supply_key(s)) for r, s in each if r.kind == "reach"]
        walks = dict.fromkeys((mode_of(r), key) for r, key in reached if r.by in WALKERS)
        straight = dict.fromkeys(key for r, key in reached if r.by == "euclidean")
        return cls(tuple(dict.fromkeys(s for _, s in each)), tuple(walks), tuple(straight))


@dataclass(frozen=True)
class Shelters:
    """The refuges of a study."""

    sites: RefugeSites
    """With the ways in looked at: what has none is not usable."""
    tier: RefugeTier
    """Whose numbers hold for candidates and capacities."""
    hazard: NDArray[np.object_]
    """Ground that was taken off them, as polygons."""
    asked: Asked
    scene: Scene
    """Its spaces are the rows of ``sites.table``, in their order; its entrances lead into them; its places are those
    of the rules about shelter."""


def with_shelters(shared: Scene, index: EdgeIndex, planned: Sequence[Profile], parameters: Parameters) -> Scene:
    """The scene with the refuges of its study.

    Parameters
    ----------
    shared : Scene
    index : EdgeIndex
        Of its network.
    planned : sequence of Profile
        Whose rules about shelter are to be measured.
    parameters : Parameters

    Returns
    -------
    Scene
        The very same where the study neither lists refuges nor asks for candidates.
    """
    layers = shared.layers
    if layers.refuges is None and not layers.study.refuge_rules.candidates:
        return shared
    rules = packaged_refuge_rules()
    tier = rules.tiers[layers.study.refuge_rules.tier or DEFAULT_TIER]
    sites = refuge_sites(layers, tier, rules)
    hazard = taken_ground(layers, rules).hazard
    doors = ways_into_refuges(sites, layers, shared.walking.entrances, index, hazard, parameters)
    modes = {
        mode: entered(walking, _within_reach(mode, walking, doors, parameters))
        for mode, walking in shared.ways.by_mode.items()
    }
    asked = Asked.by(planned)
    sites = replace(sites, table=with_ways_in(sites.table, doors))
    found = shelter_scene(shared, sites.table, modes, asked)
    return replace(shared, shelters=Shelters(sites, tier, hazard, asked, found))


def shelter_scene(shared: Scene, table: gpd.GeoDataFrame, modes: Mapping[Mode, Walking], asked: Asked) -> Scene:
    """The scene in which refuges are the spaces, searched for what is asked.

    Parameters
    ----------
    shared : Scene
        With the homes.
    table : GeoDataFrame
        `RefugeSites.table`.
    modes : mapping of Mode to Walking
        Every way of walking, with the ways into the refuges.
    asked : Asked
    """
    area_m2 = effective_m2(table, packaged_refuge_rules())
    spaces, walking = _as_spaces(table, area_m2), modes[PLAIN]
    doors = walking.entrances
    open_ = np.isin(np.arange(len(table)), doors.table["space"].to_numpy()[doors.attachment.edge >= 0])
    places = {supply_key(s): refuge_places(table, area_m2, open_, s) for s in asked.supplies}
    homes, coverage = shared.demand.point, shared.layers.coverage
    return replace(
        shared,
        layers=replace(shared.layers, spaces=spaces),
        walking=walking,
        ways=replace(shared.ways, by_mode=modes),
        places=places,
        walks={key: by_walk(walking, places[key]) for mode, key in asked.walks if mode == PLAIN},
        other_walks={(mode, key): by_walk(modes[mode], places[key]) for mode, key in asked.walks if mode != PLAIN},
        straights=straight_to_each(
            spaces, [places[key] for key in asked.straight], homes, coverage, limit_m=walking.limit
        ),
        shelters=None,
    )  # fmt: skip


def with_ways_in(table: gpd.GeoDataFrame, doors: Entrances) -> gpd.GeoDataFrame:
    """The refuges, those that no open way leads into not usable: they take nobody in."""
    open_ = doors.table["space"].to_numpy()[doors.attachment.edge >= 0]
    shut = ~np.isin(np.arange(len(table)), open_) & (table["status"] == "usable").to_numpy(bool)
    nobody = {name: np.where(shut, 0.0, table[name]) for name in ("effective_m2", "capacity")}
    return gpd.GeoDataFrame(table.assign(status=np.where(shut, "no_way_in", table["status"]), **nobody))


def refuge_places(
    table: gpd.GeoDataFrame, area_m2: NDArray[np.float64], open_: NDArray[np.bool_], supply: Supply
) -> Places:
    """The refuges that a rule counts, each a place by itself.

    Parameters
    ----------
    table : GeoDataFrame
        `RefugeSites.table`.
    area_m2 : float array
        `effective_m2` of its rows.
    open_ : bool array
        Whether any way leads into each outside of hazards.
    supply : Supply

    Returns
    -------
    Places
        Of a study's lists what is built, of the grade asked for or a higher one, not wholly inside a hazard nor on
        ground that another one counts. Where there is no list, the usable candidates, whatever the grade: nobody has
        named one. ``area_m2`` is the effective area; with a size asked for, refuges of unknown area do not count.
    """
    listed = (table["source"] == LISTED).to_numpy(bool)
    if listed.any():
        gone = table["hazard_share"].to_numpy(float) >= _ALL_INSIDE
        gone |= area_m2 <= 0
        grades = np.array([REFUGE_GRADES.index(name) for name in table["grade"]], dtype=np.int64)
        high = grades >= (REFUGE_GRADES.index(supply.grade) if supply.grade else 0)
        counted = listed & ~table["status"].isin(["planned", "counted_elsewhere"]).to_numpy(bool) & ~gone & high
    else:
        counted = (table["status"] == "usable").to_numpy(bool)
    rows = np.flatnonzero(counted & open_)
    shapes = _with_ground(table.geometry.to_numpy()[rows])
    large = large_enough(shapes, area_m2[rows], supply)
    rows, shapes = rows[large], shapes[large]
    return Places(supply_key(supply), rows, np.arange(len(rows)), shapes, area_m2[rows])


def effective_m2(table: gpd.GeoDataFrame, rules: PackagedRefugeRules) -> NDArray[np.float64]:
    """The effective area of every refuge [m2]; NaN where nobody knows it.

    A list that tells persons alone has counted them by some area a person: by that of the refuge's grade.
    """
    said = table["effective_m2"].to_numpy(float)
    each = np.array([rules.m2_per_person(grade) for grade in table["grade"]])
    persons_m2 = table["capacity"].to_numpy(float) * each
    listed = (table["source"] == LISTED).to_numpy(bool)
    found: NDArray[np.float64] = np.where(listed & np.isnan(said), persons_m2, said)
    return found


def entered(walking: Walking, doors: Entrances) -> Walking:
    """A way of walking to other ways in: network and homes are the same, so nothing is contracted or placed anew."""
    whole = walking.graph
    graph = with_entrances(whole.network, whole.impedance, whole.contracted, doors.attachment)
    return replace(walking, graph=graph, entrances=doors)


def _within_reach(mode: Mode, walking: Walking, doors: Entrances, parameters: Parameters) -> Entrances:
    """The ways in as far as a walker can use them; those at closed ways go by an open one at arm's length."""
    who = walker(mode.walker)
    if who.goes_everywhere:
        return doors
    usable, at = passable(walking.graph.network, who), doors.attachment
    closed = np.flatnonzero(~usable[at.edge])
    moved = attach(edge_index(walking.graph.network, usable), doors.point[closed], limit_m=parameters.gate_distance_m)
    edge, along_m, off_m = at.edge.copy(), at.along_m.copy(), at.off_network_m.copy()
    edge[closed], along_m[closed], off_m[closed] = moved.edge, moved.along_m, moved.off_network_m
    return replace(doors, attachment=Attachments(edge, along_m, off_m))


def _as_spaces(table: gpd.GeoDataFrame, area_m2: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """The refuges with the columns of `Layers.spaces`; their area is the effective one."""
    index = pd.Index(table["refuge_id"].astype(str), name="space_id")
    data = {
        "space_class": SHELTER,
        "name": table["name"].to_numpy(object),
        "fenced": False,
        "member_ids": index.to_numpy(object),
        "area_m2": area_m2,
        "source": table["source"].to_numpy(object),
    }
    return gpd.GeoDataFrame(pd.DataFrame(data, index=index), geometry=list(table.geometry), crs=table.crs)


def _with_ground(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The shapes, points as discs: a refuge counts where it stands, on a border in part."""
    point = shapely.get_dimensions(shapes) == 0
    drawn = shapes.copy()
    drawn[point] = shapely.buffer(shapes[point], _STANDS_M)
    return drawn
