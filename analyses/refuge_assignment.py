"""Who finds a place in which refuge: nearest first, and as well as it could be done at all.

Both are functions of the walks within the limit (`analyses.costs.Costs`), of how many people need a place at every
demand point, and of how many each refuge takes in. People may be split: a home is many people, and counts are shares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from analyses.costs import Costs
from spatial.compiled import compiled
from spatial.transport_loops import share_out

_NOBODY = 1e-9
"""Persons below this are rounding."""


@dataclass(frozen=True)
class Assignment:
    """How many people of which demand point go to which refuge."""

    persons: NDArray[np.float64]
    """Of every pair of the costs, in their order."""
    placed: NDArray[np.float64]
    """Of every demand point: persons who find a place."""
    taken: NDArray[np.float64]
    """Of every refuge: persons it takes in; never more than its capacity."""

    def walk_m(self, costs: Costs) -> float:
        """What all who find a place walk together, in the unit of the costs times persons."""
        return float(self.persons @ costs.cost)


def nearest_first(costs: Costs, persons: NDArray[np.float64], capacity: NDArray[np.float64]) -> Assignment:
    """Everybody goes to the nearest refuge that still has room; of two who want the last place, the nearer has it.

    Parameters
    ----------
    costs : Costs
        ``place`` is the position of the refuge.
    persons : float array
        Who need a place, of every demand point; at least 0.
    capacity : float array
        Of every refuge [persons]; at least 0.

    Notes
    -----
    All pairs are served from the shortest walk to the longest; of equal walks by demand point, then refuge, so that
    the result does not depend on the order of the pairs. This is the stable matching of Gale and Shapley (1962,
    American Mathematical Monthly 69) in which both sides prefer the shorter walk: nobody could have a place nearer
    than theirs that a person from farther away holds.
    """
    left, room = persons.astype(float).tolist(), capacity.astype(float).tolist()
    order = np.lexsort((costs.place, costs.point, costs.cost))
    went = [0.0] * len(order)
    points, places = costs.point[order].tolist(), costs.place[order].tolist()
    for position, point, place in zip(order.tolist(), points, places, strict=True):
        go = min(left[point], room[place])
        if go > 0:
            went[position] = go
            left[point] -= go
            room[place] -= go
    return _assignment(costs, np.array(went), len(persons), len(capacity))


def best_possible(costs: Costs, persons: NDArray[np.float64], capacity: NDArray[np.float64]) -> Assignment:
    """As many people as can be placed at all, and of all ways to do so the one with the shortest walks together.

    The transportation problem (Hitchcock 1941, Journal of Mathematics and Physics 20), solved to optimality by
    successive shortest ways with prices (Edmonds and Karp 1972, Journal of the ACM 19; Ahuja, Magnanti and Orlin 1993,
    Network Flows, 9.7): all begin at their nearest refuge, and what is too much at one is moved on along the chain of
    changes that costs least. Whoever is left without a place costs more than any detour of all others could save, so
    that numbers come before metres.

    Parameters are those of `nearest_first`.

    Notes
    -----
    Before it is solved the problem is cut down without changing its answer. A refuge that has room for all who reach
    it is never full; whoever has such a refuge as the nearest goes there, and is out of the problem; that may free
    others, until nothing changes. What is left falls into parts that share no refuge, each solved by itself.
    """
    went = np.zeros(len(costs.cost))
    left = np.where(persons > _NOBODY, persons, 0.0)
    open_ = np.flatnonzero((left[costs.point] > 0) & (capacity[costs.place] > 0))
    settled = _settle(costs, open_, left, capacity)
    went[settled] = left[costs.point[settled]]
    rest = open_[~np.isin(costs.point[open_], costs.point[settled])]
    room = capacity - np.bincount(costs.place[settled], weights=went[settled], minlength=len(capacity))
    rest = rest[np.lexsort((costs.place[rest], costs.point[rest]))]
    for part in _parts(costs, rest, len(persons), len(capacity)):
        went[part] = _solve(costs, part, left, np.maximum(room, 0.0))
    return _assignment(costs, went, len(persons), len(capacity))


def _settle(
    costs: Costs, open_: NDArray[np.int64], persons: NDArray[np.float64], capacity: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The pairs by which people go to a nearest refuge that is never full."""
    point, place = costs.point, costs.place
    order = open_[np.lexsort((place[open_], costs.cost[open_], point[open_]))]
    first = order[np.diff(point[order], prepend=-1) != 0]  # the nearest refuge of every point
    chosen = np.zeros(len(point), dtype=bool)
    gone = np.zeros(len(persons), dtype=bool)
    room = capacity.astype(float).copy()
    while True:
        waiting = open_[~gone[point[open_]]]
        asked = np.bincount(place[waiting], weights=persons[point[waiting]], minlength=len(capacity))
        never_full = room >= asked - _NOBODY
        go = first[never_full[place[first]] & ~gone[point[first]]]
        if not len(go):
            return np.flatnonzero(chosen)
        chosen[go], gone[point[go]] = True, True
        room -= np.bincount(place[go], weights=persons[point[go]], minlength=len(capacity))


def _parts(costs: Costs, pairs: NDArray[np.int64], points: int, places: int) -> list[NDArray[np.int64]]:
    """The pairs of every part of the problem that shares no point and no refuge with another."""
    if not len(pairs):
        return []
    ends = (costs.point[pairs], points + costs.place[pairs])
    graph = sp.coo_matrix((np.ones(len(pairs)), ends), shape=(points + places, points + places))
    _, of = sp.csgraph.connected_components(graph, directed=False)
    part = of[costs.point[pairs]]
    order = np.argsort(part, kind="stable")
    bounds = np.flatnonzero(np.diff(part[order])) + 1
    return np.split(pairs[order], bounds)


def _solve(
    costs: Costs, pairs: NDArray[np.int64], persons: NDArray[np.float64], room: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One part, its pairs by point, then place: persons of each of them."""
    points, row = np.unique(costs.point[pairs], return_inverse=True)
    places, column = np.unique(costs.place[pairs], return_inverse=True)
    # A place for one more person moves at most one person at every refuge, each by less than the longest walk.
    prize = (len(places) + 1) * max(float(costs.cost[pairs].max()), 1.0)
    number = np.arange(len(points))
    point, place = np.concatenate([row, number]), np.concatenate([column, np.full(len(points), len(places))])
    order = np.argsort(point, kind="stable")
    point, place = point[order].astype(np.int64), place[order].astype(np.int64)
    cost = np.concatenate([costs.cost[pairs], np.full(len(points), prize)])[order]
    first, _ = _rows(point, len(points))
    went, _ = compiled(share_out)(
        (first, point, place, cost), _rows(place, len(places) + 1), persons[points], np.append(room[places], np.inf)
    )
    found = np.empty(len(cost))
    found[order] = went
    return _within_bounds(found[: len(pairs)], row, column, persons[points], room[places])


def _rows(key: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions by key in CSR form."""
    first = np.append(0, np.cumsum(np.bincount(key, minlength=count))).astype(np.int64)
    return first, np.argsort(key, kind="stable").astype(np.int64)


def _within_bounds(
    went: NDArray[np.float64],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
    persons: NDArray[np.float64],
    room: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Rounding scaled away, so that nobody is in two places and no refuge too full."""
    went = np.maximum(went, 0.0)
    for of, most in ((row, persons), (column, room)):
        total = np.bincount(of, weights=went, minlength=len(most))
        scale = np.divide(most, total, out=np.ones(len(most)), where=total > most)
        went = went * scale[of]
    return went


def _assignment(costs: Costs, went: NDArray[np.float64], points: int, places: int) -> Assignment:
    placed = np.bincount(costs.point, weights=went, minlength=points).astype(float)
    taken = np.bincount(costs.place, weights=went, minlength=places).astype(float)
    return Assignment(went, placed, taken)
