"""run.json tells by what it was made: the profiles that were run, the packaged rules, and what the study chose."""

from __future__ import annotations

import dataclasses
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from analyses.results import Results
from layers.hazard_scales import NO_HAZARD, HazardScale
from layers.origins import Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.refuge_rules import packaged_refuge_rules
from layers.study import read_study
from layers.types import HazardRole
from layers.vulnerability_roles import VulnerabilityRole, VulnerabilityTheme
from maps.runfile import run_record

LAS_PALMAS = Path(__file__).parents[3] / "data" / "las-palmas" / "study.toml"


def recorded(results: Results, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  fields of a study
    return run_record(dataclasses.replace(results, study=dataclasses.replace(results.study, **changed)))


def test_the_profiles_that_were_run_and_not_those_that_the_study_names(synthetic_results: Results) -> None:
    record = recorded(synthetic_results, profiles=("never-run",))
    assert record["study"]["profiles"] == [p.id for p in synthetic_results.profiles if p.id != "study"] != []


def test_every_packaged_rule_file_with_its_hash(synthetic_results: Results) -> None:
    rules = run_record(synthetic_results)["rules"]
    folder = files("layers") / "rules"
    assert {"closing.toml", "hazards.toml", "refuge.toml", "terrain.toml"} <= set(rules) == {f.name for f in folder.iterdir()}
    assert rules["closing.toml"] == hashlib.sha256((folder / "closing.toml").read_bytes()).hexdigest()


def test_the_study_file_with_its_hash(synthetic_results: Results) -> None:
    study = read_study(LAS_PALMAS)
    record = run_record(dataclasses.replace(synthetic_results, study=study))
    assert record["study"]["sha256"] == hashlib.sha256(LAS_PALMAS.read_bytes()).hexdigest()


def test_the_variables_of_vulnerability(synthetic_results: Results) -> None:
    role = VulnerabilityRole((VulnerabilityTheme("age", groups=("age65plus",), indicators=("income",)),))
    theme = recorded(synthetic_results, vulnerability=role)["study"]["vulnerability"]["themes"][0]
    assert (theme["groups"], theme["indicators"]) == (["age65plus"], ["income"])


def test_what_refuges_are_judged_by(synthetic_results: Results) -> None:
    assert "refuge_rules" not in run_record(synthetic_results)["study"]
    rules = RefugeRules(candidates=True, tier="gb51143-2015.medium", usable_share={"park": 0.2})
    told = recorded(synthetic_results, refuge_rules=rules)["study"]["refuge_rules"]
    assert told["candidates"] is True
    assert told["usable_share"] == {"park": 0.2}
    assert told["tier"]["m2_per_person"]["value"] == 3
    assert told["tier"]["share_of_residents"]["value"] == 0.15


def test_the_lists_of_refuges_with_what_is_read_of_each(synthetic_results: Results) -> None:
    """As the study file says it; where the files lie is told by the inputs."""
    listed = RefugeRole(
        "city", Origin(Path("/home/somebody/list.csv")), "short", "planned", id_column="no", capacity_column="persons"
    )
    told = recorded(synthetic_results, refuges=(listed,))["study"]["refuges"]
    assert told == [{"id": "city", "grade": "short", "sites": "planned", "key": "no", "capacity": "persons"}]
    assert "refuges" not in run_record(synthetic_results)["study"]


def test_what_of_each_ground_counts_for_refuges(synthetic_results: Results) -> None:
    """Of every class, the study's own share before the packaged one, and of what is only listed."""
    packaged = packaged_refuge_rules()
    rules = RefugeRules(candidates=True, usable_share={"park": 0.125})
    told = recorded(synthetic_results, refuge_rules=rules)["study"]["refuge_rules"]
    assert told["usable_share"] == {"park": 0.125}
    expected = {name: ground.share for name, ground in packaged.grounds.items()} | {"park": 0.125}
    assert told["share_of_ground"] == expected | {"listed": packaged.listed_ground.share}


def test_what_the_values_of_a_hazard_layer_stand_for(synthetic_results: Results) -> None:
    """Which column was read, which value is which class, what is no hazard, and in which unit numbers were given."""
    classed = HazardScale(class_column="grade", classes={"1": "low", "2": "low", "3": "high", "0": NO_HAZARD})
    deep = HazardScale(unit="m", factor=0.01, bands={"wet": 0.0}, column="depth_cm")
    layer = Origin(Path("/home/somebody/flood.geojson"))
    hazards = tuple(HazardRole(name, "flood", "official", {}, {}, layer, scale=scale) for name, scale in (("classed", classed), ("deep", deep)))
    first, second = recorded(synthetic_results, hazards=hazards)["study"]["hazards"]
    assert first["classes"] == ["low", "high"]
    assert first["class_column"] == "grade"
    assert first["class_of_value"] == {"1": "low", "2": "low", "3": "high", "0": "no_hazard"}
    assert (second["column"], second["factor"], second["classes"]) == ("depth_cm", 0.01, {"wet": 0})
    assert not {"column", "factor"} & set(first)
    assert not {"class_column", "class_of_value"} & set(second)
