"""One rule as it enters the scores of the units of a level, and the ways of turning its values into scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analyses.score import distance_to_target

_DECIMALS = 9
"""Scores (0-1) that agree to this many tie: sums differ in the last digits with their order."""
_WHOLE_PCT = 100.0


@dataclass(frozen=True)
class Criterion:
    """One rule, or one dimension of a study's own figures, as it enters the scores of the units of a level."""

    profile_id: str
    rule_id: str
    dimension: str
    weight: float
    at_most: bool
    """Whether the target is a maximum."""
    unit: str
    values: NDArray[np.float64]
    """Variants x units at which it is judged, in the rule's unit; NaN is not assessed, in all variants alike."""
    target: NDArray[np.float64]
    """By unit at which it is judged."""
    shares: NDArray[np.float64] | None = None
    """Where it is judged at another level: units x units there, the share of the unit's residents (rows add up to 1;
    NaN where less than half of them live where it was assessed)."""
    fixed_target: bool = False
    """Whether the target is the end of a scale, which nobody would set higher or lower."""

    @cached_property
    def there(self) -> NDArray[np.bool_]:
        """Whether it was assessed, by unit of the level that is scored."""
        known = np.isfinite(self.values if self.shares is None else self.shares.T).all(axis=0)
        return np.asarray(known, dtype=bool)

    def at_units(self, judged: NDArray[np.float64]) -> NDArray[np.float64]:
        """Figures (draws x units at which it is judged) for the units that are scored."""
        if self.shares is None:
            return judged
        moved: NDArray[np.float64] = np.nan_to_num(judged) @ self.shares.T
        return moved

    def by_distance(self, variant: NDArray[np.int64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
        """Draws x units: distance to the target times a factor (`score.distance_to_target`), in one variant each."""
        target = np.broadcast_to(self.target, (len(variant), len(self.target)))
        if not self.fixed_target:
            target = target * factor[:, None]
            if self.unit == "%":
                target = np.minimum(target, _WHOLE_PCT)
        score = distance_to_target(self.values[variant], target, at_most=self.at_most, unit=self.unit)
        return self.at_units(score)

    @cached_property
    def span(self) -> NDArray[np.float64]:
        """Variants x units: place between the worst unit (0) and the best (1).

        Where all are equal that says nothing, and the distance to target stands.
        """
        known = self._goodness[:, self.there]
        if not known.shape[1]:
            return self._goodness
        least, most = known.min(axis=1, keepdims=True), known.max(axis=1, keepdims=True)
        size = np.maximum(1.0, np.abs(known).max(axis=1, keepdims=True))
        equal = most - least <= 10.0**-_DECIMALS * size
        by_target = self.by_distance(np.arange(len(self.values)), np.ones(len(self.values)))
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled: NDArray[np.float64] = np.where(equal, by_target, (self._goodness - least) / (most - least))
        return scaled

    @cached_property
    def percentile(self) -> NDArray[np.float64]:
        """Variants x units: share of the units that stand behind, those that tie counted half."""
        found = np.full(self._goodness.shape, np.nan)
        known = self._goodness[:, self.there]
        if known.shape[1]:
            size = np.maximum(1.0, np.abs(known).max(axis=1, keepdims=True))
            found[:, self.there] = (ranks(known / size) - 0.5) / known.shape[1]
        return found

    @cached_property
    def _goodness(self) -> NDArray[np.float64]:
        """Variants x units: the values, or of a maximum their negatives; more is better."""
        return self.at_units(-self.values if self.at_most else self.values)


def ranks(found: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places by score in each row: 1 is the lowest; those that tie share the mean of their places.

    Parameters
    ----------
    found : float array
        Draws x units, about 1 in size, without NaN.
    """
    # Statistics take half a second to import, which no other command should wait for.
    from scipy.stats import rankdata

    places: NDArray[np.float64] = rankdata(np.round(found, _DECIMALS), axis=1)
    return places
