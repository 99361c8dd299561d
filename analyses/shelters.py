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
from numpy.typing import NDArray

from analyses.access import Walking, by_walk
from analyses.entrances import Entrances
from analyses.euclidean import straight_to_each
from analyses.left_open import HAZARD_UNKNOWN, SIZE_UNKNOWN
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.plan import not_measured
from analyses.profile import SHELTER, Profile, Supply
from analyses.refuge_ground import Taken, taken_ground
from analyses.refuge_pieces import left_in_pieces
from analyses.refuge_places import any_size, effective_m2, places_if_large, refuge_places
from analyses.refuge_sites import RefugeSites, possible_spaces, refuge_sites
from analyses.refuge_ways_in import ways_into_refuges
from analyses.supply import supply_key
from analyses.walking import PLAIN, WALKERS, Mode, mode_of
from layers.refuge_rules import DEFAULT_TIER, RefugeTier, packaged_refuge_rules
from layers.types import Layers
from layers.walkers import walker
from spatial.search_graph import with_entrances
from spatial.snapping import Attachments, EdgeIndex, attach, edge_index
from spatial.walkers import passable


@dataclass(frozen=True)
class Asked:
    """What rules ask of refuges."""

    supplies: tuple[Supply, ...]
    walks: tuple[tuple[Mode, str], ...]
    """By whom the places of which supply (`supply_key`) are walked to."""
    straight: tuple[str, ...]
    """Supplies that lie within a straight line."""
    unsized: bool = False
    """Whether refuges of which nobody knows the area count where a size is asked for, as large enough."""

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
    """With the ways in looked at: what has none is not usable. What counts of them is certain."""
    tier: RefugeTier
    """Whose numbers hold for candidates and capacities."""
    hazard: NDArray[np.object_]
    """Ground that was taken off them, as polygons; that of which hazard layers say nothing too."""
    asked: Asked
    scene: Scene
    """Its spaces are the rows of ``sites.table``, in their order; its entrances lead into them; its places are those
    of the rules about shelter."""
    better: tuple[Shelters, ...] = ()
    """The same if what nobody knows were good, each better than the one before: unknown ground outside of hazards; then
    refuges of unknown area as large as rules ask. Those that make no difference are absent."""
    left_open: str = ""
    """Of a better one: what it takes for good beyond the one before (a code of `columns.REASONS`)."""


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
    asked = Asked.by(planned)
    taken = taken_ground(layers, packaged_refuge_rules()).near(_every_ground(layers), parameters.snap_limit_m)
    certain = last = _shelters(shared, index, taken, asked, parameters)
    better = []
    if len(taken.unknown):
        last = replace(_shelters(shared, index, taken.if_dry(), asked, parameters), left_open=HAZARD_UNKNOWN)
        better.append(last)
        certain = replace(certain, sites=replace(certain.sites, table=_unsure(certain.sites.table, last.sites.table)))
    if _sizes_matter(last):
        better.append(_if_large(last, shared))
    return replace(shared, shelters=replace(certain, better=tuple(better)))


def _every_ground(layers: Layers) -> NDArray[np.object_]:
    """Whatever could be a refuge."""
    spaces = possible_spaces(layers) if layers.study.refuge_rules.candidates else layers.spaces[:0]
    lists = np.zeros(0, dtype=object) if layers.refuges is None else layers.refuges.geometry.to_numpy()
    return np.concatenate([lists, spaces.geometry.to_numpy()])


def _shelters(shared: Scene, index: EdgeIndex, taken: Taken, asked: Asked, parameters: Parameters) -> Shelters:
    layers, rules = shared.layers, packaged_refuge_rules()
    tier = rules.tiers[layers.study.refuge_rules.tier or DEFAULT_TIER]
    sites = refuge_sites(layers, tier, rules, taken)
    doors = ways_into_refuges(sites, layers, shared.walking.entrances, index, taken.unsafe, parameters)
    modes = {
        mode: entered(walking, _within_reach(mode, walking, doors, parameters))
        for mode, walking in shared.ways.by_mode.items()
    }
    sites = replace(sites, table=with_ways_in(left_in_pieces(sites, taken.unsafe, doors, tier), doors))
    return Shelters(sites, tier, taken.unsafe, asked, shelter_scene(shared, sites.table, modes, asked))


def _unsure(table: gpd.GeoDataFrame, if_dry: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The refuges, with a status of their own for those that are usable only if unknown ground is dry."""
    dry = table["refuge_id"].isin(if_dry["refuge_id"][if_dry["status"] == "usable"])
    open_ = (dry & (table["status"] != "usable")).to_numpy(bool)
    return gpd.GeoDataFrame(table.assign(status=np.where(open_, HAZARD_UNKNOWN, table["status"])))


def _sizes_matter(shelters: Shelters) -> bool:
    """Whether a rule asks for a size, and of some refuge nobody knows it."""
    unknown = np.isnan(effective_m2(shelters.sites.table, packaged_refuge_rules()))
    return bool(unknown.any()) and any(any_size(supply) != supply for supply in shelters.asked.supplies)


def _if_large(shelters: Shelters, shared: Scene) -> Shelters:
    asked = replace(shelters.asked, unsized=True)
    scene = shelter_scene(shared, shelters.sites.table, shelters.scene.ways.by_mode, asked)
    return replace(shelters, asked=asked, scene=scene, left_open=SIZE_UNKNOWN)


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
    counted = places_if_large if asked.unsized else refuge_places
    places = {supply_key(s): counted(table, area_m2, open_, s) for s in asked.supplies}
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
