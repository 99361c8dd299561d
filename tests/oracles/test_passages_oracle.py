"""Whom a way through what is closed would serve, against opening it for real and searching again."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import box

from spatial.closing import ClosedParts, Manner, closed_parts, without
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.passages import Passage, gaps_of, passages, reached_by
from spatial.search import nearest_entrance
from spatial.search_graph import search_graph
from spatial.snapping import Attachments
from tests.networks import network
from tests.search_by_networkx import random_lines

LIMIT_M = 260.0


def some_places(net: WalkNetwork, rng: np.random.Generator, count: int) -> Attachments:
    edge = rng.integers(0, len(net.edge_id), size=count).astype(np.int32)
    return Attachments(edge, net.edge_length_m[edge] * rng.uniform(0, 1, size=count), rng.uniform(0, 15, size=count))


def opened(closed: ClosedParts, passage: Passage) -> ClosedParts:
    kept = np.setdiff1d(np.arange(len(closed.edge)), passage.parts)
    return ClosedParts(closed.edge[kept], closed.from_m[kept], closed.to_m[kept])


def costs_after(net: WalkNetwork, cost: Impedance, shut: ClosedParts, doors: Attachments, homes: Attachments) -> np.ndarray:
    left = without(net, shut)
    graph = search_graph(left.network, left.attachments(doors), left.impedance(cost))
    return nearest_entrance(graph, np.arange(len(doors.edge)), left.attachments(homes), limit=np.inf).cost


@pytest.mark.parametrize("seed", range(40))
def test_each_passage_serves_whom_it_serves_when_it_is_opened(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines, oneway = random_lines(seed)
    net = network(lines, oneway=oneway)
    west, south, east, north = (
        net.node_xy[:, 0].min(), net.node_xy[:, 1].min(), net.node_xy[:, 0].max(), net.node_xy[:, 1].max()
    )  # fmt: skip
    water = []
    for _ in range(3):
        x, y = rng.uniform(west, east), rng.uniform(south, north)
        water.append(box(x, y, x + rng.uniform(0.05, 0.3) * (east - west), y + rng.uniform(0.05, 0.4) * (north - south)))
    closed = closed_parts(net, np.array(water, dtype=object), Manner())
    plain = distance(net)
    # On slopes a way costs more in one direction.
    cost = plain if seed % 2 else dataclasses.replace(plain, forward=plain.forward * 1.3)
    left, doors, homes = without(net, closed), some_places(net, rng, 4), some_places(net, rng, 60)
    dry = left.attachments(homes)
    # Who stands along what is closed, and an entrance there, are no part of it.
    inside = (dry.edge < 0)
    ways_in = left.attachments(doors)
    outside = np.flatnonzero(ways_in.edge >= 0)
    graph = search_graph(left.network, ways_in, left.impedance(cost))
    gaps = gaps_of(net, left, cost)
    tried = passages(graph, outside, gaps, limit=LIMIT_M)
    point, number = reached_by(graph, outside, gaps, tried, dry, limit=LIMIT_M)
    before = nearest_entrance(graph, outside, dry, limit=np.inf).cost
    for n, passage in enumerate(tried):
        after = costs_after(net, cost, opened(closed, passage), doors.take(outside), homes)
        served = set(np.flatnonzero((after <= LIMIT_M) & ~inside).tolist())
        assert set(point[number == n].tolist()) | set(np.flatnonzero(before <= LIMIT_M).tolist()) == served
        assert (after <= before + 1e-6)[~inside].all(), "what is opened never makes a walk longer"


def test_the_random_towns_have_passages_that_serve_somebody() -> None:
    """So that the test above compares something."""
    served = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        lines, oneway = random_lines(seed)
        net = network(lines, oneway=oneway)
        x, y = np.median(net.node_xy, axis=0)
        closed = closed_parts(net, np.array([box(x - 20, y - 500, x + 20, y + 500)], dtype=object), Manner())
        left, cost = without(net, closed), distance(net)
        doors, homes = left.attachments(some_places(net, rng, 3)), left.attachments(some_places(net, rng, 40))
        graph = search_graph(left.network, doors, left.impedance(cost))
        chosen = np.flatnonzero(doors.edge >= 0)
        gaps = gaps_of(net, left, cost)
        tried = passages(graph, chosen, gaps, limit=LIMIT_M)
        point, _ = reached_by(graph, chosen, gaps, tried, homes, limit=LIMIT_M)
        before = nearest_entrance(graph, chosen, homes, limit=LIMIT_M).cost
        served += len(np.setdiff1d(point, np.flatnonzero(np.isfinite(before))))
    assert served > 20
