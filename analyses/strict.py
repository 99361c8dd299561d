"""Reading a table from strangers' hands: every key known, every value of its type, every fault named."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from spatial.errors import ProfileError

T = TypeVar("T")
_TYPES = {str: "a text", int: "a whole number", list: "a list", dict: "a table"}


def only(table: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Refuse keys that nobody reads."""
    for key in table:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ProfileError(f"{where}: unknown key {key!r}.{hint} Known: {', '.join(sorted(known))}")


def required(table: Mapping[str, Any], key: str, where: str) -> Any:
    """The value of a key that has to be there."""
    if key not in table:
        raise ProfileError(f"{where}: {key!r} is missing")
    return table[key]


def typed(value: Any, kind: type[T], what: str, where: str) -> T:
    """The value, if it is of its type. True is no number."""
    if not isinstance(value, kind) or isinstance(value, bool):
        raise ProfileError(f"{where}: {what} is {value!r}; it must be {_TYPES[kind]}")
    return value


def as_table(value: Any, what: str, where: str) -> Mapping[str, Any]:
    """The value, if it is a table."""
    return typed(value, dict, what, where)


def texts(value: Any, what: str, where: str) -> tuple[str, ...]:
    """A list of texts that is not empty; one text alone is not taken for a list of letters."""
    entries = typed(value, list, what, where)
    if not entries or not all(isinstance(entry, str) for entry in entries):
        raise ProfileError(f'{where}: {what} is {value!r}; it must be a list of texts, such as ["green"]')
    return tuple(entries)


def words(value: Any, what: str, where: str) -> Mapping[str, str]:
    """Texts by language."""
    table = as_table(value, what, where)
    for language, text in table.items():
        typed(text, str, f"{what}.{language}", where)
    return table


def one_of(value: Any, known: Collection[str], what: str, where: str) -> Any:
    """The value, if it is one of those known."""
    if value not in tuple(known):
        raise ProfileError(f"{where}: {what} is {value!r}; it must be one of: {', '.join(sorted(known))}")
    return value
