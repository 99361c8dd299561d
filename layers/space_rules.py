"""The rules of public space, compiled: those of ``rules/public_space.toml``, as a study may have changed them.

A study takes packaged rules away by name (`SpaceRules.without`), puts rules of its own before them or
in place of one of the same name (`SpaceRules.rules`), and sets one least width for all classes that
have one (`SpaceRules.min_width_m`). Whoever reads the results is told which: see `overridden`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from layers.tag_rules import Rule, Tags, TagTest, keys_named, parse_rule, rule_file
from layers.types import Caveat, SpaceRules

FILE = "public_space"
RULE_SETTINGS = ("class", "outside", "min_area_m2")
PREFIXES = {"restricted": "restricted", "grounds": "ground", "closed_grounds": "closed_ground", "hole": "hole"}
"""Array of the rule file -> what precedes the names of its rules in ``without``: ``ground.school``."""
KINDS = ("open_space", "open_house", "service")
_MOST_NAMED = 12


@dataclass(frozen=True)
class SpaceClass:
    """One class of the closed list, and what is too little of it to be a place."""

    name: str
    kind: str
    """One of `KINDS`: open_space (for everybody, or none), open_house (anybody may come in) or service (by
    enrolment: its door may be private)."""
    min_width_m: float
    """A circle of this diameter fits into its place. 0: no least width."""
    min_area_m2: float
    because: str
    because_zh: str


@dataclass(frozen=True)
class Restriction:
    """Tags that turn an element away whatever rule includes it."""

    name: str
    kinds: frozenset[str]
    """Kinds of class that it concerns."""
    unless: TagTest
    despite: TagTest
    """Tags that lift it."""
    because: str
    because_zh: str

    def hit(self, tags: Tags) -> str | None:
        """The key that turns the tags away, or None."""
        key = self.unless.first_match(tags)
        return None if key is not None and self.despite.first_match(tags) is not None else key


@dataclass(frozen=True)
class PublicSpaceRules:
    """Everything that decides what is public space."""

    rules: tuple[Rule, ...]
    """The first that includes an element decides."""
    classes: Mapping[str, SpaceClass]
    restrictions: tuple[Restriction, ...]
    grounds: tuple[Rule, ...]
    closed_grounds: tuple[Rule, ...]
    holes: tuple[Rule, ...]
    fenced: tuple[Rule, ...]
    own: tuple[Rule, ...] = ()
    """Those of `rules` that a study brought: a reader of an extract has to keep what they include."""
    overridden: tuple[str, ...] = ()
    """What a study changed; see the function of this name."""

    def restriction(self, tags: Tags, kind: str) -> str | None:
        """The key that turns an element of this kind away, whatever rule included it."""
        return next((key for r in self.restrictions if kind in r.kinds and (key := r.hit(tags)) is not None), None)

    def min_area_m2(self, rule: Rule) -> float:
        """The least area of a space that a rule finds [m2]: its own, else its class's."""
        return float(rule.settings.get("min_area_m2", self.classes[rule.settings["class"]].min_area_m2))


def space_rules(changes: SpaceRules | None = None) -> PublicSpaceRules:
    """The packaged rules with a study's changes, which `check_space_rules` has passed.

    Raises
    ------
    LayerError
        If a rule lacks a name, an include or a reason, or has an unknown key.
    """
    if changes is None or changes == SpaceRules():
        return _packaged()
    base = _packaged()
    own = {
        str(table["name"]): parse_rule(table, RULE_SETTINGS, "study file, [public_space_rules]")
        for table in changes.rules
    }
    names = {rule.name for rule in base.rules}
    rules = [rule for name, rule in own.items() if name not in names]
    rules += [own.get(rule.name, rule) for rule in base.rules if rule.name not in changes.without]
    return PublicSpaceRules(
        rules=tuple(rules),
        classes=base.classes if changes.min_width_m is None else _widths(base.classes, changes.min_width_m),
        restrictions=tuple(r for r in base.restrictions if f"restricted.{r.name}" not in changes.without),
        grounds=_left(base.grounds, "grounds", changes.without),
        closed_grounds=_left(base.closed_grounds, "closed_grounds", changes.without),
        holes=_left(base.holes, "hole", changes.without),
        fenced=base.fenced,
        own=tuple(own.values()),
        overridden=overridden(changes),
    )


def overridden(changes: SpaceRules) -> tuple[str, ...]:
    """What a study changed, as it is told to readers: ``-dog_park`` (taken away), ``+plaza``, ``min_width_m=6``."""
    width = () if changes.min_width_m is None else (f"min_width_m={changes.min_width_m:g}",)
    return (*(f"-{name}" for name in changes.without), *(f"+{table['name']}" for table in changes.rules), *width)


def override_caveats(changes: SpaceRules) -> list[Caveat]:
    """A caveat that names what a study changed (the first dozen); none where it changed nothing."""
    named = overridden(changes)
    if not named:
        return []
    more = f" +{len(named) - _MOST_NAMED}" if len(named) > _MOST_NAMED else ""
    return [Caveat("rules_overridden", "spaces", len(named), "rules", ", ".join(named[:_MOST_NAMED]) + more)]


def digest(changes: SpaceRules) -> str:
    """Sixteen letters that differ whenever a study's changes do: a part of the names of what is kept between runs."""
    content = [list(changes.without), list(changes.rules), changes.min_width_m]
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=list).encode()).hexdigest()[:16]


def tag_keys(changes: SpaceRules | None = None) -> frozenset[str]:
    """Every tag key that the rules test: what a reader of an extract has to keep for them."""
    own = keys_named(list(changes.rules)) if changes is not None else frozenset()
    return keys_named(rule_file(FILE)) | own


def rule_names() -> frozenset[str]:
    """Every name that ``without`` may hold."""
    table = rule_file(FILE)
    named = {f"{prefix}.{rule['name']}" for array, prefix in PREFIXES.items() for rule in table[array]}
    return frozenset(named | {rule["name"] for rule in table["rule"]})


def _left(rules: Iterable[Rule], array: str, without: Iterable[str]) -> tuple[Rule, ...]:
    gone = frozenset(without)
    return tuple(rule for rule in rules if f"{PREFIXES[array]}.{rule.name}" not in gone)


def _widths(classes: Mapping[str, SpaceClass], min_width_m: float) -> dict[str, SpaceClass]:
    """The classes that have a least width, with this one."""
    return {
        name: SpaceClass(c.name, c.kind, min_width_m, c.min_area_m2, c.because, c.because_zh) if c.min_width_m else c
        for name, c in classes.items()
    }


@cache
def _packaged() -> PublicSpaceRules:
    table = rule_file(FILE)
    where = f"layers/rules/{FILE}.toml"

    def rules(array: str, settings: tuple[str, ...] = ()) -> tuple[Rule, ...]:
        return tuple(parse_rule(rule, settings, where) for rule in table[array])

    return PublicSpaceRules(
        rules=rules("rule", RULE_SETTINGS),
        classes={entry["name"]: _space_class(entry) for entry in table["class"]},
        restrictions=tuple(_restriction(entry) for entry in table["restricted"]),
        grounds=rules("grounds", ("classes",)),
        closed_grounds=rules("closed_grounds"),
        holes=rules("hole"),
        fenced=rules("fenced"),
    )


def _space_class(entry: Mapping[str, Any]) -> SpaceClass:
    return SpaceClass(
        entry["name"], entry["kind"], float(entry.get("min_width_m", 0.0)), float(entry.get("min_area_m2", 0.0)),
        entry["because"], entry["because_zh"],
    )  # fmt: skip


def _restriction(entry: Mapping[str, Any]) -> Restriction:
    return Restriction(
        entry["name"], frozenset(entry["kinds"]), TagTest.parse(entry["unless"]),
        TagTest.parse(entry.get("despite", {})), entry["because"], entry["because_zh"],
    )  # fmt: skip
