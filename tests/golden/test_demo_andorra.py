"""Andorra from study file to report: no residents, units from the extract, and the honesty that this asks for."""

from __future__ import annotations

import pandas as pd
import pyogrio
import pytest


def table(demo, layer: str) -> pd.DataFrame:
    return pyogrio.read_dataframe(demo.out / "gaps.gpkg", layer=layer)


def test_the_seven_parishes_come_from_the_extract(andorra):
    communities = table(andorra, "communities")
    assert sorted(communities["name"]) == sorted(
        [
            "Andorra la Vella",
            "Canillo",
            "Encamp",
            "Escaldes-Engordany",
            "La Massana",
            "Ordino",
            "Sant Julià de Lòria",
        ]
    )
    # The official area is 468 km2.
    assert communities["area_m2"].sum() == pytest.approx(468e6, rel=0.01)


def test_nobody_is_made_up(andorra):
    assert table(andorra, "communities")["population"].isna().all()
    assert table(andorra, "parents")["population"].isna().all()
    rows = table(andorra, "assessments")
    assert rows["residents_short"].isna().all()
    assert rows["residents_served"].isna().all()


def test_nothing_is_judged_without_residents_and_each_row_says_why(andorra):
    rows = table(andorra, "assessments")
    assert set(rows["status"]) <= {"reported", "not_assessed"}
    assert (rows["reason"].fillna("") != "").all()
    assert len(table(andorra, "gaps")) == 0
    assert set(table(andorra, "communities")["status"]) == {"not_assessed"}


def test_rules_about_residents_report_homes_instead(andorra):
    rows = table(andorra, "assessments")
    homes = rows[(rows["reason"] == "buildings_not_residents") & (rows["level"] == "city")]
    assert {"people.400m.buildings", "green.500m.buildings"} <= set(homes["rule_id"])
    assert homes["value"].between(0.0, 100.0).all()


def test_slope_and_low_ground_are_derived_and_reported(andorra):
    hazards = table(andorra, "hazards")
    assert set(hazards["status"]) == {"derived"}
    # A mountain country, and its town lies in the valley.
    very_steep = hazards[hazards["hazard_class"] == "very_steep"]
    share = very_steep.geometry.union_all().area / table(andorra, "communities").geometry.union_all().area
    assert 0.2 < share < 0.8
    elevation = next(entry for entry in andorra.record["inputs"] if entry["role"] == "elevation")
    assert any("void" in name and count > 0 for name, count in elevation["counts"].items())


def test_figures_are_those_last_agreed(andorra, golden):
    found = {f"{row['profile_id']} {row['rule_id']}": row["value"] for row in andorra.record["city"]}
    assert found == {
        rule: value if value is None else pytest.approx(value, abs=0.05) for rule, value in golden["andorra"].items()
    }


def test_the_same_inputs_give_the_same_report(andorra, tmp_path):
    from linli import Study, assess, load, publish
    from linli.demo import demo_study

    publish(assess(load(Study.read(demo_study("andorra")))), tmp_path / "again")
    for name in ("run.json", "gaps.gpkg", "map.html"):
        assert (tmp_path / "again" / name).read_bytes() == (andorra.out / name).read_bytes(), name
