"""`linli profiles`: the standards that ship, and what each of their rules asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analyses.land_coverage import LAND
from analyses.plan import not_measured
from analyses.profile import Profile, Rule
from analyses.profile_reader import known_profiles, local_profile, packaged_profile
from layers.study import profile_text
from linli.text_table import aligned
from maps.escape import clean
from maps.requirement_words import requirement
from maps.vocabulary import GROUPS, class_word, level_word, title_of, word

_LANGUAGE = "en"
_HEADER = ("Profile", "Title", "Issuer", "Year", "Status", "Rules", "Judged")
_NOT_YET = {
    "no_data_for_class": "data that no study can give yet",
    "needs_cycling": "a search of cycle routes, which there is not yet",
}
"""What a study would have to have, by the reason of `plan.not_measured`."""
_READ = {
    "standard": "read in the standard itself",
    "secondary": "read where others quote it, not in the standard itself",
    "memory": "from memory, not read in the standard itself",
    "": "",
}


def profiles(name: str | None, *, as_json: bool) -> int:
    """Print all profiles that ship, or one of them (or a file, to see whether it is right) rule by rule."""
    if name is None:
        every = [packaged_profile(profile_id) for profile_id in known_profiles()]
        print(_json([_head(profile) for profile in every]) if as_json else _listed(every))
        return 0
    # A name that ends so is a file of the user's own; nothing that ships does.
    profile = local_profile(profile_text(Path(name)), name) if name.endswith(".toml") else packaged_profile(name)
    record = {**_head(profile), "rule": [_record(rule, profile) for rule in profile.rules]}
    print(_json(record) if as_json else _told(profile))
    return 0


def needs(rule: Rule) -> list[str]:
    """What a study has to have for a rule to be assessed; what nobody measures yet comes first."""
    reason = not_measured(rule)
    found = [_NOT_YET[reason]] if reason else []
    if rule.about_residents or rule.per == "person":
        found.append("residents")
    if rule.about_a_group:
        found.append(word(GROUPS, rule.who, _LANGUAGE))
    found += [word(GROUPS, LAND, _LANGUAGE)] if rule.who == LAND else []
    classes = {name: None for supply in rule.supplies for name in supply.classes}
    classes |= {} if rule.test is None or not rule.test.share_of else {rule.test.share_of: None}
    found += [class_word(name, _LANGUAGE) for name in classes]
    deep = "" if rule.min_depth_m is None else " that says how deep the water is"
    found += [f"an official or modelled {kind} layer{deep}" for kind in rule.hazard_kinds]
    lasting = {rule.during, *(supply.outside_hazard for supply in rule.supplies if not supply.is_shelter)} - {""}
    found += [f"an official or modelled {kind} layer that says what it closes" for kind in sorted(lasting)]
    if rule.level not in ("community", "city"):
        found.append(f"units of level {level_word(rule.level, _LANGUAGE)}")
    return found


def _head(profile: Profile) -> dict[str, Any]:
    return {
        "id": profile.id,
        "title": dict(profile.title),
        "issuer": profile.issuer,
        "year": profile.year,
        "status": profile.status,
        "extends": profile.extends or None,
        "rules": len(profile.rules),
        "judged": sum(rule.target is not None for rule in profile.rules),
        "dimensions": dict(profile.dimensions),
        "sha256": profile.texts[0].sha256 if profile.texts else None,
    }


def _record(rule: Rule, profile: Profile) -> dict[str, Any]:
    target, basis = rule.target, rule.basis
    asked = target and {"value": target.value, "bound": target.bound, "unit": target.unit, "status": target.status}
    return {
        "id": rule.id,
        "kind": rule.kind,
        "level": rule.level,
        "requirement": {language: requirement(rule, profile, language) for language in ("en", "zh")},
        "target": asked,
        "clause": dict(basis.clause),
        "confidence": basis.confidence,
        "force": basis.force or None,
        "read": basis.read or None,
        "note": dict(basis.note),
        "needs": needs(rule),
    }


def _listed(every: list[Profile]) -> str:
    rows = []
    for profile in every:
        head = _head(profile)
        title = title_of(profile.title, _LANGUAGE, profile.id)
        counts = (str(head["rules"]), str(head["judged"]))
        rows.append((profile.id, title, profile.issuer, str(profile.year or ""), profile.status, *counts))
    return (
        aligned(_HEADER, rows, right=frozenset({5, 6}))
        + "\n\nJudged: rules with a target. 'linli profiles ID' tells each rule. "
        + "None was compared with a printed standard."
    )


def _told(profile: Profile) -> str:
    year = f" {profile.year}" if profile.year else ""
    lines = [f"{_text(profile.title, profile.id)}", f"{clean(profile.issuer)}{year}; {profile.status}; {profile.id}"]
    lines += [f"extends {profile.extends}"] if profile.extends else []
    weights = ", ".join(f"{name} {weight:g}" for name, weight in profile.dimensions.items())
    lines += [f"weights of dimensions: {weights}"] if weights else []
    lines += [f"sha256 of its text: {text.sha256}" for text in profile.texts[:1]]
    lines += [_text(profile.note, "")] if profile.note else []
    for rule in profile.rules:
        basis = rule.basis
        told = [_text(basis.clause, ""), basis.force, f"confidence {basis.confidence}", _READ[basis.read]]
        lines += [
            "",
            f"{rule.id}: {clean(requirement(rule, profile, _LANGUAGE))}",
            f"  basis  {'; '.join(part for part in told if part)}",
        ]
        lines += [f"  note   {_text(basis.note, '')}"] if basis.note else []
        lines += [f"  needs  {'; '.join(clean(need) for need in needs(rule))}"] if needs(rule) else []
    return "\n".join(lines)


def _text(texts: Mapping[str, str], fallback: str) -> str:
    return clean(title_of(texts, _LANGUAGE, fallback))


def _json(record: Any) -> str:  # noqa: ANN401  any JSON value
    return json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
