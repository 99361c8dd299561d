"""A second, slow and obvious implementation of scores, ranks and intervals, in plain loops, on random models."""

from __future__ import annotations

import math

import numpy as np
import pytest

from analyses.criterion import ranks
from analyses.parameters import ResilienceChoices
from analyses.resilience_values import Variants
from analyses.uncertainty import DISTANCE, SPAN, Draws, Model, in_lowest, joined, sample, scores
from tests.score_models import NAN, criterion, model

VARIANTS = Variants((0.8, 1.0, 1.2), 2)
CHOICES = ResilienceChoices(draws=32, limit_factors=VARIANTS.limit_factors)


def random_model(seed: int, units: int = 9) -> Model:
    rng = np.random.default_rng(seed)
    made = []
    for i in range(int(rng.integers(2, 6))):
        values = np.round(rng.uniform(0, 100, size=(VARIANTS.size, units)), 1)
        values[:, rng.random(units) < 0.15] = NAN
        values[:, : units // 2] = np.round(values[:, : units // 2], -1)  # so that some tie
        made.append(
            criterion(
                f"r{i}", values, dimension=str(rng.choice(["reach", "safety", "provision"])), target=float(rng.choice([5, 60, 100])),
                at_most=bool(rng.random() < 0.3), weight=float(rng.choice([0.5, 1, 3])),
                unit=str(rng.choice(["%", "%", "m2/person"])), variants=VARIANTS,
            )
        )
    return model(*made, weights={"safety": 2.0}, variants=VARIANTS, choices=CHOICES)


def slow_score(value: float, target: float, *, at_most: bool, unit: str) -> float:
    if at_most:
        if value <= target:
            return 1.0
        return (100 - value) / (100 - target) if unit == "%" else target / value
    return 1.0 if value >= target else value / target


def slow_scores(town: Model, draws: Draws, d: int) -> list[float]:
    """One draw, unit by unit."""
    limit, placement, way = int(draws.limit[d]), int(draws.placement[d]), int(draws.ways_in[d])
    variant = limit * 4 + placement * 2 + way
    found = []
    for u in range(len(town.eligible)):
        dimensions: dict[str, float] = {}
        for name in town.dimensions:
            mine = [(i, c) for i, c in enumerate(town.criteria) if c.dimension == name]
            known = [(i, c) for i, c in mine if not math.isnan(c.values[variant, u])]
            if sum(c.weight for _, c in known) < 0.5 * sum(c.weight for _, c in mine) or not known:
                continue
            total = sum(draws.rule_weights[d, i] * slow_scaled(c, variant, u, draws, d) for i, c in known)
            dimensions[name] = total / sum(draws.rule_weights[d, i] for i, _ in known)
        stated = dict(zip(town.dimensions, town.dimension_weight, strict=True))
        if not dimensions or sum(stated[n] for n in dimensions) < 0.5 * sum(stated.values()):
            found.append(NAN)
            continue
        weight = {n: draws.dimension_weights[d, i] for i, n in enumerate(town.dimensions) if n in dimensions}
        share = {n: w / sum(weight.values()) for n, w in weight.items()}
        if draws.geometric[d]:
            found.append(math.prod(max(dimensions[n], 0.01) ** share[n] for n in share))
        else:
            found.append(sum(dimensions[n] * share[n] for n in share))
    return found


def slow_scaled(c, variant: int, u: int, draws: Draws, d: int) -> float:
    value = float(c.values[variant, u])
    others = [float(v) for v in c.values[variant] if not math.isnan(v)]
    sign = -1 if c.at_most else 1
    if draws.scaling[d] == DISTANCE:
        target = float(c.target[u]) * float(draws.target[d])
        return slow_score(value, min(target, 100.0) if c.unit == "%" else target, at_most=c.at_most, unit=c.unit)
    if draws.scaling[d] == SPAN:
        worst, best = (min(others), max(others)) if sign > 0 else (max(others), min(others))
        if worst == best:
            return slow_score(value, float(c.target[u]), at_most=c.at_most, unit=c.unit)
        return (value - worst) / (best - worst)
    behind = sum(sign * v < sign * value for v in others) + 0.5 * sum(v == value for v in others)
    return behind / len(others)


def slow_ranks(found: list[float]) -> list[float]:
    near = [round(v, 9) for v in found]
    return [sum(v < mine for v in near) + (1 + sum(v == mine for v in near)) / 2 for mine in near]


@pytest.mark.parametrize("seed", range(25))
def test_scores_and_ranks_of_every_draw_are_those_of_plain_loops(seed):
    town = random_model(seed)
    draws = joined(*sample(town))
    fast = scores(town, draws)
    slow = [slow_scores(town, draws, d) for d in range(len(draws))]
    np.testing.assert_allclose(fast, slow, rtol=0, atol=1e-12)
    known = ~np.isnan(fast[0])
    if known.sum():
        places = ranks(fast[:, known])
        expected = [slow_ranks([v for v in row if not math.isnan(v)]) for row in slow]
        assert places.tolist() == expected
        n = int(known.sum())
        assert in_lowest(places, 0.2).tolist() == [[(p - 0.5) / n < 0.2 for p in row] for row in expected]
