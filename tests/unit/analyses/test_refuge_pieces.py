"""Ground of refuges that a hazard cuts, in the synthetic town, every figure derived on paper (tests/town.py).

The park of 60 x 50 m is entered at (260, -20), (250, -10), (230, -10), (210, -10) and (200, -20): from its north alone.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, Point, box

from analyses.entrances import Entrances
from analyses.refuge_pieces import left_in_pieces
from analyses.refuge_sites import RefugeSites
from layers.types import Layers
from spatial.snapping import Attachments
from spatial.traits import Trait
from tests.networks import network
from tests.town import PARK, buildings, spaces, town, with_hazards
from tests.unit.analyses.test_refuge import TIER, asking, found, listing, sites
from tests.unit.analyses.test_shelters import REACH, closing, judged, listed, row

ACROSS = box(190, -35, 270, -33)
"""Leaves 60 x 23 m in the north and 60 x 25 m in the south."""
DOWN = box(228, -70, 232, 1)
"""Leaves 28 x 50 m on either side, with ways in to both."""


def park(flood: Geometry, share: float, status: str = "official") -> Layers:
    return asking(with_hazards(town(), {"f": ("flood", status, flood)}), usable_share={"park": share})


def lasting(layers: Layers, flood: Geometry) -> pd.Series:
    """The whole town while a flood lasts that takes nothing off on other days."""
    refuge = found(closing(layers, flood, "derived"))
    assert refuge.needs_during is not None
    return refuge.needs_during.set_index("unit_id").loc["town"]


def test_a_piece_behind_water_without_a_way_in_counts_for_nothing():
    site = found(park(ACROSS, 0.8)).sites.iloc[0]
    assert (site["status"], site["effective_m2"]) == ("usable", pytest.approx(60 * 23 * 0.8))
    assert site["capacity"] == 2 * 60 * 23 * 0.8


def test_the_least_area_is_asked_of_each_piece_and_not_of_their_sum():
    site = found(park(DOWN, 0.6)).sites.iloc[0]
    assert (site["status"], site["effective_m2"], site["capacity"]) == ("in_hazard", 0, 0)
    assert found(park(DOWN, 0.8)).sites["effective_m2"].tolist() == [pytest.approx(2 * 28 * 50 * 0.8)]


def test_the_same_holds_while_a_hazard_lasts():
    drawn = [asking(town(), usable_share={"park": share}) for share in (0.6, 0.8)]
    assert lasting(drawn[0], DOWN)[["n_refuges", "capacity"]].tolist() == [0, 0]
    assert lasting(drawn[1], DOWN)[["n_refuges", "capacity"]].tolist() == [1, 2 * 2 * 28 * 50 * 0.8]
    assert lasting(drawn[1], ACROSS)["capacity"] == 2 * 60 * 23 * 0.8


def test_a_strip_that_a_hazard_leaves_is_too_narrow_while_it_lasts():
    """200 m long beside the street: 14 m wide it is a refuge, 10 m wide a circle of 12 m does not fit."""
    long = asking(town(), spaces({"way/1": ("park", box(200, -60, 400, -10))}), usable_share={"park": 1.0})
    assert [lasting(long, box(190, -70, 410, y))["capacity"] for y in (-24, -20)] == [2 * 200 * 14, 0]


def test_what_is_left_goes_by_open_ground_and_not_by_the_outline():
    """A building stands on 25 x 50 m of the part that stays dry: of 1,750 m2 of open ground 250 are left."""
    layers = listed(town(), {"ground": (PARK, 400, np.nan)})
    built = dataclasses.replace(layers, buildings=pd.concat([layers.buildings, buildings({"S": (box(230, -60, 255, -10), 1)}).assign(residential=False)]))
    assert lasting(built, box(190, -60, 230, -10))["capacity"] == int(400 * 250 / 1750)


def test_where_nobody_knows_the_way_into_a_listed_refuge_any_piece_may_be_it():
    """A plot of 20 x 10 m, 40 m from the street; a strip of 2 m is cut out of it, away from its middle."""
    layers = listed(town(), {"plot": (box(340, 40, 360, 50), 10, np.nan)})
    assert lasting(layers, box(355, 35, 357, 55))["capacity"] == 9


def flagged(layers: Layers, lines: list[list[tuple[int, float, float]]], flags: list[Trait]) -> Layers:
    """The town with other ways, each of one piece."""
    drawn = network(lines)
    traits = dataclasses.replace(drawn.edge_traits, flags=np.array([int(flag) for flag in flags], dtype=np.uint16))
    return dataclasses.replace(layers, network=dataclasses.replace(drawn, edge_traits=traits))


def test_a_way_in_that_lies_in_the_water_is_shut_though_its_bridge_stays_open():
    """The ground lies across the bridge from x = 200 to 260. W1 (105, 25) enters at its near end, else 10 m beside at (210, 10)."""
    street = [[(1, 0.0, 0.0), (2, 150.0, 0.0)], [(2, 150.0, 0.0), (3, 300.0, 0.0)], [(3, 300.0, 0.0), (4, 1000.0, 0.0)]]
    layers = flagged(town(), street, [Trait(0), Trait.BRIDGE, Trait(0)])
    layers = dataclasses.replace(listed(layers, {"ground": (box(200, -60, 260, 10), 400, np.nan)}), buildings=buildings({"W1": (box(100, 20, 110, 30), 5)}))
    refuge = found(closing(layers, box(198, -5, 202, 5), "derived"))
    assert refuge.needs is not None
    assert refuge.needs_during is not None
    dry, wet = (table.set_index("unit_id").loc["West", "farthest_m"] for table in (refuge.needs, refuge.needs_during))
    assert (dry, wet) == pytest.approx((25 + 95, 25 + 105 + 10))


@pytest.mark.parametrize(("off_m", "value"), [(4.9, 40.0), (5.1, 0.0)])
def test_a_wheelchair_goes_past_closed_steps_to_a_street_at_arms_length_alone(off_m: float, value: float):
    """The hall stands 1 m beside steps, and 4.9 or 5.1 m beside the street; W2, 20 of West's 50, lives within the limit."""
    lines = [[(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (3, 1000.0, 0.0)], [(2, 500.0, 0.0), (4, 500.0, 30.0)]]
    layers = flagged(town(), lines, [Trait(0), Trait(0), Trait.STEPS])
    layers = listed(layers, {"hall": (Point(501, off_m), 60, np.nan)})
    rolling, walking = (dataclasses.replace(REACH, id=by, by=by) for by in ("walk_wheelchair", "walk"))
    results = judged(layers, rolling, walking)
    assert row(results, "West", "walk")["value"] == pytest.approx(40)
    assert row(results, "West", "walk_wheelchair")["value"] == pytest.approx(value)


def test_a_listed_point_in_the_water_takes_nobody_in_and_unknown_stays_unknown():
    rows = {"hall": (Point(500, 10), 60, np.nan), "bare": (Point(510, 10), np.nan, np.nan)}
    table = sites(listing(town(), rows))
    at = Entrances(pd.DataFrame({"space": [0, 1], "kind": "point", "confidence": "low"}), np.array([Point(500, 10), Point(510, 10)], dtype=object), Attachments(np.array([0, 0]), np.zeros(2), np.zeros(2)))
    left = left_in_pieces(table, np.array([box(490, 0, 520, 20)], dtype=object), at, TIER)
    assert left["capacity"].tolist() == pytest.approx([0, np.nan], nan_ok=True)
    assert left["status"].tolist() == ["in_hazard", "capacity_unknown"]


def boxes() -> st.SearchStrategy[Geometry]:
    corner, size = st.tuples(st.integers(190, 265), st.integers(-65, -5)), st.tuples(st.integers(1, 40), st.integers(1, 40))
    return st.builds(lambda xy, wh: box(xy[0], xy[1], xy[0] + wh[0], xy[1] + wh[1]), corner, size)


@pytest.fixture(scope="module")
def both() -> list[RefugeSites]:
    """The park as a candidate, and on a list."""
    return [sites(asking(town(), usable_share={"park": 0.6})), sites(listing(town(), {"ground": (PARK, 400, np.nan)}))]


@settings(max_examples=60, deadline=None)
@given(smaller=st.lists(boxes(), max_size=3), more=boxes(), wet=st.integers(0, 4))
def test_a_larger_hazard_never_leaves_more(both: list[RefugeSites], smaller: list[Geometry], more: Geometry, wet: int):
    """Whichever of the ways in it closes besides."""
    points = np.array([Point(260, -20), Point(250, -10), Point(230, -10), Point(210, -10), Point(200, -20)] * 2, dtype=object)
    space, edge = np.repeat([0, 1], 5), np.zeros(10, dtype=np.int32)
    shut = np.where(np.arange(10) % 5 == wet, -1, edge)
    doors = pd.DataFrame({"space": space, "kind": "gate", "confidence": "high"})
    small, large = np.array(smaller, dtype=object), np.array([*smaller, more], dtype=object)
    for table in both:
        before, after = (left_in_pieces(table, hazard, Entrances(doors, points, Attachments(at, np.zeros(10), np.zeros(10))), TIER) for hazard, at in ((small, edge), (large, shut)))
        assert (after["capacity"] <= before["capacity"] + 1e-9).all()
        assert (after["effective_m2"].fillna(0) <= before["effective_m2"].fillna(0) + 1e-6).all()
