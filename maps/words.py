"""Every word that a reader sees, in English and Chinese: the door to the modules that hold them.

Words are made from the facts of the results when they are published; no frame of an assessment
holds prose. Text from data (names) passes through unchanged: whoever writes HTML escapes it.
"""

from __future__ import annotations

import re

from analyses.columns import NO_ENTRANCE_REASONS
from layers.types import Caveat
from maps.caveat_words import CAVEAT_WORDS
from maps.facts import Facts
from maps.left_open_words import between
from maps.numbers import area, number, residents
from maps.reason_words import not_assessed_words, reason, reason_from, reasons
from maps.requirement_words import requirement
from maps.vocabulary import LANGUAGES, LEVELS, METHODS, class_word, level_word, status_word, title_of, word

__all__ = [
    "LANGUAGES",
    "Facts",
    "area",
    "between",
    "caveat_text",
    "class_word",
    "counted",
    "layer_word",
    "level_word",
    "method_word",
    "no_entrance_word",
    "not_assessed_words",
    "number",
    "reason",
    "reason_from",
    "reasons",
    "requirement",
    "residents",
    "status_word",
    "title_of",
    "unit_word",
]

_LAYERS = {
    "osm": ("OSM extract", "OSM 数据"),
    "communities": ("Communities", "社区边界"),
    "parents": ("Parents", "上级单元"),
    "residents": ("Residents", "居民"),
    "elevation": ("Elevation", "高程"),
    "hazard": ("Hazard", "灾害图层"),
    "indicator": ("Indicator", "指标"),
    "network": ("Walk network", "步行网络"),
    "demand": ("Demand points", "需求点"),
    "buildings": ("Buildings", "建筑"),
    "spaces": ("Public space", "公共空间"),
    "public_space": ("Public space", "公共空间"),
    "entrances": ("Entrances", "入口"),
    "gates": ("Gates", "大门"),
    "hazards": ("Hazards", "灾害图层"),
    "profile": ("Profile", "标准文件"),
    "refuge": ("Refuges", "避难场所"),
    "vulnerability": ("Social vulnerability", "社会脆弱性"),
    "areas": ("Areas with lower targets", "目标降低区域"),
    "residential_land": ("Residential land", "居住用地"),
}

_UNITS = {
    "features": ("feature", "features", " 个要素"),
    "residents": ("resident", "residents", " 名居民"),
    "persons": ("resident", "residents", " 名居民"),
    "buildings": ("building", "buildings", " 栋建筑"),
    "cells": ("cell", "cells", " 个栅格"),
    "communities": ("community", "communities", " 个社区"),
    "spaces": ("public space", "public spaces", " 处公共空间"),
    "entrances": ("entrance", "entrances", " 个入口"),
    "ways": ("way", "ways", " 条道路"),
    "walks": ("kind of walk", "kinds of walk", " 类步行"),
    "rows": ("row", "rows", " 行"),
    "layers": ("layer", "layers", " 个图层"),
    "rules": ("rule", "rules", " 条规则"),
    "islands": ("island", "islands", " 个孤岛"),
    "nodes": ("node", "nodes", " 个节点"),
    "edges": ("edge", "edges", " 条路网边"),
    "points": ("point", "points", " 个点"),
    "years": ("year", "years", " 年"),
    "names": ("name", "names", " 个名称"),
    "parts": ("part", "parts", " 个部分"),
    "conflicts": ("place", "places", " 处"),
    "sites": ("place", "places", " 处"),
    "figures": ("figure", "figures", " 项数值"),
    "themes": ("theme", "themes", " 个主题"),
}


def unit_word(unit: str, count: float, language: str) -> str:
    """What is counted, in the right number (English) or with its measure word (Chinese)."""
    if unit not in _UNITS:
        return f" {unit}" if language == "zh" else unit
    singular, plural, measure = _UNITS[unit]
    return measure if language == "zh" else singular if count == 1 else plural


def counted(count: float, unit: str, language: str) -> str:
    """A count with its noun: ``1 community``, ``1,200 communities``, ``1 个社区``."""
    noun = unit_word(unit, 1 if abs(count - 1) < 0.5 else 2, language)
    return f"{number(count, unit, language)}{'' if language == 'zh' else ' '}{noun}"


def layer_word(layer: str, language: str) -> str:
    """A role, layer or level in words: ``parents.district`` is "Parents (district)"."""
    if " " in layer:  # a profile and its rule
        return layer
    head, _, tail = layer.partition(".")
    if head in LEVELS:
        return level_word(head, language)
    name = word(_LAYERS, head, language)
    if not tail:
        return name
    detail = level_word(tail, language) if head == "parents" else tail
    return f"{name} ({detail})" if language == "en" else f"{name}（{detail}）"


def method_word(method: str, language: str) -> str:
    """How a value was measured, in words."""
    return word(METHODS, method, language)


def no_entrance_word(code: str, language: str) -> str:
    """Why no way into a space was found, in words that follow a colon."""
    text = word(NO_ENTRANCE_REASONS, code, language)
    return text[:1].lower() + text[1:] if language == "en" else text


def caveat_text(caveat: Caveat, language: str) -> str:
    """The caveat as a sentence.

    Raises
    ------
    KeyError
        If `maps.caveat_words` has no words for its code: a fault of the program.
    """
    template = CAVEAT_WORDS[caveat.code][language]
    template = re.sub(r"\[([^\]]*)\]", r"\1" if caveat.detail else "", template)
    count = number(caveat.count, caveat.unit, language)
    template = re.sub(r"<([^|<>]*)\|([^<>]*)>", r"\2" if count == "1" else r"\1", template)
    # A measured unit (m, m2, %) belongs to the number, a counted one is a noun of its own.
    measured = caveat.unit in ("m", "m2", "%", "m2/person")
    text = template.format(
        count=count,
        unit="" if measured else unit_word(caveat.unit, 1 if count == "1" else 2, language),
        layer=layer_word(caveat.layer, language),
        detail=caveat.detail,
    )
    # A measured number has no noun, which leaves a gap where the template has a place for one.
    text = re.sub(" {2,}", " ", re.sub(" +(?=[.,:;])", "", text))
    return re.sub("²(?=[\u4e00-\u9fff])", "² ", text)
