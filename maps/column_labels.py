"""Short labels of columns, for attribute tables and forms in a GIS; the full meaning is beside them.

A label is the first clause of the declared meaning, unless that would not stand alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyses.columns import ASSESSMENTS
from maps.safety_labels import SAFETY_LABELS
from maps.tables import Field
from maps.vocabulary import LANGUAGES

_OWN: Mapping[str, tuple[str, str]] = {
    "status": ("Status", "状态"),
    "reason": ("Reason (code)", "原因代码"),
    "kind": ("Kind", "类型"),
    "unit": ("Unit of measure", "单位"),
    "gap_id": ("Key", "编码"),
    "unit_id": ("Unit (key)", "单元编码"),
    "community_id": ("Community (key)", "社区编码"),
    "unit_name": ("Unit", "单元名称"),
    "value_low": ("Lowest value", "最低值"),
    "value_high": ("Highest value", "最高值"),
    "firm": ("Firm verdict", "结论稳健"),
    "counts": ("Counts", "数量"),
    "shortfall": ("Shortfall", "差额"),
    "level": ("Level", "层级"),
    "residents_short": ("Residents short", "受影响居民"),
    "residents_served": ("Residents served", "已覆盖居民"),
    "residents_unknown": ("Residents unknown", "可达性未知的居民"),
    "imputed_share": ("Share of residents imputed", "推定居住位置的居民比例"),
    "data_light": ("Trust in the data", "数据可信程度"),
    "data_signals": ("Signals that are not good", "非良好的信号"),
    "data_checked": ("Signals that could be checked", "可核查的信号"),
    "data_floor_m2_per_resident": ("Mapped floor per resident", "人均已测绘居住建筑面积"),
    "data_built_street_share": ("Share of residential streets with buildings", "有建筑的住宅街道比例"),
    "data_ways_km_per_km2": ("Walkable ways, km/km²", "可步行道路密度"),
    "data_off_network_share": ("Share of residents off the ways", "远离道路的居民比例"),
    "data_way_in_share": ("Share of spaces with a way in", "有入口的公共空间比例"),
    "data_space_m": ("Nearest public space", "最近公共空间"),
    "data_covered_share": ("Share covered by the map extract", "地图数据覆盖比例"),
    "data_inventory_only_share": ("Share only in the inventory", "仅清单所载的比例"),
    "data_good_share": ("Share with good data", "数据良好的居民比例"),
    "data_doubtful_share": ("Share with doubtful data", "数据存疑的居民比例"),
    "data_poor_share": ("Share with poor data", "数据较差的居民比例"),
    "data_unknown_share": ("Share with data not checked", "数据无法核查的居民比例"),
    "severity": ("Severity", "严重程度"),
    "severity_class": ("Severity in a word", "严重程度分级"),
    "priority": ("Priority within its level, 1 is first", "同层级优先次序，1 为最先"),
    "priority_score": ("Priority score", "优先分"),
    "check_data": ("Check the map data first", "是否先核实数据"),
    "check_reason": ("Why to check (code)", "核实原因代码"),
    "remedy": ("What would help (code)", "改善建议代码"),
    "no_remedy": ("Why nothing is suggested (code)", "无建议原因代码"),
    "no_remedy_tried": ("What was tried (codes)", "已试方式代码"),
    "remedy_<language>": ("What would help", "改善建议"),
    "what_<language>": ("What would help", "改善建议"),
    "remedy_id": ("Suggestion (key)", "建议编码"),
    "step": ("Step", "步骤"),
    "closes": ("Would meet the requirement", "实施后是否达标"),
    "certainty": ("How certain", "确定程度"),
    "rank": ("Rank from the bottom", "由低到高名次"),
    "rank_low": ("Lowest rank", "最低名次"),
    "rank_high": ("Highest rank", "最高名次"),
    "rank_lowest_share": ("How often in the lowest fifth", "位于最低五分之一的比例"),
    "rank_highest_share": ("How often in the highest fifth", "位于最高五分之一的比例"),
    "rank_class": ("What the rank can be called", "名次判定"),
    "resilience": ("Resilience, 0 to 100", "韧性得分（0–100）"),
    "resilience_low": ("Lowest resilience", "韧性得分下限"),
    "resilience_high": ("Highest resilience", "韧性得分上限"),
    "resilience_reason": ("Why no rank (code)", "无名次的原因代码"),
    "resilience_weight_share": ("Share of the rules behind the score", "得分所依据要求的比例"),
    "dimension_<dimension>": ("Score", "得分"),
    "p_value": ("How often chance alone does it (p value)", "随机出现的频率（p 值）"),
    "relaxed_share": ("Share where the standard asks for less", "适用较低要求的居民比例"),
    "reached_space_id": ("Space nearest to most of those served", "已覆盖居民中最多人就近的空间"),
    "first_order": ("Share of the variance explained alone", "单独解释的方差比例"),
    "start_node_id": ("First node (OSM)", "起点节点（OSM）"),
    "end_node_id": ("Last node (OSM)", "终点节点（OSM）"),
    "cluster": ("Cluster (code)", "类型代码"),
    "cluster_<language>": ("Cluster", "类型"),
    "way_ids": ("Ways in OpenStreetMap", "OSM 道路编号"),
    "length_m": ("Length", "长度"),
    "query": ("Taken", "选取"),
    "source": ("Source", "来源"),
    "nearest_space_id": ("Nearest space", "最近空间"),
    "median_distance_m": ("Median distance", "距离中位数"),
    "median_time_min": ("Median walking time", "步行时间中位数"),
    "target_status": ("Status of the target", "目标值依据"),
    "confidence": ("Confidence", "可信度"),
    "no_entrance_reason": ("Why no way in (code)", "无入口原因代码"),
    "nearest_street_id": ("Nearest street", "最近道路"),
    "limit": ("Limit", "限值"),
    "demand_id": ("Demand point", "需求点"),
    "parent_<level>_id": ("Parent", "上级单元"),
    "parent_<level>_share": ("Share of residents in the parent", "居住在上级单元内的比例"),
    "catchment_population": ("Residents within a walk", "步行范围内居民"),
    "m2_per_person": ("Area for each of them", "人均面积"),
    "hazard_<hazard>_share": ("Share inside the hazard", "灾害区内面积比例"),
    "<profile>__<rule>": ("Value", "数值"),
    "<group>": ("Residents", "居民"),
}
_SELF_TOLD = tuple(column for column in ASSESSMENTS.columns if column.name == "residents_short")
"""Whatever the verdict: elsewhere the column counts only those in units that are short."""


def label(field: Field, language: str) -> str:
    """The column's short label in one language."""
    place = LANGUAGES.index(language)
    own = SAFETY_LABELS.get(field.declared)
    if own is None and field.declared not in _SELF_TOLD:
        own = _OWN.get(field.declared.name)
    text = (
        own[place]
        if own is not None
        else re.split(r"[;:,(；：，（]", (field.declared.en, field.declared.zh)[place])[0].strip()
    )
    subject = field.subject.get(language, "")
    if field.declared.name in ("<profile>__<rule>", "<group>"):
        text = subject[:1].upper() + subject[1:]
    elif subject:
        text = f"{text}: {subject}" if language == "en" else f"{text}：{subject}"
    return text


def labels(field: Field, languages: tuple[str, ...]) -> str:
    """The labels in the study's languages, one after the other."""
    return " · ".join(dict.fromkeys(label(field, language) for language in languages))


def meaning(field: Field, languages: tuple[str, ...]) -> str:
    """The declared meaning in the study's languages, with the unit."""
    texts = [(field.declared.en, field.declared.zh)[LANGUAGES.index(language)] for language in languages]
    return " · ".join(texts) + (f" [{field.declared.unit}]" if field.declared.unit else "")
