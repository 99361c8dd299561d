"""Needs: who needs most, by the study's own indicators or the share of a group, and whether supply follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import inequality
from analyses.equity_columns import NEEDS
from analyses.indicators import SCORED
from analyses.parameters import EquityLimits
from analyses.units import COMMUNITY, Level
from layers.types import Study

_DIGITS = 12
COLUMNS = [column.name for column in NEEDS.columns]


def need_by_community(study: Study, indicators: pd.DataFrame, communities: pd.Index) -> dict[str, NDArray[np.float64]]:
    """The indicators of need of a study, turned so that more is more need.

    Parameters
    ----------
    study : Study
    indicators : DataFrame
        Columns of `indicator_columns.INDICATORS`: what may be told.
    communities : Index

    Returns
    -------
    dict
        By indicator, on the communities: 0 at the role's ``best``, 1 at its ``worst``, not cut off, so that ranks are
        those of the values; NaN is unknown, withheld, or of a survey too small to be scored.
    """
    found = {}
    for role in study.indicators:
        if role.dimension != "need":
            continue
        rows = indicators[(indicators["indicator_id"] == role.id) & (indicators["status"] == SCORED)]
        value = rows.set_index("community_id")["value"].reindex(communities).to_numpy(dtype=float)
        found[role.id] = (value - role.best) / (role.worst - role.best)
    return found


def needs_table(
    levels: Mapping[str, Level],
    residents: NDArray[np.float64],
    supply: Mapping[str, NDArray[np.float64]],
    indicators: pd.DataFrame,
    groups: pd.DataFrame,
    limits: EquityLimits,
) -> pd.DataFrame:
    """Need and supply of communities by the study's indicators, of higher units by the published share of each group.

    Parameters
    ----------
    levels : mapping of str to Level
    residents : float array
        Of every demand point [persons].
    supply : mapping of str to float array
        By resource, of every demand point [m2/person]; NaN is unknown.
    indicators : DataFrame
        ``subject``, ``unit_id``, ``value`` and ``need`` (more is more), of communities; NaN is unknown.
    groups : DataFrame
        `groups.PublicGroups.residents`: only what is published there is used, so nothing more can be learnt here.
    limits : EquityLimits
        ``least_units``: a level of fewer is not ranked. ``most_left_out_share``: a unit of which the supply of more
        residents is unknown has none.

    Returns
    -------
    DataFrame
        Columns of `equity_columns.NEEDS`; no row for what nobody knows.
    """
    tables = []
    for name, level in levels.items():
        if len(level.units) < limits.least_units:
            continue
        people = level.sums(residents)
        needs = (
            dict(_of_groups(groups, level, people)) if name != COMMUNITY else dict(_of_indicators(indicators, level))
        )
        for resource, value in supply.items():
            average = _average(level, value, residents, limits)
            tables += [_ranked(level, subject, resource, need, average, people) for subject, need in needs.items()]
    return pd.concat(tables, ignore_index=True)[COLUMNS] if tables else pd.DataFrame(columns=COLUMNS)


def _of_indicators(
    indicators: pd.DataFrame, level: Level
) -> Iterator[tuple[str, tuple[NDArray[np.float64], NDArray[np.float64]]]]:
    for subject, rows in indicators.groupby("subject", sort=False):
        here = rows.set_index("unit_id").reindex(level.units.index)
        yield str(subject), (here["value"].to_numpy(float), here["need"].to_numpy(float))


def _of_groups(
    groups: pd.DataFrame, level: Level, people: NDArray[np.float64]
) -> Iterator[tuple[str, tuple[NDArray[np.float64], NDArray[np.float64]]]]:
    rows = groups.loc[level.name].reindex(level.units.index)
    for group in (column.removesuffix("_status") for column in rows if column.endswith("_status")):
        counted = rows[group].to_numpy(float)
        if np.isnan(counted).all():
            continue
        with np.errstate(invalid="ignore", divide="ignore"):
            share = counted / people
        yield group, (share, share)


def _average(
    level: Level, value: NDArray[np.float64], residents: NDArray[np.float64], limits: EquityLimits
) -> NDArray[np.float64]:
    """What a resident of each unit has on average; NaN where it is unknown for too many, or nobody lives."""
    known = np.where(np.isnan(value), 0.0, residents)
    counted, everybody = level.sums(known), level.sums(residents)
    with np.errstate(invalid="ignore", divide="ignore"):
        average = level.sums(known * np.nan_to_num(value)) / counted
    enough: NDArray[np.bool_] = counted >= (1 - limits.most_left_out_share) * everybody
    return np.where(enough & (counted > 0), average, np.nan)


def _ranked(
    level: Level,
    subject: str,
    resource: str,
    needed: tuple[NDArray[np.float64], NDArray[np.float64]],
    average: NDArray[np.float64],
    people: NDArray[np.float64],
) -> pd.DataFrame:
    told, need = needed
    compared = np.where(np.isnan(need) | np.isnan(average), 0.0, people)
    table = pd.DataFrame(
        {
            "level": level.name,
            "unit_id": level.units.index.to_numpy(),
            "subject": subject,
            "resource": resource,
            "need": told,
            "supply": average,
            "need_percentile": inequality.fractional_rank(need, compared),
            "supply_percentile": inequality.fractional_rank(average, compared),
            "gap": np.round(inequality.needs_gap(need, average, people), _DIGITS) + 0.0,  # no minus before nothing
            "residents": people,
        }
    )
    return table[table["need"].notna() & (table["residents"] > 0)]
