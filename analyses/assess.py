"""Assess: from layers and profiles to results. A pure function of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses import plan
from analyses.access import home_barriers, prepare_walking
from analyses.completeness import completeness, light_caveats
from analyses.critical_links import critical_links
from analyses.crowding import cut_catchments
from analyses.entrances import Entrances, attached_points, entrance_ids, find_entrances
from analyses.equity_tables import equity
from analyses.evidence import Evidence
from analyses.exposure_tables import exposure_tables
from analyses.findings import counts, findings
from analyses.groups import PublicGroups, public_groups, with_group_levels
from analyses.indicators import indicators
from analyses.inventory_tables import conflicts_table, planned_table
from analyses.judgement import Judgement, judge_all
from analyses.measure import Scene, scene
from analyses.no_way_in import no_way_in
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.refuge import refuge
from analyses.remedies import gaps_and_remedies
from analyses.residents import place_residents
from analyses.resilience import resilience
from analyses.results import Results, Verdicts
from analyses.service_areas import service_areas_table
from analyses.shelters import with_shelters
from analyses.survival_tables import survival_tables
from analyses.tables import communities_table, parents_table, public_space_table
from analyses.units import CITY, levels
from analyses.vulnerability import beside, caveats_of, vulnerability
from analyses.walking import Homes, walks_for
from layers.hazards import MARGIN_M
from layers.types import Layers
from spatial.geometry import clipped
from spatial.progress import OnStep, silent
from spatial.snapping import EdgeIndex, attach, edge_index

STEPS = ("residents into homes", "entrances", "walking distances", "rules", "gaps")

_DEFAULTS = Parameters()


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
    return _results(_judged(layers, profiles, on_step, parameters))


def verdicts(
    layers: Layers,
    profiles: Sequence[Profile],
    on_step: OnStep = silent,
    parameters: Parameters = _DEFAULTS,
) -> Verdicts:
    """The verdicts of `assess` to the last bit, and nothing that is made of them: no gap, remedy, score or area.

    Arguments as of `assess`.
    """
    return _verdicts(_judged(layers, profiles, on_step, parameters))


@dataclass(frozen=True)
class _Judged:
    """Verdicts, what they were made of, and what is withheld of them."""

    scene: Scene
    verdicts: Judgement
    groups: PublicGroups
    index: EdgeIndex
    entrances: Entrances
    parameters: Parameters

    @cached_property
    def n_entrances(self) -> NDArray[np.int64]:
        """How many entrances each public space has."""
        return np.bincount(self.entrances.table["space"], minlength=len(self.scene.layers.spaces))


def _judged(layers: Layers, profiles: Sequence[Profile], on_step: OnStep, parameters: Parameters) -> _Judged:
    planned = plan.profiles_for(layers, profiles)
    on_step(STEPS[0])
    demand = place_residents(
        layers.communities, layers.residents, layers.buildings, layers.network, parameters, layers.resident_cells
    )
    on_step(STEPS[1])
    index = edge_index(layers.network)
    entrances = find_entrances(layers, index, parameters)
    on_step(STEPS[2])
    barriers = home_barriers(layers.obstacles, water_m2=parameters.barrier_water_m2)
    points = attach(index, demand.point, limit_m=parameters.snap_limit_m, barriers=barriers)
    walking = prepare_walking(layers.network, entrances, points, limit=parameters.search_limit_m)
    ways = walks_for(walking, Homes(demand.point, barriers), planned, layers.elevation, parameters)
    shared = with_shelters(scene(layers, demand, ways, planned, parameters), index, planned, parameters)
    on_step(STEPS[3])
    by_level = levels(layers, demand, tolerance_m=parameters.parent_tolerance_m)
    parameters = with_group_levels(parameters, by_level, demand)
    judged = judge_all(shared, by_level, planned, parameters.group_levels)
    on_step(STEPS[4])
    # Before anything is made of the verdicts: what is withheld here cannot be told by a table, a gap or a map.
    groups = public_groups(shared, judged, parameters)
    return _Judged(shared, groups.judged(judged), groups, index, entrances, parameters)


def _verdicts(found: _Judged) -> Verdicts:
    shared, judged, groups, parameters = found.scene, found.verdicts, found.groups, found.parameters
    layers, n_entrances = shared.layers, found.n_entrances
    closed = no_way_in(layers, found.index, found.entrances, parameters)
    public_space = public_space_table(shared, n_entrances, closed, catchment_m=parameters.catchment_m)
    data = completeness(layers, shared.demand, shared.walking.points, n_entrances, parameters)
    light_share = parameters.data.parent_share
    return Verdicts(
        study=layers.study,
        profiles=judged.profiles,
        parameters=parameters,
        communities=communities_table(shared, judged, data),
        parents=parents_table(shared, judged, data, groups.residents, light_share=light_share),
        assessments=judged.assessments,
        public_space=public_space,
        provenance=groups.told(layers.provenance),
        caveats=(
            *layers.caveats,
            *light_caveats(data, layers, parameters.data),
            *findings(shared, found.index, judged, n_entrances),
            *cut_catchments(shared, public_space),
            *groups.caveats,
        ),
        evidence=Evidence(shared, judged.levels, judged.measured, judged.closed),
    )


def _results(found: _Judged) -> Results:
    base, groups, parameters = _verdicts(found), found.groups, found.parameters
    shared, judged, index, layers = found.scene, found.verdicts, found.index, found.scene.layers
    supplied = indicators(layers, parameters)
    scores = resilience(shared, judged, supplied, parameters)
    vulnerable = vulnerability(shared, judged, groups, supplied, parameters)
    communities, parents = (beside(vulnerable, scores.beside(table)) for table in (base.communities, base.parents))
    gaps, remedies = gaps_and_remedies(shared, judged, index, communities, parents, parameters)
    refuges = refuge(shared, judged.levels, judged.closed)
    of_refuge = () if refuges is None else refuges.caveats
    return Results(
        study=base.study,
        profiles=base.profiles,
        parameters=parameters,
        communities=communities,
        parents=parents,
        assessments=base.assessments,
        gaps=gaps,
        public_space=base.public_space,
        entrances=attached_points(found.entrances, layers.spaces, index.network),
        service_areas=service_areas_table(shared, judged.profiles, strip_m=parameters.service_strip_m),
        hazards=clipped(layers.hazards, layers.communities.union_all().buffer(MARGIN_M)).reset_index(drop=True),
        demand=_demand_table(shared, index),
        network=layers.network,
        basemap=layers.basemap,
        provenance=base.provenance,
        caveats=(*base.caveats, *supplied.caveats, *scores.caveats, *of_refuge, *caveats_of(vulnerable)),
        counts=counts(shared, judged.levels[CITY], found.n_entrances),
        groups=groups.figures,
        planned=planned_table(layers),
        conflicts=conflicts_table(layers),
        remedies=remedies,
        refuge=refuges,
        exposure=exposure_tables(shared, judged.levels, groups, parameters),
        survival=survival_tables(shared, judged, margin_m=parameters.gap_margin_m),
        vulnerability=vulnerable,
        critical=critical_links(shared, judged.profiles, judged.measured, parameters),
        indicators=supplied.published,
        equity=equity(shared, judged, groups, supplied, parameters),
        sensitivity=scores.sensitivity,
        evidence=base.evidence,
    )


def _demand_table(shared: Scene, index: EdgeIndex) -> gpd.GeoDataFrame:
    """Columns of `columns.DEMAND`: with the network, all that is needed to compute every distance again."""
    table, at = shared.demand.table, shared.walking.points
    spaces = _or_nothing(shared.layers.spaces.index.astype(str).to_numpy(object))
    edges = _or_nothing(index.network.edge_id)
    doors = _or_nothing(np.array(entrance_ids(shared.walking.entrances, shared.layers.spaces), dtype=object))
    reached: dict[str, NDArray[np.float64] | NDArray[np.object_]] = {}
    for supply_name, reach in shared.walks.items():
        reached[f"distance_{supply_name}_m"] = reach.cost
        reached[f"nearest_{supply_name}_id"] = spaces[reach.space]
        assert reach.entrance is not None  # it was walked
        reached[f"entrance_{supply_name}_id"] = doors[reach.entrance]
    for (mode, supply_name), reach in shared.other_walks.items():
        reached[mode.column(supply_name)] = reach.cost / (60 if mode.unit == "s" else 1)
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
