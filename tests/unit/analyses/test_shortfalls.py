"""A shortfall in residents and in square metres, on figures to follow on paper."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely import box

from analyses.profile import Basis, Rule, Target
from analyses.units import Level
from analyses.verdict import Figures, judge

AT = Level("community", gpd.GeoDataFrame({"name": ["A"], "area_m2": [1.0]}, geometry=[box(0, 0, 1, 1)], index=["a"]), np.zeros(1, dtype=np.int64))


def rule(kind: str, unit: str, target: Target | None, who: str = "population", per: str = "") -> Rule:
    return Rule("r", kind, {}, who, unit, Basis({}, "high"), target=target, per=per)


def judged(of: Rule, value: float, good: float, bad: float, total: float, reported: str = ""):
    figures = Figures(*(np.array([x]) for x in (value, value, value, total, good, bad, np.nan_to_num(total - good - bad))))
    return judge(of, "p", AT, figures, reported).iloc[0]


def test_reach_is_short_by_the_residents_who_would_have_to_be_served() -> None:
    """100 of 200 are served and 80 % required: 160, so 60 more."""
    row = judged(rule("reach", "%", Target("%", "official", 80)), 50, 100, 100, 200)
    assert (row["shortfall"], row["residents_to_target"], row["residents_short"]) == (30, pytest.approx(60), 100)
    assert np.isnan(row["shortfall_m2"])


def test_of_residents_whose_access_is_known() -> None:
    """Of 200 residents 50 are unknown; 60 of 150 are served, 120 are 80 %."""
    row = judged(rule("reach", "%", Target("%", "official", 80)), 40, 60, 90, 200, reported="")
    assert row["status"] == "short"
    assert row["residents_to_target"] == pytest.approx(60)


def test_exposure_is_over_by_the_residents_who_are_exposed_too_many() -> None:
    """30 of 200 are exposed, 5 % are ten."""
    row = judged(rule("exposure", "%", Target("%", "convention", maximum=5)), 15, 170, 30, 200)
    assert (row["shortfall"], row["residents_to_target"]) == (10, pytest.approx(20))


def test_provision_is_short_by_an_area() -> None:
    """3 m2 each for 200 residents where 5 are asked for: 600 m2 are there, 1000 are needed."""
    row = judged(rule("provision", "m2/person", Target("m2/person", "official", 5), per="person"), 3, np.nan, 200, 200)
    assert (row["shortfall"], row["shortfall_m2"], row["residents_short"]) == (2, pytest.approx(400), 200)
    assert np.isnan(row["residents_to_target"])


def test_what_is_met_lacks_nothing_and_what_is_reported_is_not_told_to_lack_anything() -> None:
    asked = rule("reach", "%", Target("%", "official", 50))
    assert judged(asked, 50, 100, 100, 200)["residents_to_target"] == 0
    assert np.isnan(judged(asked, 40, 80, 120, 200, reported="other_level")["residents_to_target"])
    assert np.isnan(judged(rule("reach", "%", None), 40, 80, 120, 200, reported="no_target")["residents_to_target"])


def test_of_a_group_whole_persons() -> None:
    """61 of 100 old people, 75.5 % required: 14.5 more, which nobody can be."""
    row = judged(rule("reach", "%", Target("%", "official", 75.5), who="age65plus"), 61, 61, 39, 100)
    assert row["residents_to_target"] == 15


def test_a_share_of_land_is_short_by_an_area() -> None:
    """10 % of 2,000 m2 where 30 % are asked for: 200 m2 are there, 600 are needed."""
    of = rule("provision", "%", Target("%", "official", 30), who="land", per="land_area")
    row = judged(of, 10, np.nan, 2000, 2000)
    assert (row["shortfall"], row["shortfall_m2"]) == (20, pytest.approx(400))
    assert np.isnan(row["residents_to_target"])


def test_coverage_is_short_by_the_land_that_would_have_to_be_covered() -> None:
    """Of 1,000 m2 of residential land 100 are unknown; 450 of 900 are covered, 80 % are 720."""
    row = judged(rule("reach", "%", Target("%", "official", 80), who="residential_land"), 50, 450, 450, 1000)
    assert (row["shortfall"], row["shortfall_m2"]) == (30, pytest.approx(270))
    assert np.isnan(row["residents_to_target"])


def test_nothing_is_missing_of_what_is_too_much() -> None:
    for of in (
        rule("provision", "%", Target("%", "official", maximum=30), who="land", per="land_area"),
        rule("provision", "m2/person", Target("m2/person", "official", maximum=30), per="person"),
    ):
        row = judged(of, 50, np.nan, 100, 100)
        assert (row["status"], row["shortfall"]) == ("short", 20)
        assert np.isnan(row["shortfall_m2"])
