"""Trust in the data of the demo cities, against what is known of their maps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analyses.completeness import judge_data
from analyses.data_signals import _inventory_only_share
from analyses.parameters import DataLimits, Parameters
from layers.inventory_combination import Inventory
from layers.inventory_ground import standing_sites
from layers.load import load
from layers.row_account import left_out
from layers.study import read_study
from layers.types import Layers
from linli.cli import main
from maps.count_words import has_words

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def city() -> Layers:
    return load(read_study(ROOT / "data/las-palmas/study.toml"))


@pytest.fixture(scope="module")
def judged(city: Layers) -> pd.DataFrame:
    return judge_data(city, Parameters())


def buildings_in(city: Layers, wanted: gpd.GeoDataFrame) -> np.ndarray:
    """How many of some buildings stand in each section, by a point inside each: counted apart from the program."""
    points = shapely.point_on_surface(wanted.geometry.to_numpy())
    section, _ = shapely.STRtree(points).query(city.communities.geometry.to_numpy(), predicate="contains")
    return np.bincount(section, minlength=len(city.communities))


def test_sections_without_a_building_or_a_home_are_poor(city, judged):
    """38 sections have no building in OpenStreetMap at all; others only schools, shops and sheds."""
    without = buildings_in(city, city.buildings) == 0
    homeless = buildings_in(city, city.buildings[city.buildings["residential"].to_numpy(bool)]) == 0
    assert without.sum() == 38
    assert homeless.sum() > 38
    assert set(judged["data_light"][homeless]) == {"poor"}


def test_no_section_with_less_than_ten_square_metres_a_resident_is_good(judged):
    little = judged["data_floor_m2_per_resident"] < 10
    assert little.sum() >= 79
    assert "good" not in set(judged["data_light"][little])


def test_the_lights_tell_the_mapped_half_of_the_city_from_the_other(city, judged):
    """Useful lights: neither all red nor all green, and the oldest quarters, mapped house by house, are good."""
    shares = city.residents["population"].groupby(judged["data_light"]).sum() / city.residents["population"].sum()
    assert shares["good"] == pytest.approx(0.51, abs=0.03)
    assert shares["poor"] == pytest.approx(0.37, abs=0.03)
    assert judged.at["20220101_35016_D01_S001", "data_light"] == "good"


def test_check_writes_both_files_and_every_count_has_words(tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["check", str(ROOT / "data/andorra/study.toml"), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert "Trust in the data" in printed
    assert str(out / "data-report.html") in printed
    record = json.loads((out / "data-report.json").read_text(encoding="utf-8"))
    assert {row["data_light"] for row in record["communities"]} == {"good"}
    assert not any("homes" in row["data_checked"] for row in record["communities"])  # the study has no residents
    assert "data_not_against_residents" in {caveat["code"] for caveat in record["caveats"]}
    rows = {entry["role"]: (entry["rows_read"], entry["rows_kept"], entry["dropped"]) for entry in record["inputs"]}
    assert (rows["communities"], rows["elevation"]) == ((7, 7, 0), (73886, 73808, 78))
    assert rows["osm"][0] == rows["osm"][1] == 12553 + 8954 + 446
    unsaid = [count["key"] for entry in record["inputs"] for count in entry["counts"] if not has_words(count["key"])]
    assert unsaid == []


@pytest.fixture(scope="module")
def as_built(city: Layers) -> Layers:
    """The city with the open space of its plans taken as built."""
    (role,) = city.study.inventories
    planned = city.planned
    assert planned is not None
    sites = planned.rename_axis("site_id").assign(planned=False)
    return replace(city, inventory_sites=standing_sites(Inventory(role, sites), city.spaces))


def test_plans_that_are_not_built_are_never_lacking(city, judged):
    assert judged["data_inventory_only_share"].isna().all()
    assert not judged["data_checked"].str.contains("inventory").any()


def test_were_the_plans_built_the_signal_is_the_ground_that_the_map_lacks(city, as_built):
    """Section by section, without tree or matching: everything planned, less the outlines of the plans' classes in OSM."""
    measured = _inventory_only_share(as_built.inventory_sites, city.communities.geometry.to_numpy(), DataLimits())
    sites = city.planned
    plans = shapely.union_all(sites.geometry.to_numpy())
    osm = city.spaces[(city.spaces.geom_type != "Point") & city.spaces["space_class"].isin(set(sites["space_class"]))]
    known = shapely.union_all(osm.geometry.to_numpy())
    expected = []
    for section in city.communities.geometry:
        ground = plans.intersection(section)
        expected.append(ground.difference(known).area / ground.area if ground.area >= 100 else np.nan)
    assert np.isnan(measured).tolist() == np.isnan(expected).tolist()
    assert 50 < np.isfinite(measured).sum() < 70
    assert measured == pytest.approx(np.array(expected), abs=1e-6, nan_ok=True)
    by_section = dict(zip(city.communities.index, measured, strict=True))
    assert by_section["20220101_35016_D04_S060"] > 0.75  # 24,165 m2 of plans, of which 5,008 m2 are in OSM


def test_the_rows_of_las_palmas_are_kept_or_left_out_for_a_reason(city):
    counts = {entry.role: entry.counts for entry in city.provenance}
    assert all(c["rows_read"] == c["rows_kept"] + sum(left_out(c).values()) for c in counts.values() if "rows_read" in c)
    kept = {
        "communities": len(city.communities),
        "residents": len(city.residents),
        **{f"parents.{level}": len(units) for level, units in city.parents.items()},
        **{f"hazard.{key}": n for key, n in city.hazards["hazard_id"].value_counts().items()},
        "public_space.plans": city.planned["member_ids"].str.split().explode().nunique(),
        **{f"indicator.{key}": n for key, n in city.indicators["indicator_id"].value_counts().items()},
        "residential_land": 45,
        "osm": sum(counts["osm"][kind] for kind in ("areas", "lines", "points")),
    }
    assert {role: c["rows_kept"] for role, c in counts.items()} == kept
    assert left_out(counts["public_space.plans"]) == {"class_unmapped": 37}
    assert left_out(counts["hazard.flood-arpsi-t100"]) == {"rows_filtered": 4}
    assert left_out(counts["osm"]) == {"areas_lost": 43}


def test_every_count_of_las_palmas_has_words(city):
    assert [key for entry in city.provenance for key in entry.counts if not has_words(key)] == []


def test_check_refuses_a_folder_before_it_reads_anything(tmp_path, capsys):
    (tmp_path / "data-report.html").write_text("somebody's")
    assert main(["check", str(ROOT / "data/andorra/study.toml"), "--out", str(tmp_path)]) == 2
    assert "no data report of linli" in capsys.readouterr().err
    assert (tmp_path / "data-report.html").read_text() == "somebody's"
