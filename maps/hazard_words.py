# ruff: noqa: E501 - a table of sentences, one a line
"""The hazards of a rule as a study has them: what was looked at, and what nobody could look at."""

from __future__ import annotations

import re

from analyses.plan import kinds_without_layer
from analyses.profile import Rule
from maps.facts import Facts
from maps.requirement_words import alternatives, hazard_phrase
from maps.vocabulary import HAZARD_KINDS, HAZARD_STATUS, title_of, word

HAZARD_CAVEATS: dict[str, dict[str, str]] = {
    "hazard_elsewhere": {
        "en": "{layer}: all {count} {unit} <lie|lies> away from the communities; nobody is exposed to this layer.",
        "zh": "{layer}：全部 {count}{unit}均不在社区范围内，无人暴露于该图层。",
    },
    "hazard_too_deep": {
        "en": "{layer}: {count} {unit} <hold|holds> water deeper than 30 m[, up to {detail}]: the numbers may count something else than the study says, such as centimetres; check its unit.",
        "zh": "{layer}：有 {count}{unit}的水深超过 30 m[，最大 {detail}]：数值的单位可能与研究文件所写不符（例如实为厘米），请核对单位。",
    },
    "depression_too_deep": {
        "en": "{layer}: the deepest place of the low-lying ground in the communities, {count} {unit}, lies[ {detail}, and so] more than 100 m below its rim. A height such as 0 in the elevation model may stand for no value: if so, say it in the file (with GDAL: gdalwarp -srcnodata 0 -dstnodata -9999); else this layer shows low-lying ground where there is none.",
        "zh": "{layer}：社区内识别为低洼地的 {count}{unit}中，有的低于洼地边缘 100 m 以上[（最深 {detail}）]：高程模型中的某个数值（如 0）可能实为“无数据”。如确是，请在文件中将其声明为 nodata（GDAL：gdalwarp -srcnodata 0 -dstnodata -9999），否则该图层会把并非低洼的地方显示为低洼地。",
    },
    "closes_at_strange": {
        "en": "{layer}: the depth of water from which ways close[, {detail},] lies below 1 cm or above 3 m, which is hardly meant: check it, and its unit.",
        "zh": "{layer}：判定道路封闭的水深[（{detail}）]低于 1 cm 或高于 3 m，恐非本意：请核对该值及其单位。",
    },
    "closes_at_any": {
        "en": "{layer}: the study lets ways close at any depth of water above 0; people walk through a film of water, so check that this is meant.",
        "zh": "{layer}：按研究文件，水深大于 0 处道路一律视为封闭；很浅的积水并不妨碍步行，请确认是否为本意。",
    },
    "annual_absent": {
        "en": "{layer}: {count} {unit} of a stated return period[ ({detail})] give no yearly figure of residents exposed: that takes two return periods of one kind and scenario, both official or, where nothing is official, both modelled.",
        "zh": "{layer}：有 {count}{unit}注明了重现期[（{detail}）]，但无法给出年均暴露居民数：须有同一灾害类型、同一情景的至少两个重现期，且均为官方图层；无官方图层时均为模拟图层。",
    },
    "hazard_none": {
        "en": "{layer}: none of {count} {unit} that say how strong the hazard is reach its weakest class; nobody is known to be exposed to this layer.",
        "zh": "{layer}：有数值的 {count}{unit}均未达到该灾害的最低等级；目前未知有人暴露于该图层。",
    },
    "hazard_never_dry": {
        "en": "{layer}: no cell says that there is no hazard, and {count} {unit} of the communities have no value. If they are meant to be dry, 0 was declared as nodata: take that out of the file (with GDAL: -unsetnodata), or write 0 where there is no hazard.",
        "zh": "{layer}：没有一个像元表示不受灾，而社区范围内有 {count}{unit}没有数值。若这些像元本意为不受灾，则 0 被声明成了空值：请从文件中取消该声明（GDAL 选项 -unsetnodata），或在不受灾处写入 0。",
    },
    "hazard_all_unknown": {
        "en": "{layer}: it says nothing of any of {count} {unit} of the communities: who is exposed is unknown everywhere; unknown is not safe.",
        "zh": "{layer}：社区范围内全部 {count}{unit}情况不明，是否有人暴露处处未知；未知不等于安全。",
    },
    "hazard_unmapped": {
        "en": "{layer}: {count} {unit} <hold|holds> a value that the study gives no class[ ({detail})]: whether there is a hazard is unknown there, and unknown is not safe; say in the study file what it means, also where it means no hazard.",
        "zh": "{layer}：有 {count}{unit}的值在研究文件中未指定等级[（{detail}）]，该处是否受灾未知；未知不等于安全；请在研究文件中写明其含义，表示无灾害时亦须写明。",
    },
    "hazard_kind_absent": {
        "en": "{layer}: the study has no official or modelled layer of this kind for {count} {unit}[ ({detail})], judged by other kinds alone: who is exposed to this one is unknown.",
        "zh": "{layer}：对{count}{unit}[（{detail}）]，本研究没有可用的该类官方或模拟图层，仅按其他灾害类型评判：该类灾害的暴露情况未知。",
    },
    "hazard_derived": {
        "en": "{layer}: derived, not official ({count} {unit}): reported for screening, it never judges.",
        "zh": "{layer}：{count}{unit}为推导所得，并非官方数据：仅供初筛报告，不用于评判。",
    },
    "hazard_widened": {
        "en": "{layer}: {count} {unit} <are|is> lines or points, shown as bands and circles of the width that the study gives, not as the extent of an event.",
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
    "drainage_unknown": {
        "en": "{layer}: how high {count} {unit} of the communities lie above the nearest drainage is unknown: water may come, or leave, where heights or the map end; unknown is not dry.",
        "zh": "{layer}：社区范围内有 {count}{unit}高出最近水系的高差未知：高程或地图数据止于上下游；未知不等于不受淹。",
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


def hazard_here(rule: Rule, facts: Facts, language: str) -> str:
    """The hazard as this study has it."""
    if rule.hazard_id:
        titles, status = facts.hazard_title.get(rule.hazard_id, ({}, ""))
        title = title_of(titles, language, rule.hazard_id)
        kind = word(HAZARD_STATUS, status, language) if status else ""
        if re.split("[,，]", kind)[0] in title.lower():
            # Many a title says it already.
            return f"“{title}”"
        return f"“{title}”（{kind}）" if language == "zh" else f"“{title}” ({kind})"
    kinds = tuple(kind for kind in rule.hazard_kinds if kind in facts.hazard_kind_status) or rule.hazard_kinds
    statuses = frozenset[str]().union(*(facts.hazard_kind_status.get(kind, frozenset()) for kind in kinds))
    return hazard_phrase(kinds, tuple(sorted(statuses)), rule.return_period_yr, language)


def unseen_kinds(rule: Rule, facts: Facts, language: str) -> str:
    """Which of the hazards that a rule names nobody could look at; empty if none."""
    kinds = [word(HAZARD_KINDS, kind, language) for kind in kinds_without_layer(rule, facts.study)]
    if not kinds:
        return ""
    named = alternatives(kinds, language)
    if language == "zh":
        return f"；本研究没有可用的{named}官方或模拟图层，该类灾害的暴露情况未知"
    return f"; the study has no official or modelled {named} layer to judge by, so exposure to that is unknown"
