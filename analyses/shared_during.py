"""Supply shared out while a hazard lasts: what is left, by the shares of other days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyses.catchment import SupplyRange
from analyses.decay import Decay
from analyses.provision import Surroundings


def shared_as_before(
    before: Surroundings,
    left: Surroundings,
    place_before: NDArray[np.int64],
    residents: NDArray[np.float64],
    outside: NDArray[np.float64],
    decay: Decay,
) -> SupplyRange:
    """Supply of every demand point while a hazard lasts [m2/person].

    What is left of a place is shared among all who come on other days, and who cannot come now gets nothing of it: that
    part is not handed to the others, or whoever stays dry would be better off the more are cut off. With A_k the area
    of a piece k of place j, W the decay and D_j the demand for j on other days, a point has the sum over the pieces in
    reach of A_k W(walk during) / D_j.

    Parameters
    ----------
    before, left : Surroundings
        Of the same limit, on other days and while the hazard lasts.
    place_before : int array
        By place of `left`: the place of `before` that it is a piece of.
    residents : float array
        By demand point [persons]; NaN is unknown.
    outside : float array
        Share of each home that lies outside of the hazard (0-1).
    decay : Decay

    Returns
    -------
    SupplyRange
        As of `catchment.supply_range`, the mean over the residents of each demand point.

    Notes
    -----
    Never more than on other days, at any demand point. Where nothing is closed it is the same up to rounding.
    """
    unknown = np.isnan(residents)
    drawn = decay(before.costs.cost)
    comes = drawn > 0
    point, place, size = before.costs.point[comes], before.costs.place[comes], len(before.area_m2)
    demand = np.bincount(place, weights=drawn[comes] * np.nan_to_num(residents)[point], minlength=size)
    cut = before.place_cut.copy()
    cut[place[unknown[point]]] = True
    cut_now = cut[place_before] & (left.area_m2 > 0)
    shared_by = demand[place_before]
    share = np.divide(left.area_m2, shared_by, out=np.zeros(len(left.area_m2)), where=shared_by > 0)
    weight = decay(left.costs.cost)

    def total(per_place: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.bincount(left.costs.point, weights=weight * per_place[left.costs.place], minlength=len(residents))
        return found.astype(float) * outside

    most = total(share)
    some_outside = outside > 0
    touched = total(cut_now.astype(float)) > 0
    endless = (left.point_cut & some_outside) | (total((cut_now & (share == 0)).astype(float)) > 0)
    return SupplyRange(
        np.where(touched | (left.point_cut & some_outside), np.nan, most),
        total(np.where(cut_now, 0.0, share)),
        np.where(endless, np.inf, most),
    )
