"""What would help, in words: every kind in both languages, from towns of which every figure is known."""

from __future__ import annotations

import dataclasses
import re

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.remedy import KINDS
from analyses.results import Results
from maps.remedy_words import gap_texts, remedy_texts

BASIS = Basis("synthetic", "high")
REACH = Rule("reach", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0), supply=Supply(("park",)), within_m=500.0)
EITHER = dataclasses.replace(REACH, id="either", or_else=(Option(Supply(("square",)), within_m=300.0),))
SHARED = Rule("shared", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=5.0), supply=Supply(("green",)), within_m=1000.0, method="e2sfca", per="person", decay="dichotomous")
INSIDE = dataclasses.replace(SHARED, id="inside", method="container", within_m=None)
WIDE = Rule("wide", "site", {}, "spaces", "%", BASIS, target=Target("%", "convention", minimum=100.0), supply=Supply(("park",)), test=SiteTest(min_width_m=30.0))
SPORT = dataclasses.replace(WIDE, id="sport", test=SiteTest(share_of="sports_ground", min_share=0.1, max_share=0.15))
FLOOD = Rule("flood", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood",))
LAND = dataclasses.replace(REACH, id="land", who="residential_land", by="euclidean")
RULES = (REACH, LAND, EITHER, SHARED, INSIDE, WIDE, SPORT, FLOOD)

BARE = {"step": 1, "space_id": None, "name": "", "space_class": "", "area_m2": np.nan, "residents_gained": np.nan, "value_after": np.nan,
        "closes": np.nan, "certainty": "exact", "reason": None, "side": "", "found": np.nan, "street": None}  # fmt: skip
SERVED = {"residents_gained": 812.0, "value_after": 86.1, "closes": 1.0}
PARK = {"space_id": "way/1", "name": "Parque X", "space_class": "park"}


@pytest.fixture
def told(synthetic_results):
    """Words for one suggestion: rule, kind, facts."""

    def words(rule: Rule, kind: str, language: str = "en", **facts: object) -> str:
        gap = {"gap_id": "g", "level": "community", "unit_id": "c1", "profile_id": "p", "rule_id": rule.id, "value": 40.0, "target": rule.target.value,
               "residents_short": 1204.0, "imputed_share": 0.6, "shortfall_m2": facts.pop("missing", 12_040.0)}  # fmt: skip
        gaps = gpd.GeoDataFrame([gap], geometry=[Point(0, 0)], crs=32628)
        remedies = gpd.GeoDataFrame([BARE | {"gap_id": "g", "remedy": kind} | facts], geometry=[None], crs=32628)
        profile = Profile("p", {}, "", 2026, "convention", RULES)
        results: Results = dataclasses.replace(synthetic_results, profiles=(profile,), gaps=gaps, remedies=remedies)
        (text,) = remedy_texts(results, language)
        assert gap_texts(results, language) == [text]
        return text

    return words


def test_a_gate(told) -> None:
    facts = PARK | SERVED | {"side": "nw", "street": "Calle Y"}
    assert told(REACH, "way_in", **facts) == (
        "With a new gate on the north-west side of Parque X (way/1) near Calle Y, 812 of the 1,204 residents not served would be within "
        "500 m on foot; 86.1 % would then be served, which meets the 80 % required."
    )
    assert told(REACH, "way_in", "zh", **facts) == (
        "如在 Parque X（way/1）西北侧、Calle Y 附近新增入口，未覆盖的 1,204 名居民中 812 名步行 500 米内可达；届时覆盖率为 86.1%，达到要求的 80%。"
    )


def test_a_gate_of_a_space_without_a_name_on_no_street_that_does_not_suffice(told) -> None:
    facts = PARK | SERVED | {"side": "s", "name": "", "step": 2, "closes": 0.0}
    assert told(REACH, "way_in", **facts) == (
        "With a second gate besides, on the south side of the park way/1, 812 of the 1,204 residents not served would be within 500 m on foot; "
        "86.1 % would then be served, still short of the 80 % required."
    )
    assert "公园 way/1 南侧新增第 2 处入口，" in told(REACH, "way_in", "zh", **facts)


def test_land_is_covered(told) -> None:
    facts = {"area_m2": 400.0, "found": 123_000.0, "value_after": 86.1, "closes": np.nan, "certainty": "at_least", "street": "Calle Y"}
    assert told(LAND, "new_space", **facts) == (
        "With a new park of 400 m² near Calle Y, at least 12.3 ha more of the residential land would be covered, at least 86.1 % in all, "
        "possibly still short of the 80 % required."
    )
    assert told(LAND, "new_space", "zh", **facts) == "如在 Calle Y 附近新建一处 400 m² 的公园，至少再覆盖居住用地 12.3 公顷；届时覆盖率至少 86.1%，可能仍未达到要求的 80%。"


def test_all_of_them_are_called_all(told) -> None:
    text = told(REACH, "new_space", **SERVED | {"residents_gained": 1204.0, "area_m2": 5000.0, "certainty": "at_least"})
    assert text.startswith("With a new park of 0.5 ha at the place marked, all 1,204 residents not served would be within 500 m on foot;")


def test_a_rule_with_options_says_served(told) -> None:
    assert "would be served; at least 86.1 % would then be served, which meets" in told(EITHER, "new_space", **SERVED, certainty="at_least")
    assert "With a new park or square near Calle Y, at least 812" in told(EITHER, "new_space", **SERVED, certainty="at_least", street="Calle Y")


def test_a_link_promises_no_more_than_at_most(told) -> None:
    text = told(REACH, "path", **PARK | SERVED | {"closes": np.nan}, certainty="at_most")
    assert "at most 812 of the 1,204" in text
    assert text.endswith("at most 86.1 % would then be served, which could meet the 80 % required.")
    every = {"residents_gained": 1204.0, "value_after": 100.0, "closes": np.nan, "certainty": "at_most"}
    assert "at most all 1,204 residents not served would be within 500 m on foot; perhaps 100 % would" in told(REACH, "path", **PARK | every)
    assert "未覆盖的 1,204 名居民最多可全部步行 500 米内可达；届时覆盖率或可达 100%，有可能达到" in told(REACH, "path", "zh", **PARK | every)


def test_nothing_is_at_least_all(told) -> None:
    every = {"residents_gained": 1204.0, "value_after": 100.0, "closes": 1.0, "certainty": "at_least"}
    assert "; 100 % would then be served, which meets" in told(REACH, "new_space", **every)
    assert "；届时覆盖率为 100%，达到" in told(REACH, "new_space", "zh", **every)


def test_a_planned_site(told) -> None:
    assert told(REACH, "planned_space", **PARK | SERVED).startswith("If the planned park Parque X (way/1) were built, 812 of")
    assert told(REACH, "planned_space", **PARK | SERVED | {"name": "", "step": 2}).startswith("If the planned park way/1 were built too, 812 of")
    assert told(REACH, "planned_space", "zh", **PARK | SERVED).startswith("如建成规划的公园 Parque X（way/1），")


def test_amounts(told) -> None:
    assert told(INSIDE, "more_space", area_m2=2000.0) == "2,000 m² more of green space would bring the unit to the 5 m² per resident required."
    assert told(INSIDE, "more_space", area_m2=507_492.0).startswith("508,000 m² more")  # 507,000 would not be enough
    crowded = told(SHARED, "relief", area_m2=2000.0, found=2.1, **PARK)
    assert crowded.startswith("At least 2,000 m² more of green space within 1,000 m on foot would be needed for 5 m² per resident")
    assert crowded.endswith("Most of them share Parque X (way/1), which has 2.1 m² for each who comes.")
    assert "Most of them" not in told(SHARED, "relief", area_m2=2000.0)


def test_what_is_missing_may_be_less_than_what_counts(told) -> None:
    more = told(INSIDE, "more_space", area_m2=3000.0, missing=1204.0)
    assert more == (
        "3,000 m² more of green space would bring the unit to the 5 m² per resident required "
        "(a smaller one does not count; where one that counts is made larger, 1,210 m² are enough)."
    )
    assert told(INSIDE, "more_space", "zh", area_m2=3000.0, missing=1204.0) == "再增加 3,000 m² 绿地，即达到要求的人均 5 m²（更小的不计入；扩建可计入的现有空间则 1,210 m² 即可）。"
    assert "and more as others come too (a smaller one" in told(SHARED, "relief", area_m2=3000.0, missing=1204.0)


def test_places_to_adapt(told) -> None:
    text = told(WIDE, "adapt_space", found=18.0, value_after=100.0, closes=1.0, **PARK)
    assert text == "Parque X (way/1) is 18 m wide where it is widest, and 30 m are required. Adapted, 100 % of the places would pass, which meets the 100 % required."
    text = told(SPORT, "adapt_space", found=4.0, value_after=50.0, closes=0.0, step=2, **PARK)
    assert text == "Sports ground takes 4 % of Parque X (way/1), and 10 % to 15 % are required. Adapted together with those before, 50 % of the places would pass, still short of the 100 % required."


def test_protection_or_refuge_names_its_clause(told) -> None:
    text = told(FLOOD, "protect_or_refuge", area_m2=1204.0, residents_gained=900.0)
    assert "900 residents would have to be protected, or live elsewhere, so that at most 5 % are exposed." in text
    assert "GB 51143-2015" in text
    assert "Table 3.1.10; not read in the standard itself" in text


@pytest.mark.parametrize("reason", ["poor_data", "imputed_homes", "not_firm"])
def test_a_look_at_the_map_says_why(told, reason) -> None:
    assert told(REACH, "check_data", reason=reason).startswith("Look at the map first: ")
    assert told(REACH, "check_data", "zh", reason=reason).startswith("先核对")
    assert "60 %" in told(REACH, "check_data", reason="imputed_homes")


def test_one_resident_is_one_resident(told) -> None:
    text = told(FLOOD, "protect_or_refuge", area_m2=1.0, residents_gained=1.0)
    assert text.startswith("1 resident would have")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_has_holes_where_facts_are_missing(told, kind, language) -> None:
    rule = {"relief": SHARED, "more_space": INSIDE, "adapt_space": WIDE, "protect_or_refuge": FLOOD}.get(kind, REACH)
    facts = SERVED | {"space_id": "way/1", "space_class": "park", "side": "e", "area_m2": 400.0, "reason": "poor_data"}
    facts |= {"found": 3.0} if kind == "adapt_space" else {}
    text = told(rule, kind, language, **facts)
    assert not re.search(r"\bnan\b|None|unknown|未知|  |\(\)|（）| [.,;]|[{}]", text)
    assert text.endswith("。" if language == "zh" else ".")
