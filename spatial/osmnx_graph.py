"""A walk network from, and as, a graph in the conventions of OSMnx 2, which many planners already use.

OSMnx itself is not needed, networkx is. Of a graph that is brought, every edge is taken as walkable in
the direction in which it is drawn: download it with ``network_type="walk"``, or with
``bidirectional=True`` from a file.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely import MultiPolygon, Polygon

from spatial.build import components
from spatial.crs import why_not_metric
from spatial.errors import AnalysisError, LayerError, NotMetric
from spatial.network import WalkNetwork
from spatial.traits import from_rows

if TYPE_CHECKING:
    import networkx as nx

ReadTraits = Callable[[Mapping[str, str]], tuple[int, float, float]]
"""Flags, incline and width of a way from its tags, as `layers.walk_traits.way_traits` reads them."""
_OWN = ("edge_id", "position", "flags", "incline_share", "width_m")
"""What we add to an edge beside OSMnx's own attributes, so that our own networks come back as they were."""


def to_osmnx(network: WalkNetwork) -> nx.MultiDiGraph:
    """The network as a simplified, projected OSMnx graph.

    Returns
    -------
    MultiDiGraph
        Nodes are OSM ids (negative where ours) with ``x``, ``y`` [m], ``street_count``; edges, one for
        each direction that may be walked, with ``osmid``, ``highway``, ``oneway``, ``reversed``, ``length``
        [m] and ``geometry``, and our own ``edge_id``, ``position``, ``flags``, ``incline_share`` and
        ``width_m`` (the last two where known). Nodes also say ``beyond`` and ``flags``. The graph has ``crs``
        and ``simplified``.

    Raises
    ------
    AnalysisError
        networkx is not installed.
    """
    graph = _networkx().MultiDiGraph(crs=network.crs, simplified=True, created_with="Linli")
    degree = np.bincount(np.concatenate([network.edge_start, network.edge_end]), minlength=len(network.node_id))
    for i, node in enumerate(network.node_id.tolist()):
        x, y = network.node_xy[i].tolist()
        beyond, flags = bool(network.node_beyond[i]), int(network.node_flags[i])
        graph.add_node(node, x=x, y=y, street_count=int(degree[i]), beyond=beyond, flags=flags)
    reversed_lines = shapely.reverse(network.edge_line)
    for i in range(len(network.edge_id)):
        start, end = (int(network.node_id[at[i]]) for at in (network.edge_start, network.edge_end))
        facts = _facts(network, i)
        if network.edge_forward[i]:
            graph.add_edge(start, end, **facts, reversed=False, geometry=network.edge_line[i])
        if network.edge_backward[i]:
            graph.add_edge(end, start, **facts, reversed=True, geometry=reversed_lines[i])
    return graph


def _facts(network: WalkNetwork, i: int) -> dict[str, Any]:
    traits = network.edge_traits
    facts: dict[str, Any] = {
        "osmid": int(network.edge_way_id[i]),
        "highway": str(network.edge_highway[i]),
        "oneway": not (network.edge_forward[i] and network.edge_backward[i]),
        "length": float(network.edge_length_m[i]),
        "edge_id": str(network.edge_id[i]),
        "position": i,
        "flags": int(traits.flags[i]),
    }
    numbers = {"incline_share": float(traits.incline_share[i]), "width_m": float(traits.width_m[i])}
    return facts | {name: value for name, value in numbers.items() if not np.isnan(value)}


def from_osmnx(
    graph: nx.MultiDiGraph,
    read_traits: ReadTraits | None = None,
    coverage: Polygon | MultiPolygon | None = None,
) -> WalkNetwork:
    """A walk network from an OSMnx graph.

    The two directions of a street, which OSMnx keeps as two edges, become one edge here.

    Parameters
    ----------
    graph : MultiDiGraph
        In a metric CRS, as `osmnx.projection.project_graph` makes it; simplified or not. Nodes are whole
        numbers with ``x`` and ``y``.
    read_traits : callable, optional
        What an edge is like underfoot, from its attributes; without it nothing is known, except of edges
        that `to_osmnx` wrote.
    coverage : Polygon or MultiPolygon, optional
        Where the data are complete, in the graph's CRS: nodes outside it are `node_beyond`. Without it the
        data end nowhere, and every place out of reach is taken to be so.

    Returns
    -------
    WalkNetwork
        Lengths are those of the geometries in the CRS, not of the attribute ``length`` (which OSMnx
        measures on the sphere). `edge_way_id` is the first ``osmid`` of a merged edge.

    Raises
    ------
    NotMetric
        The graph is not projected, or not in metres.
    LayerError
        A node lacks its place or is no whole number, an edge has no length, or there is no edge.

    Notes
    -----
    ``from_osmnx(to_osmnx(network))`` equals the network, if each of its nodes has an edge.
    """
    crs = _metric(graph.graph.get("crs"))
    node_id, xy = _nodes(graph)
    rows = _both_directions(graph, dict(zip(node_id.tolist(), xy.tolist(), strict=True)))
    number = {node: i for i, node in enumerate(node_id.tolist())}
    start = np.array([number[row.start] for row in rows], dtype=np.int32)
    end = np.array([number[row.end] for row in rows], dtype=np.int32)
    line = np.array([row.line for row in rows], dtype=object)
    length_m = shapely.length(line)
    _all_have_length(rows, length_m)
    data = graph.nodes
    beyond = np.array([str(data[n].get("beyond", False)) == "True" for n in node_id.tolist()], dtype=bool)
    if coverage is not None:
        beyond |= ~shapely.intersects_xy(coverage, xy)
    return WalkNetwork(
        crs=crs,
        node_id=node_id,
        node_xy=xy,
        node_beyond=beyond,
        node_component=components(start, end, length_m, len(node_id)),
        edge_id=_edge_ids(rows),
        edge_way_id=np.array([row.way_id for row in rows], dtype=np.int64),
        edge_start=start,
        edge_end=end,
        edge_line=line,
        edge_length_m=length_m,
        edge_forward=np.array([row.forward for row in rows], dtype=bool),
        edge_backward=np.array([row.backward for row in rows], dtype=bool),
        edge_highway=np.array([_first(row.data.get("highway", "")) for row in rows], dtype=object),
        edge_traits=from_rows(_traits(row.data, read_traits) for row in rows),
        node_flags=np.array([int(data[n].get("flags", 0)) for n in node_id.tolist()], dtype=np.uint8),
    )


class _Row:
    """One edge in the making: a direction of it, and perhaps the other."""

    def __init__(self, start: int, end: int, line: shapely.LineString, data: Mapping[str, Any]) -> None:
        self.start, self.end, self.line, self.data = start, end, line, data
        self.forward, self.backward = True, False
        self.way_id = int(_first(data.get("osmid", 0)))

    def turned(self) -> None:
        """Drawn the other way round."""
        self.start, self.end, self.line = self.end, self.start, shapely.reverse(self.line)
        self.forward, self.backward = self.backward, self.forward


def _both_directions(graph: nx.MultiDiGraph, xy: Mapping[int, list[float]]) -> list[_Row]:
    """Pair each edge with the one that runs back along it. A direction that is drawn twice is two edges."""
    rows: list[_Row] = []
    waiting: dict[Hashable, list[_Row]] = {}
    for start, end, data in sorted(graph.edges(data=True), key=lambda edge: _against(edge[2])):
        line = data.get("geometry")
        line = shapely.LineString([xy[start], xy[end]]) if line is None else line
        met = waiting.get(_key(end, start, shapely.reverse(line), data))
        if met:
            met.pop().backward = True
            continue
        row = _Row(start, end, line, data)
        waiting.setdefault(_key(start, end, line, data), []).append(row)
        rows.append(row)
    for row in rows:
        if _against(row.data):
            row.turned()
    return sorted(rows, key=lambda row: int(row.data.get("position", 0)))


def _against(data: Mapping[str, Any]) -> bool:
    """Whether an edge runs against its way: such come last, so that each edge is kept as its way is drawn."""
    return str(data.get("reversed", False)) == "True"


def _key(start: int, end: int, line: shapely.LineString, data: Mapping[str, Any]) -> Hashable:
    """Says that two edges are the two directions of one: same ends, same way, same course."""
    osmid = data.get("osmid", 0)
    way = frozenset(osmid) if isinstance(osmid, list) else osmid
    return start, end, way, data.get("edge_id"), shapely.to_wkb(line)


def _nodes(graph: nx.MultiDiGraph) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    nodes = list(graph.nodes(data=True))
    wrong = [n for n, data in nodes if not isinstance(n, int) or "x" not in data or "y" not in data]
    if wrong:
        raise LayerError(
            f"graph: {len(wrong)} nodes are no whole numbers or lack x and y, such as {_some(wrong)}, so they have no "
            "place; bring the graph as OSMnx makes it"
        )
    ids = np.array([n for n, _ in nodes], dtype=np.int64)
    return ids, np.array([(float(data["x"]), float(data["y"])) for _, data in nodes]).reshape(-1, 2)


def _all_have_length(rows: list[_Row], length_m: NDArray[np.float64]) -> None:
    if not rows:
        raise LayerError("graph: has no edge, so nothing can be reached; bring a street network")
    wrong = [f"{row.start} to {row.end}" for row, length in zip(rows, length_m.tolist(), strict=True) if not length > 0]
    if wrong:
        raise LayerError(
            f"graph: {len(wrong)} edges have no length, such as {_some(wrong)}, so nobody could stand on them; "
            "merge nodes that lie in one place"
        )


def _metric(text: object) -> CRS:
    crs = None if text is None else CRS.from_user_input(text)
    reason = "is not declared" if crs is None else why_not_metric(crs)
    if crs is None or reason is not None:
        raise NotMetric(
            f"graph: its CRS {reason}, so lengths would be wrong; project it with osmnx.projection.project_graph"
        )
    return crs


def _edge_ids(rows: list[_Row]) -> NDArray[np.object_]:
    """Our own where they are there, else ``way id:piece`` in order of appearance."""
    seen: dict[int, int] = {}
    ids = []
    for row in rows:
        piece = seen.get(row.way_id, 0)
        seen[row.way_id] = piece + 1
        ids.append(str(row.data.get("edge_id", f"{row.way_id}:{piece}")))
    return np.array(ids, dtype=object)


def _traits(data: Mapping[str, Any], read_traits: ReadTraits | None) -> tuple[int, float, float]:
    if "edge_id" in data or read_traits is None:
        incline, width = float(data.get("incline_share", np.nan)), float(data.get("width_m", np.nan))
        return int(data.get("flags", 0)), incline, width
    return read_traits({key: str(_first(value)) for key, value in data.items() if key not in _OWN})


def _first(value: Any) -> Any:  # noqa: ANN401 (an attribute of any type)
    """OSMnx merges ways into one edge with a list of their values."""
    return value[0] if isinstance(value, list) else value


def _some(names: Iterable[object]) -> str:
    return ", ".join(str(name) for name in list(names)[:3])


def _networkx() -> ModuleType:
    try:
        return import_module("networkx")
    except ImportError:
        raise AnalysisError(
            "a graph for OSMnx needs networkx, which is not installed; install it with: pip install networkx"
        ) from None
