"""What holds for every score and rank, whatever the town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.criterion import ranks
from analyses.parameters import ResilienceChoices
from analyses.uncertainty import Model, joined, sample, scores
from tests.score_models import NAN, criterion, model

CHOICES = ResilienceChoices(draws=64, limit_factors=(1.0,))


@st.composite
def towns(draw: st.DrawFn) -> Model:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    units, made = int(rng.integers(5, 9)), []
    for i in range(int(rng.integers(1, 6))):
        values = np.round(rng.uniform(0, 100, size=units), int(rng.integers(-1, 2)))
        values[rng.random(units) < 0.15] = NAN
        made.append(
            criterion(
                f"r{i}", values, dimension=str(rng.choice(["reach", "safety", "provision"])), target=float(rng.choice([5, 60, 100])),
                at_most=bool(rng.random() < 0.3), weight=float(rng.choice([0.5, 1, 3])),
            )
        )
    return model(*made, choices=CHOICES)


@settings(max_examples=80, deadline=None)
@given(towns(), st.data())
def test_a_better_value_never_lowers_the_score_nor_worsens_the_rank_in_any_draw(town, data):
    i = data.draw(st.integers(0, len(town.criteria) - 1))
    better = town.criteria[i]
    u = data.draw(st.integers(0, better.values.shape[1] - 1))
    by = data.draw(st.floats(0, 60))
    values = better.values.copy()
    values[:, u] = np.clip(values[:, u] + (-by if better.at_most else by), 0, 100)
    after = replace(town, criteria=(*town.criteria[:i], replace(better, values=values), *town.criteria[i + 1 :]))
    draws = joined(*sample(town))
    if not town.scored[u]:
        return
    before, now = scores(town, draws), scores(after, draws)
    assert (now[:, u] >= before[:, u] - 1e-9).all()
    place = int(town.scored[:u].sum())
    assert (ranks(now[:, town.scored])[:, place] >= ranks(before[:, town.scored])[:, place]).all()


@settings(max_examples=30, deadline=None)
@given(towns(), st.randoms(use_true_random=False))
def test_the_order_of_units_changes_nothing(town, random):
    order = list(range(len(town.eligible)))
    random.shuffle(order)
    moved = replace(town, criteria=tuple(replace(c, values=c.values[:, order], target=c.target[order]) for c in town.criteria))
    draws = joined(*sample(town))
    np.testing.assert_allclose(scores(moved, draws), scores(town, draws)[:, order], rtol=0, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(towns())
def test_a_score_lies_between_nothing_and_one_in_every_draw(town):
    found = scores(town, joined(*sample(town)))[:, town.scored]
    assert (found >= 0).all()
    assert (found <= 1 + 1e-12).all()
