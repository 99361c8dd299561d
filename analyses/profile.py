"""Profiles: a published standard as a list of rules, each one sentence of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

NOT_RESIDENTS = frozenset({"buildings", "building_count", "residential_land", "land", "spaces"})
"""What a rule may count instead of residents (`Rule.who`)."""
SHELTER = "shelter"
"""The class of supply that is no public space but the study's refuges; it stands alone."""


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
    def bound(self) -> str:
        """``min`` (the value has to be at least the number) or ``max`` (at most)."""
        return "max" if self.minimum is None else "min"

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
    force: str = ""
    """mandatory, recommended, target, indicator or convention; empty: not said."""
    read: str = ""
    """standard (in the standard itself), secondary (where somebody quotes it) or memory; empty: not said."""
    url: str = ""
    """Where to read it; shown and never opened."""

    @property
    def unread(self) -> bool:
        """Whether the number was not read in the standard itself, which every output that uses it says."""
        return self.read in ("secondary", "memory")


@dataclass(frozen=True)
class Supply:
    """Which public space counts: classes or unions, and how large and wide it must be after merging."""

    classes: tuple[str, ...]
    """As written in the profile: a class (``park``) or a union (``green``)."""
    min_area_m2: float | None = None
    """Inclusive."""
    max_area_m2: float | None = None
    """Exclusive, so that of two tiers that meet only the upper one has a place of that very size."""
    min_width_m: float | None = None
    """Diameter of a circle that has to fit into the place."""
    outside_hazard: str = ""
    """Kind of the hazard outside of which it has to lie: of every place the part outside counts."""
    grade: str = ""
    """Of shelter: the least grade of a refuge, one of `layers.refuge_roles.REFUGE_GRADES`; empty: any."""

    @property
    def is_shelter(self) -> bool:
        """Whether it counts refuges by their effective area, and no public space."""
        return SHELTER in self.classes


@dataclass(frozen=True)
class Option:
    """One way to be served."""

    supply: Supply
    within_m: float | None = None
    """The limit, inclusive. Either this or `within_s`."""
    within_s: float | None = None
    count: int = 1
    """As many places of the supply have to lie within the limit."""


@dataclass(frozen=True)
class SiteTest:
    """What each place of a supply has to have."""

    min_width_m: float | None = None
    """Diameter of a circle that has to fit into it."""
    share_of: str = ""
    """A class: its share of the place's area (0-1) lies between the two, both inclusive."""
    min_share: float = 0.0
    max_share: float = 1.0


@dataclass(frozen=True)
class Relaxation:
    """A lower target where the standard allows one."""

    when: str
    """Kind of area: renewal, old_district, historic_district, dense."""
    factor: float
    """Of the target (0-1)."""


@dataclass(frozen=True)
class Rule:
    """One sentence of a standard."""

    id: str
    kind: str
    """reach, provision, site or exposure."""
    title: Mapping[str, str]
    """A few words by language."""
    who: str
    """population, a group of it (``age65plus``), buildings (residential floor area), residential_land, land (of
    provision per area of land), or spaces (of a site rule)."""
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
    count: int = 1
    """reach: as many places of the supply have to lie within the limit."""
    or_else: tuple[Option, ...] = ()
    """reach: whoever is not served by `supply` within the limit is served by any of these, reached in the same way."""
    test: SiteTest | None = None
    """site: what a place has to have."""
    min_depth_m: float | None = None
    """exposure: so deep the water has to be to count, which a layer of mere outlines does not tell."""
    during: str = ""
    """Kind of the hazard while which the rule has to hold."""
    relax: tuple[Relaxation, ...] = ()
    """Where the target is lower. Without the areas it is not: the target holds everywhere."""
    weight: float = 1.0
    """In its dimension."""
    dimension: str = "reach"
    """What the rule speaks of: a name under which scores are gathered (`rule_keys.USUAL_DIMENSION`)."""

    @property
    def each(self) -> tuple[Rule, ...]:
        """The rule once for each of its options, as a rule of that option alone."""
        alone = replace(self, or_else=())
        return (
            alone,
            *(
                replace(alone, supply=o.supply, within_m=o.within_m, within_s=o.within_s, count=o.count)
                for o in self.or_else
            ),
        )

    @property
    def measured_as(self) -> tuple[object, ...]:
        """What is measured at every home or place: rules in which it is equal ask different things of one measure.

        Whom a rule counts, all residents or a group of them, is a matter of adding up.
        """
        return (
            self.kind, self.who in ("residential_land", "land"), self.supply, self.within_m, self.within_s, self.count,
            self.or_else, self.by, self.direction, self.method, self.decay, self.per, self.test, self.hazard_kinds,
            self.return_period_yr, self.hazard_id, self.min_depth_m, self.during,
        )  # fmt: skip

    @property
    def supplies(self) -> tuple[Supply, ...]:
        """The supplies of all its options."""
        own = () if self.supply is None else (self.supply,)
        return (*own, *(option.supply for option in self.or_else))

    @property
    def under_hazard(self) -> bool:
        """Whether it asks what a hazard leaves: of streets and spaces while it lasts, or of spaces outside of it.

        Of refuges only what lies outside of hazards counts in any case.
        """
        return bool(self.during) or any(supply.outside_hazard for supply in self.supplies if not supply.is_shelter)

    @property
    def about_shelter(self) -> bool:
        """Whether it asks for refuges."""
        return any(supply.is_shelter for supply in self.supplies)

    @property
    def about_residents(self) -> bool:
        """Whether it counts residents, all or a group of them."""
        return self.who not in NOT_RESIDENTS

    @property
    def about_a_group(self) -> bool:
        """Whether it counts some of the residents."""
        return self.about_residents and self.who != "population"

    @property
    def limit(self) -> float | None:
        """The limit in its unit, metres or seconds."""
        return self.within_m if self.within_s is None else self.within_s


@dataclass(frozen=True)
class ProfileText:
    """The very text that a profile was read from, so that a verdict can be traced to it."""

    file: str
    """Name of the file."""
    sha256: str
    """Of the text in UTF-8, without a byte order mark."""
    bytes: int
    ships: bool = False
    """Whether it is part of Linli; else it lies beside a study."""


@dataclass(frozen=True)
class Profile:
    """A standard: header and rules."""

    id: str
    title: Mapping[str, str]
    issuer: str
    year: int | None
    """None where it is not known, and for the rules that a study makes of its own hazards."""
    status: str
    """official or convention: what the profile as a whole is."""
    rules: tuple[Rule, ...]
    note: Mapping[str, str] = field(default_factory=dict)
    dimensions: Mapping[str, float] = field(default_factory=dict)
    """Weights of dimensions in the score of resilience; one that is absent weighs 1."""
    extends: str = ""
    """Id of the profile that it inherits rules from."""
    texts: tuple[ProfileText, ...] = ()
    """Its own text, then those that it inherits from; none of the profile that a run makes of a study's hazards."""
