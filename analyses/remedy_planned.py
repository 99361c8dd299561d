"""Whom planned sites would serve if they were built, with the ways in that they would have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.entrances import Entrances, find_entrances
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Rule, Supply
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_walks import lacking, limit_m, walked
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


def planned_offers(scene: Scene, short: Unserved, planned: Planned, parameters: Parameters) -> Offers:
    """Planned sites of the class and size that a rule asks for, and whom each would serve.

    A site that touches spaces of the supply makes one place with them; what becomes large enough by it counts
    with its own ways in.
    """
    sites = planned.sites.geometry.to_numpy()
    rows, offers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for option in short.found.rule.each:
        counted = list(_counted(scene, option, short, planned))
        needs, _ = lacking(scene, option, short)
        row, site = _reached(scene, option, short, planned, counted, parameters)
        serves = needs[row] == 1
        rows.append(row[serves])
        offers.append(site[serves])
    both = np.unique(np.column_stack([np.concatenate(rows), np.concatenate(offers)]), axis=0)
    return Offers(shapely.point_on_surface(sites), np.arange(len(sites)), both[:, 0], both[:, 1])


def _counted(scene: Scene, option: Rule, short: Unserved, planned: Planned) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Sites that would count under an option, each with the spaces that would count by it."""
    assert option.supply is not None
    asked, spaces, sites = option.supply, scene.layers.spaces, planned.sites
    of_class = np.flatnonzero(sites["space_class"].isin(member_classes(asked)).to_numpy())
    shapes = sites.geometry.to_numpy()
    near, _ = STRtree(scene.demand.point[short.row]).query(
        shapes[of_class], predicate="dwithin", distance=limit_m(scene, option)
    )
    whole = Supply(asked.classes)
    every = scene.places.get(supply_key(whole)) or merge_places(spaces, whole)
    counting = scene.places_of(asked).space
    near_sites = of_class[np.unique(near)]
    at, touched = STRtree(every.geometry).query(shapes[near_sites], predicate="intersects")
    for i, site in enumerate(near_sites.tolist()):
        places = touched[at == i]
        joined = np.array([shapely.union_all([shapes[site], *every.geometry[places]])], dtype=object)
        area_m2 = np.where(shapely.get_dimensions(joined) == 2, shapely.area(joined), np.nan)
        if large_enough(joined, area_m2, asked)[0]:
            yield site, np.setdiff1d(every.space[np.isin(every.place, places)], counting)


def _reached(
    scene: Scene,
    option: Rule,
    short: Unserved,
    planned: Planned,
    counted: list[tuple[int, NDArray[np.int64]]],
    parameters: Parameters,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows within an option's limit of a site that counts, and the site."""
    if option.by not in WALKERS:
        shapes = planned.sites.geometry.to_numpy()[[site for site, _ in counted]]
        place, row = STRtree(scene.demand.point[short.row]).query(
            shapes, predicate="dwithin", distance=limit_m(scene, option)
        )
        return row, np.array([site for site, _ in counted], dtype=np.int64)[place]
    parts = [(planned.entrances, np.array([site])) for site, _ in counted]
    parts += [(scene.walking.entrances, joined) for _, joined in counted]
    owner = [site for site, _ in counted] * 2
    into = [np.flatnonzero(np.isin(ways.table["space"].to_numpy(), space)) for ways, space in parts]
    site = np.repeat(np.array(owner, dtype=np.int64), [len(rows) for rows in into])
    nothing = Attachments(np.zeros(0, np.int32), np.zeros(0), np.zeros(0))
    found = [ways.attachment.take(rows) for (ways, _), rows in zip(parts, into, strict=True)] or [nothing]
    at = Attachments(*(np.concatenate([getattr(f, n) for f in found]) for n in ("edge", "along_m", "off_network_m")))
    point = np.concatenate([np.zeros(0, object), *(w.point[rows] for (w, _), rows in zip(parts, into, strict=True))])
    pairs = walked(scene, option, short, point, at, parameters)
    return pairs.row, site[pairs.candidate]
