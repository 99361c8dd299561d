# ruff: noqa: E501 - a table of sentences, one a line
"""What a reader has to know of areas with lower targets and of residential land."""

from __future__ import annotations

LAND_CAVEATS: dict[str, dict[str, str]] = {
    "areas_elsewhere": {
        "en": "{layer}: nothing of it lies in the communities ({count} {unit} near them), so that no target is lower there.",
        "zh": "{layer}：社区范围内没有该类区域（附近有 {count}{unit}），因此目标值均未降低。",
    },
    "land_elsewhere": {
        "en": "{layer}: nothing of it lies in the communities ({count} {unit} near them): rules about it are not assessed.",
        "zh": "{layer}：社区范围内没有居住用地（附近有 {count}{unit}）：相关规则未评估。",
    },
    "land_from_osm": {
        "en": "Residential land is what OpenStreetMap tags so, not the category of a plan. {count} {unit} of the residential floor area of the study stands outside of it[; {detail} communities have too much outside to be judged by it].",
        "zh": "居住用地取自 OpenStreetMap 的标注，并非规划用地分类。本研究 {count}{unit}的居住建筑面积位于其外[；{detail} 个社区的住宅多在其外，不据此评定]。",
    },
    "homes_off_land": {
        "en": "{count} {unit} of the residential floor area of the study stands outside of the residential land of the study: what is said of that land leaves these homes out.",
        "zh": "本研究 {count}{unit}的居住建筑面积位于居住用地之外：居住用地类数值不含这些住宅。",
    },
}
"""Caveat code -> language -> template, as in `maps.caveat_words`."""
