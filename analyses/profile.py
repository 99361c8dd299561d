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
    """reach, and provision by within and e2sfca: the limit, inclusive. Either this or `within_s`."""
    by: str = "walk"
    """The limit is walked (walk: over the network, from an entrance; walk_elderly, walk_pram, walk_wheelchair: the
    same, at their speed and where they can go) or straight (euclidean: from the boundary)."""
    method: str = ""
    """provision: container (supply inside the unit per resident of it), within (supply within the limit of the
    unit's residents), or e2sfca (the same shared out among all who come; mean over residents)."""
    decay: str = ""
    """e2sfca: a name of `analyses.decay.NAMED`; it ends at the limit."""
    per: str = ""
    """provision: person, or built_up_area (which no study has yet)."""
    hazard_kinds: tuple[str, ...] = ()
    """exposure: kinds of hazards; see `plan.bound_hazards`. Counted once where they overlap."""
    return_period_yr: float | None = None
    """exposure: the return period that the standard names; without it the rarest event mapped."""
    hazard_id: str = ""
    """exposure: one layer of the study, whatever its status (reported)."""
    within_s: float | None = None
    """The limit as walking time, inclusive."""
    direction: str = "to"
    """Of the walk: to the space, from it, or both: the mean of going and returning by the same way."""

    @property
    def limit(self) -> float | None:
        """The limit in its unit, metres or seconds."""
        return self.within_m if self.within_s is None else self.within_s


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
