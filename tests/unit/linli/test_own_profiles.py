"""A study's own profile: a file beside it, which may extend a packaged one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from analyses.profile_reader import local_profile, packaged_profile, parse_profile
from layers.study import profile_text
from layers.study_origin import own_profiles
from layers.study_table import Table
from linli.api import study_profiles
from spatial.errors import ProfileError
from tests.town import study

OWN = """
id = "our-city"
issuer = "City"
year = 2026
status = "official"
title.en = "Our city"
extends = "who-300"
"""
RULE = """
[[rule]]
id = "{id}"
kind = "reach"
title.en = "Nearer"
options = [{{ class = ["green"], min_area = "0.5 ha", within = "200 m", by = "euclidean" }}]
target = {{ min = "90 %", status = "official" }}
basis = {{ clause = "bylaw 7", confidence = "high", read = "standard" }}
"""


def test_an_heir_has_the_rules_of_the_other_and_says_whose_they_are() -> None:
    profile = local_profile(OWN, "local.toml")
    (rule,), (theirs,) = profile.rules, packaged_profile("who-300").rules
    assert (profile.id, profile.extends, rule.within_m, rule.target) == ("our-city", "who-300", 300, theirs.target)
    assert rule.basis.clause["en"] == f"WHO Europe: urban green space within 300 m: {theirs.basis.clause['en']}"


def test_a_rule_of_the_same_id_stands_in_its_place_and_others_follow() -> None:
    replaced = local_profile(OWN + RULE.format(id="green.300m_straight"), "local.toml").rules
    assert [(r.id, r.within_m, r.basis.clause["en"]) for r in replaced] == [("green.300m_straight", 200, "bylaw 7")]
    added = local_profile(OWN + RULE.format(id="green.200m"), "local.toml").rules
    assert [(r.id, r.within_m) for r in added] == [("green.300m_straight", 300), ("green.200m", 200)]


def test_rules_are_left_out_by_id() -> None:
    less = OWN + 'without = ["green.300m_straight"]\n'
    (rule,) = local_profile(less + RULE.format(id="green.200m"), "local.toml").rules
    assert rule.id == "green.200m"
    with pytest.raises(ProfileError, match="no rule is left"):
        local_profile(less, "local.toml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"who-300"', '"who-30"', "extends is 'who-30'; .*Did you mean 'who-300'"),
        ('extends = "who-300"', 'without = ["a"]\nrule = []', "write extends too"),
        ('"who-300"', '"who-300"\nwithout = ["green.300m"]', "without .of who-300. is 'green.300m'.*Did you mean 'green.300m_straight'"),
        ('"our-city"', '"who-300"', "would pass for those of the standard"),
        ('"our-city"', '"study"', "and not study"),
    ],
)
def test_what_an_heir_cannot_do(old: str, new: str, said: str) -> None:
    with pytest.raises(ProfileError, match=said):
        local_profile(OWN.replace(old, new), "local.toml")


def test_all_mistakes_are_told_at_once_with_their_lines() -> None:
    text = (OWN + RULE.format(id="a") + RULE.format(id="b")).replace("issuer", "isuer")
    text = text.replace('"200 m"', '"200 ms"', 1).replace("min_area", "min_aera", 1).replace('"high"', '"low"')
    with pytest.raises(ProfileError) as error:
        parse_profile(text, "local.toml")
    message = str(error.value)
    lines = text.splitlines()
    assert message.startswith("profile 'local.toml': 5 mistakes:")
    for line, said in (
        (3, "unknown key 'isuer'. Did you mean 'issuer'?"), (13, "unknown key 'min_aera'"), (13, "'200 ms' is not a quantity"),
        (15, "'low'"), (23, "'low'"),
    ):  # fmt: skip
        assert f"line {line}: " in message
        assert said in message
        assert any(part in lines[line - 1] for part in ("isuer", "min_aera", "low"))


def test_the_files_of_a_study_are_read_and_judged_by(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_text(OWN, encoding="utf-8")
    faults: list[str] = []
    files = own_profiles(Table("[study]", {}, faults, ()), ("sdg-11.7.1", "local.toml"), tmp_path)
    assert (files, faults) == ({"local.toml": tmp_path / "local.toml"}, [])
    town = dataclasses.replace(study(), profiles=("sdg-11.7.1", "local.toml"), profile_files=files)
    assert [profile.id for profile in study_profiles(town)] == ["sdg-11.7.1", "our-city"]
    with pytest.raises(ProfileError, match="two profiles have the id 'our-city'"):
        study_profiles(town, ("local.toml", "local.toml"))


def test_no_profile_is_looked_for_outside_of_the_study(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    folder.mkdir()
    (tmp_path / "other.toml").write_text(OWN, encoding="utf-8")
    for name, said in (("../other.toml", "leads out of the study's folder"), ("none.toml", "there is no such file")):
        faults: list[str] = []
        assert own_profiles(Table("[study]", {}, faults, ()), (name,), folder) == {}
        assert said in faults[0]


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "local.toml").write_bytes("id = '标准'".encode("gb18030"))
    with pytest.raises(ProfileError, match="is not UTF-8"):
        profile_text(tmp_path / "local.toml")
    with pytest.raises(ProfileError, match="cannot be read"):
        profile_text(tmp_path / "none.toml")


@pytest.mark.parametrize("name", ["elsewhere/our-city.toml", "our-city.toml", "..\\our-city.toml"])
def test_a_file_that_the_study_does_not_name_is_told_how_to_be_named(name: str) -> None:
    with pytest.raises(ProfileError, match=r"is a file that the study does not name.*add its name to profiles") as refused:
        study_profiles(study(), (name,))
    assert "Profiles that ship:" not in str(refused.value)
