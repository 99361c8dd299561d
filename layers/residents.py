"""Residents by community: a table joined by key. Nobody is 0, unknown is NaN, and the two never mix."""

from __future__ import annotations

import pandas as pd

from layers.joins import check_joins
from layers.names import clean_ids, examples
from layers.role_schemas import residents_schema
from layers.schemas import numbers, validate
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
        and totals ``population`` and groups. Caveats: ``residents_all_zero``, ``residents_fractions`` (counts that
        are no whole numbers), ``residents_unknown``, ``residents_lost``, ``group_unknown``.

    Raises
    ------
    LayerError
        The table is empty, no row joins, ids repeat or have lost leading zeros, counts are negative or no numbers, a
        group is larger than the population. All faults of the cells are told at once.

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
    validate(table, residents_schema(role))
    ids = clean_ids(table[role.join_column])
    check_joins(ids, community_ids, _LAYER, role.join_column, "nobody's number is known")
    counts = pd.DataFrame({name: numbers(table[column]) for name, column in columns.items()})
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
        _fractions(frame),
        Caveat("residents_unknown", _LAYER, len(unknown), "communities", examples(unknown)),
        Caveat("residents_lost", _LAYER, lost_persons, "residents", examples(lost.index)),
        *(_group_caveat(frame, group) for group in role.groups),
    )
    return frame, {**seen, **totals}, tuple(c for c in caveats if c.count)


def _group_caveat(frame: pd.DataFrame, group: str) -> Caveat:
    missing = frame.index[frame[group].isna() & frame["population"].notna()]
    return Caveat("group_unknown", _LAYER, len(missing), "communities", group)


def _fractions(frame: pd.DataFrame) -> Caveat:
    """People come whole: fractions are estimates, or thousands."""
    broken = frame["population"].notna() & (frame["population"] % 1 != 0)
    return Caveat("residents_fractions", _LAYER, int(broken.sum()), "communities", examples(frame.index[broken]))
