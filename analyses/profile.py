"""Profiles: a published standard as a list of rules, each one sentence of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Target:
    """The value required. Exactly one of the two is given."""

    unit: str
    """``%`` (0-100) or ``m2/person``: the unit of value, target and shortfall."""
    status: str
    """official, convention or derived (our reading)."""
    minimum: float | None = None
    maximum: float | None = None

    @property
    def value(self) -> float:
        """The number, whichever side it bounds."""
        return self.maximum if self.minimum is None else self.minimum  # type: ignore[return-value]


@dataclass(frozen=True)
class Basis:
    """Where a rule is written, and how sure we are of its numbers."""

    clause: Mapping[str, str]
    """By language."""
    confidence: str
    """high or medium."""
    note: Mapping[str, str] = field(default_factory=dict)
    """By language: how far the source was read."""


@dataclass(frozen=True)
class Supply:
    """Which public space counts: classes or unions, and how large it must be after merging."""

    classes: tuple[str, ...]
    """As written in the profile: a class (``park``) or a union (``green``)."""
    min_area_m2: float | None = None


@dataclass(frozen=True)
class Rule:
    """One sentence of a standard."""

    id: str
    kind: str
    """reach, provision or exposure."""
    title: Mapping[str, str]
    """A few words by language."""
    who: str
    """population, or buildings (residential floor area)."""
    unit: str
    """Unit of its value: ``%`` or ``m2/person``."""
    basis: Basis
    level: str = "community"
    target: Target | None = None
    supply: Supply | None = None
    within_m: float | None = None
    """reach: the limit, inclusive."""
    by: str = "walk"
    """reach: walk (over the network, from an entrance) or euclidean (straight, from the boundary)."""
    method: str = ""
    """provision: container (supply inside the unit per resident of it)."""
    per: str = ""
    """provision: person, or built_up_area (which no study has yet)."""
    hazard_kinds: tuple[str, ...] = ()
    """exposure: kinds of hazards; see `plan.bound_hazards`. Counted once where they overlap."""
    return_period_yr: float | None = None
    """exposure: the return period that the standard names; without it the rarest event mapped."""
    hazard_id: str = ""
    """exposure: one layer of the study, whatever its status (reported)."""


@dataclass(frozen=True)
class Profile:
    """A standard: header and rules."""

    id: str
    title: Mapping[str, str]
    issuer: str
    year: int | None
    """None for the rules that a study makes of its own hazards."""
    status: str
    """official or convention: what the profile as a whole is."""
    rules: tuple[Rule, ...]
    note: Mapping[str, str] = field(default_factory=dict)
