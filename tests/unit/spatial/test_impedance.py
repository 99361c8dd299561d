"""Costs of edges: every figure follows from lengths, speeds and factors written here."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from spatial.build import build_network
from spatial.elevation import Gradient
from spatial.errors import AnalysisError
from spatial.impedance import distance, returning, there_and_back, time
from spatial.network import WalkNetwork
from spatial.traits import NodeTrait, Trait, from_rows
from spatial.walkers import Crossings, Walker, crossing_delay_s, passable
from tests.networks import EVERYWHERE, areas, ways

NAN = math.nan
STROLLER = Walker("stroller", 1.0, steps_factor=2.0, rough_factor=1.5)
WHEELS = Walker(
    "wheels", 1.0, bars=Trait.STEPS | Trait.ROUGH | Trait.KERB | Trait.NO_WHEELS, lifts=Trait.WHEELS,
    max_incline_share=0.08, min_width_m=0.9,
)  # fmt: skip


def star(rows: list[tuple[int, float, float]], node_flags: dict[int, int] | None = None) -> WalkNetwork:
    """Ways of 100 m that leave node 1 to the east, one for each row of flags, incline and width."""
    lines = [[(1, 0.0, 0.0), (2 + i, 100.0, 10.0 * i)] for i in range(len(rows))]
    lines = [[a, (b[0], math.sqrt(100.0**2 - b[2] ** 2), b[2])] for a, b in lines]
    return build_network(ways(lines, traits=from_rows(rows), node_flags=node_flags), areas(), EVERYWHERE)


def of_way(network: WalkNetwork, values: np.ndarray) -> list[float]:
    return [float(values[i]) for i in np.argsort(network.edge_way_id)]


def test_distance_is_length_where_the_walk_is_open():
    network = dataclasses.replace(star([(0, NAN, NAN), (0, NAN, NAN)]), edge_backward=np.array([True, False]))
    cost = distance(network)
    assert cost.unit == "m"
    assert cost.per_metre == 1.0
    assert cost.forward == pytest.approx([100, 100])
    assert cost.backward == pytest.approx([100, math.inf])


def test_time_is_length_over_speed_by_the_factors_of_the_walker():
    network = star([(0, NAN, NAN), (int(Trait.STEPS), NAN, NAN), (int(Trait.ROUGH), NAN, NAN), (int(Trait.STEPS | Trait.ROUGH), NAN, NAN)])
    cost = time(network, dataclasses.replace(STROLLER, speed_m_per_s=0.8))
    assert cost.unit == "s"
    assert cost.per_metre == pytest.approx(1.25)
    assert of_way(network, cost.forward) == pytest.approx([125, 250, 187.5, 250])
    assert of_way(network, cost.backward) == pytest.approx([125, 250, 187.5, 250])


@pytest.mark.parametrize(
    ("row", "open_"),
    [
        ((0, NAN, NAN), True),
        ((int(Trait.STEPS), NAN, NAN), False),
        ((int(Trait.STEPS | Trait.WHEELS), NAN, NAN), True),
        ((int(Trait.WHEELS | Trait.NO_WHEELS), NAN, NAN), False),
        ((int(Trait.KERB), NAN, NAN), False),
        ((int(Trait.BRIDGE), NAN, NAN), True),
        ((0, 0.08, NAN), True),
        ((0, 0.081, NAN), False),
        ((0, -0.2, NAN), False),
        ((int(Trait.WHEELS), 0.2, NAN), True),
        ((0, NAN, 0.9), True),
        ((0, NAN, 0.8), False),
    ],
)
def test_what_stops_wheels(row, open_):
    assert passable(star([row]), WHEELS).tolist() == [open_]
    assert np.isfinite(distance(star([row]), WHEELS).forward).tolist() == [open_]
    assert np.isfinite(time(star([row]), WHEELS).backward).tolist() == [open_]


def test_a_walker_without_limits_goes_everywhere():
    everything = int(sum(Trait))
    assert STROLLER.goes_everywhere
    assert Trait.STEPS not in STROLLER.bars
    assert not WHEELS.goes_everywhere
    assert Trait.STEPS in WHEELS.bars
    assert passable(star([(everything, 0.5, 0.1)]), STROLLER).all()


def test_speed_must_be_positive():
    with pytest.raises(AnalysisError, match="above 0"):
        Walker("nobody", 0.0)


def slopes(network: WalkNetwork, slope: list[float]) -> Gradient:
    n = len(network.edge_id)
    return Gradient(np.arange(n + 1), network.edge_length_m.copy(), np.array(slope), np.zeros(n, bool), np.zeros(n, bool))


def test_slopes_cost_by_toblers_function_in_each_direction():
    network = star([(0, NAN, NAN)])
    cost = time(network, STROLLER, slopes(network, [0.1]))
    # 6 exp(-3.5 * 0.05) km/h on the level, 6 exp(-3.5 * 0.15) up 10 %, 6 exp(-3.5 * 0.05) down 10 %.
    assert cost.forward[0] == pytest.approx(100 * math.exp(-0.175) / math.exp(-0.525))
    assert cost.backward[0] == pytest.approx(100)


def test_an_elevation_model_knows_no_stairs():
    network = star([(int(Trait.STEPS), NAN, NAN)])
    assert time(network, STROLLER, slopes(network, [0.5])).forward == pytest.approx([200])


def test_slopes_of_another_network_are_refused():
    with pytest.raises(AnalysisError, match="slopes"):
        time(star([(0, NAN, NAN)] * 2), STROLLER, slopes(star([(0, NAN, NAN)]), [0.1]))


def test_there_and_back_is_the_mean_and_needs_both_ways():
    network = dataclasses.replace(star([(0, NAN, NAN), (0, NAN, NAN)]), edge_backward=np.array([True, False]))
    cost = time(network, STROLLER, slopes(network, [0.1, 0.1]))
    both = there_and_back(cost)
    assert both.forward[0] == both.backward[0] == pytest.approx((100 * math.exp(0.35) + 100) / 2)
    assert np.isinf([both.forward[1], both.backward[1]]).all()


def test_returning_swaps_the_directions():
    network = star([(0, NAN, NAN)])
    cost = time(network, STROLLER, slopes(network, [0.1]))
    back = returning(cost)
    assert back.forward.tolist() == cost.backward.tolist()
    assert returning(back).forward.tolist() == cost.forward.tolist()


MAJOR, SECONDARY = int(NodeTrait.MAJOR_ROAD), int(NodeTrait.SECONDARY_ROAD)


@pytest.mark.parametrize(
    ("node", "delay"),
    [
        (0, 0.0),
        (MAJOR, 20.0),
        (MAJOR | int(NodeTrait.SIGNALS), 15.0),
        (MAJOR | int(NodeTrait.MARKED), 10.0),
        (MAJOR | int(NodeTrait.MARKED | NodeTrait.SIGNALS), 15.0),
        (SECONDARY, 10.0),
        (SECONDARY | MAJOR, 20.0),
        (int(NodeTrait.SIGNALS), 0.0),
    ],
)
def test_an_edge_pays_half_the_delay_of_the_road_at_its_end(node, delay):
    network = star([(0, NAN, NAN)], {1: node})
    assert crossing_delay_s(network, Crossings()) == pytest.approx([delay])


def test_walking_along_a_road_waits_for_none_of_its_own_class_or_below():
    rows = [(0, NAN, NAN), (int(Trait.SECONDARY_ROAD), NAN, NAN), (int(Trait.MAJOR_ROAD), NAN, NAN)]
    at_major, at_secondary = star(rows, {1: MAJOR | SECONDARY}), star(rows, {1: SECONDARY})
    assert of_way(at_major, crossing_delay_s(at_major, Crossings())) == pytest.approx([20, 20, 0])
    assert of_way(at_secondary, crossing_delay_s(at_secondary, Crossings())) == pytest.approx([10, 0, 0])


def test_who_crosses_pays_in_full_and_distance_never_pays():
    network = star([(0, NAN, NAN), (0, NAN, NAN)], {1: MAJOR})
    waiting = time(network, STROLLER, crossings=Crossings(unmarked_s=30))
    assert waiting.forward.sum() == pytest.approx(200 + 30)
    assert time(network, STROLLER).forward.sum() == pytest.approx(200)
    assert distance(network).forward.sum() == pytest.approx(200)
