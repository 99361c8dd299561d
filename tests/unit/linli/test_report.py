"""What `linli run` prints, on a synthetic assessment whose numbers can be checked on paper."""

from __future__ import annotations

import dataclasses
import math

from analyses.profile_reader import known_profiles, packaged_profile
from linli import report
from linli.findings_report import priorities, priorities_text
from linli.report import area_lines, summary_text, worst_communities
from tests.synthetic_findings import without_a_suggestion


def test_the_worst_community_is_named_once_with_its_worst_rule(synthetic_results):
    worst = worst_communities(synthetic_results, "en")
    # c1 is short under two rules: 400 residents without green space, 120 in the flood band.
    assert [(community.community_id, community.rule_id, community.residents_short) for community in worst] == [
        ("c1", "green.500m", 400.0)
    ]
    assert (worst[0].residents, worst[0].value, worst[0].target) == (1000.0, 60.0, 80.0)


def test_communities_are_listed_worst_first_and_no_more_than_asked(synthetic_results):
    rows = synthetic_results.assessments
    short = rows.assign(
        status=rows["status"].mask(rows["unit_id"].eq("c2") & rows["rule_id"].eq("green.500m"), "short")
    )
    results = dataclasses.replace(synthetic_results, assessments=short)
    assert [community.community_id for community in worst_communities(results, "en")] == ["c1", "c2"]
    assert [community.community_id for community in worst_communities(results, "en", count=1)] == ["c1"]


def test_the_city_has_a_line_for_every_rule_in_the_order_of_the_profiles(synthetic_results):
    lines = area_lines(synthetic_results, "en")
    assert [line.rule_id for line in lines] == [
        "green.500m",
        "green.per_person",
        "exposure.any",
        "people.400m",
        "exposure.ravine-bands",
    ]
    green, per_person, exposure, people, ravine = lines
    assert (green.value, green.units_short, green.units_judged) == (65.8, 1, 2)
    assert (per_person.judged_level, per_person.units_short, per_person.units_judged) == ("district", 1, 1)
    assert exposure.at_most
    assert not green.at_most
    # 410 of all residents are not served, 400 of them in the community that is short.
    assert (green.residents_concerned, green.residents_in_short_units) == (410.0, 400.0)
    assert math.isnan(per_person.residents_concerned)
    assert per_person.residents_in_short_units == 1200.0
    assert math.isnan(people.residents_in_short_units)
    assert math.isnan(people.target)
    assert math.isnan(ravine.value)


def test_a_city_value_that_may_not_judge_says_why(synthetic_results):
    rows = synthetic_results.assessments
    homes = rows.assign(
        reason=rows["reason"].mask(
            rows["level"].eq("city") & rows["rule_id"].eq("people.400m"), "buildings_not_residents"
        )
    )
    lines = area_lines(dataclasses.replace(synthetic_results, assessments=homes), "en")
    assert {line.rule_id: line.note for line in lines}["people.400m"].startswith("Floor area of homes")
    assert {line.rule_id: line.note for line in lines}["green.500m"] == ""


def test_the_summary_counts_and_keeps_names_from_the_terminal(synthetic_results):
    text = summary_text(synthetic_results, "en")
    assert text.startswith("Synthetic town: 3 communities, at least 1,200 residents known\n")
    assert "1 fall short" in text
    assert "1 could not be assessed" in text
    assert "\x07" not in text
    assert "65.8 %" in text


def test_the_table_of_rules_is_no_wider_than_the_terminal(synthetic_results, monkeypatch):
    def widest(columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        _, _, table = summary_text(synthetic_results, "en").partition("The whole study area, rule by rule\n")
        return max(map(len, table.splitlines()))

    assert widest(110) <= 110 < widest(300)


def test_a_city_in_which_nobody_falls_short_has_no_table_of_the_worst(synthetic_results):
    rows = synthetic_results.assessments
    met = rows.assign(status=rows["status"].mask(rows["status"].eq("short"), "met"))
    text = summary_text(dataclasses.replace(synthetic_results, assessments=met), "en")
    assert "Worst communities" not in text
    assert "The whole study area, rule by rule" in text


def test_results_are_left_as_they_were(synthetic_results):
    before = synthetic_results.assessments.copy()
    summary_text(synthetic_results, "en")
    assert synthetic_results.assessments.equals(before)


def test_residents_who_are_not_known_are_never_none(synthetic_results):
    def head(**columns):
        communities = synthetic_results.communities.assign(**columns)
        return summary_text(dataclasses.replace(synthetic_results, communities=communities), "en").splitlines()[:2]

    nobody_knows = head(population=math.nan, status="not_assessed")
    assert nobody_knows[0] == "Synthetic town: 3 communities, residents not known"
    assert nobody_knows[1] == "No community could be judged: the number of residents is unknown."
    assert head(population=0.0, status="not_assessed") == [
        "Synthetic town: 3 communities, 0 residents",
        "No community could be judged: nobody lives there.",
    ]


def test_homes_that_stand_in_for_residents_are_named_and_have_no_target(synthetic_results, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    start, *others = synthetic_results.profiles
    homes = dataclasses.replace(start.rules[0], id="green.500m.buildings", who="buildings", target=None)
    results = dataclasses.replace(synthetic_results, profiles=(dataclasses.replace(start, rules=(*start.rules, homes)), *others))
    text = summary_text(results, "en")
    (line,) = [line for line in text.splitlines() if "residential floor area" in line]
    assert "none" not in line


def test_the_titles_that_ship_are_not_cut_in_the_terminal():
    for rule in (rule for name in known_profiles() for rule in packaged_profile(name).rules):
        assert len(f"{rule.title['en']}: residential floor area") <= report._WIDEST


def test_of_a_group_no_more_are_in_short_units_than_there_are_in_all(synthetic_results):
    """District and city tell whole persons, each rounded for itself: 1,201 in the district, 1,200 in all."""
    (start, *others) = synthetic_results.profiles
    old = dataclasses.replace(start.rules[0], who="age65plus", level="district")
    rows = synthetic_results.assessments
    of_rule = rows["rule_id"].eq(old.id) & rows["level"].isin(["district", "city"])
    rows = rows[of_rule].assign(status="short", residents_short=[1201.0, 1200.0])
    profiles = (dataclasses.replace(start, rules=(old,)), *others)
    line = area_lines(dataclasses.replace(synthetic_results, profiles=profiles, assessments=rows), "en")[0]
    assert (line.residents_concerned, line.residents_in_short_units) == (1200, 1200)


def test_a_rule_of_land_counts_no_residents(synthetic_results):
    (start, *others) = synthetic_results.profiles
    land = dataclasses.replace(start.rules[0], who="residential_land")
    rows = synthetic_results.assessments.assign(residents_short=math.nan, residents_served=math.nan)
    profiles = (dataclasses.replace(start, rules=(land,)), *others)
    line = area_lines(dataclasses.replace(synthetic_results, profiles=profiles, assessments=rows), "en")[0]
    assert line.units_judged == 2
    assert math.isnan(line.residents_concerned)
    assert math.isnan(line.residents_in_short_units)


def test_one_resident_short_is_one_resident():
    results = without_a_suggestion()
    gaps = results.gaps.assign(residents_short=1.0)
    text = priorities_text(dataclasses.replace(results, gaps=gaps), "en")
    assert ": 1 resident short, moderate" in text
    assert "1 residents" not in text


def test_a_gap_without_a_suggestion_says_why_among_what_to_do_first():
    results = without_a_suggestion()
    first, *others = priorities(results, "en")
    assert (first.remedy, first.no_remedy) == ("", "tried")
    assert first.what.startswith("No suggestion found: new gates and new spaces were tried, and nothing found")
    assert [other.no_remedy for other in others] == [""] * len(others)
    assert "    No suggestion found: new gates and new spaces were tried" in priorities_text(results, "en")
    assert priorities(results, "zh")[0].what.startswith("未找到建议：已试算新增入口、新建空间，")
