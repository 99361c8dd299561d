"""Residents, buildings and public space by hazard and class, and residents exposed in a year: the published tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from analyses.annual_exposure import expected_annual
from analyses.exposed_classes import ByClass, Shapes, shares_by_class
from analyses.exposure import exposed_shares
from analyses.exposure_columns import EXPOSURE_ANNUAL
from analyses.measure import Scene
from analyses.units import Level, containing
from layers.types import HazardRole, Layers

ANY, INSIDE, UNKNOWN, OUTSIDE = "any", "inside", "unknown", "outside"
"""All layers that may judge; and the states beside classes."""
_JUDGING = ("official", "modelled")
_TOUCHING_M = 0.01
"""A building on the very border of a unit stands in one."""


@dataclass(frozen=True)
class ExposureTables:
    """Columns of `exposure_columns.EXPOSURE` and `exposure_columns.EXPOSURE_ANNUAL`."""

    classes: pd.DataFrame
    annual: pd.DataFrame


@dataclass(frozen=True)
class _Held:
    """Everything that is held against the hazards."""

    homes: Shapes
    buildings: Shapes
    spaces: Shapes
    stands_in: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64]]]
    """Level -> positions of the units in which buildings and spaces stand; -1 for none."""


def exposure_tables(scene: Scene, levels: Mapping[str, Level]) -> ExposureTables | None:
    """Who and what lies in each class of the study's hazards.

    Returns
    -------
    ExposureTables or None
        None where the assessments say it all: no layer has classes or unknown ground, and none several return periods.

    Notes
    -----
    Whatever a unit has is in exactly one row of every layer, so that rows add up to its total.
    """
    layers, hazards = scene.layers, scene.layers.study.hazards
    groups = annual_groups(hazards)
    if layers.hazard_unknown is None and not groups and not any(role.scale.names for role in hazards):
        return None
    held = _held(scene, levels)
    parts = [_rows(scene, levels, held, role.id, partial(shares_by_class, layers, role)) for role in hazards]
    judging = [role.id for role in hazards if role.status in _JUDGING]
    if len(judging) > 1:
        parts.append(_rows(scene, levels, held, ANY, partial(_together, layers, judging)))
    return ExposureTables(pd.concat(parts, ignore_index=True), _annual(scene, levels, groups))


def annual_groups(hazards: Sequence[HazardRole]) -> dict[tuple[str, str], dict[float, tuple[str, ...]]]:
    """Layers that may judge, by kind and scenario, then by return period, where there are at least two periods.

    Official layers where there are some, else modelled ones.
    """
    found: dict[tuple[str, str], dict[float, tuple[str, ...]]] = {}
    for key in dict.fromkeys((h.kind, h.scenario) for h in hazards):
        same = [h for h in hazards if (h.kind, h.scenario) == key and h.return_period_yr is not None]
        judging = [h for h in same if h.status == "official"] or [h for h in same if h.status == "modelled"]
        periods = sorted({h.return_period_yr for h in judging if h.return_period_yr is not None})
        if len(periods) > 1:
            found[key] = {t: tuple(h.id for h in judging if h.return_period_yr == t) for t in periods}
    return found


def _held(scene: Scene, levels: Mapping[str, Level]) -> _Held:
    layers = scene.layers
    buildings, spaces = layers.buildings.geometry.to_numpy(), layers.spaces.geometry.to_numpy()
    stands_in = {
        level.name: (
            containing(level.units, shapely.point_on_surface(buildings), _TOUCHING_M),
            containing(level.units, shapely.point_on_surface(spaces), _TOUCHING_M),
        )
        for level in levels.values()
    }
    homes, built, spaces_ = (
        Shapes(gpd.GeoSeries(list(shapes), crs=layers.communities.crs))
        for shapes in (scene.demand.home, buildings, spaces)
    )
    return _Held(homes, built, spaces_, stands_in)


def _together(layers: Layers, hazard_ids: Sequence[str], shapes: Shapes) -> ByClass:
    found = exposed_shares(layers, hazard_ids, shapes.series.to_numpy())
    return ByClass(("",), found.inside[:, None], found.unknown)


def _rows(
    scene: Scene, levels: Mapping[str, Level], held: _Held, hazard_id: str, shares: Callable[[Shapes], ByClass]
) -> pd.DataFrame:
    """One row for every unit and class of a layer, the unknown and what lies outside included."""
    homes, buildings, spaces = shares(held.homes), shares(held.buildings), shares(held.spaces)
    labels = [*(name or INSIDE for name in homes.names), UNKNOWN, OUTSIDE]
    residents = _residents(scene)
    floor_m2 = scene.weight("buildings")
    space_m2 = np.nan_to_num(scene.layers.spaces["area_m2"].to_numpy(float))
    strongest = _strongest(buildings)
    parts = []
    for level in levels.values():
        of_building, of_space = held.stands_in[level.name]
        for place, label in enumerate(labels):
            share = _column(homes, place)
            parts.append(
                pd.DataFrame({
                    "unit_id": level.units.index.astype(str),
                    "level": level.name,
                    "hazard_id": hazard_id,
                    "hazard_class": label,
                    "residents": level.sums(residents * share),
                    "floor_area_m2": level.sums(floor_m2 * share),
                    "buildings": _sums(level, of_building, (strongest == place).astype(float)),
                    "space_m2": _sums(level, of_space, space_m2 * _column(spaces, place)),
                })
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _column(found: ByClass, place: int) -> NDArray[np.float64]:
    """The share in one class, the share that is unknown, or the share outside."""
    classes = found.shares.shape[1]
    column: NDArray[np.float64] = (
        found.shares[:, place] if place < classes else (found.unknown if place == classes else found.outside)
    )
    return column


def _strongest(found: ByClass) -> NDArray[np.int64]:
    """Of each shape the place of the strongest class that it touches, else of unknown, else of outside."""
    classes = found.shares.shape[1]
    place: NDArray[np.int64] = np.where(found.unknown > 0, classes, classes + 1).astype(np.int64)
    for number in range(classes):
        place[found.shares[:, number] > 0] = number
    return place


def _sums(level: Level, member: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = member >= 0
    return np.bincount(member[inside], weights=weights[inside], minlength=len(level.units)).astype(float)


def _residents(scene: Scene) -> NDArray[np.float64]:
    if scene.layers.residents is None:
        return np.full(len(scene.demand.table), np.nan)
    return scene.weight("population")


def _annual(
    scene: Scene, levels: Mapping[str, Level], groups: Mapping[tuple[str, str], Mapping[float, tuple[str, ...]]]
) -> pd.DataFrame:
    """Residents exposed in a year, by unit, kind and scenario."""
    residents = _residents(scene)
    parts = []
    for (kind, scenario), by_period in groups.items():
        shares = [exposed_shares(scene.layers, ids, scene.demand.home) for ids in by_period.values()]
        for level in levels.values():
            low = np.column_stack([level.sums(residents * found.inside) for found in shares])
            high = np.column_stack([level.sums(residents * (found.inside + found.unknown)) for found in shares])
            parts.append(
                pd.DataFrame({
                    "unit_id": level.units.index.astype(str),
                    "level": level.name,
                    "kind": kind,
                    "scenario": scenario,
                    "hazard_ids": " ".join(hazard_id for ids in by_period.values() for hazard_id in ids),
                    "periods_yr": " ".join(f"{period:g}" for period in by_period),
                    "residents_yr": expected_annual(list(by_period), low),
                    "residents_yr_high": expected_annual(list(by_period), high),
                })
            )  # fmt: skip
    columns = [column.name for column in EXPOSURE_ANNUAL.columns]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
