"""Measures of inequality on cases that can be worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.inequality import (
    atkinson,
    concentration_index,
    corrected,
    fractional_rank,
    lorenz,
    mean,
    needs_gap,
    quantile,
    residents_counted,
    theil,
    theil_between,
)
from spatial.errors import AnalysisError

FOUR = np.array([1.0, 2.0, 3.0, 4.0])
ONE_EACH = np.ones(4)


def a(*values):
    return np.array(values, dtype=float)


def test_the_gini_of_one_to_four():
    # Sum of |xi - xj| over all 16 pairs is 20; 20 / (2 x 16 x 2.5) = 0.25.
    assert lorenz(FOUR, ONE_EACH).gini == pytest.approx(0.25)


def test_all_alike_is_0_and_one_with_everything_is_all_but_their_own_part():
    assert lorenz(a(5, 5, 5), a(1, 7, 2)).gini == pytest.approx(0)
    assert lorenz(a(0, 9), a(9, 1)).gini == pytest.approx(0.9)


def test_the_curve_splits_whoever_straddles_a_cut():
    # Ten residents: one home of 3 with 0, one of 4 with 1 each, one of 3 with 2 each; 10 in all.
    curve = lorenz(a(0, 1, 2), a(3, 4, 3))
    assert curve.held_by_lowest(0.4) == pytest.approx(0.1)  # the 3 with nothing and one of the 4
    assert curve.held_by_highest(0.1) == pytest.approx(0.2)  # one of the 3
    assert curve.palma == pytest.approx(2.0)


def test_palma_of_all_alike_is_a_quarter_and_of_a_bottom_without_anything_infinite():
    assert lorenz(a(3, 3), a(1, 1)).palma == pytest.approx(0.25)
    assert lorenz(a(0, 1), a(4, 6)).palma == np.inf
    assert np.isnan(lorenz(a(0, 0), a(4, 6)).palma)


def test_atkinson_by_hand():
    # mean 2.5; mean of roots (1 + 1.41421 + 1.73205 + 2) / 4 = 1.53657, squared 2.36104.
    assert atkinson(FOUR, ONE_EACH, aversion=0.5) == pytest.approx(1 - 2.361031 / 2.5, abs=1e-5)
    # geometric mean 24^(1/4) = 2.213364
    assert atkinson(FOUR, ONE_EACH, aversion=1) == pytest.approx(1 - 2.213364 / 2.5, abs=1e-6)


def test_atkinson_where_somebody_has_nothing():
    assert atkinson(a(0, 4), a(1, 1), aversion=1) == 1.0
    assert atkinson(a(0, 4), a(1, 1), aversion=0.5) == pytest.approx(0.5)  # (2 / 2)^2 = 1 of 2


def test_atkinson_refuses_an_aversion_of_0():
    with pytest.raises(AnalysisError, match="aversion 0"):
        atkinson(FOUR, ONE_EACH, aversion=0)


def test_theil_of_half_with_nothing_is_the_logarithm_of_2():
    assert theil(a(0, 2), a(5, 5)) == pytest.approx(np.log(2))


def test_theil_falls_into_what_lies_between_and_within():
    value, weight, part = a(0, 2, 1, 3), a(1, 1, 1, 1), np.array([0, 0, 1, 1])
    # Means 1 and 2 of 1.5: between = (1/3) ln(2/3) + (2/3) ln(4/3).
    between = np.log(2 / 3) / 3 + 2 * np.log(4 / 3) / 3
    assert theil_between(value, weight, part) == pytest.approx(between)
    within = (2 / 6) * theil(a(0, 2), a(1, 1)) + (4 / 6) * theil(a(1, 3), a(1, 1))
    assert theil(value, weight) == pytest.approx(between + within)


def test_ranks_are_shared_by_those_level_and_one_half_on_average():
    rank = fractional_rank(a(7, 3, 7, np.nan), a(1, 2, 1, 5))
    np.testing.assert_allclose(rank[:3], [0.75, 0.25, 0.75])
    assert np.isnan(rank[3])


def test_concentration_by_hand():
    # Ranks 1/8, 3/8, 5/8, 7/8; cov = mean((y - 2.5)(R - 1/2)) = 0.3125; 2 x 0.3125 / 2.5 = 0.25.
    assert concentration_index(FOUR, ONE_EACH, FOUR) == pytest.approx(0.25)
    assert concentration_index(FOUR, ONE_EACH, -FOUR) == pytest.approx(-0.25)
    assert concentration_index(FOUR, ONE_EACH, np.zeros(4)) == pytest.approx(0)


def test_whoever_has_no_key_is_left_out_of_the_average_too():
    assert concentration_index(a(1, 2, 3, 4, 100), np.ones(5), a(1, 2, 3, 4, np.nan)) == pytest.approx(0.25)


def test_of_shares_the_corrected_index_of_those_served_mirrors_that_of_those_not_served():
    share, people, key = a(10, 60, 90), a(3, 5, 2), a(1, 2, 3)

    def of(value):
        index = concentration_index(value, people, key)
        return corrected(index, mean(value, people), lowest=0, highest=100)

    assert of(share) == pytest.approx(-of(100 - share))
    # 4 / 100 x 2 cov: ranks 0.15, 0.55, 0.9; mean 51; cov = 0.3(-41)(-0.35) + 0.5(9)(0.05) + 0.2(39)(0.4) = 7.65.
    assert of(share) == pytest.approx(8 / 100 * 7.65)


def test_half_with_all_and_half_with_nothing_is_a_corrected_gini_of_1():
    served, people = a(0, 100), a(50, 50)
    assert corrected(lorenz(served, people).gini, 50.0, lowest=0, highest=100) == pytest.approx(1)


def test_needs_gap_ranks_among_those_of_whom_both_are_known():
    gap = needs_gap(a(3, 1, 2, 9), a(1, 3, 2, np.nan), a(1, 1, 1, 1))
    np.testing.assert_allclose(gap[:3], [2 / 3, -2 / 3, 0], atol=1e-15)
    assert np.isnan(gap[3])


def test_unknown_and_nobody_are_left_out_and_counted():
    value, people = a(1, np.nan, 3, 50), a(1, 9, 1, 0)
    assert residents_counted(value, people) == 2
    assert mean(value, people) == 2
    assert lorenz(value, people).gini == pytest.approx(lorenz(a(1, 3), a(1, 1)).gini)
    assert residents_counted(a(1, 2), a(np.nan, 4)) == 4


def test_quantile_is_the_value_that_enough_do_not_exceed():
    assert quantile(a(4, 1, 2), a(5, 3, 2), 0.5) == 2
    assert quantile(a(4, 1, 2), a(5, 3, 2), 0.51) == 4
    assert quantile(a(4, 1, 2), a(5, 3, 2), 0.3) == 1


@pytest.mark.parametrize("value", [np.zeros(0), a(np.nan, np.nan), a(0, 0)], ids=["nobody", "unknown", "nothing"])
def test_nothing_to_measure_is_unknown_and_no_number(value):
    people = np.ones(len(value))
    curve = lorenz(value, people)
    found = [curve.gini, curve.palma, atkinson(value, people, aversion=0.5), atkinson(value, people, aversion=1), theil(value, people), concentration_index(value, people, np.arange(len(value), dtype=float))]
    assert np.isnan(found).all()


@pytest.mark.parametrize(("value", "people"), [(a(-1, 2), a(1, 1)), (a(1, 2), a(-1, 1))])
def test_debts_are_refused(value, people):
    with pytest.raises(AnalysisError, match="1 values or residents are negative"):
        lorenz(value, people)


def test_inputs_are_left_as_they_are():
    value, people, key = a(3, 1, np.nan), a(1, 2, 3), a(2, 1, 0)
    before = [x.copy() for x in (value, people, key)]
    lorenz(value, people)
    concentration_index(value, people, key)
    theil_between(value, people, np.array([0, 1, -1]))
    for x, y in zip((value, people, key), before, strict=True):
        np.testing.assert_array_equal(x, y)
