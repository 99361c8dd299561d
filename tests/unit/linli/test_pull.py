"""`linli pull`: the extract of a study, whole or as it was before, and afterwards no network."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import socket
import time
from pathlib import Path

import geopandas as gpd
import osmium
import pytest
import shapely
from pandas.testing import assert_frame_equal

import layers.fetching
import linli.pull
from layers.load import load
from layers.sources.pulled import RawAnswers, read_record
from layers.sources.web import Asker, Clock, Patience
from layers.study import read_study, read_study_to_fetch
from linli.api import assess
from linli.cli import main
from tests.overpass_stand_in import EXTRACT, municipality, stand_in

MARGIN_M = 200


@pytest.fixture
def server(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # OSMnx leaves a second between requests
    with stand_in() as running:
        monkeypatch.setenv("LINLI_OVERPASS", running.overpass)
        monkeypatch.setenv("LINLI_NOMINATIM", running.nominatim)
        yield running


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    clock = Clock(sleep=lambda seconds: None, chance=lambda: 0.5)
    monkeypatch.setattr(linli.pull, "asker", lambda say: Asker("linli/test", say, clock, Patience(attempts=2)))


@pytest.fixture
def parts(monkeypatch):
    """Four parts of the small place, and of its map only the streets."""
    divide = layers.fetching.parts
    monkeypatch.setattr(layers.fetching, "parts", lambda area, largest_m2=1e6: divide(area, largest_m2))
    monkeypatch.setattr(layers.fetching, "statements", lambda rules: ('way["highway"]',))


@pytest.fixture
def study(server) -> Path:
    """The old town, begun by its name, with a margin that keeps the test small."""
    assert main(["init", "--place", "Vegueta", "--out", "old-town", "--id", "old-town"]) == 0
    path = Path("old-town/study.toml")
    text = path.read_text(encoding="utf-8").replace("communities_buffer_m = 2000", f"communities_buffer_m = {MARGIN_M}")
    path.write_text(text, encoding="utf-8")
    return path.resolve()


def extract(study: Path) -> Path:
    return study.parent / "osm" / "old-town.osm.pbf"


def seen(study: Path) -> dict[str, str]:
    """Every file of the study's folder and its hash."""
    files = sorted(p for p in study.parent.rglob("*") if p.is_file())
    return {p.relative_to(study.parent).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def raw_key(question: str) -> str:
    return hashlib.sha256(question.encode()).hexdigest()


def pull(study: Path, *options: str) -> int:
    return main(["pull", str(study), *options])


def without_network(monkeypatch):
    def refuse(*arguments: object, **named: object):
        raise AssertionError("somebody opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_from_a_name_to_a_map_and_the_same_as_from_the_file(server, study, monkeypatch, capsys):
    # As far as the rules look: nearer, a fetched extract knows less than the whole file.
    text = study.read_text(encoding="utf-8").replace(f"_buffer_m = {MARGIN_M}", "_buffer_m = 500")
    study.write_text(text, encoding="utf-8")
    assert main(["run", str(study), "--out", "out"]) == 2
    assert "fetch it from OpenStreetMap with: linli pull" in capsys.readouterr().err
    assert pull(study) == 0
    said = capsys.readouterr().out
    assert re.search(r"Holds     \d\d,\d{3} nodes, \d,\d{3} ways", said)
    assert "data of 2023-02-21T21:21:48Z" in said

    without_network(monkeypatch)
    assert main(["run", str(study), "--out", "out"]) == 0
    assert Path("out/map.html").is_file()
    record = Path("out/run.json").read_text(encoding="utf-8")
    assert '"overpass"' in record
    assert "old-town.osm.pbf.pull.json" in record

    pulled = load(read_study(study))
    extract(study).write_bytes(EXTRACT.read_bytes())
    whole = load(read_study(study))
    assert (pulled.provenance[0].source, pulled.provenance[0].date) == ("overpass", "2023-02-21")
    assert whole.provenance[0].source == "file", "the record does not fit this extract"
    area = pulled.coverage
    for name in ("spaces", "buildings", "gates"):
        ours, theirs = (f[f.intersects(area)] for f in (getattr(pulled, name), getattr(whole, name)))
        assert len(ours) > 30
        assert ours.index.tolist() == theirs.index.tolist()
        assert ours.geometry.geom_equals(theirs.geometry).all()
    # Squares that cross the edge of the area are joined to ways beyond it, and those the fetched extract lacks.
    ours_m, theirs_m = (
        float(shapely.length(shapely.intersection(n.edge_line, area)).sum()) for n in (pulled.network, whole.network)
    )
    assert theirs_m * 0.99 < ours_m <= theirs_m
    ours, theirs = assess(pulled).assessments, assess(whole).assessments
    assert ours["value"].notna().sum() >= 3
    assert_frame_equal(ours, theirs)


def test_the_second_pull_asks_nobody_and_makes_the_same_bytes(server, study, parts, monkeypatch, capsys):
    assert pull(study) == 0
    first = seen(study)
    assert "Asked     5 questions; 0 were answered before" in capsys.readouterr().out
    extract(study).unlink()
    asked = len(server.requests)
    without_network(monkeypatch)
    assert pull(study) == 0
    assert len(server.requests) == asked
    assert "Asked     0 questions; 5 were answered before" in capsys.readouterr().out
    assert seen(study) == first


def test_the_extract_is_sorted_nobody_is_named_in_it_and_its_record_fits(server, study, parts):
    assert pull(study) == 0
    keys = []
    for element in osmium.FileProcessor(extract(study)):
        keys.append(("nwr".index(element.type_str()), element.id))
        assert (element.user, element.uid, element.changeset) == ("", 0, 0)
    assert keys == sorted(set(keys))
    record = read_record(extract(study))
    assert record is not None
    assert record.sha256 == hashlib.sha256(extract(study).read_bytes()).hexdigest()
    assert sum(record.counts.values()) == len(keys)
    assert (record.endpoint, record.osm_base) == (server.overpass, "2023-02-21T21:21:48Z")
    assert record.queries == tuple(dict.fromkeys(server.questions))
    area = gpd.read_file(str(extract(study)) + ".area.geojson")
    buffered = gpd.read_file(study.parent / "boundary.geojson").to_crs("EPSG:32628").buffer(MARGIN_M).area.sum()
    assert area.to_crs("EPSG:32628").area.sum() == pytest.approx(buffered, rel=1e-4)


def test_parts_put_together_are_the_same_as_one_question(server, study, monkeypatch):
    assert pull(study) == 0
    one = {(e.type_str(), e.id): str(e.tags) for e in osmium.FileProcessor(extract(study))}
    divide = layers.fetching.parts
    monkeypatch.setattr(layers.fetching, "parts", lambda area, largest_m2=1e6: divide(area, largest_m2))
    assert pull(study) == 0
    many = {(e.type_str(), e.id): str(e.tags) for e in osmium.FileProcessor(extract(study))}
    assert one.items() <= many.items()
    assert len(many) < 1.05 * len(one), "what OSMnx cuts it makes convex first"


@pytest.mark.parametrize("fault", ["429", "broken", "elsewhere"])
def test_a_pull_that_fails_keeps_what_came_and_the_next_goes_on(server, study, parts, capsys, fault):
    assert pull(study) == 0
    old = seen(study)
    server.base = "2024-01-01T00:00:00Z"
    server.faults.extend(["", "", fault, fault])
    asked = len(server.questions)
    assert pull(study, "--refresh") == 3
    said = capsys.readouterr().err
    assert re.search(
        r"^linli: Overpass at http://127\.0\.0\.1:\d+/api: it|^linli: Overpass at .*: the answer", said, re.MULTILINE
    )
    assert "nothing of the study was changed" in said
    now = seen(study)
    for name in ("osm/old-town.osm.pbf", "osm/old-town.osm.pbf.pull.json", "study.toml", "boundary.geojson"):
        assert now[name] == old[name]
    server.faults.clear()
    failed = len(server.questions)
    assert pull(study) == 0
    assert len(server.questions) - failed == 3, "two of five were there already"
    assert len(set(server.questions[asked:])) == 5
    record = read_record(extract(study))
    assert record is not None
    assert (record.osm_base, record.osm_base_newest) == ("2024-01-01T00:00:00Z",) * 2


def test_an_interrupted_pull_goes_on_where_it_stopped(server, study, parts, monkeypatch, capsys):
    judged = layers.sources.overpass.judged
    calls = []

    def interrupted(body, part):
        calls.append(part)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return judged(body, part)

    monkeypatch.setattr(layers.sources.overpass, "judged", interrupted)
    assert pull(study) == 130
    assert not extract(study).exists()
    assert not [p for p in study.parent.rglob("*") if "unfinished" in p.name]
    before = len(server.questions)
    assert pull(study) == 0
    assert len(server.questions) - before == 3


@pytest.mark.parametrize("fault", ["timed out", "out of memory"])
def test_a_part_that_is_too_large_is_divided_once_and_for_all(server, study, capsys, monkeypatch, fault):
    monkeypatch.setattr(layers.fetching, "statements", lambda rules: ('way["highway"]',))
    server.faults.append(fault)
    assert pull(study) == 0
    said = capsys.readouterr()
    assert "asking for smaller parts of it" in said.err
    asked = len(server.questions)
    assert 4 <= asked - 2 <= 9, "one in vain, one about what lies around, and the smaller parts"
    extract(study).unlink()
    assert pull(study) == 0
    assert len(server.questions) == asked


def test_a_server_that_is_never_content_is_given_up(server, study, capsys):
    server.always = "timed out"
    assert pull(study) == 3
    assert "even for a very small part of the area" in capsys.readouterr().err
    assert not extract(study).exists()


def test_no_street_is_no_city_and_not_an_empty_one(server, study, parts, capsys):
    server.always = "nothing"
    assert pull(study) == 3
    said = capsys.readouterr().err
    assert "hold no street at all, which no inhabited place is without" in said
    assert "longitude comes before latitude" in said
    assert not extract(study).exists()
    server.always = ""
    assert pull(study) == 0, "the empty answers are not taken for good"


def test_a_gone_server_is_exit_code_3(server, study, capsys):
    with stand_in() as gone:
        pass
    before = seen(study)
    assert pull(study, "--overpass", gone.overpass) == 3
    assert "cannot be reached" in capsys.readouterr().err
    assert seen(study) == before


def test_an_answer_that_was_damaged_on_disk_is_asked_for_again(server, study, parts):
    assert pull(study) == 0
    raw = sorted((study.parent / "osm" / "raw").glob("*.json.gz"))
    raw[0].write_bytes(raw[0].read_bytes()[:-20])
    raw[1].write_bytes(gzip.compress(gzip.decompress(raw[1].read_bytes()).replace(b'"elements"', b'"elements" ', 1)))
    raw[2].unlink()
    asked = len(server.questions)
    before = hashlib.sha256(extract(study).read_bytes()).hexdigest()
    assert pull(study) == 0
    assert len(server.questions) - asked == 3, "one was cut, one changed, one removed"
    assert hashlib.sha256(extract(study).read_bytes()).hexdigest() == before


@pytest.mark.parametrize("content", ["", "[]", "{", '{"a": 1}', "[" * 100_000])
def test_a_manifest_that_is_none_is_as_good_as_none(tmp_path, content):
    about = {"endpoint": "e", "fetched": "f", "osm_base": "b"}
    raw = RawAnswers(tmp_path)
    raw.keep("question", b"answer", about)
    assert RawAnswers(tmp_path).find("question", 100) == (b"answer", {**about, **raw._entries[raw_key("question")]})
    assert RawAnswers(tmp_path).find("question", 5) is None, "larger than is taken"
    (tmp_path / "manifest.json").write_text(content, encoding="utf-8")
    again = RawAnswers(tmp_path)
    assert again.find("question", 100) is None
    again.keep("question", b"answer", about)
    assert RawAnswers(tmp_path).find("question", 100) is not None


def test_no_server_is_taken_from_the_study_or_its_data(server, study, parts, monkeypatch):
    assert pull(study) == 0
    with stand_in() as other:
        for name in ("raw/manifest.json", "old-town.osm.pbf.pull.json"):
            path = study.parent / "osm" / name
            path.write_text(path.read_text(encoding="utf-8").replace(server.overpass, other.overpass), encoding="utf-8")
        assert pull(study, "--refresh") == 0
        assert other.requests == []


def test_an_extract_of_somebody_else_is_not_overwritten(server, study, capsys):
    extract(study).parent.mkdir()
    extract(study).write_bytes(b"mine")
    assert pull(study) == 2
    assert "was not fetched by linli pull, or was changed since" in capsys.readouterr().err
    assert extract(study).read_bytes() == b"mine"
    assert server.questions == []


def test_a_changed_extract_is_a_file_like_any_other(server, study):
    assert pull(study) == 0
    asked = load(read_study(study)).provenance[0].query
    assert asked.startswith("http://127.0.0.1:")
    assert asked.endswith("in 2 parts (old-town.osm.pbf.pull.json)")
    record = Path(str(extract(study)) + ".pull.json")
    record.write_text(record.read_text(encoding="utf-8").replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    provenance = load(read_study(study)).provenance[0]
    assert (provenance.source, provenance.query) == ("file", "")


def test_the_boundaries_that_came_can_be_judged_by(server, study, capsys, monkeypatch):
    shape = shapely.from_geojson(json.dumps(municipality()["geojson"]))
    gpd.GeoDataFrame(geometry=[shape.buffer(0.002)], crs="OGC:CRS84").to_file(study.parent / "coverage.geojson")
    text = study.read_text(encoding="utf-8")
    text = text.replace(f"communities_buffer_m = {MARGIN_M}", 'path = "coverage.geojson"')
    streets_and_coast = ('way["highway"]', 'way["natural"="coastline"]')
    monkeypatch.setattr(layers.fetching, "statements", lambda rules: streets_and_coast)
    study.write_text(text, encoding="utf-8")
    assert pull(study) == 0
    said = capsys.readouterr().out
    assert re.search(r"^8\s+1  Las Palmas de Gran Canaria$", said, re.MULTILINE)
    assert "    admin_level = 8" in said
    written = re.sub(
        r"\[communities\].*?\n\n",
        '[communities]\nsource = "osm"\n[communities.filter]\nboundary = "administrative"\nadmin_level = 8\n\n',
        text,
        flags=re.DOTALL,
    )
    study.write_text(written, encoding="utf-8")
    assert load(read_study(study)).communities["name"].tolist() == ["Las Palmas de Gran Canaria"]
    study.write_text(written.replace('path = "coverage.geojson"', "communities_buffer_m = 100"), encoding="utf-8")
    assert pull(study) == 2
    assert "nobody knows where to fetch it" in capsys.readouterr().err


def test_the_levels_that_a_study_names_are_fetched(server, study, parts):
    text = study.read_text(encoding="utf-8")
    more = '\n[[parents]]\nlevel = "island"\nsource = "osm"\n[parents.filter]\nboundary = "administrative"\nadmin_level = 3\n'
    study.write_text(text + more, encoding="utf-8")
    assert read_study_to_fetch(study).parents[0].osm_filter["admin_level"] == (3,)
    assert pull(study) == 0
    assert any('"^(3|5|6|7|8|9|10|11|12)$"' in question for question in server.questions)


def test_too_large_an_area_is_not_asked_for(server, study, capsys):
    text = study.read_text(encoding="utf-8")
    study.write_text(
        text.replace(f"communities_buffer_m = {MARGIN_M}", "communities_buffer_m = 30000"), encoding="utf-8"
    )
    assert pull(study) == 2
    assert "more than the 1,500 km2 that public servers should be asked for" in capsys.readouterr().err
    assert server.questions == []


def test_a_place_for_another_format_is_refused(server, study, capsys):
    study.write_text(study.read_text(encoding="utf-8").replace(".osm.pbf", ".osm"), encoding="utf-8")
    assert pull(study) == 2
    assert "does not end in .osm.pbf" in capsys.readouterr().err
