"""Small synthetic models of resilience, for the tests of scores, ranks and their uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analyses.criterion import Criterion
from analyses.parameters import ResilienceChoices
from analyses.resilience_values import Variants
from analyses.uncertainty import Model

NAN = float("nan")
FEW = ResilienceChoices(draws=64, limit_factors=(1.0,))
ONE = Variants(FEW.limit_factors, 1)


def criterion(
    rule_id: str,
    values: Sequence[float] | Sequence[Sequence[float]],
    *,
    dimension: str = "reach",
    target: float = 80.0,
    at_most: bool = False,
    weight: float = 1.0,
    unit: str = "%",
    variants: Variants = ONE,
) -> Criterion:
    """A criterion whose values are one row for all variants, or a row each."""
    rows = np.array(values, dtype=float)
    rows = np.tile(rows, (variants.size, 1)) if rows.ndim == 1 else rows
    assert len(rows) == variants.size
    return Criterion("p", rule_id, dimension, weight, at_most, unit, rows, np.full(rows.shape[1], target))


def model(
    *criteria: Criterion,
    weights: Mapping[str, float] | None = None,
    variants: Variants = ONE,
    choices: ResilienceChoices = FEW,
) -> Model:
    """All units of it may be scored."""
    dimensions = tuple(sorted({c.dimension for c in criteria}))
    weight = np.array([(weights or {}).get(d, 1.0) for d in dimensions])
    return Model(criteria, dimensions, weight, np.ones(len(criteria[0].there), dtype=bool), variants, choices)
