"""Areas of an OSM file in the study's CRS, and the rings of those that can be crossed on foot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.osm_elements import AREA_RELATIONS
from layers.sources.osm_assembler import Assembled, assemble
from layers.sources.osm_file import RELATION, WAY, Ints, OsmFile
from layers.sources.osm_lines import Vertices
from layers.sources.osm_projection import Projection
from layers.sources.osm_rings import PlainAreas, closed_ways, drawn, relations, take, together
from layers.sources.osm_tags import TagCombinations
from layers.walkability import crossable_area
from spatial.network import WalkAreas

_CROSSED_KEYS = frozenset({"highway", "man_made", "place", "public_transport", "railway"})
_LEAST = 4
"""Nodes of a closed way around an area, the first one twice."""


@dataclass(frozen=True)
class Areas:
    """Areas in the order in which one pass through the file completes them; those put together by roles come last."""

    kind: Ints
    """`WAY` or `RELATION`."""
    row: Ints
    """Position among the file's elements of that kind."""
    shape: NDArray[np.object_]
    plain: PlainAreas
    """The rings of those that are plain."""
    assembled: list[list[list[list[int]]]]
    """Ids of the nodes of each outer ring and its holes of the others; none for an area put together by roles."""
    source: Ints
    """Of each area its number among the plain ones, or behind them among the others."""
    repaired: int
    """Areas that were invalid after projection."""


def find_areas(
    file: OsmFile, vertices: Vertices, means_area: Mapping[int, NDArray[np.bool_]], projection: Projection,
    counts: Counter[str],
) -> Areas:  # fmt: skip
    """Closed ways and relations that the rules keep as areas, counted as in `layers.sources.osm.read_osm`.

    Parameters
    ----------
    means_area
        By `WAY` and `RELATION`: which elements have tags that mean an area, if they close and are of the type.
    """
    by_ref, by_place = _closed(file, vertices)
    ways = np.flatnonzero(means_area[WAY] & by_ref)
    chosen = np.flatnonzero(means_area[RELATION] & _area_relations(file))
    plain_ways, fine_ways = closed_ways(file, vertices, ways)
    plain_relations, fine_relations = relations(file, vertices, chosen)
    plain = together([plain_ways, plain_relations])
    kind = np.repeat([WAY, RELATION], [len(plain_ways), len(plain_relations)])
    row = np.concatenate([ways[fine_ways], chosen[fine_relations]])
    shape, fine = drawn(plain, projection.nodes)
    plain, kind, row, shape = take(plain, fine), kind[fine], row[fine], shape[fine]
    odd_ways = np.setdiff1d(np.flatnonzero(means_area[WAY] & (by_ref | by_place)), row[kind == WAY])
    odd_relations = np.setdiff1d(chosen, row[kind == RELATION])
    assembled = assemble(file, vertices, odd_ways, odd_relations, counts)
    return _in_order(file, Areas(kind, row, shape, plain, [], np.arange(len(row)), 0), assembled, projection)


def _closed(file: OsmFile, vertices: Vertices) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which ways end in the node in which they begin, and which in the same place."""
    offset = file.ways.ref_offset
    some = offset[1:] > offset[:-1]
    first, last = offset[:-1][some], offset[1:][some] - 1
    by_ref, by_place = np.zeros(len(some), dtype=bool), np.zeros(len(some), dtype=bool)
    by_ref[some] = file.ways.ref[first] == file.ways.ref[last]
    a, b = vertices.node[first], vertices.node[last]
    same = (file.x[a] == file.x[b]) & (file.y[a] == file.y[b]) & vertices.there[first] & vertices.there[last]
    by_place[some] = same & (last - first + 1 >= _LEAST)
    return by_ref, by_place


def _area_relations(file: OsmFile) -> NDArray[np.bool_]:
    """Which relations are of a type that makes an area."""
    is_type = file.keyed({"type"})[file.relations.key]
    numbers = np.unique(file.relations.value[is_type])
    makes_area = np.zeros(len(file.strings.start), dtype=bool)
    makes_area[numbers] = [text in AREA_RELATIONS for text in file.strings.texts(numbers)]
    seen = np.concatenate([[0], np.cumsum(is_type & makes_area[file.relations.value])])
    found: NDArray[np.bool_] = seen[file.relations.tag_offset[1:]] > seen[file.relations.tag_offset[:-1]]
    return found


def _in_order(file: OsmFile, plain: Areas, assembled: Assembled, projection: Projection) -> Areas:
    """Plain and assembled areas together."""
    shape = projection.shapes(np.asarray(shapely.from_wkb(np.array(assembled.wkb, dtype=object))))
    single = shapely.get_num_geometries(shape) == 1
    shape[single] = shapely.get_geometry(shape[single], 0)
    shape, repaired = _valid(shape)
    kind = np.concatenate([plain.kind, np.array(assembled.kind, dtype=np.int64)])
    row = np.concatenate([plain.row, _rows(file, assembled)])
    by_roles = np.concatenate([np.zeros(len(plain.row), dtype=bool), np.array(assembled.by_roles, dtype=bool)])
    order = np.lexsort((row, kind == WAY, _completed(file, kind, row), by_roles))
    return Areas(
        kind[order], row[order], np.concatenate([plain.shape, shape])[order], plain.plain, assembled.outlines, order,
        repaired,
    )  # fmt: skip


def _outlines(file: OsmFile, areas: Areas, i: int) -> list[list[Ints]]:
    """Outer ring and holes of each polygon of an area, as positions of nodes."""
    number, plain = int(areas.source[i]), areas.plain
    if number >= len(plain):
        area = areas.assembled[number - len(plain)]
        return [
            [np.searchsorted(file.nodes.id, np.array(ring, dtype=np.int64)) for ring in outline] for outline in area
        ]
    polygons = []
    for polygon in range(plain.offset[number], plain.offset[number + 1]):
        bounds = plain.rings.offset[plain.ring_offset[polygon] : plain.ring_offset[polygon + 1] + 1].tolist()
        polygons.append([plain.rings.node[a:b] for a, b in pairwise(bounds)])
    return polygons


def _rows(file: OsmFile, assembled: Assembled) -> Ints:
    kind, number = np.array(assembled.kind, dtype=np.int64), np.array(assembled.number, dtype=np.int64)
    by_way, by_relation = np.searchsorted(file.ways.id, number), np.searchsorted(file.relations.id, number)
    return np.where(kind == WAY, by_way, by_relation)


def _completed(file: OsmFile, kind: Ints, row: Ints) -> Ints:
    """The way with which each area is complete."""
    member = np.where(file.relations.member_kind == WAY, np.searchsorted(file.ways.id, file.relations.ref), -1)
    last = np.full(len(file.relations.id), -1, dtype=np.int64)
    some = np.flatnonzero(np.diff(file.relations.ref_offset))
    last[some] = np.maximum.reduceat(member, file.relations.ref_offset[some]) if len(some) else 0
    done = row.copy()
    done[kind == RELATION] = last[row[kind == RELATION]]
    return done


def _valid(areas: NDArray[np.object_]) -> tuple[NDArray[np.object_], int]:
    """Areas made valid where projecting has made a ring touch itself, and how many."""
    invalid = np.flatnonzero(~shapely.is_valid(areas))
    repaired = areas.copy()
    for i in invalid:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(areas[i])))
        polygons = [part for part in parts if part.geom_type == "Polygon"]
        repaired[i] = shapely.union_all(polygons)
    return repaired, len(invalid)


def crossed_areas(
    file: OsmFile, areas: Areas, ids: NDArray[np.object_], tags: Mapping[int, TagCombinations],
    xy: NDArray[np.float64], counts: Counter[str],
) -> WalkAreas:  # fmt: skip
    """The areas that can be crossed, one entry an outer ring, each with the nodes of its rings."""
    crossed = np.zeros(len(areas.row), dtype=bool)
    for kind in (WAY, RELATION):
        of_kind = areas.kind == kind
        rule = partial(_may_be_crossed, from_relation=kind == RELATION)
        crossed[of_kind] = tags[kind].decide(rule, bool)[areas.row[of_kind]]
    area_id: list[str] = []
    outlines: list[list[Ints]] = []
    for i in np.flatnonzero(crossed).tolist():
        own = _outlines(file, areas, i)
        counts["squares_without_rings"] += not own
        area_id += [ids[i]] * len(own)
        outlines += own
    rings = [ring for outline in outlines for ring in outline]
    node = np.concatenate([np.zeros(0, dtype=np.int64), *rings])
    polygons = np.empty(len(outlines), dtype=object)
    polygons[:] = [shapely.Polygon(xy[outer], [xy[hole] for hole in holes]) for outer, *holes in outlines]
    ring_start = np.zeros(len(node), dtype=bool)
    ring_start[np.cumsum([0, *(len(ring) for ring in rings)])[:-1]] = True
    return WalkAreas(
        area_id=np.array(area_id, dtype=object),
        polygon=polygons,
        offset=np.cumsum([0, *(sum(len(ring) for ring in outline) for outline in outlines)]).astype(np.int64),
        node_id=file.nodes.id[node],
        xy=xy[node],
        ring_start=ring_start,
    )


def _may_be_crossed(tags: Mapping[str, str], *, from_relation: bool) -> bool:
    """Whether an area is drawn as an area for walking, not a closed street around something else."""
    if _CROSSED_KEYS.isdisjoint(tags):
        return False
    if "highway" in tags and not (from_relation or tags.get("area") == "yes"):
        return False
    return crossable_area(tags)
