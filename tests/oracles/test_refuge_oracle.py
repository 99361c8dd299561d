"""Places in refuges against slow and obvious second ways: a linear program, all integer ways, and one person at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.optimize import linprog

from analyses.costs import Costs
from analyses.refuge_assignment import best_possible, nearest_first


def problem(seed: int, points: int, places: int, *, reach: float = 0.4, whole: bool = False):
    """A synthetic problem: some walks are equal, some refuges have no room, some homes nobody."""
    rng = np.random.default_rng(seed)
    there = rng.random((points, places)) < reach
    metres = rng.integers(1, 40, (points, places)) * (10.0 if whole else 12.345)
    point, place = np.nonzero(there)
    order = rng.permutation(len(point))
    persons = rng.integers(0, 4, points).astype(float) if whole else rng.random(points) * 30 * (rng.random(points) < 0.9)
    room = rng.integers(0, 5, places).astype(float) if whole else rng.random(places) * points * 20 / places
    walks = Costs(point[order].astype(np.int32), place[order].astype(np.int32), metres[point, place][order])
    return walks, persons, room


def by_program(walks: Costs, persons: np.ndarray, room: np.ndarray) -> tuple[float, float, float]:
    """Most people placed, then their least walk, in two programs; and the value of the dual of the first."""
    rows = np.concatenate([walks.point, len(persons) + walks.place])
    of = np.zeros((len(persons) + len(room), len(walks.cost)))
    of[rows, np.tile(np.arange(len(walks.cost)), 2)] = 1
    most = np.concatenate([persons, room])
    first = linprog(-np.ones(len(walks.cost)), A_ub=of, b_ub=most, method="highs")
    dual = float(first.ineqlin.marginals @ most)
    placed = np.ones((1, len(walks.cost)))
    second = linprog(walks.cost, A_ub=of, b_ub=most, A_eq=placed, b_eq=[-first.fun * (1 - 1e-12)], method="highs")
    assert second.success
    return -first.fun, float(second.fun), -dual


@pytest.mark.parametrize("seed", range(25))
def test_the_best_is_that_of_a_linear_program_and_of_its_dual(seed):
    walks, persons, room = problem(seed, 12 + 5 * seed, 3 + seed % 7, reach=0.2 + 0.03 * (seed % 10))
    placed, metres, dual = by_program(walks, persons, room)
    found = best_possible(walks, persons, room)
    assert found.placed.sum() == pytest.approx(placed, rel=1e-7, abs=1e-6)
    assert found.placed.sum() == pytest.approx(dual, rel=1e-7, abs=1e-6)
    assert found.walk_m(walks) == pytest.approx(metres, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", range(12))
def test_the_best_is_that_of_all_ways_there_are(seed):
    """Four homes of at most one person, three refuges: every way to send each somewhere or nowhere."""
    walks, persons, room = problem(seed, 4, 3, reach=0.7, whole=True)
    persons = np.minimum(persons, 1)
    options = [[-1, *np.flatnonzero(walks.point == i).tolist()] if persons[i] else [-1] for i in range(4)]
    ways = [[pair for pair in way if pair >= 0] for way in itertools.product(*options)]
    fitting = [way for way in ways if (np.bincount(walks.place[way], minlength=3) <= room).all()]
    best = min((-len(way), walks.cost[way].sum()) for way in fitting)
    found = best_possible(walks, persons, room)
    assert found.placed.sum() == pytest.approx(-best[0], abs=1e-9)
    assert found.walk_m(walks) == pytest.approx(best[1], abs=1e-6)


@pytest.mark.parametrize("seed", range(25))
def test_nearest_first_is_that_of_one_person_at_a_time(seed):
    """Again and again the pair of least walk that still has a person and a place."""
    walks, persons, room = problem(seed, 15, 4, whole=True)
    left, free, went = persons.copy(), room.copy(), np.zeros(len(walks.cost))
    while True:
        open_ = [p for p in range(len(went)) if left[walks.point[p]] > 0 and free[walks.place[p]] > 0]
        if not open_:
            break
        pair = min(open_, key=lambda p: (walks.cost[p], walks.point[p], walks.place[p]))
        went[pair] += 1
        left[walks.point[pair]] -= 1
        free[walks.place[pair]] -= 1
    found = nearest_first(walks, persons, room)
    assert found.persons.tolist() == went.tolist()


@pytest.mark.parametrize("seed", range(10))
def test_nobody_could_have_a_place_nearer_that_somebody_from_farther_away_holds(seed):
    walks, persons, room = problem(seed, 40, 6)
    found = nearest_first(walks, persons, room)
    for pair in range(len(walks.cost)):
        wants = persons[walks.point[pair]] - sum(
            found.persons[other]
            for other in np.flatnonzero(walks.point == walks.point[pair])
            if walks.cost[other] <= walks.cost[pair]
        )
        if wants > 1e-9:
            at = walks.place == walks.place[pair]
            assert found.taken[walks.place[pair]] == pytest.approx(room[walks.place[pair]])
            assert (walks.cost[at & (found.persons > 1e-9)] <= walks.cost[pair]).all()
