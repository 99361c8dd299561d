"""Areas whose rings are plain: closed ways, and relations whose members close to rings of known roles.

The rest (`odd`) is left to the assembler of the reader's library: what lacks a node, touches or crosses
itself, or has rings whose roles do not say which lies in which.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.sources.osm_file import WAY, Ints, OsmFile, flat, looked_up, offsets, ranges
from layers.sources.osm_lines import Vertices
from layers.sources.threads import by_rows

_LEAST = 4
"""Nodes of a closed way around an area, the first one twice."""


@dataclass(frozen=True)
class Rings:
    """Rings one after the other, each closed, from its south-westernmost node on; outer ones counter-clockwise."""

    offset: Ints
    node: Ints
    """Positions among the file's nodes."""


@dataclass(frozen=True)
class PlainAreas:
    """Areas by their polygons, and these by their rings.

    Area ``i`` has the polygons ``offset[i]:offset[i + 1]``, polygon ``j`` the rings
    ``ring_offset[j]:ring_offset[j + 1]``, first the outer one and then its holes.
    """

    offset: Ints
    ring_offset: Ints
    rings: Rings

    def __len__(self) -> int:
        return len(self.offset) - 1


def closed_ways(file: OsmFile, vertices: Vertices, ways: Ints) -> tuple[PlainAreas, NDArray[np.bool_]]:
    """Areas of closed ways, and which of the ways have one: all their nodes, and enough of them."""
    length = np.diff(file.ways.ref_offset)[ways]
    vertex = ranges(file.ways.ref_offset[ways], length)
    there = np.add.reduceat(~vertices.there[vertex], np.cumsum(length) - length) == 0 if len(ways) else length > 0
    fine = there & (length >= _LEAST)
    ways, length = ways[fine], length[fine]
    node = vertices.node[ranges(file.ways.ref_offset[ways], length)]
    rings = _oriented(file, node, np.concatenate([[0], np.cumsum(length)]), np.ones(len(ways), dtype=bool))
    one_each = np.arange(len(ways) + 1)
    return PlainAreas(one_each, one_each, rings), fine


def relations(file: OsmFile, vertices: Vertices, chosen: Ints) -> tuple[PlainAreas, NDArray[np.bool_]]:
    """Areas of relations, and which of them have one: members that all are here and close to rings of clear roles."""
    found: list[list[list[Ints]]] = []
    fine = np.zeros(len(chosen), dtype=bool)
    first, last = file.relations.ref_offset[chosen].tolist(), file.relations.ref_offset[chosen + 1].tolist()
    at, here = looked_up(file.ways.id, file.relations.ref)
    inner_role = is_inner(file)
    for i, (a, b) in enumerate(zip(first, last, strict=True)):
        ways = file.relations.member_kind[a:b] == WAY
        if not ways.any() or not here[a:b][ways].all():
            continue
        members, inner = at[a:b][ways], inner_role[a:b][ways]
        outer_rings, holes = (_ring_nodes(file, vertices, members[inner == role]) for role in (False, True))
        polygons = _nested(file, outer_rings, holes) if outer_rings and holes is not None else None
        if polygons is not None:
            fine[i] = True
            found.append(polygons)
    rings = [ring for polygons in found for polygon in polygons for ring in polygon]
    ring_offset = offsets([len(polygon) for polygons in found for polygon in polygons])
    outer = np.zeros(len(rings), dtype=bool)
    outer[ring_offset[:-1]] = True
    drawn_rings = _oriented(file, flat(rings), offsets([len(ring) for ring in rings]), outer)
    return PlainAreas(offsets([len(polygons) for polygons in found]), ring_offset, drawn_rings), fine


def _nested(file: OsmFile, outer_rings: list[Ints], holes: list[Ints]) -> list[list[Ints]] | None:
    """Each outer ring with the holes that lie in it; None where a hole lies in none, or in several."""
    polygons = [[ring] for ring in _sorted(file, outer_rings)]
    if len(polygons) == 1:
        return [[*polygons[0], *_sorted(file, holes)]]
    if holes:
        grounds = [shapely.Polygon(np.column_stack([file.x[ring], file.y[ring]])) for (ring,) in polygons]
        if not shapely.is_valid(grounds).all():
            return None
        for hole in _sorted(file, holes):
            inside = shapely.Polygon(np.column_stack([file.x[hole], file.y[hole]]))
            around = np.flatnonzero(shapely.covers(grounds, inside))
            if len(around) != 1:
                return None
            polygons[around[0]].append(hole)
    return polygons


def is_inner(file: OsmFile) -> NDArray[np.bool_]:
    """Of every member of a relation whether its role is inner."""
    numbers = np.unique(file.relations.role)
    inner = np.array([text == "inner" for text in file.strings.texts(numbers)], dtype=bool)
    found: NDArray[np.bool_] = inner[np.searchsorted(numbers, file.relations.role)]
    return found


def _ring_nodes(file: OsmFile, vertices: Vertices, ways: Ints) -> list[Ints] | None:
    """The rings that ways close to; None where they do not, or where more than two ways meet in an end."""
    offset = file.ways.ref_offset
    rings: list[Ints] = []
    open_: dict[int, list[tuple[int, Ints]]] = {}
    for number, way in enumerate(ways.tolist()):
        span = slice(offset[way], offset[way + 1])
        nodes = vertices.node[span]
        if len(nodes) < 2 or not vertices.there[span].all():
            return None
        if nodes[0] == nodes[-1]:
            rings.append(nodes)
            continue
        for end in (int(nodes[0]), int(nodes[-1])):
            open_.setdefault(end, []).append((number, nodes))
    if any(len(ends) != 2 for ends in open_.values()):
        return None
    done: set[int] = set()
    for start in open_:
        ring = _followed(open_, start, done)
        if ring is not None:
            rings.append(ring)
    return rings if all(len(ring) >= _LEAST for ring in rings) else None


def _sorted(file: OsmFile, rings: list[Ints]) -> list[Ints]:
    """Rings from south-west to north-east, as assemblers give them."""
    return sorted(rings, key=lambda ring: min(zip(file.x[ring].tolist(), file.y[ring].tolist(), strict=True)))


def _followed(open_: dict[int, list[tuple[int, Ints]]], start: int, done: set[int]) -> Ints | None:
    """The ring through a node at which two ways meet, if it was not followed before."""
    at, pieces = start, []
    while True:
        onward = [piece for piece in open_[at] if piece[0] not in done]
        if not onward:
            break
        number, nodes = onward[0]
        done.add(number)
        nodes = nodes if nodes[0] == at else nodes[::-1]
        pieces.append(nodes[:-1])
        at = int(nodes[-1])
    return np.concatenate([*pieces, [start]]) if pieces else None


def _oriented(file: OsmFile, node: Ints, offset: Ints, outer: NDArray[np.bool_]) -> Rings:
    """Rings turned to begin at their smallest position, outer ones counter-clockwise and holes clockwise."""
    if len(offset) == 1:
        return Rings(offset, node)
    length = np.diff(offset)
    ring = np.repeat(np.arange(len(length)), length)
    x, y = file.x[node], file.y[node]
    place = x * (1 << 32) + y
    smallest = np.minimum.reduceat(place, offset[:-1])
    hits = np.flatnonzero(place == smallest[ring])
    first = hits[np.concatenate([[True], ring[hits][1:] != ring[hits][:-1]])] - offset[:-1]
    # Relative to the ring's own corner, so that the products stay exact.
    dx, dy = x - x[offset[:-1]][ring], y - y[offset[:-1]][ring]
    cross = np.zeros(len(node), dtype=np.int64)
    cross[:-1] = dx[:-1] * dy[1:] - dx[1:] * dy[:-1]
    cross[offset[1:] - 1] = 0
    turn = (np.add.reduceat(cross, offset[:-1]) > 0) == outer
    step = np.arange(len(node)) - offset[:-1][ring]
    around = (length - 1)[ring]
    position = np.where(turn[ring], first[ring] + step, first[ring] - step) % around
    return Rings(offset, node[offset[:-1][ring] + position])


def drawn(areas: PlainAreas, xy: NDArray[np.float64]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """The polygons, and which of them are as they should be: valid, and with no position twice in a row."""
    rings = areas.rings
    points = xy[rings.node]
    ring_of = np.repeat(np.arange(len(rings.offset) - 1), np.diff(rings.offset))
    twice = np.zeros(len(points), dtype=bool)
    twice[1:] = (points[1:] == points[:-1]).all(axis=1) & (ring_of[1:] == ring_of[:-1])
    polygon_of_ring = np.repeat(np.arange(len(areas.ring_offset) - 1), np.diff(areas.ring_offset))
    area_of_polygon = np.repeat(np.arange(len(areas)), np.diff(areas.offset))
    fine = np.ones(len(areas), dtype=bool)
    fine[area_of_polygon[polygon_of_ring[ring_of[twice]]]] = False
    polygons = np.asarray(shapely.polygons(shapely.linearrings(points, indices=ring_of), indices=polygon_of_ring))
    several = np.diff(areas.offset) > 1
    shapes = np.empty(len(areas), dtype=object)
    shapes[~several] = polygons[~several[area_of_polygon]]
    if several.any():
        number = (np.cumsum(several) - 1)[area_of_polygon[several[area_of_polygon]]]
        shapes[several] = shapely.multipolygons(polygons[several[area_of_polygon]], indices=number)
    return shapes, fine & by_rows(shapely.is_valid, shapes)


def take(areas: PlainAreas, chosen: NDArray[np.bool_]) -> PlainAreas:
    """Some of the areas."""
    if chosen.all():
        return areas
    polygon, offset = _taken(areas.offset, chosen)
    ring, ring_offset = _taken(areas.ring_offset, polygon)
    node, node_offset = _taken(areas.rings.offset, ring)
    return PlainAreas(offset, ring_offset, Rings(node_offset, areas.rings.node[node]))


def _taken(offset: Ints, chosen: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], Ints]:
    """Which parts belong to the chosen, and the new offsets."""
    counts = np.diff(offset)
    return np.repeat(chosen, counts), offsets(counts[chosen])


def together(parts: Sequence[PlainAreas]) -> PlainAreas:
    """Areas one after the other."""
    return PlainAreas(
        offsets(flat([np.diff(part.offset) for part in parts])),
        offsets(flat([np.diff(part.ring_offset) for part in parts])),
        Rings(offsets(flat([np.diff(part.rings.offset) for part in parts])), flat([part.rings.node for part in parts])),
    )
