"""Where a new space would serve most of those who are short: tried at their homes and at junctions near them."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Rule
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_walks import Pairs, lacking, limit_m, walked, walking_of
from analyses.supply import member_classes, smallest_m2
from analyses.walking import WALKERS
from layers.tag_rules import unions
from spatial.snapping import Attachments

_FOUND = frozenset({"woodland", "nature_reserve", "beach"})
"""Nobody makes one of some hundred square metres, so that no size is proposed."""


def smallest_option(rule: Rule, parameters: Parameters) -> Rule:
    """The option that asks for the smallest space; of equal ones the one with the farthest limit."""
    return min(rule.each, key=lambda option: (new_area_m2(option, parameters), -(option.limit or 0.0)))


def new_area_m2(option: Rule, parameters: Parameters) -> float:
    """The size of a new space under an option: the least it asks for, with the width it asks for.

    Open space that may be of any size is proposed no smaller than `RemedyLimits.least_space_m2`; of a facility,
    such as a library, nobody knows how large it is: 0.
    """
    supply = option.supply
    if supply is None:
        return 0.0
    open_space = bool((set(unions()["open_public_space"]) - _FOUND) & set(member_classes(supply)))
    least = parameters.remedies.least_space_m2 if open_space and supply.min_area_m2 is None else 0.0
    # A rule for small places alone is served by a smaller one than the least that would be proposed.
    if supply.max_area_m2 is not None and least >= supply.max_area_m2:
        least = supply.max_area_m2 / 2
    return max(least, smallest_m2(supply))


def new_offers(scene: Scene, short: Unserved, parameters: Parameters) -> Offers:
    """Places for a new space of the smallest option, and whom each would serve.

    On foot the space is entered at the very place; a real one has an outline with more ways in, so it
    serves at least as many. In a straight line it is a square about the place, taken for the circle within it.
    That ground is free, level or affordable is not looked at: it is where to look.
    """
    option = smallest_option(short.found.rule, parameters)
    point, pairs = (
        _on_foot(scene, option, short, parameters)
        if option.by in WALKERS
        else _straight(scene, option, short, parameters)
    )
    needs, _ = lacking(scene, option, short)
    serves = needs[pairs.row] == 1
    return Offers(point, np.full(len(point), -1, dtype=np.int64), pairs.row[serves], pairs.candidate[serves])


def _on_foot(scene: Scene, option: Rule, short: Unserved, parameters: Parameters) -> tuple[NDArray[np.object_], Pairs]:
    walking = walking_of(scene, option)
    cell_m = parameters.remedies.cell_of_limit * limit_m(scene, option)
    homes = walking.points.take(short.row)
    reached = np.flatnonzero(homes.edge >= 0)
    xy = shapely.get_coordinates(scene.demand.point[short.row[reached]])
    first = reached[_one_a_cell(xy, short.residents[short.row[reached]], cell_m)]
    node_edge, node_along_m = _junctions(scene, option, xy, cell_m)
    edge = np.concatenate([homes.edge[first], node_edge]).astype(np.int32)
    along_m = np.concatenate([homes.along_m[first], node_along_m])
    point = shapely.line_interpolate_point(walking.graph.network.edge_line[edge], along_m)
    at = Attachments(edge, along_m, np.zeros(len(edge)))
    return point, walked(scene, option, short, point, at, parameters)


def _straight(scene: Scene, option: Rule, short: Unserved, parameters: Parameters) -> tuple[NDArray[np.object_], Pairs]:
    if option.limit is None:
        raise AssertionError(f"rule {option.id} has no limit")
    homes = scene.demand.point[short.row]
    cell_m = parameters.remedies.cell_of_limit * option.limit
    point = homes[_one_a_cell(shapely.get_coordinates(homes), short.residents[short.row], cell_m)]
    reach_m = option.limit + new_area_m2(option, parameters) ** 0.5 / 2
    candidate, row = STRtree(homes).query(point, predicate="dwithin", distance=reach_m)
    order = np.lexsort((candidate, row))
    return point, Pairs(row[order], candidate[order], np.zeros(len(order)))


def _cells(xy: NDArray[np.float64], cell_m: float) -> NDArray[np.int64]:
    """A number for the square of a grid, fixed to the ground, in which each point lies."""
    cell = np.floor(xy / cell_m).astype(np.int64)
    # Coordinates on earth are below 2e7 m, so that no two squares of a metre or more share a number.
    numbers: NDArray[np.int64] = cell[:, 0] * 2**26 + cell[:, 1]
    return numbers


def _one_a_cell(xy: NDArray[np.float64], weight: NDArray[np.float64], cell_m: float) -> NDArray[np.int64]:
    """Of the points in each square the heaviest, the first of equal ones; ascending."""
    cell = _cells(xy, cell_m)
    order = np.lexsort((np.arange(len(xy)), -weight, cell))
    _, first = np.unique(cell[order], return_index=True)
    found: NDArray[np.int64] = np.sort(order[first])
    return found


def _junctions(
    scene: Scene, option: Rule, homes_xy: NDArray[np.float64], cell_m: float
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """In every square with homes the junction where most ways meet: one of its edges, and how far along it."""
    network = walking_of(scene, option).graph.network
    usable = np.flatnonzero((network.edge_forward | network.edge_backward) & (network.edge_component == 0))
    ends = np.concatenate([network.edge_start[usable], network.edge_end[usable]])
    ways = np.bincount(ends, minlength=len(network.node_id))
    edge_of = np.full(len(ways), -1, dtype=np.int32)
    edge_of[network.edge_end[usable]] = usable
    edge_of[network.edge_start[usable]] = usable
    node = np.flatnonzero(ways > 0)
    node = node[np.isin(_cells(network.node_xy[node], cell_m), _cells(homes_xy, cell_m))]
    node = node[_one_a_cell(network.node_xy[node], ways[node].astype(float), cell_m)]
    edge = edge_of[node]
    along_m = np.where(network.edge_start[edge] == node, 0.0, network.edge_length_m[edge])
    return edge, along_m
