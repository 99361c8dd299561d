"""All that is told of equity: who has how much, where shortfalls gather, and whether supply goes where it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.clusters import find_clusters
from analyses.equity import ALL, COLUMNS, TOLD, Figure, concentration, equity_table, if_enough, pieces, table_row
from analyses.group_columns import GROUP_STATUSES
from analyses.group_means import lives_in
from analyses.groups import PublicGroups
from analyses.indicators import Indicators
from analyses.judgement import Judgement
from analyses.measure import Scene
from analyses.needs import need_by_community, needs_table
from analyses.parameters import Parameters
from analyses.resources import FREE, Resource, all_resources
from analyses.units import CITY, Level

_PUBLISHED, _, _, _ = GROUP_STATUSES
_MEAN_DECIMALS = 1
_INDEX_DECIMALS = 2
_INDEX_LEVELS = 2
"""At most so many levels tell a concentration index by a group's share: docs/methods.md counts on it."""
"""Figures about groups that are no counts are rounded, so that they tell little of the counts behind them."""


@dataclass(frozen=True)
class Equity:
    """Three tables, each None where a study cannot have it; without words."""

    table: pd.DataFrame | None
    """Columns of `equity_columns.EQUITY`."""
    clusters: pd.DataFrame | None
    """Columns of `equity_columns.CLUSTERS`."""
    needs: pd.DataFrame | None
    """Columns of `equity_columns.NEEDS`."""


def equity(
    scene: Scene, judged: Judgement, groups: PublicGroups, supplied: Indicators, parameters: Parameters
) -> Equity:
    """Everything about equity; a study without residents has none of it.

    Parameters
    ----------
    scene : Scene
    judged : Judgement
        As published: without what would tell of a small group.
    groups : PublicGroups
        What may be told of groups. But for the concentration index by a group's share nothing is made of groups here
        that does not stand in it.
    supplied : Indicators
    parameters : Parameters
    """
    if scene.layers.residents is None:
        return Equity(None, None, None)
    limits = parameters.equity
    communities = scene.layers.communities.index
    needs = need_by_community(scene.layers.study, supplied.table, communities)
    at_point = {name: need[scene.demand.table["community"].to_numpy()] for name, need in needs.items()}
    resources = all_resources(scene, judged, groups.supply)
    clusters = find_clusters(judged, limits)
    of_groups = pd.DataFrame(
        [
            *_gathering(scene, clusters.moran),
            *_means(groups),
            *_shares_of_groups(judged, groups),
            *_where_groups_live(scene, judged.levels, groups, resources, parameters),
        ],
        columns=COLUMNS,
    )
    table = pd.concat([equity_table(resources, judged.levels, at_point, limits), of_groups], ignore_index=True)
    by_unit = needs_table(
        judged.levels,
        scene.weight("population"),
        groups.supply,
        _told_needs(needs, supplied.table, communities),
        groups.residents,
        limits,
    )
    return Equity(*(None if frame.empty else frame for frame in (table, clusters.table, by_unit)))


def _told_needs(
    needs: Mapping[str, NDArray[np.float64]], indicators: pd.DataFrame, communities: pd.Index
) -> pd.DataFrame:
    """By indicator and community the value, and the same turned so that more is more need."""
    tables = []
    for subject, need in needs.items():
        rows = indicators[indicators["indicator_id"] == subject].set_index("community_id").reindex(communities)
        tables.append(
            pd.DataFrame(
                {"subject": subject, "unit_id": communities, "value": rows["value"].to_numpy(float), "need": need}
            )
        )
    return pd.concat(tables) if tables else pd.DataFrame(columns=["subject", "unit_id", "value", "need"])


def _gathering(scene: Scene, moran: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    """The global Moran's I of each rule tested."""
    nothing = np.zeros(0)
    for row in moran.itertuples(index=False):
        resource = Resource("short", "%", nothing, nothing, str(row.profile_id), str(row.rule_id))
        for measure, value, unit in (("moran", row.moran, "-1..1"), ("moran_p_value", row.p_value, "0-1")):
            status = "not_tested" if np.isnan(value) else TOLD
            figure = Figure(ALL, measure, float(value), unit, float(row.residents), np.nan, status)
            yield table_row(CITY, scene.layers.study.id, resource, figure)


def _means(groups: PublicGroups) -> Iterator[tuple[object, ...]]:
    """What members of a group have on average, as audited with all counts."""
    nothing = np.zeros(0)
    for found in groups.means:
        told = groups.residents.loc[found.level]
        for unit, mean, status in zip(told.index, found.value, found.status, strict=True):
            resource = Resource(found.resource, "m2/person", nothing, nothing)
            members = float(told.loc[unit, found.group])
            figure = Figure(
                found.group, "mean", round(float(mean), _MEAN_DECIMALS), resource.unit, members, np.nan, status
            )
            yield table_row(found.level, str(unit), resource, figure)


def _shares_of_groups(judged: Judgement, groups: PublicGroups) -> Iterator[tuple[object, ...]]:
    """The published shares of each group, to stand beside those of all residents."""
    nothing = np.zeros(0)
    for row in groups.figures.itertuples(index=False):
        kind = judged.measured[(row.profile_id, row.rule_id)].rule.kind
        code = "served" if kind == "reach" else "exposed"
        resource = Resource(code, "%", nothing, nothing, str(row.profile_id), str(row.rule_id))
        status = TOLD if row.status == _PUBLISHED else str(row.status)
        if status == TOLD and np.isnan(row.value):
            status = "nobody"
        figure = Figure(str(row.group), "mean", float(row.value), "%", float(row.residents), np.nan, status)
        yield table_row(str(row.level), str(row.unit_id), resource, figure)


def _where_groups_live(
    scene: Scene,
    levels: Mapping[str, Level],
    groups: PublicGroups,
    resources: Sequence[Resource],
    parameters: Parameters,
) -> Iterator[tuple[object, ...]]:
    """Whether what belongs to no rule goes to where much of a group lives: few figures, of many communities.

    Why no count can be worked out from them: docs/methods.md.
    """
    limits, points = parameters.equity, scene.demand.table
    # Of more levels than may tell, those of the fewest and largest units do: the city, then the districts.
    publishing = sorted((n for n in levels if n in parameters.group_levels), key=lambda n: len(levels[n].units))
    for name in publishing[:_INDEX_LEVELS]:
        level, told = levels[name], groups.residents.loc[name]
        for group in scene.demand.groups:
            enough = lives_in(points, group, level) >= limits.least_communities
            share = _share_by_community(points, group)
            for unit, here in pieces(level):
                status, members = str(told.loc[unit, f"{group}_status"]), float(told.loc[unit, group])
                status = TOLD if status == _PUBLISHED else status
                if status == TOLD and (members < limits.least_group or not enough[level.units.index.get_loc(unit)]):
                    status = "small_group"
                for resource in (resource for resource in resources if resource.code in FREE):
                    figure = if_enough(concentration(resource, here, share, group), limits)
                    rounded = round(figure.value, _INDEX_DECIMALS) + 0.0  # no minus before nothing
                    figure = replace(figure, value=rounded, status=figure.status if status == TOLD else status)
                    yield table_row(name, unit, resource, figure)


def _share_by_community(points: pd.DataFrame, group: str) -> NDArray[np.float64]:
    """The group's share of the residents of each demand point's community; NaN where nobody counted."""
    community = points["community"].to_numpy()
    of_group, everybody = (
        np.bincount(community, weights=points[name].to_numpy(float))[community] for name in (group, "population")
    )
    with np.errstate(invalid="ignore", divide="ignore"):
        share: NDArray[np.float64] = of_group / everybody
    return share
