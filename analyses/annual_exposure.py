"""How many people are exposed in a year on average, from layers of several return periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.exposure import exposed_shares
from analyses.exposure_columns import EXPOSURE_ANNUAL
from analyses.measure import Scene
from analyses.units import Level
from layers.names import examples
from layers.types import Caveat, HazardRole

Events = Mapping[tuple[str, str], Mapping[float, tuple[str, ...]]]
"""Kind and scenario -> return period [years] -> the layers of that event."""


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


def annual_groups(hazards: Sequence[HazardRole]) -> dict[tuple[str, str], dict[float, tuple[str, ...]]]:
    """Layers that may judge, by kind and scenario, then by return period, where there are at least two periods.

    Official layers where there are some, else modelled ones.
    """
    found: dict[tuple[str, str], dict[float, tuple[str, ...]]] = {}
    for key in dict.fromkeys((h.kind, h.scenario) for h in hazards):
        same = [h for h in hazards if (h.kind, h.scenario) == key and h.return_period_yr is not None]
        judging = [h for h in same if h.status == "official"] or [h for h in same if h.status == "modelled"]
        periods = sorted({h.return_period_yr for h in judging if h.return_period_yr is not None})
        if len(periods) > 1:
            found[key] = {t: tuple(h.id for h in judging if h.return_period_yr == t) for t in periods}
    return found


def without_year(hazards: Sequence[HazardRole]) -> list[Caveat]:
    """Layers with a return period that make no figure of a year, by kind, where the study has several periods.

    They are of one period, or their periods stand in layers of different status or scenario, which are not mixed.
    """
    events = [h for h in hazards if h.return_period_yr is not None]
    if len({h.return_period_yr for h in events}) < 2:
        return []
    used = annual_groups(hazards)
    left: dict[str, list[str]] = {}
    for hazard in events:
        if (hazard.kind, hazard.scenario) not in used:
            left.setdefault(hazard.kind, []).append(hazard.id)
    return [Caveat("annual_absent", f"hazard.{k}", len(ids), "layers", examples(ids)) for k, ids in left.items()]


def annual_table(
    scene: Scene, levels: Mapping[str, Level], events: Events, residents: NDArray[np.float64]
) -> pd.DataFrame:
    """Residents exposed in a year, by unit, kind and scenario: columns of `exposure_columns.EXPOSURE_ANNUAL`."""
    parts = []
    for (kind, scenario), by_period in events.items():
        shares = [exposed_shares(scene.layers, ids, scene.homes) for ids in by_period.values()]
        for level in levels.values():
            low = np.column_stack([level.sums(residents * found.inside) for found in shares])
            high = np.column_stack([level.sums(residents * (found.inside + found.unknown)) for found in shares])
            parts.append(
                pd.DataFrame({
                    "unit_id": level.units.index.astype(str),
                    "level": level.name,
                    "kind": kind,
                    "scenario": scenario,
                    **names_of(by_period),
                    "residents_yr": expected_annual(list(by_period), low),
                    "residents_yr_high": expected_annual(list(by_period), high),
                })
            )  # fmt: skip
    columns = [column.name for column in EXPOSURE_ANNUAL.columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def names_of(by_period: Mapping[float, tuple[str, ...]]) -> dict[str, str]:
    """The layers of several events and their periods, as they are published."""
    return {
        "hazard_ids": " ".join(hazard_id for ids in by_period.values() for hazard_id in ids),
        "periods_yr": " ".join(f"{period:g}" for period in by_period),
    }
