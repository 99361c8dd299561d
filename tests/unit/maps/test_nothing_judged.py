"""What map and terminal say where no community could be judged: every reason, and no class as if it were measured."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from analyses.results import Results
from linli.report import summary_text
from maps.headline import headline
from maps.legend import views


def unjudged(results: Results, *reasons: tuple[str, str, str]) -> Results:
    """The synthetic town with nobody judged, and for each rule a row a community: profile, rule and reason."""
    communities = results.communities.assign(
        status="not_assessed", residents_short=float("nan"), population=[100.0, 200.0, 300.0]
    )
    rows = [
        {"unit_id": unit, "level": "community", "profile_id": profile, "rule_id": rule, "reason": reason,
         "status": "reported" if reason == "no_target" else "not_assessed", "value": float("nan")}
        for profile, rule, reason in reasons
        for unit in communities["community_id"]
    ]  # fmt: skip
    table = pd.DataFrame(rows).reindex(columns=results.assessments.columns)
    return dataclasses.replace(results, communities=communities, assessments=table)


MANY = (
    ("linli-survival", "flood", "needs_hazard_survival"),
    ("gb51143-2015", "area", "no_refuges"),
    ("gb51143-2015", "walk", "no_refuges"),
    ("gb21734-2008", "walk", "no_refuges"),
    ("sdg-11.7.1", "people.400m", "no_target"),
    ("sdg-11.7.1", "people.800m", "no_target"),
)


def test_each_reason_is_named_with_its_rules_and_profiles_most_rules_first(synthetic_results: Results) -> None:
    told = headline(unjudged(synthetic_results, *MANY), "en")
    assert told.lead == "No community could be judged. Why, and for how many rules:"
    assert [text[:31] for text in told.sentences] == [
        "The study lists no refuges that", "The rule has no target: its val", "No official or modelled hazard "]
    assert [text.rpartition(" (")[2] for text in told.sentences] == [
        "3 rules of gb51143-2015, gb21734-2008).", "2 rules of sdg-11.7.1).", "1 rule of linli-survival)."]


def test_the_reasons_are_told_in_chinese_too(synthetic_results: Results) -> None:
    told = headline(unjudged(synthetic_results, *MANY), "zh")
    assert told.lead == "没有社区可以评判。原因及所涉规则数："
    assert told.sentences[0].endswith("（gb51143-2015、gb21734-2008，3 条规则）。")


@pytest.mark.parametrize(("code", "why"), [
    ("no_data_for_class", "the study has no data for what the rule asks for"),
    ("no_target", "no rule that could be assessed has a target; values are reported")])
def test_a_reason_that_all_rules_share_needs_no_list(synthetic_results: Results, code: str, why: str) -> None:
    told = headline(unjudged(synthetic_results, ("a", "one", code), ("b", "two", code)), "en")
    assert (told.lead, told.sentences) == (f"No community could be judged: {why}.", ())


def test_the_terminal_lists_the_reasons_below_the_number_of_communities(synthetic_results: Results) -> None:
    head = summary_text(unjudged(synthetic_results, *MANY), "en").splitlines()
    assert head[1] == "No community could be judged. Why, and for how many rules:"
    assert head[2].startswith("The study lists no refuges that are there")
    assert head[3].endswith("(3 rules of gb51143-2015, gb21734-2008).")


def test_a_legend_of_nothing_assessed_lists_no_class_as_if_it_were_measured(synthetic_results: Results) -> None:
    def lines(results: Results, view: str) -> list[tuple[str, int]]:
        found = next(each for each in views(results, "en") if each.id == view)
        return [(entry.label, count) for entry, count in found.listed]

    for view in ("residents", "status"):
        assert [count for _, count in lines(unjudged(synthetic_results, *MANY), view)] == [3]
        assert 0 in [count for _, count in lines(synthetic_results, "residents")]  # looked at, and none found
    assert lines(unjudged(synthetic_results, *MANY), "residents")[0][0] == "Not assessed"
