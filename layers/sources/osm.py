"""An OSM extract (``.osm.pbf``, ``.osm``) as walkable ways, areas, lines and points in the study's CRS."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from numpy.typing import NDArray
from osmium import osm
from pyproj import CRS, Transformer

from layers.extract import OsmExtract
from layers.osm_elements import element_rules
from layers.sources.files import head, said
from layers.sources.osm_pass import Elements, collect
from layers.types import Origin
from spatial.errors import LayerError, SourceError
from spatial.network import WalkAreas, WalkWays

_HEADER_DATE = "osmosis_replication_timestamp"


def read_osm(origin: Origin, crs: CRS) -> OsmExtract:
    """Read an OSM extract once, by the rules in ``layers/rules``.

    Ways that refer to nodes outside the extract are cut there. Multipolygons that the reader
    refuses are assembled by the roles of their members.

    Parameters
    ----------
    origin
        The file. OSM coordinates are EPSG:4326 by definition, so its `crs` is not consulted.
    crs
        Metric CRS of the study.

    Returns
    -------
    OsmExtract
        ``counts``: ``ways_walkable``, ``not_walkable.<rule>`` (ways by the rule that turned them
        away), ``ways_cut`` and ``nodes_missing``, ``ways_without_length``, ``squares``, ``areas``,
        ``lines``, ``points``, ``relations_incomplete`` (members lie outside the extract),
        ``areas_assembled_by_roles``, ``areas_lost`` (not even by roles), ``areas_repaired``
        (invalid after projection), ``squares_without_rings``.

    Raises
    ------
    SourceError
        If the file is missing, may not be read, is broken, truncated or not OSM.
    LayerError
        If it has no walkable way, or its coordinates do not exist in the study's CRS.
    """
    path = origin.path
    found, date = _read(path)
    if not found.walk:
        raise LayerError(
            f"OSM extract '{path.name}' has no way that can be walked, so no distance can be measured; "
            "use an extract of the whole study area with its streets, ordered nodes before ways (osmium sort)"
        )
    areas, pieces, points, rings = _projected(found, crs, path)
    areas, repaired = _valid(areas)
    counts = dict(sorted(found.counts.items())) | {
        "areas_repaired": repaired,
        "ways_walkable": len({piece.way_id for piece in found.walk}),
        "squares": len(set(found.square_ids)),
        "areas": len(areas),
        "lines": len(found.line_ids),
        "points": len(points),
    }
    return OsmExtract(
        ways=_walk_ways(found, pieces, crs),
        squares=_walk_areas(found, rings),
        areas=_frame(found.area_ids, found.area_tags, areas, crs),
        lines=_frame(found.line_ids, found.line_tags, _whole_lines(found, pieces), crs),
        points=_frame(found.point_ids, found.point_tags, points, crs),
        date=date,
        counts=counts,
    )


def _read(path: Path) -> tuple[Elements, str]:
    """The elements of a file and its date, or one clear error."""
    if not path.is_file():
        raise SourceError(
            f"OSM extract '{path}' does not exist; nothing can be measured without it; "
            "correct [osm] path in the study file, which is relative to that file"
        )
    head(path, 1)  # osmium says of a file that it may not read what it says of a broken one
    try:
        reader = osmium.io.Reader(str(path), osm.NOTHING)
        header_date = reader.header().get(_HEADER_DATE, "")
        reader.close()
        found = collect(path, element_rules(), find_date=not header_date)
    except RuntimeError as fault:
        raise SourceError(
            f"OSM extract '{path.name}' cannot be read{said(fault)}; it is truncated, broken or not "
            "an OSM file, and half a street network would give wrong distances; download or export it again as .osm.pbf"
        ) from fault
    return found, header_date or found.newest


def _projected(
    found: Elements, crs: CRS, path: Path
) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.object_], NDArray[np.float64]]:
    """Areas, line pieces, points, and the vertices of squares, in the study's CRS by one call."""
    kinds = [
        _from_hex(found.area_wkb),
        _from_hex(found.piece_wkb),
        shapely.points(np.array(found.point_xy, dtype=float).reshape(-1, 2)),
    ]
    everything = np.concatenate(kinds)
    ring_xy = np.array([(x, y) for rings in found.square_rings for ring in rings for _, x, y in ring], dtype=float)
    degrees = np.concatenate([shapely.get_coordinates(everything), ring_xy.reshape(-1, 2)])
    to_metres = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    metres = np.column_stack(to_metres.transform(degrees[:, 0], degrees[:, 1]))
    lost = np.count_nonzero(~np.isfinite(metres).all(axis=1))
    if lost:
        raise LayerError(
            f"OSM extract '{path.name}': {lost} of {len(metres)} vertices have no coordinates in {crs.to_string()}; "
            "they would vanish; set [study] crs to the zone in which the extract lies"
        )
    split = len(metres) - len(ring_xy)
    everything = shapely.set_coordinates(everything, metres[:split])
    ends = np.cumsum([len(kind) for kind in kinds])
    areas, pieces, points = np.split(everything, ends[:-1])
    single = shapely.get_num_geometries(areas) == 1
    areas[single] = shapely.get_geometry(areas[single], 0)
    return areas, pieces, points, metres[split:]


def _from_hex(wkb: list[str]) -> NDArray[np.object_]:
    """Geometries from the reader's hexadecimal WKB. From bytes shapely is five times as fast."""
    return np.asarray(shapely.from_wkb(np.array([bytes.fromhex(text) for text in wkb], dtype=object)))


def _valid(areas: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Areas made valid where projecting has made a ring touch itself, and how many."""
    invalid = np.flatnonzero(~shapely.is_valid(areas))
    repaired = areas.copy()
    for i in invalid:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(areas[i])))
        polygons = [part for part in parts if part.geom_type == "Polygon"]
        repaired[i] = shapely.union_all(polygons)
    return repaired, len(invalid)


def _whole_lines(found: Elements, pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    """One geometry a way: a LineString, or a MultiLineString of the pieces that are there."""
    owner = np.array(found.piece_line, dtype=np.int64)
    several = np.bincount(owner, minlength=len(found.line_ids)) > 1
    lines = np.empty(len(found.line_ids), dtype=object)
    alone = ~several[owner]
    lines[owner[alone]] = pieces[alone]
    for line in np.flatnonzero(several):
        lines[line] = shapely.MultiLineString(list(pieces[owner == line]))
    return lines


def _walk_ways(found: Elements, pieces: NDArray[np.object_], crs: CRS) -> WalkWays:
    """The walkable pieces as flat arrays."""
    walk = found.walk
    lines = pieces[np.array([piece.piece for piece in walk], dtype=np.int64)]
    offset = np.concatenate([[0], np.cumsum(shapely.get_num_coordinates(lines))]).astype(np.int64)
    cut = np.zeros(offset[-1], dtype=bool)
    cut[offset[:-1]] = [piece.cut_first for piece in walk]
    cut[offset[1:] - 1] |= np.array([piece.cut_last for piece in walk], dtype=bool)
    return WalkWays(
        crs=crs,
        way_id=np.array([piece.way_id for piece in walk], dtype=np.int64),
        offset=offset,
        node_id=np.array([ref for piece in walk for ref in piece.refs], dtype=np.int64),
        xy=shapely.get_coordinates(lines),
        cut=cut,
        highway=np.array([piece.highway for piece in walk], dtype=object),
        forward=np.array([piece.forward for piece in walk], dtype=bool),
        backward=np.array([piece.backward for piece in walk], dtype=bool),
    )


def _walk_areas(found: Elements, xy: NDArray[np.float64]) -> WalkAreas:
    """The areas that can be crossed, each with the nodes of its rings."""
    polygons = np.empty(len(found.square_ids), dtype=object)
    offset = np.zeros(len(found.square_ids) + 1, dtype=np.int64)
    ring_start = np.zeros(len(xy), dtype=bool)
    at = 0
    for i, rings in enumerate(found.square_rings):
        drawn = []
        for ring in rings:
            ring_start[at] = True
            drawn.append(xy[at : at + len(ring)])
            at += len(ring)
        polygons[i] = shapely.Polygon(drawn[0], drawn[1:])
        offset[i + 1] = at
    return WalkAreas(
        area_id=np.array(found.square_ids, dtype=object),
        polygon=polygons,
        offset=offset,
        node_id=np.array([ref for rings in found.square_rings for ring in rings for ref, _, _ in ring], dtype=np.int64),
        xy=xy,
        ring_start=ring_start,
    )


def _frame(ids: list[str], tags: list[dict[str, str]], geometry: NDArray[np.object_], crs: CRS) -> gpd.GeoDataFrame:
    """A frame of OSM elements."""
    index = pd.Index(ids, name="osm_id", dtype=str)
    return gpd.GeoDataFrame(
        {"tags": pd.Series(tags, index=index, dtype=object)}, geometry=geometry, crs=crs, index=index
    )
