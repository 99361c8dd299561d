"""A layer that sits beside the map extract: shifted as a whole, and by which datum most likely.

Points scraped from a Chinese web map look like WGS 84 and lie 300 to 1,200 m away. Nothing in a file tells; that
outlines suddenly fall on those of the map once the shift is undone does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from shapely import STRtree

from layers.origins import DATUMS, AnyOrigin
from layers.types import Caveat, Study
from layers.units import layer_name
from spatial.datum import from_wgs84, in_mainland_china, to_wgs84
from spatial.datum_shift import WGS84, is_modern

NEAR_M = 15.0
"""An outline that lies this near one of the map's agrees with it: drawings of the same thing differ by some metres."""
LEAST_FEATURES, LEAST_POINTS = 8, 30
"""Fewer agree with anything by chance."""
LEAST_AGREEMENT, LEAST_GAIN = 0.35, 0.2
"""Share of points that have to agree after the shift is undone, and how much more than before and than by chance."""
_POINTS_LIMIT = 2_000
_FARTHEST_M, _CELL_M = 1_500.0, 20.0
_LEAST_OFFSET_M = 30.0
"""Smaller offsets are those of drawing."""
_SAME_SHIFT_M = 25.0

XY = NDArray[np.float64]


@dataclass(frozen=True)
class Suspicion:
    """That a layer is shifted as a whole."""

    datum: str
    """gcj02, bd09 or wgs84, if undoing that puts it right; empty for any other offset."""
    offset_m: float
    """How far it lies away from the map."""
    bearing_deg: float
    """In which direction, from north over east."""
    agreement_before: float
    """Share (0-1) of its points that lie within `NEAR_M` of the map's, as it is."""
    agreement_after: float
    """The same with the shift undone."""

    def caveat(self, layer: str, rows: int) -> Caveat:
        """What a reader has to know of it."""
        offset = f"{self.offset_m:,.0f} m, {self.bearing_deg:.0f}°"
        if self.datum:
            name = {"gcj02": "GCJ-02", "bd09": "BD-09", "wgs84": "WGS 84"}[self.datum]
            return Caveat("datum_suspected", layer, rows, "features", f"{name} ({offset})")
        return Caveat("offset_suspected", layer, rows, "features", offset)


def suspected_datum(
    layer: gpd.GeoSeries, reference: gpd.GeoSeries, crs: CRS, *, declared: str = "wgs84"
) -> Suspicion | None:
    """Find whether a layer fits the map much better once a shift is undone.

    Parameters
    ----------
    layer, reference
        In `crs`, metric: sites, buildings or whatever is on the map too, and the map's public spaces, buildings or
        ways. Neither has to be complete, and they may differ in what they hold.
    declared
        The datum from which the layer was brought back already: that it should not have been is found too.

    Returns
    -------
    Suspicion or None
        None where the layer fits as it is, nothing fits better, or there is too little to tell.

    Notes
    -----
    Points of outlines (single points as they are) are counted that lie within `NEAR_M` of the reference: as they are,
    with each other datum undone, with the offset undone that most pairs of shapes of like size vote for, and with
    eight offsets of the same length in other directions. That last is what agrees by chance, which in a dense
    street network is much. A datum or offset is named only if it wins clearly over all of these.
    """
    shapes, others = _solid(layer), _solid(reference)
    if len(shapes) < LEAST_FEATURES or not len(others):
        return None
    points = _points(shapes)
    if len(points) < LEAST_POINTS:
        return None
    options = list(_hypotheses(points, shapes, others, crs, declared))
    if not options:
        return None
    tree = _tree(others, int(shapely.get_dimensions(shapes).max()))
    before = _agreement(points, tree)
    centre = points.mean(axis=0)
    best: Suspicion | None = None
    for datum, moved in options:
        offset = (points - moved).mean(axis=0)
        length_m = float(np.hypot(*offset))
        after = _agreement(moved, tree)
        if length_m < _LEAST_OFFSET_M or (best is not None and after < best.agreement_after + 0.02):
            continue
        if after < max(LEAST_AGREEMENT, before + LEAST_GAIN):
            continue
        if after >= _by_chance(points, offset, tree) + LEAST_GAIN:
            best = Suspicion(datum, length_m, _bearing(centre, offset, crs), before, after)
    return best


def _hypotheses(
    points: XY, shapes: NDArray[np.object_], others: NDArray[np.object_], crs: CRS, declared: str
) -> Iterator[tuple[str, XY]]:
    """The points with each possible shift undone; the datums first, and an offset that is none of theirs."""
    known: list[XY] = []
    degrees = (
        crs.geodetic_crs if is_modern(crs) else CRS(WGS84)
    )  # a change of datum costs a search, and no modern one matters
    there = Transformer.from_crs(crs, degrees, always_xy=True)
    if bool(in_mainland_china(*there.transform(*points.mean(axis=0)))):
        back = Transformer.from_crs(degrees, crs, always_xy=True)
        raw = from_wgs84(*there.transform(points[:, 0], points[:, 1]), declared)
        for datum in DATUMS:
            if datum != declared:
                moved = np.column_stack(back.transform(*to_wgs84(*raw, datum)))
                known.append((points - moved).mean(axis=0))
                yield datum, moved
    voted = _voted(shapes, others)
    if voted is not None and all(np.hypot(*(voted - offset)) > _SAME_SHIFT_M for offset in known):
        yield "", points - voted


def _voted(shapes: NDArray[np.object_], others: NDArray[np.object_]) -> XY | None:
    """The offset for which most pairs of polygons of like size vote; None without polygons, or a clear winner."""
    mine, theirs = (_sized(values) for values in (shapes, others))
    if not len(mine[0]) or not len(theirs[0]):
        return None
    tree = STRtree(shapely.points(theirs[0]))
    one, other = tree.query(shapely.points(mine[0]), predicate="dwithin", distance=_FARTHEST_M)
    alike = np.abs(np.log(mine[1][one] / theirs[1][other])) < 0.1
    votes = mine[0][one[alike]] - theirs[0][other[alike]]
    if len(votes) < LEAST_FEATURES:
        return None
    cells = np.floor(votes / _CELL_M).astype(np.int64)
    found, count = np.unique(cells, axis=0, return_counts=True)
    order = np.argsort(-count, kind="stable")
    if count[order[0]] < max(LEAST_FEATURES / 2, 5 * float(np.mean(count))):
        return None
    middle = (found[order[0]] + 0.5) * _CELL_M
    close = votes[np.hypot(*(votes - middle).T) < 2 * _CELL_M]
    voted: XY = np.median(close, axis=0)
    return voted


def _sized(values: NDArray[np.object_]) -> tuple[XY, NDArray[np.float64]]:
    polygons = values[shapely.area(values) > 0]
    return shapely.get_coordinates(shapely.centroid(polygons)), shapely.area(polygons)


def _by_chance(points: XY, offset: XY, tree: STRtree) -> float:
    """The best agreement of offsets as long as that, in other directions."""
    turns = np.radians(np.arange(45, 360, 45))
    others = [_turned(offset, turn) for turn in turns]
    return max(_agreement(points - other, tree) for other in others)


def _turned(offset: XY, turn: float) -> XY:
    return np.array(
        [offset[0] * np.cos(turn) - offset[1] * np.sin(turn), offset[0] * np.sin(turn) + offset[1] * np.cos(turn)]
    )


def _agreement(points: XY, tree: STRtree) -> float:
    hit, _ = tree.query(shapely.points(points), predicate="dwithin", distance=NEAR_M)
    return len(np.unique(hit)) / len(points)


def _tree(others: NDArray[np.object_], dimension: int) -> STRtree:
    """Points agree with what they lie in, outlines with outlines."""
    if dimension == 0:
        return STRtree(others)
    parts = shapely.get_parts(np.where(shapely.get_dimensions(others) == 2, shapely.boundary(others), others))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    same = line[1:] == line[:-1]
    pieces = shapely.linestrings(np.stack([xy[:-1][same], xy[1:][same]], axis=1))  # found faster than long outlines
    return STRtree(np.concatenate([pieces, parts[shapely.get_dimensions(parts) == 0]]))


def _solid(series: gpd.GeoSeries) -> NDArray[np.object_]:
    values: NDArray[np.object_] = series.to_numpy()
    there: NDArray[np.object_] = values[~(shapely.is_missing(values) | shapely.is_empty(values))]
    return there


def _points(shapes: NDArray[np.object_]) -> XY:
    """Vertices, evenly chosen where there are many."""
    xy: XY = shapely.get_coordinates(shapes)
    step = -(-len(xy) // _POINTS_LIMIT)
    return xy[::step]


def _bearing(centre: XY, offset: XY, crs: CRS) -> float:
    change = Transformer.from_crs(crs, WGS84, always_xy=True)
    one, other = change.transform(*(centre - offset)), change.transform(*centre)
    return float(Geod(ellps="WGS84").inv(*one, *other)[0]) % 360


def shift_caveats(
    name: str, features: gpd.GeoDataFrame, reference: gpd.GeoSeries, origin: AnyOrigin
) -> tuple[Caveat, ...]:
    """What a reader has to know of where a layer lies beside the map: nothing, or that it is shifted.

    Parameters
    ----------
    name
        The layer, as caveats call it.
    features
        As read, in any CRS.
    reference
        The map's shapes of the same kind, in the study's CRS.
    """
    found = suspected_datum(features.geometry.to_crs(reference.crs), reference, reference.crs, declared=origin.datum)
    return () if found is None else (found.caveat(name, len(features)),)


def units_beside_streets(
    study: Study, communities: gpd.GeoDataFrame, parents: Mapping[str, gpd.GeoDataFrame], streets: gpd.GeoSeries
) -> Iterator[Caveat]:
    """That communities or parents are shifted as a whole: their borders run along streets.

    Those that the map itself has need no look. Hazards get none: what floods keeps to no line of the map.
    """
    read = [(study.communities, communities), *((role, parents[role.level]) for role in study.parents)]
    for role, frame in read:
        if role.origin is not None:
            yield from shift_caveats(layer_name(role), frame, streets, role.origin)
