"""What the searches are timed on: the demo places' streets, and SYNTHETIC k x k copies of them joined by streets.

No such city exists as the copies: use them for growth and ratios, never for figures.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analyses.entrances import find_entrances
from analyses.parameters import Parameters
from layers.types import Layers
from spatial.network import WalkNetwork
from spatial.ordering import hilbert_order
from spatial.snapping import Attachments, attach, edge_index
from spatial.traits import Traits, joined

_GAP_M = 200.0
_JOINTS = 5
"""Streets between two neighbouring copies."""


@dataclass(frozen=True)
class Streets:
    """A network with the ways into its public spaces and the homes on it."""

    name: str
    network: WalkNetwork
    entrances: Attachments
    space_of_entrance: NDArray[np.int64]
    homes: NDArray[np.object_]
    home_at: Attachments


def real_streets(name: str, layers: Layers) -> Streets:
    """The streets of a place, every way into its spaces, and its buildings as homes."""
    parameters = Parameters()
    index = edge_index(layers.network)
    found = find_entrances(layers, index, parameters)
    homes = shapely.centroid(layers.buildings.geometry.to_numpy())
    home_at = attach(index, homes, limit_m=parameters.snap_limit_m)
    on = np.flatnonzero(found.attachment.edge >= 0)
    space = found.table["space"].to_numpy(np.int64)[on]
    return Streets(name, layers.network, found.attachment.take(on), space, homes, home_at)


def copied(streets: Streets, k: int) -> Streets:
    """SYNTHETIC: k x k copies side by side, neighbours joined by a few streets."""
    one, copies = streets.network, k * k
    width_m, height_m = np.ptp(one.node_xy, axis=0) + _GAP_M
    shifts = np.array([(width_m * (c % k), height_m * (c // k)) for c in range(copies)])
    nodes, edges = len(one.node_id), len(one.edge_start)
    start = np.concatenate([one.edge_start + c * nodes for c in range(copies)])
    end = np.concatenate([one.edge_end + c * nodes for c in range(copies)])
    xy = np.concatenate([one.node_xy + shift for shift in shifts])
    tail, head = _joints(one, k)
    joints = shapely.linestrings(np.stack([xy[tail], xy[head]], axis=1))
    lines = np.concatenate([*(shapely.transform(one.edge_line, lambda p, s=s: p + s) for s in shifts), joints])
    values: dict[str, Any] = {"node_xy": xy, "edge_line": lines}
    for field in fields(WalkNetwork):
        old = getattr(one, field.name)
        if field.name.startswith("node_") and field.name not in values:
            values[field.name] = np.tile(old, copies)
        elif field.name.startswith("edge_") and field.name not in values and not isinstance(old, Traits):
            values[field.name] = np.concatenate([np.tile(old, copies), np.repeat(old[:1], len(tail))])
    values |= {
        "edge_start": np.concatenate([start, tail]).astype(np.int32),
        "edge_end": np.concatenate([end, head]).astype(np.int32),
        "edge_length_m": np.concatenate([np.tile(one.edge_length_m, copies), shapely.length(joints)]),
        "edge_forward": np.concatenate([np.tile(one.edge_forward, copies), np.ones(len(tail), dtype=bool)]),
        "edge_backward": np.concatenate([np.tile(one.edge_backward, copies), np.ones(len(tail), dtype=bool)]),
        "edge_traits": joined([*[one.edge_traits] * copies, one.edge_traits.take(np.zeros(len(tail), dtype=np.int64))]),
        "node_id": np.concatenate([one.node_id + c * 10**11 for c in range(copies)]),
    }
    spaces = int(streets.space_of_entrance.max()) + 1
    return Streets(
        f"SYNTHETIC {k}x{k} {streets.name}",
        replace(one, **values),
        _copied_places(streets.entrances, copies, edges),
        np.concatenate([streets.space_of_entrance + c * spaces for c in range(copies)]),
        np.concatenate([shapely.transform(streets.homes, lambda p, s=s: p + s) for s in shifts]),
        _copied_places(streets.home_at, copies, edges),
    )


def _copied_places(at: Attachments, copies: int, edges: int) -> Attachments:
    edge = np.concatenate([np.where(at.edge >= 0, at.edge + c * edges, -1) for c in range(copies)])
    return Attachments(edge.astype(np.int32), np.tile(at.along_m, copies), np.tile(at.off_network_m, copies))


def _joints(one: WalkNetwork, k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Nodes of neighbouring copies to join: the outermost of the main network on facing sides."""
    main, nodes = np.flatnonzero(one.node_component == 0), len(one.node_id)
    x, y = one.node_xy[main].T
    outermost = {
        side: main[np.argsort(key)[:_JOINTS]] for side, key in (("w", x), ("e", -x), ("s", y), ("n", -y))
    }  # fmt: skip
    tail, head = [], []
    for c in range(k * k):
        for there, side, facing in ((c + 1, "e", "w"), (c + k, "n", "s")):
            if (side == "e" and c % k == k - 1) or there >= k * k:
                continue
            tail.append(outermost[side] + c * nodes)
            head.append(outermost[facing] + there * nodes)
    none = np.zeros(0, dtype=np.int64)
    return np.concatenate([none, *tail]), np.concatenate([none, *head])


@dataclass(frozen=True)
class Vertices:
    """The streets as people without chains would search them: a node at every vertex, and at every entrance."""

    arcs: csr_array
    """Against the direction of walking; entrances are the last rows, with arcs that leave them."""
    xy: NDArray[np.float64]
    vertices: int
    at: Attachments
    """Each vertex as a point on our network."""
    place: NDArray[np.float64]
    """Where each entrance meets the network."""


def every_vertex(streets: Streets) -> Vertices:
    """A node at every OSM vertex, along a Hilbert curve, and one at every entrance, tied to its place by its leg."""
    network, entrances = streets.network, streets.entrances
    xy, line = shapely.get_coordinates(network.edge_line, return_index=True)
    first = np.concatenate([[0], np.cumsum(np.bincount(line, minlength=len(network.edge_line)))])
    step_m = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    step_m[first[:-1]] = 0.0
    run_m = np.cumsum(step_m)
    along_m = np.minimum(run_m - run_m[first[:-1]][line], network.edge_length_m[line])
    # A vertex between the ends of its edge is a node of its own; the ends are the network's nodes.
    node = np.full(len(xy), -1, dtype=np.int64)
    node[first[:-1]], node[first[1:] - 1] = network.edge_start, network.edge_end
    own = np.flatnonzero(node < 0)
    node[own] = len(network.node_id) + np.arange(len(own))
    # Entrances stand between two vertices of their edge, or on one.
    edge = np.concatenate([line, entrances.edge])
    along = np.concatenate([along_m, entrances.along_m])
    vertices = len(network.node_id) + len(own)
    place = vertices + np.arange(len(entrances.edge))
    name = np.concatenate([node, place])
    order = np.lexsort((np.concatenate([np.arange(len(xy)) - first[line], np.zeros(len(place))]), along, edge))
    order = order[np.lexsort((along[order], edge[order]))]
    edge, along, name = edge[order], along[order], name[order]
    same = edge[1:] == edge[:-1]
    tail, head, cost = name[:-1][same], name[1:][same], (along[1:] - along[:-1])[same]
    of = edge[1:][same]
    fore, back = network.edge_forward[of], network.edge_backward[of]
    gate = place + len(place)
    size = vertices + 2 * len(place)
    rows = np.concatenate([head[fore], tail[back], gate])
    columns = np.concatenate([tail[fore], head[back], place])
    costs = np.concatenate([cost[fore], cost[back], entrances.off_network_m])
    kept = _least(rows, columns, np.maximum(costs, 1e-9))
    where = np.empty((vertices, 2))
    where[name[name < vertices]] = np.concatenate([xy, np.zeros((len(place), 2))])[order][name < vertices]
    rank = np.arange(size)
    rank[hilbert_order(where)] = np.arange(vertices)
    arcs = csr_array((kept[2], (rank[kept[0]], rank[kept[1]])), shape=(size, size))
    at = _vertices_as_points(edge, along, name, vertices, rank)
    place_xy = shapely.get_coordinates(
        shapely.line_interpolate_point(network.edge_line[entrances.edge], entrances.along_m)
    )
    return Vertices(arcs, where[np.argsort(rank[:vertices])], vertices, at, place_xy)


def _least(rows: NDArray[np.int64], columns: NDArray[np.int64], costs: NDArray[np.float64]) -> tuple[Any, Any, Any]:
    """A sparse matrix adds up entries that fall together; two parallel ways are not one long way."""
    order = np.lexsort((costs, columns, rows))
    rows, columns, costs = rows[order], columns[order], costs[order]
    new = np.append(True, (np.diff(rows) != 0) | (np.diff(columns) != 0))
    return rows[new], columns[new], costs[new]


def _vertices_as_points(
    edge: NDArray[np.int64], along: NDArray[np.float64], name: NDArray[np.int64], vertices: int, rank: NDArray[np.int64]
) -> Attachments:
    own = np.flatnonzero(name < vertices)
    of, first = np.unique(name[own], return_index=True)
    found_edge, found_along = np.empty(vertices, dtype=np.int32), np.empty(vertices)
    found_edge[rank[of]], found_along[rank[of]] = edge[own[first]], along[own[first]]
    return Attachments(found_edge, found_along, np.zeros(vertices))
