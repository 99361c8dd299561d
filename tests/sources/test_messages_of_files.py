"""Names of a file of strangers stand in errors on one line, and do nothing to the terminal that shows them."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources.files import said
from layers.sources.shown import plain
from layers.sources.table import read_table
from layers.sources.vector import read_vector
from spatial.errors import LayerError, SourceError

HOSTILE = "a\nb\x1b[31mc\u202ed"


def harmless(error: Exception) -> None:
    assert str(error).isprintable()


@pytest.fixture
def layer() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({HOSTILE: [HOSTILE], "k": [HOSTILE]}, geometry=[box(0, 0, 1, 1)], crs=4326)


def test_columns_and_values(tmp_path, layer):
    layer.to_parquet(tmp_path / "a.parquet")
    for origin, columns in (
        (Origin(tmp_path / "a.parquet"), ["z"]),
        (Origin(tmp_path / "a.parquet", filter={"k": ("z",)}), None),
    ):
        with pytest.raises(LayerError, match="a�b�") as caught:
            read_vector(origin, "x", columns)
        harmless(caught.value)
    (tmp_path / "a.csv").write_text(f'k,n\n"{HOSTILE[:9]}",1\n', encoding="utf-8")
    with pytest.raises(LayerError, match="a�b�") as caught:
        read_table(Origin(tmp_path / "a.csv", filter={"k": ("z",)}), "x")
    harmless(caught.value)


def test_layers_and_archives(tmp_path, layer):
    for name in (HOSTILE, "other"):
        layer[["k", "geometry"]].to_file(tmp_path / "a.gpkg", layer=name)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in (HOSTILE, "other"):
            archive.writestr(f"{name}.shp", b"")
    for path, wanted in (
        (tmp_path / "a.gpkg", None),
        (tmp_path / "a.gpkg", "z"),
        (tmp_path / "a.zip", None),
        (tmp_path / "a.zip", "z"),
    ):
        with pytest.raises(LayerError, match="a�b�") as caught:
            read_vector(Origin(path, layer=wanted), "x")
        harmless(caught.value)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(f"../{HOSTILE}.shp", b"")
    with pytest.raises(SourceError) as caught:
        read_vector(Origin(tmp_path / "b.zip"), "x")
    harmless(caught.value)


def test_what_a_library_says():
    assert said(ValueError("bad \x1b[31mred")) == " (bad �[31mred)"
    assert plain("望京 Ñ é", 4) == "望京 Ñ"
