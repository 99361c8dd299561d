"""Neighbours on the ground become neighbours in memory."""

from __future__ import annotations

import numpy as np

from spatial.ordering import hilbert_order


def test_the_curve_through_four_and_through_sixteen_cells() -> None:
    """Each step of the curve goes to a cell beside the last; its four quarters are filled one after the other."""
    four = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
    steps = np.diff(four[hilbert_order(four)], axis=0)
    assert (np.abs(steps).sum(axis=1) == 1).all()
    sixteen = np.array([(float(i), float(j)) for i in range(4) for j in range(4)])
    walk = sixteen[hilbert_order(sixteen)]
    assert (np.abs(np.diff(walk, axis=0)).sum(axis=1) == 1).all()
    assert [len({tuple(cell // 2) for cell in walk[k : k + 4]}) for k in (0, 4, 8, 12)] == [1, 1, 1, 1]


def test_every_point_once_and_none_is_fine() -> None:
    points = np.random.default_rng(1).uniform(0, 1000, size=(500, 2))
    assert sorted(hilbert_order(points)) == list(range(500))
    assert hilbert_order(points[:0]).tolist() == []
    assert hilbert_order(np.zeros((3, 2))).tolist() == [0, 1, 2]


def test_steps_along_the_order_are_short() -> None:
    points = np.random.default_rng(2).uniform(0, 1000, size=(2000, 2))
    steps_m = np.hypot(*np.diff(points[hilbert_order(points)], axis=0).T)
    assert steps_m.mean() < 40  # 2,000 points in a square kilometre lie 22 m apart; at random it would be 520 m
