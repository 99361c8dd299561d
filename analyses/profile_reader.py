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
from functools import cache, partial
from hashlib import sha256
from importlib.resources import files
from typing import Any

from analyses.column import column_part
from analyses.lines import DEEPEST_KEY, Lines, line_of_deep_key
from analyses.profile import Basis, Profile, ProfileText, Rule
from analyses.rule_reader import read_rule
from analyses.strict import (
    Faults,
    SlipError,
    as_table,
    filled,
    number,
    one_of,
    only,
    required,
    shown,
    texts,
    together,
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


@cache
def packaged_profile(profile_id: str) -> Profile:
    """Read a packaged profile by its id; once, as it is part of the package and every suggestion of refuge asks it.

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
    for part in (_keys, _id, _title, _issuer, _year, _status, _note):
        with faults.gathered():
            head |= part(table, where)
    base: Profile | None = None
    without: tuple[str, ...] = ()
    with faults.gathered():
        base, without = _inherited(table, where)
    own: list[Rule] = []
    with faults.gathered():
        inherited = [] if base is None else [rule.id for rule in base.rules if rule.id not in without]
        own = _rules(table, where, faults, inherited)
    weights: dict[str, float] = {}
    with faults.gathered():
        weights = _dimensions(table, where, base)
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
    together(
        lambda: only(table, PROFILE_KEYS, where),
        lambda: whole(table.get("schema", 1), "schema", where, low=1, high=1),
    )
    return {}


def _id(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    profile_id = typed(required(table, "id", where), str, "id", where)
    if not PROFILE_ID.fullmatch(profile_id) or profile_id in RESERVED:
        raise SlipError(
            f"{where}: id is {profile_id[:60]!r}; it must be of small letters, digits, dots and hyphens, and not "
            f"{', '.join(sorted(RESERVED))}",
            "id",
        )
    return {"id": profile_id}


def _title(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"title": filled(words(required(table, "title", where), "title", where), "title", where)}


def _issuer(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    issuer = typed(required(table, "issuer", where), str, "issuer", where)
    if not issuer.strip():
        raise SlipError(f"{where}: issuer is empty; say who published the standard", "issuer")
    return {"issuer": issuer}


def _year(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"year": whole(table["year"], "year", where, low=1, high=9999) if "year" in table else None}


def _status(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"status": one_of(required(table, "status", where), PROFILE_STATUSES, "status", where)}


def _note(table: Mapping[str, Any], where: str) -> dict[str, Any]:
    return {"note": words(table.get("note", {}), "note", where)}


def _dimensions(table: Mapping[str, Any], where: str, base: Profile | None) -> dict[str, float]:
    """Weights of dimensions; one that is absent weighs 1. A weight of what nothing is scored by would say nothing."""
    found = as_table(table.get("dimensions", {}), "dimensions", where)
    rules = [rule for rule in _list_of(table.get("rule")) if isinstance(rule, dict)]
    own = {rule["dimension"] for rule in rules if isinstance(rule.get("dimension"), str)}
    known = DIMENSIONS | own | {rule.dimension for rule in (base.rules if base else ())}
    if base is None and "extends" in table:  # which was not read, so that its names are not known
        known |= found.keys()
    names = [partial(one_of, name, known, "a dimension", where) for name in found]
    read = [partial(number, found[name], f"dimensions.{name}", where, low=0.0, high=HEAVIEST) for name in found]
    weights = dict(zip(found, together(*names, *read)[len(names) :], strict=True))
    if weights and not any(weights.values()):
        raise SlipError(f"{where}: all weights of dimensions are 0, so that nothing counts", "dimensions")
    return weights


def _list_of(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _rules(table: Mapping[str, Any], where: str, faults: Faults, inherited: Sequence[str]) -> list[Rule]:
    """The rules that the file itself has; `inherited` are the ids of those that hold beside them."""
    may_be_none = {"extends", "without"} & table.keys()
    entries = typed(table.get("rule", []) if may_be_none else required(table, "rule", where), list, "rule", where)
    if len(entries) > MOST_RULES:
        raise SlipError(f"{where}: holds {len(entries)} rules; at most {MOST_RULES} are read")
    rules: list[Rule] = []
    ids: list[str] = []
    for position, entry in enumerate(entries):
        with faults.gathered(position):
            if not isinstance(entry, dict):
                raise SlipError(f"{where}: each rule is {shown(entry)}; it must be a table, written as [[rule]]")
            name = entry.get("id", "?")
            named = f"{where}, rule {name[:40]!r}" if isinstance(name, str) else f"{where}, rule {shown(name)!r}"
            found = read_rule(entry, named, faults, position)
            rules += [] if found is None else [found]
            if isinstance(entry.get("id"), str):
                _refuse_twin(name, (*ids, *(other for other in inherited if other != name)), named)
                ids.append(name)
    return rules


def _refuse_twin(rule_id: str, others: Sequence[str], where: str) -> None:
    """Refuse an id whose column would be that of another rule; tables do not tell small letters from large ones."""
    column = column_part(rule_id).lower()
    twin = next((other for other in others if column_part(other).lower() == column), None)
    if twin is not None:
        like_it = "the id occurs twice" if twin == rule_id else f"the id is, as the name of a column, that of {twin!r}"
        raise SlipError(f"{where}: {like_it}, so that their figures could not be told apart; choose another", "id")


def _inherited(table: Mapping[str, Any], where: str) -> tuple[Profile | None, tuple[str, ...]]:
    """The profile that is extended, and the rules of it that do not hold."""
    if "extends" not in table:
        if "without" in table:
            raise SlipError(f"{where}: without leaves out inherited rules; write extends too", "without")
        return None, ()
    base = packaged_profile(one_of(table["extends"], known_profiles(), "extends", where))
    without = texts(table["without"], "without", where) if "without" in table else ()
    known = [rule.id for rule in base.rules]
    together(*(partial(one_of, rule_id, known, f"without (of {base.id})", where) for rule_id in without))
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
