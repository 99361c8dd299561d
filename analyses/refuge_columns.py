# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of refuge; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
REFUGES = Table("refuges", "polygon", "Refuges of the study's lists, and open space that could serve as one, mapped as areas", "避难场所（面）：研究清单所列，以及可作为避难场所的开放空间", (
    Column("refuge_id", "str", "", "List and key; of a candidate its largest space", "清单与编号；候选场地取其最大空间的编号"),
    Column("source", "str", "", "listed (by the study), or candidate (open space that passes the rules; nobody has named it a refuge)", "listed 清单所列；candidate 候选（符合规则的开放空间，尚未被指定为避难场所）"),
    Column("list_id", "str", "", "List; empty for candidates", "清单编号；候选为空"),
    Column("name", "str", "", "Name as in the source", "名称（原文）"),
    Column("grade", "str", "", "emergency, temporary, short, medium, long or centre, as listed; of candidates that of the tier", "级别：emergency 紧急；temporary 临时；short 短期；medium 中期；long 长期；centre 中心；候选取所用级别"),
    Column("tier", "str", "", "Standard and grade whose numbers hold", "所用标准与级别"),
    Column("community_id", "str", "", "Community in which it lies; empty outside all: residents are taken in there too", "所在社区；均不在内则为空，但同样接纳居民"),
    Column("status", "str", "", "usable, or why it takes nobody in: a code of the list below", "usable 可用；否则为不可用的原因：见下表代码"),
    Column("use", "str", "", "overfull, used or idle: a code of the list below; empty where it takes nobody in", "使用情况代码，见下表；不可用时为空"),
    Column("what_<language>", "str", "", "The same in words", "说明（文字）"),
    Column("area_m2", "float", "m2", "Area of its outline; empty for points", "轮廓面积；点为空"),
    Column("open_m2", "float", "m2", "Of it without buildings, water and ground near dangerous sources, before hazards; of a candidate without what listed refuges cover", "扣除建筑、水面及危险源周边后的面积（未扣除灾害区）；候选另扣除清单场所"),
    Column("hazard_share", "float", "0-1", "Share of its outline inside any class of hazards that may judge, however slight", "位于可参与评判的灾害区内的面积比例，不论强度等级"),
    Column("unknown_share", "float", "0-1", "Share of its outline of which a hazard layer that may judge does not say whether it lies inside; it is not counted on", "可参与评判的灾害图层未说明是否受灾的面积比例；该部分不计入"),
    Column("slope_share", "float", "0-1", "Mean slope, rise over run, by the elevation model; empty without one, for listed refuges, and where its cells are too large for the place", "平均坡度（高差与水平距离之比），据高程模型；无高程模型、清单场所及格网过粗时为空"),
    Column("effective_m2", "float", "m2", "Area that people can use: as listed, or the open ground outside of hazards times the share of its class; 0 where it takes nobody in; of what is planned or of a lower grade what it would have; empty where the list tells persons alone, and where unknown", "有效避难面积：清单所载，或灾害区外空地乘以该类别的可用比例；不能接纳人员时为 0；规划中或级别较低者为其本可提供的面积；清单仅载人数及未知时为空"),
    Column("capacity", "float", "persons", "People it takes in: as listed, or effective area by the tier's area a person; empty where unknown", "可容纳人数：清单所载，或有效面积除以人均标准；未知为空"),
    Column("asked", "float", "persons", "People for whom it is the nearest within the limit", "以其为限值内最近避难场所的人数"),
    Column("taken", "float", "persons", "People it takes in when everybody goes to the nearest that has room; never above capacity", "就近前往且有余位时实际接纳的人数；不超过容量"),
    Column("taken_best", "float", "persons", "People it takes in when as many as possible are placed, with the shortest walks together", "安置人数最多且总步行距离最短时接纳的人数"),
    Column("median_m", "float", "m", "Walk that half of those it takes in do not exceed", "其接纳者中半数的步行距离不超过此值"),
))

REFUGE_POINTS = Table("refuges_points", "point", "Refuges of the study's lists, mapped as points", "避难场所（点）", REFUGES.columns)

REFUGE_ENTRANCES = Table("refuge_entrances", "point", "Where refuges are entered outside of hazards that may judge, so that every walk to one can be worked out again", "避难场所入口（位于可参与评判的灾害区外），供复核步行距离", (
    Column("entrance_id", "str", "", "Key: refuge and number", "编码：避难场所编号与序号"),
    Column("refuge_id", "str", "", "Refuge it leads into", "所属避难场所"),
    Column("kind", "str", "", "gate, crossing (a walkable way crosses the outline), open_edge, or point (a point inside, from which the nearest walkable way is taken, as no way in is mapped)", "gate 大门；crossing 步道穿越轮廓；open_edge 开放边界；point 内部一点（无已标注入口，取最近步道）"),
    Column("confidence", "str", "", "How sure one can be that people enter here: high, medium or low, as in entrances", "入口可信度：high、medium、low，含义同 entrances"),
    Column("edge_id", "str", "", "Network edge it is attached to", "所连路网边"),
    Column("off_network_m", "float", "m", "Straight distance to that edge", "到该边的直线距离"),
))

REFUGE_NEEDS = Table("refuge_needs", "", "Who finds a place in a refuge within the limit, a unit each; every number is of people who need one by the tier: placed, without_full, without_far, must_leave and unknown add up to needing", "各单元居民在限值内能否得到避难位置；人数均指按所用级别需要避难者：placed、without_full、without_far、must_leave 与 unknown 之和等于 needing", (
    Column("level", "str", "", "community, a parent level, or city", "层级"),
    Column("unit_id", "str", "", "Unit", "单元编码"),
    Column("unit_name", "str", "", "Its name", "单元名称"),
    Column("tier", "str", "", "Standard and grade whose numbers hold", "所用标准与级别"),
    Column("scenario_id", "str", "", "none: streets are open, as before a hazard or on other days; else the scenario of survival_scenarios that lasts, with the streets, ways in and ground that it closes", "none 表示道路畅通（灾害发生前或平时）；否则为 survival_scenarios 中的情景，其间封闭的道路、入口与场地不可用"),
    Column("limit_m", "float", "m", "Longest walk", "步行距离限值"),
    Column("needing", "float", "persons", "Residents times the share that the tier shelters; empty where residents are unknown", "居民人数乘以该级别应避难比例；居民未知为空"),
    Column("placed", "float", "persons", "Find a place within the limit when everybody who can walk goes to the nearest refuge that has room", "能步行者就近前往有余位的避难场所时，限值内得到位置者"),
    Column("placed_listed", "float", "persons", "Would find a place if only the refuges of the study's lists took people in, and no candidate; empty unless the study has both", "仅清单所列避难场所接纳人员、候选场地均不启用时能得到位置者；仅在两者兼有时提供"),
    Column("without_full", "float", "persons", "Find none, because the refuges within the limit are full; of those inside a hazard that lasts must_leave tells", "限值内避难场所已满而无位置者；住在灾害区内者另计入 must_leave"),
    Column("without_far", "float", "persons", "Find none, because there is no refuge within the limit; of those inside a hazard that lasts must_leave tells", "限值内没有避难场所而无位置者；住在灾害区内者另计入 must_leave"),
    Column("must_leave", "float", "persons", "Live inside the hazard: while it lasts no way leads out, so they have to leave before, and are counted neither as placed nor as without; 0 where streets are open", "住在灾害区内：灾害期间无路可出，须提前撤离，既不计入 placed，也不计入 without；道路畅通时为 0"),
    Column("must_leave_placed", "float", "persons", "Of them, find a place if everybody goes while streets are still open", "其中在道路仍畅通时全体前往可得到位置者"),
    Column("unknown", "float", "persons", "Found none, but the data end within the limit, so that there may be one beyond; or of a refuge within it the list does not tell how many it takes in; or a hazard layer does not say whether ground of a refuge within it, or a way in, lies inside, and outside it would take in more; or the hazard layer does not say whether they live inside", "未找到位置，但限值内数据已到边界，界外或有；或限值内某场所清单未载容量；或灾害图层未说明限值内某场所的场地或入口是否受灾，若不受灾可接纳更多人；或灾害图层未说明其是否在区内"),
    Column("placed_share", "float", "0-1", "Placed, of those needing a place; empty where nobody does", "得到位置者占需避难者的比例；无人需要时为空"),
    Column("median_m", "float", "m", "Walk that half of the placed do not exceed", "得到位置者中半数的步行距离不超过此值"),
    Column("farthest_m", "float", "m", "Longest walk of the placed", "得到位置者的最远步行距离"),
    Column("median_adult_min", "float", "min", "Time to walk median_m at an adult's speed on level ground; median_m is the middle walk of all the placed, not of adults", "以成人平地步速走完 median_m 的时间；median_m 为全体得到位置者的中位距离，并非仅成人"),
    Column("median_elderly_min", "float", "min", "Time to walk the same median_m at an older person's speed on level ground; not the middle time of older residents", "以老年人平地步速走完同一 median_m 的时间；并非老年居民的中位时间"),
    Column("n_refuges", "int", "refuges", "Usable refuges in the unit; of the city all, those beyond its border too", "单元内可用避难场所数；全市为全部，含边界外者"),
    Column("n_overfull", "int", "refuges", "Of them nearest to more people than they take in", "其中超员的场所数：就近前来的人数超过可容纳人数"),
    Column("n_idle", "int", "refuges", "Of them without anybody placed", "其中无人前往的场所数"),
    Column("capacity", "float", "persons", "People that these usable refuges take in", "上述可用避难场所的总容量"),
    Column("placed_best", "float", "persons", "Most people that could be placed at all; city only", "最多可安置人数；仅全市"),
    Column("mean_m", "float", "m", "Mean walk of the placed; city only", "得到位置者的平均步行距离；仅全市"),
    Column("mean_best_m", "float", "m", "Mean walk when the most people are placed with the shortest walks together; city only", "安置人数最多且总步行最短时的平均步行距离；仅全市"),
))

WITH_REFUGES = (REFUGES, REFUGE_POINTS, REFUGE_ENTRANCES, REFUGE_NEEDS)
"""Published only where the study names refuges or asks for candidates."""

REFUGE_STATUSES = {
    "usable": ("Can take people in", "可用"),
    "in_hazard": ("Outside of hazards too little of it is left", "灾害区外所余面积不足"),
    "hazard_unknown": ("Too little of it is known to lie outside of hazards: a hazard layer does not say whether the rest, or its ways in, do", "确知位于灾害区外的面积不足：灾害图层未说明其余场地或入口是否受灾"),
    "too_steep": ("The ground is steeper than the tier allows", "坡度超过所用级别的允许值"),
    "no_way_in": ("No walkable way leads in outside of hazards", "灾害区外无步行道路可进入"),
    "capacity_unknown": ("The list says neither how many people nor how much area, and it is a point or a building", "清单未载人数与面积，且为点状或建筑"),
    "counted_elsewhere": ("Its ground is counted with another listed refuge", "其场地已计入另一清单场所"),
    "lower_grade": ("Listed as a refuge of a lower grade than the tier asks for", "清单级别低于所用级别"),
    "closed": ("Listed for nobody: with room for 0 people, or 0 m²", "清单载明容纳 0 人或面积为 0，不接纳人员"),
    "planned": ("Planned: not there yet", "规划中，尚未建成"),
}
"""Whether a place can serve as a refuge: code -> (English, Chinese)."""

REFUGE_USES = {
    "overfull": ("Nearest to more people than it takes in", "就近前来的人数超过可容纳人数"),
    "used": ("Has room for all to whom it is the nearest", "可容纳所有就近前来者"),
    "idle": ("Nobody goes there", "无人前往"),
}
"""How full a refuge gets: code -> (English, Chinese)."""
