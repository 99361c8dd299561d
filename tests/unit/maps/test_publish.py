"""Publishing: all or nothing, nothing of the user's lost, and errors that say what to do."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pyogrio
import pytest

from maps import publish as module
from maps.publish import STEPS, check_target, publish, publish_internal
from maps.runfile import run_json
from spatial.errors import OutputError


@pytest.fixture
def page(monkeypatch):
    """A page of one line: drawing is tested elsewhere, and takes longer than everything here."""
    monkeypatch.setattr(module, "draw", lambda results: results)
    monkeypatch.setattr(module, "to_html", lambda drawn: f"<html>{drawn.study.id}</html>")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out" / "town"


def _content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_three_files_and_nothing_else(synthetic_results, out):
    steps = []
    published = publish(synthetic_results, out, steps.append)
    assert sorted(path.name for path in out.iterdir()) == ["gaps.gpkg", "map.html", "run.json"]
    assert [path.name for path in out.parent.iterdir()] == ["town"]
    assert tuple(steps) == STEPS
    assert published.map_html.read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")
    assert published.gaps_gpkg == out.resolve() / "gaps.gpkg"


def test_a_former_output_is_replaced_and_the_users_files_stay(synthetic_results, out, page):
    publish(synthetic_results, out)
    (out / "mine.qgz").write_text("a QGIS project")
    (out / "notes").mkdir()
    (out / "notes" / "a.txt").write_text("a note")
    (out / "gaps.gpkg-wal").write_text("of the old file: would spoil the new one")
    publish_internal(synthetic_results, out)
    publish(synthetic_results, out)
    assert sorted(path.name for path in out.iterdir()) == ["gaps.gpkg", "map.html", "mine.qgz", "notes", "run.json"]
    assert (out / "notes" / "a.txt").read_text() == "a note"
    assert [path.name for path in out.parent.iterdir()] == ["town"]


@pytest.mark.parametrize("step", ["write_gaps", "to_html", "run_json"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("a fault of ours")])
def test_an_interrupted_run_leaves_the_previous_output(synthetic_results, out, page, monkeypatch, step, error):
    publish(synthetic_results, out)
    before = _content(out)

    def fail(*_):
        raise error

    monkeypatch.setattr(module, step, fail)
    with pytest.raises(type(error)):
        publish(synthetic_results, out)
    assert _content(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["town"]


def test_if_the_last_move_fails_the_previous_output_is_put_back(synthetic_results, out, page, monkeypatch):
    publish(synthetic_results, out)
    (out / "mine.txt").write_text("mine")
    before = _content(out)
    rename = Path.rename

    def locked(self, target):
        if ".writing-" in self.name:
            raise PermissionError(errno.EACCES, "in use", str(self))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", locked)
    with pytest.raises(OutputError, match=r"open in another program.*previous output is untouched"):
        publish(synthetic_results, out)
    assert _content(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["town"]


def test_a_run_killed_between_the_last_two_moves_is_mended_by_the_next(synthetic_results, out, page):
    publish(synthetic_results, out)
    (out / "mine.txt").write_text("mine")
    out.rename(out.parent / ".town.previous")
    publish(synthetic_results, out)
    assert (out / "mine.txt").read_text() == "mine"
    assert [path.name for path in out.parent.iterdir()] == ["town"]


@pytest.mark.parametrize(
    ("name", "text"),
    [("photo.jpg", "holiday"), ("run.json", '{"scripts": {"start": "node"}}'), ("run.json", "{broken")],
)
def test_a_folder_that_is_not_ours_is_refused(synthetic_results, out, page, name, text):
    out.mkdir(parents=True)
    (out / name).write_text(text)
    with pytest.raises(OutputError, match=f"not empty .{name}.*--out"):
        publish(synthetic_results, out)
    assert (out / name).read_text() == text


def test_a_file_in_the_place_of_the_folder_is_refused(synthetic_results, out, page):
    out.parent.mkdir()
    out.write_text("a file")
    with pytest.raises(OutputError, match="is a file"):
        publish(synthetic_results, out)
    assert out.read_text() == "a file"


def test_the_root_of_the_disk_is_refused(synthetic_results, page):
    with pytest.raises(OutputError, match="root of a disk"):
        publish(synthetic_results, Path(Path.cwd().anchor))


def test_an_empty_folder_is_used(synthetic_results, out, page):
    out.mkdir(parents=True)
    publish(synthetic_results, out)
    assert (out / "map.html").exists()


def test_a_file_in_the_way_of_the_parents_is_told(synthetic_results, tmp_path, page):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file, so no folder can be made in it"):
        publish(synthetic_results, tmp_path / "file" / "out")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (PermissionError(errno.EACCES, "denied"), "permission denied"),
        (OSError(errno.ENOSPC, "no space left"), "disk is full"),
        (
            pyogrio.errors.DataSourceError("sqlite3_exec failed:\n disk I/O error"),
            "sqlite3_exec failed: disk I/O error",
        ),
    ],
)
def test_what_the_system_says_becomes_one_line_with_advice(synthetic_results, out, page, monkeypatch, error, advice):
    def fail(*_):
        raise error

    monkeypatch.setattr(module, "write_gaps", fail)
    with pytest.raises(OutputError, match=advice) as caught:
        publish(synthetic_results, out)
    assert "\n" not in str(caught.value)
    assert "--out" in str(caught.value)
    assert not out.exists()


def test_internal_tables_are_added_to_the_output_of_the_same_assessment_only(synthetic_results, out, page):
    with pytest.raises(OutputError, match="does not hold the output of this assessment"):
        publish_internal(synthetic_results, out)
    publish(synthetic_results, out)
    before = _content(out)
    assert publish_internal(synthetic_results, out).name == "internal.gpkg"
    assert sorted(path.name for path in out.iterdir()) == ["gaps.gpkg", "internal.gpkg", "map.html", "run.json"]
    assert {name: content for name, content in _content(out).items() if name != "internal.gpkg"} == before
    (out / "run.json").write_text("{}")
    with pytest.raises(OutputError):
        publish_internal(synthetic_results, out)


def test_the_record_is_the_same_every_time_and_holds_no_place_of_this_machine(synthetic_results):
    text = run_json(synthetic_results)
    assert text == run_json(synthetic_results)
    assert "/synthetic" not in text
    assert str(Path.home()) not in text


def test_the_record_says_what_was_run(synthetic_results):
    record = json.loads(run_json(synthetic_results))
    assert record["study"]["crs"] == "EPSG:32628"
    assert record["units"] == {
        "community": {"met": 1, "not_assessed": 1, "short": 1},
        "city": {"not_assessed": 1},
        "district": {"short": 1},
    }
    assert record["parameters"]["snap_limit_m"] == 100.0
    assert record["inputs"][1]["counts"] == {"rows_read": 3, "rows_kept": 2}
    assert record["profiles"][0]["rules"][0]["requirement"]["zh"].startswith("每个社区步行 500 米内")
    assert [row["rule_id"] for row in record["city"]] == ["green.500m", "green.per_person", "people.400m"]
    assert record["city"][2]["target"] is None
    assert record["caveats"][0]["text"]["en"].startswith("Communities: 1 feature")
    assert {"python", "shapely", "geos", "gdal (pyogrio)"} <= set(record["versions"])


@pytest.mark.parametrize("locked", ["parent", "target"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_work(tmp_path, monkeypatch, locked):
    target = tmp_path / "out"
    target.mkdir()
    refused = {"parent": tmp_path, "target": target}[locked]
    # Whoever runs the tests may be root, whom no permission stops.
    monkeypatch.setattr(os, "access", lambda folder, mode: Path(folder) != refused)
    with pytest.raises(OutputError, match=f"{refused} cannot be written to"):
        check_target(target)


def test_a_folder_to_be_made_below_others_asks_the_nearest_there_is(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(os, "access", lambda folder, mode: asked.append(Path(folder)) or True)
    check_target(tmp_path / "a" / "b" / "c")
    assert asked == [tmp_path]
