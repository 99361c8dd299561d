"""Figures of what a hazard leaves: without those who are cut off, and between the worst and the best that may be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analyses.units import Level
from analyses.verdict import Figures

if TYPE_CHECKING:
    from analyses.measure import Measured

_ROUNDING = 1e-9


def without_cut_off(figures: Figures, level: Level, residents: NDArray[np.float64], measured: Measured) -> Figures:
    """Area per resident where those who are cut off have nothing of it: the mean over all residents.

    What there is for each resident, times the share of them who can go there. The part of those who cannot is not
    handed to the others, so that nobody is better off for a neighbour's being cut off.

    Parameters
    ----------
    figures : Figures
        As if nobody were cut off.
    level : Level
    residents : float array
        By demand point.
    measured : Measured
        `good` is the share of each home's residents who are for certain not cut off, `bad` of those who are.
    """
    free, stuck = level.sums(residents * measured.good), level.sums(residents * measured.bad)
    with np.errstate(divide="ignore", invalid="ignore"):
        low, value, high = free / figures.total, free / (free + stuck), 1 - stuck / figures.total

    def times(amount: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
        # Who is cut off from something without bound has nothing of it.
        return np.where(share == 0, 0.0, amount * share)

    unknown = np.maximum(figures.unknown, np.maximum(figures.total - free - stuck, 0.0))
    return replace(
        figures,
        value=times(figures.value, value),
        low=times(figures.low, low),
        high=times(figures.high, np.minimum(high, 1.0)),
        unknown=np.where(unknown < _ROUNDING * np.nan_to_num(figures.total), 0.0, unknown),
    )


def between(worst: Figures, best: Figures) -> Figures:
    """What is certain where a hazard layer leaves open how much it closes: the least, and the most that it may be.

    The value is the least, as elsewhere where the data end (`provision.within`).
    """
    low, high = np.fmin(worst.low, best.low), np.fmax(worst.high, best.high)
    with np.errstate(invalid="ignore"):
        differs = ~np.isclose(worst.value, best.value, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True)
    unknown = np.fmax(worst.unknown, best.unknown)
    return replace(worst, low=low, high=high, unknown=unknown, by_hazard=differs, by_size=best.by_size)
