"""What a ranking depends on, held to functions whose shares of variance are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.criterion import ranks
from analyses.parameters import ResilienceChoices
from analyses.resilience_values import Variants
from analyses.sensitivity import sensitivity, sobol_indices
from analyses.uncertainty import FACTORS, joined, sample, scores
from tests.score_models import criterion, model

CHOICES = ResilienceChoices(draws=4096, limit_factors=(1.0,))


def shares(function):
    a, b = sample(model(criterion("walk", [1.0, 2.0]), choices=CHOICES))
    return sobol_indices(function, a, b, function(a), function(b))


def test_what_adds_up_explains_its_own_variance():
    found = shares(lambda d: 20 * (d.target - 1) + d.ways_in)  # variances 4/3 and 1/4
    assert found.first_order["targets"] == pytest.approx(16 / 19, abs=0.02)
    assert found.first_order["ways_in"] == pytest.approx(3 / 19, abs=0.02)
    assert found.total["targets"] == pytest.approx(16 / 19, abs=0.02)
    assert found.total["ways_in"] == pytest.approx(3 / 19, abs=0.02)
    assert {found.total[f] for f in FACTORS} - {found.total["targets"], found.total["ways_in"]} == {0.0}


def test_what_only_acts_together_explains_nothing_by_itself_and_all_with_the_other():
    found = shares(lambda d: (d.target - 1) * (d.ways_in - 0.5))
    for factor in ("targets", "ways_in"):
        assert found.first_order[factor] == pytest.approx(0.0, abs=0.02)
        assert found.total[factor] == pytest.approx(1.0, abs=0.05)


def test_where_nothing_varies_nothing_is_explained():
    found = shares(lambda d: np.ones(len(d)))
    assert set(found.first_order.values()) == set(found.total.values()) == {0.0}


def table_of(town):
    halves = sample(town)
    places = ranks(scores(town, joined(*halves)))
    return sensitivity(town, halves, places).set_index(["factor", "rule_id"])


def test_factors_that_change_no_value_and_rules_without_differences_move_nothing():
    town = model(
        criterion("walk", [10.0, 30.0, 20.0, 75.0, 60.0, 79.0]),
        criterion("flood", [90.0, 80.0, 20.0, 30.0, 40.0, 6.0], dimension="safety", target=5.0, at_most=True),
        criterion("alike", [40.0] * 6, dimension="safety"),
        choices=ResilienceChoices(draws=256, limit_factors=(1.0,)),
    )
    found = table_of(town)
    assert list(found["mean_rank_shift"]) == sorted(found["mean_rank_shift"], reverse=True)
    for code in ("limits", "ways_in", "placement"):
        assert found.loc[(code, ""), ["mean_rank_shift", "largest_rank_shift", "first_order", "total"]].tolist() == [0] * 4
    assert found.loc[("rule", "alike"), ["mean_rank_shift", "largest_rank_shift"]].tolist() == [0, 0]
    assert found.loc[("rule", "walk"), "mean_rank_shift"] > 0
    assert found.loc[("dimension_weights", ""), "mean_rank_shift"] > 0
    assert found.loc["rule", ["first_order", "total"]].isna().all(axis=None)


def test_the_shift_of_a_rule_by_hand():
    town = model(
        criterion("walk", [8.0, 16.0, 24.0, 32.0, 40.0]),
        criterion("flood", [5.0, 5.0, 5.0, 5.0, 100.0], dimension="safety", target=5.0, at_most=True),
    )
    found = table_of(town)
    # Stated: the last is last of all for its flood (0.5 x 0.01) and the others stand by their walk. Without differences
    # in flood it is the best: it moves by 4, the others by 1. Without those in walk it stays, and the others tie.
    assert found.loc[("rule", "flood"), ["mean_rank_shift", "largest_rank_shift"]].tolist() == [8 / 5, 4]
    assert found.loc[("rule", "walk"), ["mean_rank_shift", "largest_rank_shift"]].tolist() == [4 / 5, 1.5]


def test_without_differences_all_have_the_mean_score_of_the_rule():
    """Scores of a: 0, 0, 0.5, 0.5, 1. With their mean 0.4 for all the first (0.2 x 1) stays behind the second
    (0.7 x 0.35); with 1 for all it would pass it (0.5 x 1 and 1 x 0.35).
    """
    town = model(
        criterion("a", [0.0, 0.0, 40.0, 40.0, 80.0]),
        criterion("b", [0.0, 80.0, 80.0, 80.0, 80.0]),
        criterion("c", [80.0, 28.0, 80.0, 80.0, 80.0], dimension="safety"),
    )
    # Stated: 0.1 (0 counts as 0.01), 0.42, 0.87, 0.87, 1: ranks 1, 2, 3.5, 3.5, 5. Without a: 0.45, 0.49, and 0.84 for three.
    assert table_of(town).loc[("rule", "a"), ["mean_rank_shift", "largest_rank_shift"]].tolist() == pytest.approx([2 / 5, 1])


def test_only_one_factor_that_turns_the_order_explains_all():
    variants = Variants((1.0,), 2)
    up, down = [10.0, 20.0, 30.0, 40.0], [40.0, 30.0, 20.0, 10.0]
    town = model(criterion("walk", [up, up, down, down], variants=variants), variants=variants)
    found = table_of(replace(town, choices=replace(town.choices, draws=512)))
    assert found.loc[("placement", ""), "total"] == pytest.approx(1.0, abs=0.1)
    assert found.loc[("placement", ""), "largest_rank_shift"] == 3
    assert found.loc[("ways_in", ""), "total"] == 0
