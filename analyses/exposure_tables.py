"""Who and what lies in each class of a hazard, and residents exposed in a year: the published tables.

Whatever a unit has is in exactly one row of every layer, so that the rows add up to its total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.annual_exposure import annual_groups, annual_table
from analyses.exposed_classes import ROUNDING, ByClass
from analyses.exposure_columns import EXPOSURE_FACILITIES
from analyses.exposure_groups import annual_of_groups, labels
from analyses.exposure_held import Held, hold
from analyses.groups import PublicGroups
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.units import Level


@dataclass(frozen=True)
class ExposureTables:
    """Columns of `exposure_columns`; without rows where there is nothing of the kind."""

    classes: pd.DataFrame
    facilities: pd.DataFrame
    groups: pd.DataFrame
    annual: pd.DataFrame
    annual_groups: pd.DataFrame


def exposure_tables(
    scene: Scene, levels: Mapping[str, Level], groups: PublicGroups, parameters: Parameters
) -> ExposureTables | None:
    """Who and what lies in each class of the study's hazards; None where it has no hazard layers.

    Parameters
    ----------
    scene : Scene
    levels : mapping of str to Level
    groups : PublicGroups
        What may be told of groups, and how homes lie in the hazards.
    parameters : Parameters
        ``parent_tolerance_m``.
    """
    hazards = scene.layers.study.hazards
    if not hazards:
        return None
    held = hold(scene, levels, groups.exposed, tolerance_m=parameters.parent_tolerance_m)
    residents = _residents(scene)
    together = annual_groups(hazards)
    return ExposureTables(
        pd.concat([_rows(scene, levels, held, hazard_id) for hazard_id in held.homes], ignore_index=True),
        _facilities(scene, levels, held),
        groups.exposure,
        annual_table(scene, levels, together, residents),
        annual_of_groups(groups.exposure, together),
    )


def _rows(scene: Scene, levels: Mapping[str, Level], held: Held, hazard_id: str) -> pd.DataFrame:
    """One row for every unit and class of a layer, the unknown and what lies outside included."""
    homes, buildings, spaces, streets = (
        by_hazard[hazard_id]
        for by_hazard in (held.homes, held.buildings.shares, held.spaces.shares, held.streets.shares)
    )
    residents, floor_m2 = _residents(scene), scene.weight("buildings")
    imputed = residents * scene.demand.table["imputed"].to_numpy(float)
    area_m2 = np.nan_to_num(scene.layers.spaces["area_m2"].to_numpy(float)) * ~held.facility
    strongest = _strongest(buildings)
    parts = []
    for level in levels.values():
        of_building, of_space, of_street = (
            things.member[level.name] for things in (held.buildings, held.spaces, held.streets)
        )
        for place, label in enumerate(labels(homes)):
            share = _column(homes, place)
            parts.append(
                pd.DataFrame({
                    "unit_id": level.units.index.astype(str),
                    "level": level.name,
                    "hazard_id": hazard_id,
                    "hazard_class": label,
                    "residents": level.sums(residents * share),
                    "residents_imputed": level.sums(imputed * share),
                    "floor_area_m2": level.sums(floor_m2 * share),
                    "buildings": _sums(level, of_building, (strongest == place).astype(float)),
                    "space_m2": _sums(level, of_space, area_m2 * _column(spaces, place)),
                    "street_m": _sums(level, of_street, held.street_m * _column(streets, place)),
                })
            )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _facilities(scene: Scene, levels: Mapping[str, Level], held: Held) -> pd.DataFrame:
    """One row for every unit, class of a layer and kind of facility that the unit has."""
    classes, of = np.unique(scene.layers.spaces["space_class"].to_numpy(str), return_inverse=True)
    parts = []
    for hazard_id, shares in held.spaces.shares.items():
        strongest, names = _strongest(shares), labels(shares)
        for level in levels.values():
            member = held.spaces.member[level.name]
            there = np.flatnonzero(held.facility & (member >= 0))
            pairs, row = np.unique(member[there] * len(classes) + of[there], return_inverse=True)
            count = np.zeros((len(pairs), len(names)))
            np.add.at(count, (row, strongest[there]), 1.0)
            unit, kind = np.divmod(np.repeat(pairs, len(names)), max(len(classes), 1))
            parts.append(
                pd.DataFrame({
                    "unit_id": level.units.index.to_numpy(str)[unit],
                    "level": level.name,
                    "hazard_id": hazard_id,
                    "hazard_class": np.tile(names, len(pairs)),
                    "space_class": classes[kind],
                    "facilities": count.ravel(),
                })
            )  # fmt: skip
    columns = [column.name for column in EXPOSURE_FACILITIES.columns]
    return pd.concat(parts, ignore_index=True)[columns]


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
    place: NDArray[np.int64] = np.where(found.unknown > ROUNDING, classes, classes + 1).astype(np.int64)
    for number in range(classes):
        place[found.shares[:, number] > ROUNDING] = number
    return place


def _sums(level: Level, member: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    inside = member >= 0
    return np.bincount(member[inside], weights=weights[inside], minlength=len(level.units)).astype(float)


def _residents(scene: Scene) -> NDArray[np.float64]:
    if scene.layers.residents is None:
        return np.full(len(scene.demand.table), np.nan)
    return scene.weight("population")
