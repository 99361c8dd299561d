"""Where the walk network crosses water, a railway or a motorway, although nothing says how.

Ways join only at nodes they share, so what runs over or under is never joined to what it crosses. What is
left are ways drawn straight across a barrier without bridge, tunnel, ford or crossing. They are counted and
named, not cut: see docs/methods.md.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from layers.types import Caveat
from spatial.network import WalkNetwork
from spatial.traits import NodeTrait, Trait

BARRIERS = ("water", "railway", "motorway")
"""Obstacles that a street network has no way across of its own. Walls are: a gate or a gap is easily left out."""
_CARRIED = Trait.BRIDGE | Trait.TUNNEL | Trait.FORD | Trait.CROSSING
_WETTED_M = 1.0
"""So much of an edge has to lie in water; less is how outlines are drawn."""
_LOOK_M = 1.0
"""On which side of a line an edge leaves a node is seen this far from it."""
_SAME_PLACE_M = 1e-6
_SHOWN = 3


def barrier_crossings(network: WalkNetwork, obstacles: gpd.GeoDataFrame) -> pd.DataFrame:
    """Edges that cross a barrier without anything that carries them across.

    An edge crosses a line by passing through it, or by leaving a node on it to the other side than another
    edge does; it crosses an area by at least a metre inside. Lines across squares are left out: a basin in a
    square is walked around in a few steps.

    Parameters
    ----------
    network : WalkNetwork
    obstacles : GeoDataFrame
        `Layers.obstacles`, in the network's CRS.

    Returns
    -------
    DataFrame
        ``edge`` (position), ``obstacle_kind`` (water, railway, motorway), ``obstacle_id``; sorted, each pair
        once.
    """
    barriers = obstacles[obstacles["obstacle_kind"].isin(BARRIERS)]
    shapes = barriers.geometry.to_numpy()
    plain = np.flatnonzero(~network.edge_traits.has(_CARRIED) & (network.edge_highway != "square"))
    barrier, edge = STRtree(network.edge_line[plain]).query(shapes, predicate="intersects")
    edge = plain[edge]
    through = _passes_through(network.edge_line[edge], shapes[barrier])
    by_node = _over_nodes(network, edge[~through], barrier[~through], shapes)
    pairs = np.concatenate([np.column_stack([edge[through], barrier[through]]), by_node])
    pairs = np.unique(pairs.astype(np.int64), axis=0)
    return pd.DataFrame(
        {
            "edge": pairs[:, 0],
            "obstacle_kind": barriers["obstacle_kind"].to_numpy(object)[pairs[:, 1]],
            "obstacle_id": barriers.index.to_numpy(object)[pairs[:, 1]],
        }
    )


def crossing_caveats(network: WalkNetwork, obstacles: gpd.GeoDataFrame) -> list[Caveat]:
    """One caveat a kind of barrier that is crossed: how many ways, and up to three of them."""
    found = barrier_crossings(network, obstacles)
    ways = {
        kind: np.unique(network.edge_way_id[found["edge"].to_numpy()[found["obstacle_kind"] == kind]])
        for kind in BARRIERS
    }
    caveats = [
        Caveat("crosses_water", "osm", len(ways["water"]), "ways", _named(ways["water"])),
        Caveat("crosses_railway", "osm", len(ways["railway"]), "ways", _named(ways["railway"])),
        Caveat("crosses_motorway", "osm", len(ways["motorway"]), "ways", _named(ways["motorway"])),
    ]
    return [caveat for caveat in caveats if caveat.count]


def _named(ways: NDArray[np.int64]) -> str:
    return ", ".join(f"way/{way}" for way in ways[:_SHOWN])


def _passes_through(lines: NDArray[np.object_], barriers: NDArray[np.object_]) -> NDArray[np.bool_]:
    areal = shapely.get_dimensions(barriers) == 2
    wet = shapely.length(shapely.intersection(lines, barriers)) >= _WETTED_M
    through: NDArray[np.bool_] = np.where(areal, wet, shapely.crosses(lines, barriers))
    return through


def _over_nodes(
    network: WalkNetwork, edge: NDArray[np.int64], barrier: NDArray[np.int64], shapes: NDArray[np.object_]
) -> NDArray[np.int64]:
    """Pairs of edge and barrier line where edges leave a common node on the line to both sides."""
    crossing = (network.node_flags & NodeTrait.CROSSING) > 0
    sides: dict[tuple[int, int], list[tuple[float, int]]] = {}
    for e, b in zip(edge.tolist(), barrier.tolist(), strict=True):
        if shapely.get_dimensions(shapes[b]) != 1:
            continue
        line, length_m = network.edge_line[e], float(network.edge_length_m[e])
        for node, along_m in ((network.edge_start[e], _LOOK_M), (network.edge_end[e], length_m - _LOOK_M)):
            here = shapely.Point(network.node_xy[node])
            if crossing[node] or shapes[b].distance(here) > _SAME_PLACE_M:
                continue
            seen = line.interpolate(min(max(along_m, 0.0), length_m))
            sides.setdefault((int(node), b), []).append((_side(shapes[b], here, seen), e))
    both = {key: found for key, found in sides.items() if min(found)[0] < 0 < max(found)[0]}
    pairs = [(e, b) for (_, b), found in both.items() for side, e in found if side != 0]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def _side(barrier: shapely.Geometry, here: shapely.Point, seen: shapely.Point) -> float:
    """1 to the left of the line at `here`, -1 to its right, 0 on it or where the line ends."""
    along_m = barrier.project(here)
    if not _LOOK_M / 2 < along_m < barrier.length - _LOOK_M / 2:
        return 0.0
    back, ahead = barrier.interpolate(along_m - _LOOK_M / 2), barrier.interpolate(along_m + _LOOK_M / 2)
    turn = (ahead.x - back.x) * (seen.y - here.y) - (ahead.y - back.y) * (seen.x - here.x)
    return float(np.sign(turn)) if abs(turn) > _SAME_PLACE_M else 0.0
