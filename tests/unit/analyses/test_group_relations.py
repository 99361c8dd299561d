"""What everybody can see of how groups relate, on three communities (synthetic)."""

from __future__ import annotations

import numpy as np

from analyses.group_relations import apart, nested, sums

ALL = np.array([100.0, 50.0, 80.0])
WOMEN, MEN = np.array([52.0, 25.0, 41.0]), np.array([48.0, 25.0, 39.0])
CHILDREN, OLD, VERY_OLD = np.array([49.0, 10.0, 0.0]), np.array([51.0, 20.0, 60.0]), np.array([9.0, 3.0, 60.0])
NAN = np.nan


def test_groups_that_make_up_all_or_another_are_seen() -> None:
    assert sums([WOMEN, MEN, CHILDREN], ALL) == [((0, 1), None)]
    assert sums([OLD - VERY_OLD, VERY_OLD, OLD], ALL) == [((0, 1), 2)]
    assert sums([WOMEN, MEN + np.array([0, 0, 1])], ALL) == []
    assert sums([WOMEN, np.full(3, NAN)], ALL) == [], "of what nobody counted nothing is seen"


def test_groups_apart_are_seen_beside_groups_that_make_up_all() -> None:
    assert (0, 1) in apart([CHILDREN, OLD, WOMEN, MEN], ALL)
    assert (2, 3) not in apart([CHILDREN, OLD, WOMEN, MEN], ALL), "of these more is known"
    assert apart([CHILDREN, OLD], ALL) == [(0, 1)]
    assert apart([CHILDREN + np.array([1, 0, 0]), OLD], ALL) == [], "101 of 100"


def test_only_the_largest_sets_apart_are_told() -> None:
    few = [np.array([10.0, 5.0, 8.0])] * 3
    assert apart(few, ALL) == [(0, 1, 2)]


def test_where_one_was_not_counted_the_others_decide() -> None:
    assert apart([CHILDREN, OLD + np.array([NAN, 0, 0])], ALL) == [(0, 1)]
    assert apart([CHILDREN, np.full(3, NAN)], ALL) == []
    assert nested([VERY_OLD + np.array([NAN, 0, 0]), OLD + np.array([0, 1, 0])]) == [(0, 1)]


def test_a_group_within_another_is_seen_whichever_comes_first() -> None:
    assert nested([OLD, VERY_OLD]) == [(1, 0)]
    assert nested([VERY_OLD, OLD]) == [(0, 1)]
    assert nested([VERY_OLD, OLD - np.array([0, 0, 1])]) == [], "of the third community one more is very old than old"
    assert nested([OLD, OLD]) == [], "nobody is between"
    assert nested([np.zeros(3), OLD]) == [], "nobody is in the inner one"


def test_what_lies_within_a_third_in_between_is_not_told_twice() -> None:
    assert nested([VERY_OLD / 4, VERY_OLD / 2, VERY_OLD]) == [(0, 1), (1, 2)]
