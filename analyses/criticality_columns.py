# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of what carries most people's only way; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
_ALL = (
    Column("critical_id", "str", "", "Stable key made from profile, rule and what closes", "由标准、规则与封闭对象生成的稳定编码"),
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile: whose limit and spaces are meant", "规则编号：所用限值与空间以该规则为准"),
    Column("rank", "int", "", "Rank by residents_lose under this rule, 1 is first; bridges and street pieces together, entrances by themselves", "同一规则下按 residents_lose 的排序，1 为最先；桥与路段一并排序，入口单独排序"),
    Column("kind", "str", "", "What would close: segment, bridge or entrance", "封闭对象：segment 路段；bridge 桥；entrance 入口"),
    Column("street", "str", "", "Named street that it belongs to, or that is nearest, if one is near", "所在或最近的有名道路；附近没有则为空"),
)
_FIGURES = (
    Column("residents_lose", "float", "persons", "Residents who now reach a space within the rule's limit and would reach none if this alone closed; those who live along it are not among them", "现在可在限值内到达、而仅此处封闭即无法到达的居民；不含住在其沿线者"),
    Column("residents_cut", "float", "persons", "Residents who could then not walk to any such space at all, however far, whether or not they reach one within the limit now; those who live along it are not among them; empty if fewer than the smallest number of people that is told of", "封闭后无论多远都无法步行到达任何此类空间的居民（不论现在是否在限值内可达）；不含住在其沿线者；少于可公布的最少人数时为空"),
    Column("residents_unknown", "float", "persons", "Residents who would lose reach too, unless a space lies beyond the data; empty if few", "同样会失去可达、但数据范围外可能另有空间的居民；人数过少时为空"),
    Column("residents_farther", "float", "persons", "Residents who would still reach one within the limit, but farther away; empty if few", "封闭后仍可在限值内到达、但路程变长的居民；人数过少时为空"),
    Column("mean_extra_m", "float", "m", "Metres that their walk would grow by, on average; empty for rules in minutes", "上述居民平均增加的步行距离；以分钟计的规则为空"),
    Column("mean_extra_min", "float", "min", "Minutes that their walk would grow by, on average; rules in minutes only", "上述居民平均增加的步行时间；仅以分钟计的规则"),
    Column("advice_<language>", "str", "", "What the figures say, and what could be done", "数据说明与建议（文字）"),
)

CRITICAL_LINKS = Table("critical_links", "line", "Protect or double this: street pieces and bridges that carry most residents' only way within a rule's limit", "宜保护或增设备用通道：承担最多居民限值内唯一通路的路段与桥", (
    *_ALL,
    Column("edge_ids", "str", "", "Edges of the walk network that would close, separated by spaces", "封闭的步行网络边编号，空格分隔"),
    Column("way_id", "str", "", "OSM element of the way, or of the square that it crosses", "道路（或所穿越广场）的 OSM 元素编号"),
    Column("highway", "str", "", "Its highway tag; square for a line across one", "道路类型（highway 标签）；穿越广场者为 square"),
    *_FIGURES,
))

CRITICAL_ENTRANCES = Table("critical_entrances", "point", "Protect or double this: entrances of public spaces that carry most residents' only way within a rule's limit", "宜保护或增设：承担最多居民限值内唯一通路的公共空间入口", (
    *_ALL,
    Column("entrance_id", "str", "", "Entrance that would close", "封闭的入口编号"),
    Column("space_id", "str", "", "Public space that it leads into", "入口所属公共空间编码"),
    *_FIGURES,
))

CRITICAL_TABLES = (CRITICAL_LINKS, CRITICAL_ENTRANCES)
