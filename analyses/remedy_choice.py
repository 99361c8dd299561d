"""Which of many offers serve most of those who are short: the choice that gates, paths and spaces share.

Choosing few places so that they serve most people within a limit is the maximal covering location problem
[1]_. It is solved greedily: each step takes the offer that adds most, which reaches at least 63 % of the best
[2]_, and the best itself where one offer is enough.

References
----------
.. [1] Church, R. and ReVelle, C. (1974). The maximal covering location problem. Papers of the Regional Science
   Association 32, 101-118.
.. [2] Nemhauser, G. L., Wolsey, L. A. and Fisher, M. L. (1978). An analysis of approximations for maximizing
   submodular set functions. Mathematical Programming 14, 265-294. Both cited from memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.measure import Measured
from analyses.parameters import RemedyLimits
from analyses.score import distance_to_target
from analyses.units import Level

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Unserved:
    """Those whom one rule does not serve, in the units that it leaves short."""

    found: Measured
    level: Level
    residents: NDArray[np.float64]
    """Of every demand point."""
    row: NDArray[np.int64]
    """Demand points not known to be served, with residents, in a unit that is short."""
    certain: NDArray[np.float64]
    """Of every demand point the share of its residents who are certainly short and can be helped where they live."""
    able: NDArray[np.float64]
    """... and of those who can be helped there, short for certain or not: nobody whose home a hazard covers (0-1)."""

    @property
    def unit(self) -> NDArray[np.int64]:
        """The unit of each row."""
        unit: NDArray[np.int64] = self.level.member[self.row]
        return unit


@dataclass(frozen=True)
class Offers:
    """Candidates of one kind, and whom each would serve: pairs of a row of `Unserved` and an offer."""

    point: NDArray[np.object_]
    """Where each offer is."""
    space: NDArray[np.int64]
    """Position of the space, or site, that each concerns; -1 for none."""
    row: NDArray[np.int64]
    offer: NDArray[np.int64]


@dataclass(frozen=True)
class Won:
    """What a unit has after the offers chosen so far."""

    offer: int
    """The last of them."""
    residents_gained: float
    """Of those who were certainly short, with all so far."""
    value_after: float
    """[%]"""
    closes: bool


def by_unit(offers: Offers, short: Unserved) -> dict[int, NDArray[np.int64]]:
    """Positions of the pairs of every unit that has any, in their order."""
    unit = short.unit[offers.row]
    order = np.argsort(unit, kind="stable")
    ids, first = np.unique(unit[order], return_index=True)
    return dict(zip(ids.tolist(), np.split(order, first[1:]), strict=True)) if len(ids) else {}


def rows_served(offers: Offers, won: Mapping[int, Sequence[Won]], short: Unserved) -> NDArray[np.int64]:
    """Rows of those whom what was chosen for their own unit serves."""
    rows = [np.zeros(0, np.int64)]
    for unit, pairs in by_unit(offers, short).items():
        rows.append(offers.row[pairs[np.isin(offers.offer[pairs], [gain.offer for gain in won.get(unit, ())])]])
    return np.concatenate(rows)


def chosen(  # noqa: PLR0913 - the offers of one unit, and what is asked of them
    offers: Offers,
    pairs: NDArray[np.int64],
    short: Unserved,
    unit: int,
    target: float,
    limits: RemedyLimits,
    *,
    steps: int,
) -> Iterator[Won]:
    """The offers of one unit that add most, one after the other.

    Ends when the requirement is met, after `steps`, or where the next would serve fewer of those short than
    `RemedyLimits.least_residents` or `least_share`.

    Parameters
    ----------
    offers, pairs, short
        `pairs` are those of the unit (`by_unit`).
    unit : int
    target : float
        The share required [%], as a minimum.
    limits : RemedyLimits
    steps : int

    Yields
    ------
    Won
        What the rule would find after this offer and all before it: value as `measure.figures`, `closes` as
        `verdict.judge`, also for those of whom it is not known whether they are served.
    """
    inside = short.level.member == unit
    people, found = short.residents[inside], short.found
    good, bad, total = people @ found.good[inside], people @ found.bad[inside], people.sum()
    rows, row_of_pair = np.unique(offers.row[pairs], return_inverse=True)
    offer_ids, offer_of_pair = np.unique(offers.offer[pairs], return_inverse=True)
    at = short.row[rows]
    certain, every = short.residents[at] * short.certain[at], short.residents[at] * short.able[at]
    least, gained = max(limits.least_residents, limits.least_share * bad), 0.0
    for _ in range(steps):
        adds = np.bincount(offer_of_pair, weights=certain[row_of_pair], minlength=len(offer_ids))
        # Sums of shares differ by rounding alone: of equal ones the first, whatever their order of adding.
        best = int(np.argmax(adds >= adds.max(initial=0.0) - _ROUNDING)) if len(adds) else -1
        if best < 0 or adds[best] < least:
            return
        served = row_of_pair[offer_of_pair == best]
        gained, good, bad = gained + certain[served].sum(), good + every[served].sum(), bad - certain[served].sum()
        certain[served] = every[served] = 0.0
        closes = bool(distance_to_target(np.array([100 * good / total]), target, at_most=False, unit="%")[0] == 1.0)
        # All is all, however the sum was ordered.
        value = 100.0 if bad <= _ROUNDING * good else 100 * good / (good + bad)
        yield Won(int(offer_ids[best]), gained, value, closes)
        if closes:
            return
