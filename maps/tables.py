"""The tables as they are published: the declared columns in their order, with words in the study's languages.

`analyses.columns` declares them; here names in angle brackets become one column a level, rule,
hazard, group or language of this assessment. What is not declared is not published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.column import Column, Table, hazard_share_column, rule_column
from analyses.columns import (
    ASSESSMENTS,
    CAVEATS,
    COMMUNITIES,
    DEMAND,
    ENTRANCES,
    GROUP_FIGURES,
    HAZARDS,
    INTERNAL,
    NETWORK,
    PARENTS,
    PROVENANCE,
    PUBLIC_SPACE,
    PUBLIC_SPACE_POINTS,
    PUBLISHED,
    RULES,
    SERVICE_AREAS,
)
from analyses.criticality_columns import CRITICAL_TABLES
from analyses.equity_columns import CLUSTERS, EQUITY, EQUITY_TABLES, NEEDS
from analyses.gap_columns import GAPS, REMEDIES
from analyses.indicator_columns import INDICATORS
from analyses.inventory_columns import (
    INVENTORY_CONFLICT_POINTS,
    INVENTORY_CONFLICTS,
    PLANNED_SPACE_POINTS,
    PLANNED_SPACES,
    WITH_INVENTORY,
)
from analyses.profile import Rule
from analyses.profile_inputs import profile_inputs
from analyses.refuge_columns import REFUGE_ENTRANCES, REFUGE_NEEDS, REFUGE_POINTS, REFUGES, WITH_REFUGES
from analyses.resilience_columns import SENSITIVITY
from analyses.results import Results
from analyses.verdict import method
from maps import inventory_frames
from maps.critical_words import CRITICAL_FRAMES
from maps.equity_words import clusters_frame, equity_frame, needs_frame
from maps.escape import clean
from maps.exposure_words import EXPOSURE_FRAMES
from maps.hazard_frame import hazards_frame
from maps.internal_frames import network_frame
from maps.refuge_words import refuge_entrances_frame, refuge_needs_frame, refuge_points_frame, refuges_frame
from maps.remedy_table import remedies_frame
from maps.remedy_words import gap_texts
from maps.resilience_words import dimension_word, dimensions_of, sensitivity_frame
from maps.survival_words import SURVIVAL_FRAMES
from maps.vocabulary import GROUPS, LANGUAGE_NAMES, class_word, level_word, title_of, word
from maps.vulnerability_words import VULNERABILITY_FRAMES, theme_codes, theme_word
from maps.words import caveat_text, reasons, requirement

_DECIMALS = 6
_WHERE_THERE = (
    *WITH_INVENTORY, INDICATORS, SENSITIVITY, REMEDIES, *EQUITY_TABLES, *WITH_REFUGES, *CRITICAL_TABLES,
    *EXPOSURE_FRAMES, *SURVIVAL_FRAMES, *VULNERABILITY_FRAMES,
)  # fmt: skip
"""Tables of what not every study has."""
_UNWANTED = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]")
"""Characters that no name needs and that hide, reorder or break text."""


@dataclass(frozen=True)
class Field:
    """One column as it is written."""

    name: str
    declared: Column
    subject: Mapping[str, str]
    """What stands in for the part in angle brackets, by language; empty for a plain column."""


@dataclass(frozen=True)
class PublishedTable:
    """One table ready to be written: `frame` has exactly the columns of `fields`, and geometry where declared."""

    declared: Table
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame | pd.DataFrame


def published_tables(results: Results) -> tuple[PublishedTable, ...]:
    """Every table of `analyses.columns.PUBLISHED`, then those of `_WHERE_THERE` that are there, in that order."""
    there = (table for table in _WHERE_THERE if _FRAMES[table.name](results) is not None)
    return tuple(_published(table, results, _DECIMALS) for table in (*PUBLISHED, *there))


def internal_tables(results: Results) -> tuple[PublishedTable, ...]:
    """The tables of `analyses.columns.INTERNAL`, which are not for publication.

    Unrounded: they are there to recompute the published figures, and thousands of shares add up.
    """
    return tuple(_published(table, results, None) for table in INTERNAL)


def _published(table: Table, results: Results, decimals: int | None) -> PublishedTable:
    frame = _FRAMES[table.name](results)
    assert frame is not None  # only tables that are there are published
    fields = _written(table, frame, results)
    columns = {field.name: _as_declared(frame[field.name], field.declared.dtype, decimals) for field in fields}
    plain = pd.DataFrame(columns, index=frame.index)
    if not table.geometry:
        return PublishedTable(table, fields, plain)
    # An empty shape has a type of its own, which a layer of polygons refuses: no shape says the same.
    shapes = np.where(frame.geometry.is_empty, None, frame.geometry.to_numpy())
    return PublishedTable(table, fields, gpd.GeoDataFrame(plain, geometry=shapes, crs=results.study.crs))


def _written(table: Table, frame: pd.DataFrame, results: Results) -> tuple[Field, ...]:
    """The columns to write: one that stands for a level, rule or hazard may be absent, a plain one may not."""
    return tuple(
        field for field in _fields(table, results) if field.name in frame.columns or "<" not in field.declared.name
    )


def _as_declared(values: pd.Series, dtype: str, decimals: int | None) -> pd.Series:
    """The column in its declared type; text without unwanted characters, NULL where there is none.

    Published numbers are rounded to a millionth: 739 residents shared out among homes and added up again are 739.
    """
    if dtype == "float":
        exact = values.astype("float64")
        return exact if decimals is None else exact.round(decimals)
    if dtype == "int":
        return values.astype("int64")
    texts = [_text(value) for value in values]
    return pd.Series(texts, index=values.index, dtype="object")


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return None
    text = str(value)
    return clean(text, len(text)) if _UNWANTED.search(text) else text


# --------------------------------------------------------------------------- columns


def _fields(table: Table, results: Results) -> list[Field]:
    return [field for column in table.columns for field in _expanded(column, results)]


def _expanded(column: Column, results: Results) -> list[Field]:
    """The columns that a declared one stands for in this assessment."""
    study = results.study
    match re.search(r"<[^>]+>", column.name):
        case None:
            return [Field(column.name, column, {})]
        case found:
            part = found.group()
    if part == "<profile>":
        rules = [(rule_column(profile.id, rule.id), rule) for profile in results.profiles for rule in profile.rules]
        return [Field(name, column, _titles(rule)) for name, rule in rules]
    if part == "<hazard>":
        return [
            Field(
                hazard_share_column(role.id),
                column,
                {lang: title_of(role.title, lang, role.id) for lang in ("en", "zh")},
            )
            for role in study.hazards
        ]
    codes, words = _codes(part, results)
    return [
        Field(column.name.replace(part, code), column, {lang: words(code, lang) for lang in ("en", "zh")})
        for code in codes
    ]


def _titles(rule: Rule) -> dict[str, str]:
    return {language: title_of(rule.title, language, rule.id) for language in ("en", "zh")}


def _codes(part: str, results: Results) -> tuple[tuple[str, ...], Callable[[str, str], str]]:
    """The codes that a part in angle brackets stands for, and what they are called."""
    study = results.study
    if part == "<level>":
        return tuple(role.level for role in study.parents), level_word
    if part == "<_theme>":
        return theme_codes(results), lambda code, language: theme_word(code, results, language)
    if part == "<dimension>":
        return dimensions_of(results), dimension_word
    if part == "<language>":
        return study.languages, lambda code, language: word(LANGUAGE_NAMES, code, language)
    if part == "<group>":
        groups = tuple(study.residents.groups) if study.residents is not None else ()
        return groups, lambda code, language: word(GROUPS, code, language)
    found = (re.fullmatch(r"(?:distance|nearest)_(.+)_(?:m|id)", name) for name in results.demand.columns)
    return tuple(dict.fromkeys(match.group(1) for match in found if match)), class_word


# --------------------------------------------------------------------------- frames


def _gaps(results: Results) -> gpd.GeoDataFrame:
    rules = {(profile.id, rule.id): (rule, profile) for profile in results.profiles for rule in profile.rules}
    keys = list(zip(results.gaps["profile_id"], results.gaps["rule_id"], strict=True))
    words: dict[str, Sequence[str | None]] = {}
    for language in results.study.languages:
        words[f"requirement_{language}"] = [requirement(*rules[key], language) for key in keys]
        words[f"reason_{language}"] = reasons(results.gaps, results, language)
        words[f"remedy_{language}"] = [text or None for text in gap_texts(results, language)]
    return results.gaps.assign(**words)


def _spaces(results: Results, types: tuple[str, ...]) -> gpd.GeoDataFrame:
    return results.public_space[results.public_space.geom_type.isin(types)]


def _service_areas(results: Results) -> gpd.GeoDataFrame:
    rules = {(profile.id, rule.id): (rule, profile) for profile in results.profiles for rule in profile.rules}
    areas = results.service_areas
    keys = list(zip(areas["profile_id"], areas["rule_id"], strict=True))
    languages = results.study.languages
    words = {f"requirement_{name}": [requirement(*rules[key], name) for key in keys] for name in languages}
    return areas.assign(**words)


def _rules(results: Results) -> pd.DataFrame:
    languages = results.study.languages
    rows = [
        {
            "profile_id": profile.id,
            "rule_id": rule.id,
            "kind": rule.kind,
            "level": rule.level,
            **{f"requirement_{language}": requirement(rule, profile, language) for language in languages},
            "target": rule.target.value if rule.target is not None else None,
            "target_bound": rule.target.bound if rule.target is not None else None,
            "unit": rule.unit,
            "target_status": rule.target.status if rule.target is not None else None,
            "method": method(rule),
            "issuer": profile.issuer,
            "year": None if profile.year is None else str(profile.year),
            "profile_sha256": profile.texts[0].sha256 if profile.texts else None,
            **{f"clause_{language}": title_of(rule.basis.clause, language, "") for language in languages},
            **{f"note_{language}": title_of(rule.basis.note, language, "") for language in languages},
            "force": rule.basis.force or None,
            "read": rule.basis.read or None,
            "confidence": rule.basis.confidence,
        }
        for profile in results.profiles
        for rule in profile.rules
    ]
    return pd.DataFrame(rows)


def _provenance(results: Results) -> pd.DataFrame:
    names = [column.name for column in PROVENANCE.columns]
    rows = [
        (
            entry.role, entry.source, entry.file, entry.query, entry.sha256, entry.bytes, entry.date, entry.licence,
            entry.attribution, json.dumps(dict(entry.counts), sort_keys=True),
        )
        for entry in (*results.provenance, *profile_inputs(results.profiles))
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def _caveats(results: Results) -> pd.DataFrame:
    languages = results.study.languages
    rows = [
        (
            caveat.code,
            caveat.layer,
            caveat.count,
            caveat.unit,
            caveat.detail,
            *(caveat_text(caveat, language) for language in languages),
        )
        for caveat in results.caveats
    ]
    return pd.DataFrame(
        rows, columns=["code", "layer", "count", "unit", "detail", *(f"text_{language}" for language in languages)]
    )


_FRAMES: Mapping[str, Callable[[Results], pd.DataFrame | None]] = {
    COMMUNITIES.name: lambda results: results.communities,
    PARENTS.name: lambda results: results.parents,
    GAPS.name: _gaps,
    REMEDIES.name: remedies_frame,
    PUBLIC_SPACE.name: lambda results: _spaces(results, inventory_frames.AREAS),
    PUBLIC_SPACE_POINTS.name: lambda results: _spaces(results, inventory_frames.POINTS),
    ENTRANCES.name: lambda results: results.entrances,
    SERVICE_AREAS.name: _service_areas,
    HAZARDS.name: hazards_frame,
    ASSESSMENTS.name: lambda results: results.assessments,
    GROUP_FIGURES.name: lambda results: results.groups,
    RULES.name: _rules,
    PROVENANCE.name: _provenance,
    CAVEATS.name: _caveats,
    DEMAND.name: lambda results: results.demand,
    NETWORK.name: network_frame,
    INDICATORS.name: lambda results: results.indicators,
    SENSITIVITY.name: sensitivity_frame,
    EQUITY.name: equity_frame,
    CLUSTERS.name: clusters_frame,
    NEEDS.name: needs_frame,
    **CRITICAL_FRAMES,
    REFUGES.name: refuges_frame,
    REFUGE_POINTS.name: refuge_points_frame,
    REFUGE_ENTRANCES.name: refuge_entrances_frame,
    REFUGE_NEEDS.name: refuge_needs_frame,
    PLANNED_SPACES.name: lambda results: inventory_frames.planned(results, inventory_frames.AREAS),
    PLANNED_SPACE_POINTS.name: lambda results: inventory_frames.planned(results, inventory_frames.POINTS),
    INVENTORY_CONFLICTS.name: lambda results: inventory_frames.conflicts(results, inventory_frames.AREAS),
    INVENTORY_CONFLICT_POINTS.name: lambda results: inventory_frames.conflicts(results, inventory_frames.POINTS),
    **{table.name: frame for table, frame in EXPOSURE_FRAMES.items()},
    **{table.name: frame for table, frame in SURVIVAL_FRAMES.items()},
    **{table.name: frame for table, frame in VULNERABILITY_FRAMES.items()},
}
