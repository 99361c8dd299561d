# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of who and what lies in each class of a hazard; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
UNIT = (
    Column("unit_id", "str", "", "Community, parent or city", "单元编码"),
    Column("level", "str", "", "community, a parent level, or city", "层级"),
)
PEOPLE = (
    Column("residents", "float", "persons", "Residents there, by the share of their home; empty if unknown", "其中的居民数（按住所面积比例计）；未知则空"),
)

EXPOSURE = Table("exposure", "", "Who and what lies in each class of each hazard layer; the rows of a unit and layer add up to all there is. Only where a layer has classes, unknown ground or several return periods", "各灾害图层各等级内的居民与设施；同一单元、同一图层的各行合计等于总数。仅当图层含等级、情况不明区域或多个重现期时提供", (
    *UNIT,
    Column("hazard_id", "str", "", "Hazard layer; any: all layers that may judge together, overlapping ground counted once", "灾害图层编码；any 指所有可参与评判的图层合并，重叠部分只计一次"),
    Column("hazard_class", "str", "", "Class of the layer; inside where it has none; unknown: the layer does not say; outside: no hazard", "图层等级；inside 指无等级图层的范围内；unknown 指图层未说明；outside 指不在灾害范围内"),
    *PEOPLE,
    Column("floor_area_m2", "float", "m2", "Residential floor area there", "其中的住宅建筑面积"),
    Column("buildings", "float", "", "Buildings of every use, each once where it stands, by the strongest class that it touches", "建筑数（不分用途，每栋只计一次，按其触及的最高等级计）"),
    Column("space_m2", "float", "m2", "Public space there, in the unit where each space mostly stands", "其中的公共空间面积（计入各空间所在单元）"),
))

EXPOSURE_ANNUAL = Table("exposure_annual", "", "Residents exposed in a year on average, where layers of several return periods exist", "存在多个重现期图层时，平均每年受灾居民数", (
    *UNIT,
    Column("kind", "str", "", "Kind of hazard", "灾害类型"),
    Column("scenario", "str", "", "Scenario of the layers, as the study names it", "情景（按研究文件）"),
    Column("hazard_ids", "str", "", "Layers that it was worked out from, separated by spaces", "所用图层，空格分隔"),
    Column("periods_yr", "str", "years", "Their return periods, separated by spaces", "重现期（年），空格分隔"),
    Column("residents_yr", "float", "persons", "Residents exposed in a year on average; a lower bound: events more frequent than the first layer are left out, and rarer ones reach no farther than the last", "平均每年受灾居民数（下限：不计比最频繁图层更频繁的事件，且设更罕见事件的范围不超过最罕见图层）"),
    Column("residents_yr_high", "float", "persons", "The same if everybody on unknown ground were exposed", "若情况不明区域的居民均受灾时的数值"),
))

EXPOSURE_TABLES = (EXPOSURE, EXPOSURE_ANNUAL)
