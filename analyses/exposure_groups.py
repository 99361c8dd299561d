"""How many of each group live in each class of a hazard, and are exposed in a year: as far as that may be told.

All counts are cells of the audit that all figures about groups go through (`analyses.privacy`). What they come to in a
year is made of published counts alone, so nobody can learn more from it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.annual_exposure import Events, expected_annual, names_of
from analyses.exposed_classes import ByClass
from analyses.exposure_columns import EXPOSURE_ANNUAL_GROUPS, EXPOSURE_GROUPS
from analyses.group_cells import HAZARD
from analyses.privacy import whole_persons
from analyses.units import Level
from analyses.withheld import PUBLISHED, SUPPRESSED, Withheld, statuses
from analyses.withheld import UNKNOWN as NOBODY_COUNTED

INSIDE, UNKNOWN, OUTSIDE = "inside", "unknown", "outside"
"""The state of a layer without classes; and the states beside classes."""
SEVERAL_LAYERS = "several_layers"
_OF_GROUP = ["unit_id", "level", "group"]


def labels(found: ByClass) -> list[str]:
    """The rows of a layer: its classes, what it does not say, and what lies outside."""
    return [*(name or INSIDE for name in found.names), UNKNOWN, OUTSIDE]


def groups_by_class(
    groups: pd.DataFrame,
    levels: Mapping[str, Level],
    exposed: Mapping[str, ByClass],
    group_levels: Collection[str],
    withheld: Withheld,
) -> pd.DataFrame:
    """How many of each group live in each class of each hazard.

    Parameters
    ----------
    groups : DataFrame
        One column a group [persons], one row a demand point. NaN is unknown.
    levels : mapping of str to Level
    exposed : mapping of str to ByClass
        Shares of each demand point's home, by hazard id.
    group_levels : collection of str
        Levels whose groups are published.
    withheld : Withheld

    Returns
    -------
    DataFrame
        Columns of `exposure_columns.EXPOSURE_GROUPS`: whole persons that add up, over the rows of a unit, layer and
        group, to the whole number nearest to the group's residents there. Outside, inside and unknown are those of the
        table `groups`; the classes share out what is inside.
    """
    parts = [
        _of_level(level, hazard_id, found, groups[group], withheld)
        for hazard_id, found in exposed.items()
        for name, level in levels.items()
        if name in group_levels
        for group in groups.columns
    ]
    columns = [column.name for column in EXPOSURE_GROUPS.columns]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _of_level(level: Level, hazard_id: str, found: ByClass, members: pd.Series, withheld: Withheld) -> pd.DataFrame:
    people, group = members.to_numpy(float), str(members.name)
    units, names = level.units.index.to_numpy(str), labels(found)
    hidden = withheld.at((level.name, group, HAZARD, hazard_id), len(units))
    count = _whole(level, found, people)
    unknown = np.isnan(level.sums(people))
    return pd.DataFrame(
        {
            "unit_id": np.repeat(units, len(names)),
            "level": level.name,
            "hazard_id": hazard_id,
            "hazard_class": np.tile(names, len(units)),
            "group": group,
            "residents": np.where(hidden[:, None], np.nan, count).ravel(),
            "status": np.repeat(statuses(hidden, unknown), len(names)),
        }
    )


def _whole(level: Level, found: ByClass, people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Whole persons by unit in each class, in the unknown and outside."""
    inside, outside = level.sums(people * found.inside), level.sums(people * found.outside)
    unknown = level.sums(people) - inside - outside
    unknown[np.abs(unknown) < 1e-9 * np.maximum(np.nan_to_num(inside + outside), 1.0)] = 0.0
    whole = whole_persons(np.column_stack([outside, inside, unknown]))
    classes = np.column_stack([level.sums(people * share) for share in found.shares.T])
    return np.column_stack([whole_persons(classes, whole[:, 1]), whole[:, 2], whole[:, 0]])


def annual_of_groups(told: pd.DataFrame, events: Events) -> pd.DataFrame:
    """Members of each group exposed in a year, from the published counts of every event.

    Parameters
    ----------
    told : DataFrame
        `groups_by_class`.
    events : mapping
        Of `annual_exposure.annual_groups`.

    Returns
    -------
    DataFrame
        Columns of `exposure_columns.EXPOSURE_ANNUAL_GROUPS`. Where the count of any event is withheld the figure is;
        where several layers make up one event nobody counted who lies in any of them.
    """
    columns = [column.name for column in EXPOSURE_ANNUAL_GROUPS.columns]
    parts = [_of_event(told, *key, by_period) for key, by_period in events.items() if len(told)]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _of_event(
    told: pd.DataFrame, kind: str, scenario: str, by_period: Mapping[float, tuple[str, ...]]
) -> pd.DataFrame:  # fmt: skip
    alone = all(len(hazard_ids) == 1 for hazard_ids in by_period.values())
    ids = [hazard_ids[0] for hazard_ids in by_period.values()]
    units = told.loc[told["hazard_id"] == ids[0], _OF_GROUP].drop_duplicates(ignore_index=True)
    counts = [_counts(told[told["hazard_id"] == hazard_id], units) for hazard_id in ids]
    low, high = (np.column_stack([count[name].to_numpy(float) for count in counts]) for name in ("low", "high"))
    status = np.column_stack([count["status"].to_numpy(object) for count in counts])
    joint = np.where(
        (status == SUPPRESSED).any(axis=1),
        SUPPRESSED,
        np.where((status == PUBLISHED).all(axis=1), PUBLISHED, NOBODY_COUNTED),
    )
    given = (joint == PUBLISHED) & alone
    return units.assign(
        kind=kind,
        scenario=scenario,
        **names_of(by_period),
        residents_yr=np.where(given, expected_annual(list(by_period), low), np.nan),
        residents_yr_high=np.where(given, expected_annual(list(by_period), high), np.nan),
        status=joint if alone else SEVERAL_LAYERS,
    )


def _counts(rows: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Of one layer, by unit and group: who is inside (low), who may be (high), and the status of both."""
    by = pd.MultiIndex.from_frame(units)
    inside = rows[~rows["hazard_class"].isin([UNKNOWN, OUTSIDE])].groupby(_OF_GROUP)["residents"]
    maybe = rows[rows["hazard_class"] != OUTSIDE].groupby(_OF_GROUP)["residents"]
    status = rows.groupby(_OF_GROUP)["status"].first()
    return pd.DataFrame({"low": inside.sum(), "high": maybe.sum(), "status": status}).reindex(by)
