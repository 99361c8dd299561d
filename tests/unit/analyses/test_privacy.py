"""Which figures are withheld, on tables small enough to follow on paper (synthetic)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from analyses.privacy import Cells, is_small, ranges, required, suppress, whole_persons


def cells(parts: list[list[float]], unknowns: list[float], ceiling: list[float], item: list[int] | None = None) -> Cells:
    """Cells without ties, each its own item."""
    n = len(unknowns)
    items = np.arange(len(parts)) if item is None else np.array(item)
    rows, most, nothing = sp.csr_array(np.array(parts, dtype=float)), np.array(ceiling, dtype=float), (sp.csr_array((0, n)), np.zeros(0))
    return Cells(rows, np.array(unknowns, dtype=float), most, items, *nothing, *nothing, rows @ most)


def districts_and_city(*counts: float) -> Cells:
    """Of each district the only community, and their sum."""
    n = len(counts)
    return cells([*np.eye(n).tolist(), [1.0] * n], list(counts), [1000.0] * n)


def test_rules_that_tell_the_same_cost_no_further_programmes(monkeypatch) -> None:
    """Withholding one of five copies tells nothing less: the programme of what is still told is not solved again."""
    solved: list[None] = []
    monkeypatch.setattr("analyses.privacy.linprog", lambda *given, **named: (solved.append(None), linprog(*given, **named))[1])
    parts, counts = [*np.eye(3).tolist(), [1.0] * 3], [5.0, 30.0, 100.0]
    once = suppress(cells(parts, counts, [1000.0] * 3), 10)
    programmes = len(solved)
    copied = suppress(cells(parts * 5, counts, [1000.0] * 3), 10)
    assert copied.tolist() == once.tolist() * 5
    assert 0 < programmes == len(solved) - programmes


def test_a_small_group_needs_a_second_one_withheld_or_the_city_gives_it_away() -> None:
    """5 = 105 - 100. With both withheld each lies between 0 and 105."""
    both = districts_and_city(5, 100)
    assert suppress(both, 10).tolist() == [True, True, False]
    assert ranges(both, np.array([True, False, False]), [0]).tolist() == [[5, 5]]
    np.testing.assert_allclose(ranges(both, suppress(both, 10), [0, 1]), [[0, 105], [0, 105]], atol=1e-6)


def test_of_several_the_one_of_the_fewest_people_is_withheld() -> None:
    assert suppress(districts_and_city(100, 5, 30), 10).tolist() == [False, True, True, False]
    assert suppress(districts_and_city(30, 5, 30), 10).tolist() == [True, True, False, False], "of equals the first"


def test_a_second_one_that_leaves_too_little_room_takes_a_third() -> None:
    """5 and 3 make 8: each would lie between 0 and 8, which is narrower than 10."""
    assert suppress(districts_and_city(5, 3, 40, 90), 10).tolist() == [True, True, True, False, False]


def test_nobody_is_not_small_and_all_but_a_few_is() -> None:
    some = cells([[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]], [0, 10, 9.9, 95], [100, 100, 100, 100])
    assert is_small(some, 10).tolist() == [False, False, True, True]
    assert suppress(some, 10).tolist() == [False, False, True, True]
    assert not suppress(some, 0).any()


def test_where_few_people_live_at_all_half_of_what_everybody_knows_must_stay_open() -> None:
    few = cells([[1, 0], [0, 1]], [3, 50], [8, 100])
    assert required(few, 10).tolist() == [4, 10]
    assert suppress(few, 10).tolist() == [True, False]


def test_figures_of_different_rules_do_not_add_up_to_a_small_group() -> None:
    """East and West are 4 and 60: 64 in all. Half of East and a quarter of West, 17, are served: two equations, two unknowns."""
    town = cells([[1, 0], [0, 1], [1, 1], [0.5, 0.25]], [4, 60], [100, 100])
    withheld = suppress(town, 10)
    assert withheld.tolist() == [True, True, False, True]
    assert ranges(town, np.array([True, True, False, False]), [0]) == pytest.approx(np.array([[4, 4]]))


def test_what_is_not_published_is_protected_all_the_same() -> None:
    """A community's count is never told (-1), but a district of this community alone would tell it."""
    alone = cells([[1, 0], [1, 0], [1, 1]], [4, 60], [100, 100], [-1, 0, 1])
    assert suppress(alone, 10).tolist() == [True, False]
    large = cells([[1, 0], [1, 0], [1, 1]], [40, 60], [100, 100], [-1, 0, 1])
    assert not suppress(large, 10).any()


def test_groups_that_make_up_all_residents_give_each_other_away() -> None:
    """Women and men of two districts of 100: 5 + 95 = 100, and of the other district the men withheld for the city's sake."""
    parts = np.array([[1, 0, 0, 0], [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1]], dtype=float)
    ties = sp.csr_array(np.array([[1.0, 0, 1, 0], [0, 1, 0, 1]]))
    tied = dataclasses.replace(cells(parts.tolist(), [5, 50, 95, 50], [100.0] * 4), ties=ties, tied=np.array([100.0, 100]))
    assert suppress(tied, 10).tolist() == [True, True, False, True, True, False]
    np.testing.assert_allclose(ranges(tied, suppress(tied, 10), [0, 4]), [[0, 55], [45, 100]], atol=1e-6)


def test_where_nothing_is_published_nothing_is_withheld() -> None:
    assert suppress(cells([[1]], [4], [100], [-1]), 10).tolist() == []


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_whatever_is_withheld_cannot_be_placed_more_narrowly_than_required(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 5))
    ceiling = data.draw(st.lists(st.integers(0, 200), min_size=n, max_size=n))
    unknowns = [data.draw(st.integers(0, most)) for most in ceiling]
    shares = st.sampled_from([0.0, 0.0, 0.25, 0.5, 1.0])
    rows = data.draw(st.lists(st.lists(shares, min_size=n, max_size=n), min_size=1, max_size=5))
    some = cells([*np.eye(n).tolist(), *rows, [1.0] * n], unknowns, ceiling)
    withheld = suppress(some, 10)
    which = np.flatnonzero(withheld | is_small(some, 10))
    low, high = ranges(some, withheld, which).T
    assert (high - low >= required(some, 10)[which] - 1e-5).all()
    assert (withheld[is_small(some, 10)]).all()
    assert suppress(some, 10).tolist() == withheld.tolist()


def test_whole_persons_add_up_and_nobody_stays_nobody() -> None:
    parts = np.array([[6.2, 10.8, 0.0], [0.4, 0.4, 0.4], [5.0, 0.0, 0.0], [2.5, 2.5, 0.0], [np.nan, np.nan, np.nan]])
    assert whole_persons(parts)[:4].tolist() == [[6, 11, 0], [1, 0, 0], [5, 0, 0], [3, 2, 0]]
    assert np.isnan(whole_persons(parts)[4]).all()
