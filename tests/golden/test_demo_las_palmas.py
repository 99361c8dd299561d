"""Las Palmas de Gran Canaria from study file to report, checked against its own inputs and by recomputing."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest

from analyses.columns import PUBLISHED
from linli.demo import demo_study

DATA = demo_study("las-palmas").parent


def table(demo, layer: str) -> pd.DataFrame:
    return pyogrio.read_dataframe(demo.out / "gaps.gpkg", layer=layer)


@pytest.fixture(scope="module")
def residents() -> pd.Series:
    """Residents of the census sections as the source has them."""
    source = pd.read_parquet(DATA / "population/sections.parquet")
    return source.set_index("geocode")["poblacion"].astype(float).sort_index()


@pytest.fixture(scope="module")
def demand(las_palmas) -> gpd.GeoDataFrame:
    return pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="demand")


def test_every_resident_is_placed_in_the_section_where_the_census_counts_them(las_palmas, residents, demand):
    assert residents.sum() == 378_797
    placed = demand.groupby("community_id")["population"].sum().reindex(residents.index)
    np.testing.assert_allclose(placed, residents, rtol=0, atol=1e-6)
    published = table(las_palmas, "communities").set_index("community_id")["population"].sort_index()
    assert published.index.equals(residents.index)
    np.testing.assert_array_equal(published, residents)


def test_all_units_are_there_and_no_parent_gains_or_loses_a_resident(las_palmas):
    parents = table(las_palmas, "parents")
    assert parents["level"].value_counts().to_dict() == {"neighbourhood": 121, "district": 5, "city": 1}
    by_level = parents.groupby("level")["population"].sum()
    assert by_level["city"] == pytest.approx(378_797, abs=1e-6)
    assert by_level["district"] <= by_level["city"] + 1e-6
    # Boundaries are rounded to 10 m: what falls between two parents is small.
    assert by_level["district"] > 0.999 * by_level["city"]
    assert by_level["neighbourhood"] > 0.99 * by_level["city"]


def test_groups_are_published_for_districts_and_the_city_only(las_palmas):
    source = pd.read_parquet(DATA / "population/sections.parquet")
    parents = table(las_palmas, "parents").set_index("level")
    assert parents.loc["city", "age65plus"] == pytest.approx(source["poblacion_65mas"].sum(), abs=1e-6)
    assert parents.loc["city", "age0_14"] == pytest.approx(source["poblacion_00a14"].sum(), abs=1e-6)
    assert parents.loc["neighbourhood", "age65plus"].isna().all()
    assert not {"age65plus", "age0_14"} & set(table(las_palmas, "communities").columns)


@pytest.mark.parametrize(
    ("rule", "column", "limit_m"),
    [
        ("people.400m", "distance_open_public_space_m", 400.0),
        ("open.400m", "distance_open_public_space_m", 400.0),
        ("green.500m", "distance_green_5000m2_m", 500.0),
    ],
)
def test_shares_follow_from_the_published_distances(las_palmas, demand, rule, column, limit_m):
    served = demand["population"].where(demand[column] <= limit_m, 0.0)
    share = 100.0 * served.groupby(demand["community_id"]).sum() / demand.groupby("community_id")["population"].sum()
    rows = table(las_palmas, "assessments")
    rows = rows[(rows["rule_id"] == rule) & (rows["level"] == "community") & (rows["status"] != "not_assessed")]
    assert len(rows) > 250
    np.testing.assert_allclose(rows["value"], share.reindex(rows["unit_id"]), rtol=0, atol=1e-6)
    city = table(las_palmas, "assessments").query("level == 'city' and rule_id == @rule")
    assert city["value"].item() == pytest.approx(100.0 * served.sum() / demand["population"].sum(), abs=1e-6)


def test_verdicts_follow_from_value_and_target(las_palmas):
    rows = table(las_palmas, "assessments")
    judged = rows[rows["status"].isin(["met", "short"])]
    assert len(judged) > 900
    at_most = judged["rule_id"].str.startswith("hazard")
    wrong_side = np.where(at_most, judged["value"] - judged["target"], judged["target"] - judged["value"])
    assert ((wrong_side > 1e-9) == (judged["status"] == "short")).all()
    np.testing.assert_allclose(judged["shortfall"], np.maximum(wrong_side, 0.0), rtol=0, atol=1e-6)


def test_every_judged_shortfall_has_its_gap_and_no_other(las_palmas):
    rows = table(las_palmas, "assessments")
    short = rows[rows["status"] == "short"]
    gaps = table(las_palmas, "gaps")
    keys = ["unit_id", "profile_id", "rule_id"]
    assert set(gaps[keys].itertuples(index=False, name=None)) == set(short[keys].itertuples(index=False, name=None))
    assert gaps["gap_id"].is_unique
    both = gaps.merge(short, on=keys, suffixes=("", "_assessed"))
    np.testing.assert_allclose(both["residents_short"], both["residents_short_assessed"], rtol=0, atol=1e-6)
    assert gaps[["reason_en", "reason_zh", "requirement_en", "requirement_zh"]].notna().all(axis=None)


def test_derived_layers_never_judge(las_palmas):
    hazards = table(las_palmas, "hazards")
    assert hazards.groupby("hazard_id")["status"].unique().map(list).to_dict() == {
        "flood-arpsi-t100": ["official"],
        "coastal-arpsi": ["official"],
        "ravine-bands": ["derived"],
    }
    ravine = table(las_palmas, "assessments").query("rule_id.str.contains('ravine')", engine="python")
    assert len(ravine) > 0
    assert set(ravine["status"]) <= {"reported", "not_assessed"}


def test_the_report_holds_what_the_contract_declares(las_palmas):
    layers = {name for name, _ in pyogrio.list_layers(las_palmas.out / "gaps.gpkg")}
    here = {"planned_spaces", "inventory_conflicts"}  # plans are drawn as areas
    here |= {"indicators", "sensitivity", "remedies", "equity", "clusters", "needs", "critical_links", "critical_entrances"}
    here |= {"vulnerability", "vulnerable_places"}
    here |= {"refuges", "refuge_entrances", "refuge_needs", "exposure", "exposure_groups", "exposure_facilities"}
    assert layers == {declared.name for declared in PUBLISHED} | here | {"layer_styles"}
    assert sorted(path.name for path in las_palmas.out.iterdir()) == [
        "gaps.gpkg",
        "internal.gpkg",
        "map.html",
        "run.json",
    ]
    with sqlite3.connect(f"file:{las_palmas.out / 'gaps.gpkg'}?mode=ro", uri=True) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()


def test_the_record_holds_the_hashes_of_the_inputs_and_all_repairs(las_palmas):
    inputs = {entry["role"]: entry for entry in las_palmas.record["inputs"]}
    for role, entry in inputs.items():
        if role.startswith("profile."):
            text = files("analyses").joinpath("profiles", entry["file"]).read_bytes()
            assert entry["sha256"] == hashlib.sha256(text).hexdigest()
            continue
        assert entry["sha256"] == hashlib.sha256((DATA / entry["file"]).read_bytes()).hexdigest()
    # As delivered, 46 sections, 12 neighbourhoods and 5 districts are invalid.
    repaired = {
        role: entry["counts"].get("repaired") for role, entry in inputs.items() if entry["counts"].get("repaired")
    }
    assert repaired == {"communities": 46, "parents.neighbourhood": 12, "parents.district": 5}
    assert json.dumps(las_palmas.record, allow_nan=False)


def test_the_command_line_prints_what_the_report_holds(las_palmas):
    printed = las_palmas.printed
    assert Path(printed["map"]).is_file()
    assert Path(printed["report"]).is_file()
    communities = table(las_palmas, "communities").set_index("community_id")
    assert printed["communities"] == communities["status"].value_counts().to_dict()
    assert len(printed["worst"]) == 10
    most = sorted(communities["residents_short"].dropna(), reverse=True)[:10]
    assert [row["residents_short"] for row in printed["worst"]] == pytest.approx(most, abs=1e-6)


def test_figures_are_those_last_agreed(las_palmas, golden):
    found = {f"{row['profile_id']} {row['rule_id']}": row["value"] for row in las_palmas.record["city"]}
    assert found == {
        rule: value if value is None else pytest.approx(value, abs=0.05) for rule, value in golden["las-palmas"].items()
    }


def test_the_methods_quote_the_figures_of_this_run(las_palmas):
    """Figures in a text grow old without a word; these are held to the run."""
    text = " ".join((Path(__file__).parents[2] / "docs/methods.md").read_text(encoding="utf-8").split())
    sure = table(las_palmas, "entrances")["confidence"].value_counts()
    assert f"{sure['high']:,} are high, {sure['medium']:,} medium and {sure['low']:,} low" in text
    spaces = pd.concat([table(las_palmas, "public_space"), table(las_palmas, "public_space_points")])
    why = spaces["no_entrance_reason"].value_counts()
    quoted = {"too far": "too_far_from_street", "walled": "walled", "built up": "built_up", "fenced": "fenced"}
    assert f"{why.sum()} spaces, of them " + ", ".join(f"{why[code]} {word}" for word, code in quoted.items()) in text
    judged = table(las_palmas, "assessments").query("status in ('met', 'short')")
    assert f"{(judged['firm'] == 0).sum()} of {len(judged):,} verdicts" in text
