# ruff: noqa: E501 - a table of sentences, one a line
"""The words of every caveat, in each language.

A template may use ``{count}`` (the number, rounded for reading), ``{unit}`` (what is counted, in
the right number), ``{layer}`` and ``{detail}``. A part in square brackets is left out where the
caveat has no detail: ``"Repaired {count} {unit} of {layer}[, e.g. {detail}]."``
"""

from __future__ import annotations

from maps.hazard_words import HAZARD_CAVEATS
from maps.land_words import LAND_CAVEATS
from maps.refuge_words import REFUGE_CAVEATS
from maps.resilience_words import RESILIENCE_CAVEATS
from maps.vulnerability_words import VULNERABILITY_CAVEATS
from maps.what_if_words import WHAT_IF_CAVEATS

CAVEAT_WORDS: dict[str, dict[str, str]] = {
    **HAZARD_CAVEATS,
    **LAND_CAVEATS,
    **REFUGE_CAVEATS,
    **RESILIENCE_CAVEATS,
    **VULNERABILITY_CAVEATS,
    **WHAT_IF_CAVEATS,
    "repaired": {
        "en": "{layer}: {count} {unit} had invalid outlines and were repaired[ ({detail})].",
        "zh": "{layer}：{count}{unit}的边界无效，已修复[（{detail}）]。",
    },
    "homes_missing": {
        "en": "Homes of {count} {unit} are missing from the map data: they are placed along the streets of their community and marked as imputed.",
        "zh": "{count}{unit}的住宅在地图数据中缺失：已沿所在社区的街道推定其位置，并标记为推定。",
    },
    "edge_of_data": {
        "en": "Rule {layer}: whether {count} {unit} <are|is> served is not known, because the data end too near.",
        "zh": "规则 {layer}：因数据边界过近，{count}{unit}是否被覆盖未知。",
    },
    "tiny_spaces": {
        "en": "{count} {unit} <are|is> smaller than {detail} m²: <they count|it counts> where a rule sets no minimum.",
        "zh": "{count}{unit}面积小于 {detail} m²：规则未设最小面积时仍计入。",
    },
    "out_of_reach": {
        "en": "Homes of {count} {unit} lie farther than the snap limit from every walkable way: they count as out of reach.",
        "zh": "{count}{unit}的住处距任何可步行道路均超过连接限值，按不可达处理。",
    },
    "on_islands": {
        "en": "Homes of {count} {unit} lie beside ways that are not joined to the main walk network[ ({detail} such islands)]; they are attached to the main network where it lies within the snap limit.",
        "zh": "{count}{unit}的住处最近的道路与主路网不相连[（共 {detail} 个孤岛）]：主路网在连接限值内时改接主路网。",
    },
    "no_mapped_homes": {
        "en": "In {count} {unit} no home is mapped at all: what is said of floor area leaves them out, and it is not known how far figures about their residents could be off.",
        "zh": "{count}{unit}内无任何已测绘住宅：建筑面积类数值未包含这些社区，其居民类数值的变动范围也无法比较。",
    },
    "no_way_in": {
        "en": "No way in was found for {count} {unit}[, e.g. {detail}]: nobody is counted as reaching them on foot.",
        "zh": "{count}{unit}未找到入口[，例如 {detail}]：不计为步行可达。",
    },
    "storeys_assumed": {
        "en": "The number of storeys is assumed for {count} {unit} of the residential floor area.",
        "zh": "居住建筑面积中有 {count}{unit} 的层数为推定值。",
    },
    "use_assumed": {
        "en": "That people live there is assumed, not tagged, for {count} {unit} of the residential floor area.",
        "zh": "居住建筑面积中有 {count}{unit} 的居住用途为推定，并无标注。",
    },
    "facilities_few": {
        "en": "{layer}: places of this kind that are mapped: {count}, one for {detail} residents. Others may be missing from the data: see whether they are before anybody is called short.",
        "zh": "{layer}：仅标注了 {count} 处此类场所，平均 {detail} 名居民一处。可能有场所未标注：判定不达标之前请先核实。",
    },
    "level_absent": {
        "en": "The study has no units of the level asked for by {count} {unit}[ ({detail})]: not assessed. Bring those units as parents in the study file, or check how the profile spells the level.",
        "zh": "本研究没有{count}{unit}[（{detail}）]所要求层级的单元，未评估：请在研究文件中提供该层级单元，或核对标准文件中层级名称的写法。",
    },
    "outside_parents": {
        "en": "Homes of {count} {unit} lie in no unit of the level {layer}: they are missing from its sums.",
        "zh": "{count}{unit}不在“{layer}”层级的任何单元内，未计入该层级合计。",
    },
    "names_missing": {
        "en": "{layer}: {count} {unit} <have|has> no name; <their id stands in its|its id stands in the name's> place.",
        "zh": "{layer}：{count}{unit}没有名称，以编码代替。",
    },
    "names_cut": {
        "en": "{layer}: {count} {unit} <have names|has a name> longer than {detail} characters or with control characters, which <were|was> cut.",
        "zh": "{layer}：{count}{unit}的名称超过 {detail} 个字符或含控制字符，已截短。",
    },
    "crs_overridden": {
        "en": "{layer}: the study declares the coordinate reference system {detail} in place of the one that the file names ({count} {unit}).",
        "zh": "{layer}：研究文件声明的坐标系 {detail} 取代了数据文件自带的坐标系（{count}{unit}）。",
    },
    "units_overlap": {
        "en": "{layer}: units overlap by {count} in all ({detail} pairs); usual along rounded borders.",
        "zh": "{layer}：单元之间共重叠 {count}（{detail} 对）；坐标取整后的边界常有此现象。",
    },
    "units_overlap_much": {
        "en": "{layer}: some units overlap by {count}, more than borders that were rounded do[: {detail}]; residents and places there may count for either: correct their outlines.",
        "zh": "{layer}：部分单元重叠 {count}，超出边界取整所致的程度[：{detail}]；该处的居民与场所可能计入任一单元：请更正其边界。",
    },
    "units_gaps": {
        "en": "{layer}: units leave holes of {count} in all between them ({detail} holes); who lives there belongs to nobody.",
        "zh": "{layer}：单元之间共留有 {count} 的空隙（{detail} 处），其中居民不属于任何单元。",
    },
    "residents_absent": {
        "en": "The study has no residents: homes are counted by floor area instead, and rules about residents are not judged ({count} {unit}).",
        "zh": "本研究没有居民数据：以居住建筑面积代替，涉及居民的规则不予评判（{count}{unit}）。",
    },
    "residents_unknown": {
        "en": "The number of residents is unknown in {count} {unit}[, e.g. {detail}]; unknown is not nobody.",
        "zh": "{count}{unit}的居民人数未知[，例如 {detail}]；未知不等于无人居住。",
    },
    "residents_all_zero": {
        "en": "The number of residents is 0 in all {count} {unit}, so nothing can be judged; check that the study names the right column.",
        "zh": "全部 {count}{unit}的居民人数均为 0，因此无法评判；请核对研究文件所指定的列是否正确。",
    },
    "residents_lost": {
        "en": "{count} {unit} of the table belong to no community of the study[, e.g. {detail}], and are left out.",
        "zh": "表中 {count}{unit}不属于本研究的任何社区[，例如 {detail}]，未计入。",
    },
    "residents_outside": {
        "en": "{count} {unit} at the border live beyond it, by the area of their cells or blocks or by their addresses, and are left out.",
        "zh": "边界处有 {count}{unit}按格网、地块的面积或地址位置落在研究区之外，未计入。",
    },
    "group_unknown": {
        "en": "The number in the group {detail} is unknown in {count} {unit}.",
        "zh": "{count}{unit}的“{detail}”人群人数未知。",
    },
    "catchment_cut": {
        "en": "{count} {unit} <lie|lies> so near the border that people may come whom nobody counted[, e.g. {detail}]: how crowded they are is unknown.",
        "zh": "{count}{unit}距研究边界过近，可能有未统计的居民前来[，例如 {detail}]：其拥挤程度未知。",
    },
    "ways_cut": {
        "en": "{layer}: {count} {unit} <lead|leads> out of the map extract and end at its edge.",
        "zh": "{layer}：{count}{unit}通往数据范围之外，在边缘处截断。",
    },
    "obstacles_unmapped": {
        "en": "{count} {unit} with a pram or in a wheelchair take what nobody has mapped (kerbs, inclines, widths, surfaces of streets) for passable.",
        "zh": "{count}{unit}（婴儿车或轮椅）把无人标注之处（路缘、坡度、宽度、街道路面）视为可通行。",
    },
    "crosses_water": {
        "en": "{layer}: {count} {unit} <cross|crosses> water and <say|says> neither bridge, tunnel nor ford[, e.g. {detail}]; <they are|it is> taken to be passable.",
        "zh": "{layer}：{count}{unit}穿越水面而未注明桥梁、隧道或涉水处[，例如 {detail}]；按可通行处理。",
    },
    "crosses_railway": {
        "en": "{layer}: {count} {unit} <cross|crosses> a railway and <say|says> neither bridge, tunnel nor crossing[, e.g. {detail}]; <they are|it is> taken to be passable.",
        "zh": "{layer}：{count}{unit}穿越铁路而未注明桥梁、隧道或道口[，例如 {detail}]；按可通行处理。",
    },
    "crosses_motorway": {
        "en": "{layer}: {count} {unit} <cross|crosses> a motorway and <say|says> neither bridge, tunnel nor crossing[, e.g. {detail}]; <they are|it is> taken to be passable.",
        "zh": "{layer}：{count}{unit}穿越高速公路而未注明桥梁、隧道或人行横道[，例如 {detail}]；按可通行处理。",
    },
    "indicator_elsewhere": {
        "en": "{layer}: {count} {unit} <belong|belongs> to no community of the study[, e.g. {detail}], and <are|is> left out.",
        "zh": "{layer}：{count}{unit}不属于本研究的任何社区[，例如 {detail}]，未计入。",
    },
    "indicator_beyond": {
        "en": "{layer}: the values of {count} {unit} lie beyond the worst and best that the study names[ ({detail})]; they score as these.",
        "zh": "{layer}：{count}{unit}的数值超出研究设定的最差值与最佳值[（{detail}）]，按该界限计分。",
    },
    "indicator_few_answers": {
        "en": "{layer}: fewer than {detail} people answered in {count} {unit}; the figures are told there, but not scored.",
        "zh": "{layer}：{count}{unit}的答卷人数不足 {detail} 人，仅公布数值，不计分。",
    },
    "indicator_withheld": {
        "en": "{layer}: the figures of {count} {unit} are withheld, because fewer than {detail} people answered or are counted there, or nobody knows how many answered.",
        "zh": "{layer}：{count}{unit}的答卷人数或所计人数不足 {detail} 人，或答卷人数未知，数值不予公布。",
    },
    "indicator_unknown": {
        "en": "{layer}: there is no value for {count} {unit}; it is not assessed there.",
        "zh": "{layer}：{count}{unit}没有数值，未评估。",
    },
    "areas_lost": {
        "en": "{layer}: the outlines of {count} {unit} could not be closed, and are left out.",
        "zh": "{layer}：{count}{unit}的边界无法闭合，未计入。",
    },
    "beyond_coverage": {
        "en": "{count} {unit} <reach|reaches> beyond the area in which the map extract is complete[, e.g. {detail}]; what is unknown there is not counted as missing.",
        "zh": "{count}{unit}超出地图数据完整覆盖的范围[，例如 {detail}]；该处未知者不按缺失处理。",
    },
    "data_poor": {
        "en": "The data of {count} {unit} are poor[ ({detail} residents live there)]: what seems to be missing there may only be missing from the map.",
        "zh": "{count}{unit}的数据较差[（居民 {detail} 人）]：看似缺失的设施可能只是未被测绘。",
    },
    "data_doubtful": {
        "en": "The data of {count} {unit} are doubtful[ ({detail} residents live there)]: look at their signals before relying on a figure.",
        "zh": "{count}{unit}的数据存疑[（居民 {detail} 人）]：使用其数值前请查看各项信号。",
    },
    "data_unknown": {
        "en": "How complete the data of {count} {unit} are could not be checked[ ({detail} residents live there)].",
        "zh": "{count}{unit}的数据完整程度无法核查[（居民 {detail} 人）]。",
    },
    "data_not_against_residents": {
        "en": "In {count} {unit} the number of residents is not known, so homes and ways could not be checked against it: whether their data are good rests on fewer signals.",
        "zh": "{count}{unit}的居民人数未知，无法据此核对住宅与道路：其数据可信程度的判断依据较少。",
    },
    "encoding_tried": {
        "en": "{layer}: the text of {count} {unit} says nothing of its encoding; tried, it reads as {detail}.",
        "zh": "{layer}：{count}{unit}的文字未注明编码；经尝试，按 {detail} 读取。",
    },
    "encoding_overruled": {
        "en": "{layer}: the file and the study, or its bytes, contradict each other on the encoding of {count} {unit}[ ({detail})]; it is read by what its bytes are.",
        "zh": "{layer}：{count}{unit}的文字编码，文件、研究文件或其字节之间相互矛盾[（{detail}）]；按字节实际编码读取。",
    },
    "text_cut": {
        "en": "{layer}: {count} {unit} lost half of the last character where a field of the file ends; that half is left out.",
        "zh": "{layer}：{count}{unit}的末字在字段结尾处被截断一半，已略去该残字。",
    },
    "text_garbled": {
        "en": "{layer}: {count} {unit} <hold|holds> signs of lost or wrongly read characters[, e.g. {detail}].",
        "zh": "{layer}：{count}{unit}含有丢失或误读字符的痕迹[，例如 {detail}]。",
    },
    "datum_converted": {
        "en": "{layer}: {count} {unit} <were|was> shifted by {detail} and <are|is> brought back to WGS 84 by published, unofficial formulas: right to about two metres if the layer is what the study says.",
        "zh": "{layer}：{count}{unit}原采用 {detail} 偏移坐标，已按公开的非官方公式还原为 WGS 84：若研究文件声明无误，精度约两米。",
    },
    "datum_shift_approximate": {
        "en": "{layer}: {count} {unit} <come|comes> in an old datum and <are|is> shifted with limited accuracy[ ({detail})].",
        "zh": "{layer}：{count}{unit}采用旧基准，转换精度有限[（{detail}）]。",
    },
    "datum_suspected": {
        "en": "{layer}: {count} {unit} <lie|lies> closer to the map data if taken for {detail}: declare datum, if that is right.",
        "zh": "{layer}：若视为 {detail} 坐标，{count}{unit}与地图数据更为吻合：如属实请声明 datum。",
    },
    "offset_suspected": {
        "en": "{layer}: {count} {unit} <lie|lies> apart from the map data by about {detail}, all in the same direction; check the coordinate reference system.",
        "zh": "{layer}：{count}{unit}与地图数据整体偏离约 {detail}，方向一致；请核对坐标系。",
    },
    "duplicates_dropped": {
        "en": "{layer}: {count} {unit} stood there twice, alike in everything, and are counted once[ ({detail})].",
        "zh": "{layer}：{count}{unit}完全重复，只计一次[（{detail}）]。",
    },
    "slivers_dropped": {
        "en": "{layer}: {count} {unit} of polygons were slivers of {detail} in all, and are left out.",
        "zh": "{layer}：多边形中有 {count}{unit}为碎屑，合计 {detail}，已略去。",
    },
    "stray_parts_dropped": {
        "en": "{layer}: {count} {unit} held lines or points beside their polygons, which are left out.",
        "zh": "{layer}：{count}{unit}除多边形外还含线或点，已略去。",
    },
    "inventory_class_unmapped": {
        "en": "{layer}: {count} {unit} <are|is> of a class that the study file does not name[: {detail}]; <they are|it is> left out.",
        "zh": "{layer}：{count}{unit}的类别未在研究文件中说明[：{detail}]，未计入。",
    },
    "inventory_scattered": {
        "en": "{layer}: {count} {unit} <are|is> several points at once, which is no place; <they are|it is> left out.",
        "zh": "{layer}：{count}{unit}由多个点组成，无法确定位置，未计入。",
    },
    "inventory_elsewhere": {
        "en": "{layer}: all {count} {unit} <lie|lies> away from the communities; the inventory says nothing about them.",
        "zh": "{layer}：全部 {count}{unit}均不在社区周边，该清单与本研究无关。",
    },
    "refuge_elsewhere": {
        "en": "{layer}: {count} {unit} of the list <lie|lies> away from the communities and <are|is> left out[, e.g. {detail}]: if <they are|it is> meant to be here, check <their|its> coordinates.",
        "zh": "{layer}：清单中有 {count}{unit}远离社区，未予采用[，例如 {detail}]：若本应在此，请核对坐标。",
    },
    "inventory_conflicts": {
        "en": "{layer}: the inventory and OpenStreetMap differ in {count} {unit}; each is listed in gaps.gpkg, with what counts and what could be done.",
        "zh": "{layer}：清单与 OpenStreetMap 有 {count}{unit}不一致；逐条列于 gaps.gpkg，并注明采用哪一方及处理建议。",
    },
    "inventory_planned": {
        "en": "{layer}: {count} {unit} <are|is> planned: <they are|it is> shown, and never <count|counts> as supply.",
        "zh": "{layer}：{count}{unit}为规划：仅作显示，不计入供给。",
    },
    "inventory_replaced": {
        "en": "{layer}: {count} {unit} of OpenStreetMap do not count, because the inventory is said to be complete there and does not have them as built.",
        "zh": "{layer}：OpenStreetMap 中的 {count}{unit}未计入：清单在该范围内被视为完整而未将其列为已建。",
    },
    "residents_rows_unknown": {
        "en": "{count} {unit} of the residents' layer have no count: a community is unknown where they are more than 0.5 % of it.",
        "zh": "居民图层中有 {count}{unit}没有人数：占比超过 0.5% 的社区按未知处理。",
    },
    "rows_hidden": {
        "en": "{layer}: the database shows its reader only some rows of the table (row-level security): {count} {unit} <were|was> seen, there may be more.",
        "zh": "{layer}：数据库只向当前用户显示该表的部分行（行级安全策略）：读到 {count}{unit}，可能还有更多。",
    },
    "residents_implausible": {
        "en": "Residents[ ({detail})] are {count} for each square kilometre of the communities, which is implausible for a city: check the column, whether it counts thousands or ten thousands (万人), and the unit of a raster.",
        "zh": "居民[（{detail}）]平均每平方公里社区 {count} 人，对城市而言并不合理：请核对所用的列、其单位是否为“万人”或“千人”，以及栅格的 unit。",
    },
    "links_not_followed": {
        "en": "{layer}: the file points to {count} further files or addresses that may hold more of the layer; they are never followed, so only what stands in the file itself counts.",
        "zh": "{layer}：该文件指向另外 {count} 个文件或网址，其中可能有该图层的更多内容；本程序从不跟随链接，只计入文件本身的内容。",
    },
    "rules_overridden": {
        "en": "This study decides by rules of its own what is public space[: {detail}]; its figures compare with those of another city only where both have the same rules.",
        "zh": "本研究修改了公共空间的判定规则[：{detail}]；只有采用相同规则的城市才能相互比较。",
    },
    "units_incomplete": {
        "en": "{layer}: {count} {unit} with the same tags reach beyond the map extract and are left out[, e.g. {detail}]; if they belong to the study, it needs a larger extract.",
        "zh": "{layer}：{count}{unit}标签相同，但超出地图数据范围，未计入[，例如 {detail}]；若属于研究范围，需使用更大的数据。",
    },
    "extract_maybe_cut": {
        "en": "{layer}: nothing in the file consists of several parts, as some areas of every real place do: it was cut off or filtered, so parks, woods and water may be missing; compare its size with the publisher's.",
        "zh": "{layer}：文件中没有任何由多个部分组成的要素，而真实地区必有此类区域：文件可能被截断或经过筛选，公园、林地和水面可能缺失；请与发布者提供的大小核对。",
    },
    "relations_cut": {
        "en": "{layer}: {count} {unit} <reach|reaches> into the surroundings and <are|is> as large as a country, too large to be read: if one is a park or a wood, it is missing.",
        "zh": "{layer}：{count}{unit}伸入研究范围周边，但大如一国，无法读取：其中若有公园或林地，则未计入。",
    },
    "dates_apart": {
        "en": "The map extract and the residents are {count} {unit} apart[ ({detail})]: new quarters may have homes without residents, or residents without homes.",
        "zh": "地图数据与居民数据相差 {count}{unit}[（{detail}）]：新建城区可能有住宅而无居民，或有居民而无住宅。",
    },
    "inventory_status_unknown": {
        "en": "{layer}: of {count} {unit} it is not known whether they are built or planned[: {detail}]; they are left out and are no supply.",
        "zh": "{layer}：{count}{unit}未注明已建或规划[：{detail}]，未采用，不计入供给。",
    },
    "inventory_overlaps": {
        "en": "{layer}: {count} {unit} of the inventory share ground with one of another class; it counts in each class, and once where classes are taken together.",
        "zh": "{layer}：清单中的 {count}{unit}与其他类别的场地重叠；重叠部分在各类别中分别计入，合并计算时只计一次。",
    },
    "rows_away": {
        "en": "{layer}: {count} {unit}[ ({detail} of those asked for)] <lie|lies> away from the study and <are|is> left out: right if the layer is of a larger area; if it is of this place alone, their coordinates are wrong.",
        "zh": "{layer}：{count}{unit}[（占所需行的 {detail}）]位于研究区之外，未计入：若图层覆盖更大范围则属正常；若仅为本地图层，则其坐标有误。",
    },
    "residents_no_value": {
        "en": "In {count} {unit}[, e.g. {detail}], the cells of the residents' raster without a value cover more than 0.5 % of the ground, so their residents are unknown: if nobody lives in such cells, as at sea, write nodata = \"nobody\" in the study file.",
        "zh": '{count}{unit}中居民栅格的无值像元超过面积的 0.5%[，例如 {detail}]，其居民人数按未知处理：如果这些像元（例如海面）无人居住，请在研究文件中写 nodata = "nobody"。',
    },
    "residents_fractions": {
        "en": "The table of residents gives {count} {unit} a number with a fraction[, e.g. {detail}]: people come whole, so it may count thousands, or be an estimate; check the column.",
        "zh": "居民表中 {count}{unit}的人数带有小数[，例如 {detail}]：人数应为整数，可能以千人或万人为单位，或为估算值；请核对该列。",
    },
    "rule_matched_nothing": {
        "en": "The study's own rule of public space[ {detail}] matches nothing in the map extract, so it changes nothing: check keys and values of its include.",
        "zh": "本研究自定的公共空间规则[ {detail}]与地图数据中的任何要素都不匹配，因而不起作用：请核对其 include 中的键和值。",
    },
    "unplaced": {
        "en": "{layer}: {count} {unit} of the table do not say where they lie (both cells are empty), and are left out with whatever they count.",
        "zh": "{layer}：表中有 {count}{unit}未注明位置（坐标单元格为空），连同其数值均未计入。",
    },
    "groups_suppressed": {
        "en": "{count} {unit} about groups of residents are withheld, because they would tell of fewer than {detail} people, or such a number could be worked out from them. They are empty and marked suppressed, which means neither 0 nor unknown.",
        "zh": "{count}{unit}涉及居民群体而不予公布：其人数少于 {detail} 人，或可由此推算出这样的人数。相应栏留空并标记为 suppressed，既非 0，亦非未知。",
    },
}
"""Caveat code -> language -> template. Whoever creates a caveat with a new code adds its words here."""
