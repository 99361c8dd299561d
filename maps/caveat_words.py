"""The words of every caveat, in each language.

A template may use ``{count}`` (the number, rounded for reading), ``{unit}`` (what is counted, in
the right number), ``{layer}`` and ``{detail}``. A part in square brackets is left out where the
caveat has no detail: ``"Repaired {count} {unit} of {layer}[, e.g. {detail}]."``
"""

from __future__ import annotations

CAVEAT_WORDS: dict[str, dict[str, str]] = {
    "repaired": {
        "en": "{layer}: {count} {unit} had invalid outlines and were repaired[ ({detail})].",
        "zh": "{layer}：{count}{unit}的边界无效，已修复[（{detail}）]。",
    },
    "homes_missing": {
        "en": "Homes of {count} {unit} are missing from the map data: they are placed along the streets of their community and marked as imputed.",
        "zh": "{count}{unit}的住宅在地图数据中缺失：已沿所在社区的街道推定其位置，并标记为推定。",
    },
    "out_of_reach": {
        "en": "{count} {unit} live farther than the snap limit from every walkable way: they count as out of reach.",
        "zh": "{count}{unit}的住处距任何可步行道路均超过连接限值，按不可达处理。",
    },
    "on_islands": {
        "en": "{count} {unit} live beside ways that are not joined to the main walk network[ ({detail} such islands in the network)].",
        "zh": "{count}{unit}的住处仅邻近与主路网不相连的道路[（路网中共有 {detail} 个孤岛）]。",
    },
    "no_way_in": {
        "en": "No way in was found for {count} {unit}[, e.g. {detail}]: nobody is counted as reaching them on foot.",
        "zh": "{count}{unit}未找到入口[，例如 {detail}]：不计为步行可达。",
    },
    "storeys_assumed": {
        "en": "The number of storeys is assumed for {count} {unit} of the residential floor area.",
        "zh": "居住建筑面积中有 {count}{unit} 的层数为推定值。",
    },
    "use_assumed": {
        "en": "That people live there is assumed, not tagged, for {count} {unit} of the residential floor area.",
        "zh": "居住建筑面积中有 {count}{unit} 的居住用途为推定，并无标注。",
    },
    "outside_parents": {
        "en": "{count} {unit} live in no unit of the level {layer}: they are missing from its sums.",
        "zh": "{count}{unit}不在“{layer}”层级的任何单元内，未计入该层级合计。",
    },
}
"""Caveat code -> language -> template. Whoever creates a caveat with a new code adds its words here."""
