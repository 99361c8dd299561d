"""How every layer of gaps.gpkg looks when it is opened in QGIS: the map's colours, and readable column names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyses.columns import COMMUNITIES, ENTRANCES, HAZARDS, PARENTS, PUBLIC_SPACE, PUBLIC_SPACE_POINTS, SERVICE_AREAS
from analyses.criticality_columns import CRITICAL_ENTRANCES, CRITICAL_LINKS
from analyses.gap_columns import GAPS, REMEDIES
from analyses.inventory_columns import (
    INVENTORY_CONFLICT_POINTS,
    INVENTORY_CONFLICTS,
    PLANNED_SPACE_POINTS,
    PLANNED_SPACES,
)
from analyses.refuge_columns import REFUGE_ENTRANCES, REFUGE_POINTS, REFUGES
from analyses.results import Results
from maps import critical_styles, hazard_view, inventory_styles, map_words, palette, refuge_styles
from maps.column_labels import labels
from maps.lasting_styles import LASTING_CLASSES
from maps.overlays import space_group
from maps.qml import Class, Symbol, document, fill, marker, quoted
from maps.tables import PublishedTable
from maps.unit_styles import Drawn, communities_drawn, parents_drawn
from maps.vocabulary import CLASSES, ENTRANCE_KINDS, LANGUAGES, class_word, title_of

_NAME_LENGTH = 30
"""Longest style name that QGIS keeps."""
_SHOWN_BELOW = {
    ENTRANCES.name: 25_000, REFUGE_ENTRANCES.name: 25_000, PUBLIC_SPACE_POINTS.name: 50_000, REMEDIES.name: 50_000,
}  # fmt: skip
"""Scale (1 : n) from which inwards a layer is drawn: thousands of points over a whole city hide the city."""
_SEVERITY = {"en": "Severity", "zh": "严重程度"}
_ELSE = {"en": "other", "zh": "其他"}


@dataclass(frozen=True)
class Style:
    """One row of ``layer_styles``."""

    table: str
    name: str
    description: str
    qml: str
    default: bool
    spatial: bool


def styles(results: Results, tables: Sequence[PublishedTable]) -> tuple[Style, ...]:
    """The styles of the tables, the default one of each first.

    Names are in the study's first language, aliases of columns in all of them.
    """
    language = results.study.languages[0]
    found = []
    for published in tables:
        table, fields = published.declared, published.fields
        aliases = [(field.name, labels(field, results.study.languages)) for field in fields]
        display = next((field.name for field in fields if field.name in ("name", "unit_name")), "")
        for place, way in enumerate(_ways(table.name, results, language)):
            name = (way.name or table.name)[:_NAME_LENGTH]
            qml = document(way.classes, aliases, display, shown_below=_SHOWN_BELOW.get(table.name))
            found.append(Style(table.name, name, way.about, qml, place == 0, bool(table.geometry)))
    return tuple(found)


def _ways(table: str, results: Results, language: str) -> tuple[Drawn, ...]:
    """All ways to draw a table; without classes where it is not drawn."""
    if table == COMMUNITIES.name:
        return communities_drawn(results, language)
    if table == PARENTS.name:
        return parents_drawn(results, language)
    classes = _CLASSES[table](results, language) if table in _CLASSES else ()
    if table == GAPS.name:
        return (Drawn("", classes), Drawn(_SEVERITY[language], _by_severity(language)))
    return (Drawn("", classes),)


def _gaps(results: Results, language: str) -> tuple[Class, ...]:
    """By rule: hatched, so that what lies below can be seen, with the outline in the rule's colour."""
    colours = palette.rule_colours(results.profiles)
    judging = [(profile, rule) for profile in results.profiles for rule in profile.rules if rule.target is not None]
    classes = []
    for profile, rule in judging:
        colour = colours[profile.id, rule.id]
        expression = f'"profile_id" = {quoted(profile.id)} AND "rule_id" = {quoted(rule.id)}'
        label = f"{title_of(rule.title, language, rule.id)} ({profile.id})"
        # A provision gap is a whole unit: hatched, it would cover the gaps of all other rules.
        whole = rule.kind == "provision"
        symbol = fill(colour, outline=colour, width_mm=0.6 if whole else 0.3, pattern="no" if whole else "f_diagonal")
        classes.append(Class(label, expression, (symbol,)))
    # QGIS refuses a renderer without classes, and a study may have no rule with a target.
    return tuple(classes) or (Class(_ELSE[language], "", (fill(palette.GAP, pattern="f_diagonal"),)),)


def _by_severity(language: str) -> tuple[Class, ...]:
    """How far from the target, whatever the rule: darker is worse; outlines only, as gaps lie over each other."""
    classes = tuple(
        Class(
            map_words.word(f"severity.{code}", language),
            f'"severity_class" = {quoted(code)}',
            (fill(colour, outline=colour, width_mm=0.5, pattern="no"),),
        )
        for code, colour in palette.SEVERITY.items()
    )
    unknown = fill(palette.GAP, outline=palette.GAP, pattern="no")
    return (*classes, Class(_ELSE[language], '"severity_class" IS NULL', (unknown,)))


def _spaces(results: Results, language: str) -> tuple[Class, ...]:
    def symbol(space_class: str) -> Symbol:
        colour = palette.SPACE[space_group(space_class)]
        return fill(colour, opacity=0.6, outline=colour)

    return _by_class(results, symbol, language)


def _space_points(results: Results, language: str) -> tuple[Class, ...]:
    return _by_class(results, lambda name: marker(palette.SPACE[space_group(name)], size_mm=2.4), language)


def _by_class(results: Results, symbol: Callable[[str], Symbol], language: str) -> tuple[Class, ...]:
    """One class a space class of the study; all there are where it has none, since a renderer needs an entry."""
    present = sorted(set(results.public_space["space_class"]) or CLASSES)
    return tuple(
        Class(class_word(name, language), f'"space_class" = {quoted(name)}', (symbol(name),)) for name in present
    )


def _entrances(_results: Results, language: str) -> tuple[Class, ...]:
    return tuple(
        Class(
            label[LANGUAGES.index(language)], f'"kind" = {quoted(kind)}', (marker(palette.ENTRANCE[kind], size_mm=1.2),)
        )
        for kind, label in ENTRANCE_KINDS.items()
    )


def _remedies(_results: Results, language: str) -> tuple[Class, ...]:
    """By kind, in the colours of the map."""
    return tuple(
        Class(map_words.word(f"remedy.{kind}", language), f'"remedy" = {quoted(kind)}', (marker(colour, size_mm=2.4),))
        for kind, colour in palette.REMEDY.items()
    )


def _service_areas(results: Results, language: str) -> tuple[Class, ...]:
    """By rule: see-through, since areas of several rules lie on each other and on the streets they follow."""
    titles = {(profile.id, rule.id): rule.title for profile in results.profiles for rule in profile.rules}
    classes = []
    areas = results.service_areas
    for place, key in enumerate(dict.fromkeys(zip(areas["profile_id"], areas["rule_id"], strict=True))):
        colour = _AREA_COLOURS[place % len(_AREA_COLOURS)]
        expression = f'"profile_id" = {quoted(key[0])} AND "rule_id" = {quoted(key[1])}'
        label = f"{title_of(titles[key], language, key[1])} ({key[0]})"
        classes.append(Class(label, expression, (fill(colour, opacity=0.25, outline=colour, width_mm=0.2),)))
    return tuple(classes) or (Class(_ELSE[language], "", (fill(palette.SERVICE_AREA, opacity=0.25),)),)


_AREA_COLOURS = (palette.SERVICE_AREA, "#6a51a3", "#d94801", "#238b45", "#737373")


_CLASSES: Mapping[str, Callable[[Results, str], tuple[Class, ...]]] = {
    GAPS.name: _gaps,
    REMEDIES.name: _remedies,
    PUBLIC_SPACE.name: _spaces,
    PUBLIC_SPACE_POINTS.name: _space_points,
    ENTRANCES.name: _entrances,
    REFUGE_ENTRANCES.name: _entrances,
    SERVICE_AREAS.name: _service_areas,
    HAZARDS.name: hazard_view.hazard_classes,
    CRITICAL_LINKS.name: critical_styles.link_classes,
    CRITICAL_ENTRANCES.name: critical_styles.entrance_classes,
    REFUGES.name: refuge_styles.areas,
    REFUGE_POINTS.name: refuge_styles.points,
    **LASTING_CLASSES,
    PLANNED_SPACES.name: inventory_styles.planned,
    PLANNED_SPACE_POINTS.name: inventory_styles.planned_points,
    INVENTORY_CONFLICTS.name: inventory_styles.conflicts,
    INVENTORY_CONFLICT_POINTS.name: inventory_styles.conflict_points,
}
