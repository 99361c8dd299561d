"""run.json: what was run, on what, with which parameters and versions, and what a reader has to know.

It holds no clock, no user name and no absolute path: the same inputs give the same bytes.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from analyses.plan import STUDY_PROFILE
from analyses.profile import Profile
from analyses.profile_inputs import profile_inputs
from analyses.results import Results
from layers.refuge_roles import RefugeRole
from layers.refuge_rules import DEFAULT_TIER, packaged_refuge_rules
from layers.tag_rules import rule_hashes
from layers.types import HazardRole, Study
from layers.versions import versions
from layers.what_if import assumed_closed
from maps.safety_record import safety_record
from maps.what_if_words import study_title
from maps.words import caveat_text, requirement

FORMAT = "linli-run-1"
"""How a former output is recognised."""


def run_record(results: Results) -> dict[str, Any]:
    """Everything that run.json says, as plain values.

    Numbers that are not finite become text (``"inf"``) or null (unknown), since JSON has neither.
    """
    record = {
        "format": FORMAT,
        "study": _study(results),
        "profiles": [_profile(profile, results.study.languages) for profile in results.profiles],
        "parameters": asdict(results.parameters),
        "inputs": [
            asdict(entry) | {"counts": dict(entry.counts)}
            for entry in (*results.provenance, *profile_inputs(results.profiles))
        ],
        "rules": dict(rule_hashes()),
        "counts": dict(results.counts),
        "units": _status_counts(results),
        "city": _city(results),
        **safety_record(results),
        "caveats": [
            asdict(caveat) | {"text": {language: caveat_text(caveat, language) for language in results.study.languages}}
            for caveat in results.caveats
        ],
        "versions": versions(),
    }
    plain = _plain(record)
    assert isinstance(plain, dict)
    return plain


def run_json(results: Results) -> str:
    """The text of run.json."""
    return json.dumps(run_record(results), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _study(results: Results) -> dict[str, Any]:
    study = results.study
    return {
        "id": study.id,
        "file": study.path.name,
        "sha256": study.sha256,
        **({"what_if": list(assumed_closed(study))} if assumed_closed(study) else {}),
        "title": {language: study_title(study, language) for language in study.title},
        "crs": study.crs.to_string(),
        # Those that were run: the command line may ask for others than the study.
        "profiles": [profile.id for profile in results.profiles if profile.id != STUDY_PROFILE],
        "languages": list(study.languages),
        "levels": ["community", *(role.level for role in study.parents), "city"],
        "residents": study.residents is not None,
        "hazards": [
            {
                "id": role.id,
                "kind": role.kind,
                "status": role.status,
                "title": dict(role.title),
                "note": dict(role.note),
                "return_period_yr": role.return_period_yr,
                **_strength(role),
            }
            for role in study.hazards
        ],
        **_chosen(study),
    }


def _chosen(study: Study) -> dict[str, Any]:
    """What the study says of vulnerability and refuges, with the packaged numbers that hold; nothing of neither."""
    made: dict[str, Any] = {}
    if study.vulnerability is not None:
        made["vulnerability"] = asdict(study.vulnerability)
    if study.refuges:
        made["refuges"] = [_listed(role) for role in study.refuges]
    if study.refuges or study.refuge_rules.candidates:
        packaged = packaged_refuge_rules()
        shares = {name: ground.share for name, ground in packaged.grounds.items()}
        shares |= study.refuge_rules.usable_share
        made["refuge_rules"] = asdict(study.refuge_rules) | {
            "tier": asdict(packaged.tiers[study.refuge_rules.tier or DEFAULT_TIER]),
            "share_of_ground": shares | {"listed": packaged.listed_ground.share},
        }
    return made


def _listed(role: RefugeRole) -> dict[str, str]:
    """A list of refuges as the study file says it, as far as anything is said; its files stand among the inputs."""
    columns = {
        "key": role.id_column,
        "name": role.name_column,
        "capacity": role.capacity_column,
        "effective_area": role.area_column,
    }
    told = {key: column for key, column in columns.items() if column}
    return {"id": role.id, "grade": role.grade, "sites": role.sites} | told


def _strength(role: HazardRole) -> dict[str, Any]:
    """What the numbers of a hazard layer mean, and where it closes ways, as far as anything is said."""
    scale = role.scale
    said = {
        "scenario": role.scenario,
        "derived_from_elevation": {} if role.screening is None else asdict(role.screening),
        "column": scale.column,
        "factor": None if scale.factor == 1 else scale.factor,
        "unit": scale.unit,
        "class_column": scale.class_column,
        "class_of_value": dict(scale.classes),
        "classes": dict(scale.bands) or list(scale.names),
        "classes_from": scale.table,
        "closes_at": scale.closes_at,
        "closes": role.closes,
        "band_width_m": role.band_width_m,
        "radius_m": role.radius_m,
    }
    return {key: value for key, value in said.items() if not (value is None or value is False or value in ("", [], {}))}


def _profile(profile: Profile, languages: tuple[str, ...]) -> dict[str, Any]:
    rules = [
        asdict(rule) | {"requirement": {language: requirement(rule, profile, language) for language in languages}}
        for rule in profile.rules
    ]
    return asdict(profile) | {"rules": rules}


def _status_counts(results: Results) -> dict[str, dict[str, int]]:
    """Units of each level by status."""
    levels = {"community": results.communities["status"]}
    levels |= {str(level): rows["status"] for level, rows in results.parents.groupby("level", sort=True)}
    return {
        level: {str(status): int(count) for status, count in values.value_counts().sort_index().items()}
        for level, values in levels.items()
    }


def _city(results: Results) -> list[dict[str, Any]]:
    """Every rule for the city as a whole."""
    rows = results.assessments[results.assessments["level"] == "city"]
    return [{str(key): value for key, value in row.items()} for row in rows.drop(columns="level").to_dict("records")]


def _plain(value: object) -> object:
    """Values that JSON has; numbers of numpy become Python's."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or value is pd.NA or isinstance(value, str | bool | int):
        return None if value is pd.NA else value
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return int(number) if number.is_integer() and abs(number) < 2**53 and not isinstance(value, float) else number
