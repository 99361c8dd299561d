"""Rules about refuges in the synthetic town, every figure derived on paper. The drawing and its numbers: tests/town.py.

A hall is listed at (500, 10), on the border: it takes in 60 people, by the 0.5 m2 of emergency refuge 30 m2, half in each
community. On foot it is 430 m from W1 (30 residents), 225 m from W2 (20), 240 m from E1 (40), and |x - 500| + 10 from the
20 points of the street. The ground of West's list (200..230, -60..-10) has 900 m2 of effective area and is entered from the
street at x = 210: W1 25 + 105 + 10 = 140 m, W2 25 + 80 + 10 = 115 m (at x = 230), a point of the street x - 230 + 10.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely import Geometry, LineString, Point, Polygon, box

from analyses.assess import assess
from analyses.explain import explain
from analyses.profile import Basis, Option, Profile, Rule, Supply, Target
from analyses.profile_reader import packaged_profile
from analyses.results import Results
from layers.origins import Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.types import Layers, Provenance
from maps.words import reasons, requirement
from tests.town import obstacles, town, with_hazards
from tests.unit.analyses.test_refuge import asking, listing

BASIS = Basis({"en": "synthetic"}, "high")
SHELTER = Supply(("shelter",))
REACH = Rule("r", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=100.0), supply=SHELTER, within_m=300.0, dimension="refuge")
AREA = Rule("a", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=0.5), supply=SHELTER, method="container", per="person", dimension="refuge")
HALL: dict[str, tuple[Geometry, float, float]] = {"hall": (Point(500, 10), 60, np.nan)}
GROUND: dict[str, tuple[Geometry, float, float]] = {"ground": (box(200, -60, 230, -10), np.nan, 900.0)}
FLOOD = {"f": ("flood", "official", box(0, -100, 5, -90))}


def listed(layers: Layers, rows: dict[str, tuple[Geometry, float, float]], grade: str = "emergency", *, planned: bool = False) -> Layers:
    """The same town, whose study lists refuges."""
    made = listing(layers, rows, grade, planned=planned)
    role = RefugeRole("city", Origin(Path("nowhere")), grade, "planned" if planned else "built")
    return dataclasses.replace(made, study=dataclasses.replace(made.study, refuges=(role,)))


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {"en": "P"}, "me", 2026, "convention", rules)])


def row(results: Results, unit: str, rule: str = "r") -> pd.Series:
    (found,) = results.assessments.query("unit_id == @unit and rule_id == @rule").to_dict("records")
    return pd.Series(found)


# --------------------------------------------------------------------------- whether it judges


def test_a_study_that_says_nothing_of_refuges_is_told_how_to_bring_a_list() -> None:
    results = judged(town(), REACH, AREA)
    rows = results.assessments.query("profile_id == 'p'")
    assert set(rows["status"]) == {"not_assessed"}
    assert set(rows["reason"]) == {"no_refuges"}
    assert all("[[refuge]]" in text for language in ("en", "zh") for text in reasons(rows, results, language))


def test_candidates_alone_are_reported_and_never_judge() -> None:
    """The park: W1 140 m, W2 95 m; of East the points up to x = 540. 3,000 m2 x 0.4 for 110 residents."""
    results = judged(asking(town()), REACH, AREA)
    assert row(results, "West")[["value", "status", "reason"]].tolist() == [100, "reported", "only_candidates"]
    assert row(results, "East")["value"] == pytest.approx(100 * 2 / 60)
    assert row(results, "town", "a")["value"] == pytest.approx(1200 / 110)
    assert row(results, "town", "a")["status"] == "reported"
    assert results.gaps.empty
    rows = results.assessments.query("unit_id == 'East'")
    assert reasons(rows, results, "en")[0].endswith("Reported, not judged: there are only candidates that nobody has named refuges.")
    assert reasons(rows, results, "zh")[0].endswith("仅报告：仅有尚未被指定为避难场所的候选场地。")


def test_a_list_judges_and_candidates_beside_it_do_not_count() -> None:
    layers = listed(asking(town()), HALL)
    results = judged(layers, REACH)
    assert results.refuge is not None
    assert results.refuge.sites["source"].tolist() == ["listed", "candidate"]
    west, east = row(results, "West"), row(results, "East")
    assert (west["value"], west["status"], west["residents_short"]) == (pytest.approx(40), "short", pytest.approx(30))
    assert (east["value"], east["residents_short"]) == (pytest.approx(100 * 52 / 60), pytest.approx(8))
    assert west["reached_space_id"] == "city/hall"


def test_public_space_is_what_it_was() -> None:
    green = dataclasses.replace(REACH, id="g", supply=Supply(("green",)), dimension="reach")
    without, with_list = judged(town(), green), judged(listed(town(), HALL), green)
    pd.testing.assert_frame_equal(without.assessments, with_list.assessments)
    pd.testing.assert_frame_equal(without.public_space, with_list.public_space)


# --------------------------------------------------------------------------- how much


def test_effective_area_is_added_up_and_persons_stand_for_it_where_a_list_tells_no_area() -> None:
    """900 m2 in West; of the hall, 60 persons at 0.5 m2, half on either side of the border."""
    results = judged(listed(town(), {**HALL, **GROUND}), AREA)
    assert row(results, "West", "a")["value"] == pytest.approx((900 + 15) / 50)
    assert row(results, "East", "a")["value"] == pytest.approx(15 / 60)
    assert row(results, "town", "a")["value"] == pytest.approx(930 / 110)
    assert (row(results, "West", "a")["status"], row(results, "East", "a")["status"]) == ("met", "short")


@pytest.mark.parametrize(("grade", "m2"), [("emergency", 0.5), ("temporary", 1.0), ("short", 2.0), ("medium", 3.0), ("long", 4.5), ("centre", 4.5)])
def test_persons_take_the_area_of_their_grade(grade: str, m2: float) -> None:
    assert row(judged(listed(town(), HALL, grade), AREA), "town", "a")["value"] == pytest.approx(60 * m2 / 110)


def test_of_a_refuge_across_a_border_each_side_has_its_share() -> None:
    """40 x 10 m, a quarter of it in West."""
    layers = listed(town(), {"wide": (box(490, -30, 530, -20), np.nan, 88.0)})
    results = judged(layers, AREA)
    assert row(results, "West", "a")["value"] == pytest.approx(22 / 50)
    assert row(results, "East", "a")["value"] == pytest.approx(66 / 60)


def test_what_lies_in_a_hazard_counts_for_nothing() -> None:
    """Half of the ground; then all of it."""
    half = with_hazards(town(), {"f": ("flood", "official", box(200, -60, 215, -10))})
    assert row(judged(listed(half, GROUND), AREA), "West", "a")["value"] == pytest.approx(450 / 50)
    whole = with_hazards(town(), {"f": ("flood", "official", box(190, -70, 240, -5))})
    results = judged(listed(whole, GROUND), AREA, REACH)
    assert row(results, "West", "a")["value"] == 0
    assert row(results, "West")["value"] == 0


def test_a_list_of_planned_refuges_alone_judges_nothing() -> None:
    """As if there were no list; with candidates they are reported: the park, 140 m from W1 and 95 m from W2."""
    plan = listed(town(), {**HALL, **GROUND}, planned=True)
    rows = judged(plan, AREA, REACH).assessments.query("profile_id == 'p'")
    assert (set(rows["status"]), set(rows["reason"])) == ({"not_assessed"}, {"no_refuges"})
    beside = listed(asking(town()), {"far": (Point(900, 10), 60, np.nan)}, planned=True)
    results = judged(beside, REACH, AREA)
    assert row(results, "West")[["value", "status", "reason"]].tolist() == [100, "reported", "only_candidates"]
    assert row(results, "West", "a")["value"] == pytest.approx(24)
    assert [c.count for c in results.caveats if c.code == "refuge_only_planned"] == [1]


def test_planned_refuges_count_for_nothing_beside_what_is_built() -> None:
    built = listed(town(), {**HALL, **GROUND})
    assert built.refuges is not None
    layers = dataclasses.replace(built, refuges=built.refuges.assign(planned=[False, True]))
    results = judged(layers, AREA, REACH)
    assert (row(results, "West", "a")["value"], row(results, "West")["value"]) == (pytest.approx(15 / 50), pytest.approx(40))
    assert "refuge_only_planned" not in {c.code for c in results.caveats}


def test_a_refuge_of_unknown_size_is_reached_where_no_size_is_asked_for() -> None:
    """What it adds to an amount: test_refuge_unknowns.py."""
    assert row(judged(listed(town(), {"bare": (Point(500, 10), np.nan, np.nan)}), REACH), "West")["value"] == pytest.approx(40)


@pytest.mark.parametrize(("least", "value"), [(900.0, 100.0), (900.1, 0.0)])
def test_the_least_area_is_of_effective_area(least: float, value: float) -> None:
    """The outline has 1,500 m2."""
    rule = dataclasses.replace(REACH, supply=Supply(("shelter",), min_area_m2=least))
    assert row(judged(listed(town(), GROUND), rule), "West")["value"] == value


@pytest.mark.parametrize(("asked", "value"), [("emergency", 40.0), ("short", 40.0), ("medium", 0.0)])
def test_a_grade_serves_as_those_before_it(asked: str, value: float) -> None:
    rule = dataclasses.replace(REACH, supply=Supply(("shelter",), grade=asked))
    assert row(judged(listed(town(), HALL, "short"), rule), "West")["value"] == pytest.approx(value)


def test_shared_out_and_in_straight_lines() -> None:
    """Within 300 m on foot of the hall: W2, E1 and 12 street points, 72 people on 30 m2. In a straight line W1 is 395 m away
    and the 12 points up to x = 787.5."""
    shared = dataclasses.replace(AREA, method="e2sfca", within_m=300.0, decay="dichotomous")
    straight = dataclasses.replace(REACH, by="euclidean")
    results = judged(listed(town(), HALL), shared, straight)
    assert row(results, "West", "a")["value"] == pytest.approx(20 * 30 / 72 / 50)
    assert row(results, "East", "a")["value"] == pytest.approx(52 * 30 / 72 / 60)
    assert row(results, "East")["value"] == pytest.approx(100 * 52 / 60)
    assert row(results, "West")["value"] == pytest.approx(40)


def test_any_of_several_refuges_serves() -> None:
    far = dataclasses.replace(REACH, supply=Supply(("shelter",), min_area_m2=900.0), within_m=200.0, or_else=(Option(SHELTER, 230.0),))
    results = judged(listed(town(), {**HALL, **GROUND}), far)
    assert row(results, "West")["value"] == 100
    assert row(results, "East")["residents_served"] == pytest.approx(9)


# --------------------------------------------------------------------------- hazards


def test_outside_of_a_hazard_needs_a_layer_that_may_judge() -> None:
    dry = dataclasses.replace(REACH, supply=Supply(("shelter",), outside_hazard="flood"))
    assert row(judged(listed(town(), HALL), dry), "West")["reason"] == "no_hazard_layer"
    derived = with_hazards(town(), {"f": ("flood", "derived", FLOOD["f"][2])})
    assert row(judged(listed(derived, HALL), dry), "West")["reason"] == "no_hazard_layer"
    found = row(judged(listed(with_hazards(town(), FLOOD), HALL), dry), "West")
    assert (found["value"], found["status"], found["hazard_ids"]) == (pytest.approx(40), "short", "f")
    hot = dataclasses.replace(REACH, supply=Supply(("shelter",), outside_hazard="heat"))
    warm = listed(with_hazards(town(), {"h": ("heat", "official", FLOOD["f"][2])}), HALL)
    assert row(judged(warm, hot), "West")["reason"] == "needs_hazard_survival"


def closing(layers: Layers, shape: Geometry, status: str = "official") -> Layers:
    """The town with a flood that closes streets."""
    flooded = with_hazards(layers, {"f": ("flood", status, shape)})
    roles = tuple(dataclasses.replace(role, closes=True) for role in flooded.study.hazards)
    study = dataclasses.replace(layers.study, hazards=roles)
    return dataclasses.replace(flooded, study=study)


def test_while_a_flood_lasts_nobody_walks_through_it_to_a_refuge() -> None:
    """The street is closed at x = 250..260: W1 cannot get to the hall any more, W2 can; nobody lives in the water."""
    lasting = dataclasses.replace(REACH, during="flood", within_m=500.0)
    dry = judged(listed(town(), HALL), dataclasses.replace(REACH, within_m=500.0))
    assert row(dry, "West")["value"] == 100
    wet = judged(closing(listed(town(), HALL), box(250, -5, 260, 5)), lasting)
    assert (row(wet, "West")["value"], row(wet, "West")["hazard_ids"]) == (pytest.approx(40), "f")


def test_who_lives_in_the_flood_reaches_no_refuge() -> None:
    lasting = dataclasses.replace(REACH, during="flood", within_m=500.0)
    wet = judged(closing(listed(town(), HALL), box(305, 15, 325, 35)), lasting)
    assert row(wet, "West")["value"] == pytest.approx(60), "W2 lies in it"


def test_a_refuge_in_the_flood_serves_nobody_while_it_lasts() -> None:
    lasting = dataclasses.replace(REACH, during="flood", within_m=500.0)
    assert row(judged(closing(listed(town(), HALL), box(495, 5, 505, 15)), lasting), "town")["value"] == 0


# --------------------------------------------------------------------------- what is made of it


def test_gaps_name_the_nearest_refuge_and_remedies_help() -> None:
    """The park could serve W1, who walk 140 m to it."""
    results = judged(listed(asking(town()), HALL), REACH)
    gap = results.gaps.set_index("unit_id").loc["West"]
    assert (gap["nearest_space_id"], gap["median_distance_m"]) == ("city/hall", pytest.approx(430))
    assert gap["remedy"] == "open_refuge"
    assert gap["check_data"] == 0, "the list is whole, whatever the map lacks"
    assert set(results.service_areas["supply"]) == {"shelter"}
    assert results.critical is not None
    assert set(results.critical["rule_id"]) == {"r"}


def test_an_explanation_names_refuges_and_their_ways_in() -> None:
    results = judged(listed(town(), {**HALL, **GROUND}), REACH, AREA)
    reach, area = explain(results, "community", "West", [("p", "r"), ("p", "a")])
    visited = {place.space_id for option in reach.found.options for place in option.spaces}  # type: ignore[union-attr]
    assert visited == {"city/ground"}, "the nearer one for both homes"
    counted = {place.space_ids: place.counted_m2 for place in area.found.places}  # type: ignore[union-attr]
    assert counted == pytest.approx({("city/ground",): 900.0, ("city/hall",): 15.0}, rel=1e-3)


def test_words_in_both_languages() -> None:
    large = dataclasses.replace(REACH, supply=Supply(("shelter",), min_area_m2=2000.0, grade="short", outside_hazard="flood"))
    results = judged(listed(town(), HALL), large, AREA)
    english, chinese = (requirement(large, results.profiles[0], language) for language in ("en", "zh"))
    assert "reach a refuge of short-term grade or higher with 0.2 ha of effective area or more outside flood areas within 300 m on foot" in english
    assert "步行 300 米内可到达有效面积不小于 0.2 公顷、洪水灾害区外的短期及以上级别避难场所" in chinese
    english, chinese = (requirement(AREA, results.profiles[0], language) for language in ("en", "zh"))
    assert "At least 0.5 m² of effective area of refuges per resident within each community" in english
    assert "每个社区人均有效避难面积不少于 0.5 m²" in chinese


# --------------------------------------------------------------------------- the profiles that ship

SHIPPED = [(p, r.id) for p in ("gb51143-2015", "gbt51327-2018", "gb21734-2008") for r in packaged_profile(p).rules]


def everywhere(m2: float) -> Layers:
    """Long-term refuges of an effective area each, one in every community beside its homes."""
    rows: dict[str, tuple[Geometry, float, float]] = {"w": (box(200, -60, 260, -10), np.nan, m2), "e": (box(700, -60, 760, -10), np.nan, m2)}
    return listed(with_hazards(town(), FLOOD), rows, "long")


@pytest.fixture(scope="module")
def shipped() -> dict[float, pd.DataFrame]:
    profiles = [packaged_profile(p) for p in dict.fromkeys(p for p, _ in SHIPPED)]
    return {m2: assess(everywhere(m2), profiles).assessments for m2 in (1.0, 60_000.0)}


@pytest.mark.parametrize(("profile", "rule"), SHIPPED)
def test_every_rule_that_ships_is_seen_met_and_seen_short(shipped: dict[float, pd.DataFrame], profile: str, rule: str) -> None:
    """6 ha in each community are enough for all. 1 m2 in each is 2 / 110 = 0.018 m2 a resident of the city, 1 / 60 in East:
    below every amount; only emergency refuge within 500 m asks for no size."""
    status = {m2: t["status"][(t["profile_id"] == profile) & (t["rule_id"] == rule)] for m2, t in shipped.items()}
    assert "met" in set(status[60_000.0])
    assert "short" not in set(status[60_000.0])
    assert ("short" in set(status[1.0])) == (rule != "reach.emergency")


def test_emergency_refuge_within_500_m() -> None:
    """Of the hall alone the points from x = 1000 on would be too far: all are within 500 m. Of a ground at x = 900..960 W1 and
    W2 are not."""
    far = listed(town(), {"e": (box(900, -60, 960, -10), np.nan, 9.0)})
    table = assess(far, [packaged_profile("gb51143-2015")]).assessments.query("rule_id == 'reach.emergency'").set_index("unit_id")
    assert (table.loc["West", "value"], table.loc["West", "status"], table.loc["West", "residents_short"]) == (0, "short", pytest.approx(50))


@pytest.mark.parametrize(("m2", "status"), [(0.99, "short"), (1.01, "met")])
def test_fixed_refuges_that_hold_fifteen_percent_of_residents_are_enough(m2: float, status: str) -> None:
    """110 residents: 15 % are 16.5 people, each with the amount of the table for those sheltered."""
    for rule, each in (("area.short", 2.0), ("area.medium", 3.0), ("area.long", 4.5)):
        layers = listed(town(), {"fixed": (box(200, -60, 230, -10), np.nan, m2 * 16.5 * each)}, "long")
        table = assess(layers, [packaged_profile("gb51143-2015")]).assessments.query("level == 'city' and rule_id == @rule")
        assert table["status"].tolist() == [status], rule


@pytest.mark.parametrize("beyond", [("water", box(-1000, -20, 2000, -8)), ("railway", LineString([(-1000, -15), (2000, -15)]))])
@pytest.mark.parametrize("shape", [box(200, -60, 230, -25), Point(215, -50)])
def test_a_refuge_across_water_or_a_railway_has_no_way_in(beyond: tuple[str, Geometry], shape: Geometry) -> None:
    """The street runs north of the barrier, the refuge lies south of it, within the longest leg."""
    layers = listed(dataclasses.replace(town(), obstacles=obstacles({"b": beyond})), {"g": (shape, 500, np.nan)})
    results = judged(layers, REACH)
    assert results.refuge is not None
    assert results.refuge.sites["status"].tolist() == ["no_way_in"]
    assert row(results, "West")["value"] == 0
    free = judged(listed(town(), {"g": (shape, 500, np.nan)}), REACH)
    assert row(free, "West")["value"] == 100


@pytest.mark.parametrize(("persons", "m2"), [(0, np.nan), (0, 900.0), (np.nan, 0.0), (0, 0.0)])
@pytest.mark.parametrize("shape", [Point(500, 10), box(200, -60, 230, -10)])
@pytest.mark.parametrize("flood", [box(0, -100, 5, -90), box(215, -60, 230, -10)])
def test_a_refuge_that_is_listed_for_nobody_is_closed_and_serves_nobody(persons: float, m2: float, shape: Geometry, flood: Polygon) -> None:
    """Whatever area the list gives it, and wherever a hazard lies."""
    results = judged(listed(with_hazards(town(), {"f": ("flood", "official", flood)}), {"shut": (shape, persons, m2)}), REACH, AREA)
    assert (row(results, "West")["value"], row(results, "town", "a")["value"]) == (0, 0)
    assert results.refuge is not None
    assert results.refuge.sites["status"].tolist() == ["closed"]


def test_a_closed_refuge_takes_no_ground_off_another_one() -> None:
    shape = GROUND["ground"][0]
    layers = listed(town(), {"shut": (shape, 0, 900.0), **GROUND})
    assert row(judged(layers, AREA), "West", "a")["value"] == pytest.approx(18)


def test_the_tier_of_the_study_does_not_change_what_rules_count() -> None:
    layers = listed(town(), {**HALL, **GROUND})
    other = dataclasses.replace(layers, study=dataclasses.replace(layers.study, refuge_rules=RefugeRules(tier="gb51143-2015.long")))
    pd.testing.assert_frame_equal(judged(layers, REACH, AREA).assessments, judged(other, REACH, AREA).assessments)


# --------------------------------------------------------------------------- what it rests on


def with_files(layers: Layers, *roles: str) -> Layers:
    """The same town, whose inputs come from files of the roles named."""
    files = tuple(Provenance(role, f"{role}.csv", "0" * 64, 1, "CC0-1.0", "city", "2026", {}) for role in roles)
    return dataclasses.replace(layers, provenance=files)


def rests_on(layers: Layers, rule: Rule) -> set[str]:
    (one,) = explain(judged(layers, rule), "community", "West", [("p", rule.id)])
    return {entry.role for entry in one.inputs}


def test_a_rule_about_refuges_rests_on_their_list_and_on_the_hazards_that_take_their_ground() -> None:
    """The flood and the plant take ground off refuges though the rule names neither; heat and what is derived do not."""
    hazards = {
        "f": ("flood", "official", box(0, -100, 5, -90)), "plant": ("technological", "modelled", box(0, -100, 5, -90)),
        "hot": ("heat", "official", box(0, -100, 5, -90)), "low": ("flood", "derived", box(0, -100, 5, -90)),
    }  # fmt: skip
    layers = with_files(with_hazards(listed(town(), HALL), hazards), "osm", "refuge.city", *(f"hazard.{name}" for name in hazards))
    assert rests_on(layers, REACH) == {"osm", "refuge.city", "hazard.f", "hazard.plant"}
    park = dataclasses.replace(REACH, supply=Supply(("green",)))
    assert rests_on(layers, park) == {"osm"}, "who asks for a park looks at neither"


def test_and_on_the_hazard_that_it_names() -> None:
    layers = with_files(with_hazards(town(), FLOOD), "osm", "hazard.f")
    dry = dataclasses.replace(REACH, supply=Supply(("green",), outside_hazard="flood"))
    closing = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=tuple(dataclasses.replace(h, closes=True) for h in layers.study.hazards)))
    assert rests_on(closing, dry) == rests_on(closing, dataclasses.replace(REACH, supply=Supply(("green",)), during="flood")) == {"osm", "hazard.f"}
