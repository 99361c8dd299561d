"""gaps.gpkg and internal.gpkg: the declared tables, columns and types; the same bytes; nothing merged that differs."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from shapely import Polygon

from analyses.columns import INTERNAL, PUBLISHED
from layers.types import Provenance
from maps.geopackage import data_date, write_gaps, write_internal
from maps.tables import published_tables

_TYPES = {"str": "OFTString", "float": "OFTReal", "int": "OFTInteger64"}


@pytest.fixture
def written(synthetic_results, tmp_path):
    path = tmp_path / "gaps.gpkg"
    write_gaps(synthetic_results, path)
    return path


@pytest.fixture
def internal(synthetic_results, tmp_path):
    path = tmp_path / "internal.gpkg"
    write_internal(synthetic_results, path)
    return path


def _pattern(name):
    return re.compile(re.sub(r"<[^>]+>", "[0-9A-Za-z_]+?", name))


def _assert_as_declared(path, tables):
    """Every column was declared, in that order and type, and every plain declared column is there."""
    for table in tables:
        info = pyogrio.read_info(path, layer=table.name)
        place = 0
        for name, ogr_type in zip(info["fields"], info["ogr_types"], strict=True):
            while not _pattern(table.columns[place].name).fullmatch(name):
                place += 1
                assert place < len(table.columns), f"{table.name}.{name} is not declared, or out of order"
            assert ogr_type == _TYPES[table.columns[place].dtype], f"{table.name}.{name}"
        assert {column.name for column in table.columns if "<" not in column.name} <= set(info["fields"])


def test_the_columns_are_those_declared(written, internal):
    _assert_as_declared(written, PUBLISHED)
    _assert_as_declared(internal, INTERNAL)


def test_the_tables_are_those_declared(written, internal):
    names = [name for name, _ in pyogrio.list_layers(written)]
    assert names == [*(table.name for table in PUBLISHED), "layer_styles"]
    assert [name for name, _ in pyogrio.list_layers(internal)] == [table.name for table in INTERNAL]


def test_names_in_brackets_become_one_column_each(written):
    fields = list(pyogrio.read_info(written, layer="communities")["fields"])
    assert fields[:3] == ["community_id", "parent_district_id", "parent_district_share"]
    assert fields[-4:] == [
        "linli_start__green_500m",
        "linli_start__exposure_any",
        "sdg_11_7_1__people_400m",
        "study__exposure_ravine_bands",
    ]
    gaps = list(pyogrio.read_info(written, layer="gaps")["fields"])
    assert {"requirement_en", "requirement_zh", "reason_en", "reason_zh"} <= set(gaps)
    assert "age65plus" not in fields


def test_geometry_types_and_crs(written):
    for table in PUBLISHED:
        info = pyogrio.read_info(written, layer=table.name)
        expected = {"polygon": "MultiPolygon", "point": "Point", "": None}[table.geometry]
        assert info["geometry_type"] == expected
        assert info["crs"] == ("EPSG:32628" if expected else None)
        assert info["geometry_name"] == ("geom" if expected else "")


def test_spaces_are_parted_into_areas_and_points_and_none_is_lost(written, synthetic_results):
    areas, points = (gpd.read_file(written, layer=name) for name in ("public_space", "public_space_points"))
    assert sorted([*areas["space_id"], *points["space_id"]]) == sorted(synthetic_results.public_space["space_id"])
    assert list(points["space_id"]) == ["node/5"]


def test_the_same_results_give_the_same_bytes(written, synthetic_results, tmp_path):
    again = tmp_path / "again.gpkg"
    write_gaps(synthetic_results, again)
    assert again.read_bytes() == written.read_bytes()


def test_time_stamps_are_the_date_of_the_newest_input(written):
    with closing(sqlite3.connect(written)) as file:
        stamps = {
            row[0]
            for row in file.execute("SELECT last_change FROM gpkg_contents UNION SELECT update_time FROM layer_styles")
        }
    assert stamps == {"2023-02-21T00:00:00.000Z"}


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["2022", "2023-02-21"], "2023-02-21"),
        (["2023-05", ""], "2023-05-01"),
        (["", "unknown"], "1970-01-01"),
        ([], "1970-01-01"),
    ],
)
def test_the_date_of_the_data(synthetic_results, dates, expected):
    entries = tuple(Provenance("osm", "a", "0", 1, "", "", date, {}) for date in dates)
    assert data_date(replace(synthetic_results, provenance=entries)) == expected


def test_the_clock_of_gdal_is_left_as_it_was(synthetic_results, tmp_path):
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2001-01-01T00:00:00.000Z"})
    try:
        write_gaps(synthetic_results, tmp_path / "gaps.gpkg")
        assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == "2001-01-01T00:00:00.000Z"
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def test_nothing_is_left_beside_the_file(written):
    assert [path.name for path in written.parent.iterdir()] == ["gaps.gpkg"]


def test_zero_out_of_reach_and_unknown_stay_apart(internal, written):
    with closing(sqlite3.connect(internal)) as file:
        assert file.execute(
            "SELECT distance_green_m, along_m, floor_area_m2 FROM demand WHERE demand_id = 'street/c2/0'"
        ).fetchone() == (float("inf"), None, 0.0)
    demand = gpd.read_file(internal, layer="demand").set_index("demand_id")
    assert np.isinf(demand.loc["street/c2/0", "distance_green_m"])
    communities = gpd.read_file(written, layer="communities").set_index("community_id")
    assert np.isnan(communities.loc["c3", "population"])
    assert communities.loc["c2", "residents_short"] == 0


def test_control_characters_go_and_everything_else_stays(written):
    names = list(gpd.read_file(written, layer="communities")["name"])
    assert names == ["Uno & <b>Dos</b>", "=2+2", "三号社区"]


def test_internal_tables_say_that_they_are_internal_and_are_not_in_the_report(written, internal):
    with closing(sqlite3.connect(internal)) as file:
        identifiers = [row[0] for row in file.execute("SELECT identifier FROM gpkg_contents")]
    assert len(identifiers) == 2
    assert all("internal, not for publication" in identifier for identifier in identifiers)
    assert not {"demand", "network"} & {name for name, _ in pyogrio.list_layers(written)}


def test_every_column_has_a_title_and_a_meaning(written):
    with closing(sqlite3.connect(written)) as file:
        described = file.execute("SELECT table_name, column_name, title, description FROM gpkg_data_columns").fetchall()
    expected = {
        (table.name, field) for table in PUBLISHED for field in pyogrio.read_info(written, layer=table.name)["fields"]
    }
    assert {row[:2] for row in described} == expected
    assert all(title and meaning for *_, title, meaning in described)
    titles = {row[:2]: row[2] for row in described}
    assert titles["communities", "linli_start__green_500m"] == "Green space within 500 m · 500 米内绿地"
    assert titles["parents", "age65plus"] == "Residents aged 65 and over · 65 岁及以上居民"


def test_the_file_is_a_whole_database(written):
    with closing(sqlite3.connect(written)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert file.execute("PRAGMA foreign_key_check").fetchall() == []
        assert file.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_without_gaps_the_layer_is_empty_with_its_columns(synthetic_results, written, tmp_path):
    nothing = replace(
        synthetic_results,
        gaps=synthetic_results.gaps.iloc[:0],
        provenance=(),
        caveats=(),
        hazards=synthetic_results.hazards.iloc[:0],
    )
    path = tmp_path / "empty.gpkg"
    write_gaps(nothing, path)
    for name in ("gaps", "hazards", "caveats", "provenance"):
        info, full = pyogrio.read_info(path, layer=name), pyogrio.read_info(written, layer=name)
        assert info["features"] == 0
        for key in ("fields", "ogr_types"):
            assert list(info[key]) == list(full[key])
        assert info["geometry_type"] == full["geometry_type"]
        assert info["crs"] == full["crs"]


def test_a_gap_without_area_is_kept_without_shape(synthetic_results, tmp_path):
    gaps = synthetic_results.gaps.copy()
    gaps.loc[0, "geometry"] = Polygon()
    path = tmp_path / "gaps.gpkg"
    write_gaps(replace(synthetic_results, gaps=gaps), path)
    back = gpd.read_file(path, layer="gaps")
    assert len(back) == 3
    assert back.geometry.isna().tolist() == [True, False, False]


def test_what_is_not_declared_is_not_published(synthetic_results):
    leaky = replace(synthetic_results, communities=synthetic_results.communities.assign(age0_14=[1.0, 2.0, 3.0]))
    (communities, *_) = published_tables(leaky)
    assert "age0_14" not in communities.frame.columns
    assert "age0_14" in leaky.communities.columns
