# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published table of figures that a study supplies itself; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
INDICATORS = Table("indicators", "", "Figures that the study supplies itself, a community each", "研究自行提供的社区指标", (
    Column("community_id", "str", "", "Key of the community", "社区编码"),
    Column("indicator_id", "str", "", "Indicator, as the study names it", "指标编号"),
    Column("dimension", "str", "", "participation, satisfaction, digital_access, or need (how much help people need; no score of the place)", "participation 公众参与；satisfaction 满意度；digital_access 数字可达；need 帮扶需求（不评价场所本身）"),
    Column("value", "float", "as unit", "Value; empty where it is unknown or withheld", "数值；未知或不予公布时为空"),
    Column("low", "float", "as unit", "Lower end of the 95 % interval, of shares of those who answered (Wilson); else empty", "95% 区间下限，仅限调查比例（Wilson 法）；其余为空"),
    Column("high", "float", "as unit", "Upper end of it", "95% 区间上限"),
    Column("unit", "str", "", "Unit of the three, as the study gives it", "上述数值的单位（由研究提供）"),
    Column("answers", "float", "persons", "People who answered; empty where it is no survey, or withheld", "答卷人数；非调查数据或不予公布时为空"),
    Column("score", "float", "0-1", "How near it comes to the best value of the study: 0 at the worst or beyond, 1 at the best; empty where it is not scored", "与研究设定的最佳值的接近程度：最差值及以外为 0，最佳值为 1；未计分时为空"),
    Column("score_low", "float", "0-1", "Score of the worse end of the interval; empty where there is none", "区间较差一端的得分；无区间时为空"),
    Column("score_high", "float", "0-1", "Score of the better end", "区间较好一端的得分"),
    Column("status", "str", "", "Whether it is told and scored: a code of the list below", "是否公布与计分：见下表代码"),
))

INDICATOR_STATUSES = {
    "scored": ("Told and scored", "已公布并计分"),
    "few_answers": ("Told, but too few people answered to score it", "已公布，但答卷人数过少，不计分"),
    "withheld": ("Withheld: so few people answered or are counted, or it is not known how many answered, that single ones could be recognised", "不予公布：答卷人数过少或未知，或所计人数过少，可能识别出个人"),
    "unknown": ("The study has no value here", "研究未提供此处数值"),
}
"""Whether a figure that the study supplies is told and scored: code -> (English, Chinese)."""
