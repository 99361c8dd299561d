"""Scores and ranks under other defensible choices: how sure a unit's place is.

Each draw makes every choice anew: weights, scaling, aggregation, placement of residents, limits, ways in, targets and,
where a rule asks what a hazard leaves, what it closes. A unit is called only where the whole range of its places lies
in one class.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, steps 5 to 7. Saisana, M., Saltelli, A. and
Tarantola, S. (2005), Journal of the Royal Statistical Society A 168(2), 307-323. Both cited from memory.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from analyses.criterion import Criterion
from analyses.parameters import ResilienceChoices
from analyses.resilience_values import ALL_WAYS_IN, Variants

DISTANCE, SPAN, PERCENTILE = 0, 1, 2
"""Scalings: distance to target (the stated one), place between the worst and the best unit, share of units behind."""
_SCALINGS = 3
_SINGLE = 6
"""Factors of one number each that every study has."""
_AT_ONCE = 2**20
"""Scores worked out together."""
_SMALLEST = 1e-300


@dataclass(frozen=True)
class Draws:
    """Choices, one draw a row."""

    rule_weights: NDArray[np.float64]
    """Draws x criteria."""
    dimension_weights: NDArray[np.float64]
    """Draws x dimensions."""
    scaling: NDArray[np.int64]
    geometric: NDArray[np.bool_]
    placement: NDArray[np.int64]
    limit: NDArray[np.int64]
    """Position in `ResilienceChoices.limit_factors`."""
    ways_in: NDArray[np.int64]
    """`ALL_WAYS_IN` or `SURER_WAYS_IN`."""
    target: NDArray[np.float64]
    """Times the targets."""
    closing: NDArray[np.int64]
    """Position in `Variants.closings`."""

    def __len__(self) -> int:
        return len(self.target)


FACTORS = {
    "rule_weights": "rule_weights",
    "dimension_weights": "dimension_weights",
    "scaling": "scaling",
    "aggregation": "geometric",
    "placement": "placement",
    "limits": "limit",
    "ways_in": "ways_in",
    "targets": "target",
    "closing": "closing",
}
"""Code of `resilience_columns.FACTOR_WORDS` -> the field of `Draws` that it varies."""


@dataclass(frozen=True)
class Model:
    """All that the scores of one level are made of."""

    criteria: tuple[Criterion, ...]
    dimensions: tuple[str, ...]
    """In the order of their names."""
    dimension_weight: NDArray[np.float64]
    eligible: NDArray[np.bool_]
    """Units that may be scored: somebody lives there."""
    variants: Variants
    choices: ResilienceChoices

    @property
    def factors(self) -> tuple[str, ...]:
        """Codes of `FACTORS` that vary: what closes does only where there is another choice."""
        return tuple(code for code in FACTORS if code != "closing" or len(self.variants.closings) > 1)

    @cached_property
    def dimension(self) -> NDArray[np.int64]:
        """Position of each criterion's dimension."""
        return np.array([self.dimensions.index(c.dimension) for c in self.criteria], dtype=np.int64)

    @property
    def rule_weight(self) -> NDArray[np.float64]:
        """Weight of each criterion in its dimension."""
        return np.array([c.weight for c in self.criteria], dtype=float)

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """Criteria x units: what was assessed."""
        there: NDArray[np.bool_] = np.array([c.there for c in self.criteria])
        return there

    @cached_property
    def dimension_there(self) -> NDArray[np.bool_]:
        """Dimensions x units: where at least `ResilienceChoices.least_weight_share` of its weight was assessed."""
        weight = self._dimension_sums(self.rule_weight[:, None] * self.there)
        whole = self._dimension_sums(np.broadcast_to(self.rule_weight[:, None], self.there.shape))
        enough: NDArray[np.bool_] = (weight > 0) & (weight >= self.choices.least_weight_share * whole)
        return enough

    @cached_property
    def scored(self) -> NDArray[np.bool_]:
        """Eligible units of which at least that share of the weight of dimensions that weigh anything is scored."""
        weighs = np.bincount(self.dimension, weights=self.rule_weight, minlength=len(self.dimensions)) > 0
        weight = (self.dimension_weight[:, None] * self.dimension_there).sum(axis=0)
        enough = (weight > 0) & (weight >= self.choices.least_weight_share * self.dimension_weight[weighs].sum())
        scored: NDArray[np.bool_] = self.eligible & enough
        return scored

    def _dimension_sums(self, by_criterion: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.zeros((len(self.dimensions), by_criterion.shape[1]))
        np.add.at(sums, self.dimension, by_criterion)
        return sums


def stated(model: Model, size: int = 1) -> Draws:
    """The choices that the published score rests on, `size` times."""
    return Draws(
        np.tile(model.rule_weight, (size, 1)),
        np.tile(model.dimension_weight, (size, 1)),
        np.full(size, DISTANCE),
        np.ones(size, dtype=bool),
        np.zeros(size, dtype=np.int64),
        np.full(size, model.variants.stated_limit),
        np.full(size, ALL_WAYS_IN),
        np.ones(size),
        np.zeros(size, dtype=np.int64),
    )


def sample(model: Model) -> tuple[Draws, Draws]:
    """Two independent halves of the draws, from a scrambled Sobol sequence with the seed of the choices."""
    # Statistics take half a second to import, which no other command should wait for.
    from scipy.stats import qmc

    choices = model.choices
    bits = max(1, int(np.ceil(np.log2(choices.draws / 2))))
    # One number more only where something more varies, or the draws of all other studies would be others.
    per_draw = len(model.criteria) + len(model.dimensions) + _SINGLE + (len(model.variants.closings) > 1)
    points = qmc.Sobol(2 * per_draw, rng=np.random.default_rng(choices.seed)).random_base2(bits)
    return _decoded(model, points[:, :per_draw]), _decoded(model, points[:, per_draw:])


def mixed(draws: Draws, others: Draws, factor: str) -> Draws:
    """The draws with one factor taken from others."""
    name = FACTORS[factor]
    return replace(draws, **{name: getattr(others, name)})


def joined(first: Draws, second: Draws) -> Draws:
    """Both, one after the other."""
    names = FACTORS.values()
    return Draws(**{name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names})


def dimension_scores(model: Model, draws: Draws) -> NDArray[np.float64]:
    """Dimensions x draws x units: weighted mean of the scores of what was assessed (0-1).

    NaN where a dimension is not scored (`Model.dimension_there`).
    """
    total = np.zeros((len(model.dimensions), len(draws), model.there.shape[1]))
    weight = np.zeros_like(total)
    for i, (criterion, dimension, there) in enumerate(zip(model.criteria, model.dimension, model.there, strict=True)):
        score = criterion_scores(criterion, draws, model.variants)
        of = draws.rule_weights[:, i, None]
        total[dimension] += of * np.where(there, score, 0.0)
        weight[dimension] += of * there
    scored = np.broadcast_to(model.dimension_there[:, None, :], total.shape)
    found: NDArray[np.float64] = np.full(total.shape, np.nan)
    return np.divide(total, weight, out=found, where=scored & (weight > 0))


def scores(model: Model, draws: Draws) -> NDArray[np.float64]:
    """Draws x units: the score over all dimensions (0-1); NaN where a unit is not scored (`Model.scored`).

    The weighted geometric mean of the dimensions, so that a strong one cannot buy back a weak one, or where drawn the
    arithmetic mean. In the geometric mean a dimension counts as `ResilienceChoices.floor` at least.
    """
    step = max(1, _AT_ONCE // max(1, model.there.shape[1] * len(model.dimensions)))
    parts = [_gathered(model, _rows(draws, slice(i, i + step))) for i in range(0, len(draws), step)]
    found: NDArray[np.float64] = np.concatenate(parts)
    found[:, ~model.scored] = np.nan
    return found


def in_lowest(places: NDArray[np.float64], tail_share: float) -> NDArray[np.bool_]:
    """Which places lie in the worst tail: by the middle of the place, so that all who tie stand in it or none.

    `places`: draws x units. Where all tie, none is.
    """
    lowest: NDArray[np.bool_] = (places - 0.5) / places.shape[1] < tail_share
    return lowest


def in_highest(places: NDArray[np.float64], tail_share: float) -> NDArray[np.bool_]:
    """The same of the best tail."""
    return in_lowest(places.shape[1] + 1 - places, tail_share)


def called(
    place: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64], tail_share: float
) -> NDArray[np.object_]:
    """What each unit may be called: the class in which its place and the whole range of it lie, else ``uncertain``."""
    ends = np.array([place, low, high])
    lowest, highest = in_lowest(ends, tail_share), in_highest(ends, tail_share)
    lies = [lowest.all(axis=0), highest.all(axis=0), ~(lowest | highest).any(axis=0)]
    return np.select(lies, ["lowest", "highest", "middle"], "uncertain").astype(object)


def _gathered(model: Model, draws: Draws) -> NDArray[np.float64]:
    found = dimension_scores(model, draws)
    there = ~np.isnan(found)
    weight = draws.dimension_weights.T[:, :, None] * there
    total = weight.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.maximum(np.where(there, found, 1.0), model.choices.floor))
        geometric = np.exp((weight * logs).sum(axis=0) / total)
        arithmetic = (weight * np.where(there, found, 0.0)).sum(axis=0) / total
    gathered: NDArray[np.float64] = np.where(draws.geometric[:, None], geometric, arithmetic)
    return gathered


def criterion_scores(criterion: Criterion, draws: Draws, variants: Variants) -> NDArray[np.float64]:
    """Draws x units: the scores of one criterion (0-1), each draw in its scaling; undefined where not assessed."""
    variant = variants.at(draws.limit, draws.placement, draws.ways_in, draws.closing)
    found = np.empty((len(draws), len(criterion.there)))
    by_distance = draws.scaling == DISTANCE
    found[by_distance] = criterion.by_distance(variant[by_distance], draws.target[by_distance])
    if not by_distance.all():
        for scaling, scaled in ((SPAN, criterion.span), (PERCENTILE, criterion.percentile)):
            mine = draws.scaling == scaling
            found[mine] = scaled[variant[mine]]
    return found


def _decoded(model: Model, points: NDArray[np.float64]) -> Draws:
    """Choices from uniform numbers, one row a draw."""
    n_rules, n_dimensions = len(model.criteria), len(model.dimensions)
    within, across, rest = np.split(points, [n_rules, n_rules + n_dimensions], axis=1)
    choices, variants = model.choices, model.variants
    sizes = np.bincount(model.dimension, minlength=n_dimensions)
    whole = np.bincount(model.dimension, weights=model.rule_weight, minlength=n_dimensions)
    mean = np.maximum(whole / np.maximum(sizes, 1), _SMALLEST)[model.dimension]
    low, high = choices.target_factors
    return Draws(
        _gamma(within, model.rule_weight / mean, choices.weight_concentration),
        _gamma(across, model.dimension_weight / model.dimension_weight.mean(), choices.weight_concentration),
        _picked(rest[:, 0], _SCALINGS),
        rest[:, 1] < 0.5,
        _picked(rest[:, 2], variants.placements),
        _picked(rest[:, 3], len(variants.limit_factors)),
        _picked(rest[:, 4], 2),
        low + (high - low) * rest[:, 5],
        _picked(rest[:, -1], len(variants.closings)),
    )


def _picked(uniform: NDArray[np.float64], count: int) -> NDArray[np.int64]:
    return np.minimum((uniform * count).astype(np.int64), count - 1)


def _gamma(uniform: NDArray[np.float64], mean: NDArray[np.float64], concentration: float) -> NDArray[np.float64]:
    """Gamma variates: of those of a dimension the shares of their sum are Dirichlet with parameters in their ratio."""
    shape = concentration * mean
    drawn = gammaincinv(np.maximum(shape, _SMALLEST), np.maximum(uniform, _SMALLEST))
    weight: NDArray[np.float64] = np.where(mean > 0, drawn, 0.0)
    return weight


def _rows(draws: Draws, chosen: slice) -> Draws:
    return Draws(**{name: getattr(draws, name)[chosen] for name in FACTORS.values()})
