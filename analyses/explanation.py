"""What one verdict rests on, as plain values: the answer to the question why a place is short.

Internal: it tells of single homes. Words are made in `maps.explain_text`. Amounts called *residents* are residents,
or, of rules about homes, residential floor area [m2]. Costs are in the unit of the rule's limit, ``m`` or ``s``.
Three things stay apart: NaN is unknown or none to speak of, inf is out of reach, 0 was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyses.profile import Profile, Rule
from layers.types import Caveat, Provenance


@dataclass(frozen=True)
class Spread:
    """How far some residents have it."""

    residents: float
    homes: int
    """Demand points at which any of them live."""
    nearest: float
    """Cost; NaN where there is nobody."""
    median: float
    """The cost that half of them do not exceed."""
    farthest: float


@dataclass(frozen=True)
class WayIn:
    """An entrance, and who takes it."""

    entrance_id: str
    kind: str
    """gate, crossing, open_edge or point."""
    confidence: str
    edge_id: str
    """Of the walk network: where the entrance is attached to it."""
    residents: float


@dataclass(frozen=True)
class Visited:
    """A space that residents of the unit go to, since of all that serve them it is the least cost away."""

    space_id: str
    name: str
    space_class: str
    area_m2: float
    """NaN where it is mapped as a point."""
    spread: Spread
    ways_in: tuple[WayIn, ...]
    """Those that are taken, the one that most take first; none in a straight line."""


@dataclass(frozen=True)
class OptionServed:
    """One option of a reach rule, and those whom it serves at the least cost of all options."""

    rule: Rule
    """As of this option alone."""
    within: float
    """Residents who are served by it, whether or not another option is nearer [residents]."""
    taken: Spread
    spaces: tuple[Visited, ...]
    """Those that most residents go to first."""


@dataclass(frozen=True)
class Home:
    """A single home. Internal."""

    demand_id: str
    imputed: bool
    residents: float
    cost: float
    """Of getting to the nearest of all that the rule asks for; inf is out of reach."""
    space_id: str
    """Empty where none is in reach."""
    entrance_id: str


@dataclass(frozen=True)
class Counted:
    """The sums that the verdict was made of, added up from the demand points in their order."""

    total: float
    good: float
    """Served, or not exposed."""
    bad: float
    """Not served, or exposed."""
    unknown: float
    """What the edge of the data leaves open."""


@dataclass(frozen=True)
class ReachFound:
    """How a reach rule came out in a unit."""

    unit: str
    """Of every cost: ``m`` or ``s``."""
    counted: Counted
    options: tuple[OptionServed, ...]
    served: Spread
    unserved: Spread
    """Those for whom something is in reach, but beyond the limit."""
    no_way: float
    """Not served, since no walkable way comes near enough to their homes."""
    none_found: float
    """Not served, since the search ends before it finds anything."""
    farthest: tuple[Home, ...]
    """Homes of those who are not served, the farthest first; where everybody is served, of all."""


@dataclass(frozen=True)
class PlaceCounted:
    """A place that a provision rule counts for the unit."""

    space_ids: tuple[str, ...]
    """Spaces that touch are one place."""
    name: str
    space_class: str
    area_m2: float
    """Of the whole place."""
    counted_m2: float
    """container: the part inside the unit; within: the whole; e2sfca: what falls to the residents of the unit."""
    residents: float
    """Of the unit, within the limit of it; NaN for container."""
    shared_by: float
    """e2sfca: all who come, weighted by distance [persons]; else NaN."""


@dataclass(frozen=True)
class ProvisionFound:
    """How a provision rule came out in a unit."""

    places: tuple[PlaceCounted, ...]
    """Those that count most first."""
    counted_m2: float
    divided_by: float
    """Residents; of e2sfca those for whom the supply is certain; of a rule per area of land the unit's [m2]."""
    free_share: float = 1.0
    """Share of the residents who are not cut off from it while a hazard lasts (0-1); 1 on other days, and of e2sfca,
    where those who are get nothing of any place."""


@dataclass(frozen=True)
class HazardBound:
    """A hazard layer of the study, and whether an exposure rule looks at it."""

    hazard_id: str
    title: Mapping[str, str]
    kind: str
    status: str
    return_period_yr: float
    """NaN where it has none."""
    bound: bool
    why_not: str
    """other_layer, other_kind, derived, no_depth, less_official, other_period, or empty where it is bound."""
    features_here: int
    """Polygons of it that touch the unit."""


@dataclass(frozen=True)
class LayerClosing:
    """A hazard layer that closes ways and spaces for a rule."""

    hazard_id: str
    title: Mapping[str, str]
    kind: str
    status: str
    return_period_yr: float
    """NaN where it has none."""
    closes_at: float
    """Least intensity that closes; NaN where all of it does, as the study file says."""
    unit: str
    features_here: int
    """Polygons of it that touch the unit."""


@dataclass(frozen=True)
class SpaceLeft:
    """A space of the unit that a hazard makes smaller, or closes ways into."""

    space_id: str
    name: str
    space_class: str
    area_m2: float
    """NaN of a point; so is what is left of it."""
    area_left_m2: float
    ways_in: int
    ways_in_open: int


@dataclass(frozen=True)
class HazardLeft:
    """What a hazard leaves of what a rule asks for, in a unit."""

    layers: tuple[LayerClosing, ...]
    counted: Counted | None
    """reach: who is served in what is left; else None."""
    value_before: float
    """The unit's value on other days, in the rule's unit; NaN where there is none."""
    closed_m: float
    """Length of ways closed in the whole study; 0 where streets stay open."""
    residents_inside: float
    """Of the unit, by the share of their homes; NaN where nobody counted them."""
    spaces: tuple[SpaceLeft, ...]


@dataclass(frozen=True)
class ExposureFound:
    """How an exposure rule came out in a unit."""

    counted: Counted
    hazards: tuple[HazardBound, ...]
    kinds_without_layer: tuple[str, ...]
    """Kinds that the rule names and of which no layer could be looked at."""
    homes_whole: int
    """Homes that lie inside altogether."""
    homes_part: int
    """Homes of which a part does."""
    most: tuple[Home, ...]
    """Homes with most residents inside; `Home.residents` are those inside, `Home.cost` is NaN."""


@dataclass(frozen=True)
class SiteFound:
    """How a site rule came out in a unit: places by their spaces."""

    passed: tuple[tuple[str, ...], ...]
    failed: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class LandFound:
    """How a rule about residential land came out in a unit."""

    covered_m2: float
    """Residential land within the limit of what the rule asks for."""
    uncovered_m2: float
    unknown_m2: float
    """What the edge of the data leaves open."""


@dataclass(frozen=True)
class Placement:
    """Where the residents of a unit are thought to live."""

    residents: float
    homes: int
    """Demand points at which anybody lives, those along streets included."""
    homes_imputed: int
    """Points along streets that stand for homes missing from the data."""
    residents_imputed: float


@dataclass(frozen=True)
class Unit:
    """A community, a parent or the city."""

    level: str
    unit_id: str
    name: str
    population: float
    data_light: str
    row: Mapping[str, Any]
    """Its row of `communities` or `parents`."""


@dataclass(frozen=True)
class Judged:
    """The verdict of the higher unit that a rule is judged for."""

    level: str
    unit_id: str
    name: str
    row: Mapping[str, Any]
    """Its row of `assessments`."""


@dataclass(frozen=True)
class Explanation:
    """The whole chain of one verdict."""

    unit: Unit
    profile: Profile
    rule: Rule
    row: Mapping[str, Any]
    """The very row of `assessments`; what is withheld there is withheld here."""
    judged: Judged | None
    """Where the unit is not judged under the rule but a higher one is: that one's verdict."""
    placement: Placement | None
    """None where nobody knows how many live there."""
    found: ReachFound | ProvisionFound | ExposureFound | SiteFound | LandFound | None
    """None where nothing was measured, or where it may not be told."""
    of_all_residents: bool
    """A rule about a group: homes, spaces and entrances are told of all residents, as groups are small."""
    inputs: tuple[Provenance, ...]
    """What the verdict rests on."""
    caveats: tuple[Caveat, ...]
    """What a reader of it has to know."""
    left: HazardLeft | None = None
    """Of a rule that asks what a hazard leaves: what closed, and the value of other days."""
