"""Searches on the heart of both demo places against networkx on the same edges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import shapely
from shapely import Point

from analyses.access import home_barriers
from layers.obstacles import obstacles
from layers.sources.osm import read_osm
from layers.study import Study
from layers.surroundings import near_squares, near_ways
from spatial.build import build_network
from spatial.impedance import Impedance, distance
from spatial.network import WalkNetwork
from spatial.search import nearest_entrance, search_graph, within
from spatial.snapping import Attachments, attach, edge_index
from tests.search_by_networkx import costs

DATA = Path(__file__).resolve().parents[2] / "data"
HEARTS = {"las-palmas": Point(458_300, 3_110_300), "andorra": Point(378_400, 4_707_200)}
AROUND_M = 700.0
TOLERANCE = 0.002


@dataclass(frozen=True)
class Part:
    network: WalkNetwork
    home_xy: np.ndarray
    home: Attachments
    gate_xy: np.ndarray
    gate: Attachments


@pytest.fixture(scope="module", params=sorted(HEARTS))
def part(request) -> Part:
    """The streets around the heart of a place, with homes and gates strewn beside them."""
    study = Study.read(DATA / request.param / "study.toml")
    extract = read_osm(study.osm.origin, study.crs)
    area = HEARTS[request.param].buffer(AROUND_M)
    network = build_network(near_ways(extract.ways, area), near_squares(extract.squares, area), area)
    assert len(network.edge_id) > 1000
    rng = np.random.default_rng(7)
    index = edge_index(network)
    barriers = home_barriers(obstacles(extract), water_m2=1000.0)
    placed = []
    for count in (60, 40):
        beside = shapely.line_interpolate_point(
            network.edge_line[rng.integers(len(network.edge_line), size=count)], rng.random(count), normalized=True
        )
        xy = shapely.get_coordinates(beside) + rng.normal(0, 15, size=(count, 2))
        placed += [xy, attach(index, shapely.points(xy), limit_m=100.0, barriers=barriers)]
    return Part(network, *placed)


def _uneven(network: WalkNetwork) -> Impedance:
    """Seconds at speeds that differ by edge and direction (synthetic)."""
    rng = np.random.default_rng(8)
    plain, speed = distance(network), rng.uniform(0.5, 2.0, size=(2, len(network.edge_id)))
    return Impedance("s", plain.forward * speed[0], plain.backward * speed[1], 0.8)


@pytest.mark.parametrize("in_metres", [True, False])
def test_pairs_and_nearest_equal_those_of_networkx(part: Part, *, in_metres: bool) -> None:
    impedance = distance(part.network) if in_metres else _uneven(part.network)
    truth = costs(part.network, impedance, (part.home_xy, part.home.edge), (part.gate_xy, part.gate.edge))
    graph = search_graph(part.network, part.gate, impedance)
    limit = 800.0
    chosen = np.arange(len(part.gate.edge))
    pairs = within(graph, chosen, part.home, limit=limit)
    found = np.full(truth.shape, np.inf)
    found[pairs.point, pairs.entrance] = pairs.cost
    assert 0.1 < np.isfinite(found).mean() < 0.95
    assert (np.abs(truth - limit) > TOLERANCE).all()
    np.testing.assert_allclose(found, np.where(truth <= limit, truth, np.inf), rtol=0, atol=TOLERANCE)
    nearest = nearest_entrance(graph, chosen, part.home, limit=limit)
    np.testing.assert_array_equal(nearest.cost, found.min(axis=1))
