"""Files that are damaged in ways that no truncation shows: each is one clear error, or counted."""

from __future__ import annotations

import random
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from shapely import box

from layers.origins import Origin
from layers.sources.parts import Parts, Task, gathered
from layers.sources.vector import read_vector
from spatial.errors import LayerError, LinliError, SourceError


@pytest.fixture(scope="module")
def units() -> gpd.GeoDataFrame:
    shapes = [box(n * 0.01, 0, n * 0.01 + 0.009, 0.01) for n in range(60)]
    return gpd.GeoDataFrame(
        {"name": [f"unidad {n} 望京" for n in range(60)], "n": range(60)}, geometry=shapes, crs=4326
    )


def test_fewer_rows_than_the_file_states_are_an_error(units):
    parts = Parts(("name", "n"), None, iter([units.iloc[:40], units.iloc[40:59]]), rows=60)
    with pytest.raises(SourceError, match="59 of 60 features can be read"):
        gathered(parts, Task({}, "x"))
    whole = Parts(("name", "n"), None, iter([units.iloc[:40], units.iloc[40:]]), rows=60)
    assert len(gathered(whole, Task({}, "x"))[0]) == 60


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".geojson", ".fgb", ".parquet", ".kml"])
def test_damage_anywhere_is_one_error_of_ours_or_leaves_all_rows(tmp_path, units, suffix):
    """Bytes changed at random places (always the same ones): what comes is every row, or an error on one line."""
    path = tmp_path / f"u{suffix}"
    units.to_parquet(path) if suffix == ".parquet" else units.to_file(
        path, **({"driver": "LIBKML"} if suffix == ".kml" else {})
    )
    content, dice, told = path.read_bytes(), random.Random(7), []  # noqa: S311 - no secret depends on it
    for _ in range(25):
        damaged = bytearray(content)
        for _ in range(4):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            rows = len(read_vector(Origin(path), "x").frame)
        except LinliError as error:
            told.append(str(error))
        else:
            # A word that is spelt otherwise can make GeoJSON of something else: no reader can know.
            assert rows == 60 or suffix == ".geojson"
    assert all(message.startswith(f"x ({path.name}): ") and message.isprintable() for message in told)
    assert {p.suffix for p in tmp_path.iterdir()} <= {suffix, ".shp", ".shx", ".dbf", ".prj", ".cpg"}
    assert told or suffix in (".gpkg", ".shp")  # most of whose bytes are padding or coordinates


def test_a_geodatabase_that_lacks_a_table_is_told(tmp_path, units):
    folder = tmp_path / "u.gdb"
    units.to_file(folder, driver="OpenFileGDB", layer="units", TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER")
    assert len(read_vector(Origin(folder), "x").frame) == 60
    max(folder.glob("*.gdbtable"), key=lambda p: p.name).unlink()
    with pytest.raises((SourceError, LayerError)) as caught:
        read_vector(Origin(folder), "x")
    assert str(caught.value).startswith("x (u.gdb): ")
    assert str(caught.value).isprintable()


def test_an_empty_folder_is_no_geodatabase(tmp_path: Path):
    (tmp_path / "e.gdb").mkdir()
    with pytest.raises(SourceError, match="broken or incomplete") as caught:
        read_vector(Origin(tmp_path / "e.gdb"), "x")
    assert str(caught.value).isprintable()


def test_wkb_that_is_none_is_told(tmp_path, units):
    import pandas as pd

    path = tmp_path / "w.parquet"
    pd.DataFrame({"n": [1, 2], "geom": [shapely.to_wkb(box(0, 0, 1, 1)), b"\x01\x03\x00"]}).to_parquet(path)
    with pytest.raises(SourceError, match="broken or incomplete"):
        read_vector(Origin(path, crs="EPSG:4326"), "x")
