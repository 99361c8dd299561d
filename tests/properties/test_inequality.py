"""What every measure of inequality has to hold to, over random cities."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analyses.inequality import (
    atkinson,
    concentration_index,
    corrected,
    fractional_rank,
    lorenz,
    mean,
    theil,
    theil_between,
)

SIZE = st.shared(st.integers(2, 25), key="size")
VALUES = SIZE.flatmap(lambda n: arrays(float, n, elements=st.integers(0, 1000).map(float))).filter(lambda v: v.sum() > 0)
PEOPLE = SIZE.flatmap(lambda n: arrays(float, n, elements=st.integers(1, 50).map(float)))
KEYS = SIZE.flatmap(lambda n: arrays(float, n, elements=st.integers(0, 6).map(float)))
PARTS = SIZE.flatmap(lambda n: arrays(np.int64, n, elements=st.integers(-1, 3)))


def measures(value, people, key):
    curve = lorenz(value, people)
    return [
        curve.gini, curve.held_by_lowest(0.4), curve.held_by_highest(0.1),
        atkinson(value, people, aversion=0.5), atkinson(value, people, aversion=1),
        theil(value, people), concentration_index(value, people, key),
    ]  # fmt: skip


@given(VALUES, PEOPLE, KEYS, st.floats(0.001, 1000), st.integers(2, 9))
@settings(deadline=None)
def test_neither_the_unit_nor_as_many_people_again_change_anything(value, people, key, factor, times):
    before = measures(value, people, key)
    np.testing.assert_allclose(measures(value * factor, people, key), before, atol=1e-9)
    np.testing.assert_allclose(measures(value, people * times, key), before, atol=1e-9)
    twice = [np.concatenate([x, x]) for x in (value, people, key)]
    np.testing.assert_allclose(measures(*twice), before, atol=1e-9)


@given(VALUES, PEOPLE, KEYS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_homes_does_not_matter(value, people, key, random):
    order = list(range(len(value)))
    random.shuffle(order)
    np.testing.assert_allclose(measures(value[order], people[order], key[order]), measures(value, people, key), atol=1e-9)


@given(VALUES, PEOPLE, KEYS)
@settings(deadline=None)
def test_bounds(value, people, key):
    gini, bottom, top, half, one, index, concentration = measures(value, people, key)
    assert -1e-12 <= gini < 1
    assert -1e-12 <= bottom <= 0.4 + 1e-12
    assert 0.1 - 1e-12 <= top <= 1 + 1e-12
    assert -1e-9 <= half <= one + 1e-9 <= 1 + 2e-9
    assert 0 <= index <= np.log(people.sum()) + 1e-9
    assert abs(concentration) <= gini + 1e-9
    np.testing.assert_allclose(concentration_index(value, people, value), gini, atol=1e-9)


@given(VALUES, PEOPLE, st.data())
@settings(deadline=None)
def test_giving_from_who_has_more_to_who_has_less_never_makes_it_less_even(value, people, data):
    poor, rich = data.draw(st.lists(st.integers(0, len(value) - 1), min_size=2, max_size=2, unique=True))
    if value[poor] > value[rich]:
        poor, rich = rich, poor
    # At most until both have alike, so that they do not change places.
    most = (value[rich] - value[poor]) * people[poor] * people[rich] / (people[poor] + people[rich])
    given_over = most * data.draw(st.floats(0, 1))
    after = value.copy()
    after[poor] += given_over / people[poor]
    after[rich] -= given_over / people[rich]
    after = np.maximum(after, 0.0)
    assert lorenz(after, people).gini <= lorenz(value, people).gini + 1e-9
    assert theil(after, people) <= theil(value, people) + 1e-9
    assert atkinson(after, people, aversion=0.5) <= atkinson(value, people, aversion=0.5) + 1e-9


@given(VALUES, PEOPLE, PARTS)
@settings(deadline=None)
def test_what_lies_between_parts_is_never_more_than_all(value, people, part):
    between = theil_between(value, people, part)
    assert -1e-12 <= between <= theil(value, people) + 1e-9
    assert abs(theil_between(value, people, np.zeros(len(value), dtype=np.int64))) < 1e-9


@given(VALUES, PEOPLE, KEYS)
@settings(deadline=None)
def test_turning_the_key_turns_the_sign_and_the_mirror_of_a_share_too(value, people, key):
    index = concentration_index(value, people, key)
    np.testing.assert_allclose(concentration_index(value, people, -key), -index, atol=1e-9)
    share = value / 10
    served = corrected(concentration_index(share, people, key), mean(share, people), lowest=0, highest=100)
    rest = 100 - share
    if rest.sum() > 0:
        short = corrected(concentration_index(rest, people, key), mean(rest, people), lowest=0, highest=100)
        np.testing.assert_allclose(short, -served, atol=1e-9)
    assert -1 - 1e-9 <= served <= 1 + 1e-9
    np.testing.assert_allclose(np.average(fractional_rank(key, people), weights=people), 0.5)
