"""Tag rules are data: ordered, the first that includes an element decides, and each says why.

A rule file is TOML in ``layers/rules``. Its rules share four keys: ``include`` (every key must
match), ``unless`` (any match turns the element away), ``require`` (every key must match, else it
is turned away) and ``because``. A value is a list of accepted values: ``*`` stands for any value,
``*text*`` for any that contains the text, ``text*`` and ``*text`` for any that begins or ends with it,
and ``!text`` for any but that one. Of a tag with several values, ``a;b``, one has to be accepted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Any

from spatial.errors import LayerError

Tags = Mapping[str, str]
_SHARED_KEYS = frozenset({"name", "include", "unless", "require", "because", "because_zh"})


_TESTS = frozenset({"include", "unless", "require", "despite"})


@dataclass(frozen=True)
class KeyTest:
    """Accepted values of one key."""

    key: str
    values: frozenset[str]
    """Values compared as they are; ``*`` among them accepts any."""
    parts: tuple[str, ...] = ()
    """Texts that a value may contain."""
    starts: tuple[str, ...] = ()
    """Texts that a value may begin with."""
    ends: tuple[str, ...] = ()
    """Texts that a value may end with."""
    excepted: frozenset[str] = frozenset()
    """Where there are some, every value but these is accepted."""

    @property
    def open_ended(self) -> bool:
        """Whether values are accepted that are not among `values`."""
        return bool("*" in self.values or self.parts or self.starts or self.ends or self.excepted)

    @classmethod
    def parse(cls, key: str, values: Iterable[str]) -> KeyTest:
        """Read the values of one key of a rule file."""
        plain, parts, starts, ends, excepted = set(), [], [], [], set()
        for value in values:
            if value.startswith("!") and len(value) > 1:
                excepted.add(value[1:])
            elif value[:1] == value[-1:] == "*" and len(value) > 2:
                parts.append(value[1:-1])
            elif value.endswith("*") and len(value) > 1:
                starts.append(value[:-1])
            elif value.startswith("*") and len(value) > 1:
                ends.append(value[1:])
            else:
                plain.add(value)
        return cls(key, frozenset(plain), tuple(parts), tuple(starts), tuple(ends), frozenset(excepted))

    def accepts(self, value: str) -> bool:
        """Whether a value, or one of several, is among the accepted ones."""
        if value in self.values or "*" in self.values:
            return True
        if ";" in value:
            return any(self._accepts_one(part) for part in map(str.strip, value.split(";")) if part)
        return self._accepts_one(value)

    def _accepts_one(self, value: str) -> bool:
        if value in self.values or any(part in value for part in self.parts):
            return True
        if value.startswith(self.starts) or value.endswith(self.ends):
            return True
        return bool(self.excepted) and value not in self.excepted


@dataclass(frozen=True)
class TagTest:
    """Accepted values by key."""

    keys: tuple[KeyTest, ...]

    @classmethod
    def parse(cls, table: Mapping[str, Iterable[str]]) -> TagTest:
        """Read a table ``key = [values]`` of a rule file."""
        return cls(tuple(KeyTest.parse(key, values) for key, values in table.items()))

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
    because_zh: str = ""
    """The reason in Chinese, of rules that users see."""

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


@cache
def rule_hashes() -> Mapping[str, str]:
    """SHA-256 of every packaged rule file by its name, so that a record of a run tells by which it was made."""
    entries = (resources.files("layers") / "rules").iterdir()
    found = {entry.name: sha256(entry.read_bytes()).hexdigest() for entry in entries if entry.name.endswith(".toml")}
    return dict(sorted(found.items()))


class RulesByKeys:
    """Ordered rules, of which only those are asked whose keys an element has.

    Most elements of an extract are buildings and trees: their keys alone say that no rule concerns them.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._by_keys: dict[frozenset[str], tuple[Rule, ...]] = {}

    def first(self, tags: Tags) -> Rule | None:
        """The first rule that includes the tags, whatever it then decides."""
        return first_rule(tags, self._possible(tags))

    def first_applying(self, tags: Tags) -> Rule | None:
        """The first rule that includes the tags and does not turn them away."""
        for rule in self._possible(tags):
            if rule.include.all_match(tags) and rule.refusal(tags) is None:
                return rule
        return None

    def _possible(self, tags: Tags) -> tuple[Rule, ...]:
        keys = frozenset(tags)
        possible = self._by_keys.get(keys)
        if possible is None:
            possible = tuple(rule for rule in self._rules if all(test.key in keys for test in rule.include.keys))
            self._by_keys[keys] = possible
        return possible


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
    return tuple(parse_rule(table, settings, f"layers/rules/{file}.toml") for table in rule_file(file).get(key, ()))


def parse_rule(table: Mapping[str, Any], settings: Iterable[str], where: str) -> Rule:
    """One rule from its table. `where` is how an error calls the file; see `parse_rules`."""
    settings = tuple(settings)
    known = _SHARED_KEYS | frozenset(settings)
    name = str(table.get("name", "?"))
    unknown = sorted(set(table) - known)
    lacking = [required for required in ("name", "include", "because") if not table.get(required)]
    if unknown or lacking:
        raise LayerError(
            f"{where}: rule '{name}' has unknown keys {unknown} and lacks {lacking}; "
            f"a rule that is read wrongly decides wrongly; known keys are {sorted(known)}"
        )
    tests = {part: TagTest.parse(table.get(part, {})) for part in ("include", "unless", "require")}
    own = {setting: table[setting] for setting in settings if setting in table}
    return Rule(name=name, because=table["because"], settings=own, because_zh=table.get("because_zh", ""), **tests)


def keys_named(table: object) -> frozenset[str]:
    """Every tag key that the tests of a rule file name: what the reader has to keep."""
    found: set[str] = set()
    if isinstance(table, Mapping):
        for key, value in table.items():
            found |= set(value) if key in _TESTS else keys_named(value)
    elif isinstance(table, list):
        for value in table:
            found |= keys_named(value)
    return frozenset(found)


@cache
def space_classes() -> tuple[str, ...]:
    """The closed list of classes of public space."""
    return tuple(table["name"] for table in rule_file("public_space")["class"])


@cache
def unions() -> Mapping[str, tuple[str, ...]]:
    """Unions of classes, each with its member classes."""
    return {name: tuple(classes) for name, classes in rule_file("unions").items()}
