"""Rules that ask what a hazard leaves, in the scores: what varies for them, each figure derived by hand.

The drawing: tests/town.py. East's 40 residents live in E1 at x = 705 and walk 25 + 455 + 10 = 490 m to the park's
corner at (250, -10); West's walk less than 200 m, and none of them passes x = 400.
"""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from affine import Affine
from shapely import Polygon, box

from analyses.assess import assess
from analyses.closings import STATED, Closing, closed_ground, closing_intensity, closings
from analyses.closures import closures
from analyses.evidence import Evidence
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.resilience_values import Variants, _served, _Walks, variant_values
from analyses.results import Results
from layers.hazard_scales import HazardScale
from layers.hazards import with_strength
from layers.types import Layers
from spatial.build import build_network
from spatial.traits import Trait, from_rows
from tests.flooded_town import DEPTH, flooded, town_depths
from tests.networks import EVERYWHERE, areas, network, ways
from tests.town import buildings, spaces, town, units, with_hazards

LASTING = Rule(
    "lasting", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=600.0, during="waterlogging", dimension="survival",
)  # fmt: skip
DEEP = Rule(
    "deep", "exposure", {}, "population", "%", Basis("synthetic", "high"), dimension="safety",
    target=Target("%", "convention", maximum=5.0), hazard_kinds=("waterlogging",), min_depth_m=0.15,
)  # fmt: skip
QUICK = Parameters(resilience=ResilienceChoices(draws=64))
STREET_ROW = Affine(100, 0, 0, 0, -100, 250)
"""Columns of 100 m; the third row is 50 m on either side of the street, with all homes in it."""
LESS, MORE = 1, 2
"""Positions in `closings`: a higher intensity, a lower one."""


def scored(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules)], parameters=QUICK)


def varied(results: Results, rule: Rule, **stated: float) -> dict[str, np.ndarray]:
    """By unit the values of a rule: limits x placements x ways in x closings."""
    evidence = results.evidence
    assert isinstance(evidence, Evidence)
    level = evidence.levels["community"]
    closed = closures(evidence.scene, results.profiles)
    variants = Variants((0.8, 1.0, 1.2), 1 + len(evidence.scene.other_residents), closings((0.5, 2.0)))
    values = np.array([stated[unit] for unit in level.units.index])
    found = variant_values(
        evidence.scene, evidence.measured[("p", rule.id)], {"community": level}, {"community": values}, variants, closed
    )["community"]
    return {unit: found[:, i].reshape(variants.shape) for i, unit in enumerate(level.units.index)}


def deep(layers: Layers, shape: Polygon, depth_m: float, kind: str = "waterlogging") -> Layers:
    """With a polygon of water of one depth."""
    layers = with_hazards(layers, {"w": (kind, "official", shape)})
    rows = with_strength(layers.hazards, np.array(["over_15cm"], dtype=object), np.array([depth_m]))
    roles = tuple(dataclasses.replace(role, scale=DEPTH) for role in layers.study.hazards)
    return dataclasses.replace(layers, hazards=rows, study=dataclasses.replace(layers.study, hazards=roles))


@pytest.mark.parametrize(("depth_m", "east"), [(0.2, [0, 100, 0]), (0.1, [100, 100, 0]), (0.4, [0, 0, 0]), (0.07, [100] * 3)])
@pytest.mark.parametrize("drawn", ["raster", "polygon"])
def test_streets_close_from_half_and_from_twice_the_depth_too(depth_m: float, east: list[float], drawn: str) -> None:
    """The street lies in the water from x = 400 to 500: as stated, then with less closed, then with more."""
    layers = (
        flooded({"w": town_depths(c4=depth_m)}, transform=STREET_ROW)
        if drawn == "raster"
        else dataclasses.replace(deep(town(), box(400, -50, 500, 50), depth_m), residents=flooded({}).residents)
    )
    results = scored(layers, LASTING)
    rows = results.assessments.query("rule_id == 'lasting' and level == 'community'").set_index("unit_id")["value"]
    assert rows.to_dict() == {"East": east[0], "West": 100.0}
    found = varied(results, LASTING, East=east[0], West=100.0)
    assert found["East"][1, 0, 0].tolist() == pytest.approx(east)
    assert found["East"][2, 0, 0].tolist() == pytest.approx(east), "720 m are enough"
    assert found["East"][0, 0, 0].tolist() == [0, 0, 0], "480 m are not"
    assert np.allclose(found["West"], 100.0)


def test_the_surer_ways_in_are_searched_in_what_remains() -> None:
    """A path into the park from the south, 40 m inside: that alone, and then none, for its end lies in the water."""
    path = [(1, 0.0, 0.0), (4, 230.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]
    south = [(4, 230.0, 0.0), (5, 230.0, -40.0)]
    layers = dataclasses.replace(town(), network=network([path, south]))
    wet = deep(dataclasses.replace(layers, residents=flooded({}).residents), box(225, -13, 235, -2), 1.0)
    results = scored(wet, LASTING)
    found = varied(results, LASTING, East=100.0, West=100.0)
    assert found["West"][1, 0].tolist() == [[100.0] * 3, [0.0] * 3]


def test_bridges_close_where_more_is_closed() -> None:
    lines = [[(1, 0.0, 0.0), (4, 400.0, 0.0)], [(4, 400.0, 0.0), (5, 450.0, 0.0)], [(5, 450.0, 0.0), (3, 1000.0, 0.0)]]
    traits = from_rows((int(t), np.nan, np.nan) for t in (Trait(0), Trait.BRIDGE, Trait(0)))
    net = build_network(ways(lines, traits=traits), areas(), EVERYWHERE)
    layers = dataclasses.replace(town(), network=net, residents=flooded({}).residents)
    results = scored(deep(layers, box(401, -10, 449, 10), 1.0), LASTING)
    assert varied(results, LASTING, East=100.0, West=100.0)["East"][1, 0, 0].tolist() == [100, 100, 0]


def test_a_rule_about_a_depth_counts_half_and_twice_of_it() -> None:
    """E1 stands in 0.2 m of water: deeper than 15 cm and 7.5 cm, not than 30 cm."""
    layers = flooded({"w": town_depths(c7=0.2)}, transform=STREET_ROW)
    found = varied(scored(layers, DEEP), DEEP, East=100.0, West=0.0)
    assert found["East"][1, 0, 0].tolist() == pytest.approx([100, 0, 100])
    assert np.allclose(found["West"], 0.0)


def test_several_places_asked_for_keep_their_limit_and_vary_with_what_closes() -> None:
    two = dataclasses.replace(LASTING, count=2)
    parks = {"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(340, -40, 380, -10))}
    layers = dataclasses.replace(town(), spaces=spaces(parks), residents=flooded({}).residents)
    results = scored(deep(layers, box(335, -50, 385, -1), 0.2), two)
    found = varied(results, two, East=0.0, West=0.0)
    assert found["West"][:, 0, 0].tolist() == [[0, 100, 0]] * 3


def test_in_units_whose_zero_is_none_the_next_class_closes() -> None:
    scale = HazardScale("degC", bands={"warm": 30.0, "hot": 35.0, "extreme": 40.0}, closes_at=35.0)
    assert [closing_intensity(scale, closing) for closing in closings((0.5, 2.0))] == [35.0, 40.0, 30.0]
    top = dataclasses.replace(scale, closes_at=40.0)
    assert closing_intensity(top, Closing(2.0)) == 40.0
    assert closing_intensity(DEPTH, Closing(2.0)) == pytest.approx(0.3)


def test_a_layer_without_an_intensity_closes_as_it_stands() -> None:
    layers = with_hazards(town(), {"w": ("flood", "official", box(400, -50, 500, 50))})
    role = dataclasses.replace(layers.study.hazards[0], closes=True)
    for closing in closings((0.5, 2.0)):
        assert [p.equals(box(400, -50, 500, 50)) for p in closed_ground(layers, role, closing)] == [True]


def test_of_a_raster_less_lies_inside_and_more_outside_of_what_is_stated() -> None:
    layers = flooded({"w": town_depths(c1=0.05, c2=0.1, c3=0.2, c4=0.4)}, transform=STREET_ROW)
    (role,) = layers.study.hazards
    stated, less, more = (sum(p.area for p in closed_ground(layers, role, c)) for c in closings((0.5, 2.0)))
    assert (stated, less) == (20_000, 10_000)
    assert more == pytest.approx(20_000 + 30_000), "the stated ground once more"
    assert closings((0.5, 2.0))[0] == STATED


ROW = 8


def row_of_squares() -> Layers:
    """Squares of 1 km along one street, with one home of 100 residents and one park each, 300 m from each other."""
    shapes = {f"s{i}": box(1000 * i, -200, 1000 * (i + 1), 200) for i in range(ROW)}
    homes = {f"h{i}": (box(1000 * i + 500, 20, 1000 * i + 540, 45), 1.0) for i in range(ROW)}
    parks = {f"way/{i}": ("park", box(1000 * i + 200, -60, 1000 * i + 260, -10)) for i in range(ROW)}
    people = pd.DataFrame({"population": 100.0}, index=pd.Index(list(shapes), name="community_id"))
    street = [(i, 1000.0 * i, 0.0) for i in range(ROW + 1)]
    return dataclasses.replace(
        town(), communities=units(shapes), parents={}, residents=people, network=network([street]),
        spaces=spaces(parks), buildings=buildings(homes),
    )  # fmt: skip


def test_the_score_and_its_range_of_a_square_that_some_closings_cut_off() -> None:
    """s3 keeps its park as stated, in 10 cm of water; with half of 15 cm it does not. The score of all others is 100."""
    layers = deep(row_of_squares(), box(3300, -50, 3400, 50), 0.1)
    results = scored(layers, LASTING, dataclasses.replace(LASTING, id="dry", during="", dimension="reach"))
    found = results.communities.set_index("community_id")
    assert found["dimension_survival"].tolist() == [100.0] * ROW
    assert found["resilience"].tolist() == pytest.approx([100.0] * ROW)
    assert found.loc["s3", "resilience_low"] < 50, "a third of the draws close the street"
    assert (found["resilience_low"] <= found["resilience"]).all()
    assert (found["resilience"] <= found["resilience_high"]).all()
    assert found.drop("s3")["resilience_low"].tolist() == pytest.approx([100.0] * (ROW - 1))
    assert (found.loc["s3", "rank_class"], found.loc["s2", "rank_class"]) == ("uncertain", "middle")
    moved = results.sensitivity.set_index("factor")
    assert moved.loc["closing", "largest_rank_shift"] == pytest.approx(3.5)
    assert moved.loc["closing", "mean_rank_shift"] > 0
    assert moved.loc["closing", "total"] > 0.5


def test_without_such_rules_nothing_of_it_is_told_and_no_figure_moves() -> None:
    plain = dataclasses.replace(LASTING, during="", dimension="reach")
    wet, dry = scored(deep(row_of_squares(), box(3300, -50, 3400, 50), 0.1), plain), scored(row_of_squares(), plain)
    assert "closing" not in set(wet.sensitivity["factor"])
    names = ["resilience", "resilience_low", "resilience_high", "rank", "rank_low", "rank_high"]
    pd.testing.assert_frame_equal(pd.DataFrame(wet.communities[names]), pd.DataFrame(dry.communities[names]))


def test_where_no_choice_closes_anything_else_nothing_of_it_is_told() -> None:
    """Coastal water without a depth, along which bridges close as the ground does: there is nothing to vary."""
    layers = with_hazards(row_of_squares(), {"w": ("coastal", "official", box(3300, -50, 3400, 50))})
    roles = tuple(dataclasses.replace(role, closes=True) for role in layers.study.hazards)
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))
    results = scored(layers, dataclasses.replace(LASTING, during="coastal"))
    assert "closing" not in set(results.sensitivity["factor"])
    river = dataclasses.replace(layers, hazards=layers.hazards.assign(kind="flood"))
    river = dataclasses.replace(river, study=dataclasses.replace(river.study, hazards=tuple(dataclasses.replace(r, kind="flood") for r in roles)))
    assert "closing" in set(scored(river, dataclasses.replace(LASTING, during="flood")).sensitivity["factor"]), "bridges"


def test_whom_a_hazard_cuts_off_is_not_served_whatever_the_walk() -> None:
    """Of both homes a quarter is cut off and of an eighth nobody says; one walks 100 m, the other 900 m."""
    straight = dataclasses.replace(LASTING, by="euclidean", within_m=500.0)
    cost, edge = np.array([100.0, 900.0]), np.array([np.inf, np.inf])
    options = ((straight, SimpleNamespace(cost=cost, edge_of_data=edge), None),)
    walks = _Walks(options, inside=np.array([0.25, 0.25]), unsaid=np.array([0.125, 0.125]))
    found = list(_served(None, walks, Variants((1.0, 2.0), 1)))
    assert [(i, way, served.tolist(), unserved.tolist()) for i, way, served, unserved in found if way == 0] == [
        (0, 0, [0.625, 0.0], [0.25, 0.875]), (1, 0, [0.625, 0.625], [0.25, 0.25]),
    ]  # fmt: skip
