from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pyproj import CRS

from layers.study import read_study
from layers.types import Study
from spatial.errors import NotMetric, StudyError

DATA = Path(__file__).resolve().parents[3] / "data"

EXAMPLE = """
[study]
id = "las-palmas"
crs = "EPSG:32628"             # metric; degrees, feet and web mercator are refused and the right zone suggested
profiles = ["sdg-11.7.1"]
languages = ["en", "zh"]
[study.title]
en = "Las Palmas de Gran Canaria"

[osm]
path = "osm/las-palmas.osm.pbf"
licence = "ODbL-1.0"
[osm.coverage]                 # where the extract is complete: a path to a polygon, or
communities_buffer_m = 1600    # the clip it was made with

[communities]                  # or source = "osm" with a filter
path = "boundaries/sections.parquet"
id = "geocode"
name = "label"

[[parents]]
level = "district"
path = "boundaries/districts.parquet"
id = "geocode"
name = "label"

[[residents]]                  # optional
path = "population/sections.parquet"
join = "geocode"
population = "poblacion"
[residents.groups]
age0_14 = "poblacion_00a14"
age65plus = "poblacion_65mas"

[[hazard]]
id = "flood-arpsi-t100"
kind = "flood"
status = "official"            # official | modelled | derived
path = "hazards/arpsi.geojson"
return_period_yr = 100
[hazard.filter]                # column = value or list of values, joined by AND; nothing else
categoria = "T100"

[[hazard]]
id = "coastal-arpsi"
kind = "coastal"
status = "official"
path = "hazards/arpsi.geojson"
[hazard.filter]
tipo = "costera"
"""


@pytest.fixture
def folder(tmp_path):
    """A study's folder with the real boundaries; the other files only have to exist."""
    for name in ("osm/las-palmas.osm.pbf", "population/sections.parquet", "hazards/arpsi.geojson"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    (tmp_path / "boundaries").mkdir()
    for name in ("sections.parquet", "districts.parquet"):
        shutil.copy(DATA / "las-palmas/boundaries" / name, tmp_path / "boundaries" / name)
    return tmp_path


def read(folder: Path, old: str = "", new: str = "") -> Study:
    assert old in EXAMPLE
    (folder / "study.toml").write_text(EXAMPLE.replace(old, new, 1) if old else EXAMPLE, encoding="utf-8")
    return read_study(folder / "study.toml")


def fault(folder: Path, old: str, new: str) -> str:
    with pytest.raises(StudyError) as caught:
        read(folder, old, new)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_hazards_of_one_title_are_told_apart_by_their_ids(folder):
    (folder / "study.toml").write_text(
        EXAMPLE.replace('tipo = "costera"', 'tipo = "costera"\n[hazard.title]\nen = "Flood"').replace(
            'categoria = "T100"', 'categoria = "T100"\n[hazard.title]\nen = "Flood"\nzh = "洪水"'
        ),
        encoding="utf-8",
    )
    titles = [hazard.title for hazard in read_study(folder / "study.toml").hazards]
    assert titles == [{"en": "Flood (flood-arpsi-t100)", "zh": "洪水"}, {"en": "Flood (coastal-arpsi)"}]


def test_the_documented_example_is_read(folder):
    study = read(folder)
    assert study.id == "las-palmas"
    assert study.crs == CRS("EPSG:32628")
    assert study.osm.communities_buffer_m == 1600
    assert study.communities.id_column == "geocode"
    assert [p.level for p in study.parents] == ["district"]
    assert study.residents is not None
    assert dict(study.residents.groups) == {"age0_14": "poblacion_00a14", "age65plus": "poblacion_65mas"}
    assert [(h.id, h.kind, h.return_period_yr) for h in study.hazards] == [
        ("flood-arpsi-t100", "flood", 100),
        ("coastal-arpsi", "coastal", None),
    ]
    assert study.hazards[1].origin is not None
    assert study.hazards[1].origin.filter == {"tipo": ("costera",)}
    assert study.hazards[0].origin.path == folder / "hazards/arpsi.geojson"


@pytest.mark.parametrize(("city", "communities"), [("las-palmas", "geocode"), ("andorra", "unit_id")])
def test_the_demo_studies_are_read(city, communities):
    study = Study.read(DATA / city / "study.toml")
    assert study.id == city
    assert study.communities.id_column == communities
    assert study.profiles == ("sdg-11.7.1", "who-300", "linli-start")
    assert all(set(h.title) == {"en", "zh"} for h in study.hazards)
    assert all(set(h.note) == {"en", "zh"} for h in study.hazards if h.screening is None)


def test_andorra_takes_units_and_slopes_from_its_own_files():
    study = Study.read(DATA / "andorra/study.toml")
    assert study.communities.osm_filter == {"boundary": ("administrative",), "admin_level": (7,)}
    assert [h.screening.derive for h in study.hazards] == ["slope", "low_lying"]
    assert [h.origin for h in study.hazards] == [None, None]
    assert study.elevation is not None
    assert study.residents is None


def test_an_unknown_key_names_itself_its_table_its_kin_and_the_known_ones(folder):
    message = fault(folder, 'licence = "ODbL-1.0"', 'license = "ODbL-1.0"')
    assert "[osm] unknown key 'license' (did you mean 'licence'?)" in message
    assert "attribution" in message


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[[residents]]", "[[resident]]", "unknown key 'resident' (did you mean 'residents'?)"),
        (
            "communities_buffer_m = 1600",
            "communities_bufer_m = 1600",
            "[osm.coverage] unknown key 'communities_bufer_m'",
        ),
        (
            "communities_buffer_m = 1600",
            'communities_buffer_m = "1600"',
            "[osm.coverage] communities_buffer_m must be a number",
        ),
        (
            "communities_buffer_m = 1600",
            "communities_buffer_m = true",
            "[osm.coverage] communities_buffer_m must be a number",
        ),
        ("communities_buffer_m = 1600", "communities_buffer_m = -5", "must lie between 0 and 100000"),
        ("communities_buffer_m = 1600", "communities_buffer_m = nan", "must lie between"),
        ("communities_buffer_m = 1600", "", "[osm.coverage] must have either path or communities_buffer_m"),
        ("[osm.coverage]", "[osm.filter]", "[osm] lacks coverage"),
        (
            'status = "official"',
            'status = "offical"',
            "[[hazard]] 1 (flood-arpsi-t100) status = 'offical' is not one of official, modelled, derived (did you mean 'official'?)",
        ),
        ('kind = "coastal"', 'kind = "tsunami"', "[[hazard]] 2 (coastal-arpsi) kind = 'tsunami' is not one of"),
        ('kind = "coastal"', "", "[[hazard]] 2 (coastal-arpsi) lacks kind; write one of flood, waterlogging, coastal,"),
        ('id = "coastal-arpsi"', 'id = "Coast!"', "[[hazard]] 2 id = 'Coast!' may only hold small letters"),
        ('id = "coastal-arpsi"', 'id = "flood-arpsi-t100"', "[[hazard]] id = 'flood-arpsi-t100' stands twice"),
        ('level = "district"', 'level = "city"', "level = 'city' is taken"),
        ('level = "district"', 'level = "street office"', "small letters, digits and underscores"),
        ('level = "district"', "", "[[parents]] 1 lacks level"),
        ('id = "geocode"', "", "[communities] lacks id"),
        ('languages = ["en", "zh"]', 'languages = ["en", "es"]', "languages names 'es'"),
        ('languages = ["en", "zh"]', 'languages = "en"', "languages must be a list"),
        ('profiles = ["sdg-11.7.1"]', 'profiles = ["../../etc"]', "'../../etc', which is no profile's id"),
        ('profiles = ["sdg-11.7.1"]', "profiles = []", "at least one"),
        ('profiles = ["sdg-11.7.1"]', 'profiles = ["a", "a"]', "names 'a' twice"),
        ('id = "las-palmas"', 'id = "../out"', "small letters, digits, dots and hyphens"),
        ('id = "las-palmas"', 'id = "nul"', "Windows reserves"),
        (
            '[study.title]\nen = "Las Palmas de Gran Canaria"',
            'title = "Las Palmas"',
            "title must be a table by language: write title.en",
        ),
        ('[study.title]\nen = "Las Palmas de Gran Canaria"', "", "[study] lacks title"),
        ('en = "Las Palmas de Gran Canaria"', 'en = "a\\u0007b"', "control character"),
        ('age0_14 = "poblacion_00a14"', "age0_14 = 14", "groups: age0_14 must name a column"),
        ('age0_14 = "poblacion_00a14"', 'population = "x"', "groups: 'population'"),
        ('categoria = "T100"', "categoria = {a = 1}", "filter: 'categoria' must be a value or a list"),
        ("return_period_yr = 100", "min_slope_deg = 25", 'min_slope_deg without source = "elevation"'),
        ("[[residents]]", "[residents]", "residents must be written as [[residents]]"),
        ('population = "poblacion"', 'population = "poblacion"\nencoding = "klingon"', "encoding = 'klingon' is unknown"),
        ('population = "poblacion"', 'population = "poblacion"\ncrs = "EPSG:1"', "[[residents]] 1: crs = 'EPSG:1' is no known"),
        ('licence = "ODbL-1.0"', 'crs = "EPSG:4326"', "[osm] unknown key 'crs'"),
    ],
)
def test_each_fault_is_told(folder, old, new, expected):
    assert expected in fault(folder, old, new)


@pytest.mark.parametrize("missing", ["[study]", "[osm]", "[communities]"])
def test_a_missing_table_is_told(folder, missing):
    start = EXAMPLE.index(missing)
    end = EXAMPLE.find("\n\n", start)
    assert f"study file lacks {missing.strip('[]')}" in fault(folder, EXAMPLE[start:end], "")


def test_all_faults_are_told_at_once(folder):
    message = fault(
        folder,
        EXAMPLE,
        EXAMPLE.replace("licence", "license")
        .replace("EPSG:32628", "EPSG:4326")
        .replace('kind = "flood"', 'kind = "fire"'),
    )
    assert "3 faults" in message
    assert "(1)" in message
    assert "(3)" in message
    assert "license" in message
    assert "fire" in message
    assert "degrees" in message


@pytest.mark.parametrize(("crs", "word"), [("EPSG:4326", "degrees"), ("EPSG:3857", "mercator"), ("EPSG:2263", "foot")])
def test_a_crs_that_cannot_measure_is_refused_and_the_right_zone_named(folder, crs, word):
    """The place is read from the communities."""
    with pytest.raises(NotMetric, match=word) as caught:
        read(folder, "EPSG:32628", crs)
    assert 'crs = "EPSG:32628"' in str(caught.value)


def test_the_extract_tells_the_place_where_the_communities_cannot(tmp_path):
    (tmp_path / "osm").mkdir()
    (tmp_path / "elevation").mkdir()
    shutil.copy(DATA / "andorra/osm/andorra.osm.pbf", tmp_path / "osm")
    (tmp_path / "elevation/N42E001.hgt").touch()
    text = (DATA / "andorra/study.toml").read_text(encoding="utf-8").replace("EPSG:25831", "EPSG:4326")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NotMetric, match='crs = "EPSG:32631"'):
        read_study(tmp_path / "study.toml")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("boundaries/secciones.parquet", "there is no such file"),
        ("../sections.parquet", "leads out of the study's folder"),
        ("/etc/passwd", "leads out of the study's folder"),
        ("C:/data/sections.parquet", "leads out of the study's folder"),
        ("//server/share/x.gpkg", "leads out of the study's folder"),
        ("/vsicurl/http://example.org/x.gpkg", "leads out of the study's folder"),
        ("boundaries", "is a folder"),
    ],
)
def test_a_path_stays_in_the_folder_and_exists(folder, path, expected):
    assert expected in fault(folder, "boundaries/sections.parquet", path)


def test_backslashes_are_told(folder):
    assert "forward slashes" in fault(folder, '"boundaries/sections.parquet"', "'boundaries\\sections.parquet'")


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_out_of_the_folder_is_refused(folder, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.parquet"
    outside.touch()
    (folder / "boundaries/link.parquet").symlink_to(outside)
    assert "leads out of the study's folder" in fault(folder, "boundaries/sections.parquet", "boundaries/link.parquet")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[study\n", "is not valid TOML"),
        (b'[study]\nid = "a"\nid = "b"\n', "is not valid TOML"),
        ("[study]\ntitle = '城'".encode("gb18030"), "is not UTF-8"),
        (b"\x00" * 2_000_000, "bytes long"),
        (b"", "lacks study"),
    ],
)
def test_what_is_no_study_file_is_told(tmp_path, content, expected):
    (tmp_path / "study.toml").write_bytes(content)
    with pytest.raises(StudyError, match=expected):
        read_study(tmp_path / "study.toml")


def test_a_byte_order_mark_does_no_harm(folder):
    (folder / "study.toml").write_text(EXAMPLE, encoding="utf-8-sig")
    assert read_study(folder / "study.toml").id == "las-palmas"


def test_a_missing_study_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(StudyError, match="check the name"):
        read_study(tmp_path / "nothing.toml")
    with pytest.raises(StudyError, match=r"is a folder; name the study file in it"):
        read_study(tmp_path)


def test_steep_ground_needs_the_elevation_model_and_is_derived(folder):
    steep = 'source = "elevation"\nmin_slope_deg = 25\n'
    message = fault(
        folder,
        'status = "official"            # official | modelled | derived\npath = "hazards/arpsi.geojson"',
        f'status = "official"\n{steep}',
    )
    assert "the study has no [elevation]" in message
    assert "is derived" in message
    assert "has both source and filter" in message


def test_units_from_the_extract_need_a_filter_and_no_file(folder):
    message = fault(
        folder, 'path = "boundaries/sections.parquet"\nid = "geocode"\nname = "label"', 'source = "osm"\nid = "geocode"'
    )
    assert "has both source and id" in message
    assert "no filter" in message


def test_more_than_one_table_of_residents_is_told(folder):
    message = fault(
        folder,
        EXAMPLE,
        EXAMPLE + '\n[[residents]]\npath = "population/sections.parquet"\njoin = "geocode"\npopulation = "poblacion"\n',
    )
    assert "[[residents]] 2 is one table too many" in message


def test_dates_may_be_written_as_toml_dates(folder):
    assert read(folder, 'licence = "ODbL-1.0"', "date = 2023-02-21").osm.origin.date == "2023-02-21"


CENSUS = EXAMPLE[EXAMPLE.index("[[residents]]") : EXAMPLE.index("[[hazard]]")]


def raster(folder: Path, keys: str) -> tuple[str, str]:
    """The census replaced by a raster."""
    (folder / "population/people.tif").touch()
    return CENSUS, f'[[residents]]\npath = "population/people.tif"\n{keys}\n'


def test_a_raster_of_residents_says_what_its_numbers_are(folder):
    role = read(folder, *raster(folder, 'unit = "density_per_km2"\nnodata = "nobody"')).residents
    assert role is not None
    assert (role.unit, role.nodata_is_nobody, role.join_column) == ("density_per_km2", True, "")
    strict = read(folder, *raster(folder, 'unit = "count"')).residents
    assert strict is not None
    assert not strict.nodata_is_nobody


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("", "[[residents]] 1 lacks unit"),
        ('unit = "people"', "unit = 'people' is not one of count, density_per_km2"),
        ('unit = "count"\nnodata = "zero"', "nodata = 'zero' is not one of unknown, nobody"),
        ('unit = "count"\njoin = "geocode"', "has both a raster and join; these speak of a table"),
    ],
)
def test_faults_of_a_raster_of_residents_are_told(folder, keys, message):
    assert message in fault(folder, *raster(folder, keys))


def test_a_table_of_residents_has_no_unit(folder):
    assert "has both a table and unit" in fault(folder, "[[residents]]", '[[residents]]\nunit = "count"')
