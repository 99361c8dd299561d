
"""Short labels of the columns about hazards, survival, refuge and single ways; see `maps.column_labels`."""

from __future__ import annotations

from collections.abc import Mapping

from analyses.column import Column, Table
from analyses.criticality_columns import CRITICAL_TABLES
from analyses.refuge_columns import WITH_REFUGES
from analyses.survival_columns import SURVIVAL_TABLES
from analyses.vulnerability_columns import VULNERABILITY, VULNERABILITY_TABLES, VULNERABLE_PLACES

_CRITICAL: Mapping[str, tuple[str, str]] = {
    "critical_id": ("Key", "编码"),
    "rank": ("Place under its rule, 1 is worst", "同一规则下的排序，1 为最先"),
    "kind": ("What would close", "封闭对象"),
    "street": ("Street", "道路名称"),
    "residents_lose": ("Residents who would reach none within the limit", "将无法在限值内到达的居民"),
    "residents_cut": ("Residents who could walk to none at all", "无论多远都无法到达的居民"),
    "residents_unknown": ("Residents of whom it is not known", "情况不明的居民"),
    "residents_farther": ("Residents who would walk farther", "路程变长的居民"),
    "mean_extra_m": ("Metres farther on average", "平均多走的米数"),
    "mean_extra_min": ("Minutes longer on average", "平均多走的分钟数"),
    "edge_ids": ("Edges of the walk network", "步行网络边编号"),
    "way_id": ("Way in OpenStreetMap", "OSM 道路编号"),
    "highway": ("Kind of way", "道路类型"),
    "entrance_id": ("Entrance", "入口编号"),
    "space_id": ("Public space", "公共空间编码"),
    "advice_<language>": ("What would happen, and what to do", "影响与建议"),
}
_REFUGE: Mapping[str, tuple[str, str]] = {
    "refuge_id": ("Key", "编码"),
    "entrance_id": ("Entrance", "入口编号"),
    "kind": ("Kind of entrance", "入口类型"),
    "source": ("Listed or candidate", "清单或候选"),
    "name": ("Name", "名称"),
    "grade": ("Grade", "级别"),
    "tier": ("Standard and grade used", "所用标准与级别"),
    "status": ("Usable, or why not (code)", "是否可用及原因（代码）"),
    "use": ("How full it gets (code)", "使用情况（代码）"),
    "what_<language>": ("What becomes of it", "使用情况说明"),
    "open_m2": ("Open ground", "空地面积"),
    "hazard_share": ("Share inside hazards", "灾害区内面积比例"),
    "asked": ("People who have it nearest", "就近前来的人数"),
    "taken": ("People it takes in", "实际接纳人数"),
    "taken_best": ("People it takes in at best", "最优安置时接纳人数"),
    "median_m": ("Walk of half of them, at most", "半数人的步行距离上限"),
    "capacity": ("Room for people", "容量（人）"),
    "limit_m": ("Longest walk", "步行距离限值"),
    "needing": ("People who need a place", "需避难者"),
    "placed": ("Find a place", "得到位置者"),
    "without_full": ("Find none: refuges full", "无位置：场所已满"),
    "without_far": ("Find none: no refuge near", "无位置：附近没有场所"),
    "unknown": ("Not known: data end near, or hazard layer silent", "不明：数据边界过近，或灾害图层未说明"),
    "unknown_share": ("Share where hazard layers do not say", "灾害图层未说明的面积比例"),
    "scenario_id": ("Scenario; none: streets open", "情景；none 为道路畅通"),
    "must_leave": ("Have to leave before", "须提前撤离者"),
    "must_leave_placed": ("Of them find a place in time", "其中及时前往可得到位置者"),
    "placed_listed": ("Find a place in listed refuges alone", "仅清单场所可安置者"),
    "placed_share": ("Share who find a place", "得到位置者的比例"),
    "median_adult_min": ("Time of that walk, adults", "该步行时间（成人）"),
    "median_elderly_min": ("Time of that walk, older people", "该步行时间（老年人）"),
    "n_idle": ("Refuges where nobody goes", "无人前往的场所数"),
    "n_overfull": ("Refuges asked for more than they hold", "需求超过容量的场所数"),
    "mean_best_m": ("Mean walk at best", "最优安置时的平均步行距离"),
    "placed_best": ("Most people that could be placed", "最多可安置人数"),
}
_SURVIVAL: Mapping[str, tuple[str, str]] = {
    "scenario_id": ("Scenario (key)", "情景编码"),
    "scenario_<language>": ("Scenario", "情景"),
    "edge_id": ("Edge of the walk network", "步行网络边编号"),
    "highway": ("Kind of way", "道路类型"),
    "length_m": ("Length closed", "封闭长度"),
    "residents_keep": ("Keep it", "保持可达的居民"),
    "residents_lose": ("Lose it", "失去可达的居民"),
    "residents_lose_cut_off": ("Of them cut off", "失去可达且受困的居民"),
    "residents_none_before_cut_off": ("Had none before and are cut off", "灾前即不可达且受困的居民"),
    "residents_cut_off": ("Cut off", "受困的居民"),
    "residents_none_before": ("Had none before", "灾前即不可达的居民"),
    "residents_unknown": ("Not known", "情况不明的居民"),
    "residents_inside": ("Live inside the hazard", "住在灾害范围内的居民"),
    "median_detour": ("Walk during for each metre before", "灾时与灾前步行距离之比"),
    "space_class": ("Class", "类别"),
    "name": ("Name", "名称"),
    "remains": ("What is left (code)", "剩余情况（代码）"),
    "n_entrances": ("Ways in", "入口数"),
    "n_entrances_open": ("Ways in that stay open", "仍可使用的入口数"),
}
_VULNERABLE: Mapping[str, tuple[str, str]] = {
    "leading": ("Rule that the map tells (1 yes, 0 no)", "地图所采用的规则（1 是，0 否）"),
    "vulnerable": ("Among the most vulnerable (1 yes, 0 no)", "属于最脆弱者（1 是，0 否）"),
    "firm": ("Same over the whole range (1 yes, 0 no)", "整个范围内结论一致（1 是，0 否）"),
    "exposed": ("Exposed (1 yes, 0 no)", "暴露于灾害（1 是，0 否）"),
    "without_access": ("Without access (1 yes, 0 no)", "可达不足（1 是，0 否）"),
    "all_three": ("Vulnerable, exposed, without access (1 yes, 0 no)", "脆弱、暴露且可达不足（1 是，0 否）"),
    "residents_both": ("Residents both exposed and without access", "同时暴露且未覆盖的居民"),
    "residents_both_unknown": ("Residents of whom both is not known", "两者是否同时成立未知的居民"),
}


def _labels(tables: tuple[Table, ...], own: Mapping[str, tuple[str, str]]) -> dict[Column, tuple[str, str]]:
    return {column: own[column.name] for table in tables for column in table.columns if column.name in own}


SAFETY_LABELS: Mapping[Column, tuple[str, str]] = {
    **_labels(CRITICAL_TABLES, _CRITICAL),
    **_labels(WITH_REFUGES, _REFUGE),
    **_labels(SURVIVAL_TABLES, _SURVIVAL),
    **_labels(VULNERABILITY_TABLES, _VULNERABLE),
    **_labels((VULNERABILITY,), {"rank": ("Percentile rank, 1 is the most vulnerable", "百分位排名，1 为最脆弱")}),
    **_labels(
        (VULNERABLE_PLACES,),
        {"rank": ("Rank, 1 has most exposed and without access", "名次，1 为同时暴露且未覆盖居民最多者")},
    ),
}
"""Column -> (English, Chinese)."""
