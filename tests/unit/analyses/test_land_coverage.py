"""Residential land within a straight line of public space, drawn so that every area can be derived on paper.

The town of tests/town.py: West x = 0 .. 500, East 500 .. 1000, y = -100 .. 300. A square park (0..100, 0..100) in West.
"""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, Point, box, union_all

from analyses.assess import assess
from analyses.land_coverage import land_coverage
from analyses.parameters import Parameters
from analyses.profile import Basis, Option, Profile, Rule, Supply, Target
from analyses.profile_reader import parse_profile
from analyses.results import Results
from analyses.supply import merge_places, supply_key
from layers.origins import Origin
from layers.types import LandRole, Layers
from spatial.errors import ProfileError
from tests.networks import METRIC
from tests.town import EAST, WEST, spaces, town

PARK = box(0, 0, 100, 100)
COVER = Rule(
    "r", "reach", {}, "residential_land", "%", Basis({"en": "synthetic"}, "high"), target=Target("%", "derived", minimum=80.0),
    supply=Supply(("park",)), within_m=100.0, by="euclidean",
)  # fmt: skip


def with_land(shape: Geometry, layers: Layers | None = None, *, tagged: bool = False) -> Layers:
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)})) if layers is None else layers
    by_unit = {"East": EAST.intersection(shape), "West": WEST.intersection(shape)}
    there = {unit: land for unit, land in by_unit.items() if land.area > 0}
    land = gpd.GeoDataFrame(geometry=list(there.values()), index=pd.Index(list(there), dtype=str, name="community_id"), crs=METRIC)
    role = LandRole(None if tagged else Origin(layers.study.path))
    study = dataclasses.replace(layers.study, residential_land=role)
    return dataclasses.replace(layers, study=study, residential_land=land)


def judged(layers: Layers, rule: Rule = COVER) -> Results:
    return assess(layers, [Profile("p", {"en": "P"}, "me", 2026, "convention", (rule,))], parameters=Parameters(smallest_group=0))


def row(results: Results, unit: str) -> pd.Series:
    (found,) = results.assessments.query("unit_id == @unit and rule_id == 'r'").to_dict("records")
    return pd.Series(found)


def test_what_lies_within_the_limit_of_the_boundary_is_covered() -> None:
    """Land 0..400 by 0..100: within 100 m of the park's edge at x = 100 lies what is left of x = 200. Half."""
    results = judged(with_land(box(0, 0, 400, 100)))
    west = row(results, "West")
    assert (west["value"], west["status"], west["method"]) == (pytest.approx(50), "short", "euclidean")
    assert np.isnan([west["residents_short"], west["residents_served"], west["residents_to_target"]]).all(), "it is land"
    assert row(results, "East")["reason"] == "no_land_here"
    gap = results.gaps.set_index("unit_id").loc["West"]
    assert gap.geometry.equals(box(200, 0, 400, 100))


def test_a_new_space_covers_for_real_what_it_promised_and_the_homes_on_the_land_are_concerned() -> None:
    """W2 stands at (300..320, 20..30), on the half that is not covered: 20 residents."""
    layers = with_land(box(0, 0, 400, 100))
    before = judged(layers)
    gap = before.gaps.set_index("unit_id").loc["West"]
    assert (gap["residents_short"], gap["priority_score"], gap["priority"]) == (pytest.approx(20), pytest.approx(20 * 0.375), 1)
    assert gap["remedy"] == "new_space"
    new = before.remedies.query("gap_id == @gap.gap_id and remedy == 'new_space'").set_index("step").loc[1]
    assert (new["closes"], new["area_m2"], new["certainty"], new["residents_gained"]) == (1, 400, "at_least", pytest.approx(20))
    at = new["geometry"]
    both = spaces({"way/1": ("park", PARK), "way/2": ("park", box(at.x - 10, at.y - 10, at.x + 10, at.y + 10))})
    after = row(judged(with_land(box(0, 0, 400, 100), dataclasses.replace(town(), spaces=both))), "West")
    assert new["value_after"] == pytest.approx(50 + new["found"] / 400)
    assert 80 <= new["value_after"] <= after["value"] <= 100


def test_one_new_space_after_the_other_covers_wide_land() -> None:
    results = judged(with_land(WEST))
    steps = results.remedies.query("gap_id.str.startswith('community/West') and remedy == 'new_space'")
    assert steps["step"].tolist() == [1, 2, 3]
    # Each covers at most a circle of 100 m and half of 20 m.
    assert np.diff([0.0, *steps["found"]]).max() <= math.pi * 110**2
    assert np.diff([0.0, *steps["found"]]).min() > 0
    assert steps["closes"].isna().all()


def test_around_a_corner_the_limit_is_a_circle() -> None:
    """Land 100..200 by 100..200, at the park's corner: a quarter circle of 100 m covers pi/4 of it."""
    assert row(judged(with_land(box(100, 100, 200, 200))), "West")["value"] == pytest.approx(25 * math.pi, rel=2e-4)


def test_a_higher_unit_is_measured_by_its_land_and_not_by_averages() -> None:
    """West 2 of 4 ha covered, East 0 of 1: 40 % of the city's land, where the mean of both shares is 25 %."""
    results = judged(with_land(union_all([box(0, 0, 400, 100), box(600, 0, 700, 100)])))
    assert [row(results, unit)["value"] for unit in ("West", "East", "town", "All")] == pytest.approx([50, 0, 40, 40])


def test_any_option_covers_and_what_both_cover_counts_once() -> None:
    """A garden (300..320, 0..100) within 50 m reaches 250 .. 370; the park 0 .. 200: 320 of 400 m."""
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK), "way/2": ("garden", box(300, 0, 320, 100))}))
    rule = dataclasses.replace(COVER, or_else=(Option(Supply(("garden",)), 50.0),))
    land = with_land(box(0, 0, 400, 100), layers)
    assert row(judged(land, rule), "West")["value"] == pytest.approx(80)
    assert row(judged(land, rule), "West")["status"] == "met"
    turned = dataclasses.replace(rule, supply=Supply(("garden",)), within_m=50.0, or_else=(Option(Supply(("park",)), 100.0),))
    assert row(judged(land, turned), "West")["value"] == pytest.approx(80)


def test_a_place_that_is_too_small_covers_nothing() -> None:
    large = dataclasses.replace(COVER, supply=Supply(("park",), min_area_m2=10_001.0))
    assert row(judged(with_land(box(0, 0, 400, 100)), large), "West")["value"] == 0
    exact = dataclasses.replace(COVER, supply=Supply(("park",), min_area_m2=10_000.0))
    assert row(judged(with_land(box(0, 0, 400, 100)), exact), "West")["value"] == pytest.approx(50)


@pytest.mark.parametrize(
    ("end", "unknown", "status"), [(600, 0, "short"), (450, 50, "short"), (310, 190, "not_assessed")]
)
def test_where_the_data_end_within_the_limit_it_is_unknown(end: float, unknown: float, status: str) -> None:
    """Land 0..400 wide, covered to 200. Data that end at x leave open what lies right of x - 100 m: at 450, 350..400.

    At 450 between 200/400 and 250/400 are covered, short of 80 % in any case; at 310 up to 390/400, which is enough.
    """
    layers = dataclasses.replace(with_land(box(0, 0, 400, 100)), coverage=box(-1e6, -1e6, end, 1e6))
    west = row(judged(layers), "West")
    assert west["status"] == status
    if status == "short":
        assert (west["value"], west["value_high"]) == (pytest.approx(100 * 200 / (400 - unknown)), pytest.approx(100 * (200 + unknown) / 400))
    else:
        assert west["reason"] == "edge_of_data"


def test_what_is_known_goes_by_the_longest_limit_of_the_options() -> None:
    """A garden, of which there is none, would do within 300 m; the data end at x = 600, so that one may lie beyond the
    edge of all that is east of x = 300. Known to be covered are 200 of 300, at most 300 of 400: short of 80 %."""
    rule = dataclasses.replace(COVER, or_else=(Option(Supply(("garden",)), 300.0),))
    layers = dataclasses.replace(with_land(box(0, 0, 400, 100)), coverage=box(-1e6, -1e6, 600, 1e6))
    west = row(judged(layers, rule), "West")
    assert west["status"] == "short"
    assert (west["value"], west["value_high"]) == (pytest.approx(100 * 200 / 300), pytest.approx(75))
    assert west["shortfall_m2"] == pytest.approx((0.8 - 200 / 300) * 300 * 100)


def test_tagged_land_without_the_homes_does_not_judge_them() -> None:
    """W1 (300 m2 of floor) and W2 (200) stand at x = 100..110 and 300..320, E1 (400) at 700..710.

    Land to x = 200 holds 60 % of West's homes and none of East's: 300 of 900 m2 of the city's. Some land in East too.
    """
    shape = union_all([box(0, 0, 200, 100), box(800, 0, 900, 100)])
    results = judged(with_land(shape, tagged=True))
    assert [row(results, unit)["reason"] for unit in ("West", "East", "town")] == ["", "land_without_homes", "land_without_homes"]
    (caveat,) = [c for c in results.caveats if c.code == "land_from_osm"]
    assert (caveat.count, caveat.detail) == (pytest.approx(100 * 600 / 900), "1")
    of_a_plan = judged(with_land(shape))
    assert row(of_a_plan, "East")["status"] == "short"
    assert [c.count for c in of_a_plan.caveats if c.code == "homes_off_land"] == [pytest.approx(100 * 600 / 900)]


def test_without_land_the_rule_is_not_assessed_and_floor_area_stands_beside_it() -> None:
    results = judged(town())
    assert row(results, "West")["reason"] == "no_residential_land"
    assert "r.buildings" in set(results.assessments["rule_id"])
    assert "r.buildings" not in set(judged(with_land(box(0, 0, 400, 100))).assessments["rule_id"])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(-100, 250)), min_size=1, max_size=5), st.integers(10, 400))
def test_more_parks_and_longer_limits_never_cover_less(corners: list[tuple[int, int]], limit: int) -> None:
    made = {f"way/{n}": ("park", box(x, y, x + 30, y + 30)) for n, (x, y) in enumerate(corners)}
    land = box(0, -100, 1000, 300)

    def covered(shapes: dict[str, tuple[str, Geometry]], within_m: float) -> tuple[float, float]:
        layers = with_land(land, dataclasses.replace(town(), spaces=spaces(shapes)))
        rule = dataclasses.replace(COVER, within_m=within_m)
        found = land_coverage(rule, {supply_key(rule.supply): merge_places(layers.spaces, rule.supply)}, layers)
        parts = [sum(p.area for p in part) for part in (found.covered, found.uncovered, found.unknown)]
        return parts[0], sum(parts)

    first = covered(made, limit)
    assert first[1] == pytest.approx(land.area)
    assert covered({**made, "way/x": ("park", box(500, 0, 530, 30))}, limit)[0] >= first[0] - 1e-3
    assert covered(made, limit + 50)[0] >= first[0] - 1e-3


def test_a_place_mapped_as_a_point_covers_where_size_does_not_matter() -> None:
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", Point(0, 0))}))
    value = row(judged(with_land(box(0, 0, 100, 100), layers)), "West")["value"]
    assert value == pytest.approx(25 * math.pi, rel=2e-4)


TEXT = """
id = "mine"
issuer = "me"
status = "convention"
title.en = "Mine"
[[rule]]
id = "cover"
kind = "reach"
title.en = "Cover"
who = "residential_land"
options = [{ class = ["park"], within = "500 m", by = "euclidean" }]
target = { min = "80 %", status = "derived" }
basis = { clause = "1", confidence = "high" }
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('by = "euclidean"', 'by = "walk"', "residential land lies within a straight line"),
        ('by = "euclidean"', 'by = "euclidean", count = 2', "leave count out"),
        ("basis =", 'relax = [{ when = "dense", factor = 0.5 }]\nbasis =', "this rule is about land"),
    ],
)
def test_what_cannot_be_asked_of_land(old: str, new: str, said: str) -> None:
    assert parse_profile(TEXT, "mine").rules[0].who == "residential_land"
    with pytest.raises(ProfileError, match=said):
        parse_profile(TEXT.replace(old, new), "mine")


def test_a_share_of_the_ground_is_of_the_unit_s_own_area() -> None:
    """The park has 1 of West's 500 x 400 m = 20 ha; the city has 40."""
    rule = dataclasses.replace(
        COVER, kind="provision", who="land", per="land_area", method="container", within_m=None, by="walk",
        target=Target("%", "derived", minimum=3.0),
    )  # fmt: skip
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}))
    results = judged(layers, rule)
    assert [row(results, unit)["value"] for unit in ("West", "East", "town")] == pytest.approx([5, 0, 2.5])
    assert [row(results, unit)["status"] for unit in ("West", "East")] == ["met", "short"]
    assert np.isnan(row(results, "East")["residents_short"])
    without = dataclasses.replace(layers, residents=None)
    assert row(judged(without, rule), "West")["value"] == pytest.approx(5)
