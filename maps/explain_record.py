"""An explanation as plain values for programs: the structure is documented in docs/explain.md."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any

import pandas as pd

from analyses.explanation import (
    Explanation,
    ExposureFound,
    LandFound,
    OptionServed,
    ProvisionFound,
    ReachFound,
    SiteFound,
)
from analyses.profile import Profile, Rule
from analyses.results import Verdicts
from analyses.supply import supply_key
from analyses.verdict import method
from layers.types import Provenance
from layers.versions import versions
from maps.escape import clean
from maps.explain_words import said
from maps.facts import Facts
from maps.vocabulary import LANGUAGES
from maps.words import caveat_text, reason_from, requirement

FORMAT = "linli-explanation-1"
_KINDS = {
    ReachFound: "reach",
    ProvisionFound: "provision",
    ExposureFound: "exposure",
    SiteFound: "site",
    LandFound: "land",
}


def explanation_record(results: Verdicts, told: Sequence[Explanation]) -> dict[str, Any]:
    """Everything that an explanation says, in full precision.

    Parameters
    ----------
    results : Verdicts
    told : sequence of Explanation
        At least one, all of the same unit.

    Returns
    -------
    dict
        Values that JSON has: unknown is null, out of reach is the text ``inf``.
    """
    facts, unit = Facts.of(results), told[0].unit
    record = {
        "format": FORMAT,
        "internal": {language: said("internal", language) for language in LANGUAGES},
        "study": results.study.id,
        "unit": {
            "level": unit.level,
            "unit_id": unit.unit_id,
            "name": unit.name,
            "population": unit.population,
            "data_light": unit.data_light,
            "data_signals": str(unit.row.get("data_signals") or "").split(),
        },
        "placement": None if told[0].placement is None else asdict(told[0].placement),
        "verdicts": [_verdict(one, facts) for one in told],
        "parameters": asdict(results.parameters),
        "versions": versions(),
    }
    plain = _plain(record)
    assert isinstance(plain, dict)
    return plain


def _verdict(told: Explanation, facts: Facts) -> dict[str, Any]:
    rule, above = told.rule, told.judged
    return {
        "profile": _profile(told.profile),
        "rule": _rule(rule, told.profile),
        "assessment": dict(told.row),
        "reason": {language: reason_from(told.row, rule, facts, language) for language in LANGUAGES},
        "judged_above": None
        if above is None
        else {"level": above.level, "unit_id": above.unit_id, "name": above.name, "assessment": dict(above.row)},
        "told_of_all_residents": told.of_all_residents,
        "found": None if told.found is None else {"kind": _KINDS[type(told.found)], **_values(told.found)},
        "left": None if told.left is None else _values(told.left),
        "inputs": [_input(entry) for entry in told.inputs],
        "caveats": [
            asdict(caveat) | {"text": {language: caveat_text(caveat, language) for language in LANGUAGES}}
            for caveat in told.caveats
        ],
    }


def _profile(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "title": dict(profile.title),
        "issuer": profile.issuer,
        "year": profile.year,
        "status": profile.status,
        "note": dict(profile.note),
    }


def _rule(rule: Rule, profile: Profile) -> dict[str, Any]:
    basis, target = rule.basis, rule.target
    return {
        "id": rule.id,
        "kind": rule.kind,
        "who": rule.who,
        "level": rule.level,
        "unit": rule.unit,
        "method": method(rule),
        "requirement": {language: requirement(rule, profile, language) for language in LANGUAGES},
        "target": None
        if target is None
        else {
            "value": target.value,
            "side": "maximum" if target.minimum is None else "minimum",
            "status": target.status,
        },
        "clause": dict(basis.clause),
        "force": basis.force,
        "confidence": basis.confidence,
        "read": basis.read,
        "note": dict(basis.note),
        "url": basis.url,
    }


def _input(entry: Provenance) -> dict[str, Any]:
    """An input without what was counted in it: of groups that would tell more than the results do."""
    return {field.name: getattr(entry, field.name) for field in fields(entry) if field.name != "counts"}


def _values(found: object) -> dict[str, Any]:
    """The fields of a dataclass, and of those in it; an option says what it asks for instead of its whole rule."""
    if isinstance(found, OptionServed):
        rule = found.rule
        assert rule.supply is not None
        asked = {"supply": supply_key(rule.supply), "limit": rule.limit, "count": rule.count}
        return asked | {f.name: _of(getattr(found, f.name)) for f in fields(found) if f.name != "rule"}
    assert is_dataclass(found)
    return {field.name: _of(getattr(found, field.name)) for field in fields(found)}


def _of(value: object) -> object:
    if is_dataclass(value):
        return _values(value)
    return [_of(item) for item in value] if isinstance(value, tuple) else value


def _plain(value: object) -> object:
    """Values that JSON has; texts without characters that a terminal would obey."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean(value, len(value) + 1)
    if value is None or value is pd.NA or isinstance(value, bool | int):
        return None if value is pd.NA else value
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return None
    return number if math.isfinite(number) else ("inf" if number > 0 else "-inf")
