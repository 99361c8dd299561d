"""Walking distances on a part of the real city, computed again with other tools from the published files alone."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

CENTRE = Point(458_300, 3_110_300)
"""Between the harbour and the old town."""
WITHIN_M = 600.0
MARGIN_M = 1_000.0
"""No shortest path of this length from a home within `WITHIN_M` leaves the part of the network that is read."""


@pytest.fixture(scope="module")
def part(las_palmas):
    """Homes near the centre; edges and entrances of open public space in a wider box around them."""
    near = CENTRE.buffer(WITHIN_M)
    wide = tuple(CENTRE.buffer(WITHIN_M + MARGIN_M).bounds)
    homes = pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="demand", bbox=near.bounds)
    edges = pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="network", bbox=wide).set_index("edge_id")
    entrances = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="entrances", bbox=wide)
    return (
        homes[homes.within(near)],
        edges,
        entrances[entrances["edge_id"].isin(edges.index) & entrances.within(box(*wide))],
    )


def hang(graph: nx.MultiDiGraph, edges: pd.DataFrame, name: str, edge_id: str, point: Point) -> None:
    """Hang a point on its edge by plain geometry: its leg, and the pieces of the edge to everything else on it."""
    row = edges.loc[edge_id]
    line = row.geometry if row.geometry.geom_type == "LineString" else row.geometry.geoms[0]
    along, leg = line.project(point), line.distance(point)
    on_edge = graph.graph.setdefault(edge_id, [])
    stops = [(row["start_node_id"], 0.0, 0.0), (row["end_node_id"], line.length, 0.0), *on_edge]
    for other, at, other_leg in stops:
        cost = abs(at - along) + leg + other_leg
        if row["forward"] if at >= along else row["backward"]:
            graph.add_edge(name, other, length_m=cost)
        if row["backward"] if at >= along else row["forward"]:
            graph.add_edge(other, name, length_m=cost)
    on_edge.append((name, along, leg))


def network(edges: pd.DataFrame) -> nx.MultiDiGraph:
    graph = nx.MultiDiGraph()
    for row in edges.itertuples():
        if row.forward:
            graph.add_edge(row.start_node_id, row.end_node_id, length_m=row.length_m)
        if row.backward:
            graph.add_edge(row.end_node_id, row.start_node_id, length_m=row.length_m)
    return graph


@pytest.mark.parametrize(
    ("supply", "classes"),
    [
        (
            "open_public_space",
            (
                "park",
                "garden",
                "woodland",
                "nature_reserve",
                "square",
                "playground",
                "sports_ground",
                "beach",
                "greenway",
            ),
        ),
        ("playground", ("playground",)),
    ],
)
def test_distances_equal_those_of_networkx_on_the_published_network(part, supply, classes):
    homes, edges, entrances = part
    goals = entrances[entrances["space_class"].isin(classes)]
    assert len(homes) > 200
    assert len(goals) > 10
    graph = network(edges)
    names = [f"entrance/{i}" for i in range(len(goals))]
    for name, row in zip(names, goals.itertuples(), strict=True):
        hang(graph, edges, name, row.edge_id, row.geometry)
    # Points hang only on the network, not on each other beyond their own edge: a home is hung last and taken off again.
    reached = nx.multi_source_dijkstra_path_length(graph.reverse(copy=False), names, cutoff=MARGIN_M, weight="length_m")
    sample = homes[homes["edge_id"].notna()].sort_values("demand_id").iloc[::3]
    found = np.array([from_home(graph, edges, row, reached) for row in sample.itertuples()])
    published = sample[f"distance_{supply}_m"].to_numpy()
    near = published <= MARGIN_M
    assert near.mean() > 0.5
    np.testing.assert_allclose(found[near], published[near], rtol=0, atol=0.002)
    assert (found[~near] > MARGIN_M - 0.002).all()


def from_home(graph: nx.MultiDiGraph, edges: pd.DataFrame, home, reached: dict[object, float]) -> float:
    row = edges.loc[home.edge_id]
    line = row.geometry if row.geometry.geom_type == "LineString" else row.geometry.geoms[0]
    along, leg = line.project(home.geometry), line.distance(home.geometry)
    ways = []
    if row["backward"]:
        ways.append(along + reached.get(row["start_node_id"], np.inf))
    if row["forward"]:
        ways.append(line.length - along + reached.get(row["end_node_id"], np.inf))
    for _, at, other_leg in graph.graph.get(home.edge_id, []):
        if row["forward"] if at >= along else row["backward"]:
            ways.append(abs(at - along) + other_leg)
    return leg + min(ways, default=np.inf)
