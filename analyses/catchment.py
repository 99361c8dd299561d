"""Floating catchments: supply shared out among all who reach it, crowding, and who comes to a space.

A park within reach may be hopelessly crowded. The methods here give every space to the residents who
can come to it, and every resident the sum of their shares, so that what is given out is what there is.

References
----------
2SFCA: Luo, W. and Wang, F. (2003), Environment and Planning B 30(6), 865-884.
E2SFCA: Luo, W. and Qi, Y. (2009), Health & Place 15(4), 1100-1107.
3SFCA: Wan, N., Zou, B. and Sternberg, T. (2012), International Journal of GIS 26(6), 1073-1089.
Cited from memory; the formulas are those written out below, and tests hold the code to them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.costs import Costs
from analyses.decay import Decay
from spatial.errors import AnalysisError

_SHOWN = 3


@dataclass(frozen=True)
class _Flows:
    """Costs that count, with their weights."""

    point: NDArray[np.int32]
    place: NDArray[np.int32]
    weight: NDArray[np.float64]


def supply_per_person(
    costs: Costs,
    residents: pd.Series,
    supply_m2: pd.Series,
    decay: Decay,
    *,
    selection: Decay | None = None,
    least_residents: float = 0.0,
) -> pd.Series:
    """Public space within reach, shared out among all who reach it [m2/person].

    2SFCA with `Dichotomous` decay, E2SFCA with any other, 3SFCA with `selection`:

        share of place j:   R_j = S_j / sum_i P_i G_ij W(c_ij)
        supply of point i:  A_i = sum_j R_j G_ij W(c_ij)

    with G_ij = 1, or (3SFCA) G_ij = T(c_ij) / sum_k T(c_ik): who has many spaces within reach comes
    to each of them less often.

    Parameters
    ----------
    costs : Costs
        At least to `decay.reach`; positions in `residents` and `supply_m2`.
    residents : Series
        People at each demand point [persons], by demand point; >= 0. NaN is unknown.
    supply_m2 : Series
        Area of each place [m2], by place; >= 0, no NaN.
    decay : Decay
        W, the weight of a cost.
    selection : Decay, optional
        T of the 3SFCA.
    least_residents : float
        A space to which fewer (weighted) residents come is shared out as if that many came.
        InVEST's Urban Nature Access has 1; with 0 nothing is lost.

    Returns
    -------
    Series
        ``supply_m2_per_person`` on the index of `residents`. 0 where nothing is within reach; NaN where
        a space within reach is shared with an unknown number of residents.

    Raises
    ------
    AnalysisError
        If residents are negative, an area is negative or unknown, or `costs` is of other frames.

    Notes
    -----
    ``(result * residents).sum()`` is the area of the places to which anybody comes (`least_residents` = 0).

    Examples
    --------
    A park of 8,000 m2 with 30 people at 250 m and 10 at 420 m, dichotomous: at 400 m the 30 have
    266.7 m2 each and the 10 nothing; at 500 m all have 200 m2.
    """
    people, area_m2 = _checked(costs, residents, supply_m2)
    flows = _flows(costs, decay, selection, len(people))
    share = _share(area_m2, _demand(flows, people, len(area_m2)), least_residents)
    supply = np.bincount(flows.point, weights=flows.weight * share[flows.place], minlength=len(people))
    return pd.Series(supply, index=residents.index, name="supply_m2_per_person")


def crowding(costs: Costs, residents: pd.Series, supply_m2: pd.Series, decay: Decay) -> pd.DataFrame:
    """Who comes to each place, and how much of it there is for each of them.

    Parameters
    ----------
    costs, residents, supply_m2, decay
        As for `supply_per_person`.

    Returns
    -------
    DataFrame
        On the index of `supply_m2`: ``catchment_population``, the residents from whom the place has any
        weight [persons], each counted whole; ``demand_persons``, the same weighted by `decay`;
        ``m2_per_person`` = area / ``demand_persons``, the first step of the 2SFCA; NaN where nobody
        comes. All NaN where the residents within reach are unknown.

    Notes
    -----
    Whoever reaches several places is in the catchment of each: catchments do not add up to residents.
    """
    people, area_m2 = _checked(costs, residents, supply_m2)
    flows = _flows(costs, decay, None, len(people))
    demand = _demand(flows, people, len(area_m2))
    with np.errstate(divide="ignore", invalid="ignore"):
        m2_per_person = np.where(demand == 0, np.nan, area_m2 / demand)
    catchment = np.bincount(flows.place, weights=people[flows.point], minlength=len(area_m2))
    return pd.DataFrame(
        {"catchment_population": catchment, "demand_persons": demand, "m2_per_person": m2_per_person},
        index=supply_m2.index,
    )


def balance(supply_m2_per_person: pd.Series, residents: pd.Series, *, required_m2_per_person: float) -> pd.DataFrame:
    """Supply against what is required for every resident, and who has less.

    Parameters
    ----------
    supply_m2_per_person : Series
        By demand point [m2/person]; NaN is unknown.
    residents : Series
        On the same index [persons].
    required_m2_per_person : float
        What every resident should have [m2/person].

    Returns
    -------
    DataFrame
        On their index: ``balance_m2_per_person`` (negative: too little), ``balance_m2`` = that times the
        residents, ``residents_short`` and ``residents_over`` [persons], who have less, or more, than
        required. NaN where supply is unknown.

    References
    ----------
    Liu, H., Hamel, P., Tardieu, L. and others (2022), Landscape and Urban Planning 226, 104484, as in InVEST's
    Urban Nature Access (cited from its guide).
    """
    each = supply_m2_per_person - required_m2_per_person
    return pd.DataFrame(
        {
            "balance_m2_per_person": each,
            "balance_m2": each * residents,
            "residents_short": residents.where(each < 0, 0.0).where(each.notna()),
            "residents_over": residents.where(each > 0, 0.0).where(each.notna()),
        }
    )


@dataclass(frozen=True)
class SupplyRange:
    """Supply of every demand point [m2/person], and between what it lies where the data end too near."""

    value: NDArray[np.float64]
    """NaN where it is not certain."""
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    """inf where unseen spaces may lie within reach, or places of which nobody knows the area."""
    by_size: NDArray[np.bool_] | None = None
    """Where such places lie within reach; None: nowhere."""


def supply_range(
    costs: Costs,
    residents: pd.Series,
    supply_m2: pd.Series,
    decay: Decay,
    *,
    point_cut: NDArray[np.bool_],
    place_cut: NDArray[np.bool_],
) -> SupplyRange:
    """`supply_per_person` where the data end: what is certain, and the bounds of what is not.

    A place whose catchment is cut (`place_cut`) is shared among too few, as people beyond the edge
    come too: its true share lies between nothing and the share found. So it does where residents are
    unknown (NaN). A point whose own search is cut (`point_cut`) may reach spaces that nobody mapped:
    its supply has no upper bound.

    Parameters
    ----------
    costs, residents, supply_m2, decay
        As for `supply_per_person`.
    point_cut, place_cut : bool array
        By position.

    Returns
    -------
    SupplyRange
        `low` and `high` equal `value` wherever that is certain.
    """
    people, area_m2 = _checked(costs, residents, supply_m2)
    flows = _flows(costs, decay, None, len(people))
    unknown = np.isnan(people)
    cut = place_cut.copy()
    cut[flows.place[unknown[flows.point]]] = True
    cut &= area_m2 > 0
    share = _share(area_m2, _demand(flows, np.where(unknown, 0.0, people), len(area_m2)), 0.0)
    # A place to which only unknown residents come is all theirs, however few they are.
    open_ended = cut & (share == 0.0)

    def total(per_place: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.bincount(flows.point, weights=flows.weight * per_place[flows.place], minlength=len(people))
        return found.astype(float)

    most = total(share)
    touched = total(cut.astype(float)) > 0
    unbounded = point_cut | (total(open_ended.astype(float)) > 0)
    return SupplyRange(
        np.where(touched | point_cut, np.nan, most), total(np.where(cut, 0.0, share)), np.where(unbounded, np.inf, most)
    )


def _checked(
    costs: Costs, residents: pd.Series, supply_m2: pd.Series
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    people, area_m2 = residents.to_numpy(float), supply_m2.to_numpy(float)
    _refuse(residents.index[people < 0], "residents", "demand points", "negative")
    _refuse(supply_m2.index[~(area_m2 >= 0)], "supply_m2", "places", "negative or unknown")
    for what, position, size in (("point", costs.point, len(people)), ("place", costs.place, len(area_m2))):
        if position.max(initial=-1) >= size:
            raise AnalysisError(
                f"costs: {what} {int(position.max())} is beyond the {size} given: costs and frames belong to "
                "different searches; compute the costs for these frames"
            )
    return people, area_m2


def _refuse(names: pd.Index, column: str, what: str, why: str) -> None:
    if len(names):
        shown = ", ".join(repr(str(name)) for name in names[:_SHOWN])
        raise AnalysisError(
            f"{column}: {len(names)} {what} are {why}, e.g. {shown}: sharing out would add up to nonsense; "
            "correct or leave them out"
        )


def _flows(costs: Costs, decay: Decay, selection: Decay | None, points: int) -> _Flows:
    weight = decay(costs.cost)
    if selection is not None:
        chosen = selection(costs.cost)
        total = np.bincount(costs.point, weights=chosen, minlength=points)[costs.point]
        weight = weight * np.divide(chosen, total, out=np.zeros(len(total)), where=total > 0)
    # Without weight nobody comes, not even somebody unknown: 0 x NaN would be NaN.
    counts = weight > 0
    if counts.all():
        return _Flows(costs.point, costs.place, weight)
    return _Flows(costs.point[counts], costs.place[counts], weight[counts])


def _demand(flows: _Flows, people: NDArray[np.float64], places: int) -> NDArray[np.float64]:
    return np.bincount(flows.place, weights=flows.weight * people[flows.point], minlength=places).astype(float)


def _share(area_m2: NDArray[np.float64], demand: NDArray[np.float64], least: float) -> NDArray[np.float64]:
    at_least = np.maximum(demand, least)
    return np.divide(area_m2, at_least, out=np.zeros(len(area_m2)), where=at_least != 0)
