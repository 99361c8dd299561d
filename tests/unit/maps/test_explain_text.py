"""What an explanation says, in both languages: one in full, as a reader sees it, and what names may not do."""

from __future__ import annotations

import dataclasses
import json
import re
import unicodedata

import pytest
from shapely import box

from analyses.assess import assess
from analyses.explain import explain
from analyses.profile import Basis, Profile, Rule, SiteTest, Supply, Target
from analyses.results import Results
from linli.explain import terminal_text
from maps.explain_lines import exactly, whole_m2
from maps.explain_record import explanation_record
from maps.explain_text import explanation_sections
from maps.explain_words import SAID
from maps.reached_words import reached_sentence
from maps.words import Facts
from tests.town import PARK, spaces, town, with_hazards

BASIS = Basis({"en": "clause 1.2", "zh": "第 1.2 条"}, "high", {}, "mandatory", "secondary")
GREEN = Supply(("green",))
REACH = Rule("reach", "reach", {}, "population", "%", BASIS, target=Target("%", "official", minimum=80.0), supply=GREEN, within_m=400.0)
RULES = (
    REACH,
    Rule("have", "provision", {}, "population", "m2/person", BASIS, "community", Target("m2/person", "convention", minimum=100.0), GREEN, per="person", method="container"),
    Rule("dry", "exposure", {}, "population", "%", BASIS, "community", Target("%", "derived", maximum=5.0), hazard_kinds=("flood",)),
    Rule("shared", "provision", {}, "population", "m2/person", BASIS, "district", Target("m2/person", "convention", minimum=10.0), GREEN, 400.0, per="person", method="e2sfca", decay="dichotomous"),
    Rule("wide", "site", {}, "spaces", "%", BASIS, "community", Target("%", "official", minimum=100.0), GREEN, test=SiteTest(30.0)),
    Rule("there", "reach", {}, "population", "%", BASIS, target=None, supply=GREEN, within_m=400.0, by="euclidean"),
)  # fmt: skip
PROFILE = Profile("p", {"en": "Test standard", "zh": "测试标准"}, "Nobody", 2026, "official", RULES)
FLOOR = dataclasses.replace(REACH, who="buildings", target=None)
KEYS = [("p", rule.id) for rule in RULES]

ENGLISH = """\
INTERNAL: tells of single homes and of small groups of people. Not for publication.
East (community, East): 60 residents
Residents are spread over homes in fractions, so rounded numbers may add up to one more or one less.

p/reach: short
  What is asked
    At least 80 % of a community's residents reach green space within 400 m on foot (Test standard, Nobody 2026; not read in the standard itself).
    Standard: Test standard; Nobody, 2026; a published standard
    Clause: clause 1.2
    How sure: mandatory; confidence in its numbers high; read where others quote it, not in the standard itself
    Target: at least 80 % (stated in the standard)
    Judged for: each community
  What was found
    54 of 60 residents (90 %) have no green space within 400 m on foot. The data are poor here: what is missing may only be missing from the map.
    Value: 10 %; between 0 % and 10 % under other defensible ways of placing residents in homes
    Firm: the verdict is the same under all ways of placing residents that were tried
    Measured: walking distance over the network, from entrances
  How it came about
    Served: 6 residents in 6 homes; nearest 272 m, half of them 322 m or less, farthest 398 m
      way/1 (park, way/1, 0.3 ha): 6 residents; nearest 272 m, half of them 322 m or less, farthest 398 m
        by entrance way/1#4 (open edge, confidence low, on street edge 1:0): 6 residents
    Not served, beyond the limit: 54 residents in 15 homes; nearest 422 m, half of them 490 m or less, farthest 748 m
    Homes that have it farthest:
      street/East/19 (no building mapped): 1 resident, 748 m to way/1
      street/East/18 (no building mapped): 1 resident, 722 m to way/1
      street/East/17 (no building mapped): 1 resident, 698 m to way/1
      street/East/16 (no building mapped): 1 resident, 672 m to way/1
      street/East/15 (no building mapped): 1 resident, 648 m to way/1
  The arithmetic
    6 of 60 residents are served = 10 %
    80 % or more is asked for
    10 % is not: short by 70 percentage points, which is 42 residents who would have to be served
    Score: 0.125 of 1 (how far the value has come towards the target)

Where its residents live
  60 residents in 21 homes
  of them 20 residents (33.3 %) at 20 points along streets, because their buildings are missing from the map
  Data: poor
    Buildings are missing along its residential streets: they stand beside 10 % of their length
    Too few homes are mapped for the residents counted: 6.67 m² of residential floor for each of them
"""

CHINESE = """\
内部资料：涉及单个住处和少数人群，不得公开。
East（社区，East）：60 名居民
居民按比例分摊到各住处，取整后的合计可能相差 1。

p/reach: 不达标
  要求
    每个社区步行 400 米内可到达绿地的居民比例不低于 80%（测试标准，Nobody，2026；未在标准原文中核对）。
    标准：测试标准；Nobody，2026；正式标准
    条款：第 1.2 条
    可靠程度：强制性；数值可信度：高；仅读转引，未读标准原文
    目标：不低于 80%（标准原文）
    评判层级：每个社区
  结果
    60 名居民中有 54 名（90%）步行 400 米内没有绿地。此处数据较差：短缺可能只是数据缺失所致。
    数值：10%；采用其他合理居民落位方法时介于 0% 与 10% 之间
    稳健：所试的各种居民落位方法结论一致
    测量：自入口起算的路网步行距离
  数值的由来
    已覆盖：6 名居民，6 个住处；最近 272 米，半数不超过 322 米，最远 398 米
      way/1（公园，way/1，0.3 公顷）：6 名居民；最近 272 米，半数不超过 322 米，最远 398 米
        经入口 way/1#4（开放边界，可信度低，位于路段 1:0）：6 名居民
    未覆盖，超出限值：54 名居民，15 个住处；最近 422 米，半数不超过 490 米，最远 748 米
    距离最远的住处：
      street/East/19（无已测绘建筑）：1 名居民，到 way/1 748 米
      street/East/18（无已测绘建筑）：1 名居民，到 way/1 722 米
      street/East/17（无已测绘建筑）：1 名居民，到 way/1 698 米
      street/East/16（无已测绘建筑）：1 名居民，到 way/1 672 米
      street/East/15（无已测绘建筑）：1 名居民，到 way/1 648 米
  算式
    60 名居民中有 6 名已覆盖 = 10%
    要求不低于 80%
    10% 未满足：不达标，相差 70 个百分点，即还须覆盖 42 名居民
    得分：0.125（满分 1，表示接近目标的程度）

居民住在哪里
  60 名居民，分布于 21 个住处
  其中 20 名居民（33.3%）因地图缺少其建筑而置于沿街的 20 个点
  数据：较差
    住宅街道旁缺少已测绘建筑：有建筑的路段占 10%
    已测绘住宅过少，容纳不下统计的居民：每名居民对应已测绘居住建筑面积 6.67 m²
"""


@pytest.fixture(scope="module")
def results() -> Results:
    rows = {"f": ("flood", "official", box(690, 0, 705, 100)), "d": ("flood", "derived", box(0, 0, 1, 1))}
    return assess(with_hazards(town(), rows), [PROFILE])


def text(results: Results, keys: list[tuple[str, str]], language: str, unit: str = "East", level: str = "community") -> str:
    return terminal_text(explanation_sections(results, explain(results, level, unit, keys), language))


@pytest.mark.parametrize(("language", "expected"), [("en", ENGLISH), ("zh", CHINESE)])
def test_one_verdict_in_full(results, language: str, expected: str) -> None:
    # What follows names inputs, of which the town has none, caveats, and versions.
    assert text(results, KEYS[:1], language).startswith(expected)


def test_every_kind_of_rule_has_its_arithmetic(results) -> None:
    said = text(results, KEYS, "en")
    for line in (
        "3 rules short, 0 met, 2 reported, 1 not assessed",
        "0 m² / 60 residents = 0 m²/person",
        "0 m²/person is not: short by 100 m²/person, which is 6,000 m² missing",
        "20.3 of 60 residents are inside = 33.8 %",
        "33.8 % is not: short by 28.8 percentage points, which is 17 residents too many",
        "d (d; flood, derived, for screening only): left out, for a derived layer never judges",
        "321 m² fall to the residents here; 6 residents have it in reach and share it with others, 56 residents in all",
        "Judged above: All (district) is met: 27.3 m²/person against 10 m²/person",
        "Not assessed: No place of this kind stands in this unit",
        "Target: none; the figure is reported and nobody falls short of it",
    ):
        assert line in said
    west = text(results, KEYS, "en", "West")
    assert "100 % is enough: met" in west
    assert "1 of 1 places pass = 100 %" in west


def test_chinese_holds_no_english_but_names(results) -> None:
    said = text(results, KEYS, "zh", "West")
    body = said[: said.index("方法参数")]
    for name in ("West", "East", "Nobody", "All", "way", "street", "reach", "have", "dry", "shared", "wide", "there", "dichotomous"):
        body = re.sub(rf"\b{name}\b", "", body)
    assert not re.findall(r"[A-Za-z]{3,}", body)


@pytest.mark.parametrize("key", SAID)
def test_both_languages_say_the_same_of_the_same(key: str) -> None:
    english, chinese = SAID[key]
    assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", chinese))


def test_a_name_cannot_steer_a_terminal_nor_turn_the_text_around() -> None:
    layers = town()
    evil = "\x1b[2J\x1b]0;gone\x07Par\u202ekque\r\nINTERNAL\u200b"
    named = dataclasses.replace(
        layers,
        communities=layers.communities.assign(name=evil),
        spaces=spaces({"way/1": ("park", PARK)}).assign(name=evil),
    )
    results = assess(named, [PROFILE])
    for language in ("en", "zh"):
        said = text(results, KEYS, language)
        bad = [c for c in said if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c != "\n"]
        assert not bad
        assert "gone" in said
    record = json.dumps(explanation_record(results, explain(results, "community", "East", KEYS)), ensure_ascii=False)
    assert not re.search("[\x00-\x1f\x7f\u202a-\u202e\u200b]|\\\\u00", record)


def test_the_record_names_what_is_unknown_and_what_is_out_of_reach() -> None:
    results = assess(town(), [dataclasses.replace(PROFILE, rules=(dataclasses.replace(REACH, supply=Supply(("beach",))),))])
    record = explanation_record(results, explain(results, "community", "East", KEYS[:1]))
    (verdict,) = record["verdicts"]
    assert record["format"] == "linli-explanation-1"
    assert verdict["found"]["kind"] == "reach"
    assert verdict["found"]["none_found"] == pytest.approx(60)
    assert verdict["found"]["farthest"][0]["cost"] == "inf"
    assert verdict["found"]["served"]["nearest"] is None
    assert verdict["assessment"]["value"] == 0.0
    assert verdict["found"]["options"][0]["supply"] == "beach"
    json.dumps(record, allow_nan=False)


@pytest.mark.parametrize(
    ("row", "by", "english", "chinese"),
    [
        (("way/1", 1.0, 310.4, 3.0), "walk", "Of those who have one in reach, all go to way/1: half of these walk 310 m or less, through 3 entrances.", "可达的居民中，全部去往 way/1：其中半数步行不超过 310 米，经 3 个入口。"),
        (("way/1", 0.6, 310.4, 1.0), "walk", "Of those who have one in reach, most go to way/1: half of these walk 310 m or less, through 1 entrance.", "可达的居民中，多数去往 way/1：其中半数步行不超过 310 米，经 1 个入口。"),
        (("way/1", 0.4, 310.4, float("nan")), "euclidean", "Of those who have one in reach, more go to way/1 than to any other: half of these live 310 m or less away in a straight line.", "可达的居民中，去往最多的是 way/1：其中半数直线相距不超过 310 米。"),
        ((None, float("nan"), float("nan"), float("nan")), "walk", "", ""),
    ],
)  # fmt: skip
def test_where_the_served_go(results, row: tuple[str | None, float, float, float], by: str, english: str, chinese: str) -> None:
    values = dict(zip(("reached_space_id", "reached_share", "reached_median_m", "reached_entrances"), row, strict=True))
    rule, facts = dataclasses.replace(REACH, by=by), Facts.of(results)
    assert reached_sentence(values, rule, facts, "en") == english
    assert reached_sentence(values, rule, facts, "zh") == chinese


def test_areas_are_told_to_the_square_metre_where_a_reader_may_reckon_with_them() -> None:
    """186,811 m2 for 67,929 residents are 2.75 each; 187,000 or 186,000 would not be."""
    assert whole_m2(186_811.4) == "186,811 m²"
    assert exactly(5_284_321.0, FLOOR, "en") == "5,284,321 m² of residential floor area"
    assert exactly(5_284_321.0, FLOOR, "zh").startswith("5,284,321 m²")
