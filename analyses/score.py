"""Score: how far a value has come towards the target of its rule, between 0 and 1.

Distance to target is the only scaling that says something by itself: 1 is what the standard asks, whatever
the other communities have, and adding a community moves nobody else's score.

References
----------
OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 5 (distance to a reference); cited from memory.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyses.profile import Rule

_ROUNDING = 1e-9
"""Relative, as in `verdict`: what is met scores 1 however the sum was ordered."""
_WHOLE_PCT = 100.0


def distance_to_target(
    value: NDArray[np.float64], target: NDArray[np.float64] | float, *, at_most: bool, unit: str
) -> NDArray[np.float64]:
    """Share of the way to the target (0-1).

    At least T: min(1, v / T). At most T: 1 where it is met, else, in percent, (100 - v) / (100 - T), the share of
    the way from "everybody" to the target; in another unit T / v.

    Parameters
    ----------
    value, target : float arrays
        In the rule's unit, >= 0; a target may be lower for some units than for others. NaN is unknown.
    at_most : bool
        Whether the target is the largest value allowed.
    unit : str
        ``%`` (0-100) or another unit of the rule.

    Returns
    -------
    float array
        1 is met, 0 as far from the target as can be; NaN where value or target is.

    Notes
    -----
    Never falls as a value gets better, and is 1 exactly where `verdict.judge` finds the target met.

    Examples
    --------
    40 % reached of 80 % score 0.5; 52.5 % exposed where 5 % are allowed score 0.5; 2 m2 of 5 m2 a person 0.4.
    """
    found, asked = np.broadcast_arrays(np.asarray(value, dtype=float), np.asarray(target, dtype=float))
    slack = _ROUNDING * np.maximum(1.0, np.abs(asked))
    met = found <= asked + slack if at_most else found >= asked - slack
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if not at_most:
            part = found / asked
        elif unit == "%":
            part = (_WHOLE_PCT - found) / (_WHOLE_PCT - asked)
        else:
            part = asked / found
    score: NDArray[np.float64] = np.where(met, 1.0, np.clip(part, 0.0, 1.0))
    return np.where(np.isnan(found) | np.isnan(asked), np.nan, score)


def rule_score(
    rule: Rule, value: NDArray[np.float64], target: NDArray[np.float64] | float | None = None
) -> NDArray[np.float64]:
    """The score of values under a rule (0-1); NaN without a target.

    `target`, where given, is what holds for each unit instead of the rule's own number.
    """
    if rule.target is None:
        return np.full(len(value), np.nan)
    asked = rule.target.value if target is None else target
    return distance_to_target(value, asked, at_most=rule.target.maximum is not None, unit=rule.unit)
