"""Remembered hashes: right after any change, and no reading without one."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

import layers.known_files
from layers.known_files import KnownFiles, _signature
from spatial.errors import SourceError

LATER_S = 1e12


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("one")
    return path


def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers.known_files, "fingerprint", lambda path: pytest.fail(f"{path} is read"))


def test_a_file_that_did_not_change_is_read_once(tmp_path, raw, monkeypatch):
    KnownFiles(tmp_path / "c", lambda: LATER_S).see([raw])
    no_reading(monkeypatch)
    assert KnownFiles(tmp_path / "c").see([raw]).hashes == (sha256("one"),)


def test_a_change_of_the_same_length_shows(tmp_path, raw):
    known = KnownFiles(tmp_path / "c", lambda: LATER_S)
    before = raw.stat()
    assert known.see([raw]).hashes == (sha256("one"),)
    raw.write_text("two")
    os.utime(raw, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert known.see([raw]).hashes == (sha256("two"),)


def test_what_was_changed_a_moment_ago_is_not_remembered(tmp_path, raw):
    just_now_s = raw.stat().st_ctime + 1.0
    KnownFiles(tmp_path / "c", lambda: just_now_s).see([raw])
    assert not list((tmp_path / "c").glob("*.json"))


def test_companions_of_a_shapefile_belong_to_it(tmp_path):
    for name in ("a.shp", "a.dbf"):
        (tmp_path / name).write_text(name)
    known = KnownFiles(tmp_path / "c", lambda: LATER_S)
    first = known.see([tmp_path / "a.shp"]).hashes
    (tmp_path / "a.dbf").write_text("other")
    assert known.see([tmp_path / "a.shp"]).hashes != first


@pytest.mark.parametrize("damage", ["", "[]", "null", '{"/a": 3}', '{"/a": ["x"]}', "\x00\xff"])
def test_a_damaged_memory_is_no_memory(tmp_path, raw, damage):
    (tmp_path / "known-files.json").write_text(damage, encoding="latin-1")
    assert KnownFiles(tmp_path, lambda: LATER_S).see([raw]).hashes == (sha256("one"),)


def test_a_missing_file_says_so_and_others_are_not_mixed_up(tmp_path, raw):
    (tmp_path / "b.csv").write_text("b")
    known = KnownFiles(tmp_path / "c", lambda: LATER_S)
    assert known.see([tmp_path / "b.csv", raw]).hashes == (sha256("b"), sha256("one"))
    assert known.see([raw, tmp_path / "b.csv"]).hashes == (sha256("one"), sha256("b"))
    with pytest.raises(SourceError, match=r"gone\.csv: cannot be read"):
        known.see([tmp_path / "gone.csv"])


def test_a_folder_that_cannot_be_written_to_only_costs_time(tmp_path, raw):
    (tmp_path / "file").write_text("")
    assert KnownFiles(tmp_path / "file" / "c", lambda: LATER_S).see([raw]).hashes == (sha256("one"),)


def test_a_file_that_changes_after_it_was_seen_is_told(tmp_path, raw):
    (tmp_path / "b.csv").write_text("b")
    seen = KnownFiles(tmp_path / "c").see([raw, tmp_path / "b.csv"])
    assert seen.unchanged()
    (tmp_path / "b.csv").write_text("other")
    assert not seen.unchanged()
    assert KnownFiles(tmp_path / "c").see([]).unchanged()


@pytest.mark.parametrize("field", ["st_size", "st_mtime_ns", "st_ctime_ns", "st_ino"])
def test_each_sign_of_a_change_counts(raw, monkeypatch, field):
    before = _signature(raw)
    real = Path.stat

    def other(path, **how):
        found = real(path, **how)
        values = {
            name: getattr(found, name)
            for name in ("st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_dev", "st_mode")
        }
        return SimpleNamespace(**values | {field: values[field] + 1})

    monkeypatch.setattr(Path, "stat", other)
    assert _signature(raw) != before
