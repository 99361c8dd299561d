"""Styles for QGIS: every layer opens in the map's colours, and every feature falls into exactly one class."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

import analyses
from analyses.column import Table
from analyses.columns import PUBLISHED
from maps import palette
from maps.column_labels import label
from maps.geopackage import write_gaps
from maps.styles import styles
from maps.tables import Field, published_tables
from tests.synthetic_findings import build_findings
from tests.synthetic_safety import build_safety


def _styles(results):
    return styles(results, published_tables(results))


def _root(style):
    return ET.fromstring(style.qml)  # noqa: S314 - our own document


def _rules(style):
    return [(rule.get("label"), rule.get("filter")) for rule in _root(style).iter("rule")]


def test_every_table_has_one_default_style_and_spatial_ones_a_renderer(synthetic_results):
    found = _styles(synthetic_results)
    for table in PUBLISHED:
        mine = [style for style in found if style.table == table.name]
        assert [style.default for style in mine] == [True] + [False] * (len(mine) - 1)
        assert all(len(style.name) <= 30 for style in mine)
        assert all((_root(style).find("renderer-v2") is not None) == bool(table.geometry) for style in mine)


def test_communities_open_by_residents_short_and_can_be_shown_by_status(synthetic_results):
    by_residents, by_status, *_ = (style for style in _styles(synthetic_results) if style.table == "communities")
    assert by_residents.default
    assert [label for label, _ in _rules(by_residents)] == [
        "0",
        "1–99",
        "100–499",
        "500–999",
        "1,000 +",
        "not assessed",
    ]
    assert [label for label, _ in _rules(by_status)] == ["short", "met", "not assessed"]


def test_every_rule_with_values_has_a_style_with_the_maps_breaks(synthetic_results):
    _, _, rank, trust, *by_rule = (style for style in _styles(synthetic_results) if style.table == "communities")
    assert rank.name == "Resilience"
    assert [style.name for style in by_rule] == ["green.500m", "exposure.any", "people.400m", "exposure.ravine-bands"]
    assert [label for label, _ in _rules(trust)] == ["good", "doubtful", "poor", "could not be checked"]
    assert _rules(trust)[2][1] == "\"data_light\" = 'poor'"
    assert by_rule[0].description == "Green space within 500 m (linli-start)"
    assert _rules(by_rule[0])[0][1] == '"linli_start__green_500m" < 20'
    assert _rules(by_rule[0])[-1] == ("not assessed", '"linli_start__green_500m" IS NULL')


def test_without_residents_the_values_of_rules_come_first(synthetic_results):
    nobody = replace(synthetic_results, study=replace(synthetic_results.study, residents=None))
    first, *_, status, trust = (style for style in _styles(nobody) if style.table == "communities")
    assert (first.name, first.default) == ("green.500m", True)
    assert (status.name, status.default, trust.name) == ("Status", False, "Trust in the data")


def test_the_words_are_in_the_first_language_of_the_study(synthetic_results):
    chinese = replace(synthetic_results, study=replace(synthetic_results.study, languages=("zh", "en")))
    first = _styles(chinese)[0]
    assert first.name == "受影响居民"
    assert _rules(first)[-1][0] == "未评估"


@pytest.mark.parametrize(
    "table", ["communities", "parents", "gaps", "public_space", "public_space_points", "entrances", "hazards"]
)
def test_every_feature_falls_into_exactly_one_class(synthetic_results, tmp_path, table):
    """The filters are plain SQL as well as QGIS expressions, so SQLite can judge them."""
    path = tmp_path / "gaps.gpkg"
    write_gaps(synthetic_results, path)
    with closing(sqlite3.connect(path)) as file:
        total = file.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        assert total
        ways = [[style] for style in _styles(synthetic_results) if style.table == table]
        if table == "parents":
            # One style a level: together they hold every unit.
            ways = [[style for (style,) in ways]]
        for styles_of_way in ways:
            rules = [rule for style in styles_of_way for _, rule in _rules(style)]
            hits = [file.execute(f'SELECT fid FROM "{table}" WHERE {rule}').fetchall() for rule in rules]
            found = sorted(fid for rows in hits for (fid,) in rows)
            assert found == list(range(1, total + 1))


@pytest.mark.parametrize("build", [build_findings, build_safety])
def test_every_column_that_a_style_asks_is_in_its_layer(build):
    """QGIS would draw nothing of a class that asks for a column which is not there, and say nothing."""
    results = build()
    published = published_tables(results)
    columns = {table.declared.name: set(table.frame.columns) for table in published}
    asked = {
        (style.table, name) for style in styles(results, published) for _, rule in _rules(style) for name in re.findall(r'"([^"]+)"', rule or "")
    }
    assert {name for name, _ in asked} >= {"communities", "parents", "gaps"}
    assert not [(table, name) for table, name in asked if name not in columns[table]]


@pytest.mark.parametrize(("table", "place"), [("gaps", 1), ("communities", 2), ("remedies", 0)])
def test_findings_fall_into_exactly_one_class(tmp_path, table, place):
    """Severity of gaps, what a place in the ranking can be called, and kinds of suggestions."""
    results = build_findings()
    found = styles(results, published_tables(results))
    style = [style for style in found if style.table == table][place]
    path = tmp_path / "gaps.gpkg"
    write_gaps(results, path)
    with closing(sqlite3.connect(path)) as file:
        hits = {label: file.execute(f'SELECT count(*) FROM "{table}" WHERE {rule}').fetchone()[0] for label, rule in _rules(style)}
        total = file.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    told = {label: count for label, count in hits.items() if count}
    assert sum(told.values()) == total
    assert told == {
        "gaps": {"slight": 1, "moderate": 2},
        "communities": {"Lowest fifth": 1, "Cannot be told": 1, "not assessed": 1},
        "remedies": {"A new way in": 1, "A new space": 1, "More space in the unit": 1, "Protection or refuge": 1},
    }[table]


def test_parents_are_drawn_level_by_level(synthetic_results):
    found = [style for style in _styles(synthetic_results) if style.table == "parents"]
    assert [style.name for style in found] == ["district", "whole study area"]
    assert all(rule.startswith("\"level\" = 'district' AND ") for _, rule in _rules(found[0]))


def test_points_are_drawn_only_at_the_scale_of_a_quarter(synthetic_results):
    scales = {style.table: _root(style).get("minScale") for style in _styles(synthetic_results)}
    assert scales["entrances"] == "25000"
    assert scales["communities"] is None


def test_colours_are_the_maps(synthetic_results):
    symbols = _root(_styles(synthetic_results)[0]).findall("renderer-v2/symbols/symbol")
    colours = [option.get("value") for symbol in symbols[:5] for option in symbol.findall(".//Option[@name='color']")]
    expected = [
        ",".join(str(int(colour[place : place + 2], 16)) for place in (1, 3, 5)) + ",255" for colour in palette.WORSE
    ]
    assert colours == expected


def test_derived_hazards_are_hatched_and_say_so(synthetic_results):
    (style,) = (style for style in _styles(synthetic_results) if style.table == "hazards")
    brushes = [
        symbol.find(".//Option[@name='style']").get("value")
        for symbol in _root(style).findall("renderer-v2/symbols/symbol")
    ]
    assert brushes == ["solid", "diagonal_x"]
    assert _rules(style)[1][0] == "Ravine bands (derived, for screening)"


def test_aliases_name_every_column_in_every_language(synthetic_results):
    for style, table in (
        (style, table)
        for style in _styles(synthetic_results)
        for table in published_tables(synthetic_results)
        if table.declared.name == style.table
    ):
        aliases = {alias.get("field"): alias.get("name") for alias in _root(style).iter("alias")}
        assert list(aliases) == [field.name for field in table.fields]
        assert all(aliases.values())
    assert aliases["text_zh"] == "The caveat in words: Chinese · 说明：中文"


def _declared_tables() -> dict[str, Table]:
    modules = [importlib.import_module(f"analyses.{module.name}") for module in pkgutil.iter_modules(analyses.__path__)]
    return {
        f"{found.name} {found.geometry}": found
        for module in modules
        for found in vars(module).values()
        if isinstance(found, Table)
    }


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_has_a_label_that_stands_alone(language):
    tables = _declared_tables()
    assert {"vulnerable_places ", "refuge_needs ", "gaps polygon"} <= set(tables)
    for name, declared in tables.items():
        own = {"en": "The subject", "zh": "对象名称"}  # of the columns made for each rule, group, hazard, ...
        labels = [
            label(Field(column.name, column, own if "<" in column.name else {}), language)
            for column in declared.columns
            if column.name not in ("<profile>__<rule>", "<group>")  # nothing but their subject
        ]
        assert len(set(labels)) == len(labels), (name, sorted(labels))
        for text in labels:
            assert not text.endswith(("…", ".", "。")), (name, text)
            assert len(re.findall(r"[^\W\d_]", text)) >= (3 if language == "en" else 2), (name, text)  # 编码 is a word
            assert len(text) <= 75, (name, text)


def test_a_rank_says_which_end_is_first():
    ranks = {
        declared.name: label(Field("rank", column, {}), "en")
        for declared in _declared_tables().values()
        for column in declared.columns
        if column.name == "rank"
    }
    assert ranks["communities"] == "Rank from the bottom"
    assert ranks["vulnerable_places"] == "Rank, 1 has most exposed and without access"
    assert ranks["vulnerability"] == "Percentile rank, 1 is the most vulnerable"


def test_text_from_the_study_cannot_break_a_style(synthetic_results):
    study = synthetic_results.study
    hostile = replace(study.hazards[0], id="a'b\"<&", title={"en": "<b>' OR 1=1 --\"&"})
    (style,) = (
        style
        for style in _styles(replace(synthetic_results, study=replace(study, hazards=(hostile,))))
        if style.table == "hazards"
    )
    assert _rules(style) == [("<b>' OR 1=1 --\"& (official)", "\"hazard_id\" = 'a''b\"<&'")]


def test_there_are_no_map_tips(synthetic_results):
    assert all("mapTip" not in style.qml for style in _styles(synthetic_results))
