"""How every layer of gaps.gpkg looks when it is opened in QGIS: the map's colours, and readable column names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyses.columns import COMMUNITIES, ENTRANCES, GAPS, HAZARDS, PARENTS, PUBLIC_SPACE, PUBLIC_SPACE_POINTS
from analyses.results import Results
from maps import palette
from maps.column_labels import labels
from maps.legend import RESIDENT_BREAKS
from maps.overlays import space_group
from maps.qml import Class, document, fill, marker, quoted
from maps.tables import PublishedTable
from maps.vocabulary import CLASSES, ENTRANCE_KINDS, HAZARD_STATUS, class_word, status_word, title_of, word
from maps.words import number

_NAME_LENGTH = 30
"""Longest style name that QGIS keeps."""
_RESIDENTS_SHORT = {"en": "Residents short", "zh": "受影响居民"}
_STATUS = {"en": "Status", "zh": "状态"}
_ELSE = {"en": "other", "zh": "其他"}


@dataclass(frozen=True)
class Style:
    """One row of ``layer_styles``."""

    table: str
    name: str
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
        drawn = _DRAWN.get(table.name, _plain)(results, language)
        aliases = [(field.name, labels(field, results.study.languages)) for field in fields]
        display = next((field.name for field in fields if field.name in ("name", "unit_name")), "")
        for place, (name, classes) in enumerate(drawn):
            title = (name or table.name)[:_NAME_LENGTH]
            found.append(
                Style(table.name, title, document(classes, aliases, display), place == 0, bool(table.geometry))
            )
    return tuple(found)


Drawn = tuple[tuple[str, tuple[Class, ...]], ...]


def _plain(_results: Results, _language: str) -> Drawn:
    """A table that is not drawn."""
    return (("", ()),)


def _units(results: Results, language: str) -> Drawn:
    """Residents short first; where nobody's home is known, the status."""
    by_residents = (_RESIDENTS_SHORT[language], _by_residents(language))
    by_status = (_STATUS[language], _by_status(language))
    return (by_status,) if results.study.residents is None else (by_residents, by_status)


def _by_residents(language: str) -> tuple[Class, ...]:
    """The map's classes; a number is rounded to whole residents before it is classed, as the map does."""
    lows, highs = (0, *RESIDENT_BREAKS), (*RESIDENT_BREAKS, None)
    classes = []
    for low, high, colour in zip(lows, highs, palette.WORSE, strict=True):
        upper = "" if high is None else f' AND round("residents_short") < {high}'
        text = number(low, "persons", language)
        if high is None:
            text = f"{text} +"
        elif high - 1 > low:
            text = f"{text}–{number(high - 1, 'persons', language)}"
        expression = f""""status" <> 'not_assessed' AND round("residents_short") >= {low}{upper}"""
        classes.append(Class(text, expression, (fill(colour, outline="#6b6b6b"),)))
    return (*classes, _not_assessed(language))


def _not_assessed(language: str) -> Class:
    hatched = (fill(palette.NOT_ASSESSED, outline="#6b6b6b"), fill("#6b6b6b", outline="#6b6b6b", pattern="b_diagonal"))
    return Class(status_word("not_assessed", language), "\"status\" = 'not_assessed'", hatched)


def _by_status(language: str) -> tuple[Class, ...]:
    judged = tuple(
        Class(
            status_word(status, language),
            f'"status" = {quoted(status)}',
            (fill(palette.STATUS[status], outline="#6b6b6b"),),
        )
        for status in ("short", "met")
    )
    return (*judged, _not_assessed(language))


_GAP_COLOURS = ("#7570b3", "#d95f02", "#e7298a", "#1b9e77", "#a6761d", "#66a61e", "#e6ab02", "#666666")
"""ColorBrewer Dark2: rules are kinds, not amounts."""


def _gaps(results: Results, language: str) -> Drawn:
    """By rule: hatched, so that what lies below can be seen, with the outline in the rule's colour."""
    judging = [(profile, rule) for profile in results.profiles for rule in profile.rules if rule.target is not None]
    classes = []
    for place, (profile, rule) in enumerate(judging):
        colour = _GAP_COLOURS[place % len(_GAP_COLOURS)]
        expression = f'"profile_id" = {quoted(profile.id)} AND "rule_id" = {quoted(rule.id)}'
        label = f"{title_of(rule.title, language, rule.id)} ({profile.id})"
        # A provision gap is a whole unit: hatched, it would cover the gaps of all other rules.
        whole = rule.kind == "provision"
        symbol = fill(colour, outline=colour, width_mm=0.6 if whole else 0.3, pattern="no" if whole else "f_diagonal")
        classes.append(Class(label, expression, (symbol,)))
    # QGIS refuses a renderer without classes, and a study may have no rule with a target.
    return (("", tuple(classes) or (Class(_ELSE[language], "", (fill(palette.GAP, pattern="f_diagonal"),)),)),)


def _spaces(results: Results, language: str) -> Drawn:
    return (
        (
            "",
            tuple(
                Class(
                    class_word(name, language),
                    f'"space_class" = {quoted(name)}',
                    (fill(palette.SPACE[space_group(name)], opacity=0.6, outline=palette.SPACE[space_group(name)]),),
                )
                for name in _present(results)
            ),
        ),
    )


def _space_points(results: Results, language: str) -> Drawn:
    return (
        (
            "",
            tuple(
                Class(
                    class_word(name, language),
                    f'"space_class" = {quoted(name)}',
                    (marker(palette.SPACE[space_group(name)], size_mm=2.4),),
                )
                for name in _present(results)
            ),
        ),
    )


def _present(results: Results) -> list[str]:
    """Classes of the study; all of them where it has none, since a renderer needs an entry."""
    return sorted(set(results.public_space["space_class"]) or CLASSES)


def _entrances(_results: Results, language: str) -> Drawn:
    return (
        (
            "",
            tuple(
                Class(
                    word(ENTRANCE_KINDS, kind, language),
                    f'"kind" = {quoted(kind)}',
                    (marker(palette.ENTRANCE[kind], size_mm=1.2),),
                )
                for kind in ENTRANCE_KINDS
            ),
        ),
    )


def _hazards(results: Results, language: str) -> Drawn:
    """By layer: official and modelled ones filled, derived ones cross-hatched, because they never judge."""
    classes = []
    for role in results.study.hazards:
        colour = palette.HAZARD.get(role.kind, palette.HAZARD_OTHER)
        derived = role.status == "derived"
        label = f"{title_of(role.title, language, role.id)} ({word(HAZARD_STATUS, role.status, language)})"
        symbol = fill(
            colour, opacity=1.0 if derived else 0.45, outline=colour, pattern="diagonal_x" if derived else "solid"
        )
        classes.append(Class(label, f'"hazard_id" = {quoted(role.id)}', (symbol,)))
    return (("", tuple(classes) or (Class(_ELSE[language], "", (fill(palette.HAZARD_OTHER, opacity=0.45),)),)),)


_DRAWN: Mapping[str, Callable[[Results, str], Drawn]] = {
    COMMUNITIES.name: _units,
    PARENTS.name: _units,
    GAPS.name: _gaps,
    PUBLIC_SPACE.name: _spaces,
    PUBLIC_SPACE_POINTS.name: _space_points,
    ENTRANCES.name: _entrances,
    HAZARDS.name: _hazards,
}
