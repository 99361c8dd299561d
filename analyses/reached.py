"""Where the served go: which space, by which entrance and over what distance each home is served, and what most take.

A rule with options is met by any of them, each with a limit of its own: what is nearest need not be what serves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.measure import Measured, Scene
from analyses.units import Level

_ROUNDING = 1e-9
"""Relative: half of the residents is half however the sum was ordered."""


@dataclass(frozen=True)
class Taken:
    """By what each demand point is served: of the options that serve it, the one of least cost."""

    option: NDArray[np.int64]
    """Position among the rule's options; -1 where none serves."""
    space: NDArray[np.int64]
    """Position of the space; -1 where none serves. Of an option that asks for several places the nearest of them."""
    entrance: NDArray[np.int64]
    """Position of the entrance; -1 where none serves, and in a straight line."""
    cost: NDArray[np.float64]
    """In the unit of the reach; NaN where none serves."""


def taken_by(found: Measured) -> Taken:
    """By what every demand point is served under a reach rule.

    Returns
    -------
    Taken
        ``option >= 0`` exactly where ``found.good`` is 1. Of two options of the same cost the first.
    """
    points = len(found.good)
    option, space, entrance = (np.full(points, -1, dtype=np.int64) for _ in range(3))
    cost = np.full(points, np.nan)
    for number, served in enumerate(found.options):
        reach = served.reach
        better = served.served & ~(cost <= reach.cost)
        option[better], space[better], cost[better] = number, reach.space[better], reach.cost[better]
        entrance[better] = -1 if reach.entrance is None else reach.entrance[better]
    return Taken(option, space, entrance, cost)


def reached_columns(scene: Scene, found: Measured, level: Level) -> pd.DataFrame:
    """The space that most of the served residents of each unit go to.

    Parameters
    ----------
    scene : Scene
    found : Measured
    level : Level

    Returns
    -------
    DataFrame
        On a plain range index, one row a unit: ``reached_space_id`` (None where nobody is served), ``reached_share``
        (0-1, of the residents served), ``reached_median_m`` or ``reached_median_min`` (the cost that half of those
        who go there do not exceed) and ``reached_entrances`` (ways in that they take). All empty for rules that are
        not about the reach of all residents, and for those that ask for several places at once.
    """
    units = len(level.units)
    share, median, doors = (np.full(units, np.nan) for _ in range(3))
    names = np.full(units, None, dtype=object)
    rule = found.rule
    if found.options and rule.who == "population" and all(option.count == 1 for option in rule.each):
        taken = taken_by(found)
        people = np.nan_to_num(scene.weight("population"))
        chosen = np.flatnonzero((taken.space >= 0) & (level.member >= 0) & (people > 0))
        top = _most_taken(level.member[chosen], taken.space[chosen], people[chosen])
        unit, space, share[top.unit] = top.unit, top.space, top.share
        names[unit] = scene.layers.spaces.index.to_numpy(str)[space]
        mine = chosen[top.takes_it]
        median[unit] = _medians(level.member[mine], taken.cost[mine], people[mine])
        pairs = np.unique(np.column_stack([level.member[mine], taken.entrance[mine]]), axis=0)
        counted = pairs[pairs[:, 1] >= 0]
        in_unit = np.bincount(counted[:, 0], minlength=units).astype(float)
        doors[in_unit > 0] = in_unit[in_unit > 0]
    timed = rule.within_s is not None
    return pd.DataFrame(
        {
            "reached_space_id": names,
            "reached_share": share,
            "reached_median_m": np.nan if timed else median,
            "reached_median_min": median / 60 if timed else np.nan,
            "reached_entrances": doors,
        }
    )


@dataclass(frozen=True)
class _Most:
    """The space that most take, for each unit in which anybody takes one."""

    unit: NDArray[np.int64]
    space: NDArray[np.int64]
    share: NDArray[np.float64]
    takes_it: NDArray[np.bool_]
    """By entry: whether it takes the space that most of its unit take."""


def _most_taken(unit: NDArray[np.int64], space: NDArray[np.int64], people: NDArray[np.float64]) -> _Most:
    """Of each unit the space that most people take; of two with as many, the first."""
    width = int(space.max(initial=-1)) + 1
    keys, of_key = np.unique(unit * max(width, 1) + space, return_inverse=True)
    sums = np.bincount(of_key, weights=people, minlength=len(keys))
    units, spaces = np.divmod(keys, max(width, 1))
    order = np.lexsort((spaces, -sums, units))
    there, first = np.unique(units[order], return_index=True)
    best = order[first]
    is_best = np.zeros(len(keys), dtype=bool)
    is_best[best] = True
    totals = np.bincount(np.searchsorted(there, units), weights=sums, minlength=len(there))
    return _Most(there, spaces[best], sums[best] / totals, is_best[of_key])


def _medians(unit: NDArray[np.int64], cost: NDArray[np.float64], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """The cost that half of the people of each unit do not exceed, by unit in ascending order."""
    order = np.lexsort((cost, unit))
    of_unit, begins = np.unique(unit[order], return_index=True)
    number = np.searchsorted(of_unit, unit[order])
    running = np.cumsum(people[order])
    before = np.concatenate([[0.0], running])[begins]
    totals = np.bincount(number, weights=people[order], minlength=len(of_unit))
    half = running - before[number] >= totals[number] / 2 * (1 - _ROUNDING) - _ROUNDING
    _, first = np.unique(number[half], return_index=True)
    medians: NDArray[np.float64] = cost[order][half][first]
    return medians
