"""Packaged profiles: TOML files that state a standard, read strictly.

A key that is not known, a class that does not exist, or a quantity without a unit is an error that
names the profile and the rule, so that a slip never turns into a verdict.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Any

from analyses.decay import NAMED
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.quantity import is_time, quantity
from analyses.walking import WALKERS
from layers.tag_rules import space_classes, unions
from spatial.errors import ProfileError

_PROFILE_KEYS = {"schema", "id", "issuer", "year", "status", "title", "note", "rule"}
_RULE_KEYS = {"id", "kind", "title", "who", "level", "basis", "target", "options", "supply", "per", "method", "hazard"}
_OPTION_KEYS = {"class", "min_area", "within", "by", "from", "direction"}
_KINDS = {"reach", "provision", "exposure"}
_METHODS = {"container", "within", "e2sfca"}
_SUPPLY_KEYS = {
    "container": {"class", "min_area"},
    "within": _OPTION_KEYS - {"direction"},
    "e2sfca": _OPTION_KEYS - {"direction"} | {"decay"},
}
"""provision: keys of ``supply`` by method."""
_NO_DATA_YET = {"street"}
"""Classes that profiles ask for and no study has: such rules are not assessed."""


def known_profiles() -> tuple[str, ...]:
    """Ids of the profiles that ship with the package."""
    names = (entry.name for entry in (files("analyses") / "profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def packaged_profile(profile_id: str) -> Profile:
    """Read a packaged profile by its id.

    Raises
    ------
    ProfileError
        If there is none of that id, or a rule of it is wrong.
    """
    known = known_profiles()
    if profile_id not in known:
        near = difflib.get_close_matches(profile_id, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ProfileError(f"profile {profile_id!r} is not known{hint} Profiles that ship: {', '.join(known)}")
    text = (files("analyses") / "profiles" / f"{profile_id}.toml").read_text(encoding="utf-8")
    return parse_profile(text, profile_id)


def parse_profile(text: str, profile_id: str) -> Profile:
    """Parse a profile from TOML text; `profile_id` names it in messages."""
    where = f"profile {profile_id!r}"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: not valid TOML: {error}") from error
    _only(table, _PROFILE_KEYS, where)
    for key in ("id", "issuer", "year", "status", "title", "rule"):
        _required(table, key, where)
    rules = tuple(_rule(entry, f"{where}, rule {entry.get('id', '?')!r}") for entry in table["rule"])
    doubled = {rule.id for rule in rules if [r.id for r in rules].count(rule.id) > 1}
    if doubled:
        raise ProfileError(f"{where}: rule ids occur twice: {', '.join(sorted(doubled))}")
    return Profile(
        table["id"], table["title"], table["issuer"], table["year"], table["status"], rules, table.get("note", {})
    )


def _rule(entry: Mapping[str, Any], where: str) -> Rule:
    _only(entry, _RULE_KEYS, where)
    for key in ("id", "kind", "title", "basis"):
        _required(entry, key, where)
    _one_of(entry["kind"], _KINDS, "kind", where)
    parse = {"reach": _reach, "provision": _provision, "exposure": _exposure}[entry["kind"]]
    specific: dict[str, Any] = parse(entry, where)
    unit = specific["unit"]
    basis = entry["basis"]
    _only(basis, {"clause", "confidence", "note"}, where)
    _one_of(basis.get("confidence"), {"high", "medium"}, "basis.confidence", where)
    return Rule(
        id=entry["id"],
        kind=entry["kind"],
        title=entry["title"],
        who=_one_of(entry.get("who", "population"), {"population", "buildings"}, "who", where),
        basis=Basis(_required(basis, "clause", where), basis["confidence"], basis.get("note", "")),
        level=entry.get("level", "community"),
        target=_target(entry["target"], unit, where) if "target" in entry else None,
        **specific,
    )


def _reach(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    options = _required(entry, "options", where)
    if len(options) != 1:
        raise ProfileError(f"{where}: exactly one option is supported, {len(options)} are given")
    option = options[0]
    _only(option, _OPTION_KEYS, where)
    by = _by(option, {*WALKERS, "euclidean"}, where)
    directions = {"to", "from", "both"} if by in WALKERS else {"to"}
    direction = _one_of(option.get("direction", "to"), directions, f"direction (with by = {by!r})", where)
    within = _required(option, "within", where)
    unit = "s" if by in WALKERS and is_time(within) else "m"
    limit = {f"within_{unit}": quantity(within, unit, where)}
    return {"unit": "%", "supply": _supply(option, where), "by": by, "direction": direction, **limit}


def _by(option: Mapping[str, Any], known: Collection[str], where: str) -> str:
    by: str = _one_of(option.get("by", "walk"), known, "by", where)
    origin = "boundary" if by == "euclidean" else "entrance"
    _one_of(option.get("from", origin), {origin}, f"from (with by = {by!r})", where)
    return by


def _limit_m(option: Mapping[str, Any], where: str) -> dict[str, Any]:
    by = _by(option, {"walk", "euclidean"}, where)
    return {"within_m": quantity(_required(option, "within", where), "m", where), "by": by}


def _provision(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    supply = _required(entry, "supply", where)
    per = _one_of(_required(entry, "per", where), {"person", "built_up_area"}, "per", where)
    methods = _METHODS if per == "person" else {"container"}
    method = _one_of(entry.get("method", "container"), methods, f"method (per {per})", where)
    _only(supply, _SUPPLY_KEYS[method], where)
    limit = {} if method == "container" else _limit_m(supply, where)
    if method == "e2sfca":
        limit["decay"] = _one_of(supply.get("decay", "gaussian"), NAMED, "decay", where)
    return {
        "unit": {"person": "m2/person", "built_up_area": "%"}[per],
        "supply": _supply(supply, where),
        "per": per,
        "method": method,
        **limit,
    }


def _exposure(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    hazard = _required(entry, "hazard", where)
    _only(hazard, {"kind"}, where)
    return {"unit": "%", "hazard_kinds": tuple(_required(hazard, "kind", where))}


def _supply(entry: Mapping[str, Any], where: str) -> Supply:
    classes = tuple(_required(entry, "class", where))
    known = {*space_classes(), *unions(), *_NO_DATA_YET}
    for name in classes:
        _one_of(name, known, "class", where)
    area = entry.get("min_area")
    return Supply(classes, None if area is None else quantity(area, "m2", where))


def _target(entry: Mapping[str, Any], unit: str, where: str) -> Target:
    _only(entry, {"min", "max", "status"}, where)
    if ("min" in entry) == ("max" in entry):
        raise ProfileError(f"{where}: target needs either min or max")
    status = _one_of(entry.get("status"), {"official", "convention", "derived"}, "target.status", where)
    bounds = {key: quantity(entry[key], unit, where) for key in ("min", "max") if key in entry}
    return Target(unit, status, minimum=bounds.get("min"), maximum=bounds.get("max"))


def _only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ProfileError(f"{where}: unknown key {key!r}{hint} Known: {', '.join(sorted(known))}")


def _required(table: Mapping[str, Any], key: str, where: str) -> Any:
    if key not in table:
        raise ProfileError(f"{where}: {key!r} is missing")
    return table[key]


def _one_of(value: Any, known: Collection[str], what: str, where: str) -> Any:
    if value not in tuple(known):
        raise ProfileError(f"{where}: {what} is {value!r}; it must be one of: {', '.join(sorted(known))}")
    return value
