"""Assess: from layers and profiles to results. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import plan
from analyses.access import prepare_walking
from analyses.columns import ASSESSMENTS
from analyses.entrances import Entrances, attached_points, find_entrances
from analyses.findings import counts, findings
from analyses.gaps import find_gaps
from analyses.measure import Measured, Scene, figures, measure, other_figures, scene
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.residents import place_residents
from analyses.results import Results
from analyses.supply import class_supplies
from analyses.tables import communities_table, parents_table, people_short, public_space_table
from analyses.units import CITY, Level, levels
from analyses.verdict import judge, not_assessed
from layers.types import Layers
from spatial.progress import OnStep, silent
from spatial.snapping import EdgeIndex, attach, edge_index

STEPS = ("residents into homes", "entrances", "walking distances", "rules", "gaps")

_DEFAULTS = Parameters()


@dataclass(frozen=True)
class _Judged:
    profiles: tuple[Profile, ...]
    levels: Mapping[str, Level]
    measured: Mapping[tuple[str, str], Measured]
    assessments: pd.DataFrame


def assess(
    layers: Layers,
    profiles: Sequence[Profile],
    on_step: OnStep = silent,
    parameters: Parameters = _DEFAULTS,
) -> Results:
    """Assess every community, every parent and the city under the rules of some profiles.

    Parameters
    ----------
    layers : Layers
        Read only.
    profiles : sequence of Profile
        Judged together: what they share is computed once.
    on_step : callable
        Told the names in `STEPS` as they begin.
    parameters : Parameters

    Returns
    -------
    Results
        Depends on the arguments alone: the same layers give the same tables.
    """
    planned = plan.profiles_for(layers, profiles)
    on_step(STEPS[0])
    demand = place_residents(layers.communities, layers.residents, layers.buildings, layers.network, parameters)
    on_step(STEPS[1])
    index = edge_index(layers.network)
    entrances = find_entrances(layers, index, parameters)
    on_step(STEPS[2])
    points = attach(index, demand.point, limit_m=parameters.snap_limit_m)
    walking = prepare_walking(layers.network, entrances, points, limit_m=parameters.search_limit_m)
    wanted = tuple(dict.fromkeys((*class_supplies(layers.spaces), *plan.supplies(planned))))
    shared = scene(layers, demand, walking, wanted, parameters)
    on_step(STEPS[3])
    by_level = levels(layers, demand, tolerance_m=parameters.parent_tolerance_m)
    judged = _judge_all(shared, by_level, planned)
    on_step(STEPS[4])
    return _results(shared, judged, entrances, index, parameters)


def _judge_all(shared: Scene, by_level: Mapping[str, Level], profiles: Sequence[Profile]) -> _Judged:
    measured: dict[tuple[str, str], Measured] = {}
    tables = []
    for profile in profiles:
        for rule in profile.rules:
            why = plan.blocked(rule, shared.layers, by_level.keys())
            if why:
                tables += [not_assessed(rule, profile.id, level, why) for level in by_level.values()]
                continue
            found = measured[(profile.id, rule.id)] = measure(shared, rule)
            for level in by_level.values():
                why_not = plan.reported(rule, level.name, shared.layers.study)
                others = other_figures(shared, found, level)
                tables.append(judge(rule, profile.id, level, figures(shared, found, level), why_not, others))
    columns = [column.name for column in ASSESSMENTS.columns]
    assessments = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    return _Judged(tuple(profiles), by_level, measured, assessments[columns])


def _results(
    shared: Scene,
    judged: _Judged,
    entrances: Entrances,
    index: EdgeIndex,
    parameters: Parameters,
) -> Results:
    layers, assessments, by_level, profiles = shared.layers, judged.assessments, judged.levels, judged.profiles
    short = people_short(shared, by_level, judged.measured, assessments)
    n_entrances = np.bincount(entrances.table["space"], minlength=len(layers.spaces))
    return Results(
        study=layers.study,
        profiles=profiles,
        parameters=parameters,
        communities=communities_table(shared, by_level, assessments, profiles),
        parents=parents_table(shared, by_level, assessments, profiles, short, parameters),
        assessments=assessments,
        gaps=find_gaps(shared, by_level, judged.measured, assessments, margin_m=parameters.gap_margin_m),
        public_space=public_space_table(shared, n_entrances),
        entrances=attached_points(entrances, layers.spaces, index),
        hazards=layers.hazards.reset_index(drop=True),
        demand=_demand_table(shared, index),
        network=layers.network,
        basemap=layers.basemap,
        provenance=layers.provenance,
        caveats=(*layers.caveats, *findings(shared, index, by_level, n_entrances)),
        counts=counts(shared, by_level[CITY], n_entrances),
    )


def _demand_table(shared: Scene, index: EdgeIndex) -> gpd.GeoDataFrame:
    """Columns of `columns.DEMAND`: with the network, all that is needed to compute every distance again."""
    table, at = shared.demand.table, shared.walking.points
    spaces = _or_nothing(shared.layers.spaces.index.astype(str).to_numpy(object))
    edges = _or_nothing(index.network.edge_id)
    reached: dict[str, NDArray[np.float64] | NDArray[np.object_]] = {}
    for supply_name, reach in shared.walks.items():
        reached[f"distance_{supply_name}_m"] = reach.distance_m
        reached[f"nearest_{supply_name}_id"] = spaces[reach.space]
    frame = pd.DataFrame(
        {
            "demand_id": table["demand_id"],
            "community_id": shared.layers.communities.index.to_numpy()[table["community"]],
            "population": table.get("population", np.nan),
            "floor_area_m2": table["floor_area_m2"],
            "imputed": table["imputed"].astype(int),
            "edge_id": edges[at.edge],
            "off_network_m": at.off_network_m,
            "along_m": at.along_m,
            **reached,
        }
    )
    return gpd.GeoDataFrame(frame, geometry=list(shared.demand.point), crs=shared.layers.communities.crs)


def _or_nothing(names: NDArray[np.object_]) -> NDArray[np.object_]:
    """The names with None behind the last, which is what position -1 stands for."""
    return np.concatenate([names, np.array([None], dtype=object)])
