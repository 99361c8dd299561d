"""Walks while a hazard lasts against networkx on edges that shapely cuts: random streets, and the heart of Las Palmas.

The second way knows nothing of the first: every edge is the geometry that is left of it outside the footprint, each
piece an edge of its own between the nodes that it still touches.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import LineString, Point, Polygon, box

from layers.closing import manner
from layers.sources.osm import read_osm
from layers.study import Study
from layers.surroundings import near_squares, near_ways
from spatial.build import build_network
from spatial.closing import Manner, closed_parts, without
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, search_graph
from spatial.snapping import attach, edge_index
from spatial.traits import Trait
from tests.networks import network
from tests.search_by_networkx import costs, random_lines

DATA = Path(__file__).resolve().parents[2] / "data"
HEART, AROUND_M = Point(458_300, 3_110_300), 700.0
SAME_PLACE_M = 1e-6
TOLERANCE_M = 1e-5


@dataclass(frozen=True)
class Cut:
    """As much of a network as `search_by_networkx.costs` looks at, and the straight piece that each edge is left of."""

    node_id: list[int]
    edge_id: list[int]
    edge_start: list[int]
    edge_end: list[int]
    edge_line: list[LineString]
    edge_length_m: list[float]
    whole: list[int]
    """The edge of the whole network."""
    straight: list[int]
    """The number of the straight piece on it."""

    def piece_at(self, edge: int, line: LineString, along_m: float) -> int:
        """The piece left at a distance along an edge; -1: none."""
        foot, run_m = line.interpolate(along_m), 0.0
        for number, ends in enumerate(pairwise(line.coords)):
            step_m = LineString(ends).length
            if run_m - SAME_PLACE_M <= along_m <= run_m + step_m + SAME_PLACE_M:
                for i in range(len(self.whole)):
                    here = (self.whole[i], self.straight[i]) == (edge, number)
                    if here and self.edge_line[i].distance(foot) < SAME_PLACE_M:
                        return i
            run_m += step_m
        return -1


def cut(net: WalkNetwork, water: Polygon, how: Manner) -> Cut:
    """Every straight piece of every edge without what lies in the water, by geometry alone."""
    nodes, made = len(net.node_id), Cut([], [], [], [], [], [], [], [])
    for e, line in enumerate(net.edge_line):
        inner = list(range(nodes, nodes + len(line.coords) - 2))
        nodes += len(inner)
        corners = [int(net.edge_start[e]), *inner, int(net.edge_end[e])]
        for number, ends in enumerate(pairwise(line.coords)):
            straight = LineString(ends)
            rest = straight if stays_open(net, e, how) else straight.difference(water)
            for piece in shapely.get_parts(rest):
                if piece.length <= SAME_PLACE_M:
                    continue
                at = []
                for mine, corner, its in ((0, corners[number], ends[0]), (-1, corners[number + 1], ends[1])):
                    same = Point(piece.coords[mine]).distance(Point(its)) < SAME_PLACE_M
                    at.append(corner if same else nodes)
                    nodes += not same
                made.edge_id.append(len(made.edge_id))
                made.edge_start.append(at[0])
                made.edge_end.append(at[1])
                made.edge_line.append(piece)
                made.edge_length_m.append(piece.length)
                made.whole.append(e)
                made.straight.append(number)
    made.node_id.extend(range(nodes))
    return made


def stays_open(net: WalkNetwork, edge: int, how: Manner) -> bool:
    return how.bridge == "open" and bool(net.edge_traits.flags[edge] & Trait.BRIDGE)


def compare(net: WalkNetwork, water: Polygon, how: Manner, homes: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """Costs of the nearest gate by the code under test, held to those of networkx."""
    index = edge_index(net)
    home, gate = (attach(index, shapely.points(xy), limit_m=100.0) for xy in (homes, gates))
    left = without(net, closed_parts(net, np.array([water], dtype=object), how))
    found = nearest_entrance(
        search_graph(left.network, left.attachments(gate)), np.arange(len(gates)), left.attachments(home), limit=5000.0
    )
    slow = cut(net, water, how)
    placed = []
    for xy, at in ((homes, home), (gates, gate)):
        edge = [-1] * len(xy)
        for i, e in enumerate(at.edge.tolist()):
            if e < 0:
                continue
            foot = net.edge_line[e].interpolate(at.along_m[i])
            if stays_open(net, e, how) or not water.intersects(foot):
                edge[i] = slow.piece_at(e, net.edge_line[e], at.along_m[i])
        placed.append((xy, np.array(edge)))
    one_way = (net.edge_forward[slow.whole], net.edge_backward[slow.whole])
    length_m = np.array(slow.edge_length_m)
    impedance = Impedance("m", *(np.where(open_, length_m, np.inf) for open_ in one_way), 1.0)
    nearest = costs(slow, impedance, *placed).min(axis=1)  # type: ignore[arg-type]
    assert np.isfinite(found.cost).tolist() == (np.isfinite(nearest) & (nearest <= 5000.0)).tolist()
    reached = np.isfinite(found.cost)
    assert np.abs(found.cost[reached] - nearest[reached]).max(initial=0.0) < TOLERANCE_M
    return found.cost


@pytest.mark.parametrize("seed", range(30))
def test_random_streets(seed: int) -> None:
    lines, oneway = random_lines(seed)
    net = network(lines, oneway=oneway)
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 500, size=(2, 2))
    water = shapely.union_all([Point(*at).buffer(rng.uniform(20, 120)) for at in xy])
    homes, gates = rng.uniform(-20, 520, size=(12, 2)), rng.uniform(-20, 520, size=(4, 2))
    compare(net, water, Manner(), homes, gates)


@pytest.fixture(scope="module")
def heart() -> WalkNetwork:
    study = Study.read(DATA / "las-palmas" / "study.toml")
    extract = read_osm(study.osm.origin, study.crs)
    area = HEART.buffer(AROUND_M)
    return build_network(near_ways(extract.ways, area), near_squares(extract.squares, area), area)


@pytest.mark.parametrize("kind", ["landslide", "flood"])
def test_the_heart_of_las_palmas(heart: WalkNetwork, kind: str) -> None:
    """SYNTHETIC: bands are laid across the streets; no such flood is known. On the ground, and with bridges open."""
    rng = np.random.default_rng(11)
    x, y = HEART.x, HEART.y
    water = shapely.union_all(
        [box(x - 60, y - 900, x + 40, y + 300), LineString([(x - 700, y), (x + 700, y + 90)]).buffer(12)]
    )
    how = Manner(bridge=manner(kind).bridge)
    placed = []
    for count in (80, 25):
        edge = rng.integers(len(heart.edge_line), size=count)
        beside = shapely.line_interpolate_point(heart.edge_line[edge], rng.random(count), normalized=True)
        placed.append(shapely.get_coordinates(beside) + rng.normal(0, 10, size=(count, 2)))
    cost = compare(heart, water, how, *placed)
    index = edge_index(heart)
    home, gate = (attach(index, shapely.points(xy), limit_m=100.0) for xy in placed)
    dry = nearest_entrance(search_graph(heart, gate, distance(heart)), np.arange(25), home, limit=5000.0).cost
    assert (cost >= dry - 1e-9).all()
    assert (cost > dry + 1).sum() >= 10, "the water lies in the way of some"
