"""The page: self-contained, the same for the same results, and with a policy for exactly its scripts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from pathlib import Path

import folium
import pandas as pd
import pytest

import maps
from analyses.profile import Rule, Target
from analyses.results import Results
from maps import draw
from maps.headline import headline_rule
from maps.legend import range_labels, value_breaks, views
from maps.overlays import overlays
from maps.page import to_html
from maps.panel import panel
from maps.rankings import ranking, rankings

VENDOR = Path(maps.__file__).parent / "vendor"


def test_it_is_a_folium_map(synthetic_results: Results) -> None:
    drawn = draw(synthetic_results)
    assert isinstance(drawn, folium.Map)
    assert folium.Map.default_js  # other maps of the same process keep theirs


def test_the_same_results_make_the_same_page(synthetic_results: Results) -> None:
    drawn = draw(synthetic_results)
    once = to_html(drawn)
    assert to_html(drawn) == once
    assert to_html(draw(synthetic_results)) == once


def test_nothing_is_written_into_the_results(synthetic_results: Results) -> None:
    before = synthetic_results.communities.copy(), synthetic_results.gaps.copy(), synthetic_results.assessments.copy()
    draw(synthetic_results)
    after = synthetic_results.communities, synthetic_results.gaps, synthetic_results.assessments
    assert all(first.equals(second) for first, second in zip(before, after, strict=True))


def test_no_address_is_loaded_and_every_script_is_allowed(synthetic_results: Results) -> None:
    page = to_html(draw(synthetic_results))
    markup = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert re.findall(r"(?:src|href)\s*=", markup) == []
    assert re.findall(r"url\((?!data:|#)[^)]*\)|@import", markup) == []
    assert re.findall(r"<script[^>]*src", page) == []
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
    allowed = set(re.findall(r"'sha256-([^']*)'", policy))
    assert allowed == {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert policy.endswith("style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'")
    assert page.index("Content-Security-Policy") < page.index("<script")
    assert "user-scalable=no" not in page


def test_another_map_element_may_be_added(synthetic_results: Results) -> None:
    drawn = draw(synthetic_results)
    folium.Circle([28.1, -15.4], radius=50).add_to(drawn)
    page = to_html(drawn)
    assert "L.circle(" in page
    assert page.index("L.circle(") < page.index("linli.start(map_linli)")


def test_vendored_files_are_what_they_are_said_to_be() -> None:
    said = (VENDOR / "VENDORED.md").read_text(encoding="utf-8")
    listed = dict(re.findall(r"\| (leaflet/\S+) \| ([0-9a-f]{64}) \|", said))
    held = {file.relative_to(VENDOR).as_posix() for file in VENDOR.rglob("*") if file.is_file()}
    assert held == {*listed, "VENDORED.md", "leaflet/LICENSE"}
    for name, digest in listed.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_views_of_a_study_with_residents(synthetic_results: Results) -> None:
    first, second, rank, data, third, *rules = views(synthetic_results, "en")
    assert (first.id, second.id, rank.id, data.id, third.id) == ("residents", "status", "resilience", "data", "imputed")
    assert data.classes == (1, 2, 3)  # doubtful, poor, and nothing could be checked
    assert [bool(entry.pattern) for entry in data.entries] == [False, True, True, True]
    assert first.classes == (2, 0, 5)
    assert first.counts == (1, 0, 1, 0, 0, 1)
    assert third.classes == (3, 0, 5)  # 25 %, none, and nobody knows who lives there
    assert [rule.id for rule in rules] == [
        "rule linli-start green.500m", "rule linli-start exposure.any", "rule sdg-11.7.1 people.400m",
        "rule study exposure.ravine-bands"]
    assert rules[0].classes == (2, 4, 5)  # 60 %, 95 % and not assessed
    assert rules[1].classes == (2, 0, 5)  # 12 %, none and not assessed: darker is worse on both sides
    assert rules[0].entries[0].colour == rules[1].entries[4].colour


@pytest.mark.parametrize(("short", "expected"), [
    (0.0, 0), (0.4, 0), (0.6, 1), (99.4, 1), (99.6, 2), (100.0, 2), (499.0, 2), (500.0, 3), (999.4, 3), (999.6, 4),
    (1e6, 4)])
def test_residents_are_classed_as_they_are_read(synthetic_results: Results, short: float, expected: int) -> None:
    """The class that a community has is the one of the rounded number that its card shows."""
    communities = synthetic_results.communities.copy()
    communities.loc[0, "residents_short"] = short
    assert views(dataclasses.replace(synthetic_results, communities=communities), "en")[0].classes[0] == expected


def _with_target(results: Results, **target: float) -> Rule:
    """The first rule of the start profile with another target."""
    rule = results.profiles[0].rules[0]
    return dataclasses.replace(rule, target=Target("%", "convention", **target))


@pytest.mark.parametrize(("target", "breaks"), [
    (80.0, (20.0, 50.0, 80.0, 95.0)), (90.0, (20.0, 50.0, 80.0, 90.0)), (100.0, (20.0, 50.0, 80.0, 100.0)),
    (30.0, (30.0, 50.0, 80.0, 95.0))])
def test_a_legend_has_a_border_at_the_target(
    synthetic_results: Results, target: float, breaks: tuple[float, ...]
) -> None:
    assert value_breaks(_with_target(synthetic_results, minimum=target)) == breaks


def _class_of(results: Results, rule: Rule, value: float) -> int:
    """The class of a community with this value under the rule."""
    profile = dataclasses.replace(results.profiles[0], rules=(rule,))
    rows = results.assessments
    mine = (rows["unit_id"] == "c1") & (rows["rule_id"] == rule.id)
    changed = dataclasses.replace(results, profiles=(profile,), assessments=rows.assign(value=rows["value"].mask(mine, value)))
    return views(changed, "en")[-1].classes[0]


@pytest.mark.parametrize(("value", "expected"), [(99.9, 3), (100.0, 4), (100 - 1e-10, 4)])
def test_who_misses_a_target_of_all_never_shares_the_best_class(
    synthetic_results: Results, value: float, expected: int
) -> None:
    assert _class_of(synthetic_results, _with_target(synthetic_results, minimum=100.0), value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0.1, 0), (5.0, 1), (5.1, 2)])
def test_a_value_at_its_maximum_is_on_the_side_that_is_met(
    synthetic_results: Results, value: float, expected: int
) -> None:
    assert _class_of(synthetic_results, synthetic_results.profiles[0].rules[2], value) == expected


def test_the_words_of_a_border_say_which_side_it_belongs_to() -> None:
    assert range_labels((80.0, 100.0), "%", "en") == ["below 80 %", "80 % to below 100 %", "100 %"]
    assert range_labels((0.1, 5.0), "%", "en", upwards=False) == ["up to 0.1 %", "above 0.1 % to 5 %", "above 5 %"]


def test_where_others_alone_make_communities_short_the_headline_says_that_it_is_of_one_rule(
    synthetic_results: Results,
) -> None:
    """SYNTHETIC: all three communities are short, one of them under the rule of the headline."""
    results = dataclasses.replace(synthetic_results, communities=synthetic_results.communities.assign(status="short"))
    told = panel(results, "en").sentences[1]
    assert told.startswith("It leaves more residents not served or exposed than any other rule")
    assert told.endswith("“What to do first” are of all rules; communities short under others alone: 2 of 3.")
    assert panel(results, "zh").sentences[1].endswith("3 个社区中另有 2 个仅在其他规则下不达标。")
    assert not any("of all rules" in text for text in panel(synthetic_results, "en").sentences)


def test_a_target_of_our_own_reading_does_not_open_the_map(synthetic_results: Results) -> None:
    start, *others = synthetic_results.profiles
    green = dataclasses.replace(start.rules[0], target=Target("%", "derived", minimum=80.0))
    results = dataclasses.replace(
        synthetic_results, profiles=(dataclasses.replace(start, rules=(green, *start.rules[1:])), *others),
        assessments=pd.concat([synthetic_results.assessments, pd.DataFrame([
            {"unit_id": "city", "level": "city", "profile_id": start.id, "rule_id": "exposure.any", "value": 10.0,
             "unit": "%", "status": "reported", "reason": "other_level", "residents_short": 120.0}])], ignore_index=True))
    assert headline_rule(results)[1].id == "exposure.any"  # 120 exposed, before 410 not served
    assert panel(results, "en").lead == "of 1,200 known residents (10 %) are exposed under this rule:"


@pytest.mark.parametrize(("population", "why"), [
    (float("nan"), "the number of residents is unknown"), (0.0, "nobody lives there")])
def test_where_nothing_can_be_judged_the_map_says_so_first(
    synthetic_results: Results, population: float, why: str
) -> None:
    communities = synthetic_results.communities.assign(
        population=population, status="not_assessed", residents_short=float("nan"), imputed_share=float("nan"))
    results = dataclasses.replace(
        synthetic_results, communities=communities,
        assessments=synthetic_results.assessments.assign(status="not_assessed", value=float("nan")))
    texts = panel(results, "en")
    assert (texts.figure, texts.lead) == ("", f"No community could be judged: {why}.")
    assert texts.sentences == ()
    assert [each.title for each in rankings(results, "en")] == ["Communities"]
    assert [entry.community for entry in ranking(results, "en")] == [0, 1, 2]


def test_a_source_in_a_database_says_its_table_and_what_was_asked(synthetic_results: Results) -> None:
    (bands,) = [text for text in panel(synthetic_results, "en").sources if "flood-t100" in text]
    assert "database (PostGIS): city: public.bands (SELECT of public.bands, kind = flood)" in bands


def test_how_many_communities_have_poor_data(synthetic_results: Results) -> None:
    told = (
        "The data of 1 of 3 communities (200 residents) are poor: "
        "what seems to be missing there may only be missing from the map."
    )
    assert told in panel(synthetic_results, "en").sentences
    good = dataclasses.replace(
        synthetic_results, communities=synthetic_results.communities.assign(data_light="good"))
    assert not any("poor" in sentence for sentence in panel(good, "en").sentences)


def test_how_many_live_where_homes_are_missing(synthetic_results: Results) -> None:
    told = "The homes of about 250 residents (21 %) are missing from the data; they were placed along streets."
    assert told in panel(synthetic_results, "en").sentences
    few = dataclasses.replace(
        synthetic_results, communities=synthetic_results.communities.assign(imputed_share=0.05))
    assert not any("placed along streets" in sentence for sentence in panel(few, "en").sentences)


def test_each_gap_layer_has_a_style_of_its_own(synthetic_results: Results) -> None:
    gaps = [overlay for overlay in overlays(synthetic_results, "en") if overlay.group == "gaps"]
    assert len({overlay.colour for overlay in gaps}) == len({overlay.pattern for overlay in gaps}) == len(gaps) == 2
    page = to_html(draw(synthetic_results))
    assert all(f'<pattern id="{overlay.pattern}"' in page for overlay in gaps)


def test_no_chinese_sentence_has_half_width_punctuation(synthetic_results: Results) -> None:
    texts = panel(synthetic_results, "zh")
    lines = [texts.kicker, texts.dates, texts.lead, texts.requirement, *texts.sentences, *texts.hazards,
             *texts.profiles, *texts.sources, *(row.finding for row in texts.rules)]
    for line in lines:
        assert not re.search(r"[\u4e00-\u9fff] ?[,:;()]|[,:;()] ?[\u4e00-\u9fff]", line), line


def test_what_is_not_stated_is_named(synthetic_results: Results) -> None:
    bare = tuple(dataclasses.replace(source, date="", licence="") for source in synthetic_results.provenance)
    sources = panel(dataclasses.replace(synthetic_results, provenance=bare), "en").sources
    assert sources[1] == (
        "Residents: Synthetic office; licence not stated; date not stated; "
        "file: population.csv; SHA-256 111111111111…; 2 of 3 rows kept"
    )


def test_the_headline_is_the_rule_that_leaves_most_residents_short(synthetic_results: Results) -> None:
    profile, rule = headline_rule(synthetic_results)
    assert (profile.id, rule.id) == ("linli-start", "green.500m")
    texts = panel(synthetic_results, "en")
    assert texts.figure == "410"
    assert texts.sentences[0] == "400 of them live in 1 of 2 communities that this rule finds short."
    assert texts.sentences[3] == "1 of 3 communities falls short of at least one rule."
    assert {row.title: row.finding for row in texts.rules} == {
        "Green space within 500 m": "410 residents not served, 400 of them in 1 of 2 communities found short",
        "Green space per person": "1,200 residents in 1 of 1 district found short",
        "Residents in a flood or coastal band": "120 residents in 1 of 2 communities found short",
        "Open public space within 400 m": "75 %, reported without verdict",
        "Residents in ravine bands": "not assessed",
    }


def test_the_ranking_holds_only_communities_that_are_short(synthetic_results: Results) -> None:
    assert [(entry.community, entry.share, entry.figure) for entry in ranking(synthetic_results, "en")] == [(0, 1.0, "400")]
