"""Rules of supply, of places and of residential land by what a hazard leaves, derived on paper.

The drawing: tests/town.py. The park has 60 x 50 m = 3,000 m2; its five entrances lie on its northern half. Within
400 m of one live the 50 of West and 6 of East's 60. Floods: SOUTH leaves 60 x 40 m of the park and all entrances;
NORTH leaves 60 x 30 m and no entrance; STREET cuts all 60 of East off; HOME holds two fifths of W1 and its 30 people.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon, box

from analyses.assess import assess, verdicts
from analyses.profile import Basis, Option, Profile, Rule, SiteTest, Supply, Target
from analyses.results import Results, Verdicts
from layers.origins import Origin
from layers.types import LandRole, Layers
from tests.networks import METRIC
from tests.town import PARK, WEST, spaces, town, units, with_hazards

SOUTH, NORTH = box(190, -70, 270, -50), box(190, -30, 270, -5)
STREET, HOME = box(400, -10, 450, 10), box(106, 20, 120, 40)
ALL, FAR = box(-1e4, -1e4, 1e4, 1e4), box(0, 5000, 10, 5010)
GREEN = Supply(("green",))
DRY = Supply(("green",), outside_hazard="flood")
AREA = Rule(
    "r", "provision", {}, "population", "m2/person", Basis({"en": "synthetic"}, "high"),
    target=Target("m2/person", "convention", minimum=50.0), supply=GREEN, per="person", method="container",
)  # fmt: skip
DURING = dataclasses.replace(AREA, during="flood", dimension="survival")
OUTSIDE = dataclasses.replace(AREA, supply=DRY)
SHARED = dataclasses.replace(DURING, method="e2sfca", within_m=400.0, decay="dichotomous")
WITHIN = dataclasses.replace(DURING, method="within", within_m=400.0)
SHARE = dataclasses.replace(
    AREA, supply=DRY, who="land", per="land_area", unit="%", target=Target("%", "official", minimum=1.0)
)
SITE = Rule(
    "r", "site", {}, "spaces", "%", Basis({"en": "synthetic"}, "high"), target=Target("%", "official", minimum=100.0),
    supply=DRY, test=SiteTest(30.0),
)  # fmt: skip
LAND = Rule(
    "r", "reach", {}, "residential_land", "%", Basis({"en": "synthetic"}, "high"), target=Target("%", "official", minimum=80.0),
    supply=DRY, within_m=100.0, by="euclidean",
)  # fmt: skip


def flooded(*shapes: Polygon, layers: Layers | None = None, unsaid: Polygon | None = None) -> Layers:
    """A town with an official flood that closes, of one polygon a layer, and ground of which the first says nothing."""
    rows = {f"f{n}": ("flood", "official", shape) for n, shape in enumerate(shapes)}
    found = with_hazards(town() if layers is None else layers, rows)
    roles = tuple(dataclasses.replace(hazard, closes=True) for hazard in found.study.hazards)
    land = None if layers is None else layers.study.residential_land
    study = dataclasses.replace(found.study, hazards=roles, residential_land=land)
    unknown = None if unsaid is None else units({"x": unsaid}).assign(hazard_id="f0")[["hazard_id", "geometry"]]
    return dataclasses.replace(found, study=study, hazard_unknown=unknown)


def profile(*rules: Rule) -> list[Profile]:
    return [Profile("p", {}, "", 2026, "convention", rules)]


def judged(layers: Layers, rule: Rule) -> Verdicts:
    return verdicts(layers, profile(rule))


def row(results: Verdicts | Results, unit: str) -> pd.Series:
    return results.assessments.query("unit_id == @unit and rule_id == 'r'").iloc[0]


def values(layers: Layers, rule: Rule, *names: str) -> list[float]:
    results = judged(layers, rule)
    return [float(row(results, unit)["value"]) for unit in names or ("West", "East")]


def test_of_a_park_the_part_outside_counts() -> None:
    assert values(flooded(SOUTH), OUTSIDE) == pytest.approx([2400 / 50, 0])
    results = judged(flooded(SOUTH), OUTSIDE)
    assert row(results, "West")[["status", "hazard_ids", "shortfall_m2"]].tolist() == [
        "short",
        "f0",
        pytest.approx(100),
    ]
    assert row(results, "town")["value"] == pytest.approx(2400 / 110)


@pytest.mark.parametrize(("least_m2", "expected"), [(2400.0, 48.0), (2401.0, 0.0)])
def test_and_has_to_be_as_large_again(least_m2: float, expected: float) -> None:
    rule = dataclasses.replace(OUTSIDE, supply=dataclasses.replace(DRY, min_area_m2=least_m2))
    assert values(flooded(SOUTH), rule, "West") == pytest.approx([expected])


@pytest.mark.parametrize(("least_m", "expected"), [(40.0, 48.0), (40.1, 0.0)])
def test_and_as_wide(least_m: float, expected: float) -> None:
    rule = dataclasses.replace(OUTSIDE, supply=dataclasses.replace(DRY, min_width_m=least_m))
    assert values(flooded(SOUTH), rule, "West") == pytest.approx([expected])


def test_without_a_way_in_that_stays_open_it_does_not_count() -> None:
    assert values(flooded(NORTH), OUTSIDE, "West") == [0.0], "though 1,800 m2 lie outside"
    one_left = flooded(box(205, -30, 270, -5))
    assert values(one_left, OUTSIDE, "West") == pytest.approx([(3000 - 55 * 20) / 50])


def test_a_park_without_any_known_way_in_counts_as_on_other_days() -> None:
    fenced = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}, fenced=frozenset({"way/1"})))
    assert values(fenced, AREA, "West") == [60.0]
    assert values(flooded(SOUTH, layers=fenced), OUTSIDE, "West") == pytest.approx([48.0])
    assert values(flooded(SOUTH, layers=fenced), DURING, "West") == pytest.approx([48.0])


def test_a_park_does_not_count_again_once_the_part_with_its_ways_in_is_gone() -> None:
    """A garden behind the park is entered through it alone: when the park is under water nobody gets there."""
    rows = {"way/1": ("park", PARK), "way/2": ("garden", box(200, -90, 260, -60))}
    behind = dataclasses.replace(town(), spaces=spaces(rows))
    assert values(behind, AREA, "West") == pytest.approx([(3000 + 1800) / 50])
    assert values(flooded(box(190, -60, 270, -5), layers=behind), OUTSIDE, "West") == [0.0]


def test_who_is_cut_off_has_nothing_of_it_and_the_others_no_more() -> None:
    assert values(flooded(STREET), DURING, "West", "East", "town") == pytest.approx([60, 0, 3000 / 110 * 50 / 110])
    assert values(flooded(STREET), OUTSIDE, "town") == pytest.approx([3000 / 110]), (
        "streets are open, and nobody is cut off"
    )
    assert values(flooded(HOME), DURING, "West") == pytest.approx([60 * 38 / 50])
    assert values(flooded(HOME), OUTSIDE, "West") == pytest.approx([60])


def test_supply_within_a_limit_is_that_of_who_can_go() -> None:
    assert values(flooded(FAR), WITHIN) == pytest.approx([60, 50])
    assert values(flooded(STREET), WITHIN) == pytest.approx([60, 0])
    assert values(flooded(SOUTH), WITHIN) == pytest.approx([48, 40])
    assert values(flooded(HOME), WITHIN) == pytest.approx([60 * 38 / 50, 50])


def test_supply_shared_out_is_shared_as_on_other_days() -> None:
    each = 3000 / 56
    assert values(flooded(FAR), SHARED) == pytest.approx([each, each * 6 / 60])
    assert values(flooded(STREET), SHARED) == pytest.approx([each, 0]), "what the six had is not handed to West"
    assert values(flooded(HOME), SHARED) == pytest.approx([each * 38 / 50, each * 6 / 60])
    assert values(flooded(SOUTH), SHARED) == pytest.approx([each * 0.8, each * 0.8 * 6 / 60])


def test_a_park_cut_in_two_is_shared_by_its_parts() -> None:
    """10 m of water across it leave 60 x 20 m on either side; all entrances lead into the northern part."""
    assert values(flooded(box(190, -40, 270, -30)), SHARED) == pytest.approx([1200 / 56, 1200 / 56 * 6 / 60])


def test_what_would_help_then_is_space_and_not_less_crowding() -> None:
    """East lacks 50 - 1200 / 56 x 6 / 60 m2 for each of its 60."""
    cut = flooded(box(190, -40, 270, -30))
    remedies = assess(cut, profile(dataclasses.replace(SHARED, during="", supply=DRY))).remedies
    assert remedies is not None
    east = remedies[remedies["gap_id"].str.contains("East") & (remedies["remedy"] != "check_data")]
    assert set(east["remedy"]) == {"more_space"}
    assert east["area_m2"].tolist() == pytest.approx([60 * 50 - 6 * 1200 / 56])
    lasting = assess(cut, profile(SHARED)).remedies
    assert lasting is None or "more_space" not in set(lasting["remedy"]), "which may be of no use to who is cut off"


def test_a_straight_line_knows_no_streets_but_homes_inside() -> None:
    straight = dataclasses.replace(WITHIN, by="euclidean", within_m=300.0)
    assert values(flooded(FAR), straight) == pytest.approx([60, 50]), "two of East live within 300 m of the park"
    assert values(flooded(STREET), straight) == pytest.approx([60, 50])
    assert values(flooded(HOME), straight) == pytest.approx([60 * 38 / 50, 50])


@pytest.mark.parametrize(
    "rule", [OUTSIDE, DURING, WITHIN, SHARED, SHARE], ids=lambda r: f"{r.method} {r.per} {r.during}"
)
def test_everything_closed_leaves_nothing_and_nothing_closed_leaves_everything(rule: Rule) -> None:
    usual = dataclasses.replace(rule, during="", supply=GREEN)
    assert values(flooded(FAR), rule) == pytest.approx(values(town(), usual), rel=1e-12)
    assert values(flooded(ALL), rule) == [0.0, 0.0]


def test_the_share_of_the_ground_is_that_of_what_is_left() -> None:
    assert values(flooded(SOUTH), SHARE) == pytest.approx([100 * 2400 / WEST.area, 0])


@pytest.mark.parametrize(
    ("hazard", "expected"), [(FAR, 100), (SOUTH, 100), (box(190, -70, 270, -35), 0), (NORTH, 0), (ALL, 0)]
)
def test_a_place_passes_if_what_is_left_of_it_does(hazard: Polygon, expected: float) -> None:
    """30 m wide it is with 40 m left, not with 25; without a way in, or gone, it is no place."""
    results = assess(flooded(hazard), profile(SITE))
    assert row(results, "West")["value"] == expected
    assert row(results, "East")["reason"] == "no_places_here"
    gaps = results.gaps.query("rule_id == 'r'")
    assert [shape.equals(PARK) for shape in gaps.geometry] == [True] * (expected == 0), "a gap is the whole place"


def test_its_share_is_taken_of_what_is_left() -> None:
    """A sports ground of 300 m2 in the north is 10 % of the park, and 12.5 % of what SOUTH leaves of it."""
    rows = {"way/1": ("park", PARK), "way/2": ("sports_ground", box(210, -30, 230, -15))}
    layers = dataclasses.replace(town(), spaces=spaces(rows))
    park = Supply(("park",), outside_hazard="flood")
    rule = dataclasses.replace(SITE, supply=park, test=SiteTest(None, "sports_ground", 0.12, 1.0))
    assert values(layers, dataclasses.replace(rule, supply=Supply(("park",))), "West") == [0]
    assert values(flooded(SOUTH, layers=layers), rule, "West") == [100]


def on_land() -> Layers:
    """6,000 m2 of residential land in West, from the northern edge of the park on."""
    base = town()
    study = dataclasses.replace(base.study, residential_land=LandRole(Origin(Path("plan"))))
    land = gpd.GeoDataFrame(
        geometry=[box(200, -10, 260, 90)], index=pd.Index(["West"], name="community_id"), crs=METRIC
    )
    return dataclasses.replace(base, study=study, residential_land=land)


def test_residential_land_is_near_what_is_left_and_not_inside() -> None:
    """It reaches 100 m from the park, and with the northern 20 m of the park gone only 80 % of it is as near."""
    assert values(on_land(), dataclasses.replace(LAND, supply=GREEN), "West") == pytest.approx([100])
    assert values(flooded(FAR, layers=on_land()), LAND, "West") == pytest.approx([100])
    assert values(flooded(box(190, -30, 270, -10), layers=on_land()), LAND, "West") == pytest.approx([80])
    during = dataclasses.replace(LAND, supply=GREEN, during="flood")
    wet = flooded(box(190, 40, 270, 100), layers=on_land())
    assert values(wet, during, "West") == pytest.approx([50]), "the half of it that is under water"
    assert values(wet, LAND, "West") == pytest.approx([100]), "of which outside_hazard asks nothing"
    assert values(flooded(ALL, layers=on_land()), during, "West") == [0]


def test_of_land_any_option_will_do_each_with_its_own_hazard() -> None:
    rule = dataclasses.replace(LAND, or_else=(Option(GREEN, 50.0),))
    assert values(flooded(ALL, layers=on_land()), rule, "West") == pytest.approx([50])


@pytest.mark.parametrize(
    ("asked", "status", "reason"), [(40.0, "met", ""), (50.0, "not_assessed", "hazard_unknown"), (61.0, "short", "")]
)
def test_where_the_layer_does_not_say_a_verdict_is_given_only_if_it_cannot_turn(
    asked: float, status: str, reason: str
) -> None:
    """Of the park's southern 10 m nobody says whether they flood: 48 m2 each, or 60."""
    rule = dataclasses.replace(OUTSIDE, target=Target("m2/person", "convention", minimum=asked))
    found = row(judged(flooded(FAR, unsaid=SOUTH), rule), "West")
    assert (found["status"], found["reason"]) == (status, reason)
    assert (found["value"], found["value_low"], found["value_high"]) == pytest.approx(
        (math.nan if reason else 48, 48, 60), nan_ok=True
    )


@pytest.mark.parametrize(
    ("rule", "unsaid", "reason"),
    [
        (DURING, HOME, "hazard_unknown"), (WITHIN, SOUTH, "hazard_unknown"), (SHARED, SOUTH, "hazard_unknown"),
        (SITE, NORTH, "hazard_unknown"), (SITE, SOUTH, ""), (DURING, FAR, ""),
    ],
)  # fmt: skip
def test_so_it_is_of_every_kind(rule: Rule, unsaid: Polygon, reason: str) -> None:
    """SHARED asks for 50 of 53.6 m2 each, of which 42.9 are certain; DURING for 50 of 60, of which 45.6 are."""
    found = row(judged(flooded(FAR, unsaid=unsaid), rule), "West")
    assert found["reason"] == reason


def test_and_of_reach_and_land() -> None:
    """Streets of which nobody says whether they close lead nobody for certain, and cut nobody off."""
    reach = Rule(
        "r", "reach", {}, "population", "%", Basis({"en": "synthetic"}, "high"), target=Target("%", "convention", minimum=5.0),
        supply=GREEN, within_m=400.0, during="flood",
    )  # fmt: skip
    east = row(judged(flooded(FAR, unsaid=STREET), reach), "East")
    assert (east["status"], east["reason"]) == ("not_assessed", "hazard_unknown")
    assert east["residents_unknown"] == pytest.approx(6)
    assert row(judged(flooded(FAR, unsaid=STREET), reach), "West")["status"] == "met"
    doubtful = flooded(FAR, unsaid=box(190, -30, 270, -10), layers=on_land())
    for asked, status in ((80.0, "met"), (90.0, "not_assessed")):
        land = dataclasses.replace(LAND, target=Target("%", "official", minimum=asked))
        assert row(judged(doubtful, land), "West")["status"] == status


def test_a_larger_hazard_never_improves_anything() -> None:
    """SYNTHETIC floods, each larger than the one before."""
    grows = [FAR, SOUTH, box(150, -80, 300, -35), box(90, -80, 330, 24), box(80, -90, 480, 40), ALL]
    named = {f"r{n}": rule for n, rule in enumerate((OUTSIDE, DURING, WITHIN, SHARED, SHARE, SITE))}
    rules = profile(*(dataclasses.replace(rule, id=name) for name, rule in named.items()))
    found = [
        verdicts(flooded(FAR, *grows[: n + 1]), rules).assessments.pivot(
            index=["level", "unit_id"], columns="rule_id", values="value"
        )[list(named)]
        for n in range(len(grows))
    ]
    for before, after in itertools.pairwise(found):
        assert ((after <= before + 1e-9) | before.isna()).all(axis=None)
    assert (found[0].loc[("community", "West")] > 0).all()
    assert (found[-1].fillna(0.0) == 0).all(axis=None)


def test_nothing_is_said_without_a_layer_that_closes_and_may_judge() -> None:
    every = [dataclasses.replace(r, id=f"r{n}") for n, r in enumerate((OUTSIDE, DURING, WITHIN, SHARED, SHARE, SITE))]
    assert set(verdicts(town(), profile(*every)).assessments["reason"]) == {"needs_hazard_survival"}
