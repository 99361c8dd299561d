"""The tables of units: communities and parents with their verdicts and figures."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.column import hazard_share_column, rule_column
from analyses.completeness import light_shares, unit_lights
from analyses.crowding import space_crowding
from analyses.exposure import exposed_shares
from analyses.held_shapes import Shapes
from analyses.judgement import Judgement
from analyses.measure import Scene, imputed_share
from analyses.standing import standing
from analyses.units import COMMUNITY, Level, main_parent

_STATUSES = ("short", "met", "reported", "not_assessed")


def communities_table(scene: Scene, judged: Judgement, data: pd.DataFrame) -> gpd.GeoDataFrame:
    """Columns of `columns.COMMUNITIES`, one row a community; `data` as from `completeness.completeness`."""
    level = judged.levels[COMMUNITY]
    weight = scene.weight("population" if scene.layers.residents is not None else "buildings")
    parents = [main_parent(level, p, weight) for name, p in judged.levels.items() if name in scene.layers.parents]
    ids = pd.DataFrame({"community_id": level.units.index.to_numpy()})
    lights = data.reset_index(drop=True)
    return _geo(pd.concat([ids, *parents, _unit_table(scene, judged, level), lights], axis=1), level)


def parents_table(
    scene: Scene, judged: Judgement, data: pd.DataFrame, groups: pd.DataFrame, *, light_share: float
) -> gpd.GeoDataFrame:
    """Columns of `columns.PARENTS`, one row for each higher unit and the city.

    `data` is that of the communities; `groups` as in `groups.PublicGroups.residents`; `light_share` as in
    `completeness.unit_lights`.
    """
    tables = []
    who = "population" if scene.layers.residents is not None else "buildings"
    for level in judged.levels.values():
        if level.name == COMMUNITY:
            continue
        ids = pd.DataFrame({"unit_id": level.units.index.to_numpy(), "level": level.name})
        shares = light_shares(level, data["data_light"], scene.demand.table["community"], scene.weight(who))
        lights = pd.DataFrame({"data_light": unit_lights(shares, light_share), **shares})
        told = groups.loc[level.name].reset_index(drop=True)
        tables.append(_geo(pd.concat([ids, _unit_table(scene, judged, level), lights, told], axis=1), level))
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=scene.layers.communities.crs)


def public_space_table(
    scene: Scene, n_entrances: NDArray[np.int64], no_way_in: pd.DataFrame, *, catchment_m: float
) -> gpd.GeoDataFrame:
    """Columns of `columns.PUBLIC_SPACE`, one row a space."""
    spaces = scene.layers.spaces
    table = pd.DataFrame(
        {
            "space_id": spaces.index.astype(str),
            **{c: spaces[c].to_numpy() for c in ("space_class", "name", "area_m2", "member_ids", "source")},
            "n_entrances": n_entrances,
            **{c: no_way_in[c].to_numpy() for c in no_way_in},
            **space_crowding(scene, catchment_m=catchment_m),
        }
    )
    shapes = Shapes(spaces.geometry)
    for hazard in scene.layers.study.hazards:
        exposed = exposed_shares(scene.layers, (hazard.id,), shapes)
        table[hazard_share_column(hazard.id)] = np.where(exposed.unknown > 0, np.nan, exposed.inside)
    return gpd.GeoDataFrame(table, geometry=list(spaces.geometry), crs=spaces.crs)


def _unit_table(scene: Scene, judged: Judgement, level: Level) -> pd.DataFrame:
    units, stands = level.units, standing(scene, judged, level)
    counts = {status: (stands.statuses == status).sum(axis=1).to_numpy(np.int64) for status in _STATUSES}
    mine = judged.assessments[judged.assessments["level"] == level.name]
    values = mine.pivot(index="unit_id", columns=["profile_id", "rule_id"], values="value").reindex(units.index)
    population, imputed_share = _residents(scene, level)
    return pd.DataFrame(
        {
            "name": units["name"].to_numpy(),
            "population": population,
            "area_m2": units["area_m2"].to_numpy(),
            "status": np.select([counts["short"] > 0, counts["met"] > 0], ["short", "met"], "not_assessed"),
            **{f"n_{status}": count for status, count in counts.items()},
            "residents_short": stands.residents_short,
            "imputed_share": imputed_share,
            **{rule_column(p.id, r.id): values[(p.id, r.id)].to_numpy() for p in judged.profiles for r in p.rules},
        }
    )


def _residents(scene: Scene, level: Level) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Residents of each unit, and the share of them whose home is imputed; without residents nobody knows."""
    if scene.layers.residents is None:
        unknown = np.full(len(level.units), np.nan)
        return unknown, unknown
    return level.sums(scene.weight("population")), imputed_share(scene, level)


def _geo(table: pd.DataFrame, level: Level) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(table, geometry=list(level.units.geometry), crs=level.units.crs)
