"""Tag rules are data: ordered, the first that includes an element decides, and each says why.

A rule file is TOML in ``layers/rules``. Its rules share four keys: ``include`` (every key must
match), ``unless`` (any match turns the element away), ``require`` (every key must match, else it
is turned away) and ``because``. A value is a list of accepted values; ``*`` stands for any value,
``*text*`` for any value that contains the text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from spatial.errors import LayerError

Tags = Mapping[str, str]
_SHARED_KEYS = frozenset({"name", "include", "unless", "require", "because"})


@dataclass(frozen=True)
class KeyTest:
    """Accepted values of one key."""

    key: str
    values: frozenset[str]
    """Values compared as they are; ``*`` among them accepts any."""
    parts: tuple[str, ...]
    """Texts that a value may contain."""

    def accepts(self, value: str) -> bool:
        """Whether a value is among the accepted ones."""
        return value in self.values or "*" in self.values or any(part in value for part in self.parts)


@dataclass(frozen=True)
class TagTest:
    """Accepted values by key."""

    keys: tuple[KeyTest, ...]

    @classmethod
    def parse(cls, table: Mapping[str, Iterable[str]]) -> TagTest:
        """Read a table ``key = [values]`` of a rule file."""
        tests = []
        for key, values in table.items():
            contained = [value for value in values if len(value) > 2 and value[0] == value[-1] == "*"]
            parts = tuple(value[1:-1] for value in contained)
            tests.append(KeyTest(key, frozenset(values) - frozenset(contained), parts))
        return cls(tuple(tests))

    def all_match(self, tags: Tags) -> bool:
        """Whether every key is present with an accepted value. True for an empty test."""
        for test in self.keys:
            value = tags.get(test.key)
            if value is None or not test.accepts(value):
                return False
        return True

    def first_match(self, tags: Tags) -> str | None:
        """The first key that is present with an accepted value."""
        for test in self.keys:
            value = tags.get(test.key)
            if value is not None and test.accepts(value):
                return test.key
        return None


@dataclass(frozen=True)
class Rule:
    """One rule of a rule file."""

    name: str
    include: TagTest
    unless: TagTest
    require: TagTest
    because: str
    settings: Mapping[str, Any]
    """The keys that only this kind of rule has, such as ``class`` or ``walkable``."""

    def refusal(self, tags: Tags) -> str | None:
        """Why an included element is turned away: the key that says so, or None if it is not."""
        hit = self.unless.first_match(tags)
        if hit is not None:
            return hit
        return None if self.require.all_match(tags) else "not_stated"


def first_rule(tags: Tags, rules: Iterable[Rule]) -> Rule | None:
    """The first rule that includes the tags, whatever it then decides."""
    for rule in rules:
        if rule.include.all_match(tags):
            return rule
    return None


@cache
def rule_file(name: str) -> Mapping[str, Any]:
    """A packaged rule file as parsed, read once."""
    return tomllib.loads(resources.files("layers").joinpath("rules", f"{name}.toml").read_text(encoding="utf-8"))


def parse_rules(file: str, key: str, settings: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The ordered rules ``[[key]]`` of a packaged rule file.

    Parameters
    ----------
    file, key
        Rule file without its ending, and the array of tables in it.
    settings
        Keys that these rules may have beside the shared ones.

    Raises
    ------
    LayerError
        If a rule lacks a name, an include or a reason, or has an unknown key.
    """
    known = _SHARED_KEYS | frozenset(settings)
    rules = []
    for table in rule_file(file).get(key, ()):
        name = str(table.get("name", "?"))
        unknown = sorted(set(table) - known)
        lacking = [required for required in ("name", "include", "because") if not table.get(required)]
        if unknown or lacking:
            raise LayerError(
                f"layers/rules/{file}.toml: rule '{name}' has unknown keys {unknown} and lacks {lacking}; "
                f"a rule that is read wrongly decides wrongly; known keys are {sorted(known)}"
            )
        tests = {part: TagTest.parse(table.get(part, {})) for part in ("include", "unless", "require")}
        own = {setting: table[setting] for setting in settings if setting in table}
        rules.append(Rule(name=name, because=table["because"], settings=own, **tests))
    return tuple(rules)


def keys_named(table: object) -> frozenset[str]:
    """Every tag key that the tests of a rule file name: what the reader has to keep."""
    found: set[str] = set()
    if isinstance(table, Mapping):
        for key, value in table.items():
            found |= set(value) if key in {"include", "unless", "require"} else keys_named(value)
    elif isinstance(table, list):
        for value in table:
            found |= keys_named(value)
    return frozenset(found)


@cache
def space_classes() -> tuple[str, ...]:
    """The closed list of classes of public space."""
    return tuple(rule_file("public_space")["classes"])


@cache
def unions() -> Mapping[str, tuple[str, ...]]:
    """Unions of classes, each with its member classes."""
    return {name: tuple(classes) for name, classes in rule_file("unions").items()}
