"""Scores, ranks and classes of small synthetic models, each figure derived by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analyses.criterion import ranks
from analyses.parameters import ResilienceChoices
from analyses.resilience_values import Variants
from analyses.uncertainty import (
    PERCENTILE,
    SPAN,
    called,
    dimension_scores,
    in_highest,
    in_lowest,
    joined,
    sample,
    scores,
    stated,
)
from tests.score_models import NAN, criterion, model


def test_arithmetic_within_a_dimension_and_geometric_across():
    town = model(
        criterion("walk", [40.0, 80.0], weight=3.0),
        criterion("straight", [100.0, 0.0], target=100.0),
        criterion("flood", [52.5, 5.0], dimension="safety", target=5.0, at_most=True),
        weights={"safety": 2.0},
    )
    reach, safety = dimension_scores(town, stated(town))[:, 0]
    assert reach.tolist() == pytest.approx([(3 * 0.5 + 1) / 4, 3 / 4])
    assert safety.tolist() == pytest.approx([0.5, 1.0])
    found = scores(town, stated(town))[0]
    assert found.tolist() == pytest.approx([(0.625 * 0.5**2) ** (1 / 3), 0.75 ** (1 / 3)])


def test_what_is_drawn_as_arithmetic_lets_one_dimension_make_up_for_another():
    town = model(criterion("walk", [0.0]), criterion("flood", [0.0], dimension="safety", target=5.0, at_most=True))
    assert scores(town, stated(town)).tolist() == [pytest.approx([0.1])]  # 0 counts as 0.01
    assert scores(town, replace(stated(town), geometric=np.array([False]))).tolist() == [[0.5]]


def test_what_is_missing_is_left_out_and_is_no_zero():
    town = model(
        criterion("walk", [40.0, NAN, NAN]),
        criterion("straight", [100.0, 100.0, NAN], target=100.0),
        criterion("flood", [5.0, 5.0, 5.0], dimension="safety", target=5.0, at_most=True),
    )
    reach, safety = dimension_scores(town, stated(town))[:, 0]
    assert reach.tolist() == pytest.approx([0.75, 1.0, NAN], nan_ok=True)
    assert safety.tolist() == [1.0, 1.0, 1.0]
    # Of the third unit one dimension of two is known: half, which is enough.
    assert scores(town, stated(town))[0].tolist() == pytest.approx([0.75**0.5, 1.0, 1.0])


def test_less_than_half_is_too_little_of_a_dimension_and_of_a_unit():
    heavy = model(criterion("walk", [NAN, 40.0], weight=1.1), criterion("straight", [100.0, 100.0], target=100.0))
    assert scores(heavy, stated(heavy))[0].tolist() == pytest.approx([NAN, (1.1 * 0.5 + 1) / 2.1], nan_ok=True)
    two = model(criterion("walk", [NAN]), criterion("flood", [5.0], dimension="safety", at_most=True), weights={"reach": 1.5})
    assert np.isnan(scores(two, stated(two))).all()
    assert scores(two, joined(*sample(two))).shape == (64, 1)


def test_a_unit_in_which_nobody_lives_is_not_scored_however_good_its_places():
    town = model(criterion("site", [100.0, 50.0]))
    town = replace(town, eligible=np.array([False, True]))
    assert scores(town, stated(town))[0].tolist() == pytest.approx([NAN, 50 / 80], nan_ok=True)


def test_the_other_scalings():
    town = model(criterion("walk", [20.0, 60.0, 100.0, 100.0, NAN]))
    span = scores(town, replace(stated(town), scaling=np.array([SPAN])))[0]
    assert span.tolist() == pytest.approx([0.0 + 0.01, 0.5, 1.0, 1.0, NAN], nan_ok=True)
    behind = scores(town, replace(stated(town), scaling=np.array([PERCENTILE])))[0]
    assert behind.tolist() == pytest.approx([0.125, 0.375, 0.75, 0.75, NAN], nan_ok=True)
    less_is_better = model(criterion("flood", [20.0, 60.0, 100.0], at_most=True))
    assert scores(less_is_better, replace(stated(less_is_better), scaling=np.array([SPAN])))[0].tolist() == pytest.approx([1.0, 0.5, 0.01])


def test_where_all_are_equal_the_span_says_nothing_and_the_distance_to_target_stands():
    town = model(criterion("walk", [40.0, 40.0]))
    assert scores(town, replace(stated(town), scaling=np.array([SPAN])))[0].tolist() == [0.5, 0.5]


def test_units_that_tie_share_the_mean_of_their_ranks():
    assert ranks(np.array([[0.2, 0.1 + 0.2, 0.3, 0.9]])).tolist() == [[1.0, 2.5, 2.5, 4.0]]


def test_all_equal_all_tie_in_every_draw_and_none_is_called_worst_or_best():
    town = model(criterion("walk", [40.0] * 7), criterion("flood", [20.0] * 7, dimension="safety", at_most=True, target=5.0))
    places = ranks(scores(town, joined(*sample(town))))
    assert (places == 4.0).all()
    assert not in_lowest(places, 0.2).any()
    assert not in_highest(places, 0.2).any()


def test_the_tails_are_fifths():
    places = ranks(np.arange(10.0)[None])
    assert in_lowest(places, 0.2)[0].tolist() == [True, True] + [False] * 8
    assert in_highest(places, 0.2)[0].tolist() == [False] * 8 + [True, True]
    assert in_lowest(ranks(np.array([[0.0, 0.0, 1.0, 1.0, 1.0]])), 0.2)[0].tolist() == [False] * 5  # two cannot share one place


def test_a_class_is_called_only_where_the_whole_range_lies_in_it():
    """Ten units: the worst fifth is two places, the best the last two."""
    place = np.array([1, 2, 1, 3, 5, 8, 9, 10, 10, 9.0])
    low = np.array([1, 1, 1, 3, 3, 8, 9, 9, 8, 1.0])
    high = np.array([2, 2, 3, 8, 9, 8, 9, 10, 10, 2.0])
    assert called(place, low, high, 0.2).tolist() == [
        "lowest", "lowest", "uncertain", "middle", "uncertain", "middle", "highest", "highest", "uncertain",
        "uncertain",  # its range lies low and its stated place does not
    ]  # fmt: skip


def test_a_dimension_that_weighs_nothing_is_not_missed():
    none = [float("nan")] * 5
    walk = criterion("walk", [10.0, 20.0, 30.0, 40.0, 50.0])
    idle = replace(criterion("idle", none, dimension="aa"), weight=0.0)
    other = replace(criterion("other", none, dimension="bb"), weight=0.0)
    assert model(walk, idle, other).scored.all()
    assert not model(walk, *(replace(c, weight=1.0) for c in (idle, other))).scored.any()


def test_draws_are_as_declared():
    choices = ResilienceChoices(draws=2048, limit_factors=(0.8, 1.0, 1.2))
    variants = Variants(choices.limit_factors, 4)
    town = model(
        criterion("a", [1.0], weight=3.0, variants=variants), criterion("b", [1.0], variants=variants),
        criterion("c", [1.0], dimension="safety", variants=variants), variants=variants, choices=choices,
    )
    drawn = joined(*sample(town))
    assert len(drawn) == 2048
    share = drawn.rule_weights[:, 0] / drawn.rule_weights[:, :2].sum(axis=1)
    # Dirichlet (15, 5): mean 3/4, variance 3/4 * 1/4 / 21.
    assert share.mean() == pytest.approx(0.75, abs=0.005)
    assert share.var() == pytest.approx(0.1875 / 21, rel=0.05)
    across = drawn.dimension_weights[:, 0] / drawn.dimension_weights.sum(axis=1)
    assert across.mean() == pytest.approx(0.5, abs=0.005)
    assert across.var() == pytest.approx(0.25 / 21, rel=0.05)
    assert np.bincount(drawn.scaling) / 2048 == pytest.approx([1 / 3] * 3, abs=0.01)
    assert np.bincount(drawn.placement) / 2048 == pytest.approx([0.25] * 4, abs=0.01)
    assert np.bincount(drawn.limit) / 2048 == pytest.approx([1 / 3] * 3, abs=0.01)
    assert np.bincount(drawn.ways_in) / 2048 == pytest.approx([0.5] * 2, abs=0.01)
    assert drawn.geometric.mean() == pytest.approx(0.5, abs=0.01)
    assert (drawn.target.min(), drawn.target.max()) == pytest.approx((0.9, 1.1), abs=0.001)


def test_draws_come_from_the_seed():
    town = model(criterion("walk", [10.0, 20.0]), criterion("flood", [20.0, 10.0], dimension="safety", at_most=True))
    again = scores(town, joined(*sample(town)))
    assert np.array_equal(scores(town, joined(*sample(town))), again)
    other = replace(town, choices=replace(town.choices, seed=1))
    assert not np.array_equal(scores(other, joined(*sample(other))), again)


def test_a_target_of_all_residents_is_not_raised_beyond_them():
    town = model(criterion("walk", [100.0, 50.0], target=100.0))
    higher = replace(stated(town), target=np.array([1.1]))
    assert scores(town, higher)[0].tolist() == [1.0, 0.5]
    area = model(criterion("area", [5.0], target=5.0, unit="m2/person"))
    assert scores(area, replace(stated(area), target=np.array([1.25])))[0].tolist() == [0.8]


def test_a_draw_takes_the_values_of_its_limit_placement_and_ways_in():
    variants = Variants((0.8, 1.0), 2)
    town = model(criterion("walk", [[8.0 * i] for i in range(8)], variants=variants), variants=variants)
    assert variants.stated == 4
    assert scores(town, stated(town)).tolist() == [[pytest.approx(0.4)]]
    draws = replace(
        stated(town, 3), limit=np.array([0, 0, 1]), placement=np.array([0, 1, 1]), ways_in=np.array([1, 0, 1])
    )
    assert scores(town, draws).ravel().tolist() == pytest.approx([0.1, 0.2, 0.7])
