"""The packaged numbers of refuges, each with its clause and how sure it is (``rules/refuge.toml``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from layers.refuge_roles import REFUGE_GRADES
from layers.tag_rules import rule_file, space_classes
from spatial.errors import LayerError

DEFAULT_TIER = "gb51143-2015.emergency"
_CONFIDENCE = frozenset({"high", "medium", "convention"})
_FIGURES = ("m2_per_person", "limit_m", "share_of_residents", "min_effective_m2", "min_width_m", "max_slope_share")
_FIGURE_KEYS = frozenset({"value", "clause", "confidence", "because", "because_zh"})


@dataclass(frozen=True)
class Figure:
    """One number, and where it stands."""

    value: float
    clause: str
    confidence: str
    """high, medium or convention (our choice)."""
    because: Mapping[str, str]
    """By language."""


@dataclass(frozen=True)
class RefugeTier:
    """What one grade of a standard asks of a refuge."""

    id: str
    profile: str
    """Id of the packaged profile it belongs to."""
    grade: str
    """Least grade that a listed refuge has to have, one of `REFUGE_GRADES`."""
    title: Mapping[str, str]
    m2_per_person: Figure
    limit_m: Figure
    """Longest walk [m]."""
    share_of_residents: Figure
    """Of everybody's home, who need a place (0-1)."""
    min_effective_m2: Figure
    min_width_m: Figure
    """Diameter of a circle that fits into every part that counts."""
    max_slope_share: Figure
    """Mean slope, rise over run (0-1)."""


@dataclass(frozen=True)
class Ground:
    """A class of public space that could serve."""

    share: float
    """Of its open ground, what people can use (0-1)."""
    confidence: str
    because: Mapping[str, str]


@dataclass(frozen=True)
class PackagedRefugeRules:
    """All of ``rules/refuge.toml``."""

    tiers: Mapping[str, RefugeTier]
    grounds: Mapping[str, Ground]
    """By class, the most specific first: where two overlap, the ground is the first one's."""
    listed_ground: Ground
    """Of a listed refuge that is drawn as an area and whose list says neither persons nor effective area."""
    outside_kinds: tuple[str, ...]
    """Kinds of hazard that a refuge lies outside of."""
    danger_kind: str
    danger_m: Figure
    """Ground this near to a layer of that kind is taken off."""

    def m2_per_person(self, grade: str) -> float:
        """What the default standard gives each person in a refuge of a grade [m2]; a centre is a long-term refuge."""
        standard = self.tiers[DEFAULT_TIER].profile
        of_grade = {t.grade: t.m2_per_person.value for t in self.tiers.values() if t.profile == standard}
        return of_grade.get(grade, max(of_grade.values()))


@cache
def packaged_refuge_rules() -> PackagedRefugeRules:
    """Read the packaged file.

    Raises
    ------
    LayerError
        An entry lacks its clause, reason or confidence, or names what is not known.
    """
    told = rule_file("refuge")
    tiers = {name: _tier(name, table) for name, table in told["tier"].items()}
    grounds = {name: _ground(name, table) for name, table in told["ground"].items()}
    danger = told["danger"]
    if told["default_tier"] != DEFAULT_TIER or DEFAULT_TIER not in tiers:
        raise _wrong("default_tier", "is not the default of the program")
    return PackagedRefugeRules(
        tiers,
        grounds,
        _share("listed_ground", told["listed_ground"]),
        tuple(told["outside_kinds"]),
        danger["kind"],
        _figure("danger.distance_m", danger["distance_m"]),
    )


def _tier(name: str, table: Mapping[str, Any]) -> RefugeTier:
    unknown = sorted(set(table) - {"profile", "grade", "title", *_FIGURES})
    lacking = [key for key in ("profile", "grade", "title", *_FIGURES) if key not in table]
    if unknown or lacking or table["grade"] not in REFUGE_GRADES:
        raise _wrong(f"tier {name!r}", f"has unknown keys {unknown}, lacks {lacking}, or has an unknown grade")
    figures = {key: _figure(f"{name}.{key}", table[key]) for key in _FIGURES}
    return RefugeTier(name, table["profile"], table["grade"], dict(table["title"]), **figures)


def _figure(where: str, table: Mapping[str, Any]) -> Figure:
    if set(table) != _FIGURE_KEYS or table["confidence"] not in _CONFIDENCE or not table["clause"]:
        raise _wrong(where, f"must have exactly {sorted(_FIGURE_KEYS)} with a known confidence")
    because = {"en": str(table["because"]), "zh": str(table["because_zh"])}
    return Figure(float(table["value"]), str(table["clause"]), str(table["confidence"]), because)


def _ground(name: str, table: Mapping[str, Any]) -> Ground:
    if name not in space_classes():
        raise _wrong(f"ground {name!r}", "must be a class of public space")
    return _share(f"ground {name!r}", table)


def _share(where: str, table: Mapping[str, Any]) -> Ground:
    wanted = {"share", "confidence", "because", "because_zh"}
    if set(table) != wanted or not 0 <= table["share"] <= 1:
        raise _wrong(where, f"must have exactly {sorted(wanted)}, the share from 0 to 1")
    if table["confidence"] not in _CONFIDENCE:
        raise _wrong(where, "has an unknown confidence")
    return Ground(float(table["share"]), table["confidence"], {"en": table["because"], "zh": table["because_zh"]})


def _wrong(where: str, what: str) -> LayerError:
    return LayerError(
        f"layers/rules/refuge.toml: {where} {what}, and a refuge judged wrongly helps nobody; mend the file"
    )
