"""Which side a target bounds, told in the rule, in the reason and in the tables that programs read."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from analyses.profile import Target
from analyses.shortfalls import in_people_and_area
from linli.__main__ import main
from maps.facts import Facts
from maps.reason_words import reason_from
from maps.tables import published_tables
from maps.words import requirement


def _per_person(results, **change):
    (profile,) = [p for p in results.profiles if p.id == "linli-start"]
    (rule,) = [r for r in profile.rules if r.id == "green.per_person"]
    return replace(rule, **change), profile


@pytest.mark.parametrize(
    ("change", "english", "chinese"),
    [
        ({"target": Target("m2/person", "official", maximum=5.0)}, "At most 5 m² of green space per resident", "人均绿地面积不多于 5 m²"),
        ({"target": Target("m2/person", "official", minimum=5.0)}, "At least 5 m² of green space per resident", "人均绿地面积不少于 5 m²"),
        ({"per": "land_area", "unit": "%", "target": Target("%", "official", maximum=5.0)}, "At most 5 % of the land", "绿地占比不高于 5%"),
        ({"per": "land_area", "unit": "%", "target": Target("%", "official", minimum=5.0)}, "At least 5 % of the land", "绿地占比不低于 5%"),
    ],
)  # fmt: skip
def test_a_rule_says_whether_its_target_is_the_least_or_the_most(synthetic_results, change, english, chinese):
    rule, profile = _per_person(synthetic_results, **change)
    assert requirement(rule, profile, "en").startswith(english)
    assert chinese in requirement(rule, profile, "zh")


@pytest.mark.parametrize("per", ["person", "land_area"])
def test_nothing_is_missing_where_there_is_too_much(synthetic_results, per):
    unit = "m2/person" if per == "person" else "%"
    rule, _ = _per_person(synthetic_results, per=per, unit=unit, target=Target(unit, "official", maximum=5.0))
    row = {"level": "district", "unit_id": "d1", "status": "short", "value": 7.0, "target": 5.0, "shortfall": 2.0, "residents_short": 1200.0}
    facts = Facts.of(synthetic_results)
    english, chinese = (reason_from(row, rule, facts, language) for language in ("en", "zh"))
    assert "; at most 5" in english
    assert "is allowed" in english
    assert "要求不高于 5" in chinese
    assert not any(word in english + chinese for word in ("missing", "required", "缺"))
    amounts = in_people_and_area(rule, *(np.array([x]) for x in (2.0, 0.0, 1200.0)))
    assert isnan(amounts["shortfall_m2"][0])


def test_tables_tell_the_side(synthetic_results):
    (table,) = (table for table in published_tables(synthetic_results) if table.declared.name == "rules")
    rules = table.frame.set_index("rule_id")["target_bound"]
    assert rules["green.500m"] == "min"
    assert rules["exposure.any"] == "max"
    assert rules.isna()["people.400m"]  # it has no target


def test_a_program_is_told_the_side(capsys):
    assert main(["profiles", "linli-start", "--json"]) == 0
    told = {rule["id"]: rule["target"]["bound"] for rule in json.loads(capsys.readouterr().out)["rule"]}
    assert set(told.values()) == {"min", "max"}
    assert told["hazard.flood_coastal"] == "max"


def test_a_return_period_is_told_where_a_rule_names_one(synthetic_results):
    """The rarest event mapped is another thing than the one that the standard names."""
    (profile,) = [p for p in synthetic_results.profiles if p.id == "linli-start"]
    (rule,) = [r for r in profile.rules if r.kind == "exposure"]
    rare = replace(rule, return_period_yr=100.0)
    assert "live inside an official or modelled 100-year flood or coastal hazard area" in requirement(rare, profile, "en")
    assert "位于官方或模拟 100 年一遇洪水或海岸灾害区内" in requirement(rare, profile, "zh")
    assert "year " not in requirement(rule, profile, "en")
    row = {"level": "community", "unit_id": "c1", "status": "short", "value": 12.0, "target": 5.0, "residents_short": 120.0}
    facts = Facts.of(synthetic_results)
    assert "inside an official 100-year flood hazard area" in reason_from(row, rare, facts, "en")
    assert "官方 100 年一遇洪水灾害区" in reason_from(row, rare, facts, "zh")


@pytest.mark.parametrize(("unknown", "told"), [(40.0, False), (150.0, True)])
def test_where_the_edge_leaves_much_open_the_share_is_told_with_its_bounds(synthetic_results, unknown, told):
    """600 of 1,000 are served; 150 unknown: 70.6 % of those known, of all between 60 and 75 %."""
    (profile,) = [p for p in synthetic_results.profiles if p.id == "linli-start"]
    (rule,) = [r for r in profile.rules if r.kind == "reach"]
    row = {"level": "community", "unit_id": "c1", "status": "short", "value": 70.6, "target": 80.0,
           "residents_served": 600.0, "residents_short": 400.0 - unknown, "residents_unknown": unknown}  # fmt: skip
    english, chinese = (reason_from(row, rule, Facts.of(synthetic_results), language) for language in ("en", "zh"))
    assert ("for 150 more the edge of the data leaves it open: of all residents, between 60 % and 75 % have it" in english) == told
    assert ("全部居民中可达者占 60% 至 75%" in chinese) == told
    assert "more the edge of the data leaves it open" in english
