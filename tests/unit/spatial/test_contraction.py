"""Edges joined into chains, on networks small enough to draw."""

from __future__ import annotations

import numpy as np
import pytest

from spatial.contraction import contract
from spatial.impedance import Impedance, distance
from tests.networks import network


def test_a_street_of_three_pieces_is_one_chain() -> None:
    """Four nodes in a row: pieces of 100, 50 and 25 m."""
    net = network([[(1, 0, 0), (2, 100, 0)], [(3, 150, 0), (2, 100, 0)], [(3, 150, 0), (4, 175, 0)]])
    made = contract(net, distance(net))
    assert made.chains.length_m.tolist() == [175.0]
    assert (made.chains.out.tolist(), made.chains.back.tolist()) == ([175.0], [175.0])
    assert made.edges.chain.tolist() == [0, 0, 0]
    assert made.edges.before_m.tolist() == [0.0, 100.0, 150.0]
    assert made.edges.flipped.tolist() == [False, True, False]
    assert len(made.arcs.to) == 0  # nothing lies beyond either end


def test_costs_run_from_the_head_each_way() -> None:
    """The second piece is drawn against the chain: what is forward on it is back to the head."""
    net = network([[(1, 0, 0), (2, 100, 0)], [(3, 150, 0), (2, 100, 0)]])
    made = contract(net, Impedance("s", np.array([10.0, 7.0]), np.array([20.0, 3.0]), 1.0))
    assert made.edges.out.tolist() == [0.0, 10.0]
    assert made.edges.back.tolist() == [0.0, 20.0]
    assert (made.edges.own_out.tolist(), made.edges.own_back.tolist()) == ([10.0, 3.0], [20.0, 7.0])
    assert (made.chains.out.tolist(), made.chains.back.tolist()) == ([13.0], [27.0])


def test_a_chain_ends_where_a_direction_closes() -> None:
    net = network([[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)]], oneway=[2])
    made = contract(net, distance(net))
    assert sorted(made.chains.length_m) == [100.0, 100.0]
    assert np.isinf(made.chains.back).tolist().count(True) == 1


def test_the_cheaper_of_parallel_chains_and_no_dead_ends() -> None:
    """1 and 2 are joined by 100 m and by 150 m; 3 hangs on 2, and a loop hangs on 1."""
    lines = [[(1, 0, 0), (2, 100, 0)], [(1, 0, 0), (5, 0, 25), (6, 100, 25), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)]]
    loop = [(1, 0, 0), (7, -10, 0), (8, -10, -10), (1, 0, 0)]
    net = network([*lines, loop])
    made = contract(net, distance(net))
    assert sorted(made.chains.length_m) == pytest.approx([20 + np.sqrt(200), 100, 100, 150])
    assert (made.arcs.cost.tolist(), np.diff(made.arcs.first).sum()) == ([100.0, 100.0], 2)


def test_a_ring_that_touches_nothing_gets_one_junction() -> None:
    net = network([[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 100, 100)], [(3, 100, 100), (1, 0, 0)]])
    made = contract(net, distance(net))
    assert made.chains.length_m == pytest.approx([200 + np.sqrt(20000)])
    assert made.chains.head.tolist() == made.chains.tail.tolist() == [0]


def test_lengths_add_up_and_nothing_was_written_into_the_network() -> None:
    rng = np.random.default_rng(3)
    xy = rng.uniform(0, 1000, size=(60, 2))
    lines = [[(int(n), *xy[n]) for n in rng.choice(60, 3, replace=False)] for _ in range(40)]
    net = network(lines)
    before = net.edge_length_m.copy()
    made = contract(net, distance(net))
    assert made.chains.length_m.sum() == pytest.approx(before.sum())
    assert (net.edge_length_m == before).all()
