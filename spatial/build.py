"""From walkable ways and areas to a walk network.

Ways meet only where they share a node: a bridge and the street beneath it do not, so they are
never joined where they merely cross. Pedestrian areas are joined to every way that touches their
outline or ends inside them, and are crossed by straight lines that stay inside.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import MultiPolygon, Polygon

from spatial.network import WalkAreas, WalkNetwork, WalkWays
from spatial.squares import square_lines
from spatial.traits import NodeTrait, Trait, Traits, joined


@dataclass(frozen=True)
class _Pieces:
    """Ways cut at every node where they meet, as arrays of edges over flat vertices."""

    first: NDArray[np.int64]
    """Flat position of each edge's first vertex."""
    last: NDArray[np.int64]
    way: NDArray[np.int64]
    """Position of the way each edge belongs to."""


def build_network(ways: WalkWays, areas: WalkAreas, coverage: Polygon | MultiPolygon) -> WalkNetwork:
    """Make the network of all walkable ways, with squares that can be crossed.

    Parameters
    ----------
    ways : WalkWays
        Walkable ways, cut where the extract lacks a node.
    areas : WalkAreas
        Pedestrian areas in the same CRS.
    coverage : Polygon or MultiPolygon
        Where the data are complete, in the same CRS. Nodes outside it, and both ends of an edge that
        leaves it on its way, are `node_beyond`.

    Returns
    -------
    WalkNetwork
        Nodes drawn twice at one place of a way are one, and edges without length are left out.
        Components are numbered by total edge length, 0 being
        the longest.

    Notes
    -----
    The sum of edge lengths equals the length of the ways and outlines read, plus the lines across
    squares. Node and edge order follow from the input alone.
    """
    lines = _with_areas(ways, square_lines(ways, areas))
    node_id, first_seen, vertex_node = np.unique(lines.node_id, return_index=True, return_inverse=True)
    vertex_node = _united(lines, vertex_node, len(node_id))
    pieces = _cut_at_nodes(lines, vertex_node, len(node_id))
    start, end = vertex_node[pieces.first], vertex_node[pieces.last]
    length_m = _lengths(lines.xy, pieces)
    kept = length_m > 0
    pieces = _Pieces(pieces.first[kept], pieces.last[kept], pieces.way[kept])
    start, end, length_m = start[kept], end[kept], length_m[kept]
    used, renumbered = np.unique(np.concatenate([start, end]), return_inverse=True)
    start, end = renumbered[: len(start)], renumbered[len(start) :]
    node_xy, edge_line = lines.xy[first_seen[used]], _edge_lines(lines.xy, pieces)
    node_flags = _node_flags(lines, vertex_node, len(node_id))[used]
    return WalkNetwork(
        crs=lines.crs,
        node_id=node_id[used],
        node_xy=node_xy,
        node_beyond=_beyond(lines, vertex_node, len(node_id))[used]
        | _outside(node_xy, coverage)
        | leaving(edge_line, start, end, len(used), coverage),
        node_component=components(start, end, length_m, len(used)),
        edge_id=_edge_ids(lines, pieces),
        edge_way_id=np.abs(lines.way_id[pieces.way]),
        edge_start=start.astype(np.int32),
        edge_end=end.astype(np.int32),
        edge_line=edge_line,
        edge_length_m=length_m,
        edge_forward=lines.forward[pieces.way],
        edge_backward=lines.backward[pieces.way],
        edge_highway=lines.highway[pieces.way],
        edge_traits=_edge_traits(lines, pieces, start, end, node_flags),
        node_flags=node_flags,
    )


def _with_areas(ways: WalkWays, across: WalkWays) -> WalkWays:
    return WalkWays(
        crs=ways.crs,
        way_id=np.concatenate([ways.way_id, across.way_id]),
        offset=np.concatenate([ways.offset, across.offset[1:] + ways.offset[-1]]),
        node_id=np.concatenate([ways.node_id, across.node_id]),
        xy=np.concatenate([ways.xy, across.xy]),
        cut=np.concatenate([ways.cut, across.cut]),
        highway=np.concatenate([ways.highway, across.highway]),
        forward=np.concatenate([ways.forward, across.forward]),
        backward=np.concatenate([ways.backward, across.backward]),
        traits=joined([ways.traits, across.traits]),
        vertex_flags=np.concatenate([ways.vertex_flags, across.vertex_flags]),
    )


def _united(lines: WalkWays, vertex_node: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Take nodes that a way joins without any distance between them for one: the one of the lowest number."""
    same = np.flatnonzero((np.diff(lines.xy, axis=0) == 0).all(axis=1))
    same = same[~np.isin(same + 1, lines.offset)]
    if not len(same):
        return vertex_node
    links = coo_array((np.ones(len(same), bool), (vertex_node[same], vertex_node[same + 1])), shape=(nodes, nodes))
    _, group = connected_components(links, directed=False)
    _, lowest = np.unique(group, return_index=True)
    united: NDArray[np.int64] = lowest[group][vertex_node]
    return united


def leaving(
    edge_line: NDArray[np.object_],
    start: NDArray[np.integer],
    end: NDArray[np.integer],
    nodes: int,
    area: Polygon | MultiPolygon,
) -> NDArray[np.bool_]:
    """Nodes at either end of an edge that leaves an area, even if it comes back: from there one may walk out of it."""
    shapely.prepare(area)
    out = ~shapely.covers(area, edge_line)
    found = np.zeros(nodes, dtype=bool)
    found[start[out]] = found[end[out]] = True
    return found


def _cut_at_nodes(lines: WalkWays, vertex_node: NDArray[np.int64], nodes: int) -> _Pieces:
    """Edges run between consecutive vertices that begin or end a way or are used more than once."""
    shared = np.bincount(vertex_node, minlength=nodes)[vertex_node] > 1
    begins = np.zeros(len(vertex_node), dtype=bool)
    begins[lines.offset[:-1]] = True
    ends = np.zeros(len(vertex_node), dtype=bool)
    ends[lines.offset[1:] - 1] = True
    stops = np.flatnonzero(shared | begins | ends)
    first, last = stops[:-1], stops[1:]
    within = ~ends[first]
    way = np.searchsorted(lines.offset, first[within], side="right") - 1
    return _Pieces(first[within], last[within], way)


def _lengths(xy: NDArray[np.float64], pieces: _Pieces) -> NDArray[np.float64]:
    """Length of each edge, summed over its own segments alone so that far-off ways add no rounding."""
    steps = np.hypot(*np.diff(xy, axis=0).T)
    if not len(pieces.first):
        return np.zeros(0)
    bounds = np.column_stack([pieces.first, pieces.last]).ravel()
    padded = np.append(steps, 0.0)
    return np.add.reduceat(padded, bounds)[::2]


def _edge_lines(xy: NDArray[np.float64], pieces: _Pieces) -> NDArray[np.object_]:
    counts = pieces.last - pieces.first + 1
    edge = np.repeat(np.arange(len(counts)), counts)
    position = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    lines: NDArray[np.object_] = shapely.linestrings(xy[pieces.first[edge] + position], indices=edge)
    return lines


def _edge_ids(lines: WalkWays, pieces: _Pieces) -> NDArray[np.object_]:
    """``way:piece``; lines across squares carry a negative way id here and a ``square`` in the key."""
    way = lines.way_id[pieces.way]
    order = np.argsort(way, kind="stable")
    piece = np.empty(len(way), dtype=np.int64)
    new = np.flatnonzero(np.diff(way[order], prepend=np.nan) != 0)
    counts = np.diff(np.append(new, len(way)))
    piece[order] = np.arange(len(way)) - np.repeat(new, counts)
    names = [f"{w}:{p}" if w >= 0 else f"square/{-w}:{p}" for w, p in zip(way, piece, strict=True)]
    return np.array(names, dtype=object)


def _beyond(lines: WalkWays, vertex_node: NDArray[np.int64], nodes: int) -> NDArray[np.bool_]:
    return np.bincount(vertex_node, weights=lines.cut, minlength=nodes) > 0


def _outside(xy: NDArray[np.float64], coverage: Polygon | MultiPolygon) -> NDArray[np.bool_]:
    shapely.prepare(coverage)
    inside: NDArray[np.bool_] = shapely.intersects_xy(coverage, xy)
    return ~inside


def components(
    start: NDArray[np.integer], end: NDArray[np.integer], length_m: NDArray[np.float64], nodes: int
) -> NDArray[np.int32]:
    """Number the connected pieces of a network by their length, 0 being the longest."""
    graph = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(nodes, nodes))
    count, component = connected_components(graph, directed=False)
    total_m = np.bincount(component[start], weights=length_m, minlength=count)
    rank = np.empty(count, dtype=np.int32)
    rank[np.lexsort((np.arange(count), -total_m))] = np.arange(count, dtype=np.int32)
    numbered: NDArray[np.int32] = rank[component]
    return numbered


def _node_flags(lines: WalkWays, vertex_node: NDArray[np.int64], nodes: int) -> NDArray[np.uint8]:
    """What the vertices at a node say about it, together."""
    flags = np.zeros(nodes, dtype=np.uint8)
    said = np.flatnonzero(lines.vertex_flags)
    np.bitwise_or.at(flags, vertex_node[said], lines.vertex_flags[said])
    return flags


def _edge_traits(
    lines: WalkWays,
    pieces: _Pieces,
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    node_flags: NDArray[np.uint8],
) -> Traits:
    """The way's traits, and what stands in the course of this piece of it.

    A kerb or barrier between the ends is passed by whoever walks the piece. One at an end is passed only
    where the piece goes straight on into one other, or where it is a crossing that ends at the kerb;
    at a junction people go past it.
    """
    traits = lines.traits.take(pieces.way)
    degree = np.bincount(np.concatenate([start, end]), minlength=len(node_flags))
    flags = traits.flags.copy()
    crossing = traits.has(Trait.CROSSING)
    for node_trait, trait in ((NodeTrait.KERB, Trait.KERB), (NodeTrait.BARRIER, Trait.BARRIER)):
        inner = np.concatenate([[0], np.cumsum((lines.vertex_flags & node_trait) > 0)])
        passed = inner[pieces.last] > inner[pieces.first + 1]
        for at in (start, end):
            here = (node_flags[at] & node_trait) > 0
            passed |= here & ((degree[at] == 2) | (crossing & (trait == Trait.KERB)))
        flags[passed] |= np.uint16(trait)
    return Traits(flags, traits.incline_share, traits.width_m)
