
"""Words: whole sentences from facts, in both languages, with words for every code there is."""

from __future__ import annotations

import ast
import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest

from analyses.columns import REASONS
from analyses.profile_reader import known_profiles, packaged_profile
from layers.tag_rules import space_classes, unions
from layers.types import Caveat
from maps import caveat_words
from maps.cards import cards
from maps.caveat_words import CAVEAT_WORDS
from maps.column_labels import label
from maps.map_words import measured
from maps.numbers import area, number, per_person
from maps.tables import published_tables
from maps.vocabulary import CLASSES
from maps.words import (
    LANGUAGES,
    caveat_text,
    class_word,
    layer_word,
    method_word,
    not_assessed_words,
    reason,
    reasons,
    requirement,
    status_word,
)

ROOT = Path(__file__).resolve().parents[3]


def _rule(results, profile_id, rule_id):
    (profile,) = [profile for profile in results.profiles if profile.id == profile_id]
    (rule,) = [rule for rule in profile.rules if rule.id == rule_id]
    return rule, profile


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (24.0, "%", "24 %", "24%"),
        (79.96, "%", "80 %", "80%"),
        (0.04, "%", "< 0.1 %", "< 0.1%"),
        (99.96, "%", "> 99.9 %", "> 99.9%"),
        (0.0, "%", "0 %", "0%"),
        (100.0, "%", "100 %", "100%"),
        (3.1, "m2/person", "3.1 m²/person", "3.1 m²/人"),
        (71_234.0, "m2", "71,200 m²", "71,200 m²"),
        (830.0, "m", "830 m", "830 米"),
        (1722.4, "persons", "1,722", "1,722"),
        (0.3, "persons", "fewer than 1", "不足 1"),
        (math.nan, "%", "unknown", "未知"),
        (math.inf, "m", "out of reach", "不可达"),
    ],
)
def test_a_number_is_written_as_people_read_it(value, unit, english, chinese):
    assert number(value, unit, "en") == english
    assert number(value, unit, "zh") == chinese


def test_areas_are_written_as_standards_do():
    assert [area(value, "en") for value in (400.0, 5000.0, 12_500.0)] == ["400 m²", "0.5 ha", "1.25 ha"]
    assert area(5000.0, "zh") == "0.5 公顷"
    assert [per_person(value) for value in (4.96, 5.0, 0.004, 0.0, 23.46)] == [
        "4.96 m²",
        "5 m²",
        "< 0.01 m²",
        "0 m²",
        "23.5 m²",
    ]


@pytest.mark.parametrize(
    ("profile_id", "rule_id", "english", "chinese"),
    [
        (
            "linli-start",
            "green.500m",
            "At least 80 % of a community's residents reach green space of 0.5 ha or more within 500 m on foot (Linli start profile, our own convention).",
            "每个社区步行 500 米内可到达 0.5 公顷及以上绿地的居民比例不低于 80%（邻里起步标准，本工具自定，非正式标准）。",
        ),
        (
            "linli-start",
            "green.per_person",
            "At least 5 m² of green space per resident within each district (Linli start profile, our own convention).",
            "每个区人均绿地面积不少于 5 m²（邻里起步标准，本工具自定，非正式标准）。",
        ),
        (
            "linli-start",
            "exposure.any",
            "At most 5 % of a community's residents live inside an official or modelled flood or coastal hazard area (Linli start profile, our own convention).",
            "每个社区位于官方或模拟洪水或海岸灾害区内的居民比例不高于 5%（邻里起步标准，本工具自定，非正式标准）。",
        ),
        (
            "sdg-11.7.1",
            "people.400m",
            ("Share of a community's residents who reach open public space within 400 m on foot; reported, as there is no target "
            "(SDG indicator 11.7.1, UN-Habitat 2021)."),
            "每个社区步行 400 米内可到达开放公共空间的居民比例；无目标值，仅报告（可持续发展目标指标 11.7.1，联合国人居署，2021）。",
        ),
    ],
)
def test_a_requirement_is_one_sentence(synthetic_results, profile_id, rule_id, english, chinese):
    rule, profile = _rule(synthetic_results, profile_id, rule_id)
    assert requirement(rule, profile, "en") == english
    assert requirement(rule, profile, "zh") == chinese


def test_a_target_of_our_own_reading_says_so():
    profile = packaged_profile("who-300")
    english, chinese = (requirement(profile.rules[0], profile, language) for language in LANGUAGES)
    assert english.startswith(
        "All of a community's residents live within 300 m of green space of 0.5 ha or more in a straight line"
    )
    assert "the target is our reading" in english
    assert "全部居民距 0.5 公顷及以上绿地直线距离不超过 300 米" in chinese
    assert "解读" in chinese


def test_every_rule_of_every_packaged_profile_has_a_whole_sentence():
    for profile in map(packaged_profile, known_profiles()):
        for rule in profile.rules:
            for language in LANGUAGES:
                _assert_whole(requirement(rule, profile, language))


def _assert_whole(sentence):
    """No hole, no raw code, no doubled space."""
    assert sentence[-1] in ".。"
    for fault in ("nan", "None", "{", "}", "  ", "()", "（）", " ,", " .", "_"):
        assert fault not in sentence, sentence


def test_the_reason_of_a_gap_says_how_many_how_far_and_where_to(synthetic_results):
    english, chinese = (reasons(synthetic_results.gaps, synthetic_results, language) for language in LANGUAGES)
    assert english[0] == (
        "400 of 1,000 residents (40 %) have no green space of 0.5 ha or more within 500 m on foot; half of them walk 830 m or more; "
        "the nearest for most is Parque Uno."
    )
    assert (
        english[1] == "120 of 1,000 residents (12 %) live inside an official flood hazard area; at most 5 % is allowed; the study has no official or modelled coastal layer to judge by, so exposure to that is unknown."
    )
    assert english[2] == "3.1 m² of green space per resident against 5 m² required; 2,280 m² are missing."
    assert chinese[0] == (
        "1,000 名居民中有 400 名（40%）步行 500 米内没有 0.5 公顷及以上绿地，其中半数需步行 830 米及以上，多数人最近的是 Parque Uno。"
    )
    assert chinese[2] == "人均绿地 3.1 m²，要求 5 m²，缺 2,280 m²。"


def test_what_is_missing_is_rounded_up_as_what_a_suggestion_adds(synthetic_results):
    """627.3 m2 for 1,200 residents: 627 would not be enough."""
    gaps = synthetic_results.gaps.assign(shortfall=627.3 / 1200)
    assert "; 628 m² are missing" in reasons(gaps, synthetic_results, "en")[2]
    assert "，缺 628 m²" in reasons(gaps, synthetic_results, "zh")[2]


def test_facts_that_are_missing_leave_no_hole(synthetic_results):
    rule, _ = _rule(synthetic_results, "linli-start", "green.500m")
    row = synthetic_results.gaps.iloc[0].copy()
    row["nearest_space_id"], row["median_distance_m"] = None, math.inf
    assert reason(row, rule, synthetic_results, "en").endswith("; at least half of them find none within 5,000 m.")
    row["median_distance_m"] = math.nan
    assert (
        reason(row, rule, synthetic_results, "en")
        == "400 of 1,000 residents (40 %) have no green space of 0.5 ha or more within 500 m on foot."
    )
    row["unit_id"] = "nowhere"
    assert (
        reason(row, rule, synthetic_results, "en")
        == "400 residents have no green space of 0.5 ha or more within 500 m on foot."
    )
    row["nearest_space_id"] = "node/5"
    assert "the nearest for most is playground node/5" in reason(row, rule, synthetic_results, "en")


def test_nobody_and_everybody_are_said_in_words(synthetic_results):
    reach, _ = _rule(synthetic_results, "linli-start", "green.500m")
    flood, _ = _rule(synthetic_results, "linli-start", "exposure.any")
    every = {"level": "community", "unit_id": "c1", "value": 0.0, "residents_served": 0.0, "residents_short": 1000.0}
    nobody = dict(every, residents_served=1000.0, residents_short=1e-9)
    assert reason(every, reach, synthetic_results, "en").startswith(
        "None of the 1,000 residents has green space of 0.5 ha or more within"
    )
    assert reason(every, reach, synthetic_results, "zh").startswith(
        "全部 1,000 名居民步行 500 米内均没有 0.5 公顷及以上绿地"
    )
    assert reason(every, flood, synthetic_results, "en").startswith("All 1,000 residents live inside")
    assert reason(nobody, flood, synthetic_results, "en").startswith("No resident lives inside")
    assert reason(nobody, reach, synthetic_results, "zh").startswith("全部居民步行 500 米内均有")


def test_buildings_are_counted_not_shared(synthetic_results):
    rule, profile = _rule(synthetic_results, "study", "exposure.ravine-bands")
    counted = replace(rule, who="building_count", unit="buildings")
    row = {"unit_id": "c1", "level": "community", "value": 829.0, "status": "reported", "reason": "derived_layer"}
    assert reason(row, counted, synthetic_results, "en").startswith(
        "829 buildings lie inside “Ravine bands” (derived, for screening only)."
    )
    assert reason(row, counted, synthetic_results, "zh").startswith("829 栋建筑位于“沟谷带”（推导，仅供筛查）内。")
    assert "number of a community's buildings" in requirement(counted, profile, "en")
    assert "每个社区建筑的数量" in requirement(counted, profile, "zh")


def test_a_title_that_says_its_status_is_not_told_it_again(synthetic_results):
    rule, _ = _rule(synthetic_results, "study", "exposure.ravine-bands")
    study = synthetic_results.study
    named = replace(study.hazards[1], title={"en": "Ravine bands (derived, not official)"})
    results = replace(synthetic_results, study=replace(study, hazards=(study.hazards[0], named)))
    row = synthetic_results.assessments.iloc[-1]
    assert reason(row, rule, results, "en").startswith(
        "300 of 1,000 residents (30 %) live inside “Ravine bands (derived, not official)”. Reported"
    )


def test_one_resident_is_singular(synthetic_results):
    rule, _ = _rule(synthetic_results, "linli-start", "exposure.any")
    row = dict(synthetic_results.assessments.iloc[3], residents_short=1.0, residents_served=199.0)
    assert reason(row, rule, synthetic_results, "en").startswith("1 of 200 residents (0.5 %) lives inside")


def test_a_verdict_that_is_not_firm_says_so(synthetic_results):
    rule, _ = _rule(synthetic_results, "linli-start", "green.500m")
    row = dict(synthetic_results.assessments.iloc[0], firm=0.0, value_low=58.5, value_high=81.0)
    assert reason(row, rule, synthetic_results, "en").endswith(
        "The verdict is not firm: under other defensible ways of placing residents in homes the value lies between 58.5 % and 81 %."
    )
    assert "介于 58.5% 与 81% 之间" in reason(row, rule, synthetic_results, "zh")
    assert "not firm" not in reason(dict(row, firm=1.0), rule, synthetic_results, "en")


def test_a_gap_whose_verdict_is_not_firm_says_so(synthetic_results):
    gaps = synthetic_results.gaps.assign(firm=[0.0, 1.0, 1.0])
    english, chinese = (reasons(gaps, synthetic_results, language) for language in LANGUAGES)
    assert ["not firm" in sentence for sentence in english] == [True, False, False]
    assert english[0].endswith("the value lies between 57 % and 63 %.")
    assert "结论不稳健" in chinese[0]


@pytest.mark.parametrize(
    ("light", "english", "chinese"),
    [
        ("poor", " The data are poor here: what is missing may only be missing from the map.", "此处数据较差：短缺可能只是数据缺失所致。"),
        ("doubtful", "", ""),
        ("good", "", ""),
    ],
)
def test_a_gap_where_data_are_poor_may_be_a_hole_in_the_map(synthetic_results, light, english, chinese):
    plain = replace(synthetic_results, communities=synthetic_results.communities.assign(data_light="good"))
    told = replace(synthetic_results, communities=synthetic_results.communities.assign(data_light=light))
    for language, added in (("en", english), ("zh", chinese)):
        before, after = reasons(plain.gaps, plain, language), reasons(told.gaps, told, language)
        reach = list(plain.gaps["rule_id"]).index("green.500m")
        assert after[reach] == before[reach] + added
        exposed = list(plain.gaps["rule_id"]).index("exposure.any")
        assert ("elsewhere" in after[exposed] or "可能不同" in after[exposed]) == (light == "poor")
        district = list(plain.gaps["level"]).index("district")
        assert after[district] == before[district]  # its own light stands in `parents`


def test_a_card_says_once_that_a_verdict_is_not_firm(synthetic_results):
    rows = synthetic_results.assessments
    green = rows["unit_id"].eq("c1") & rows["rule_id"].eq("green.500m")
    results = replace(synthetic_results, assessments=rows.assign(firm=rows["firm"].mask(green, 0.0)))
    assert cards(results, "en")[0].count("57 %") == 1
    assert cards(results, "zh")[0].count("结论不稳健") == 1


def test_a_share_of_land_is_measured_on_built_up_land():
    rule = next(rule for rule in packaged_profile("sdg-11.7.1").rules if rule.id == "land.share")
    assert measured(rule, "en") == "Area inside the unit divided by the built-up land of the unit."
    assert "建成区" in measured(rule, "zh")
    assert "built-up land" in method_word("land_share", "en")


def test_one_number_has_one_label(synthetic_results):
    """What is not served wherever it is, and what of it lies in units that are short, are two columns."""
    tables = {table.declared.name: table for table in published_tables(synthetic_results)}
    named = {name: next(label(field, "en") for field in table.fields if field.name == "residents_short")
             for name, table in tables.items() if name in ("communities", "gaps", "assessments")}
    assert named == {
        "communities": "Residents short", "gaps": "Residents short", "assessments": "Residents not served or exposed"}


def test_clauses_are_published_in_every_language(synthetic_results):
    rules = next(table.frame for table in published_tables(synthetic_results) if table.declared.name == "rules")
    assert rules.loc[0, ["clause_en", "clause_zh"]].tolist() == ["none: a synthetic rule", "无：合成规则"]
    assert {"note_en", "note_zh"} <= set(rules.columns)


def test_residents_left_open_by_the_edge_of_the_data_are_named(synthetic_results):
    rule, _ = _rule(synthetic_results, "linli-start", "green.500m")
    row = dict(synthetic_results.assessments.iloc[1], residents_short=0.0, residents_unknown=30.0)
    assert reason(row, rule, synthetic_results, "en") == (
        "Every other resident has green space of 0.5 ha or more within 500 m on foot; for 30 more the edge of the data leaves it open: of all residents, between 86.4 % and 100 % have it."
    )


def test_floor_area_stands_in_for_unknown_residents(synthetic_results):
    rule, _ = _rule(synthetic_results, "linli-start", "green.500m")
    row = {
        "unit_id": "c1",
        "level": "community",
        "value": 38.2,
        "status": "reported",
        "reason": "buildings_not_residents",
    }
    sentence = reason(row, replace(rule, who="buildings", target=None), synthetic_results, "en")
    assert sentence.startswith(
        "38.2 % of residential floor area has green space of 0.5 ha or more within 500 m on foot. Reported, not judged: floor area"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_has_a_whole_sentence(synthetic_results, language):
    for frame in (synthetic_results.assessments, synthetic_results.gaps):
        for sentence in reasons(frame, synthetic_results, language):
            _assert_whole(sentence)


def test_reasons_do_not_change_the_frames(synthetic_results):
    before = synthetic_results.gaps.copy()
    reasons(synthetic_results.gaps, synthetic_results, "zh")
    assert synthetic_results.gaps.equals(before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words(language):
    assert all(not_assessed_words(code, language) for code in REASONS)
    assert {status_word(status, "zh") for status in ("met", "short", "reported", "not_assessed")} == {
        "达标",
        "不达标",
        "仅报告",
        "未评估",
    }
    assert method_word("walk", language) != "walk"


def test_every_class_and_union_has_words():
    assert set(space_classes()) | set(unions()) <= set(CLASSES)
    assert class_word("open_public_space", "zh") == "开放公共空间"


def _caveat_codes():
    """Codes of every ``Caveat("...")`` in the source."""
    codes = set()
    for room in ("spatial", "layers", "analyses"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Caveat":
                    codes |= {ast.literal_eval(node.args[0])} if isinstance(node.args[0], ast.Constant) else _named(path)
    return codes


def _named(path):
    """Codes of a module that lists its caveats before it makes them: all its texts that have words."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in tree if isinstance(node, ast.Constant) and node.value in set(CAVEAT_WORDS)}


def test_every_caveat_has_words_and_no_words_are_left_over():
    assert _caveat_codes() == set(CAVEAT_WORDS)


def test_no_caveat_has_its_words_twice():
    """Python keeps the last of two equal keys without a word."""
    tree = ast.parse((ROOT / "maps" / "caveat_words.py").read_text(encoding="utf-8"))
    (table,) = [node.value for node in tree.body if isinstance(node, ast.AnnAssign)]
    own = [key for key in table.keys if key is not None]  # None is another table, taken in whole
    others = [value.id for key, value in zip(table.keys, table.values, strict=True) if key is None]
    assert others
    assert len(own) + sum(len(getattr(caveat_words, name)) for name in others) == len(CAVEAT_WORDS)


@pytest.mark.parametrize("code", sorted(CAVEAT_WORDS))
def test_every_caveat_is_a_whole_sentence(code):
    assert set(CAVEAT_WORDS[code]) == set(LANGUAGES)
    amounts = [(1, "features"), (2500.0, "residents"), (64.2, "%"), (1800.0, "m2")]
    for language, (count, unit), detail in itertools.product(LANGUAGES, amounts, ("", "c1 c2")):
        sentence = caveat_text(Caveat(code, "hazard.flood", count, unit, detail), language)
        _assert_whole(sentence)
        assert "[" not in sentence
        assert detail in sentence or "{detail}" not in CAVEAT_WORDS[code][language]


def test_layers_are_named():
    assert layer_word("parents.district", "zh") == "上级单元（区）"
    assert layer_word("hazard.flood", "en") == "Hazard (flood)"
    assert layer_word("neighbourhood", "zh") == "街区"
    assert layer_word("quarter", "en") == "quarter"


@pytest.mark.parametrize(
    ("method", "by", "level", "english", "chinese"),
    [
        ("within", "walk", "community", "At least 5 m² of green space within 800 m on foot of the residents of each community, per resident", "每个社区居民步行 800 米内绿地人均面积不少于 5 m²"),
        ("e2sfca", "walk", "community", "At least 5 m² of green space within 800 m on foot per resident of each community on average, shared out among all who come", "每个社区居民步行 800 米内绿地由所有前来者分享后的人均面积不少于 5 m²"),
        ("e2sfca", "euclidean", "city", "At least 5 m² of green space within 800 m in a straight line per resident of the whole study area on average, shared out among all who come", "全域居民直线 800 米内绿地由所有前来者分享后的人均面积不少于 5 m²"),
    ],
)
def test_provision_within_reach_says_how_far_and_with_whom_it_is_shared(synthetic_results, method, by, level, english, chinese):
    rule, profile = _rule(synthetic_results, "linli-start", "green.per_person")
    near = replace(rule, method=method, within_m=800.0, by=by, level=level, decay="gaussian")
    assert requirement(near, profile, "en").startswith(english + " (Linli")
    assert requirement(near, profile, "zh").startswith(chinese + "（邻里")
    assert requirement(replace(near, target=None), profile, "en").startswith("Area of green space within 800 m ")


def test_what_is_short_where_supply_is_shared_names_no_area_that_would_fill_the_gap(synthetic_results):
    rule, profile = _rule(synthetic_results, "linli-start", "green.per_person")

    def told(method, language, unknown=0.0):
        near = replace(rule, method=method, within_m=800.0)
        rules = tuple(near if r is rule else r for r in profile.rules)
        results = replace(synthetic_results, profiles=(replace(profile, rules=rules), *synthetic_results.profiles[1:]))
        row = results.assessments[(results.assessments["rule_id"] == rule.id) & (results.assessments["status"] == "short")]
        return reasons(row.assign(residents_unknown=unknown), results, language)[0]

    shared = told("e2sfca", "en", unknown=40.0)
    assert shared.startswith("3.1 m² of green space per resident within 800 m on foot, shared out among all who come, against 5 m² required")
    assert "missing" not in shared
    assert "for 40 more the edge of the data leaves it open" in shared
    assert told("e2sfca", "zh").startswith("步行 800 米内由所有前来者分享的人均绿地 3.1 m²，要求 5 m²")
    assert told("within", "en").startswith("3.1 m² of green space per resident within 800 m on foot against 5 m² required; 2,280 m² are missing")
