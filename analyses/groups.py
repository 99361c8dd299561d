"""Groups: how many children, old people and others are served, or exposed, in the larger units."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from analyses.columns import GROUP_FIGURES
from analyses.cumulative import group_shares
from analyses.judgement import Judgement
from analyses.measure import Scene


def groups_table(scene: Scene, judged: Judgement, group_levels: Collection[str]) -> pd.DataFrame:
    """Every age and other group under every rule that says who is served or exposed.

    Everybody in a home is as near to a space as everybody else in it, so a group's figures differ from those
    of all residents by where its members live: the census counts them by community. Small groups could
    be told apart in small units, so only `group_levels` are published.

    Returns
    -------
    DataFrame
        Columns of `columns.GROUP_FIGURES`, by level, rule, group and unit. ``value`` is the share served
        (reach) or inside (exposure) of those for whom it is known [%].
    """
    groups = scene.demand.table[list(scene.demand.groups)]
    tables = []
    for level in (level for name, level in judged.levels.items() if name in group_levels):
        for (profile_id, rule_id), found in judged.measured.items():
            if found.rule.who != "population" or found.rule.kind == "provision":
                continue
            table = group_shares(found.good, found.bad, groups, level.member, level.units.index)
            share = table["share"] if found.rule.kind == "reach" else 1 - table["share"]
            tables.append(
                table.assign(level=level.name, profile_id=profile_id, rule_id=rule_id, value=100 * share, unit="%")
            )
    columns = [column.name for column in GROUP_FIGURES.columns]
    return pd.concat(tables, ignore_index=True)[columns] if tables else pd.DataFrame(columns=columns)
