"""Groups: how many children, old people and others are served, or exposed, in the larger units.

The only module that adds up groups for publication, and it withholds small ones before anybody else sees them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.columns import GROUP_FIGURES
from analyses.cumulative import group_shares
from analyses.exposed_classes import ByClass, exposed_by_hazard
from analyses.exposure_columns import EXPOSURE_GROUPS
from analyses.exposure_groups import groups_by_class
from analyses.group_cells import RESIDENTS, People, group_cells
from analyses.group_means import GroupMeans, group_means
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.parameters import Parameters
from analyses.plan import STUDY_PROFILE
from analyses.privacy import Cells, whole_persons
from analyses.residents import Demand
from analyses.resources import free_supply
from analyses.units import CITY, COMMUNITY, Level
from analyses.verdict import WIDE_SHARE
from analyses.withheld import NOT_PUBLISHED, SUPPRESSED, Withheld, statuses
from layers.types import Caveat, Provenance

_ROUNDING = 1e-9
"""Share of a home."""
_PARTS = ["residents_served", "residents_short", "residents_unknown"]
_TELLS_NOTHING = (
    *("unit_id", "level", "profile_id", "rule_id", "target", "unit", "status", "reason", "method", "hazard_ids"),
)
"""Columns of `columns.ASSESSMENTS` that stand in a withheld verdict too; of the others, and those to come, none."""


@dataclasses.dataclass(frozen=True)
class PublicGroups:
    """What may be told about groups: whole persons, without small groups and what would give them away."""

    figures: pd.DataFrame
    """Columns of `columns.GROUP_FIGURES`."""
    residents: pd.DataFrame
    """Index ``level``, ``unit_id`` of every unit above the community; ``<group>`` [persons] and ``<group>_status``."""
    hidden_totals: frozenset[str]
    """Groups whose number in the whole city is withheld."""
    caveats: tuple[Caveat, ...]
    hidden_verdicts: frozenset[tuple[str, str, str, str]]
    """Level, unit, profile and rule of the rules about a group that are withheld."""
    supply: Mapping[str, NDArray[np.float64]]
    """`resources.free_supply`, of which the means are."""
    means: tuple[GroupMeans, ...]
    """What members of a group have on average in the whole city."""
    exposed: Mapping[str, ByClass]
    """Of each demand point the share of its home in each class of every hazard layer, and of all that may judge."""
    exposure: pd.DataFrame
    """Columns of `exposure_columns.EXPOSURE_GROUPS`."""
    audited: tuple[Cells, NDArray[np.bool_]] | None = None
    """Internal: all figures about groups, and which of their items are withheld; None where no group is counted."""

    def judged(self, judged: Judgement) -> Judgement:
        """The verdicts, with those withheld that would tell of a small group."""
        rows = judged.assessments
        keys = zip(rows["level"], rows["unit_id"], rows["profile_id"], rows["rule_id"], strict=True)
        hidden = np.array([key in self.hidden_verdicts for key in keys], dtype=bool)
        rows = rows.assign(
            status=rows["status"].mask(hidden, "not_assessed"),
            reason=rows["reason"].mask(hidden, SUPPRESSED),
            **{name: rows[name].mask(hidden) for name in rows.columns if name not in _TELLS_NOTHING},
        )
        return dataclasses.replace(judged, assessments=rows)

    def told(self, provenance: Iterable[Provenance]) -> tuple[Provenance, ...]:
        """What was counted in the inputs, without the totals that are withheld."""
        return tuple(
            dataclasses.replace(p, counts={k: v for k, v in p.counts.items() if k not in self.hidden_totals})
            if p.role.partition(".")[0] == "residents"
            else p
            for p in provenance
        )


def with_group_levels(parameters: Parameters, levels: Mapping[str, Level], demand: Demand) -> Parameters:
    """The parameters with the levels for which groups are published, where nobody chose them.

    The city, districts, and every other level of parents whose units have `Parameters.group_level_residents` on
    average, whatever it is called.
    """
    if parameters.group_levels:
        return parameters
    residents = np.nan_to_num(demand.table.get("population", pd.Series(0.0, demand.table.index)).to_numpy(float))
    large = tuple(
        name
        for name, level in levels.items()
        if name in ("district", CITY)
        or (name != COMMUNITY and level.sums(residents).mean() >= parameters.group_level_residents)
    )
    return dataclasses.replace(parameters, group_levels=large)


def public_groups(scene: Scene, judged: Judgement, parameters: Parameters) -> PublicGroups:
    """Every age and other group under every rule that says who is served or exposed.

    Everybody in a home is as near to a space as everybody else in it, so a group's figures differ from those
    of all residents by where its members live: the census counts them by community. Only
    `Parameters.group_levels` are published, and of them no group smaller than `Parameters.smallest_group`
    nor what it could be worked out from (`privacy.suppress`).

    Returns
    -------
    PublicGroups
        ``value`` of a figure is the share served (reach) or inside (exposure) of those for whom it is known [%],
        from the whole persons that stand beside it; NaN where hazard layers leave open more than
        `verdict.WIDE_SHARE` of them.
    """
    names = scene.demand.groups
    about = {k: m for k, m in judged.measured.items() if m.rule.about_residents and m.rule.kind != "provision"}
    rules = {k: m for k, m in about.items() if not m.rule.about_a_group}
    supply = free_supply(scene, catchment_m=parameters.catchment_m)
    exposed = _exposed_homes(scene, judged)
    if not names:
        columns, of_hazards = ([c.name for c in table.columns] for table in (GROUP_FIGURES, EXPOSURE_GROUPS))
        units = _residents({}, judged.levels, (), parameters.group_levels, Withheld.nothing())
        return PublicGroups(
            pd.DataFrame(columns=columns), units, frozenset(), (), frozenset(), supply, (), exposed,
            pd.DataFrame(columns=of_hazards),
        )  # fmt: skip
    table = scene.demand.table
    people = People(table[["community", "population", *names]], names, len(scene.layers.communities))
    # Of smaller units a third would have to be withheld in Las Palmas, after an audit as long as that of all counts.
    told = {CITY: judged.levels[CITY]} if CITY in parameters.group_levels else {}
    means = group_means(people.points, names, told, supply, parameters.equity)
    of_what = [(m, supply[m.resource]) for m in means]
    found = group_cells(people, judged.levels, about, parameters.group_levels, exposed, of_what)
    withheld = Withheld.of(found, parameters.smallest_group)
    totals = {
        (name, group): level.sums(table[group].to_numpy(float))
        for name, level in judged.levels.items()
        for group in names
    }
    return PublicGroups(
        _figures(table[list(names)], judged.levels, rules, parameters.group_levels, withheld),
        _residents(totals, judged.levels, names, parameters.group_levels, withheld),
        frozenset(group for group in names if withheld.at((CITY, group, *RESIDENTS), 1).any()),
        _caveats(withheld, parameters.smallest_group),
        frozenset(_hidden_verdicts(about, judged.levels, withheld)),
        supply,
        tuple(_without(mean, withheld) for mean in means),
        exposed,
        groups_by_class(table[list(names)], judged.levels, exposed, parameters.group_levels, withheld),
        (found.cells, withheld.hidden),
    )


def _exposed_homes(scene: Scene, judged: Judgement) -> dict[str, ByClass]:
    """By hazard id the shares of each home; of layers without classes as their rule has measured them."""
    known = {}
    for role in scene.layers.study.hazards:
        rule = judged.measured.get((STUDY_PROFILE, f"hazard.{role.id}"))
        if rule is not None and not role.scale.names:
            unknown = 1 - rule.good - rule.bad
            known[role.id] = ByClass(("",), rule.bad[:, None], np.where(unknown < _ROUNDING, 0.0, unknown))
    return exposed_by_hazard(scene.layers, scene.homes, known)


def _without(mean: GroupMeans, withheld: Withheld) -> GroupMeans:
    """A group's means without those withheld; nor are they told where the number of members is not."""
    units = len(mean.value)
    hidden = withheld.at((mean.level, mean.group, "", mean.resource), units)
    hidden = hidden | withheld.at((mean.level, mean.group, *RESIDENTS), units)
    return dataclasses.replace(
        mean,
        value=np.where(hidden, np.nan, mean.value),
        status=np.where(hidden, SUPPRESSED, mean.status).astype(object),
    )


def _hidden_verdicts(
    about: Mapping[tuple[str, str], Measured], levels: Mapping[str, Level], withheld: Withheld
) -> Iterator[tuple[str, str, str, str]]:
    for (profile_id, rule_id), found in about.items():
        for name, level in levels.items() if found.rule.about_a_group else ():
            hidden = withheld.at((name, found.rule.who, profile_id, rule_id), len(level.units))
            yield from ((name, unit, profile_id, rule_id) for unit in level.units.index[hidden])


def _figures(
    groups: pd.DataFrame,
    levels: Mapping[str, Level],
    rules: Mapping[tuple[str, str], Measured],
    group_levels: Collection[str],
    withheld: Withheld,
) -> pd.DataFrame:
    tables = []
    for level in (level for name, level in levels.items() if name in group_levels):
        for rule, found in rules.items():
            table = group_shares(found.good, found.bad, groups, level.member, level.units.index)
            table = table.assign(level=level.name, profile_id=rule[0], rule_id=rule[1], unit="%")
            n = len(level.units)
            hidden = np.concatenate([withheld.at((level.name, g, *rule), n) for g in groups])
            total = np.concatenate([withheld.at((level.name, g, *RESIDENTS), n) for g in groups])
            tables.append(_told(table, found, hidden, total))
    columns = [column.name for column in GROUP_FIGURES.columns]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)


def _told(table: pd.DataFrame, found: Measured, hidden: NDArray[np.bool_], total: NDArray[np.bool_]) -> pd.DataFrame:
    """Figures in whole persons that add up, without what is withheld."""
    parts = whole_persons(table[_PARTS].to_numpy(float))
    unknown = table["residents"].isna().to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        value = 100 * parts[:, 0 if found.rule.kind == "reach" else 1] / (parts[:, 0] + parts[:, 1])
    if found.unsaid is not None:
        value[parts[:, 2] > WIDE_SHARE * parts.sum(axis=1)] = np.nan
    return table.assign(
        **{name: np.where(hidden, np.nan, part) for name, part in zip(_PARTS, parts.T, strict=True)},
        residents=np.where(total, np.nan, np.round(table["residents"])),
        value=np.where(hidden, np.nan, value),
        status=statuses(hidden, unknown),
        residents_status=statuses(total, unknown),
    )


def _residents(
    totals: Mapping[tuple[str, str], NDArray[np.float64]],
    levels: Mapping[str, Level],
    groups: Collection[str],
    group_levels: Collection[str],
    withheld: Withheld,
) -> pd.DataFrame:
    tables = []
    for name, level in levels.items():
        units = level.units.index.to_numpy()
        table = pd.DataFrame(index=pd.MultiIndex.from_product([[name], units], names=["level", "unit_id"]))
        for group in groups:
            count = np.round(totals[(name, group)])
            hidden = withheld.at((name, group, *RESIDENTS), len(units))
            published = name in group_levels
            status = statuses(hidden, np.isnan(count))
            table[group] = np.where(hidden | (not published), np.nan, count)
            table[f"{group}_status"] = status if published else NOT_PUBLISHED
        tables.append(table)
    return pd.concat(tables)


def _caveats(withheld: Withheld, k: float) -> tuple[Caveat, ...]:
    hidden = float(withheld.hidden.sum())
    return (Caveat("groups_suppressed", "residents", hidden, "figures", f"{k:g}"),) if hidden else ()
