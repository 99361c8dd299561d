"""One share for the same ground: an outline over a park, a playground in it, a square, and ground of nobody's."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import Point, box

from analyses.refuge_shares import KnownGround
from tests.town import spaces

SHARES = {"playground": 0.5, "square": 0.7, "park": 0.4}
DRAWN = {
    "way/1": ("park", box(0, 0, 10, 10)),
    "way/2": ("playground", box(0, 0, 5, 10)),
    "way/3": ("square", box(10, 0, 20, 10)),
    "way/4": ("beach", box(20, 0, 30, 10)),
    "way/5": ("square", Point(25, 5)),
}


def known(*outlines: object) -> tuple[KnownGround, np.ndarray]:
    shapes = np.array(outlines, dtype=object)
    return KnownGround.near(shapes, spaces(DRAWN), SHARES, 0.3), shapes


def test_every_part_counts_by_its_own_share_and_what_is_no_known_ground_by_the_other() -> None:
    found, shapes = known(box(0, 0, 40, 10), box(12, 0, 15, 10), box(30, 0, 40, 10))
    assert found.usable_m2(shapes).tolist() == pytest.approx([50 * 0.5 + 50 * 0.4 + 100 * 0.7 + 200 * 0.3, 30 * 0.7, 30])


def test_the_parts_are_the_whole_ground_and_none_of_it_twice() -> None:
    found, shapes = known(box(0, 0, 40, 10), box(-5, -5, 3, 3))
    grounds = found.grounds(shapes, np.array([False, True]), 2.0)
    assert set(grounds.site) == {1}
    assert sum(part.area for part in grounds.shape) == pytest.approx(64)
    m2, persons = np.array([part.area for part in grounds.shape]) @ grounds.each
    assert (m2, persons) == (pytest.approx(9 * 0.5 + 55 * 0.3), pytest.approx((9 * 0.5 + 55 * 0.3) / 2))


def test_a_point_and_nothing_have_no_ground() -> None:
    found, shapes = known(Point(5, 5))
    assert found.usable_m2(shapes).tolist() == [0]
    assert len(known()[0].usable_m2(np.zeros(0, dtype=object))) == 0
