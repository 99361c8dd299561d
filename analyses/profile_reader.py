"""Profiles: TOML files that state a standard, read strictly.

A key that is not known, a class that does not exist, or a quantity without a unit is an error that
names the profile, the rule and the line, so that a slip never turns into a verdict. All mistakes of a
profile are told at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from importlib.resources import files
from typing import Any

from analyses.lines import DEEPEST_KEY, Lines, line_of_deep_key
from analyses.profile import Basis, Profile, ProfileText, Rule
from analyses.rule_reader import read_rule
from analyses.strict import (
    Faults,
    SlipError,
    as_table,
    number,
    one_of,
    only,
    required,
    shown,
    texts,
    typed,
    whole,
    words,
)
from layers.types import INDICATOR_DIMENSIONS
from spatial.errors import ProfileError

PROFILE_KEYS = frozenset(
    {"schema", "id", "issuer", "year", "status", "title", "note", "rule", "extends", "without", "dimensions"}
)
PROFILE_STATUSES = frozenset({"official", "convention"})
PROFILE_ID = re.compile(r"[a-z0-9]([a-z0-9.\-]{0,58}[a-z0-9])?")
RESERVED = frozenset({"study"})
"""Ids of the profiles that a run makes itself."""
MOST_RULES = 200
LONGEST_TEXT = 200_000
"""Characters of a profile."""
DIMENSIONS = frozenset({"reach", "provision", "safety", "survival", "refuge", *INDICATOR_DIMENSIONS} - {"need"})
"""Dimensions that rules, hazards and studies bring of themselves; a profile may name others."""
HEAVIEST = 1000.0


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
    profile = parse_profile(text, profile_id)
    own, *inherited = profile.texts
    return replace(profile, texts=(replace(own, ships=True), *inherited))


def local_profile(text: str, name: str) -> Profile:
    """Parse a profile of a study's own, which may extend a packaged one but not pass for it.

    Raises
    ------
    ProfileError
        Also if its id is that of a packaged profile.
    """
    profile = parse_profile(text, name)
    if profile.id in known_profiles():
        raise ProfileError(
            f"profile {name!r}: id {profile.id!r} is that of a profile that ships, and its figures would pass for "
            f'those of the standard; choose another id and write extends = "{profile.id}"'
        )
    return profile


def parse_profile(text: str, name: str) -> Profile:
    """Parse a profile from TOML text; `name` (its id, or its file's name) stands in messages.

    Raises
    ------
    ProfileError
        Names every mistake, with the rule and the line.
    """
    where = f"profile {name!r}"
    if len(text) > LONGEST_TEXT:
        raise ProfileError(f"{where}: holds {len(text):,} characters; at most {LONGEST_TEXT:,} are read")
    line = line_of_deep_key(text)
    if line:
        raise ProfileError(f"{where}, line {line}: a key of more than {DEEPEST_KEY} parts, which no profile has")
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of too many digits is a plain ValueError
        raise ProfileError(f"{where}: not valid TOML: {error}") from error
    faults = Faults(Lines(text))
    head: dict[str, Any] = {}
    for part in (_keys, _names, _issued, _note):
        with faults.gathered():
            head |= part(table, where)
    base: Profile | None = None
    without: tuple[str, ...] = ()
    with faults.gathered():
        base, without = _inherited(table, where)
    own: list[Rule] = []
    with faults.gathered():
        own = _rules(table, where, faults, inherits=base is not None)
    weights: dict[str, float] = {}
    with faults.gathered():
        weights = _dimensions(table, where, () if base is None else base.rules)
    faults.tell(where)
    rules = tuple(own) if base is None else _with_own(base, without, own)
    if not rules:
        raise ProfileError(f"{where}: no rule is left, so that it judges nothing")
    own_text = _text(text, name)
    if base is None:
        return Profile(**head, rules=rules, dimensions=weights, texts=(own_text,))
    weights = {**base.dimensions, **weights}
    return Profile(**head, rules=rules, dimensions=weights, extends=base.id, texts=(own_text, *base.texts))


def _text(text: str, name: str) -> ProfileText:
    content = text.encode("utf-8", "surrogatepass")
    return ProfileText(f"{name.removesuffix('.toml')}.toml", sha256(content).hexdigest(), len(content))


def _keys(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    only(table, PROFILE_KEYS, where)
    whole(table.get("schema", 1), "schema", where, low=1, high=1)
    return {}


def _names(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    profile_id = typed(required(table, "id", where), str, "id", where)
    if not PROFILE_ID.fullmatch(profile_id) or profile_id in RESERVED:
        raise SlipError(
            f"{where}: id is {profile_id[:60]!r}; it must be of small letters, digits, dots and hyphens, and not "
            f"{', '.join(sorted(RESERVED))}",
            "id",
        )
    return {"id": profile_id, "title": words(required(table, "title", where), "title", where)}


def _issued(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {
        "issuer": typed(required(table, "issuer", where), str, "issuer", where),
        "year": whole(table["year"], "year", where, low=1, high=9999) if "year" in table else None,
        "status": one_of(required(table, "status", where), PROFILE_STATUSES, "status", where),
    }


def _note(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"note": words(table.get("note", {}), "note", where)}


def _dimensions(table: Mapping[str, Any], where: str, inherited: Sequence[Rule]) -> dict[str, float]:
    """Weights of dimensions; one that is absent weighs 1. A weight of what nothing is scored by would say nothing."""
    found = as_table(table.get("dimensions", {}), "dimensions", where)
    rules = [rule for rule in _list_of(table.get("rule")) if isinstance(rule, dict)]
    own = {rule["dimension"] for rule in rules if isinstance(rule.get("dimension"), str)}
    for name in found:
        one_of(name, DIMENSIONS | own | {rule.dimension for rule in inherited}, "a dimension", where)
    weights = {
        name: number(value, f"dimensions.{name}", where, low=0.0, high=HEAVIEST) for name, value in found.items()
    }
    if weights and not any(weights.values()):
        raise SlipError(f"{where}: all weights of dimensions are 0, so that nothing counts", "dimensions")
    return weights


def _list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _rules(table: Mapping[str, Any], where: str, faults: Faults, *, inherits: bool) -> list[Rule]:
    """The rules that the file itself has."""
    entries = typed(table.get("rule", []) if inherits else required(table, "rule", where), list, "rule", where)
    if len(entries) > MOST_RULES:
        raise SlipError(f"{where}: holds {len(entries)} rules; at most {MOST_RULES} are read")
    rules: list[Rule] = []
    for position, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise SlipError(f"{where}: each rule is {shown(entry)}; it must be a table, written as [[rule]]")
        name = entry.get("id", "?")
        named = name[:40] if isinstance(name, str) else shown(name)
        found = read_rule(entry, f"{where}, rule {named!r}", faults, position)
        rules += [] if found is None else [found]
    ids = [rule.id for rule in rules]
    doubled = sorted({rule_id for rule_id in ids if ids.count(rule_id) > 1})
    if doubled:
        raise SlipError(f"{where}: rule ids occur twice: {', '.join(doubled)}", doubled[0])
    return rules


def _inherited(table: Mapping[str, Any], where: str) -> tuple[Profile | None, tuple[str, ...]]:
    """The profile that is extended, and the rules of it that do not hold."""
    if "extends" not in table:
        if "without" in table:
            raise SlipError(f"{where}: without leaves out inherited rules; write extends too", "without")
        return None, ()
    base = packaged_profile(one_of(table["extends"], known_profiles(), "extends", where))
    without = texts(table["without"], "without", where) if "without" in table else ()
    for rule_id in without:
        one_of(rule_id, [rule.id for rule in base.rules], f"without (of {base.id})", where)
    return base, without


def _with_own(base: Profile, without: Sequence[str], own: Sequence[Rule]) -> tuple[Rule, ...]:
    """The inherited rules, each replaced by the own one of its id; then the others of one's own."""
    instead = {rule.id: rule for rule in own}
    inherited = {rule.id for rule in base.rules}
    kept = [instead.get(rule.id) or _quoted(rule, base) for rule in base.rules if rule.id not in without]
    return (*kept, *(rule for rule in own if rule.id not in inherited or rule.id in without))


def _quoted(rule: Rule, base: Profile) -> Rule:
    """An inherited rule, whose clause says whose it is: the heir's title stands over it."""
    source = {language: base.title.get(language, base.id) for language in rule.basis.clause}
    clause = {language: f"{source[language]}: {text}" for language, text in rule.basis.clause.items()}
    basis: Basis = replace(rule.basis, clause=clause)
    return replace(rule, basis=basis)
