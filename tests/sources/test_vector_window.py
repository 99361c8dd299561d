"""What is read of a layer: the study's window, the role's columns, several files, and never more than the limits."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely import MultiPoint, Point, box

from layers.origins import Origin
from layers.sources import gdal, parquet_batches
from layers.sources.limits import Limits
from layers.sources.vector import Near, read_vector
from layers.sources.window import PAD_M
from spatial.errors import LayerError, SourceError

LAS_PALMAS = Path(__file__).resolve().parents[2] / "data/las-palmas"
SECTIONS = LAS_PALMAS / "boundaries/sections.parquet"
UTM = CRS(32628)
TOWN = Near((455_000.0, 3_108_000.0, 456_000.0, 3_109_000.0), UTM)
FORMATS = [".gpkg", ".shp", ".geojson", ".fgb", ".parquet"]


@pytest.fixture(scope="module")
def sections() -> gpd.GeoDataFrame:
    return gpd.read_parquet(SECTIONS)[["geocode", "geometry"]]


def written(layer: gpd.GeoDataFrame, path: Path) -> Path:
    layer.to_parquet(path) if path.suffix == ".parquet" else layer.to_file(path)
    return path


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_window_keeps_exactly_what_touches_it(tmp_path, sections, suffix):
    path = written(sections, tmp_path / f"s{suffix}")
    read = read_vector(Origin(path), "communities", near=TOWN)
    across = sections.to_crs(UTM)
    left, bottom, right, top = TOWN.bounds
    near = set(across["geocode"][across.intersects(box(left, bottom, right, top))])
    wide = set(across["geocode"][across.intersects(box(left - 2500, bottom - 2500, right + 2500, top + 2500))])
    kept = set(read.frame["geocode"])
    assert near <= kept <= wide
    assert read.counts["rows_read"] == 275
    assert read.counts["rows_kept"] == len(kept) < 275
    assert read.counts["outside"] == 275 - len(kept)
    whole = read_vector(Origin(path), "communities").frame
    same = whole[whole["geocode"].isin(kept)]
    assert read.frame["geocode"].tolist() == same["geocode"].tolist()
    assert (read.frame.geometry.to_numpy() == same.geometry.to_numpy()).all()


def test_the_window_of_another_crs_is_the_same_window(tmp_path, sections):
    paths = [written(sections.to_crs(crs), tmp_path / f"s{crs}.gpkg") for crs in (32628, 4326, 3857, 5635)]
    across = sections.to_crs(UTM)
    near = set(across["geocode"][across.intersects(box(*TOWN.bounds))])
    # The box around a box that is turned is larger than it, by no more than its diagonal.
    wide = set(across["geocode"][across.intersects(box(*TOWN.bounds).buffer(5_000))])
    for path in paths:
        assert near <= set(read_vector(Origin(path), "communities", near=TOWN).frame["geocode"]) <= wide


def test_rows_without_a_shape_are_kept_to_be_judged(tmp_path):
    shapes = [Point(455_500, 3_108_500), None, Point(), Point(900_000, 900_000)]
    path = tmp_path / "p.parquet"
    gpd.GeoDataFrame({"a": list("abcd")}, geometry=shapes, crs=UTM).to_parquet(path)
    read = read_vector(Origin(path), "hazard.x", near=TOWN)
    assert read.frame["a"].tolist() == ["a", "b", "c"]
    assert read.counts["outside"] == 1


def test_nothing_near_is_an_empty_layer_where_the_file_reaches_around_the_study(tmp_path):
    around = [Point(300_000, 3_108_500), Point(600_000, 3_108_500)]
    path = written(gpd.GeoDataFrame({"a": [1, 2]}, geometry=around, crs=UTM), tmp_path / "p.gpkg")
    read = read_vector(Origin(path), "hazard.x", columns=["a"], near=TOWN)
    assert list(read.frame.columns) == ["a", "geometry"]
    assert read.frame.crs == UTM
    assert dict(read.counts) == {"rows_read": 2, "rows_kept": 0, "outside": 2}


def test_rows_just_beyond_the_box_are_kept_for_they_may_be_shifted(tmp_path):
    """By as much as an old datum, or BD-09, moves them: 1.2 km; nothing is moved by 3 km."""
    left, bottom, right, _ = TOWN.bounds
    shapes = [Point(left - 1_500, bottom), Point(right + 1_500, bottom), Point(left - 3_000, bottom)]
    path = written(gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=UTM), tmp_path / "p.gpkg")
    assert read_vector(Origin(path), "hazard.x", near=TOWN).frame["a"].tolist() == [1, 2]
    degrees = written(gpd.GeoDataFrame({"a": [1, 2, 3]}, geometry=shapes, crs=UTM).to_crs(4326), tmp_path / "d.gpkg")
    assert read_vector(Origin(degrees), "hazard.x", near=TOWN).frame["a"].tolist() == [1, 2]


def test_a_file_of_the_next_city_is_refused_and_one_of_the_next_village_is_empty(tmp_path):
    left, bottom, _, _ = TOWN.bounds
    for km, refused in ((30, False), (100, True)):
        away = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(left - km * 1_000, bottom)], crs=UTM)
        path = written(away, tmp_path / f"{km}.gpkg")
        if refused:
            where = (
                rf"the nearest is 100 km away; they lie west {left - 100_000:.0f}, south {bottom:.0f}, .* in WGS 84 / UTM zone 28N "
                rf"\(the study with its surroundings: west {left - PAD_M:.0f}, south {bottom - PAD_M:.0f}, "
            )
            with pytest.raises(LayerError, match=where):
                read_vector(Origin(path), "hazard.x", near=TOWN)
        else:
            assert read_vector(Origin(path), "hazard.x", near=TOWN).frame.empty


@pytest.mark.parametrize("more", [False, True])
def test_a_file_of_another_place_is_told_with_its_distance(tmp_path, more):
    far = gpd.GeoDataFrame({"a": [1]}, geometry=[box(116.3, 39.9, 116.4, 40)], crs=4326)
    path = written(far, tmp_path / "beijing.gpkg")
    others = (written(far, tmp_path / "beijing-2.gpkg"),) if more else ()
    with pytest.raises(
        LayerError, match=r"hazard.x \(beijing.gpkg\): none of its 1 features lies near the study, .* km"
    ) as caught:
        read_vector(Origin(path, more=others), "hazard.x", near=TOWN)
    assert "correct it with crs" in str(caught.value)


def test_a_file_far_away_is_no_fault_where_another_of_its_role_is_near(tmp_path, sections):
    far = gpd.GeoDataFrame({"geocode": ["x"]}, geometry=[box(116.3, 39.9, 116.4, 40)], crs=4326)
    origin = Origin(written(far, tmp_path / "far.gpkg"), more=(written(sections, tmp_path / "near.gpkg"),))
    assert len(read_vector(origin, "communities", near=TOWN).frame) > 10


def test_swapped_coordinates_are_told_by_where_they_would_lie(tmp_path, sections):
    """28 degrees east, 15 south is a place too: only the study tells that it is not meant."""
    swapped = sections.set_geometry(shapely.transform(sections.geometry.to_numpy(), lambda xy: xy[:, ::-1]))
    path = written(swapped.set_crs(4326, allow_override=True), tmp_path / "swapped.gpkg")
    with pytest.raises(LayerError, match=r"but 2\d\d would with x and y exchanged") as caught:
        read_vector(Origin(path), "communities", near=Near(tuple(sections.to_crs(UTM).total_bounds), UTM))
    assert "latitude before longitude" in str(caught.value)


def test_metres_called_degrees_are_told_as_that_not_as_far_away(tmp_path, sections):
    wrong = sections.to_crs(UTM).set_crs(4326, allow_override=True)
    with pytest.raises(LayerError, match="degrees"):
        read_vector(Origin(written(wrong, tmp_path / "wrong.gpkg")), "communities", near=TOWN)


@pytest.mark.parametrize("suffix", [".gpkg", ".parquet"])
def test_memory_is_bounded_by_the_window(tmp_path, suffix, monkeypatch):
    """Synthetic: 12,000 plots in a row of 120 km, of which some lie near. What Python holds is counted."""
    n = 12_000
    monkeypatch.setattr(gdal, "_BATCH_ROWS", 250)
    monkeypatch.setattr(parquet_batches, "_BATCH_ROWS", 250)
    shapes = shapely.buffer(shapely.points(415_000 + np.arange(n) * 10.0, 3_108_500.0), 4)
    path = written(
        gpd.GeoDataFrame({"name": [f"plot {i}" * 20 for i in range(n)]}, geometry=shapes, crs=UTM),
        tmp_path / f"n{suffix}",
    )
    tracemalloc.start()
    read = read_vector(Origin(path), "hazard.x", columns=[], near=TOWN)
    near_peak = tracemalloc.get_traced_memory()[1]
    assert read.counts["rows_read"] == n
    assert 100 < len(read.frame) < 1_000
    tracemalloc.reset_peak()
    whole = read_vector(Origin(path), "hazard.x")
    whole_peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(whole.frame) == n
    assert near_peak < whole_peak / 3


# --------------------------------------------------------------------------- columns


@pytest.mark.parametrize("suffix", FORMATS)
def test_only_the_columns_of_the_role_and_the_filter_are_read(tmp_path, suffix):
    layer = gpd.GeoDataFrame(
        {"id": ["a", "b"], "kind": ["x", "y"], "note": ["1", "2"]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4326
    )
    path = written(layer, tmp_path / f"l{suffix}")
    read = read_vector(Origin(path, filter={"kind": ("y",)}), "communities", columns=["id"])
    assert sorted(read.frame.columns) == ["geometry", "id", "kind"]
    assert read.frame["id"].tolist() == ["b"]
    assert list(read_vector(Origin(path), "communities", columns=[]).frame.columns) == ["geometry"]
    with pytest.raises(LayerError, match=r"there is no column 'ident'.* name one of: id, kind, note"):
        read_vector(Origin(path), "communities", columns=["ident"])


def test_a_name_of_the_same_letters_in_other_code_points_is_found(tmp_path):
    """As Macs write accents: the study's spelling names the column."""
    layer = gpd.GeoDataFrame({"poblacio\u0301n": [5]}, geometry=[box(0, 0, 1, 1)], crs=4326)
    path = written(layer, tmp_path / "l.gpkg")
    assert read_vector(Origin(path), "residents", columns=["población"]).frame["población"].tolist() == [5]
    assert "poblacio\u0301n" in read_vector(Origin(path), "residents").frame.columns


# --------------------------------------------------------------------------- several files


def test_several_files_are_one_layer_in_the_crs_of_the_first(tmp_path, sections):
    first = written(sections.iloc[:100].to_crs(UTM), tmp_path / "north.gpkg")
    second = written(sections.iloc[100:], tmp_path / "south.geojson")
    read = read_vector(Origin(first, more=(second,)), "communities", columns=["geocode"])
    assert read.frame["geocode"].tolist() == sections["geocode"].tolist()
    assert read.frame.crs == UTM
    assert read.frame.area.sum() == pytest.approx(sections.to_crs(UTM).area.sum(), rel=1e-6)
    assert dict(read.counts) == {"rows_read": 275, "rows_kept": 275, "reprojected": 175}
    assert [Path(i.address).name for i in read.inputs] == ["north.gpkg", "south.geojson"]
    assert len({i.sha256 for i in read.inputs}) == 2


def test_a_code_that_is_a_number_in_one_file_joins_the_text_of_another(tmp_path):
    text = gpd.GeoDataFrame({"code": ["035", "36"]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4326)
    number = gpd.GeoDataFrame({"code": [37.0, None], "extra": [1, 2]}, geometry=[box(1, 0, 2, 1)] * 2, crs=4326)
    origin = Origin(written(text, tmp_path / "a.gpkg"), more=(written(number, tmp_path / "b.gpkg"),))
    read = read_vector(origin, "communities")
    assert read.frame["code"].iloc[:3].tolist() == ["035", "36", "37"]
    assert pd.isna(read.frame["code"].iloc[3])
    assert read.counts["columns_not_common"] == 1


def test_a_file_that_fails_names_itself(tmp_path, sections):
    good = written(sections, tmp_path / "good.gpkg")
    bad = tmp_path / "bad.gpkg"
    bad.write_bytes(good.read_bytes()[:50_000])
    with pytest.raises(SourceError, match=r"communities \(bad.gpkg\): is broken"):
        read_vector(Origin(good, more=(bad,)), "communities")
    lacking = written(sections[["geometry"]].assign(other=1), tmp_path / "lacking.gpkg")
    with pytest.raises(LayerError, match=r"communities \(lacking.gpkg\): there is no column 'geocode'"):
        read_vector(Origin(good, more=(lacking,)), "communities", columns=["geocode"])


# --------------------------------------------------------------------------- limits and odd rows


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(rows_read=274), "more than 274 rows would be read"),
        (Limits(rows_kept=274), "more than 274 rows would be kept"),
        (Limits(vertices_kept=1000), "more than 1,000 vertices"),
    ],
)
def test_a_limit_says_what_to_do(limits, expected):
    with pytest.raises(LayerError, match=expected) as caught:
        read_vector(Origin(SECTIONS), "communities", limits=limits)
    assert "cut the file to the study's surroundings" in str(caught.value)
    assert len(read_vector(Origin(SECTIONS), "communities", limits=Limits(rows_read=275, rows_kept=275)).frame) == 275


def test_endless_text_is_cut_and_counted(tmp_path):
    layer = gpd.GeoDataFrame({"a": ["x" * 50, "望" * 10]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4326)
    path = written(layer, tmp_path / "l.gpkg")
    read = read_vector(Origin(path), "communities", limits=Limits(text_characters=10))
    assert read.frame["a"].tolist() == ["x" * 10, "望" * 10]
    assert read.counts["texts_cut"] == 1


def test_a_layer_larger_than_a_batch_comes_whole_and_in_order(tmp_path, sections, monkeypatch):
    monkeypatch.setattr(gdal, "_BATCH_ROWS", 100)
    read = read_vector(
        Origin(written(sections, tmp_path / "s.gpkg"), filter={"geocode": tuple(sections["geocode"][200:])}),
        "communities",
    )
    assert read.frame["geocode"].tolist() == sections["geocode"].tolist()[200:]
    assert read.frame.index.tolist() == list(range(75))


def test_heights_and_open_rings_are_counted(tmp_path):
    high = [shapely.force_3d(box(0, 0, 1, 1), 5.0), box(1, 0, 2, 1)]
    read = read_vector(
        Origin(written(gpd.GeoDataFrame({"a": [1, 2]}, geometry=high, crs=4326), tmp_path / "h.gpkg")), "x"
    )
    assert read.counts["heights_dropped"] == 1
    assert not read.frame.has_z.any()
    closed = shapely.to_wkb(box(0, 0, 1, 1))
    opened = closed[:9] + (4).to_bytes(4, "little") + closed[13:-16]  # without its last corner
    path = tmp_path / "o.parquet"
    pd.DataFrame({"a": [1, 2], "geom": [closed, opened]}).to_parquet(path)
    read = read_vector(Origin(path, crs="EPSG:4326"), "x")
    assert read.counts["rings_closed"] == 1
    assert read.frame.geometry.iloc[1].equals(box(0, 0, 1, 1))


def test_mixed_and_empty_geometries_are_passed_on_to_be_judged(tmp_path):
    shapes = [Point(0, 0), box(0, 0, 1, 1), MultiPoint([(0, 0), (1, 1)]), Point(), None]
    path = tmp_path / "m.parquet"
    gpd.GeoDataFrame({"a": range(5)}, geometry=shapes, crs=4326).to_parquet(path)
    frame = read_vector(Origin(path), "x").frame
    assert frame.geom_type.iloc[:3].tolist() == ["Point", "Polygon", "MultiPoint"]
    assert frame.geometry.isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_coordinates_that_are_no_numbers_are_refused(tmp_path, value):
    path = tmp_path / "n.parquet"
    line = struct.pack("<BIIdddd", 1, 2, 2, 0, 0, value, 1)
    pd.DataFrame({"a": [1, 2], "geom": [shapely.to_wkb(Point(0, 0)), line]}).to_parquet(path)
    with pytest.raises(LayerError, match="coordinates that are no numbers"):
        read_vector(Origin(path, crs="EPSG:4326"), "x", near=None)


def test_an_encoding_that_has_no_effect_is_told(tmp_path, sections):
    path = written(sections, tmp_path / "s.gpkg")
    assert len(read_vector(Origin(path, encoding="UTF8"), "x").frame) == 275
    with pytest.raises(LayerError, match=r"text in \.gpkg is always UTF-8; leave encoding out"):
        read_vector(Origin(path, encoding="gb18030"), "x")


def test_lists_and_bytes_of_a_layer_stay(tmp_path):
    path = tmp_path / "p.parquet"
    table = {"tags": [["a"], ["b", "c"]], "raw": [b"1", b"2"]}
    gpd.GeoDataFrame(table, geometry=[Point(0, 0), Point(1, 1)], crs=4326).to_parquet(path)
    frame = read_vector(Origin(path), "x").frame
    assert [list(value) for value in frame["tags"]] == table["tags"]
    assert frame["raw"].tolist() == table["raw"]


def test_two_columns_of_one_name_are_refused(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_arrays(
        [pa.array([1]), pa.array([2]), pa.array([shapely.to_wkb(Point(0, 0))])], names=["n", "n", "geom"]
    )
    pq.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(LayerError, match="1 column names stand more than once \\('n'\\)"):
        read_vector(Origin(tmp_path / "t.parquet", crs="EPSG:4326"), "x")
