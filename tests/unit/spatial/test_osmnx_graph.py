"""Networks as OSMnx graphs and back. The conventions are checked against OSMnx itself where it is installed."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
import shapely
from shapely import LineString

from layers.sources.osm import read_osm
from layers.study import read_study
from layers.walk_traits import way_traits
from spatial.build import build_network
from spatial.errors import AnalysisError, LayerError, NotMetric
from spatial.network import WalkNetwork
from spatial.osmnx_graph import from_osmnx, to_osmnx
from spatial.traits import NodeTrait, Trait, from_rows
from tests.networks import EVERYWHERE, areas, network, ways

ROOT = Path(__file__).resolve().parents[3]
needs_osmnx = pytest.mark.skipif(importlib.util.find_spec("osmnx") is None, reason="OSMnx is not installed")


def assert_equal(left: WalkNetwork, right: WalkNetwork) -> None:
    """Every array of two networks is the same, to the last bit but for lengths summed anew."""
    assert left.crs == right.crs
    for field in dataclasses.fields(WalkNetwork):
        a, b = getattr(left, field.name), getattr(right, field.name)
        if field.name == "edge_traits":
            for name in ("flags", "incline_share", "width_m"):
                np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)
        elif field.name == "edge_line":
            assert shapely.equals_exact(a, b).all()
        elif field.name == "edge_length_m":
            np.testing.assert_allclose(a, b, rtol=1e-12)
        elif field.name != "crs":
            np.testing.assert_array_equal(a, b, err_msg=field.name)
            assert a.dtype == b.dtype, field.name


def hand_drawn() -> WalkNetwork:
    """A loop, two ways between the same nodes, a one-way street in each direction, an island, traits and an end of data."""
    lines = [
        [(1, 0.0, 0.0), (2, 100.0, 0.0)],
        [(1, 0.0, 0.0), (9, 50.0, 40.0), (2, 100.0, 0.0)],
        [(2, 100.0, 0.0), (3, 200.0, 0.0)],
        [(3, 200.0, 0.0), (11, 230.0, 30.0), (12, 260.0, 0.0), (3, 200.0, 0.0)],
        [(4, 900.0, 0.0), (5, 950.0, 0.0)],
        [(3, 200.0, 0.0), (6, 200.0, -80.0)],
    ]
    traits = from_rows([(0, math.nan, math.nan), (int(Trait.STEPS), 0.1, 1.5), *[(0, math.nan, math.nan)] * 4])
    drawn = ways(lines, oneway=(3, 6), cut=(5,), traits=traits, node_flags={2: int(NodeTrait.SIGNALS)})
    drawn = dataclasses.replace(drawn, forward=np.array([True, True, True, True, True, False]), backward=np.array([True, True, False, True, True, True]))
    return build_network(drawn, areas([[(20, 0.0, -10.0), (21, 0.0, -50.0), (1, 0.0, 0.0)]]), EVERYWHERE)


def test_a_network_comes_back_as_it_went():
    given = hand_drawn()
    assert given.node_beyond.any()
    assert given.node_component.max() == 1
    assert_equal(from_osmnx(to_osmnx(given)), given)


def test_what_osmnx_expects_is_there():
    given = hand_drawn()
    graph = to_osmnx(given)
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.graph["crs"] == given.crs
    assert graph.graph["simplified"] is True
    assert graph.nodes[2]["x"] == 100.0
    assert graph.nodes[2]["street_count"] == 3
    assert graph.number_of_edges(1, 2) == graph.number_of_edges(2, 1) == 2
    assert graph.number_of_edges(2, 3) == 1
    assert graph.number_of_edges(3, 2) == 0
    assert graph.number_of_edges(3, 3) == 2
    there, back = graph.edges[1, 2, 0], graph.edges[2, 1, 0]
    assert (there["osmid"], there["oneway"], there["reversed"], back["reversed"]) == (1, False, False, True)
    assert there["length"] == 100.0
    assert back["geometry"] == LineString([(100, 0), (0, 0)])
    assert graph.edges[2, 3, 0]["oneway"] is True
    assert sum(d["length"] for *_, d in graph.edges(data=True)) == pytest.approx(
        (given.edge_length_m * (given.edge_forward.astype(int) + given.edge_backward)).sum()
    )


def drawn_by_others() -> nx.MultiDiGraph:
    """As OSMnx makes them: straight edges without geometry, merged ways with lists, no attribute of ours."""
    graph = nx.MultiDiGraph(crs="EPSG:32628", simplified=True)
    for node, x, y in ((7, 0.0, 0.0), (8, 300.0, 400.0), (9, 300.0, 0.0)):
        graph.add_node(node, x=x, y=y, street_count=1)
    both = {"osmid": [5, 6], "highway": ["footway", "steps"], "oneway": False}
    bend = LineString([(0, 0), (150, 10), (300, 0)])
    graph.add_edge(9, 7, **{**both, "osmid": [6, 5]}, reversed=[True, False], length=1.0, geometry=bend.reverse())
    graph.add_edge(7, 9, **both, reversed=[False, True], length=1.0, geometry=bend)
    graph.add_edge(8, 7, osmid=4, highway="residential", oneway=False, reversed=True, length=499.9)
    graph.add_edge(7, 8, osmid=4, highway="residential", oneway=False, reversed=False, length=499.9)
    graph.add_edge(8, 9, osmid=3, highway="steps", oneway=True, reversed=False, length=400.0)
    return graph


def test_a_graph_of_others_becomes_a_network():
    found = from_osmnx(drawn_by_others(), way_traits)
    assert found.node_id.tolist() == [7, 8, 9]
    assert sorted(found.edge_id.tolist()) == ["3:0", "4:0", "5:0"]
    row = {e: i for i, e in enumerate(found.edge_id.tolist())}
    street, steps, bent = row["4:0"], row["3:0"], row["5:0"]
    assert found.edge_length_m[[street, steps]].tolist() == [500.0, 400.0]
    assert found.node_id[[found.edge_start[street], found.edge_end[street]]].tolist() == [7, 8]
    assert found.edge_backward[[street, steps, bent]].tolist() == [True, False, True]
    assert found.edge_forward.all()
    assert found.edge_length_m[bent] == pytest.approx(2 * math.hypot(150, 10))
    assert found.edge_traits.flags[steps] == int(Trait.STEPS)
    assert not found.node_beyond.any()
    assert from_osmnx(drawn_by_others()).edge_traits.flags.tolist() == [0, 0, 0]
    near = from_osmnx(drawn_by_others(), coverage=shapely.box(-10, -10, 310, 100))
    assert near.node_id[near.node_beyond].tolist() == [8]


def test_graphs_that_cannot_be_measured_are_refused():
    graph = drawn_by_others()
    graph.graph["crs"] = "EPSG:4326"
    with pytest.raises(NotMetric, match=r"degrees.*project_graph"):
        from_osmnx(graph)
    del graph.graph["crs"]
    with pytest.raises(NotMetric, match="not declared"):
        from_osmnx(graph)
    graph = drawn_by_others()
    graph.add_node("corner")
    with pytest.raises(LayerError, match="corner"):
        from_osmnx(graph)
    graph = drawn_by_others()
    graph.add_node(10, x=0.0, y=0.0)
    graph.add_edge(7, 10, osmid=1)
    with pytest.raises(LayerError, match="7 to 10"):
        from_osmnx(graph)
    with pytest.raises(LayerError, match="no edge"):
        from_osmnx(nx.MultiDiGraph(crs="EPSG:32628"))


def test_without_networkx_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "networkx", None)
    with pytest.raises(AnalysisError, match="pip install networkx"):
        to_osmnx(network([[(1, 0.0, 0.0), (2, 10.0, 0.0)]]))


def part_of_andorra(path: Path) -> None:
    """The middle of Andorra la Vella from the real extract, as OSM XML."""
    west, south, east, north = 1.515, 42.503, 1.530, 42.510
    source = ROOT / "data/andorra/osm/andorra.osm.pbf"
    with osmium.BackReferenceWriter(path, ref_src=source, overwrite=True) as writer:
        for way in osmium.FileProcessor(source, osmium.osm.WAY | osmium.osm.NODE).with_locations():
            if not isinstance(way, osmium.osm.Way) or "highway" not in way.tags:
                continue
            if all(n.location.valid() and west < n.lon < east and south < n.lat < north for n in way.nodes):
                writer.add(way)


@needs_osmnx
def test_osmnx_reads_ours_and_we_read_what_osmnx_makes_of_the_same_streets(tmp_path):
    import osmnx

    path = tmp_path / "part.osm"
    part_of_andorra(path)
    theirs = osmnx.projection.project_graph(osmnx.graph.graph_from_xml(path, bidirectional=True, retain_all=True), to_crs="EPSG:25831")
    found = from_osmnx(theirs, way_traits)
    assert len(found.edge_id) > 100
    assert found.edge_forward.all()
    assert found.edge_backward.all()
    assert 2 * len(found.edge_id) == theirs.number_of_edges()
    again = from_osmnx(to_osmnx(found), way_traits)
    assert_equal(again, found)
    # Their lengths are great circles on a sphere, ours the metres of the CRS.
    total_m = sum(length for _, _, length in theirs.edges(data="length")) / 2
    assert found.edge_length_m.sum() == pytest.approx(total_m, rel=0.005)

    study = read_study(ROOT / "data/andorra/study.toml")
    ours = build_network(read_osm(dataclasses.replace(study.osm.origin, path=path), found.crs).ways, areas(), EVERYWHERE)
    nodes, edges = osmnx.convert.graph_to_gdfs(to_osmnx(ours))
    assert len(nodes) == len(ours.node_id)
    assert edges["geometry"].length.sum() == pytest.approx(2 * ours.edge_length_m.sum())
    file = tmp_path / "ours.graphml"
    osmnx.io.save_graphml(to_osmnx(ours), file)
    assert_equal(from_osmnx(osmnx.io.load_graphml(file)), ours)
    route = osmnx.routing.shortest_path(to_osmnx(ours), int(ours.node_id[0]), int(ours.node_id[0]))
    assert route == [int(ours.node_id[0])]
