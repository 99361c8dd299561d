"""Who walks, how long and which way, in whole sentences of both languages."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from analyses.verdict import method
from analyses.walking import WALKERS
from maps.map_words import measured
from maps.numbers import number
from maps.vocabulary import METHODS
from maps.walk_words import near_phrase
from maps.words import reason, requirement


@pytest.fixture
def judged(synthetic_results):
    (profile,) = [p for p in synthetic_results.profiles if p.id == "linli-start"]
    (rule,) = [r for r in profile.rules if r.id == "green.500m"]
    return rule, profile


@pytest.mark.parametrize(
    ("by", "direction", "english", "chinese"),
    [
        ("walk", "to", "within 15 min on foot", "步行 15 分钟内"),
        ("walk", "from", "within 15 min on foot on the way home", "步行（返程） 15 分钟内"),
        ("walk", "both", "within 15 min on foot on average there and back", "步行（往返平均） 15 分钟内"),
        ("walk_elderly", "to", "within 15 min on foot at an older person's pace", "按老年人步速步行 15 分钟内"),
        ("walk_pram", "to", "within 15 min with a pram", "推婴儿车 15 分钟内"),
        ("walk_wheelchair", "to", "within 15 min in a wheelchair", "乘轮椅 15 分钟内"),
    ],
)
def test_the_limit_says_who_walks(judged, by, direction, english, chinese):
    rule = replace(judged[0], within_m=None, within_s=900.0, by=by, direction=direction)
    assert near_phrase(rule, "en") == english
    assert near_phrase(rule, "zh") == chinese
    assert english in requirement(rule, judged[1], "en")
    assert chinese in requirement(rule, judged[1], "zh")


def test_metres_read_as_before(judged):
    assert near_phrase(judged[0], "en") == "within 500 m on foot"
    assert near_phrase(judged[0], "zh") == "步行 500 米内"


def test_the_reason_gives_the_median_in_minutes(judged, synthetic_results):
    rule = replace(judged[0], within_m=None, within_s=360.0)
    row = synthetic_results.gaps.iloc[0].copy()
    row["median_distance_m"], row["median_time_min"] = math.nan, 9.5
    assert "within 6 min on foot; half of them need 9.5 min or more" in reason(row, rule, synthetic_results, "en")
    assert "其中半数需步行 9.5 分钟及以上" in reason(row, rule, synthetic_results, "zh")
    row["median_time_min"] = math.inf
    assert "at least half of them find none within 60 min" in reason(row, rule, synthetic_results, "en")


def test_minutes_as_people_write_them():
    assert [number(v, "min", "en") for v in (0.25, 9.96, 14.6)] == ["0.2 min", "10 min", "15 min"]


@pytest.mark.parametrize("by", sorted(WALKERS))
def test_every_way_of_walking_is_explained(judged, by):
    for limit in ({"within_m": 400.0, "within_s": None}, {"within_m": None, "within_s": 300.0}):
        rule = replace(judged[0], by=by, **limit)
        assert method(rule) in METHODS
        for language in ("en", "zh"):
            assert len(measured(rule, language)) > 10
            assert "{" not in measured(rule, language)
