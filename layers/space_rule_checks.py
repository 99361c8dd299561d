"""What is wrong with a study's own rules of public space: all of it at once, before anything is read by them."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from layers.space_rules import rule_names
from layers.tag_rules import space_classes
from layers.types import SpaceRules

_TESTS = ("include", "unless", "require")
_KNOWN = ("name", "class", *_TESTS, "because", "because_zh", "outside", "min_area_m2")
_MOST_RULES = 200
_MOST_KEYS = 20
_MOST_VALUES = 100
_LONGEST_VALUE = 255
"""What OSM allows."""
_LONGEST_REASON = 500
_LARGEST_M2 = 1e8
_WIDEST_M = 100.0
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_KEY = re.compile(r"[^\s=*;]{1,63}")
_SHOWN = 40
_MOST_LISTED = 25


def check_space_rules(changes: SpaceRules) -> list[str]:
    """Faults of a study's changes to the rules of public space, each as the end of a sentence about where it stands.

    Returns
    -------
    list of str
        Empty if there are none. Unknown names come with the nearest known one; a rule must have a name, a test of a
        tag beside the name of the place, and a reason; keys and values must be such as OSM can hold, and within bounds.
    """
    faults = [*_without_faults(changes.without), *_width_faults(changes.min_width_m)]
    if len(changes.rules) > _MOST_RULES:
        return [*faults, f"rule: there are {len(changes.rules)}, and at most {_MOST_RULES} are read"]
    for number, table in enumerate(changes.rules, start=1):
        name = table.get("name")
        called = f"rule {_shown(name)}" if isinstance(name, str) and name else f"rule number {number}"
        faults += [f"{called}: {fault}" for fault in _rule_faults(table)]
    names = Counter(str(table.get("name")) for table in changes.rules)
    faults += [f"rule {_shown(name)}: stands there {count} times" for name, count in names.items() if count > 1]
    both = sorted(set(changes.without) & set(names))
    return faults + [
        f"rule {_shown(n)}: is in without too; a rule of that name already stands in its place" for n in both
    ]


def _without_faults(without: Iterable[str]) -> list[str]:
    known = rule_names()
    return [
        f"without: there is no rule {_shown(name)}{_nearest(str(name), known)}" for name in without if name not in known
    ]


def _width_faults(min_width_m: object) -> list[str]:
    if min_width_m is None or _is_number(min_width_m, _WIDEST_M):
        return []
    return [f"min_width_m: must be a number of metres from 0 to {_WIDEST_M:g}"]


def _rule_faults(table: Mapping[str, Any]) -> list[str]:
    unknown = [f"unknown key {_shown(key)}{_nearest(str(key), _KNOWN)}" for key in table if key not in _KNOWN]
    faults = [*unknown, *_name_faults(table.get("name")), *_reason_faults(table)]
    if not table.get("include"):
        faults.append('lacks include, the tags that it speaks of, such as include = { leisure = ["park"] }')
    elif isinstance(table["include"], Mapping) and set(table["include"]) <= {"name"}:
        faults.append("include tests the name alone, and streets and shops have names too; add the tag of a kind")
    for test in _TESTS:
        faults += [f"{test}: {fault}" for fault in _test_faults(table.get(test, {}))]
    return faults + _setting_faults(table)


def _name_faults(name: object) -> list[str]:
    if name is None:
        return ["lacks name, by which its exclusions are counted"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return ["name: must be small letters, digits, _ and -, at most 60"]
    return []


def _reason_faults(table: Mapping[str, Any]) -> list[str]:
    faults = []
    if not table.get("because"):
        faults.append("lacks because: one sentence that says why, for whoever reads the results")
    for key in ("because", "because_zh"):
        text = table.get(key, "")
        if not isinstance(text, str) or len(text) > _LONGEST_REASON:
            faults.append(f"{key}: must be a text of at most {_LONGEST_REASON} characters")
    return faults


def _test_faults(test: object) -> list[str]:
    """Faults of one table ``key = [values]``."""
    if not isinstance(test, Mapping):
        return ["must be a table of tag keys and lists of values"]
    faults = [f"has {len(test)} keys, and at most {_MOST_KEYS} are read"] if len(test) > _MOST_KEYS else []
    for key, values in test.items():
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            faults.append(f"{_shown(key)} is no tag key")
        if not isinstance(values, list | tuple) or not values or not all(isinstance(v, str) and v for v in values):
            faults.append(f'{_shown(key)} must be a list of texts, such as ["yes"] or ["*"] for any value')
        elif len(values) > _MOST_VALUES:
            faults.append(f"{_shown(key)} has {len(values)} values, and at most {_MOST_VALUES} are read")
        elif max(map(len, values)) > _LONGEST_VALUE:
            faults.append(f"{_shown(key)} has a value of more than {_LONGEST_VALUE} characters, which no tag has")
    return faults


def _setting_faults(table: Mapping[str, Any]) -> list[str]:
    faults = []
    if "class" in table and table["class"] not in space_classes():
        faults.append(
            f"class {_shown(table['class'])} is none of public space{_nearest(str(table['class']), space_classes())}; "
            "leave it out for what is never public"
        )
    if "outside" in table and not isinstance(table["outside"], bool):
        faults.append("outside: must be true or false")
    if "min_area_m2" in table and not _is_number(table["min_area_m2"], _LARGEST_M2):
        faults.append(f"min_area_m2: must be a number of square metres from 0 to {_LARGEST_M2:,.0f}")
    return faults


def _is_number(value: object, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    found = difflib.get_close_matches(name[:_SHOWN], names, n=1)
    if found:
        return f", did you mean '{found[0]}'?"
    return f"; known are {', '.join(names)}" if len(names) <= _MOST_LISTED else "; docs/public-space.md lists them"
