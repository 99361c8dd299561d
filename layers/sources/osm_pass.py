"""The one pass over an OSM file: what the rules ask for, as bytes and plain lists in lon/lat.

The reader's filters run before Python sees an element, and geometries are written as WKB by the
reader, so the cost in Python is one tag list an element that is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import osmium
import shapely
from osmium import filter as osm_filter
from osmium import osm
from osmium.geom import WKBFactory, use_nodes

from layers.osm_elements import AREA_RELATIONS, ElementRules
from layers.sources.osm_areas import assemble_by_roles, reread_ways
from layers.walk_traits import incline_share, node_flags, road_flags, way_flags, width_m
from layers.walkability import crossable_area, directions, way_rule

_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""What the reader gives for an element without a timestamp."""
_CROSSED_KEYS = frozenset({"highway", "man_made", "place", "public_transport", "railway"})
RingNode = tuple[int, float, float]
"""Node id, longitude, latitude."""
_Piece = tuple[str, list[int] | None, bool, bool]
"""WKB, node ids where they are known already, and whether it was cut at its first and at its last vertex."""


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
    traits: tuple[int, float, float]
    """`Trait` bits, incline, width."""


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
    node_flags: dict[int, int] = field(default_factory=dict)
    """Node id -> `NodeTrait` bits of what is mapped at it."""
    road_refs: list[tuple[int, list[int]]] = field(default_factory=list)
    """`NodeTrait` bits that a road, walkable or not, lends to its nodes."""


class Collector:
    """Sorts the elements of one pass into `Elements`."""

    def __init__(self, rules: ElementRules) -> None:
        self.found = Elements()
        self._rules = rules
        self._factory = WKBFactory()
        self._refused: dict[str, dict[str, str]] = {}
        self._members: dict[str, list[tuple[int, str]]] = {}
        self._closed: set[int] = set()
        """Closed ways, each of which should come back as an area if its tags mean one."""
        self._areas: set[str] = set()
        """Areas that have come, refused ones included."""
        self._area_relations: set[str] = set()

    def node(self, node: osm.Node) -> None:
        """Keep a node that is a facility, a gate, an entrance or a named place."""
        tags = self._rules.kept(node.tags)
        if flags := node_flags(tags):
            self.found.node_flags[node.id] = flags
        if self._rules.is_point(tags) and node.location.valid():
            self.found.point_ids.append(f"node/{node.id}")
            self.found.point_tags.append(tags)
            self.found.point_xy.append((node.location.lon, node.location.lat))

    def way(self, way: osm.Way) -> None:
        """Keep a way that is a line, cut where nodes are missing, and note whether it can be walked."""
        if way.is_closed():
            self._closed.add(way.id)
            if not any(key in way.tags for key in self._rules.way_keys):  # a plain outline, seen again as an area
                return
        tags = self._rules.kept(way.tags)
        if not self._rules.is_line(tags):
            return
        rule = way_rule(tags)
        walk = rule is not None and bool(rule.settings["walkable"])
        flags = way_flags(tags)
        if lent := road_flags(flags):
            self.found.road_refs.append((lent, [node.ref for node in way.nodes]))
        if not walk and "highway" in tags:
            self.found.counts[f"not_walkable.{'no_rule' if rule is None else rule.name}"] += 1
        pieces: list[_Piece]
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
        for wkb, known_refs, cut_first, cut_last in pieces:
            if walk:
                refs = [node.ref for node in way.nodes] if known_refs is None else known_refs
                highway = tags.get("highway") or tags.get("man_made") or "platform"
                self.found.walk.append(
                    WalkPiece(
                        len(self.found.piece_wkb),
                        way.id,
                        refs,
                        cut_first,
                        cut_last,
                        highway,
                        *directions(tags),
                        traits=(flags, incline_share(tags), width_m(tags)),
                    )
                )
            self.found.piece_wkb.append(wkb)
            self.found.piece_line.append(line)

    def _cut(self, way: osm.Way) -> list[_Piece]:
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
            (
                shapely.LineString([(x, y) for _, x, y in run]).wkb_hex,
                [ref for ref, _, _ in run],
                i > 0,
                i < len(runs) - 1,
            )
            for i, run in enumerate(runs)
            if len(run) > 1
        ]

    def area(self, area: osm.Area) -> None:
        """Keep a closed way or multipolygon whose tags mean an area, and its rings if it can be crossed."""
        from_relation = not area.from_way()
        area_id = f"{'relation' if from_relation else 'way'}/{area.orig_id()}"
        self._areas.add(area_id)
        tags = self._rules.kept(area.tags)
        if not self._rules.is_area(tags, from_relation=from_relation):
            return
        try:
            wkb = self._factory.create_multipolygon(area)
        except RuntimeError:  # the assembler found no valid rings
            self._refused[area_id] = tags
            if not from_relation:
                self._members[area_id] = [(area.orig_id(), "outer")]
            return
        self._keep_area(area_id, tags, wkb)
        if _may_be_crossed(tags, from_relation=from_relation):
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
        """Remember the members of a relation that has not become an area, or not yet."""
        if relation.tags.get("type") not in AREA_RELATIONS:
            return
        relation_id = f"relation/{relation.id}"
        if relation_id in self._areas and relation_id not in self._refused:
            return
        if self._rules.is_area(self._rules.kept(relation.tags), from_relation=True):
            self._members[relation_id] = [(m.ref, m.role) for m in relation.members if m.type == "w"]
            self._area_relations.add(relation_id)

    def finish(self, path: Path, locations: osmium.index.LocationTable) -> None:
        """Put together by roles what the assembler refused; count what is lost all the same."""
        closed = frozenset(way_id for way_id in self._closed if f"way/{way_id}" not in self._areas)
        members = {area_id: self._members.get(area_id, []) for area_id in self._refused}
        wanted = closed | {way_id for ways in members.values() for way_id, _ in ways}
        ways = reread_ways(path, wanted, locations)
        counts = self.found.counts
        counts["relations_incomplete"] = len(self._area_relations - self._areas)
        counts["areas_lost"] = sum(self._should_be_area(ways[way_id].tags) for way_id in closed)
        for area_id, tags in self._refused.items():
            geometry = assemble_by_roles(members[area_id], ways)
            if geometry is None:
                counts["areas_lost"] += 1
                continue
            counts["areas_assembled_by_roles"] += 1
            self._keep_area(area_id, tags, geometry.wkb_hex)
            if _may_be_crossed(tags, from_relation=area_id.startswith("relation/")):
                counts["squares_without_rings"] += 1

    def _should_be_area(self, tags: Mapping[str, str]) -> bool:
        """Whether a closed way means an area: where nodes are missing the assembler drops it without a word."""
        return tags.get("area") != "no" and self._rules.is_area(tags, from_relation=False)


def _may_be_crossed(tags: Mapping[str, str], *, from_relation: bool) -> bool:
    """Whether an area is drawn as an area for walking, not a closed street around something else."""
    if _CROSSED_KEYS.isdisjoint(tags):
        return False
    if "highway" in tags and not (from_relation or tags.get("area") == "yes"):
        return False
    return crossable_area(tags)


def collect(path: Path, rules: ElementRules, *, find_date: bool = False) -> Elements:
    """Read an OSM file once.

    Parameters
    ----------
    find_date
        Look for the newest timestamp of the elements kept, for a file whose header gives no date.

    Raises
    ------
    RuntimeError
        By the reader, if the file is truncated, broken or not OSM.
    """
    areas_only = osm_filter.KeyFilter(*rules.area_keys)
    processor = osmium.FileProcessor(path).with_areas(areas_only)
    for keys, kinds in (
        (rules.node_keys, osm.NODE),
        ((*rules.way_keys, *rules.area_keys), osm.WAY),
        (rules.area_keys, osm.AREA | osm.RELATION),
    ):
        key_filter = osm_filter.KeyFilter(*keys)
        key_filter.enable_for(kinds)
        processor.with_filter(key_filter)
    collector = Collector(rules)
    newest = _NO_DATE
    for element in processor:
        if isinstance(element, osm.Area):
            collector.area(element)
        elif isinstance(element, osm.Way):
            collector.way(element)
        elif isinstance(element, osm.Node):
            collector.node(element)
        elif isinstance(element, osm.Relation):
            collector.relation(element)
        if find_date and not isinstance(element, osm.Changeset):
            newest = max(newest, element.timestamp)
    locations = processor.node_location_storage
    assert locations is not None  # with_areas() makes one
    collector.finish(path, locations)
    if newest > _NO_DATE:
        collector.found.newest = newest.strftime("%Y-%m-%dT%H:%M:%SZ")
    return collector.found
