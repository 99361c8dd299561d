"""The tables of what remains while a hazard lasts: by scenario, by unit and rule, and by public space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.closures import Scenario, scenarios
from analyses.during import During
from analyses.judgement import Judgement
from analyses.measure import Scene
from analyses.profile import Rule
from analyses.survival import Survival, survival
from analyses.survival_columns import SURVIVAL, SURVIVAL_REMAINS
from analyses.survival_shapes import cut_off_share, homes_table, ways_table
from analyses.units import Level

_HALF = 0.5
_REMAINS = tuple(SURVIVAL_REMAINS)


@dataclass(frozen=True)
class SurvivalTables:
    """Columns of `survival_columns`, without words."""

    scenarios: pd.DataFrame
    units: pd.DataFrame
    spaces: pd.DataFrame
    ways: gpd.GeoDataFrame | None = None
    """None where the tables were made by hand; so are the homes."""
    homes: gpd.GeoDataFrame | None = None


def survival_tables(scene: Scene, judged: Judgement, *, margin_m: float = 20.0) -> SurvivalTables | None:
    """What remains under every scenario of the study; None where no hazard layer closes, or nobody counted residents.

    Rules about groups of residents are left out: what is told of a few people could tell of one. Homes are grown by
    `margin_m`, as those of gaps are.
    """
    lasting = scenarios(scene.layers.study)
    if not lasting or scene.layers.residents is None:
        return None
    every = [(scenario, judged.closed.of(scenario.hazard_ids)) for scenario in lasting]
    found = [[survival(scene, left, rule) for rule in _rules(judged).values()] for _, left in every]
    units = [_units(scene, judged, *of, under) for of, under in zip(every, found, strict=True)]
    cut_off = [cut_off_share(left, under) for (_, left), under in zip(every, found, strict=True)]
    return SurvivalTables(
        pd.DataFrame([_scenario(scene, scenario, left) for scenario, left in every]),
        pd.concat(units, ignore_index=True),
        pd.concat([_spaces(scene, scenario, left) for scenario, left in every], ignore_index=True),
        ways_table(scene, every),
        homes_table(scene, every, cut_off, margin_m=margin_m),
    )


def _scenario(scene: Scene, scenario: Scenario, left: During) -> dict[str, object]:
    gone = left.spaces.gone
    return {
        "scenario_id": scenario.id,
        "hazard_ids": " ".join(scenario.hazard_ids),
        "status": scenario.status,
        "closed_m": left.closed.length_m,
        "residents_inside": float((scene.weight("population") * left.inside).sum()),
        "n_spaces_gone": int(gone.sum()),
        "n_spaces_smaller": int((left.spaces.smaller(scene.layers.spaces) & ~gone).sum()),
        "n_entrances": len(left.open_entrance),
        "n_entrances_closed": int((~left.open_entrance).sum()),
    }


def _units(
    scene: Scene, judged: Judgement, scenario: Scenario, left: During, under: Sequence[Survival]
) -> pd.DataFrame:  # fmt: skip
    tables = []
    for (profile_id, rule_id), found in zip(_rules(judged), under, strict=True):
        for level in judged.levels.values():
            table = units_table(found, left.inside, level, scene.weight("population"))
            ids = {"scenario_id": scenario.id, "level": level.name, "profile_id": profile_id, "rule_id": rule_id}
            tables.append(table.assign(**ids))
    if not tables:  # no profile asks for reach
        return pd.DataFrame(columns=[column.name for column in SURVIVAL.columns])
    return pd.concat(tables, ignore_index=True)


def _rules(judged: Judgement) -> Mapping[tuple[str, str], Rule]:
    """The rules of reach about all residents that were measured, in their order."""
    return {
        key: found.rule
        for key, found in judged.measured.items()
        if found.rule.kind == "reach" and found.rule.limit is not None and found.rule.who == "population"
    }


def units_table(
    found: Survival, inside: NDArray[np.float64], level: Level, people: NDArray[np.float64]
) -> pd.DataFrame:
    """What a rule comes to in the units of a level, as residents.

    Columns of `survival_columns.SURVIVAL` from ``unit_id`` on, one row a unit. The five kinds of residents add up to
    ``residents``; NaN where the number of residents is unknown.
    """
    sums = {
        "residents_keep": found.keeps,
        "residents_lose": found.loses,
        "residents_cut_off": found.cut_off,
        "residents_none_before": found.none_before,
        "residents_unknown": found.unknown,
        "residents_inside": inside,
    }
    return pd.DataFrame(
        {
            "unit_id": level.units.index.to_numpy(),
            "residents": level.sums(people),
            **{name: level.sums(people * share) for name, share in sums.items()},
            "median_detour": median_by_unit(found.detour, people * found.keeps, level),
        }
    )


def median_by_unit(
    values: NDArray[np.float64], weights: NDArray[np.float64], level: Level
) -> NDArray[np.float64]:  # fmt: skip
    """Weighted median of each unit: the least value that at least half of the weight does not exceed.

    Values and weights that are NaN, and weights of 0, do not count; NaN where nothing is left.
    """
    counted = np.flatnonzero((level.member >= 0) & np.isfinite(values) & (np.nan_to_num(weights) > 0))
    order = counted[np.lexsort((values[counted], level.member[counted]))]
    unit, weight = level.member[order], weights[order]
    total = np.bincount(unit, weights=weight, minlength=len(level.units))
    run = np.cumsum(weight)
    before = np.concatenate([[0.0], np.cumsum(total)[:-1]])
    reached = np.flatnonzero(run - before[unit] >= _HALF * total[unit] * (1 - 1e-12))
    median = np.full(len(level.units), np.nan)
    at, first = np.unique(unit[reached], return_index=True)
    median[at] = values[order[reached[first]]]
    return median


def _spaces(scene: Scene, scenario: Scenario, left: During) -> pd.DataFrame:
    spaces = scene.layers.spaces
    space = scene.walking.entrances.table["space"].to_numpy(np.int64)
    entrances = np.bincount(space, minlength=len(spaces))
    open_ = np.bincount(space[left.open_entrance], minlength=len(spaces))
    smaller = left.spaces.smaller(spaces)
    shut = (entrances > 0) & (open_ == 0)
    remains = np.select([left.spaces.gone, shut, smaller], list(_REMAINS[:3]), _REMAINS[3])
    told = np.flatnonzero(smaller | (open_ < entrances))
    return pd.DataFrame(
        {
            "scenario_id": scenario.id,
            "space_id": spaces.index.astype(str)[told],
            "space_class": spaces["space_class"].to_numpy()[told],
            "name": spaces["name"].to_numpy()[told],
            "remains": remains[told],
            "area_m2": spaces["area_m2"].to_numpy(float)[told],
            "area_left_m2": left.spaces.left_m2[told],
            "n_entrances": entrances[told],
            "n_entrances_open": open_[told],
        }
    )
