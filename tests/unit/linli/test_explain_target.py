"""Whom and what `linli explain` is asked about: ids, names as people write them, and one line where it is not clear."""

from __future__ import annotations

import dataclasses

import pytest
from shapely import box

from analyses.profile import Basis, Profile, Rule, Supply
from layers.types import Layers
from linli.explain_target import Asked, find_rules, find_unit, profiles_for_rule
from spatial.errors import AnalysisError, ProfileError
from tests.town import town, units


def named(**names: str) -> Layers:
    """The town's communities under other names, and one more."""
    layers = town()
    communities = units({key: box(i, 0, i + 1, 1) for i, key in enumerate(names)})
    return dataclasses.replace(layers, communities=communities.assign(name=list(names.values())))


CITY = named(a1="Vegueta - Las Palmas", a2="La Isleta - Las Palmas", a3="San José - Las Palmas", a4="San José - Las Palmas")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a1", ("community", "a1")), ("Vegueta - Las Palmas", ("community", "a1")), ("vegueta", ("community", "a1")),
        ("LA  ISLETA", ("community", "a2")), ("district/All", ("district", "All")), ("district/all", ("district", "All")),
        ("city", ("city", "town")), ("city/town", ("city", "town")),
    ],
)  # fmt: skip
def test_a_unit_is_found_by_id_and_by_name(text: str, found: tuple[str, str]) -> None:
    assert find_unit(CITY, text) == found


def test_an_id_with_a_slash_is_an_id() -> None:
    layers = town()
    layers = dataclasses.replace(layers, communities=units({"district/9": box(0, 0, 1, 1), "b": box(1, 0, 2, 1)}))
    assert find_unit(layers, "district/9") == ("community", "district/9")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("san jose", "2 units of level community are called 'san jose': 'a3', 'a4'; say by its id which is meant"),
        ("Veguetta", "no unit of level community with the id or name 'Veguetta', so none can be explained; did you mean 'a1' ('Vegueta')?"),
        ("isleta", "did you mean 'a2' ('La Isleta')?"),
        ("xyz", "ids look like 'a1', 'a2', 'a3', ..."),
        ("district/Nowhere", "no unit of level district with the id or name 'Nowhere'"),
        ("\x1b[2J", "'\\x1b[2J'"),
    ],
)
def test_a_unit_that_is_not_clear_is_one_line(text: str, said: str) -> None:
    with pytest.raises(AnalysisError) as error:
        find_unit(CITY, text)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert "\x1b" not in str(error.value)


RULE = Rule("green.500m", "reach", {}, "population", "%", Basis({}, "high"), supply=Supply(("green",)), within_m=500.0)
PROFILES = (
    Profile("one", {}, "", 2026, "convention", (RULE, dataclasses.replace(RULE, id="open.400m"))),
    Profile("two", {}, "", 2026, "convention", (RULE,)),
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (None, [("one", "green.500m"), ("one", "open.400m"), ("two", "green.500m")]),
        ("green.500m", [("one", "green.500m"), ("two", "green.500m")]),
        ("one/green.500m", [("one", "green.500m")]), ("one:green.500m", [("one", "green.500m")]),
        ("one__open.400m", [("one", "open.400m")]), ("two", [("two", "green.500m")]),
    ],
)  # fmt: skip
def test_rules_are_found_by_every_name_that_they_go_by(text: str | None, found: list[tuple[str, str]]) -> None:
    assert find_rules(PROFILES, text) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [("gren.500m", "did you mean 'green.500m'"), ("two/zzz", "there are 'two/green.500m'"), ("one/exposure", "called 'one/exposure'")],
)
def test_a_rule_that_is_not_there(text: str, said: str) -> None:
    with pytest.raises(ProfileError) as error:
        find_rules(PROFILES, text)
    assert said in str(error.value)


def test_a_rule_named_with_a_profile_is_judged_by_that_profile() -> None:
    study = dataclasses.replace(town().study, profiles=("linli-start",))

    def ids(rule: str | None, *instead: str) -> list[str]:
        return [profile.id for profile in profiles_for_rule(study, Asked("x", rule, instead))]

    assert ids(None) == ids("green.500m") == ids("linli-start/green.500m") == ids("study/hazard.f") == ["linli-start"]
    assert ids("who-300") == ids("who-300/whatever") == ids("who-300:whatever") == ["who-300"]
    assert ids(None, "sdg-11.7.1") == ["sdg-11.7.1"]
    with pytest.raises(ProfileError, match="nobody"):
        ids("nobody/rule")
