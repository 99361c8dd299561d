"""`linli init`: a folder that is a study, or nothing at all."""

from __future__ import annotations

import json
import time
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from layers.new_study_text import quoted
from layers.study import read_study_to_fetch
from linli.cli import main
from tests import overpass_stand_in
from tests.overpass_stand_in import municipality, stand_in

DATA = Path(__file__).resolve().parents[3] / "data" / "las-palmas"
SECTIONS = DATA / "boundaries" / "sections.parquet"


@pytest.fixture(autouse=True)
def somewhere(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINLI_NOMINATIM", raising=False)
    return tmp_path


def failed(capsys, *arguments: str) -> str:
    """The one line of an init that is refused, and leaves nothing behind."""
    before = sorted(Path.cwd().rglob("*"))
    assert main(["init", *arguments]) == 2
    assert sorted(Path.cwd().rglob("*")) == before
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    return said.err


def test_a_box_becomes_a_study(capsys):
    assert main(["init", "--bbox=-15.44,28.08,-15.40,28.12", "--out", "old-town", "--id", "old-town"]) == 0
    study = read_study_to_fetch("old-town/study.toml")
    assert (study.id, study.crs.to_string(), study.languages) == ("old-town", "EPSG:32628", ("en",))
    assert study.osm.origin.path == Path("old-town/osm/old-town.osm.pbf").resolve()
    assert study.osm.communities_buffer_m == 2000
    frame = gpd.read_file("old-town/boundary.geojson")
    assert frame.geometry[0].equals(shapely.box(-15.44, 28.08, -15.40, 28.12))
    assert sorted(path.name for path in Path("old-town").iterdir()) == ["README.md", "boundary.geojson", "study.toml"]
    said = capsys.readouterr().out
    assert "17.4 km2, 1 community: the whole area" in said
    assert "Next      linli pull old-town/study.toml" in said


@pytest.mark.parametrize("box", ["-15.45,28.08,-15.40,28.12", "-.05,-.05,.05,.05"])
def test_a_box_in_the_west_may_stand_by_itself(box, capsys):
    assert main(["init", "--bbox", box, "--out", "west"]) == 0
    left, bottom, right, top = map(float, box.split(","))
    assert gpd.read_file("west/boundary.geojson").total_bounds.tolist() == [left, bottom, right, top]


def test_an_option_is_no_box(capsys):
    with pytest.raises(SystemExit) as end:
        main(["init", "--bbox", "--out", "new"])
    assert end.value.code == 2
    assert "--bbox: expected one argument" in capsys.readouterr().err


def test_the_box_is_written_as_geojson_says(capsys):
    assert main(["init", "--bbox=-15.44,28.08,-15.40,28.12", "--out", "box"]) == 0
    content = json.loads(Path("box/boundary.geojson").read_text(encoding="utf-8"))
    assert "crs" not in content, "RFC 7946: WGS 84 and nothing else"
    assert content["features"][0]["properties"] == {"id": "1", "name": "box"}


@pytest.mark.parametrize(
    ("box", "words"),
    [
        ("28.08,-115.44,28.12,-115.40", "look like latitude before longitude; write --bbox=-115.44,28.08,-115.4,28.12"),
        ("28.12,-15.44,28.08,-15.40", "west must be less than east"),
        ("179,-17,-179,-16", "an area across the 180th meridian has to be studied in two halves"),
        ("450000,3100000,460000,3110000", "lies beyond the globe; write longitudes and latitudes in degrees"),
        ("1,2,3", "must be four numbers W,S,E,N"),
        ("1,2,3,nan", "must be four numbers W,S,E,N"),
        ("1,2,3,x", "must be four numbers W,S,E,N"),
        ("1,40,1.0001,40.0001", "is only 95 m2 large"),
    ],
)
def test_a_box_that_cannot_be_meant_is_refused(capsys, box, words):
    assert words in failed(capsys, f"--bbox={box}", "--out", "new")


def test_what_is_too_large_is_told_the_alternative(capsys):
    said = failed(capsys, "--bbox=1,40,2,41", "--out", "new")
    assert "more than the 1,500 km2 that public servers should be asked for" in said
    assert "download an extract of the region" in said


def test_the_areas_of_a_file_become_communities(capsys):
    assert main(["init", "--boundary", str(SECTIONS), "--language", "zh,en", "--id", "sections"]) == 0
    study = read_study_to_fetch("sections/study.toml")
    assert study.languages == ("zh", "en")
    assert dict(study.title) == {"zh": "sections", "en": "sections"}
    frame = gpd.read_file("sections/boundary.geojson")
    given = gpd.read_parquet(SECTIONS)
    assert frame["id"].tolist() == given["geocode"].tolist()
    assert frame["name"].tolist() == given["label"].tolist()
    assert frame.geometry.is_valid.all()
    assert "275 communities" in capsys.readouterr().out


def synthetic(path: str, crs: str, columns: dict[str, list[object]], width: float = 0.01, at=(116.39, 39.90)) -> str:
    """Synthetic squares side by side."""
    lon, lat = at
    count = len(next(iter(columns.values())))
    boxes = [shapely.box(lon + i * width, lat, lon + (i + 1) * width, lat + width) for i in range(count)]
    gpd.GeoDataFrame(columns, geometry=boxes, crs="OGC:CRS84").to_crs(crs).to_file(path)
    return path


def test_boundaries_in_cgcs2000_are_measured_in_its_zone(capsys):
    path = synthetic(
        "streets.gpkg", "EPSG:4549", {"名称": ["东华门街道", "景山街道"], "代码": ["110101001", "110101002"]}
    )
    assert main(["init", "--boundary", path, "--out", "beijing", "--language", "zh"]) == 0
    study = read_study_to_fetch("beijing/study.toml")
    assert study.crs.to_string() == "EPSG:4548", "zone 39, central meridian 117 E"
    frame = gpd.read_file("beijing/boundary.geojson")
    assert frame["name"].tolist() == ["东华门街道", "景山街道"]
    assert frame["id"].tolist() == ["110101001", "110101002"]
    assert frame.total_bounds == pytest.approx([116.39, 39.90, 116.41, 39.91], abs=1e-5)


def test_outlines_that_cross_themselves_in_metres_are_mended(capsys):
    # The real sections, 46 of them invalid, moved to China. Mended in metres, some cross themselves again in degrees.
    moved = gpd.read_parquet(SECTIONS)
    moved = moved.set_geometry(moved.translate(135.45, 2.15)).to_crs("EPSG:4549")
    assert (~moved.is_valid).sum() > 40
    moved.to_file("moved.gpkg")
    assert main(["init", "--boundary", "moved.gpkg", "--out", "moved"]) == 0
    frame = gpd.read_file("moved/boundary.geojson")
    assert len(frame) == 275
    assert frame.geometry.is_valid.all()
    area_m2 = frame.to_crs("EPSG:4549").area
    assert area_m2.to_numpy() == pytest.approx(moved.make_valid().area.to_numpy(), rel=1e-2, abs=200)


def test_a_datum_that_cannot_be_changed_is_refused(capsys):
    path = synthetic("old.gpkg", "EPSG:4214", {"id": ["a", "b"]})
    said = failed(capsys, "--boundary", path, "--out", "new")
    assert "Beijing 1954" in said


def test_areas_without_ids_are_numbered(capsys):
    path = synthetic("plain.gpkg", "OGC:CRS84", {"name": ["same", "same", ""], "area": [0.1, 0.2, 0.3]})
    assert main(["init", "--boundary", path]) == 0
    frame = gpd.read_file("plain/boundary.geojson")
    assert frame["id"].tolist() == ["1", "2", "3"]
    assert frame["name"].tolist() == ["same", "same", "3"]


def test_what_is_no_area_is_refused(capsys):
    gpd.GeoDataFrame({"id": ["a"]}, geometry=[shapely.Point(1, 40)], crs="OGC:CRS84").to_file("points.gpkg")
    assert "holds Point, and communities are polygons" in failed(capsys, "--boundary", "points.gpkg", "--out", "new")
    failed(capsys, "--boundary", "nowhere.gpkg", "--out", "new")


def test_nothing_that_is_there_is_overwritten(capsys):
    Path("taken").mkdir()
    Path("taken/notes.txt").write_text("mine", encoding="utf-8")
    assert "is there already" in failed(capsys, "--bbox=1,40,1.1,40.1", "--out", "taken")
    assert Path("taken/notes.txt").read_text(encoding="utf-8") == "mine"
    Path("file").write_text("mine", encoding="utf-8")
    assert "is there already" in failed(capsys, "--bbox=1,40,1.1,40.1", "--out", "file")
    Path("empty").mkdir()
    assert main(["init", "--bbox=1,40,1.1,40.1", "--out", "empty"]) == 0
    capsys.readouterr()
    assert "is there already" in failed(capsys, "--bbox=1,40,1.1,40.1", "--out", "empty")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--id", "Old Town", "may only hold small letters"),
        ("--id", "../up", "may only hold small letters"),
        ("--id", "con", "Windows reserves"),
        ("--language", "en,fr", "there are words for en, zh"),
    ],
)
def test_a_wrong_option_leaves_nothing(capsys, option, value, words):
    assert words in failed(capsys, "--bbox=1,40,1.1,40.1", "--out", "new", option, value)


@pytest.mark.parametrize("arguments", [[], ["--place", "a", "--bbox=1,2,3,4"], ["--plac", "a"]])
def test_one_way_to_say_where_is_needed(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        main(["init", *arguments])
    assert end.value.code == 2


# --------------------------------------------------------------------------- places, over the net


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # OSMnx leaves a second between requests
    with stand_in() as running:
        monkeypatch.setenv("LINLI_NOMINATIM", running.nominatim)
        yield running


def test_a_place_becomes_a_study(server, capsys):
    assert main(["init", "--place", "Las Palmas de Gran Canaria"]) == 0
    study = read_study_to_fetch("las-palmas-de-gran-canaria/study.toml")
    assert study.title["en"] == "Las Palmas de Gran Canaria"
    assert study.communities.origin is not None
    assert study.communities.origin.attribution == "© OpenStreetMap contributors"
    assert "relation/340783" in Path("las-palmas-de-gran-canaria/README.md").read_text(encoding="utf-8")
    assert "Found     OpenStreetMap relation/340783" in capsys.readouterr().out


def test_a_place_named_in_chinese_gets_an_id_all_the_same(server, monkeypatch, capsys):
    named = {**municipality(), "name": "静安区", "display_name": "静安区, 上海市"}
    monkeypatch.setattr(overpass_stand_in, "search", lambda words: [named])
    assert main(["init", "--place", "静安区", "--language", "zh"]) == 0
    assert read_study_to_fetch("study/study.toml").title["zh"] == "静安区"


def test_a_hostile_name_stays_a_name(server, monkeypatch, capsys):
    hostile = 'x"\n[osm]\npath = "/etc/passwd" # {id} \\u0000 \x1b[2J\x7f'
    monkeypatch.setattr(
        overpass_stand_in, "search", lambda words: [{**municipality(), "name": hostile, "display_name": hostile}]
    )
    assert main(["init", "--place", "x", "--out", "new", "--id", "new"]) == 0
    study = read_study_to_fetch("new/study.toml")
    assert study.osm.origin.path.name == "new.osm.pbf"
    assert study.title["en"] == 'x" [osm] path = "/etc/passwd" # {id} \\u0000 [2J'
    assert "\x1b" not in capsys.readouterr().out


def test_text_is_quoted_as_toml_wants_it():
    import tomllib

    for text in ('a"b\\c', "邻里", "tab\there", "\x7f\x80", "'''", "\\"):
        assert tomllib.loads(f"x = {quoted(text)}")["x"] == " ".join(
            text.replace("\x7f", " ").replace("\x80", " ").split()
        )


def test_a_server_that_fails_is_exit_code_3_and_leaves_nothing(server, capsys):
    server.always = "403"
    assert main(["init", "--place", "Las Palmas", "--out", "new"]) == 3
    assert capsys.readouterr().err.startswith("linli: Nominatim at http://127.0.0.1")
    assert list(Path.cwd().iterdir()) == []


def test_a_place_that_is_not_known_is_exit_code_2(server, capsys):
    assert "knows no place of this name" in failed(capsys, "--place", "Atlantis", "--out", "new")


def test_a_taken_folder_is_told_before_anybody_is_asked(server, capsys):
    Path("taken").mkdir()
    Path("taken/a").touch()
    failed(capsys, "--place", "Las Palmas", "--out", "taken")
    assert server.requests == []


def test_the_option_counts_before_the_environment(server, monkeypatch, capsys):
    monkeypatch.setenv("LINLI_NOMINATIM", "http://osm.example.org/")
    assert "LINLI_NOMINATIM: http://osm.example.org is not encrypted" in failed(capsys, "--place", "Las Palmas")
    assert main(["init", "--place", "Las Palmas", "--nominatim", server.nominatim]) == 0
