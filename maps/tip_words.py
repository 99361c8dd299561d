"""What the map says where a reader points at a community or a public space; see `maps.map_words`."""

from __future__ import annotations

TIP_WORDS: dict[str, tuple[str, str]] = {
    "tip.short": ("{n} of its residents are short", "其中 {n} 人受影响"),
    "tip.short.one": ("1 of its residents is short", "其中 1 人受影响"),
    "tip.none": ("none of its residents is short", "无人受影响"),
    "tip.data": ("data: {light}", "数据：{light}"),
    "tip.unknown": ("number of residents unknown", "居民人数未知"),
    "space.area": ("{n} m²", "{n} 平方米"),
    "space.ways_in": ("{n} ways in found", "找到 {n} 个入口"),
    "space.ways_in.one": ("1 way in found", "找到 1 个入口"),
    "space.no_way_in": ("no way in found", "未找到入口"),
    "space.because": (": ", "："),
    "space.hazard": ("{share} inside: {hazard}", "{share} 位于：{hazard}"),
    "space.crowding": ("{who} within {walk} on foot: {each}", "步行 {walk}内有{who}：{each}"),
    "space.unnamed": ("Without a name", "无名称"),
}
"""Key -> (English, Chinese): patterns for `str.format` where they take values."""
