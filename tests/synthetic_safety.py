"""The synthetic town with hazards by class, a flood that closes, refuges, and single ways: every number by hand.

Of 1,200 known residents 120 of c1 live in the flood (80 wet, 40 over 15 cm). While it lasts 150 of c1 are cut off from
both rules and 30 lose green space. Of all refuges together 700 find a place; 100 stand before a full one, 400 (300 of
c1, 100 of c2) have none near.
"""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pandas as pd
from shapely import LineString, MultiPolygon, Point

from analyses.exposure_tables import ExposureTables
from analyses.refuge import Refuge
from analyses.results import Results
from analyses.survival_tables import SurvivalTables
from layers.hazard_scales import HazardScale
from tests.synthetic_results import CRS_32628, EAST, NAN, NORTH, build_results

FLOOD, RAVINE = "flood-t100", "ravine-bands"
GREEN, OPEN = ("linli-start", "green.500m"), ("sdg-11.7.1", "people.400m")
TIER = "gb51143-2015.emergency"


def build_safety(name: str = "Plaza Mayor") -> Results:
    """Results with everything about hazards; `name` stands wherever the data name something."""
    results = build_results()
    flood, ravine = results.study.hazards
    flood = replace(
        flood, scale=HazardScale("m", bands={"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15), scenario="drains of 2023"
    )
    hazards = results.hazards.iloc[[0, 0, 1]].reset_index(drop=True)
    hazards["hazard_class"], hazards["intensity"] = ["over_15cm", "wet", ""], [0.5, 0.1, NAN]
    return replace(
        results,
        study=replace(results.study, hazards=(flood, ravine)),
        hazards=hazards.assign(name=name),
        exposure=_exposure(),
        survival=_survival(name),
        refuge=_refuge(name),
        critical=_critical(name),
    )


def _exposure() -> ExposureTables:
    def rows(unit: str, level: str, everybody: float, wet: float, deep: float) -> list[tuple[object, ...]]:
        outside = everybody - wet - deep
        counts = {"wet": wet, "over_15cm": deep, "unknown": 0.0, "outside": outside}
        return [(unit, level, FLOOD, code, count, 0.0, 10.0, 2.0, 500.0, 800.0) for code, count in counts.items()]

    table = [*rows("c1", "community", 1000.0, 80.0, 40.0), *rows("c2", "community", 200.0, 0.0, 0.0)]
    table += rows("city", "city", 1200.0, 80.0, 40.0)
    columns = ["unit_id", "level", "hazard_id", "hazard_class", "residents", "residents_imputed", "floor_area_m2", "buildings", "space_m2"]
    classes = pd.DataFrame(table, columns=[*columns, "street_m"])
    annual = pd.DataFrame(
        [("city", "city", "flood", "", "flood-t10 flood-t100", "10 100", 12.5, 12.5)],
        columns=["unit_id", "level", "kind", "scenario", "hazard_ids", "periods_yr", "residents_yr", "residents_yr_high"],
    )
    empty = pd.DataFrame()
    return ExposureTables(classes, empty, empty, annual, empty)


def _survival(name: str) -> SurvivalTables:
    scenarios = pd.DataFrame(
        {
            "scenario_id": [FLOOD, RAVINE], "hazard_ids": [FLOOD, RAVINE], "status": ["official", "derived"],
            "closed_m": [1300.0, 100.0], "residents_inside": [120.0, 300.0],
            "residents_unknown": [0.0, 0.0], "n_spaces_gone": [1, 0],
            "n_spaces_smaller": [1, 0], "n_entrances": [3, 3], "n_entrances_closed": [2, 0],
        }
    )  # fmt: skip
    ways = gpd.GeoDataFrame(
        {
            "scenario_id": [FLOOD, RAVINE], "edge_id": ["100:0", "100:0"],
            "highway": ["footway", "footway"], "length_m": [1300.0, 100.0],
        },
        geometry=[LineString([(EAST, NORTH), (EAST + 900, NORTH + 900)])] * 2, crs=CRS_32628,
    )  # fmt: skip
    homes = gpd.GeoDataFrame(
        {"scenario_id": [FLOOD], "residents_cut_off": [150.0]},
        geometry=[MultiPolygon([Point(EAST + 300, NORTH + 300).buffer(20)])], crs=CRS_32628,
    )  # fmt: skip
    spaces = pd.DataFrame(
        {
            "scenario_id": [FLOOD, FLOOD], "space_id": ["way/10", "node/5"], "space_class": ["park", "playground"],
            "name": [name, None], "remains": ["smaller", "gone"], "area_m2": [10_000.0, NAN],
            "area_left_m2": [4000.0, NAN], "n_entrances": [2, 1], "n_entrances_open": [1, 0],
        }
    )  # fmt: skip
    cut_off = pd.DataFrame(
        [
            (scenario, "city" if unit == "city" else "community", unit, *people, 0.0)
            for scenario, units in {FLOOD: {"c1": (1000, 140), "c2": (200, 10), "city": (1200, 150)},
                                    RAVINE: {"c1": (1000, 0), "c2": (200, 0), "city": (1200, 0)}}.items()
            for unit, people in units.items()
        ],
        columns=["scenario_id", "level", "unit_id", "residents", "residents_cut_off", "residents_unknown"],
    )  # fmt: skip
    return SurvivalTables(scenarios, _units(), spaces, ways, homes, cut_off)


def _units() -> pd.DataFrame:
    """People by unit: everybody, keep, lose (of them cut off), had none before (of them cut off)."""
    people = {
        (FLOOD, GREEN): {"c1": (1000, 420, 100, 70, 480, 80), "c2": (200, 190, 0, 0, 10, 0),
                         "city": (1200, 610, 100, 70, 490, 80)},
        (FLOOD, OPEN): {"c1": (1000, 550, 150, 150, 300, 0), "c2": (200, 200, 0, 0, 0, 0),
                        "city": (1200, 750, 150, 150, 300, 0)},
        (RAVINE, GREEN): {"c1": (1000, 520, 0, 0, 480, 0), "c2": (200, 190, 0, 0, 10, 0), "city": (1200, 710, 0, 0, 490, 0)},
        (RAVINE, OPEN): {"c1": (1000, 700, 0, 0, 300, 0), "c2": (200, 200, 0, 0, 0, 0), "city": (1200, 900, 0, 0, 300, 0)},
    }  # fmt: skip
    rows = [
        (scenario, "city" if unit == "city" else "community", unit, *rule, *map(float, counts), 0.0, 0.0, 1.0)
        for (scenario, rule), units in people.items()
        for unit, counts in units.items()
    ]
    kinds = ("keep", "lose", "lose_cut_off", "none_before", "none_before_cut_off", "unknown", "inside")
    columns = ["residents", *(f"residents_{what}" for what in kinds)]
    return pd.DataFrame(
        rows, columns=["scenario_id", "level", "unit_id", "profile_id", "rule_id", *columns, "median_detour"]
    )


def _refuge(name: str) -> Refuge:
    uses = {"used": 4000.0, "overfull": 500.0, "idle": 1000.0, "shut": 0.0}
    rows = [
        {
            "refuge_id": f"list/{use}", "source": "listed", "list_id": "list", "name": name, "grade": "emergency",
            "tier": TIER, "community_id": "c1", "status": "in_hazard" if use == "shut" else "usable",
            "use": None if use == "shut" else use, "area_m2": 900.0, "open_m2": 900.0, "hazard_share": 0.0,
            "unknown_share": 0.0, "slope_share": NAN, "effective_m2": 900.0, "capacity": room, "asked": 600.0 if use == "overfull" else 200.0,
            "taken": NAN if use == "shut" else 200.0, "taken_best": 200.0, "median_m": 150.0,
            "geometry": Point(EAST + 500 + 100 * place, NORTH + 500).buffer(30) if use != "idle"
            else Point(EAST + 700, NORTH + 700),
        }
        for place, (use, room) in enumerate(uses.items())
    ]  # fmt: skip
    sites = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS_32628)
    # While the flood lasts 120 live inside, 90 of whom find a place if they leave before.
    during = _needs(name).assign(
        scenario_id=FLOOD, placed=600.0, without_full=60.0, without_far=420.0, must_leave=120.0, must_leave_placed=90.0
    )
    return Refuge(sites, _needs(name), (), during)


def _needs(name: str) -> pd.DataFrame:
    """With streets open."""
    units = [
        ("c1", "community", 1000.0, 600.0, 100.0, 300.0), ("c2", "community", 200.0, 100.0, 0.0, 100.0),
        ("c3", "community", NAN, NAN, NAN, NAN), ("d1", "district", 1200.0, 700.0, 100.0, 400.0),
        ("city", "city", 1200.0, 700.0, 100.0, 400.0),
    ]  # fmt: skip
    columns = ["unit_id", "level", "needing", "placed", "without_full", "without_far"]
    table = pd.DataFrame(units, columns=columns)
    return table.assign(
        unit_name=name, tier=TIER, scenario_id="none", must_leave=0.0, must_leave_placed=0.0, placed_listed=NAN, limit_m=500.0, unknown=0.0, placed_share=table["placed"] / table["needing"],
        median_m=180.0, farthest_m=490.0, median_adult_min=2.3, median_elderly_min=3.5, n_refuges=3, n_overfull=1,
        n_idle=1, capacity=5500.0, placed_best=800.0, mean_m=200.0, mean_best_m=210.0,
    )  # fmt: skip


def _critical(name: str) -> gpd.GeoDataFrame:
    """Two pieces in a row with the same 120 people, a bridge with 60, an entrance with 90."""
    parts = [
        ("segment", 120.0, LineString([(EAST + 100, NORTH + 100), (EAST + 200, NORTH + 100)])),
        ("segment", 120.0, LineString([(EAST + 200, NORTH + 100), (EAST + 300, NORTH + 100)])),
        ("bridge", 60.0, LineString([(EAST + 1500, NORTH + 100), (EAST + 1600, NORTH + 100)])),
        ("entrance", 90.0, Point(EAST + 900, NORTH + 900)),
    ]
    rows = [
        {
            "critical_id": f"{GREEN[0]}/{GREEN[1]}/{place}", "profile_id": GREEN[0], "rule_id": GREEN[1], "rank": place + 1,
            "kind": kind, "street": name, "edge_ids": "100:0", "way_id": "way/100", "highway": "steps",
            "residents_lose": lose, "residents_cut": 0.0, "residents_unknown": 0.0, "residents_farther": 0.0,
            "mean_extra_m": NAN, "mean_extra_min": NAN, "entrance_id": "way/10:0", "space_id": "way/10", "geometry": shape,
        }
        for place, (kind, lose, shape) in enumerate(parts)
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS_32628)
