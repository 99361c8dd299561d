"""From figures to verdicts: met, short, reported, or not assessed with the reason.

A verdict is given only at the level at which a rule is judged, and only where nothing that the
data leave unknown could turn it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.profile import Rule, Target
from analyses.relaxation import Asked
from analyses.score import rule_score
from analyses.shortfalls import in_people_and_area
from analyses.units import Level

WIDE_SHARE = 0.05
"""Of what is counted: where more is unknown, one number would tell a part as if it were the whole (our convention)."""
LEFT_OPEN = ("hazard_unknown", "refuge_size_unknown")
"""Reasons why a value is not known of which its range is told: the worst and the best that may be."""
_ROUNDING = 1e-9
"""Relative: 80 % of residents is 80 % however the sum was ordered."""


@dataclass(frozen=True)
class Figures:
    """What one rule measures for the units of one level; arrays on the level's units."""

    value: NDArray[np.float64]
    """In the rule's unit; NaN where there is nothing to measure."""
    low: NDArray[np.float64]
    """The value if all that is unknown were bad, and ..."""
    high: NDArray[np.float64]
    """... if it were good."""
    total: NDArray[np.float64]
    """Residents, floor area or buildings the value speaks of; NaN is unknown."""
    served: NDArray[np.float64]
    short: NDArray[np.float64]
    unknown: NDArray[np.float64]
    asked: Asked | None = None
    """What the rule asks of each unit; None: its own number of all."""
    why: NDArray[np.object_] | None = None
    """Of each unit why its value says nothing (a code of `columns.REASONS`), or empty; None: empty for all."""
    by_hazard: NDArray[np.bool_] | None = None
    """Of each unit whether a hazard layer leaves open what its value is; None: of none."""
    by_size: NDArray[np.bool_] | None = None
    """Of each unit whether refuges of which nobody knows the size leave open what its value is."""


def judge(
    rule: Rule, profile_id: str, level: Level, figures: Figures, reported: str, others: Sequence[Figures] = ()
) -> pd.DataFrame:
    """Judge one rule for all units of one level.

    Parameters
    ----------
    rule : Rule
    profile_id : str
    level : Level
    figures : Figures
    reported : str
        Why the rule is not judged at this level (a code of `columns.REASONS`), or empty.
    others : sequence of Figures
        The same under other ways of placing residents. With what the edge of the data leaves unknown
        they give the range of the value, and they say whether the verdict is firm; the verdict itself
        rests on `figures` alone. Each is held to what is asked under its own placing.

    Returns
    -------
    DataFrame
        Columns of `columns.ASSESSMENTS`. Where hazard layers or refuges of unknown size leave a verdict open, or more
        than `WIDE_SHARE` of what would only be reported, there is no value, but its range is told.
    """
    target, asked = rule.target, _asked(rule, figures)
    reason = _not_assessed(rule, figures)
    met_low, met_high = _meets(figures.low, target, asked), _meets(figures.high, target, asked)
    open_ = _too_wide(rule, figures) if reported else met_low != met_high
    reason = np.where((reason == "") & open_, _left_open(figures), reason)
    assessed = reason == ""
    ranged = assessed | np.isin(reason, LEFT_OPEN)
    status = np.where(~assessed, "not_assessed", "reported" if reported else np.where(met_low, "met", "short"))
    reason[assessed] = reported
    value = np.where(assessed, figures.value, np.nan)
    people = rule.about_residents
    bounds = (value, figures.low, figures.high, *(other.value for other in others))
    values = np.array([np.where(ranged, bound, np.nan) for bound in bounds])
    others_met = [_meets(other.value, target, _asked(rule, other)) for other in others]
    same = np.all([met == met_low for met in others_met], axis=0) if others else assessed
    shortfall = np.full(len(value), np.nan) if reported else _shortfall(value, target, asked)
    short = figures.short
    if rule.kind == "provision":
        short = np.where(status == "short", figures.total, np.where(status == "met", 0.0, np.nan))
    return pd.DataFrame(
        {
            "unit_id": level.units.index.to_numpy(),
            "level": level.name,
            "profile_id": profile_id,
            "rule_id": rule.id,
            "value": value,
            "value_low": np.fmin.reduce(values),
            "value_high": np.fmax.reduce(values),
            "target": asked,
            "relaxed_share": np.nan if figures.asked is None else figures.asked.relaxed_share,
            "unit": rule.unit,
            "status": status,
            "firm": np.where(np.isin(status, ("met", "short")), same.astype(float), np.nan),
            "reason": reason,
            "shortfall": shortfall,
            **in_people_and_area(rule, shortfall, figures.served + figures.short, figures.total),
            "score": rule_score(rule, value, asked),
            "residents_served": np.where(people & assessed, figures.served, np.nan),
            "residents_short": np.where(people & assessed, short, np.nan),
            "residents_unknown": np.where(people, figures.unknown, np.nan),
            "method": method(rule),
        }
    )


def not_assessed(rule: Rule, profile_id: str, level: Level, reason: str) -> pd.DataFrame:
    """Rows for a rule that this study cannot answer at all, with the reason."""
    nothing = np.full(len(level.units), np.nan)
    figures = Figures(nothing, nothing, nothing, nothing, nothing, nothing, nothing)
    rows = judge(rule, profile_id, level, figures, reported="no_target")
    return rows.assign(status="not_assessed", reason=reason, residents_unknown=np.nan)


def method(rule: Rule) -> str:
    """How a rule's value is measured, as a code of `maps.vocabulary.METHODS`: ``walk``, ``e2sfca``, ...

    A straight-line measure has a name of its own: ``e2sfca_euclidean``; so has one in time: ``walk_time``.
    """
    provision = f"{rule.method}_euclidean" if rule.by == "euclidean" else rule.method
    if rule.per in ("built_up_area", "land_area"):
        provision = "land_share"
    reach = rule.by if rule.within_s is None else f"{rule.by}_time"
    return {"reach": reach, "provision": provision, "exposure": "coverage", "site": "places"}[rule.kind]


def _left_open(figures: Figures) -> NDArray[np.object_]:
    """Of each unit why its value is not known well enough for a verdict."""
    why = np.full(len(figures.value), "edge_of_data", dtype=object)
    for code, chosen in zip(LEFT_OPEN, (figures.by_hazard, figures.by_size), strict=True):
        why = why if chosen is None else np.where(chosen, code, why)
    return why


def _doubtful(figures: Figures) -> NDArray[np.bool_]:
    """Of each unit whether it is not the edge of the data alone that leaves its value open."""
    doubtful = np.zeros(len(figures.value), dtype=bool)
    for chosen in (figures.by_hazard, figures.by_size):
        doubtful = doubtful if chosen is None else doubtful | chosen
    return doubtful


def _too_wide(rule: Rule, figures: Figures) -> NDArray[np.bool_]:
    """Of each unit whether so much is left open, not by the edge of the data alone, that no number may stand for it."""
    least = figures.high - 100 * WIDE_SHARE if rule.unit == "%" else figures.high * (1 - WIDE_SHARE)
    wide: NDArray[np.bool_] = _doubtful(figures) & (figures.low < least - _ROUNDING)
    return wide


def _not_assessed(rule: Rule, figures: Figures) -> NDArray[np.object_]:
    reason = np.full(len(figures.value), "", dtype=object)
    reason = np.where(np.isnan(figures.value), _left_open(figures), reason)
    reason[figures.total == 0] = _nothing_to_count(rule)
    reason[np.isnan(figures.total)] = "unknown_population"
    if figures.why is not None:
        reason = np.where((reason == "") & (figures.why != ""), figures.why, reason)
    return reason


_NOTHING = {
    "population": "nobody_lives_here",
    "spaces": "no_places_here",
    "residential_land": "no_land_here",
}
"""What is said where there is nothing to count, by what is counted."""


def _nothing_to_count(rule: Rule) -> str:
    return "nobody_of_group" if rule.about_a_group else _NOTHING.get(rule.who, "no_mapped_homes")


def _asked(rule: Rule, figures: Figures) -> NDArray[np.float64]:
    """What the rule asks of each unit, in its unit; NaN without a target."""
    if figures.asked is not None:
        return figures.asked.target
    return np.full(len(figures.value), np.nan if rule.target is None else rule.target.value)


def _meets(value: NDArray[np.float64], target: Target | None, asked: NDArray[np.float64]) -> NDArray[np.bool_]:
    if target is None:
        return np.ones(len(value), dtype=bool)
    slack = _ROUNDING * np.maximum(1.0, np.abs(asked))
    met: NDArray[np.bool_] = value >= asked - slack if target.maximum is None else value <= asked + slack
    return met


def _shortfall(value: NDArray[np.float64], target: Target | None, asked: NDArray[np.float64]) -> NDArray[np.float64]:
    if target is None:
        return np.full(len(value), np.nan)
    wrong_side = asked - value if target.maximum is None else value - asked
    return np.where(np.isnan(value) | ~_meets(value, target, asked), wrong_side, 0.0)
