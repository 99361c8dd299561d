"""Who keeps the park of the synthetic town while a hazard lasts, derived on paper. The drawing: tests/town.py.

The nearest of the park's five entrances lies at (210, -10) for W1 at x = 105, which walks 20 m of leg, 105 m of
street and 10 m of leg: 25 + 105 + 10 (its point is at y = 25).
"""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import Point, Polygon, box

from analyses.assess import assess
from analyses.during import During, Footprint, during
from analyses.measure import Scene
from analyses.profile import Basis, Option, Profile, Rule, Supply, Target
from analyses.survival import Survival, survival
from layers.types import Layers
from spatial.build import build_network
from spatial.traits import Trait, from_rows
from tests.networks import EVERYWHERE, areas, ways
from tests.town import spaces, town

BASIS = Basis("synthetic", "high")
RULE = Rule(
    "r", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=400.0,
)  # fmt: skip


ALL_CUT_OFF = {"loses": 56.0, "loses_cut_off": 56.0, "none_before": 54.0, "none_before_cut_off": 54.0}
"""Served are the fifty of West and six of East."""
EAST_CUT_OFF = {"keeps": 50.0, "loses": 6.0, "loses_cut_off": 6.0, "none_before": 54.0, "none_before_cut_off": 54.0}


def scene_of(layers: Layers, *rules: Rule) -> Scene:
    evidence = assess(layers, [Profile("p", {}, "", 2026, "convention", rules or (RULE,))]).evidence
    assert evidence is not None
    return evidence.scene


@pytest.fixture(scope="module")
def plain() -> Scene:
    return scene_of(town())


def lasting(scene: Scene, *shapes: Polygon, rule: Rule = RULE, kind: str = "flood") -> tuple[During, Survival]:
    left = during(scene, [Footprint(kind, np.array(shapes, dtype=object))], rule.supplies)
    return left, survival(scene, left, rule)


def residents(scene: Scene, found: Survival) -> dict[str, float]:
    people = scene.weight("population")
    names = ("keeps", "loses", "loses_cut_off", "none_before", "none_before_cut_off", "unknown")
    return {
        name: round(float((people * getattr(found, name)).sum()), 9)
        for name in names
        if (people * getattr(found, name)).sum() > 0
    }


def test_where_nothing_closes_everything_is_the_same_to_the_last_bit(plain: Scene) -> None:
    left, found = lasting(plain, box(0, 5000, 10, 5010))
    assert residents(plain, found) == {"keeps": 56.0, "none_before": 54.0}
    assert found.during.tobytes() == found.before.tobytes()
    assert left.scene.layers.network is plain.layers.network
    assert set(found.detour[found.keeps > 0]) == {1.0}
    assert left.open_entrance.all()
    assert left.inside.tolist() == [0.0] * len(left.inside)


def test_where_everything_closes_everybody_is_cut_off(plain: Scene) -> None:
    left, found = lasting(plain, box(-1e4, -1e4, 1e4, 1e4))
    assert residents(plain, found) == ALL_CUT_OFF
    assert np.isinf(found.during).all()
    assert not left.open_entrance.any()
    assert left.spaces.left_m2.tolist() == [0.0]
    assert len(left.spaces.frame) == 0


def test_whoever_lives_beyond_the_water_is_cut_off_and_who_lives_before_it_keeps(plain: Scene) -> None:
    """All sixty of East walked to the park before, six of them within 400 m."""
    left, found = lasting(plain, box(400, -10, 450, 10))
    assert residents(plain, found) == EAST_CUT_OFF
    assert left.closed.length_m == pytest.approx(50.0)
    assert set(found.detour[found.keeps > 0]) == {1.0}


def test_nobody_loses_places_of_a_kind_that_there_never_was() -> None:
    """The town has no square; the thirty of W1 live inside."""
    rule = dataclasses.replace(RULE, supply=Supply(("square",)))
    scene = scene_of(town(), rule)
    left, found = lasting(scene, box(90, 15, 120, 40), rule=rule)
    assert left.inside.max() == 1.0
    assert residents(scene, found) == {"none_before": 110.0, "none_before_cut_off": 30.0}


def test_a_way_around_is_a_detour_and_too_long_a_one_loses_the_park() -> None:
    """North of W2 a street runs from x = 250 to x = 400 by y = 60: 270 m instead of 150 m."""
    around = [(4, 250.0, 0.0), (5, 250.0, 60.0), (6, 400.0, 60.0), (7, 400.0, 0.0)]
    street = [(1, 0.0, 0.0), (4, 250.0, 0.0), (7, 400.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]
    scene = scene_of(dataclasses.replace(town(), network=build_network(ways([street, around]), areas(), EVERYWHERE)))
    _, found = lasting(scene, box(340, -10, 390, 10))
    east = scene.layers.communities.index.get_loc("East")
    near = np.flatnonzero((scene.demand.table["community"] == east) & (found.loses > 0))
    assert residents(scene, found) == {"keeps": 51.0, "loses": 5.0, "none_before": 54.0}, "six of East walk 120 m more"
    assert (found.during[near] - found.before[near]).tolist() == pytest.approx([120.0] * 5)
    assert np.nanmax(found.detour) == pytest.approx(392.5 / 272.5), "the first of East still walks less than 400 m"
    assert np.nanmin(found.detour) == 1.0, "W2 at x = 310 walks back to the park as ever"
    wider = dataclasses.replace(RULE, within_m=600.0)
    _, kept = lasting(scene, box(340, -10, 390, 10), rule=wider)
    assert kept.detour[near].tolist() == pytest.approx(((found.before[near] + 120) / found.before[near]).tolist())


def test_of_a_home_partly_inside_a_part_of_its_residents_is_cut_off(plain: Scene) -> None:
    """W1 (100..110) with its 30 residents: two fifths of it lie inside."""
    left, found = lasting(plain, box(106, 20, 120, 40))
    assert residents(plain, found) == {"keeps": 44.0, "loses": 12.0, "loses_cut_off": 12.0, "none_before": 54.0}
    assert left.inside.max() == pytest.approx(0.4)


def test_how_one_leaves_a_home_that_is_partly_inside_is_not_looked_at(plain: Scene) -> None:
    """The middle of W1 is inside, from which its leg to the street is drawn; its wall and the street are not."""
    _, found = lasting(plain, box(104, 24, 106, 40))
    assert residents(plain, found) == {
        "keeps": pytest.approx(56 - 30 * 0.12),
        "loses": pytest.approx(3.6),
        "loses_cut_off": pytest.approx(3.6),
        "none_before": 54.0,
    }


def test_ground_under_water_between_a_home_and_its_street_cuts_it_off(plain: Scene) -> None:
    _, found = lasting(plain, box(90, 5, 120, 10))
    assert residents(plain, found) == {"keeps": 26.0, "loses": 30.0, "loses_cut_off": 30.0, "none_before": 54.0}


def test_a_home_whose_street_is_closed_is_not_led_to_another_one(plain: Scene) -> None:
    left, found = lasting(plain, box(100, -4, 110, 4))
    assert residents(plain, found)["loses_cut_off"] == 30.0
    assert left.inside.max() == 0.0


def test_entrances_inside_close_and_without_any_nobody_gets_in(plain: Scene) -> None:
    left, found = lasting(plain, box(190, -30, 270, -5))
    assert residents(plain, found) == ALL_CUT_OFF
    assert not left.open_entrance.any()
    assert left.spaces.left_m2.tolist() == [60.0 * 30]


def test_an_entrance_that_stays_open_serves(plain: Scene) -> None:
    """Only what lies east of x = 205 is closed of the park's outline: its corner at (200, -20) stays."""
    left, found = lasting(plain, box(205, -30, 270, -5))
    at = left.scene.walking.entrances
    assert left.open_entrance.sum() == 1
    assert at.point[left.open_entrance][0].distance(Point(200, -20)) <= 1.0
    assert residents(plain, found)["keeps"] > 30


@pytest.mark.parametrize(
    ("least_m2", "expected"), [(2401.0, ALL_CUT_OFF), (2400.0, {"keeps": 56.0, "none_before": 54.0})]
)
def test_what_is_left_of_a_space_must_still_be_large_enough(least_m2: float, expected: dict[str, float]) -> None:
    """The park loses its southern 10 m: 60 x 40 m are left."""
    rule = dataclasses.replace(RULE, supply=Supply(("green",), least_m2))
    scene = scene_of(town(), rule)
    _, found = lasting(scene, box(190, -70, 270, -50), rule=rule)
    assert residents(scene, found) == expected


@pytest.mark.parametrize(("least_m", "expected"), [(41.0, "loses_cut_off"), (39.0, "keeps")])
def test_and_wide_enough(least_m: float, expected: str) -> None:
    rule = dataclasses.replace(RULE, supply=Supply(("green",), min_width_m=least_m))
    scene = scene_of(town(), rule)
    _, found = lasting(scene, box(190, -70, 270, -50), rule=rule)
    assert residents(scene, found)[expected] > 0


@pytest.mark.parametrize(
    ("least_m2", "expected"), [(1201.0, ALL_CUT_OFF), (1200.0, {"keeps": 56.0, "none_before": 54.0})]
)
def test_a_park_that_is_cut_in_two_is_two_places(least_m2: float, expected: dict[str, float]) -> None:
    """10 m of water across it leave 60 x 20 m on either side; all entrances lead into the northern part."""
    rule = dataclasses.replace(RULE, supply=Supply(("green",), least_m2))
    scene = scene_of(town(), rule)
    left, found = lasting(scene, box(190, -40, 270, -30), rule=rule)
    assert residents(scene, found) == expected
    assert left.spaces.left_m2.tolist() == [2400.0]
    assert left.spaces.of.tolist() == [0, 0]


def test_a_strip_too_narrow_for_a_place_is_none(plain: Scene) -> None:
    """All but the northern 3 m of the park lie inside; a park is at least 4 m wide."""
    left, found = lasting(plain, box(190, -70, 270, -13))
    assert not left.open_entrance.any(), "though those at y = -10 lie outside, with their legs"
    assert left.spaces.left_m2.tolist() == pytest.approx([180.0])
    assert residents(plain, found) == ALL_CUT_OFF


def test_a_park_does_not_become_a_pocket_park_by_being_under_water() -> None:
    rule = dataclasses.replace(RULE, supply=Supply(("green",), max_area_m2=2500.0))
    scene = scene_of(town(), rule)
    _, found = lasting(scene, box(190, -70, 270, -40), rule=rule)
    assert residents(scene, found) == {"none_before": 110.0}
    assert np.isinf(found.during).all()


def test_a_bridge_stays_open_in_a_flood_and_closes_in_an_earthquake() -> None:
    lines = [[(1, 0.0, 0.0), (4, 400.0, 0.0)], [(4, 400.0, 0.0), (5, 450.0, 0.0)], [(5, 450.0, 0.0), (3, 1000.0, 0.0)]]
    traits = from_rows((int(t), np.nan, np.nan) for t in (Trait(0), Trait.BRIDGE, Trait(0)))
    scene = scene_of(
        dataclasses.replace(town(), network=build_network(ways(lines, traits=traits), areas(), EVERYWHERE))
    )
    _, flood = lasting(scene, box(401, -10, 449, 10))
    assert residents(scene, flood) == {"keeps": 56.0, "none_before": 54.0}
    _, quake = lasting(scene, box(401, -10, 449, 10), kind="seismic")
    assert residents(scene, quake) == EAST_CUT_OFF


def test_any_option_that_stays_keeps_reach() -> None:
    """A garden at x = 900 serves the east; the water at x = 400 leaves it."""
    layers = dataclasses.replace(
        town(),
        spaces=spaces({"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(880, -40, 920, -10))}),
    )
    rule = dataclasses.replace(RULE, supply=Supply(("park",)), or_else=(Option(Supply(("garden",)), 400.0),))
    scene = scene_of(layers, rule)
    _, found = lasting(scene, box(400, -10, 450, 10), rule=rule)
    assert residents(scene, found)["keeps"] > 100
    park_alone = dataclasses.replace(rule, or_else=())
    _, found = lasting(scene, box(400, -10, 450, 10), rule=park_alone)
    assert residents(scene, found) == EAST_CUT_OFF


def test_a_straight_line_is_measured_to_what_is_left() -> None:
    rule = dataclasses.replace(RULE, by="euclidean", within_m=150.0)
    scene = scene_of(town(), rule)
    _, found = lasting(scene, box(190, -70, 270, -20), rule=rule)
    assert (found.during >= found.before).all()
    assert residents(scene, found)["keeps"] == 50.0
    _, gone = lasting(scene, box(190, -70, 270, -5), rule=rule)
    assert residents(scene, gone) == {
        "loses": 50.0, "loses_cut_off": 50.0, "none_before": 60.0, "none_before_cut_off": 60.0,
    }  # fmt: skip


def test_several_places_have_to_stay_where_several_are_asked_for() -> None:
    layers = dataclasses.replace(
        town(),
        spaces=spaces({"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(340, -40, 380, -10))}),
    )
    rule = dataclasses.replace(RULE, count=2)
    scene = scene_of(layers, rule)
    _, found = lasting(scene, box(335, -50, 385, -1), rule=rule)
    assert residents(scene, found)["loses"] >= 50.0, "one of the two is left, and can still be walked to"
    assert "loses_cut_off" not in residents(scene, found)


def test_where_the_data_end_nobody_is_said_to_lose_for_certain() -> None:
    """The data end 100 m east of the last of East's homes: something may lie beyond."""
    street = [(1, 0.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]
    net = build_network(ways([street], cut=[3]), areas(), EVERYWHERE)
    scene = scene_of(dataclasses.replace(town(), network=net))
    _, found = lasting(scene, box(400, -10, 450, 10), rule=dataclasses.replace(RULE, within_m=700.0))
    unknown = residents(scene, found)
    assert unknown["unknown"] > 0
    assert "loses_cut_off" not in unknown


def test_shares_add_up_and_nothing_is_written_into(plain: Scene) -> None:
    before = plain.layers.spaces.copy(), plain.walking.points.edge.copy(), plain.walking.entrances.table.copy()
    _, found = lasting(plain, box(106, -30, 240, 40))
    total = found.keeps + found.loses + found.none_before + found.unknown
    assert total.tolist() == pytest.approx([1.0] * len(total))
    assert plain.layers.spaces.equals(before[0])
    assert plain.walking.points.edge.tolist() == before[1].tolist()
    assert plain.walking.entrances.table.equals(before[2])
