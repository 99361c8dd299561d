"""Residents known on the ground: pieces of it inside the communities, each with its people.

The pieces stay, so that people are placed into homes of their own piece and not of the whole community.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.names import examples
from layers.types import Caveat
from spatial.geometry import polygon_part

LAYER = "residents"
KNOWN_SHARE = 0.995
"""A community is known if this much of it is: borders and rasters never fit to the metre."""
_SPARSE_PER_KM2, _DENSE_PER_KM2 = 5.0, 100_000.0
"""Whole cities have more and fewer residents than that; counts of another unit mostly have not."""


@dataclass(frozen=True)
class LocatedResidents:
    """What a raster, points or polygons say about the communities."""

    by_community: pd.DataFrame
    """Index as the communities; ``population`` and groups [persons]; NaN is unknown."""
    pieces: gpd.GeoDataFrame
    """`Layers.resident_cells`."""
    counts: dict[str, int]
    caveats: tuple[Caveat, ...]


def cut_by(
    polygons: NDArray[np.object_], shapes: NDArray[np.object_], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.object_]]:
    """Community, polygon and shape of every part of a wanted polygon that lies in a community."""
    community, number = STRtree(polygons).query(shapes, predicate="intersects")
    order = np.lexsort((community, number))
    order = order[wanted[number[order]]]
    community, number = community[order], number[order]
    areas, piece = shapes[community], polygons[number].copy()
    shapely.prepare(areas)
    across = ~shapely.covers(areas, piece)
    piece[across] = [polygon_part(g) for g in shapely.intersection(areas[across], piece[across])]
    some = shapely.area(piece) > 0
    return community[some], number[some], piece[some]


def shares(
    number: NDArray[np.int64], area_m2: NDArray[np.float64], whole_m2: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Share of its polygon that each piece has: by area, and never more than a whole one where communities overlap."""
    claimed_m2 = np.bincount(number, weights=area_m2, minlength=len(whole_m2))
    found: NDArray[np.float64] = area_m2 / np.maximum(claimed_m2, whole_m2)[number]
    return found


def with_unknown(
    pieces: gpd.GeoDataFrame, communities: gpd.GeoDataFrame, unknown: NDArray[np.bool_]
) -> gpd.GeoDataFrame:
    """Every unknown community as one piece: its homes are there, whoever lives in them.

    Who lives in it is unknown as a whole, since a part of them would look like all of them.
    """
    if not unknown.any():
        return pieces
    whole = communities[unknown]
    left = pieces[~pieces["community_id"].isin(whole.index)]
    added = pieces_of(whole.index, "unknown", whole.geometry.to_numpy(), pieces)
    return gpd.GeoDataFrame(pd.concat([left, added]))


def pieces_of(
    community_ids: pd.Index, name: str, shapes: NDArray[np.object_], like: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """One piece a community, of which nothing is known (NaN), with the columns of `like`."""
    counts = {column: np.nan for column in like.columns if column not in ("community_id", "geometry")}
    return gpd.GeoDataFrame(
        {"community_id": community_ids.to_numpy(), **counts},
        geometry=shapes,
        index=pd.Index([f"{name}@{i}" for i in community_ids], name=like.index.name, dtype=object),
        crs=like.crs,
    )


def told(by_community: pd.DataFrame, outside: float, seen: dict[str, int]) -> tuple[dict[str, int], tuple[Caveat, ...]]:
    """Counts and caveats of residents on the ground: `seen`, their total, the unknown and those beyond the border."""
    unknown = by_community.index[by_community["population"].isna()]
    groups: Sequence[str] = [c for c in by_community.columns if c != "population"]
    counts = {
        **seen,
        **{name: round(float(by_community[name].sum())) for name in ("population", *groups)},
        "residents_outside": round(outside),
        "residents_unknown": len(unknown),
    }
    known = by_community["population"].notna()
    caveats = [
        Caveat("residents_unknown", LAYER, len(unknown), "communities", examples(unknown)),
        Caveat("residents_outside", LAYER, round(outside, 6), "residents"),
        *(
            Caveat("group_unknown", LAYER, int((known & by_community[g].isna()).sum()), "communities", g)
            for g in groups
        ),
    ]
    return counts, tuple(c for c in caveats if c.count)


def implausible(population: pd.Series, communities: gpd.GeoDataFrame, taken_as: str) -> tuple[Caveat, ...]:
    """A word of warning where residents of all communities that are known lie too thin or too dense for a city.

    Parameters
    ----------
    population
        On the index of `communities` [persons]; NaN is unknown. That nobody lives anywhere is told elsewhere.
    taken_as
        Column, or unit of a raster, by which they were counted.
    """
    known = population.notna()
    area_km2 = float(communities.geometry.area[known.to_numpy()].sum()) / 1e6
    residents = float(population.sum())
    if residents == 0 or _SPARSE_PER_KM2 <= residents / area_km2 <= _DENSE_PER_KM2:
        return ()
    return (Caveat("residents_implausible", LAYER, float(f"{residents / area_km2:.3g}"), "residents", taken_as),)
