"""A study that lies in a database: the same layers as from its files, and no secret in anything it leaves behind."""

from __future__ import annotations

import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely import box

from layers.municipal import Notes, load_hazards, load_parents, load_residents, load_units
from layers.study import read_study
from layers.terrain import MappedWater
from linli.cli import main

DATA = Path(__file__).resolve().parents[2] / "data/las-palmas"


def fill(server, table: str, frame: pd.DataFrame) -> None:
    """Put a frame into a table of its own, in its order; shapes in EPSG:4326."""
    kinds = {"int64": "bigint", "float64": "double precision", "bool": "boolean"}
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    columns = [f'"{name}" {kinds.get(str(kind), "text")}' for name, kind in plain.dtypes.items()]
    values = plain.astype(object).where(plain.notna(), None)
    if isinstance(frame, gpd.GeoDataFrame):
        columns.append("geom geometry(Geometry, 4326)")
        values["geom"] = frame.geometry.to_wkb(hex=True)
    server.run(f"CREATE TABLE {table} (row_ serial PRIMARY KEY, {', '.join(columns)})")
    names = ", ".join(f'"{name}"' for name in values.columns)
    marks = ", ".join("ST_SetSRID(%s::geometry, 4326)" if name == "geom" else "%s" for name in values.columns)
    with server.connect() as connection, connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", values.to_numpy().tolist())


@pytest.fixture(scope="module")
def city(postgis_server, tmp_path_factory):
    """Las Palmas' study file with every layer that can be in the database moved there."""
    postgis_server.run("CREATE SCHEMA gis")
    for name in ("sections", "neighbourhoods", "districts"):
        frame = gpd.read_parquet(DATA / f"boundaries/{name}.parquet")[["geocode", "label", "geometry"]]
        fill(postgis_server, f"gis.{name}", frame)
    people = pd.read_parquet(DATA / "population/sections.parquet")
    fill(postgis_server, "gis.people", people[["geocode", "poblacion", "poblacion_00a14", "poblacion_65mas"]])
    fill(postgis_server, "gis.arpsi", gpd.read_file(DATA / "hazards/arpsi.geojson"))
    folder = tmp_path_factory.mktemp("city") / "las-palmas"
    shutil.copytree(DATA, folder)
    text = (DATA / "study.toml").read_text(encoding="utf-8")
    for path, table in (
        ("boundaries/sections.parquet", "gis.sections"),
        ("boundaries/neighbourhoods.parquet", "gis.neighbourhoods"),
        ("boundaries/districts.parquet", "gis.districts"),
        ("population/sections.parquet", "gis.people"),
        ("hazards/arpsi.geojson", "gis.arpsi"),
    ):
        assert f'path = "{path}"' in text
        text = text.replace(f'path = "{path}"', f'source = "postgis"\ntable = "{table}"')
    (folder / "study.toml").write_text(text, encoding="utf-8")
    return folder / "study.toml"


@pytest.fixture(autouse=True)
def environment(postgis_server, monkeypatch):
    for name, value in postgis_server.environment().items():
        monkeypatch.setenv(name, value)


def test_the_same_layers_come_from_the_database_as_from_the_files(city):
    loaded = []
    for path in (DATA / "study.toml", city):
        study, notes = read_study(path), Notes()
        communities = load_units(study, study.communities, None, notes)
        area = communities.union_all()
        parents = [load_parents(study, role, None, area, notes) for role in study.parents]
        residents, _ = load_residents(study, communities, gpd.GeoSeries([], crs=study.crs), notes)
        loaded.append((communities, *parents, load_hazards(study, area, gpd.GeoSeries([], crs=study.crs), MappedWater(gpd.GeoSeries([], crs=study.crs), area), notes).polygons, residents, notes))
    (*files, counted, notes), (*tables, recounted, renotes) = loaded
    for one, other in zip(files, tables, strict=True):
        assert_geodataframe_equal(one, other, check_crs=True)
        assert one.geometry.to_wkb().equals(other.geometry.to_wkb()), "to the last bit"
    pd.testing.assert_frame_equal(counted, recounted)
    assert counted["population"].sum() == 378_797
    assert notes.caveats == renotes.caveats
    shown = {p.role: p for p in renotes.provenance}
    assert shown["communities"].file == "database: gis.sections"
    assert shown["communities"].source == "postgis"
    assert shown["communities"].licence.startswith("CC-BY-4.0")
    assert [p.counts for p in notes.provenance] == [p.counts for p in renotes.provenance]


TOWN = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">{nodes}{ways}</osm>
"""
STUDY = """
[study]
id = "synthetic-town"
crs = "EPSG:32628"
profiles = ["linli-start"]
languages = ["en", "zh"]
[study.title]
en = "Synthetic town"
[osm]
path = "town.osm"
[osm.coverage]
communities_buffer_m = 300
[communities]
source = "postgis"
table = "town.blocks"
id = "id"
name = "name"
[[residents]]
source = "postgis"
table = "town.addresses"
population = "people"
"""


@pytest.fixture
def town(postgis_server, tmp_path):
    """Two blocks, two streets, a park and twelve houses, as a study with its units and residents in the database."""
    left, bottom, step = -15.43, 28.11, 0.001
    nodes, ways = [], []

    def way(tags: dict[str, str], *points: tuple[float, float], closed: bool = False) -> None:
        first = len(nodes) + 1
        for x, y in points:
            nodes.append(
                f'<node id="{len(nodes) + 1}" lon="{left + x * step:.7f}" lat="{bottom + y * step:.7f}" version="1"/>'
            )
        refs = [*range(first, len(nodes) + 1), *([first] if closed else [])]
        body = "".join(f'<nd ref="{r}"/>' for r in refs) + "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        ways.append(f'<way id="{len(ways) + 1}" version="1">{body}</way>')

    way({"highway": "residential"}, (0, 1), (1, 1), (2, 1), (3, 1))
    way({"highway": "footway"}, (1, 0), (1, 0.9), (1, 1.5))
    way({"leisure": "park", "name": "Park"}, (0.2, 0.1), (0.9, 0.1), (0.9, 0.8), (0.2, 0.8), closed=True)
    for k in range(12):
        x = 0.1 + 0.24 * k
        way({"building": "house"}, (x, 1.1), (x + 0.1, 1.1), (x + 0.1, 1.2), (x, 1.2), closed=True)
    (tmp_path / "town.osm").write_text(TOWN.format(nodes="".join(nodes), ways="".join(ways)), encoding="utf-8")
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    blocks = [box(left + a * step, bottom, left + b * step, bottom + 2 * step) for a, b in ((0, 1.5), (1.5, 3))]
    homes = [
        box(left + x * step, bottom + 1.15 * step, left + x * step, bottom + 1.15 * step).centroid
        for x in (0.2, 1.0, 2.0)
    ]
    postgis_server.run("DROP SCHEMA IF EXISTS town CASCADE", "CREATE SCHEMA town")
    fill(
        postgis_server,
        "town.blocks",
        gpd.GeoDataFrame({"id": ["a", "b"], "name": ["Block A", "Block B"]}, geometry=blocks),
    )
    fill(postgis_server, "town.addresses", gpd.GeoDataFrame({"people": [30, 20, 10]}, geometry=homes))
    return tmp_path / "study.toml"


def test_no_host_user_or_password_is_in_anything_that_is_left_behind(
    postgis_server, town, tmp_path, monkeypatch, capfd
):
    monkeypatch.setenv("LINLI_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    out = tmp_path / "out"
    assert main(["check", str(town), "--json"]) == 0
    assert main(["run", str(town), "--out", str(out), "--demand"]) == 0
    monkeypatch.setenv("PGPASSWORD", "a-wrong-secret")
    assert main(["check", str(town)]) == 3, "a source that could not be reached"
    monkeypatch.setenv("PGPORT", "1")
    assert main(["run", str(town), "--out", str(out)]) == 3
    said = "".join(capfd.readouterr())
    assert "does not accept this user and password" in said
    assert "Traceback" not in said
    written = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    assert Path("out/run.json") in written
    assert b"database: town.addresses" in written[Path("out/run.json")]
    secrets = (
        postgis_server.password,
        postgis_server.user,
        "a-wrong-secret",
        "127.0.0.1",
        f"port={postgis_server.port}",
    )
    for secret in secrets:
        assert secret not in said
        assert [str(path) for path, content in written.items() if secret.encode() in content] == []


def test_residents_at_addresses_are_placed_into_homes(town):
    study, notes = read_study(town), Notes()
    communities = load_units(study, study.communities, None, notes)
    residents, pieces = load_residents(study, communities, gpd.GeoSeries([], crs=study.crs), notes)
    assert residents["population"].to_dict() == {"a": 50, "b": 10}
    assert pieces["population"].sum() == 60
