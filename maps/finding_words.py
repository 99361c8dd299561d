# ruff: noqa: E501 - a table of words, one a line
"""The map's words about what to do first, resilience, equity and the study's own indicators; see `maps.map_words`."""

from __future__ import annotations

FINDING_WORDS: dict[str, tuple[str, str]] = {
    "order.title": ("Where to begin", "从何处着手"),
    "order.priority": ("What to do first", "优先事项"),
    "order.short": ("Residents short", "受影响居民"),
    "order.resilience": ("Resilience", "韧性"),
    "order.priority.hint": (
        "Gaps by priority: how severe, times how many residents. What would help is a suggestion by the figures: people decide.",
        "缺口按优先程度排列：严重程度 × 相关居民人数。改善建议仅依据数据得出，须由人决定。",
    ),
    "order.resilience.hint": (
        "From the bottom, with the range of ranks under other ways of counting. Where ranges overlap, the order is not certain.",
        "由低到高排列，并列出采用其他算法时的位次范围。范围重叠者，先后并不确定。",
    ),
    "severity.slight": ("slight", "轻微"),
    "severity.moderate": ("moderate", "中等"),
    "severity.severe": ("severe", "严重"),
    "card.help": ("What would help", "如何改善"),
    "card.severity": ("Severity: {severity} ({points} of 100)", "严重程度：{severity}（{points}，满分 100）"),
    "card.priority": ("{rank} of all gaps by priority", "优先次序第 {rank}"),
    "remedy.check_data": ("Check the map data first", "先核查地图数据"),
    "remedy.way_in": ("A new way in", "新增入口"),
    "remedy.path": ("A missing path", "打通缺失的步道"),
    "remedy.planned_space": ("Build a planned site", "建成规划场地"),
    "remedy.adapt_space": ("Adapt an existing place", "改造现有场地"),
    "remedy.new_space": ("A new space", "新增空间"),
    "remedy.more_space": ("More space in the unit", "增加单元内空间"),
    "remedy.relief": ("Relief of crowding", "缓解拥挤"),
    "remedy.protect_or_refuge": ("Protection or refuge", "防护或避难"),
    "layers.remedies": ("What would help", "改善建议"),
    "layers.remedies.note": (
        "Suggested by the figures alone, the cheapest kind first; people decide.",
        "仅依据数据提出，由成本较低的类型开始；须由人决定。",
    ),
    "view.more.rule": ("Each rule", "各项规则"),
    "view.more.cluster": ("Clusters of shortfall", "短板聚集区"),
    "panel.more": ("More about this figure", "此数字的更多说明"),

    "view.resilience": ("Resilience", "韧性"),
    "view.resilience.title": ("Resilience beside the other communities", "各社区韧性的相对位置"),
    "view.resilience.note": (
        "A community is called only where its place holds under at least {share} of other ways of counting.",
        "仅当采用其他算法时至少 {share} 的结果一致，才判定其位置。",
    ),
    "rank_class.lowest": ("Lowest fifth", "最低的五分之一"),
    "rank_class.middle": ("In the middle", "居中"),
    "rank_class.highest": ("Highest fifth", "最高的五分之一"),
    "rank_class.uncertain": ("Cannot be told", "无法确定"),
    "resilience.called": (
        "Of {all} communities, {lowest} can be called lowest, {highest} highest and {middle} in between. The place of {uncertain} depends on how one counts, so it is not called.",
        "{all} 个社区中，可判定为最低的有 {lowest} 个，最高 {highest} 个，居中 {middle} 个；另有 {uncertain} 个的位置取决于算法，不作判定。",
    ),
    "resilience.not_assessed": ("{n} could not be scored.", "{n} 个无法评分。"),
    "resilience.moves": (
        "What moves the ranking most, in places moved on average: {most}.",
        "对排序影响最大的因素（平均移动的位次）：{most}。",
    ),
    "resilience.title": ("Resilience", "韧性"),
    "resilience.score": ("{n} of 100", "{n} 分（满分 100）"),
    "resilience.span": ("between {low} and {high} under other ways of counting", "采用其他算法时为 {low} 至 {high}"),
    "resilience.rank": ("{low} to {high} of {all} from the bottom", "由低到高第 {low} 至 {high} 位（共 {all} 个）"),
    "resilience.rank.one": ("{low} of {all} from the bottom", "由低到高第 {low} 位（共 {all} 个）"),
    "order.rank": ("{low} to {high} of {all}", "第 {low} 至 {high} 位（共 {all} 个）"),
    "resilience.about": (
        "How near the community comes to the targets of all judged rules, 100 being all met; dimensions that are weak are not made up for by others.",
        "社区对全部已评判规则目标的接近程度，100 表示全部达标；薄弱维度不能由其他维度完全弥补。",
    ),
    "dimension.reach": ("Reach on foot", "步行可达"),
    "dimension.provision": ("Space for each resident", "空间供给"),
    "dimension.safety": ("Safety from hazards", "灾害安全"),
    "dimension.survival": ("Reach during a hazard", "灾时可达"),
    "dimension.refuge": ("Refuge", "避难"),
    "dimension.participation": ("Participation", "公众参与"),
    "dimension.satisfaction": ("Satisfaction", "满意度"),
    "dimension.digital_access": ("Digital access", "数字可及"),
    "dimension.need": ("Need", "需求"),
    "resilience.dimensions": ("By dimension", "分维度"),
}
"""Key -> (English, Chinese): patterns for `str.format` where they take values."""
