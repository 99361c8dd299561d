"""The contract of every published table: its columns, their types, units and meaning, in English and Chinese.

Declared once. The data dictionary and the field aliases in QGIS are made from it, and a test
compares it with the files that are written. A name in angle brackets stands for one column a
parent level, a rule, a language, or a class or union of public space.
"""

from __future__ import annotations

from analyses.column import Column, Table
from analyses.gap_columns import DATA_LIGHT, GAPS, SHORTFALLS
from analyses.resilience_columns import RESILIENCE
from analyses.vulnerability_columns import INDEX


def _unit_figures(unit_en: str, unit_zh: str, *data: Column) -> tuple[Column, ...]:
    """The figures that communities and parents have in common; `data` says how far they can be trusted."""
    return (
        Column("name", "str", "", f"Name of the {unit_en}, as in the source", f"{unit_zh}名称（原文）"),
        Column("population", "float", "persons", "Residents; 0 is nobody, empty is unknown", "居民人数；0 表示无人，空表示未知"),
        Column("area_m2", "float", "m2", "Area in the study's CRS", "面积（研究坐标系）"),
        Column("status", "str", "", "short: at least one rule is short; met: at least one is judged and none is short; not_assessed: none could be judged",
               "short：至少一项不达标；met：至少一项已评判且均达标；not_assessed：无法评判"),
        Column("n_short", "int", "rules", "Rules that are short", "不达标规则数"),
        Column("n_met", "int", "rules", "Rules that are met", "达标规则数"),
        Column("n_reported", "int", "rules", "Rules reported without verdict", "仅报告、不评判的规则数"),
        Column("n_not_assessed", "int", "rules", "Rules that could not be assessed", "无法评估的规则数"),
        Column("residents_short", "float", "persons", "Most residents short under any one rule: in communities that are short, or in the unit itself where the rule is judged at its level; 0 if none is",
               "任一规则下受影响居民人数的最大值：统计不达标社区，或该规则在本层级评判时的本单元；均达标时为 0"),
        Column("imputed_share", "float", "0-1", "Share of residents whose home is imputed, because buildings are missing from the data", "因建筑数据缺失而推定居住位置的居民比例"),
        *data,
        *RESILIENCE,
        *INDEX,
        Column("<profile>__<rule>", "float", "as the rule", "Value of the rule, in the rule's unit; empty where it was not assessed", "该规则的数值（单位同规则）；未评估时为空"),
    )


DATA_SHARES = (
    Column("data_good_share", "float", "0-1", "Share of its residents (of residential floor area where they are not known) in communities whose data are good", "居住在数据良好社区的居民比例（居民未知时按居住建筑面积）"),
    Column("data_doubtful_share", "float", "0-1", "Share of them in communities whose data are doubtful", "居住在数据存疑社区的比例"),
    Column("data_poor_share", "float", "0-1", "Share of them in communities whose data are poor", "居住在数据较差社区的比例"),
    Column("data_unknown_share", "float", "0-1", "Share of them in communities whose data could not be checked", "居住在数据无法核查社区的比例"),
)
DATA_SIGNALS = (
    Column("data_signals", "str", "", "Signals that are not good, the worst first: codes of the list below, separated by spaces; empty if all are good", "非良好的信号代码（最差者在前，空格分隔）；均良好则为空"),
    Column("data_checked", "str", "", "Signals that could be checked here: codes of the same list; the others are unknown or do not apply", "此处可核查的信号代码（同一列表）；其余未知或不适用"),
    Column("data_floor_m2_per_resident", "float", "m2/person", "Mapped residential floor area for each resident counted; empty where nobody lives or nobody counted", "已测绘居住建筑面积与居民人数之比；无人居住或人数未知时为空"),
    Column("data_built_street_share", "float", "0-1", "Share of the length of residential streets beside which a building is mapped; empty where such streets are few", "住宅街道中路旁有已测绘建筑的长度比例；此类街道过少时为空"),
    Column("data_ways_km_per_km2", "float", "km/km2", "Length of walkable ways inside, for its area", "单位面积内可步行道路长度"),
    Column("data_off_network_share", "float", "0-1", "Share of residents (of residential floor area where they are not known) whose home no walkable way comes near, or only ways that lead nowhere", "住处附近无可步行道路、或仅有孤立道路的居民比例（居民未知时按居住建筑面积）"),
    Column("data_way_in_share", "float", "0-1", "Share of the open public spaces that touch it for which a way in was found; empty if none does", "与其相接的开放公共空间中找到入口的比例；无此类空间时为空"),
    Column("data_space_m", "float", "m", "Distance from it to the nearest open public space, its border not minded; 0 inside, inf: the data have none", "到最近开放公共空间的距离（不限于边界内）；0 表示在其内，inf 表示数据中没有"),
    Column("data_covered_share", "float", "0-1", "Share of its area where the map extract is complete", "地图数据完整覆盖的面积比例"),
    Column("data_inventory_only_share", "float", "0-1", "Share of what the inventory has built there that the map extract lacks: of ground by area, of points by number, the larger of both; empty where it has nothing", "清单所载已建公共空间中地图数据没有的比例：面按面积、点按数量，取较大者；此处无清单场地则为空"),
)

COMMUNITIES = Table("communities", "polygon", "Communities, with their status and the value of every rule", "社区：状态及各规则数值", (
    Column("community_id", "str", "", "Key of the community, as in the source", "社区编码（同来源）"),
    Column("parent_<level>_id", "str", "", "The parent of that level in which most of its residents live", "多数居民所属的上级单元编码"),
    Column("parent_<level>_share", "float", "0-1", "Share of its residents who live in that parent", "居住在该上级单元内的居民比例"),
    *_unit_figures("community", "社区", DATA_LIGHT, *DATA_SIGNALS),
))

PARENTS = Table("parents", "polygon", "Higher units and the city: sums over the residents who live there. Under a rule judged for communities a unit is short if any of its residents are short in a community that is short", "上级单元与全市：按居住其中的居民汇总；社区级规则下，若有居民在不达标社区中受影响，则该单元不达标", (
    Column("unit_id", "str", "", "Key of the unit", "单元编码"),
    Column("level", "str", "", "Level of the unit; city is the whole study", "层级；city 为全市"),
    *_unit_figures("unit", "单元", DATA_LIGHT, *DATA_SHARES),
    Column("<group>", "float", "persons", "Residents of the group; published for districts, other large units and the city only", "该群体居民人数；仅在区级等较大单元和全市公布"),
    Column("<group>_status", "str", "", "Why that number stands there or not: a code of the list below", "该人数公布或留空的原因：见下表代码"),
))

PUBLIC_SPACE = Table("public_space", "polygon", "Public space mapped as areas, one feature a place", "公共空间（面）", (
    Column("space_id", "str", "", "OSM element; of merged pieces the smallest", "OSM 编号；合并者取最小"),
    Column("space_class", "str", "", "Class from the closed list", "类别"),
    Column("name", "str", "", "Name as in the source", "名称（原文）"),
    Column("area_m2", "float", "m2", "Area; empty for points", "面积；点为空"),
    Column("member_ids", "str", "", "OSM elements and sites of inventories merged into it, separated by spaces", "合并的 OSM 元素及清单场地，空格分隔"),
    Column("source", "str", "", "Who drew the largest part of its outline: osm, or the inventory's id", "主要轮廓来源：osm，或清单编号"),
    Column("n_entrances", "int", "entrances", "Ways in; 0 means that no way in was found", "入口数；0 表示未找到入口"),
    Column("no_entrance_reason", "str", "", "Why no way in was found: a code of the list below; empty where there is one", "未找到入口的原因代码；有入口时为空"),
    Column("nearest_street_id", "str", "", "Walkable way nearest to a space without a way in", "距无入口空间最近的可步行道路"),
    Column("nearest_street_m", "float", "m", "Distance from the outline to that way; inf: there is none", "边界到该道路的距离；inf 表示没有"),
    Column("catchment_population", "float", "persons", "Residents within a walk (catchment_m, 400 m) of the open public space that it is part of; empty: it is none, or people whom nobody counted may come too", "所属开放公共空间步行范围（catchment_m，400 米）内的居民；空：不属于开放公共空间，或可能有未统计的居民前来"),
    Column("m2_per_person", "float", "m2/person", "Area of that open public space for each of them; empty also where nobody comes", "该开放公共空间的人均面积；无人前来时亦为空"),
    Column("hazard_<hazard>_share", "float", "0-1", "Share of its area inside the hazard layer", "位于该灾害图层内的面积比例"),
))

# A layer of one geometry type opens in every GIS; several refuse layers that mix areas and points.
PUBLIC_SPACE_POINTS = Table("public_space_points", "point", "Public space mapped as points, one feature a place", "公共空间（点）", PUBLIC_SPACE.columns)

ENTRANCES = Table("entrances", "point", "Where public spaces are entered", "公共空间入口", (
    Column("entrance_id", "str", "", "Key: space and number", "编码：空间编号与序号"),
    Column("space_id", "str", "", "Space it leads into", "所属空间"),
    Column("space_class", "str", "", "Class of the space", "空间类别"),
    Column("space_area_m2", "float", "m2", "Area of the space", "空间面积"),
    Column("kind", "str", "", "gate, crossing (a walkable way crosses the boundary), open_edge, or point", "gate 大门；crossing 步道穿越边界；open_edge 开放边界；point 点"),
    Column("confidence", "str", "", "How sure one can be that people enter here: high (a mapped gate or entrance, here or where a path crosses), medium (a path crosses an outline without barrier), low (an open edge, a point, a path through a fence without a mapped gate, on a bridge or in a tunnel)",
           "入口可信度：high 已标注大门或入口（含步道穿越处）；medium 步道穿越无围栏边界；low 开放边界、点状场所、穿越围栏但未标注大门、桥上或隧道内"),
    Column("edge_id", "str", "", "Network edge it is attached to; empty if it is out of reach", "所连路网边；空表示不可达"),
    Column("off_network_m", "float", "m", "Straight distance to that edge", "到该边的直线距离"),
))

SERVICE_AREAS = Table("service_areas", "polygon", "The ground from which each walking rule's supply is within its limit", "各步行规则的服务范围：在限值内可步行到达其供给空间的区域", (
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("requirement_<language>", "str", "", "The rule in words", "规则（文字）"),
    Column("supply", "str", "", "Class or union of public space, with its smallest area", "供给类别及最小面积"),
    Column("n_places", "int", "places", "Places of that supply, touching spaces merged", "供给场所数（相接者合并）"),
    Column("limit", "float", "as limit_unit", "Limit of the walk, legs beside the network included", "步行限值，含离网段"),
    Column("limit_unit", "str", "", "m or min", "m 米或 min 分钟"),
    Column("strip_m", "float", "m", "How far from the network the area may extend at most", "区域离路网的最大距离"),
    Column("area_m2", "float", "m2", "Its area", "面积"),
))

HAZARDS = Table("hazards", "polygon", "Hazard layers, each with its status", "灾害图层及其状态", (
    Column("hazard_id", "str", "", "Key of the layer in the study", "图层编码"),
    Column("kind", "str", "", "Kind of hazard", "灾害类型"),
    Column("status", "str", "", "official, modelled, or derived (for screening; reported and never judged)", "official 官方；modelled 模拟；derived 推导（仅供筛查，不参与评判）"),
    Column("return_period_yr", "float", "years", "Return period; empty if not stated", "重现期（年）；未注明则空"),
    Column("name", "str", "", "Name as in the source", "名称（原文）"),
    Column("hazard_class", "str", "", "Class of the ground, as in the tables of docs/methods.md or the study; empty where the layer has none", "等级（见 docs/methods.md 或研究文件）；图层无等级时为空"),
    Column("class_order", "float", "", "Place of the class in its layer, 1 the weakest; empty without classes", "等级次序，1 为最弱；无等级时为空"),
    Column("intensity_low", "float", "as unit", "Least intensity there: of a raster that of the class, of which the part that closes ways is a row of its own; empty where the layer names no numbers", "最低强度：栅格图层为该等级的下限，其中使道路封闭的部分单列一行；图层无数值时为空"),
    Column("unit", "str", "", "Its unit: m (depth of water), rating, degC, sd, deg, g or index", "强度单位：m（水深）、rating、degC、sd、deg、g 或 index"),
    Column("note_<language>", "str", "", "What a reader must know about the layer", "使用须知"),
))

REACHED = (
    Column("reached_space_id", "str", "", "Space that more of the residents served have nearest than any other; reach only", "已覆盖居民中最多人最近的空间编码；仅可达性"),
    Column("reached_share", "float", "0-1", "Share of the residents served for whom it is that space", "以该空间为最近的居民占已覆盖居民的比例"),
    Column("reached_median_m", "float", "m", "Distance to it that half of them do not exceed", "其中半数居民到该空间的距离不超过此值"),
    Column("reached_median_min", "float", "min", "Walking time to it that half of them do not exceed, where the rule is in minutes", "其中半数居民到该空间的步行时间不超过此值；仅以分钟计的规则"),
    Column("reached_entrances", "float", "", "Ways into it that they take; empty in a straight line", "这些居民使用的入口数；直线距离规则为空"),
)
"""Where the served go, see `analyses.reached`."""

ASSESSMENTS = Table("assessments", "", "Every unit under every rule", "每个单元在每条规则下的评估", (
    Column("unit_id", "str", "", "Community, parent or city", "单元编码"),
    Column("level", "str", "", "community, a parent level, or city", "层级"),
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("value", "float", "as unit", "Value found, of those for whom it is known; empty if not assessed", "实测值（仅计可判断者）；未评估为空"),
    Column("value_low", "float", "as unit", "Lowest value under other defensible ways of placing residents in homes, and if all that the data leave unknown (by their edge, or ground of which a hazard layer says nothing) were not served, or not exposed", "采用其他合理居民落位方法、且未知者（因数据边界或灾害图层没有数值）均计为未覆盖或未受灾时的最低值"),
    Column("value_high", "float", "as unit", "Highest value under them, and if all that is unknown were served, or exposed", "采用其他合理居民落位方法、且未知者均计为已覆盖或受灾时的最高值"),
    Column("target", "float", "as unit", "Value required, at least or at most as rules.target_bound says; empty if the rule has none", "目标值（下限或上限见 rules.target_bound）；无目标为空"),
    Column("relaxed_share", "float", "0-1", "Share of the unit's residents who live where the standard asks for less; the target is then the one that holds for the unit. Empty where the rule has no lower target, or the study names no such area", "居住在标准降低要求区域内的居民占比；目标值即该单元适用的目标。规则无降低目标或本研究未标出此类区域时为空"),
    Column("unit", "str", "", "Unit of value, target and shortfall; % is 0-100", "单位；% 为 0-100"),
    Column("status", "str", "", "met, short, reported or not_assessed", "met 达标；short 不达标；reported 仅报告；not_assessed 未评估"),
    Column("firm", "float", "0/1", "1: the verdict is the same under all ways of placing residents; empty where nothing is judged, or no home is mapped, so that none could be tried", "1 表示各种居民落位方法下结论一致；未评判或无已测绘住宅时为空"),
    Column("reason", "str", "", "Why it is reported or not assessed: a code of the list below", "仅报告或未评估的原因代码"),
    Column("shortfall", "float", "as unit", "How far the value lies on the wrong side of the target; 0 if met", "与目标的差额；达标为 0"),
    Column("score", "float", "0-1", "How far the value has come towards the target: 1 is met; empty without a target or a value", "得分：数值接近目标的程度，1 为达标；无目标或无数值时为空"),
    *SHORTFALLS,
    Column("residents_served", "float", "persons", "Residents served (reach) or not exposed (exposure); empty for provision", "已覆盖（可达）或不在灾害区内（暴露）居民；供给为空"),
    Column("residents_short", "float", "persons", "Residents not served or exposed; all where provision is short; whatever the verdict", "未覆盖或暴露的居民；供给不足时为全部居民；与结论无关"),
    Column("residents_unknown", "float", "persons", "Residents for whom it is unknown: the data end too near, or a hazard layer says nothing of the ground", "情况未知的居民：数据边界过近，或灾害图层没有数值"),
    Column("method", "str", "", "How the value was measured", "测量方法"),
    Column("hazard_ids", "str", "", "Hazard layers that an exposure rule was measured on", "暴露规则所用的灾害图层"),
    *REACHED,
))

GROUP_FIGURES = Table("groups", "", "Every age and other group under every rule of reach or exposure; districts, other large units and the city only, in whole persons, without small groups", "各年龄及其他群体在各可达与暴露规则下的情况；仅区级等较大单元和全市，取整人数，不含小群体", (
    Column("unit_id", "str", "", "Unit", "单元编码"),
    Column("level", "str", "", "Level of the unit", "层级"),
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("group", "str", "", "Group, as the study names it", "群体"),
    Column("residents", "float", "persons", "Residents of the group", "该群体居民"),
    Column("residents_status", "str", "", "Why that number stands there or not: a code of the list below", "该人数公布或留空的原因：见下表代码"),
    Column("residents_served", "float", "persons", "Of them served (reach) or not exposed (exposure)", "其中已覆盖（可达）或不在灾害区内（暴露）"),
    Column("residents_short", "float", "persons", "Of them not served, or exposed", "其中未覆盖或受灾"),
    Column("residents_unknown", "float", "persons", "Of them those for whom it is unknown: the data end too near, or a hazard layer says nothing of the ground", "其中情况未知：数据边界过近，或灾害图层没有数值"),
    Column("value", "float", "as unit", "Share served (reach) or exposed (exposure) of those who are known; empty where a hazard layer leaves more than 5 % of the group unknown", "已知者中已覆盖（可达）或位于灾害区内（暴露）的比例；灾害图层使该群体 5% 以上情况未知时为空"),
    Column("unit", "str", "", "Unit of the value; % is 0-100", "单位；% 为 0-100"),
    Column("status", "str", "", "Why served, short, unknown and value stand there or not: a code of the list below", "上述已覆盖、未覆盖、未知人数与比例公布或留空的原因：见下表代码"),
))

RULES = Table("rules", "", "The rules of this run, with clause and confidence", "本次使用的规则及其出处", (
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("kind", "str", "", "reach, provision or exposure", "类型"),
    Column("level", "str", "", "Level at which it is judged", "评判层级"),
    Column("requirement_<language>", "str", "", "The rule in words", "规则（文字）"),
    Column("target", "float", "as unit", "Value required; empty if there is none", "目标值"),
    Column("target_bound", "str", "", "min: the value has to be at least the target; max: at most; empty without a target", "min 数值须不低于目标值；max 须不高于目标值；无目标则空"),
    Column("unit", "str", "", "Unit", "单位"),
    Column("target_status", "str", "", "official, convention or derived (our reading)", "official 官方；convention 惯例；derived 推导（本工具的解读）"),
    Column("method", "str", "", "How the value is measured", "测量方法"),
    Column("issuer", "str", "", "Who published the profile", "发布者"),
    Column("year", "str", "", "Year of the profile; empty where it is not known", "标准年份；未知为空"),
    Column("profile_sha256", "str", "", "Hash of the text of the profile; empty for the rules that a run makes of the study's hazards", "标准文本的哈希；由本研究灾害图层生成的规则为空"),
    Column("clause_<language>", "str", "", "Clause it rests on", "条款"),
    Column("note_<language>", "str", "", "How far that clause was read; empty where in full", "对该条款的核对程度；已全部核对则为空"),
    Column("force", "str", "", "What the clause is in its standard: mandatory, recommended, target, indicator or convention; empty if not said", "条款效力：mandatory 强制；recommended 推荐；target 目标；indicator 指标；convention 惯例；未注明则空"),
    Column("read", "str", "", "Where its number was read: standard (in the standard itself), secondary (where somebody quotes it) or memory; empty for what is our own", "数值来源：standard 标准原文；secondary 他人引文；memory 凭记忆；本工具自定者为空"),
    Column("confidence", "str", "", "How sure we are of the numbers: high, medium, low", "数值可信度"),
))

PROVENANCE = Table("provenance", "", "Every input: files, database tables, answers of services", "每个输入：文件、数据库表、服务返回", (
    Column("role", "str", "", "Role in the study", "用途"),
    Column("source", "str", "", "file, postgis, overpass (a file that was fetched from there), or package (a profile that ships)", "file 文件；postgis 数据库；overpass 由其取得的文件；package 随本工具提供的标准"),
    Column("file", "str", "", "File, relative to the study file; of a database its service and table", "文件（相对研究文件）；数据库则为服务名与表名"),
    Column("query", "str", "", "What was asked of a database or service, or which layer and filter were taken of a file", "向数据库或服务提出的查询，或从文件中选取的图层与筛选条件"),
    Column("sha256", "str", "", "Hash of its content", "内容哈希"),
    Column("bytes", "int", "bytes", "Size", "大小"),
    Column("date", "str", "", "Date of the data", "数据日期"),
    Column("licence", "str", "", "Licence", "许可"),
    Column("attribution", "str", "", "Whom to name", "署名"),
    Column("counts", "str", "", "Rows read, kept, repaired and dropped, as JSON", "读取、保留、修复、剔除数量（JSON）"),
))

CAVEATS = Table("caveats", "", "What a reader of the figures has to know", "使用须知", (
    Column("code", "str", "", "Kind of caveat", "类别代码"),
    Column("layer", "str", "", "Layer it concerns", "相关图层"),
    Column("count", "float", "as unit", "How many are concerned", "数量"),
    Column("unit", "str", "", "Of what", "单位"),
    Column("detail", "str", "", "Examples", "示例"),
    Column("text_<language>", "str", "", "The caveat in words", "说明（文字）"),
))

DEMAND = Table("demand", "point", "Internal, not for publication: where residents are placed, and their distances", "内部使用，不得公开：居民位置及其距离", (
    Column("demand_id", "str", "", "Building, or point along a street where buildings are missing", "建筑，或建筑缺失时的沿街点"),
    Column("community_id", "str", "", "Community", "社区编码"),
    Column("population", "float", "persons", "Residents placed here", "居民人数"),
    Column("floor_area_m2", "float", "m2", "Residential floor area; 0 for street points", "居住建筑面积；沿街点为 0"),
    Column("imputed", "int", "0/1", "1 where the building is missing from the data", "1 表示建筑数据缺失"),
    Column("edge_id", "str", "", "Network edge it is attached to; empty if out of reach", "所连路网边；空表示不可达"),
    Column("off_network_m", "float", "m", "Straight distance to that edge", "到该边的直线距离"),
    Column("along_m", "float", "m", "Distance from the edge's start to the point of attachment", "从边起点到连接点的距离"),
    Column("distance_<class or union>_m", "float", "m", "Walking distance to the nearest space; inf is out of reach", "到最近空间的步行距离；inf 为不可达"),
    Column("nearest_<class or union>_id", "str", "", "That space", "最近空间编码"),
    Column("entrance_<class or union>_id", "str", "", "The entrance by which that distance came about", "该距离所到达的入口编码"),
    Column("time_<walker>_<class or union>_min", "float", "min", "Walking time of that walker to the nearest space, for rules in minutes; inf is out of reach", "该类行人到最近空间的步行时间（仅以分钟计的规则）；inf 为不可达"),
    Column("distance_<walker>_<class or union>_m", "float", "m", "Walking distance where that walker can go, for rules that name one", "该类行人可通行路线的步行距离（仅规则指定时）"),
))

NETWORK = Table("network", "line", "Internal: exactly the network that points were attached to", "内部使用：计算所用的完整路网", (
    Column("edge_id", "str", "", "Way and piece", "道路与分段"),
    Column("start_node_id", "int", "", "OSM node; negative for nodes made while crossing squares", "起点"),
    Column("end_node_id", "int", "", "OSM node; negative for nodes made while crossing squares", "终点"),
    Column("length_m", "float", "m", "Length", "长度"),
    Column("forward", "int", "0/1", "May be walked from start to end", "可正向通行"),
    Column("backward", "int", "0/1", "May be walked from end to start", "可反向通行"),
    Column("highway", "str", "", "Kind of way", "道路类型"),
    Column("component", "int", "", "0 is the main network, others are islands", "0 为主网，其他为孤岛"),
))

PUBLISHED = (COMMUNITIES, PARENTS, GAPS, PUBLIC_SPACE, PUBLIC_SPACE_POINTS, ENTRANCES, SERVICE_AREAS, HAZARDS, ASSESSMENTS, GROUP_FIGURES, RULES, PROVENANCE, CAVEATS)
INTERNAL = (DEMAND, NETWORK)

REASONS = {
    "no_target": ("The rule has no target: its value is reported", "规则无目标值，仅报告数值"),
    "derived_layer": ("The hazard layer is derived: it is reported and never judges", "灾害图层为推导所得，仅报告，不评判"),
    "what_if": ("A what-if: that this hazard closes streets is assumed, so it is reported and never judges", "假设情景：该灾害封闭道路仅为假设，只报告，不评判"),
    "what_if_groups": ("A what-if tells nothing of groups of residents: beside the ordinary run it would give small ones away", "假设情景不给出居民群体的数值：与正常运行结果对照可能透露少数人的情况"),
    "other_level": ("The rule is judged at another level", "该规则在其他层级评判"),
    "buildings_not_residents": ("Floor area of homes instead of residents, who are not known", "以居住建筑面积代替未知的居民"),
    "no_residents": ("The study has no residents", "本研究无居民数据"),
    "nobody_lives_here": ("Nobody lives in this unit", "该单元无居民"),
    "no_mapped_homes": ("No home is mapped here, which does not mean that nobody lives here", "该处无已测绘住宅，不代表无人居住"),
    "unknown_population": ("The number of residents is unknown", "居民人数未知"),
    "no_data_for_class": ("The study has no data for what the rule asks for", "本研究缺少该规则所需数据"),
    "no_refuges": ("The study lists no refuges that are there; name the city's list in the study file as [[refuge]], or ask for candidates", "本研究未列出已建成的避难场所；请在研究文件中以 [[refuge]] 提供本市清单，或要求查找候选场地"),
    "only_candidates": ("There are only candidates that nobody has named refuges", "仅有尚未被指定为避难场所的候选场地"),
    "no_hazard_layer": ("The study has no official or modelled hazard layer of this kind", "本研究无该类官方或模拟灾害图层"),
    "no_land_here": ("There is no residential land in this unit", "该单元无居住用地"),
    "land_without_homes": ("Most homes of this unit stand outside of the residential land that the map tags", "该单元多数住宅位于地图所标注的居住用地之外"),
    "no_residential_land": ("The study has no layer of residential land", "本研究无居住用地图层"),
    "no_such_group": ("The study does not count this group of residents", "本研究无该居民群体的人数"),
    "nobody_of_group": ("Nobody of this group lives in this unit", "该单元无此类居民"),
    "small_groups": ("Figures of groups are kept to larger units, so that nobody can be told apart", "为避免识别个人，群体数值仅在较大单元公布"),
    "suppressed": ("Withheld, because it would tell how many belong to a small group", "不予公布：否则会透露某一小群体的人数"),
    "needs_hazard_survival": ("No official or modelled hazard layer of this kind says what it closes: the study file gives it closes = true or a closing intensity", "无官方或模拟的该类灾害图层说明封闭范围：请在研究文件中设定 closes = true 或封闭强度"),
    "no_hazard_depth": ("The hazard layers of the study do not say how deep the water is", "本研究的灾害图层不含水深"),
    "needs_cycling": ("Ways for cycling are not searched yet", "骑行路线暂未计算"),
    "no_places_here": ("No place of this kind stands in this unit", "该单元无此类场地"),
    "no_such_level": ("The study has no units of the level at which the rule is judged", "本研究无该规则所需层级"),
    "hazard_unknown": ("The hazard layer leaves so much ground without a value that the result could change", "灾害图层在较大范围内没有数值，结果可能改变"),
    "refuge_size_unknown": ("Of a refuge here or within reach the list says neither area nor persons, so the verdict could change", "此处或可达的避难场所，清单未载面积与人数，结论可能改变"),
    "edge_of_data": ("The data end so near that the verdict could change", "数据边界过近，结论可能改变"),
}
"""Why a row of `assessments` is reported or not assessed: code -> (English, Chinese)."""

NO_ENTRANCE_REASONS = {
    "fenced": ("A barrier runs along its outline and no gate or path through it is mapped", "边界有围栏，且未标注大门或穿越步道"),
    "walled": ("Walls or fences stand between it and the walkable ways beside it", "与邻近步道之间有墙或围栏"),
    "built_up": ("Buildings stand between it and the walkable ways beside it", "与邻近步道之间有建筑"),
    "water_or_railway": ("Water, a railway or a motorway lies between it and the walkable ways beside it", "与邻近步道之间有水域、铁路或高速公路"),
    "too_far_from_street": ("No walkable way comes near enough to its outline", "边界附近没有可步行道路"),
    "entrances_out_of_reach": ("Its ways in are too far from every walkable way", "其入口距所有可步行道路过远"),
}
"""Why no way into a public space was found: code -> (English, Chinese)."""

DATA_SIGNAL_WORDS = {
    "homes": ("Too few homes are mapped for the residents counted", "已测绘住宅过少，容纳不下统计的居民"),
    "houses": ("Buildings are missing along its residential streets", "住宅街道旁缺少已测绘建筑"),
    "ways": ("Few walkable ways are mapped for so dense a community", "与人口密度相比，已测绘的可步行道路过少"),
    "off_network": ("Homes lie away from every walkable way", "住宅附近没有可步行道路"),
    "ways_in": ("No way in is known for most of its open public spaces", "多数开放公共空间未找到入口"),
    "spaces": ("No open public space is mapped in it or near it", "其内及附近没有已测绘的开放公共空间"),
    "covered": ("It reaches beyond the area in which the map extract is complete", "超出地图数据完整覆盖的范围"),
    "inventory": ("The map extract lacks public space that the inventory has", "地图数据缺少清单所载的公共空间"),
}
"""What a signal of missing data says where it is not good: code -> (English, Chinese)."""
