"""Municipal layers as they come: formats, missing CRS, several layers, encodings, broken twins."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from pyproj import CRS
from shapely import box

from layers.origins import Origin
from layers.sources.location import location
from layers.sources.vector import read_vector
from spatial.errors import LayerError, MissingCRS, SourceError

LAS_PALMAS = Path(__file__).resolve().parents[2] / "data/las-palmas"
SECTIONS = LAS_PALMAS / "boundaries/sections.parquet"
BANDS = LAS_PALMAS / "hazards/arpsi.geojson"


def one_line(error: Exception) -> str:
    message = str(error)
    assert "\n" not in message
    return message


@pytest.fixture(scope="module")
def districts() -> gpd.GeoDataFrame:
    return gpd.read_parquet(LAS_PALMAS / "boundaries/districts.parquet")[["geocode", "label", "geometry"]]


def test_the_real_sections_are_read_in_degrees_as_geoparquet_says():
    read = read_vector(Origin(SECTIONS), "communities")
    features, counts = read.frame, read.counts
    assert counts == {"rows_read": 275, "rows_kept": 275}
    assert features.crs.equals(CRS("OGC:CRS84"))
    assert int((~features.is_valid).sum()) == 46


def test_the_official_bands_are_told_apart_by_a_filter():
    read = read_vector(Origin(BANDS, filter={"categoria": ("T100",)}), "hazard")
    flood, counts = read.frame, read.counts
    assert counts == {"rows_read": 5, "rows_kept": 1, "rows_filtered": 4}
    assert flood["nombre"].tolist() == ["Barranco de Las Goteras"]
    coastal = read_vector(Origin(BANDS, filter={"tipo": ("costera",)}), "hazard").frame
    assert len(coastal) == 4
    both = read_vector(Origin(BANDS, filter={"tipo": ("costera", "fluvial"), "categoria": ("T100",)}), "hazard").frame
    assert len(both) == 1


def test_a_filter_on_a_missing_column_lists_the_columns():
    with pytest.raises(LayerError) as caught:
        read_vector(Origin(BANDS, filter={"categoría": ("T100",)}), "hazard.flood")
    assert "did you mean 'categoria'?" in one_line(caught.value)
    assert "demarcacion" in str(caught.value)


def test_a_filter_that_matches_nothing_shows_what_there_is():
    with pytest.raises(LayerError) as caught:
        read_vector(Origin(BANDS, filter={"categoria": ("T500",)}), "hazard.flood")
    assert "T100, costera" in one_line(caught.value)
    with pytest.raises(LayerError, match="at once"):
        read_vector(Origin(BANDS, filter={"categoria": ("T100",), "tipo": ("costera",)}), "hazard.flood")


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".parquet"])
def test_every_format_gives_the_same_features(tmp_path, districts, suffix):
    path = tmp_path / f"districts{suffix}"
    districts.to_parquet(path) if suffix == ".parquet" else districts.to_file(path)
    read = read_vector(Origin(path), "parents.district")
    features, counts = read.frame, read.counts
    assert counts["rows_kept"] == 5
    assert set(features["geocode"]) == set(districts["geocode"])
    assert features.active_geometry_name == "geometry"
    assert features.to_crs(32628).area.sum() == pytest.approx(districts.to_crs(32628).area.sum(), rel=1e-6)


def test_a_layer_without_crs_is_refused_until_it_is_declared(tmp_path, districts):
    path = tmp_path / "d.shp"
    districts.to_file(path)
    (tmp_path / "d.prj").unlink()
    with pytest.raises(MissingCRS) as caught:
        read_vector(Origin(path), "parents.district")
    assert 'crs = "EPSG:4326"' in one_line(caught.value)
    read = read_vector(Origin(path, crs="EPSG:4326"), "parents.district")
    features, counts = read.frame, read.counts
    assert features.crs == CRS("EPSG:4326")
    assert "crs_overridden" not in counts


def test_a_declared_crs_wins_over_the_files_and_is_counted(tmp_path, districts):
    path = tmp_path / "d.gpkg"
    districts.to_crs(32628).set_crs(32629, allow_override=True).to_file(path)
    read = read_vector(Origin(path, crs="EPSG:32628"), "parents.district")
    features, counts = read.frame, read.counts
    assert counts["crs_overridden"] == 1
    assert features.crs == CRS("EPSG:32628")


def test_metres_declared_as_degrees_are_noticed(tmp_path, districts):
    path = tmp_path / "d.gpkg"
    districts.to_crs(32628).set_crs(4326, allow_override=True).to_file(path)
    with pytest.raises(LayerError, match="counts in degrees"):
        read_vector(Origin(path), "parents.district")


def test_parquet_of_plain_wkb_needs_a_declared_crs(tmp_path, districts):
    """As the municipal land-use files of Las Palmas come: WKB in `geom`, no word about it."""
    metric = districts.to_crs(32628)
    path = tmp_path / "zones.parquet"
    pd.DataFrame({"geocode": metric["geocode"], "geom": metric.to_wkb()["geometry"]}).to_parquet(path)
    with pytest.raises(MissingCRS):
        read_vector(Origin(path), "land_use")
    features = read_vector(Origin(path, crs="EPSG:32628"), "land_use").frame
    assert features.area.sum() == pytest.approx(metric.area.sum())


def test_parquet_without_geometry_is_told(tmp_path):
    path = tmp_path / "t.parquet"
    pd.DataFrame({"geocode": ["a"], "n": [1]}).to_parquet(path)
    with pytest.raises(LayerError, match="without geometry"):
        read_vector(Origin(path, crs="EPSG:32628"), "communities")


def test_several_layers_ask_for_a_choice(tmp_path, districts):
    path = tmp_path / "city.gpkg"
    districts.to_file(path, layer="districts")
    districts.iloc[:2].to_file(path, layer="half")
    with pytest.raises(LayerError) as caught:
        read_vector(Origin(path), "parents.district")
    assert "districts, half" in one_line(caught.value)
    assert len(read_vector(Origin(path, layer="half"), "parents.district").frame) == 2
    with pytest.raises(LayerError, match="no layer 'distritos'"):
        read_vector(Origin(path, layer="distritos"), "parents.district")


def test_chinese_in_a_shapefile_that_hides_its_encoding_is_read_and_told(tmp_path):
    path = tmp_path / "c.shp"
    names = ["朝阳区", "海淀区望京街道", "东城区"]
    shapes = gpd.GeoDataFrame({"name": names}, geometry=[box(n, 0, n + 1, 1) for n in range(3)], crs=4326)
    shapes.to_file(path, encoding="GBK")
    (tmp_path / "c.cpg").unlink()
    dbf = bytearray((tmp_path / "c.dbf").read_bytes())
    dbf[29] = 0  # the language byte, which many programs leave empty
    (tmp_path / "c.dbf").write_bytes(dbf)
    read = read_vector(Origin(path), "communities")
    assert read.frame["name"].tolist() == names
    assert [(c.code, c.detail) for c in read.caveats] == [("encoding_tried", "gb18030")]
    declared = read_vector(Origin(path, encoding="gb18030"), "communities")
    assert declared.frame["name"].tolist() == names
    assert declared.caveats == ()


def test_accents_in_latin_1_are_not_taken_for_chinese(tmp_path):
    path = tmp_path / "c.shp"
    names = ["Las Coloradas", "El Cardón", "Peñón Bermejo", "San Nicolás", "Ciñón"]
    shapes = gpd.GeoDataFrame({"name": names}, geometry=[box(n, 0, n + 1, 1) for n in range(5)], crs=4326)
    shapes.to_file(path, encoding="ISO-8859-1")
    (tmp_path / "c.cpg").unlink()
    assert read_vector(Origin(path), "communities").frame["name"].tolist() == names


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".parquet"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_truncated_file_is_one_clear_error(tmp_path, districts, suffix, share):
    path = tmp_path / f"d{suffix}"
    districts.to_parquet(path) if suffix == ".parquet" else districts.to_file(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises((SourceError, LayerError)) as caught:
        read_vector(Origin(path), "parents.district")
    assert "parents.district" in one_line(caught.value)
    assert path.name in str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "a.gpkg",
            b"<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>x</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
            "something else",
        ),
        ("a.geojson", b"<html><body>404</body></html>", "something else"),
        (
            "a.geojson",
            b'{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read http://x ! write"}',
            "never run",
        ),
        ("a.vrt", b"<OGRVRTDataSource/>", "not .vrt"),
        ("a.7z", b"7z", "unpack it"),
        ("a.xls", b"PK", "save it as .xlsx"),
        ("a.dbf", b"\x03", "name the .shp"),
        ("a.geojson", b"", "empty"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "no features"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "broken"),
        ("a.json", b'{"hello": 1}', "broken"),
    ],
)
def test_what_is_no_layer_is_told(tmp_path, name, content, expected):
    (tmp_path / name).write_bytes(content)
    with pytest.raises((SourceError, LayerError), match=expected) as caught:
        read_vector(Origin(tmp_path / name), "communities")
    one_line(caught.value)


@pytest.mark.parametrize("companion", [".dbf", ".shx"])
def test_a_shapefile_without_its_companions_is_told(tmp_path, districts, companion):
    path = tmp_path / "d.shp"
    districts.to_file(path)
    path.with_suffix(companion).unlink()
    with pytest.raises(SourceError, match=f"its {companion} file is missing"):
        read_vector(Origin(path), "parents.district")


def test_coordinates_that_are_nowhere_are_refused(tmp_path):
    path = tmp_path / "far.geojson"
    ring = [[0, 0], [1e12, 0], [1e12, 1], [0, 0]]
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}],
    }
    path.write_text(json.dumps(collection))
    with pytest.raises(LayerError, match="counts in degrees"):
        read_vector(Origin(path), "communities")
    with pytest.raises(LayerError, match="nowhere on earth"):
        read_vector(Origin(path, crs="EPSG:32628"), "communities")


def test_a_layer_without_geometry_is_told(tmp_path):
    path = tmp_path / "t.gpkg"
    pyogrio.write_dataframe(pd.DataFrame({"a": [1]}), path)
    with pytest.raises(LayerError, match="no layer with geometry"):
        read_vector(Origin(path), "communities")


@pytest.mark.parametrize("file", ["boundaries/sections.parquet", "hazards/arpsi.geojson", "osm/las-palmas.osm.pbf"])
def test_the_place_of_a_file_is_found_cheaply(file):
    lon, lat = location(Origin(LAS_PALMAS / file))
    assert (lon, lat) == pytest.approx((-15.44, 28.1), abs=0.03)


def test_the_place_of_a_broken_file_is_unknown(tmp_path):
    for name in ("a.osm.pbf", "a.gpkg", "a.parquet", "a.geojson"):
        (tmp_path / name).write_bytes(b"{nothing")
        assert location(Origin(tmp_path / name)) is None


@pytest.mark.parametrize("folder", ["望京", "sp ace", "q?m", "per%20cent", "zip+x", "x.zip", "#hash", "quo'te"])
def test_a_folder_may_be_called_anything(tmp_path, districts, folder):
    (tmp_path / folder).mkdir()
    path = tmp_path / folder / "d.gpkg"
    districts.to_file(tmp_path / "d.gpkg")
    (tmp_path / "d.gpkg").rename(path)
    assert len(read_vector(Origin(path), "communities").frame) == 5


def test_a_path_that_would_be_taken_for_an_archive_is_told(tmp_path, districts):
    (tmp_path / "a!b").mkdir()
    districts.to_parquet(tmp_path / "a!b" / "d.parquet")
    with pytest.raises(SourceError, match="there is a '!' in its path"):
        read_vector(Origin(tmp_path / "a!b" / "d.parquet"), "communities")


def test_a_shapefile_in_capitals_is_whole(tmp_path, districts):
    districts.to_file(tmp_path / "d.shp")
    for part in list(tmp_path.glob("d.*")):
        part.rename(tmp_path / part.name.upper())
    read = read_vector(Origin(tmp_path / "D.SHP"), "communities")
    assert len(read.frame) == 5
    assert read.inputs[0].bytes == sum(part.stat().st_size for part in tmp_path.iterdir())


@pytest.mark.parametrize("form", ["kml", "fgb", "gdb"])
def test_the_place_of_other_formats_is_found_too(tmp_path, form):
    more = {"kml": {"driver": "LIBKML"}, "gdb": {"driver": "OpenFileGDB"}}.get(form, {})
    shapes = gpd.GeoDataFrame({"a": ["x"]}, geometry=[box(116, 39, 117, 40)], crs=4326)
    shapes.to_file(tmp_path / f"p.{form}", **more)
    assert location(Origin(tmp_path / f"p.{form}")) == pytest.approx((116.5, 39.5), abs=0.02)
