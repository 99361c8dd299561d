"""What would help where refuges are short, derived on paper and done for real. The drawing: tests/town.py.

The city lists one refuge in the far east, at x = 900; the park in the west could be one: 40 % of its 3,000 m2, 1,200 m2,
can be used, by 2,400 people. W1 walks 140 m to it, W2 95 m, E1 490 m.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Geometry, box

from analyses.assess import assess
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.remedy_refuges import Candidates, _inside
from analyses.results import Results
from layers.origins import Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.types import Layers
from maps.remedy_words import remedy_texts
from tests.networks import METRIC
from tests.town import PARK, spaces, town, with_hazards

NEAR = Rule(
    "near", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=80.0),
    supply=Supply(("shelter",)), within_m=500.0, dimension="refuge",
)  # fmt: skip
AREA = Rule(
    "area", "provision", {}, "population", "m2/person", Basis("synthetic", "high"), "city",
    Target("m2/person", "convention", minimum=10.0), Supply(("shelter",)), method="container", per="person",
    dimension="refuge",
)  # fmt: skip
EAST_REFUGE = box(880, -40, 920, -10)
QUICK = Parameters(resilience=ResilienceChoices(draws=64))
NAN = float("nan")


def listed(rows: dict[str, tuple[Geometry, float, float]], layers: Layers | None = None) -> Layers:
    """The town with a list of refuges (shape, persons, effective area), whose study asks for candidates too."""
    layers = layers or town()
    data = [
        {"list_id": "city", "name": k, "grade": "emergency", "planned": False, "capacity": c, "effective_m2": m2, "geometry": g}
        for k, (g, c, m2) in rows.items()
    ]
    index = pd.Index([f"city/{k}" for k in rows], dtype=str, name="refuge_id")
    role = RefugeRole("city", Origin(Path("SYNTHETIC.geojson")), "emergency", "built")
    study = dataclasses.replace(layers.study, refuges=(role,), refuge_rules=RefugeRules(candidates=True))
    return dataclasses.replace(layers, study=study, refuges=gpd.GeoDataFrame(data, geometry="geometry", crs=METRIC, index=index))


ONE = {"a": (EAST_REFUGE, 800.0, 400.0)}
BOTH = ONE | {"b": (PARK, NAN, 1200.0)}


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {"en": "P"}, "", 2026, "convention", rules)], parameters=QUICK)


def suggested(results: Results, unit: str = "West") -> pd.DataFrame:
    assert results.remedies is not None
    mine = results.remedies[results.remedies["gap_id"].str.contains(f"/{unit}/")]
    return mine.set_index(["remedy", "step"])


def row(results: Results, unit: str, rule: Rule) -> pd.Series:
    return results.assessments.query("unit_id == @unit and level == @rule.level and rule_id == @rule.id").iloc[0]


def test_a_park_that_could_be_a_refuge_serves_for_real_whom_it_promised() -> None:
    before = judged(listed(ONE), NEAR)
    assert row(before, "West", NEAR)["value"] == 0
    found = suggested(before)
    park = found.loc[("open_refuge", 1)]
    assert (park["residents_gained"], park["value_after"], park["closes"]) == (pytest.approx(50), pytest.approx(100), 1)
    assert (park["found"], park["area_m2"], park["certainty"]) == (2400, pytest.approx(1200), "exact")
    assert set(found.index.get_level_values("remedy")) == {"open_refuge"}
    done = row(judged(listed(BOTH), NEAR), "West", NEAR)
    assert done["value"] == pytest.approx(park["value_after"])
    assert (done["status"], done["residents_short"]) == ("met", pytest.approx(0))


def test_one_that_is_too_small_for_the_rule_is_none() -> None:
    large = dataclasses.replace(NEAR, supply=Supply(("shelter",), 1201.0))
    found = judged(listed(ONE), large).remedies
    assert found is None or "open_refuge" not in set(found["remedy"])
    enough = dataclasses.replace(NEAR, supply=Supply(("shelter",), 1200.0))
    assert ("open_refuge", 1) in suggested(judged(listed(ONE), enough)).index


def test_one_in_a_hazard_is_no_candidate() -> None:
    wet = with_hazards(town(), {"w": ("flood", "official", box(190, -70, 270, -5))})
    found = judged(listed(ONE, wet), NEAR).remedies
    assert found is None or "open_refuge" not in set(found["remedy"])


def test_in_a_straight_line() -> None:
    straight = dataclasses.replace(NEAR, by="euclidean", within_m=120.0)
    park = suggested(judged(listed(ONE), straight)).loc[("open_refuge", 1)]
    done = row(judged(listed(BOTH), straight), "West", straight)
    assert done["value"] == pytest.approx(park["value_after"]) == pytest.approx(100)


def test_room_is_told_by_the_area_a_person_of_the_grade_that_the_rule_asks() -> None:
    for grade, m2_per_person in (("emergency", 0.5), ("medium", 3.0), ("long", 4.5)):
        graded = dataclasses.replace(NEAR, supply=Supply(("shelter",), grade=grade))
        park = suggested(judged(listed(ONE), graded)).loc[("open_refuge", 1)]
        assert park["found"] == pytest.approx(1200 / m2_per_person)


def test_room_that_is_missing_and_a_park_that_would_bring_it_for_real() -> None:
    """400 m2 for 110 residents; 10 m2 each are asked for: 700 m2 are missing, and the park has 1,200."""
    before = judged(listed(ONE), AREA)
    assert row(before, "town", AREA)["value"] == pytest.approx(400 / 110)
    found = suggested(before, "town")
    more, park = found.loc[("more_room", 1)], found.loc[("open_refuge", 1)]
    assert (more["area_m2"], more["closes"], more["value_after"]) == (pytest.approx(700), 1, pytest.approx(10))
    assert (park["value_after"], park["closes"]) == (pytest.approx(1600 / 110), 1)
    assert row(judged(listed(BOTH), AREA), "town", AREA)["value"] == pytest.approx(park["value_after"])
    assert before.gaps.query("unit_id == 'town'")["remedy"].tolist() == ["open_refuge"]


def test_a_park_that_is_not_enough_by_itself_is_told_with_what_it_brings() -> None:
    much = dataclasses.replace(AREA, target=Target("m2/person", "convention", minimum=20.0))
    found = suggested(judged(listed(ONE), much), "town")
    assert found.loc[("open_refuge", 1), "closes"] == 0
    assert found.loc[("more_room", 1), "area_m2"] == pytest.approx(20 * 110 - 400)


def test_while_streets_are_closed_a_refuge_before_the_water_is_suggested() -> None:
    """The list's refuge lies beyond the water for West, and within 900 m on other days."""
    wet = with_hazards(town(), {"w": ("flood", "official", box(400, -50, 450, 50))})
    roles = tuple(dataclasses.replace(role, closes=True) for role in wet.study.hazards)
    layers = listed(ONE, dataclasses.replace(wet, study=dataclasses.replace(wet.study, hazards=roles)))
    lasting = dataclasses.replace(NEAR, id="lasting", within_m=900.0, during="flood")
    park = suggested(judged(layers, lasting)).loc[("open_refuge", 1)]
    assert park["residents_gained"] == pytest.approx(50)
    done = row(judged(listed(BOTH, dataclasses.replace(layers, refuges=None)), lasting), "West", lasting)
    assert done["value"] == pytest.approx(park["value_after"])


def test_what_is_said_of_them() -> None:
    results = judged(listed(ONE), NEAR, AREA)
    en, zh = (
        dict(zip(results.remedies["remedy_id"], remedy_texts(results, language), strict=True))
        for language in ("en", "zh")
    )
    near, area = "community/West/p/near/open_refuge/1", "city/town/p/area/open_refuge/1"
    assert "were named a refuge, with room for 2,400 residents, all 50 residents not served would be within 500 m" in en[near]
    assert "指定为避难场所（可容纳 2,400 名居民）" in zh[near]
    assert en[area].endswith("residents, the unit would have 14.5 m² per resident, which meets the 10 m² required.")
    assert zh[area].endswith("人均可达 14.5 m²，达到要求的 10 m²。")
    assert en["city/town/p/area/more_room/1"].startswith("700 m² more of effective refuge area would bring")
    assert zh["city/town/p/area/more_room/1"].startswith("再增加有效避难面积 700")
    for text in (*en.values(), *zh.values()):
        assert "nan" not in text


def test_refuge_enters_resilience_as_a_dimension_of_its_own() -> None:
    results = judged(listed(ONE), NEAR, AREA)
    found = results.communities.set_index("community_id")
    area = (400 / 110) / 10
    # East: E1 and 20 along the street; who lives beyond x = 400 reaches the refuge's ways in at x = 880 on.
    assert found.loc["West", "dimension_refuge"] == pytest.approx(100 * (0 + area) / 2)
    assert found.loc["East", "dimension_refuge"] > found.loc["West", "dimension_refuge"]
    assert (found["resilience_low"] <= found["resilience"]).all()
    assert (found["resilience"] <= found["resilience_high"]).all()
    assert np.isfinite(found["resilience"]).all()


@pytest.mark.parametrize(("space_class", "share"), [("square", 0.7), ("sports_ground", 0.8), ("park", 0.4)])
def test_a_place_listed_by_its_outline_brings_what_it_promised_as_a_candidate(space_class: str, share: float) -> None:
    """Of 3,000 m2 the share of the class counts before and after the city names it."""
    there = dataclasses.replace(town(), spaces=spaces({"way/1": (space_class, PARK)}))
    much = dataclasses.replace(AREA, target=Target("m2/person", "convention", minimum=30.0))
    promised = suggested(judged(listed(ONE, there), much), "town").loc[("open_refuge", 1)]
    assert promised["area_m2"] == pytest.approx(3000 * share)
    done = row(judged(listed(ONE | {"b": (PARK, NAN, NAN)}, there), much), "town", much)
    assert done["value"] == pytest.approx(promised["value_after"]) == pytest.approx((400 + 3000 * share) / 110)


def test_a_school_ground_brings_what_it_promised_while_a_flood_takes_a_part() -> None:
    """A flood over a third of the yard leaves 2,000 m2, of which 0.7 count."""
    wet = with_hazards(town(), {"w": ("flood", "official", box(200, -60, 220, -10))})
    there = dataclasses.replace(wet, spaces=wet.spaces[:0], school_grounds=spaces({"way/5": ("school_ground", PARK)}))
    promised = suggested(judged(listed(ONE, there), AREA), "town").loc[("open_refuge", 1)]
    assert promised["area_m2"] == pytest.approx(2000 * 0.7)
    done = judged(listed(ONE | {"b": (PARK, NAN, NAN)}, there), AREA)
    assert row(done, "town", AREA)["value"] == pytest.approx(promised["value_after"])


def test_of_a_candidate_across_a_border_the_part_inside_counts() -> None:
    """Half of the park lies in the unit, and 600 of its 1,200 m2."""
    evidence = judged(listed(ONE), AREA).evidence
    assert evidence is not None
    found = Candidates.of(evidence.scene)
    assert found is not None
    assert _inside(found, AREA, box(200, -60, 230, -10)).tolist() == pytest.approx([600])
    assert _inside(found, AREA, box(500, 0, 600, 10)).tolist() == [0]
