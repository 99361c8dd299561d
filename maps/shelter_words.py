"""Refuges as rules ask for them, in words: of which grade, and with how much effective area."""

from __future__ import annotations

from analyses.profile import SHELTER, Supply
from maps.numbers import area, number
from maps.vocabulary import HAZARD_KINDS, Words, class_word, word

GRADES: Words = {
    "emergency": ("emergency", "紧急"),
    "temporary": ("temporary", "临时"),
    "short": ("short-term", "短期"),
    "medium": ("medium-term", "中期"),
    "long": ("long-term", "长期"),
    "centre": ("centre", "中心"),
}
"""Grades of refuges, by how long people can stay."""


def shelter_phrase(supply: Supply, language: str, *, article: bool) -> str:
    """What counts: "a refuge of short-term grade or higher with 0.2 ha of effective area or more"."""
    name = class_word(SHELTER, language)
    if language == "zh":
        parts = _parts_zh(supply)
        if supply.grade:
            name = f"{word(GRADES, supply.grade, 'zh')}及以上级别{name}"
        return ("、".join(parts) + "的" if parts else "") + name
    return f"{'a ' if article else ''}{name}{_parts_en(supply)}"


def refuge_area_phrase(supply: Supply, language: str) -> str:
    """What is added up: "effective area of refuges of short-term grade or higher"; in Chinese for each resident."""
    if language == "zh":
        plain = shelter_phrase(supply, "zh", article=False) == class_word(SHELTER, "zh")
        return "人均有效避难面积" if plain else f"{shelter_phrase(supply, 'zh', article=False)}人均有效避难面积"
    return f"effective area of {class_word(SHELTER, 'en')}s{_parts_en(supply)}"


def _parts_en(supply: Supply) -> str:
    text = f" of {word(GRADES, supply.grade, 'en')} grade or higher" if supply.grade else ""
    least, most = supply.min_area_m2, supply.max_area_m2
    text += f" with {area(least, 'en')} of effective area or more" if least is not None else ""
    if most is not None:
        text += f"{' but' if least is not None else ' with'} less than {area(most, 'en')}"
        text += "" if least is not None else " of effective area"
    if supply.min_width_m is not None:
        text += f" at least {number(supply.min_width_m, 'm', 'en')} wide"
    kind = supply.outside_hazard
    return text + (f" outside {word(HAZARD_KINDS, kind, 'en')} areas" if kind else "")


def _parts_zh(supply: Supply) -> list[str]:
    parts = []
    if supply.min_area_m2 is not None:
        parts.append(f"有效面积不小于 {area(supply.min_area_m2, 'zh')}")
    if supply.max_area_m2 is not None:
        parts.append(f"有效面积不足 {area(supply.max_area_m2, 'zh')}")
    if supply.min_width_m is not None:
        parts.append(f"宽不小于 {number(supply.min_width_m, 'm', 'zh')}")
    if supply.outside_hazard:
        parts.append(f"{word(HAZARD_KINDS, supply.outside_hazard, 'zh')}灾害区外")
    return parts
