"""A small synthetic assessment, made by hand: three communities whose every number can be checked on paper.

c1: 1,000 residents, 600 of them served by green space, 120 in the official flood band (short twice).
c2: 200 residents, 190 served, none exposed (met). c3: residents unknown (not assessed).
Both live in district d1, which has 3.1 m2 of green space a resident against 5.
"""

from __future__ import annotations

import math
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS
from shapely import LineString, Point, Polygon, box

from analyses.column import rule_column
from analyses.columns import ASSESSMENTS
from analyses.gap_columns import GAPS
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.origins import Origin
from layers.types import Basemap, Caveat, HazardRole, OsmRole, Provenance, ResidentsRole, Study, UnitsRole
from spatial.network import WalkNetwork
from spatial.traits import plain

CRS_32628 = CRS.from_epsg(32628)
NAN = float("nan")
EAST, NORTH = 455_000.0, 3_110_000.0
"""Corner of the synthetic town, in the projection of Las Palmas."""

HIGH = Basis({"en": "none: a synthetic rule", "zh": "无：合成规则"}, "high")
GREEN = Rule(
    "green.500m", "reach", {"en": "Green space within 500 m", "zh": "500 米内绿地"}, "population", "%", HIGH,
    target=Target("%", "convention", minimum=80.0), supply=Supply(("green",), 5000.0), within_m=500.0,
)
PER_PERSON = Rule(
    "green.per_person", "provision", {"en": "Green space per person", "zh": "人均绿地"}, "population", "m2/person", HIGH,
    level="district", target=Target("m2/person", "convention", minimum=5.0), supply=Supply(("green",)),
    method="container", per="person",
)
FLOOD = Rule(
    "exposure.any", "exposure", {"en": "Residents in a flood or coastal band", "zh": "洪水或海岸灾害带内居民"},
    "population", "%", HIGH, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood", "coastal"),
)
OPEN = Rule(
    "people.400m", "reach", {"en": "Open public space within 400 m", "zh": "400 米内公共空间"}, "population", "%", HIGH,
    supply=Supply(("open_public_space",)), within_m=400.0,
)
RAVINE = Rule(
    "exposure.ravine-bands", "exposure", {"en": "Residents in ravine bands", "zh": "沟谷带内居民"}, "population", "%", HIGH,
    hazard_id="ravine-bands",
)
PROFILES = (
    Profile("linli-start", {"en": "Linli start profile", "zh": "邻里起步标准"}, "Linli", 2026, "convention", (GREEN, PER_PERSON, FLOOD)),
    Profile("sdg-11.7.1", {"en": "SDG indicator 11.7.1", "zh": "可持续发展目标指标 11.7.1"}, "UN-Habitat", 2021, "official", (OPEN,)),
    Profile("study", {"en": "Hazards of this study", "zh": "本研究的灾害图层"}, "Synthetic town", 2026, "convention", (RAVINE,)),
)


def _square(column: float, row: float, size_m: float = 1000.0) -> Polygon:
    """A square `column` and `row` kilometres from the corner."""
    left, bottom = EAST + column * 1000.0, NORTH + row * 1000.0
    return box(left, bottom, left + size_m, bottom + size_m)


def _study() -> Study:
    here = Path("/synthetic/study.toml")
    return Study(
        "synthetic-town", here, CRS_32628, {"en": "Synthetic town", "zh": "合成小镇"},
        ("linli-start", "sdg-11.7.1"), ("en", "zh"), OsmRole(Origin(here.parent / "osm/town.osm.pbf")),
        UnitsRole("community", "code", "label"), (UnitsRole("district", "code", "label"),),
        ResidentsRole(Origin(here.parent / "population.csv"), "code", "people", {"age65plus": "old"}),
        hazards=(
            HazardRole("flood-t100", "flood", "official", {"en": "Flood band, 100 years", "zh": "百年一遇洪水带"},
                       {"en": "A buffer of official centre lines.", "zh": "官方中心线的缓冲带。"}, return_period_yr=100.0),
            HazardRole("ravine-bands", "flood", "derived", {"en": "Ravine bands", "zh": "沟谷带"},
                       {"en": "Derived, for screening.", "zh": "推导所得，仅供筛查。"}),
        ),
    )


def _communities() -> gpd.GeoDataFrame:
    names = ["community_id", "parent_district_id", "parent_district_share", "name", "population", "area_m2", "status",
             "n_short", "n_met", "n_reported", "n_not_assessed", "residents_short", "imputed_share",
             *(rule_column(profile.id, rule.id) for profile, rule in _rules() if rule.level == "community"), "geometry"]
    rows = [
        ("c1", "d1", 1.0, "Uno\x07 & <b>Dos</b>", 1000.0, 1e6, "short", 2, 0, 2, 0, 400.0, 0.25, 60.0, 12.0, 70.0, 30.0, _square(0, 0)),
        ("c2", "d1", 1.0, "=2+2", 200.0, 1e6, "met", 0, 2, 2, 0, 0.0, 0.0, 95.0, 0.0, 100.0, 0.0, _square(1, 0)),
        ("c3", None, NAN, "三号社区", NAN, 1e6, "not_assessed", 0, 0, 0, 4, NAN, NAN, NAN, NAN, NAN, NAN, _square(2, 0)),
    ]
    table = pd.DataFrame(rows, columns=names)
    for column, values in {**_data(), **_resilience()}.items():
        table[column] = values
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS_32628)


def _resilience() -> dict[str, list[object]]:
    """Too few units to be ranked: green.500m scores 0.75 and 1, exposure.any 88 / 95 and 1, of c3 nothing is known."""
    return {
        "resilience": [100 * (0.75 * 88 / 95) ** 0.5, 100.0, NAN],
        "resilience_low": [80.0, 97.0, NAN],
        "resilience_high": [90.0, 100.0, NAN],
        "rank": [NAN, NAN, NAN],
        "rank_low": [NAN, NAN, NAN],
        "rank_high": [NAN, NAN, NAN],
        "rank_lowest_share": [NAN, NAN, NAN],
        "rank_highest_share": [NAN, NAN, NAN],
        "rank_class": ["not_assessed"] * 3,
        "resilience_reason": ["too_few_units", "too_few_units", "unknown_population"],
        "resilience_weight_share": [1.0, 1.0, NAN],
        "dimension_reach": [75.0, 100.0, NAN],
        "dimension_safety": [100 * 88 / 95, 100.0, NAN],
    }


def _data() -> dict[str, list[object]]:
    """c1 lacks some homes (doubtful), c2 houses and a few ways in (poor), of c3 nothing could be checked."""
    return {
        "data_light": ["doubtful", "poor", "unknown"],
        "data_signals": ["homes", "houses ways_in", ""],
        "data_checked": ["homes houses off_network covered", "homes houses off_network ways_in covered", "covered"],
        "data_floor_m2_per_resident": [12.0, 40.0, NAN],
        "data_built_street_share": [0.9, 0.1, NAN],
        "data_ways_km_per_km2": [20.0, 25.0, 3.0],
        "data_off_network_share": [0.01, 0.0, NAN],
        "data_way_in_share": [1.0, 0.4, NAN],
        "data_space_m": [0.0, 0.0, 120.0],
        "data_covered_share": [1.0, 1.0, 1.0],
        "data_inventory_only_share": [NAN, NAN, NAN],
    }


def _parents() -> gpd.GeoDataFrame:
    names = ["unit_id", "level", "name", "population", "area_m2", "status", "n_short", "n_met", "n_reported",
             "n_not_assessed", "residents_short", "imputed_share",
             *(rule_column(profile.id, rule.id) for profile, rule in _rules()), "age65plus", "geometry"]
    town = _square(0, 0).union(_square(1, 0))
    values = (65.8, 3.1, 10.0, 75.0, 25.0)
    names[-1:-1] = ["data_light", "data_good_share", "data_doubtful_share", "data_poor_share", "data_unknown_share"]
    lights = ("doubtful", 0.0, 5 / 6, 1 / 6, 0.0)
    rows = [
        ("d1", "district", "District one", 1200.0, 2e6, "short", 1, 0, 4, 0, 1200.0, 0.2083, *values, 240.0, *lights, town),
        ("city", "city", "Synthetic town", 1200.0, 3e6, "not_assessed", 0, 0, 5, 0, 0.0, 0.2083, *values, 240.0, *lights, town.union(_square(2, 0))),
    ]
    table = pd.DataFrame(rows, columns=names)
    for column, (first, *_) in _resilience().items():
        table[column] = first  # both are as c1 stands
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS_32628)


def _rules() -> list[tuple[Profile, Rule]]:
    return [(profile, rule) for profile in PROFILES for rule in profile.rules]


def _assessments() -> pd.DataFrame:
    names = ["unit_id", "level", "profile_id", "rule_id", "value", "target", "unit", "status", "reason", "shortfall",
             "residents_served", "residents_short", "residents_unknown", "method"]
    start, walk = "linli-start", "walking distance over the network, from entrances"
    unknown = "unknown_population"
    rows = [
        ("c1", "community", start, "green.500m", 60.0, 80.0, "%", "short", "", 20.0, 600.0, 400.0, 0.0, walk),
        ("c2", "community", start, "green.500m", 95.0, 80.0, "%", "met", "", 0.0, 190.0, 10.0, 0.0, walk),
        ("c3", "community", start, "green.500m", NAN, 80.0, "%", "not_assessed", unknown, NAN, NAN, NAN, NAN, walk),
        ("c1", "community", start, "exposure.any", 12.0, 5.0, "%", "short", "", 7.0, 880.0, 120.0, 0.0, "share of homes inside"),
        ("c2", "community", start, "exposure.any", 0.0, 5.0, "%", "met", "", 0.0, 200.0, 0.0, 0.0, "share of homes inside"),
        ("c3", "community", start, "exposure.any", NAN, 5.0, "%", "not_assessed", unknown, NAN, NAN, NAN, NAN, "share of homes inside"),
        ("d1", "district", start, "green.per_person", 3.1, 5.0, "m2/person", "short", "", 1.9, NAN, 1200.0, 0.0, "container"),
        ("d1", "district", start, "green.500m", 65.8, 80.0, "%", "reported", "other_level", 14.2, 790.0, 410.0, 0.0, walk),
        ("city", "city", start, "green.500m", 65.8, 80.0, "%", "reported", "other_level", 14.2, 790.0, 410.0, 0.0, walk),
        ("city", "city", start, "green.per_person", 3.1, 5.0, "m2/person", "reported", "other_level", 1.9, NAN, 1200.0, 0.0, "container"),
        ("c1", "community", "sdg-11.7.1", "people.400m", 70.0, NAN, "%", "reported", "no_target", NAN, 700.0, 300.0, 0.0, walk),
        ("c2", "community", "sdg-11.7.1", "people.400m", 100.0, NAN, "%", "reported", "no_target", NAN, 200.0, 0.0, 0.0, walk),
        ("city", "city", "sdg-11.7.1", "people.400m", 75.0, NAN, "%", "reported", "no_target", NAN, 900.0, 300.0, 0.0, walk),
        ("c1", "community", "study", "exposure.ravine-bands", 30.0, NAN, "%", "reported", "derived_layer", NAN, 700.0, 300.0, 0.0, "share of homes inside"),
    ]
    table = pd.DataFrame(rows, columns=names)
    # Other placements of residents move every value by a twentieth, which turns no verdict.
    table = table.assign(value_low=0.95 * table["value"], value_high=1.05 * table["value"], firm=NAN, hazard_ids="")
    table.loc[table["status"].isin(("met", "short")), "firm"] = 1.0
    # What is worked out from these figures (scores, where the served go) is left empty.
    return table.reindex(columns=[column.name for column in ASSESSMENTS.columns])


def _gaps() -> gpd.GeoDataFrame:
    names = ["gap_id", "level", "unit_id", "unit_name", "community_id", "profile_id", "rule_id", "value", "target", "unit",
             "shortfall", "residents_short", "nearest_space_id", "median_distance_m", "median_time_min", "geometry"]
    home = Point(EAST + 300, NORTH + 300)
    rows = [
        ("c1/linli-start/green.500m", "community", "c1", "Uno\x07 & <b>Dos</b>", "c1", "linli-start", "green.500m", 60.0, 80.0, "%", 20.0, 400.0, "way/10", 830.0, NAN, home.buffer(100)),
        ("c1/linli-start/exposure.any", "community", "c1", "Uno\x07 & <b>Dos</b>", "c1", "linli-start", "exposure.any", 12.0, 5.0, "%", 7.0, 120.0, None, NAN, NAN, home.buffer(50)),
        ("d1/linli-start/green.per_person", "district", "d1", "District one", None, "linli-start", "green.per_person", 3.1, 5.0, "m2/person", 1.9, 1200.0, None, NAN, NAN, _square(0, 0)),
    ]
    table = pd.DataFrame(rows, columns=names)
    # As in `assessments`: other placements move every value by a twentieth, and turn no verdict.
    table = table.assign(value_low=0.95 * table["value"], value_high=1.05 * table["value"], firm=1.0, imputed_share=0.25, data_light="doubtful")
    # What is worked out from these (severity, priority) is left empty, as where it cannot be told; see `synthetic_findings`.
    told = [column.name for column in GAPS.columns if "<" not in column.name]
    table = table.reindex(columns=[*told, "geometry"])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=CRS_32628)


def _spaces() -> gpd.GeoDataFrame:
    names = ["space_id", "space_class", "name", "area_m2", "member_ids", "source", "n_entrances", "no_entrance_reason", "nearest_street_id", "nearest_street_m", "catchment_population", "m2_per_person", "hazard_flood_t100_share", "hazard_ravine_bands_share", "geometry"]
    rows = [
        ("node/5", "playground", "", NAN, "node/5", "osm", 1, None, None, NAN, NAN, NAN, NAN, NAN, Point(EAST + 1500, NORTH + 500)),
        ("way/10", "park", "Parque Uno", 10_000.0, "way/10 way/11", "osm", 2, None, None, NAN, 400.0, 25.0, 0.5, 0.0, _square(0.9, 0.9, 100.0)),
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS_32628)


def _entrances() -> gpd.GeoDataFrame:
    rows = [
        ("way/10:0", "way/10", "park", 10_000.0, "gate", "high", "100:0", 3.0, Point(EAST + 900, NORTH + 900)),
        ("way/10:1", "way/10", "park", 10_000.0, "open_edge", "low", None, NAN, Point(EAST + 1000, NORTH + 1000)),
        ("node/5:0", "node/5", "playground", NAN, "point", "low", "100:0", 12.5, Point(EAST + 1500, NORTH + 500)),
    ]
    names = ["entrance_id", "space_id", "space_class", "space_area_m2", "kind", "confidence", "edge_id", "off_network_m", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS_32628)


def _service_areas() -> gpd.GeoDataFrame:
    names = ["profile_id", "rule_id", "supply", "n_places", "limit", "limit_unit", "strip_m", "area_m2", "geometry"]
    area = _square(0.4, 0.4, 1100.0)
    rows = [
        ("linli-start", "green.500m", "green_5000m2", 1, 500.0, "m", 20.0, area.area, area),
        ("sdg-11.7.1", "people.400m", "open_public_space", 2, 400.0, "m", 20.0, area.area, area),
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS_32628)


def _hazards() -> gpd.GeoDataFrame:
    rows = [
        ("flood-t100", "flood", "official", 100.0, "Stretch one", _square(0, 0, 300.0)),
        ("ravine-bands", "flood", "derived", NAN, "", _square(0.2, 0.2, 300.0)),
    ]
    names = ["hazard_id", "kind", "status", "return_period_yr", "name", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS_32628)


def _demand() -> gpd.GeoDataFrame:
    rows = [
        ("way/900", "c1", 1000.0, 4000.0, 0, "100:0", 4.0, 10.0, 830.0, "way/10", Point(EAST + 300, NORTH + 300)),
        ("street/c2/0", "c2", 200.0, 0.0, 1, None, NAN, NAN, math.inf, None, Point(EAST + 1300, NORTH + 300)),
    ]
    names = ["demand_id", "community_id", "population", "floor_area_m2", "imputed", "edge_id", "off_network_m", "along_m",
             "distance_green_m", "nearest_green_id", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), geometry="geometry", crs=CRS_32628)


def _network() -> WalkNetwork:
    xy = np.array([[EAST, NORTH], [EAST + 1000, NORTH + 1000]])
    lines = np.array([LineString(xy)], dtype=object)
    return WalkNetwork(
        CRS_32628, np.array([1, 2]), xy, np.array([False, True]), np.zeros(2, np.int32), np.array(["100:0"], dtype=object),
        np.array([100]), np.array([0], np.int32), np.array([1], np.int32), lines, np.array([math.hypot(1000, 1000)]),
        np.array([True]), np.array([False]), np.array(["footway"], dtype=object),
        plain(1), np.zeros(2, np.uint8),
    )


def _basemap() -> Basemap:
    def frame(column: str, value: str, name: str, geometry: object) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({column: [value], "name": [name]}, geometry=[geometry], crs=CRS_32628)

    street = LineString([(EAST, NORTH + 500), (EAST + 3000, NORTH + 500)])
    return Basemap(
        frame("street_class", "major", "Calle Mayor", street),
        frame("water_class", "area", "", _square(0.5, 0.2, 100.0))[["water_class", "geometry"]],
        frame("green_class", "park", "", _square(0.9, 0.9, 100.0))[["green_class", "geometry"]],
        frame("place_class", "town", "Synthetic town", Point(EAST + 1500, NORTH + 500)),
    )


def build_results() -> Results:
    """The synthetic assessment, new on every call."""
    return Results(
        study=_study(), profiles=PROFILES, parameters=Parameters(), communities=_communities(), parents=_parents(),
        assessments=_assessments(), gaps=_gaps(), public_space=_spaces(), entrances=_entrances(),
        service_areas=_service_areas(), hazards=_hazards(), demand=_demand(), network=_network(), basemap=_basemap(),
        provenance=(
            Provenance("osm", "osm/town.osm.pbf", "0" * 64, 123, "ODbL-1.0", "© OpenStreetMap contributors", "2023-02-21", {"ways": 1}),
            Provenance("residents", "population.csv", "1" * 64, 45, "CC-BY-4.0", "Synthetic office", "2022", {"rows_read": 3, "rows_kept": 2}),
            Provenance("hazard.flood-t100", "city: public.bands", "2" * 64, 67, "", "", "", {"rows_read": 1, "rows_kept": 1},
                       source="postgis", query="SELECT of public.bands, kind = flood"),
        ),
        caveats=(Caveat("repaired", "communities", 1, "features", "c1"),),
        counts={"residents": 1200.0, "residents_imputed": 250.0},
    )
