"""Decay: how much a space counts at a cost of getting there, as values.

Every function takes costs and returns weights from 0 to 1 that never rise with the cost. The unit is
that of the costs it is given (metres or seconds): a limit of 500 beside metres is 500 m. Beyond the limit
the weight is 0, so a search may stop there; at the limit itself a space counts whole where all count
alike, and has fallen to nothing where weights fall to 0 there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from spatial.errors import AnalysisError

Floats: TypeAlias = NDArray[np.float64]

_SAMPLES = 1001
_SLACK = 1e-12


class Decay(Protocol):
    """Weights by cost, and the cost beyond which they are 0."""

    @property
    def reach(self) -> float:
        """No cost above it has a weight: how far to search."""
        ...

    def __call__(self, cost: Floats) -> Floats:
        """The weight of each cost (0-1)."""
        ...


@dataclass(frozen=True)
class _Limited:
    """A decay that ends at its limit."""

    limit: float

    def __post_init__(self) -> None:
        _positive(self.limit, f"{type(self).__name__}: limit")

    @property
    def reach(self) -> float:
        """The limit."""
        return self.limit

    def _within(self, cost: Floats, weight: Floats) -> Floats:
        return np.where(cost <= self.limit, weight, 0.0)


@dataclass(frozen=True)
class Dichotomous(_Limited):
    """1 within the limit, 0 beyond: the 2SFCA of Luo and Wang (2003)."""

    def __call__(self, cost: Floats) -> Floats:
        """1 or 0."""
        return (cost <= self.limit).astype(float)


@dataclass(frozen=True)
class Linear(_Limited):
    """``1 - d / limit``."""

    def __call__(self, cost: Floats) -> Floats:
        """1 at no cost, 0 at the limit."""
        return np.maximum(1.0 - cost / self.limit, 0.0)


@dataclass(frozen=True)
class Gaussian(_Limited):
    """``(exp(-(d / limit)^2 / 2) - exp(-1/2)) / (1 - exp(-1/2))``: 1 at no cost, 0 at the limit.

    The form of Dai (2010), Health & Place 16(5), 1038-1052, used by most E2SFCA studies of parks.
    """

    def __call__(self, cost: Floats) -> Floats:
        """Falls slowly at first, to 0 at the limit."""
        end = np.exp(-0.5)
        return self._within(cost, (np.exp(-0.5 * np.square(cost / self.limit)) - end) / (1.0 - end))


@dataclass(frozen=True)
class Exponential(_Limited):
    """``exp(-d / limit)`` cut at the limit, where 37 % is left: as the guide of InVEST's Urban Nature Access says."""

    def __call__(self, cost: Floats) -> Floats:
        """1 at no cost, 1/e at the limit, 0 beyond it."""
        return self._within(cost, np.exp(-cost / self.limit))


@dataclass(frozen=True)
class ExponentialTail(_Limited):
    """``exp(-d / scale)`` that runs on beyond the scale, to the limit (which may be inf).

    The code of InVEST's Urban Nature Access, other than its guide, does not cut the kernel at the
    search radius but lets it run on: `invest_exponential` gives the limit that it has.
    """

    scale: float

    def __post_init__(self) -> None:
        _positive(self.scale, "ExponentialTail: scale")
        if not self.limit >= self.scale:
            raise AnalysisError(
                f"ExponentialTail: limit is {self.limit:g}, below the scale of {self.scale:g}: a tail runs on beyond "
                "the scale; use Exponential for a kernel that is cut there"
            )

    def __call__(self, cost: Floats) -> Floats:
        """1 at no cost, 1/e at the scale."""
        return self._within(cost, np.exp(-cost / self.scale))


def invest_exponential(search_radius_m: float, pixel_m: float) -> ExponentialTail:
    """The exponential kernel as InVEST's code makes it: ``2 * ceil(radius / pixel) + 1`` pixels long [m]."""
    _positive(pixel_m, "invest_exponential: pixel_m")
    return ExponentialTail((2 * float(np.ceil(search_radius_m / pixel_m)) + 1) * pixel_m, search_radius_m)


@dataclass(frozen=True)
class Density(_Limited):
    """``0.75 * (1 - (d / limit)^2)``: Epanechnikov's kernel, "density" in InVEST's Urban Nature Access.

    Its greatest weight is 0.75. Where supply is shared out the factor cancels; an area within
    reach is three quarters of what it would be with a weight of 1 at no cost.
    """

    def __call__(self, cost: Floats) -> Floats:
        """0.75 at no cost, 0 at the limit."""
        return np.maximum(0.75 * (1.0 - np.square(np.minimum(cost, self.limit) / self.limit)), 0.0)


@dataclass(frozen=True)
class Power(_Limited):
    """``(d / unit)^-exponent`` cut at the limit; 1 up to the unit, where the power would exceed it.

    The gravity form of Hansen (1959), Journal of the American Institute of Planners 25(2), 73-76.
    """

    exponent: float
    unit: float = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        _positive(self.exponent, "Power: exponent")
        _positive(self.unit, "Power: unit")

    def __call__(self, cost: Floats) -> Floats:
        """1 up to the unit, falling by the power beyond it."""
        return self._within(cost, np.maximum(cost / self.unit, 1.0) ** -self.exponent)


@dataclass(frozen=True)
class Stepped:
    """A weight for each zone of cost, the first up to ``limits[0]``: the E2SFCA of Luo and Qi (2009)."""

    limits: tuple[float, ...]
    """Upper limits of the zones, rising, inclusive."""
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.limits or len(self.limits) != len(self.weights):
            raise AnalysisError(
                f"Stepped: {len(self.limits)} limits and {len(self.weights)} weights: every zone needs one of each"
            )
        if not (np.diff((0.0, *self.limits)) > 0).all():
            raise AnalysisError(f"Stepped: limits are {self.limits}: zones would overlap; give positive, rising limits")
        _falling(np.array(self.weights, dtype=float), "Stepped: weights")

    @property
    def reach(self) -> float:
        """The last limit."""
        return self.limits[-1]

    def __call__(self, cost: Floats) -> Floats:
        """The weight of the zone."""
        return np.append(np.array(self.weights, dtype=float), 0.0)[np.searchsorted(self.limits, cost, side="left")]


@dataclass(frozen=True)
class UserDefined(_Limited):
    """Any function of the cost, cut at the limit. It is tried on 1,001 costs when made.

    Raises
    ------
    AnalysisError
        If a weight is not within 0-1, or rises with the cost.
    """

    function: Callable[[Floats], Floats]

    def __post_init__(self) -> None:
        super().__post_init__()
        _falling(self.function(np.linspace(0.0, self.limit, _SAMPLES)), "UserDefined: weights")

    def __call__(self, cost: Floats) -> Floats:
        """The function's weights within the limit."""
        near = cost <= self.limit
        weight = np.zeros(len(cost))
        weight[near] = self.function(cost[near])
        return weight


NAMED: dict[str, Callable[[float], Decay]] = {
    "dichotomous": Dichotomous,
    "linear": Linear,
    "gaussian": Gaussian,
    "exponential": Exponential,
    "density": Density,
}
"""The decays that a profile can name: name -> made from the limit."""


def _positive(value: float, what: str) -> None:
    if not (np.isfinite(value) and value > 0):
        raise AnalysisError(f"{what} is {value:g}: no cost could be weighed by it; give a positive, finite number")


def _falling(weights: Floats, what: str) -> None:
    wrong = ~((weights >= -_SLACK) & (weights <= 1.0 + _SLACK))
    if wrong.any():
        raise AnalysisError(
            f"{what}: {int(wrong.sum())} of {len(weights)} are not within 0-1, e.g. {weights[wrong][0]:g}: "
            "a space would count more than once or less than nothing; scale them to 0-1"
        )
    if (np.diff(weights) > _SLACK).any():
        raise AnalysisError(f"{what} rise with the cost: what is farther would count more; give weights that fall")
