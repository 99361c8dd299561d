# ruff: noqa: E501 - a table of words, one a line
"""The words of the data report's own headings and notes, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from maps.vocabulary import LANGUAGES

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Data report", "数据报告"),
    "lead": ("How far the data of each community can be trusted, where every layer comes from, and what was repaired or left out. Nothing is assessed here.",
             "各社区数据的可信程度、每个图层的来源，以及修复或舍弃了什么。本报告不作任何评估。"),
    "language": ("Language", "语言"),
    "lights": ("Trust in the data", "数据可信程度"),
    "lights.residents": ("{share} of the residents", "占居民 {share}"),
    "lights.unknown_residents": ("residents not known", "居民未知"),
    "lights.note": ("A community takes the worst of its signals, never an average. Good means that no sign of missing data was found, not that the data are complete.",
                    "每个社区取其各项信号中最差者，而非平均。“良好”指未发现数据缺失的迹象，并不等于数据完整。"),
    "why": ("Why a light is not good", "为何不是良好"),
    "why.signal": ("Signal", "信号"),
    "why.communities": ("Communities concerned", "涉及社区"),
    "why.checked": ("Communities checked", "已核查社区"),
    "why.doubtful": ("Doubtful", "存疑"),
    "why.poor": ("Poor", "较差"),
    "why.below": ("below {value}", "低于 {value}"),
    "why.above": ("above {value}", "高于 {value}"),
    "why.none": ("none at all", "完全没有"),
    "why.not_known": ("Not checked anywhere: the study lacks what this needs", "均未核查：本研究缺少所需数据"),
    "communities": ("Community by community", "逐个社区"),
    "communities.hint": ("Choose a column's head to sort by it. Marked values are why the light is not good.", "选择列标题可排序。标记的数值即为非“良好”的原因。"),
    "communities.find": ("Find a community", "查找社区"),
    "communities.show": ("Show", "显示"),
    "communities.all": ("all", "全部"),
    "communities.shown": ("{n} shown", "显示 {n} 个"),
    "community": ("Community", "社区"),
    "residents": ("Residents", "居民"),
    "light": ("Data", "数据"),
    "weak": ("not good", "非良好"),
    "inputs": ("Where the data come from", "数据来源"),
    "input.file": ("File", "文件"),
    "input.query": ("Taken", "选取"),
    "input.date": ("Date", "日期"),
    "input.licence": ("Licence", "许可"),
    "input.attribution": ("To be named", "署名"),
    "input.sha256": ("Fingerprint (SHA-256)", "指纹（SHA-256）"),
    "input.rows": ("Rows, features or cells", "行、要素或栅格"),
    "input.rows.text": ("{kept} kept of {read} read", "读取 {read}，保留 {kept}"),
    "input.rows.read": ("{read} read", "读取 {read}"),
    "input.repaired": ("Repaired", "修复"),
    "input.dropped": ("Dropped", "剔除"),
    "list.next": ("; ", "；"),
    "left_out": ("What was dropped, and why", "剔除的内容及原因"),
    "input.counts": ("Everything that was counted", "全部计数"),
    "input.nothing": ("nothing was counted", "无计数"),
    "not_stated": ("not stated", "未注明"),
    "source.file": ("file", "文件"),
    "source.postgis": ("database (PostGIS)", "数据库（PostGIS）"),
    "source.overpass": ("file fetched from OpenStreetMap (Overpass)", "由 OpenStreetMap（Overpass）取得的文件"),
    "exclusions": ("Not taken for public space, and why", "未计入公共空间者及其原因"),
    "exclusions.note": ("If one of these is open to everybody, correct it in OpenStreetMap, or give the study a rule or an inventory of its own.",
                        "若其中有对所有人开放者，请在 OpenStreetMap 中更正，或在研究文件中另设规则或清单。"),
    "exclusions.count": ("Number", "数量"),
    "exclusions.kind": ("What", "对象"),
    "exclusions.why": ("Why", "原因"),
    "exclusions.because": ("The reason behind it", "依据"),
    "conflicts": ("Where the inventory and OpenStreetMap differ", "清单与 OpenStreetMap 的差异"),
    "conflicts.note": ("A run writes every single difference, with what could be done about it, into gaps.gpkg.", "评估运行后，gaps.gpkg 中逐条列出差异及处理建议。"),
    "conflicts.inventory": ("Inventory", "清单"),
    "conflicts.used": ("Counted as in", "采用"),
    "used.inventory": ("the inventory", "清单"),
    "used.osm": ("OpenStreetMap", "OpenStreetMap"),
    "used.both": ("both", "两者"),
    "loaded": ("What was loaded", "已载入"),
    "loaded.communities": ("Communities", "社区"),
    "loaded.residents": ("Residents", "居民"),
    "loaded.network_edges": ("Pieces of the walk network", "步行网络分段"),
    "loaded.network_km": ("Length of the walk network, km", "步行网络长度（公里）"),
    "loaded.buildings": ("Buildings", "建筑"),
    "loaded.residential_buildings": ("Of them with homes", "其中住宅建筑"),
    "loaded.gates": ("Gates and mapped entrances", "大门与已标注入口"),
    "caveats": ("To know before reading any figure", "使用数据前须知"),
    "caveats.none": ("Nothing.", "无。"),
    "made": ("Made with Linli {version} from the study “{study}”; coordinates in {crs}.", "由邻里（Linli）{version} 根据研究“{study}”生成；坐标系 {crs}。"),
}


def word(key: str, language: str) -> str:
    """The word `key` in `language`."""
    return _WORDS[key][LANGUAGES.index(language)]


def known(key: str) -> bool:
    """Whether there is such a word."""
    return key in _WORDS
