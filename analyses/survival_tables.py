"""The tables of what remains while a hazard lasts: by scenario, by unit and rule, and by public space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

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
from layers.types import HazardRole, Study

_HALF = 0.5
_REMAINS = tuple(SURVIVAL_REMAINS)


@dataclass(frozen=True)
class SurvivalTables:
    """Columns of `survival_columns`, without words."""

    scenarios: pd.DataFrame
    units: pd.DataFrame
    spaces: pd.DataFrame
    ways: gpd.GeoDataFrame | None = None
    """None where the tables were made by hand; so are the homes, and who is cut off."""
    homes: gpd.GeoDataFrame | None = None
    cut_off: pd.DataFrame | None = None


def survival_tables(scene: Scene, judged: Judgement, *, margin_m: float = 20.0) -> SurvivalTables | None:
    """What remains under every scenario of the study; None where no hazard layer closes, or nobody counted residents.

    Rules about groups of residents are left out: what is told of a few people could tell of one. Homes are grown by
    `margin_m`, as those of gaps are.
    """
    lasting = scenarios(scene.layers.study)
    if not lasting or scene.layers.residents is None:
        return None
    every = [(scenario, judged.closed.of(scenario.hazard_ids)) for scenario in lasting]
    units = [_units(scene, judged, scenario, left) for scenario, left in every]
    shares = [cut_off_share(scene, left) for _, left in every]
    return SurvivalTables(
        pd.DataFrame(
            [_scenario(scene, *each, unknown) for each, (_, unknown) in zip(every, shares, strict=True)]
        ),
        pd.concat(units, ignore_index=True),
        pd.concat([_spaces(scene, scenario, left) for scenario, left in every], ignore_index=True),
        ways_table(scene, every),
        homes_table(scene, every, [cut_off for cut_off, _ in shares], margin_m=margin_m),
        pd.concat(
            [
                _cut_off(scene, scenario, *share, level)
                for scenario, share in zip(lasting, shares, strict=True)
                for level in judged.levels.values()
            ],
            ignore_index=True,
        ),
    )


def _cut_off(
    scene: Scene, scenario: Scenario, share: NDArray[np.float64], unknown: NDArray[np.float64], level: Level
) -> pd.DataFrame:
    """Columns of `survival_columns.SURVIVAL_CUT_OFF`: a scenario's rows of one level."""
    people = scene.weight("population")
    return pd.DataFrame(
        {
            "scenario_id": scenario.id,
            "level": level.name,
            "unit_id": level.units.index.to_numpy(),
            "residents": level.sums(people),
            "residents_cut_off": level.sums(people * share),
            "residents_unknown": level.sums(people * unknown),
        }
    )


def _scenario(scene: Scene, scenario: Scenario, left: During, unknown: NDArray[np.float64]) -> dict[str, object]:
    gone, people = left.spaces.gone, scene.weight("population")
    return {
        "scenario_id": scenario.id,
        "hazard_ids": " ".join(scenario.hazard_ids),
        "status": scenario.status,
        "closed_m": left.closed_streets.length_m,
        "residents_inside": float((people * left.inside).sum()),
        "residents_unknown": float((people * unknown).sum()),
        "n_spaces_gone": int(gone.sum()),
        "n_spaces_smaller": int((left.spaces.smaller(scene.layers.spaces) & ~gone).sum()),
        "n_entrances": len(left.open_entrance),
        "n_entrances_closed": int((~left.open_entrance).sum()),
    }


def _units(scene: Scene, judged: Judgement, scenario: Scenario, left: During) -> pd.DataFrame:
    tables = []
    for (profile_id, rule_id), rule in _told(judged, scenario, scene.layers.study).items():
        found = survival(scene, left, rule)
        for level in judged.levels.values():
            table = units_table(found, left.inside, level, scene.weight("population"))
            ids = {"scenario_id": scenario.id, "level": level.name, "profile_id": profile_id, "rule_id": rule_id}
            tables.append(table.assign(**ids))
    if not tables:  # no profile asks for reach while this lasts
        return pd.DataFrame(columns=[column.name for column in SURVIVAL.columns])
    return pd.concat(tables, ignore_index=True)


def _told(judged: Judgement, scenario: Scenario, study: Study) -> Mapping[tuple[str, str], Rule]:
    """The rules that are told under a scenario: those of other days first, then those that name such a hazard.

    Of rules that ask for the same walk to the same places, the first stands for all of them.
    """
    lasting = [hazard for hazard in study.hazards if hazard.id in scenario.hazard_ids]
    first: dict[object, tuple[str, str]] = {}
    rules = _rules(judged)
    for key in sorted(rules, key=lambda key: rules[key].under_hazard):
        rule = rules[key]
        if not rule.under_hazard or any(_asked(rule, hazard) for hazard in lasting):
            first.setdefault(replace(rule, during="", return_period_yr=None).measured_as, key)
    return {key: rules[key] for key in first.values()}


def _asked(rule: Rule, hazard: HazardRole) -> bool:
    """Whether a hazard is one that a rule has to hold under, or, if it has to hold under none, be outside of."""
    if rule.during:
        return rule.during == hazard.kind and rule.return_period_yr in (None, hazard.return_period_yr)
    return any(supply.outside_hazard == hazard.kind for supply in rule.supplies)


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

    Columns of `survival_columns.SURVIVAL` from ``unit_id`` on, one row a unit. Who keeps, loses, had none and is
    unknown add up to ``residents``; NaN where the number of residents is unknown.
    """
    sums = {
        "residents_keep": found.keeps,
        "residents_lose": found.loses,
        "residents_lose_cut_off": found.loses_cut_off,
        "residents_none_before": found.none_before,
        "residents_none_before_cut_off": found.none_before_cut_off,
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
