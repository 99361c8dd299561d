"""A verdict is traced to the very text of its profile."""

from __future__ import annotations

import dataclasses
import json
from hashlib import sha256
from importlib.resources import files

import pytest

from analyses.assess import assess
from analyses.profile_inputs import profile_inputs
from analyses.profile_reader import known_profiles, local_profile, packaged_profile
from maps.runfile import run_json
from maps.tables import published_tables
from tests.town import town

OWN = """
id = "mine"
issuer = "me"
year = 2026
status = "convention"
title.en = "Mine"
extends = "who-300"
"""


@pytest.mark.parametrize("name", known_profiles())
def test_the_hash_is_that_of_the_file_that_ships(name: str) -> None:
    content = (files("analyses") / "profiles" / f"{name}.toml").read_bytes()
    (text,) = packaged_profile(name).texts
    assert (text.sha256, text.bytes, text.file, text.ships) == (sha256(content).hexdigest(), len(content), f"{name}.toml", True)


def test_an_heir_names_its_own_text_and_the_one_that_it_inherits_from() -> None:
    own, base = local_profile(OWN, "mine.toml").texts
    assert (own.file, own.ships, own.sha256) == ("mine.toml", False, sha256(OWN.encode()).hexdigest())
    assert base == packaged_profile("who-300").texts[0]
    changed = local_profile(OWN + "# a remark\n", "mine.toml").texts[0]
    assert changed.sha256 != own.sha256


def test_every_text_is_an_input_once() -> None:
    profiles = (local_profile(OWN, "mine.toml"), packaged_profile("who-300"))
    told = [(p.role, p.file, p.source, p.date, dict(p.counts)) for p in profile_inputs(profiles)]
    assert told == [
        ("profile.mine", "mine.toml", "file", "2026", {"rules": len(profiles[0].rules)}),
        ("profile.mine", "who-300.toml", "package", "2026", {}),
    ]


def test_it_stands_in_the_published_tables_and_the_record_of_the_run() -> None:
    layers = town()
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, profiles=("who-300",)))
    profile = packaged_profile("who-300")
    results = assess(layers, [profile])
    tables = {table.declared.name: table.frame for table in published_tables(results)}
    assert set(tables["rules"]["profile_sha256"]) == {profile.texts[0].sha256}
    assert tables["rules"]["year"].iloc[0] == str(profile.year)
    assert "profile.who-300" in set(tables["provenance"]["role"])
    record = json.loads(run_json(results))
    assert record["profiles"][0]["texts"][0]["sha256"] == profile.texts[0].sha256
    assert ("profile.who-300", profile.texts[0].sha256) in {(entry["role"], entry["sha256"]) for entry in record["inputs"]}
