"""Decay functions against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.decay import (
    NAMED,
    Decay,
    Density,
    Dichotomous,
    Exponential,
    ExponentialTail,
    Gaussian,
    Linear,
    Power,
    Stepped,
    UserDefined,
    invest_exponential,
)
from spatial.errors import AnalysisError

COSTS = np.array([0.0, 250.0, 500.0, 500.001])


@pytest.mark.parametrize(
    ("decay", "expected"),
    [
        (Dichotomous(500), [1, 1, 1, 0]),
        (Linear(500), [1, 0.5, 0, 0]),
        # exp(-1/8) = 0.8824969, exp(-1/2) = 0.6065307: (0.8824969 - 0.6065307) / 0.3934693 = 0.7013666
        (Gaussian(500), [1, 0.7013666, 0, 0]),
        (Exponential(500), [1, 0.6065307, 0.3678794, 0]),
        (ExponentialTail(1000, 500), [1, 0.6065307, 0.3678794, 0.3678787]),
        (Density(500), [0.75, 0.5625, 0, 0]),
        # (250 / 100)^-2 = 0.16, (500 / 100)^-2 = 0.04
        (Power(500, 2, unit=100), [1, 0.16, 0.04, 0]),
        (Stepped((200, 400, 500), (1, 0.68, 0.22)), [1, 0.68, 0.22, 0]),
        (UserDefined(500, lambda cost: 1 / (1 + cost / 250)), [1, 0.5, 1 / 3, 0]),
    ],
)
def test_weights_by_hand(decay: Decay, expected: list[float]) -> None:
    assert decay(COSTS) == pytest.approx(np.array(expected), abs=5e-8)
    assert decay(np.array([])).shape == (0,)


def test_zones_are_inclusive() -> None:
    assert Stepped((200, 400), (1, 0.5))(np.array([200.0, 200.0001, 400.0, 400.0001])).tolist() == [1, 0.5, 0.5, 0]


def test_the_exponential_of_invests_code_runs_on_beyond_the_radius() -> None:
    """A radius of 250 m on pixels of 100 m: ceil(2.5) = 3, 2 x 3 + 1 = 7 pixels, 700 m."""
    decay = invest_exponential(250, 100)
    assert (decay.limit, decay.scale, decay.reach) == (700, 250, 700)
    assert decay(np.array([700.0, 700.1])) == pytest.approx([np.exp(-2.8), 0])


@given(st.sampled_from(sorted(NAMED)), st.floats(1, 1e5), st.lists(st.floats(0, 1e6), min_size=1))
def test_every_named_decay_falls_from_one_at_most_to_nothing_beyond_its_reach(
    name: str, limit: float, costs: list[float]
) -> None:
    decay = NAMED[name](limit)
    cost = np.sort(np.array([*costs, np.inf]))
    weight = decay(cost)
    assert ((weight >= 0) & (weight <= 1)).all()
    assert (np.diff(weight) <= 1e-12).all()
    assert (weight[cost > decay.reach] == 0).all()


@pytest.mark.parametrize("limit", [0.0, -1.0, np.inf, np.nan])
def test_a_limit_that_weighs_nothing_is_refused(limit: float) -> None:
    with pytest.raises(AnalysisError, match="Gaussian: limit"):
        Gaussian(limit)


def test_a_function_of_the_users_own_must_fall_and_stay_within_0_and_1() -> None:
    with pytest.raises(AnalysisError, match="rise with the cost"):
        UserDefined(500, lambda cost: cost / 500)
    with pytest.raises(AnalysisError, match=r"not within 0-1, e.g. 2"):
        UserDefined(500, lambda cost: 2 - cost / 500)
    with pytest.raises(AnalysisError, match=r"not within 0-1, e.g. nan"):
        UserDefined(500, lambda cost: np.full(len(cost), np.nan))


def test_zones_that_overlap_or_rise_are_refused() -> None:
    with pytest.raises(AnalysisError, match="rising limits"):
        Stepped((400, 200), (1, 0.5))
    with pytest.raises(AnalysisError, match="rise with the cost"):
        Stepped((200, 400), (0.5, 1))
    with pytest.raises(AnalysisError, match="2 limits and 1 weights"):
        Stepped((200, 400), (1,))


def test_a_tail_shorter_than_its_scale_is_refused() -> None:
    with pytest.raises(AnalysisError, match="below the scale"):
        ExponentialTail(400, 500)
