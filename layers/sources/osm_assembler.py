"""Areas that are not plain, put together by the reader's library, or failing that by the roles of their members.

The library's assembler wants a file, so it gets one in memory that holds these few elements and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import osmium
from numpy.typing import NDArray
from osmium import osm
from osmium.filter import EntityFilter
from osmium.geom import WKBFactory

from layers.sources.osm_areas import assemble_by_roles
from layers.sources.osm_file import RELATION, UNITS_A_DEGREE, WAY, Ints, OsmFile, looked_up, ranges
from layers.sources.osm_lines import Vertices
from layers.sources.osm_rings import is_inner

_LETTERS = "nwr"
_CLOSED_IS_AREA, _IS_AREA = "area=yes", "type=multipolygon"


@dataclass
class Assembled:
    """Areas in lon/lat. Lists run in parallel."""

    kind: list[int] = field(default_factory=list)
    """`WAY` or `RELATION`."""
    number: list[int] = field(default_factory=list)
    wkb: list[bytes] = field(default_factory=list)
    outlines: list[list[list[list[int]]]] = field(default_factory=list)
    """Ids of the nodes of each outer ring and its holes; none for an area put together by roles."""
    by_roles: list[bool] = field(default_factory=list)

    def add(self, area_id: tuple[int, int], wkb: bytes, outlines: list[list[list[int]]], *, by_roles: bool) -> None:
        """One more area."""
        self.kind.append(area_id[0])
        self.number.append(area_id[1])
        self.wkb.append(wkb)
        self.outlines.append(outlines)
        self.by_roles.append(by_roles)


def assemble(file: OsmFile, vertices: Vertices, ways: Ints, relations: Ints, counts: Counter[str]) -> Assembled:
    """Areas of these closed ways and relations, counted as in `layers.sources.osm.read_osm`."""
    lacking = _any_flagged(~vertices.there, file.ways.ref_offset)[ways]
    is_way = file.relations.member_kind == WAY
    missing = is_way & ~looked_up(file.ways.id, file.relations.ref)[1]
    incomplete = _any_flagged(missing, file.relations.ref_offset) | ~_any_flagged(is_way, file.relations.ref_offset)
    # What the assembler would drop without a word.
    counts["areas_lost"] += int(lacking.sum())
    counts["relations_incomplete"] += int(incomplete[relations].sum())
    ways, relations = ways[~lacking], relations[~incomplete[relations]]
    found = Assembled()
    if not len(ways) and not len(relations):
        return found
    members: dict[tuple[int, int], list[tuple[int, str]]] = {
        (WAY, number): [(number, "outer")] for number in file.ways.id[ways].tolist()
    }
    refused = _by_the_library(_written(file, vertices, ways, relations), members, found)
    come = [*zip(found.kind, found.number, strict=True), *refused]
    counts["relations_incomplete"] += len(relations) - sum(kind == RELATION for kind, _ in come)
    counts["areas_lost"] += len(ways) - sum(kind == WAY for kind, _ in come)
    lonlat = _member_lines(file, vertices, [number for area_id in refused for number, _ in members[area_id]])
    for area_id in refused:
        geometry = assemble_by_roles(members[area_id], lonlat)
        if geometry is None:
            counts["areas_lost"] += 1
        else:
            counts["areas_assembled_by_roles"] += 1
            found.add(area_id, geometry.wkb, [], by_roles=True)
    return found


def _by_the_library(
    written: bytes, members: dict[tuple[int, int], list[tuple[int, str]]], found: Assembled
) -> list[tuple[int, int]]:
    """Add the areas that the assembler makes, and the members of relations; returns the areas that it refuses."""
    source = osmium.io.FileBuffer(written, "opl")
    refused: list[tuple[int, int]] = []
    factory = WKBFactory()
    for element in osmium.FileProcessor(source).with_areas().with_filter(EntityFilter(osm.AREA | osm.RELATION)):
        if isinstance(element, osm.Relation):
            members[RELATION, element.id] = [(m.ref, m.role) for m in element.members if m.type == "w"]
        if not isinstance(element, osm.Area):
            continue
        area_id = (WAY if element.from_way() else RELATION, element.orig_id())
        try:
            wkb = bytes.fromhex(factory.create_multipolygon(element))
        except RuntimeError:  # it found no valid rings
            refused.append(area_id)
            continue
        outlines = [
            [[node.ref for node in ring] for ring in (outer, *element.inner_rings(outer))]
            for outer in element.outer_rings()
        ]
        found.add(area_id, wkb, outlines, by_roles=False)
    return refused


def _any_flagged(flags: NDArray[np.bool_], offset: Ints) -> NDArray[np.bool_]:
    """Which elements have a flagged reference."""
    seen = np.concatenate([[0], np.cumsum(flags)])
    found: NDArray[np.bool_] = seen[offset[1:]] > seen[offset[:-1]]
    return found


def _member_lines(file: OsmFile, vertices: Vertices, numbers: Sequence[int]) -> dict[int, NDArray[np.float64]]:
    """Longitudes and latitudes along those of the ways that are in the file with all their nodes."""
    lines = {}
    for number in numbers:
        way = int(np.searchsorted(file.ways.id, number))
        if way == len(file.ways.id) or file.ways.id[way] != number:
            continue
        span = slice(file.ways.ref_offset[way], file.ways.ref_offset[way + 1])
        node = vertices.node[span]
        if len(node) > 1 and vertices.there[span].all():
            lines[number] = np.column_stack([file.x[node], file.y[node]]) / UNITS_A_DEGREE
    return lines


def _written(file: OsmFile, vertices: Vertices, ways: Ints, relations: Ints) -> bytes:
    """The elements in OSM's plain text format, OPL, with the one tag that the assembler looks at.

    No text of the source's goes in, and ways that are but members have no tag, so that they are no areas.
    """
    member = file.relations.ref[_slices(file.relations.ref_offset, relations)]
    is_way = file.relations.member_kind[_slices(file.relations.ref_offset, relations)] == WAY
    around, there = looked_up(file.ways.id, member[is_way])
    around = around[there]
    every = np.union1d(ways, around)
    vertex = _slices(file.ways.ref_offset, every)
    nodes = np.unique(vertices.node[vertex[vertices.there[vertex]]])
    inner_role, own = is_inner(file), frozenset(ways.tolist())
    lines = [
        f"n{number} v1 x{x / UNITS_A_DEGREE:.7f} y{y / UNITS_A_DEGREE:.7f}"
        for number, x, y in zip(
            file.nodes.id[nodes].tolist(), file.x[nodes].tolist(), file.y[nodes].tolist(), strict=True
        )
    ]
    for way in every.tolist():
        refs = file.ways.ref[file.ways.ref_offset[way] : file.ways.ref_offset[way + 1]].tolist()
        tag = _CLOSED_IS_AREA if way in own else ""
        lines.append(f"w{file.ways.id[way]} v1 T{tag} Nn{',n'.join(map(str, refs))}")
    for relation in relations.tolist():
        span = slice(file.relations.ref_offset[relation], file.relations.ref_offset[relation + 1])
        members = zip(
            file.relations.member_kind[span].tolist(), file.relations.ref[span].tolist(),
            inner_role[span].tolist(), strict=True,
        )  # fmt: skip
        inside = ",".join(f"{_LETTERS[kind]}{ref}@{'inner' if inner else 'outer'}" for kind, ref, inner in members)
        lines.append(f"r{file.relations.id[relation]} v1 T{_IS_AREA} M{inside}")
    return "\n".join([*lines, ""]).encode()


def _slices(offset: Ints, rows: Ints) -> Ints:
    return ranges(offset[rows], np.diff(offset)[rows])
