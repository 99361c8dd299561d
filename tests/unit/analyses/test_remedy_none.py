"""Why nothing is suggested: one town for every reason, in both languages. The drawing: tests/town.py."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from shapely import box

from analyses.assess import assess
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.remedy_none import Why
from analyses.results import Results
from layers.refuge_roles import RefugeRules
from layers.types import Layers
from maps.no_remedy_words import no_remedy_texts
from maps.remedy_words import gap_texts
from tests.town import PARK, spaces, town, with_hazards
from tests.unit.analyses.test_land_coverage import COVER, with_land
from tests.unit.analyses.test_remedies_refuge import NEAR, ONE, listed
from tests.unit.analyses.test_remedies_under_hazard import flooded

BASIS = Basis("synthetic", "high")
SHARE = Target("%", "convention", minimum=80.0)
GREEN = Rule("r", "reach", {}, "population", "%", BASIS, target=SHARE, supply=Supply(("green",)), within_m=400.0)
LASTING = dataclasses.replace(GREEN, during="flood", dimension="survival")
AREA = Rule(
    "r", "provision", {}, "population", "m2/person", BASIS, target=Target("m2/person", "convention", minimum=500.0),
    supply=Supply(("green",)), method="e2sfca", per="person", within_m=400.0, decay="dichotomous", during="flood",
    dimension="survival",
)  # fmt: skip
DRY = dataclasses.replace(GREEN.supply, outside_hazard="flood")
WIDE = Rule("r", "site", {}, "spaces", "%", BASIS, target=SHARE, supply=DRY, test=SiteTest(min_width_m=90.0), dimension="survival")
LAND_SHARE = dataclasses.replace(
    GREEN, kind="provision", who="land", per="land_area", method="container", within_m=None, target=Target("%", "convention", minimum=90.0),
)  # fmt: skip
REFUGE = dataclasses.replace(NEAR, id="r")
EAST_WET = box(480, -100, 1000, 300)


def unasked() -> Layers:
    layers = listed(ONE)
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, refuge_rules=RefugeRules(candidates=False)))


def few() -> Layers:
    """Of East's people nine are left."""
    layers = town()
    return dataclasses.replace(layers, residents=layers.residents.assign(population=[9.0, 50.0]))


def bare() -> Layers:
    return dataclasses.replace(town(), spaces=spaces({"way/1": ("square", PARK)}))


CASES = {
    Why.GROUP: (town(), dataclasses.replace(GREEN, who="age65plus", level="city"), "town"),
    Why.HAZARD_TAKES: (flooded(box(240, -100, 270, 0)), WIDE, "West"),
    Why.CUT_OFF: (flooded(box(400, -50, 450, 50)), AREA, "East"),
    Why.APART: (
        flooded(box(400, -50, 450, 50)),
        dataclasses.replace(LASTING, supply=DRY, or_else=(Option(Supply(("square",)), within_m=100.0),)), "East",
    ),
    Why.CANDIDATES_NOT_ASKED: (unasked(), REFUGE, "West"),
    Why.NO_CANDIDATE: (listed(ONE, with_hazards(town(), {"w": ("flood", "official", PARK)})), REFUGE, "West"),
    Why.FEW_SHORT: (few(), GREEN, "East"),
    Why.HOMES_IN_HAZARD: (flooded(EAST_WET), LASTING, "East"),
    Why.TRIED: (with_hazards(bare(), {"w": ("flood", "official", box(-500, -500, 1500, 700))}), GREEN, "East"),
    Why.NO_METHOD: (town(), LAND_SHARE, "West"),
}  # fmt: skip


def judged(layers: Layers, rule: Rule) -> Results:
    quick = Parameters(smallest_group=1, resilience=ResilienceChoices(draws=64))
    return assess(layers, [Profile("p", {"en": "P"}, "", 2026, "convention", (rule,))], parameters=quick)


def gap_of(results: Results, unit: str) -> pd.Series:
    return results.gaps[results.gaps["unit_id"] == unit].iloc[0]


def test_every_reason_has_a_town() -> None:
    assert set(CASES) == set(Why)


@pytest.mark.parametrize("why", Why)
def test_the_reason_is_told_in_plain_words(why) -> None:
    layers, rule, unit = CASES[why]
    results = judged(layers, rule)
    gap = gap_of(results, unit)
    assert (gap["remedy"], gap["no_remedy"]) == (None, why)
    at = list(results.gaps["gap_id"]).index(gap["gap_id"])
    for language, head, stop in (("en", "No suggestion found: ", "."), ("zh", "未找到建议：", "。")):
        text = no_remedy_texts(results, language)[at]
        assert text.startswith(head)
        assert text.endswith(stop)
        assert not any(hole in text for hole in ("{", "nan", "None", "  ", ": ,"))
        assert gap_texts(results, language)[at].endswith(text)


def test_what_was_tried_is_told() -> None:
    layers, rule, unit = CASES[Why.TRIED]
    results = judged(layers, rule)
    assert gap_of(results, unit)["no_remedy_tried"] == "way_in path new_space"
    at = list(results.gaps["unit_id"]).index(unit)
    assert no_remedy_texts(results, "en")[at].startswith(
        "No suggestion found: new gates, missing paths and new spaces were tried, and nothing found serves at least 10 residents and 10 % of those"
    )
    assert "已试算新增入口、打通步行连接、新建空间，未找到至少惠及 10 名居民且不少于短缺居民 10% 的方案" in no_remedy_texts(results, "zh")[at]


def test_candidates_that_serve_too_few_were_tried() -> None:
    large = dataclasses.replace(REFUGE, supply=Supply(("shelter",), 1201.0))
    gap = gap_of(judged(listed(ONE), large), "West")
    assert (gap["no_remedy"], gap["no_remedy_tried"]) == (Why.TRIED, "open_refuge")


def test_land_that_hazards_cover_had_new_spaces_tried() -> None:
    layers = with_hazards(with_land(box(0, 0, 400, 100)), {"w": ("flood", "official", box(-500, -500, 1500, 700))})
    study = dataclasses.replace(layers.study, residential_land=with_land(box(0, 0, 1, 1)).study.residential_land)
    results = judged(dataclasses.replace(layers, study=study), COVER)
    gap = gap_of(results, "West")
    assert (gap["no_remedy"], gap["no_remedy_tried"]) == (Why.TRIED, "new_space")
    assert "none covers at least 10 % of the residential land" in no_remedy_texts(results, "en")[0]


def test_a_look_at_the_map_is_no_remedy_and_stands_before_the_reason() -> None:
    layers, rule, unit = CASES[Why.FEW_SHORT]
    results = judged(layers, rule)
    gap = gap_of(results, unit)
    assert (gap["check_data"], gap["remedy"], gap["no_remedy"]) == (1, None, Why.FEW_SHORT)
    text = gap_texts(results, "en")[list(results.gaps["unit_id"]).index(unit)]
    assert text.startswith("Look at the map first: ")
    assert " No suggestion found: too few are certain to be short (fewer than 10 residents) for" in text


def test_what_is_suggested_needs_no_reason() -> None:
    results = judged(town(), GREEN)
    gap = gap_of(results, "East")
    assert gap["remedy"] is not None
    assert pd.isna(gap["no_remedy"])
    assert no_remedy_texts(results, "en")[list(results.gaps["unit_id"]).index("East")] == ""
