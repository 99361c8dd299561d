"""What the members of a group have on average, and of which groups that may be said.

A mean is a sum over the group's members in each community as every count is, so it is audited with the counts
(`group_cells`): it stands or falls with what could be worked out from everything published together.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from analyses.parameters import EquityLimits
from analyses.units import Level


@dataclass(frozen=True)
class GroupMeans:
    """The means of one group in the units of one level; arrays on its units."""

    level: str
    group: str
    resource: str
    value: NDArray[np.float64]
    """As the resource; NaN where it is not told."""
    status: NDArray[np.object_]
    """told, small_group or unknown."""


def group_means(
    points: pd.DataFrame,
    groups: Collection[str],
    levels: Mapping[str, Level],
    values: Mapping[str, NDArray[np.float64]],
    limits: EquityLimits,
) -> tuple[GroupMeans, ...]:
    """Means of every group that is large enough, and lives in communities enough, before anything is withheld.

    Parameters
    ----------
    points : DataFrame
        One row a demand point: ``community`` (position), ``population`` and a column a group [persons].
    groups : collection of str
    levels : mapping of str to Level
        Those whose means are told.
    values : mapping of str to float array
        By resource: what each resident at a demand point has; NaN is unknown.
    limits : EquityLimits
        ``least_group`` and ``least_communities``: with so many unknowns a few rounded sums of them tell of none.
    """
    return tuple(
        _of(points, group, level, resource, value, limits)
        for level in levels.values()
        for group in groups
        for resource, value in values.items()
    )


def lives_in(points: pd.DataFrame, group: str, level: Level) -> NDArray[np.int64]:
    """In how many communities of each unit somebody of the group lives."""
    there = (level.member >= 0) & (points[group].to_numpy(float) > 0)
    pairs = np.unique(np.column_stack([level.member[there], points["community"].to_numpy()[there]]), axis=0)
    return np.bincount(pairs[:, 0].astype(np.int64), minlength=len(level.units))


def equation(
    share: NDArray[np.float64],
    value: NDArray[np.float64],
    mean: float,
    community: NDArray[np.int64],
    ceiling: NDArray[np.float64],
) -> sp.csr_array:
    """A published mean as what it says of the group's members in each community: sum(members x (value - mean)) = 0.

    Parameters
    ----------
    share, value, community : arrays
        Of the demand points of the unit for which it is known: the part of the community's members who live there,
        what each has, and which community it is.
    mean : float
    ceiling : float array
        The most members each community can have [persons], which is public.

    Returns
    -------
    sparse array
        One row on the communities, scaled to 1; of its two signs that under which it never looks like a number of
        people that is too small to be told.
    """
    parts = np.bincount(community, weights=share * (value - mean), minlength=len(ceiling)).astype(float)
    largest = np.abs(parts).max(initial=0.0)
    if largest > 0:
        parts /= largest
    return sp.csr_array((-parts if parts @ ceiling > 0 else parts)[None, :])


def _of(
    points: pd.DataFrame,
    group: str,
    level: Level,
    resource: str,
    value: NDArray[np.float64],
    limits: EquityLimits,
) -> GroupMeans:
    members = np.where(np.isnan(value), 0.0, points[group].to_numpy(float))
    known = level.sums(members)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = level.sums(members * np.nan_to_num(value)) / known
    enough = (known >= limits.least_group) & (lives_in(points, group, level) >= limits.least_communities)
    everybody = level.sums(points["population"].to_numpy(float) + points[group].to_numpy(float))
    status = np.where(np.isnan(everybody), "unknown", np.where(enough, "told", "small_group")).astype(object)
    return GroupMeans(level.name, group, resource, np.where(status == "told", mean, np.nan), status)
