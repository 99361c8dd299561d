"""Packaged profiles: TOML files that state a standard, read strictly.

A key that is not known, a class that does not exist, or a quantity without a unit is an error that
names the profile and the rule, so that a slip never turns into a verdict.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Any

from analyses.decay import NAMED
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.quantity import is_time, quantity
from analyses.strict import as_table, one_of, only, required, texts, typed, words
from analyses.walking import WALKERS
from layers.surroundings import SEARCH_LIMIT_M
from layers.tag_rules import space_classes, unions
from layers.types import HAZARD_KINDS
from spatial.errors import ProfileError

_PROFILE_KEYS = {"schema", "id", "issuer", "year", "status", "title", "note", "rule"}
_RULE_KEYS = frozenset({"id", "kind", "title", "who", "level", "basis", "target"})
_KEYS_BY_KIND = {
    "reach": frozenset({"options"}),
    "provision": frozenset({"supply", "per", "method"}),
    "exposure": frozenset({"hazard"}),
}
_RULE_ID = re.compile(r"[A-Za-z0-9._-]{1,40}")
_OPTION_KEYS = {"class", "min_area", "within", "by", "from", "direction"}
_KINDS = frozenset(_KEYS_BY_KIND)
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
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ProfileError(f"profile {profile_id!r} is not known.{hint} Profiles that ship: {', '.join(known)}")
    text = (files("analyses") / "profiles" / f"{profile_id}.toml").read_text(encoding="utf-8")
    return parse_profile(text, profile_id)


def parse_profile(text: str, profile_id: str) -> Profile:
    """Parse a profile from TOML text; `profile_id` names it in messages."""
    where = f"profile {profile_id!r}"
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"{where}: not valid TOML: {error}") from error
    only(table, _PROFILE_KEYS, where)
    for key in ("id", "issuer", "year", "status", "title", "rule"):
        required(table, key, where)
    for key, kind in (("id", str), ("issuer", str), ("year", int), ("status", str), ("rule", list)):
        typed(table[key], kind, key, where)
    entries = [as_table(entry, "each rule", where) for entry in table["rule"]]
    rules = tuple(_rule(entry, f"{where}, rule {entry.get('id', '?')!r}") for entry in entries)
    doubled = {rule.id for rule in rules if [r.id for r in rules].count(rule.id) > 1}
    if doubled:
        raise ProfileError(f"{where}: rule ids occur twice: {', '.join(sorted(doubled))}")
    return Profile(
        table["id"],
        words(table["title"], "title", where),
        table["issuer"],
        table["year"],
        table["status"],
        rules,
        words(table.get("note", {}), "note", where),
    )


def _rule(entry: Mapping[str, Any], where: str) -> Rule:
    only(entry, _RULE_KEYS.union(*_KEYS_BY_KIND.values()), where)
    for key in ("id", "kind", "title", "basis"):
        required(entry, key, where)
    kind = one_of(entry["kind"], _KINDS, "kind", where)
    only(entry, _RULE_KEYS | _KEYS_BY_KIND[kind], f"{where} (kind {kind})")
    parse = {"reach": _reach, "provision": _provision, "exposure": _exposure}[kind]
    specific: dict[str, Any] = parse(entry, where)
    unit = specific["unit"]
    basis = as_table(entry["basis"], "basis", where)
    only(basis, {"clause", "confidence", "note"}, where)
    one_of(basis.get("confidence"), {"high", "medium"}, "basis.confidence", where)
    return Rule(
        id=_rule_id(entry["id"], where),
        kind=kind,
        title=words(entry["title"], "title", where),
        who=one_of(entry.get("who", "population"), {"population", "buildings"}, "who", where),
        basis=Basis(
            _by_language(required(basis, "clause", where), "basis.clause", where),
            basis["confidence"],
            _by_language(basis.get("note", {}), "basis.note", where),
        ),
        level=typed(entry.get("level", "community"), str, "level", where),
        target=_target(as_table(entry["target"], "target", where), unit, where) if "target" in entry else None,
        **specific,
    )


def _by_language(value: object, what: str, where: str) -> Mapping[str, str]:
    """Texts by language; a plain text is English."""
    return {"en": value} if isinstance(value, str) else words(value, what, where)


def _rule_id(value: object, where: str) -> str:
    if not isinstance(value, str) or not _RULE_ID.fullmatch(value):
        raise ProfileError(f"{where}: id is {value!r}; it must be of letters, digits, '.', '_' and '-', at most 40")
    return value


def _reach(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    options = typed(required(entry, "options", where), list, "options", where)
    if len(options) != 1:
        raise ProfileError(f"{where}: exactly one option is supported, {len(options)} are given")
    option = as_table(options[0], "an option", where)
    only(option, _OPTION_KEYS, where)
    by = _by(option, {*WALKERS, "euclidean"}, where)
    directions = {"to", "from", "both"} if by in WALKERS else {"to"}
    direction = one_of(option.get("direction", "to"), directions, f"direction (with by = {by!r})", where)
    within = required(option, "within", where)
    unit = "s" if by in WALKERS and is_time(within) else "m"
    limit = {f"within_{unit}": quantity(within, unit, where)}
    _refuse_beyond(limit.get("within_m", 0.0), within, where)
    return {"unit": "%", "supply": _supply(option, where), "by": by, "direction": direction, **limit}


def _refuse_beyond(within_m: float, written: object, where: str) -> None:
    if within_m > SEARCH_LIMIT_M:
        raise ProfileError(
            f"{where}: within is {written!r}, but searches end at {SEARCH_LIMIT_M:g} m, so whoever lives "
            "farther away would be counted as not served; choose a shorter limit"
        )


def _by(option: Mapping[str, Any], known: Collection[str], where: str) -> str:
    by: str = one_of(option.get("by", "walk"), known, "by", where)
    origin = "boundary" if by == "euclidean" else "entrance"
    one_of(option.get("from", origin), {origin}, f"from (with by = {by!r})", where)
    return by


def _limit_m(option: Mapping[str, Any], where: str) -> dict[str, Any]:
    by = _by(option, {"walk", "euclidean"}, where)
    within = required(option, "within", where)
    within_m = quantity(within, "m", where)
    _refuse_beyond(within_m, within, where)
    return {"within_m": within_m, "by": by}


def _provision(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    supply = as_table(required(entry, "supply", where), "supply", where)
    per = one_of(required(entry, "per", where), {"person", "built_up_area"}, "per", where)
    methods = _METHODS if per == "person" else {"container"}
    method = one_of(entry.get("method", "container"), methods, f"method (per {per})", where)
    only(supply, _SUPPLY_KEYS[method], where)
    limit = {} if method == "container" else _limit_m(supply, where)
    if method == "e2sfca":
        limit["decay"] = one_of(supply.get("decay", "gaussian"), NAMED, "decay", where)
    return {
        "unit": {"person": "m2/person", "built_up_area": "%"}[per],
        "supply": _supply(supply, where),
        "per": per,
        "method": method,
        **limit,
    }


def _exposure(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    hazard = as_table(required(entry, "hazard", where), "hazard", where)
    only(hazard, {"kind", "return_period_yr"}, where)
    kinds = texts(required(hazard, "kind", where), "hazard.kind", where)
    for kind in kinds:
        one_of(kind, HAZARD_KINDS, "hazard.kind", where)
    period = hazard.get("return_period_yr")
    if period is not None and (isinstance(period, bool) or not isinstance(period, int | float) or period <= 0):
        raise ProfileError(f"{where}: hazard.return_period_yr is {period!r}; it must be a number of years above 0")
    return {"unit": "%", "hazard_kinds": kinds, "return_period_yr": period}


def _supply(entry: Mapping[str, Any], where: str) -> Supply:
    classes = texts(required(entry, "class", where), "class", where)
    known = {*space_classes(), *unions(), *_NO_DATA_YET}
    for name in classes:
        one_of(name, known, "class", where)
    area = entry.get("min_area")
    return Supply(classes, None if area is None else quantity(area, "m2", where))


def _target(entry: Mapping[str, Any], unit: str, where: str) -> Target:
    only(entry, {"min", "max", "status"}, where)
    if ("min" in entry) == ("max" in entry):
        raise ProfileError(f"{where}: target needs either min or max")
    status = one_of(entry.get("status"), {"official", "convention", "derived"}, "target.status", where)
    bounds = {key: quantity(entry[key], unit, where) for key in ("min", "max") if key in entry}
    return Target(unit, status, minimum=bounds.get("min"), maximum=bounds.get("max"))
