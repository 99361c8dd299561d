"""Files that hold less than they seem to, or would have their reader compute the rest."""

from __future__ import annotations

import json
import shutil
import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources import geojson
from layers.sources.vector import read_vector
from spatial.errors import LayerError, SourceError

POINT = {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [1, 2]}}
UNITS = gpd.GeoDataFrame({"a": list("xyz")}, geometry=[box(n, 0, n + 1, 1) for n in range(3)], crs=4326)


def refused(path: Path, said: str, kind: type[Exception] = SourceError, layer: str | None = None) -> None:
    with pytest.raises(kind, match=said) as caught:
        read_vector(Origin(path, layer=layer), "communities")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"communities ({path.name}): ")


@pytest.mark.parametrize(
    "more",
    [
        {"exceededTransferLimit": True},
        {"properties": {"exceededTransferLimit": True}},
        {"numberMatched": 20, "numberReturned": 1},
        {"links": [{"rel": "next", "href": "x"}]},
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_one_page_of_several_is_refused(
    tmp_path: Path, more: dict[str, object], place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geojson, "_CHUNK_BYTES", 20)
    path, whole = tmp_path / "parks.geojson", {"type": "FeatureCollection"}
    path.write_text(
        json.dumps(whole | more | {"features": [POINT]} if place == "before" else whole | {"features": [POINT]} | more)
    )
    refused(path, "holds only a part of its layer")


@pytest.mark.parametrize(
    "more",
    [
        {"exceededTransferLimit": False},
        {"numberMatched": 1, "numberReturned": 1},
        {"numberReturned": 1},
        {"links": [{"rel": "self", "href": "x"}]},
    ],
)
def test_a_whole_answer_is_read(tmp_path: Path, more: dict[str, object]) -> None:
    path = tmp_path / "parks.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [POINT], **more}))
    assert len(read_vector(Origin(path), "communities").frame) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            {"geometryType": "esriGeometryPoint", "fields": [], "features": [{"geometry": {"x": 1, "y": 2}}]},
            "is Esri's own JSON, not GeoJSON; ask the service for f=geojson",
        ),
        ({"features": [{"attributes": {}, "geometry": {"rings": [[[0, 0], [1, 0], [1, 1]]]}}]}, "is Esri's own JSON"),
        (
            {"type": "Topology", "objects": {"a": {"type": "GeometryCollection", "geometries": []}}, "arcs": []},
            "is TopoJSON, not GeoJSON",
        ),
    ],
)
def test_other_kinds_of_json_are_not_read(tmp_path: Path, content: dict[str, object], said: str) -> None:
    path = tmp_path / "parks.json"
    path.write_text(json.dumps(content))
    refused(path, said)


def package(folder: Path, *statements: str) -> Path:
    path = folder / "units.gpkg"
    UNITS.to_file(path, layer="units")
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return path


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c"
VIEW = (
    f"CREATE VIEW v AS SELECT x AS OGC_FID, geom, a FROM units, ({ENDLESS})",
    "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id) VALUES ('v', 'v', 'features', 4326)",
    "INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4326, 0, 0)",
)


def test_a_view_is_not_run(tmp_path: Path) -> None:
    refused(package(tmp_path, *VIEW), "layer 'v' is a view, a query", layer="v")


def test_a_layer_beside_a_view_is_read(tmp_path: Path) -> None:
    assert len(read_vector(Origin(package(tmp_path, *VIEW), layer="units"), "communities").frame) == 3


def test_a_catalogue_that_is_a_view_is_not_looked_at(tmp_path: Path) -> None:
    path = package(tmp_path, "DROP TABLE gpkg_ogr_contents", f"CREATE VIEW GPKG_ogr_contents AS {ENDLESS}")
    refused(path, "'GPKG_ogr_contents' is a query that the file would have us run")


def test_a_column_made_by_a_formula_is_not_computed(tmp_path: Path) -> None:
    path = package(tmp_path, "ALTER TABLE units ADD COLUMN b TEXT AS (hex(zeroblob(400000000)))")
    refused(path, r"columns of layer 'units' are made by formulas \('b'\)")


def test_rows_marked_as_deleted_are_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "units.shp"
    UNITS.to_file(path)
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    start, length = struct.unpack("<HH", table[8:12])
    table[start + length] = ord("*")
    path.with_suffix(".dbf").write_bytes(table)
    read = read_vector(Origin(path), "communities")
    assert read.frame["a"].tolist() == ["x", "z"]
    assert read.counts["rows_deleted"] == 1
    assert read.counts["rows_read"] == 2


@pytest.mark.parametrize("length", [8, 12, 100, 400])
def test_a_flatgeobuf_without_its_head_is_broken(tmp_path: Path, length: int) -> None:
    path = tmp_path / "units.fgb"
    UNITS.to_file(path)
    path.write_bytes(path.read_bytes()[:length])
    refused(path, "is broken or incomplete, so it cannot be used")


@pytest.mark.parametrize("share", [0, 0.2, 0.9])
def test_a_geodatabase_whose_index_is_cut_is_broken(tmp_path: Path, share: float) -> None:
    path = tmp_path / "units.gdb"
    UNITS.to_file(path, driver="OpenFileGDB", layer="units")
    assert len(read_vector(Origin(path), "communities").frame) == 3
    cut = max(path.glob("*.gdbtablx"))
    cut.write_bytes(cut.read_bytes()[: int(share * cut.stat().st_size)])
    refused(path, "is broken or incomplete")


def test_a_kml_of_several_folders_says_how_to_read_them(tmp_path: Path) -> None:
    place = "<Folder><name>{}</name><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark></Folder>"
    path = tmp_path / "parks.kml"
    path.write_text(f"<kml><Document>{place.format('a')}{place.format('b')}</Document></kml>")
    refused(path, "one for each folder; to read several, put them into one folder", LayerError)
    shutil.copy(path, tmp_path / "b.kml")
    assert len(read_vector(Origin(tmp_path / "b.kml", layer="b"), "communities").frame) == 1


@pytest.mark.parametrize("ending", ["geojson", "gpkg"])
def test_a_layer_without_features_says_so_before_it_misses_a_column(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"units.{ending}"
    if ending == "geojson":
        path.write_text('{"type": "FeatureCollection", "features": []}')
    else:
        UNITS.iloc[:0].to_file(path)
    with pytest.raises(LayerError, match="the layer holds no features"):
        read_vector(Origin(path), "communities", ("geocode",))
