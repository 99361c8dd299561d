# ruff: noqa: E501 - a table of words, one a line
"""What readers counted (repaired, dropped, left out, assumed), in words for people who never saw a code."""

from __future__ import annotations

from collections.abc import Mapping

from maps.exclusion_words import excluded_kind, excluded_why
from maps.vocabulary import GROUPS, LANGUAGES, word

_COUNTS: Mapping[str, tuple[str, str]] = {
    "rows_read": ("rows read", "读取的行"),
    "rows_kept": ("rows kept", "保留的行"),
    "rows_filtered": ("rows left out by the study's filter", "按研究文件的筛选条件未取的行"),
    "repaired": ("invalid outlines repaired", "已修复的无效边界"),
    "rings_closed": ("outlines closed that were left open", "已闭合的未闭合边界"),
    "dropped_elsewhere": ("rows too far from the communities, left out", "距社区过远而未计入的行"),
    "names_missing": ("without a name", "没有名称"),
    "names_cut": ("names cut for their length", "因过长而截短的名称"),
    "texts_cut": ("texts cut for their length", "因过长而截短的文字"),
    "crs_overridden": ("taken in the coordinate system that the study names", "采用研究文件指定的坐标系"),
    "joined": ("rows that found their community", "找到所属社区的行"),
    "rows_without_community": ("rows of no community of the study, left out", "不属于本研究任何社区而未计入的行"),
    "population": ("residents counted", "统计的居民"),
    "residents_unknown": ("communities whose residents are unknown", "居民未知的社区"),
    "cells": ("cells read", "读取的栅格"),
    "cells_unmapped": ("cells with a value that the study gives no class: unknown ground", "值未在研究文件中指定等级的栅格：视为情况不明的区域"),
    "cells_void": ("cells without a value", "没有数值的栅格"),
    "cells_drainage_unknown": ("cells whose height above drainage is unknown", "高出水系的高差未知的栅格"),
    "cells_depression": ("cells in closed depressions of the model", "位于模型封闭洼地内的栅格"),
    "deepest_cm": ("depth of the deepest of these in cm", "其中最大深度（厘米）"),
    "cells_without_slope": ("cells whose slope is unknown", "坡度未知的栅格"),
    "areas": ("areas read", "读取的面要素"),
    "lines": ("lines read", "读取的线要素"),
    "points": ("points read", "读取的点要素"),
    "squares": ("areas that can be crossed on foot", "可步行穿越的面"),
    "squares_without_rings": ("areas to cross whose outline is broken", "边界残缺的可穿越面"),
    "areas_assembled_by_roles": ("areas put together by the roles of their parts", "按成员角色拼合的面"),
    "areas_lost": ("areas whose outline could not be closed, left out", "边界无法闭合而未计入的面"),
    "areas_repaired": ("areas with an invalid outline, repaired", "边界无效、已修复的面"),
    "relations_incomplete": ("relations of which the extract holds a part", "数据仅含部分成员的关系"),
    "nodes_missing": ("points of ways that lie outside the extract", "位于数据范围之外的道路节点"),
    "ways_cut": ("ways cut at the edge of the extract", "在数据边缘截断的道路"),
    "ways_walkable": ("ways that can be walked", "可步行道路"),
    "ways_without_length": ("ways without length, left out", "无长度而未计入的道路"),
    "pieces_merged": ("pieces of public space joined to their neighbours of the same class", "并入相邻同类公共空间的地块"),
    "slivers": ("slivers left out", "未计入的狭条"),
    "stray_parts": ("stray lines and points in outlines left out", "未计入的零散线与点"),
    "columns_not_common": ("columns that only some of the files have, left out", "仅部分文件具有而未取的列"),
    "links_not_followed": ("links to other files that were not followed", "未跟随的外部文件链接"),
    "texts_cut_by_field": ("texts that the file itself cut", "文件自身已截断的文字"),
    "datum_converted": ("rows brought back from a shifted datum", "由偏移坐标系换算回来的行"),
    "datum_shifted": ("rows moved from an old datum", "由旧基准转换的行"),
    "datum_shift_coarse": ("rows moved by a shift that is known coarsely only", "仅按粗略参数转换的行"),
    "rows_hidden": ("rows that the database may hide", "数据库可能隐藏的行"),
    "duplicate_points": ("points left out that mark a mapped area once more", "与已测绘面重复而未计入的点"),
    "storeys_assumed": ("buildings whose storeys are assumed", "层数为推定值的建筑"),
    "storeys_from_height": ("buildings whose storeys come from their height", "由高度换算层数的建筑"),
    "storeys_from_levels": ("buildings that state their storeys", "注明层数的建筑"),
    "levels_not_usable": ("buildings whose stated storeys make no sense", "所注层数无法使用的建筑"),
    "height_not_usable": ("buildings whose stated height makes no sense", "所注高度无法使用的建筑"),
    "heights_dropped": ("heights left out", "未采用的高程值"),
    "sites_matched": ("inventoried sites found in the map extract, or an earlier inventory, too", "在地图数据或先前清单中也有的清单场地"),
    "sites_added": ("inventoried sites found nowhere else, added", "其他数据缺少、由清单补充的场地"),
    "sites_extended": ("inventoried sites of which less than half was found elsewhere, added too", "其他数据所载不足一半而一并补充的清单场地"),
    "sites_planned": ("inventoried sites that are planned only", "仅为规划的清单场地"),
    "spaces_replaced": ("public spaces replaced by the inventory", "由清单取代的公共空间"),
    "spaces_cut": ("public spaces of which sites of the inventory took a part", "部分由清单场地取代的公共空间"),
    "pieces_joined": ("sites and public spaces of one class joined where they touch", "因相接而合并的同类场地与公共空间"),
    "sites": ("inventoried sites, those that touch joined", "清单场地（相接者合并）"),
    "scattered": ("rows of several points, left out", "一行含多个点而未计入"),
    "duplicates": ("rows alike in everything, counted once", "完全相同的重复行，只计一次"),
    "spaces_left_out": ("public spaces of the map extract left out for the inventory", "因清单而未计入的地图公共空间"),
    "status_unknown": ("inventoried sites of which it is not known whether they are built", "未注明已建或规划的清单场地"),
    "sites_overlapping": ("built sites on the ground of a site of another class", "与其他类别场地重叠的已建场地"),
    "class_unmapped": ("rows of a kind that the study gives no class: left out, of a hazard unknown ground", "研究文件未指定类别的行：未计入；属灾害图层的，视为情况不明的区域"),
    "below_classes": ("rows stated as no hazard, or weaker than its weakest class, left out", "标明无灾害或低于该灾害最低等级而未计入的行"),
    "strength_unknown": (
        "rows that do not say how strong the hazard is: unknown ground", "未注明灾害强度的行：视为情况不明的区域"
    ),
    "unplaced": ("rows without a place, left out", "未注明位置而未计入的行"),
    "outside": ("rows beyond the study's surroundings, left out", "位于研究区周边之外而未计入的行"),
    "curves_to_lines": ("curved shapes drawn as short lines", "以短直线代替的曲线图形"),
    "polygons": ("polygons read", "读取的多边形"),
    "rows_without_count": ("rows without a number of residents", "没有居民人数的行"),
    "residents_outside": ("residents at the border, beyond it", "边界处位于研究区之外的居民"),
    "residents_elsewhere": ("residents of other places", "其他地区的居民"),
    "sites_too_small": ("sites of less than a square metre, left out", "不足一平方米而未计入的场地"),
    "sites_doubled": ("points that mark a site with an outline once more, left out", "与有边界的场地重复而未计入的点"),
    "reprojected": ("rows of further files brought into the coordinate system of the first", "转换到首个文件坐标系的其他文件的行"),
    "relations_cut": ("areas as large as a country, not read", "大如一国而未读取的面"),
    "without_relations": ("1: nothing in the extract consists of several parts", "1：数据中没有由多个部分组成的要素"),
}
_FAMILIES: Mapping[str, tuple[str, str]] = {
    "not_walkable": ("ways not for walking: {what}", "不可步行的道路：{what}"),
    "not_assumed": ("buildings not taken for homes: {what}", "不视为住宅的建筑：{what}"),
    "use": ("buildings by use: {what}", "建筑用途：{what}"),
    "absent": ("buildings that are not there: {what}", "并不存在的建筑：{what}"),
    "mixed_use": ("homes above another use: {what}", "下层另有用途的住宅：{what}"),
}
_WHAT: Mapping[str, tuple[str, str]] = {
    "access_restricted": ("closed to the public", "不对公众开放"),
    "aeroway": ("airport", "机场"),
    "alpine": ("mountaineering routes", "登山路线"),
    "amenity": ("public service", "公共服务"),
    "craft": ("workshop", "作坊"),
    "cycleway": ("cycleways without a foot tag", "未注明可步行的自行车道"),
    "disused": ("out of use", "停用"),
    "empty": ("carport, ruin or the like", "车棚、废墟等"),
    "foot_forbidden": ("people on foot are not allowed", "禁止行人"),
    "healthcare": ("health care", "医疗"),
    "home": ("home, by its tag", "住宅（按标签）"),
    "home_by_use": ("home, by its stated use", "住宅（按所注用途）"),
    "industrial": ("industry", "工业"),
    "leisure": ("leisure", "休闲"),
    "military": ("military", "军事"),
    "motorroad": ("roads for motor vehicles only", "机动车专用道路"),
    "motorway": ("motorways", "高速公路"),
    "no_rule": ("of a kind that no rule names", "无规则涉及的类型"),
    "not_there": ("planned, under construction or gone", "规划、在建或已不存在"),
    "office": ("office", "办公"),
    "on_airport": ("at an airport", "位于机场内"),
    "on_club": ("on the ground of a club", "位于俱乐部内"),
    "on_hotel": ("on the ground of a hotel", "位于酒店用地内"),
    "on_industrial": ("on industrial or commercial land", "位于工商业用地内"),
    "on_school": ("on the ground of a school", "位于学校内"),
    "on_works": ("at works", "位于厂区内"),
    "other": ("another tag that is no home", "其他非住宅标签"),
    "power": ("power supply", "电力"),
    "public_transport": ("public transport", "公共交通"),
    "railway": ("railway", "铁路"),
    "ruins": ("ruins", "废墟"),
    "said_so": ("by its tag", "按标签"),
    "shop": ("shop", "商店"),
    "storage": ("storage", "仓储"),
    "technical": ("technical building", "技术设施"),
    "too_large": ("too large for a home", "过大，不似住宅"),
    "too_small": ("too small for a home", "过小，不似住宅"),
    "tourism": ("tourism", "旅游"),
    "trunk": ("trunk roads without a pavement", "无人行道的快速路"),
    "trunk_tunnel": ("tunnels of trunk roads", "快速路隧道"),
    "unspecified": ("not stated", "未注明"),
    "use_said_so": ("by its stated use", "按所注用途"),
    "via_ferrata": ("climbing routes", "攀爬路线"),
}
_GROUP = ("residents counted: {what}", "统计的居民：{what}")


def count_words(key: str, language: str) -> str:
    """What a count of a layer is of.

    A key that nobody has words for yet stands with its own, spaced: it is shown, never hidden.
    """
    place = LANGUAGES.index(language)
    if key in _COUNTS:
        return _COUNTS[key][place]
    if key in GROUPS:
        return _GROUP[place].format(what=word(GROUPS, key, language))
    family, _, what = key.partition(".")
    if family == "excluded":
        rule, _, why = what.partition(".")
        return f"{excluded_kind(rule, '', language)}{'：' if language == 'zh' else ': '}{excluded_why(why, language)}"
    if family == "holes":
        return f"{excluded_kind(f'hole.{what}', '', language)}{'：' if language == 'zh' else ': '}{excluded_why('cut_out', language)}"
    if family in _FAMILIES:
        shown = _WHAT[what][place] if what in _WHAT else what.replace("_", " ")
        return _FAMILIES[family][place].format(what=shown)
    return key.replace("_", " ").replace(".", ": ")


def has_words(key: str) -> bool:
    """Whether a count is told in words of its own."""
    family, _, what = key.partition(".")
    return key in _COUNTS or key in GROUPS or family in ("excluded", "holes") or (family in _FAMILIES and what in _WHAT)
