"""A shortfall as somebody has to mend it: residents who would have to be served, or square metres missing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analyses.profile import Rule

_TRACE = 1e-9
_WHOLE_PCT = 100.0


def in_people_and_area(
    rule: Rule, shortfall: NDArray[np.float64], known: NDArray[np.float64], total: NDArray[np.float64]
) -> Mapping[str, NDArray[np.float64]]:
    """The shortfall of each unit in residents, or in the area that is missing.

    Parameters
    ----------
    rule : Rule
    shortfall : float array
        In the rule's unit; 0 where the target is met, NaN where nothing is judged.
    known : float array
        Residents, or residential land [m2], of which it is known whether they are served or exposed.
    total : float array
        All residents of the unit; of a share of land the area of the unit [m2].

    Returns
    -------
    mapping of str to float array
        ``residents_to_target`` [persons]: how many more would have to be served (reach), or no longer exposed
        (exposure), for the target to be met; NaN for rules that do not count residents. Of a group whole persons,
        since all that is told of groups is. ``shortfall_m2`` [m2]: what is missing of an area per person, target x
        residents - supply; where places are shared out among all who come, more is needed if others come too, so
        there it is the least. Of a share of land, target x land - supply; of coverage, the residential land that
        would have to be covered besides, target x land - covered. NaN for other rules, and where a target is a maximum.
    """
    nothing = np.full(len(total), np.nan)
    if rule.kind == "provision" or rule.who == "residential_land":
        lacks = rule.target is not None and rule.target.bound == "min"
        each = total if rule.per == "person" else (known if rule.kind == "reach" else total) / _WHOLE_PCT
        return {"shortfall_m2": shortfall * each if lacks else nothing, "residents_to_target": nothing}
    if not rule.about_residents or rule.kind == "site":
        return {"shortfall_m2": nothing, "residents_to_target": nothing}
    persons = shortfall / _WHOLE_PCT * known
    return {
        "shortfall_m2": nothing,
        "residents_to_target": np.ceil(persons - _TRACE) + 0.0 if rule.about_a_group else persons,
    }
