"""On the real networks nobody walks over a motorway or railway, and few ways over water without a bridge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import STRtree

from layers.barriers import barrier_crossings
from layers.load import load
from layers.types import Layers, Study
from spatial.traits import NodeTrait, Trait

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="module", params=["las-palmas", "andorra"])
def layers(request) -> Layers:
    return load(Study.read(DATA / request.param / "study.toml"))


def test_only_water_is_crossed_by_ways_that_do_not_say_how(layers):
    found = barrier_crossings(layers.network, layers.obstacles)
    assert set(found["obstacle_kind"]) == {"water"}
    ways = np.unique(layers.network.edge_way_id[found["edge"].to_numpy()])
    assert len(ways) == {"las-palmas": 8, "andorra": 35}[layers.study.id]
    (caveat,) = [c for c in layers.caveats if c.code.startswith("crosses_")]
    assert (caveat.code, caveat.count) == ("crosses_water", len(ways))


def test_every_edge_that_passes_through_a_motorway_or_railway_is_a_bridge_or_tunnel(layers):
    """Without the code under test: straight from the geometry."""
    network = layers.network
    shapes = layers.obstacles.geometry.to_numpy()[layers.obstacles["obstacle_kind"].isin(["motorway", "railway"])]
    _, edge = STRtree(network.edge_line).query(shapes, predicate="crosses")
    carried = (network.edge_traits.flags[np.unique(edge)] & (Trait.BRIDGE | Trait.TUNNEL)) > 0
    assert carried.all()
    assert (len(carried) > 0) == (layers.study.id == "las-palmas")


def test_two_ways_meet_on_a_motorway_only_at_its_ends_or_at_a_mapped_crossing(layers):
    network = layers.network
    shapes = layers.obstacles.geometry.to_numpy()[layers.obstacles["obstacle_kind"] == "motorway"]
    motorway, node = STRtree(shapely.points(network.node_xy)).query(shapes, predicate="dwithin", distance=1e-6)
    inside = shapely.distance(shapely.boundary(shapes[motorway]), shapely.points(network.node_xy[node])) > 1e-6
    degree = np.bincount(np.concatenate([network.edge_start, network.edge_end]), minlength=len(network.node_id))
    met = np.unique(node[inside])
    passed = met[degree[met] > 1]
    assert ((network.node_flags[passed] & NodeTrait.CROSSING) > 0).all()
    assert len(passed) == {"las-palmas": 1, "andorra": 0}[layers.study.id]
