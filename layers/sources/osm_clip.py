"""What of an OSM file lies around a study: elements with a point there, each whole, and what lies around it all.

The file is gone through block by block. First come the nodes in the box, the ways through one of them, and
the areas of these ways; then, from those blocks that can hold them, the other ways of these areas and the
other nodes of all these ways. So memory is bounded by the study; for a relation or a closed way that might
lie around the whole study a few numbers are kept each (`layers.sources.osm_wide`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layers.osm_elements import AREA_RELATIONS, ElementRules
from layers.sources.osm_blocks import Block, Blocks, Part, any_of, newest, said_date, taken, whole, with_tag
from layers.sources.osm_file import NODE, RELATION, UNITS_A_DEGREE, WAY, Ints, OsmFile, flat, looked_up
from layers.sources.osm_numbers import Numbers
from layers.sources.osm_wide import Wide, around
from layers.surroundings import Degrees

_AREA_TYPES = {"type": AREA_RELATIONS}
_MOST_MEMBERS = 5_000
_MOST_VERTICES = 500_000
"""A relation with more than these is as large as a country: it would bring the country with it."""


@dataclass(frozen=True)
class Clipped:
    """What lies around a study."""

    file: OsmFile
    extent: Degrees | None
    """Where the nodes of the whole file lie; None: it has none."""
    relations_cut: int
    """Areas that reach into the box, and are too large to be read."""
    has_relations: bool
    """Whether the file has any relation at all."""


def clipped(source: Blocks, box: Degrees, rules: ElementRules) -> Clipped:
    """Read what lies around a study.

    Raises
    ------
    NotPlain, SourceError, RuntimeError, UnicodeDecodeError
        As the source does.
    """
    picking = _Picking(box, rules)
    for block, part in source.all():
        picking.add(block, part)
    wide = around(source, picking.wide, box)
    for kind, numbers in ((WAY, wide.ways), (RELATION, wide.relations)):
        if len(numbers):
            picking.fetch(source, kind, Numbers.of([numbers]))
    members = Numbers.of(_way_members(part) for _, part in picking.relations)
    picking.fetch(source, WAY, Numbers.of([np.setdiff1d(members.sorted, picking.numbers(WAY))]))
    picking.leave_countries()
    vertices = np.unique(flat([part.elements.ref for _, part in picking.ways]))
    picking.fetch(source, NODE, Numbers.of([np.setdiff1d(vertices, picking.near_nodes.sorted)]))
    blocks = [block for block, _ in (*picking.nodes, *picking.ways, *picking.relations)]
    file = whole(blocks, source.date or said_date(picking.seconds))
    return Clipped(file, picking.extent(), picking.cut, picking.has_relations)


@dataclass
class _Picking:
    """What was picked so far."""

    box: Degrees
    rules: ElementRules
    nodes: list[tuple[Block, Part]] = field(default_factory=list)
    ways: list[tuple[Block, Part]] = field(default_factory=list)
    relations: list[tuple[Block, Part]] = field(default_factory=list)
    wide: Wide = field(default_factory=Wide)
    cut: int = 0
    seconds: int = 0
    has_relations: bool = False
    corners: list[tuple[int, int, int, int]] = field(default_factory=list)
    near_nodes: Numbers = field(default_factory=lambda: Numbers.of([]))
    near_ways: Numbers = field(default_factory=lambda: Numbers.of([]))
    stage: int = NODE

    def add(self, block: Block, part: Part) -> None:
        """Pick from the next part of the file; kinds come in order."""
        if part.kind != self.stage:
            self.near_nodes = Numbers.of([self.numbers(NODE)])
            self.near_ways = Numbers.of([self.numbers(WAY)])
            self.stage = part.kind
        (self._add_nodes, self._add_ways, self._add_relations)[part.kind](block, part)

    def _add_nodes(self, block: Block, part: Part) -> None:
        placed = (np.abs(part.x) <= 180 * UNITS_A_DEGREE) & (np.abs(part.y) <= 90 * UNITS_A_DEGREE)
        if placed.any():
            x, y = part.x[placed], part.y[placed]
            self.corners.append((int(x.min()), int(y.min()), int(x.max()), int(y.max())))
        self._take(block, part, placed & _inside(self.box, part))

    def _add_ways(self, block: Block, part: Part) -> None:
        own = part.elements
        near = any_of(self.near_nodes.has(own.ref), own.ref_offset)
        self._take(block, part, near)
        self.wide.add_ways(own, ~near & with_tag(block, part, self.rules.wide))

    def _add_relations(self, block: Block, part: Part) -> None:
        self.has_relations = True
        own = part.elements
        area = with_tag(block, part, _AREA_TYPES) & own.having(block.is_one(self.rules.area_keys))
        near = any_of((own.member_kind == WAY) & self.near_ways.has(own.ref), own.ref_offset)
        large = np.diff(own.ref_offset) > _MOST_MEMBERS
        self.cut += int((area & near & large).sum())
        self._take(block, part, area & near & ~large)
        self.wide.add_relations(own, area & ~near & ~large & with_tag(block, part, self.rules.wide))

    def _take(self, block: Block, part: Part, rows: NDArray[np.bool_]) -> None:
        if rows.any():
            self.seconds = max(self.seconds, newest(block, part, rows, self.rules.keys()))
            (self.nodes, self.ways, self.relations)[part.kind].append(taken(block, part, rows))

    def fetch(self, source: Blocks, kind: int, wanted: Numbers) -> None:
        """Pick elements by their numbers."""
        if len(wanted.sorted):
            for block, part in source.again(kind, wanted.sorted):
                self._take(block, part, wanted.has(part.elements.id))

    def numbers(self, kind: int) -> Ints:
        """Of the elements picked so far."""
        return flat([part.elements.id for _, part in (self.nodes, self.ways, self.relations)[kind]])

    def leave_countries(self) -> None:
        """Let go of relations with too many vertices, and of the ways that were fetched for them alone."""
        ways, length = self.numbers(WAY), flat([np.diff(part.elements.ref_offset) for _, part in self.ways])
        order = np.argsort(ways)
        ways, length = ways[order], length[order]
        kept = []
        for block, part in self.relations:
            own = part.elements
            at, there = looked_up(ways, own.ref)
            drawn = there & (own.member_kind == WAY)
            before = np.concatenate([[0], np.cumsum(np.append(length, 0)[at] * drawn)])
            fine = before[own.ref_offset[1:]] - before[own.ref_offset[:-1]] <= _MOST_VERTICES
            self.cut += int((~fine).sum())
            kept.append((block, part) if fine.all() else taken(block, part, fine))
        if sum(len(part.elements.id) for _, part in kept) == len(self.numbers(RELATION)):
            return
        self.relations = kept
        needed = Numbers.of([self.near_ways.sorted, self.wide.chosen, *(_way_members(part) for _, part in kept)])
        self.ways = [taken(block, part, needed.has(part.elements.id)) for block, part in self.ways]

    def extent(self) -> Degrees | None:
        """Where the nodes of the whole file lie."""
        if not self.corners:
            return None
        corners = np.array(self.corners) / UNITS_A_DEGREE
        return Degrees(*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist())


def _inside(box: Degrees, part: Part) -> NDArray[np.bool_]:
    west, south, east, north = (round(side * UNITS_A_DEGREE) for side in (box.west, box.south, box.east, box.north))
    beyond_west, before_east = part.x >= west, part.x <= east
    across = beyond_west & before_east if west <= east else beyond_west | before_east
    inside: NDArray[np.bool_] = across & (part.y >= south) & (part.y <= north)
    return inside


def _way_members(part: Part) -> Ints:
    ways: Ints = part.elements.ref[part.elements.member_kind == WAY]
    return ways
