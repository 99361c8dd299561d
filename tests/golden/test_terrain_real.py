"""What is derived from the elevation model of Andorra: where its low ground lies, and that nobody takes it for official."""

from __future__ import annotations

import re

import geopandas as gpd
import pyogrio
import pytest
import shapely

DERIVED = ("slope", "low-ground")
WATER_M = 150.0
"""Two cells."""


@pytest.fixture(scope="module")
def low_ground(andorra):
    hazards = andorra.results.hazards
    return hazards[hazards["hazard_id"] == "low-ground"].set_index("hazard_class").geometry


@pytest.fixture(scope="module")
def country(andorra):
    return andorra.results.communities.geometry.union_all()


def at(lon: float, lat: float, crs) -> shapely.Point:
    return gpd.GeoSeries([shapely.Point(lon, lat)], crs=4326).to_crs(crs).iloc[0]


def test_low_ground_lies_along_mapped_rivers(andorra, low_ground, country):
    """The model knows nothing of the map: where it puts water there is some."""
    water = andorra.results.basemap.water.geometry
    low = low_ground["near_drainage"].intersection(country)
    assert 7e6 < low.area < 11e6
    assert low.intersection(water.union_all().buffer(WATER_M)).area / low.area > 0.97


@pytest.mark.parametrize(
    ("place", "lon", "lat", "low"),
    [
        ("the Valira at Santa Coloma", 1.4985, 42.4945, True),
        ("the Valira at Escaldes", 1.5345, 42.5095, True),
        ("the stadium of Andorra la Vella, by the river", 1.5165, 42.5045, True),
        ("the old town of Andorra la Vella, on its rock", 1.5215, 42.5068, False),
        ("La Comella, on the slope", 1.5280, 42.4990, False),
        ("the peak of Casamanya", 1.5650, 42.5840, False),
    ],
)
def test_valley_floors_are_low_and_slopes_are_not(andorra, low_ground, place, lon, lat, low):
    here = at(lon, lat, andorra.results.communities.crs)
    assert low_ground.union_all().contains(here) is low, place


def test_every_class_of_slope_is_there_and_half_the_country_is_very_steep(andorra, country):
    hazards = andorra.results.hazards
    slope = hazards[hazards["hazard_id"] == "slope"].set_index("hazard_class").geometry
    share = {name: area.intersection(country).area / country.area for name, area in slope.items()}
    assert list(share) == ["steep", "very_steep"]
    assert 0.4 < share["very_steep"] < 0.55
    assert 0.2 < share["steep"] < 0.4


def test_what_is_derived_judges_nothing_and_is_no_part_of_any_hazard(andorra):
    rows = andorra.results.assessments
    derived = rows[rows["rule_id"].str.startswith(tuple(f"hazard.{name}" for name in DERIVED))]
    assert set(derived["status"]) == {"reported", "not_assessed"}
    exposure = andorra.results.exposure.classes
    assert set(exposure["hazard_id"]) == set(DERIVED)
    assert len(andorra.results.gaps) == 0
    judged = rows[rows["rule_id"].str.startswith("hazard.flood_coastal_share")]
    assert set(judged["status"]) <= {"not_assessed"}


def test_homes_are_in_one_class_each(andorra):
    """Floor area adds up to all of it, the unknown and what lies outside included."""
    exposure = andorra.results.exposure.classes
    city = exposure[exposure["level"] == "city"].groupby("hazard_id")["floor_area_m2"].sum()
    assert city["slope"] == pytest.approx(city["low-ground"], rel=1e-9)


def test_title_method_and_size_of_cells_stand_in_map_and_report(andorra):
    page = (andorra.out / "map.html").read_text(encoding="utf-8")
    hazards = pyogrio.read_dataframe(andorra.out / "gaps.gpkg", layer="hazards", read_geometry=False)
    for told in hazards["note_en"]:
        assert told.startswith(
            "Derived from the elevation model on its own cells of about 68 m by 93 m, for screening only"
        )
        assert told in page
    assert all("仅供初筛" in told for told in hazards["note_zh"])
    for title in ("Low-lying ground", "Slope of 15° and more"):
        assert f"{title} (derived, for screening)" in page
        # Nowhere its name alone, which could be taken for a hazard map's.
        assert not re.search(rf"{title}(?! \(derived, for screening\))", page)
    record = {hazard["id"]: hazard for hazard in andorra.record["study"]["hazards"]}
    assert record["low-ground"]["derived_from_elevation"]["drainage"] == "model"


def test_no_cell_of_the_country_hangs_on_water_from_beyond_the_model(andorra):
    counts = {entry["role"]: entry["counts"] for entry in andorra.record["inputs"]}
    assert counts["hazard.low-ground"]["cells_drainage_unknown"] == 0
    assert counts["hazard.low-ground"]["cells_void"] == 78
