# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of what is short; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
DATA_LIGHT = Column("data_light", "str", "", "How far the data can be trusted here, by the worst of the signals: good, doubtful, poor, or unknown", "数据可信程度（取各项信号中最差者）：good 良好；doubtful 存疑；poor 较差；unknown 无法判断")

SHORTFALLS = (
    Column("shortfall_m2", "float", "m2", "The shortfall as an area that is missing: target x residents - supply; the least where places are shared out among all who come, since more would come. Of a share of land target x land - supply; of residential land that which would have to be covered besides. Other rules empty", "以面积表示的差额：目标值×居民人数－现有供给；由所有前来者共享时为下限（会吸引更多人前来）。用地占比类规则为目标值×土地面积－现有供给；居住用地覆盖类规则为尚须覆盖的居住用地面积。其他规则为空"),
    Column("residents_to_target", "float", "persons", "The shortfall in residents: how many more would have to be served (reach), or fewer exposed (exposure), for the target to be met; 0 if met; other rules empty", "以居民表示的差额：还须覆盖（可达）或减少位于灾害区内（暴露）多少居民方可达标；达标为 0；其他规则为空"),
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
    Column("target", "float", "as unit", "Value required, at least or at most as rules.target_bound says", "目标值（下限或上限见 rules.target_bound）"),
    Column("unit", "str", "", "Unit of value, target and shortfall; % is 0-100", "数值、目标、差额的单位；% 为 0-100"),
    Column("shortfall", "float", "as unit", "How far the value lies on the wrong side of the target; positive", "与目标的差额（正值）"),
    *SHORTFALLS,
    Column("residents_short", "float", "persons", "Residents concerned: not served (reach), all of the unit (provision), exposed (exposure), whose homes stand on land that is not covered (residential land; empty in assessments, which counts land)", "相关居民：未覆盖（可达）、全部（供给）、位于灾害区内（暴露）、住宅位于未覆盖居住用地上（居住用地；assessments 以用地计，故该表为空）"),
    Column("severity", "float", "0-1", "How much of the way to the target is missing: 1 - score", "严重程度：距目标尚缺的比例，即 1－得分"),
    Column("severity_class", "str", "", "slight (below 0.2), moderate (below 0.5) or severe: a convention of this program", "严重程度分级：slight 轻微（低于 0.2）；moderate 中等（低于 0.5）；severe 严重；为本程序约定"),
    Column("priority_score", "float", "persons", "severity x residents_short x weight of the rule; empty for rules about groups, for rules of weight 0 and where residents short are not known", "优先分：严重程度×相关居民×规则权重；针对特定人群的规则、权重为 0 的规则及相关居民未知者为空"),
    Column("priority", "float", "", "Rank of priority_score among the gaps of the same level, 1 is first; of equal scores the first gap_id; empty where there is no score", "在同一层级缺口中按优先分的排序，1 为最先；同分者按 gap_id；无优先分者为空"),
    Column("check_data", "float", "0/1", "1: look at the map before anything is built, for check_reason", "1 表示建设前应先核实数据，原因见 check_reason"),
    Column("check_reason", "str", "", "Why: poor_data, imputed_homes or not_firm; empty if there is no need", "核实原因：poor_data 数据较差；imputed_homes 居住位置多为推定；not_firm 结论不稳健；无需核实者为空"),
    Column("remedy", "str", "", "The cheapest kind of remedy that the figures suggest, a look at the map aside; see remedies; empty if none", "数据所提示的最省的补救方式（核实数据除外），见 remedies；无则为空"),
    Column("no_remedy", "str", "", "Why nothing is suggested, a look at the map aside; empty if something is. group: the rule is about some of the residents, and figures could tell of few people; hazard_takes: no works bring back what a hazard takes of places or land; cut_off: more space is of no use to who is cut off; options_apart: the options of the rule hold under different hazards; candidates_not_asked: the study does not ask for places that could be named refuges; no_candidate: none of them is usable; few_short: fewer are certainly short than a suggestion has to serve; homes_in_hazard: fewer than that live where anything could help them; tried: nothing that was tried would help enough; no_method: none is worked out for what is required", "无补救建议的原因（核实数据除外）；有建议者为空。group 规则针对特定人群，数字可能透露少数人情况；hazard_takes 被灾害占去的场地或用地无法靠工程恢复；cut_off 对道路中断的居民增加面积无用；options_apart 规则的各备选条件对应不同灾害；candidates_not_asked 研究未要求查找避难候选场地；no_candidate 无可用候选场地；few_short 确定短缺者少于一项建议须惠及的人数；homes_in_hazard 可就地改善者少于该人数；tried 已试各方式均不足；no_method 对此类要求不作建议"),
    Column("no_remedy_tried", "str", "", "Kinds of remedies that were tried where no_remedy is tried, separated by spaces; else empty", "no_remedy 为 tried 时已试的补救方式，空格分隔；其他为空"),
    Column("remedy_<language>", "str", "", "What would help, in words; where nothing is suggested, why not", "可行的补救（文字）；无建议者为原因"),
    Column("nearest_space_id", "str", "", "Space that is nearest for at least half of them, beyond the limit; empty if none is", "至少半数相关居民最近的（超出限值的）空间编码；无则为空"),
    Column("median_distance_m", "float", "m", "Their median distance to the nearest space; reach only", "到最近空间的距离中位数；仅可达性"),
    Column("median_time_min", "float", "min", "Their median walking time to the nearest space, where the rule is in minutes", "到最近空间的步行时间中位数；仅以分钟计的规则"),
))

REMEDIES = Table("remedies", "point", "What would help: suggestions by the figures, a row each; people decide", "补救建议：由数据得出，每条一行，供决策参考", (
    Column("remedy_id", "str", "", "Stable key made from gap, kind and step", "由缺口、方式、步骤生成的稳定编码"),
    Column("gap_id", "str", "", "Gap that it would mend or lessen", "对应缺口编码"),
    Column("remedy", "str", "", "Kind: check_data, way_in, path, adapt_space, planned_space, new_space, more_space, relief, protect_or_refuge, open_refuge, more_room, protect_link", "方式：check_data 核实数据；way_in 新增入口；path 打通步行连接；adapt_space 改造现有空间；planned_space 建成规划空间；new_space 新建空间；more_space 增加面积；relief 缓解拥挤；protect_or_refuge 防护或避难；open_refuge 指定避难场所；more_room 增加避难容量；protect_link 灾时保持通路畅通"),
    Column("cost_order", "int", "", "Place of the kind from the cheapest on, as this program orders them", "该方式由省到费的次序（本程序约定）"),
    Column("step", "int", "", "1: alone; 2, 3: together with those before it of the same gap and kind", "1 表示单独实施；2、3 表示与同一缺口同一方式的前几项一并实施"),
    Column("space_id", "str", "", "Public space, or planned site, that it concerns; empty if none", "涉及的公共空间或规划场地编码；无则为空"),
    Column("street", "str", "", "Named street that is nearest to the place, if one is near", "最近的有名道路；附近没有则为空"),
    Column("area_m2", "float", "m2", "Area to be added (new_space: of each space; more_space and relief: never less than the smallest place that counts, though gaps.shortfall_m2 is enough where one that counts is enlarged; relief: at least; protect_or_refuge: of refuge); empty for others", "需增加的面积（new_space 为每处面积；more_space、relief 不小于可计入的最小面积，扩建可计入的现有空间时以 gaps.shortfall_m2 为准；relief 为下限；protect_or_refuge 为避难面积）；其他为空"),
    Column("residents_gained", "float", "persons", "Residents short who would no longer be, with all steps up to this one; empty where nothing is built and for relief", "实施至此步后不再短缺的居民；不涉及建设者及 relief 为空"),
    Column("value_after", "float", "as unit", "Value of the unit after it, in the rule's unit", "实施后单元的数值（规则单位）"),
    Column("closes", "float", "0/1", "1: the unit would then meet the requirement; 0: it would not; empty where either is possible", "1 表示实施后该单元达标；0 表示不达标；两者皆有可能者为空"),
    Column("certainty", "str", "", "exact: by the rule's own measure; at_most: not more than this; at_least: not less", "exact 按规则自身方法计算；at_most 为上限；at_least 为下限"),
    Column("reason", "str", "", "check_data: poor_data, imputed_homes or not_firm; else empty", "核实数据的原因：poor_data 数据较差；imputed_homes 居住位置多为推定；not_firm 结论不稳健；其他为空"),
    Column("hazard_ids", "str", "", "Official and modelled hazards (flood, waterlogging, coastal, landslide, wildfire, technological) in which the place lies, separated by spaces: new spaces are not suggested there, gates and planned sites are, with a warning; empty if none", "所在的官方或模拟灾害图层（洪水、内涝、海岸、滑坡、野火、技术灾害），空格分隔：新建空间不会建议在其中，入口与规划场地会附提示；无则为空"),
    Column("way_ids", "str", "", "protect_link: ways of OpenStreetMap that it follows, in the order of walking, separated by spaces; empty for others", "protect_link 所沿的 OSM 道路编号，按步行次序、空格分隔；其他为空"),
    Column("length_m", "float", "m", "protect_link: how much of them the hazard closes; empty for others", "protect_link 被灾害封闭的长度；其他为空"),
    Column("what_<language>", "str", "", "What would help, in words", "可行的补救（文字）"),
))
"""Geometry: the gate, the place of a new or planned space, the place to adapt, the end of a missing path at the space;
protect_link: the middle of what is closed; open_refuge: a point in the place; check_data: a point inside the gap;
without geometry for more_space, relief, protect_or_refuge and more_room, which are of the whole unit."""
