"""The cells of `privacy`: every figure about groups as a sum over the groups of the communities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray

from analyses.exposed_classes import ByClass
from analyses.group_means import GroupMeans, equation
from analyses.group_overlaps import kinds_of_hazard, only_in_one
from analyses.group_relations import apart, nested, sums
from analyses.measure import Measured
from analyses.privacy import Cells
from analyses.units import CITY, Level

RESIDENTS = ("", "")
"""Stands for a rule in the key of a figure that is no rule's: the residents of a group."""
HAZARD = "<hazard>"
"""Stands for a profile in the key of who lies in each class of a hazard, whose id stands in place of the rule."""

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
    exposed: Mapping[str, ByClass],
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
    exposed : mapping
        Shares of each demand point's home in the classes of a hazard, by its id.
    means : sequence
        Means of groups, and of what at each demand point. Their key has the resource in place of a rule. When
        something has to be withheld, they are the first.
    """
    made = _Made(people)
    by_hazard = {hazard_id: kinds_of_hazard(found) for hazard_id, found in exposed.items()}
    apart_ = only_in_one(exposed, measured)
    for name, level in levels.items():
        rules, hazards = (measured, by_hazard) if name in group_levels else ({}, {})
        for g, group in enumerate(people.groups):
            whole = np.ones(len(people.points))
            if name in group_levels or name == CITY:
                made.publish((name, group, *RESIDENTS), level, g, (whole,))
            else:
                made.protect(level, g, whole)
            for rule, found in rules.items():
                if found.rule.who in ("population", group):
                    made.publish((name, group, *rule), level, g, _kinds(found))
            for hazard_id, kinds in hazards.items():
                made.publish((name, group, HAZARD, hazard_id), level, g, kinds)
            for share in apart_ if name in group_levels else ():
                made.protect(level, g, share)
        made.protect_between(level, rules.values(), [kind for kinds in hazards.values() for kind in kinds])
    for found_means, value in means:
        place = people.groups.index(found_means.group)
        made.publish_means(levels[found_means.level], place, found_means, value)
    return made.finished()


def _kinds(found: Measured) -> tuple[NDArray[np.float64], ...]:
    """Of each demand point the share (0-1) served, not served, and of whom it is unknown."""
    return found.good, found.bad, np.maximum(1 - found.good - found.bad, 0.0)


class _Made:
    """Cells as they are declared, one figure after the other."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._shares = [people.share(group) for group in people.groups]
        self._counts = [people.counted(group) for group in people.groups]
        self._population = people.counted("population")
        residents = np.where(np.isnan(self._population), np.inf, self._population)
        self._ceiling = [np.maximum(residents, np.nan_to_num(count)) for count in self._counts]
        self._nested = nested(self._counts)
        self._parts: list[sp.csr_array] = []
        self._whole: list[NDArray[np.float64]] = []
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
        ceiling = np.maximum(np.nan_to_num(self._population), np.nan_to_num(self._counts[group]))
        community = self._people.points["community"].to_numpy()
        for unit in np.flatnonzero(~np.isnan(means.value)):
            here = (level.member == unit) & ~np.isnan(value)
            row = equation(self._shares[group][here], value[here], means.value[unit], community[here], ceiling)
            self._declare(self._of_all(row, group), row @ self._ceiling[group], items[[unit]])

    def protect(self, level: Level, group: int, kind: NDArray[np.float64]) -> None:
        """Cells that are not published."""
        self._add(level, group, kind, np.full(len(level.units), -1))

    def protect_between(
        self, level: Level, rules: Iterable[Measured], of_hazards: Sequence[NDArray[np.float64]]
    ) -> None:
        """Who is in a group but not in one that lies within it, of all residents, under each rule and hazard."""
        for inner, outer in self._nested:
            asked = {"population", self._people.groups[inner], self._people.groups[outer]}
            kinds = [kind for found in rules if found.rule.who in asked for kind in _kinds(found)]
            for kind in (np.ones(len(self._people.points)), *kinds, *of_hazards):
                (more, whole, known), (fewer, _, also) = (self._rows(level, g, kind) for g in (outer, inner))
                told = np.flatnonzero(known & also)
                self._declare((more - fewer).tocsr()[told], whole[told], np.full(len(told), -1))

    def _add(self, level: Level, group: int, kind: NDArray[np.float64], items: NDArray[np.int64]) -> None:
        rows, whole, known = self._rows(level, group, kind)
        # A sum over an unknown number is unknown: it tells nothing, and nothing of it is told.
        told = np.flatnonzero(known)
        self._declare(rows[told], whole[told], items[told])

    def _declare(self, rows: sp.csr_array, whole: NDArray[np.float64], items: NDArray[np.int64]) -> None:
        self._parts.append(rows)
        self._whole.append(whole)
        self._item.append(items)

    def _rows(
        self, level: Level, group: int, kind: NDArray[np.float64]
    ) -> tuple[sp.csr_array, NDArray[np.float64], NDArray[np.bool_]]:
        """By unit the sum, of how many residents it is a part [persons], and whether all of it was counted."""
        people, inside = self._people, level.member >= 0
        where = level.member[inside], people.points["community"].to_numpy()[inside]
        shape = (len(level.units), people.communities)
        parts = sp.csr_array(((self._shares[group] * kind)[inside], where), shape=shape)
        parts.sum_duplicates()
        parts.eliminate_zeros()
        nobody_counted = np.isnan(people.points[people.groups[group]].to_numpy(float))[inside]
        known = np.bincount(level.member[inside], weights=nobody_counted, minlength=shape[0]) == 0
        return self._of_all(parts, group), parts @ self._ceiling[group], known

    def _of_all(self, parts: sp.csr_array, group: int) -> sp.csr_array:
        """Rows on the communities of a group as rows on those of all groups."""
        rows, communities = parts.shape
        before = sp.csr_array((rows, group * communities))
        after = sp.csr_array((rows, (len(self._people.groups) - group - 1) * communities))
        return sp.hstack([before, parts, after], format="csr")

    def finished(self) -> GroupCells:
        """With what is known of the unknowns without any figure about groups."""
        nobody = np.zeros(self._people.communities)
        ties = [
            self._known(
                dict.fromkeys(some, 1.0) | ({} if whole is None else {whole: -1.0}),
                self._population if whole is None else nobody,
            )
            for some, whole in sums(self._counts, self._population)
        ]
        limits = [
            *(
                self._known(dict.fromkeys(some, 1.0), self._population)
                for some in apart(self._counts, self._population)
            ),
            *(self._known({inner: 1.0, outer: -1.0}, nobody) for inner, outer in self._nested),
        ]
        cells = Cells(
            sp.vstack(self._parts, format="csr"),
            np.concatenate([np.nan_to_num(count) for count in self._counts]),
            np.concatenate(self._ceiling),
            np.concatenate(self._item),
            *self._stacked(ties),
            *self._stacked(limits),
            np.concatenate(self._whole),
        )
        return GroupCells(cells, self._items)

    def _known(
        self, weights: Mapping[int, float], total: NDArray[np.float64]
    ) -> tuple[sp.csr_array, NDArray[np.float64]]:
        """What holds of some groups in every community in which all of them were counted."""
        counted = np.sum([self._counts[g] for g in weights], axis=0) + total
        where = np.flatnonzero(np.isfinite(counted))
        eye = sp.eye_array(len(total), format="csr")[where]
        return sp.hstack([weights.get(g, 0.0) * eye for g in range(len(self._counts))], format="csr"), total[where]

    def _stacked(
        self, known: Sequence[tuple[sp.csr_array, NDArray[np.float64]]]
    ) -> tuple[sp.csr_array, NDArray[np.float64]]:
        nothing = sp.csr_array((0, len(self._counts) * self._people.communities)), np.zeros(0)
        rows, totals = zip(nothing, *known, strict=True)
        return sp.vstack(rows, format="csr"), np.concatenate(totals)
