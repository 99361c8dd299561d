"""What holds for refuges whatever the town: nobody in two places, no refuge too full, and more room never hurts."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from analyses.costs import Costs
from analyses.refuge_assignment import best_possible, nearest_first
from analyses.refuge_ground import taken_ground
from analyses.refuge_sites import refuge_sites
from layers.refuge_rules import DEFAULT_TIER, packaged_refuge_rules
from tests.town import spaces, town, with_hazards
from tests.unit.analyses.test_refuge import asking

RULES = packaged_refuge_rules()


@st.composite
def problems(draw: st.DrawFn) -> tuple[Costs, np.ndarray, np.ndarray]:
    points, places = draw(st.integers(1, 8)), draw(st.integers(1, 4))
    pairs = draw(st.lists(st.tuples(st.integers(0, points - 1), st.integers(0, places - 1)), unique=True, max_size=20))
    cost = draw(st.lists(st.floats(0, 500), min_size=len(pairs), max_size=len(pairs)))
    persons = draw(st.lists(st.floats(0, 100), min_size=points, max_size=points))
    room = draw(st.lists(st.floats(0, 150), min_size=places, max_size=places))
    table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    return Costs(table[:, 0], table[:, 1], np.array(cost, float)), np.array(persons), np.array(room)


@pytest.mark.parametrize("share_out", [nearest_first, best_possible])
@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_nobody_is_in_two_places_and_no_refuge_is_too_full(share_out, problem):
    walks, persons, room = problem
    found = share_out(walks, persons, room)
    assert (found.persons >= 0).all()
    assert (found.placed <= persons + 1e-9).all()
    assert (found.taken <= room + 1e-9).all()
    assert found.placed.sum() == pytest.approx(found.taken.sum(), abs=1e-9)


@settings(max_examples=150, deadline=None)
@given(problem=problems(), more=st.lists(st.floats(0, 80), min_size=4, max_size=4))
def test_more_room_never_leaves_more_people_without_a_place(problem, more):
    walks, persons, room = problem
    larger = room + np.array(more[: len(room)])
    for share_out in (nearest_first, best_possible):
        before, after = share_out(walks, persons, room), share_out(walks, persons, larger)
        assert after.placed.sum() >= before.placed.sum() - 1e-6


@settings(max_examples=150, deadline=None)
@given(problem=problems())
def test_the_best_places_at_least_as_many_as_nearest_first(problem):
    near, best = nearest_first(*problem), best_possible(*problem)
    assert best.placed.sum() >= near.placed.sum() - 1e-6


@settings(max_examples=100, deadline=None)
@given(problem=problems(), seed=st.integers(0, 99))
def test_the_order_of_the_walks_does_not_matter(problem, seed):
    walks, persons, room = problem
    order = np.random.default_rng(seed).permutation(len(walks.cost))
    shuffled = Costs(walks.point[order], walks.place[order], walks.cost[order])
    assert nearest_first(shuffled, persons, room).placed.tolist() == nearest_first(walks, persons, room).placed.tolist()
    best, again = best_possible(walks, persons, room), best_possible(shuffled, persons, room)
    assert again.placed.sum() == pytest.approx(best.placed.sum(), abs=1e-6)
    assert again.walk_m(shuffled) == pytest.approx(best.walk_m(walks), rel=1e-6, abs=1e-3)


@st.composite
def boxes(draw: st.DrawFn, least: int = 10) -> shapely.Polygon:
    x, y = draw(st.integers(0, 400)), draw(st.integers(-200, 0))
    return shapely.box(x, y, x + draw(st.integers(least, 300)), y + draw(st.integers(least, 150)))


@settings(max_examples=40, deadline=None)
@given(places=st.lists(st.tuples(st.sampled_from(["park", "square", "playground"]), boxes(30)), min_size=1, max_size=4), flood=boxes(), grow=st.integers(1, 80))
def test_a_larger_hazard_never_leaves_more_room(places, flood, grow):
    """Ground, usable ground and room of every place, and so the most people that can be placed."""
    drawn = spaces({f"way/{n}": place for n, place in enumerate(places)})
    small, large = (
        refuge_sites(layers, RULES.tiers[DEFAULT_TIER], RULES, taken_ground(layers, RULES)).table
        for layers in (asking(with_hazards(town(), {"f": ("flood", "official", shape)}), drawn) for shape in (flood, shapely.buffer(flood, grow)))
    )
    before = small.set_index("refuge_id")["effective_m2"]
    after = large.set_index("refuge_id")["effective_m2"]
    assert set(after.index) <= set(before.index)
    assert (after <= before[after.index] + 1e-6).all()
