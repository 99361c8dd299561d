"""Explanations of the synthetic town, every figure derived on paper. The drawing and its numbers: tests/town.py.

Walks to the park: W1 stands at (105, 25), so 25 m to the street, 95 m along it and 20 m to the entrance at (200, -20):
140 m, as far as by the one at (210, -10), and of two the first is taken. W2 at (310, 25): 25 + 60 + 10 = 95 m by the
one at (250, -10). East's street points at x = 512.5, 537.5, ...: x - 240 m by the same one; E1 at (705, 25): 490 m.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.access import Reach
from analyses.assess import assess, verdicts
from analyses.explain import explain
from analyses.explanation import Counted, Explanation, ExposureFound, ProvisionFound, ReachFound, SiteFound, Spread
from analyses.measure import Measured
from analyses.options import Served
from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.reached import taken_by
from analyses.results import Results
from layers.hazard_scales import HazardScale
from layers.types import Layers
from linli.explain_target import only
from maps.explain_record import explanation_record
from spatial.errors import AnalysisError
from tests.town import PARK, spaces, town, with_hazards

BASIS, GREEN = Basis({}, "high"), Supply(("green",))
REACH = Rule("reach", "reach", {}, "population", "%", BASIS, target=Target("%", "official", minimum=80.0), supply=GREEN, within_m=400.0)


def profile(*rules: Rule) -> Profile:
    return Profile("p", {}, "", 2026, "convention", rules)


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [profile(*rules)])


def test_verdicts_alone_explain_as_all_results_do_and_nothing_else_is_computed(monkeypatch) -> None:
    layers, two = town(), [profile(REACH, dataclasses.replace(REACH, id="farther", within_m=600.0))]
    whole = assess(layers, two)
    for made in ("gaps_and_remedies", "equity", "service_areas_table", "resilience", "indicators"):
        monkeypatch.setattr(f"analyses.assess.{made}", lambda *_, made=made, **__: pytest.fail(f"{made} is computed"))
    alone = verdicts(layers, two)
    pd.testing.assert_frame_equal(alone.assessments, whole.assessments, check_exact=True)
    assert alone.caveats == tuple(c for c in whole.caveats if not c.code.startswith("resilience"))
    rules = [(p.id, rule.id) for p in whole.profiles for rule in p.rules]
    for unit in whole.communities["community_id"]:
        asked = ("community", unit, rules)
        assert explanation_record(alone, explain(alone, *asked)) == explanation_record(whole, explain(whole, *asked))


def told(layers: Layers, rule: Rule, unit: str = "East", level: str = "community") -> Explanation:
    return explain(judged(layers, rule), level, unit, [("p", rule.id)])[0]


def reach(one: Explanation) -> ReachFound:
    assert isinstance(one.found, ReachFound)
    return one.found


def test_who_is_served_by_what_through_which_entrance() -> None:
    found = reach(told(town(), REACH))
    assert found.counted == Counted(60.0, pytest.approx(6), pytest.approx(54), 0.0)
    assert found.served == Spread(pytest.approx(6), 6, pytest.approx(272.5), pytest.approx(322.5), pytest.approx(397.5))
    (option,) = found.options
    assert option.within == pytest.approx(6)
    (space,) = option.spaces
    assert (space.space_id, space.space_class, space.area_m2) == ("way/1", "park", 3000.0)
    assert [(w.entrance_id, w.kind, w.confidence, w.edge_id, round(w.residents, 6)) for w in space.ways_in] == [("way/1#4", "open_edge", "low", "1:0", 6.0)]


def test_who_is_not_served_and_how_far_they_have_it() -> None:
    found = reach(told(town(), REACH))
    assert found.unserved == Spread(pytest.approx(54), 15, pytest.approx(422.5), pytest.approx(490), pytest.approx(747.5))
    assert (found.no_way, found.none_found) == (0.0, 0.0)
    homes = [(h.demand_id, h.imputed, round(h.residents, 6), round(h.cost, 6), h.space_id, h.entrance_id) for h in found.farthest]
    assert homes == [(f"street/East/{19 - i}", True, 1.0, 747.5 - 25 * i, "way/1", "way/1#4") for i in range(5)]


def test_where_everybody_is_served_the_farthest_of_all_are_named() -> None:
    found = reach(told(town(), REACH, "West"))
    assert [(h.demand_id, round(h.cost, 6), h.entrance_id) for h in found.farthest] == [("W1", 140.0, "way/1#1"), ("W2", 95.0, "way/1#4")]
    assert found.unserved.homes == 0
    assert math.isnan(found.unserved.median)


def test_what_stands_on_the_card_is_the_same() -> None:
    rows = judged(town(), REACH).assessments.set_index("unit_id")
    names = ["reached_space_id", "reached_share", "reached_median_m", "reached_entrances"]
    assert rows.loc["East", names].tolist() == ["way/1", pytest.approx(1), pytest.approx(322.5), 1]
    assert rows.loc["West", names].tolist() == ["way/1", pytest.approx(1), pytest.approx(140), 2]
    assert np.isnan(rows["reached_median_min"].astype(float)).all()
    timed = dataclasses.replace(REACH, within_m=None, within_s=1000.0)
    rows = judged(town(), timed).assessments.set_index("unit_id")
    assert rows.loc["West", "reached_median_min"] > 1
    assert np.isnan(rows.loc["West", "reached_median_m"])


def test_nobody_goes_anywhere_where_nothing_is_in_reach() -> None:
    rows = judged(town(), dataclasses.replace(REACH, within_m=50.0)).assessments.set_index("unit_id")
    assert rows["reached_space_id"].isna().all()
    assert np.isnan(rows["reached_share"].astype(float)).all()


def test_a_home_that_no_way_comes_near_and_a_place_that_no_search_finds() -> None:
    layers = town()
    far = dataclasses.replace(layers, buildings=layers.buildings.assign(geometry=[box(100, 20, 110, 30), box(300, 20, 320, 30), box(700, 270, 710, 280)]))
    found = reach(told(far, REACH))
    assert found.no_way == pytest.approx(40)
    assert found.unserved.residents == pytest.approx(14)
    none = dataclasses.replace(REACH, supply=Supply(("beach",)))
    found = reach(told(town(), none))
    assert (found.none_found, found.no_way) == (pytest.approx(60), 0.0)
    assert found.farthest[0].cost == math.inf
    assert found.farthest[0].space_id == ""
    assert found.farthest[0].entrance_id == ""


def test_of_several_options_the_one_that_serves_counts_and_not_the_nearest() -> None:
    # Of home 0 the first option is nearer, but beyond its limit: it is served by the second.
    first = Served(np.array([False, True, False]), np.array([True, False, True]), Reach(np.array([5.0, 1.0, 9.0]), np.array([1, 1, 1]), np.full(3, np.inf), "m", np.array([10, 11, 12])))
    other = Served(np.array([True, True, False]), np.array([False, False, True]), Reach(np.array([7.0, 1.0, 9.0]), np.array([2, 2, 2]), np.full(3, np.inf), "m", np.array([20, 21, 22])))
    good = np.array([1.0, 1.0, 0.0])
    taken = taken_by(Measured(REACH, good, 1 - good, first.reach, (first, other)))
    assert taken.option.tolist() == [1, 0, -1]
    assert taken.space.tolist() == [2, 1, -1]
    assert taken.entrance.tolist() == [20, 11, -1]
    assert taken.cost.tolist()[:2] == [7.0, 1.0]
    assert np.isnan(taken.cost[2])


def test_options_are_told_apart() -> None:
    square = box(600, -40, 640, -10)
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("square", square)}))
    found = reach(told(layers, dataclasses.replace(REACH, or_else=(Option(Supply(("square",)), 200.0),))))
    park, plaza = found.options
    assert park.within == pytest.approx(6)
    # E1 and all of the street are within 200 m of the square but for those beyond x = 640 + 190.
    assert plaza.within == pytest.approx(40 + 13)
    assert park.taken.residents + plaza.taken.residents == pytest.approx(found.counted.good)
    assert park.taken.residents < park.within
    assert {space.space_id for space in plaza.spaces} == {"way/2"}


def test_in_a_straight_line_there_is_no_entrance() -> None:
    found = reach(told(town(), dataclasses.replace(REACH, by="euclidean"), "West"))
    assert found.options[0].spaces[0].ways_in == ()
    assert {home.entrance_id for home in found.farthest} == {""}


def test_places_and_residents_of_a_provision() -> None:
    per_person = Target("m2/person", "official", minimum=10.0)
    inside = Rule("have", "provision", {}, "population", "m2/person", BASIS, target=per_person, supply=GREEN, per="person", method="container")
    one = told(town(), inside, "West")
    assert isinstance(one.found, ProvisionFound)
    (place,) = one.found.places
    assert (place.space_ids, place.counted_m2, one.found.divided_by) == (("way/1",), 3000.0, 50.0)
    assert told(town(), inside).found == ProvisionFound((), 0.0, 60.0)
    shared = dataclasses.replace(inside, within_m=400.0, method="e2sfca", decay="dichotomous")
    one = told(town(), shared)
    assert isinstance(one.found, ProvisionFound)
    (place,) = one.found.places
    # 56 people come, 6 of them from East: 6 / 56 of the park falls to it.
    assert (place.residents, place.shared_by) == (pytest.approx(6), pytest.approx(56))
    assert place.counted_m2 == pytest.approx(3000 * 6 / 56)
    near = dataclasses.replace(inside, within_m=400.0, method="within")
    one = told(town(), near)
    assert isinstance(one.found, ProvisionFound)
    assert (one.found.counted_m2, one.found.places[0].residents) == (3000.0, pytest.approx(6))


def test_which_hazard_layers_and_why() -> None:
    rows = {"f": ("flood", "official", box(690, 0, 705, 100)), "d": ("flood", "derived", box(0, 0, 1, 1)), "m": ("flood", "modelled", box(0, 0, 1, 1)), "s": ("seismic", "official", box(0, 0, 1, 1))}
    rule = Rule("dry", "exposure", {}, "population", "%", BASIS, target=Target("%", "official", maximum=5.0), hazard_kinds=("flood",))
    one = told(with_hazards(town(), rows), rule)
    assert isinstance(one.found, ExposureFound)
    assert {h.hazard_id: (h.bound, h.why_not, h.features_here) for h in one.found.hazards} == {
        "f": (True, "", 1), "d": (False, "derived", 0), "m": (False, "less_official", 0), "s": (False, "other_kind", 0)
    }  # fmt: skip
    # Half of E1's ground lies inside, and slivers of two street points' circles around (687.5, 0) and (712.5, 0).
    assert one.found.most[0].demand_id == "E1"
    assert one.found.most[0].residents == pytest.approx(20)
    assert (one.found.homes_whole, one.found.homes_part) == (0, 3)
    assert one.row["hazard_ids"] == "f"


def test_of_a_depth_only_layers_that_know_it_are_asked() -> None:
    """The modelled one knows depths, so that the official one, which does not, keeps nobody from asking it."""
    layers = with_hazards(town(), {"f": ("flood", "official", box(0, 0, 1, 1)), "m": ("flood", "modelled", box(0, 0, 1, 1))})
    official, modelled = layers.study.hazards
    modelled = dataclasses.replace(modelled, scale=HazardScale("m", 1.0, {"wet": 0.0}, column="depth"))
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=(official, modelled)))
    layers = dataclasses.replace(layers, hazards=layers.hazards.assign(hazard_class="wet", intensity=0.2))
    rule = Rule("deep", "exposure", {}, "population", "%", BASIS, hazard_kinds=("flood",), min_depth_m=0.15)
    found = told(layers, rule).found
    assert isinstance(found, ExposureFound)
    assert {h.hazard_id: (h.bound, h.why_not) for h in found.hazards} == {"f": (False, "no_depth"), "m": (True, "")}


def test_places_that_pass_and_fail() -> None:
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("park", box(20, -60, 40, -10)), "way/3": ("park", Point(20, 200))}))
    wide = Rule("wide", "site", {}, "spaces", "%", BASIS, target=Target("%", "official", minimum=100.0), supply=GREEN, test=SiteTest(30.0))
    assert told(layers, wide, "West").found == SiteFound((("way/1",),), (("way/2",),))


def test_a_rule_judged_above_tells_of_the_unit_that_is_judged() -> None:
    rule = dataclasses.replace(REACH, level="district")
    one = told(town(), rule)
    assert one.row["status"] == "reported"
    assert one.judged is not None
    assert (one.judged.level, one.judged.unit_id, one.judged.row["status"]) == ("district", "All", "short")
    assert one.judged.row["residents_served"] == pytest.approx(56)


def with_groups() -> Layers:
    layers = town()
    residents = dataclasses.replace(layers.study.residents, groups={"age65plus": "age65plus"})
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, residents=residents))


def test_a_figure_about_a_group_is_withheld_here_too_and_told_of_all_elsewhere() -> None:
    rule = dataclasses.replace(REACH, who="age65plus", level="district")
    results = judged(with_groups(), rule)
    below = explain(results, "community", "East", [("p", "reach")])[0]
    assert below.row["reason"] == "small_groups"
    assert below.found is None
    above = explain(results, "district", "All", [("p", "reach")])[0]
    assert above.row["reason"] == "suppressed", "5 + 12 x 0.1 are served and fewer than ten are not"
    assert above.found is None


def test_a_group_that_may_be_told_of_has_homes_of_all_residents() -> None:
    layers = with_groups()
    layers = dataclasses.replace(layers, residents=layers.residents.assign(age65plus=[30.0, 25.0]))
    rule = dataclasses.replace(REACH, who="age65plus", level="district")
    one = explain(judged(layers, rule), "district", "All", [("p", "reach")])[0]
    assert one.row["residents_served"] == 28
    assert one.of_all_residents
    assert reach(one).counted.good == pytest.approx(56)


def test_unknown_residents_are_neither_nobody_nor_somebody() -> None:
    layers = town()
    layers = dataclasses.replace(layers, residents=layers.residents.assign(population=[np.nan, 50.0]))
    one = told(layers, REACH)
    assert one.placement is None
    assert (one.row["status"], one.row["reason"]) == ("not_assessed", "unknown_population")
    assert math.isnan(reach(one).counted.total)


def test_the_rules_asked_about_come_out_the_same_without_the_others() -> None:
    other = dataclasses.replace(REACH, id="other", within_m=300.0)
    whole = profile(REACH, other)
    (part,) = only([whole], [("p", "reach")])
    assert [rule.id for rule in part.rules] == ["reach"]
    layers = town()
    alone, among = (explain(assess(layers, [p]), "community", "East", [("p", "reach")])[0] for p in (part, whole))
    assert alone.found == among.found
    pd.testing.assert_series_equal(pd.Series(alone.row), pd.Series(among.row))


def test_with_a_group_among_the_rules_asked_about_all_are_assessed() -> None:
    group = dataclasses.replace(REACH, id="old", who="age65plus")
    whole = profile(REACH, group)
    assert only([whole], [("p", "old")]) == (whole,)


def test_tables_made_by_hand_explain_nothing(synthetic_results) -> None:
    with pytest.raises(AnalysisError, match="hold no evidence"):
        explain(synthetic_results, "community", "c1", [("linli-start", "green.500m")])


def test_a_verdict_that_is_not_there() -> None:
    with pytest.raises(AnalysisError, match="no verdict of community 'East' under rule p/nothing"):
        explain(judged(town(), REACH), "community", "East", [("p", "nothing")])
