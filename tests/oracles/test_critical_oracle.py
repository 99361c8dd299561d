"""Closing an edge, a group of edges or an entrance, against closing it and searching again."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from spatial.critical import Concern, Forest, Losses, close_edges, close_entrances, forest
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, place_points, search_graph
from spatial.snapping import Attachments, attach, edge_index
from tests.networks import network
from tests.search_by_networkx import SAME_PLACE_M, costs, random_lines

LIMIT, WANTED = 900.0, 320.0
FELT = 1e-6
PERSONS = 1e-9


@dataclass(frozen=True)
class Town:
    """A synthetic town with homes and gates, some at the very ends of edges, some on one spot."""

    net: WalkNetwork
    impedance: Impedance
    homes: tuple[NDArray[np.float64], Attachments]
    gates: tuple[NDArray[np.float64], Attachments]
    chosen: NDArray[np.int64]
    concern: Concern

    def grown(self) -> Forest:
        graph = search_graph(self.net, self.gates[1], self.impedance)
        return forest(graph, self.chosen, place_points(graph, self.homes[1]), limit=LIMIT)

    def on(self, edges: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Homes along some edges, but for those at an end."""
        at, length_m = self.homes[1], np.append(self.net.edge_length_m, np.nan)[self.homes[1].edge]
        inner = (at.along_m > SAME_PLACE_M) & (at.along_m < length_m - SAME_PLACE_M)
        result: NDArray[np.bool_] = np.isin(at.edge, edges) & inner
        return result

    def closed(self, edges: NDArray[np.int64]) -> Impedance:
        forward, backward = self.impedance.forward.copy(), self.impedance.backward.copy()
        forward[edges] = backward[edges] = np.inf
        return replace(self.impedance, forward=forward, backward=backward)


def drawn(seed: int, *, hilly: bool = False) -> Town:
    rng = np.random.default_rng(seed)
    lines, oneway = random_lines(seed)
    if seed % 3 == 0:  # a second way between the ends of the first, as long as it or longer
        (a, ax, ay), (b, bx, by) = lines[0][0], lines[0][-1]
        bend = [] if seed % 2 else [(900, (ax + bx) / 2 + 60, (ay + by) / 2 - 60)]
        lines.append([(a, ax, ay), *bend, (b, bx, by)])
    net = network(lines, oneway=oneway)
    ends = net.node_xy[rng.integers(len(net.node_xy), size=6)]
    homes = np.concatenate([rng.uniform(-50, 550, size=(30, 2)), ends[:4]])
    gates = np.concatenate([rng.uniform(-50, 550, size=(4, 2)), ends[3:], homes[:1]])
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(p), limit_m=60.0) for p in (homes, gates))
    impedance = distance(net)
    if hilly:
        up, down = rng.uniform(0.5, 3, size=(2, len(net.edge_id)))
        impedance = Impedance("s", impedance.forward * up, impedance.backward * down, 1.3)
    residents, certain = rng.uniform(0, 5, len(homes)), rng.random(len(homes)) < 0.8
    residents[rng.random(len(homes)) < 0.1] = np.nan
    chosen = np.flatnonzero(rng.random(len(gates)) < 0.7)
    return Town(net, impedance, (homes, home), (gates, gate), chosen, Concern(residents, certain, WANTED))


def expected(town: Town, before: NDArray[np.float64], after: NDArray[np.float64], on: NDArray[np.bool_]) -> list[float]:
    """What a closure does, by the costs of all homes before and after it."""
    people, certain = np.nan_to_num(town.concern.weight), town.concern.certain
    was = before <= WANTED
    lost, farther = was & ~(after <= WANTED), was & (after <= WANTED) & (after > before + FELT)
    more = people[farther].sum()
    extra = float((people[farther] * (after[farther] - before[farther])).sum() / more) if more else 0.0
    return [people[lost & ~on & certain].sum(), people[lost & on].sum(), people[lost & ~on & ~certain].sum(), more, extra]


def row(found: Losses, n: int) -> list[float]:
    extra = np.nan_to_num(found.extra[n])
    return [float(v) for v in (found.lose[n], found.along[n], found.unknown[n], found.farther[n], extra)]


def searched_again(town: Town, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    return nearest_entrance(
        search_graph(town.net, town.gates[1], town.closed(edges)), town.chosen, town.homes[1], limit=LIMIT
    ).cost


def by_networkx(town: Town, edges: NDArray[np.int64]) -> NDArray[np.float64]:
    every = costs(
        town.net, town.closed(edges), (town.homes[0], town.homes[1].edge), (town.gates[0], town.gates[1].edge)
    )
    best = every[:, town.chosen].min(axis=1, initial=np.inf)
    return np.where(best <= LIMIT, best, np.inf)


@pytest.mark.parametrize("seed", range(4))
def test_every_edge_of_a_town_closed_as_by_networkx(seed: int) -> None:
    town = drawn(seed + 50, hilly=seed % 2 == 1)
    edges = np.arange(len(town.net.edge_id))
    found = close_edges(town.grown(), edges, town.concern)
    before = by_networkx(town, edges[:0])
    assert sum(found.lose) + sum(found.farther) > 0
    for e in edges:
        want = expected(town, before, by_networkx(town, edges[[e]]), town.on(edges[[e]]))
        assert row(found, e) == pytest.approx(want, abs=1e-6), town.net.edge_id[e]


def test_every_edge_of_many_towns_closed_and_searched_again() -> None:
    seen = np.zeros(5)
    for seed in range(50):
        town = drawn(seed, hilly=seed % 2 == 1)
        grown, edges = town.grown(), np.arange(len(town.net.edge_id))
        found, before = close_edges(grown, edges, town.concern), searched_again(town, edges[:0])
        assert np.array_equal(grown.cost, before)
        for e in edges:
            want = expected(town, before, searched_again(town, edges[[e]]), town.on(edges[[e]]))
            assert row(found, e) == pytest.approx(want, abs=PERSONS), (seed, town.net.edge_id[e])
            seen += np.array(want) > 0
    assert (seen > 20).all()


def test_groups_of_edges_closed_together_and_searched_again() -> None:
    for seed in range(25):
        town, rng = drawn(seed), np.random.default_rng(seed)
        grown, edges = town.grown(), np.arange(len(town.net.edge_id))
        # One edge of each of some chains: of two on one chain what lies between would close, too.
        _, one_of_chain = np.unique(grown.graph.contracted.edges.chain, return_index=True)
        groups = [rng.choice(one_of_chain, min(int(rng.integers(1, 5)), len(one_of_chain)), replace=False) for _ in range(8)]
        groups.append(edges[:0])
        found, before = close_edges(grown, groups, town.concern), searched_again(town, edges[:0])
        for n, group in enumerate(groups):
            want = expected(town, before, searched_again(town, group), town.on(group))
            assert row(found, n) == pytest.approx(want, abs=PERSONS), (seed, n)


def test_whole_ways_closed_and_searched_again() -> None:
    """The edges of a way follow each other: those on one chain have nothing between them."""
    for seed in range(20):
        town = drawn(seed)
        grown = town.grown()
        groups = [np.flatnonzero(town.net.edge_way_id == way) for way in np.unique(town.net.edge_way_id)]
        found, before = close_edges(grown, groups, town.concern), grown.cost
        for n, group in enumerate(groups):
            want = expected(town, before, searched_again(town, group), town.on(group))
            got = row(found, n)
            # Two pieces of one chain may have an open one between them where a way comes back to its beginning.
            pieces = grown.graph.contracted.edges.chain[group]
            if len(np.unique(pieces)) == len(pieces):
                assert got == pytest.approx(want, abs=PERSONS), (seed, n)


def test_every_entrance_and_some_together_closed_and_searched_again() -> None:
    seen = 0.0
    for seed in range(25):
        town, rng = drawn(seed), np.random.default_rng(seed)
        grown, nowhere = town.grown(), np.zeros(len(town.homes[0]), dtype=bool)
        gates = np.arange(len(town.gates[0]))
        groups = [*gates[:, None], rng.choice(gates, 3, replace=False), gates]
        found, before = close_entrances(grown, groups, town.concern), grown.cost
        for n, group in enumerate(groups):
            left = np.setdiff1d(town.chosen, group)
            after = nearest_entrance(grown.graph, left, town.homes[1], limit=LIMIT).cost
            want = expected(town, before, after, nowhere)
            assert row(found, n) == pytest.approx(want, abs=PERSONS), (seed, n)
            seen += want[0]
    assert seen > 0
