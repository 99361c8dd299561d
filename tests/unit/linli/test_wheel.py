"""The wheel: all that `pip install` and `linli demo` need, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import linli

ROOT = Path(__file__).resolve().parents[3]
ROOMS = ("spatial", "layers", "analyses", "maps", "linli")


@pytest.fixture(scope="module")
def packed(tmp_path_factory) -> set[str]:
    """Names of the files in a wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"linli-{linli.__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_file_of_the_rooms_is_packed(packed):
    here = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert here - packed == set()
    assert {"analyses/profiles/who-300.toml", "layers/rules/walk.toml", "maps/vendor/leaflet/leaflet.js"} <= packed


@pytest.mark.parametrize("place", ["las-palmas", "andorra"])
def test_the_demo_places_are_packed_with_every_file_that_their_study_names(packed, place):
    study = tomllib.loads((ROOT / "data" / place / "study.toml").read_text(encoding="utf-8"))

    def paths(entry: object) -> set[str]:
        if isinstance(entry, dict):
            return {entry["path"]} if "path" in entry else set().union(*map(paths, entry.values()))
        return set().union(*map(paths, entry)) if isinstance(entry, list) else set()

    named = paths(study) | {"study.toml", "README.md"}
    assert len(named) > 3
    assert {f"linli/_demo/{place}/{name}" for name in named} <= packed


def test_nothing_else_is_packed(packed):
    tops = {name.split("/")[0] for name in packed}
    assert tops == {*ROOMS, f"linli-{linli.__version__}.dist-info"}
    assert not [
        name for name in packed if name.startswith(("tests", "benchmarks", "docs")) or name.endswith((".pyc", ".lock"))
    ]
