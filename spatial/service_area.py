"""Service areas: the ground from which, or to which, one walks within a limit.

An edge is followed exactly to the point at which the limit is used up, from either end and from
the entrances on it. Beside the network the area is a strip: a place belongs to it if it lies
within the strip's width of a point of the network from which the rest of the limit still pays
for the straight leg. So an area never extends beyond the limit along the network plus the leg,
and the leg is never longer than the strip.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon
from shapely.ops import substring

from spatial.network import WalkNetwork
from spatial.search import SearchGraph, nearest_entrance
from spatial.snapping import Attachments

_ROUND = 4
"""Segments a quarter circle. A polygon drawn inside the circle errs to the near side, by 0.4 m at 20 m."""
_SHORTEST_M = 1e-6


@dataclass(frozen=True)
class ReachedParts:
    """Parts of edges that lie within a limit. Parts of one edge may overlap; an edge without any is absent."""

    edge: NDArray[np.int64]
    from_m: NDArray[np.float64]
    """Distance along the edge from its start."""
    to_m: NDArray[np.float64]


def node_costs(graph: SearchGraph, chosen: NDArray[np.int64], *, limit: float) -> NDArray[np.float64]:
    """Cost of walking from every node of the network to the nearest of the chosen entrances; inf beyond `limit`."""
    network = graph.network
    count = len(network.edge_id)
    ends = np.concatenate([network.edge_end, network.edge_start])
    at_m = np.concatenate([network.edge_length_m, np.zeros(count)])
    # A node is asked for by an edge that ends in it, an open one where there is any.
    order = np.argsort(
        np.tile(np.isfinite(np.minimum(graph.impedance.forward, graph.impedance.backward)), 2), kind="stable"
    )
    edge = np.full(len(network.node_id), -1, dtype=np.int32)
    along_m = np.full(len(network.node_id), np.nan)
    edge[ends[order]], along_m[ends[order]] = order % count, at_m[order]
    at_nodes = Attachments(edge, along_m, np.where(edge >= 0, 0.0, np.nan))
    return nearest_entrance(graph, chosen, at_nodes, limit=limit).cost


def reached_parts(
    graph: SearchGraph, chosen: NDArray[np.int64], node_cost: NDArray[np.float64], *, limit: float
) -> ReachedParts:
    """The parts of the network from which one of the chosen entrances is within a limit.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    node_cost : float array
        As `node_costs` gives it, for this limit or a larger one.
    limit : float
        In the unit of the graph's impedance.

    Returns
    -------
    ReachedParts
        Exact: cost grows evenly along an edge. What is reached from neither end and from no entrance
        on the edge is not in it.
    """
    length_m = graph.network.edge_length_m
    starts = _starts(graph, chosen, node_cost, limit)
    budget_m = starts.left / starts.rate
    low = np.maximum(np.where(starts.ahead, starts.at_m, starts.at_m - budget_m), 0.0)
    high = np.minimum(np.where(starts.ahead, starts.at_m + budget_m, starts.at_m), length_m[starts.edge])
    reached_from_start, reached_from_end = np.zeros(len(length_m)), length_m.copy()
    first, last = low <= 0, high >= length_m[starts.edge]
    np.maximum.at(reached_from_start, starts.edge[first], high[first])
    np.minimum.at(reached_from_end, starts.edge[last], low[last])
    whole = reached_from_start >= reached_from_end
    kept = ~whole[starts.edge] & (high - low > _SHORTEST_M)
    return ReachedParts(
        np.concatenate([np.flatnonzero(whole), starts.edge[kept]]),
        np.concatenate([np.zeros(whole.sum()), low[kept]]),
        np.concatenate([length_m[whole], high[kept]]),
    )


def service_area(graph: SearchGraph, chosen: NDArray[np.int64], *, limit: float, strip_m: float) -> MultiPolygon:
    """The ground from which the nearest of the chosen entrances is within a limit.

    For the ground that can be reached *from* places, search with `spatial.impedance.returning`.

    Parameters
    ----------
    graph : SearchGraph
        Its impedance is the measure of the limit.
    chosen : int array
        Positions among the graph's entrances.
    limit : float
        Inclusive, in the impedance's unit (metres or seconds). The entrance's own off-network leg counts.
    strip_m : float
        How far from the network the area may extend.

    Returns
    -------
    MultiPolygon
        In the network's CRS, holes included; empty where nothing is reached. The straight leg is not
        tried against walls or water.

    Notes
    -----
    Every point inside lies within `strip_m` of a point of the network from which
    cost + leg <= limit. Where a metre along the network costs no less than one beside it, the
    outermost `strip_m` need no drawing of their own: discs around the points farther in hold them.
    """
    chosen = chosen[graph.entrances.edge[chosen] >= 0]
    if not len(chosen) or limit <= 0:
        return MultiPolygon()
    node_cost = node_costs(graph, chosen, limit=limit)
    full = reached_parts(graph, chosen, node_cost, limit=limit - strip_m * graph.impedance.per_metre)
    shapes = [
        shapely.buffer(_lines(graph.network, full), strip_m, quad_segs=_ROUND),
        _discs(graph, chosen, limit, strip_m),
        _fast_tails(graph, chosen, node_cost, limit, strip_m),
    ]
    whole = shapely.union_all(np.concatenate(shapes))
    return MultiPolygon([p for p in shapely.get_parts(whole) if isinstance(p, Polygon) and not p.is_empty])


@dataclass(frozen=True)
class _Starts:
    """Where the walk along an edge to an entrance ends: an end of the edge, or an entrance on it."""

    edge: NDArray[np.int64]
    at_m: NDArray[np.float64]
    left: NDArray[np.float64]
    """What is left of the limit there; positive."""
    ahead: NDArray[np.bool_]
    """True for those who stand farther along the edge and walk back to here."""
    rate: NDArray[np.float64]
    """Cost of a metre of that walk; finite."""


def _starts(graph: SearchGraph, chosen: NDArray[np.int64], node_cost: NDArray[np.float64], limit: float) -> _Starts:
    network, cost, length_m = graph.network, graph.impedance, graph.network.edge_length_m
    at = graph.entrances.take(chosen)
    on, beside = at.edge.astype(np.int64), limit - at.off_network_m * cost.per_metre
    edges, zeros = np.arange(len(length_m)), np.zeros(len(length_m))
    edge = np.concatenate([edges, edges, on, on])
    at_m = np.concatenate([zeros, length_m, at.along_m, at.along_m])
    left = np.concatenate([limit - node_cost[network.edge_start], limit - node_cost[network.edge_end], beside, beside])
    ahead = np.repeat([True, False, True, False], [len(edges), len(edges), len(on), len(on)])
    rate = np.where(ahead, cost.backward[edge], cost.forward[edge]) / length_m[edge]
    kept = (left > 0) & np.isfinite(rate)
    return _Starts(edge[kept], at_m[kept], left[kept], ahead[kept], rate[kept])


def _lines(network: WalkNetwork, parts: ReachedParts) -> NDArray[np.object_]:
    lines: NDArray[np.object_] = network.edge_line[parts.edge].copy()
    cut = np.flatnonzero(parts.to_m - parts.from_m < network.edge_length_m[parts.edge] - _SHORTEST_M)
    for i in cut:
        lines[i] = substring(lines[i], parts.from_m[i], parts.to_m[i])
    return lines


def _discs(graph: SearchGraph, chosen: NDArray[np.int64], limit: float, strip_m: float) -> NDArray[np.object_]:
    """The ground around the points where entrances are attached: all there is where the limit is short."""
    at = graph.entrances.take(chosen)
    radius_m = np.minimum(limit / graph.impedance.per_metre - at.off_network_m, strip_m)
    at, radius_m = at.take(radius_m > 0), radius_m[radius_m > 0]
    points = shapely.line_interpolate_point(graph.network.edge_line[at.edge], at.along_m)
    discs: NDArray[np.object_] = shapely.buffer(points, radius_m, quad_segs=_ROUND)
    return discs


def _fast_tails(
    graph: SearchGraph, chosen: NDArray[np.int64], node_cost: NDArray[np.float64], limit: float, strip_m: float
) -> NDArray[np.object_]:
    """Ground along the last metres of edges that are walked faster than the ground beside them.

    There the area tapers to the point where the limit ends, beyond the discs farther in.
    """
    network, per_metre = graph.network, graph.impedance.per_metre
    starts = _starts(graph, chosen, node_cost, limit)
    room_m = np.where(starts.ahead, network.edge_length_m[starts.edge] - starts.at_m, starts.at_m)
    full_m = np.maximum(starts.left - strip_m * per_metre, 0.0) / starts.rate
    last_m = np.minimum(starts.left / starts.rate, room_m)
    tails: list[shapely.Geometry] = []
    for i in np.flatnonzero((starts.rate < per_metre) & (last_m - full_m > _SHORTEST_M)):
        way = 1 if starts.ahead[i] else -1
        line = network.edge_line[starts.edge[i]]
        part = substring(line, starts.at_m[i] + way * full_m[i], starts.at_m[i] + way * last_m[i])
        tails += list(_tapered(part, starts.left[i] - full_m[i] * starts.rate[i], starts.rate[i], per_metre))
    return np.array(tails, dtype=object)


def _tapered(line: LineString, left: float, rate: float, per_metre: float) -> NDArray[np.object_]:
    """Discs along a line that shrink as the limit is used up, and the ground between them."""
    xy = shapely.get_coordinates(line)
    walked_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(xy, axis=0).T))])
    radius_m = np.maximum(left - walked_m * rate, 0.0) / per_metre
    points = shapely.points(xy)
    discs = np.where(radius_m > 0, shapely.buffer(points, radius_m, quad_segs=_ROUND), points)
    between: NDArray[np.object_] = shapely.convex_hull(
        shapely.geometrycollections(np.stack([discs[:-1], discs[1:]], axis=1))
    )
    return between
