"""Searches against networkx on the same network, in metres and in costs that differ by direction."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from spatial.impedance import Impedance, distance
from spatial.search import nearest_entrance, nearest_per_group, search_graph, within
from spatial.snapping import attach, edge_index
from tests.networks import network
from tests.search_by_networkx import costs, random_lines

TOLERANCE = 0.002


def uneven(net, rng: np.random.Generator) -> Impedance:
    """Seconds at random speeds that differ by direction, some ways closed (synthetic)."""
    plain = distance(net)
    speeds = rng.uniform(0.5, 2.0, size=(2, len(net.edge_id)))
    closed = rng.random(len(net.edge_id)) < 0.1
    fore, back = (np.where(closed, np.inf, c * s) for c, s in zip((plain.forward, plain.backward), speeds, strict=True))
    return Impedance("s", fore, back, 0.8)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), in_metres=st.booleans())
def test_pairs_and_nearest_equal_those_of_networkx(seed: int, *, in_metres: bool) -> None:
    rng = np.random.default_rng(seed)
    lines, oneway = random_lines(seed)
    net = network(lines, oneway=oneway)
    impedance = distance(net) if in_metres else uneven(net, rng)
    homes, gates = rng.uniform(-50, 550, size=(12, 2)), rng.uniform(-50, 550, size=(6, 2))
    gates[0] = homes[0]
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(p), limit_m=100.0) for p in (homes, gates))
    truth = costs(net, impedance, (homes, home.edge), (gates, gate.edge))
    graph = search_graph(net, gate, impedance)

    limit = float(rng.uniform(50, 900))
    pairs = within(graph, np.arange(6), home, limit=limit)
    found = np.full(truth.shape, np.inf)
    found[pairs.point, pairs.entrance] = pairs.cost
    sure = np.abs(truth - limit) > TOLERANCE
    expected = np.where(truth <= limit, truth, np.inf)
    np.testing.assert_allclose(found[sure], expected[sure], rtol=0, atol=TOLERANCE)
    assert (np.diff(pairs.point.astype(np.int64) * 6 + pairs.entrance) > 0).all()

    nearest = nearest_entrance(graph, np.arange(6), home, limit=limit)
    np.testing.assert_array_equal(nearest.cost, found.min(axis=1))
    on = nearest.entrance >= 0
    assert (on == np.isfinite(nearest.cost)).all()
    np.testing.assert_array_equal(found[np.flatnonzero(on), nearest.entrance[on]], nearest.cost[on])

    group = rng.integers(-1, 3, size=6)
    together = within(graph, np.arange(6), home, limit=limit, group_of_entrance=group)
    apart = nearest_per_group(pairs, group)
    for one, other in zip(vars(together).values(), vars(apart).values(), strict=True):
        np.testing.assert_array_equal(one, other)


def _town(lines, oneway, homes, gates):
    """Cost of every home to every gate, inf beyond a limit that no walk in the town reaches."""
    net = network(lines, oneway=oneway)
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(p), limit_m=150.0) for p in (homes, gates))
    pairs = within(search_graph(net, gate), np.arange(len(gates)), home, limit=1e5)
    found = np.full((len(homes), len(gates)), np.inf)
    found[pairs.point, pairs.entrance] = pairs.cost
    return found


def _without_repeats(lines, oneway):
    """The ways that share no piece with an earlier one: a point beside two of them would hang on either by rounding."""
    used: set[frozenset[int]] = set()
    kept = []
    for number, line in enumerate(lines, 1):
        pieces = [frozenset((a[0], b[0])) for a, b in pairwise(line)]
        if len(set(pieces)) == len(pieces) and not used.intersection(pieces):
            used.update(pieces)
            kept.append((line, number in oneway))
    return [line for line, _ in kept], [i for i, (_, bound) in enumerate(kept, 1) if bound]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_what_does_not_matter_changes_nothing(seed: int) -> None:
    """Splitting a way, drawing it the other way round, other ids, another place on earth."""
    rng = np.random.default_rng(seed)
    lines, oneway = _without_repeats(*random_lines(seed))
    homes, gates = rng.uniform(0, 500, size=(10, 2)), rng.uniform(0, 500, size=(5, 2))
    plain = _town(lines, oneway, homes, gates)

    def same(changed: np.ndarray) -> None:
        np.testing.assert_allclose(changed, plain, rtol=0, atol=TOLERANCE)

    split = [
        [
            v
            for a, b in pairwise(line)
            for v in (a, (100_000 * n + 100 * a[0] + b[0], (a[1] + b[1]) / 2, (a[2] + b[2]) / 2))
        ]
        + [line[-1]]
        for n, line in enumerate(lines, 1)
    ]
    same(_town(split, oneway, homes, gates))
    turned = [line if n in oneway else line[::-1] for n, line in enumerate(lines, 1)]
    same(_town(turned, oneway, homes, gates))
    ids = rng.permutation(100)
    same(_town([[(int(ids[v[0]]) + 1, *v[1:]) for v in line] for line in lines], oneway, homes, gates))
    far = np.array([100_000.0, -100_000.0])
    moved = [[(v[0], v[1] + far[0], v[2] + far[1]) for v in line] for line in lines]
    same(_town(moved, oneway, homes + far, gates + far))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_removing_an_edge_never_shortens_a_walk(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines, oneway = random_lines(seed)
    net = network(lines, oneway=oneway)
    homes, gates = rng.uniform(0, 500, size=(10, 2)), rng.uniform(0, 500, size=(5, 2))
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(p), limit_m=150.0) for p in (homes, gates))
    plain, without = distance(net), distance(net)
    gone = int(rng.integers(len(net.edge_id)))
    without.forward[gone] = without.backward[gone] = np.inf
    before, after = (
        nearest_entrance(search_graph(net, gate, i), np.arange(5), home, limit=1e5).cost for i in (plain, without)
    )
    assert (after >= before - 1e-9).all()


RING = [[(1, 0, 0), (2, 100, 0), (3, 100, 100), (4, 0, 100), (1, 0, 0)]]


@pytest.mark.parametrize(
    ("lines", "oneway", "home", "gate", "expected"),
    [
        # A ring that touches nothing: 10 along the south, against 390 around; one way, 390 it is.
        (RING, [], (40, 0), (50, 0), 10),
        (RING, [1], (50, 0), (40, 0), 390),
        # A ring on a stalk, from the stalk to its far side either way around.
        ([*RING, [(1, 0, 0), (5, -50, 0)]], [], (-50, 0), (100, 100), 250),
        # Two ways between the same junctions, the home on the long one.
        (
            [
                [(1, 0, 0), (2, 100, 0)],
                [(1, 0, 0), (3, 50, 200), (2, 100, 0)],
                [(0, -50, 0), (1, 0, 0)],
                [(2, 100, 0), (4, 150, 0)],
            ],
            [],
            (50, 200),
            (-50, 0),
            np.hypot(50, 200) + 50,
        ),
        # A dead end: out of it, and within it.
        (
            [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(2, 100, 0), (4, 100, 100)]],
            [],
            (200, 0),
            (100, 100),
            200,
        ),
        (
            [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(2, 100, 0), (4, 100, 100)]],
            [],
            (190, 0),
            (110, 0),
            80,
        ),
        # Three pieces of one street, the middle one open to the east alone.
        (
            [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(3, 200, 0), (4, 300, 0)]],
            [2],
            (50, 0),
            (250, 0),
            200,
        ),
        (
            [[(1, 0, 0), (2, 100, 0)], [(2, 100, 0), (3, 200, 0)], [(3, 200, 0), (4, 300, 0)]],
            [2],
            (250, 0),
            (50, 0),
            np.inf,
        ),
    ],
)
def test_shapes_of_streets(lines, oneway, home, gate, expected) -> None:
    found = _town(lines, oneway, np.array([home], dtype=float), np.array([gate], dtype=float))
    assert found == pytest.approx(expected)
