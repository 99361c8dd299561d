"""Figures of equity in sentences, in both languages."""

from __future__ import annotations

import itertools
import re

import pytest

from analyses.equity_columns import CLUSTER_KINDS, EQUITY_STATUSES, MEASURES, RESOURCES
from maps.equity_words import THINGS, sentence

TITLES = {"benefit": "Unemployment benefit"}


def say(resource, measure, value, unit, subject="all", language="en"):
    return sentence({"resource": resource, "subject": subject, "measure": measure, "value": value, "unit": unit}, TITLES, language)


def test_what_a_palma_of_31_means():
    assert say("green_m2", "palma", 31.4, "ratio") == (
        "The tenth of residents best off has 31 times as much green space as the four tenths worst off together."
    )
    assert say("green_m2", "palma", 31.4, "ratio", language="zh") == "拥有最多的 10% 居民的绿地总量是拥有最少的 40% 居民总量的 31 倍。"


@pytest.mark.parametrize(
    ("resource", "measure", "value", "more"),
    [
        ("green_m2", "concentration", 0.1, "there is rather more green space"),
        ("green_m2", "concentration", -0.1, "there is rather less green space"),
        ("green_m2", "concentration", -0.01, "there is about as much green space"),
        ("distance_m", "concentration", 0.1, "the way to the nearest place is rather longer"),
        ("served", "concentration_corrected", -0.3, "there are rather fewer residents served"),
        ("exposed", "concentration_corrected", 0.3, "there are rather more residents inside the hazard"),
    ],
)
def test_which_way_an_index_points(resource, measure, value, more):
    assert say(resource, measure, value, "-1..1", "benefit") == (
        f"Where need is greater (Unemployment benefit), {more}: concentration index {value:.2f}."
    )


def test_whom_a_figure_is_about():
    assert say("served", "mean", 58.7, "%", "age65plus") == "58.7 % of residents aged 65 and over are served by the rule."
    assert say("green_m2", "mean", 4.2, "m2/person", "age65plus") == "Residents aged 65 and over have 4.2 m² of green space on average."
    assert say("exposed", "mean", 2.7, "%", "age0_14", "zh") == "0–14 岁居民中有 2.7% 处于该灾害范围内。"
    assert say("green_m2", "concentration", 0.05, "-1..1", "age65plus").startswith("Where many residents aged 65 and over live, ")
    assert "district" in say("green_m2", "theil_between", 0.13, "index", "district")
    assert say("green_m2", "without_share", 0.262, "0-1") == "26.2 % of the residents for whom it is known have no green space within their walk at all."


def test_small_numbers_are_not_called_nothing():
    assert "< 0.005" in say("short", "moran_p_value", 1e-60, "0-1")
    assert "index 0.00." in say("green_m2", "concentration", -0.001, "-1..1", "benefit")


AREA = ("mean", "median", "without_share", "gini", "theil", "theil_between", "top10_share", "bottom40_share", "palma", "atkinson_05", "atkinson_1", "concentration")
WALK = ("mean", "median", "capped", "gini", "theil", "theil_between", "concentration")
SHARE = ("mean", "gini_corrected", "concentration_corrected")
ALL = [
    *itertools.product(("open_space_m2", "green_m2", "supply_m2"), AREA),
    *itertools.product(("distance_m", "time_min"), WALK),
    *itertools.product(("served", "exposed"), SHARE),
    *itertools.product(("short",), ("moran", "moran_p_value")),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("resource", "measure"), ALL)
def test_every_measure_is_said_in_every_language(resource, measure, language):
    said = say(resource, measure, 0.5, {"distance_m": "m", "time_min": "min"}.get(resource, "0-1"), "district" if measure == "theil_between" else "benefit" if measure.startswith("conc") else "all", language)
    assert said.endswith("." if language == "en" else "。")
    assert not re.search(r"[{}]", said)
    assert bool(re.search("[\u4e00-\u9fff]", said)) == (language == "zh")


def test_every_code_is_said_somewhere():
    assert {measure for _, measure in ALL} == set(MEASURES)
    assert set(THINGS) == set(RESOURCES)
    for words in (MEASURES, RESOURCES, EQUITY_STATUSES, CLUSTER_KINDS):
        assert all(en and re.search("[\u4e00-\u9fff]", zh) for en, zh in words.values())
