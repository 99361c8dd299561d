"""Layers kept whole: what comes back is what was loaded, and only for the same study and the same files."""

from __future__ import annotations

import shutil
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import layers.known_files
import layers.load
from layers.cache import Cache
from layers.load import load
from layers.origins import DatabaseOrigin, Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.stored import files, made_from, stored_layers
from layers.types import AreasRole, LandRole, Layers, SpaceRules, Study
from spatial.terrain import Grid

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="module")
def andorra() -> Layers:
    return load(Study.read(DATA / "andorra" / "study.toml"))


def assert_same(a: object, b: object, name: str = "") -> None:
    """Two values of any kind that layers hold, to the last bit."""
    assert type(a) is type(b), name
    if isinstance(a, pd.DataFrame):
        assert_frame_equal(a, b, obj=name)
        assert getattr(a, "crs", None) == getattr(b, "crs", None)
    elif isinstance(a, np.ndarray):
        assert a.dtype == b.dtype, name
        assert a.tolist() == b.tolist() if a.dtype == object else np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), (
            name
        )
    elif isinstance(a, dict) and any(isinstance(v, pd.DataFrame | Grid) for v in a.values()):
        assert list(a) == list(b)
        for key, value in a.items():
            assert_same(value, b[key], f"{name}[{key}]")
    elif is_dataclass(a) and not isinstance(a, Study):
        for field in fields(a):
            assert_same(getattr(a, field.name), getattr(b, field.name), f"{name}.{field.name}")
    else:
        assert a == b, name


@pytest.mark.parametrize("place", ["andorra", "las-palmas"])
def test_a_second_run_gives_the_same_layers_and_reads_no_file(tmp_path, monkeypatch, place):
    study = Study.read(DATA / place / "study.toml")
    first = load(study, cache=Cache(tmp_path))
    monkeypatch.setattr(layers.load, "_load", lambda *_: pytest.fail("it is loaded again"))
    monkeypatch.setattr(layers.known_files, "fingerprint", lambda path: pytest.fail(f"{path} is read again"))
    assert_same(load(study, cache=Cache(tmp_path)), first)


def test_titles_and_profiles_do_not_make_other_layers_but_roles_do(andorra):
    study = andorra.study
    hashes = ["a", "b"]
    same = made_from(study, hashes)
    assert made_from(replace(study, title={"en": "x"}, profiles=("y",), languages=("zh",)), hashes) == same
    assert made_from(replace(study, hazards=()), hashes) != same
    assert made_from(study, ["a", "c"]) != same


def test_every_file_of_a_study_is_watched(tmp_path, andorra):
    names = {path.name for path in files(Study.read(DATA / "las-palmas" / "study.toml"))}
    there = {path.name for path in (DATA / "las-palmas").rglob("*") if path.is_file()}
    told = (DATA / "las-palmas" / "study.toml").read_text(encoding="utf-8")
    assert names == {name for name in there if f'/{name}"' in told}


def test_a_changed_file_is_read_anew(tmp_path, andorra):
    shutil.copytree(DATA / "andorra", tmp_path / "study")
    study, cache = Study.read(tmp_path / "study" / "study.toml"), Cache(tmp_path / "cache")
    made = []

    def make() -> Layers:
        made.append(1)
        return andorra

    stored_layers(study, cache, make)
    stored_layers(study, cache, make)
    assert len(made) == 1
    with (tmp_path / "study" / "elevation" / "N42E001.hgt").open("ab") as file:
        file.write(b"\0")
    stored_layers(study, cache, make)
    assert len(made) == 2


def full_study() -> Study:
    """A study in which every place where a file may be named has one of its own; nothing is read."""
    base = Study.read(DATA / "las-palmas" / "study.toml")
    inventory = replace(base.inventories[0], coverage=Origin(Path("/inventory-coverage")))
    return replace(
        base,
        osm=replace(base.osm, coverage_path=Path("/coverage")),
        communities=replace(base.communities, origin=replace(base.communities.origin, more=(Path("/more"),))),
        elevation=Origin(Path("/elevation")),
        inventories=(inventory,),
        areas=(AreasRole("renewal", Origin(Path("/areas"))),),
        residential_land=LandRole(Origin(Path("/land"))),
    )


def test_no_file_that_a_study_may_name_is_forgotten():
    study = full_study()
    named = {str(path) for path in files(study)}
    assert {"/coverage", "/more", "/elevation", "/inventory-coverage", "/areas", "/land"} <= named
    assert {
        str(role.origin.path) for role in (*study.parents, *study.hazards, study.residents, *study.inventories, *study.indicators)
    } <= named


@pytest.mark.parametrize(
    "name", [field.name for field in fields(Study) if field.name not in {"title", "profiles", "profile_files", "languages", "sha256"}]
)
def test_whatever_the_study_says_of_its_layers_names_the_entry(name):
    """Blanked one by one: no part of a study may be left out of the name of what is kept for it."""
    study, other = full_study(), Study.read(DATA / "andorra" / "study.toml")
    changed = {
        "space_rules": SpaceRules(without=("park",)), "inventories": (), "residents": None,
        "refuges": (RefugeRole("city", Origin(Path("/refuges")), "short", "built"),),
        "refuge_rules": RefugeRules(candidates=True),
    }.get(name, getattr(other, name))  # fmt: skip
    assert made_from(replace(study, **{name: changed}), ["a"]) != made_from(study, ["a"])


def test_a_copied_folder_is_the_same_city(tmp_path):
    keys = []
    for name in ("here", "there"):
        shutil.copytree(DATA / "andorra", tmp_path / name)
        keys.append(made_from(Study.read(tmp_path / name / "study.toml"), ["a"]))
    assert keys[0] == keys[1]


@pytest.mark.parametrize("ending", [".pull.json", ".md5", "-wal", "-journal"])
def test_what_comes_to_lie_beside_a_file_makes_another_entry(tmp_path, andorra, ending):
    shutil.copytree(DATA / "andorra", tmp_path / "study")
    study, made = Study.read(tmp_path / "study" / "study.toml"), []
    for _ in range(2):
        stored_layers(study, Cache(tmp_path / "cache"), lambda: made.append(1) or andorra)
        extract = study.osm.origin.path
        extract.with_name(extract.name + ending).write_text("x")
    assert len(made) == 2


def test_a_file_that_changes_while_it_is_read_is_not_kept(tmp_path, andorra):
    shutil.copytree(DATA / "andorra", tmp_path / "study")
    study, made = Study.read(tmp_path / "study" / "study.toml"), []
    tile = tmp_path / "study" / "elevation" / "N42E001.hgt"
    content = tile.read_bytes()

    def while_somebody_copies() -> Layers:
        made.append(1)
        tile.write_bytes(content[:-1] + b"?")
        return andorra

    stored_layers(study, Cache(tmp_path / "cache"), while_somebody_copies)
    tile.write_bytes(content)
    stored_layers(study, Cache(tmp_path / "cache"), lambda: made.append(1) or andorra)
    assert len(made) == 2


def test_what_a_database_holds_is_asked_each_time(tmp_path, andorra):
    study = replace(andorra.study, communities=replace(andorra.study.communities, origin=DatabaseOrigin("a.b")))
    made = []
    for _ in range(2):
        stored_layers(study, Cache(tmp_path), lambda: made.append(1) or andorra)
    assert len(made) == 2
    assert not list(tmp_path.glob("*.npz"))
