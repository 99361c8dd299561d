# ruff: noqa: E501 - a table of sentences, one a line
"""The words of `linli explain`, in each language; codes of the data have theirs in `maps.vocabulary`."""

from __future__ import annotations

from maps.vocabulary import LANGUAGES, Words, word

SAID: Words = {
    "internal": (
        "INTERNAL: tells of single homes and of small groups of people. Not for publication.",
        "内部资料：涉及单个住处和少数人群，不得公开。",
    ),
    "unit": ("{name} ({level}, {id})", "{name}（{level}，{id}）"),
    "unit.people": ("{name} ({level}, {id}): {people}", "{name}（{level}，{id}）：{people}"),
    "people.unknown": ("number of residents unknown", "居民人数未知"),
    "tally": (
        "{short} rules short, {met} met, {reported} reported, {not_assessed} not assessed",
        "{short} 条规则不达标，{met} 条达标，{reported} 条仅报告，{not_assessed} 条未评估",
    ),
    "rounded": (
        "Residents are spread over homes in fractions, so rounded numbers may add up to one more or one less.",
        "居民按比例分摊到各住处，取整后的合计可能相差 1。",
    ),
    # What is asked
    "asked": ("What is asked", "要求"),
    "standard": ("Standard: {title}; {issuer}{year}; {status}", "标准：{title}；{issuer}{year}；{status}"),
    "standard.official": ("a published standard", "正式标准"),
    "standard.convention": ("a convention, not a standard", "惯例，并非标准"),
    "clause": ("Clause: {clause}", "条款：{clause}"),
    "sure": ("How sure: {about}", "可靠程度：{about}"),
    "confidence": ("confidence in its numbers {level}", "数值可信度：{level}"),
    "read.standard": ("read in the standard itself", "已读标准原文"),
    "read.secondary": ("read where others quote it, not in the standard itself", "仅读转引，未读标准原文"),
    "read.memory": ("from memory, not read in the standard itself", "凭记忆，未读标准原文"),
    "note": ("Note: {note}", "说明：{note}"),
    "target.none": (
        "Target: none; the figure is reported and nobody falls short of it",
        "目标：无；仅报告数值，不作评判",
    ),
    "target.minimum": ("Target: at least {target} ({status})", "目标：不低于 {target}（{status}）"),
    "target.maximum": ("Target: at most {target} ({status})", "目标：不高于 {target}（{status}）"),
    "level": ("Judged for: each {level}", "评判层级：每个{level}"),
    "level.city": ("Judged for: the whole study area", "评判层级：全域"),
    "relaxed": (
        "Lower target: {share} of the residents live where the standard asks for less, so {target} holds here",
        "降低目标：{share} 的居民住在标准降低要求的区域内，故此处适用 {target}",
    ),
    "relaxed.none": (
        "Lower target: none of the residents live where the standard asks for less",
        "降低目标：无居民住在标准降低要求的区域内，未采用",
    ),
    # What was found
    "found": ("What was found", "结果"),
    "value": ("Value: {value}", "数值：{value}"),
    "value.span": ("Value: {value}; between {low} and {high} {why}", "数值：{value}；{why}介于 {low} 与 {high} 之间"),
    "span.placing": ("under other defensible ways of placing residents in homes", "采用其他合理居民落位方法时"),
    "span.edge": ("depending on what the data leave unknown", "视数据未知部分的情况而定，"),
    "span.both": (
        "under other ways of placing residents, and whatever the data leave unknown",
        "采用其他居民落位方法、并计入数据未知情况时",
    ),
    "firm.1": (
        "Firm: the verdict is the same under all ways of placing residents that were tried",
        "稳健：所试的各种居民落位方法结论一致",
    ),
    "firm.0": (
        "Not firm: under another way of placing residents the verdict would be the other one",
        "不稳健：换一种居民落位方法，结论会相反",
    ),
    "method": ("Measured: {method}", "测量：{method}"),
    "judged": (
        "Judged above: {name} ({level}) is {status}: {value} against {target}",
        "上级评判：{name}（{level}）{status}：实测 {value}，目标 {target}",
    ),
    "judged.plain": ("Judged above: {name} ({level}) is {status}", "上级评判：{name}（{level}）{status}"),
    "withheld": (
        "Withheld: figures about so small a group are not told, here neither",
        "不予提供：如此小的群体的数值在此亦不提供",
    ),
    "of_all": (
        "The group is small: homes, spaces and entrances below are told of all residents",
        "该群体人数少：以下住处、空间、入口均按全体居民说明",
    ),
    # Where residents live
    "living": ("Where its residents live", "居民住在哪里"),
    "placed": ("{people} in {homes} homes", "{people}，分布于 {homes} 个住处"),
    "imputed": (
        "of them {people} ({share}) at {homes} points along streets, because their buildings are missing from the map",
        "其中 {people}（{share}）因地图缺少其建筑而置于沿街的 {homes} 个点",
    ),
    "imputed.none": ("all of them in buildings that are mapped", "全部位于已测绘的建筑内"),
    # Reach
    "how": ("How it came about", "数值的由来"),
    "option": ("{what}: {people} are served by it", "{what}：覆盖 {people}"),
    "option.nearer": (
        "{what}: {people} are served by it, of whom {taken} have it nearer than any other option",
        "{what}：覆盖 {people}，其中 {taken} 以它为最近的选项",
    ),
    "space": ("{name}: {people}; {spread}", "{name}：{people}；{spread}"),
    "space.more": ("{count} more: {people}", "另有 {count} 处：{people}"),
    "space.about": ("{name} ({class}, {id}{area})", "{name}（{class}，{id}{area}）"),
    "space.nameless": ("{class} without a name ({id}{area})", "无名{class}（{id}{area}）"),
    "by": (
        "by {way} {id} ({kind}, confidence {confidence}, on street edge {edge}): {people}",
        "经{way} {id}（{kind}，可信度{confidence}，位于路段 {edge}）：{people}",
    ),
    "by.entrance": ("entrance", "入口"),
    "by.more": ("by {count} more entrances: {people}", "经另外 {count} 个入口：{people}"),
    "spread": (
        "nearest {nearest}, half of them {median} or less, farthest {farthest}",
        "最近 {nearest}，半数不超过 {median}，最远 {farthest}",
    ),
    "served": ("Served: {people} in {homes} homes; {spread}", "已覆盖：{people}，{homes} 个住处；{spread}"),
    "served.none": ("Served: nobody", "已覆盖：无"),
    "unserved": (
        "Not served, beyond the limit: {people} in {homes} homes; {spread}",
        "未覆盖，超出限值：{people}，{homes} 个住处；{spread}",
    ),
    "unserved.none": ("Not served: nobody", "未覆盖：无"),
    "no_way": (
        "Not served, out of reach: {people}, no walkable way within {limit} of their homes",
        "未覆盖，不可达：{people}，住处 {limit}内没有可步行道路",
    ),
    "none_found": (
        "Not served, out of reach: {people}, none found within {limit}",
        "未覆盖，不可达：{people}，{limit}内未找到",
    ),
    "too_few": (
        "Not served: {people}, who have fewer places within the limit than are asked for",
        "未覆盖：{people}，限值内的场地数不足",
    ),
    "unknown": (
        "Not known: {people}, because the map data end before the limit and may lack what lies beyond",
        "无法判断：{people}，数据在限值之前已到边界，其外情况未知",
    ),
    "farthest": ("Homes that have it farthest:", "距离最远的住处："),
    "home": ("{id}: {people}, {far}", "{id}：{people}，{far}"),
    "home.to": ("{id}: {people}, {far} to {space}", "{id}：{people}，到 {space} {far}"),
    "home.imputed": ("{id} (no building mapped)", "{id}（无已测绘建筑）"),
    # Provision
    "counted": ("{name}: {area}", "{name}：{area}"),
    "counted.inside": ("{name}: {area} of it inside", "{name}：其中 {area} 在单元内"),
    "counted.people": ("{name}: {area}; {people} have it in reach", "{name}：{area}；{people}可到达"),
    "counted.shared": (
        "{name}: {area} fall to the residents here; {people} have it in reach and share it with others, {sharing} in all, weighted by distance",
        "{name}：{area} 归此处居民；{people}可到达，并与他人共享，按距离加权共 {sharing}",
    ),
    "counted.more": ("{count} more: {area}", "另有 {count} 处：{area}"),
    "counted.none": ("No place counts here", "此处无可计入的场地"),
    # Exposure
    "hazard": (
        "{title} ({id}; {kind}, {status}{period}): looked at; polygons of it that touch this unit: {here}",
        "{title}（{id}；{kind}，{status}{period}）：采用；触及本单元的多边形：{here} 个",
    ),
    "hazard.none": (
        "No official or modelled {kind} layer to look at: exposure to it is unknown",
        "没有可用的{kind}官方或模拟图层：该类灾害的暴露情况未知",
    ),
    "hazard.not": (
        "{title} ({id}; {kind}, {status}{period}): left out, {why}",
        "{title}（{id}；{kind}，{status}{period}）：未采用，{why}",
    ),
    "period": (", once in {years} years", "，{years} 年一遇"),
    "why_not.other_layer": ("for the rule names another layer", "规则指定了另一图层"),
    "why_not.other_kind": ("for the rule does not ask about this kind", "规则不涉及此类灾害"),
    "why_not.derived": ("for a derived layer never judges", "推导图层不用于评判"),
    "why_not.no_depth": ("for it does not say how deep the water is", "该图层不含水深"),
    "why_not.less_official": ("for there is an official layer of the kind", "同类已有官方图层"),
    "why_not.other_period": ("for the rule looks at another return period", "规则采用另一重现期"),
    "inside": (
        "Inside: {people}; {whole} homes altogether, {part} in part, counted by the share of their area",
        "区内：{people}；{whole} 个住处全部在内，{part} 个部分在内，按面积比例计",
    ),
    "most": ("Homes with most residents inside:", "区内居民最多的住处："),
    # Site and land
    "passed": ("Passes: {places}", "合格：{places}"),
    "failed": ("Does not pass: {places}", "不合格：{places}"),
    "land": (
        "Residential land: {covered} within the limit, {uncovered} beyond it, {unknown} not known",
        "居住用地：限值内 {covered}，限值外 {uncovered}，无法判断 {unknown}",
    ),
    # Arithmetic
    "sums": ("The arithmetic", "算式"),
    "sum.reach": ("{good} of {of} are served = {value}", "{of}中有 {good}已覆盖 = {value}"),
    "sum.exposure": ("{good} of {of} are inside = {value}", "{of}中有 {good}在区内 = {value}"),
    "sum.known": (
        "(of those for whom it is known; it is not for {unknown})",
        "（仅计可判断者；另有 {unknown}无法判断）",
    ),
    "sum.provision": ("{area} / {people} = {value}", "{area} ÷ {people} = {value}"),
    "sum.free": (
        "{area} / {people} x {free} who are not cut off = {value}",
        "{area} ÷ {people} × 未受困者 {free} = {value}",
    ),
    "sum.land": ("{area} of {whole} = {value}", "{whole}中的 {area} = {value}"),
    "sum.site": ("{good} of {of} places pass = {value}", "{of} 处场地中 {good} 处合格 = {value}"),
    "sum.buildings": ("{value} buildings", "{value} 栋建筑"),
    "asks.minimum": ("{target} or more is asked for", "要求不低于 {target}"),
    "asks.maximum": ("{target} or less is asked for", "要求不高于 {target}"),
    "ends.met": ("{value} is enough: met", "{value} 已满足：达标"),
    "ends.short": ("{value} is not: short by {by}", "{value} 未满足：不达标，相差 {by}"),
    "ends.persons": ("which is {people} who would have to be served", "即还须覆盖 {people}"),
    "ends.fewer": ("which is {people} too many", "即超出 {people}"),
    "ends.land": (
        "so that {area} more of residential land would have to be covered",
        "即尚须再覆盖居住用地 {area}",
    ),
    "ends.area": ("which is {area} missing", "即缺少 {area}"),
    "ends.reported": ("Reported, not judged: {why}", "仅报告，不评判：{why}"),
    "ends.not_assessed": ("Not assessed: {why}", "未评估：{why}"),
    "ends.between": (
        "the value lies between {low} and {high}, depending on what the data leave open",
        "数值介于 {low} 与 {high} 之间，取决于数据未能判断的部分",
    ),
    "points": ("{points} percentage points", "{points} 个百分点"),
    "score": (
        "Score: {score} of 1 (how far the value has come towards the target)",
        "得分：{score}（满分 1，表示接近目标的程度）",
    ),
    # What it rests on
    "light": ("Data: {light}", "数据：{light}"),
    "inputs": ("What it rests on", "依据的数据"),
    "input": ("{role}: {about}", "{role}：{about}"),
    "input.hash": ("sha256 {sha256}", "sha256 {sha256}"),
    "undated": ("date not stated", "日期未注明"),
    "unlicensed": ("licence not stated", "许可未注明"),
    "caveats": ("What a reader has to know", "使用须知"),
    "parameters": ("Parameters of the method", "方法参数"),
    "version": ("Measured with {versions}", "计算所用软件：{versions}"),
}
"""Key -> (English, Chinese)."""

FORCES: Words = {
    "mandatory": ("mandatory", "强制性"),
    "recommended": ("recommended", "推荐性"),
    "target": ("a target", "目标"),
    "indicator": ("an indicator", "指标"),
    "convention": ("a convention", "惯例"),
}
"""How binding a clause is."""

PARAMETERS: Words = {
    "snap_limit_m": (
        "a home or entrance farther than {value} m from every walkable way is out of reach",
        "距任何可步行道路超过 {value} 米的住处或入口视为不可达",
    ),
    "search_limit_m": ("searches end at {value} m", "搜索止于 {value} 米"),
    "search_limit_min": ("searches by time end at {value} min", "按时间的搜索止于 {value} 分钟"),
    "gate_distance_m": ("a gate within {value} m of a boundary is a way in", "距边界 {value} 米内的大门视为入口"),
    "open_edge_spacing_m": (
        "an unfenced edge is tried as a way in every {value} m",
        "无围栏边界每隔 {value} 米试作入口",
    ),
    "open_edge_reach_m": ("... where a walkable way lies within {value} m", "……条件是 {value} 米内有可步行道路"),
    "crossing_signals_s": (
        "{value} s of waiting at a signalled crossing of a main road",
        "主路信号灯路口等候 {value} 秒",
    ),
    "crossing_marked_s": ("{value} s at a marked one", "有标线的路口 {value} 秒"),
    "crossing_unmarked_s": ("{value} s where nothing is marked", "无标线处 {value} 秒"),
    "floor_per_resident_m2": (
        "less than {value} m² of mapped floor a resident means that buildings are missing",
        "人均已测绘居住面积低于 {value} m² 视为缺少建筑",
    ),
    "street_spacing_m": (
        "residents without a mapped building are placed along streets every {value} m",
        "无已测绘建筑的居民沿街每隔 {value} 米落位",
    ),
    "parent_tolerance_m": (
        "a resident outside every higher unit belongs to the nearest within {value} m",
        "位于所有上级单元之外的居民归入 {value} 米内最近者",
    ),
}
"""Parameters that an explanation names; all of them are in the record."""


def said(key: str, language: str) -> str:
    """The sentence for a key, with its places to fill."""
    return SAID[key][LANGUAGES.index(language)]


def force_word(force: str, language: str) -> str:
    """How binding a clause is, in words."""
    return word(FORCES, force, language)
