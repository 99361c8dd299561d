"""Loading the demo studies, and studies whose layers do not fit together."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers.load import STEPS, load
from layers.study import read_study
from layers.types import Layers
from maps.words import LANGUAGES, caveat_text
from spatial.errors import LayerError

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.fixture(scope="module")
def andorra() -> Layers:
    return load(read_study(DATA / "andorra/study.toml"))


@pytest.fixture
def hybrid(tmp_path):
    """Las Palmas' units with Andorra's small extract, to be varied."""
    shutil.copytree(DATA / "las-palmas/boundaries", tmp_path / "boundaries")
    (tmp_path / "osm").mkdir()
    shutil.copy(DATA / "andorra/osm/andorra.osm.pbf", tmp_path / "osm/las-palmas.osm.pbf")

    def _study(text: str):
        (tmp_path / "study.toml").write_text(text, encoding="utf-8")
        return read_study(tmp_path / "study.toml")

    return _study


UNITS = """
[study]
id = "hybrid"
crs = "{crs}"
profiles = ["linli-start"]
languages = ["en"]
[study.title]
en = "Synthetic: units and extract of different places"
[osm]
path = "osm/las-palmas.osm.pbf"
[osm.coverage]
communities_buffer_m = 100
[communities]
{communities}
"""
FROM_FILE = 'path = "boundaries/districts.parquet"\nid = "geocode"'
FROM_OSM = 'source = "osm"\nfilter = {boundary = "administrative", admin_level = 7}'


def test_the_whole_country_is_loaded_from_one_extract(andorra):
    assert andorra.communities["name"].tolist() == [
        "Andorra la Vella", "Canillo", "Encamp", "Escaldes-Engordany", "La Massana", "Ordino", "Sant Julià de Lòria",
    ]  # fmt: skip
    assert andorra.communities["area_m2"].sum() / 1e6 == pytest.approx(468, abs=1)
    assert andorra.residents is None
    assert dict(andorra.parents) == {}


def test_every_layer_is_in_the_studys_crs(andorra):
    frames = [
        andorra.communities,
        andorra.spaces,
        andorra.gates,
        andorra.obstacles,
        andorra.buildings,
        andorra.hazards,
        andorra.basemap.streets,
    ]
    assert {frame.crs.to_epsg() for frame in frames} == {25831}
    assert andorra.network.crs.to_epsg() == 25831


def test_the_voids_of_the_elevation_model_are_recorded_and_told(andorra):
    """78 cells of the tile are void within the border; the slope of 355 is unknown."""
    counts = next(p.counts for p in andorra.provenance if p.role == "elevation")
    assert counts["cells_void"] == 78
    assert next(c.count for c in andorra.caveats if c.code == "elevation_voids") == counts["cells_without_slope"]


def test_steep_ground_is_derived_and_covers_about_half_of_a_mountain_country(andorra):
    hazards = andorra.hazards
    assert set(hazards["status"]) == {"derived"}
    steep = hazards[(hazards["hazard_id"] == "slope") & (hazards["hazard_class"] == "very_steep")]
    inside = shapely.area(shapely.intersection(steep.union_all(), andorra.communities.union_all()))
    assert 0.4 < inside / andorra.communities["area_m2"].sum() < 0.55
    derived = [c.layer for c in andorra.caveats if c.code == "hazard_derived"]
    assert derived == ["hazard.slope", "hazard.low-ground"]


def test_the_absence_of_residents_is_told(andorra):
    assert next(c.count for c in andorra.caveats if c.code == "residents_absent") == 7


def test_every_file_is_recorded(andorra):
    assert [(p.role, p.file) for p in andorra.provenance] == [
        ("osm", "osm/andorra.osm.pbf"),
        ("communities", "osm/andorra.osm.pbf"),
        ("elevation", "elevation/N42E001.hgt"),
        ("hazard.slope", "elevation/N42E001.hgt"),
        ("hazard.low-ground", "elevation/N42E001.hgt"),
        ("residential_land", "osm/andorra.osm.pbf"),
    ]
    assert andorra.provenance[0].sha256 == "092c34352aa5dd147980c02ad0fe11f55196e7a385dd14e13465ca29e76247f3"
    assert andorra.provenance[0].bytes == 3_164_295
    assert andorra.provenance[0].licence == "ODbL-1.0"


def test_every_caveat_has_words_in_every_language(andorra):
    for caveat in andorra.caveats:
        assert all(caveat_text(caveat, language) for language in LANGUAGES)


def test_the_steps_are_told_in_order():
    told: list[str] = []
    load(read_study(DATA / "andorra/study.toml"), told.append)
    assert tuple(told) == STEPS


def test_loading_twice_gives_the_same(andorra):
    again = load(read_study(DATA / "andorra/study.toml"))
    assert again.communities.equals(andorra.communities)
    assert again.hazards.equals(andorra.hazards)
    assert again.spaces.equals(andorra.spaces)
    np.testing.assert_array_equal(again.network.edge_id, andorra.network.edge_id)
    assert again.caveats == andorra.caveats


def test_an_extract_of_another_place_is_told(hybrid):
    with pytest.raises(LayerError, match=r"lies in longitude 1\.29 to .* so nobody could reach"):
        load(hybrid(UNITS.format(crs="EPSG:32628", communities=FROM_FILE)))


def test_parents_of_another_place_are_told(hybrid):
    parents = '\n[[parents]]\nlevel = "district"\npath = "boundaries/districts.parquet"\nid = "geocode"\n'
    with pytest.raises(LayerError, match=r"parents.district"):
        load(hybrid(UNITS.format(crs="EPSG:25831", communities=FROM_OSM) + parents))


def test_a_coverage_polygon_is_used_and_checked(hybrid, tmp_path, andorra):
    half = andorra.communities[andorra.communities["name"].isin(["Canillo", "Encamp", "Ordino"])]
    half.to_file(tmp_path / "half.gpkg")
    text = UNITS.format(crs="EPSG:25831", communities=FROM_OSM).replace(
        "communities_buffer_m = 100", 'path = "half.gpkg"'
    )
    layers = load(hybrid(text))
    assert layers.coverage.area == pytest.approx(half["area_m2"].sum(), rel=1e-6)
    assert next(c.count for c in layers.caveats if c.code == "beyond_coverage") == 4
    assert layers.network.node_beyond.sum() > 1000


def test_a_coverage_elsewhere_is_told(hybrid):
    text = UNITS.format(crs="EPSG:25831", communities=FROM_OSM).replace(
        "communities_buffer_m = 100", 'path = "boundaries/districts.parquet"'
    )
    with pytest.raises(LayerError, match=r"osm.coverage"):
        load(hybrid(text))
