# ruff: noqa: E501 - a table of words, one a line
"""What the rules of public space turned away, in words that need no code: "parks: not everybody may enter"."""

from __future__ import annotations

from collections.abc import Mapping

from maps.vocabulary import CLASSES, LANGUAGES, class_word

_BY_NAME = "_by_name"

_KINDS: Mapping[str, tuple[str, str]] = {
    "allotments": ("allotments", "租种园地"),
    "animal_park": ("zoos and animal parks", "动物园"),
    "assembly_point": ("assembly points", "应急避难集合点"),
    "beach": ("beaches", "海滩"),
    "beach_resort": ("beach resorts", "海滨浴场"),
    "camp_site": ("camp sites", "露营地"),
    "care_home": ("care homes", "养老院"),
    "cemetery": ("cemeteries", "墓园"),
    "common": ("commons", "公共草地"),
    "community_centre": ("community centres", "社区中心"),
    "cultural_station": ("cultural stations", "文化活动站"),
    "dog_park": ("dog parks", "犬只活动场"),
    "elderly_daycare": ("day care for the elderly", "老年人日间照料中心"),
    "elderly_daycare_building": ("buildings named as day care for the elderly", "名称为老年人日间照料的建筑"),
    "forest": ("forests", "森林"),
    "garden": ("gardens", "花园"),
    "garden_without_sign": ("gardens not marked as public", "未标为公共的花园"),
    "golf_course": ("golf courses", "高尔夫球场"),
    "grass": ("patches of grass", "草地"),
    "grass_park": ("grass named as a park", "名称为公园的草地"),
    "grave_yard": ("graveyards", "教堂墓地"),
    "greenway": ("greenways", "绿道"),
    "greenway_on_land": ("greenways", "绿道"),
    "greenway_way": ("greenways", "绿道"),
    "health_centre": ("health centres", "卫生中心"),
    "health_station": ("health stations", "卫生服务站"),
    "kindergarten": ("kindergartens", "幼儿园"),
    "library": ("libraries", "图书馆"),
    "national_park": ("national parks", "国家公园"),
    "nature_reserve": ("nature reserves", "自然保护地"),
    "nursing_home": ("nursing homes", "护理院"),
    "outdoor_gym": ("outdoor gyms", "室外健身场地"),
    "paid_leisure": ("pools, water parks and other places with a ticket", "泳池、水上乐园等收费场所"),
    "park": ("parks", "公园"),
    "paved_area": ("paved areas", "铺装地"),
    "pedestrian_area": ("pedestrian areas", "步行区"),
    "pitch": ("pitches", "球场"),
    "place_square": ("squares", "广场"),
    "playground": ("playgrounds", "儿童游乐场"),
    "protected_area": ("protected areas", "保护区"),
    "roof": ("bus and picnic roofs", "候车亭与野餐棚"),
    "school": ("school grounds", "学校场地"),
    "school_ground": ("school grounds", "学校场地"),
    "schoolyard": ("schoolyards", "校园操场"),
    "sports_centre": ("sports centres and stadiums", "体育中心与体育场"),
    "sports_ground": ("sports grounds", "运动场地"),
    "square": ("squares", "广场"),
    "toilet": ("public toilets", "公共厕所"),
    "village_green": ("village greens and recreation grounds", "村镇绿地与游憩场地"),
    "wild_park": ("wild land named as a park", "名称为公园的自然地"),
    "wood": ("woods", "树林"),
    "woodland": ("woodland", "林地"),
}
_HOLES: Mapping[str, tuple[str, str]] = {
    "animal_park": ("zoos and animal parks", "动物园"),
    "club": ("club grounds", "俱乐部场地"),
    "golf_course": ("golf courses", "高尔夫球场"),
    "home": ("homes, works and garages", "住宅、厂房与车库"),
    "hotel": ("hotel grounds", "酒店用地"),
    "military": ("military land", "军事用地"),
    "private_building": ("private buildings", "私有建筑"),
    "private_leisure": ("private pools and gardens", "私有泳池与花园"),
    "private_parking": ("private car parks", "私有停车场"),
    "school": ("school grounds", "学校场地"),
}
_WHY: Mapping[str, tuple[str, str]] = {
    "never": ("never public space", "从不作为公共空间"),
    "not_stated": ("nothing says that they are open to all", "未注明对所有人开放"),
    "too_small": ("too small to stay in", "面积过小"),
    "too_narrow": ("too narrow to stay in", "过于狭窄"),
    "nothing_left": ("nothing was left after cutting out what is private", "扣除私有部分后无剩余"),
    "cut_out": ("cut out of a public space around them", "从其周围的公共空间中扣除"),
    "access": ("not everybody may enter", "不对所有人开放"),
    "foot": ("people on foot may not enter", "行人不得进入"),
    "charge": ("an entrance fee is asked", "收费"),
    "fee": ("an entrance fee is asked", "收费"),
    "indoor": ("inside a building", "位于室内"),
    "location": ("inside a building or below ground", "位于室内或地下"),
    "military": ("used by the military", "军事用途"),
    "landuse": ("the land is used for something else", "用地另有用途"),
    "disused": ("out of use", "已停用"),
    "abandoned": ("abandoned", "已废弃"),
    "demolished": ("demolished", "已拆除"),
    "razed": ("demolished", "已拆除"),
    "ruined": ("in ruins", "已成废墟"),
    "proposed": ("not built yet", "尚未建成"),
    "planned": ("not built yet", "尚未建成"),
    "construction": ("not built yet", "尚未建成"),
    "opening_hours": ("shut", "已关闭"),
    "healthcare": ("another kind of medical care", "属于其他医疗类型"),
    "on_hotel": ("on the ground of a hotel", "位于酒店用地内"),
    "on_military": ("on military land", "位于军事用地内"),
    "on_military_site": ("on military land", "位于军事用地内"),
    "on_prison": ("inside a prison", "位于监狱内"),
    "on_private_homes": ("on the ground of private homes", "位于私有住宅用地内"),
    "on_private_land": ("on private land", "位于私有用地内"),
    "on_school": ("on the ground of a school", "位于学校内"),
    "on_sports_centre": ("on the ground of a sports centre", "位于体育中心内"),
    "on_university": ("on the ground of a university", "位于大学内"),
}
_OWN_GROUND = ("on ground that the study names: {name}", "位于研究文件指明的用地内：{name}")
_TAG = ("its tag “{name}” says so", "其标签“{name}”如此注明")
_SEEN_NAME = ("{kind}, known by their name", "{kind}（按名称识别）")


def excluded_kind(rule: str, space_class: str, language: str) -> str:
    """What a rule of public space speaks of, in the plural; a rule of the study's own by its class or its name."""
    place = LANGUAGES.index(language)
    if rule.startswith("hole."):
        return _HOLES[rule[5:]][place] if rule[5:] in _HOLES else _spaced(rule[5:])
    if rule in _KINDS:
        return _KINDS[rule][place]
    if rule.endswith(_BY_NAME) and rule.removesuffix(_BY_NAME) in _KINDS:
        return _SEEN_NAME[place].format(kind=_KINDS[rule.removesuffix(_BY_NAME)][place])
    shown = _spaced(rule)
    if space_class in CLASSES:
        return f"{class_word(space_class, language)} ({shown})" if language == "en" else f"{class_word(space_class, language)}（{shown}）"
    return shown


def excluded_why(why: str, language: str) -> str:
    """Why it was turned away, in a few words."""
    place = LANGUAGES.index(language)
    if why in _WHY:
        return _WHY[why][place]
    template = _OWN_GROUND if why.startswith("on_") else _TAG
    return template[place].format(name=_spaced(why.removeprefix("on_")))


def _spaced(code: str) -> str:
    return code.replace("_", " ")
