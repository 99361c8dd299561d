"""The words of the map's own panel and legend, in English and Chinese.

Words about rules, gaps and caveats are in `maps.words`, which the report shares.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyses.profile import Rule
from analyses.verdict import method
from maps.card_words import CARD_WORDS
from maps.finding_words import FINDING_WORDS
from maps.safety_words import SAFETY_WORDS
from maps.tip_words import TIP_WORDS
from maps.vocabulary import METHODS
from maps.vulnerability_map_words import VULNERABILITY_WORDS
from maps.walk_words import near_phrase

LANGUAGES = ("en", "zh")


def language_of(wanted: str) -> str:
    """`wanted` if the map has words in it, else English."""
    return wanted if wanted in LANGUAGES else "en"


def word(key: str, language: str) -> str:
    """The word `key` in `language`: a pattern for `str.format` where it takes values."""
    return _WORDS[key][LANGUAGES.index(language_of(language))]


def choose(texts: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """A text that data give by language: the one asked for, else English, else any."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), otherwise)


def bracketed(text: str, about: str, language: str) -> str:
    """A text with a remark in brackets, as the language writes them."""
    return word("brackets", language).format(text=text, about=about)


def measured(rule: Rule, language: str) -> str:
    """How the value of a rule was measured, in one sentence."""
    if rule.kind == "reach":
        code = method(rule)
        plain = f"measured.reach.{code}"
        return word(plain if plain in _WORDS else "measured.reach.other", language).format(
            how=METHODS[code][LANGUAGES.index(language_of(language))]
        )
    if rule.kind in ("exposure", "site"):
        return word(f"measured.{rule.kind}", language)
    if rule.per != "person":
        return word("measured.land_share", language)
    text = word(f"measured.provision.{rule.method or 'container'}", language)
    return text if rule.within_m is None else text.format(limit=near_phrase(rule, language_of(language)))


def script_words(language: str) -> dict[str, str]:
    """The words that the page's script needs."""
    return {key.removeprefix("script."): word(key, language) for key in _WORDS if key.startswith("script.")}


_WORDS: dict[str, tuple[str, str]] = {
    **CARD_WORDS,
    **FINDING_WORDS,
    **SAFETY_WORDS,
    **TIP_WORDS,
    **VULNERABILITY_WORDS,
    "lang": ("en", "zh"),
    "colon": (": ", "："),
    "brackets": ("{text} ({about})", "{text}（{about}）"),
    "sentence.next": (". ", "。"),
    "list.next": ("; ", "；"),
    "panel.kicker": ("Which communities fall short?", "哪些社区存在短板？"),
    "panel.open": ("Show or hide the panel", "展开或收起面板"),
    "panel.residents.reach": ("of {all} residents ({share}) are not served under this rule:",
                              "名居民（共 {all} 名，占 {share}）未被覆盖，按以下规则："),
    "panel.residents.exposure": ("of {all} residents ({share}) are exposed under this rule:",
                                 "名居民（共 {all} 名，占 {share}）暴露于灾害，按以下规则："),
    "panel.residents.known": ("{all} known", "已知 {all}"),
    "panel.short": (
        "{residents} of them live in {short} of {judged} {units} that this rule finds short.",
        "其中 {residents} 名居住在该规则下不达标的 {short} 个{units}（已评判 {judged} 个）。",
    ),
    "panel.imputed": (
        "The homes of about {residents} residents ({share}) are missing from the data; they were placed along streets.",
        "约 {residents} 名居民（{share}）的住宅在数据中缺失，已沿街道推定其位置。",
    ),
    "panel.data": (
        (
            "The data of {poor} of {all} communities ({residents} residents) are poor: "
            "what seems to be missing there may only be missing from the map."
        ),
        "{all} 个社区中有 {poor} 个（{residents} 名居民）数据较差：看似缺失的设施可能只是未被测绘。",
    ),
    "panel.communities": ("{short} of {all} communities fall short of at least one rule.",
                          "{all} 个社区中有 {short} 个至少一项不达标。"),
    "panel.communities.one": ("{short} of {all} communities falls short of at least one rule.",
                              "{all} 个社区中有 {short} 个至少一项不达标。"),
    "panel.communities.met.one": ("{met} meets every rule that could be judged.",
                                  "{met} 个社区在可评判的规则下均达标。"),
    "panel.communities.met": ("{met} meet every rule that could be judged.", "{met} 个社区在可评判的规则下均达标。"),
    "panel.communities.unknown": ("{unknown} could not be judged.", "{unknown} 个社区无法评判。"),
    "panel.nobody_short": ("No community falls short of a rule that could be judged.", "可评判的规则均达标。"),
    "panel.no_residents": (
        "Where residents live is not known, so no community can be judged; values are of residential floor area.",
        "本研究没有居民分布数据，因此无法评判任何社区；改按居住建筑面积报告数值。",
    ),
    "panel.nothing_judged": ("No community could be judged: {why}.", "没有社区可以评判：{why}。"),
    "panel.nothing_judged.nobody": ("nobody lives there", "其中无人居住"),
    "panel.nothing_judged.no_target": (
        "no rule that could be assessed has a target; values are reported",
        "可评估的规则均无目标值，仅报告数值",
    ),
    "panel.nothing_judged.reasons": ("No community could be judged. Why, and for how many rules:",
                                     "没有社区可以评判。原因及所涉规则数："),
    "panel.nothing_judged.reason": ("{why} ({n} rules of {profiles}).", "{why}（{profiles}，{n} 条规则）。"),
    "panel.nothing_judged.reason.one": ("{why} ({n} rule of {profiles}).", "{why}（{profiles}，{n} 条规则）。"),
    "panel.kicker.no_residents": ("What can be said without residents", "无居民数据时可知的情况"),
    "panel.whole.buildings": (
        "of the residential floor area mapped in the whole study area. Measured is:",
        "（占全域已测绘居住建筑面积）。测量内容：",
    ),
    "panel.whole.population": (
        "of the residents of the whole study area. Measured is:",
        "（占全域居民）。测量内容：",
    ),
    "panel.dates": ("Streets, spaces and buildings as of {osm}", "街道、空间与建筑数据日期：{osm}"),
    "panel.dates.residents": ("; residents as of {residents}", "；居民数据日期：{residents}"),
    "panel.rules": ("Every rule, for the whole study area", "各项规则（全域）"),
    "panel.rules.hint": ("Choose a rule to colour the map by it.", "选择一项规则以按其着色。"),
    "panel.rank.all": ("Communities", "社区"),
    "panel.rank.value": ("Lowest values: {rule}", "数值最低：{rule}"),
    "panel.rank.hint": ("Choose a community to see why.", "选择社区查看原因。"),
    "rank.rule": ("short of {n} rule", "{n} 项不达标"),
    "rank.rules": ("short of {n} rules", "{n} 项不达标"),
    "panel.find": ("Find a community", "查找社区"),
    "panel.caveats": ("What to know before using these figures", "使用前须知"),
    "panel.sources": ("Where the figures come from", "数据来源"),
    "panel.sources.file": (
        "{attribution}; {licence}; {date}",
        "{attribution}；{licence}；{date}",
    ),
    "panel.sources.where": ("{kind}: {file}; SHA-256 {sha256}…", "{kind}：{file}；SHA-256 {sha256}…"),
    "panel.sources.rows": ("{rows_kept} of {rows_read} rows kept", "读取 {rows_read} 行，保留 {rows_kept} 行"),
    "panel.sources.repaired": (", {n} repaired", "，修复 {n} 行"),
    "panel.sources.dropped": (", {n} dropped", "，剔除 {n} 行"),
    "panel.unknown.date": ("date not stated", "日期未注明"),
    "panel.unknown.licence": ("licence not stated", "许可未注明"),
    "panel.sources.licence": ("licence: {licence}", "许可：{licence}"),
    "panel.sources.date": ("date: {date}", "日期：{date}"),
    "panel.hazards": ("About the hazard layers", "关于灾害图层"),
    "panel.profiles": ("The standards", "所用标准"),
    "panel.made": ("Made with Linli {version}.", "由邻里（Linli）{version} 生成。"),
    "panel.rule.reach": ("{n} residents not served", "{n} 名居民未被覆盖"),
    "panel.rule.exposure": ("{n} residents exposed", "{n} 名居民暴露于灾害"),
    "panel.rule.of_them": (
        "{n} of them in {short} of {judged} {units} found short",
        "其中 {n} 名在不达标的 {short} 个{units}（已评判 {judged} 个）",
    ),
    "panel.rule.whole": (
        "{n} residents in {short} of {judged} {units} found short",
        "不达标的 {short} 个{units}（已评判 {judged} 个）共有 {n} 名居民",
    ),
    "panel.rule.units": ("{short} of {judged} {units} found short", "不达标的{units} {short} 个（已评判 {judged} 个）"),
    "panel.rule.city.short": ("the whole study area falls short", "全域不达标"),
    "panel.rule.city.met": ("met by the whole study area", "全域达标"),
    "panel.rule.reported": ("{value}, reported without verdict", "{value}，仅报告"),
    "panel.rule.not_assessed": ("not assessed", "未评估"),
    "panel.rule.met": ("met in {judged} of {judged} {units} judged", "已评判的 {judged} 个{units}均达标"),
    "panel.rule.next": (", ", "，"),
    "unit.community": ("communities", "社区"),
    "unit.community.one": ("community", "社区"),
    "unit.city": ("whole study area", "全域"),
    "unit.city.one": ("whole study area", "全域"),
    "unit.district": ("districts", "区"),
    "unit.district.one": ("district", "区"),
    "unit.neighbourhood": ("neighbourhoods", "居民区"),
    "unit.neighbourhood.one": ("neighbourhood", "居民区"),
    "unit.other": ("units ({level})", "单元（{level}）"),

    "view.choose": ("Colour communities by", "社区着色依据"),
    "view.residents": ("Residents short", "受影响居民"),
    "view.residents.title": ("Residents short in each community", "各社区受影响居民人数"),
    "view.residents.note": (
        "Not served or exposed under the rule that is worst of those found short here; 0 where no rule finds any.",
        "按此处不达标规则中影响最大的一项，未被覆盖或暴露于灾害的居民；无计人数的规则不达标时为 0。",
    ),
    "view.imputed": ("Homes missing from the data", "住宅数据缺失"),
    "view.imputed.title": ("Residents placed along streets", "沿街推定位置的居民比例"),
    "view.imputed.note": (
        "Share of residents whose homes are missing from the map data. The more, the less certain is everything else.",
        "住宅在地图数据中缺失的居民比例。比例越高，其他数值的不确定性越大。",
    ),
    "view.data": ("Trust in the data", "数据可信程度"),
    "view.data.title": ("How far the data can be trusted", "数据可信程度"),
    "view.data.note": (
        "By the worst of several signals, such as homes against residents. It says nothing about the place itself.",
        "取多项信号（如住宅与居民人数之比）中最差者。不代表该地本身的状况。",
    ),
    "view.unknown": ("Residents not known, or none", "居民未知或无居民"),
    "view.status": ("Status", "达标状况"),
    "view.status.title": ("Status of each community", "各社区达标状况"),
    "view.status.note": ("Short: at least one judged rule is short. Met: at least one is judged and none is short.",
                         "不达标：至少一项已评判规则不达标；达标：至少一项已评判且均达标。"),
    "view.rule.population": ("Share of residents", "居民比例"),
    "view.rule.buildings": ("Share of residential floor area", "居住建筑面积比例"),
    "view.rule.building_count": ("Number of buildings", "建筑数量"),
    "who.buildings": ("residential floor area", "居住建筑面积"),
    "who.building_count": ("number of buildings", "建筑数量"),
    "view.rule.other": ("Share of {who}", "{who}比例"),
    "view.rule.m2": ("Square metres per resident", "人均平方米"),
    "view.rule.target.minimum": ("Target: at least {value} ({status})", "目标：不少于 {value}（{status}）"),
    "view.rule.target.maximum": ("Target: at most {value} ({status})", "目标：不超过 {value}（{status}）"),
    "view.rule.no_target": ("The rule has no target: values are reported, not judged.", "该规则无目标值，仅报告。"),
    "view.rule.level": (
        "Judged for {units}; values of communities are for information.",
        "按{units}评判；社区数值仅供参考。",
    ),
    "view.below": ("below {value}", "低于 {value}"),
    "view.from": ("{value} and more", "{value} 及以上"),
    "view.up_to": ("up to {value}", "不超过 {value}"),
    "view.above_to": ("above {low} to {high}", "高于 {low} 至 {high}"),
    "view.above": ("above {value}", "高于 {value}"),
    "view.between": ("{low} to below {high}", "{low} 至低于 {high}"),
    "view.not_assessed": ("Not assessed", "未评估"),

    "target.official": ("official target", "官方目标"),
    "target.convention": ("convention, our own choice", "惯例（本工具自定）"),
    "target.derived": ("derived: our reading of the standard", "推导：本工具对标准的解读"),

    "layers.title": ("Layers", "叠加图层"),
    "layers.what": ("Weak data, what would help, hazards, public space, entrances, areas served, homes",
                    "数据薄弱处、改善建议、灾害、公共空间、入口、服务范围、住所"),
    "layers.spaces": ("Public space", "公共空间"),
    "layers.park": ("Parks and gardens", "公园与花园"),
    "layers.square": ("Squares and greenways", "广场与绿道"),
    "layers.play": ("Playgrounds and sports grounds", "游乐场与运动场地"),
    "layers.coast": ("Beaches", "海滩"),
    "layers.nature": ("Woodland and nature reserves", "林地与自然保护区"),
    "layers.other": ("Other places (schools, culture, care, ...)", "其他场所（学校、文化、照护等）"),
    "layers.entrances": ("Entrances of public space", "公共空间入口"),
    "layers.entrances.note": ("Mapped gates, paths across the boundary, open edges beside a way. Zoom in to see them.",
                              "已标注的大门、步道与边界交点、临路的开放边界。放大后显示。"),
    "layers.served": ("Areas served on foot", "步行服务范围"),
    "layers.served.note": (
        "The ground from which the nearest space is within the limit: the walk network, and a narrow strip beside it.",
        "在限值内可步行到达最近空间的区域：沿步行网络及其两侧窄带。",
    ),
    "layers.inventory": ("The city's inventory", "公共空间清单"),
    "layers.inventory.note": (
        "Where the inventory and OpenStreetMap differ: each says what differs, whose word counts, and what to do.",
        "清单与 OpenStreetMap 的差异：每处注明差异内容、本次采用哪一方及处理建议。",
    ),
    "inventory.planned": ("Planned sites", "规划中的场地"),
    "inventory.planned.note": ("Planned: never counted as supply", "规划：不计入供给"),
    "layers.hazards": ("Hazards", "灾害"),
    "layers.data": ("Where the data are weak", "数据薄弱之处"),
    "layers.data.poor": ("Communities whose data are poor", "数据较差的社区"),
    "layers.data.doubtful": ("Communities whose data are doubtful", "数据存疑的社区"),
    "layers.data.note": (
        "What seems to be missing there may only be missing from the map.",
        "该处看似缺失的设施可能只是未被测绘。",
    ),
    "layers.gaps": ("Where the residents concerned live", "相关居民所在"),
    "entrance.gate": ("Gates and mapped entrances", "大门与已标注入口"),
    "entrance.crossing": ("A path crosses the boundary", "步道穿越边界"),
    "entrance.open_edge": ("Open edge beside a way", "临路的开放边界"),
    "entrance.point": ("Places mapped as a point", "以点标注的场所"),
    "hazard.official": ("official", "官方"),
    "hazard.modelled": ("modelled", "模拟"),
    "hazard.derived": ("derived: for screening, never judged by", "推导：仅供筛查，不参与评判"),

    "measured.reach.walk": (
        "Measured along the walk network, from homes to the nearest entrance.",
        "沿步行网络从住宅到最近入口测量。",
    ),
    "measured.reach.other": (
        "Measured from homes to the nearest entrance: {how}.",
        "从住宅到最近入口测量：{how}。",
    ),
    "measured.reach.euclidean": (
        "Measured as a straight line, from homes to the boundary of the space.",
        "从住宅到空间边界的直线距离。",
    ),
    "measured.provision.container": (
        "Area inside the unit divided by the residents who live in it.",
        "单元内面积除以单元居民人数。",
    ),
    "measured.provision.within": (
        "Area of every space {limit} of any resident of the unit, divided by the residents of the unit.",
        "单元任一居民{limit}的空间总面积除以单元居民人数。",
    ),
    "measured.provision.e2sfca": (
        "All residents {limit} of a space share its area (E2SFCA); the mean of what the unit's residents have.",
        "每处空间的面积由其{limit}的全部居民分享（两步移动搜索法）；取单元居民所得的平均值。",
    ),
    "measured.land_share": (
        "Area inside the unit divided by the built-up land of the unit.",
        "单元内面积除以单元建成区用地面积。",
    ),
    "measured.site": ("Share of the places in the unit that pass, each by itself.", "单元内逐一检验的场地合格比例。"),
    "measured.exposure": (
        "Homes counted by the share of each building inside the layer.",
        "按每栋建筑位于图层内的面积比例计算。",
    ),

    "script.all": ("Show all {n}", "显示全部 {n} 个"),
    "script.fewer": ("Show fewer", "收起"),
    "script.nothing": ("No community with this name", "没有匹配的社区"),
    "script.home": ("Show the whole study area", "显示全域"),
    "script.zoom": ("zoom in to see them", "放大后可见"),
}
