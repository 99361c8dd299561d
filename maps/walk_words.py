"""How a rule walks, in words: who, how far or how long, and which way."""

from __future__ import annotations

from analyses.profile import Rule
from maps.numbers import number

_WAYS: dict[str, tuple[str, str]] = {
    "walk": ("on foot", "步行"),
    "walk_elderly": ("on foot at an older person's pace", "按老年人步速步行"),
    "walk_pram": ("with a pram", "推婴儿车"),
    "walk_wheelchair": ("in a wheelchair", "乘轮椅"),
    "cycle": ("by bicycle", "骑行"),
    "euclidean": ("in a straight line", "直线"),
}
_DIRECTIONS: dict[str, tuple[str, str]] = {
    "to": ("", ""),
    "from": (" on the way home", "（返程）"),
    "both": (" on average there and back", "（往返平均）"),
}


def limit_words(rule: Rule, language: str) -> str:
    """The limit with its unit: "500 m", "15 min"."""
    if rule.within_s is not None:
        return number(rule.within_s / 60, "min", language)
    assert rule.within_m is not None
    return number(rule.within_m, "m", language)


def way_words(rule: Rule, language: str) -> str:
    """Who walks, and which way: "on foot", "in a wheelchair on the way home"."""
    which = 1 if language == "zh" else 0
    return _WAYS[rule.by][which] + _DIRECTIONS[rule.direction][which]


def near_phrase(rule: Rule, language: str) -> str:
    """The limit in a sentence: "within 500 m on foot"."""
    limit, way = limit_words(rule, language), way_words(rule, language)
    return f"{way} {limit}内" if language == "zh" else f"within {limit} {way}"
