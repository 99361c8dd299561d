"""Rules in minutes and for walkers on wheels, on a synthetic street whose every figure can be worked out on paper.

    y                                             home H1 (100, 10) and H2 (300, 10): 10 residents each
    0  ===A======street=====B=====steps====C===   A (0, 0), B (400, 0), C (500, 0)
                            |
                            +--- path around: B (400, 0) - (400, -200) - (500, -200) - C, 500 m, level and firm
   park (480..560, 2..60), with a gate at (500, 2) above C
"""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from shapely import Point, box

from analyses.assess import assess
from analyses.parameters import Parameters
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.walking import PLAIN, Mode, mode_of
from layers.types import Layers
from spatial.build import build_network
from spatial.errors import AnalysisError
from spatial.terrain import Grid
from spatial.traits import NodeTrait, Trait, from_rows
from tests.networks import EVERYWHERE, METRIC, areas, ways
from tests.town import buildings, gates, spaces, town, units

NAN = math.nan
A, B, C = (1, 0.0, 0.0), (2, 400.0, 0.0), (3, 500.0, 0.0)
AROUND = [B, (4, 400.0, -200.0), (5, 500.0, -200.0), C]


def street(node_flags: dict[int, int] | None = None) -> Layers:
    traits = from_rows([(0, NAN, NAN), (int(Trait.STEPS), NAN, NAN), (0, NAN, NAN)])
    network = build_network(ways([[A, B], [B, C], AROUND], traits=traits, node_flags=node_flags), areas(), EVERYWHERE)
    return dataclasses.replace(
        town(),
        communities=units({"West": box(0, -300, 600, 300)}),
        parents={},
        residents=pd.DataFrame({"population": [20.0]}, index=pd.Index(["West"], name="community_id")),
        network=network,
        spaces=spaces({"way/1": ("park", box(480, 2, 560, 60))}, fenced=frozenset({"way/1"})),
        gates=gates({"node/1": Point(500, 2)}),
        buildings=buildings({"H1": (box(95, 5, 105, 15), 1), "H2": (box(295, 5, 305, 15), 1)}),
    )


def rule(by: str, within: str, direction: str = "to") -> Rule:
    number, unit = within.split()
    limit = {"within_s": 60 * float(number)} if unit == "min" else {"within_m": float(number)}
    return Rule("r", "reach", {}, "population", "%", Basis("", "high"), supply=Supply(("park",)), by=by, direction=direction, **limit)


def demand(layers: Layers, *rules: Rule, parameters: Parameters = Parameters()) -> gpd.GeoDataFrame:  # noqa: B008
    named = tuple(dataclasses.replace(r, id=f"r{i}") for i, r in enumerate(rules))
    results = assess(layers, [Profile("p", {}, "", 2026, "convention", named)], parameters=parameters)
    return results.demand.sort_values("demand_id").reset_index(drop=True)


def value(layers: Layers, one: Rule) -> float:
    results = assess(layers, [Profile("p", {}, "", 2026, "convention", (one,))])
    rows = results.assessments
    return float(rows.loc[(rows["level"] == "community") & (rows["profile_id"] == "p"), "value"].iloc[0])


def test_which_way_a_rule_walks():
    assert mode_of(rule("walk", "400 m")) == PLAIN
    assert mode_of(rule("walk_elderly", "400 m")) == PLAIN
    assert mode_of(rule("walk_pram", "400 m")) == Mode("pram", "m", "to")
    assert mode_of(rule("walk", "5 min", "both")) == Mode("adult", "s", "both")
    assert Mode("adult", "s").column("green") == "time_adult_green_min"
    assert Mode("pram", "m", "from").column("green") == "distance_pram_from_green_m"


def test_minutes_are_metres_by_the_speed_and_stairs_count_double():
    """H1 leaves its building's middle (100, 10): 10 m off, 300 m to B, 100 m of steps, 2 m to the gate."""
    table = demand(street(), rule("walk", "15 min"), rule("walk_elderly", "15 min"))
    assert table["distance_park_m"].tolist() == pytest.approx([412.0, 212.0])
    seconds = np.array([10 + 300 + 2 * 100 + 2, 10 + 100 + 2 * 100 + 2])
    assert table["time_adult_park_min"].tolist() == pytest.approx(seconds / 1.3 / 60)
    assert table["time_elderly_park_min"].tolist() == pytest.approx(seconds / 0.85 / 60)


def test_wheels_go_around_the_steps():
    """The way around is 500 m instead of 100 m."""
    table = demand(street(), rule("walk_wheelchair", "900 m"), rule("walk_pram", "15 min"))
    assert table["distance_wheelchair_park_m"].tolist() == pytest.approx([10 + 300 + 500 + 2, 10 + 100 + 500 + 2])
    assert table["time_pram_park_min"].tolist() == pytest.approx(np.array([812, 612]) / 1.2 / 60)


def test_a_share_is_that_of_residents_within_the_minutes():
    # 512 s and 312 s of level ground by 1.3 m/s: 6.56 and 4.0 minutes.
    assert value(street(), rule("walk", "7 min")) == 100.0
    assert value(street(), rule("walk", "5 min")) == 50.0
    assert value(street(), rule("walk", "3 min")) == 0.0
    assert value(street(), rule("walk_wheelchair", "15 min")) == 50.0


def test_a_way_in_at_the_end_of_closed_steps_alone_is_closed():
    layers = street()
    open_ = np.array([True, True, False])
    network = dataclasses.replace(layers.network, edge_highway=layers.network.edge_highway.copy())
    traits = network.edge_traits
    around_is_steps = dataclasses.replace(network, edge_traits=dataclasses.replace(traits, flags=np.where(open_, traits.flags, int(Trait.STEPS)).astype(np.uint16)))
    table = demand(dataclasses.replace(layers, network=around_is_steps), rule("walk_wheelchair", "900 m"))
    assert np.isinf(table["distance_wheelchair_park_m"]).all()
    assert np.isfinite(table["distance_park_m"]).all()


def hill(layers: Layers, slope: float) -> Layers:
    """Ground that rises to the east."""
    x = np.arange(80) * 10.0 - 95.0
    values = np.tile(slope * x, (100, 1))
    return dataclasses.replace(layers, elevation=Grid(values, Affine(10, 0, -100, 0, -10, 500), METRIC))


def test_uphill_costs_more_than_downhill_and_both_is_the_mean():
    rules = [rule("walk", "30 min", direction) for direction in ("to", "from", "both")]
    table = demand(hill(street(), 0.1), *rules)
    to, back, both = (table[f"time_adult{d}_park_min"] for d in ("", "_from", "_both"))
    # 300 m up by Tobler: exp(3.5 * 0.1); down exp(0) = 1. Steps take their own factor, legs are level.
    legs = 10 + 2 + 2 * 100
    assert to[0] == pytest.approx((300 * math.exp(0.35) + legs) / 1.3 / 60)
    assert back[0] == pytest.approx((300 + legs) / 1.3 / 60)
    assert both[0] == pytest.approx((to[0] + back[0]) / 2)


def test_crossing_a_busy_road_takes_time_and_no_metres():
    """A primary road runs through B: the street pays half there, the steps the other half."""
    crossed = street({2: int(NodeTrait.MAJOR_ROAD)})
    delay_s = demand(crossed, rule("walk", "15 min"))["time_adult_park_min"] * 60 - demand(street(), rule("walk", "15 min"))["time_adult_park_min"] * 60
    # The street's half is spread over its 400 m: 300 of them from H1, 100 from H2.
    assert delay_s.tolist() == pytest.approx([20 * 0.75 + 20, 20 * 0.25 + 20])
    assert demand(crossed, rule("walk", "15 min"))["distance_park_m"].tolist() == pytest.approx([412.0, 212.0])


def test_what_a_reader_of_minutes_has_to_know():
    def codes(layers: Layers, *rules: Rule) -> dict[str, float]:
        results = assess(layers, [Profile("p", {}, "", 2026, "convention", rules)])
        return {c.code: c.count for c in results.caveats if c.code in ("ground_level", "slopes_coarse", "slopes_unknown", "obstacles_unmapped")}

    assert codes(street(), rule("walk", "400 m")) == {}
    assert codes(street(), rule("walk", "5 min")) == {"ground_level": 1}
    assert codes(hill(street(), 0.1), rule("walk", "5 min")) == {"slopes_coarse": 10}
    assert codes(street(), rule("walk_pram", "400 m")) == {"obstacles_unmapped": 1}


def test_gaps_tell_the_median_in_minutes():
    judged = dataclasses.replace(rule("walk", "5 min"), target=Target("%", "convention", minimum=100.0))
    results = assess(street(), [Profile("p", {}, "", 2026, "convention", (judged,))])
    (gap,) = results.gaps.to_dict("records")
    assert gap["median_time_min"] == pytest.approx(512 / 1.3 / 60)
    assert math.isnan(gap["median_distance_m"])
    assert gap["nearest_space_id"] == "way/1"


def test_a_limit_beyond_the_search_is_refused():
    with pytest.raises(AnalysisError, match="searches end"):
        value(street(), rule("walk", "90 min"))
