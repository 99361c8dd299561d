"""Whatever uses a number that nobody read in the standard itself says so, wherever somebody may meet it (synthetic town)."""

from __future__ import annotations

import dataclasses
import json

import pyogrio
import pytest

from analyses.assess import assess
from linli.report import area_lines, summary_text
from maps.publish import publish
from tests.small_groups_town import PROFILE, small_town

WORDS = {"en": "not read in the standard itself", "zh": "未在标准原文中核对"}


def published(out, read: str):
    rules = tuple(dataclasses.replace(rule, basis=dataclasses.replace(rule.basis, read=read)) for rule in PROFILE.rules)
    results = assess(small_town(), [dataclasses.replace(PROFILE, rules=rules)])
    publish(results, out)
    return results


@pytest.fixture(scope="module", params=["memory", "secondary", "standard"])
def run(request, tmp_path_factory):
    out = tmp_path_factory.mktemp("read") / request.param
    return request.param, out, published(out, request.param)


@pytest.mark.parametrize("table", ["rules", "gaps", "service_areas"])
def test_the_tables_say_it_in_both_languages(run, table):
    read, out, _ = run
    rows = pyogrio.read_dataframe(out / "gaps.gpkg", layer=table, read_geometry=False)
    assert len(rows)
    for language, said in WORDS.items():
        told = rows[f"requirement_{language}"].str.contains(said)
        assert told.all() if read != "standard" else not told.any()
    if table == "rules":
        assert set(rows["read"]) == {read}


def test_the_record_says_it(run):
    read, out, _ = run
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    for profile in record["profiles"]:
        for rule in profile["rules"]:
            assert rule["basis"]["read"] == read
            assert (WORDS["en"] in rule["requirement"]["en"]) is (read != "standard")


def test_the_map_says_it_on_its_cards(run):
    read, out, _ = run
    page = (out / "map.html").read_text(encoding="utf-8")
    assert (WORDS["en"] in page) is (read != "standard")


def test_the_terminal_says_it(run):
    read, _, results = run
    assert ("Not read in the standard itself: p\n" in f"{summary_text(results, 'en')}\n") is (read != "standard")
    assert {line.read for line in area_lines(results, "en")} == {read}


def test_of_some_rules_it_says_how_many(tmp_path):
    first, *others = PROFILE.rules
    rules = (dataclasses.replace(first, basis=dataclasses.replace(first.basis, read="memory")), *others)
    results = assess(small_town(), [dataclasses.replace(PROFILE, rules=rules)])
    assert "Not read in the standard itself: p (1 of 4 rules)" in summary_text(results, "en")
