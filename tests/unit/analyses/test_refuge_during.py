"""Who finds refuge while a hazard lasts, in the synthetic town, every figure derived on paper (tests/town.py).

A hall at (500, 10) takes in 60 people. On foot W1 (30 residents) is 430 m from it, W2 (20) 225 m, E1 (40) 240 m, and the 20
points of the street |x - 500| + 10. With streets open nine points, W2's 20 and 31 of E1's 40 find a place.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from shapely import Geometry, box

from analyses.assess import assess
from analyses.refuge import Refuge
from analyses.refuge_columns import REFUGE_NEEDS
from layers.types import Layers
from maps.refuge_words import refuge_needs_frame
from tests.town import town, units
from tests.unit.analyses.test_shelters import GROUND, HALL, closing, listed

PARTS = ["placed", "without_full", "without_far", "must_leave", "unknown"]


def found(layers: Layers) -> Refuge:
    refuge = assess(layers, []).refuge
    assert refuge is not None
    return refuge


def during(shape: Geometry, status: str = "official") -> pd.DataFrame:
    refuge = found(closing(listed(town(), HALL), shape, status))
    assert refuge.needs is not None
    assert refuge.needs_during is not None
    assert set(refuge.needs["scenario_id"]) == {"none"}
    assert set(refuge.needs_during["scenario_id"]) == {"f"}
    assert list(refuge.needs_during.columns) == [column.name for column in REFUGE_NEEDS.columns]
    return refuge.needs_during.set_index("unit_id")


def test_whose_way_is_closed_finds_no_refuge_within_the_limit() -> None:
    """The street is closed at x = 250..260, where nobody lives: W1 is cut off from the hall."""
    needs = during(box(250, -5, 260, 5))
    assert needs.loc["West", PARTS].tolist() == pytest.approx([20, 0, 30, 0, 0])
    assert needs.loc["East", PARTS].tolist() == pytest.approx([40, 20, 0, 0, 0])
    assert needs.loc["town", "placed_best"] == pytest.approx(60)


def test_who_lives_inside_has_to_leave_before_and_others_take_their_places() -> None:
    """W2 lies in the flood. Then 9 points and E1's 40 come first, 8 more points (247.5 .. 422.5 m), and three of W1 (430 m)
    before the last three points. All 20 of W2 would have a place if they left while the streets were open."""
    needs = during(box(295, 15, 325, 35))
    assert needs.loc["West", PARTS].tolist() == pytest.approx([3, 27, 0, 20, 0])
    assert needs.loc["East", PARTS].tolist() == pytest.approx([57, 3, 0, 0, 0])
    assert needs.loc["West", "must_leave_placed"] == pytest.approx(20)
    assert needs.loc["East", "must_leave_placed"] == 0


def test_half_a_home_inside_has_to_leave() -> None:
    needs = during(box(290, 15, 310, 35))
    assert needs.loc["West", ["must_leave", "must_leave_placed"]].tolist() == pytest.approx([10, 10])
    assert needs[PARTS].sum(axis=1).to_numpy() == pytest.approx(needs["needing"].to_numpy())


def test_of_a_home_partly_inside_those_who_would_find_a_place_are_its_part_of_them() -> None:
    """Half of E1, of whose 40 residents 31 find a place with streets open."""
    east = during(box(695, 15, 705, 35)).loc["East"]
    assert east[["must_leave", "must_leave_placed"]].tolist() == pytest.approx([20, 15.5])


def test_who_may_live_inside_is_neither_placed_nor_without_a_place() -> None:
    """Of W2 the layer does not say whether it lies inside. The others are placed as if it did (the test above)."""
    layers = closing(listed(town(), HALL), box(0, 290, 5, 299))
    ground = units({"w2": box(295, 15, 325, 35)}).assign(hazard_id="f")[["hazard_id", "geometry"]]
    refuge = found(dataclasses.replace(layers, hazard_unknown=ground))
    assert refuge.needs_during is not None
    needs = refuge.needs_during.set_index("unit_id")
    assert needs.loc["West", PARTS].tolist() == pytest.approx([3, 27, 0, 0, 20])
    assert needs.loc["East", PARTS].tolist() == pytest.approx([57, 3, 0, 0, 0])
    assert needs[PARTS].sum(axis=1).to_numpy() == pytest.approx(needs["needing"].to_numpy())


def test_a_hall_in_the_flood_takes_nobody_in() -> None:
    needs = during(box(499.5, 9.5, 500.5, 10.5), "derived")
    assert needs.loc["town", PARTS].tolist() == pytest.approx([0, 0, 110, 0, 0])
    assert needs.loc["town", ["n_refuges", "capacity"]].tolist() == [0, 0]


def test_of_ground_half_inside_a_derived_layer_that_closes_half_is_left() -> None:
    """A derived layer never judges, so that on other days it takes nothing off; what it closes is told by itself."""
    refuge = found(closing(listed(town(), GROUND), box(200, -60, 215, -10), "derived"))
    assert refuge.sites["capacity"].tolist() == [1800]
    assert refuge.needs_during is not None
    assert refuge.needs_during.set_index("unit_id").loc["town", "capacity"] == 900


def test_an_official_layer_takes_nothing_off_twice() -> None:
    refuge = found(closing(listed(town(), GROUND), box(200, -60, 215, -10)))
    assert refuge.sites["capacity"].tolist() == [900]
    assert refuge.needs_during is not None
    assert refuge.needs_during.set_index("unit_id").loc["town", "capacity"] == 900


def test_where_nothing_is_closed_it_is_the_same_as_with_streets_open() -> None:
    refuge = found(closing(listed(town(), HALL), box(0, 290, 5, 299)))
    assert refuge.needs is not None
    assert refuge.needs_during is not None
    columns = [name for name in refuge.needs.columns if name != "scenario_id"]
    pd.testing.assert_frame_equal(refuge.needs[columns], refuge.needs_during[columns])


def test_a_study_without_closings_has_streets_open_alone() -> None:
    assert found(listed(town(), HALL)).needs_during is None


def test_both_are_published_in_one_table() -> None:
    results = assess(closing(listed(town(), HALL), box(250, -5, 260, 5)), [])
    table = refuge_needs_frame(results)
    assert table is not None
    assert table["scenario_id"].tolist() == ["none"] * 4 + ["f"] * 4
    assert np.isfinite(table[PARTS].to_numpy()).all()


def test_a_refuge_whose_ways_in_are_closed_takes_nobody_in_whatever_is_left_of_its_ground() -> None:
    """The flood lies between the street and the ground, of which 35 of 50 m stay dry."""
    refuge = found(closing(listed(town(), GROUND), box(190, -25, 240, -5), "derived"))
    assert refuge.needs_during is not None
    city = refuge.needs_during.set_index("unit_id").loc["town"]
    assert city[["n_refuges", "placed", "without_far"]].tolist() == pytest.approx([0, 0, 110])
