"""Shapes within shapes within shapes: a few kilobytes of a stranger's must not end the whole program."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from shapely import GeometryCollection, MultiPolygon, Point, box

from layers.origins import GeometryColumns, Origin
from layers.sources.limits import LIMITS
from layers.sources.vector import read_vector
from layers.sources.wkb import check_depth, shapes_of
from spatial.errors import LayerError, SourceError

DEEP = 100_000
POINT = struct.pack("<BIdd", 1, 1, 1, 1)


def nested(levels: int, head: bytes = struct.pack("<BII", 1, 7, 1)) -> bytes:
    return head * levels + POINT


def is_refused(wkb: bytes) -> bool:
    try:
        check_depth(np.array([None, wkb], dtype=object), "units")
    except SourceError:
        return True
    return False


@pytest.mark.parametrize(
    "head",
    [
        struct.pack("<BII", 1, 7, 1),
        struct.pack("<BII", 1, 4, 1),
        struct.pack("<BII", 1, 6, 1),
        struct.pack("<BII", 1, 1007, 1),
        struct.pack("<BII", 1, 12, 1),
        struct.pack(">BII", 0, 7, 1),
        struct.pack("<BIII", 1, 7 | 1 << 29, 4326, 1),
        struct.pack("<BII", 1, 7, 2) + POINT,
        struct.pack("<BII", 1, 7, 2) + shapely.to_wkb(box(0, 0, 1, 1)),
        struct.pack("<BII", 1, 7, 2) + shapely.to_wkb(shapely.from_wkt("LINESTRING ZM (0 0 1 2, 1 1 3 4)")),
        struct.pack("<BII", 1, 7, 2) + shapely.to_wkb(MultiPolygon([box(0, 0, 1, 1), box(2, 2, 3, 3)])),
        struct.pack("<BII", 1, 7, 2) + struct.pack("<BII", 1, 7, 0),
    ],
)
def test_the_levels_are_found_whatever_stands_before_them(head: bytes) -> None:
    assert is_refused(nested(LIMITS.shape_depth + 1, head))
    assert not is_refused(nested(LIMITS.shape_depth - 1, head))


def test_usual_shapes_are_read() -> None:
    shapes = [
        GeometryCollection([MultiPolygon([box(n, 0, n + 1, 1) for n in range(100)]), Point(1, 2)]),
        box(0, 0, 1, 1),
    ]
    found, closed = shapes_of(shapely.to_wkb(np.array([*shapes, None], dtype=object)), "units")
    assert list(found) == [*shapes, None]
    assert closed == 0


def test_a_parquet_file(tmp_path: Path) -> None:
    path = tmp_path / "units.parquet"
    pq.write_table(pa.table({"geometry": pa.array([POINT, nested(DEEP)], pa.binary())}), path)
    with pytest.raises(SourceError, match=r"^communities \(units.parquet\): 1 shapes are collections within"):
        read_vector(Origin(path, crs="EPSG:4326"), "communities")


def test_a_geopackage(tmp_path: Path) -> None:
    path = tmp_path / "units.gpkg"
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[Point(1, 1)], crs=4326).to_file(path, layer="u", SPATIAL_INDEX="NO")
    connection = sqlite3.connect(path)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE u SET geom = ?", (b"GP\x00\x01" + struct.pack("<i", 4326) + nested(DEEP),))
    connection.execute("UPDATE gpkg_geometry_columns SET geometry_type_name = 'GEOMETRY'")
    connection.commit()
    connection.close()
    with pytest.raises(SourceError, match="1 shapes are collections within"):
        read_vector(Origin(path), "communities")


def written(folder: Path, levels: int) -> Path:
    path = folder / "units.csv"
    path.write_text('shape\n"' + "GEOMETRYCOLLECTION(" * levels + "POINT(1 1)" + ")" * levels + '"\n')
    return path


def test_text(tmp_path: Path) -> None:
    origin = Origin(written(tmp_path, DEEP), crs="EPSG:4326", geometry=GeometryColumns(wkt="shape"))
    with pytest.raises(LayerError, match=r"1 cells of 'shape' .*are no well-known text"):
        read_vector(origin, "communities")


def test_text_of_many_parts_is_not_nested(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    parts = MultiPolygon([box(n, 0, n + 0.5, 1) for n in range(2 * LIMITS.shape_depth)])
    path.write_text(f'shape\n"{parts.wkt}"\n"GEOMETRYCOLLECTION(GEOMETRYCOLLECTION(POINT(1 1)))"\n')
    read = read_vector(Origin(path, crs="EPSG:4326", geometry=GeometryColumns(wkt="shape")), "communities")
    assert read.frame.geometry[0] == parts
    assert len(read.frame) == 2
