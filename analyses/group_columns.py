"""Why figures about groups of residents are told or not: the codes of their status columns."""

from __future__ import annotations

GROUP_STATUSES = {
    "published": ("The figure is told; 0 is nobody", "已公布；0 表示无人"),
    "suppressed": (
        "Withheld, because it or another figure would tell how many belong to a small group",
        "不予公布：否则会透露某一小群体的人数",
    ),
    "unknown": ("Nobody counted", "未统计"),
    "not_published": ("Groups are not published for units of this level", "本层级不公布群体人数"),
}
"""Why a figure about a group is told or not: code -> (English, Chinese)."""
