"""The cells of `privacy`: every figure about groups as a sum over the groups of the communities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from analyses.group_means import GroupMeans, equation
from analyses.measure import Measured
from analyses.privacy import TRACE, Cells
from analyses.units import CITY, Level

RESIDENTS = ("", "")
"""Stands for a rule in the key of a figure that is no rule's: the residents of a group."""
_TRIED = 12
"""Of more groups than this only few together are tried for whether they make up all residents."""
_FEW = 3

Key = tuple[str, str, str, str]
"""Level, group, profile, rule: the figures of all units of the level."""


@dataclass(frozen=True)
class GroupCells:
    """Cells, and where in them the items of each figure are."""

    cells: Cells
    items: Mapping[Key, NDArray[np.int64]]
    """On the units of the level; only what would be published."""


@dataclass(frozen=True)
class People:
    """Residents and groups: of every demand point, and added up by community."""

    points: pd.DataFrame
    """``community`` (position), ``population`` and a column a group, one row a demand point."""
    groups: tuple[str, ...]
    communities: int

    def counted(self, name: str) -> NDArray[np.float64]:
        """Persons of each community; NaN is unknown."""
        weights = self.points[name].to_numpy(float)
        return np.bincount(self.points["community"], weights=weights, minlength=self.communities).astype(float)

    def share(self, name: str) -> NDArray[np.float64]:
        """The share of its community's persons at each demand point; where none are counted, of all residents."""
        own, everybody = (self._share_of(column) for column in (name, "population"))
        return np.where(np.isfinite(own), own, np.nan_to_num(everybody))

    def _share_of(self, name: str) -> NDArray[np.float64]:
        total = self.counted(name)[self.points["community"].to_numpy()]
        with np.errstate(divide="ignore", invalid="ignore"):
            share: NDArray[np.float64] = self.points[name].to_numpy(float) / total
        return share


def group_cells(
    people: People,
    levels: Mapping[str, Level],
    measured: Mapping[tuple[str, str], Measured],
    group_levels: Collection[str],
    means: Sequence[tuple[GroupMeans, NDArray[np.float64]]] = (),
) -> GroupCells:
    """Declare every figure that is published about groups, and the small groups that must not be worked out.

    Parameters
    ----------
    people : People
    levels : mapping of str to Level
        All levels of the study: a group of a unit is protected also where its level is not published.
    measured : mapping
        The rules about residents or about a group of them, by profile and rule.
    group_levels : collection of str
        Levels whose figures are published. The city's totals always are, among the counts of the input.
    means : sequence
        Means of groups, and of what at each demand point. Their key has the resource in place of a rule. When
        something has to be withheld, they are the first.
    """
    made = _Made(people)
    for name, level in levels.items():
        for g, group in enumerate(people.groups):
            whole = np.ones(len(people.points))
            if name in group_levels or name == CITY:
                made.publish((name, group, *RESIDENTS), level, g, (whole,))
            else:
                made.protect(level, g, whole)
            for rule, found in measured.items() if name in group_levels else ():
                if found.rule.who not in ("population", group):
                    continue
                unknown = np.maximum(1 - found.good - found.bad, 0.0)
                made.publish((name, group, *rule), level, g, (found.good, found.bad, unknown))
    for found_means, value in means:
        place = people.groups.index(found_means.group)
        made.publish_means(levels[found_means.level], place, found_means, value)
    return made.finished()


class _Made:
    """Cells as they are declared, one figure after the other."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._shares = [people.share(group) for group in people.groups]
        self._counts = [people.counted(group) for group in people.groups]
        self._parts: list[sp.csr_array] = []
        self._item: list[NDArray[np.int64]] = []
        self._items: dict[Key, NDArray[np.int64]] = {}
        self._next = 0

    def publish(self, key: Key, level: Level, group: int, kinds: tuple[NDArray[np.float64], ...]) -> None:
        """Cells that are published together for each unit, each kind a share of every demand point (0-1)."""
        items = self._next + np.arange(len(level.units))
        self._next += len(items)
        self._items[key] = items
        for kind in kinds:
            self._add(level, group, kind, items)

    def publish_means(self, level: Level, group: int, means: GroupMeans, value: NDArray[np.float64]) -> None:
        """The means of a group, one item a unit, as equations about its members in each community."""
        items = self._next + np.arange(len(level.units))
        self._next += len(items)
        self._items[(means.level, means.group, "", means.resource)] = items
        ceiling = np.maximum(np.nan_to_num(self._people.counted("population")), np.nan_to_num(self._counts[group]))
        community = self._people.points["community"].to_numpy()
        for unit in np.flatnonzero(~np.isnan(means.value)):
            here = (level.member == unit) & ~np.isnan(value)
            row = equation(self._shares[group][here], value[here], means.value[unit], community[here], ceiling)
            self._parts.append(self._of_all(row, group))
            self._item.append(items[[unit]])

    def protect(self, level: Level, group: int, kind: NDArray[np.float64]) -> None:
        """Cells that are not published."""
        self._add(level, group, kind, np.full(len(level.units), -1))

    def _add(self, level: Level, group: int, kind: NDArray[np.float64], items: NDArray[np.int64]) -> None:
        people, inside = self._people, level.member >= 0
        where = level.member[inside], people.points["community"].to_numpy()[inside]
        shape = (len(level.units), people.communities)
        parts = sp.csr_array(((self._shares[group] * kind)[inside], where), shape=shape)
        parts.sum_duplicates()
        parts.eliminate_zeros()
        # A sum over an unknown number is unknown: it tells nothing, and nothing of it is told.
        nobody_counted = np.isnan(people.points[people.groups[group]].to_numpy(float))[inside]
        told = np.bincount(level.member[inside], weights=nobody_counted, minlength=shape[0]) == 0
        self._parts.append(self._of_all(parts, group)[np.flatnonzero(told)])
        self._item.append(items[told])

    def _of_all(self, parts: sp.csr_array, group: int) -> sp.csr_array:
        """Rows on the communities of a group as rows on those of all groups."""
        rows, communities = parts.shape
        before = sp.csr_array((rows, group * communities))
        after = sp.csr_array((rows, (len(self._people.groups) - group - 1) * communities))
        return sp.hstack([before, parts, after], format="csr")

    def finished(self) -> GroupCells:
        """With what is known of the unknowns without any figure about groups."""
        population = self._people.counted("population")
        residents = np.where(np.isnan(population), np.inf, population)
        counts = [np.nan_to_num(count) for count in self._counts]
        rows, tied = _ties(self._counts, population)
        slack = _slack(counts, residents) if not len(tied) else None
        blocks, unknowns = len(counts), list(counts)
        ceiling = [np.maximum(residents, count) for count in counts]
        parts = sp.vstack(self._parts, format="csr")
        if slack is not None:
            known = np.flatnonzero(np.isfinite(residents))
            eye = sp.eye_array(len(residents), format="csr")[known]
            rows, tied = sp.hstack([eye] * (blocks + 1), format="csr"), residents[known]
            unknowns.append(np.nan_to_num(slack, posinf=0.0))
            ceiling.append(residents)
            parts = sp.hstack([parts, sp.csr_array((parts.shape[0], len(residents)))], format="csr")
        cells = Cells(parts, np.concatenate(unknowns), np.concatenate(ceiling), np.concatenate(self._item), rows, tied)
        return GroupCells(cells, self._items)


def _slack(counts: list[NDArray[np.float64]], residents: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Residents of no group, where no resident can be of two: then the groups bound each other."""
    rest: NDArray[np.float64] = residents - np.sum(counts, axis=0)
    return None if len(counts) < 2 or (rest < -TRACE).any() else np.maximum(rest, 0.0)


def _ties(
    counts: list[NDArray[np.float64]], population: NDArray[np.float64]
) -> tuple[sp.csr_array, NDArray[np.float64]]:
    """Groups that make up all residents (women and men), or another group, in every community: everybody sees that."""
    most = len(counts) if len(counts) <= _TRIED else _FEW
    known = np.flatnonzero(np.isfinite(population) & np.isfinite(np.sum(counts, axis=0)))
    eye = sp.eye_array(len(population), format="csr")[known]
    rows: list[sp.csr_array] = []
    tied: list[NDArray[np.float64]] = []
    for size in range(1, most + 1):
        for some in combinations(range(len(counts)), size):
            total = np.sum([counts[g] for g in some], axis=0)[known]
            signs = [1.0 if g in some else 0.0 for g in range(len(counts))]
            if np.allclose(total, population[known], rtol=0, atol=TRACE):
                rows.append(sp.hstack([sign * eye for sign in signs], format="csr"))
                tied.append(population[known])
            for other in range(len(counts)):
                if size > 1 and other not in some and np.allclose(total, counts[other][known], rtol=0, atol=TRACE):
                    differences = [-1.0 if g == other else sign for g, sign in enumerate(signs)]
                    rows.append(sp.hstack([sign * eye for sign in differences], format="csr"))
                    tied.append(np.zeros(len(known)))
    if not rows:
        return sp.csr_array((0, len(counts) * len(population))), np.zeros(0)
    return sp.vstack(rows, format="csr"), np.concatenate(tied)
