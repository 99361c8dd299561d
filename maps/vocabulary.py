"""The words for codes (statuses, classes, hazards, levels, units), in each language."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "zh")

Words = Mapping[str, tuple[str, str]]
"""Code -> (English, Chinese)."""

LANGUAGE_NAMES: Words = {"en": ("English", "英文"), "zh": ("Chinese", "中文")}

STATUS: Words = {
    "short": ("short", "不达标"),
    "met": ("met", "达标"),
    "reported": ("reported, not judged", "仅报告"),
    "not_assessed": ("not assessed", "未评估"),
}

LIGHTS: Words = {
    "good": ("good", "良好"),
    "doubtful": ("doubtful", "存疑"),
    "poor": ("poor", "较差"),
    "unknown": ("could not be checked", "无法核查"),
}
"""How far the data of a community can be trusted."""

CLASSES: Words = {
    "park": ("park", "公园"),
    "garden": ("garden", "花园"),
    "square": ("square", "广场"),
    "playground": ("playground", "儿童游乐场"),
    "sports_ground": ("sports ground", "运动场地"),
    "beach": ("beach", "海滩"),
    "woodland": ("woodland", "林地"),
    "nature_reserve": ("nature reserve", "自然保护地"),
    "cemetery": ("cemetery", "墓园"),
    "greenway": ("greenway", "绿道"),
    "community_centre": ("community centre", "社区中心"),
    "library": ("library", "图书馆"),
    "cultural_station": ("cultural station", "文化活动站"),
    "elderly_daycare": ("day care for the elderly", "老年人日间照料中心"),
    "care_home": ("care home", "养老院"),
    "school_ground": ("school ground", "学校操场"),
    "kindergarten": ("kindergarten", "幼儿园"),
    "primary_school": ("primary school", "小学"),
    "health_station": ("health station", "社区卫生服务站"),
    "assembly_point": ("assembly point", "应急避难集合点"),
    "toilet": ("public toilet", "公共厕所"),
    "tree": ("tree", "树木"),
    "tree_canopy": ("tree canopy", "树冠"),
    "junior_secondary": ("junior secondary school", "初中"),
    "market": ("fresh market", "菜市场"),
    "service_station": ("community service station", "社区服务站"),
    "service_centre": ("street-level service centre", "街道级社区服务中心"),
    "cultural_centre": ("cultural centre", "文化活动中心"),
    "health_centre": ("community health centre", "社区卫生服务中心"),
    "shelter": ("refuge", "避难场所"),
    "street": ("streets", "街道"),
    "green": ("green space", "绿地"),
    "open_public_space": ("open public space", "开放公共空间"),
}
"""Classes of public space, and the unions of them."""

MASS_NOUNS = frozenset({"green", "open_public_space", "woodland", "street", "tree_canopy"})
"""Classes that English names without an article."""

HAZARD_KINDS: Words = {
    "flood": ("flood", "洪水"),
    "waterlogging": ("waterlogging", "内涝"),
    "coastal": ("coastal", "海岸"),
    "landslide": ("landslide", "滑坡"),
    "heat": ("heat", "高温"),
    "seismic": ("seismic", "地震"),
    "wildfire": ("wildfire", "野火"),
    "technological": ("technological", "技术事故"),
}

HAZARD_STATUS: Words = {
    "official": ("official", "官方"),
    "modelled": ("modelled", "模拟"),
    "derived": ("derived, for screening only", "推导，仅供筛查"),
}

TARGET_STATUS: Words = {
    "official": ("stated in the standard", "标准原文"),
    "convention": ("convention", "惯例"),
    "derived": ("our reading", "本工具的解读"),
}

LEVELS: Words = {
    "community": ("community", "社区"),
    "neighbourhood": ("neighbourhood", "街区"),
    "street_office": ("street office", "街道"),
    "district": ("district", "区"),
    "parish": ("parish", "堂区"),
    "municipality": ("municipality", "市镇"),
    "county": ("county", "县"),
    "city": ("whole study area", "全域"),
}

ENTRANCE_KINDS: Words = {
    "gate": ("gate", "大门"),
    "crossing": ("walkable way crosses the boundary", "步道穿越边界"),
    "open_edge": ("open edge", "开放边界"),
    "point": ("place mapped as a point", "以点表示的场所"),
}

CONFIDENCES: Words = {
    "high": ("high", "高"),
    "medium": ("medium", "中"),
    "low": ("low", "低"),
}

ISSUERS: Words = {
    "MOHURD": ("MOHURD", "住房和城乡建设部"),
    "AQSIQ and SAC": ("AQSIQ and SAC", "国家质量监督检验检疫总局、国家标准化管理委员会"),
    "UN-Habitat": ("UN-Habitat", "联合国人居署"),
    "WHO Regional Office for Europe": ("WHO Regional Office for Europe", "世界卫生组织欧洲区域办事处"),
    "Natural England": ("Natural England", "英格兰自然署"),
}
"""Who issues the standards that ship, where they have a name in both languages."""

GROUPS: Words = {
    "population": ("residents", "居民"),
    "buildings": ("residential floor area", "居住建筑面积"),
    "building_count": ("buildings", "建筑"),
    "residential_land": ("residential land", "居住用地"),
    "spaces": ("places", "场地"),
    "age0_14": ("residents aged 0 to 14", "0–14 岁居民"),
    "age60plus": ("residents aged 60 and over", "60 岁及以上居民"),
    "age65plus": ("residents aged 65 and over", "65 岁及以上居民"),
}

METHODS: Words = {
    "walk": ("walking distance over the network, from entrances", "自入口起算的路网步行距离"),
    "walk_time": (
        "walking time over the network, from entrances, with slopes and waiting at crossings",
        "自入口起算的路网步行时间（计坡度与过街等候）",
    ),
    "walk_elderly": ("walking distance of older people over the network", "老年人路网步行距离"),
    "walk_elderly_time": ("walking time over the network at an older person's pace", "按老年人步速的路网步行时间"),
    "walk_pram": ("walking distance where a pram can be pushed", "婴儿车可通行路线的距离"),
    "walk_pram_time": ("walking time where a pram can be pushed", "婴儿车可通行路线的步行时间"),
    "walk_wheelchair": ("distance where a wheelchair can go", "轮椅可通行路线的距离"),
    "walk_wheelchair_time": ("time in a wheelchair, where one can go", "乘轮椅的通行时间（仅可通行路线）"),
    "euclidean": ("straight line from the boundary", "自边界起算的直线距离"),
    "container": ("supply inside the unit per resident of it", "单元内供给除以单元居民"),
    "within": (
        "supply within a walk of the unit's residents, per resident of it",
        "单元居民步行范围内的供给除以单元居民",
    ),
    "within_euclidean": (
        "supply within a straight line of the unit's residents, per resident of it",
        "单元居民直线范围内的供给除以单元居民",
    ),
    "e2sfca": ("supply within a walk, shared out among all who come", "步行范围内的供给由所有前来者分享"),
    "e2sfca_euclidean": (
        "supply within a straight line, shared out among all who come",
        "直线范围内的供给由所有前来者分享",
    ),
    "land_share": ("supply inside the unit per built-up land of it", "单元内供给除以单元建成区用地面积"),
    "cycle": ("cycling distance over the network", "路网骑行距离"),
    "cycle_time": ("cycling time over the network", "路网骑行时间"),
    "places": ("each place of the supply in the unit, tested by itself", "逐一检验单元内的各个场地"),
    "coverage": ("share of each home inside the hazard area", "各住所位于灾害区内的面积比例"),
}


def word(words: Words, code: str, language: str) -> str:
    """The word for a code; a code of the user's own (a level, a group) is its own word."""
    found = words.get(code)
    return code.replace("_", " ") if found is None else found[LANGUAGES.index(language)]


def title_of(titles: Mapping[str, str], language: str, fallback: str) -> str:
    """A title in the language, else in English, else in any, else the fallback."""
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), "") or fallback


def status_word(status: str, language: str) -> str:
    """met, short, reported or not_assessed in words."""
    return word(STATUS, status, language)


def class_word(space_class: str, language: str) -> str:
    """The name of a class or union of public space, without article."""
    return word(CLASSES, space_class, language)


def level_word(level: str, language: str) -> str:
    """The name of a level of units."""
    return word(LEVELS, level, language)
