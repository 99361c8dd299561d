"""The words of a community's card; see `maps.map_words`."""

from __future__ import annotations

CARD_WORDS: dict[str, tuple[str, str]] = {
    "card.back": ("Back to the overview", "返回总览"),
    "card.population": ("Residents", "居民"),
    "card.population.unknown": ("unknown", "未知"),
    "card.short": ("Residents short", "受影响居民"),
    "card.headline.short": ("Falls short of {n} of {judged} judged rules", "{judged} 项已评判规则中 {n} 项不达标"),
    "card.headline.met": ("Meets all {judged} rules that could be judged", "{judged} 项已评判规则全部达标"),
    "card.headline.not_assessed": ("Could not be judged", "无法评判"),
    "card.imputed": (
        "The homes of {share} of the residents are missing from the map data, so they were placed along streets.",
        "{share} 居民的住宅在地图数据中缺失，已沿街道推定位置，请谨慎解读。",
    ),
    "card.data.poor": ("The data are poor here: a gap may lie in the data, not on the ground.",
                       "此处数据较差：缺口可能源于数据，而非实际情况。"),
    "card.data.doubtful": ("The data are doubtful here.", "此处数据存疑。"),
    "card.data.unknown": ("How complete the data are here could not be checked.", "此处数据的完整程度无法核查。"),
    "card.data.good": ("No sign of missing data was found here.", "此处未发现数据缺失的迹象。"),
    "data.badge.poor": ("data poor", "数据较差"),
    "data.badge.doubtful": ("data doubtful", "数据存疑"),
    "card.section.short": ("Falls short", "不达标"),
    "card.section.parent": ("A higher unit that it belongs to falls short", "所属上级单元不达标"),
    "card.section.met": ("Met", "达标"),
    "card.section.reported": ("Reported, not judged", "仅报告"),
    "card.section.not_assessed": ("Not assessed", "未评估"),
    "card.value": ("Found:", "实测："),
    "card.target.minimum": ("required: at least", "要求：不少于"),
    "card.target.maximum": ("allowed: at most", "限值：不超过"),
    "card.span": (
        "{low} to {high} under other ways of placing residents in homes.",
        "采用其他居民落位方法时为 {low} 至 {high}。",
    ),
    "card.span.both": (
        "{low} to {high} under other ways of placing residents, and whatever the data leave unknown.",
        "采用其他居民落位方法、并计入数据未知情况时为 {low} 至 {high}。",
    ),
    "card.span.unknown": (
        "{low} to {high}, depending on what the data leave unknown.",
        "视数据未知部分的情况而定，介于 {low} 与 {high} 之间。",
    ),
    "card.residents": ("{n} residents", "{n} 名居民"),
    "card.clause": ("Rests on: {clause}.", "依据：{clause}。"),
    "card.sources": ("Sources", "来源"),
    "card.show": ("Where they live is outlined on the map.", "其所在位置已在地图上标出。"),
    "card.layer_note": ("About the layer:", "图层说明："),
}
"""Key -> (English, Chinese): patterns for `str.format` where they take values."""
