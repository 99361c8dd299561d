"""Figures that a study supplies itself, joined to its communities by key."""

from __future__ import annotations

import numpy as np
import pandas as pd

from layers.joins import check_joins
from layers.municipal import Notes
from layers.names import clean_ids, examples, some
from layers.role_schemas import indicator_schema
from layers.schemas import numbers, validate
from layers.sources.features import read_rows
from layers.types import Caveat, IndicatorRole, Study
from spatial.errors import LayerError

COLUMNS = ("indicator_id", "community_id", "value", "answers")


def load_indicators(study: Study, community_ids: pd.Index, notes: Notes) -> pd.DataFrame | None:
    """Every figure that the study supplies, one row a community and indicator; None where it supplies none.

    Returns
    -------
    DataFrame or None
        `COLUMNS`: ``value`` (NaN is unknown), ``answers`` [persons; NaN where the figure is of no survey, or nobody
        said how many], in the order of the study and of `community_ids`.

    Raises
    ------
    SourceError, LayerError
        A table cannot be read or used: see `indicator`.
    """
    if not study.indicators:
        return None
    found = []
    for role in study.indicators:
        columns = [role.join_column, role.value_column, *([role.answers_column] if role.answers_column else [])]
        read = read_rows(role.origin, layer_name(role), columns)
        frame, counts, caveats = indicator(read.frame, role, community_ids)
        notes.caveats.extend((*read.caveats, *caveats))
        notes.read(study, layer_name(role), role.origin, read.inputs, {**read.counts, **counts})
        found.append(frame)
    return pd.concat(found, ignore_index=True)


def indicator(
    table: pd.DataFrame, role: IndicatorRole, community_ids: pd.Index
) -> tuple[pd.DataFrame, dict[str, int], tuple[Caveat, ...]]:
    """One indicator on the communities.

    Parameters
    ----------
    table
        One row a community, as read; `role` names the columns.
    community_ids
        The index to join to.

    Returns
    -------
    (DataFrame, dict, tuple of Caveat)
        `COLUMNS`, a row a community. Counts: ``joined``, ``rows_without_community``, never a sum of values or of
        answers, from which a single withheld one could be worked out. Caveat ``indicator_elsewhere``: rows of places
        that are no communities.

    Raises
    ------
    LayerError
        The table is empty, no row joins, ids repeat or have lost leading zeros, values or numbers of answers are no
        numbers, fewer than nobody answered, or nobody did and there is a value. All faults of cells are told at once.
    """
    layer = layer_name(role)
    if table.empty:
        raise LayerError(
            f"{layer}: the table {role.origin.name!r} holds no rows, so nothing is known of any community; check its "
            "filter, or leave the indicator out of the study"
        )
    validate(table, indicator_schema(role))
    ids = clean_ids(table[role.join_column])
    value = numbers(table[role.value_column])
    answers = numbers(table[role.answers_column]) if role.answers_column else pd.Series(np.nan, index=value.index)
    _check_answers(value, answers, ids, role)
    check_joins(ids, community_ids, layer, role.join_column, "nothing is known")
    figures = pd.DataFrame({"value": value, "answers": answers}, dtype="float64").set_index(pd.Index(ids, dtype=str))
    here = figures.index.isin(community_ids)
    frame = figures[here].reindex(community_ids).rename_axis("community_id").reset_index()
    frame["community_id"] = frame["community_id"].astype(str)
    counts = {"joined": int(here.sum()), "rows_without_community": int((~here).sum())}
    lost = Caveat(
        "indicator_elsewhere", layer, counts["rows_without_community"], "rows", examples(figures.index[~here])
    )
    return frame.assign(indicator_id=role.id)[list(COLUMNS)], counts, (lost,) if lost.count else ()


def layer_name(role: IndicatorRole) -> str:
    """As messages and provenance call it."""
    return f"indicator.{role.id}"


def _check_answers(value: pd.Series, answers: pd.Series, ids: pd.Series, role: IndicatorRole) -> None:
    """Refuse a figure of nobody: either it or the number of answers is wrong."""
    of_nobody = (answers.eq(0) & value.notna()).to_numpy()
    if of_nobody.any():
        raise LayerError(
            f"{layer_name(role)} ({role.origin.name}): {int(of_nobody.sum())} rows ({some(ids[of_nobody])}) have a "
            f"value in {role.value_column!r} though nobody answered ({role.answers_column!r} is 0), so one of the two "
            "is wrong; leave the value empty where nobody was asked"
        )
