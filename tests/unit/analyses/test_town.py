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


# ------------------------------------------------------------------------------------------------ ways in


ISLAND = [(8, 190.0, -65.0), (9, 270.0, -65.0)]
"""A path along the park's south side (y = -65), joined to nothing."""


def test_a_wall_between_the_street_and_the_park_is_not_jumped_by_way_of_an_island() -> None:
    """The park moved 60 m from the street, a wall between them, a path of its own beside it: nobody gets in."""
    from tests.networks import network
    from tests.town import STREET

    far = spaces({"way/1": ("park", box(200, -95, 260, -70))})
    wall = obstacles({"way/9": ("wall", LineString([(-10, -50), (1010, -50)]))})
    layers = dataclasses.replace(town(), spaces=far, obstacles=wall, network=network([STREET, ISLAND]))
    results = judged(layers, reach(400))
    assert set(results.entrances["edge_id"]) == {"2:0"}, "the path beside the park, not the street behind the wall"
    assert (results.entrances["off_network_m"] <= 20).all()
    assert row(results, "West")["value"] == 0


def test_a_path_of_an_island_that_crosses_leads_to_the_street_where_nothing_stands_between() -> None:
    """The crossing (240, -60) hangs on an island; the street is 60 m away, free but for the fence of the park."""
    from tests.networks import network
    from tests.town import STREET

    path = [(8, 240.0, -80.0), (9, 240.0, -30.0)]
    fenced = spaces({"way/1": ("park", PARK)}, fenced=frozenset({"way/1"}))
    layers = dataclasses.replace(town(), spaces=fenced, network=network([STREET, path]))
    free = judged(layers, reach(400)).entrances
    assert (free["kind"].tolist(), free["edge_id"].tolist(), free["off_network_m"].tolist()) == (["crossing"], ["1:0"], [60.0])
    walled = dataclasses.replace(layers, obstacles=obstacles({"way/9": ("wall", LineString([(0, -5), (500, -5)]))}))
    assert judged(walled, reach(400)).entrances["edge_id"].tolist() == ["2:0"]


def test_lines_across_a_square_are_no_crossings_of_its_boundary() -> None:
    from tests.networks import areas, network
    from tests.town import STREET

    ring = [(2, 500.0, 0.0), (21, 540.0, 40.0), (22, 500.0, 80.0), (23, 460.0, 40.0)]
    square = spaces({"way/1000": ("square", box(460, 0, 540, 80))})
    net = network([STREET], squares=areas([ring]))
    found = judged(dataclasses.replace(town(), spaces=square, network=net), reach(400)).entrances
    mapped = found[found["kind"] == "crossing"]
    assert set(mapped["edge_id"]) <= {"1:0", "1:1"}


def test_a_gate_farther_than_five_metres_or_behind_a_house_is_no_way_in() -> None:
    walled = dataclasses.replace(town(), obstacles=obstacles({"way/9": ("wall", PARK.exterior)}))
    far = dataclasses.replace(walled, gates=gates({"node/5": Point(230, -4.9)}))
    assert judged(far, reach(400)).public_space["n_entrances"].tolist() == [0]
    near = dataclasses.replace(walled, gates=gates({"node/5": Point(230, -5)}))
    assert judged(near, reach(400)).public_space["n_entrances"].tolist() == [1]
    house = buildings({"H": (box(225, -4, 235, -2), 1), "E1": (box(700, 20, 710, 30), 4)})
    assert judged(dataclasses.replace(near, buildings=house), reach(400)).public_space["n_entrances"].tolist() == [0]


def test_a_point_out_of_reach_of_every_way_is_no_entrance() -> None:
    """A playground mapped as a point, 101 m south of the street, and one 99 m away."""
    points = spaces({"node/1": ("playground", Point(230, -101)), "node/2": ("playground", Point(230, -99))})
    results = judged(dataclasses.replace(town(), spaces=points), reach(400))
    assert results.public_space["n_entrances"].tolist() == [0, 1]
    assert results.entrances["space_id"].tolist() == ["node/2"]


def test_a_building_that_is_a_public_space_is_no_obstacle_to_itself() -> None:
    house = box(200, 10, 230, 18)
    library = spaces({"way/7": ("library", house)})
    layers = dataclasses.replace(town(), spaces=library, buildings=buildings({"way/7": (house, 2), "E1": (box(700, 20, 710, 30), 4)}))
    assert judged(layers, reach(400)).public_space["n_entrances"].iloc[0] > 0


def test_a_wall_drawn_along_the_boundary_half_a_metre_inside_still_closes_it() -> None:
    inside = dataclasses.replace(town(), obstacles=obstacles({"way/9": ("wall", PARK.buffer(-0.5).exterior)}))
    assert judged(inside, reach(400)).public_space["n_entrances"].tolist() == [0]


def test_ways_in_at_one_place_are_one() -> None:
    """Two paths cross the boundary at the same point."""
    from tests.networks import network
    from tests.town import STREET

    fork = [[(2, 500.0, 0.0), (7, 260.0, -30.0), (8, 240.0, -30.0)], [(7, 260.0, -30.0), (9, 240.0, -40.0)]]
    fenced = spaces({"way/1": ("park", PARK)}, fenced=frozenset({"way/1"}))
    found = judged(dataclasses.replace(town(), spaces=fenced, network=network([STREET, *fork])), reach(400)).entrances
    assert found["kind"].tolist() == ["crossing"]


# ------------------------------------------------------------------------------------------------ residents


def test_the_range_of_a_value_under_other_placements() -> None:
    """East at 400 m: 6 of 60 served. With nobody imputed all 60 live in E1 (490 m): 0 served.

    West at 130 m: W1 (140 m) and W2 (95 m). By floor 20 of 50 are served; by footprint (100 and 200 m2)
    two thirds live in W2: 33.3 of 50.
    """
    results = judged(town(), reach(400))
    east = row(results, "East")
    assert east[["value_low", "value", "value_high", "firm"]].tolist() == pytest.approx([0, 10, 10, 1])
    west = row(judged(town(), reach(130, minimum=50)), "West")
    assert west[["value_low", "value", "value_high"]].tolist() == pytest.approx([40, 40, 200 / 3])
    assert (west["status"], west["firm"]) == ("short", 0), "by footprint it would be met"
    gap = judged(town(), reach(130, minimum=50)).gaps.set_index("unit_id").loc["West"]
    assert gap[["value_low", "value_high", "firm"]].tolist() == pytest.approx([40, 200 / 3, 0])


def test_only_streets_with_homes_take_residents_whose_homes_are_missing() -> None:
    """The main street becomes a motorway's service road; only the lane (residential) north of it has homes."""
    from tests.networks import network
    from tests.town import STREET

    lane = [(3, 1000.0, 0.0), (7, 1000.0, 100.0), (8, 600.0, 100.0)]
    net = network([STREET, lane])
    net = dataclasses.replace(net, edge_highway=np.where(net.edge_way_id == 1, "primary", net.edge_highway))
    table = judged(dataclasses.replace(town(), network=net), reach(400)).demand
    assert set(table[table["imputed"] == 1].geometry.y) <= {y for y in np.arange(0.0, 101.0, 0.5) if y > 0}
    assert (table[table["imputed"] == 1].geometry.y > 1).all()


def test_a_sliver_of_a_building_across_a_border_is_nobodys_home() -> None:
    border = buildings({"B": (box(499.96, 20, 510, 30), 4), "W1": (box(100, 20, 110, 30), 3)})
    ids = demand(judged(dataclasses.replace(town(), buildings=border), reach(400))).index
    assert "B@West" not in ids
    assert "B@East" in ids


def test_unknown_residents_without_a_home_are_unknown_still() -> None:
    """West has neither homes nor a count: it is unknown, and so is the city; East is judged all the same."""
    bare = dataclasses.replace(
        town(),
        buildings=buildings({"E1": (box(700, 20, 710, 30), 4)}),
        residents=pd.DataFrame({"population": [60.0, np.nan]}, index=pd.Index(["East", "West"], name="community_id")),
    )
    results = judged(bare, reach(400))
    assert row(results, "West")["reason"] == "unknown_population"
    table = results.communities.set_index("community_id")
    assert np.isnan(table.loc["West", "population"])
    assert np.isnan(table.loc["West", "residents_short"])
    city = results.parents.set_index("level").loc["city"]
    assert np.isnan(city["population"])
    assert (city["residents_short"], city["status"]) == (pytest.approx(54), "short")


def test_without_residents_a_community_without_homes_has_no_count_either() -> None:
    bare = dataclasses.replace(town(), residents=None, buildings=buildings({"E1": (box(700, 20, 710, 30), 4)}))
    table = judged(bare, reach(400)).communities.set_index("community_id")
    assert table["population"].isna().all()
    assert table["imputed_share"].isna().all()


# ------------------------------------------------------------------------------------------------ verdicts


def test_a_provision_rule_that_is_met_leaves_nobody_short() -> None:
    rule = Rule("area", "provision", {}, "population", "m2/person", BASIS, "district", Target("m2/person", "convention", minimum=20.0),
                Supply(("green",)), method="container", per="person")
    results = judged(town(), rule)
    assert row(results, "All", "area")[["status", "residents_short"]].tolist() == ["met", 0]
    assert results.parents.set_index("level").loc["district", ["status", "residents_short"]].tolist() == ["met", 0]


def test_residents_of_a_district_short_in_provision_are_all_short() -> None:
    rule = Rule("area", "provision", {}, "population", "m2/person", BASIS, "district", Target("m2/person", "convention", minimum=30.0),
                Supply(("green",)), method="container", per="person")
    parents = judged(town(), rule).parents.set_index("level")
    assert parents.loc["district", "residents_short"] == pytest.approx(110)
    assert np.isnan(parents.loc["city", "residents_short"]), "the rule is not judged for the city"


def test_a_district_is_not_met_while_one_of_its_communities_is_short() -> None:
    parents = judged(town(), reach(400)).parents.set_index("level")
    assert parents["status"].tolist() == ["short", "short"]
    assert parents["n_short"].tolist() == [1, 1]
    met = judged(town(), reach(600)).parents.set_index("level")
    assert met["status"].tolist() == ["met", "met"]


@pytest.mark.parametrize(("value", "status"), [(40.0, "met"), (40.0 + 1e-12, "met"), (40.001, "short")])
def test_a_value_at_its_target_meets_it_whatever_the_rounding(value, status) -> None:
    """20 of West's 50 residents are within 130 m: exactly 40 %."""
    assert row(judged(town(), reach(130, minimum=value)), "West")["status"] == status


def test_the_range_of_the_unknown_is_shown_where_nothing_is_judged() -> None:
    """Without a target East is reported: 6 known served, 54 unknown; between 10 and 100 %."""
    from spatial.build import build_network
    from tests.town import STREET

    cut = build_network(ways([STREET], cut=[3]), areas(), box(-1e6, -1e6, 1e6, 1e6))
    results = judged(dataclasses.replace(town(), network=cut), reach(400, minimum=None))
    east = row(results, "East")
    assert (east["status"], east["value"]) == ("reported", pytest.approx(100))
    assert east[["value_low", "value_high"]].tolist() == pytest.approx([10, 100])
    assert {c.code: c.count for c in results.caveats}["edge_of_data"] == pytest.approx(54)


@pytest.mark.parametrize(("floors", "named"), [((1, 1, 1), None), ((2, 1, 1), "way/0")])
def test_the_nearest_space_is_named_only_where_it_is_nearest_for_half(floors, named) -> None:
    """Three homes of 100 m2 a storey, each beside a park of its own: a third each, or half of them at the first."""
    at = (510, 700, 950)
    parks = spaces({f"way/{i}": ("park", box(x, -60, x + 20, -10)) for i, x in enumerate(at)})
    homes = buildings({f"E{i}": (box(x, 20, x + 10, 30), f) for i, (x, f) in enumerate(zip(at, floors, strict=True))})
    some = pd.DataFrame({"population": [30.0, 0.0]}, index=pd.Index(["East", "West"], name="community_id"))
    gap = judged(dataclasses.replace(town(), spaces=parks, buildings=homes, residents=some), reach(1, minimum=100)).gaps.iloc[0]
    assert gap["nearest_space_id"] == named


def test_a_home_just_outside_rounded_borders_belongs_to_the_nearest_parent_and_no_farther() -> None:
    """W1's point (105, 25) lies 24 m, then 26 m, outside the only district."""
    for gap_m, share in ((24, 1.0), (26, 20 / 50)):
        district = units({"All": box(105 + gap_m, -100, 1000, 300)}, "unit_id")
        results = judged(dataclasses.replace(town(), parents={"district": district}), reach(400))
        west = results.communities.set_index("community_id").loc["West"]
        assert west["parent_district_share"] == pytest.approx(share)
    assert {c.code: c.count for c in results.caveats}["outside_parents"] == pytest.approx(30)


# ------------------------------------------------------------------------------------------------ hazards


FLOOD = Rule("exposed", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",))


def _floods(periods: dict[str, tuple[str, float | None]]) -> Layers:
    """Official and modelled flood layers, each wider than the one before by 100 m from the west."""
    rows = {k: ("flood", status, box(0, -100, 100.0 + 100 * i, 300)) for i, (k, (status, _)) in enumerate(periods.items())}
    layers = with_hazards(town(), rows)
    roles = tuple(dataclasses.replace(h, return_period_yr=periods[h.id][1]) for h in layers.study.hazards)
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))


@pytest.mark.parametrize(
    ("periods", "asked", "bound"),
    [
        ({"t10": ("official", 10), "t500": ("official", 500)}, None, "t500"),
        ({"t10": ("official", 10), "t500": ("official", 500)}, 10, "t10"),
        ({"t10": ("official", 10), "model": ("modelled", 500)}, None, "t10"),
        ({"one": ("modelled", None)}, None, "one"),
        ({"a": ("official", 100), "b": ("official", 100)}, None, "a b"),
    ],
)
def test_a_rule_is_bound_to_the_layer_that_may_judge_and_names_it(periods, asked, bound) -> None:
    results = judged(_floods(periods), dataclasses.replace(FLOOD, return_period_yr=asked))
    assert row(results, "West", "exposed")["hazard_ids"] == bound


def test_a_return_period_that_no_layer_has_is_not_assessed() -> None:
    results = judged(_floods({"t10": ("official", 10)}), dataclasses.replace(FLOOD, return_period_yr=100))
    assert row(results, "West", "exposed")[["status", "reason"]].tolist() == ["not_assessed", "no_hazard_layer"]


def test_buildings_of_every_use_are_counted_once_where_they_stand() -> None:
    mixed = buildings({"W1": (box(100, 20, 110, 30), 3), "shop": (box(490, 40, 520, 60), 1), "E1": (box(700, 20, 710, 30), 4)})
    mixed.loc["shop", "residential"] = False
    bare = dataclasses.replace(town(), residents=None, buildings=mixed)
    results = judged(with_hazards(bare, {"slope": ("landslide", "derived", box(0, -100, 501, 300))}), reach(400))
    rule = "hazard.slope.building_count"
    assert [row(results, u, rule)["value"] for u in ("West", "East", "town")] == [1, 1, 2], "the shop stands in East"


def test_a_gate_on_the_very_path_that_runs_through_its_wall_is_open() -> None:
    """The path (500, 0) - (500, -30) - (240, -30) enters at (260, -30), where the wall has a gate."""
    from tests.networks import network
    from tests.town import STREET

    path = [(2, 500.0, 0.0), (7, 500.0, -30.0), (9, 260.0, -30.0), (8, 240.0, -30.0)]
    walled = dataclasses.replace(
        town(),
        obstacles=obstacles({"way/9": ("wall", PARK.exterior)}),
        gates=gates({"node/9": Point(260, -30)}),
        network=network([STREET, path]),
    )
    found = judged(walled, reach(400)).entrances
    assert sorted(found["kind"]) == ["crossing", "gate"]
    assert found["off_network_m"].tolist() == [0, 0]


def test_a_path_through_a_wall_opens_it_for_the_way_to_the_street() -> None:
    """The path of an island enters at (240, -60) through the park's own wall; nothing else stands before the street."""
    from tests.networks import network

    south = [(1, 0.0, -90.0), (2, 1000.0, -90.0)]
    path = [(8, 240.0, -80.0), (9, 240.0, -30.0)]
    walled = dataclasses.replace(
        town(), obstacles=obstacles({"way/9": ("wall", PARK.exterior)}), network=network([south, path])
    )
    found = judged(walled, reach(400)).entrances
    assert (found["edge_id"].tolist(), found["off_network_m"].tolist()) == (["1:0"], [30.0])


def test_without_residents_no_mapped_home_is_not_nobody() -> None:
    bare = dataclasses.replace(town(), residents=None, buildings=buildings({"E1": (box(700, 20, 710, 30), 4)}))
    results = judged(bare, reach(400))
    assert row(results, "West", "reach.buildings")["reason"] == "no_mapped_homes"
    assert {c.code: c.count for c in results.caveats}["no_mapped_homes"] == 1


def test_where_no_home_is_mapped_nothing_is_firm_and_no_range_is_given() -> None:
    """West has 50 residents and no home: they are all placed along its street, and nothing else could be tried."""
    bare = dataclasses.replace(town(), buildings=buildings({"E1": (box(700, 20, 710, 30), 4)}))
    west = row(judged(bare, reach(1)), "West")
    assert west["status"] == "short"
    assert west[["value_low", "value_high", "firm"]].isna().all()
    gap = judged(bare, reach(1)).gaps.set_index("unit_id").loc["West"]
    assert gap["imputed_share"] == 1
    assert np.isnan(gap["firm"])
