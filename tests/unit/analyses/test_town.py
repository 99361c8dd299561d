"""Every figure of the synthetic town, derived on paper. The drawing and its numbers: tests/town.py."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from shapely import LineString, Point, box

from analyses.assess import STEPS, assess
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.types import Layers
from tests.networks import areas, ways
from tests.town import EAST, PARK, buildings, gates, obstacles, spaces, town, units, with_hazards

BASIS = Basis("synthetic", "high")


def reach(within_m: float, *, minimum: float | None = 80.0, by: str = "walk", min_area_m2: float | None = None, level: str = "community") -> Rule:
    target = None if minimum is None else Target("%", "convention", minimum=minimum)
    return Rule("reach", "reach", {}, "population", "%", BASIS, level, target, Supply(("green",), min_area_m2), within_m, by)


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules)])


def row(results: Results, unit: str, rule: str = "reach") -> pd.Series:
    rows = results.assessments.query("unit_id == @unit and rule_id == @rule")
    assert len(rows) == 1
    return rows.iloc[0]


def demand(results: Results) -> pd.DataFrame:
    return results.demand.set_index("demand_id")


def test_residents_live_in_homes_by_floor_area_and_the_rest_along_the_street() -> None:
    table = demand(judged(town(), reach(400)))
    assert table.loc[["W1", "W2", "E1"], "population"].tolist() == pytest.approx([30, 20, 40])
    street = table[table["imputed"] == 1]
    assert street.geometry.x.tolist() == pytest.approx(np.arange(512.5, 1000, 25).tolist())
    assert street["population"].tolist() == pytest.approx([1.0] * 20)
    assert set(street["community_id"]) == {"East"}


def test_the_ways_in_of_an_open_park() -> None:
    table = judged(town(), reach(400)).entrances
    found = sorted((round(p.x, 6), round(p.y, 6), k) for p, k in zip(table.geometry, table["kind"], strict=True))
    assert found == [(200, -20, "open_edge"), (210, -10, "open_edge"), (230, -10, "open_edge"), (250, -10, "open_edge"), (260, -20, "open_edge")]
    assert sorted(table["off_network_m"]) == pytest.approx([10, 10, 10, 20, 20])


def test_walking_distances_with_both_legs() -> None:
    """W1 (105, 25): 25 m to the street, 105 m along it, 10 m in at x = 210. E1 (705, 25): 25 + 455 + 10."""
    table = demand(judged(town(), reach(400)))
    assert table.loc[["W1", "W2", "E1"], "distance_green_m"].tolist() == pytest.approx([140, 95, 490])
    assert table.loc["street/East/0", "distance_green_m"] == pytest.approx(512.5 - 250 + 10)
    assert set(table["nearest_green_id"]) == {"way/1"}


def test_verdicts_gaps_and_sums() -> None:
    """East: the street points at 512.5 .. 637.5 lie within 400 m (x - 240 <= 400): 6 of 60 residents are served."""
    results = judged(town(), reach(400))
    west, east, all_, city = (row(results, u) for u in ("West", "East", "All", "town"))
    assert (west["status"], west["value"], west["shortfall"]) == ("met", pytest.approx(100), 0)
    assert (east["status"], east["value"], east["shortfall"]) == ("short", pytest.approx(10), pytest.approx(70))
    assert (east["residents_served"], east["residents_short"]) == (pytest.approx(6), pytest.approx(54))
    for parent in (all_, city):
        assert (parent["status"], parent["reason"]) == ("reported", "other_level")
        assert parent["value"] == pytest.approx(100 * 56 / 110), "from people, not the mean of 100 and 10"
    gap = results.gaps.iloc[0]
    assert len(results.gaps) == 1
    assert (gap["gap_id"], gap["nearest_space_id"]) == ("community/East/p/reach", "way/1")
    # 54 concerned: 40 in E1 at 490 m, 14 street points from 412.5 + 10 on: the median person lives in E1.
    assert gap["median_distance_m"] == pytest.approx(490)
    assert gap.geometry.within(EAST.buffer(1e-9))
    assert gap.geometry.area == pytest.approx(_grown_area(results), rel=1e-9)


def _grown_area(results: Results) -> float:
    points = results.demand[results.demand["imputed"] == 1]
    unserved = [p.buffer(12.5, quad_segs=4).intersection(EAST).buffer(20, quad_segs=4) for p in points.geometry if p.x > 640]
    return shapely.union_all([*unserved, box(700, 20, 710, 30).buffer(20, quad_segs=4)]).intersection(EAST).area


def test_tables_of_units() -> None:
    results = judged(town(), reach(400))
    table = results.communities.set_index("community_id")
    assert table["population"].tolist() == pytest.approx([60, 50])
    assert table["status"].tolist() == ["short", "met"]
    assert table["residents_short"].tolist() == pytest.approx([54, 0])
    assert table["imputed_share"].tolist() == pytest.approx([20 / 60, 0])
    assert table["p__reach"].tolist() == pytest.approx([10, 100])
    assert table["parent_district_id"].tolist() == ["All", "All"]
    parents = results.parents.set_index("level")
    assert parents["residents_short"].tolist() == pytest.approx([54, 54])
    assert parents["age65plus"].tolist() == pytest.approx([17, 17])
    assert parents.loc["city", "population"] == pytest.approx(110)


def test_the_limit_is_inclusive() -> None:
    assert row(judged(town(), reach(490)), "East")["residents_served"] == pytest.approx(40 + 9)
    assert row(judged(town(), reach(489.999)), "East")["residents_served"] == pytest.approx(9)


def test_straight_distance_from_the_boundary_is_another_rule() -> None:
    """E1's point (705, 25) to the park's corner (260, -10): sqrt(445^2 + 35^2) = 446.4 m."""
    assert row(judged(town(), reach(446.3, by="euclidean")), "East")["residents_served"] == pytest.approx(8)
    found = row(judged(town(), reach(446.4, by="euclidean")), "East")
    assert (found["residents_served"], found["method"]) == (pytest.approx(48), "euclidean")


def test_size_is_tested_after_merging() -> None:
    """Cut the park in two touching pieces, one of them a garden: as a place of 3,000 m2 it still counts."""
    halves = spaces({"way/1": ("park", box(200, -60, 230, -10)), "way/2": ("garden", box(230, -60, 260, -10))})
    cut = dataclasses.replace(town(), spaces=halves)
    whole = row(judged(town(), reach(400, min_area_m2=3000)), "West")
    assert whole["value"] == pytest.approx(100)
    assert row(judged(cut, reach(400, min_area_m2=3000)), "West")["value"] == pytest.approx(100)
    assert row(judged(cut, reach(400, min_area_m2=3001)), "West")["value"] == 0


def test_provision_is_judged_at_its_level_only() -> None:
    rule = Rule("area", "provision", {}, "population", "m2/person", BASIS, "district", Target("m2/person", "convention", minimum=30.0),
                Supply(("green",)), method="container", per="person")
    results = judged(town(), rule)
    assert row(results, "All", "area")["value"] == pytest.approx(3000 / 110)
    assert row(results, "All", "area")["shortfall"] == pytest.approx(30 - 3000 / 110)
    assert row(results, "All", "area")["residents_short"] == pytest.approx(110)
    assert row(results, "West", "area")[["status", "reason"]].tolist() == ["reported", "other_level"]
    assert row(results, "West", "area")["value"] == pytest.approx(60)
    assert results.communities["n_short"].tolist() == [0, 0]
    assert shapely.equals(results.gaps.geometry.iloc[0], results.parents.geometry.iloc[0])
    assert results.gaps["community_id"].isna().all()


def test_exposure_counts_the_share_of_a_home_and_overlaps_once() -> None:
    """Half of W1 (30 residents) lies in the flood band, and the coastal band covers the same half."""
    rule = Rule("exposed", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood", "coastal"))
    band = box(0, -100, 105, 300)
    flooded = with_hazards(town(), {"river": ("flood", "official", band), "sea": ("coastal", "modelled", band), "ravine": ("flood", "derived", EAST)})
    results = judged(flooded, rule)
    west = row(results, "West", "exposed")
    assert (west["value"], west["status"], west["shortfall"]) == (pytest.approx(30), "short", pytest.approx(25))
    assert west["residents_short"] == pytest.approx(15)
    assert row(results, "East", "exposed")["status"] == "met", "a derived layer never judges"
    ravine = row(results, "East", "hazard.ravine")
    assert (ravine["status"], ravine["reason"], ravine["value"]) == ("reported", "derived_layer", pytest.approx(100))
    assert row(results, "West", "hazard.river")[["status", "reason"]].tolist() == ["reported", "no_target"]
    assert results.public_space[["hazard_river_share", "hazard_ravine_share"]].to_numpy().tolist() == [[0, 0]]


def test_without_a_layer_that_may_judge_exposure_is_not_assessed() -> None:
    rule = Rule("exposed", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",))
    only_derived = with_hazards(town(), {"ravine": ("flood", "derived", EAST)})
    assert row(judged(only_derived, rule), "East", "exposed")[["status", "reason"]].tolist() == ["not_assessed", "no_hazard_layer"]


def test_a_wall_closes_an_open_edge_and_a_gate_opens_it() -> None:
    """A wall along the whole outline, with a gate at (230, -10)."""
    walled = dataclasses.replace(town(), obstacles=obstacles({"way/9": ("wall", PARK.exterior)}))
    closed = judged(walled, reach(400))
    assert closed.public_space["n_entrances"].tolist() == [0]
    assert row(closed, "West")["value"] == 0
    assert "no_way_in" in {c.code for c in closed.caveats}
    opened = judged(dataclasses.replace(walled, gates=gates({"node/5": Point(230, -10)})), reach(400))
    assert opened.entrances["kind"].tolist() == ["gate"]
    assert demand(opened).loc["W1", "distance_green_m"] == pytest.approx(25 + 125 + 10)


def test_a_fence_tag_closes_the_edge_but_not_a_path_through_it() -> None:
    fenced = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}, fenced=frozenset({"way/1"})))
    assert judged(fenced, reach(400)).public_space["n_entrances"].tolist() == [0]
    path = [(2, 500.0, 0.0), (7, 500.0, -30.0), (8, 240.0, -30.0)]
    from tests.networks import network
    from tests.town import STREET

    through = judged(dataclasses.replace(fenced, network=network([STREET, path])), reach(400))
    assert through.entrances["kind"].tolist() == ["crossing"]
    assert through.entrances.geometry.iloc[0].coords[0] == (260, -30)


def test_a_house_between_the_park_and_the_street_closes_that_piece_of_the_edge() -> None:
    house = buildings({"W1": (box(100, 20, 110, 30), 3), "H": (box(205, -8, 235, -4), 1), "E1": (box(700, 20, 710, 30), 4)})
    results = judged(dataclasses.replace(town(), buildings=house), reach(400))
    assert sorted(p.x for p in results.entrances.geometry) == [200, 250, 260]


def test_where_the_data_end_unserved_is_unknown_and_blocks_a_verdict_it_could_change() -> None:
    """The street is cut at x = 1000. E1 is 320 m from there: within 400 m a park might lie beyond.

    Served 6; the points at 662.5 .. 987.5 and E1 lie within 400 m of the cut (x >= 600), so all 54 are unknown.
    """
    from spatial.build import build_network
    from tests.town import STREET

    cut = build_network(ways([STREET], cut=[3]), areas(), box(-1e6, -1e6, 1e6, 1e6))
    results = judged(dataclasses.replace(town(), network=cut), reach(400))
    east, west = row(results, "East"), row(results, "West")
    assert east[["status", "reason"]].tolist() == ["not_assessed", "edge_of_data"]
    assert (east["residents_unknown"], west["residents_unknown"]) == (pytest.approx(54), 0)
    assert west["status"] == "met"
    nearly = judged(dataclasses.replace(town(), network=cut), reach(400, minimum=5))
    assert row(nearly, "East")["status"] == "met", "6 of 60 are served whatever lies beyond"


def test_unknown_residents_are_not_zero_and_nobody_is_not_unknown() -> None:
    given = town()
    unknown = given.residents.assign(population=[np.nan, 0.0], age65plus=[np.nan, 0.0])
    results = judged(dataclasses.replace(given, residents=unknown), reach(400))
    assert row(results, "East")["reason"] == "unknown_population"
    assert row(results, "West")["reason"] == "nobody_lives_here"
    assert row(results, "town")["reason"] == "unknown_population"
    table = results.communities.set_index("community_id")
    assert np.isnan(table.loc["East", "population"])
    assert table.loc["West", "population"] == 0


def test_without_residents_floor_area_is_reported_instead() -> None:
    results = judged(with_hazards(dataclasses.replace(town(), residents=None), {"slope": ("landslide", "derived", box(0, -100, 305, 300))}), reach(400))
    assert row(results, "West")[["status", "reason"]].tolist() == ["not_assessed", "no_residents"]
    floor = row(results, "West", "reach.buildings")
    assert (floor["status"], floor["reason"], floor["value"]) == ("reported", "buildings_not_residents", pytest.approx(100))
    assert row(results, "East", "reach.buildings")["value"] == 0, "490 m"
    assert row(results, "West", "hazard.slope.buildings")["value"] == pytest.approx(100 * (300 + 50) / 500)
    counted = row(results, "West", "hazard.slope.building_count")
    assert (counted["value"], counted["unit"], counted["reason"]) == (2, "buildings", "derived_layer")
    assert results.communities["population"].isna().all()
    assert results.communities["residents_short"].isna().all()
    assert results.communities["status"].tolist() == ["not_assessed", "not_assessed"]
    assert results.gaps.empty


def test_a_home_on_the_border_is_split_by_area() -> None:
    """B (490..530) has 10 m of 40 in West: with 4 storeys 400 m2 there, 1,200 m2 in East."""
    border = buildings({"B": (box(490, 20, 530, 30), 4)})
    table = demand(judged(dataclasses.replace(town(), buildings=border), reach(400)))
    assert table.loc["B@West", ["floor_area_m2", "population"]].tolist() == pytest.approx([400, 40])
    assert table.loc["B@East", ["floor_area_m2", "population"]].tolist() == pytest.approx([1200, 60])


def test_a_community_without_homes_or_streets_has_its_residents_spread_evenly() -> None:
    far = units({"East": EAST, "West": box(0, 200, 500, 300)})
    results = judged(dataclasses.replace(town(), communities=far), reach(400))
    west = results.demand[results.demand["community_id"] == "West"]
    assert west["population"].sum() == pytest.approx(50)
    assert (west["imputed"] == 1).all()
    assert west["edge_id"].isna().all(), "more than 100 m from the street: out of reach"
    assert row(results, "West")["residents_short"] == pytest.approx(50)


def test_the_layers_given_are_not_changed_and_steps_are_told() -> None:
    given, kept, told = town(), town(), []
    assess(given, [Profile("p", {}, "", 2026, "convention", (reach(400),))], told.append)
    assert tuple(told) == STEPS
    for name in ("communities", "spaces", "buildings", "hazards", "obstacles"):
        assert_geodataframe_equal(getattr(given, name), getattr(kept, name))
    pd.testing.assert_frame_equal(given.residents, kept.residents)


def test_the_order_of_rows_changes_nothing() -> None:
    given = town()
    turned = dataclasses.replace(given, buildings=gpd.GeoDataFrame(given.buildings.iloc[::-1]), communities=gpd.GeoDataFrame(given.communities.iloc[::-1]), residents=given.residents.iloc[::-1])
    one, other = judged(given, reach(400)).assessments, judged(turned, reach(400)).assessments
    key = ["level", "unit_id", "rule_id"]
    pd.testing.assert_frame_equal(one.sort_values(key, ignore_index=True), other.sort_values(key, ignore_index=True))


def test_a_line_obstacle_beside_the_leg_does_not_hinder_it() -> None:
    beside = dataclasses.replace(town(), obstacles=obstacles({"way/9": ("wall", LineString([(0, -5), (190, -5)]))}))
    assert judged(beside, reach(400)).public_space["n_entrances"].tolist() == [5]
