# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of what remains while a hazard lasts; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
_SCENARIO = Column("scenario_id", "str", "", "The hazard layer that lasts by itself, or combined: all that may judge at once", "情景：单独发生的灾害图层编号；combined 表示可评判的各图层同时发生")

SURVIVAL_SCENARIOS = Table("survival_scenarios", "", "Hazards that close streets and public spaces, each by itself and together", "封闭道路与公共空间的灾害情景（单独与同时发生）", (
    _SCENARIO,
    Column("scenario_<language>", "str", "", "The same in words", "情景（文字）"),
    Column("hazard_ids", "str", "", "The hazard layers of the scenario, separated by spaces", "情景所含灾害图层编号（空格分隔）"),
    Column("status", "str", "", "official, modelled or derived: that of its least sure layer; derived ones are for screening and judge nothing; what_if: that it closes is assumed in this run alone, and judges nothing", "official 官方、modelled 模拟或 derived 推导（取最不可靠者）；推导图层仅供初筛，不参与评判；what_if：仅在本次运行中假设其封闭，不参与评判"),
    Column("closed_m", "float", "m", "Length of the streets that are closed; lines across squares are not counted", "封闭道路长度（不含穿越广场的连线）"),
    Column("residents_inside", "float", "persons", "Residents whose home lies inside: they are cut off and need refuge; empty where the number of residents is unknown", "住处位于灾害范围内的居民：视为受困并需要避难；居民人数未知时为空"),
    Column("residents_unknown", "float", "persons", "Of them nobody knows whether they are cut off from all open public space: the hazard layer does not say whether they live inside, or the data end too near; so the number of those cut off is a lower bound; empty where the number of residents is unknown", "是否受困（无法到达任何开放公共空间）情况不明的居民：灾害图层未说明其住处是否在内，或数据边界过近；故受困人数为下限；居民人数未知时为空"),
    Column("n_spaces_gone", "int", "spaces", "Public spaces of which nothing is left outside", "全部位于灾害范围内的公共空间数"),
    Column("n_spaces_smaller", "int", "spaces", "Public spaces of which a part lies inside", "部分位于灾害范围内的公共空间数"),
    Column("n_entrances", "int", "entrances", "Entrances in all", "入口总数"),
    Column("n_entrances_closed", "int", "entrances", "Entrances that are closed: they, the place where they meet their space, their leg to the street or the street there lie inside", "封闭的入口数：入口、其进入场所之处、通往道路的连线或该处道路位于灾害范围内"),
))

SURVIVAL = Table("survival", "", "Who keeps a public space in reach while a hazard lasts, who loses it and who is cut off, by scenario, rule and unit", "灾害期间各单元居民的可达情况：保持、失去或受困（按情景、规则与单元）", (
    _SCENARIO,
    Column("level", "str", "", "Level of the unit", "层级"),
    Column("unit_id", "str", "", "Key of the unit", "单元编码"),
    Column("profile_id", "str", "", "Profile of the rule", "规则所属标准"),
    Column("rule_id", "str", "", "Rule of reach", "可达类规则"),
    Column("residents", "float", "persons", "Residents of the unit: the sum of keep, lose, none_before and unknown; empty where it is unknown", "单元居民人数，等于 keep、lose、none_before 与 unknown 四项之和；未知时为空"),
    Column("residents_keep", "float", "persons", "Served before and during", "灾前与灾时均被覆盖"),
    Column("residents_lose", "float", "persons", "Lose reach: served on other days and not during; those who can still walk to a space of the kind farther away, and those cut off", "平日被覆盖、灾时不被覆盖者，含仍可步行到达更远同类场所者与受困者"),
    Column("residents_lose_cut_off", "float", "persons", "Of those who lose, who is cut off from the whole kind: live inside; or could walk to a space of the kind before, near or far, and now to none. Who is cut off from all open public space stands in survival_cut_off", "失去可达者中受困（失去全部同类场所）者：住在灾害范围内；或灾前可步行到达（不论远近）而灾时无一可达。与规则无关的受困人数见 survival_cut_off"),
    Column("residents_none_before", "float", "persons", "Not served on other days either, as the rule counts them without the hazard", "平日即未被覆盖者，与该规则在无灾害时的统计一致"),
    Column("residents_none_before_cut_off", "float", "persons", "Of those who had none, who is cut off in the same sense", "平日即未被覆盖者中按同一含义受困者"),
    Column("residents_unknown", "float", "persons", "The data do not tell: they end too near, or the hazard layer does not say whether the home of somebody served lies inside", "数据无法判断：数据范围过近，或灾害图层未说明被覆盖者的住处是否在内"),
    Column("residents_inside", "float", "persons", "Who lives inside, whether served on other days or not", "住在灾害范围内的人数，不论平日是否被覆盖"),
    Column("median_detour", "float", "ratio", "Of those who keep: walk during for each metre (or minute) of walk before, the median; empty where nobody keeps", "保持可达者：灾时步行距离（或时间）与灾前之比的中位数；无人保持时为空"),
))

SURVIVAL_CUT_OFF = Table("survival_cut_off", "", "Who is cut off from all open public space while a hazard lasts, whatever the rules ask, by scenario and unit", "灾害期间无法到达任何开放公共空间而受困的居民，与规则无关（按情景与单元）", (
    _SCENARIO,
    Column("level", "str", "", "Level of the unit", "层级"),
    Column("unit_id", "str", "", "Key of the unit", "单元编码"),
    Column("residents", "float", "persons", "Residents of the unit; empty where it is unknown", "单元居民人数；未知时为空"),
    Column("residents_cut_off", "float", "persons", "Live inside, or could walk to open public space (of any kind and size) before and now to none", "住在灾害范围内，或灾前可步行到达开放公共空间（不论类别与面积）而灾时无一可达"),
    Column("residents_unknown", "float", "persons", "Of them nobody knows whether they are cut off from all open public space: the hazard layer does not say whether they live inside, or the data end too near; so the number of those cut off is a lower bound; empty where the number of residents is unknown", "是否受困（无法到达任何开放公共空间）情况不明的居民：灾害图层未说明其住处是否在内，或数据边界过近；故受困人数为下限；居民人数未知时为空"),
))

SURVIVAL_SPACES = Table("survival_spaces", "polygon", "Public spaces that a hazard makes smaller or closes ways into, by scenario", "因灾害缩小或入口封闭的公共空间（按情景）", (
    _SCENARIO,
    Column("space_id", "str", "", "Public space", "公共空间编号"),
    Column("space_class", "str", "", "Its class", "类别"),
    Column("name", "str", "", "Its name", "名称"),
    Column("remains", "str", "", "What is left of it: a code of the list below", "剩余情况代码，见下表"),
    Column("area_m2", "float", "m2", "Its area; empty for points", "面积；点状场所为空"),
    Column("area_left_m2", "float", "m2", "Area outside of the hazard; empty for points", "灾害范围外的面积；点状场所为空"),
    Column("n_entrances", "int", "entrances", "Its entrances", "入口数"),
    Column("n_entrances_open", "int", "entrances", "Those that stay open", "仍可使用的入口数"),
))

SURVIVAL_WAYS = Table("survival_ways", "line", "Parts of streets that a hazard closes, by scenario", "因灾害封闭的路段（按情景）", (
    _SCENARIO,
    Column("edge_id", "str", "", "Edge of the walk network that it is a part of", "所属步行网络边编号"),
    Column("highway", "str", "", "Highway tag of the way; lines across squares are left out", "道路类型（highway 标签）；不含穿越广场的连线"),
    Column("length_m", "float", "m", "Its length", "长度"),
))

SURVIVAL_HOMES = Table("survival_homes", "polygon", "Where those live whom a hazard cuts off from all open public space, whatever the rules ask, by scenario: their homes grown by 20 m", "灾害期间无法到达任何开放公共空间而受困的居民的住处（按情景；外扩 20 米）", (
    _SCENARIO,
    Column("residents_cut_off", "float", "persons", "Residents who live inside, or could walk to open public space (of any kind and size) before and now to none", "住在灾害范围内，或灾前可步行到达开放公共空间（不论类别与面积）而灾时无一可达的居民"),
))

SURVIVAL_TABLES = (SURVIVAL_SCENARIOS, SURVIVAL, SURVIVAL_CUT_OFF, SURVIVAL_SPACES, SURVIVAL_WAYS, SURVIVAL_HOMES)
"""They are there where a hazard layer of the study closes."""

SURVIVAL_REMAINS = {
    "gone": ("Nothing is left outside of the hazard", "全部位于灾害范围内"),
    "shut": ("No way in stays open", "入口全部封闭"),
    "smaller": ("A part lies inside", "部分位于灾害范围内"),
    "fewer_ways_in": ("It stays whole, and some ways in close", "场所完整，部分入口封闭"),
}
"""What is left of a public space while a hazard lasts: code -> (English, Chinese); the first that holds."""
