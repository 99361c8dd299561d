"""What would help the synthetic town, derived on paper, and done for real. The drawing: tests/town.py."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from analyses.assess import assess
from analyses.parameters import RemedyLimits
from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.remedies import look_at_the_map
from analyses.remedy import KINDS
from analyses.results import Results
from layers.types import Layers
from tests.networks import network
from tests.town import PARK, STREET, buildings, gates, obstacles, spaces, town, units, with_hazards

BASIS = Basis("synthetic", "high")
GREEN = Rule("reach", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0), supply=Supply(("green",)), within_m=400.0)


def fenced() -> Layers:
    """The town with a fence around its park: nobody gets in."""
    return dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}, frozenset({"way/1"})))


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules)])


def suggested(results: Results, unit: str = "West") -> pd.DataFrame:
    """The suggestions for a unit, by kind and step."""
    assert results.remedies is not None
    mine = results.remedies[results.remedies["gap_id"].str.startswith(f"community/{unit}/")]
    return mine.set_index(["remedy", "step"])


def value(results: Results, unit: str) -> float:
    rows = results.assessments.query("unit_id == @unit and level == 'community' and rule_id == 'reach'")
    return float(rows["value"].iloc[0])


def test_a_gate_in_the_fence_would_serve_all_of_west() -> None:
    results = judged(fenced(), GREEN)
    gate = suggested(results).loc[("way_in", 1)]
    assert (gate["residents_gained"], gate["value_after"], gate["closes"]) == (pytest.approx(50), pytest.approx(100), 1)
    assert (gate["space_id"], gate["certainty"], gate["cost_order"]) == ("way/1", "exact", 2)
    assert PARK.boundary.distance(gate["geometry"]) < 1e-9


def test_fewer_than_ten_residents_are_no_suggestion() -> None:
    # A gate at (250, -10) would reach along the street to x = 640: six of East's residents.
    assert "way_in" not in suggested(judged(fenced(), GREEN), "East").index.get_level_values("remedy")


def test_the_gate_opened_for_real_serves_whom_it_promised() -> None:
    before = judged(fenced(), GREEN)
    gate = suggested(before).loc[("way_in", 1)]
    after = judged(dataclasses.replace(fenced(), gates=gates({"node/1": gate["geometry"]})), GREEN)
    assert value(before, "West") == 0
    assert value(after, "West") == pytest.approx(gate["value_after"])


def test_a_gate_leads_through_the_wall_of_the_park_but_not_through_another_nor_across_water() -> None:
    own = {"way/8": ("wall", PARK.boundary)}
    assert ("way_in", 1) in suggested(judged(dataclasses.replace(fenced(), obstacles=obstacles(own)), GREEN)).index
    for kind in ("wall", "water"):
        beyond = obstacles(own | {"way/9": (kind, LineString([(0, -5), (1000, -5)]))})
        assert ("way_in", 1) not in suggested(judged(dataclasses.replace(fenced(), obstacles=beyond), GREEN)).index


def test_a_gate_where_a_second_wall_leaves_room_keeps_its_promise() -> None:
    # The second wall leaves the western end of the north side open: only a gate at (210, -10) gets to the street.
    wall = obstacles({"way/8": ("wall", PARK.boundary), "way/9": ("wall", LineString([(215, -5), (300, -5)]))})
    walled = dataclasses.replace(fenced(), obstacles=wall)
    gate = suggested(judged(walled, GREEN)).loc[("way_in", 1)]
    after = judged(dataclasses.replace(walled, gates=gates({"node/1": gate["geometry"]})), GREEN)
    assert value(after, "West") == pytest.approx(gate["value_after"]) == pytest.approx(100)


def test_the_side_of_the_gate_and_the_cheapest_kind() -> None:
    results = judged(fenced(), GREEN)
    assert suggested(results).loc[("way_in", 1), "side"] in ("nw", "w", "n", "ne", "e")
    gaps = results.gaps.set_index("community_id")
    assert gaps.loc["West", "remedy"] == "way_in"
    assert gaps.loc["West", "check_data"] == (gaps.loc["West", "check_reason"] is not None)
    order = results.remedies["remedy"].map(KINDS.index) + 1
    assert order.tolist() == results.remedies["cost_order"].tolist()


def test_a_space_near_in_a_straight_line_lacks_a_link() -> None:
    # A second street behind the first, joined to it at its far end alone; the park lies on the second.
    behind = [(3, 1000.0, 0.0), (4, 1000.0, -300.0), (5, 0.0, -300.0)]
    park = spaces({"way/1": ("park", box(80, -290, 130, -250))})
    results = judged(dataclasses.replace(town(), network=network([STREET, behind]), spaces=park), GREEN)
    path = suggested(results).loc[("path", 1)]
    # W1 is 270 m from the park in a straight line, W2 (310, 25) about 329 m.
    assert path["residents_gained"] == pytest.approx(50)
    assert (path["certainty"], path["space_id"]) == ("at_most", "way/1")
    assert path["geometry"].y == pytest.approx(-250)


def test_a_link_may_serve_everybody_near_also_whom_a_gate_would() -> None:
    # The park lies 250 m south of the street, by a side street at the far west; a gate would serve A but not B.
    side = [(1, 0.0, 0.0), (4, 0.0, -280.0), (5, 140.0, -280.0)]
    front = [(1, 0.0, 0.0), (9, 200.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]
    park = spaces({"way/1": ("park", box(150, -310, 250, -250))}, frozenset({"way/1"}))
    homes = buildings({"A": (box(100, 20, 110, 30), 3.0), "B": (box(300, 20, 310, 30), 2.0), "E1": (box(700, 20, 710, 30), 4.0)})
    layers = dataclasses.replace(
        town(), network=network([front, side]), spaces=park, buildings=homes, parents={},
        communities=units({"East": box(500, -400, 1000, 300), "West": box(0, -400, 500, 300)}),
    )  # fmt: skip
    rule = dataclasses.replace(GREEN, within_m=600.0)
    path = suggested(judged(layers, rule)).loc[("path", 1)]
    linked = judged(dataclasses.replace(layers, network=network([front, side, [(9, 200.0, 0.0), (10, 200.0, -255.0)]])), rule)
    assert value(linked, "West") == pytest.approx(100)
    assert (path["residents_gained"], path["value_after"]) == (pytest.approx(50), pytest.approx(100))
    assert np.isnan(path["closes"])


def test_a_space_that_is_merely_far_lacks_no_link() -> None:
    short = dataclasses.replace(GREEN, within_m=150.0)
    # E1 and the street east of the park are far from it, and as far on foot as in a straight line.
    assert "path" not in suggested(judged(town(), short), "East").index.get_level_values("remedy")


def test_a_new_space_where_it_serves_most_and_for_real() -> None:
    bare = dataclasses.replace(town(), spaces=spaces({}))
    results = judged(bare, GREEN)
    new = suggested(results).loc[("new_space", 1)]
    assert (new["residents_gained"], new["closes"], new["certainty"]) == (pytest.approx(50), 1, "at_least")
    assert new["area_m2"] == 400
    at = new["geometry"]
    after = judged(dataclasses.replace(bare, spaces=spaces({"way/7": ("park", box(at.x - 10, at.y - 10, at.x + 10, at.y + 10))})), GREEN)
    assert value(after, "West") >= new["value_after"] - 1e-9


def test_two_spaces_where_one_does_not_reach_all() -> None:
    near = dataclasses.replace(GREEN, within_m=60.0)
    steps = suggested(judged(dataclasses.replace(town(), spaces=spaces({})), near))
    assert steps.loc[("new_space", 1), "residents_gained"] == pytest.approx(30)  # the larger house first
    assert np.isnan(steps.loc[("new_space", 1), "closes"])  # 60 % at least is not known to be short of 80 %
    assert steps.loc[("new_space", 2), "residents_gained"] == pytest.approx(50)  # with the first
    assert steps.loc[("new_space", 2), "closes"] == 1
    assert ("new_space", 3) not in steps.index


def test_straight_lines_know_no_gates() -> None:
    straight = dataclasses.replace(GREEN, by="euclidean", within_m=30.0)
    kinds = set(suggested(judged(fenced(), straight)).index.get_level_values("remedy"))
    assert "new_space" in kinds
    assert not kinds & {"way_in", "path"}


def test_minutes_are_walked_at_the_walkers_pace() -> None:
    timed = dataclasses.replace(GREEN, within_m=None, within_s=100.0)
    before = judged(fenced(), timed)
    gate = suggested(before).loc[("way_in", 1)]
    after = judged(dataclasses.replace(fenced(), gates=gates({"node/1": gate["geometry"]})), timed)
    assert value(after, "West") == pytest.approx(gate["value_after"])
    assert 0 < gate["value_after"] < 100


def test_any_option_serves() -> None:
    options = dataclasses.replace(GREEN, supply=Supply(("square",)), within_m=300.0, or_else=(Option(Supply(("green",)), within_m=400.0),))
    gate = suggested(judged(fenced(), options)).loc[("way_in", 1)]
    assert gate["residents_gained"] == pytest.approx(50)


def test_a_rule_that_asks_for_two_places_counts_what_is_there() -> None:
    two = dataclasses.replace(GREEN, count=2)
    both = {"way/1": ("park", PARK), "way/2": ("park", box(300, -60, 360, -10))}
    layers = dataclasses.replace(town(), spaces=spaces(both, frozenset({"way/2"})))
    gate = suggested(judged(layers, two)).loc[("way_in", 1)]
    assert (gate["space_id"], gate["residents_gained"]) == ("way/2", pytest.approx(50))
    # A second gate into the park that they have already is no second park.
    one = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}))
    found = suggested(judged(one, two))
    assert ("way_in", 1) not in found.index
    assert found.loc[("new_space", 1), "residents_gained"] == pytest.approx(50)


def planned(shapes: dict[str, tuple[str, object]], built: dict[str, tuple[str, object]] | None = None) -> Layers:
    return dataclasses.replace(town(), spaces=spaces(built or {}), planned=spaces(shapes))


def test_a_planned_site_if_it_were_built() -> None:
    site = suggested(judged(planned({"plan/1": ("park", PARK)}), GREEN)).loc[("planned_space", 1)]
    assert (site["space_id"], site["residents_gained"], site["certainty"]) == ("plan/1", pytest.approx(50), "exact")
    after = judged(planned({}, {"plan/1": ("park", PARK)}), GREEN)
    assert value(after, "West") == pytest.approx(site["value_after"])


def test_a_planned_site_of_another_class_or_too_small_is_none() -> None:
    large = dataclasses.replace(GREEN, supply=Supply(("green",), 5000.0))
    for rule, kind in ((GREEN, "square"), (large, "park")):
        assert "planned_space" not in suggested(judged(planned({"plan/1": (kind, PARK)}), rule)).index.get_level_values("remedy")


def test_a_planned_site_makes_one_place_with_what_it_touches() -> None:
    large = dataclasses.replace(GREEN, supply=Supply(("green",), 5000.0))
    beside = box(260, -60, 320, -10)
    site = suggested(judged(planned({"plan/1": ("park", beside)}, {"way/1": ("park", PARK)}), large)).loc[("planned_space", 1)]
    after = judged(planned({}, {"way/1": ("park", PARK), "plan/1": ("park", beside)}), large)
    assert site["value_after"] == pytest.approx(value(after, "West"))


def test_a_planned_site_beside_a_park_is_no_second_park_to_those_who_have_that_park() -> None:
    two, beside = dataclasses.replace(GREEN, count=2), ("park", box(260, -60, 320, -10))
    assert "planned_space" not in suggested(judged(planned({"plan/1": beside}, {"way/1": ("park", PARK)}), two)).index.get_level_values("remedy")
    apart = ("park", box(300, -60, 360, -10))
    site = suggested(judged(planned({"plan/1": apart}, {"way/1": ("park", PARK)}), two)).loc[("planned_space", 1)]
    assert value(judged(planned({}, {"way/1": ("park", PARK), "plan/1": apart}), two), "West") == pytest.approx(site["value_after"]) == pytest.approx(100)


def test_a_planned_site_that_makes_one_park_of_two_is_none_where_two_are_asked_for() -> None:
    two, between = dataclasses.replace(GREEN, count=2, within_m=250.0), {"plan/1": ("park", box(260, -60, 300, -10))}
    parks = {"way/1": ("park", PARK), "way/2": ("park", box(300, -60, 360, -10))}
    found = judged(planned(between, parks), two).remedies
    assert found is None or "planned_space" not in set(found["remedy"])


def test_one_planned_site_does_not_serve_those_who_lack_two() -> None:
    found = judged(planned({"plan/1": ("park", PARK)}), dataclasses.replace(GREEN, count=2)).remedies
    assert found is None or "planned_space" not in set(found["remedy"])


def test_missing_square_metres() -> None:
    rule = Rule("reach", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=100.0), supply=Supply(("green",)), method="container", per="person")
    more = suggested(judged(town(), rule)).loc[("more_space", 1)]
    # 100 m2 x 50 residents - 3,000 m2.
    assert (more["area_m2"], more["residents_gained"], more["closes"]) == (pytest.approx(2000), pytest.approx(50), 1)
    larger = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", box(0, -100, 100, -80))}))
    assert value(judged(larger, rule), "West") == pytest.approx(100)


def test_space_is_added_as_no_less_than_counts_and_for_real() -> None:
    rule = Rule("reach", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=70.0), supply=Supply(("green",), 3000.0), method="container", per="person")
    more = suggested(judged(town(), rule)).loc[("more_space", 1)]
    # 70 m2 x 50 residents - 3,000 m2 = 500 m2, and a park of that size does not count.
    assert (more["area_m2"], more["value_after"], more["closes"]) == (3000, pytest.approx(120), 1)
    larger = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", box(400, -60, 460, -10))}))
    assert value(judged(larger, rule), "West") == pytest.approx(more["value_after"])
    wide = dataclasses.replace(rule, supply=Supply(("green",), min_width_m=40.0))
    assert suggested(judged(town(), wide)).loc[("more_space", 1), "area_m2"] == 1600


def test_relief_for_real_is_never_too_much() -> None:
    rule = Rule("reach", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=50.0), supply=Supply(("green",)), method="e2sfca", per="person", within_m=600.0, decay="dichotomous")
    relief = suggested(judged(town(), rule)).loc[("relief", 1)]
    park = box(400, -10 - relief["area_m2"] / 60, 460, -10)
    after = value(judged(dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", park)})), rule), "West")
    assert value(judged(town(), rule), "West") < after <= 50 + 1e-9
    # Some of East come too, so that it is not enough: nothing is said of what the unit would have.
    assert np.isnan([relief["value_after"], relief["closes"], relief["residents_gained"]]).all()
    large = dataclasses.replace(rule, supply=Supply(("green",), 2999.0))
    assert suggested(judged(town(), large)).loc[("relief", 1), "area_m2"] == max(2999, relief["area_m2"])


def test_relief_is_the_least_that_it_takes_and_names_what_is_crowded() -> None:
    rule = Rule("reach", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=100.0), supply=Supply(("green",)), method="e2sfca", per="person", within_m=300.0, decay="dichotomous")
    relief = suggested(judged(town(), rule)).loc[("relief", 1)]
    assert relief["certainty"] == "at_least"
    assert relief["space_id"] == "way/1"
    assert relief["found"] < 100
    row = judged(town(), rule).assessments.query("unit_id == 'West' and rule_id == 'reach'").iloc[0]
    assert relief["area_m2"] == pytest.approx(row["shortfall"] * 50)


def test_which_places_fail_and_by_what() -> None:
    rule = Rule("reach", "site", {}, "spaces", "%", BASIS, target=Target("%", "convention", minimum=100.0), supply=Supply(("park",)), test=SiteTest(min_width_m=55.0))
    two = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", box(300, -60, 340, -10))}))
    found = suggested(judged(two, rule))
    # The park is 50 m wide, the other 40 m: the nearer to passing first.
    assert found.loc[("adapt_space", 1), "space_id"] == "way/1"
    assert found.loc[("adapt_space", 1), "found"] == pytest.approx(50, abs=0.2)
    assert found.loc[("adapt_space", 2), "found"] == pytest.approx(40, abs=0.2)
    assert found["value_after"].tolist() == [50, 100]
    assert found["closes"].tolist() == [0, 1]


def test_protection_or_refuge() -> None:
    rule = Rule("reach", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=10.0), hazard_kinds=("flood",))
    flooded = with_hazards(town(), {"river": ("flood", "official", box(0, 0, 200, 300))})
    help_ = suggested(judged(flooded, rule)).loc[("protect_or_refuge", 1)]
    # 30 of 50 live in it and 5 may; GB 51143 asks 1.0 m2 a person of temporary refuge.
    assert help_["residents_gained"] == pytest.approx(25)
    assert (help_["area_m2"], help_["value_after"]) == (pytest.approx(30), 10)


def test_where_homes_are_imputed_the_map_comes_first() -> None:
    layers = fenced()
    bare = dataclasses.replace(layers, buildings=layers.buildings.drop(index=["W1", "W2"]))
    first = suggested(judged(bare, GREEN)).reset_index().iloc[0]
    assert first["remedy"] == "check_data"
    assert first["reason"] == "poor_data"
    assert np.isnan(first["residents_gained"])


@pytest.mark.parametrize(
    ("light", "imputed", "firm", "reason"),
    [
        ("poor", 0.0, 1.0, "poor_data"), ("poor", 0.9, 0.0, "poor_data"), ("doubtful", 0.5, 0.0, "imputed_homes"), ("good", 0.49, 0.0, "not_firm"),
        ("good", 0.49, 1.0, None), ("doubtful", np.nan, np.nan, None), ("unknown", 0.0, 1.0, None),
    ],
)  # fmt: skip
def test_why_to_look_at_the_map_first(light, imputed, firm, reason) -> None:
    gap = {"gap_id": "g", "data_light": light, "imputed_share": imputed, "firm": firm, "geometry": PARK}
    assert [look.reason for look in look_at_the_map(gap, RemedyLimits())] == ([] if reason is None else [reason])


def test_a_look_at_the_map_hides_no_remedy() -> None:
    layers = fenced()
    results = judged(dataclasses.replace(layers, buildings=layers.buildings.drop(index=["W1"])), GREEN)
    west = results.gaps.set_index("community_id").loc["West"]
    assert (west["check_data"], west["check_reason"], west["remedy"]) == (1, west["check_reason"], "way_in")
    assert west["check_reason"] in ("poor_data", "imputed_homes")


def test_groups_get_no_figures() -> None:
    rule = dataclasses.replace(GREEN, who="age65plus", level="city")
    results = judged(fenced(), rule)
    assert len(results.gaps) == 1
    kinds = set() if results.remedies is None else set(results.remedies["remedy"])
    assert kinds <= {"check_data"}


def test_nothing_is_changed_and_nothing_short_needs_no_help() -> None:
    layers = town()
    results = judged(layers, dataclasses.replace(GREEN, within_m=5000.0))
    assert results.gaps.empty
    assert results.remedies is None


def test_the_street_is_told_where_one_is_near() -> None:
    layers = fenced()
    named = gpd.GeoDataFrame({"name": ["Calle A", "Railway"], "street_class": ["minor", "rail"]}, geometry=[LineString([(0, 0), (1000, 0)]), LineString([(0, -9), (1000, -9)])], crs=layers.communities.crs)
    streets = dataclasses.replace(layers.basemap, streets=named)
    gate = suggested(judged(dataclasses.replace(layers, basemap=streets), GREEN)).loc[("way_in", 1)]
    assert gate["street"] == "Calle A"
    assert suggested(judged(layers, GREEN)).loc[("way_in", 1), "street"] is None
    assert isinstance(gate["geometry"], Point)


def test_whoever_asks_for_all_is_served_by_all() -> None:
    every = dataclasses.replace(GREEN, target=Target("%", "convention", minimum=100.0))
    assert suggested(judged(fenced(), every)).loc[("way_in", 1), "closes"] == 1


def test_each_option_has_its_own_limit() -> None:
    # W2 is 95 m from a gate into the park, W1 140 m: within the limit of squares, of which there are none.
    options = dataclasses.replace(GREEN, within_m=120.0, or_else=(Option(Supply(("square",)), within_m=500.0),))
    assert suggested(judged(fenced(), options)).loc[("way_in", 1), "residents_gained"] == pytest.approx(20)


def test_a_walk_that_is_hardly_longer_than_the_straight_line_lacks_no_link() -> None:
    # W1: 101 m in a straight line, 140 m on foot.
    near = dataclasses.replace(GREEN, within_m=120.0)
    assert "path" not in suggested(judged(town(), near)).index.get_level_values("remedy")


def test_whom_a_gate_serves_needs_no_link() -> None:
    assert "path" not in suggested(judged(fenced(), GREEN)).index.get_level_values("remedy")


def test_one_space_does_not_serve_those_who_lack_two() -> None:
    two = dataclasses.replace(GREEN, count=2)
    bare = judged(dataclasses.replace(town(), spaces=spaces({})), two)
    assert bare.remedies is None or set(bare.remedies["remedy"]) <= {"check_data"}


def test_a_planned_site_opens_what_it_makes_large_enough() -> None:
    # Behind the park, without a way in of its own: both together are entered where the park is.
    large = dataclasses.replace(GREEN, supply=Supply(("green",), 5000.0))
    behind = box(200, -110, 260, -60)
    site = suggested(judged(planned({"plan/1": ("park", behind)}, {"way/1": ("park", PARK)}), large)).loc[("planned_space", 1)]
    assert site["residents_gained"] == pytest.approx(50)
