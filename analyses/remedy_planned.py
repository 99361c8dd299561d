"""Whom planned sites would serve if they were built, with the ways in that they would have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.during import across
from analyses.entrances import Entrances, find_entrances
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Rule, Supply
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_ground import Ground
from analyses.remedy_walks import Pairs, lacking, limit_m, serving, supply_of, walked
from analyses.supply import large_enough, member_classes, merge_places, supply_key
from analyses.walking import WALKERS
from layers.types import Layers
from spatial.snapping import Attachments, EdgeIndex


@dataclass(frozen=True)
class Planned:
    """The sites that inventories call planned, and the ways into them if they were built."""

    sites: gpd.GeoDataFrame
    entrances: Entrances


def planned_sites(layers: Layers, index: EdgeIndex, parameters: Parameters) -> Planned | None:
    """The planned sites of a study; None where it has none.

    They are entered as any space is: at mapped gates, where ways meet their outline, and along it where it is
    open to a street.
    """
    if layers.planned is None or not len(layers.planned):
        return None
    return Planned(layers.planned, find_entrances(replace(layers, spaces=layers.planned), index, parameters))


def planned_during(planned: Planned, ground: Ground) -> Planned:
    """The planned sites with the ways in that stay open; on other days all do."""
    if ground.left is None:
        return planned
    ways, network = planned.entrances, ground.before.layers.network
    moved = ground.remaining.attachments(ways.attachment)
    shut = across(ways.point, ways.attachment, network, ground.left.ground)
    at = Attachments(np.where(shut, -1, moved.edge).astype(np.int32), moved.along_m, moved.off_network_m)
    return replace(planned, entrances=replace(ways, attachment=at))


def planned_offers(scene: Scene, short: Unserved, planned: Planned, parameters: Parameters) -> Offers:
    """Planned sites of the class and size that a rule asks for, and whom each would serve.

    A site that touches spaces of the supply makes one place with them; what becomes large enough by it counts
    with its own ways in. To those who need several places it is none where they have what it touches.
    """
    sites = planned.sites.geometry.to_numpy()
    rows, offers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for option in short.found.rule.each:
        counted = list(_counted(scene, option, short, planned))
        place = np.full(len(sites), -1, dtype=np.int64)
        place[[one.site for one in counted]] = [one.place for one in counted]
        needs, has = lacking(scene, option, short)
        pairs = _reached(scene, option, short, planned, counted, parameters)
        serves = serving(pairs, needs, has, place, scene.places_of(supply_of(option)))
        rows.append(pairs.row[serves])
        offers.append(pairs.candidate[serves])
    both = np.unique(np.column_stack([np.concatenate(rows), np.concatenate(offers)]), axis=0)
    return Offers(shapely.point_on_surface(sites), np.arange(len(sites)), both[:, 0], both[:, 1])


@dataclass(frozen=True)
class _Counted:
    """A site that would count under an option."""

    site: int
    opened: NDArray[np.int64]
    """Spaces that would count by it."""
    place: int
    """A place that counts already and that it would be one with; -1 for none."""


def _counted(scene: Scene, option: Rule, short: Unserved, planned: Planned) -> Iterator[_Counted]:
    """Sites that would count under an option; none that makes one place of several where several are asked for."""
    asked, spaces, sites = supply_of(option), scene.layers.spaces, planned.sites
    of_class = np.flatnonzero(sites["space_class"].isin(member_classes(asked)).to_numpy())
    shapes = sites.geometry.to_numpy()
    near, _ = STRtree(scene.demand.point[short.row]).query(
        shapes[of_class], predicate="dwithin", distance=limit_m(scene, option)
    )
    whole = Supply(asked.classes)
    every = scene.places.get(supply_key(whole)) or merge_places(spaces, whole)
    counting = scene.places_of(asked)
    near_sites = of_class[np.unique(near)]
    at, touched = STRtree(every.geometry).query(shapes[near_sites], predicate="intersects")
    for i, site in enumerate(near_sites.tolist()):
        places = touched[at == i]
        joined = np.array([shapely.union_all([shapes[site], *every.geometry[places]])], dtype=object)
        area_m2 = np.where(shapely.get_dimensions(joined) == 2, shapely.area(joined), np.nan)
        if large_enough(joined, area_m2, asked)[0]:
            members = every.space[np.isin(every.place, places)]
            touched_places = np.unique(counting.place[np.isin(counting.space, members)])
            if option.count == 1 or len(touched_places) <= 1:
                place = int(touched_places[0]) if len(touched_places) else -1
                yield _Counted(site, np.setdiff1d(members, counting.space), place)


def _reached(
    scene: Scene,
    option: Rule,
    short: Unserved,
    planned: Planned,
    counted: list[_Counted],
    parameters: Parameters,
) -> Pairs:
    """Rows within an option's limit of a site that counts, and the site."""
    sites = np.array([one.site for one in counted], dtype=np.int64)
    if option.by not in WALKERS:
        shapes = planned.sites.geometry.to_numpy()[sites]
        place, row = STRtree(scene.demand.point[short.row]).query(
            shapes, predicate="dwithin", distance=limit_m(scene, option)
        )
        return Pairs(row, sites[place], np.zeros(len(row)))
    parts = [(planned.entrances, np.array([one.site])) for one in counted]
    parts += [(scene.walking.entrances, one.opened) for one in counted]
    owner = np.tile(sites, 2)
    into = [np.flatnonzero(np.isin(ways.table["space"].to_numpy(), space)) for ways, space in parts]
    site = np.repeat(owner, [len(rows) for rows in into])
    nothing = Attachments(np.zeros(0, np.int32), np.zeros(0), np.zeros(0))
    found = [ways.attachment.take(rows) for (ways, _), rows in zip(parts, into, strict=True)] or [nothing]
    at = Attachments(*(np.concatenate([getattr(f, n) for f in found]) for n in ("edge", "along_m", "off_network_m")))
    point = np.concatenate([np.zeros(0, object), *(w.point[rows] for (w, _), rows in zip(parts, into, strict=True))])
    pairs = walked(scene, option, short, point, at, parameters)
    return replace(pairs, candidate=site[pairs.candidate])
