"""Residents as points (addresses with counts) or polygons (blocks, cells of a grid) with a column of people.

A point belongs to the community in which it lies; a polygon is shared out among those it touches, by area.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely import STRtree

from layers.resident_pieces import KNOWN_SHARE, LAYER, LocatedResidents, cut_by, implausible, shares, told, with_unknown
from layers.role_schemas import residents_schema
from layers.schemas import POINTS, numbers, validate
from layers.types import Caveat, ResidentsRole
from spatial.datum_shift import moved
from spatial.errors import LayerError
from spatial.geometry import polygon_part, repaired

CELL_M = 100.0
"""Side of the squares in which the people of points are placed into homes: an address may stand at the kerb, and
its home across the corner."""
_NEAR_M = 100.0
"""People this close beyond the border may belong inside it, and are told; those farther away are somebody else's."""


def resident_points(features: gpd.GeoDataFrame, role: ResidentsRole, communities: gpd.GeoDataFrame) -> LocatedResidents:
    """Bring people who are known on the ground to the communities.

    Parameters
    ----------
    features : GeoDataFrame
        Points or polygons as read, in any CRS; `role` names the columns of counts.
    role : ResidentsRole
        ``nodata_is_nobody`` says what a community without any row means.
    communities : GeoDataFrame
        Index ``community_id``, polygons in the study's CRS.

    Returns
    -------
    LocatedResidents
        Counts [persons] by community. A community is unknown (NaN) where no row lies in it, unless the study
        says that then nobody lives there, and where more than 0.5 % of its points, or of the area of its
        polygons, have no count. A point on a border belongs to the first community by id. Pieces are the parts of
        polygons inside a community, squares of `CELL_M` around points, cut by it, and the rest of it, with nobody.
        Counts: ``points``, ``polygons``, ``repaired``, ``rows_without_count``, ``rows_without_community``,
        ``residents_outside``, ``residents_elsewhere``. Caveats: ``repaired``, ``residents_unknown``,
        ``residents_rows_unknown``, ``residents_outside``, ``residents_all_zero``, ``residents_implausible``,
        ``group_unknown``.

    Raises
    ------
    LayerError
        Columns are missing, counts are no numbers or negative, rows have no shape or are lines, or none lies in
        the communities. All faults are told at once.

    Notes
    -----
    Where no community is unknown, people of the rows = people of the communities + ``residents_outside`` (of
    polygons across the border and of points within 100 m of it) + ``residents_elsewhere``, for every group, exactly
    but for rounding of floats.
    """
    if features.empty:
        raise LayerError(
            f"{LAYER}: none of its rows lies near the communities, so nobody's number is known; check its CRS, or name "
            "the file of the right place"
        )
    validate(features, residents_schema(role))
    people = _people(features, role)
    placed, invalid = _placed(features, communities.crs)
    parts = _parts(placed, communities)
    if parts.empty:
        raise LayerError(
            f"{LAYER} ({role.origin.name}): none of its {len(features)} rows lies in a community, so nobody's number "
            "is known; check its CRS, or name the layer of the right place"
        )
    by_community = _by_community(parts, people, communities, nobody=role.nodata_is_nobody)
    unknown = by_community["population"].isna().to_numpy()
    pieces = with_unknown(_pieces(parts, people, communities), communities, unknown)
    whole = people["population"].fillna(0).to_numpy()
    inside = np.bincount(parts["row"], weights=parts["share"], minlength=len(whole))
    beyond = whole * np.clip(1 - inside, 0, None)
    close = _close(placed, inside > 0, communities)
    empty = int(people["population"].isna().sum())
    seen = {
        "points": int(placed.geom_type.isin(POINTS).sum()),
        "polygons": int((~placed.geom_type.isin(POINTS)).sum()),
        "repaired": int(invalid.sum()),
        "rows_without_count": empty,
        "rows_without_community": int((inside == 0).sum()),
        "residents_elsewhere": round(float(beyond[~close].sum())),
    }
    counts, caveats = told(by_community, float(beyond[close].sum()), seen)
    more: tuple[Caveat, ...] = (
        Caveat("repaired", LAYER, int(invalid.sum()), "features"),
        Caveat("residents_rows_unknown", LAYER, empty, "rows"),
        Caveat(
            "residents_all_zero", LAYER, len(by_community) * int((by_community["population"] == 0).all()), "communities"
        ),
    )
    more += implausible(by_community["population"], communities, role.population_column)
    return LocatedResidents(by_community, pieces, counts, (*caveats, *(c for c in more if c.count)))


def _people(features: gpd.GeoDataFrame, role: ResidentsRole) -> pd.DataFrame:
    columns = {"population": role.population_column, **role.groups}
    return pd.DataFrame({name: numbers(features[column]) for name, column in columns.items()})


def _placed(features: gpd.GeoDataFrame, crs: CRS) -> tuple[gpd.GeoSeries, NDArray[np.bool_]]:
    """Shapes in the study's CRS, valid; a polygon without area is a point, for people live in it all the same."""
    given = gpd.GeoSeries(features.geometry.to_numpy(), crs=features.crs)
    flat = given.geom_type.isin(POINTS).to_numpy()
    shapes = np.array([g if p else polygon_part(g) for g, p in zip(given, flat, strict=True)], dtype=object)
    first, invalid = repaired(gpd.GeoSeries(shapes, crs=features.crs))
    second, invalid_after = repaired(moved(first, crs, LAYER))
    points = moved(given, crs, LAYER).centroid.to_numpy()
    if not np.isfinite(shapely.get_coordinates(second.to_numpy())).all():
        raise LayerError(f"{LAYER}: cannot be placed in the study's CRS; check the CRS of the file")
    placed = second.to_numpy().copy()
    none = ~flat & ~(shapely.area(placed) > 0)
    placed[none] = points[none]
    return gpd.GeoSeries(placed, crs=crs), (invalid | invalid_after) & ~flat


def _parts(placed: gpd.GeoSeries, communities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Where the people of each row go, and the ground on which they live.

    ``row`` and ``community`` (positions), ``share`` of its people, ``point`` (bool), ``weight`` (m2, or points).
    """
    shapes, values = communities.geometry.to_numpy(), placed.to_numpy()
    areal = ~placed.geom_type.isin(POINTS).to_numpy()
    community, row, piece = cut_by(values, shapes, areal)
    area_m2 = shapely.area(piece)
    polygons = pd.DataFrame(
        {"row": row, "community": community, "share": shares(row, area_m2, shapely.area(values)), "point": False}
    )
    polygons["weight"] = area_m2
    table = pd.concat([polygons, _point_parts(values, ~areal, shapes)], ignore_index=True)
    squares = _squares(table[table["point"]], shapes)
    return gpd.GeoDataFrame(table.drop(columns=["x", "y"]), geometry=np.concatenate([piece, squares]), crs=placed.crs)


def _point_parts(values: NDArray[np.object_], chosen: NDArray[np.bool_], shapes: NDArray[np.object_]) -> pd.DataFrame:
    """Points inside a community; several points of one row share its people evenly."""
    rows = np.flatnonzero(chosen)
    points, part_of = shapely.get_parts(values[rows], return_index=True)
    community, number = STRtree(points).query(shapes, predicate="intersects")
    order = np.lexsort((community, number))
    number, first = np.unique(number[order], return_index=True)
    share = 1 / np.bincount(part_of, minlength=len(rows))[part_of]
    coordinates = shapely.get_coordinates(points[number])
    return pd.DataFrame(
        {
            "row": rows[part_of[number]], "community": community[order][first], "share": share[number], "point": True,
            "weight": share[number], "x": coordinates[:, 0], "y": coordinates[:, 1],
        }
    )  # fmt: skip


def _squares(points: pd.DataFrame, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """The square of a grid in which each point lies, cut by its community."""
    corner = np.floor(points[["x", "y"]].to_numpy(float) / CELL_M) * CELL_M
    keys, number = np.unique(
        np.column_stack([points["community"].to_numpy(float), corner]), axis=0, return_inverse=True
    )
    areas = shapes[keys[:, 0].astype(np.int64)]
    left, bottom = keys[:, 1], keys[:, 2]
    inside = _within(areas, shapely.box(left, bottom, left + CELL_M, bottom + CELL_M))
    # A point on the border, in the corner of its square, may leave no ground in it.
    none = ~(shapely.area(inside) > 0)
    around = shapely.buffer(shapely.points(left[none] + CELL_M / 2, bottom[none] + CELL_M / 2), CELL_M)
    inside[none] = _within(areas[none], around)
    squares: NDArray[np.object_] = inside[number.ravel()]
    return squares


def _within(areas: NDArray[np.object_], shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    return np.array([polygon_part(g) for g in shapely.intersection(areas, shapes)] + [None], dtype=object)[:-1]


def _by_community(
    parts: pd.DataFrame, people: pd.DataFrame, communities: gpd.GeoDataFrame, *, nobody: bool
) -> pd.DataFrame:
    """Sums over the rows; NaN where too many of them have no count, or there is none."""
    size, community, row = len(communities), parts["community"].to_numpy(), parts["row"].to_numpy()
    share, point = parts["share"].to_numpy(float), parts["point"].to_numpy(bool)
    anyone = np.bincount(community, minlength=size) > 0
    found = {}
    for name in people.columns:
        counts = people[name].to_numpy()[row]
        known = anyone | nobody
        for kind in (point, ~point):
            weight = parts["weight"].to_numpy(float) * kind
            whole = np.bincount(community, weights=weight, minlength=size)
            counted = np.bincount(community, weights=weight * ~np.isnan(counts), minlength=size)
            known = known & (counted >= KNOWN_SHARE * whole)
        total = np.bincount(community, weights=np.nan_to_num(counts) * share, minlength=size)
        found[name] = np.where(known, total, np.nan)
    return pd.DataFrame(found, index=communities.index)


def _pieces(parts: gpd.GeoDataFrame, people: pd.DataFrame, communities: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Pieces with their people, those of points added up by square; and what is left of each community, with nobody."""
    row, share = parts["row"].to_numpy(), parts["share"].to_numpy(float)
    counts = {name: np.nan_to_num(people[name].to_numpy()[row]) * share for name in people.columns}
    wkb = shapely.to_wkb(parts.geometry.to_numpy())
    ground = pd.DataFrame({"community": parts["community"].to_numpy(), "wkb": wkb, **counts})
    merged = ground.groupby(["community", "wkb"], sort=True).sum().reset_index()
    shapes = shapely.from_wkb(merged["wkb"].to_numpy())
    areas, number = communities.geometry.to_numpy(), merged["community"].to_numpy(np.int64)
    rest = [polygon_part(a.difference(shapely.union_all(shapes[number == n]))) for n, a in enumerate(areas)]
    left = np.array([n for n, ground in enumerate(rest) if ground.area > 0], dtype=np.int64)
    ids = communities.index.to_numpy()
    names = [f"piece/{k}@{ids[n]}" for k, n in enumerate(number)] + [f"rest@{ids[n]}" for n in left]
    people_of = {name: np.concatenate([merged[name].to_numpy(float), np.zeros(len(left))]) for name in people.columns}
    return gpd.GeoDataFrame(
        {"community_id": np.concatenate([ids[number], ids[left]]), **people_of},
        geometry=np.concatenate([shapes, np.array([rest[n] for n in left] + [None], dtype=object)[:-1]]),
        index=pd.Index(names, name="piece_id", dtype=object),
        crs=communities.crs,
    )


def _close(placed: gpd.GeoSeries, inside: NDArray[np.bool_], communities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Rows whose people may belong to a community although they lie beyond it."""
    points = placed.geom_type.isin(POINTS).to_numpy() & ~inside
    found = inside.copy()
    tree = STRtree(communities.geometry.to_numpy())
    near = tree.query(placed.to_numpy()[points], predicate="dwithin", distance=_NEAR_M)[0]
    found[np.flatnonzero(points)[near]] = True
    return found
