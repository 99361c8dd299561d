# ruff: noqa: E501 - a table of sentences, one a line
"""Words about places where a city's inventory and OpenStreetMap differ: what differs, and what could be done.

Whoever works through the list settles each difference at its source, so that the next run no longer shows it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from maps.exclusion_words import excluded_kind, excluded_why
from maps.numbers import number
from maps.vocabulary import LANGUAGES, class_word

_WHAT: Mapping[str, tuple[str, str]] = {
    "only_in_inventory": ("The inventory has {site}; no public space of OpenStreetMap matches it.",
                          "清单中有{site}；OpenStreetMap 中没有与之对应的公共空间。"),
    "access_differs": ("The inventory lists {site} as public; OpenStreetMap has {space}, which was turned away as not public ({reason}).",
                       "清单将{site}列为公共空间；OpenStreetMap 中的{space}因不属公共而被排除（{reason}）。"),
    "part_of_another": ("The inventory has {site}; OpenStreetMap shows {space} on this ground.",
                        "清单中有{site}；OpenStreetMap 在此处显示为{space}。"),
    "only_in_osm": ("OpenStreetMap has {space}; none of the sites taken from the inventory matches it.",
                    "OpenStreetMap 中有{space}；所采用的清单场地中没有与之对应的。"),
    "class_differs": ("The inventory has {site}, OpenStreetMap has {space} on the same ground.",
                      "同一处，清单为{site}，OpenStreetMap 为{space}。"),
    "area_differs": ("{site}: {site_area} in the inventory, {space_area} in OpenStreetMap.",
                     "{site}：清单面积 {site_area}，OpenStreetMap 面积 {space_area}。"),
    "name_differs": ("The inventory has {site}, OpenStreetMap has {space} in the same place.",
                     "同一处，清单为{site}，OpenStreetMap 为{space}。"),
    "planned_but_in_osm": ("The inventory has {site} as planned; OpenStreetMap shows {space} here.",
                           "清单中{site}为规划；OpenStreetMap 显示此处已有{space}。"),
}  # fmt: skip

_SUGGESTION: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "inventory": {
        "only_in_inventory": ("It counts, on the word of the inventory. Look on site: if it is there, map it in OpenStreetMap, or correct what is mapped there; if not, mark it as planned in the inventory.",
                              "本次按清单计入。请现场核实：若已建成，请在 OpenStreetMap 中补绘或更正；若未建成，请在清单中改为规划。"),
        "part_of_another": ("It counts in its own class, on the word of the inventory. If it is a place of its own, map it in OpenStreetMap; if not, take it out of the inventory.",
                            "本次按清单以其自身类别计入。若确为独立场所，请补绘至 OpenStreetMap；否则请从清单中删除。"),
        "access_differs": ("It counts, on the word of the inventory. Look on site who may enter, and correct the one that is wrong.",
                           "本次按清单计入。请现场核实开放情况，并更正有误的一方。"),
        "only_in_osm": ("It does not count, because the inventory is said to be complete here. If it is there and open to all, add it to the inventory.",
                        "清单在此范围内被视为完整，故本次未计入。若确已存在并对公众开放，请补入清单。"),
        "class_differs": ("It counts as the inventory says. Settle which it is, and correct the other.",
                          "本次按清单类别计入。请确定实际类别，并更正另一方。"),
        "area_differs": ("The outline of the inventory counts. Compare both with an aerial image, and correct the one that is wrong.",
                         "本次采用清单边界。请对照航空影像比较两者，并更正有误的一方。"),
        "name_differs": ("The name of the inventory is shown. If both are in use, add the other one as a further name.",
                         "本次采用清单名称。若两个名称均在使用，请将另一名称补充为别名。"),
        "planned_but_in_osm": ("It does not count, because the inventory is said to be complete here. If it has been built, mark it as built in the inventory.",
                               "清单在此范围内被视为完整，故本次未计入。若已建成，请在清单中改为已建。"),
    },
    "osm": {
        "part_of_another": ("What OpenStreetMap shows counts, and it is not counted again. If it is a place of its own, map it in OpenStreetMap; if not, take it out of the inventory.",
                            "本次计入 OpenStreetMap 所示场所，不再重复计入。若确为独立场所，请补绘至 OpenStreetMap；否则请从清单中删除。"),
        "only_in_osm": ("It counts. If it is open to all, add it to the inventory; if not, correct its access in OpenStreetMap.",
                        "本次计入。若对公众开放，请补入清单；若不开放，请更正 OpenStreetMap 中的准入信息。"),
        "class_differs": ("It counts as OpenStreetMap says. Settle which it is, and correct the other.",
                          "本次按 OpenStreetMap 类别计入。请确定实际类别，并更正另一方。"),
        "area_differs": ("The outline of OpenStreetMap counts. Compare both with an aerial image, and correct the one that is wrong.",
                         "本次采用 OpenStreetMap 边界。请对照航空影像比较两者，并更正有误的一方。"),
        "name_differs": ("The name of OpenStreetMap is shown. If both are in use, add the other one as a further name.",
                         "本次采用 OpenStreetMap 名称。若两个名称均在使用，请将另一名称补充为别名。"),
        "planned_but_in_osm": ("What OpenStreetMap shows counts, the planned rest does not. If it has been built, mark it as built in the inventory; if not, correct OpenStreetMap.",
                               "本次计入 OpenStreetMap 所示部分，规划中的其余部分不计入。若已建成，请在清单中改为已建；若未建成，请更正 OpenStreetMap。"),
    },
    "both": {
        "class_differs": ("What OpenStreetMap shows counts as it says, the rest of the site as the inventory says. Settle which it is, and correct the other.",
                          "OpenStreetMap 所示部分按其类别计入，其余部分按清单类别计入。请确定实际类别，并更正另一方。"),
        "area_differs": ("Both outlines count, joined to one place. Compare both with an aerial image, and correct the one that is wrong.",
                         "本次将两者边界合并计入。请对照航空影像比较两者，并更正有误的一方。"),
    },
}  # fmt: skip

KINDS: Mapping[str, tuple[str, str]] = {
    "only_in_inventory": ("Only in the inventory", "仅清单中有"),
    "access_differs": ("Public or not", "是否公共不一致"),
    "part_of_another": ("Part of another place in OpenStreetMap", "OpenStreetMap 中属于其他场所"),
    "only_in_osm": ("Only in OpenStreetMap", "仅 OpenStreetMap 中有"),
    "class_differs": ("Class differs", "类别不同"),
    "area_differs": ("Area differs", "面积不同"),
    "name_differs": ("Name differs", "名称不同"),
    "planned_but_in_osm": ("Planned, but in OpenStreetMap", "规划中，但 OpenStreetMap 已有"),
}
"""Short names for legends."""


def what(row: Mapping[str, object], language: str) -> str:
    """What differs, in a sentence. Names pass through unchanged: whoever writes HTML escapes them."""
    return _WHAT[str(row["conflict_kind"])][LANGUAGES.index(language)].format(
        site=_place(row, "inventory", language),
        space=_place(row, "osm", language),
        site_area=number(float(str(row["inventory_area_m2"])), "m2", language),
        space_area=number(float(str(row["osm_area_m2"])), "m2", language),
        reason=_reason(str(row["osm_reason"]), str(row["osm_class"]), language),
    )


def suggestion(row: Mapping[str, object], language: str) -> str:
    """Whose word counts in this assessment, and what could be done about it."""
    return _SUGGESTION[str(row["used"])][str(row["conflict_kind"])][LANGUAGES.index(language)]


def _reason(code: str, space_class: str, language: str) -> str:
    """Why a rule turned it away: ``park.access`` in words."""
    rule, _, why = code.partition(".")
    between = "：" if language == "zh" else ": "
    return f"{excluded_kind(rule, space_class, language)}{between}{excluded_why(why, language)}"


def _place(row: Mapping[str, object], side: str, language: str) -> str:
    """A place by name, class and area, as far as they are known."""
    name, space_class = str(row[f"{side}_name"] or ""), str(row[f"{side}_class"] or "")
    area_m2 = float(str(row[f"{side}_area_m2"]))
    about = [class_word(space_class, language)] if space_class else []
    if not math.isnan(area_m2) and row["conflict_kind"] != "area_differs":
        about.append(number(area_m2, "m2", language))
    joined = ("，" if language == "zh" else ", ").join(about)
    if not name:
        nameless = ("a place without a name", "无名场所")[LANGUAGES.index(language)]
        return f"{nameless} ({joined})" if language == "en" else f"{nameless}（{joined}）"
    return f"“{name}” ({joined})" if language == "en" else f"“{name}”（{joined}）"
