"""What hangs on a way, in words, in QGIS and on the map."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Point

from analyses.assess import assess
from analyses.criticality_columns import CRITICAL_TABLES
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from maps.critical_styles import entrance_classes, link_classes
from maps.critical_view import critical_overlays
from maps.critical_words import advice, texts_of
from maps.tables import published_tables
from tests.networks import METRIC
from tests.town import town

RULE = Rule(
    "near", "reach", {"en": "near"}, "population", "%", Basis({"en": "none"}, "high"), supply=Supply(("park",), min_area_m2=5000.0),
    within_m=500.0, by="walk", target=Target("%", "derived", minimum=80.0),
)  # fmt: skip
ROW = {
    "kind": "bridge", "street": "Calle Mayor", "residents_lose": 1234.4, "residents_cut": 0.0, "residents_farther": 0.0,
    "mean_extra_m": np.nan, "mean_extra_min": np.nan,
}  # fmt: skip


def test_the_plain_sentence() -> None:
    assert advice(ROW, RULE, "en") == (
        "Protect or double it: if this bridge (on or near Calle Mayor) closed, 1,234 residents would have no way to "
        "a park of 0.5 ha or more within 500 m on foot."
    )
    assert advice(ROW, RULE, "zh") == (
        "宜保护或增设备用通道：若该桥（位于或邻近 Calle Mayor）封闭，1,234 名居民将无法在步行 500 米内到达 0.5 公顷及以上公园。"
    )


def test_a_chinese_name_needs_no_space() -> None:
    assert "（位于或邻近中山路）" in advice(ROW | {"street": "中山路"}, RULE, "zh")


def test_longer_walks_and_those_who_are_cut_off_have_sentences_of_their_own() -> None:
    row = ROW | {"street": None, "residents_cut": 2000.0, "residents_farther": 50.0, "mean_extra_m": 120.4}
    assert advice(row, RULE, "en").endswith(
        "on foot; 50 residents would still have one, 120 m longer on average; 2,000 residents could walk to none at all, "
        "however far."
    )
    assert "bridge closed" in advice(row, RULE, "en")
    assert advice(row, RULE, "zh").endswith(
        "；50 名居民仍可到达，但平均多走 120 米；共有 2,000 名居民无论多远都无法步行到达。"
    )
    assert "1.5 min longer" in advice(row | {"mean_extra_m": np.nan, "mean_extra_min": 1.5}, RULE, "en")


def test_what_is_withheld_is_not_in_the_sentence() -> None:
    row = ROW | {"residents_cut": np.nan, "residents_farther": np.nan}
    assert advice(row, RULE, "en") == advice(ROW, RULE, "en")


@pytest.fixture(scope="module")
def results() -> Results:
    """The town with two rows set by hand: a way and an entrance."""
    profile = Profile("p", {"en": "p"}, "town", 2026, "convention", (dataclasses.replace(RULE, supply=Supply(("park",))),))
    made = assess(town(), [profile])
    common = ROW | {"profile_id": "p", "rule_id": "near", "rank": 1, "residents_unknown": 0.0}
    rows = [
        common | {"critical_id": "a", "kind": "segment", "edge_ids": "1:0", "way_id": "way/1", "highway": "residential",
                  "geometry": LineString([(0, 0), (100, 0)])},
        common | {"critical_id": "b", "kind": "entrance", "entrance_id": "way/1#1", "space_id": "way/1", "geometry": Point(5, 5)},
    ]  # fmt: skip
    return dataclasses.replace(made, critical=gpd.GeoDataFrame(rows, geometry="geometry", crs=METRIC))


def test_ways_and_entrances_are_layers_of_their_own_with_every_declared_column(results: Results) -> None:
    found = {table.declared.name: table for table in published_tables(results)}
    for declared in CRITICAL_TABLES:
        frame = found[declared.name].frame
        named = [column.name.replace("<language>", "en") for column in declared.columns]
        assert set(named) <= set(frame.columns)
        assert len(frame) == 1
        assert frame["advice_en"].iloc[0].startswith("Protect or double it")
        assert frame["advice_zh"].iloc[0].startswith("宜保护")
    without = dataclasses.replace(results, critical=None)
    names = {table.declared.name for table in published_tables(without)}
    assert not names & {declared.name for declared in CRITICAL_TABLES}


def test_the_map_has_a_box_for_ways_and_one_for_entrances_of_the_rule(results: Results) -> None:
    drawn = critical_overlays(results, "en")
    assert [overlay.label for overlay in drawn] == ["Ways and bridges: near (p)", "Entrances: near (p)"]
    assert [len(overlay.features) for overlay in drawn] == [1, 1]
    heads = ["Calle Mayor, piece of way", "Calle Mayor, entrance"]
    assert [overlay.texts[0] for overlay in drawn] == list(zip(heads, texts_of(results, "en"), strict=True))
    assert critical_overlays(dataclasses.replace(results, critical=None), "en") == []


def test_every_kind_has_a_symbol_in_qgis(results: Results) -> None:
    classes = (*link_classes(results, "zh"), *entrance_classes(results, "zh"))
    assert [(c.label, c.expression) for c in classes] == [
        ("路段", "\"kind\" = 'segment'"), ("桥", "\"kind\" = 'bridge'"), ("入口", "\"kind\" = 'entrance'"),
    ]  # fmt: skip
