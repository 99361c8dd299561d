"""Parquet stores once what is the same in each row: what it unpacks to is measured before it fills the memory."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyproj import CRS
from shapely import MultiPolygon, Point, box

from layers.origins import Origin
from layers.sources import parquet_batches
from layers.sources.limits import LIMITS
from layers.sources.parquet_batches import open_parquet, pieces
from layers.sources.table import read_table
from layers.sources.vector import Near, read_vector
from spatial.errors import SourceError

POINT = struct.pack("<BIdd", 1, 1, 1, 1)


def written(path: Path, texts: list[str | None], packed: str = "") -> Path:
    table = pa.table({"geometry": pa.array([POINT] * len(texts), pa.binary()), "t": pa.array(texts)})
    if packed:
        pq.write_table(table, path, use_dictionary=False, column_encoding={"t": packed})
    else:
        pq.write_table(table, path)
    return path


def refused(path: Path) -> None:
    for read in (read_vector, read_table):
        with pytest.raises(SourceError, match=r"^units \(.*: its texts unpack to more than 400 times"):
            read(Origin(path, crs="EPSG:4326"), "units")


def test_a_text_that_is_stored_once_and_unpacks_to_gigabytes(tmp_path: Path) -> None:
    before = pa.total_allocated_bytes()
    path = written(tmp_path / "units.parquet", ["x" * 1_000_000] * 300)
    assert path.stat().st_size < 100_000
    refused(path)
    assert pa.total_allocated_bytes() - before < 10_000_000


def test_columns_that_are_not_needed_do_not_matter(tmp_path: Path) -> None:
    path = written(tmp_path / "units.parquet", ["x" * 1_000_000] * 300)
    assert len(read_vector(Origin(path, crs="EPSG:4326"), "units", ()).frame) == 300


@pytest.mark.parametrize("packed", ["", "PLAIN", "DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"])
def test_texts_are_the_same_however_they_are_packed(tmp_path: Path, packed: str) -> None:
    texts = ["公园", None, "", *(f"street {n % 7}" for n in range(9_000))]
    frame = read_vector(Origin(written(tmp_path / "units.parquet", texts, packed), crs="EPSG:4326"), "units").frame
    assert [None if pd.isna(text) else text for text in frame["t"]] == texts


def test_pieces_are_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_batches, "_PIECE_BYTES", 1_000)
    path = written(tmp_path / "units.parquet", [chr(97 + n % 3) * 400 for n in range(50)])
    with open_parquet(path) as file:
        found = list(pieces(file, ["t"], 10**9, "units"))
    assert max(piece.num_rows for piece in found) <= 3
    assert [text for piece in found for text in piece.column(0).to_pylist()] == [
        chr(97 + n % 3) * 400 for n in range(50)
    ]


def test_values_told_by_their_beginnings_come_in_few_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_batches, "_PIECE_BYTES", 10_000)
    path = written(tmp_path / "units.parquet", ["x" * 1_000] * 200, "DELTA_BYTE_ARRAY")
    with open_parquet(path) as file:
        assert max(piece.num_rows for piece in pieces(file, ["t"], 10**9, "units")) <= 40


def test_text_that_is_not_utf8_is_told_where_it_is_stored_once(tmp_path: Path) -> None:
    table = pa.table(
        {"geometry": pa.array([POINT] * 2, pa.binary()), "t": pa.array([b"\xb9\xab"] * 2).view(pa.string())}
    )
    pq.write_table(table, tmp_path / "units.parquet")
    with pytest.raises(SourceError, match="column 't' holds text that is not UTF-8"):
        read_vector(Origin(tmp_path / "units.parquet", crs="EPSG:4326"), "units")


def test_categories_are_their_values(tmp_path: Path) -> None:
    pd.DataFrame({"code": pd.Categorical(["b", "a", "b"]), "n": [1, 2, 3]}).to_parquet(tmp_path / "t.parquet")
    frame = read_table(Origin(tmp_path / "t.parquet"), "residents").frame
    assert frame["code"].tolist() == ["b", "a", "b"]
    assert pd.api.types.is_string_dtype(frame["code"].dtype)


SHAPES = {
    "point": [Point(n / 100, 1) for n in range(9_000)],
    "multipolygon": [MultiPolygon([box(n / 100, 0, n / 100 + 0.001, 1)]) for n in range(9_000)],
}


@pytest.mark.parametrize("form", SHAPES)
def test_shapes_in_geoparquets_own_form_come_part_by_part(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "units.parquet"
    given = gpd.GeoDataFrame({"n": range(9_000)}, geometry=SHAPES[form], crs=4326)
    given.to_parquet(path, geometry_encoding="geoarrow")
    monkeypatch.setattr(gpd, "read_parquet", None)
    assert read_vector(Origin(path), "units").frame.geom_equals(given).all()
    near = read_vector(Origin(path), "units", near=Near((1, 1, 1.01, 1.01), CRS(4326)))
    assert len(near.frame) < 10
    assert near.counts["rows_read"] == 9_000


def test_missing_shapes_in_that_form_stay_missing(tmp_path: Path) -> None:
    path = tmp_path / "units.parquet"
    gpd.GeoDataFrame({"n": [1, 2]}, geometry=[Point(1, 1), None], crs=4326).to_parquet(
        path, geometry_encoding="geoarrow"
    )
    assert read_vector(Origin(path), "units").frame.geometry.isna().tolist() == [False, True]


def test_one_point_said_a_million_times_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "units.parquet"
    gpd.GeoDataFrame({"n": [1]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_parquet(path, geometry_encoding="geoarrow")
    monkeypatch.setattr("layers.sources.parquet.LIMITS", type(LIMITS)(vertices_kept=4))
    with pytest.raises(SourceError, match="10 numbers in lists at once"):
        read_vector(Origin(path), "units")
