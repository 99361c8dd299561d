"""Severity and priority, from figures worked out by hand."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
from shapely import Point

from analyses.parameters import SeverityLimits
from analyses.profile import Basis, Profile, Rule, Target
from analyses.severity import with_severity

BASIS = Basis("synthetic", "high")
REACH = Rule("reach", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0))
FLOOD = Rule("flood", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0))
HEAVY = dataclasses.replace(REACH, id="heavy", weight=2.0)
OLD = dataclasses.replace(REACH, id="old", who="age65plus")
LIGHT = dataclasses.replace(REACH, id="light", weight=0.0)
PROFILE = Profile("p", {}, "", 2026, "convention", (REACH, FLOOD, HEAVY, OLD, LIGHT))


def severe(*rows: tuple[str, float, float, float], limits: SeverityLimits | None = None, levels: tuple[str, ...] | None = None) -> gpd.GeoDataFrame:
    """Gaps of rule, value, target and residents short."""
    made = {
        "gap_id": [f"g{i}" for i in range(len(rows))],
        "level": list(levels or ["community"] * len(rows)),
        "profile_id": "p",
        "rule_id": [row[0] for row in rows],
        "value": [row[1] for row in rows],
        "target": [row[2] for row in rows],
        "residents_short": [row[3] for row in rows],
    }
    gaps = gpd.GeoDataFrame(made, geometry=[Point(0, 0)] * len(rows), crs=32628)
    return with_severity(gaps, [PROFILE], limits or SeverityLimits())


def test_severity_is_the_part_of_the_way_that_is_missing() -> None:
    table = severe(("reach", 40, 80, 100), ("reach", 0, 80, 10), ("flood", 52.5, 5, 60), ("reach", 40, 50, 10))
    assert table["severity"].tolist() == pytest.approx([0.5, 1.0, 0.5, 0.2])
    assert table["severity_class"].tolist() == ["severe", "severe", "severe", "moderate"]


def test_classes_begin_at_their_limits() -> None:
    table = severe(("reach", 80.5, 100, 1), ("reach", 80, 100, 1), ("reach", 50.5, 100, 1), ("reach", 50, 100, 1))
    assert table["severity_class"].tolist() == ["slight", "moderate", "moderate", "severe"]


def test_priority_weighs_severity_by_people_and_rule() -> None:
    table = severe(("reach", 40, 80, 100), ("heavy", 40, 80, 100), ("reach", 0, 80, 30))
    assert table["priority_score"].tolist() == pytest.approx([50, 100, 30])
    assert table["priority"].tolist() == [2, 1, 3]


def test_of_equal_scores_the_first_gap_comes_first_whatever_the_order_of_the_rows() -> None:
    table = severe(("reach", 40, 80, 100), ("reach", 0, 80, 50), ("reach", 40, 80, 100))
    assert table["priority"].tolist() == [1, 2, 3]
    turned = with_severity(table.iloc[::-1], [PROFILE], SeverityLimits())
    assert turned.set_index("gap_id")["priority"].to_dict() == table.set_index("gap_id")["priority"].to_dict()


def test_each_level_has_its_own_order() -> None:
    table = severe(("reach", 40, 80, 100), ("reach", 79, 80, 90000), ("reach", 0, 80, 100), ("reach", 40, 80, 90000), levels=("community", "district", "community", "district"))
    assert table["priority"].tolist() == [2, 2, 1, 1]


def test_a_rule_that_weighs_nothing_has_no_priority() -> None:
    table = severe(("light", 40, 80, 100), ("reach", 40, 80, 5))
    assert np.isnan(table.loc[0, ["priority_score", "priority"]].astype(float)).all()
    assert (table.loc[0, "severity"], table.loc[1, "priority"]) == (pytest.approx(0.5), 1)


def test_groups_and_unknown_counts_have_no_priority() -> None:
    table = severe(("old", 40, 80, 100), ("reach", 40, 80, np.nan), ("reach", 40, 80, 5))
    assert np.isnan(table["priority_score"].to_numpy()[:2]).all()
    assert np.isnan(table["priority"].to_numpy()[:2]).all()
    assert table["priority"].iloc[2] == 1
    assert table["severity"].tolist() == pytest.approx([0.5, 0.5, 0.5])


def test_an_unknown_value_has_no_severity() -> None:
    table = severe(("reach", np.nan, 80, 100))
    assert table["severity"].isna().all()
    assert table["severity_class"].tolist() == [None]
