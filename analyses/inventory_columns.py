# ruff: noqa: E501 - a table of columns, one a line, in two languages
"""The published tables of a study that has an inventory of public space; see `analyses.columns`."""

from __future__ import annotations

from analyses.column import Column, Table

# fmt: off
PLANNED_SPACES = Table("planned_spaces", "polygon", "Sites that an inventory calls planned, mapped as areas: they never count as supply", "规划中的场地（面）：从不计入供给", (
    Column("space_id", "str", "", "Inventory and key of the site; of merged pieces the smallest", "清单与场地编号；合并者取最小"),
    Column("source", "str", "", "Inventory", "清单编号"),
    Column("space_class", "str", "", "Class from the closed list", "类别"),
    Column("name", "str", "", "Name as in the source", "名称（原文）"),
    Column("area_m2", "float", "m2", "Area; empty for points", "面积；点为空"),
    Column("member_ids", "str", "", "Sites merged into it, separated by spaces", "合并的场地，空格分隔"),
))

PLANNED_SPACE_POINTS = Table("planned_spaces_points", "point", "Sites that an inventory calls planned, mapped as points", "规划中的场地（点）", PLANNED_SPACES.columns)

INVENTORY_CONFLICTS = Table("inventory_conflicts", "polygon", "Where an inventory and OpenStreetMap differ, one row a difference, to be looked at and settled; drawn as the site, or as the space where there is none", "清单与 OpenStreetMap 的差异，逐条列出，供核实；图形为清单场地，无场地时为 OSM 空间", (
    Column("conflict_id", "str", "", "Key that stays the same between runs: inventory, kind, site or space", "稳定编码：清单、类型、场地或空间"),
    Column("inventory_id", "str", "", "Inventory", "清单编号"),
    Column("conflict_kind", "str", "", "Which differs in what: a code of the list below", "差异类型代码"),
    Column("what_<language>", "str", "", "The difference in words", "差异说明（文字）"),
    Column("suggestion_<language>", "str", "", "What could be done about it", "处理建议（文字）"),
    Column("used", "str", "", "Whose word counts in this assessment: inventory, osm, or both together", "本次评估采用：inventory 清单；osm 地图；both 两者合并"),
    Column("community_id", "str", "", "Community that holds most of it; empty outside all", "所在社区；均不在内则为空"),
    Column("site_id", "str", "", "Site of the inventory; of several the largest; empty where there is none", "清单场地；多个时取最大；无则为空"),
    Column("space_id", "str", "", "OSM element; of several the largest; empty where there is none", "OSM 元素；多个时取最大；无则为空"),
    Column("inventory_class", "str", "", "Class in the inventory", "清单中的类别"),
    Column("osm_class", "str", "", "Class in OSM; of what a rule turned away the class it would have had", "OSM 中的类别；被规则排除者为其本应属于的类别"),
    Column("inventory_name", "str", "", "Name in the inventory", "清单中的名称"),
    Column("osm_name", "str", "", "Name in OSM", "OSM 中的名称"),
    Column("osm_reason", "str", "", "Rule that turned the OSM element away, and why; empty where none did", "排除该 OSM 元素的规则及原因；未被排除则为空"),
    Column("inventory_area_m2", "float", "m2", "Area of the site; where areas differ, of all sites of the place together; empty for points", "清单场地面积；面积差异时为该处全部场地合计；点为空"),
    Column("osm_area_m2", "float", "m2", "Area of the space; where areas differ, of all spaces of the place together; empty for points", "OSM 空间面积；面积差异时为该处全部空间合计；点为空"),
    Column("overlap_share", "float", "0-1", "Share of the smaller outline that both have in common; empty where there is only one", "两者重叠部分占较小者的比例；仅一方存在时为空"),
))

INVENTORY_CONFLICT_POINTS = Table("inventory_conflicts_points", "point", "The same for places mapped as points", "清单与 OpenStreetMap 的差异（点状场所）", INVENTORY_CONFLICTS.columns)

WITH_INVENTORY = (PLANNED_SPACES, PLANNED_SPACE_POINTS, INVENTORY_CONFLICTS, INVENTORY_CONFLICT_POINTS)
"""Published only where the study has an inventory with such places."""

CONFLICT_KINDS = {
    "only_in_inventory": ("The inventory has a place that no public space of OpenStreetMap matches", "清单中有，OpenStreetMap 中没有对应的公共空间"),
    "access_differs": ("The inventory says public, a rule turned away what OpenStreetMap has there", "清单称其公共，而 OpenStreetMap 中的对应元素被规则排除"),
    "part_of_another": ("The inventory has a place on ground that OpenStreetMap shows as another public space", "清单中的场地在 OpenStreetMap 中属于其他公共空间"),
    "only_in_osm": ("OpenStreetMap has a place that the inventory lacks, where it is asked to be complete", "OpenStreetMap 中有，而应完整的清单中没有"),
    "class_differs": ("Both have the place, of different classes", "两者均有，类别不同"),
    "area_differs": ("Both have the place, their areas differ by more than a quarter of the larger and 200 m2", "两者均有，面积相差超过较大者的四分之一且超过 200 平方米"),
    "name_differs": ("Both have the place, under different names", "两者均有，名称不同"),
    "planned_but_in_osm": ("The inventory calls planned what OpenStreetMap shows as there", "清单列为规划，而 OpenStreetMap 显示已存在"),
}
"""How an inventory and OpenStreetMap differ: code -> (English, Chinese)."""
