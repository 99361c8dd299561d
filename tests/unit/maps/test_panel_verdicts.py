"""What the panel says under a rule of the units found short, where residents are counted and where they are not."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from analyses.profile import Basis, Rule, Target
from maps.lookup import residents_in_short_units
from maps.panel import _verdicts

RULE = Rule("cover", "reach", {}, "residential_land", "%", Basis({}, "high"), target=Target("%", "derived", minimum=80.0))
CITY = Rule("all", "provision", {}, "population", "m2/person", Basis({}, "high"), "city", Target("m2/person", "derived", minimum=8.0))


def units(*short: float, met: int = 1) -> pd.DataFrame:
    """Units found short with so many residents each, then some that are met."""
    rows = [("short", count) for count in short] + [("met", 0.0)] * met
    return pd.DataFrame(rows, columns=["status", "residents_short"])


def test_nobody_and_unknown_are_two_things() -> None:
    assert residents_in_short_units(units(20.0, 5.0)) == 25
    assert residents_in_short_units(units(met=2)) == 0
    assert math.isnan(residents_in_short_units(units(math.nan, math.nan)))


@pytest.mark.parametrize(
    ("language", "words"), [("en", "2 of 3 communities found short"), ("zh", "不达标的社区 2 个（已评判 3 个）")]
)
def test_a_rule_that_counts_no_residents_tells_units_alone(language: str, words: str) -> None:
    assert _verdicts(units(math.nan, math.nan), math.nan, RULE, language) == words


def test_the_whole_study_area_is_not_counted_as_one_of_one() -> None:
    assert _verdicts(units(100.0, met=0), math.nan, CITY, "en") == "the whole study area falls short"
    assert _verdicts(units(met=1), math.nan, CITY, "zh") == "全域达标"
