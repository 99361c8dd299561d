"""What a walkable way and its nodes are like underfoot, from their tags (``rules/traits.toml``)."""

from __future__ import annotations

import math
import re
from functools import cache

from layers.tag_rules import Rule, Tags, parse_rules
from spatial.errors import LayerError
from spatial.traits import NodeTrait, Trait

_NUMBER = r"([+-]?\d+(?:\.\d+)?)"
_SHARE = re.compile(rf"{_NUMBER}\s*%")
_DEGREES = re.compile(rf"{_NUMBER}\s*°")
_METRES = re.compile(rf"{_NUMBER}\s*m?")
_STEEPEST_SHARE = 2.0
"""Anything steeper is a slip of the keyboard: nobody walks up a wall."""


@cache
def _rules(key: str) -> tuple[tuple[Rule, int], ...]:
    names = Trait if key == "way" else NodeTrait
    pairs = []
    for rule in parse_rules("traits", key, ("trait",)):
        name = rule.settings.get("trait")
        if name not in names.__members__:
            raise LayerError(
                f"layers/rules/traits.toml: rule '{rule.name}' names the trait {name!r}, which does not exist, so it "
                f"would have no effect; it must be one of {sorted(names.__members__)}"
            )
        pairs.append((rule, int(names[str(name)])))
    return tuple(pairs)


def way_flags(tags: Tags) -> int:
    """`Trait` bits of a way with these tags."""
    return _flags(tags, _rules("way"))


def way_traits(tags: Tags) -> tuple[int, float, float]:
    """`Trait` bits, incline and width of a way with these tags."""
    return way_flags(tags), incline_share(tags), width_m(tags)


def node_flags(tags: Tags) -> int:
    """`NodeTrait` bits of a node with these tags; what a road makes of its nodes is added elsewhere."""
    return _flags(tags, _rules("node"))


def road_flags(flags: int) -> int:
    """`NodeTrait` bits that a way lends to the nodes that it runs through."""
    found = 0
    if flags & Trait.MAJOR_ROAD:
        found |= NodeTrait.MAJOR_ROAD
    if flags & Trait.SECONDARY_ROAD:
        found |= NodeTrait.SECONDARY_ROAD
    return int(found)


def incline_share(tags: Tags) -> float:
    """Rise over run along the drawn direction, as tagged in per cent or degrees; NaN without a number."""
    text = tags.get("incline", "").strip()
    if found := _SHARE.fullmatch(text):
        share = float(found[1]) / 100
    elif (found := _DEGREES.fullmatch(text)) and abs(float(found[1])) < 90:
        share = math.tan(math.radians(float(found[1])))
    else:
        return math.nan
    return share if abs(share) <= _STEEPEST_SHARE else math.nan


def width_m(tags: Tags) -> float:
    """Width in metres, as tagged; NaN without a plain number."""
    found = _METRES.fullmatch(tags.get("width", "").strip())
    return float(found[1]) if found and float(found[1]) > 0 else math.nan


def _flags(tags: Tags, rules: tuple[tuple[Rule, int], ...]) -> int:
    flags = 0
    for rule, bit in rules:
        if rule.include.all_match(tags) and rule.refusal(tags) is None:
            flags |= bit
    return flags
