"""Measures of inequality against people written out one by one, and against the textbook's other formulas."""

from __future__ import annotations

import numpy as np
import pytest

from analyses.inequality import (
    atkinson,
    concentration_index,
    fractional_rank,
    lorenz,
    quantile,
    theil,
    theil_between,
)


def _cities():
    """Synthetic: homes with whole residents, ties, zeros, unknowns, and a key with ties."""
    rng = np.random.default_rng(11)
    for size in (2, 5, 17, 60):
        value = np.round(rng.gamma(0.6, 5.0, size), rng.integers(0, 3))
        value[rng.random(size) < 0.2] = 0.0
        value[0] = max(value[0], 1.0)
        yield value, rng.integers(1, 9, size).astype(float), rng.integers(0, 5, size).astype(float), rng.integers(-1, 3, size)


def one_by_one(value, weight, *more):
    """Everybody by themselves, from lowest to highest."""
    everybody = sorted(
        (v, *extra)
        for v, w, *extra in zip(value, weight, *more, strict=True)
        for _ in range(int(w))
    )
    return [np.array(column, dtype=float) for column in zip(*everybody, strict=True)]


CITIES = list(_cities())


@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_gini_is_half_the_mean_difference_between_two_residents(value, weight, key, part):
    (people,) = one_by_one(value, weight)
    differences = sum(abs(one - other) for one in people for other in people)
    expected = differences / (2 * len(people) ** 2 * people.mean())
    assert lorenz(value, weight).gini == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_parts_held_are_counted_resident_by_resident_with_the_straddler_split(value, weight, key, part):
    (people,) = one_by_one(value, weight)

    def lowest(share):
        left, held = share * len(people), 0.0
        for has in people:
            held += min(left, 1.0) * has
            left -= min(left, 1.0)
        return held

    curve = lorenz(value, weight)
    bottom, top = lowest(0.4) / people.sum(), 1 - lowest(0.9) / people.sum()
    assert curve.held_by_lowest(0.4) == pytest.approx(bottom, abs=1e-12)
    assert curve.held_by_highest(0.1) == pytest.approx(top, abs=1e-12)
    assert curve.palma == pytest.approx(top / bottom if bottom > 0 else np.inf)


@pytest.mark.parametrize("aversion", [0.5, 1, 2])
@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_atkinson_from_the_income_that_would_do_if_all_had_it(value, weight, key, part, aversion):
    (people,) = one_by_one(value + 0.1, weight)
    welfare = [np.log(y) if aversion == 1 else y ** (1 - aversion) / (1 - aversion) for y in people]
    average = sum(welfare) / len(welfare)
    enough = np.exp(average) if aversion == 1 else ((1 - aversion) * average) ** (1 / (1 - aversion))
    assert atkinson(value + 0.1, weight, aversion=aversion) == pytest.approx(1 - enough / people.mean(), abs=1e-12)


@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_theil_and_its_parts(value, weight, key, part):
    people, parts = one_by_one(value, weight, part)

    def index(some):
        return sum(y / some.mean() * np.log(y / some.mean()) for y in some if y > 0) / len(some) if some.sum() else 0.0

    within = sum(people[parts == p].sum() / people.sum() * index(people[parts == p]) for p in set(parts))
    assert theil(value, weight) == pytest.approx(index(people), abs=1e-12)
    assert theil_between(value, weight, part) == pytest.approx(index(people) - within, abs=1e-12)


@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_concentration_from_ranks_counted_by_comparing_everybody_with_everybody(value, weight, key, part):
    keys, people = one_by_one(key, weight, value)
    rank = np.array([np.mean([(other < one) + (other == one) / 2 for other in keys]) for one in keys])
    covariance = np.mean(people * rank) - people.mean() * rank.mean()
    assert concentration_index(value, weight, key) == pytest.approx(2 * covariance / people.mean(), abs=1e-12)
    by_home = dict(zip(key, fractional_rank(key, weight), strict=True))
    np.testing.assert_allclose([by_home[one] for one in keys], rank, atol=1e-12)


@pytest.mark.parametrize(("value", "weight", "key", "part"), CITIES)
def test_the_median_by_counting(value, weight, key, part):
    (people,) = one_by_one(value, weight)
    expected = next(y for y in people if np.mean(people <= y) >= 0.5)
    assert quantile(value, weight, 0.5) == expected
