"""What people do wrong: each is one clear line that says what to do, exit code 2, and nothing is touched.

The studies are the real one of Las Palmas with one thing broken.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

from linli.cli import main
from maps.runfile import FORMAT

ROOT = Path(__file__).resolve().parents[3]
ORIGINAL = ROOT / "data" / "las-palmas"


@pytest.fixture
def study(tmp_path) -> Path:
    """A copy of the study that a test may break."""
    return Path(shutil.copytree(ORIGINAL, tmp_path / "study")) / "study.toml"


def edited(study: Path, old: str, new: str) -> None:
    """Replace the first `old` in the study file."""
    text = study.read_text(encoding="utf-8")
    assert old in text
    study.write_text(text.replace(old, new, 1), encoding="utf-8")


def remove_residents(study: Path) -> None:
    (study.parent / "population/sections.parquet").unlink()


def forget_crs(study: Path) -> None:
    sections = gpd.read_parquet(study.parent / "boundaries/sections.parquet")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it has no CRS is the point
        sections.set_crs(None, allow_override=True).to_file(study.parent / "boundaries/sections.gpkg")
    edited(study, 'path = "boundaries/sections.parquet"', 'path = "boundaries/sections.gpkg"')


def cut_extract(study: Path) -> None:
    extract = study.parent / "osm/las-palmas.osm.pbf"
    extract.write_bytes(extract.read_bytes()[: extract.stat().st_size // 2])


def empty_extract(study: Path) -> None:
    (study.parent / "osm/las-palmas.osm.pbf").write_bytes(b"")


def change(old: str, new: str) -> Callable[[Path], None]:
    return lambda study: edited(study, old, new)


BROKEN = {
    "missing file": (remove_residents, ("population/sections.parquet",)),
    "missing CRS": (forget_crs, ("sections.gpkg", "crs")),
    "wrong column": (change('population = "poblacion"', 'population = "poblacio"'), ("poblacio", "poblacion_00a14")),
    "wrong id column": (change('id = "geocode"', 'id = "geocod"'), ("geocod", "geocode")),
    "unknown key": (change("licence =", "license ="), ("license", "licence")),
    "wrong type": (change("communities_buffer_m = 1600", 'communities_buffer_m = "far"'), ("communities_buffer_m",)),
    "not TOML": (change("[study]", "[study"), ("study.toml",)),
    "degrees": (change('crs = "EPSG:32628"', 'crs = "EPSG:4326"'), ("EPSG:4326", "EPSG:32628")),
    "truncated extract": (cut_extract, ("las-palmas.osm.pbf",)),
    "empty extract": (empty_extract, ("las-palmas.osm.pbf",)),
    "unknown profile": (change('"who-300"', '"who-30"'), ("who-30", "linli-start")),
}


@pytest.fixture
def previous(tmp_path) -> tuple[Path, dict[Path, bytes]]:
    """A folder with results of before, and its content."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "map.html").write_text("the map of before", encoding="utf-8")
    (out / "run.json").write_text(json.dumps({"format": FORMAT}), encoding="utf-8")
    return out, content(out)


def content(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def said_once(captured, *words: str) -> None:
    """One line on stderr with all the words, nothing on stdout."""
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert captured.err.startswith("linli: ")
    assert "Traceback" not in captured.err
    assert len(captured.err) < 700
    for word in words:
        assert word.casefold() in captured.err.casefold()


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_study_is_one_line_and_leaves_the_previous_output(study, previous, capsys, fault):
    break_it, words = BROKEN[fault]
    break_it(study)
    out, before = previous
    assert main(["run", str(study), "--out", str(out)]) == 2
    said_once(capsys.readouterr(), *words)
    assert content(out) == before
    assert sorted(path.name for path in out.parent.iterdir()) == ["out", "study"]


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_missing_study_is_one_line(tmp_path, capsys, command):
    assert main([command, str(tmp_path / "nowhere.toml")]) == 2
    said_once(capsys.readouterr(), "nowhere.toml")


def test_a_folder_instead_of_a_study_is_one_line(tmp_path, capsys):
    assert main(["check", str(tmp_path)]) == 2
    said_once(capsys.readouterr(), tmp_path.name)


def test_an_unknown_profile_is_named_with_those_that_are_known(study, previous, capsys):
    out, before = previous
    assert main(["run", str(study), "--out", str(out), "--profile", "who-30"]) == 2
    said_once(capsys.readouterr(), "who-30", "who-300", "linli-start", "sdg-11.7.1")
    assert content(out) == before


def test_the_same_in_a_process_of_its_own(study, tmp_path):
    edited(study, "communities_buffer_m", "communities_bufer_m")
    done = subprocess.run(
        [sys.executable, "-m", "linli", "run", str(study), "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == b""
    line = done.stderr.decode("utf-8")
    assert line.count("\n") == 1
    assert "communities_bufer_m" in line
    assert not (tmp_path / "out").exists()
