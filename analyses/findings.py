"""What an assessment has to say about itself: what was imputed, unreachable or unknown."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analyses.annual_exposure import without_year
from analyses.judgement import Judgement
from analyses.land_coverage import land_caveats
from analyses.measure import Measured, Scene
from analyses.plan import kinds_without_layer
from analyses.supply import member_classes
from analyses.units import CITY, COMMUNITY, Level
from analyses.walking import walking_caveats
from layers.tag_rules import unions
from layers.types import Caveat
from spatial.snapping import EdgeIndex, beside_island

_SHOWN = 3
_ROUNDING = 1e-6
_RESIDENTS_A_FACILITY = 12_000
"""The largest circle of five minutes of GB 50180-2018, in which there is to be one of each; facilities of which fewer
are mapped than that are hardly mapped."""
_TINY_M2 = 50.0
"""Smaller than this a public space is hardly one; standards that set a minimum do so in their rules."""


def findings(scene: Scene, index: EdgeIndex, judged: Judgement, n_entrances: NDArray[np.int64]) -> tuple[Caveat, ...]:
    """The caveats that arise while assessing; those with nothing to say are left out."""
    who, unit = ("population", "residents") if scene.layers.residents is not None else ("buildings", "m2")
    weight = np.nan_to_num(scene.weight(who))
    closed = np.flatnonzero(n_entrances == 0)
    ids = " ".join(str(i) for i in scene.layers.spaces.index[closed[:_SHOWN]])
    islanders = beside_island(index, scene.demand.point, scene.walking.points)
    found = [
        Caveat("homes_missing", "osm", float(weight[scene.demand.table["imputed"]].sum()), unit),
        Caveat("no_mapped_homes", "osm", float(_without_homes(scene, judged.levels[COMMUNITY])), "communities"),
        Caveat("out_of_reach", "osm", float(weight[scene.walking.points.edge < 0].sum()), unit),
        Caveat("on_islands", "osm", float(weight[islanders].sum()), unit, f"{_islands(scene):,}"),
        Caveat("no_way_in", "public_space", float(len(closed)), "spaces", ids),
        Caveat("storeys_assumed", "osm", 100 * _assumed(scene, "storeys_source"), "%"),
        Caveat("use_assumed", "osm", 100 * _assumed(scene, "use_source"), "%"),
    ]
    found += [
        Caveat("outside_parents", level.name, float(weight[level.member < 0].sum()), unit)
        for level in judged.levels.values()
        if level.name not in (COMMUNITY, CITY)
    ]
    found += [
        Caveat("edge_of_data", f"{profile_id} {rule_id}", _left_unknown(scene, measured), unit)
        for (profile_id, rule_id), measured in judged.measured.items()
        if measured.reach is not None
    ]
    found += without_year(scene.layers.study.hazards)
    found += [*_kinds_without_layer(scene, judged), _without_level(judged), *_few_facilities(scene, judged)]
    if any(measured.land is not None for measured in judged.measured.values()):
        found += land_caveats(scene.layers, scene.land, judged.levels)
    found += walking_caveats(scene.ways, scene.layers.elevation)
    spaces = scene.layers.spaces
    found.append(
        Caveat("tiny_spaces", "public_space", float((spaces["area_m2"] < _TINY_M2).sum()), "spaces", f"{_TINY_M2:.0f}")
    )
    return tuple(c for c in found if c.count > _ROUNDING)


def _kinds_without_layer(scene: Scene, judged: Judgement) -> list[Caveat]:
    """Kinds of hazard that rules name beside others and of which the study has nothing to judge by."""
    rules: dict[str, list[str]] = {}
    for (profile_id, rule_id), measured in judged.measured.items():
        for kind in kinds_without_layer(measured.rule, scene.layers.study):
            rules.setdefault(kind, []).append(f"{profile_id} {rule_id}")
    return [
        Caveat("hazard_kind_absent", f"hazard.{kind}", len(names), "rules", ", ".join(names[:_SHOWN]))
        for kind, names in rules.items()
    ]


def _few_facilities(scene: Scene, judged: Judgement) -> list[Caveat]:
    """Rules about facilities of which so few are mapped that most may only be missing from the data."""
    residents = float(np.nansum(scene.weight("population"))) if scene.layers.residents is not None else 0.0
    found = []
    for (profile_id, rule_id), measured in judged.measured.items():
        # A city's list of refuges is whole, however few there are.
        asked = {name for supply in measured.rule.supplies if not supply.is_shelter for name in member_classes(supply)}
        if measured.rule.target is None or not asked or asked & set(unions()["open_public_space"]):
            continue
        mapped = int(scene.layers.spaces["space_class"].isin(asked).sum())
        if residents > mapped * _RESIDENTS_A_FACILITY:
            each = f"{residents / mapped:,.0f}"
            found.append(Caveat("facilities_few", f"{profile_id} {rule_id}", mapped, "spaces", each))
    return found


def _without_level(judged: Judgement) -> Caveat:
    """Rules that are judged at a level of which the study has no units: perhaps its name is a slip."""
    rules = judged.assessments.loc[judged.assessments["reason"] == "no_such_level", ["profile_id", "rule_id"]]
    names = [" ".join(rule) for rule in rules.drop_duplicates().itertuples(index=False)]
    return Caveat("level_absent", "parents", len(names), "rules", ", ".join(names[:_SHOWN]))


def _without_homes(scene: Scene, communities: Level) -> int:
    """Communities in which no home is mapped; whether anybody lives there is another question."""
    return int((communities.sums(scene.weight("buildings")) == 0).sum())


def _left_unknown(scene: Scene, measured: Measured) -> float:
    """Residents, or residential floor area, whose reach the edge of the data leaves unknown."""
    # Of a rule about a group everybody counts: how few of a group are concerned is not for this place to tell.
    who = "population" if measured.rule.about_residents else measured.rule.who
    weight = np.nan_to_num(scene.weight(who))
    return float((weight * (1 - measured.good - measured.bad)).sum())


def counts(scene: Scene, city: Level, n_entrances: NDArray[np.int64]) -> dict[str, float]:
    """Counts for the record of the run."""
    table, network = scene.demand.table, scene.layers.network
    result = {
        "communities": len(scene.layers.communities),
        "demand_points": len(table),
        "demand_points_imputed": int(table["imputed"].sum()),
        "demand_points_out_of_reach": int((scene.walking.points.edge < 0).sum()),
        "network_nodes": len(network.node_id),
        "network_edges": len(network.edge_id),
        "network_length_m": round(float(network.edge_length_m.sum()), 3),
        "network_islands": _islands(scene),
        "network_nodes_where_data_end": int(network.node_beyond.sum()),
        "public_spaces": len(scene.layers.spaces),
        "public_spaces_without_entrance": int((n_entrances == 0).sum()),
        "entrances": int(n_entrances.sum()),
        "residential_floor_area_m2": round(float(city.sums(scene.weight("buildings"))[0]), 3),
    }
    if scene.layers.residents is not None:
        residents = scene.layers.residents["population"]
        result["residents_known"] = round(float(residents.sum()), 6)
        result["residents_placed"] = round(float(np.nansum(scene.weight("population"))), 6)
        result["communities_with_unknown_residents"] = int(residents.isna().sum())
    return {key: float(value) for key, value in result.items()}


def _islands(scene: Scene) -> int:
    return int(scene.layers.network.node_component.max(initial=0))


def _assumed(scene: Scene, column: str) -> float:
    """Share of residential floor area for which a value is an assumption (0-1)."""
    homes = scene.layers.buildings[scene.layers.buildings["residential"].to_numpy(bool)]
    floor = homes["floor_area_m2"]
    return float(floor[homes[column] == "assumed"].sum() / floor.sum()) if floor.sum() else 0.0
