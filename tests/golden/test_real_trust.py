"""Trust in the data of the demo cities, against what is known of their maps."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analyses.completeness import judge_data
from analyses.parameters import Parameters
from layers.load import load
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
    unsaid = [count["key"] for entry in record["inputs"] for count in entry["counts"] if not has_words(count["key"])]
    assert unsaid == []


def test_every_count_of_las_palmas_has_words(city):
    assert [key for entry in city.provenance for key in entry.counts if not has_words(key)] == []


def test_check_refuses_a_folder_before_it_reads_anything(tmp_path, capsys):
    (tmp_path / "data-report.html").write_text("somebody's")
    assert main(["check", str(ROOT / "data/andorra/study.toml"), "--out", str(tmp_path)]) == 2
    assert "no data report of linli" in capsys.readouterr().err
    assert (tmp_path / "data-report.html").read_text() == "somebody's"
