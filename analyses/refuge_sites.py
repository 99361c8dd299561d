"""Places that are, or could be, refuges: what of their ground can be used, and how many people that takes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses import refuge_ground
from analyses.profile import Supply
from analyses.refuge_ground import Taken
from analyses.refuge_shares import Grounds, KnownGround
from analyses.supply import Places, merge_places
from layers.refuge_roles import REFUGE_GRADES
from layers.refuge_rules import PackagedRefugeRules, RefugeTier
from layers.types import Layers

CANDIDATE, LISTED = "candidate", "listed"
_LEAST_M2 = 1.0
"""Less ground than this is a slip of drawing."""
_ALL_INSIDE = 1 - 1e-9
"""Share of an outline; less is left by rounding."""
_A_BUILDING = 0.9
"""An outline of which buildings cover this share is that of a building."""


@dataclass(frozen=True)
class RefugeSites:
    """Places that could take people in, usable or not."""

    table: gpd.GeoDataFrame
    """``refuge_id``, ``source`` (listed or candidate), ``list_id``, ``name``, ``grade``, ``area_m2``, ``open_m2``
    (without buildings and water), ``hazard_share`` and ``unknown_share`` (0-1), ``slope_share`` (NaN: unknown),
    ``effective_m2`` (NaN where the list tells persons alone), ``capacity`` [persons; NaN: unknown] and ``status``
    (usable, or why not, a code of `refuge_columns.REFUGE_STATUSES`); geometry: the whole outline."""
    space_place: Places | None
    """Of candidates: the spaces of `possible_spaces` that each is made of; `Places.place` is the row of the table. None
    where the study asks for none."""
    left_out: Mapping[str, int]
    """Candidates that no table tells of: too_small, too_narrow."""
    n_shared: int
    """Listed refuges of whose ground another one counts some."""
    grounds: Grounds


def refuge_sites(layers: Layers, tier: RefugeTier, rules: PackagedRefugeRules, taken: Taken) -> RefugeSites:
    """The listed refuges of a study and, where it asks for them, candidates.

    Parameters
    ----------
    layers : Layers
    tier : RefugeTier
        Whose numbers hold.
    rules : PackagedRefugeRules
        Of the grounds; `layers.study.refuge_rules.usable_share` stands before their shares.
    taken : Taken
        What counts is certain: ground of which a hazard layer says nothing is taken off as if it lay inside.

    Returns
    -------
    RefugeSites
        Candidates are places: spaces of the classes in ``rules/refuge.toml`` that touch or overlap are one. Of their
        ground nothing counts twice; what a listed refuge covers is none of a candidate's.
    """
    shares = {name: ground.share for name, ground in rules.grounds.items()} | dict(
        layers.study.refuge_rules.usable_share
    )
    tables, grounds, n_shared = [], [], 0
    if layers.refuges is not None:
        known = KnownGround.near(
            layers.refuges.geometry.to_numpy(), possible_spaces(layers), shares, rules.listed_ground.share
        )
        listed, n_shared, ground = _listed(layers.refuges, tier, known, taken, layers.buildings.geometry.to_numpy())
        tables.append(listed)
        grounds.append(ground)
    place, left_out = None, {"too_small": 0, "too_narrow": 0}
    if layers.study.refuge_rules.candidates:
        table, place, left_out, ground = _candidates(layers, tier, shares, taken)
        rows = sum(len(above) for above in tables)
        place = Places(place.key, place.space, place.place + rows, place.geometry, place.area_m2)
        tables.append(table)
        grounds.append(Grounds(place.place, ground.shape, ground.each))
    filled = [table for table in tables if len(table)] or tables[:1]
    table = gpd.GeoDataFrame(pd.concat(filled, ignore_index=True))
    return RefugeSites(table, place, left_out, n_shared, Grounds.joined(grounds))


# --------------------------------------------------------------------------- candidates


def _candidates(
    layers: Layers, tier: RefugeTier, shares: Mapping[str, float], taken: Taken
) -> tuple[gpd.GeoDataFrame, Places, dict[str, int], Grounds]:
    spaces = possible_spaces(layers)
    places = _open_places(spaces, tuple(shares))
    classes = spaces["space_class"].to_numpy(object)[places.space]
    shapes = spaces.geometry.to_numpy()[places.space]
    own = refuge_ground.by_class(shapes, classes, tuple(shares))
    open_ground = refuge_ground.without(own, np.concatenate([taken.built, _listed_ground(layers)]))
    safe = refuge_ground.without(open_ground, taken.unsafe)
    rows = [
        _candidate(np.flatnonzero(places.place == n), open_ground, safe, classes, shares, tier)
        for n in range(len(places.geometry))
    ]
    table = pd.DataFrame(rows, columns=["open_m2", "effective_m2", "status"])
    slope = refuge_ground.mean_slope_share(places.geometry, layers.elevation, layers.communities.crs)
    usable = (table["status"] == "usable").to_numpy()
    table.loc[usable & (slope > tier.max_slope_share.value), "status"] = "too_steep"
    table = table.assign(
        source=CANDIDATE, list_id="", grade=tier.grade, area_m2=places.area_m2, slope_share=slope,
        capacity=np.floor(table["effective_m2"] / tier.m2_per_person.value + 1e-9), **_named(spaces, places),
        **refuge_ground.shares_taken(places.geometry, taken),
    )  # fmt: skip
    left_out = {code: int((table["status"] == code).sum()) for code in ("too_small", "too_narrow")}
    kept = ~table["status"].isin(left_out).to_numpy()
    frame = gpd.GeoDataFrame(table[kept], geometry=list(places.geometry[kept]), crs=layers.communities.crs)
    member, share = kept[places.place], np.array([shares[name] for name in classes])
    each = np.column_stack([share, share / tier.m2_per_person.value]).reshape(-1, 2)
    there = _kept(places, kept)
    return frame, there, left_out, Grounds(there.place, open_ground[member], each[member])


def possible_spaces(layers: Layers) -> gpd.GeoDataFrame:
    """The public spaces, then the school grounds that are none, with the columns of `Layers.spaces`."""
    if layers.school_grounds is None or layers.school_grounds.empty:
        return layers.spaces
    return gpd.GeoDataFrame(pd.concat([layers.spaces, layers.school_grounds[list(layers.spaces.columns)]]))


def _open_places(spaces: gpd.GeoDataFrame, classes: tuple[str, ...]) -> Places:
    """Places of some classes; spaces mapped as points, of which nobody knows the ground, are none."""
    places = merge_places(spaces, Supply(classes))
    return _kept(places, ~np.isnan(places.area_m2), areas_of=spaces)


def _kept(places: Places, kept: NDArray[np.bool_], areas_of: gpd.GeoDataFrame | None = None) -> Places:
    """Some of the places, numbered anew; with `areas_of` without the points that lie in them."""
    member = kept[places.place] if len(places.place) else np.zeros(0, dtype=bool)
    if areas_of is not None:
        member &= shapely.get_dimensions(areas_of.geometry.to_numpy()[places.space]) == 2
    number = np.cumsum(kept) - 1
    return Places(
        places.key, places.space[member], number[places.place[member]], places.geometry[kept], places.area_m2[kept]
    )


def _candidate(
    members: NDArray[np.int64],
    open_ground: NDArray[np.object_],
    safe: NDArray[np.object_],
    classes: NDArray[np.object_],
    shares: Mapping[str, float],
    tier: RefugeTier,
) -> tuple[float, float, str]:
    """Open ground [m2], effective area [m2], and whether a place can be used."""
    least, of = tier.min_effective_m2.value, classes[members]
    whole, left = shapely.union_all(open_ground[members]), shapely.union_all(safe[members])
    open_m2 = float(shapely.area(whole))
    if refuge_ground.usable_m2(open_ground[members], of, shares, whole) < least:
        return open_m2, 0.0, "too_small"
    if refuge_ground.usable_m2(safe[members], of, shares, left) < least:
        return open_m2, 0.0, "in_hazard"
    wide = refuge_ground.wide_part(left, tier.min_width_m.value)
    effective_m2 = refuge_ground.usable_m2(safe[members], of, shares, wide)
    return (open_m2, effective_m2, "usable") if effective_m2 >= least else (open_m2, 0.0, "too_narrow")


def _named(spaces: gpd.GeoDataFrame, places: Places) -> dict[str, NDArray[np.object_]]:
    """Key and name of every place: those of its largest space."""
    area_m2 = spaces["area_m2"].to_numpy(float)[places.space]
    order = np.lexsort((places.space, -area_m2, places.place))
    first = places.space[order][np.flatnonzero(np.diff(places.place[order], prepend=-1))]
    ids, names = spaces.index.to_numpy(object)[first], spaces["name"].to_numpy(object)[first]
    return {"refuge_id": ids, "name": names}


def _listed_ground(layers: Layers) -> NDArray[np.object_]:
    if layers.refuges is None:
        return np.zeros(0, dtype=object)
    shapes: NDArray[np.object_] = layers.refuges.geometry.to_numpy()[~layers.refuges["planned"].to_numpy(bool)]
    areas: NDArray[np.object_] = shapes[shapely.get_dimensions(shapes) == 2]
    return areas


# --------------------------------------------------------------------------- lists


def _listed(
    refuges: gpd.GeoDataFrame, tier: RefugeTier, known: KnownGround, taken: Taken, houses: NDArray[np.object_]
) -> tuple[gpd.GeoDataFrame, int, Grounds]:
    """The refuges of the lists: their word counts, but for what lies in a hazard or is another refuge's ground.

    Persons as listed; else the listed effective area, else the open ground times the share of its kind
    (`KnownGround`), by the tier's area a person. Of an outline that is a building nobody knows how much of it takes
    people in.
    """
    refuges = refuges.reset_index()
    shapes = refuges.geometry.to_numpy()
    areal = shapely.get_dimensions(shapes) == 2
    outline_m2 = np.where(areal, shapely.area(shapes), np.nan)
    open_ground = refuge_ground.without(shapes, taken.built)
    open_m2 = np.where(areal, shapely.area(open_ground), np.nan)
    unbuilt = refuge_ground.without(shapes, houses)
    building = areal & (shapely.area(unbuilt) <= (1 - _A_BUILDING) * shapely.area(shapes))
    # What a list says of a hall is of its floor, so that its outline stands for it.
    ground = np.where(areal & ~building & (open_m2 >= _LEAST_M2), open_ground, shapes)
    said_m2, said = refuges["effective_m2"].to_numpy(float), refuges["capacity"].to_numpy(float)
    drawn_m2 = np.where(areal & ~building, known.usable_m2(open_ground), np.nan)
    closed = np.where(np.isnan(said), said_m2, said) == 0
    whole_m2 = np.where(closed, 0.0, np.where(np.isnan(said_m2), drawn_m2, said_m2))
    own = _own_ground(refuges, ground, np.isnan(said) & np.isnan(whole_m2), closed)
    left = own.copy()
    left[areal] = refuge_ground.without(own[areal], taken.unsafe)
    lost = refuge_ground.shares_taken(shapes, taken)
    in_hazard = lost["hazard_share"] + lost["unknown_share"]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(areal, shapely.area(left) / shapely.area(ground), (1 - in_hazard) * ~shapely.is_empty(own))
    drawn = np.isnan(said) & np.isnan(said_m2) & ~np.isnan(drawn_m2)
    left_m2 = np.where(drawn, known.usable_m2(left), whole_m2 * share)
    capacity = np.floor(np.where(np.isnan(said), left_m2 / tier.m2_per_person.value, said * share) + 1e-9)
    effective_m2 = np.where(np.isnan(said_m2) & ~np.isnan(said), np.nan, left_m2)
    elsewhere = shapely.is_empty(own) | (areal & (shapely.area(own) < _LEAST_M2))
    status = _listed_status(refuges, tier, capacity, lost, elsewhere, closed)
    table = refuges.assign(
        source=LISTED, area_m2=outline_m2, open_m2=open_m2, slope_share=np.nan, effective_m2=effective_m2,
        capacity=capacity, status=status, **lost,
    )  # fmt: skip
    shared = shapely.area(ground) - shapely.area(own) >= _LEAST_M2
    persons = np.where(np.isnan(said), whole_m2 / tier.m2_per_person.value, said)
    evenly = Grounds.evenly(own, ground, np.column_stack([whole_m2, persons]), areal & ~drawn)
    grounds = Grounds.joined((evenly, known.grounds(own, drawn, tier.m2_per_person.value)))
    return gpd.GeoDataFrame(table.drop(columns=["planned"])), int((shared | elsewhere).sum()), grounds


def _own_ground(
    refuges: gpd.GeoDataFrame, ground: NDArray[np.object_], unsaid: NDArray[np.bool_], closed: NDArray[np.bool_]
) -> NDArray[np.object_]:
    """What of each ground no other refuge counts, so that nobody stands on it twice.

    The higher grade counts it, for it serves every rule that a lower one does; of two of one grade the first of the
    lists; last what tells no capacity. What is only planned, or closed, takes nothing off and loses nothing.
    """
    there = ~refuges["planned"].to_numpy(bool) & ~closed
    name = np.where(unsaid, "unsaid", refuges["grade"].to_numpy(object))
    own = ground.copy()
    own[there] = refuge_ground.by_class(ground[there], name[there], (*REFUGE_GRADES[::-1], "unsaid"))
    return own


def _listed_status(
    refuges: gpd.GeoDataFrame,
    tier: RefugeTier,
    capacity: NDArray[np.float64],
    lost: Mapping[str, NDArray[np.float64]],
    elsewhere: NDArray[np.bool_],
    closed: NDArray[np.bool_],
) -> NDArray[np.object_]:
    status = np.full(len(refuges), "usable", dtype=object)
    status[np.isnan(capacity)] = "capacity_unknown"
    status[(capacity < 1) & (lost["hazard_share"] + lost["unknown_share"] > 0)] = "in_hazard"
    status[np.isnan(capacity) & (lost["hazard_share"] >= _ALL_INSIDE)] = "in_hazard"
    grade = np.array([REFUGE_GRADES.index(name) for name in refuges["grade"]], dtype=np.int64)
    status[grade < REFUGE_GRADES.index(tier.grade)] = "lower_grade"
    status[elsewhere] = "counted_elsewhere"
    status[closed] = "closed"
    status[refuges["planned"].to_numpy(bool)] = "planned"
    return status
