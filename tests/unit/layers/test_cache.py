"""The cache: what comes out of it is what went in, and nothing that lies in its folder can do harm."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS

import layers.cache
from layers.cache import Cache, _sources, code_version, user_cache
from layers.cache_codec import encoded
from layers.extract import OsmExtract
from layers.origins import Origin
from layers.sources.osm import read_osm
from layers.versions import versions
from spatial.build import build_network
from spatial.network import WalkAreas, WalkNetwork, WalkWays

ANDORRA = Path(__file__).parents[3] / "data" / "andorra" / "osm" / "andorra.osm.pbf"
UTM_31 = CRS.from_epsg(32631)


@pytest.fixture(scope="module")
def andorra() -> OsmExtract:
    return read_osm(Origin(ANDORRA), UTM_31)


def drawn(x: float) -> WalkAreas:
    """One triangle, as small as an entry can be."""
    xy = np.array([[x, 0.0], [x + 1, 0.0], [x, 1.0], [x, 0.0]])
    return WalkAreas(
        np.array(["way/1"], dtype=object), np.array([shapely.Polygon(xy)], dtype=object), np.array([0, 4]),
        np.array([1, 2, 3, 1]), xy, np.array([True, False, False, False]),
    )  # fmt: skip


class Maker:
    """Counts how often something had to be made."""

    def __init__(self, x: float = 0.0) -> None:
        self.made, self.x = 0, x

    def __call__(self) -> WalkAreas:
        self.made += 1
        return drawn(self.x)


def assert_same(a: object, b: object, fields: tuple[str, ...]) -> None:
    for name in fields:
        left, right = getattr(a, name), getattr(b, name)
        assert left.dtype == right.dtype, name
        assert left.tolist() == right.tolist() if left.dtype == object else np.array_equal(left, right), name


def test_an_extract_comes_back_as_it_was(tmp_path, andorra) -> None:
    cache = Cache(tmp_path)
    cache.get(OsmExtract, ["a"], lambda: andorra)
    again = cache.get(OsmExtract, ["a"], lambda: pytest.fail("it is there"))
    for name in ("areas", "lines", "points"):
        assert_geodataframe_equal(getattr(again, name), getattr(andorra, name))
        assert again.areas.index.name == "osm_id"
    assert (again.date, again.counts, again.ways.crs) == (andorra.date, andorra.counts, UTM_31)
    assert_same(again.ways, andorra.ways, tuple(f for f in WalkWays.__dataclass_fields__ if f not in {"crs", "traits"}))
    assert_same(again.squares, andorra.squares, tuple(WalkAreas.__dataclass_fields__))
    for name in ("flags", "incline_share", "width_m"):
        assert np.array_equal(getattr(again.ways.traits, name), getattr(andorra.ways.traits, name), equal_nan=True)


def test_a_network_comes_back_as_it_was(tmp_path, andorra) -> None:
    network = build_network(andorra.ways, andorra.squares, shapely.box(-1e7, -1e7, 1e7, 1e7))
    Cache(tmp_path).get(WalkNetwork, ["a"], lambda: network)
    again = Cache(tmp_path).get(WalkNetwork, ["a"], lambda: pytest.fail("it is there"))
    names = [name for name, value in vars(network).items() if isinstance(value, np.ndarray)]
    assert len(names) > 10
    assert_same(again, network, tuple(names))


def test_what_an_entry_was_made_from_names_it(tmp_path, monkeypatch) -> None:
    cache, maker = Cache(tmp_path), Maker()
    cache.get(WalkAreas, ["file", "EPSG:32631"], maker)
    cache.get(WalkAreas, ["file", "EPSG:32631"], maker)
    assert maker.made == 1
    cache.get(WalkAreas, ["file", "EPSG:32628"], maker)
    assert maker.made == 2
    monkeypatch.setattr(layers.cache, "code_version", lambda: "another")
    cache.get(WalkAreas, ["file", "EPSG:32631"], maker)
    assert maker.made == 3


def test_code_and_rules_and_libraries_are_part_of_the_version(monkeypatch) -> None:
    names = {name for name, _ in _sources(Path(layers.cache.__file__).parent, "layers")}
    assert {"layers/sources/osm.py", "layers/rules/walk.toml", "layers/cache.py"} <= names
    before = code_version.__wrapped__()
    assert before == code_version()
    monkeypatch.setattr(layers.cache, "versions", lambda: versions() | {"gdal (pyogrio)": "0"})
    assert code_version.__wrapped__() != before
    monkeypatch.undo()
    rooms = []
    real = _sources
    monkeypatch.setattr(layers.cache, "_sources", lambda folder, name: rooms.append(name) or real(folder, name))
    assert code_version.__wrapped__() == before
    assert {"layers", "layers/sources", "layers/rules", "spatial"} <= set(rooms)
    monkeypatch.setattr(layers.cache, "_sources", lambda folder, name: [*real(folder, name), ("new.py", b"")])
    assert code_version.__wrapped__() != before


def test_what_changed_while_it_was_made_is_not_kept(tmp_path) -> None:
    cache, maker = Cache(tmp_path), Maker()
    cache.get(WalkAreas, ["a"], maker, lambda: False)
    cache.get(WalkAreas, ["a"], maker, lambda: True)
    assert maker.made == 2
    cache.get(WalkAreas, ["a"], maker, lambda: False)
    assert maker.made == 2


def test_every_library_that_reads_a_file_is_among_the_versions() -> None:
    """GDAL comes with two of them, and each may have another one."""
    asked = {"pyogrio", "gdal (pyogrio)", "rasterio", "gdal (rasterio)", "pyarrow", "openpyxl", "osmium", "pandas", "geopandas"}
    assert asked <= set(versions())
    assert "not installed" not in {versions()[name] for name in asked}


@pytest.mark.parametrize("harm", ["empty", "half", "text", "bit", "foreign", "another"])
def test_an_entry_that_is_not_what_it_says_is_made_anew(tmp_path, harm) -> None:
    cache, maker = Cache(tmp_path), Maker()
    cache.get(WalkAreas, ["a"], maker)
    (path,) = tmp_path.iterdir()
    content = path.read_bytes()
    if harm == "another":  # whole, but made from something else
        cache.get(WalkAreas, ["b"], Maker(7.0))
        (other,) = set(tmp_path.iterdir()) - {path}
        other.replace(path)
    elif harm == "foreign":  # an archive of arrays of somebody else's
        np.savez(path, unlike=np.arange(3))
    else:
        flipped = bytearray(content)
        flipped[content.index(shapely.to_wkb(drawn(0.0).polygon[0])) + 30] ^= 1
        path.write_bytes({"empty": b"", "half": content[: len(content) // 2], "text": b"hello", "bit": flipped}[harm])
    assert cache.get(WalkAreas, ["a"], maker).xy.tolist() == drawn(0.0).xy.tolist()
    assert maker.made == 2
    cache.get(WalkAreas, ["a"], maker)
    assert maker.made == 2


def test_nothing_that_is_read_back_can_run(tmp_path) -> None:
    cache, maker = Cache(tmp_path), Maker()
    cache.get(WalkAreas, ["a"], maker)
    (path,) = tmp_path.iterdir()
    arrays = encoded(drawn(0.0)) | {"key": np.array([Harmful()], dtype=object)}
    np.savez(path, **arrays)
    cache.get(WalkAreas, ["a"], maker)
    assert maker.made == 2
    assert not Harmful.ran


class Harmful:
    """Synthetic: what pickle would run."""

    ran = False

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return setattr, (Harmful, "ran", True)


def test_many_at_once_get_the_same(tmp_path) -> None:
    cache = Cache(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: cache.get(WalkAreas, [str(i % 2)], Maker(float(i % 2))), range(40)))
    assert [areas.xy[0, 0] for areas in found] == [float(i % 2) for i in range(40)]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".npz", ".npz"]


def test_the_oldest_make_room(tmp_path) -> None:
    cache = Cache(tmp_path)
    cache.get(WalkAreas, ["0"], Maker())
    (first,) = tmp_path.iterdir()
    cache = Cache(tmp_path, limit_bytes=3 * first.stat().st_size)
    for number in (1, 2):
        cache.get(WalkAreas, [str(number)], Maker())
    for age, path in enumerate(sorted(tmp_path.iterdir(), key=lambda path: path != first)):
        os.utime(path, (1000 + age, 1000 + age))
    cache.get(WalkAreas, ["0"], lambda: pytest.fail("it is there"))  # read now, so no longer the oldest
    cache.get(WalkAreas, ["3"], Maker())
    assert first.exists()
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_made_only_costs_time(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    maker = Maker()
    for _ in range(2):
        assert len(Cache(tmp_path / "file" / "cache").get(WalkAreas, ["a"], maker).polygon) == 1
    assert maker.made == 2


def test_what_fails_to_be_made_is_not_kept(tmp_path) -> None:
    def broken() -> WalkAreas:
        raise ValueError("no such file")

    with pytest.raises(ValueError, match="no such file"):
        Cache(tmp_path).get(WalkAreas, ["a"], broken)
    assert list(tmp_path.iterdir()) == []


def test_a_type_that_cannot_be_written_is_a_fault_of_ours() -> None:
    with pytest.raises(TypeError, match="tree"):
        encoded(shapely.STRtree([]), "tree")


@pytest.mark.parametrize(
    ("platform", "variables", "below"),
    [
        ("linux", {}, ".cache/linli"),
        ("linux", {"XDG_CACHE_HOME": "xdg"}, "xdg/linli"),
        ("darwin", {}, "Library/Caches/linli"),
        ("win32", {}, "AppData/Local/linli/Cache"),
        ("win32", {"LOCALAPPDATA": "local"}, "local/linli/Cache"),
        ("win32", {"LINLI_CACHE": "mine"}, "mine"),
    ],
)
def test_where_the_users_cache_is(monkeypatch, tmp_path, platform, variables, below) -> None:
    for name in ("LINLI_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, str(tmp_path / value))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(sys, "platform", platform)
    assert user_cache().folder == tmp_path / below


def test_what_is_not_ours_in_the_folder_stays(tmp_path) -> None:
    """The user named a folder with files of their own as the cache."""
    thesis = tmp_path / "my_thesis.npz"
    thesis.write_bytes(b"years of work")
    small = Cache(tmp_path, limit_bytes=1)
    for number in range(3):
        small.get(WalkAreas, [str(number)], lambda x=float(number): drawn(x))
    assert thesis.read_bytes() == b"years of work"
    assert len(list(tmp_path.glob("walkareas-*.npz"))) == 1


def test_any_byte_that_was_changed_gives_the_right_value_or_a_new_one(tmp_path) -> None:
    cache = Cache(tmp_path)
    right = cache.get(WalkAreas, ["a"], lambda: drawn(1.0))
    (entry,) = tmp_path.glob("*.npz")
    content = entry.read_bytes()
    for at in range(0, len(content), 7):
        entry.write_bytes(content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :])
        assert_same(cache.get(WalkAreas, ["a"], lambda: drawn(1.0)), right, ("area_id", "xy", "node_id"))
