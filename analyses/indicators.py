"""Figures that a study supplies itself, a community each: of surveys, and of how much help people need.

What of them may be told, how sure they are, and what they score. Figures of small surveys are withheld here, before
anything is made of them, so that no score, map or table can give them away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.indicator_columns import INDICATORS
from analyses.parameters import Parameters
from layers.types import Caveat, IndicatorRole, Layers

SCORED, FEW_ANSWERS, WITHHELD, UNKNOWN = "scored", "few_answers", "withheld", "unknown"
_Z_95 = 1.959963984540054
"""The 97.5 % point of the standard normal distribution."""
_SHARE_UNITS = {"%": 100.0, "0-1": 1.0, "share": 1.0}
"""Units in which a figure is a share, and what is all of it."""

_OF_PEOPLE = ("person", "persons", "people", "residents", "人", "名")
"""Units in which a figure counts people."""


@dataclass(frozen=True)
class Indicators:
    """What may be told of a study's own figures."""

    table: pd.DataFrame
    """Columns of `indicator_columns.INDICATORS` on a plain range index: one row a community and indicator, in the
    study's order, safe to publish. ``value``, ``low``, ``high`` [as unit], ``answers`` [persons], ``score`` (0-1)."""
    caveats: tuple[Caveat, ...]

    @property
    def published(self) -> pd.DataFrame | None:
        """The table; None where the study supplies nothing, for then there is no such table."""
        return None if self.table.empty else self.table

    def scores(self, dimension: str) -> pd.Series:
        """The scores of one dimension by community (0-1), every community that has a scored figure.

        Parameters
        ----------
        dimension : str
            One of `layers.types.INDICATOR_DIMENSIONS`. Of ``need`` 1 is who needs least, so need is 1 - score.

        Returns
        -------
        Series
            Index ``community_id``: the arithmetic mean of the dimension's indicators that are scored there. Empty
            where the study supplies none.
        """
        rows = self.table[(self.table["dimension"] == dimension) & (self.table["status"] == SCORED)]
        score = rows["score"].to_numpy(dtype=float)
        index = pd.Index(rows["community_id"], dtype=str, name="community_id")
        return pd.Series(score, index=index, name="score").groupby(level=0).mean()


def indicators(layers: Layers, parameters: Parameters) -> Indicators:
    """What may be told of the figures that a study supplies.

    Parameters
    ----------
    layers : Layers
        ``indicators`` as loaded, and the roles of its study.
    parameters : Parameters
        ``smallest_group``: with fewer answers neither the value nor their number is told, nor is a figure that counts
        fewer people itself (by its unit), but for nobody. ``fewest_answers``: with fewer the figure is told with its
        interval, but not scored.

    Returns
    -------
    Indicators
        A row a community and indicator; no row where the study supplies none. ``score`` is re-scaling between the
        goalposts that the study sets, as in OECD and JRC (2008), Handbook on Constructing Composite Indicators,
        step 5: (value - worst) / (best - worst), cut off at 0 and 1.

    Notes
    -----
    No total over communities is made here or recorded when the layer is read: a single withheld figure would be the
    total less all others.
    """
    columns = [column.name for column in INDICATORS.columns]
    if layers.indicators is None:
        return Indicators(pd.DataFrame(columns=columns), ())
    tables: list[pd.DataFrame] = []
    caveats: list[Caveat] = []
    for role in layers.study.indicators:
        rows = layers.indicators[layers.indicators["indicator_id"] == role.id]
        one = _told(rows.set_index("community_id").reindex(layers.communities.index), role, parameters)
        tables.append(one)
        caveats += _caveats(one, role, parameters)
    return Indicators(pd.concat(tables, ignore_index=True)[columns], tuple(caveats))


def score_of(values: NDArray[np.float64], *, best: float, worst: float) -> NDArray[np.float64]:
    """How near values come to the best, 0-1; values beyond best or worst count as these, unknown stays unknown."""
    near: NDArray[np.float64] = np.clip((values - worst) / (best - worst), 0.0, 1.0)
    return near


def wilson(share: NDArray[np.float64], n: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % score interval of a share (0-1) of `n` answers; NaN where either is unknown or nobody answered.

    Wilson (1927), Journal of the American Statistical Association 22, 209-212; recommended for small samples by
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133. Unlike the normal approximation it stays within
    0 and 1 and has a width where everybody answers alike.
    """
    count = np.where(n > 0, n, np.nan)
    z2 = _Z_95**2
    middle = (share + z2 / (2 * count)) / (1 + z2 / count)
    half = _Z_95 / (1 + z2 / count) * np.sqrt(share * (1 - share) / count + z2 / (4 * count**2))
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def _told(raw: pd.DataFrame, role: IndicatorRole, parameters: Parameters) -> pd.DataFrame:
    """One indicator on all communities, without what must not be told."""
    value, answers = raw["value"].to_numpy(dtype=float), raw["answers"].to_numpy(dtype=float)
    status = _statuses(value, answers, role, parameters)
    told = np.isin(status, (SCORED, FEW_ANSWERS))
    value = np.where(told, value, np.nan)
    answers = np.where(told, answers, np.nan)
    low, high = _interval(value, answers, role)
    scored = status == SCORED
    score, *ends = (np.where(scored, score_of(v, best=role.best, worst=role.worst), np.nan) for v in (value, low, high))
    return pd.DataFrame(
        {
            "community_id": raw.index.astype(str),
            "indicator_id": role.id,
            "dimension": role.dimension,
            "value": value,
            "low": low,
            "high": high,
            "unit": role.unit,
            "answers": answers,
            # Of a figure of which less is better, the low end scores more.
            "score": score,
            "score_low": np.fmin(*ends),
            "score_high": np.fmax(*ends),
            "status": status,
        }
    )


def _statuses(
    value: NDArray[np.float64], answers: NDArray[np.float64], role: IndicatorRole, parameters: Parameters
) -> NDArray[np.object_]:
    status = np.full(len(value), SCORED, dtype=object)
    if role.answers_column:
        status[answers < parameters.fewest_answers] = FEW_ANSWERS
        # Of a survey whose size nobody knows, nobody knows either whether it may be told.
        status[~(answers >= parameters.smallest_group)] = WITHHELD
    if role.unit.strip().lower() in _OF_PEOPLE:
        status[(value > 0) & (value < parameters.smallest_group)] = WITHHELD
    status[np.isnan(value) & ~((answers > 0) & (answers < parameters.smallest_group))] = UNKNOWN
    return status


def _interval(
    value: NDArray[np.float64], answers: NDArray[np.float64], role: IndicatorRole
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % interval [as unit]; empty where the figure is no share, or of no survey."""
    whole = _SHARE_UNITS.get(role.unit)
    if whole is None:
        return np.full(len(value), np.nan), np.full(len(value), np.nan)
    share = np.where((value >= 0) & (value <= whole), value / whole, np.nan)
    low, high = wilson(share, answers)
    return low * whole, high * whole


def _caveats(table: pd.DataFrame, role: IndicatorRole, parameters: Parameters) -> Sequence[Caveat]:
    """Told of what is published only: a count that includes what is withheld could give it away."""
    value, status = table["value"], table["status"]
    beyond = (value > max(role.best, role.worst)) | (value < min(role.best, role.worst))
    layer = f"indicator.{role.id}"
    found = (
        Caveat("indicator_beyond", layer, int(beyond.sum()), "communities", f"{role.worst:g}-{role.best:g}"),
        Caveat("indicator_few_answers", layer, int((status == FEW_ANSWERS).sum()), "communities",
               f"{parameters.fewest_answers:g}"),
        Caveat("indicator_withheld", layer, int((status == WITHHELD).sum()), "communities",
               f"{parameters.smallest_group:g}"),
        Caveat("indicator_unknown", layer, int((status == UNKNOWN).sum()), "communities"),
    )  # fmt: skip
    return [caveat for caveat in found if caveat.count]
