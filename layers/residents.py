"""Residents by community: a table joined by key. Nobody is 0, unknown is NaN, and the two never mix."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.names import clean_ids, examples, some
from layers.sources.filters import require_columns
from layers.types import Caveat, ResidentsRole
from spatial.errors import LayerError

_LAYER = "residents"


def residents(
    table: pd.DataFrame, role: ResidentsRole, community_ids: pd.Index
) -> tuple[pd.DataFrame, dict[str, int], tuple[Caveat, ...]]:
    """Counts of residents on the communities' index.

    Parameters
    ----------
    table
        One row a community, as read; `role` names the columns.
    community_ids
        The index to join to.

    Returns
    -------
    (DataFrame, dict, tuple of Caveat)
        ``population`` and one column a group [persons, float], on `community_ids`. NaN where the table
        has no row or no number: unknown. Counts: ``joined``, ``residents_unknown``, ``rows_without_community``,
        and totals ``population`` and groups. Caveats: ``residents_all_zero``,
        ``residents_unknown``, ``residents_lost``, ``group_unknown``.

    Raises
    ------
    LayerError
        The table is empty, no row joins, ids repeat, counts are negative or no numbers, a group is larger than the
        population. All faults are told at once.

    Notes
    -----
    Population in the table = population in the result + population of the rows that join nothing.
    """
    if table.empty:
        raise LayerError(
            f"{_LAYER}: the table {role.origin.name!r} holds no rows, so nobody's number is known; give one row a "
            "community, or leave [[residents]] out of the study"
        )
    columns = {"population": role.population_column, **role.groups}
    require_columns(table, [role.join_column, *columns.values()], _LAYER)
    ids = clean_ids(table[role.join_column])
    counts = pd.DataFrame({name: _numbers(table[column]) for name, column in columns.items()})
    _check(table, ids, counts, role, community_ids)
    counts.index = pd.Index(ids, dtype=str)
    joined = counts[counts.index.isin(community_ids)]
    lost = counts[~counts.index.isin(community_ids)]
    frame = joined.reindex(community_ids).astype("float64")
    unknown = frame.index[frame["population"].isna()]
    lost_persons = float(lost["population"].sum())
    seen = {"joined": len(joined), "residents_unknown": len(unknown), "rows_without_community": len(lost)}
    totals = {name: round(float(frame[name].sum())) for name in columns}
    caveats = (
        Caveat("residents_all_zero", _LAYER, len(frame) * int(frame["population"].eq(0).all()), "communities"),
        Caveat("residents_unknown", _LAYER, len(unknown), "communities", examples(unknown)),
        Caveat("residents_lost", _LAYER, lost_persons, "residents", examples(lost.index)),
        *(_group_caveat(frame, group) for group in role.groups),
    )
    return frame, {**seen, **totals}, tuple(c for c in caveats if c.count)


def _numbers(values: pd.Series) -> pd.Series:
    """Numbers where they are, NaN where a cell is empty, inf where something else stands: a fault to be told."""
    if values.dtype == bool:
        return pd.Series(np.inf, index=values.index)
    numbers = pd.to_numeric(values, errors="coerce").astype("float64")
    filled = values.notna() & (values.astype(str).str.strip() != "")
    return numbers.mask(numbers.isna() & filled, np.inf).reset_index(drop=True)


def _group_caveat(frame: pd.DataFrame, group: str) -> Caveat:
    missing = frame.index[frame[group].isna() & frame["population"].notna()]
    return Caveat("group_unknown", _LAYER, len(missing), "communities", group)


def _check(
    table: pd.DataFrame, ids: pd.Series, counts: pd.DataFrame, role: ResidentsRole, community_ids: pd.Index
) -> None:
    faults = []
    ids = ids.reset_index(drop=True)
    if ids.isna().any():
        faults.append(f"{int(ids.isna().sum())} of {len(ids)} rows have no id in {role.join_column!r}")
    twice = ids[ids.duplicated() & ids.notna()]
    if len(twice):
        faults.append(
            f"{twice.nunique()} ids stand more than once in {role.join_column!r}, e.g. {some(twice.unique())}; keep "
            "one year with a filter, or add the rows up"
        )
    for name, column in {"population": role.population_column, **role.groups}.items():
        wrong = np.isinf(counts[name])
        if wrong.any():
            found = some(table[column].reset_index(drop=True)[wrong])
            faults.append(
                f"column {column!r}: {int(wrong.sum())} are no numbers ({found}), e.g. {some(ids[wrong])}; leave a "
                "cell empty where the count is unknown"
            )
        below = counts[name] < 0
        if below.any():
            faults.append(
                f"column {column!r}: {int(below.sum())} counts are negative, e.g. {some(ids[below])}; if that marks "
                "missing counts, leave them empty"
            )
        larger = (counts[name] > counts["population"] + 0.5) & (counts["population"] >= 0)
        if larger.any() and not np.isinf(counts[name][larger]).any():
            faults.append(
                f"column {column!r}: {int(larger.sum())} counts exceed the population, e.g. {some(ids[larger])}; "
                "groups are counts, not shares"
            )
    if not faults and not ids.isin(community_ids).any():
        faults.append(
            f"none of its {len(ids)} ids in {role.join_column!r} ({some(ids)}) is a community's "
            f"({some(community_ids)}); name the column that holds the communities' id"
        )
    if faults:
        raise LayerError(
            f"{_LAYER}: {'; '.join(faults)}. Counts of residents must be right before anything is weighed by them"
        )
