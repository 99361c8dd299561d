"""A table of residents in the wrong unit, made from the real census: read as it stands, and doubted."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from layers.municipal import Notes, load_residents, load_units
from layers.origins import Origin
from layers.study import read_study
from layers.types import ResidentsRole
from maps.words import caveat_text

DATA = Path(__file__).resolve().parents[2] / "data/las-palmas"


@pytest.mark.parametrize(("unit", "doubted"), [(1, False), (10_000, True)])
def test_a_table_of_ten_thousands_is_doubted(tmp_path, unit, doubted):
    census = pd.read_parquet(DATA / "population/sections.parquet", columns=["geocode", "poblacion"])
    census.assign(people=census["poblacion"] / unit).to_csv(tmp_path / "census.csv", index=False)
    role = ResidentsRole(Origin(tmp_path / "census.csv"), "geocode", "people")
    city, notes = read_study(DATA / "study.toml"), Notes()
    communities = load_units(city, city.communities, None, Notes())
    study = replace(city, residents=role, path=tmp_path / "study.toml")
    frame, _ = load_residents(study, communities, gpd.GeoSeries([], crs=study.crs), notes)
    assert frame is not None
    assert frame["population"].sum() == pytest.approx(378_797 / unit)
    told = {c.code: c for c in notes.caveats if c.layer == "residents"}
    assert list(told) == (["residents_fractions", "residents_implausible"] if doubted else [])
    if doubted:
        per_km2 = 37.8797 / (communities.geometry.area.sum() / 1e6)
        assert told["residents_implausible"].count == pytest.approx(per_km2, rel=5e-3)
        assert told["residents_fractions"].count > 270
        assert "万人" in caveat_text(told["residents_implausible"], "zh")
