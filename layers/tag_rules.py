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
class TagTest:
    """Accepted values by key."""

    exact: Mapping[str, frozenset[str]]
    """Values compared as they are; ``*`` among them accepts any."""
    parts: Mapping[str, tuple[str, ...]]
    """Texts that a value may contain."""

    @classmethod
    def parse(cls, table: Mapping[str, Iterable[str]]) -> TagTest:
        """Read a table ``key = [values]`` of a rule file."""
        exact: dict[str, frozenset[str]] = {}
        parts: dict[str, tuple[str, ...]] = {}
        for key, values in table.items():
            contained = tuple(value[1:-1] for value in values if len(value) > 2 and value[0] == value[-1] == "*")
            exact[key] = frozenset(value for value in values if not (len(value) > 2 and value[0] == value[-1] == "*"))
            if contained:
                parts[key] = contained
        return cls(exact, parts)

    def __bool__(self) -> bool:
        return bool(self.exact)

    def accepts(self, key: str, value: str) -> bool:
        """Whether the value of one key is among the accepted ones."""
        accepted = self.exact[key]
        return value in accepted or "*" in accepted or any(part in value for part in self.parts.get(key, ()))

    def all_match(self, tags: Tags) -> bool:
        """Whether every key is present with an accepted value. True for an empty test."""
        return all(key in tags and self.accepts(key, tags[key]) for key in self.exact)

    def first_match(self, tags: Tags) -> str | None:
        """The first key that is present with an accepted value."""
        return next((key for key in self.exact if key in tags and self.accepts(key, tags[key])), None)


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
    return next((rule for rule in rules if rule.include.all_match(tags)), None)


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


def keys_named(table: Any) -> frozenset[str]:
    """Every tag key that the tests of a rule file name: what the reader has to keep."""
    found: set[str] = set()
    if isinstance(table, Mapping):
        for key, value in table.items():
            found |= set(value) if key in {"include", "unless", "require"} else keys_named(value)
    elif isinstance(table, list):
        for value in table:
            found |= keys_named(value)
    return frozenset(found)
