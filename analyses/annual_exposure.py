"""How many people are exposed in a year on average, from layers of several return periods."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def expected_annual(periods_yr: Sequence[float], exposed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The expected number of people exposed in a year, by the trapezoid rule over probabilities of exceedance [1]_.

    With p = 1 / T the yearly probability of an event at least as rare as T, and N(p) the people exposed to it, the
    expectation is the area below N over p: between two layers the mean of both times the difference of their
    probabilities, and beyond the rarest its people times its probability, as if no rarer event reached farther. More
    frequent events than the most frequent layer are left out, as if they reached nobody. Both make it a lower bound.

    Parameters
    ----------
    periods_yr
        Return periods [years], at least two, each once, in any order.
    exposed
        (units, periods): people exposed to the event of each period. NaN is unknown.

    Returns
    -------
    array
        People in a year, one a unit; NaN where any of its figures is.

    Notes
    -----
    People who are exposed in several events of a year count each time. Multiplying all figures multiplies the result.

    References
    ----------
    .. [1] Meyer, V., Haase, D., Scheuer, S. (2009). Flood risk assessment in European river basins: concept, methods,
       and challenges exemplified at the Mulde river. Integrated Environmental Assessment and Management 5(1), 17-26:
       annual average damage as the sum of mean damages between probabilities times the difference of these. Cited from
       memory. The events are those of Directive 2007/60/EC, Art. 6.
    """
    periods = np.asarray(periods_yr, dtype=float)
    if len(periods) < 2 or len(np.unique(periods)) < len(periods) or not (periods >= 1).all():
        raise AssertionError("at least two return periods of a year or more are needed, each once")
    order = np.argsort(periods)
    probability, people = 1 / periods[order], exposed[:, order]
    between = (people[:, :-1] + people[:, 1:]) / 2 @ -np.diff(probability)
    expected: NDArray[np.float64] = between + people[:, -1] * probability[-1]
    return expected
