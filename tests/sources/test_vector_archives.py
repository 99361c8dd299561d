"""Zipped layers, and archives that are traps: judged before anything is unpacked, and nothing stays behind."""

from __future__ import annotations

import stat
import struct
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import box

from layers.origins import Origin
from layers.sources import zipped
from layers.sources.limits import Limits
from layers.sources.location import location
from layers.sources.table import read_table
from layers.sources.vector import read_vector
from spatial.errors import LayerError, SourceError


@pytest.fixture
def shelf(tmp_path, monkeypatch) -> Path:
    """A folder for temporary files of which every one can be seen."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def parts(tmp_path) -> list[Path]:
    """The files of a small shapefile."""
    layer = gpd.GeoDataFrame({"name": ["望京", "Ñandú"]}, geometry=[box(n, 0, n + 1, 1) for n in range(2)], crs=4326)
    layer.to_file(tmp_path / "units.shp", encoding="UTF-8")
    return sorted(tmp_path.glob("units.*"))


def pack(path: Path, entries: dict[str, bytes | Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content.read_bytes() if isinstance(content, Path) else content)
    return path


def refused(path: Path, expected: str, kind: type[Exception] = SourceError, **choices: str) -> None:
    with pytest.raises(kind, match=expected) as caught:
        read_vector(Origin(path, **choices), "communities")
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(f"communities ({path.name}): ")


def test_a_zipped_shapefile_is_read_and_leaves_nothing_behind(tmp_path, parts, shelf):
    path = pack(tmp_path / "units.zip", {f"城市/{p.name}": p for p in parts} | {"readme.txt": b"hello"})
    read = read_vector(Origin(path), "communities")
    assert read.frame["name"].tolist() == ["望京", "Ñandú"]
    assert read.inputs[0].address == str(path)
    assert read.inputs[0].bytes == path.stat().st_size
    assert list(shelf.iterdir()) == []
    assert location(Origin(path)) == pytest.approx((1, 0.5), abs=0.01)


def test_of_several_layers_in_an_archive_one_is_named(tmp_path, parts, shelf):
    twins = {f"a/{p.name}": p for p in parts} | {f"b/other{p.suffix}": p for p in parts}
    path = pack(tmp_path / "two.zip", twins)
    refused(path, "holds 2 files and the study names none; .*a/units.shp, b/other.shp", LayerError)
    refused(path, "no single file 'third'", LayerError, layer="third")
    assert len(read_vector(Origin(path, layer="other"), "communities").frame) == 2


def test_what_a_mac_adds_to_an_archive_is_no_layer(tmp_path, parts):
    path = pack(tmp_path / "mac.zip", {p.name: p for p in parts} | {"__MACOSX/._units.shp": b"x", "._units.shp": b"x"})
    assert len(read_vector(Origin(path), "communities").frame) == 2


def test_a_layer_inside_the_one_file_of_an_archive_is_named_as_outside(tmp_path):
    package = tmp_path / "city.gpkg"
    for name in ("one", "two"):
        gpd.GeoDataFrame({"a": [name]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_file(package, layer=name)
    path = pack(tmp_path / "city.zip", {"city.gpkg": package})
    refused(path, "holds 2 layers", LayerError)
    assert read_vector(Origin(path, layer="two"), "communities").frame["a"].tolist() == ["two"]


def test_a_zipped_geodatabase_is_read(tmp_path, shelf):
    gpd.GeoDataFrame({"a": ["x"]}, geometry=[box(0, 0, 1, 1)], crs=4326).to_file(
        tmp_path / "c.gdb", driver="OpenFileGDB", layer="units"
    )
    path = pack(tmp_path / "c.zip", {f"data/c.gdb/{p.name}": p for p in (tmp_path / "c.gdb").iterdir()})
    assert read_vector(Origin(path), "communities").frame["a"].tolist() == ["x"]
    assert list(shelf.iterdir()) == []


def test_a_zipped_csv_is_a_table(tmp_path, shelf):
    path = pack(tmp_path / "t.zip", {"residents.csv": b"code,n\n0011,5\n"})
    assert read_table(Origin(path), "residents").frame.to_dict("list") == {"code": ["0011"], "n": ["5"]}
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize("codec", ["gb18030", "utf-8"])
def test_names_that_old_programs_wrote_in_their_own_code_page_are_read(tmp_path, parts, codec):
    raw = "望京".encode(codec)
    stand_in = "A" * len(raw)
    path = pack(tmp_path / "old.zip", {f"{stem}{p.suffix}": p for p in parts for stem in (stand_in, "other")})
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    refused(path, "other.shp, 望京.shp", LayerError)
    assert len(read_vector(Origin(path, layer="望京"), "communities").frame) == 2


@pytest.mark.parametrize(
    "name",
    ["../units.shp", "a/../../units.shp", "/etc/units.shp", "C:/units.shp", "..\\units.shp", "\\\\server\\units.shp"],
)
def test_a_name_that_points_outside_is_refused(tmp_path, parts, shelf, name):
    path = pack(tmp_path / "out.zip", {p.name: p for p in parts} | {name: b"x"})
    refused(path, "points outside of it")
    assert list(shelf.iterdir()) == []


def test_a_link_is_refused(tmp_path, parts, shelf):
    path = pack(tmp_path / "link.zip", {p.name: p for p in parts if p.suffix != ".dbf"})
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("units.dbf")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    refused(path, "is a link")


def test_an_archive_in_an_archive_is_refused(tmp_path, parts):
    inner = pack(tmp_path / "inner.zip", {p.name: p for p in parts})
    refused(pack(tmp_path / "outer.zip", {"inner.zip": inner}), "is an archive itself")


def test_a_bomb_is_refused_by_what_it_declares(tmp_path, shelf):
    """Synthetic: 100 MB of nothing in 100 kB. The library is never asked to unpack any of it."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.shp", "w") as member:
        for _ in range(100):
            member.write(bytes(1_000_000))
    assert path.stat().st_size < 200_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "open", lambda *_args, **_kwargs: pytest.fail("something was unpacked"))
        refused(path, "times its size, as a trap does")
    assert list(shelf.iterdir()) == []


def test_an_archive_that_declares_too_much_is_refused(tmp_path, parts):
    path = pack(tmp_path / "units.zip", {p.name: p for p in parts})
    with zipfile.ZipFile(path) as archive:
        for limits, told in ((Limits(inflated_bytes=100), "unpacks to"), (Limits(members=2), "more than 2")):
            with pytest.raises(SourceError, match=told):
                zipped.members(archive, path.stat().st_size, limits, "communities")
        assert len(zipped.members(archive, path.stat().st_size, Limits(), "communities")) == len(parts)


def test_files_that_share_their_bytes_are_refused(tmp_path):
    """Synthetic: a second entry of the directory points at the bytes of the first, as bombs without layers do."""
    path = pack(tmp_path / "overlap.zip", {"a.shp": b"x" * 1000, "b.shp": b"y" * 1000})
    content = bytearray(path.read_bytes())
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(content)
    refused(path, "lie over each other")


def test_a_member_that_holds_more_than_it_declares_is_refused(tmp_path, parts, shelf):
    path = pack(tmp_path / "liar.zip", {p.name: p for p in parts})
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = -1
        while (start := content.find(mark, start + 1)) >= 0:
            content[start + place : start + place + 4] = struct.pack("<I", 50)
    path.write_bytes(content)
    refused(path, "broken or incomplete")
    assert list(shelf.iterdir()) == []


def test_a_password_is_told(tmp_path, parts):
    path = pack(tmp_path / "secret.zip", {p.name: p for p in parts})
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02")
    content[start + 8] |= 1
    path.write_bytes(content)
    refused(path, "has a password")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_a_truncated_archive_is_told(tmp_path, parts, shelf, share):
    path = pack(tmp_path / "cut.zip", {p.name: p for p in parts})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, "empty|broken or incomplete")
    assert list(shelf.iterdir()) == []


def test_a_damaged_member_is_told(tmp_path, parts, shelf):
    path = pack(tmp_path / "bad.zip", {p.name: p for p in parts})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("units.shp")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    content[at] ^= 0xFF
    path.write_bytes(content)
    refused(path, "broken or incomplete")
    assert list(shelf.iterdir()) == []


@pytest.mark.parametrize(
    ("entries", "expected"), [({}, "holds no file that is read"), ({"a.docx": b"x"}, "holds no file")]
)
def test_an_archive_without_a_layer_is_told(tmp_path, entries, expected):
    refused(pack(tmp_path / "none.zip", entries), expected, LayerError)


@pytest.mark.parametrize("missing", [".shx", ".dbf"])
def test_a_zipped_shapefile_without_its_companions_is_told(tmp_path, parts, shelf, missing):
    path = pack(tmp_path / "part.zip", {p.name: p for p in parts if p.suffix != missing})
    refused(path, f"its {missing} file is missing")
    assert list(shelf.iterdir()) == []
