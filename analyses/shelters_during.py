"""Refuges while a hazard lasts: the same ones, without what it closes of their ground, ways in and streets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Walking
from analyses.entrances import Entrances
from analyses.exposure import covered_share
from analyses.measure import Scene
from analyses.refuge_sites import CANDIDATE
from analyses.shelters import Shelters, entered, shelter_scene, with_ways_in
from analyses.walking import Mode
from layers.refuge_rules import RefugeTier
from spatial.closing import ClosedParts, Remaining, without
from spatial.network import WalkNetwork
from spatial.snapping import Attachments

Across = Callable[[NDArray[np.object_], Attachments, WalkNetwork, NDArray[np.object_]], NDArray[np.bool_]]


def shelters_left(
    shared: Scene,
    left: Mapping[Mode, Walking],
    closed: ClosedParts,
    ground: NDArray[np.object_],
    across: Across,
) -> Shelters | None:
    """What remains of the refuges of a scene.

    Parameters
    ----------
    shared : Scene
        On other days.
    left : mapping of Mode to Walking
        Every way of walking over what is open, with the homes.
    closed : ClosedParts
        Of the edges of the whole network.
    ground : array of polygons
        That the hazard closes.
    across : callable
        Whether the leg from a point to its street crosses the ground.

    Returns
    -------
    Shelters or None
        Of each refuge the share of its ground that lies outside counts, of its effective area and of the people it
        takes in; what hazards have taken off it on other days is not taken twice. None where the study has none.
    """
    usual = shared.shelters
    if usual is None:
        return None
    made: dict[int, Remaining] = {}
    modes = {}
    for mode, walking in usual.scene.ways.by_mode.items():
        network = walking.graph.network
        if id(network) not in made:
            made[id(network)] = without(network, closed)
        modes[mode] = entered(left[mode], _doors_left(walking.entrances, network, made[id(network)], ground, across))
    doors = next(iter(modes.values())).entrances
    table = with_ways_in(_ground_left(usual, ground), doors)
    sites = replace(usual.sites, table=table)
    return replace(usual, sites=sites, scene=shelter_scene(usual.scene, table, modes, usual.asked), better=())


def _doors_left(
    doors: Entrances, network: WalkNetwork, left: Remaining, ground: NDArray[np.object_], across: Across
) -> Entrances:
    """The ways in at their positions; those that are closed are out of reach."""
    shut = across(doors.point, doors.attachment, network, ground)
    shut[STRtree(ground).query(doors.point, predicate="intersects")[0]] = True
    at = left.attachments(doors.attachment)
    edge = np.where(shut, -1, at.edge).astype(np.int32)
    away = edge < 0
    along_m, off_m = (np.where(away, np.nan, values) for values in (at.along_m, at.off_network_m))
    return replace(doors, attachment=Attachments(edge, along_m, off_m))


def _ground_left(usual: Shelters, ground: NDArray[np.object_]) -> gpd.GeoDataFrame:
    table, tier = usual.sites.table, usual.tier
    shapes = table.geometry.to_numpy()
    before = covered_share(shapes, usual.hazard)
    after = covered_share(shapes, np.concatenate([usual.hazard, ground]))
    share = np.divide(1 - after, 1 - before, out=np.zeros(len(table)), where=before < 1)
    area_m2 = table["effective_m2"].to_numpy(float) * share
    capacity = np.floor(table["capacity"].to_numpy(float) * share + 1e-9)
    inside = after - table["unknown_share"]
    smaller = gpd.GeoDataFrame(table.assign(hazard_share=inside, effective_m2=area_m2, capacity=capacity))
    gone = (share < 1) & _too_little(smaller, tier)
    status = np.where(gone & (table["status"] == "usable").to_numpy(bool), "in_hazard", table["status"])
    return gpd.GeoDataFrame(smaller.assign(status=status))


def _too_little(table: gpd.GeoDataFrame, tier: RefugeTier) -> NDArray[np.bool_]:
    """Whether so little is left that a refuge is none: of a candidate less than the tier asks for, else no place."""
    candidate = (table["source"] == CANDIDATE).to_numpy(bool)
    area_m2, capacity = table["effective_m2"].to_numpy(float), table["capacity"].to_numpy(float)
    found: NDArray[np.bool_] = np.where(candidate, area_m2 < tier.min_effective_m2.value, capacity < 1)
    return found
