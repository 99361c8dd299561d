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
from analyses.refuge_pieces import left_in_pieces
from analyses.shelters import Shelters, entered, shelter_scene, with_ways_in
from analyses.walking import Mode
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
        Of each refuge the open ground outside counts that an open way leads into, piece by piece
        (`refuge_pieces.left_in_pieces`). None where the study has none.
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
    taken = np.concatenate([usual.hazard, ground])
    table = with_ways_in(left_in_pieces(usual.sites, taken, doors, usual.tier), doors)
    inside = covered_share(table.geometry.to_numpy(), taken) - table["unknown_share"]
    sites = replace(usual.sites, table=gpd.GeoDataFrame(table.assign(hazard_share=np.maximum(inside, 0.0))))
    return replace(usual, sites=sites, scene=shelter_scene(usual.scene, table, modes, usual.asked), better=())


def _doors_left(
    doors: Entrances, network: WalkNetwork, left: Remaining, ground: NDArray[np.object_], across: Across
) -> Entrances:
    """The ways in at their positions; those that are closed are out of reach."""
    shut = across(doors.point, doors.attachment, network, ground)
    # Of a way in at the very edge nobody has looked on which side of it the refuge lies, as with streets open.
    shut[STRtree(ground).query(doors.point, predicate="intersects")[0]] = True
    at = left.attachments(doors.attachment)
    edge = np.where(shut, -1, at.edge).astype(np.int32)
    away = edge < 0
    along_m, off_m = (np.where(away, np.nan, values) for values in (at.along_m, at.off_network_m))
    return replace(doors, attachment=Attachments(edge, along_m, off_m))
