"""How facts about ways and nodes reach the edges of a network."""

from __future__ import annotations

import math

import numpy as np

from spatial.build import build_network
from spatial.network import WalkNetwork
from spatial.traits import NodeTrait, Trait, Traits, from_rows, joined, plain
from tests.networks import EVERYWHERE, areas, ways

NAN = math.nan


def flags(network: WalkNetwork) -> dict[str, Trait]:
    return {str(e): Trait(int(f)) for e, f in zip(network.edge_id, network.edge_traits.flags, strict=True)}


def test_every_piece_of_a_way_has_its_traits():
    rows = [(int(Trait.STEPS), 0.1, 1.5), (0, NAN, NAN)]
    lines = [[(1, 0.0, 0.0), (2, 10.0, 0.0), (3, 20.0, 0.0)], [(2, 10.0, 0.0), (4, 10.0, 10.0)]]
    network = build_network(ways(lines, traits=from_rows(rows)), areas(), EVERYWHERE)
    assert flags(network) == {"1:0": Trait.STEPS, "1:1": Trait.STEPS, "2:0": Trait(0)}
    assert network.edge_traits.incline_share[:2].tolist() == [np.float32(0.1)] * 2
    assert network.edge_traits.width_m[:2].tolist() == [1.5, 1.5]
    assert np.isnan(network.edge_traits.width_m[2])


def test_a_barrier_between_the_ends_stops_its_piece_alone():
    lines = [[(1, 0.0, 0.0), (2, 10.0, 0.0), (3, 20.0, 0.0), (4, 30.0, 0.0)], [(3, 20.0, 0.0), (5, 20.0, 10.0)]]
    network = build_network(ways(lines, node_flags={2: int(NodeTrait.BARRIER)}), areas(), EVERYWHERE)
    assert flags(network) == {"1:0": Trait.BARRIER, "1:1": Trait(0), "2:0": Trait(0)}


def test_a_barrier_where_one_way_goes_on_as_another_stops_both_but_not_a_junction():
    lines = [[(1, 0.0, 0.0), (2, 10.0, 0.0)], [(2, 10.0, 0.0), (3, 20.0, 0.0)], [(3, 20.0, 0.0), (4, 30.0, 0.0)], [(3, 20.0, 0.0), (5, 20.0, 10.0)]]
    both = int(NodeTrait.BARRIER)
    network = build_network(ways(lines, node_flags={2: both, 3: both}), areas(), EVERYWHERE)
    assert flags(network) == {"1:0": Trait.BARRIER, "2:0": Trait.BARRIER, "3:0": Trait(0), "4:0": Trait(0)}


def test_a_kerb_is_met_by_the_crossing_that_ends_at_it_and_not_by_the_pavement():
    lines = [[(1, 0.0, 0.0), (2, 10.0, 0.0)], [(3, 10.0, -10.0), (2, 10.0, 0.0), (4, 10.0, 10.0)]]
    rows = [(int(Trait.CROSSING), NAN, NAN), (0, NAN, NAN)]
    network = build_network(ways(lines, traits=from_rows(rows), node_flags={2: int(NodeTrait.KERB)}), areas(), EVERYWHERE)
    assert flags(network) == {"1:0": Trait.CROSSING | Trait.KERB, "2:0": Trait(0), "2:1": Trait(0)}
    assert dict(zip(network.node_id.tolist(), network.node_flags.tolist(), strict=True)) == {1: 0, 2: 16, 3: 0, 4: 0}


def test_joining_and_taking():
    both = joined([from_rows([(1, 0.1, 2.0)]), plain(2)])
    assert len(both) == 3
    assert both.flags.tolist() == [1, 0, 0]
    assert both.take(np.array([1, 0])).flags.tolist() == [0, 1]
    assert both.has(Trait.STEPS | Trait.ROUGH).tolist() == [True, False, False]
    assert isinstance(plain(0), Traits)
    assert len(from_rows([])) == 0
