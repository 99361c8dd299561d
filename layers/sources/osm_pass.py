"""The one pass over an OSM file: what the rules ask for, as bytes and plain lists in lon/lat.

The reader's filters run before Python sees an element, and geometries are written as WKB by the
reader, so the cost in Python is one tag list an element that is kept.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import osmium
import shapely
from osmium import filter as osm_filter
from osmium import osm
from osmium.geom import WKBFactory, use_nodes

from layers.osm_elements import AREA_RELATIONS, ElementRules
from layers.sources.osm_areas import assemble_by_roles, member_lines
from layers.walkability import crossable_area, directions, way_rule

_CROSSED_KEYS = frozenset({"highway", "man_made", "place", "public_transport", "railway"})
RingNode = tuple[int, float, float]
"""Node id, longitude, latitude."""


@dataclass(frozen=True)
class WalkPiece:
    """A walkable way, or the part of one between two nodes that the extract lacks."""

    piece: int
    """Index into the line pieces."""
    way_id: int
    refs: list[int]
    cut_first: bool
    cut_last: bool
    highway: str
    forward: bool
    backward: bool


@dataclass
class Elements:
    """What one pass collects. Lists of one kind run in parallel."""

    counts: Counter[str] = field(default_factory=Counter)
    newest: str = ""
    """Newest timestamp of an element that was kept."""
    point_ids: list[str] = field(default_factory=list)
    point_tags: list[dict[str, str]] = field(default_factory=list)
    point_xy: list[tuple[float, float]] = field(default_factory=list)
    line_ids: list[str] = field(default_factory=list)
    line_tags: list[dict[str, str]] = field(default_factory=list)
    piece_wkb: list[str] = field(default_factory=list)
    piece_line: list[int] = field(default_factory=list)
    walk: list[WalkPiece] = field(default_factory=list)
    area_ids: list[str] = field(default_factory=list)
    area_tags: list[dict[str, str]] = field(default_factory=list)
    area_wkb: list[str] = field(default_factory=list)
    square_ids: list[str] = field(default_factory=list)
    square_rings: list[list[list[RingNode]]] = field(default_factory=list)
    """Exterior ring first."""


class Collector:
    """Sorts the elements of one pass into `Elements`."""

    def __init__(self, rules: ElementRules) -> None:
        self.found = Elements()
        self._rules = rules
        self._factory = WKBFactory()
        self._refused: dict[str, dict[str, str]] = {}
        self._members: dict[str, list[tuple[int, str]]] = {}
        self._assembled: set[int] = set()
        self._waiting: set[int] = set()

    def node(self, node: osm.Node) -> None:
        """Keep a node that is a facility, a gate, an entrance or a named place."""
        tags = self._rules.kept(node.tags)
        if self._rules.is_point(tags) and node.location.valid():
            self.found.point_ids.append(f"node/{node.id}")
            self.found.point_tags.append(tags)
            self.found.point_xy.append((node.location.lon, node.location.lat))

    def way(self, way: osm.Way) -> None:
        """Keep a way that is a line, cut where nodes are missing, and note whether it can be walked."""
        tags = self._rules.kept(way.tags)
        if not self._rules.is_line(tags):
            return
        rule = way_rule(tags)
        walk = rule is not None and bool(rule.settings["walkable"])
        if not walk and "highway" in tags:
            self.found.counts[f"not_walkable.{'no_rule' if rule is None else rule.name}"] += 1
        try:
            pieces = [(self._factory.create_linestring(way, use_nodes.ALL), None, False, False)]
        except osmium.InvalidLocationError:
            pieces = self._cut(way)
        except RuntimeError:  # a single node
            self.found.counts["ways_without_length"] += 1
            return
        if not pieces:
            return
        line = len(self.found.line_ids)
        self.found.line_ids.append(f"way/{way.id}")
        self.found.line_tags.append(tags)
        for wkb, refs, cut_first, cut_last in pieces:
            if walk:
                refs = [node.ref for node in way.nodes] if refs is None else refs
                highway = tags.get("highway") or tags.get("man_made") or "platform"
                self.found.walk.append(WalkPiece(
                    len(self.found.piece_wkb), way.id, refs, cut_first, cut_last, highway, *directions(tags)
                ))
            self.found.piece_wkb.append(wkb)
            self.found.piece_line.append(line)

    def _cut(self, way: osm.Way) -> list[tuple[str, list[int] | None, bool, bool]]:
        """The pieces of a way between the nodes that the extract lacks."""
        runs: list[list[RingNode]] = [[]]
        missing = 0
        for node in way.nodes:
            if node.location.valid():
                runs[-1].append((node.ref, node.location.lon, node.location.lat))
            else:
                missing += 1
                runs.append([])
        self.found.counts["ways_cut"] += 1
        self.found.counts["nodes_missing"] += missing
        return [
            (shapely.LineString([(x, y) for _, x, y in run]).wkb_hex, [ref for ref, _, _ in run], i > 0, i < len(runs) - 1)
            for i, run in enumerate(runs)
            if len(run) > 1
        ]

    def area(self, area: osm.Area) -> None:
        """Keep a closed way or multipolygon whose tags mean an area, and its rings if it can be crossed."""
        from_relation = not area.from_way()
        if from_relation:
            self._assembled.add(area.orig_id())
        tags = self._rules.kept(area.tags)
        if not self._rules.is_area(tags, from_relation=from_relation):
            return
        area_id = f"{'relation' if from_relation else 'way'}/{area.orig_id()}"
        try:
            wkb = self._factory.create_multipolygon(area)
        except RuntimeError:  # the assembler found no valid rings
            self._refused[area_id] = tags
            if not from_relation:
                self._members[area_id] = [(area.orig_id(), "outer")]
            return
        self._keep_area(area_id, tags, wkb)
        if _may_be_crossed(tags, from_relation):
            for outer in area.outer_rings():
                rings = [outer, *area.inner_rings(outer)]
                self.found.square_ids.append(area_id)
                self.found.square_rings.append(
                    [[(node.ref, node.location.lon, node.location.lat) for node in ring] for ring in rings]
                )

    def _keep_area(self, area_id: str, tags: dict[str, str], wkb: str) -> None:
        self.found.area_ids.append(area_id)
        self.found.area_tags.append(tags)
        self.found.area_wkb.append(wkb)

    def relation(self, relation: osm.Relation) -> None:
        """Remember the members of a relation that should have become an area but has not."""
        if relation.tags.get("type") not in AREA_RELATIONS:
            return
        relation_id = f"relation/{relation.id}"
        if relation_id in self._refused:
            self._members[relation_id] = [(m.ref, m.role) for m in relation.members if m.type == "w"]
        elif relation.id not in self._assembled and self._rules.is_area(
            self._rules.kept(relation.tags), from_relation=True
        ):
            self._waiting.add(relation.id)

    def assemble_refused(self, path: Path, locations: osmium.index.LocationTable) -> None:
        """Put together by roles what the assembler refused; count what is lost all the same."""
        self.found.counts["relations_incomplete"] = len(self._waiting - self._assembled)
        if not self._refused:
            return
        members = {area_id: self._members.get(area_id, []) for area_id in self._refused}
        way_ids = frozenset(way_id for ways in members.values() for way_id, _ in ways)
        lines = member_lines(path, way_ids, locations)
        for area_id, tags in self._refused.items():
            geometry = assemble_by_roles(members[area_id], lines)
            if geometry is None:
                self.found.counts["areas_lost"] += 1
                continue
            self.found.counts["areas_assembled_by_roles"] += 1
            self._keep_area(area_id, tags, geometry.wkb_hex)
            if _may_be_crossed(tags, area_id.startswith("relation/")):
                self.found.counts["squares_without_rings"] += 1


def _may_be_crossed(tags: dict[str, str], from_relation: bool) -> bool:
    """Whether an area is drawn as an area for walking, not a closed street around something else."""
    if _CROSSED_KEYS.isdisjoint(tags):
        return False
    if "highway" in tags and not (from_relation or tags.get("area") == "yes"):
        return False
    return crossable_area(tags)


def collect(path: Path, rules: ElementRules) -> Elements:
    """Read an OSM file once.

    Raises
    ------
    RuntimeError
        By the reader, if the file is truncated, broken or not OSM.
    """
    for_nodes = osm_filter.KeyFilter(*rules.node_keys).enable_for(osm.NODE)
    for_ways = osm_filter.KeyFilter(*rules.way_keys).enable_for(osm.WAY)
    for_areas = osm_filter.KeyFilter(*rules.area_keys).enable_for(osm.AREA | osm.RELATION)
    processor = (
        osmium.FileProcessor(path)
        .with_areas(osm_filter.KeyFilter(*rules.area_keys))
        .with_filter(for_nodes)
        .with_filter(for_ways)
        .with_filter(for_areas)
    )
    collector = Collector(rules)
    for element in processor:
        if element.is_area():
            collector.area(element)
        elif element.is_way():
            collector.way(element)
        elif element.is_node():
            collector.node(element)
        elif element.is_relation():
            collector.relation(element)
    locations = processor.node_location_storage
    assert locations is not None  # with_areas() makes one
    collector.assemble_refused(path, locations)
    return collector.found
