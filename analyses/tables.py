"""The tables of units: communities and parents with their verdicts and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.columns import hazard_share_column, rule_column
from analyses.exposure import covered_share, footprint
from analyses.measure import Measured, Scene
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.units import COMMUNITY, Level, main_parent

_STATUSES = ("short", "met", "reported", "not_assessed")


def communities_table(
    scene: Scene, levels: Mapping[str, Level], assessments: pd.DataFrame, profiles: Sequence[Profile]
) -> gpd.GeoDataFrame:
    """Columns of `columns.COMMUNITIES`, one row a community."""
    level = levels[COMMUNITY]
    table = _unit_table(scene, level, assessments, profiles)
    mine = assessments[(assessments["level"] == COMMUNITY) & (assessments["status"] == "short")]
    worst = mine.groupby("unit_id")["residents_short"].max().reindex(level.units.index)
    table["residents_short"] = _people(scene, worst.fillna(0.0).to_numpy())
    weight = scene.weight("population" if scene.layers.residents is not None else "buildings")
    parents = [main_parent(level, p, weight) for name, p in levels.items() if name in scene.layers.parents]
    ids = pd.DataFrame({"community_id": level.units.index.to_numpy()})
    return _geo(pd.concat([ids, *parents, table], axis=1), level)


def parents_table(
    scene: Scene,
    levels: Mapping[str, Level],
    assessments: pd.DataFrame,
    profiles: Sequence[Profile],
    people_short: NDArray[np.float64],
    parameters: Parameters,
) -> gpd.GeoDataFrame:
    """Columns of `columns.PARENTS`, one row for each higher unit and the city.

    `people_short` holds, for each rule, the residents of every demand point that are short under it.
    """
    tables = []
    for level in levels.values():
        if level.name == COMMUNITY:
            continue
        table = _unit_table(scene, level, assessments, profiles)
        sums = [level.sums(short) for short in people_short]
        table["residents_short"] = _people(scene, np.max(sums, axis=0) if sums else np.zeros(len(level.units)))
        for group in scene.demand.groups:
            counts = level.sums(scene.demand.table[group].to_numpy(float))
            table[group] = counts if level.name in parameters.group_levels else np.nan
        table.insert(0, "level", level.name)
        table.insert(0, "unit_id", level.units.index.to_numpy())
        tables.append(_geo(table, level))
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=scene.layers.communities.crs)


def people_short(
    scene: Scene, levels: Mapping[str, Level], measured: Mapping[tuple[str, str], Measured], assessments: pd.DataFrame
) -> NDArray[np.float64]:
    """Residents of every demand point that are short, one row a rule that has a target.

    Short are the residents not served (or exposed) who live in a unit that is short under the rule
    at the level where it is judged; under a provision rule, all of them.
    """
    rows = []
    short = assessments[assessments["status"] == "short"]
    for (profile_id, rule_id), found in measured.items():
        mine = short[(short["profile_id"] == profile_id) & (short["rule_id"] == rule_id)]
        if mine.empty:
            continue
        level = levels[found.rule.level]
        unit_short = np.append(level.units.index.isin(mine["unit_id"]), False)[level.member]
        share = np.ones(len(unit_short)) if found.rule.kind == "provision" else found.bad
        rows.append(scene.weight("population") * share * unit_short)
    return np.array(rows)


def public_space_table(scene: Scene, n_entrances: NDArray[np.int64]) -> gpd.GeoDataFrame:
    """Columns of `columns.PUBLIC_SPACE`, one row a space."""
    spaces = scene.layers.spaces
    table = pd.DataFrame(
        {
            "space_id": spaces.index.astype(str),
            **{c: spaces[c].to_numpy() for c in ("space_class", "name", "area_m2", "member_ids")},
            "n_entrances": n_entrances,
        }
    )
    for hazard in scene.layers.study.hazards:
        shapes = footprint(scene.layers.hazards, hazard_id=hazard.id)
        table[hazard_share_column(hazard.id)] = covered_share(spaces.geometry.to_numpy(), shapes)
    return gpd.GeoDataFrame(table, geometry=list(spaces.geometry), crs=spaces.crs)


def _unit_table(scene: Scene, level: Level, assessments: pd.DataFrame, profiles: Sequence[Profile]) -> pd.DataFrame:
    units = level.units
    mine = assessments[assessments["level"] == level.name]
    counts = pd.crosstab(mine["unit_id"], mine["status"]).reindex(
        index=units.index, columns=list(_STATUSES), fill_value=0
    )
    status = np.select([counts["short"] > 0, counts["met"] > 0], ["short", "met"], "not_assessed")
    imputed, people = scene.demand.table["imputed"].to_numpy(float), _population(scene)
    residents = level.sums(people)
    with np.errstate(invalid="ignore", divide="ignore"):
        imputed_share = level.sums(people * imputed) / residents
    values = mine.pivot(index="unit_id", columns=["profile_id", "rule_id"], values="value").reindex(units.index)
    figures = {rule_column(p.id, r.id): values[(p.id, r.id)].to_numpy() for p in profiles for r in p.rules}
    return pd.DataFrame(
        {
            "name": units["name"].to_numpy(),
            "population": residents,
            "area_m2": units["area_m2"].to_numpy(),
            "status": status,
            **{f"n_{s}": counts[s].to_numpy() for s in ("short", "met", "reported", "not_assessed")},
            "residents_short": np.nan,
            "imputed_share": imputed_share,
            **figures,
        }
    )


def _population(scene: Scene) -> NDArray[np.float64]:
    if scene.layers.residents is None:
        return np.full(len(scene.demand.table), np.nan)
    return scene.weight("population")


def _people(scene: Scene, counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without residents nobody knows how many are short: that is not zero."""
    return counts if scene.layers.residents is not None else np.full(len(counts), np.nan)


def _geo(table: pd.DataFrame, level: Level) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=list(level.units.geometry), crs=level.units.crs)
