"""What a study can be judged by: rules whose columns differ, data that rules ask for, hazards that nobody mapped."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
from shapely import box

from analyses import plan
from analyses.assess import assess
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.profile_reader import packaged_profile
from layers.types import Layers
from linli.api import study_profiles
from maps.words import LANGUAGES, caveat_text, reasons
from spatial.errors import ProfileError
from tests.town import PARK, spaces, town, with_hazards

BASIS = Basis({"en": "synthetic"}, "high")
REACH = Rule("r", "reach", {}, "population", "%", BASIS, supply=Supply(("park",)), within_m=400.0)


def _profile(name: str, *rules: str) -> Profile:
    each = tuple(dataclasses.replace(REACH, id=rule) for rule in rules)
    return Profile(name, {"en": name}, "me", 2026, "convention", each)


@pytest.mark.parametrize(
    "profiles",
    [
        (_profile("p", "a.b", "a_b"),),
        (_profile("p", "r", "R"),),
        (_profile("a.b", "r"), _profile("a-b", "r")),
        (_profile("study", "hazard.sea"),),  # as the rule that a run makes of the study's own layer
    ],
)
def test_rules_of_one_column_are_refused_before_anything_is_measured(profiles: tuple[Profile, ...]) -> None:
    layers = with_hazards(town(), {"sea": ("coastal", "official", box(0, -100, 5, -90))})
    with pytest.raises(ProfileError, match="would have one column"):
        plan.profiles_for(layers, profiles)


def test_profiles_of_a_study_are_refused_as_they_are_read(tmp_path: Path) -> None:
    """Before the layers are read, which takes longest."""
    head = 'issuer = "me"\nstatus = "convention"\ntitle.en = "M"\n'
    rule = '[[rule]]\nid = "r"\nkind = "reach"\ntitle.en = "x"\nbasis = { clause = "c", confidence = "high" }\n'
    rule += 'options = [{ class = ["park"], within = "500 m" }]\n'
    files = {}
    for name in ("a.b", "a-b"):
        files[name] = tmp_path / f"{name}.toml"
        files[name].write_text(f'id = "{name}"\n{head}{rule}', encoding="utf-8")
    study = dataclasses.replace(town().study, profiles=tuple(files), profile_files=files)
    with pytest.raises(ProfileError, match=r"rule 'r' of profile 'a\.b' and rule 'r' of profile 'a-b' would have one column"):
        study_profiles(study)


def test_different_columns_are_no_clash() -> None:
    assert len(plan.profiles_for(town(), (_profile("a", "r", "r2"), _profile("b", "r")))) == 2


@pytest.mark.parametrize(
    ("asked", "why"),
    [(("greenway",), "no_data_for_class"), (("park", "greenway"), ""), (("open_public_space",), ""), (("garden",), "")],
)
def test_greenways_alone_of_which_there_are_none_are_not_mapped(asked: tuple[str, ...], why: str) -> None:
    """Most are lines, which are no spaces; no garden is no garden."""
    rule = dataclasses.replace(REACH, supply=Supply(asked))
    assert plan.blocked(rule, town(), ("community",)) == why


def test_where_greenways_are_mapped_they_are_measured() -> None:
    layers = dataclasses.replace(town(), spaces=spaces({"way/1": ("greenway", PARK)}))
    assert not plan.blocked(dataclasses.replace(REACH, supply=Supply(("greenway",))), layers, ("community",))


ANY = Rule(
    "e", "exposure", {"en": "x"}, "population", "%", BASIS,
    target=Target("%", "convention", maximum=5.0), hazard_kinds=("flood", "coastal"),
)  # fmt: skip
SEA = ("coastal", "official", box(0, -100, 5, -90))


def _with(**hazards: tuple[str, str, object]) -> Layers:
    return with_hazards(town(), hazards)


@pytest.mark.parametrize(
    ("layers", "kinds"),
    [
        (_with(sea=SEA), ("flood",)),
        (_with(sea=SEA, ravine=("flood", "derived", box(0, 0, 1000, 300))), ("flood",)),
        (_with(sea=SEA, river=("flood", "modelled", box(0, 0, 5, 5))), ()),
    ],
)
def test_a_kind_of_hazard_that_nobody_could_look_at_is_told_wherever_the_verdict_stands(
    layers: Layers, kinds: tuple[str, ...]
) -> None:
    """Nobody lives in the sea's band: met, as far as the coast goes."""
    results = assess(layers, [Profile("p", {"en": "P"}, "me", 2026, "convention", (ANY,))])
    rows = results.assessments.query("rule_id == 'e' and level == 'community'")
    assert set(rows["status"]) == {"met"}
    told = [caveat for caveat in results.caveats if caveat.code == "hazard_kind_absent"]
    assert [(caveat.layer, caveat.count, caveat.detail) for caveat in told] == [(f"hazard.{kind}", 1, "p e") for kind in kinds]
    english, chinese = (reasons(rows, results, language) for language in LANGUAGES)
    assert all(("no official or modelled flood layer" in text) == bool(kinds) for text in english)
    assert all(("没有可用的洪水官方或模拟图层" in text) == bool(kinds) for text in chinese)
    if kinds:
        assert caveat_text(told[0], "en").startswith("Hazard (flood): the study has no official or modelled layer")


def test_who_lives_in_what_is_mapped_is_exposed_whatever_else_is_not() -> None:
    results = assess(_with(sea=("coastal", "official", box(0, -100, 1000, 300))), [packaged_profile("linli-start")])
    rows: pd.DataFrame = results.assessments.query("rule_id == 'hazard.flood_coastal' and level == 'community'")
    assert set(rows["status"]) == {"short"}
