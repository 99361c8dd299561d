"""run.json tells by what it was made: the profiles that were run, the packaged rules, and what the study chose."""

from __future__ import annotations

import dataclasses
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from analyses.results import Results
from layers.refuge_roles import RefugeRules
from layers.study import read_study
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
