"""Rules that ask what a hazard leaves: of streets and places while it lasts, or of places outside of it.

Each is measured by the code of other days in the scene that remains (`analyses.during`), twice where a hazard layer
leaves ground unsaid: as if nothing of it were closed, and as if all of it were. Whatever is there lies between the
two, for a larger hazard never improves anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.closures import Closures
from analyses.costs import Costs, place_of_entrances
from analyses.decay import NAMED
from analyses.during import During
from analyses.land_coverage import LAND, LandCoverage, land_coverage, polygons_of
from analyses.left_open import HAZARD_UNKNOWN, between, causes
from analyses.measure import Measured, Scene, measure, surroundings
from analyses.plan import bound_hazards
from analyses.profile import Rule, Supply
from analyses.provision import Surroundings, without_bound
from analyses.shared_during import shared_as_before
from analyses.site import Sites, tested
from analyses.supply import Places, supply_key
from layers.types import Layers

_ROUNDING = 1e-9


def measured_under_hazard(closed: Closures, rule: Rule) -> Measured:
    """A rule that has to hold while a hazard lasts, or whose places have to lie outside of one.

    Returns
    -------
    Measured
        reach: who lives inside a hazard that lasts is not served. provision: `Measured.bad` says who is cut off, for
        whom what is there is of no use. site: every place of other days, by what is left of it; one of which nothing
        is left does not pass. residential land: what lies inside a hazard that lasts is not covered.
        `Measured.at_worst`, `unsaid` and `unsized` are there where something leaves them open (`left_open.between`).

    Notes
    -----
    A larger hazard never serves anybody, provides anything or lets a place pass (a test of its width) that a smaller
    one does not. Options and walks of reach are left out: they are those of demand points, and of a home that is
    partly inside only some residents get to walk.
    """
    better = closed.better if rule.about_shelter else ()
    found = [_measured(each, rule) for each in (closed, *better)]
    why = causes([each.scene for each in better])
    if _unsaid(closed.scene.layers, rule):
        found, why = [_measured(at_worst(closed), rule), *found], [HAZARD_UNKNOWN, *why]
    return between(found, why)


def at_worst(closed: Closures) -> Closures:
    """The same if all ground closed of which hazard layers say nothing."""
    return closed.under(replace(closed.closing, unsaid=True))


def _unsaid(layers: Layers, rule: Rule) -> bool:
    """Whether the layers that a rule looks at leave any ground unsaid."""
    unknown = layers.hazard_unknown
    return unknown is not None and bool(unknown["hazard_id"].isin(bound_hazards(rule, layers.study)).any())


def _measured(closed: Closures, rule: Rule) -> Measured:
    scene, lefts = closed.scene, [closed.for_option(alone) for alone in rule.each]
    if rule.who == LAND:
        return _land(lefts, rule)
    if rule.kind == "reach":
        return _reach(lefts, rule)
    if rule.supply is None:
        raise AssertionError(f"rule {rule.id} has no supply")
    (left,) = lefts
    return _sites(scene, left, rule, rule.supply) if rule.kind == "site" else _provision(scene, left, rule, rule.supply)


def _reach(lefts: Sequence[During], rule: Rule) -> Measured:
    found = [measure(left.scene, replace(alone, during="")) for left, alone in zip(lefts, rule.each, strict=True)]
    served, unserved = np.any([m.good > 0 for m in found], axis=0), np.all([m.bad > 0 for m in found], axis=0)
    inside = lefts[0].inside
    return Measured(rule, served * (1 - inside), unserved * (1 - inside) + inside)


# --------------------------------------------------------------------------- provision


def _provision(scene: Scene, left: During, rule: Rule, supply: Supply) -> Measured:
    usual, now, nobody = scene.of(rule), left.scene.of(rule), np.zeros(len(left.inside))
    if rule.within_m is None:
        # Of refuges only those count in any case that a way leads into.
        kept = now.places_of(supply) if rule.about_shelter else entered_places(scene, left, supply)
        good, bad = _cut_off(usual, now, left.inside, rule)
        return Measured(rule, good, bad, scene=replace(now, places={**now.places, supply_key(supply): kept}))
    near = surroundings(now, rule)
    if rule.method == "e2sfca":
        before, decay = surroundings(usual, rule), NAMED[rule.decay](rule.within_m)
        piece_of = places_before(scene, left, rule)
        placements = (scene.weight("population"), *scene.other_residents)
        outside = 1 - left.inside
        shared = tuple(shared_as_before(before, near, piece_of, who, outside, decay) for who in placements)
        shared = tuple(without_bound(each, _of_those_outside(near, left.inside), decay) for each in shared)
        return Measured(rule, nobody, nobody, near=near, shared=shared, scene=now)
    good, bad = _cut_off(usual, now, left.inside, rule)
    return Measured(rule, good, bad, near=_of_those_outside(near, left.inside), scene=now)


def _cut_off(
    usual: Scene, now: Scene, inside: NDArray[np.float64], rule: Rule
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Who is for certain not cut off, and who is (shares of each home's residents, 0-1), as `survival` has it.

    Cut off is who lives inside, or walked to some place of the supply on other days and now walks to none. A straight
    line knows no streets, and outside of a hazard nobody is cut off.
    """
    outside, key = 1 - inside, "" if rule.supply is None else supply_key(rule.supply)
    if rule.by == "euclidean" or not rule.during or key not in usual.walks:
        return outside, inside
    after = now.walks[key]
    gone = np.isfinite(usual.walks[key].cost) & np.isinf(after.cost)
    return outside * ~gone, inside + outside * (gone & np.isinf(after.edge_of_data))


def _of_those_outside(near: Surroundings, inside: NDArray[np.float64]) -> Surroundings:
    """The surroundings of those homes alone of which a part lies outside."""
    dry = inside < 1 - _ROUNDING
    costs, kept = near.costs, dry[near.costs.point]
    return replace(
        near,
        costs=Costs(costs.point[kept], costs.place[kept], costs.cost[kept]),
        point_cut=near.point_cut & dry,
    )


# --------------------------------------------------------------------------- places


def places_before(scene: Scene, left: During, rule: Rule) -> NDArray[np.int64]:
    """For each place that is left of a rule's supply, the place of other days that it is a piece of."""
    if rule.supply is None:
        raise AssertionError(f"rule {rule.id} has no supply")
    usual, now = scene.of(rule), left.scene.of(rule)
    # Refuges are never cut in pieces: their rows are those of other days.
    of = np.arange(len(usual.layers.spaces)) if rule.about_shelter else left.spaces.of
    return _pieces_of(usual.places_of(rule.supply), now.places_of(rule.supply), of)


def _pieces_of(before: Places, after: Places, space_before: NDArray[np.int64]) -> NDArray[np.int64]:
    place_of_space = np.full(int(before.space.max(initial=-1)) + 1, -1, dtype=np.int64)
    place_of_space[before.space] = before.place
    found = np.full(len(after.geometry), -1, dtype=np.int64)
    found[after.place] = place_of_space[space_before[after.space]]
    return found


def entered_places(scene: Scene, left: During, supply: Supply) -> Places:
    """The places that are left and into which a way in leads that stays open.

    One that nobody knows a way into on other days counts then, and so does what is left of it.
    """
    before, after = scene.places_of(supply), left.scene.places_of(supply)
    usual, now = scene.walking.entrances, left.scene.walking.entrances
    had, has = np.zeros(len(before.geometry), dtype=bool), np.zeros(len(after.geometry), dtype=bool)
    had[_entered(place_of_entrances(usual, before)[usual.attachment.edge >= 0])] = True
    has[_entered(place_of_entrances(now, after)[now.attachment.edge >= 0])] = True
    return _chosen(after, has | ~had[_pieces_of(before, after, left.spaces.of)])


def _entered(place: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(place[place >= 0])


def _chosen(places: Places, kept: NDArray[np.bool_]) -> Places:
    """Some of the places, numbered anew."""
    number, of_space = np.cumsum(kept) - 1, kept[places.place]
    return replace(
        places,
        space=places.space[of_space],
        place=number[places.place[of_space]],
        geometry=places.geometry[kept],
        area_m2=places.area_m2[kept],
    )


def _sites(scene: Scene, left: During, rule: Rule, supply: Supply) -> Measured:
    """Every place of other days with an area; it passes if what is left of it does, all pieces together."""
    if rule.test is None:
        raise AssertionError(f"rule {rule.id} has no test")
    before, kept = scene.places_of(supply), entered_places(scene, left, supply)
    of = _pieces_of(before, kept, left.spaces.of)
    pieces = [kept.geometry[of == place] for place in range(len(before.geometry))]
    rest = np.array([shapely.union_all(those) for those in pieces], dtype=object)
    areal = np.flatnonzero(~np.isnan(before.area_m2))
    there = areal[shapely.area(rest[areal]) > 0] if len(areal) else areal
    remains = Places(before.key, before.space[:0], before.place[:0], rest[there], shapely.area(rest[there]))
    passed = np.zeros(len(before.geometry), dtype=bool)
    passed[there] = tested(remains, left.spaces.frame, rule.test).passed
    nobody = np.zeros(len(left.inside))
    return Measured(rule, nobody, nobody, sites=Sites(before.geometry[areal], passed[areal]), scene=left.scene)


# --------------------------------------------------------------------------- land


def _land(lefts: Sequence[During], rule: Rule) -> Measured:
    alone = [
        land_coverage(replace(option, during=""), left.scene.places, left.scene.layers)
        for left, option in zip(lefts, rule.each, strict=True)
    ]
    every = shapely.union_all(np.concatenate([alone[0].covered, alone[0].uncovered, alone[0].unknown]))
    wet = shapely.union_all(lefts[0].ground) if rule.during else shapely.Polygon()
    covered = shapely.difference(shapely.union_all([shapely.union_all(f.covered) for f in alone]), wet)
    short = shapely.intersection_all([shapely.union_all(f.uncovered) for f in alone])
    short = shapely.union_all([short, shapely.intersection(every, wet)])
    rest = shapely.difference(every, shapely.union_all([covered, short]))
    nobody = np.zeros(len(lefts[0].inside))
    found = LandCoverage(polygons_of(covered), polygons_of(short), polygons_of(rest))
    return Measured(rule, nobody, nobody, land=found)
