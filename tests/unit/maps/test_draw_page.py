"""The page: self-contained, the same for the same results, and with a policy for exactly its scripts."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from pathlib import Path

import folium
import pytest

import maps
from analyses.results import Results
from maps import draw
from maps.legend import views
from maps.page import to_html
from maps.panel import headline_rule, panel, ranking

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
    first, second, *rules = views(synthetic_results, "en")
    assert (first.id, second.id) == ("residents", "status")
    assert first.classes == (2, 0, 5)
    assert first.counts == (1, 0, 1, 0, 0, 1)
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


def test_the_headline_is_the_rule_that_leaves_most_residents_short(synthetic_results: Results) -> None:
    profile, rule = headline_rule(synthetic_results)
    assert (profile.id, rule.id) == ("linli-start", "green.500m")
    texts = panel(synthetic_results, "en")
    assert (texts.figure, texts.sentences[0]) == ("410", "1 of 3 communities fall short of at least one rule.")
    assert {row.title: row.finding for row in texts.rules} == {
        "Green space within 500 m": "1/2 communities short · 400 residents",
        "Green space per person": "1/1 districts short · 1,200 residents",
        "Residents in a flood or coastal band": "1/2 communities short · 120 residents",
        "Open public space within 400 m": "75 %, reported without verdict",
        "Residents in ravine bands": "not assessed",
    }


def test_the_ranking_holds_only_communities_that_are_short(synthetic_results: Results) -> None:
    assert ranking(synthetic_results, "en") == [(0, 1.0, "400")]
