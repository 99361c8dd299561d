"""Ways as lines: cut where nodes are missing, and which of them can be walked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from layers.osm_elements import ElementRules
from layers.sources.osm_file import NODE, UNITS_A_DEGREE, WAY, Ints, OsmFile, looked_up, ranges
from layers.sources.osm_tags import TagCombinations
from layers.tag_rules import Tags
from layers.walk_traits import incline_share, node_flags, road_flags, way_flags, width_m
from layers.walkability import directions, way_rule
from spatial.network import WalkWays
from spatial.traits import Traits

_NO_RULE = "no_rule"


@dataclass(frozen=True)
class Vertices:
    """The vertices of all ways."""

    node: Ints
    """Position among the file's nodes; any where there is none."""
    there: NDArray[np.bool_]
    """False where the extract lacks the node, or its position."""


def placed(file: OsmFile) -> NDArray[np.bool_]:
    """Which nodes have a position on the globe."""
    return (np.abs(file.x) <= 180 * UNITS_A_DEGREE) & (np.abs(file.y) <= 90 * UNITS_A_DEGREE)


def vertices_of(file: OsmFile) -> Vertices:
    """The nodes of all ways, where the file has them."""
    node, there = looked_up(file.nodes.id, file.ways.ref)
    there[there] = placed(file)[node[there]]
    return Vertices(node, there)


@dataclass(frozen=True)
class Lines:
    """Ways kept as lines, in pieces between missing nodes. A piece is a run of vertices of the file's ways."""

    kept: NDArray[np.bool_]
    """Of every way of the file whether the rules keep it, also if it has no length."""
    way: Ints
    """Position of each line's way among the file's."""
    piece_line: Ints
    piece_first: Ints
    """First and last vertex of each piece."""
    piece_last: Ints


def find_lines(
    file: OsmFile, vertices: Vertices, tags: TagCombinations, candidate: NDArray[np.bool_], rules: ElementRules,
    counts: Counter[str],
) -> Lines:  # fmt: skip
    """The ways that the rules keep as lines, counted as in `layers.sources.osm.read_osm`."""
    kept = candidate & tags.decide(rules.is_line, bool)
    refusal = tags.decide(_refusal, object)[kept]
    counts.update(f"not_walkable.{name}" for name in refusal[refusal != ""].tolist())
    starts, ends = file.ways.ref_offset[:-1], file.ways.ref_offset[1:]
    missing = np.concatenate([[0], np.cumsum(~vertices.there)])
    lacking = missing[ends] - missing[starts]
    cut = kept & (lacking > 0)
    counts["ways_cut"] += int(cut.sum())
    counts["nodes_missing"] += int(lacking[cut].sum())
    pointless = kept & ~cut & (ends - starts < 2)
    if pointless.any():
        counts["ways_without_length"] += int(pointless.sum())
    way, first, last = _runs(file.ways.ref_offset, np.flatnonzero(kept & ~pointless), vertices.there)
    line, piece_line = np.unique(way, return_inverse=True)
    return Lines(kept, line, piece_line, first, last)


def _refusal(tags: Tags) -> str:
    """The rule that turns a way away from walking, for those that have a ``highway`` tag; else empty."""
    rule = way_rule(tags)
    if "highway" not in tags or (rule is not None and rule.settings["walkable"]):
        return ""
    return _NO_RULE if rule is None else rule.name


def _runs(offset: Ints, ways: Ints, there: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Way, first and last vertex of every run of two or more vertices that are there."""
    length = np.diff(offset)[ways]
    vertex = ranges(offset[ways], length)
    way = np.repeat(ways, length)
    here = there[vertex]
    begins = np.ones(len(vertex), dtype=bool)
    begins[1:] = (way[1:] != way[:-1]) | ~here[:-1]
    ends = np.ones(len(vertex), dtype=bool)
    ends[:-1] = (way[1:] != way[:-1]) | ~here[1:]
    first, last = np.flatnonzero(here & begins), np.flatnonzero(here & ends)
    long = last > first
    return way[first[long]], vertex[first[long]], vertex[last[long]]


def line_shapes(lines: Lines, xy: NDArray[np.float64], node: Ints) -> NDArray[np.object_]:
    """One geometry a line: a LineString, or a MultiLineString of the pieces that are there."""
    length = lines.piece_last - lines.piece_first + 1
    pieces = shapely.linestrings(
        xy[node[ranges(lines.piece_first, length)]], indices=np.repeat(np.arange(len(length)), length)
    )
    several = np.bincount(lines.piece_line, minlength=len(lines.way)) > 1
    shapes = np.empty(len(lines.way), dtype=object)
    alone = ~several[lines.piece_line]
    shapes[lines.piece_line[alone]] = pieces[alone]
    for line in np.flatnonzero(several):
        shapes[line] = shapely.MultiLineString(list(pieces[lines.piece_line == line]))
    return shapes


def walk_ways(
    file: OsmFile, lines: Lines, vertices: Vertices, all_tags: Mapping[int, TagCombinations],
    xy: NDArray[np.float64], crs: CRS,
) -> WalkWays:  # fmt: skip
    """The walkable pieces as flat arrays; `all_tags` by `NODE` and `WAY`."""
    tags = all_tags[WAY]
    walks = tags.decide(_walks, bool)
    piece_way = lines.way[lines.piece_line]
    chosen = np.flatnonzero(walks[piece_way])
    way, first, last = piece_way[chosen], lines.piece_first[chosen], lines.piece_last[chosen]
    length = last - first + 1
    vertex = ranges(first, length)
    offset = np.concatenate([[0], np.cumsum(length)])
    cut = np.zeros(len(vertex), dtype=bool)
    cut[offset[:-1]] = first > file.ways.ref_offset[way]
    cut[offset[1:] - 1] |= last < file.ways.ref_offset[way + 1] - 1
    return WalkWays(
        crs=crs,
        way_id=file.ways.id[way],
        offset=offset,
        node_id=file.ways.ref[vertex],
        xy=xy[vertices.node[vertex]],
        cut=cut,
        highway=tags.decide(_highway, object)[way],
        forward=tags.decide(lambda t: directions(t)[0], bool)[way],
        backward=tags.decide(lambda t: directions(t)[1], bool)[way],
        traits=Traits(
            tags.decide(way_flags, np.uint16)[way],
            tags.decide(incline_share, np.float32)[way],
            tags.decide(width_m, np.float32)[way],
        ),
        vertex_flags=_node_flags(file, vertices, tags, lines, all_tags[NODE])[vertices.node[vertex]],
    )


def _node_flags(
    file: OsmFile, vertices: Vertices, tags: TagCombinations, lines: Lines, node_tags: TagCombinations
) -> NDArray[np.uint8]:
    """Of every node what is mapped at it, and which roads, walkable or not, run through it."""
    flags = node_tags.decide(node_flags, np.uint8)
    lent = np.where(lines.kept, tags.decide(lambda t: road_flags(way_flags(t)), np.uint8), 0)
    each = np.repeat(lent, np.diff(file.ways.ref_offset))
    for bit in np.unique(each[each > 0]):
        flags[vertices.node[(each == bit) & vertices.there]] |= bit
    return flags


def _walks(tags: Tags) -> bool:
    rule = way_rule(tags)
    return rule is not None and bool(rule.settings["walkable"])


def _highway(tags: Tags) -> str:
    return tags.get("highway") or tags.get("man_made") or "platform"
