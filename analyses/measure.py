"""What each rule measures, for every demand point and every level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses import land_coverage, plan, provision, relaxation, site
from analyses.access import Reach, Walking, by_walk
from analyses.catchment import SupplyRange
from analyses.costs import Costs, walking_costs
from analyses.decay import NAMED
from analyses.euclidean import straight_costs, straight_to_each, to_boundary_m
from analyses.exposure import Exposed, exposed_shares
from analyses.held_shapes import Shapes
from analyses.options import Served, served_by_any, with_cost_of_nth
from analyses.parameters import Parameters
from analyses.plan import bound_hazards
from analyses.privacy import whole_persons
from analyses.profile import Profile, Rule, Supply
from analyses.provision import Surroundings, surroundings_on_foot, surroundings_straight
from analyses.remaining import between, without_cut_off
from analyses.residents import Demand, other_placements
from analyses.supply import Places, class_supplies, merge_places, supply_key
from analyses.units import Level, containing, outside_nodes
from analyses.verdict import Figures
from analyses.walking import PLAIN, WALKERS, Mode, Walks, mode_of
from layers.types import Layers
from spatial.errors import AnalysisError

if TYPE_CHECKING:
    from analyses.shelters import Shelters

_TOUCHING_M = 0.01
"""A building on the very border of a unit stands in one."""


@dataclass(frozen=True)
class Scene:
    """What the rules of one assessment share, computed once."""

    layers: Layers
    demand: Demand
    walking: Walking
    places: Mapping[str, Places]
    """By `supply_key`."""
    walks: Mapping[str, Reach]
    """In metres, by `supply_key`."""
    ways: Walks
    """All ways of walking that the rules name."""
    other_walks: Mapping[tuple[Mode, str], Reach]
    """In minutes, or of walkers who cannot go everywhere: by way of walking and `supply_key`, for the rules alone."""
    straights: Mapping[str, Reach]
    """In metres in a straight line, by `supply_key`, for the rules that are linear."""
    other_residents: tuple[NDArray[np.float64], ...]
    """Residents of every demand point under other ways of placing them."""
    outside: NDArray[np.int64]
    """Nodes of the walk network where nobody counted the residents."""
    relaxed: Mapping[str, NDArray[np.bool_]]
    """By kind of area in which a rule asks for less: which demand points lie in one. Kinds without areas are absent."""
    land: land_coverage.HomesOnLand
    shelters: Shelters | None = None
    """The study's refuges; None where it says nothing of them."""

    @cached_property
    def homes(self) -> Shapes:
        """The home of every demand point, held against hazards."""
        return Shapes.of(self.demand.home, self.layers.communities.crs)

    @cached_property
    def buildings(self) -> Shapes:
        """Every building, held against hazards."""
        return Shapes(self.layers.buildings.geometry)

    def of(self, rule: Rule) -> Scene:
        """The scene that a rule is measured in: of one about refuges that in which they are the spaces."""
        return self.shelters.scene if self.shelters is not None and rule.about_shelter else self

    def weight(self, who: str) -> NDArray[np.float64]:
        """Residents, members of a group of them, or residential floor of every demand point; no spaces, no land."""
        table = self.demand.table
        if who in ("spaces", "land", land_coverage.LAND):
            return np.zeros(len(table))
        column = who if who == "population" or who in self.demand.groups else "floor_area_m2"
        weight: NDArray[np.float64] = table[column].to_numpy(float)
        return weight

    @property
    def inhabited(self) -> NDArray[np.float64]:
        """1 where anybody lives, or may live because the number of residents is unknown; else 0."""
        nobody: NDArray[np.bool_] = self.weight("population") == 0
        return (~nobody).astype(float)

    def places_of(self, supply: Supply) -> Places:
        """The places of a supply."""
        return self.places[supply_key(supply)]


@dataclass(frozen=True)
class Measured:
    """One rule at every demand point, as shares of its residents (0-1)."""

    rule: Rule
    good: NDArray[np.float64]
    """Served, or not exposed."""
    bad: NDArray[np.float64]
    """Not served, or exposed."""
    reach: Reach | None = None
    options: tuple[Served, ...] = ()
    """reach: every option by itself, in the rule's order."""
    near: Surroundings | None = None
    """provision by within and e2sfca."""
    sites: site.Sites | None = None
    """site."""
    land: land_coverage.LandCoverage | None = None
    """reach of residential land."""
    shared: tuple[SupplyRange, ...] = ()
    """e2sfca: what everybody has, with residents as placed, then under every other way of placing them."""
    scene: Scene | None = None
    """Of a rule that asks what a hazard leaves: what is left, in which it was measured. None: the scene of other days,
    or a rule of reach or land."""
    at_worst: Measured | None = None
    """The same if all ground were closed of which a hazard layer says nothing; None where it says all, or of reach."""
    unsaid: NDArray[np.float64] | None = None
    """Of whom (0-1) only hazard layers leave open whether they are served or exposed; of land nobody. None: of none."""
    unsized: NDArray[np.float64] | None = None
    """The same of refuges whose size nobody knows."""


def scene(layers: Layers, demand: Demand, ways: Walks, planned: Sequence[Profile], parameters: Parameters) -> Scene:
    """Merge the places of every class and of every supply that the rules name, and search for them once."""
    supplies = dict.fromkeys((*class_supplies(layers.spaces), *plan.supplies(planned)))
    places = {supply_key(s): merge_places(layers.spaces, s) for s in supplies}
    walking = ways.by_mode[PLAIN]
    walks = {key: by_walk(walking, p) for key, p in places.items()}
    reaching = [(r, supply_key(s)) for p in planned for r in p.rules if r.kind == "reach" for s in r.supplies]
    named = dict.fromkeys((mode_of(r), key) for r, key in reaching if r.by in WALKERS)
    homes = [(r, key) for r, key in reaching if r.who != land_coverage.LAND and key in places]
    linear = [places[key] for r, key in homes if r.by == "euclidean"]
    straights = straight_to_each(layers.spaces, linear, demand.point, layers.coverage, limit_m=walking.limit)
    other_walks = {
        (mode, key): by_walk(ways.by_mode[mode], places[key]) for mode, key in named if mode != PLAIN and key in places
    }
    others = {} if layers.residents is None else other_placements(demand, parameters)
    outside = outside_nodes(layers, tolerance_m=parameters.parent_tolerance_m)
    relaxed = relaxation.points_inside(layers.areas, relaxation.kinds_named(planned), demand.point)
    land = land_coverage.homes_on_land(layers, demand, least_share=parameters.data.homes_on_land_share)
    return Scene(
        layers, demand, walking, places, walks, ways, other_walks, straights, tuple(others.values()), outside, relaxed,
        land,
    )  # fmt: skip


def measure(scene: Scene, rule: Rule) -> Measured:
    """Measure a rule at every demand point.

    reach: served within the limit (inclusive); where the search may have left the data before the
    limit and found nothing, neither good nor bad: unknown. exposure: the share of the home inside
    the footprint, and that known to lie outside. provision is a figure of units; at demand points it is neither.
    """
    scene = scene.of(rule)
    points = len(scene.demand.table)
    if rule.who == land_coverage.LAND:
        covered = land_coverage.land_coverage(rule, scene.places, scene.layers)
        return Measured(rule, np.zeros(points), np.zeros(points), land=covered)
    if rule.kind == "reach" and rule.limit is not None:
        options = tuple(_served(scene, alone) for alone in rule.each)
        served, unserved, reach = served_by_any(options)
        return Measured(rule, served.astype(float), unserved.astype(float), reach, options)
    if rule.kind == "exposure":
        exposed = _exposed(scene, rule, scene.homes)
        return Measured(rule, 1 - exposed.inside - exposed.unknown, exposed.inside, unsaid=exposed.unknown)
    if rule.test is not None and rule.supply is not None:
        sites = site.tested(scene.places_of(rule.supply), scene.layers.spaces, rule.test)
        return Measured(rule, np.zeros(points), np.zeros(points), sites=sites)
    near = None if rule.within_m is None else surroundings(scene, rule)
    shared: tuple[SupplyRange, ...] = ()
    if near is not None and rule.within_m is not None and rule.method == "e2sfca":
        decay = NAMED[rule.decay](rule.within_m)
        placements = (scene.weight("population"), *scene.other_residents)
        shared = tuple(provision.shared_out(near, residents, decay) for residents in placements)
    return Measured(rule, np.zeros(points), np.zeros(points), near=near, shared=shared)


def imputed_share(scene: Scene, level: Level) -> NDArray[np.float64]:
    """Share of each unit's residents whose home is imputed (0-1); NaN where nobody lives or nobody knows."""
    if scene.layers.residents is None:
        return np.full(len(level.units), np.nan)
    people = scene.weight("population")
    residents = level.sums(people)
    imputed = level.sums(people * scene.demand.table["imputed"].to_numpy(float))
    share: NDArray[np.float64] = np.full(len(residents), np.nan)
    np.divide(imputed, residents, out=share, where=residents > 0)
    return share


def figures(scene: Scene, measured: Measured, level: Level) -> Figures:
    """Add a rule up over the units of a level, from residents and never from averages."""
    scene = scene.of(measured.rule)
    found = _figures(scene, measured, level, scene.weight(measured.rule.who), 0)
    if not measured.rule.relax:
        return found
    return _asked(scene, measured, level, scene.weight("population"), found)


def other_figures(scene: Scene, measured: Measured, level: Level) -> tuple[Figures, ...]:
    """The same under other ways of placing residents; none for rules that are not about residents."""
    if measured.rule.who != "population":
        return ()
    scene = scene.of(measured.rule)
    others = enumerate(scene.other_residents, start=1)
    return tuple(
        _asked(scene, measured, level, residents, _figures(scene, measured, level, residents, placement))
        for placement, residents in others
    )


def _asked(scene: Scene, measured: Measured, level: Level, residents: NDArray[np.float64], found: Figures) -> Figures:
    """The figures with what is asked of each unit: of a group by all residents, or it would tell where its few live."""
    rule = measured.rule
    return replace(
        found, asked=relaxation.asked_of_units(rule, relaxation.factors(rule, scene.relaxed), residents, level)
    )


def _figures(scene: Scene, measured: Measured, level: Level, weight: NDArray[np.float64], placement: int) -> Figures:
    rule = measured.rule
    if measured.at_worst is not None:
        best, worst = replace(measured, at_worst=None), replace(measured.at_worst, rule=rule)
        return between(*(_figures(scene, each, level, weight, placement) for each in (worst, best)))
    scene = measured.scene or scene
    if rule.who == "building_count":
        return _building_count(scene, rule, level)
    if measured.sites is not None:
        return site.figures(level, measured.sites)
    if measured.land is not None:
        found = land_coverage.figures(level, measured.land, scene.land.why_not(level))
        return found if measured.unsaid is None else replace(found, by_hazard=found.unknown > 0)
    if rule.per == "land_area" and rule.supply is not None:
        return provision.land_share(level, scene.places_of(rule.supply))
    total = level.sums(weight)
    if rule.kind == "provision" and rule.supply is not None:
        return _provision(scene, measured, level, weight, placement)
    good, bad = level.sums(weight * measured.good), level.sums(weight * measured.bad)
    unknown = np.maximum(total - good - bad, 0.0)
    unknown[unknown < 1e-9 * np.nan_to_num(total)] = 0.0
    if rule.about_a_group:
        good, bad, unknown = whole_persons(np.column_stack([good, bad, unknown])).T
        total = np.round(total)
    counted = good if rule.kind == "reach" else bad
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low = 100 * counted / (good + bad), 100 * counted / total
        high = 100 * (counted + unknown) / total
    by_hazard, by_size = (
        None if each is None else level.sums(np.nan_to_num(weight) * each) > 0
        for each in (measured.unsaid, measured.unsized)
    )
    return Figures(value, low, high, total, good, bad, unknown, by_hazard=by_hazard, by_size=by_size)


def _served(scene: Scene, rule: Rule) -> Served:
    """Who is served by a rule of one option."""
    reach = reach_of(scene, rule)
    limit = np.inf if rule.limit is None else rule.limit
    if rule.count > 1:
        reach = with_cost_of_nth(reach, _costs_within(scene, rule, limit), rule.count)
    served = reach.cost <= limit
    return Served(served, ~served & (reach.edge_of_data >= limit), reach)


def _costs_within(scene: Scene, rule: Rule, limit: float) -> Costs:
    if rule.supply is None:
        raise AssertionError(f"rule {rule.id} has no supply")
    places = scene.places_of(rule.supply)
    if rule.by in WALKERS:
        return walking_costs(scene.ways.by_mode[mode_of(rule)], places, limit=limit)
    return straight_costs(places, scene.demand.point, limit=limit)


def reach_of(scene: Scene, rule: Rule) -> Reach:
    """The nearest place of a rule of one option, whatever its limit and count."""
    if rule.supply is None or rule.limit is None:
        raise AssertionError(f"rule {rule.id} has no supply or limit")
    scene = scene.of(rule)
    if rule.by in WALKERS:
        mode, key = mode_of(rule), supply_key(rule.supply)
        longest = scene.ways.by_mode[mode].limit
        if rule.limit > longest:
            raise AnalysisError(
                f"rule {rule.id!r} asks for {rule.limit:g} {mode.unit} and searches end at {longest:g}, so who is not "
                "served would not be known; raise the search limit in the parameters"
            )
        return scene.walks[key] if mode == PLAIN else scene.other_walks[(mode, key)]
    return scene.straights[supply_key(rule.supply)]


def surroundings(scene: Scene, rule: Rule) -> Surroundings:
    """The places within a rule's limit of every demand point."""
    if rule.supply is None or rule.within_m is None:
        raise AssertionError(f"rule {rule.id} has no supply or limit")
    places, layers = scene.places_of(rule.supply), scene.layers
    if rule.by == "walk":
        return surroundings_on_foot(scene.walking, places, scene.outside, limit=rule.within_m)
    edge_m = to_boundary_m(scene.demand.point, layers.coverage, rule.within_m)
    outside = shapely.points(layers.network.node_xy[scene.outside])
    return surroundings_straight(places, scene.demand.point, edge_m, outside, limit_m=rule.within_m)


def _provision(
    scene: Scene, measured: Measured, level: Level, residents: NDArray[np.float64], placement: int
) -> Figures:
    rule, near = measured.rule, measured.near
    if rule.supply is None:
        raise AssertionError(f"rule {rule.id} has no supply")
    if measured.shared:
        return provision.e2sfca(level, measured.shared[placement], residents)
    found = (
        provision.within(level, near, residents)
        if near is not None
        else provision.container(level, scene.places_of(rule.supply), residents)
    )
    return without_cut_off(found, level, residents, measured) if measured.scene is not None else found


def _building_count(scene: Scene, rule: Rule, level: Level) -> Figures:
    """Buildings of every use, each counted once where it stands, with any part inside the footprint."""
    shapes = scene.layers.buildings.geometry.to_numpy()
    exposed = _exposed(scene, rule, scene.buildings)
    inside, maybe = exposed.inside > 0, (exposed.inside == 0) & (exposed.unknown > 0)
    count, unknown = (_standing(level, shapes[chosen]) for chosen in (inside, maybe))
    return Figures(count, count, count + unknown, np.ones(len(count)), count, count, unknown, by_hazard=unknown > 0)


def _standing(level: Level, shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """How many of some buildings stand in each unit."""
    unit = containing(level.units, shapely.point_on_surface(shapes), _TOUCHING_M)
    return np.bincount(unit[unit >= 0], minlength=len(level.units)).astype(float)


def _exposed(scene: Scene, rule: Rule, shapes: Shapes) -> Exposed:
    layers = scene.layers
    return exposed_shares(layers, bound_hazards(rule, layers.study), shapes, least=rule.min_depth_m)
