"""Explanations of rules under a hazard: what closes, what is left, and arithmetic that comes out. The floods: see
tests/unit/analyses/test_rules_under_hazards.py."""

from __future__ import annotations

import dataclasses
import math

import pytest
from shapely import box

from analyses.explain import explain
from analyses.explanation import Explanation, ProvisionFound, SiteFound
from analyses.profile import Rule, SiteTest
from layers.types import Layers
from maps.explain_record import explanation_record
from maps.explain_text import explanation_sections
from tests.unit.analyses import test_rules_under_hazards as floods
from tests.unit.analyses.test_rules_under_hazards import (
    DURING,
    FAR,
    HOME,
    NORTH,
    OUTSIDE,
    SHARED,
    SITE,
    SOUTH,
    WITHIN,
    flooded,
    judged,
)

REACH = Rule(
    "r", "reach", {}, "population", "%", floods.AREA.basis, supply=floods.GREEN, within_m=400.0, during="flood"
)


def told(layers: Layers, rule: Rule, unit: str = "West") -> Explanation:
    return explain(judged(layers, rule), "community", unit, [("p", "r")])[0]


def lines(layers: Layers, rule: Rule, language: str, unit: str = "West") -> list[str]:
    results = judged(layers, rule)
    sections = explanation_sections(results, explain(results, "community", unit, [("p", "r")]), language)
    return [line.text for section in sections for line in section.lines]


def test_a_rule_of_other_days_has_nothing_to_tell() -> None:
    assert told(flooded(SOUTH), floods.AREA).left is None


def test_what_closes_and_what_is_left() -> None:
    left = told(flooded(SOUTH), OUTSIDE).left
    assert left is not None
    (layer,) = left.layers
    assert (layer.hazard_id, layer.status, layer.features_here) == ("f0", "official", 1)
    assert math.isnan(layer.closes_at), "all of it"
    (park,) = left.spaces
    assert (park.space_id, park.area_m2, park.ways_in, park.ways_in_open) == ("way/1", 3000, 5, 5)
    assert park.area_left_m2 == pytest.approx(2400)
    assert left.value_before == 60
    assert (left.closed_m, left.residents_inside) == (0, 0)
    assert told(flooded(NORTH), OUTSIDE).left.spaces[0].ways_in_open == 0
    assert told(flooded(SOUTH), OUTSIDE, "East").left.spaces == (), "the park is not in East"


def test_who_lives_inside_and_how_much_way_closes() -> None:
    left = told(flooded(HOME, box(400, -10, 450, 10)), DURING).left
    assert left is not None
    assert left.residents_inside == pytest.approx(12)
    assert left.closed_m == pytest.approx(50)


@pytest.mark.parametrize("rule", [DURING, WITHIN, SHARED], ids=lambda rule: rule.method)
@pytest.mark.parametrize("hazard", [FAR, SOUTH, HOME, box(190, -40, 270, -30)], ids=["far", "south", "home", "split"])
def test_what_is_counted_makes_the_value(rule: Rule, hazard: box) -> None:
    one = told(flooded(hazard), rule)
    assert isinstance(one.found, ProvisionFound)
    assert one.found.counted_m2 / one.found.divided_by * one.found.free_share == pytest.approx(one.row["value"])
    assert one.found.free_share == pytest.approx(38 / 50 if hazard is HOME and rule is not SHARED else 1)


@pytest.mark.parametrize("rule", [OUTSIDE, SHARED], ids=lambda rule: rule.method)
def test_where_the_layer_does_not_say_the_least_is_told(rule: Rule) -> None:
    sure = dataclasses.replace(rule, target=dataclasses.replace(rule.target, minimum=1.0))
    one = told(flooded(FAR, unsaid=SOUTH), sure)
    assert isinstance(one.found, ProvisionFound)
    assert one.found.counted_m2 / one.found.divided_by == pytest.approx(one.row["value"])
    assert [place.area_m2 for place in one.found.places] == pytest.approx([2400])


def test_a_place_that_is_gone_does_not_pass() -> None:
    found = told(flooded(NORTH), SITE).found
    assert found == SiteFound((), (("way/1",),))
    narrow = dataclasses.replace(SITE, test=SiteTest(45.0))
    assert told(flooded(SOUTH), narrow).found == SiteFound((), (("way/1",),))
    assert told(flooded(FAR), narrow).found == SiteFound((("way/1",),), ())


def test_of_reach_those_who_are_served_in_what_is_left() -> None:
    one = told(flooded(HOME), REACH)
    assert one.left is not None
    assert one.left.counted is not None
    assert (one.left.counted.good, one.left.counted.bad) == pytest.approx((38, 12))
    assert one.left.value_before == 100


def test_in_words_of_both_languages() -> None:
    english, chinese = (lines(flooded(HOME), DURING, language) for language in ("en", "zh"))
    assert "Of the unit live inside, and are cut off: 12 residents" in english
    assert "On other days: 60 m²/person; under the hazard: 45.6 m²/person" in english
    assert "3,000 m² / 50 residents x 76 % who are not cut off = 45.6 m²/person" in english
    assert not any("m² are missing" in line or "m² missing" in line for line in english), "more space is of no use to who is cut off"
    assert any(line.startswith("本单元住在灾害范围内、受困者：12 名居民") for line in chinese)
    assert "3,000 m² ÷ 50 名居民 × 未受困者 76% = 45.6 m²/人" in chinese
    outside = lines(flooded(SOUTH), OUTSIDE, "en")
    assert any(line.endswith("2,400 m² of 3,000 m² left; ways in open: 5 of 5") for line in outside)
    assert any(line.startswith("f0 (f0; flood, official) closes all that it covers") for line in outside)


def test_in_the_record() -> None:
    results = judged(flooded(SOUTH), OUTSIDE)
    record = explanation_record(results, explain(results, "community", "West", [("p", "r")]))
    left = record["verdicts"][0]["left"]
    assert left["spaces"][0]["area_left_m2"] == pytest.approx(2400)
    assert left["layers"][0]["closes_at"] is None
