# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of who and what lies in each class of a hazard; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table
from analyses.group_columns import GROUP_STATUSES

# fmt: off
UNIT = (
    Column("unit_id", "str", "", "Community, parent or city", "单元编码"),
    Column("level", "str", "", "community, a parent level, or city; who lives, and what stands, in no unit of a parent level counts at the other levels alone, so that its rows may add up to less than the city", "层级（社区、上级单元或全市）；不在某一上级层级任何单元内的居民与设施只计入其他层级，因此该层级各行合计可能小于全市"),
)
PEOPLE = (
    Column("residents", "float", "persons", "Residents there, by the share of their home; empty if unknown", "其中的居民数（按住所面积比例计）；未知则空"),
)

HAZARD = (
    Column("hazard_id", "str", "", "Hazard layer; any: all layers that may judge together, overlapping ground counted once", "灾害图层编码；any 指所有可参与评判的图层合并，重叠部分只计一次"),
    Column("hazard_class", "str", "", "Class of the layer; inside where it has none; unknown: the layer does not say; outside: no hazard", "图层等级；inside 指无等级图层的范围内；unknown 指图层未说明；outside 指不在灾害范围内"),
)
_EVENTS = (
    Column("kind", "str", "", "Kind of hazard", "灾害类型"),
    Column("scenario", "str", "", "Scenario of the layers, as the study names it", "情景（按研究文件）"),
    Column("hazard_ids", "str", "", "Layers that it was worked out from, separated by spaces", "所用图层，空格分隔"),
    Column("periods_yr", "str", "years", "Their return periods, separated by spaces", "重现期（年），空格分隔"),
)
_GROUP = Column("group", "str", "", "Group, as the study names it", "群体（按研究文件）")

EXPOSURE = Table("exposure", "", "Who and what lies in each class of each hazard layer; the rows of a unit and layer add up to all there is", "各灾害图层各等级内的居民与设施；同一单元、同一图层的各行合计等于总数", (
    *UNIT,
    *HAZARD,
    *PEOPLE,
    Column("residents_imputed", "float", "persons", "Of these residents, those placed along streets because no home is mapped for them: where they live is a guess; empty if unknown", "其中因住宅未测绘而沿街推定位置的居民数：其住处为推测；未知则空"),
    Column("floor_area_m2", "float", "m2", "Residential floor area there", "其中的住宅建筑面积"),
    Column("buildings", "float", "", "Buildings of every use, each once where it stands, by the strongest class that it touches", "建筑数（不分用途，每栋只计一次，按其触及的最高等级计）"),
    Column("space_m2", "float", "m2", "Open public space there, in the unit where each space mostly stands", "其中的开放公共空间面积（计入各空间所在单元）"),
    Column("street_m", "float", "m", "Length of streets and paths that can be walked there, each in the unit where its middle lies; lines across squares are left out", "其中可步行的街道与小路长度（计入各路段中点所在单元；不含穿越广场的线）"),
))

EXPOSURE_FACILITIES = Table("exposure_facilities", "", "Facilities in each class of each hazard layer: schools, libraries, care homes, health stations and all else mapped that is no open public space. A unit has no rows for what it has not", "各灾害图层各等级内的设施：学校、图书馆、养老院、卫生站等不属于开放公共空间的场所；单元内没有的类别不列出", (
    *UNIT,
    *HAZARD,
    Column("space_class", "str", "", "Class of the facility", "设施类别"),
    Column("facilities", "float", "", "Facilities, each once where it stands, by the strongest class that it touches", "设施数（每处只计一次，按其触及的最高等级计）"),
))

EXPOSURE_GROUPS = Table("exposure_groups", "", "Children, old people and every other group of residents in each class of each hazard layer; districts, other large units and the city only, in whole persons, without small groups", "各灾害图层各等级内的儿童、老年人及其他群体；仅区级等较大单元和全市，取整人数，不含小群体", (
    *UNIT,
    *HAZARD,
    _GROUP,
    Column("residents", "float", "persons", "Residents of the group there, by the share of their home; the rows of a unit, layer and group add up to the group", "该群体在其中的居民数（按住所面积比例计）；同一单元、图层、群体的各行合计等于该群体人数"),
    Column("status", "str", "", "Why that number stands there or not: a code of the list below", "该人数公布或留空的原因：见下表代码"),
))

EXPOSURE_ANNUAL = Table("exposure_annual", "", "Residents exposed in a year on average, where layers of several return periods exist", "存在多个重现期图层时，平均每年受灾居民数", (
    *UNIT,
    *_EVENTS,
    Column("residents_yr", "float", "persons", "Residents exposed in a year on average; a lower bound: events more frequent than the first layer are left out, and rarer ones reach no farther than the last", "平均每年受灾居民数（下限：不计比最频繁图层更频繁的事件，且设更罕见事件的范围不超过最罕见图层）"),
    Column("residents_yr_high", "float", "persons", "The same if everybody on unknown ground were exposed", "若情况不明区域的居民均受灾时的数值"),
))

EXPOSURE_ANNUAL_GROUPS = Table("exposure_annual_groups", "", "Members of each group exposed in a year on average, from the published counts of each event; where groups are published", "平均每年受灾的各群体人数（由已公布的各事件人数计算）；仅在公布群体数据的单元", (
    *UNIT,
    *_EVENTS,
    _GROUP,
    Column("residents_yr", "float", "persons", "Members exposed in a year on average; a lower bound, as for all residents", "平均每年受灾人数（下限，同全体居民）"),
    Column("residents_yr_high", "float", "persons", "The same if everybody on unknown ground were exposed", "若情况不明区域的居民均受灾时的数值"),
    Column("status", "str", "", "Why the figures stand there or not: a code of the list below", "该数值公布或留空的原因：见下表代码"),
))

EXPOSURE_TABLES = (EXPOSURE, EXPOSURE_FACILITIES, EXPOSURE_GROUPS, EXPOSURE_ANNUAL, EXPOSURE_ANNUAL_GROUPS)
"""They are there where the study has hazard layers, and something of what they tell."""

EXPOSURE_STATUSES = {
    **GROUP_STATUSES,
    "several_layers": (
        "Several layers make up one of the events together, and members of groups are counted by layer",
        "同一事件由多个图层组成，而群体人数按单个图层统计，故不计算",
    ),
}
"""Why a figure about a group in a hazard is told or not: code -> (English, Chinese)."""
