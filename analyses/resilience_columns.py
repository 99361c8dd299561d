# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published figures of resilience: columns of communities and parents, and the table of sensitivity."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
RESILIENCE = (
    Column("resilience", "float", "0-100", "Score: weighted geometric mean of the dimensions; empty where less than half of what is asked could be assessed", "韧性得分：各维度得分的加权几何平均；可评估的要求不足一半时为空"),
    Column("resilience_low", "float", "0-100", "Low end of the range of the score: at most one draw in twenty is lower, when weights, limits, targets, aggregation and the placement of residents vary", "得分范围的下限：权重、限值、目标、合成方法与居民落位变动时，最多二十分之一的抽样低于此值"),
    Column("resilience_high", "float", "0-100", "High end of that range: at most one draw in twenty is higher", "得分范围的上限：最多二十分之一的抽样高于此值"),
    Column("rank", "float", "rank", "Place by that score: 1 is the least resilient; units that tie share the mean of their places; empty where fewer than 5 units of the level have a score", "按得分排序的名次：1 为韧性最低；得分相同者取平均名次；本层级有得分的单元少于 5 个时为空"),
    Column("rank_low", "float", "rank", "Low end of the range of its place: at most one draw in twenty places it lower (worse), when the scaling varies too", "名次范围的下限（较差一端）：换算方法也变动时，最多二十分之一的抽样低于此名次"),
    Column("rank_high", "float", "rank", "High end of that range: at most one draw in twenty places it higher (better)", "名次范围的上限（较好一端）：最多二十分之一的抽样高于此名次"),
    Column("rank_lowest_share", "float", "0-1", "Share of the draws in which it is in the fifth that stands worst", "抽样中位于韧性最低五分之一的比例"),
    Column("rank_highest_share", "float", "0-1", "Share of the draws in which it is in the fifth that stands best", "抽样中位于韧性最高五分之一的比例"),
    Column("rank_class", "str", "", "lowest or highest: rank, rank_low and rank_high all in the worst or best fifth; middle: all in neither; uncertain: its range crosses a border; not_assessed: no rank", "lowest 最低、highest 最高：名次及其区间均在最差或最好的五分之一；middle 居中：均不在两端；uncertain 不确定：区间跨越界线；not_assessed 无名次"),
    Column("resilience_reason", "str", "", "Why there is no score or no rank: a code of the list below; empty where there are both", "无得分或无名次的原因代码；两者都有时为空"),
    Column("resilience_weight_share", "float", "0-1", "Share of the weight of all rules with a target, and of the study's own figures, that stands behind the score; what the study cannot answer counts as missing", "得分所依据的要求占全部有目标要求（按权重）的比例；本研究无法回答的计为缺失"),
    Column("dimension_<dimension>", "float", "0-100", "Score in the dimension: weighted mean of its rules' scores; empty where less than half of it could be assessed", "该维度得分：其各项要求得分的加权平均；可评估部分不足一半时为空"),
)

SENSITIVITY = Table("sensitivity", "", "What the ranking depends on: how far places move when one thing alone varies, the most first", "排名取决于什么：单独变动某一因素时名次的变化，影响大者在前", (
    Column("level", "str", "", "Level whose units are ranked", "层级"),
    Column("factor", "str", "", "What varies: a code of the list below", "变动因素代码"),
    Column("factor_<language>", "str", "", "The same in words", "变动因素（文字）"),
    Column("profile_id", "str", "", "Profile of a rule; empty for what concerns all rules", "规则所属标准；涉及全部规则的因素为空"),
    Column("rule_id", "str", "", "Rule whose differences between units are ignored", "不计其单元间差异的规则"),
    Column("mean_rank_shift", "float", "rank", "Mean distance of a unit's place from its stated place, when this alone varies", "仅此因素变动时，名次与公布名次之差的平均值"),
    Column("largest_rank_shift", "float", "rank", "Largest such distance of any unit in any draw", "任一单元在任一抽样中的最大差值"),
    Column("first_order", "float", "0-1", "Share of the variance of the mean distance that this explains by itself; empty for rules", "单独解释的名次变化方差比例；规则为空"),
    Column("total", "float", "0-1", "Share that it explains with everything it acts together with; empty for rules", "连同与其他因素的交互作用所解释的比例；规则为空"),
))

RESILIENCE_REASONS = {
    "no_target": ("No rule with a target could be assessed in this study", "本研究没有可评估的有目标要求"),
    "nobody_lives_here": ("Nobody lives in this unit", "该单元无居民"),
    "unknown_population": ("The number of residents is unknown", "居民人数未知"),
    "too_little_assessed": ("Less than half of what is asked could be assessed here", "此处可评估的要求不足一半"),
    "too_few_units": ("It has a score and no rank, because fewer than five units of its level have a score", "有得分但无名次：本层级有得分的单元少于五个"),
}
"""Why a unit has no score or no rank: code -> (English, Chinese)."""

FACTOR_WORDS = {
    "rule_weights": ("Weights of the rules within their dimensions", "维度内各规则的权重"),
    "dimension_weights": ("Weights of the dimensions", "各维度的权重"),
    "scaling": ("How values become scores: distance to target, span between worst and best, or rank", "数值换算为得分的方法：与目标的接近程度、最差至最好的区间位置、或排位"),
    "aggregation": ("Whether a weak dimension can be made up for (arithmetic mean) or not (geometric mean)", "弱项能否由强项弥补：算术平均可以，几何平均不可以"),
    "placement": ("Where in a community its residents are placed", "社区内居民的落位方法"),
    "limits": ("Limits of distance and time by a fifth more or less; the same as walking faster or slower", "距离与时间限值增减五分之一（等同于步速快慢）"),
    "ways_in": ("Whether a space that has a mapped gate or a path into it is entered there only, or along its open edges too", "有标注大门或步道进入的场所：仅由此进入，或也可从开放边界进入"),
    "targets": ("Targets by a tenth more or less", "目标值增减十分之一"),
    "closing": ("How strong a hazard has to be to close streets and places: half as strong (then bridges close too), as stated, or twice as strong", "灾害达到何种强度才封闭道路与场所：减半（此时桥也封闭）、按规定值、或加倍"),
    "rule": ("If the units did not differ under this rule", "若各单元在该规则下没有差别"),
}
"""What the ranking depends on: code -> (English, Chinese)."""
