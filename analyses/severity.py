"""Severity and priority: how far a gap is from its target, and which gap to look at first.

Both are our convention: severity is the part of the way to the target that is missing, and priority weighs it
by how many people are concerned. They order what is short; they do not say what it costs to mend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.parameters import SeverityLimits
from analyses.profile import Profile, Rule
from analyses.score import rule_score

SEVERITIES = ("slight", "moderate", "severe")
_DECIMALS = 6
"""Priority scores that differ by less are the same: sums of shares of residents leave such traces."""
_ROUNDED = 9
"""Decimals of a severity, so that four fifths of the way are done at 0.2 and not a hair before."""


def with_severity(gaps: gpd.GeoDataFrame, profiles: Sequence[Profile], limits: SeverityLimits) -> gpd.GeoDataFrame:
    """The gaps with their severity and priority.

        severity        = 1 - score                                   (0-1; `score.rule_score`)
        priority_score  = severity x residents_short x rule weight    [persons]
        priority        = rank of priority_score among the gaps of its level, 1 = highest

    Parameters
    ----------
    gaps : GeoDataFrame
        Columns of `gap_columns.GAPS` as from `gaps.find_gaps`; ``target`` is the one that holds for the unit.
    profiles : sequence of Profile
        As judged.
    limits : SeverityLimits

    Returns
    -------
    GeoDataFrame
        With ``severity``, ``severity_class``, ``priority_score`` and ``priority``. Ranks are of one level each: a
        district has more residents than any of its communities, and would always lead. Rules about groups of
        residents, and rows whose ``residents_short`` is not known or not told, have no priority (NaN): a rank could
        tell what is withheld. Nor have rules of weight 0. Of equal scores the first ``gap_id`` comes first.
    """
    rules = {(profile.id, rule.id): rule for profile in profiles for rule in profile.rules}
    keys = list(zip(gaps["profile_id"], gaps["rule_id"], strict=True))
    severity = np.round(1.0 - _scores(gaps, keys, rules), _ROUNDED)
    weight = np.array([rules[key].weight for key in keys], dtype=float)
    of_groups = np.array([rules[key].about_a_group for key in keys], dtype=bool)
    concerned = np.where(of_groups | (weight == 0), np.nan, gaps["residents_short"].to_numpy(float))
    score = np.round(severity * concerned * weight, _DECIMALS)
    return gaps.assign(
        severity=severity,
        severity_class=pd.Series(_classes(severity, limits), index=gaps.index, dtype=object),
        priority_score=score,
        priority=_ranks(score, gaps["level"], gaps["gap_id"]),
    )


def _scores(
    gaps: gpd.GeoDataFrame, keys: Sequence[tuple[str, str]], rules: Mapping[tuple[str, str], Rule]
) -> NDArray[np.float64]:
    found = np.full(len(gaps), np.nan)
    value, target = gaps["value"].to_numpy(float), gaps["target"].to_numpy(float)
    for key in dict.fromkeys(keys):
        rows = np.array([other == key for other in keys], dtype=bool)
        found[rows] = rule_score(rules[key], value[rows], target[rows])
    return found


def _classes(severity: NDArray[np.float64], limits: SeverityLimits) -> NDArray[np.object_]:
    """The class of each; None where the severity is not known."""
    known = ~np.isnan(severity)
    found = np.full(len(severity), None, dtype=object)
    place = np.searchsorted([limits.moderate, limits.severe], severity[known], side="right")
    found[known] = np.array(SEVERITIES, dtype=object)[place]
    return found


def _ranks(score: NDArray[np.float64], level: pd.Series, gap_id: pd.Series) -> NDArray[np.float64]:
    ranks = np.full(len(score), np.nan)
    for name in level.unique():
        known = np.flatnonzero(~np.isnan(score) & (level == name).to_numpy(bool))
        order = known[np.lexsort((gap_id.to_numpy(str)[known], -score[known]))]
        ranks[order] = np.arange(1, len(order) + 1)
    return ranks
