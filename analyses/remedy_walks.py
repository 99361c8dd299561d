"""Walks to ways in that are not there yet: over today's network, by the rule's own measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.costs import walking_costs
from analyses.euclidean import straight_costs
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Rule, Supply
from analyses.remedy_choice import Unserved
from analyses.supply import Places
from analyses.walking import PLAIN, WALKERS, Mode, mode_of
from layers.walkers import walker
from spatial.search import place_points, within
from spatial.search_graph import with_entrances
from spatial.snapping import Attachments, attach, edge_index


@dataclass(frozen=True)
class Pairs:
    """Rows of `Unserved` and candidates within a limit of them."""

    row: NDArray[np.int64]
    candidate: NDArray[np.int64]
    cost: NDArray[np.float64]


def limit_m(scene: Scene, rule: Rule) -> float:
    """How far a rule's limit reaches in a straight line [m]: nobody walks farther, in minutes at their speed."""
    if rule.limit is None:
        raise AssertionError(f"rule {rule.id} has no limit")
    if rule.by not in WALKERS:
        return rule.limit
    return rule.limit / walking_of(scene, rule).graph.impedance.per_metre


def supply_of(option: Rule) -> Supply:
    """What an option asks for."""
    assert option.supply is not None
    return option.supply


def walking_of(scene: Scene, rule: Rule) -> Walking:
    """How a rule walks."""
    return scene.ways.by_mode[mode_of(rule)]


def walked(
    scene: Scene, rule: Rule, short: Unserved, point: NDArray[np.object_], at: Attachments, parameters: Parameters
) -> Pairs:
    """The walks within a rule's limit from those not served to ways in that are not there yet.

    Parameters
    ----------
    scene, rule, short
    point : array of Points
        The ways in.
    at : Attachments
        Where they are attached to the network; for a walker to whom that edge is closed, to the nearest open
        one at arm's length, as all ways in are (`walking.walks_for`).
    parameters : Parameters
    """
    walking = walking_of(scene, rule)
    network, graph = walking.graph.network, walking.graph
    if not walker(mode_of(rule).walker).goes_everywhere:
        at = _where_open(mode_of(rule), walking, point, at, parameters)
    offered = with_entrances(network, graph.impedance, graph.contracted, at)
    homes = place_points(offered, walking.points.take(short.row))
    limit = rule.limit if rule.limit is not None else np.inf
    found = within(offered, np.flatnonzero(at.edge >= 0), homes, limit=limit)
    return Pairs(found.point.astype(np.int64), found.entrance.astype(np.int64), found.cost)


def lacking(scene: Scene, rule: Rule, short: Unserved) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For a rule of one option: how many places each row still lacks, and keys of the places it has.

    A key is ``row * number of places + place``; there is none where one place is enough, for then they have none.
    """
    if rule.count == 1:
        return np.ones(len(short.row), dtype=np.int64), np.zeros(0, dtype=np.int64)
    if rule.limit is None:
        raise AssertionError(f"rule {rule.id} has no limit")
    places = scene.places_of(supply_of(rule))
    if rule.by in WALKERS:
        costs = walking_costs(walking_of(scene, rule), places, limit=rule.limit)
    else:
        costs = straight_costs(places, scene.demand.point, limit=rule.limit)
    row_of_point = np.full(len(short.residents), -1, dtype=np.int64)
    row_of_point[short.row] = np.arange(len(short.row))
    row = row_of_point[costs.point]
    has, place = row[row >= 0], costs.place[row >= 0].astype(np.int64)
    return rule.count - np.bincount(has, minlength=len(short.row)), has * _count(places) + place


def serving(
    pairs: Pairs, needs: NDArray[np.int64], has: NDArray[np.int64], place: NDArray[np.int64], places: Places
) -> NDArray[np.bool_]:
    """Which pairs serve: the row lacks one place, and the candidate leads to one that it does not have yet.

    `place` is that of each candidate; -1 for one that is new.
    """
    to = place[pairs.candidate]
    known = np.isin(pairs.row * _count(places) + to, has) & (to >= 0)
    serves: NDArray[np.bool_] = (needs[pairs.row] == 1) & ~known
    return serves


def _count(places: Places) -> int:
    return max(1, len(places.geometry))


def _where_open(
    mode: Mode, walking: Walking, point: NDArray[np.object_], at: Attachments, parameters: Parameters
) -> Attachments:
    assert mode != PLAIN
    network = walking.graph.network
    usable = network.edge_forward | network.edge_backward
    closed = np.flatnonzero((at.edge >= 0) & ~usable[at.edge])
    moved = attach(edge_index(network, usable), point[closed], limit_m=parameters.gate_distance_m)
    edge, along_m, off_m = at.edge.copy(), at.along_m.copy(), at.off_network_m.copy()
    edge[closed], along_m[closed], off_m[closed] = moved.edge, moved.along_m, moved.off_network_m
    return Attachments(edge, along_m, off_m)
