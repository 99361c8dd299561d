"""Sharing places in refuges out: cases that can be worked out in the head."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.costs import Costs
from analyses.refuge_assignment import Assignment, best_possible, nearest_first

BOTH = pytest.mark.parametrize("share_out", [nearest_first, best_possible])


def costs(*pairs: tuple[int, int, float]) -> Costs:
    """Point, refuge, metres."""
    point, place, cost = zip(*pairs, strict=True) if pairs else ((), (), ())
    return Costs(np.array(point, np.int32), np.array(place, np.int32), np.array(cost, float))


def persons(*numbers: float) -> np.ndarray:
    return np.array(numbers, float)


def told(found: Assignment) -> tuple[list[float], list[float]]:
    return found.placed.tolist(), found.taken.tolist()


@BOTH
def test_everybody_goes_to_the_nearest_while_there_is_room(share_out):
    walks = costs((0, 0, 100.0), (0, 1, 50.0), (1, 0, 10.0))
    assert told(share_out(walks, persons(3, 4), persons(10, 10))) == ([3, 4], [4, 3])


@BOTH
def test_who_is_nearer_has_the_last_place_and_a_home_may_be_split(share_out):
    walks = costs((0, 0, 100.0), (1, 0, 50.0))
    assert told(share_out(walks, persons(5, 4), persons(6))) == ([2, 4], [6])


@BOTH
def test_whom_one_refuge_has_no_room_for_goes_on_to_the_next(share_out):
    walks = costs((0, 0, 10.0), (0, 1, 90.0))
    assert told(share_out(walks, persons(5), persons(3, 10))) == ([5], [3, 2])


def test_nearest_first_can_leave_somebody_out_whom_the_best_places():
    """One place each. A reaches both and takes the first, which is all that B reaches."""
    walks, people, room = costs((0, 0, 10.0), (0, 1, 20.0), (1, 0, 15.0)), persons(1, 1), persons(1, 1)
    assert told(nearest_first(walks, people, room)) == ([1, 0], [1, 0])
    assert told(best_possible(walks, people, room)) == ([1, 1], [1, 1])


def test_of_all_ways_to_place_as_many_the_best_has_the_shortest_walks():
    """Nearest first: A 10 + B 100. The other way round: A 11 + B 20."""
    walks, people, room = costs((0, 0, 10.0), (0, 1, 11.0), (1, 0, 20.0), (1, 1, 100.0)), persons(1, 1), persons(1, 1)
    assert nearest_first(walks, people, room).walk_m(walks) == 110
    assert best_possible(walks, people, room).walk_m(walks) == 31


def test_numbers_come_before_metres():
    """To place C, four others must each walk to the next refuge, 900 m more in all; C alone would walk 1 m."""
    chain = [(i, i, 1.0) for i in range(4)] + [(i, i + 1, 226.0) for i in range(4)]
    walks = costs(*chain, (4, 0, 1.0))
    found = best_possible(walks, persons(1, 1, 1, 1, 1), persons(1, 1, 1, 1, 1))
    assert found.placed.tolist() == [1] * 5
    assert found.walk_m(walks) == pytest.approx(4 * 226 + 1)


def test_of_equal_walks_the_first_home_and_the_first_refuge():
    walks = costs((1, 0, 10.0), (0, 1, 10.0), (0, 0, 10.0))
    assert nearest_first(walks, persons(1, 1), persons(1, 1)).persons.tolist() == [0, 0, 1]


@BOTH
def test_nobody_and_nothing(share_out):
    assert told(share_out(costs(), persons(2), persons(3))) == ([0], [0])
    assert told(share_out(costs(), persons(), persons())) == ([], [])
    assert told(share_out(costs((0, 0, 5.0)), persons(0), persons(3))) == ([0], [0])
    assert told(share_out(costs((0, 0, 5.0)), persons(4), persons(0))) == ([0], [0])
