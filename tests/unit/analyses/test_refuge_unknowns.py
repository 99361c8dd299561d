"""Refuges of which something is unknown, in the synthetic town: ground without a value, sizes that no list tells.

The drawing and its numbers: tests/town.py and test_shelters.py. The ground of West's list (200..230, -60..-10) has 900 m2 of
effective area; W1 (30 residents) walks 140 m to it, W2 (20) 115 m, and nobody of East at most 300 m.
A hall at (500, 10) is 430 m from W1, 225 m from W2, 240 m from E1, and within 500 m of all points of the street.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import Geometry, Point, box

from analyses.profile import Rule, Supply, Target
from analyses.survival import survival
from layers.types import Layers
from linli.safety_report import safety_text
from maps.refuge_view import refuge_part
from maps.words import caveat_text, reasons
from tests.town import town, units, with_hazards
from tests.unit.analyses.test_refuge import asking
from tests.unit.analyses.test_shelters import AREA, FLOOD, GROUND, HALL, REACH, closing, judged, listed, row

BARE: dict[str, tuple[Geometry, float, float]] = {"bare": (Point(500, 10), np.nan, np.nan)}
LEFT_HALF, ALL, DOORS = box(200, -60, 215, -10), box(190, -70, 240, -5), box(190, -25, 240, -5)
WITHIN = dataclasses.replace(AREA, method="within", within_m=300.0)
SHARED = dataclasses.replace(AREA, method="e2sfca", within_m=300.0, decay="dichotomous")
LARGE = dataclasses.replace(REACH, supply=Supply(("shelter",), min_area_m2=20.0), within_m=500.0)
LASTING = dataclasses.replace(REACH, during="flood")


def unsaid(layers: Layers, *shapes: Geometry, hazard_id: str = "f") -> Layers:
    """The same with ground of which a hazard layer says nothing."""
    ground = units({f"u{n}": shape for n, shape in enumerate(shapes)}).assign(hazard_id=hazard_id)
    return dataclasses.replace(layers, hazard_unknown=ground[["hazard_id", "geometry"]])


def known(status: str = "official", **rows: tuple[Geometry, float, float]) -> Layers:
    """The town with a list, and a flood far from it."""
    return listed(with_hazards(town(), {"f": ("flood", status, FLOOD["f"][2])}), rows or GROUND)


def asked(rule: Rule, **target: float) -> Rule:
    return dataclasses.replace(rule, target=Target(rule.unit, "convention", **target))


# --------------------------------------------------------------------------- ground of which a layer says nothing


@pytest.mark.parametrize(("least", "status", "reason"), [(9.0, "met", ""), (12.0, "not_assessed", "hazard_unknown"), (19.0, "short", "")])
@pytest.mark.parametrize("rule", [AREA, WITHIN])
def test_an_amount_is_judged_only_where_unknown_ground_cannot_turn_it(rule: Rule, least: float, status: str, reason: str) -> None:
    """Half of the ground is unknown: West's 50 have 450 or 900 m2."""
    found = row(judged(unsaid(known(), LEFT_HALF), asked(rule, minimum=least)), "West", "a")
    assert (found["status"], found["reason"]) == (status, reason)


@pytest.mark.parametrize(("least", "status"), [(8.0, "met"), (12.0, "not_assessed"), (19.0, "short")])
def test_so_is_what_is_shared_out(least: float, status: str) -> None:
    """West's 50 share the ground: 9 or 18 m2 each."""
    assert row(judged(unsaid(known(), LEFT_HALF), asked(SHARED, minimum=least)), "West", "a")["status"] == status


@pytest.mark.parametrize("ground", [ALL, DOORS])
def test_a_refuge_on_ground_that_nobody_knows_leaves_reach_open(ground: Geometry) -> None:
    """Its ways in alone are enough. East has no refuge in any case: it is short."""
    results = judged(unsaid(known(), ground), REACH)
    west, east = row(results, "West"), row(results, "East")
    assert (west["status"], west["reason"], west["residents_unknown"]) == ("not_assessed", "hazard_unknown", pytest.approx(50))
    assert (east["status"], east["residents_unknown"]) == ("short", 0)
    for language in ("en", "zh"):
        assert all("hazard_unknown" not in text for text in reasons(results.assessments, results, language))


def test_where_no_home_is_mapped_a_verdict_on_refuges_has_its_range_too() -> None:
    """West's hall serves some of the street for certain; its other refuge lies on ground that nobody knows."""
    layers = unsaid(known(**GROUND, hall=(Point(60, 10), 500, np.nan)), ALL)
    bare = dataclasses.replace(layers, buildings=layers.buildings.iloc[:0])
    found = row(judged(bare, asked(dataclasses.replace(REACH, within_m=100.0), minimum=1.0)), "West")
    assert (found["status"], found["residents_unknown"] > 0) == ("met", True)
    assert found["value_low"] < found["value_high"]


def test_the_table_tells_what_is_unknown_and_counts_on_none_of_it() -> None:
    results = judged(unsaid(known(), ALL), REACH)
    assert results.refuge is not None
    (site,) = results.refuge.sites.to_dict("records")
    assert (site["status"], site["unknown_share"], site["hazard_share"], site["capacity"]) == ("hazard_unknown", pytest.approx(1), 0, 0)
    assert results.refuge.needs is not None
    assert results.refuge.needs.set_index("unit_id").loc["town", ["placed", "capacity"]].tolist() == [0, 0]
    assert [c.count for c in results.caveats if c.code == "refuge_hazard_unknown"] == [1]
    half = judged(unsaid(known(), LEFT_HALF), REACH).refuge
    assert half is not None
    assert half.sites[["status", "unknown_share", "capacity"]].iloc[0].tolist() == ["usable", pytest.approx(0.5), 900]


TOLD = ["placed", "without_full", "without_far", "unknown"]


def told(layers: Layers, scenario: str = "none") -> list[float]:
    """Of the town's 110 residents, who all live within 500 m of each refuge below."""
    refuge = judged(layers, REACH).refuge
    assert refuge is not None
    needs = refuge.needs if scenario == "none" else refuge.needs_during
    assert needs is not None
    figures: list[float] = needs.query("scenario_id == @scenario").set_index("unit_id").loc["town", TOLD].tolist()
    return figures


PLAZA: dict[str, tuple[Geometry, float, float]] = {"plaza": (box(495, 5, 505, 15), 60, np.nan)}


@pytest.mark.parametrize(
    ("layers", "figures"),
    [
        (known(**PLAZA), [60, 50, 0, 0]),
        (unsaid(known(**PLAZA), box(480, -10, 520, 30)), [0, 0, 0, 110]),
        (unsaid(known(**PLAZA), box(500, -10, 520, 30)), [30, 0, 0, 80]),
        (unsaid(known(**PLAZA), box(600, 100, 900, 300)), [60, 50, 0, 0]),
    ],
    ids=["nothing", "all", "half", "elsewhere"],
)
def test_who_is_near_a_refuge_on_unknown_ground_is_not_told_as_without_a_place(layers: Layers, figures: list[float]) -> None:
    assert told(layers) == pytest.approx(figures)
    assert told(closing(layers, FLOOD["f"][2]), "f") == pytest.approx(figures)


def test_so_is_who_would_enter_a_refuge_by_a_way_in_on_unknown_ground() -> None:
    """All of its ground is dry for certain, but of the ways in of its western part nobody knows: W1 (30) and W2 (20)."""
    layers = known(long=(box(300, 5, 900, 15), 110, np.nan))
    assert told(layers) == pytest.approx([110, 0, 0, 0])
    assert told(unsaid(layers, box(280, -5, 880, 5), box(280, 15, 880, 25))) == pytest.approx([60, 0, 0, 50])


def test_candidates_too() -> None:
    """Of the park (200..260) all is unknown."""
    results = judged(unsaid(asking(with_hazards(town(), FLOOD)), box(190, -70, 270, -5)), REACH)
    assert results.refuge is not None
    assert results.refuge.sites["status"].tolist() == ["hazard_unknown"]
    assert row(results, "West")["residents_unknown"] == pytest.approx(50)
    assert results.refuge.needs is not None
    city = results.refuge.needs.set_index("unit_id").loc["town"]
    assert (city["placed"], city["without_full"], city["unknown"] + city["without_far"]) == (0, 0, pytest.approx(110))
    assert city["unknown"] >= 50


def test_map_and_terminal_say_of_how_many_nobody_knows() -> None:
    results = judged(unsaid(known(**PLAZA), box(480, -10, 520, 30)), REACH)
    line = " ".join(safety_text(results, "en").split())
    assert line.count("Of 110 residents nobody knows") == 1
    assert "a hazard layer does not say" in line
    assert "Everybody" not in line
    part = refuge_part(results, "zh")
    assert part is not None
    assert "不明" in part.hint
    assert any("灾害图层未说明" in text for text in part.texts)


def with_kind(kind: str) -> Layers:
    """The town with its list and a layer of another kind."""
    return listed(with_hazards(town(), {"f": (kind, "official", FLOOD["f"][2])}), GROUND)


def test_so_is_ground_that_may_lie_too_near_to_a_dangerous_source() -> None:
    """Unknown up to y = -70, so that the ground is within 30 m of it up to y = -40: 20 of its 50 m."""
    results = judged(unsaid(with_kind("technological"), box(100, -100, 330, -70)), REACH)
    assert results.refuge is not None
    assert results.refuge.sites["unknown_share"].tolist() == pytest.approx([0.4])
    assert row(results, "West")["status"] == "met"


@pytest.mark.parametrize("layers", [unsaid(known(), box(600, 100, 900, 300)), unsaid(known("derived"), ALL), unsaid(with_kind("heat"), ALL)])
def test_nothing_is_measured_twice_where_no_layer_that_may_judge_leaves_ground_unsaid_near_a_refuge(layers: Layers) -> None:
    results = judged(layers, REACH, AREA)
    assert results.evidence is not None
    assert results.evidence.scene.shelters is not None
    assert results.evidence.scene.shelters.better == ()
    assert (row(results, "West")["value"], row(results, "West", "a")["value"]) == (100, pytest.approx(18))
    assert "refuge_hazard_unknown" not in {c.code for c in results.caveats}


@pytest.mark.parametrize("hazard_id", ["f", "slide"])
def test_so_it_is_while_a_hazard_lasts_whichever_layer_says_nothing(hazard_id: str) -> None:
    flooded = closing(known(), FLOOD["f"][2])
    slide = dataclasses.replace(flooded.study.hazards[0], id="slide", kind="landslide", closes=None)
    layers = dataclasses.replace(flooded, study=dataclasses.replace(flooded.study, hazards=(*flooded.study.hazards, slide)))
    assert row(judged(layers, LASTING), "West")["status"] == "met"
    found = row(judged(unsaid(layers, ALL, hazard_id=hazard_id), LASTING), "West")
    assert (found["status"], found["reason"]) == ("not_assessed", "hazard_unknown")


def test_who_has_perhaps_a_refuge_is_not_told_as_having_had_none_before_a_hazard() -> None:
    evidence = judged(unsaid(closing(known(), FLOOD["f"][2]), ALL), REACH).evidence
    assert evidence is not None
    assert evidence.closed is not None
    told = survival(evidence.scene, evidence.closed.of(("f",)), REACH)
    west = evidence.homes_of("community", "West")
    assert told.unknown[west].tolist() == pytest.approx([1] * len(west))


# --------------------------------------------------------------------------- sizes that no list tells


@pytest.mark.parametrize("rule", [AREA, WITHIN, SHARED])
def test_a_refuge_of_unknown_size_adds_nobody_knows_how_much(rule: Rule) -> None:
    """Within 300 m of the hall live W2, E1 and 12 points of the street."""
    results = judged(known(**BARE), rule)
    for unit in ("West", "East"):
        found = row(results, unit, "a")
        assert (found["status"], found["reason"]) == ("not_assessed", "refuge_size_unknown"), unit
    rows = results.assessments.query("rule_id == 'a'")
    assert any("neither area nor persons" in text for text in reasons(rows, results, "en"))
    assert any("未载面积与人数" in text for text in reasons(rows, results, "zh"))


def test_an_amount_that_is_enough_without_it_is_met_and_one_that_is_too_much_is_short() -> None:
    layers = known(**BARE, **GROUND)
    enough, most = judged(layers, AREA), judged(layers, asked(AREA, maximum=0.5))
    assert [row(enough, unit, "a")["status"] for unit in ("West", "East")] == ["met", "not_assessed"]
    assert [row(most, unit, "a")["status"] for unit in ("West", "East")] == ["short", "not_assessed"]


def test_of_the_share_of_land_it_leaves_as_much_open() -> None:
    rule = dataclasses.replace(AREA, per="land_area", unit="%", target=Target("%", "convention", minimum=0.01))
    found = row(judged(known(**BARE), rule), "West", "a")
    assert (found["status"], found["reason"]) == ("not_assessed", "refuge_size_unknown")


@pytest.mark.parametrize("rule", [LARGE, dataclasses.replace(LARGE, by="euclidean"), dataclasses.replace(LARGE, during="flood")])
def test_it_may_be_as_large_as_a_rule_of_reach_asks(rule: Rule) -> None:
    found = row(judged(closing(known(**BARE), FLOOD["f"][2]), rule), "West")
    assert (found["status"], found["reason"], found["residents_unknown"]) == ("not_assessed", "refuge_size_unknown", pytest.approx(50))


def test_where_another_one_is_large_enough_it_leaves_nothing_open() -> None:
    """The hall's 60 persons stand for 30 m2; the other refuge is out of East's way."""
    layers = known(**HALL, bare=(Point(100, 10), np.nan, np.nan))
    assert [row(judged(layers, LARGE), unit)["status"] for unit in ("West", "East")] == ["met", "met"]


def test_beyond_the_limit_it_leaves_nothing_open() -> None:
    """W1 walks 430 m to it, so at most 40 % of West have it within 300 m; the target is all."""
    rule = dataclasses.replace(LARGE, within_m=300.0)
    assert row(judged(known(**BARE), rule), "West")["status"] == "short"
    half = row(judged(known(**BARE), asked(rule, minimum=30.0)), "West")
    assert (half["status"], half["reason"]) == ("not_assessed", "refuge_size_unknown")
    assert half["residents_unknown"] == pytest.approx(20)


def test_unknown_ground_and_unknown_sizes_each_have_their_reason() -> None:
    """West has the ground, of which nobody knows whether it is dry; East the hall, of which nobody knows the size."""
    rule = dataclasses.replace(LARGE, within_m=260.0)
    results = judged(unsaid(known(**GROUND, bare=(Point(800, 10), np.nan, np.nan)), ALL), asked(rule, minimum=60.0))
    assert [row(results, unit)["reason"] for unit in ("West", "East")] == ["hazard_unknown", "refuge_size_unknown"]


def test_public_space_mapped_as_a_point_adds_nothing_as_ever() -> None:
    layers = town()
    point = layers.spaces.assign(geometry=[Point(230, -30)], area_m2=np.nan)
    rule = dataclasses.replace(AREA, supply=Supply(("green",)), dimension="reach")
    found = row(judged(dataclasses.replace(layers, spaces=point.set_geometry("geometry", crs=layers.spaces.crs)), rule), "West", "a")
    assert (found["value"], found["status"]) == (0, "short")


def test_the_caveat_reads_in_both_languages() -> None:
    results = judged(unsaid(known(), ALL), REACH)
    for language, words in (("en", "not counted on"), ("zh", "未说明是否受灾")):
        assert any(words in caveat_text(caveat, language) for caveat in results.caveats)
