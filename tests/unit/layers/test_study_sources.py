"""What a study file may say about where its layers come from, and about public space."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from layers.origins import DatabaseOrigin, GeometryColumns, Origin
from layers.study import read_study, read_study_to_fetch
from spatial.errors import StudyError

DATA = Path(__file__).resolve().parents[3] / "data" / "las-palmas"

HEAD = """
[study]
id = "town"
crs = "EPSG:32628"
profiles = ["who-300"]
languages = ["en"]
[study.title]
en = "Town"

[osm]
path = "las-palmas.osm.pbf"
[osm.coverage]
communities_buffer_m = 0

[communities]
path = "sections.parquet"
id = "geocode"
"""
DATABASE_TABLE = 'source = "postgis"\ntable = "plan.sections"'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(DATA / "osm" / "las-palmas.osm.pbf", tmp_path)
    for name in ("sections", "north", "south"):
        shutil.copy(DATA / "boundaries" / "sections.parquet", tmp_path / f"{name}.parquet")
    shutil.copy(DATA / "hazards" / "arpsi.geojson", tmp_path)
    (tmp_path / "people.csv").write_text("id,lon,lat,people\n1,-15.4,28.1,3\n")
    return tmp_path


def study(folder: Path, text: str):
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return read_study(folder / "study.toml")


def fault(folder: Path, text: str) -> str:
    with pytest.raises(StudyError) as caught:
        study(folder, text)
    return str(caught.value)


def test_several_files_are_one_layer_in_the_order_of_the_study(folder):
    origin = study(folder, HEAD.replace('"sections.parquet"', '["south.parquet", "north.parquet"]')).communities.origin
    assert isinstance(origin, Origin)
    assert [origin.path.name, *(path.name for path in origin.more)] == ["south.parquet", "north.parquet"]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ('["south.parquet", "north.parquet", "east.parquet"]', "'east.parquet': there is no such file"),
        ('["south.parquet", "south.parquet"]', "names 'south.parquet' twice"),
        ('["south.parquet", "../north.parquet"]', "leads out of the study's folder"),
        ("[]", "path must be a list of at least one text"),
    ],
)
def test_each_of_several_files_is_checked(folder, paths, expected):
    assert expected in fault(folder, HEAD.replace('"sections.parquet"', paths))


def test_a_layer_of_a_database_is_named_by_table_and_service_only(folder):
    said = DATABASE_TABLE + '\nservice = "city"\ngeometry = "geom"\nlicence = "x"'
    origin = study(folder, HEAD.replace('path = "sections.parquet"', said)).communities.origin
    assert origin == DatabaseOrigin("plan.sections", "city", "geom", licence="x")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (DATABASE_TABLE + '\npassword = "secret"', "holds password: how a database is reached"),
        (DATABASE_TABLE + '\nhost = "10.0.0.1"', "holds host: how a database is reached"),
        (DATABASE_TABLE + '\npath = "sections.parquet"', 'has both source = "postgis" and path'),
        ('source = "postgis"', "lacks table"),
        ('path = "sections.parquet"\ntable = "a.b"', "these speak of a database"),
        ('source = "oracle"', "source = 'oracle' is not one of osm, postgis"),
    ],
)
def test_a_database_is_told_from_a_file_and_its_secrets_have_no_place(folder, said, expected):
    assert expected in fault(folder, HEAD.replace('path = "sections.parquet"', said))


RESIDENTS = '\n[[residents]]\npath = "people.csv"\npopulation = "people"\n'


def test_residents_of_a_table_without_shapes_join_by_key_or_are_placed_by_columns(folder):
    assert "lacks join" in fault(folder, HEAD + RESIDENTS)
    placed = study(folder, HEAD + RESIDENTS + 'x = "lon"\ny = "lat"\ncrs = "EPSG:4326"\ndatum = "gcj02"').residents
    assert placed.join_column == ""
    assert placed.origin.geometry == GeometryColumns(x="lon", y="lat")
    assert placed.origin.datum == "gcj02"
    assert study(folder, HEAD + RESIDENTS + 'join = "id"').residents.join_column == "id"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ('x = "lon"', "by x and y together, or by wkt alone"),
        ('x = "lon"\ny = "lat"\nwkt = "shape"', "by x and y together, or by wkt alone"),
        ('x = "lon"\ny = "lat"\ndatum = "gcj-02"', "datum = 'gcj-02' is not one of wgs84, gcj02, bd09"),
    ],
)
def test_shapes_of_a_table_and_datums_are_closed_lists(folder, said, expected):
    assert expected in fault(folder, HEAD + RESIDENTS + said)


INVENTORY = """
[[public_space]]
id = "plan"
path = "arpsi.geojson"
mode = "replace"
class_column = "tipo"
key = "id"
name = "nombre"
sites_column = "categoria"
planned = ["T500"]
built = ["T10", "T100"]
[public_space.classes]
fluvial = "park"
costera = "beach"
[public_space.coverage]
path = "sections.parquet"
"""


def test_an_inventory_says_what_its_values_mean(folder):
    role = study(folder, HEAD + INVENTORY).inventories[0]
    assert (role.mode, role.class_column, dict(role.classes)) == ("replace", "tipo", {"fluvial": "park", "costera": "beach"})
    assert (role.sites, role.sites_column) == ("", "categoria")
    assert (role.planned_values, role.built_values) == (("T500",), ("T10", "T100"))
    assert (role.id_column, role.name_column, role.coverage.name) == ("id", "nombre", "sections.parquet")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('[public_space.coverage]\npath = "sections.parquet"', "", 'has mode = "replace" but no coverage'),
        ('id = "plan"', 'id = "way"', "is how spaces of OpenStreetMap are named"),
        ('mode = "replace"', 'mode = "merge"', "mode = 'merge' is not one of supplement, correct, replace"),
        ('class_column = "tipo"', 'class_column = "tipo"\nclass = "park"', "must have either class"),
        ('fluvial = "park"', 'fluvial = "parks"', "classes: 'fluvial' must be one of park, garden"),
        ('sites_column = "categoria"\nplanned = ["T500"]\nbuilt = ["T10", "T100"]', "", "must have either sites"),
        ('sites_column = "categoria"', 'sites = "built"', "has both sites and planned"),
        ('planned = ["T500"]\n', "", "lacks planned"),
        ('built = ["T10", "T100"]\n', "", "lacks built"),
        ('built = ["T10", "T100"]', 'built = [" t500", "T100"]', "names 't500' under planned and under built"),
        ('id = "plan"', 'id = "Plan 1"', "small letters, digits, dots and hyphens"),
    ],
)
def test_each_fault_of_an_inventory_is_told(folder, old, new, expected):
    assert old in INVENTORY
    assert expected in fault(folder, HEAD + INVENTORY.replace(old, new))


def test_two_inventories_need_two_ids(folder):
    assert "[[public_space]] id = 'plan' stands twice" in fault(folder, HEAD + INVENTORY + INVENTORY)


def test_a_study_to_fetch_needs_no_extract_yet(folder):
    (folder / "las-palmas.osm.pbf").unlink()
    assert "fetch it from OpenStreetMap with: linli pull" in fault(folder, HEAD)
    assert read_study_to_fetch(folder / "study.toml").osm.origin.path == folder / "las-palmas.osm.pbf"
    assert "2 faults" in fault(folder, HEAD.replace('id = "geocode"', ""))
