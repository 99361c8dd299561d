"""What each rule measures, for every demand point and every level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.access import Reach, Walking, by_walk, straight
from analyses.exposure import covered_share, footprint
from analyses.parameters import Parameters
from analyses.plan import bound_hazards
from analyses.profile import Rule, Supply
from analyses.provision import container_area_m2
from analyses.residents import Demand, other_placements
from analyses.supply import Places, merge_places, supply_key
from analyses.units import Level, containing
from analyses.verdict import Figures
from layers.types import Layers

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
    """By `supply_key`."""
    other_residents: tuple[NDArray[np.float64], ...]
    """Residents of every demand point under other ways of placing them."""

    def weight(self, who: str) -> NDArray[np.float64]:
        """Residents or residential floor area of every demand point."""
        table = self.demand.table
        weight: NDArray[np.float64] = table["population" if who == "population" else "floor_area_m2"].to_numpy(float)
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


def scene(
    layers: Layers, demand: Demand, walking: Walking, supplies: tuple[Supply, ...], parameters: Parameters
) -> Scene:
    """Merge the places of every supply and search for them once."""
    places = {supply_key(s): merge_places(layers.spaces, s) for s in supplies}
    walks = {key: by_walk(walking, p) for key, p in places.items()}
    others = {} if layers.residents is None else other_placements(demand, layers.residents, parameters)
    return Scene(layers, demand, walking, places, walks, tuple(others.values()))


def measure(scene: Scene, rule: Rule) -> Measured:
    """Measure a rule at every demand point.

    reach: served within the limit (inclusive); where the search may have left the data before the
    limit and found nothing, neither good nor bad: unknown. exposure: the share of the home inside
    the footprint. provision is a figure of units; at demand points it is neither.
    """
    points = len(scene.demand.table)
    if rule.kind == "reach" and rule.supply is not None and rule.within_m is not None:
        reach = _reach(scene, rule)
        served = reach.distance_m <= rule.within_m
        unserved = ~served & (reach.edge_of_data_m >= rule.within_m)
        return Measured(rule, served.astype(float), unserved.astype(float), reach)
    if rule.kind == "exposure":
        shapes = footprint(scene.layers.hazards, bound_hazards(rule, scene.layers.study))
        exposed = covered_share(scene.demand.home, shapes)
        return Measured(rule, 1 - exposed, exposed)
    return Measured(rule, np.zeros(points), np.zeros(points))


def figures(scene: Scene, measured: Measured, level: Level) -> Figures:
    """Add a rule up over the units of a level, from residents and never from averages."""
    return _figures(scene, measured, level, scene.weight(measured.rule.who))


def other_figures(scene: Scene, measured: Measured, level: Level) -> tuple[Figures, ...]:
    """The same under other ways of placing residents; none for rules that are not about residents."""
    if measured.rule.who != "population":
        return ()
    return tuple(_figures(scene, measured, level, residents) for residents in scene.other_residents)


def _figures(scene: Scene, measured: Measured, level: Level, weight: NDArray[np.float64]) -> Figures:
    rule = measured.rule
    if rule.who == "building_count":
        return _building_count(scene, rule, level)
    total = level.sums(weight)
    if rule.kind == "provision" and rule.supply is not None:
        return _provision(scene, rule.supply, level, total)
    good, bad = level.sums(weight * measured.good), level.sums(weight * measured.bad)
    unknown = np.maximum(total - good - bad, 0.0)
    unknown[unknown < 1e-9 * np.nan_to_num(total)] = 0.0
    counted = good if rule.kind == "reach" else bad
    with np.errstate(divide="ignore", invalid="ignore"):
        value, low = 100 * counted / (good + bad), 100 * counted / total
        high = 100 * (counted + unknown) / total
    return Figures(value, low, high, total, good, bad, unknown)


def _reach(scene: Scene, rule: Rule) -> Reach:
    if rule.supply is None or rule.within_m is None:
        raise AssertionError(f"rule {rule.id} has no supply or limit")
    if rule.by == "walk":
        return scene.walks[supply_key(rule.supply)]
    layers = scene.layers
    return straight(
        layers.spaces, scene.places_of(rule.supply), scene.demand.point, layers.coverage, limit_m=scene.walking.limit_m
    )


def _building_count(scene: Scene, rule: Rule, level: Level) -> Figures:
    """Buildings of every use, each counted once where it stands, with any part inside the footprint."""
    shapes = scene.layers.buildings.geometry.to_numpy()
    inside = covered_share(shapes, footprint(scene.layers.hazards, bound_hazards(rule, scene.layers.study))) > 0
    unit = containing(level.units, shapely.point_on_surface(shapes[inside]), _TOUCHING_M)
    count = np.bincount(unit[unit >= 0], minlength=len(level.units)).astype(float)
    return Figures(count, count, count, np.ones(len(count)), count, count, np.zeros(len(count)))


def _provision(scene: Scene, supply: Supply, level: Level, total: NDArray[np.float64]) -> Figures:
    area_m2 = container_area_m2(level.units, scene.places_of(supply))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(total > 0, area_m2 / total, np.nan)
    nobody = np.full(len(total), np.nan)
    return Figures(value, value, value, total, nobody, total, np.zeros(len(total)))
