from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import GeometryCollection, LineString, Point, Polygon, box

from layers.origins import Origin
from layers.role_schemas import hazard_schema, inventory_schema, residents_schema, units_schema
from layers.schemas import POLYGONS, Column, Schema, faults, numbers, validate
from layers.types import HazardRole, InventoryRole, ResidentsRole, UnitsRole
from spatial.errors import LayerError

ORIGIN = Origin(Path("layer.gpkg"))


def frame(shapes, **columns):
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:32628")


def square(column):
    return box(column, 0, column + 1, 1)


def test_a_layer_as_declared_has_no_faults():
    schema = Schema("parks", (Column("key", "id", nullable=False, unique=True), Column("n", "number", low=0)), POLYGONS)
    assert faults(frame([square(0), square(1)], key=["a", "b"], n=[0, None]), schema) == ()
    validate(frame([square(0)], key=["a"], n=["12"]), schema)


def test_every_fault_of_a_layer_is_told_at_once_with_counts_and_ids():
    schema = Schema(
        "parks",
        (
            Column("key", "id", nullable=False, unique=True, if_twice="merge them"),
            Column("n", "number", low=0, if_low="leave it empty"),
            Column("part", "number", at_most="n"),
            Column("nmae"),
        ),
        POLYGONS,
        why="It is no use",
    )
    given = frame(
        [square(0), square(1), Point(0, 0), None, square(2), square(3)],
        key=["a", "a", "p", "void", None, "f"],
        n=[-1, "many", 5, 6, 7, 101],
        part=[0, 0, 5.4, 6.6, 1, 1],
        name=["x"] * 6,
    )
    with pytest.raises(LayerError) as caught:
        validate(given, schema)
    message = str(caught.value)
    assert "\n" not in message
    for part in (
        "there is no column 'nmae' (did you mean 'name'?)",
        "1 of 6 features have no id in 'key', e.g. row 5",
        "1 id stands more than once in 'key', e.g. 'a'; merge them",
        "column 'n': 1 is no number ('many'), e.g. 'a'",
        "column 'n': 1 count is negative, e.g. 'a'; leave it empty",
        "column 'part': 1 count exceeds 'n', e.g. 'void'",
        "1 of 6 features have no geometry, e.g. 'void'",
        "1 of 6 features are no polygons but 'Point', e.g. 'p'",
    ):
        assert part in message
    assert message.endswith("It is no use")
    assert len(faults(given, schema)) == 8


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (1, ("1 id stands more than once", "1 is no number", "1 count is negative", "1 lies below 5", "1 count exceeds")),
        (2, ("2 ids stand more than once", "2 are no numbers", "2 counts are negative", "2 lie below 5", "2 counts exceed")),
    ],
)
def test_faults_agree_with_their_number(rows, told):
    columns = (
        Column("key", "id", unique=True), Column("text", "number"), Column("n", "number", low=0), Column("at", "number", low=5),
        Column("part", "number", at_most="whole"), Column("whole", "number"),
    )  # fmt: skip
    keys = [f"k{n}" for n in range(rows)] * 2
    one = {"text": "x", "n": -1, "at": 4, "part": 9, "whole": 1}
    good = {"text": "1", "n": 1, "at": 6, "part": 1, "whole": 1}
    given = pd.DataFrame([{"key": key, **(one if place < rows else good)} for place, key in enumerate(keys)])
    message = " ".join(fault.text for fault in faults(given, Schema("t", columns)))
    for part in told:
        assert part in message


def test_no_more_than_three_ids_are_named():
    given = pd.DataFrame({"key": list("abcde"), "n": [-1] * 5})
    (fault,) = faults(given, Schema("t", (Column("key", "id"), Column("n", "number", low=0))))
    assert fault.count == 5
    assert "e.g. 'a', 'b', 'c'" in fault.text
    assert "'d'" not in fault.text


@pytest.mark.parametrize("value", ["true", True, "inf", np.inf, "1.234,5", "12 persons", np.True_])
def test_what_is_no_number_is_told(value):
    assert np.isinf(numbers(pd.Series([value, 1.0], dtype=object)).iloc[0])


def test_empty_cells_are_unknown_and_text_that_is_a_number_is_one():
    found = numbers(pd.Series(["", " ", None, np.nan, " 7", "1e3"], index=list("abcdef")))
    assert found.isna().tolist() == [True] * 4 + [False] * 2
    assert found.tolist()[4:] == [7.0, 1000.0]


def test_the_frame_is_not_written_into():
    given = frame([square(0), None], key=[1.0, np.nan], n=["x", "2"])
    before = given.copy()
    faults(given, Schema("t", (Column("key", "id", nullable=False), Column("n", "number")), POLYGONS))
    pd.testing.assert_frame_equal(given, before)


def test_a_collection_that_holds_a_polygon_is_one():
    clipped = GeometryCollection([square(0), LineString([(0, 0), (5, 5)])])
    schema = Schema("t", (), POLYGONS)
    assert faults(frame([clipped]), schema) == ()
    assert faults(frame([GeometryCollection([Point(0, 0)])]), schema)[0].count == 1
    assert "no geometry" in faults(frame([Polygon()]), schema)[0].text


@pytest.mark.parametrize(
    ("kinds", "wide", "advised"),
    [
        ({"LineString"}, None, "say band_width_m of lines, and"),
        ({"Point", "Polygon"}, None, "say radius_m of points, and"),
        ({"Point", "LineString"}, 60.0, "say radius_m of points, and"),
        ({"Point", "LineString"}, None, "say band_width_m of lines or radius_m of points, and"),
    ],
)
def test_only_the_width_that_fits_the_shapes_is_advised(kinds, wide, advised):
    role = HazardRole("gas", "technological", "official", {}, {}, band_width_m=wide)
    assert advised in hazard_schema(role, kinds).if_shape


def test_roles_declare_what_they_need():
    assert units_schema(UnitsRole("district", "code", "label")).layer == "parents.district"
    hazard = hazard_schema(HazardRole("flood", "flood", "official", {}, {}, origin=ORIGIN, name_column="river"))
    assert [c.name for c in hazard.columns] == ["river"]
    joined = residents_schema(ResidentsRole(ORIGIN, "code", "people", {"age65plus": "old"}))
    assert [c.name for c in joined.columns] == ["code", "people", "old"]
    assert joined.geometry == ()
    ground = residents_schema(ResidentsRole(ORIGIN, "", "people"))
    assert set(ground.geometry) == {"Point", "MultiPoint", "Polygon", "MultiPolygon"}
    sites = inventory_schema(InventoryRole("parks", ORIGIN, "supplement", "park", id_column="id", name_column="id"))
    assert [c.name for c in sites.columns] == ["id"]
    assert sites.layer == "public_space.parks"
