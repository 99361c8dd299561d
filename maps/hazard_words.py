# ruff: noqa: E501 - a table of sentences, one a line
"""What a reader has to know of hazard layers and of the elevation model."""

from __future__ import annotations

HAZARD_CAVEATS: dict[str, dict[str, str]] = {
    "hazard_widened": {
        "en": "{layer}: {count} {unit} are lines or points, shown as bands and circles of the width that the study gives, not as the extent of an event.",
        "zh": "{layer}：{count}{unit}为线或点，按研究文件给定的宽度绘为条带或圆形，并非灾害的实际范围。",
    },
    "hazard_unknown": {
        "en": "{layer}: {count} {unit} in or near the communities have no value: whether there is a hazard is unknown there; unknown is not safe.",
        "zh": "{layer}：社区及其周边有 {count}{unit}没有数值，该处是否受灾未知；未知不等于安全。",
    },
    "hazard_absent": {
        "en": "{layer}: {count} of the communities lie beyond the layer; whether there is a hazard is unknown there.",
        "zh": "{layer}：社区中有 {count} 位于该图层范围之外，该处是否受灾未知。",
    },
    "elevation_voids": {
        "en": "{layer}: the slope of {count} {unit} is unknown[, of {detail} in the communities]: heights are missing there; unknown is not level.",
        "zh": "{layer}：{count}{unit}的坡度未知[（社区范围内共 {detail} 个）]：该处缺少高程；未知不等于平坦。",
    },
    "elevation_absent": {
        "en": "{layer}: {count} of the communities lie beyond the elevation model; slopes there are unknown.",
        "zh": "{layer}：社区中有 {count} 位于高程模型之外，坡度未知。",
    },
    "ground_level": {
        "en": "Walking times of {count} {unit} take all ground for level: the study has no elevation model.",
        "zh": "{count}{unit}的步行时间按平地计算：本研究无高程模型。",
    },
    "slopes_coarse": {
        "en": "Walking times use slopes from an elevation model of {count} m cells: in narrow valleys such a model makes streets steeper than they are.",
        "zh": "步行时间采用 {count} 米格网高程模型的坡度：在狭窄谷地中，此类模型会高估街道坡度。",
    },
    "slopes_unknown": {
        "en": "{layer}: the slope of {count} {unit} of the walk network is unknown; they are taken for level.",
        "zh": "{layer}：步行网络中 {count}{unit}的坡度未知，按平地计算。",
    },
    "slopes_interpolated": {
        "en": "{layer}: heights were missing along {count} {unit} of the walk network and are interpolated.",
        "zh": "{layer}：步行网络中 {count}{unit}沿线缺少高程，已内插。",
    },
}
"""Caveat code -> language -> template, as in `maps.caveat_words`."""
