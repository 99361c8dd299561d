"""GeoPackages as they lie on an office's share: open elsewhere, half written, read-only, and never touched by reading."""

from __future__ import annotations

import sqlite3
import struct
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources.vector import read_vector
from spatial.errors import LayerError, SourceError

HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def package(tmp_path) -> Path:
    """A GeoPackage of two units, alone in its folder."""
    folder = tmp_path / "share"
    folder.mkdir()
    path = folder / "units.gpkg"
    gpd.GeoDataFrame({"a": ["x", "y"]}, geometry=[box(n, 0, n + 1, 1) for n in range(2)], crs=4326).to_file(path)
    return path


def files(path: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in path.parent.iterdir()}


def refused(path: Path, expected: str, kind: type[Exception] = SourceError) -> None:
    with pytest.raises(kind, match=expected) as caught:
        read_vector(Origin(path), "communities")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("communities (units.gpkg): ")


def test_reading_leaves_the_folder_as_it_was(package):
    before = files(package)
    read_vector(Origin(package), "communities")
    assert files(package) == before


def test_one_that_another_program_locks_is_told_and_read_once_it_lets_go(package):
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(package)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        refused(package, "another program is writing to it")
        holder.communicate("\n")
    assert len(read_vector(Origin(package), "communities").frame) == 2
    assert list(files(package)) == ["units.gpkg"]


def test_one_in_wal_mode_at_rest_is_read_without_a_trace(package):
    connection = sqlite3.connect(package)
    assert connection.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    connection.close()
    before = files(package)
    assert len(read_vector(Origin(package), "communities").frame) == 2
    assert files(package) == before


def test_one_whose_changes_lie_in_a_second_file_is_told(package):
    connection = sqlite3.connect(package, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE notes (a)")  # nothing of it is in the file itself yet
    before = files(package)
    assert before["units.gpkg-wal"]
    refused(package, "units.gpkg-wal lies beside it")
    assert files(package) == before
    connection.close()
    assert len(read_vector(Origin(package), "communities").frame) == 2


def test_one_whose_writer_died_is_told(package):
    package.with_name("units.gpkg-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))
    refused(package, "units.gpkg-journal lies beside it")


def test_one_in_a_folder_that_may_not_be_written_is_read(package):
    """As root every folder may be written to: the mode is checked by what is left behind."""
    package.chmod(0o444)
    package.parent.chmod(0o555)
    try:
        assert len(read_vector(Origin(package), "communities").frame) == 2
        assert list(files(package)) == ["units.gpkg"]
    finally:
        package.parent.chmod(0o755)


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_a_truncated_one_says_how_much_is_there(package, share):
    content = package.read_bytes()
    package.write_bytes(content[: int(len(content) * share)])
    refused(package, r"is broken or incomplete: [\d,]+ of [\d,]+ bytes")
    assert list(files(package)) == ["units.gpkg"]


def test_a_view_that_would_ask_a_server_is_refused(package):
    connection = sqlite3.connect(package)
    connection.execute("CREATE VIEW v AS SELECT fid, geom, ogr_geocode('Paris', 'geometry') AS g FROM units")
    connection.execute(
        "INSERT INTO gpkg_contents (table_name, identifier, data_type, srs_id) VALUES ('v', 'v', 'features', 4326)"
    )
    connection.execute("INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 'POLYGON', 4326, 0, 0)")
    connection.commit()
    connection.close()
    with pytest.raises(SourceError) as caught:
        read_vector(Origin(package, layer="v"), "communities")
    assert "\n" not in str(caught.value)


def test_curves_are_drawn_with_straight_segments(package):
    """A circle of radius 1 as GeoPackage stores arcs; polygons beside it stay as they are."""
    ring = [(0, 0), (1, 1), (2, 0), (1, -1), (0, 0)]
    arcs = struct.pack("<BII", 1, 8, len(ring)) + b"".join(struct.pack("<dd", *point) for point in ring)
    curve = b"GP\x00\x01" + struct.pack("<i", 4326) + struct.pack("<BII", 1, 10, 1) + arcs
    connection = sqlite3.connect(package)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("UPDATE units SET geom = ? WHERE a = 'y'", (curve,))
    connection.commit()
    connection.close()
    frame = read_vector(Origin(package), "communities").frame
    assert frame["a"].tolist() == ["x", "y"]
    square, circle = frame.geometry
    assert square.area == 1
    assert circle.area == pytest.approx(3.1416, abs=0.01)


def test_an_empty_layer_is_told(package):
    connection = sqlite3.connect(package)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute("DELETE FROM units")
    connection.execute("UPDATE gpkg_ogr_contents SET feature_count = 0")
    connection.commit()
    connection.close()
    refused(package, "holds no features", LayerError)
