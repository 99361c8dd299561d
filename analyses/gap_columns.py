# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of what is short; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
DATA_LIGHT = Column("data_light", "str", "", "How far the data can be trusted here, by the worst of the signals: good, doubtful, poor, or unknown", "数据可信程度（取各项信号中最差者）：good 良好；doubtful 存疑；poor 较差；unknown 无法判断")

SHORTFALLS = (
    Column("shortfall_m2", "float", "m2", "The shortfall as an area that is missing: target x residents - supply; the least where places are shared out among all who come, since more would come; rules of an area per person only", "以面积表示的差额：目标值×居民人数－现有供给；由所有前来者共享时为下限（会吸引更多人前来）；仅人均面积类规则"),
    Column("residents_to_target", "float", "persons", "The shortfall in residents: how many more would have to be served (reach), or fewer exposed (exposure), for the target to be met; 0 if met; other rules empty", "以居民表示的差额：还须覆盖（可达）或减少受灾（暴露）多少居民方可达标；达标为 0；其他规则为空"),
)
"""What a shortfall comes to, see `analyses.shortfalls`."""

GAPS = Table("gaps", "polygon", "One feature for each unit and rule that is short, where the residents concerned live", "缺口：每个不达标的单元与规则一条，位置为相关居民住处", (
    Column("gap_id", "str", "", "Stable key made from unit, profile and rule", "由单元、标准、规则生成的稳定编码"),
    Column("level", "str", "", "Level at which the rule is judged", "评判层级"),
    Column("unit_id", "str", "", "Unit that is short", "不达标单元编码"),
    Column("unit_name", "str", "", "Its name", "单元名称"),
    Column("community_id", "str", "", "The unit, where it is a community; else empty", "若为社区则为其编码，否则为空"),
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("requirement_<language>", "str", "", "What is required, in words", "要求（文字）"),
    Column("reason_<language>", "str", "", "Why it is short, in words", "不达标原因（文字）"),
    Column("value", "float", "as unit", "Value found", "实测值"),
    Column("value_low", "float", "as unit", "Lowest value under other ways of placing residents, and if all that is unknown were not served", "采用其他居民落位方法、且未知者均计为未覆盖时的最低值"),
    Column("value_high", "float", "as unit", "Highest value under them, and if all that is unknown were served", "采用其他居民落位方法、且未知者均计为已覆盖时的最高值"),
    Column("firm", "float", "0/1", "1: the verdict is the same under all ways of placing residents; empty where no home is mapped, so that none could be tried", "1 表示各种居民落位方法下结论一致；无已测绘住宅、无法比较时为空"),
    Column("imputed_share", "float", "0-1", "Share of the unit's residents whose home is imputed, because buildings are missing from the data", "单元内因建筑数据缺失而推定居住位置的居民比例"),
    DATA_LIGHT,
    Column("target", "float", "as unit", "Value required", "目标值"),
    Column("unit", "str", "", "Unit of value, target and shortfall; % is 0-100", "数值、目标、差额的单位；% 为 0-100"),
    Column("shortfall", "float", "as unit", "How far the value lies on the wrong side of the target; positive", "与目标的差额（正值）"),
    *SHORTFALLS,
    Column("residents_short", "float", "persons", "Residents concerned: not served (reach), all of the unit (provision), exposed (exposure)", "相关居民：未覆盖（可达）、全部（供给）、受灾（暴露）"),
    Column("nearest_space_id", "str", "", "Space that is nearest for at least half of them, beyond the limit; empty if none is", "至少半数相关居民最近的（超出限值的）空间编码；无则为空"),
    Column("median_distance_m", "float", "m", "Their median distance to the nearest space; reach only", "到最近空间的距离中位数；仅可达性"),
    Column("median_time_min", "float", "min", "Their median walking time to the nearest space, where the rule is in minutes", "到最近空间的步行时间中位数；仅以分钟计的规则"),
))
