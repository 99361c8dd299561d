"""How evenly something is shared out among residents: pure measures, every resident counting alike.

Weights are residents: a home of forty counts forty times, which a test holds against people written out one by one.
Whoever has nothing counts with 0; whoever's share is unknown (NaN), and nobody (weight 0), is left out of every
measure, and `residents_counted` says how many that leaves.

The papers are cited from memory; the formulas are those written out below, and tests hold the code to them.

References
----------
Lorenz, M. O. (1905), Publications of the American Statistical Association 9(70), 209-219. Gini, C. (1912), Variabilità
e mutabilità. Palma: Cobham, A. and Sumner, A. (2013), King's International Development Institute, working paper
2013-02. Atkinson, A. B. (1970), Journal of Economic Theory 2(3), 244-263. Theil, H. (1967), Economics and Information
Theory; its parts: Shorrocks, A. F. (1980), Econometrica 48(3), 613-625. Concentration index: Wagstaff, A., Paci, P.
and van Doorslaer, E. (1991), Social Science & Medicine 33(5), 545-557; with weights: O'Donnell, O. and others (2008),
Analyzing Health Equity Using Household Survey Data, World Bank, chapter 8. Its correction for what is bounded:
Erreygers, G. (2009), Journal of Health Economics 28(2), 504-515.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from spatial.errors import AnalysisError

Floats: TypeAlias = NDArray[np.float64]

TOP, BOTTOM = 0.1, 0.4
"""The tenth best off and the four tenths worst off, of whom the Palma ratio speaks."""


@dataclass(frozen=True)
class Lorenz:
    """The Lorenz curve: what part of all the `residents` lowest have of all there is. Both rise from 0 to 1."""

    residents: Floats
    """Cumulative share of residents, from those who have least (0-1)."""
    held: Floats
    """Cumulative share of what they have (0-1); NaN where there is nothing to have."""

    @property
    def gini(self) -> float:
        """0: all have alike, towards 1: one has everything. Twice the area between the curve and the diagonal."""
        return float(1.0 - np.sum(np.diff(self.residents) * (self.held[1:] + self.held[:-1])))

    def held_by_lowest(self, share: float) -> float:
        """The part held by the `share` (0-1) of residents who have least; whoever straddles the cut is split."""
        return float(np.interp(share, self.residents, self.held)) if np.isfinite(self.held).all() else np.nan

    def held_by_highest(self, share: float) -> float:
        """The part held by the `share` (0-1) of residents who have most."""
        return 1.0 - self.held_by_lowest(1.0 - share)

    @property
    def palma(self) -> float:
        """What the tenth best off has, as a multiple of what the four tenths worst off have; inf: they have nothing.

        1 where both have as much together, 0.25 where all have alike.
        """
        low, high = self.held_by_lowest(BOTTOM), self.held_by_highest(TOP)
        if np.isnan(low):
            return np.nan
        return high / low if low > 0 else np.inf


def residents_counted(value: Floats, weight: Floats) -> float:
    """Residents of whom the value is known [persons]."""
    return float(weight[_counted(value, weight)].sum())


def mean(value: Floats, weight: Floats) -> float:
    """What a resident has on average; NaN where there is nobody."""
    value, weight = _known(value, weight)
    return float(np.average(value, weights=weight)) if len(value) else np.nan


def quantile(value: Floats, weight: Floats, share: float) -> float:
    """The least value that at least the `share` (0-1) of residents do not exceed; NaN where there is nobody."""
    value, weight = _known(value, weight)
    if not len(value):
        return np.nan
    order = np.argsort(value, kind="stable")
    reached = np.cumsum(weight[order])
    at = np.searchsorted(reached, share * reached[-1] * (1 - 1e-12))
    return float(value[order][min(int(at), len(value) - 1)])


def lorenz(value: Floats, weight: Floats) -> Lorenz:
    """The Lorenz curve of what residents have.

    Parameters
    ----------
    value : float array
        What each resident has, >= 0; NaN is unknown and left out.
    weight : float array
        Residents [persons], >= 0.

    Raises
    ------
    AnalysisError
        If a value or weight is negative.

    Notes
    -----
    Unchanged when all values or all weights are multiplied by the same number, or when residents who have the same
    are put together. Moving something from who has more to who has less, without changing their order, raises the
    curve (Pigou and Dalton).
    """
    value, weight = _known(value, weight)
    if not len(value):
        return Lorenz(np.array([0.0, 1.0]), np.array([np.nan, np.nan]))
    order = np.argsort(value, kind="stable")
    people = np.concatenate([[0.0], np.cumsum(weight[order])])
    had = np.concatenate([[0.0], np.cumsum((value * weight)[order])])
    with np.errstate(invalid="ignore", divide="ignore"):
        return Lorenz(people / people[-1], had / had[-1])


def atkinson(value: Floats, weight: Floats, *, aversion: float) -> float:
    """What part of all there is could go, if the rest were shared evenly, without loss of welfare (0-1).

    1 - [mean((y / ybar)^(1 - e))]^(1 / (1 - e)); for e = 1: 1 - geometric mean / mean. The greater the aversion e,
    the more those count who have least. With e >= 1 the index is 1 as soon as a single resident has nothing, which
    is what the formula says and tells little: look at how many have nothing.

    Parameters
    ----------
    value, weight
        As for `lorenz`.
    aversion : float
        e > 0.

    Returns
    -------
    float
        NaN where nobody has anything.

    Raises
    ------
    AnalysisError
        If `aversion` is not positive, or a value or weight is negative.
    """
    if not aversion > 0:
        raise AnalysisError(
            f"aversion {aversion:g}: Atkinson's index is defined for aversions above 0; choose 0.5 or 1"
        )
    value, weight = _known(value, weight)
    average = mean(value, weight)
    if not average > 0:
        return np.nan
    if aversion >= 1 and (value == 0).any():
        return 1.0
    relative = value / average
    if aversion == 1:
        return float(1.0 - np.exp(np.average(np.log(relative), weights=weight)))
    power = 1.0 - aversion
    return float(1.0 - np.average(relative**power, weights=weight) ** (1.0 / power))


def theil(value: Floats, weight: Floats) -> float:
    """Theil's T: mean((y / ybar) ln(y / ybar)), from 0 where all have alike; who has nothing adds 0, its limit."""
    value, weight = _known(value, weight)
    average = mean(value, weight)
    if not average > 0:
        return np.nan
    return max(float(np.average(_x_log_x(value / average), weights=weight)), 0.0)


def theil_between(value: Floats, weight: Floats, part: NDArray[np.int64]) -> float:
    """Theil's T if everybody had the mean of their part of the city: what lies between the parts.

    Of the measures in use only those of Theil's family fall into what lies between parts and what lies within them
    without a rest (Shorrocks 1980); the Gini does not, where the parts overlap.

    Parameters
    ----------
    value, weight
        As for `lorenz`.
    part : int array
        Which part each belongs to; those of no part (-1) are a part of their own.

    Notes
    -----
    `theil` less this is what lies within: the mean of the parts' own `theil`, each weighted by what it has.
    """
    kept = _counted(value, weight)
    _, number = np.unique(part[kept], return_inverse=True)
    people = np.bincount(number, weights=weight[kept]).astype(float)
    had = np.bincount(number, weights=(value * weight)[kept])
    return theil(had / people, people)


def fractional_rank(key: Floats, weight: Floats) -> Floats:
    """Where each stands among all residents by a key, from the lowest: 0-1, one half on average.

    (residents below + half of those level) / all: residents with the same key share the same rank. NaN where the key
    is unknown or nobody is there, who stand nowhere.
    """
    rank = np.full(len(key), np.nan)
    kept = _counted(key, weight)
    if not kept.any():
        return rank
    _, number = np.unique(key[kept], return_inverse=True)
    level = np.bincount(number, weights=weight[kept])
    rank[kept] = ((np.cumsum(level) - level / 2) / level.sum())[number]
    return rank


def concentration_index(value: Floats, weight: Floats, key: Floats) -> float:
    """Whether those high by a key have more than their part: 2 cov(y, rank by the key) / ybar (-1 to 1).

    Positive: what there is goes to those with a high key (who need most); negative: to those with a low one; 0: the
    key makes no difference. Of all alike 0; the Gini where the key is the value itself.

    Parameters
    ----------
    value, weight
        As for `lorenz`.
    key : float array
        What residents are ranked by; NaN is unknown and left out.

    Raises
    ------
    AnalysisError
        If a value or weight is negative.
    """
    both = ~np.isnan(key) & _counted(value, weight)
    value, weight = _known(value[both], weight[both])
    average = mean(value, weight)
    if not average > 0:
        return np.nan
    rank = fractional_rank(key[both], weight)
    return float(2.0 * np.average((value - average) * (rank - 0.5), weights=weight) / average)


def corrected(index: float, average: float, *, lowest: float, highest: float) -> float:
    """A Gini or concentration index of something bounded, as Erreygers (2009) corrects it: 4 ybar / (b - a) x index.

    Of shares served, the plain index of those served and that of those not served differ, for no reason but the mean.
    Corrected, one is the other with the sign turned (concentration) or the same (Gini).
    """
    return 4.0 * average / (highest - lowest) * index


def needs_gap(need: Floats, supply: Floats, weight: Floats) -> Floats:
    """Rank by need less rank by supply (-1 to 1): above 0 who stands higher by need than by what there is.

    Both ranks are among those of whom need and supply are known; NaN for the others.
    """
    both = ~np.isnan(need) & ~np.isnan(supply)
    people = np.where(both, weight, 0.0)
    return fractional_rank(need, people) - fractional_rank(supply, people)


def _counted(value: Floats, weight: Floats) -> NDArray[np.bool_]:
    kept: NDArray[np.bool_] = ~np.isnan(value) & (np.nan_to_num(weight) != 0)
    return kept


def _known(value: Floats, weight: Floats) -> tuple[Floats, Floats]:
    kept = _counted(value, weight)
    value, weight = value[kept], weight[kept]
    if (value < 0).any() or (weight < 0).any():
        count = int(((value < 0) | (weight < 0)).sum())
        raise AnalysisError(
            f"{count} values or residents are negative: how evenly a debt is shared out has no such measure; "
            "give what people have, 0 or more"
        )
    return value, weight


def _x_log_x(x: Floats) -> Floats:
    logs: Floats = np.zeros(len(x))
    np.log(x, out=logs, where=x > 0)
    return x * logs
