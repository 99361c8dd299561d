"""What a hazard leaves of what a rule asks for, in lines: the layers that close, what they close, and other days."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analyses.explanation import Explanation, HazardLeft, LayerClosing, SpaceLeft
from maps import map_words
from maps.explain_lines import Line, people, space_about
from maps.facts import number_in
from maps.numbers import number
from maps.vocabulary import HAZARD_KINDS, HAZARD_STATUS, LANGUAGES, title_of, word

_SPACES = 12
"""So many are named; the rest is counted. The record names all."""

LEFT_WORDS = {
    "layer": (
        "{title} ({id}; {kind}, {status}{period}) closes {what}; polygons of it that touch this unit: {here}",
        "{title}（{id}；{kind}，{status}{period}）：封闭{what}；触及本单元的多边形：{here} 个",
    ),
    "period": (", once in {years} years", "，{years} 年一遇"),
    "what.all": ("all that it covers, as the study file says", "其覆盖的全部范围（按研究文件）"),
    "what.from": ("what has {least} or more ({unit})", "强度不低于 {least} 的范围（{unit}）"),
    "ways": ("Ways closed in the whole study: {length}", "本研究范围内封闭道路：{length}"),
    "streets": (
        "Streets stay open and homes are not looked at: the rule asks where the places lie",
        "道路视为畅通，不考察住处：该规则只问场所的位置",
    ),
    "inside": ("Of the unit live inside, and are cut off: {people}", "本单元住在灾害范围内、受困者：{people}"),
    "spaces": ("What is left of its public space:", "本单元公共空间的剩余情况："),
    "spaces.none": (
        "No public space that the rule counts is touched in this unit",
        "本单元内该规则所计的公共空间均未受影响",
    ),
    "space": (
        "{name}: {left} of {area} left; ways in open: {open} of {ways}",
        "{name}：剩余 {left}（原 {area}）；可用入口：{open} / {ways}",
    ),
    "point": ("{name}: ways in open: {open} of {ways}", "{name}：可用入口：{open} / {ways}"),
    "more": ("{count} more", "另有 {count} 处"),
    "before": ("On other days: {before}; under the hazard: {now}", "平日：{before}；灾害下：{now}"),
}
"""Key -> (English, Chinese)."""


def left_lines(told: Explanation, language: str) -> Iterator[Line]:
    """The lines of one verdict; none for a rule that asks nothing of hazards."""
    left = told.left
    if left is None:
        return
    yield from (Line(1, _layer(layer, language)) for layer in left.layers)
    if told.rule.during:
        yield Line(1, _said("ways", language, length=number(left.closed_m, "m", language)))
        if not math.isnan(left.residents_inside) and told.rule.about_residents:
            yield Line(1, _said("inside", language, people=people(left.residents_inside, told.rule, language)))
    else:
        yield Line(1, _said("streets", language))
    yield from _spaces(left, language)
    value = number_in(told.row, "value")
    if not math.isnan(left.value_before) and not math.isnan(value):
        before, now = (number(amount, told.rule.unit, language) for amount in (left.value_before, value))
        yield Line(1, _said("before", language, before=before, now=now))


def _layer(layer: LayerClosing, language: str) -> str:
    years = layer.return_period_yr
    what = _said("what.all", language)
    if not math.isnan(layer.closes_at):
        unit = map_words.word(f"hazard.unit.{layer.unit}", language)
        what = _said("what.from", language, least=f"{layer.closes_at:g}", unit=unit)
    return _said(
        "layer", language, title=title_of(layer.title, language, layer.hazard_id), id=layer.hazard_id,
        kind=word(HAZARD_KINDS, layer.kind, language), status=word(HAZARD_STATUS, layer.status, language),
        period="" if math.isnan(years) else _said("period", language, years=f"{years:g}"),
        what=what, here=f"{layer.features_here:,}",
    )  # fmt: skip


def _spaces(left: HazardLeft, language: str) -> Iterator[Line]:
    if not left.spaces:
        yield Line(1, _said("spaces.none", language))
        return
    yield Line(1, _said("spaces", language))
    yield from (Line(2, _space(space, language)) for space in left.spaces[:_SPACES])
    if len(left.spaces) > _SPACES:
        yield Line(2, _said("more", language, count=f"{len(left.spaces) - _SPACES:,}"))


def _space(space: SpaceLeft, language: str) -> str:
    name = space_about(space.space_id, space.name, space.space_class, math.nan, language)
    ways = {"name": name, "open": f"{space.ways_in_open:,}", "ways": f"{space.ways_in:,}"}
    if math.isnan(space.area_m2):
        return _said("point", language, **ways)
    areas = {"left": number(space.area_left_m2, "m2", language), "area": number(space.area_m2, "m2", language)}
    return _said("space", language, **ways, **areas)


def _said(key: str, language: str, **values: str) -> str:
    return LEFT_WORDS[key][LANGUAGES.index(language)].format(**values)
