"""Suggestions as a table, each with the named street that is nearest to its place; and what gaps say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.remedy import LOOK, Remedy
from analyses.remedy_none import Without


def with_codes(gaps: gpd.GeoDataFrame, found: Sequence[Remedy], nothing: Mapping[str, Without]) -> gpd.GeoDataFrame:
    """The gaps with the cheapest kind of what was found, or why there is none, and why to look at the map first.

    `nothing` holds a reason for every gap, which is told where nothing but a look at the map was found.
    """
    cheapest = {remedy.gap_id: remedy.kind for remedy in reversed(found) if remedy.kind != LOOK}
    why = {gap: none for gap, none in nothing.items() if gap not in cheapest}
    codes: dict[str, Mapping[str, str | None]] = {
        "remedy": cheapest,
        "no_remedy": {gap: str(none.why) for gap, none in why.items()},
        "no_remedy_tried": {gap: " ".join(none.tried) or None for gap, none in why.items()},
        "check_reason": {remedy.gap_id: remedy.reason for remedy in found if remedy.kind == LOOK},
    }
    columns = {
        name: pd.Series([of_gap.get(gap) for gap in gaps["gap_id"]], index=gaps.index, dtype=object)
        for name, of_gap in codes.items()
    }
    return gaps.assign(check_data=columns["check_reason"].notna().astype(float), **columns)


def remedies_table(found: Sequence[Remedy], scene: Scene, parameters: Parameters) -> gpd.GeoDataFrame:
    """Columns of `gap_columns.REMEDIES` without words, and what these are made of: a row a suggestion, in its order."""
    names = [field.name for field in fields(Remedy) if field.name not in ("kind", "point", "closes")]
    point = np.array([remedy.point for remedy in found], dtype=object)
    frame = pd.DataFrame(
        {
            "remedy_id": [f"{remedy.gap_id}/{remedy.kind}/{remedy.step}" for remedy in found],
            "remedy": [remedy.kind for remedy in found],
            "cost_order": [remedy.cost_order for remedy in found],
            "closes": [np.nan if remedy.closes is None else float(remedy.closes) for remedy in found],
            **{name: [getattr(remedy, name) for remedy in found] for name in names},
            "street": _streets(point, scene, parameters),
        }
    )
    return gpd.GeoDataFrame(frame, geometry=list(point), crs=scene.layers.communities.crs)


def _streets(point: NDArray[np.object_], scene: Scene, parameters: Parameters) -> list[str | None]:
    """The nearest named street of each point, the first of equally near ones; None where none is near."""
    streets = scene.layers.basemap.streets
    named: list[str | None] = [None] * len(point)
    there = np.flatnonzero(~shapely.is_missing(point))
    if "name" not in streets.columns or not len(there):
        return named
    kept = streets[(streets["name"].fillna("") != "") & (streets["street_class"] != "rail")]
    (at, street), away = STRtree(kept.geometry.to_numpy()).query_nearest(
        point[there], max_distance=parameters.remedies.street_m, return_distance=True
    )
    for i in np.lexsort((street, away, at))[::-1]:
        named[int(there[at[i]])] = str(kept["name"].iloc[street[i]])
    return named
