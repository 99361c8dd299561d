# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables that say how evenly things are shared out, where shortfalls gather, and who needs more."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
EQUITY = Table("equity", "", "How evenly public space, walks and hazards are shared out among residents, and whether they go to those who need them: the whole study area and every higher unit of enough residents", "公共空间、步行距离与灾害暴露在居民之间的分配是否均衡，以及是否惠及更需要的人：全域及居民足够多的各上级单元", (
    Column("level", "str", "", "Level of the unit", "单元层级"),
    Column("unit_id", "str", "", "Unit", "单元编码"),
    Column("profile_id", "str", "", "Profile; empty where the resource belongs to no rule", "标准编号；不属于任何规则时为空"),
    Column("rule_id", "str", "", "Rule; empty where the resource belongs to no rule", "规则编号；不属于任何规则时为空"),
    Column("resource", "str", "", "What is shared out, or has to be borne: a code of the list below", "分配的资源或承受的负担：见下表代码"),
    Column("subject", "str", "", "all: all residents; a group of residents; an indicator of need that the study supplies; of the measure theil_between a level of parents", "all 全部居民；某一居民群体；研究提供的需求指标；指标 theil_between 时为上级层级"),
    Column("measure", "str", "", "A code of the list below", "指标：见下表代码"),
    Column("value", "float", "as unit", "Value; empty where it is not told, see status", "数值；未公布时为空，见 status"),
    Column("unit", "str", "", "Unit of the value: m2/person, m, min, % (0-100), persons, ratio, 0-1, or -1..1", "数值的单位：m2/person、m、min、%（0-100）、persons 人、ratio 倍数、0-1 或 -1..1"),
    Column("residents", "float", "persons", "Residents of whom it is known; of a group its members", "已知情况的居民人数；群体时为其成员人数"),
    Column("residents_left_out", "float", "persons", "Residents of the unit for whom it is unknown; empty where nobody counted some of them, and for groups", "情况未知而未计入的居民人数；部分居民未统计时及群体为空"),
    Column("status", "str", "", "Why the value stands there or not: a code of the list below", "数值公布或留空的原因：见下表代码"),
    Column("text_<language>", "str", "", "What the value says, in words; empty where it is not told", "数值的含义（文字）；未公布时为空"),
))

CLUSTERS = Table("clusters", "", "Where communities with many residents short lie next to each other, under every rule judged for communities by the share of residents it serves or exposes", "不达标居民较多的社区在何处相邻成片：适用于按居民覆盖或暴露比例在社区层级评判的各规则", (
    Column("community_id", "str", "", "Community", "社区编码"),
    Column("profile_id", "str", "", "Profile", "标准编号"),
    Column("rule_id", "str", "", "Rule of the profile", "规则编号"),
    Column("value", "float", "%", "Share of its residents who are short: not served, or exposed", "其中未覆盖或受灾的居民比例"),
    Column("neighbours_value", "float", "%", "The same of the residents of its neighbours together", "相邻社区居民合计的同一比例"),
    Column("expected", "float", "%", "The same of all communities that are compared: what would stand here if place made no difference", "所有参与比较社区的同一比例：若与位置无关时的预期值"),
    Column("neighbours", "float", "communities", "Communities next to it that are compared", "参与比较的相邻社区数"),
    Column("local_moran", "float", "", "Local Moran's I of the share short, adjusted for the number of residents; above 0: like its neighbours", "不达标比例的局部莫兰指数（已按居民人数校正）；大于 0 表示与相邻社区相似"),
    Column("p_value", "float", "0-1", "How often chance alone makes a community so like or so unlike its neighbours; two-sided, by permutation", "仅由偶然造成如此相似或相异的概率；双侧，置换检验"),
    Column("p_adjusted", "float", "0-1", "The same, corrected for all communities tested under the rule", "按该规则下全部受检社区校正后的概率"),
    Column("cluster", "str", "", "A code of the list below", "类型：见下表代码"),
    Column("cluster_<language>", "str", "", "The same in words", "类型（文字）"),
))

NEEDS = Table("needs", "", "Who stands high by need and low by what there is: communities by the indicators of need that the study supplies, higher units by the share of each group", "需求排名高而供给排名低的单元：社区按研究提供的需求指标，上级单元按各群体占比", (
    Column("level", "str", "", "Level of the unit", "单元层级"),
    Column("unit_id", "str", "", "Unit", "单元编码"),
    Column("subject", "str", "", "Indicator of need, or group whose share of residents is taken for need", "需求指标，或以其占居民比例代表需求的群体"),
    Column("resource", "str", "", "What there is: a code of the list of resources", "供给：见资源代码表"),
    Column("need", "float", "as subject", "Value of the indicator, or share of the group in the unit's residents (0-1)", "指标数值，或该群体占单元居民的比例（0-1）"),
    Column("supply", "float", "m2/person", "What a resident of the unit has on average", "单元居民的平均拥有量"),
    Column("need_percentile", "float", "0-1", "Share of residents who live in units of less need, half of those level with it counted", "居住在需求更低单元的居民比例（同级者计一半）"),
    Column("supply_percentile", "float", "0-1", "Share of residents who live in units of less supply, counted likewise", "居住在供给更少单元的居民比例（同上）"),
    Column("gap", "float", "-1..1", "need_percentile less supply_percentile: above 0 where need stands higher than supply; empty where either is unknown", "需求百分位减供给百分位：大于 0 表示需求高于供给；任一未知时为空"),
    Column("residents", "float", "persons", "Residents of the unit", "单元居民人数"),
))

EQUITY_TABLES = (EQUITY, CLUSTERS, NEEDS)
"""Published only where the study has residents and what a table speaks of."""

RESOURCES = {
    "open_space_m2": ("Open public space of a resident: what lies within the walk catchment_m (400 m), shared out among all who come, those nearer counting more", "居民人均开放公共空间：步行范围（catchment_m，400 米）内的空间由所有前来者分摊，近者权重更高"),
    "green_m2": ("Green space of a resident, shared out in the same way", "居民人均绿地（同样方式分摊）"),
    "supply_m2": ("What the rule's supply leaves for a resident, shared out among all who come", "规则所指供给由所有前来者分摊后的人均量"),
    "served": ("Share of residents whom the rule serves, by community", "各社区内该规则覆盖的居民比例"),
    "exposed": ("Share of residents inside the hazard of the rule, by community; a burden", "各社区内处于该规则灾害范围的居民比例；属负担"),
    "short": ("Share of residents who are short under the rule, by community", "各社区内该规则下不达标的居民比例"),
    "distance_m": ("Distance to the nearest place of the rule; a burden", "到规则所指最近场所的距离；属负担"),
    "time_min": ("Walking time to the nearest place of the rule; a burden", "到规则所指最近场所的步行时间；属负担"),
}
"""What is shared out, or has to be borne: code -> (English, Chinese)."""

MEASURES = {
    "mean": ("What a resident has or bears on average", "居民平均值"),
    "median": ("Half of the residents have or bear no more than this", "居民中位数"),
    "without_share": ("Share of residents for whom it is known who have none at all", "情况已知的居民中完全没有的比例"),
    "capped": ("Residents who have farther to walk than searches go, and are counted as if their walk ended there", "步行距离超出搜索上限的居民，按上限计"),
    "gini": ("Gini coefficient: 0 all have alike, 1 one has everything", "基尼系数：0 表示人人相同，1 表示一人独有"),
    "gini_corrected": ("Gini coefficient between communities, corrected for shares (Erreygers): 0 all communities alike, 1 half of the residents in communities with all and half in communities with nothing", "社区之间的基尼系数（按比例型数据校正，Erreygers）：0 表示各社区相同，1 表示一半居民所在社区全有、另一半全无"),
    "top10_share": ("Part of all there is that the tenth of residents best off have", "最富裕 10% 居民所占份额"),
    "bottom40_share": ("Part of all there is that the four tenths of residents worst off have", "最匮乏 40% 居民所占份额"),
    "palma": ("The first of these as a multiple of the second", "前者为后者的倍数"),
    "atkinson_05": ("Atkinson index, aversion 0.5: part of all there is that is lost for welfare because it is unevenly shared", "阿特金森指数（厌恶系数 0.5）：因分配不均而损失的福利份额"),
    "atkinson_1": ("Atkinson index, aversion 1: the same, counting those with little for more; 1 as soon as anybody has none", "阿特金森指数（厌恶系数 1）：更看重匮乏者；只要有人完全没有即为 1"),
    "theil": ("Theil index: 0 all have alike; falls into parts", "泰尔指数：0 表示人人相同；可分解"),
    "theil_between": ("The part of the Theil index that lies between the units of a level; the rest lies within them", "泰尔指数中存在于某层级各单元之间的部分；其余在单元内部"),
    "concentration": ("Concentration index: above 0 more goes to where need or the group's share is high, below 0 to where it is low", "集中指数：大于 0 表示更多流向需求或群体占比高处，小于 0 则相反"),
    "moran": ("Moran's I: above 0 communities with many residents short lie next to each other, near 0 they lie anywhere", "莫兰指数：大于 0 表示不达标居民多的社区彼此相邻，接近 0 表示分布随机"),
    "moran_p_value": ("How often chance alone puts them so close or so far apart", "仅由偶然造成如此聚集或分散的概率"),
    "concentration_corrected": ("The same, corrected for shares (Erreygers)", "集中指数（按比例型数据校正，Erreygers）"),
}
"""How evenness is measured: code -> (English, Chinese)."""

EQUITY_STATUSES = {
    "told": ("The value is told", "已公布"),
    "too_few_residents": ("Too few residents for a statement about evenness", "居民过少，无法说明是否均衡"),
    "too_many_unknown": ("It is unknown for too many residents", "情况未知的居民过多"),
    "nothing_to_share": ("Nobody has any, so there is nothing to share out", "人人皆无，无可分配"),
    "worst_have_none": ("The four tenths worst off have none, so no multiple exists", "最匮乏的 40% 居民完全没有，倍数不存在"),
    "not_tested": ("Too few communities, or the share is the same in all", "社区过少，或各社区比例相同"),
    "nobody": ("Of nobody in the group it is known", "该群体中无人情况已知"),
    "small_group": ("The group is too small, or lives in too few communities, to be told of", "该群体过小或分布社区过少，不予公布"),
    "suppressed": ("Withheld, because it or another figure would tell how many belong to a small group", "不予公布：否则会透露某一小群体的人数"),
    "unknown": ("Nobody counted", "未统计"),
}
"""Why a value of `equity` stands there or not: code -> (English, Chinese)."""

CLUSTER_KINDS = {
    "high_high": ("A cluster of shortfall: many residents short here and next door", "不达标聚集区：本社区及相邻社区不达标居民均多"),
    "low_low": ("A cluster of good supply: few residents short here and next door", "良好聚集区：本社区及相邻社区不达标居民均少"),
    "high_low": ("Stands out: many residents short here, few next door", "异常高值：本社区不达标居民多，相邻社区少"),
    "low_high": ("Stands out: few residents short here, many next door", "异常低值：本社区不达标居民少，相邻社区多"),
    "not_significant": ("No more alike or unlike than chance would make it", "与偶然情形无显著差异"),
    "no_neighbours": ("No neighbour that could be compared: not tested", "没有可比较的相邻社区：未检验"),
    "not_assessed": ("Nobody lives here, or the rule was not judged here: not tested", "无人居住或该规则在此未评判：未检验"),
    "too_few": ("Too few communities to tell clusters from chance: not tested", "社区过少，无法区分聚集与偶然：未检验"),
    "all_alike": ("The share is the same everywhere: there are no clusters", "各处比例相同：不存在聚集"),
}
"""What stands in `clusters`: code -> (English, Chinese)."""
