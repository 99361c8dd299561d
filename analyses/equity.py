"""Equity: how evenly things are shared out among residents, and whether they go to those who need them.

Of the whole study area and of every parent, always from residents at their demand points, never from averages of
units. The measures are in `analyses.inequality`; what they are taken of in `analyses.resources`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import inequality
from analyses.equity_columns import EQUITY
from analyses.parameters import EquityLimits
from analyses.resources import AREAS, Resource
from analyses.units import CITY, COMMUNITY, Level

ALL = "all"
TOLD = "told"
AVERSIONS = {"atkinson_05": 0.5, "atkinson_1": 1.0}
_ROUNDING = 1e-9
"""Relative: what is left of a sum when the same is taken away in another order."""
COLUMNS = [column.name for column in EQUITY.columns if "<" not in column.name]


@dataclass(frozen=True)
class Figure:
    """One measure of one resource in one unit."""

    subject: str
    measure: str
    value: float
    unit: str
    residents: float
    """Of whom it speaks [persons]."""
    left_out: float
    """For whom it is unknown [persons]; NaN where some were never counted."""
    status: str = TOLD


def equity_table(
    resources: Sequence[Resource],
    levels: Mapping[str, Level],
    needs: Mapping[str, NDArray[np.float64]],
    limits: EquityLimits,
) -> pd.DataFrame:
    """Every measure of every resource, for the city and every parent.

    Parameters
    ----------
    resources : sequence of Resource
    levels : mapping of str to Level
        All levels of the study.
    needs : mapping of str to float array
        By indicator of need: how much is needed where each demand point lies, more is more; NaN is unknown.
    limits : EquityLimits

    Returns
    -------
    DataFrame
        Columns of `equity_columns.EQUITY` without words; ``value`` NaN where ``status`` says why.
    """
    made: dict[bytes, list[tuple[str, str, Figure]]] = {}
    rows = []
    for resource in resources:
        # Several rules may ask for the same walk: it is measured once.
        key = resource.code.encode() + resource.value.tobytes() + resource.residents.tobytes()
        if key not in made:
            made[key] = list(_everywhere(resource, levels, needs, limits))
        rows += [table_row(level, unit, resource, figure) for level, unit, figure in made[key]]
    return pd.DataFrame(rows, columns=COLUMNS)


def table_row(level: str, unit_id: str, resource: Resource, figure: Figure) -> tuple[object, ...]:
    """A row of `equity_columns.EQUITY`, in the order of `COLUMNS`."""
    return (
        level,
        unit_id,
        resource.profile_id,
        resource.rule_id,
        resource.code,
        figure.subject,
        figure.measure,
        figure.value if figure.status == TOLD else np.nan,
        figure.unit,
        figure.residents,
        figure.left_out,
        figure.status,
    )


def pieces(level: Level) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Every unit of a level and its demand points."""
    order = np.argsort(level.member, kind="stable")
    bounds = np.searchsorted(level.member[order], np.arange(len(level.units) + 1))
    for unit, name in enumerate(level.units.index):
        yield str(name), order[bounds[unit] : bounds[unit + 1]]


def if_enough(figure: Figure, limits: EquityLimits) -> Figure:
    """With the reason, where it speaks of too few residents or leaves too many out."""
    if figure.residents < limits.least_residents:
        return replace(figure, status="too_few_residents")
    too_many = figure.left_out > limits.most_left_out_share * (figure.residents + figure.left_out)
    return replace(figure, status="too_many_unknown") if too_many else figure


def concentration(resource: Resource, here: NDArray[np.int64], key: NDArray[np.float64], subject: str) -> Figure:
    """The concentration index of a resource at some demand points, corrected where it is a share."""
    value, people = resource.value[here], np.where(np.isnan(key[here]), 0.0, resource.residents[here])
    index = inequality.concentration_index(value, people, key[here])
    counted = inequality.residents_counted(value, people)
    left_out = _left_out(resource.residents[here], counted)
    if resource.bounded:
        index = inequality.corrected(index, inequality.mean(value, people), lowest=0.0, highest=100.0)
    measure = "concentration_corrected" if resource.bounded else "concentration"
    return _defined(Figure(subject, measure, index, "-1..1", counted, left_out))


def _everywhere(
    resource: Resource,
    levels: Mapping[str, Level],
    needs: Mapping[str, NDArray[np.float64]],
    limits: EquityLimits,
) -> Iterator[tuple[str, str, Figure]]:
    parents = {name: level for name, level in levels.items() if name not in (COMMUNITY, CITY)}
    for name, level in levels.items():
        if name == COMMUNITY:
            continue
        for unit, here in pieces(level):
            figures = [*_measures(resource, here)]
            if figures[0].residents < limits.least_residents:
                yield name, unit, if_enough(figures[0], limits)  # one row says it of all
                continue
            if name == CITY and not resource.bounded:
                figures += [_between(resource, here, parent) for parent in parents.values()]
            figures += [concentration(resource, here, key, indicator) for indicator, key in needs.items()]
            yield from ((name, unit, if_enough(figure, limits)) for figure in figures)


def _measures(resource: Resource, here: NDArray[np.int64]) -> Iterator[Figure]:
    """What is said of all residents at some demand points."""
    value, people = resource.value[here], resource.residents[here]
    counted = inequality.residents_counted(value, people)
    left_out = _left_out(people, counted)
    curve = inequality.lorenz(value, people)
    average = inequality.mean(value, people)
    found: dict[str, tuple[float, str]] = {"mean": (average, resource.unit)}
    if resource.bounded:
        gini = inequality.corrected(curve.gini, average, lowest=0.0, highest=100.0)
        found["gini_corrected"] = (gini, "0-1")
    else:
        found["median"] = (inequality.quantile(value, people, 0.5), resource.unit)
        found["gini"] = (curve.gini, "0-1")
        found["theil"] = (inequality.theil(value, people), "index")
    if resource.capped is not None:
        beyond = resource.capped[here] & ~np.isnan(value)
        found["capped"] = (float(people[beyond].sum()), "persons")
    if resource.code in AREAS:
        found["without_share"] = (inequality.mean(np.where(np.isnan(value), np.nan, value == 0), people), "0-1")
        found["top10_share"] = (curve.held_by_highest(inequality.TOP), "0-1")
        found["bottom40_share"] = (curve.held_by_lowest(inequality.BOTTOM), "0-1")
        found["palma"] = (curve.palma, "ratio")
        for measure, aversion in AVERSIONS.items():
            found[measure] = (inequality.atkinson(value, people, aversion=aversion), "0-1")
    yield from (_defined(Figure(ALL, m, v, unit, counted, left_out)) for m, (v, unit) in found.items())


def _between(resource: Resource, here: NDArray[np.int64], parent: Level) -> Figure:
    value, people = resource.value[here], resource.residents[here]
    between = inequality.theil_between(value, people, parent.member[here])
    counted = inequality.residents_counted(value, people)
    return _defined(Figure(parent.name, "theil_between", between, "index", counted, _left_out(people, counted)))


def _left_out(people: NDArray[np.float64], counted: float) -> float:
    rest = float(people.sum()) - counted
    return 0.0 if abs(rest) < _ROUNDING * counted else rest


def _defined(figure: Figure) -> Figure:
    """With the reason, where a measure has no value."""
    if np.isinf(figure.value):
        return replace(figure, status="worst_have_none")
    return replace(figure, status="nothing_to_share") if np.isnan(figure.value) else figure
