"""Cumulative measures: how many spaces, and how much of them, lie within reach of each demand point."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.costs import Costs
from analyses.decay import Decay


def count_within(costs: Costs, points: pd.Index, *, limit: float, cut: NDArray[np.bool_] | None = None) -> pd.Series:
    """Number of places within a limit (inclusive) of each demand point [places].

    Parameters
    ----------
    costs : Costs
        At least to the limit.
    points : Index
        Ids of the demand points.
    limit : float
        In the unit of the costs.
    cut : bool array, optional
        Demand points within the limit of where the data end: more may lie beyond.

    Returns
    -------
    Series
        ``n_places`` on `points`; 0 where none is within reach, NaN where that is unknown (`cut`).

    Notes
    -----
    Never falls when the limit rises or a space is added.
    """
    near = costs.point[costs.cost <= limit]
    count = _unless_cut(np.bincount(near, minlength=len(points)), cut)
    return pd.Series(count, index=points, name="n_places")


def area_within(
    costs: Costs,
    points: pd.Index,
    supply_m2: NDArray[np.float64],
    decay: Decay,
    *,
    cut: NDArray[np.bool_] | None = None,
) -> pd.Series:
    """Area of the places within reach of each demand point, weighted by a decay, shared with nobody [m2].

    With `Dichotomous` the plain area; with any other Hansen's potential, "accessible urban nature" in
    InVEST's Urban Nature Access.

    Parameters
    ----------
    costs : Costs
        At least to `decay.reach`.
    points : Index
        Ids of the demand points.
    supply_m2 : float array
        Area of each place [m2], by position; NaN (a place mapped as a point) adds none.
    decay : Decay
    cut : bool array, optional
        Demand points within `decay.reach` of where the data end.

    Returns
    -------
    Series
        ``area_m2`` on `points`; 0 where nothing is within reach, NaN where that is unknown (`cut`).

    References
    ----------
    Hansen, W. G. (1959). Journal of the American Institute of Planners 25(2), 73-76.
    """
    weighted = decay(costs.cost) * np.nan_to_num(supply_m2)[costs.place]
    area_m2 = _unless_cut(np.bincount(costs.point, weights=weighted, minlength=len(points)), cut)
    return pd.Series(area_m2, index=points, name="area_m2")


def nearest_within(costs: Costs, points: pd.Index) -> pd.DataFrame:
    """The nearest place of each demand point among the costs.

    Returns
    -------
    DataFrame
        On `points`: ``cost`` (inf: out of reach) and ``place`` (position, -1: out of reach; of places
        equally near the first).
    """
    order = np.lexsort((costs.place, costs.cost, costs.point))
    point, first = np.unique(costs.point[order], return_index=True)
    cost, place = np.full(len(points), np.inf), np.full(len(points), -1)
    cost[point], place[point] = costs.cost[order][first], costs.place[order][first]
    return pd.DataFrame({"cost": cost, "place": place}, index=points)


def group_shares(
    good: NDArray[np.float64], bad: NDArray[np.float64], groups: pd.DataFrame, unit: NDArray[np.int64], units: pd.Index
) -> pd.DataFrame:
    """How many of each group are served in each unit, from residents and never from averages.

    Parameters
    ----------
    good, bad : float array
        Share of each demand point that is served, and that is not (0-1); what is missing to 1 is unknown.
    groups : DataFrame
        One column a group [persons], one row a demand point. NaN is unknown.
    unit : int array
        Position of each demand point's unit; -1: none.
    units : Index
        Ids of the units.

    Returns
    -------
    DataFrame
        ``unit_id``, ``group``, ``residents``, ``residents_served``, ``residents_short``,
        ``residents_unknown`` [persons] and ``share`` = served / (served + short) (0-1; NaN where
        nobody of the group is known).

    Notes
    -----
    Served, short and unknown add up to the residents of the group.
    """
    inside = unit >= 0

    def sums(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(unit[inside], weights=weights[inside], minlength=len(units)).astype(float)

    tables = []
    for name in groups.columns:
        people = groups[name].to_numpy(float)
        total, served, short = sums(people), sums(people * good), sums(people * bad)
        unknown = total - served - short
        # Sums of shares do not cancel to the last bit.
        unknown[np.abs(unknown) < 1e-9 * np.maximum(np.nan_to_num(total), 1.0)] = 0.0
        with np.errstate(divide="ignore", invalid="ignore"):
            share = served / (served + short)
        tables.append(
            pd.DataFrame(
                {
                    "unit_id": units.to_numpy(),
                    "group": name,
                    "residents": total,
                    "residents_served": served,
                    "residents_short": short,
                    "residents_unknown": unknown,
                    "share": share,
                }
            )
        )
    columns = ["unit_id", "group", "residents", "residents_served", "residents_short", "residents_unknown", "share"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def _unless_cut(measured: NDArray[np.generic], cut: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    figures = measured.astype(float)
    if cut is not None:
        figures[cut] = np.nan
    return figures
