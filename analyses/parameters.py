"""The defaults of the method, each with its unit; reasons and sources in docs/methods.md."""

from __future__ import annotations

from dataclasses import dataclass, field

from analyses.vulnerability_choices import VulnerabilityChoices
from layers.surroundings import SEARCH_LIMIT_M


@dataclass(frozen=True)
class DataLimits:
    """From where on a signal of missing data makes a community's light doubtful, and from where poor."""

    floor_m2_per_resident: tuple[float, float] = (15.0, 5.0)
    """Below: the most crowded cities have about 15 m2 a person; under 5 m2 more than half of the residents have no
    mapped home at `Parameters.floor_per_resident_m2` each."""
    built_street_share: tuple[float, float] = (0.5, 0.25)
    """Below: of the length of residential streets, which by their tag have homes along them."""
    building_reach_m: float = 30.0
    """A building this near to the middle of a street stands along it: half a wide street and a front garden."""
    least_street_m: float = 200.0
    """A community with fewer residential streets is not judged by the houses along them."""
    dense_per_km2: float = 1500.0
    """Only where residents live as densely as in an urban centre must there be ways and public space near."""
    ways_km_per_km2: tuple[float, float] = (8.0, 4.0)
    """Below, in dense communities: China asks 8 km/km2 of streets alone of a built-up area, UN-Habitat 18."""
    ways_of_median: float = 0.25
    """Below this part of the median of the study's dense communities the ways are doubtful too."""
    off_network_share: tuple[float, float] = (0.05, 0.25)
    """Above: residents whose homes no way comes near, or only ways that lead nowhere."""
    way_in_share: tuple[float, float] = (0.5, 0.001)
    """Below: of the public spaces that touch the community; the second limit means none at all."""
    least_spaces: int = 3
    """A community with fewer public spaces is not judged by their ways in."""
    space_m: tuple[float, float] = (500.0, 1000.0)
    """Above, in dense communities: not one open public space, mapped in it or so near to it."""
    covered_share: tuple[float, float] = (0.999, 0.75)
    """Below: of its area, where the map extract is complete."""
    inventory_only_share: tuple[float, float] = (0.25, 0.5)
    """Above: of the ground that the inventory has, what the map extract lacks."""
    least_inventory_m2: float = 100.0
    """A community in which the inventory has less ground is not judged by it."""
    years_apart: float = 3.0
    """Map and residents of dates this far apart are of different cities: quarters are built in less."""
    homes_on_land_share: float = 0.5
    """Of a unit's residential floor; where less of it stands on land that the map tags residential, that land is not
    where its people live, and does not judge it. Our convention."""
    parent_share: float = 0.25
    """A higher unit takes the worst light in which at least this share of its residents live, or worse."""


@dataclass(frozen=True)
class SeverityLimits:
    """From which severity on (0-1) a gap is no longer slight: our convention, no standard has one."""

    moderate: float = 0.2
    """Below, at least four fifths of the way to the target are done: slight."""
    severe: float = 0.5
    """From here on at least half of the way to the target is missing."""


@dataclass(frozen=True)
class RemedyLimits:
    """What counts as a suggestion of how a gap could be mended; our convention."""

    least_residents: float = 10.0
    """A suggestion that serves fewer of those who are short is none."""
    least_share: float = 0.1
    """... nor is one that serves a smaller share of them."""
    most_steps: int = 3
    """So many gates or spaces are suggested together at most."""
    spacing_of_limit: float = 0.05
    """Gates are tried along an outline every so many limits of the rule, and not closer than
    `Parameters.open_edge_spacing_m`: finer, the walks would hardly differ."""
    cell_of_limit: float = 1 / 6
    """New spaces are tried at one home and one junction in every square of so many limits."""
    least_space_m2: float = 400.0
    """A new space where the rule names no size: the smallest park of the garden-city criteria in China."""
    detour: float = 1.5
    """A link is missing where the walk is at least so many times the straight line; in cities walks are about 1.3
    times it."""
    street_m: float = 60.0
    """A suggestion is told by the name of a street this near."""
    imputed_share: float = 0.5
    """From this share of imputed homes on, the map is worth a look before anything is built."""
    refuge_profile: str = "gb51143-2015"
    refuge_rule: str = "area.temporary"
    """The packaged rule that says how much refuge a person needs."""


@dataclass(frozen=True)
class EquityLimits:
    """Of how many one must speak before it is said how evenly something is shared out; our convention."""

    least_residents: float = 1000.0
    """Of fewer residents inequality is not told: about one community, whose homes share the same streets."""
    most_left_out_share: float = 0.2
    """Of residents for whom it is unknown; with more the rest could be another city."""
    least_group: float = 100.0
    """Of a smaller group nothing is told that is no count: ten times the smallest group of which counts are told."""
    least_communities: int = 30
    """Whether something goes to where a group lives is told of units of so many communities where it is counted, and
    clusters are looked for among so many; see docs/methods.md on what a reader could work out."""
    least_units: int = 3
    """Higher units are ranked by need where there are so many."""
    neighbour_m: float = 10.0
    """Communities so near are neighbours: published boundaries are rounded to about that."""
    permutations: int = 9999
    """Of the neighbours of each community, to tell a cluster from chance."""
    seed: int = 20180904
    """Of these permutations: the same study always has the same clusters."""
    false_discovery_share: float = 0.05
    """Of the clusters told under one rule, so many may be chance."""


@dataclass(frozen=True)
class ResilienceChoices:
    """How scores are gathered into one, and what is varied to see how sure it is; docs/methods.md says why."""

    floor: float = 0.01
    """A dimension's score (0-1) counts as this at least in the geometric mean, which one 0 would make 0."""
    least_weight_share: float = 0.5
    """A dimension, and a unit, is scored from this share of the weight of its rules on."""
    least_units: int = 5
    """Fewer units are not ranked."""
    tail_share: float = 0.2
    """The worst and the best fifth are called, where a unit's place and the whole range told of it lie there."""
    interval: tuple[float, float] = (0.05, 0.95)
    """Quantiles of the draws that are told."""
    draws: int = 1024
    """Rounded up to a power of two, which the sequence of draws needs."""
    seed: int = 50180
    weight_concentration: float = 10.0
    """Of the Dirichlet distribution, for each weight of mean size: a weight varies by about a third (one standard
    deviation)."""
    limit_factors: tuple[float, ...] = (0.8, 0.9, 1.0, 1.1, 1.2)
    """Times the limits of reach, all at once; equally likely."""
    target_factors: tuple[float, float] = (0.9, 1.1)
    """Times the targets, all at once; uniform between the two."""
    closing_factors: tuple[float, float] = (0.5, 2.0)
    """Times the intensity from which on a hazard closes ways, and the depth that a rule names; these two and the stated
    one are equally likely. Where the lower one holds bridges close too."""


@dataclass(frozen=True)
class Parameters:
    """Parameters of an assessment. Change one only with a reason that can be defended."""

    snap_limit_m: float = 100.0
    """A point farther than this from every walkable edge is out of reach."""
    barrier_water_m2: float = 1000.0
    """A smaller water area, such as a pool or a pond, is walked around on the way from home to the street."""
    search_limit_m: float = SEARCH_LIMIT_M
    """Searches for the nearest space end here; beyond it is out of reach."""
    search_limit_min: float = 60.0
    """Searches by walking time end here."""
    crossing_signals_s: float = 30.0
    """Waiting at a light before crossing a trunk or primary road; counts in times only."""
    crossing_marked_s: float = 20.0
    """... at a marked crossing without a light."""
    crossing_unmarked_s: float = 40.0
    """... where nothing is marked."""
    crossing_secondary_share: float = 0.5
    """Share of that waiting before a secondary road."""
    gate_distance_m: float = 5.0
    """A gate this near to a boundary is a way in."""
    open_edge_spacing_m: float = 20.0
    """An unfenced edge is tried as a way in every so often."""
    open_edge_reach_m: float = 20.0
    """... where a walkable way lies within this distance."""
    floor_per_resident_m2: float = 10.0
    """Less mapped floor a resident than this means that buildings are missing from the data."""
    street_spacing_m: float = 25.0
    """Residents without a mapped building are placed along streets this far apart."""
    parent_tolerance_m: float = 25.0
    """A resident outside every parent belongs to the nearest one within this distance (rounded boundaries)."""
    service_strip_m: float = 20.0
    """A service area extends this far from the network at most: about a street and the houses along it."""
    catchment_m: float = 400.0
    """Who lives within this walk of a public space is in its catchment: the distance of SDG 11.7.1."""
    gap_margin_m: float = 20.0
    """Gap areas are the homes concerned grown by this."""
    group_levels: tuple[str, ...] = ()
    """Levels for which counts of age and other groups are published; empty: the city, districts, and every level whose
    units have `group_level_residents` on average. As resolved in the results."""
    group_level_residents: float = 5000.0
    """Of smaller units most figures about groups would have to be withheld; docs/methods.md, section 12."""
    smallest_group: float = 10.0
    """Fewer people than this are not told of, nor what they could be worked out from; 0 withholds nothing."""
    fewest_answers: float = 30.0
    """A survey that fewer people of a community answered is told there, but not scored."""
    critical_links: int = 50
    """So many ways and bridges, and so many entrances, are told of each rule: those that most would lose by."""
    severity: SeverityLimits = field(default_factory=SeverityLimits)
    remedies: RemedyLimits = field(default_factory=RemedyLimits)
    equity: EquityLimits = field(default_factory=EquityLimits)
    resilience: ResilienceChoices = field(default_factory=ResilienceChoices)
    vulnerability: VulnerabilityChoices = field(default_factory=VulnerabilityChoices)
    data: DataLimits = field(default_factory=DataLimits)
    """Of the lights that say how far the data of a community can be trusted."""
