"""The published figures of survival in the synthetic town, derived on paper; and which layers close."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import Polygon, box

from analyses import plan
from analyses.assess import assess
from analyses.closures import COMBINED, closing_footprints, scenarios
from analyses.profile import Basis, Option, Profile, Rule, Supply, Target
from analyses.results import Results
from analyses.survival_tables import median_by_unit
from analyses.units import Level
from layers.hazard_scales import HazardScale
from layers.hazards import with_strength
from layers.types import Layers
from maps.words import reasons
from spatial.build import build_network
from tests.networks import areas, network, ways
from tests.town import STREET, town, units, with_hazards

BASIS = Basis("synthetic", "high")
WATER, HILL = box(400, -10, 450, 10), box(90, 5, 120, 10)
REACH = Rule(
    "r", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=400.0,
)  # fmt: skip
LASTING = dataclasses.replace(REACH, id="flooded", during="flood", dimension="survival")


def closing(rows: dict[str, tuple[str, str, Polygon]], *, open_: tuple[str, ...] = ()) -> Layers:
    """The town with hazards that close, but for those named."""
    layers = with_hazards(town(), rows)
    roles = tuple(dataclasses.replace(h, closes=h.id not in open_) for h in layers.study.hazards)
    return dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {}, "", 2026, "convention", rules or (REACH,))])


FLOOD = {"f": ("flood", "official", WATER)}


def test_the_figures_of_every_unit() -> None:
    tables = judged(closing(FLOOD)).survival
    assert tables is not None
    rows = tables.units.set_index("unit_id")
    kinds = ["residents_keep", "residents_lose", "residents_lose_cut_off", "residents_none_before", "residents_none_before_cut_off", "residents_unknown"]
    assert rows.loc["West", kinds].tolist() == [50, 0, 0, 0, 0, 0]
    assert rows.loc["East", kinds].tolist() == pytest.approx([0, 6, 6, 54, 54, 0])
    assert rows.loc["town", [*kinds, "residents", "residents_inside"]].tolist() == pytest.approx(
        [50, 6, 6, 54, 54, 0, 110, 0]
    )
    assert rows.loc["West", "median_detour"] == 1.0
    assert np.isnan(rows.loc["East", "median_detour"])
    assert rows["level"].tolist() == ["community", "community", "district", "city"]
    scenario = tables.scenarios.iloc[0]
    assert scenario[["scenario_id", "hazard_ids", "status"]].tolist() == ["f", "f", "official"]
    assert scenario["closed_m"] == pytest.approx(50)
    assert scenario[["n_spaces_gone", "n_spaces_smaller", "n_entrances", "n_entrances_closed"]].tolist() == [0, 0, 5, 0]
    assert len(tables.spaces) == 0


def test_a_rule_that_names_a_kind_of_hazard_is_told_under_that_kind_alone() -> None:
    rows = {"f": ("flood", "official", WATER), "c": ("coastal", "official", HILL)}
    outside = dataclasses.replace(REACH, id="outside", within_m=300.0, supply=Supply(("green",), outside_hazard="flood"))
    tables = judged(closing(rows), REACH, outside, dataclasses.replace(LASTING, within_m=200.0)).survival
    assert tables is not None
    told = tables.units.groupby("scenario_id")["rule_id"].unique().map(list)
    assert told.to_dict() == {"c": ["r"], "f": ["r", "outside", "flooded"], COMBINED: ["r", "outside", "flooded"]}


WAY_AROUND = [
    [(1, 0.0, 0.0), (4, 400.0, 0.0)], [(4, 400.0, 0.0), (5, 600.0, 0.0)], [(5, 600.0, 0.0), (3, 1000.0, 0.0)],
    [(4, 400.0, 0.0), (6, 400.0, 50.0), (7, 600.0, 50.0), (5, 600.0, 0.0)],
]  # fmt: skip
"""The street of the town with a way around from x = 400 to 600, 100 m longer."""


def test_two_hazards_at_once_cut_off_whom_neither_does() -> None:
    # One closes 10 m of the street, the other 10 m of the way around, where nobody lives.
    rows = {"f": ("flood", "official", box(456, -5, 466, 5)), "c": ("coastal", "official", box(456, 45, 466, 55))}
    layers = dataclasses.replace(closing(rows), network=network(WAY_AROUND))
    tables = judged(layers, dataclasses.replace(REACH, within_m=2000.0)).survival
    assert tables is not None
    city = tables.units.query("level == 'city'").set_index("scenario_id")
    assert tables.scenarios["closed_m"].tolist() == pytest.approx([10, 10, 20])
    assert city["residents_keep"].to_dict() == pytest.approx({"f": 110, "c": 110, COMBINED: 50})
    assert city["residents_lose_cut_off"].to_dict() == pytest.approx({"f": 0, "c": 0, COMBINED: 60})
    assert tables.cut_off is not None
    cut_off = tables.cut_off.query("scenario_id == @COMBINED").set_index("unit_id")["residents_cut_off"]
    assert cut_off.to_dict() == pytest.approx({"East": 60, "West": 0, "All": 60, "town": 60})
    assert tables.scenarios.set_index("scenario_id").loc[COMBINED, "hazard_ids"] == "f c"


def test_the_median_detour_is_that_of_residents_and_not_of_homes() -> None:
    # E1, with 40 of East's 60 residents, is one of its 21 homes: 25 + 445 + 20 m to the park, and 100 m more around.
    layers = closing({"f": ("flood", "official", box(456, -5, 466, 5))})
    tables = judged(dataclasses.replace(layers, network=network(WAY_AROUND)), dataclasses.replace(REACH, within_m=2000.0)).survival
    assert tables is not None
    detour = tables.units.set_index("unit_id")["median_detour"]
    assert detour[["East", "West"]].tolist() == pytest.approx([590 / 490, 1.0])


def test_lines_across_squares_are_no_streets_that_close() -> None:
    # A square meets the middle of the street; water lies over all of it and 100 m of street.
    square = areas([[(2, 500.0, 0.0), (8, 540.0, -40.0), (7, 460.0, -40.0)]])
    net = network([STREET], squares=square)
    result = judged(dataclasses.replace(closing({"f": ("flood", "official", box(450, -80, 550, 80))}), network=net))
    tables = result.survival
    assert tables is not None
    assert tables.ways is not None
    assert tables.scenarios["closed_m"].tolist() == pytest.approx([100])
    assert tables.ways["length_m"].tolist() == pytest.approx([50, 50])
    assert result.evidence is not None
    assert result.evidence.closed is not None
    assert result.evidence.closed.of(("f",)).closed.length_m > 250, "the square is not walked across either"
    assert result.exposure is not None
    streets_m = result.exposure.classes.query("level == 'city' and hazard_id == 'f'").set_index("hazard_class")["street_m"]
    assert streets_m.to_dict() == pytest.approx({"inside": 100, "unknown": 0, "outside": 900})


def test_spaces_that_shrink_or_lose_entrances_are_named() -> None:
    tables = judged(closing({"f": ("flood", "official", box(205, -30, 270, -5))})).survival
    assert tables is not None
    row = tables.spaces.iloc[0]
    assert row[["space_id", "area_m2", "n_entrances", "n_entrances_open"]].tolist() == ["way/1", 3000, 5, 1]
    assert row["area_left_m2"] == pytest.approx(3000 - 55 * 20)
    assert tables.scenarios.loc[0, ["n_spaces_gone", "n_spaces_smaller", "n_entrances_closed"]].tolist() == [0, 1, 4]


def test_where_nothing_closes_there_are_no_tables() -> None:
    assert judged(closing(FLOOD, open_=("f",))).survival is None
    assert judged(town()).survival is None


def test_a_study_without_residents_has_none() -> None:
    assert judged(dataclasses.replace(closing(FLOOD), residents=None)).survival is None


def test_a_rule_that_has_to_hold_in_a_flood_is_judged_by_what_remains() -> None:
    rows = (
        judged(closing(FLOOD), REACH, LASTING)
        .assessments.query("level == 'community'")
        .set_index(["rule_id", "unit_id"])
    )
    assert rows.loc[("r", "East"), "value"] == pytest.approx(10.0)
    assert rows.loc[("flooded", "East"), ["value", "status", "residents_short", "hazard_ids"]].tolist() == [
        0.0,
        "short",
        60.0,
        "f",
    ]
    assert rows.loc[("flooded", "West"), ["value", "status"]].tolist() == [100.0, "met"]


def test_residents_inside_are_not_served_by_a_rule_that_has_to_hold() -> None:
    """Two fifths of W1 and its 30 residents are inside: 38 of West's 50 are left."""
    results = judged(closing({"f": ("flood", "official", box(106, 20, 120, 40))}), LASTING)
    west = results.assessments.query("rule_id == 'flooded' and unit_id == 'West'").iloc[0]
    assert (west["value"], west["residents_short"]) == (pytest.approx(76.0), pytest.approx(12.0))
    assert results.gaps.query("rule_id == 'flooded' and unit_id == 'West'")[
        "residents_short"
    ].tolist() == pytest.approx([12.0])


@pytest.mark.parametrize(
    ("rows", "open_"),
    [({}, ()), (FLOOD, ("f",)), ({"f": ("coastal", "official", WATER)}, ()), ({"f": ("flood", "derived", WATER)}, ())],
)
def test_without_a_layer_that_closes_and_may_judge_it_is_not_assessed(rows: dict, open_: tuple[str, ...]) -> None:
    found = judged(closing(rows, open_=open_), LASTING).assessments.query("rule_id == 'flooded'")
    assert set(found["reason"]) == {"needs_hazard_survival"}
    assert set(found["status"]) == {"not_assessed"}


def test_the_reason_says_that_it_speaks_of_the_time_of_the_hazard() -> None:
    results = judged(closing(FLOOD), LASTING)
    gaps = results.gaps.query("unit_id == 'East'")
    (en,), (zh,) = reasons(gaps, results, "en"), reasons(gaps, results, "zh")
    assert en.startswith("During a flood event: None of the 60 residents has green space within 400 m on foot.")
    assert zh.startswith("洪水灾害期间：全部 60 名居民")


def outside(rule: Rule = REACH) -> Rule:
    return dataclasses.replace(rule, id="outside", supply=Supply(("green",), outside_hazard="flood"))


def value(results: Results, unit: str, rule: str = "outside") -> float:
    return float(results.assessments.query("unit_id == @unit and rule_id == @rule")["value"].iloc[0])


def test_a_place_has_to_lie_outside_while_streets_stay_open_and_homes_dry() -> None:
    far = judged(closing({"f": ("flood", "official", box(400, -10, 450, 40))}), REACH, outside())
    assert [value(far, unit) for unit in ("West", "East")] == [value(far, unit, "r") for unit in ("West", "East")]
    homes = judged(closing({"f": ("flood", "official", box(0, 15, 1000, 40))}), outside())
    assert value(homes, "West") == 100.0, "who lives in the water is asked of no more than the place"
    park = judged(closing({"f": ("flood", "official", box(190, -70, 270, -5))}), outside())
    assert [value(park, unit) for unit in ("West", "East")] == [0.0, 0.0]
    assert set(park.assessments.query("rule_id == 'outside'")["hazard_ids"]) == {"f"}


def test_an_entrance_inside_leads_nowhere_even_where_the_street_is_open() -> None:
    layers = closing({"f": ("flood", "official", box(205, -30, 270, -5))})
    assert value(judged(layers, outside()), "West") == 100.0, "by the entrance at x = 200"
    west = judged(closing({"f": ("flood", "official", box(190, -30, 270, -5))}), outside())
    assert value(west, "West") == 0.0


def test_only_the_option_that_asks_for_it_has_to_lie_outside() -> None:
    wet = closing({"f": ("flood", "official", box(190, -70, 270, -5))})
    either = dataclasses.replace(outside(), or_else=(Option(Supply(("green",)), 400.0),))
    assert value(judged(wet, either), "West") == 100.0


def test_without_a_layer_that_closes_nobody_knows_what_lies_outside() -> None:
    found = judged(closing(FLOOD, open_=("f",)), outside()).assessments.query("rule_id == 'outside'")
    assert set(found["reason"]) == {"needs_hazard_survival"}


def test_a_rule_may_ask_for_both() -> None:
    rows = {"f": ("flood", "official", box(190, -70, 270, -40)), "l": ("landslide", "official", WATER)}
    rule = dataclasses.replace(outside(), during="landslide", supply=Supply(("green",), 1700.0, outside_hazard="flood"))
    results = judged(closing(rows), rule)
    assert [value(results, unit) for unit in ("West", "East")] == [100.0, 0.0], "60 x 30 m are left of the park"
    larger = dataclasses.replace(rule, supply=Supply(("green",), 1900.0, outside_hazard="flood"))
    assert value(judged(closing(rows), larger), "West") == 0.0
    assert set(results.assessments.query("rule_id == 'outside'")["hazard_ids"]) == {"f l"}


def test_each_layer_lasts_by_itself_and_those_that_may_judge_together() -> None:
    rows = {"f": ("flood", "official", WATER), "d": ("flood", "derived", HILL), "l": ("landslide", "modelled", HILL)}
    found = scenarios(closing(rows).study)
    assert [(s.id, s.hazard_ids, s.status) for s in found] == [
        ("f", ("f",), "official"), ("d", ("d",), "derived"), ("l", ("l",), "modelled"), (COMBINED, ("f", "l"), "modelled"),
    ]  # fmt: skip
    assert [s.id for s in scenarios(closing(FLOOD).study)] == ["f"]
    tables = judged(closing(rows)).survival
    assert tables is not None
    assert tables.cut_off is not None
    cut_off = tables.cut_off.query("level == 'city'").set_index("scenario_id")["residents_cut_off"]
    assert cut_off.to_dict() == pytest.approx({"f": 60, "d": 30, "l": 30, COMBINED: 90})
    lose = tables.units.query("level == 'city'").set_index("scenario_id")["residents_lose"]
    assert lose.to_dict() == pytest.approx({"f": 6, "d": 30, "l": 30, COMBINED: 36})


def test_of_several_return_periods_the_rarest_lasts_with_the_others() -> None:
    layers = closing(
        {"often": ("flood", "official", HILL), "rare": ("flood", "official", WATER), "c": ("coastal", "official", HILL)}
    )
    often, rare, coast = layers.study.hazards
    roles = (
        dataclasses.replace(often, return_period_yr=10.0),
        dataclasses.replace(rare, return_period_yr=100.0),
        coast,
    )
    study = dataclasses.replace(layers.study, hazards=roles)
    assert scenarios(study)[-1].hazard_ids == ("rare", "c")
    assert plan.bound_hazards(LASTING, study) == ("rare",)
    assert plan.bound_hazards(dataclasses.replace(LASTING, return_period_yr=10.0), study) == ("often",)
    assert plan.bound_hazards(dataclasses.replace(LASTING, return_period_yr=50.0), study) == ()


def test_a_layer_without_a_return_period_counts_beside_the_rarest_one_that_has_one() -> None:
    """Three floods: one hazard more, dated or not, never gives anybody the park back."""
    layers = closing(
        {"t10": ("flood", "official", box(0, 900, 9, 909)), "old": ("flood", "official", WATER),
         "t100": ("flood", "official", HILL)}
    )  # fmt: skip
    periods = {"t10": 10.0, "old": None, "t100": 100.0}
    roles = tuple(dataclasses.replace(h, return_period_yr=periods[h.id]) for h in layers.study.hazards)
    study = dataclasses.replace(layers.study, hazards=roles)
    exposure = dataclasses.replace(REACH, kind="exposure", hazard_kinds=("flood",), supply=None, within_m=None)
    for rule in (LASTING, exposure):
        assert plan.bound_hazards(rule, study) == ("old", "t100")
        assert plan.bound_hazards(dataclasses.replace(rule, return_period_yr=10.0), study) == ("t10",)
    assert scenarios(study)[-1].hazard_ids == ("old", "t100")
    rows = judged(dataclasses.replace(layers, study=study), LASTING).assessments
    rows = rows.query("level == 'city' and rule_id == 'flooded'")
    assert rows[["hazard_ids", "residents_served"]].to_numpy().tolist() == [["old t100", 20.0]]


def test_a_layer_with_an_intensity_closes_from_its_closing_intensity_on() -> None:
    layers = with_hazards(town(), {"deep": ("flood", "official", WATER), "shallow": ("flood", "official", HILL)})
    frame = layers.hazards.assign(hazard_id="f")
    frame = with_strength(frame, np.array(["over_15cm", "wet"], dtype=object), np.array([0.15, 0.1]))
    role = dataclasses.replace(
        layers.study.hazards[0], id="f", scale=HazardScale("m", bands={"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15)
    )
    layers = dataclasses.replace(layers, hazards=frame, study=dataclasses.replace(layers.study, hazards=(role,)))
    (ground,) = closing_footprints(layers, ("f",))
    assert [shape.equals(WATER) for shape in ground.polygons] == [True]
    assert judged(layers).survival is not None


def test_ground_of_which_the_layer_says_nothing_leaves_its_residents_unknown() -> None:
    layers = closing(FLOOD)
    unknown = units({"x": box(95, 15, 115, 35)}).assign(hazard_id="f")[["hazard_id", "geometry"]]
    tables = judged(dataclasses.replace(layers, hazard_unknown=unknown), REACH, LASTING)
    assert tables.survival is not None
    west = tables.survival.units.query("unit_id == 'West' and rule_id == 'r'").iloc[0]
    assert west[["residents_keep", "residents_unknown"]].tolist() == pytest.approx([20, 30])
    row = tables.assessments.query("unit_id == 'West' and rule_id == 'flooded'").iloc[0]
    assert (row["status"], row["reason"]) == ("not_assessed", "hazard_unknown")


def of_the_cut_off(layers: Layers) -> dict[str, list[float]]:
    """Of West, East and the town who is cut off, and of whom it is not known; the scenario tells the town's."""
    tables = judged(layers).survival
    assert tables is not None
    assert tables.cut_off is not None
    rows = tables.cut_off.set_index("unit_id").loc[["West", "East", "town"]]
    assert tables.scenarios["residents_unknown"].tolist() == pytest.approx([rows.loc["town", "residents_unknown"]])
    return {name: rows[f"residents_{name}"].round(6).tolist() for name in ("cut_off", "unknown")}


def test_of_whom_the_layer_says_nothing_it_is_not_known_whether_they_are_cut_off() -> None:
    """Thirty of West and, of the forty in East's home, the half that lies on ground of which nothing is said."""
    ground = {"w1": box(95, 15, 115, 35), "e1": box(695, 15, 705, 35)}
    unknown = units(ground).assign(hazard_id="f")[["hazard_id", "geometry"]]
    told = of_the_cut_off(dataclasses.replace(closing(FLOOD), hazard_unknown=unknown))
    assert told == {"cut_off": [0, 40, 40], "unknown": [30, 20, 50]}
    assert of_the_cut_off(closing(FLOOD)) == {"cut_off": [0, 60, 60], "unknown": [0, 0, 0]}


def test_of_whom_the_data_end_near_it_is_not_known_whether_they_are_cut_off() -> None:
    """East comes to the end of the data while the water is there; without a park, all do on every day."""
    net = build_network(ways([STREET], cut=[3]), areas(), box(-1e6, -1e6, 1e6, 1e6))
    layers = dataclasses.replace(closing(FLOOD), network=net)
    assert of_the_cut_off(layers) == {"cut_off": [0, 0, 0], "unknown": [0, 60, 60]}
    none = dataclasses.replace(layers, spaces=layers.spaces.iloc[:0])
    assert of_the_cut_off(none) == {"cut_off": [0, 0, 0], "unknown": [50, 60, 110]}
    assert of_the_cut_off(dataclasses.replace(none, network=town().network))["unknown"] == [0, 0, 0]


def test_rules_about_groups_are_not_in_the_tables() -> None:
    group = dataclasses.replace(REACH, id="old", who="age65plus", level="district")
    tables = judged(closing(FLOOD), REACH, group).survival
    assert tables is not None
    assert set(tables.units["rule_id"]) == {"r"}


def test_the_median_is_that_of_residents() -> None:
    level = Level(
        "x", units({"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "c": box(2, 0, 3, 1)}), np.array([0, 0, 0, 1, 1, -1])
    )
    values, weights = np.array([3.0, 1.0, 2.0, np.nan, 5.0, 9.0]), np.array([1.0, 2.0, 1.5, 7.0, 0.0, 3.0])
    assert median_by_unit(values, weights, level).tolist()[:1] == [2.0]
    assert np.isnan(median_by_unit(values, weights, level)[1:]).all()
    assert median_by_unit(values, np.array([1.0, 2.0, 1.0, 0, 1, 1]), level).tolist()[:2] == [1.0, 5.0]


def test_who_is_cut_off_in_all_is_the_same_under_any_rules() -> None:
    """Nobody reaches a park of 9 ha on any day; all sixty of East walked to the one there is."""
    none = dataclasses.replace(REACH, id="none", supply=Supply(("green",), 90_000.0))
    flooded = dataclasses.replace(LASTING, supply=none.supply)
    for rules in ((REACH,), (none,), (REACH, none), (flooded,)):
        tables = judged(closing(FLOOD), *rules).survival
        assert tables is not None
        assert tables.homes is not None
        assert tables.homes["residents_cut_off"].tolist() == pytest.approx([60.0])


def test_a_rule_for_floods_is_told_in_floods_alone_and_the_same_walk_once() -> None:
    """On the coast and in the flood the same walk has one row each; a longer walk for floods has none at the coast."""
    rows = {"f": ("flood", "official", WATER), "c": ("coastal", "official", HILL)}
    longer = dataclasses.replace(LASTING, id="longer", within_m=900.0)
    tables = judged(closing(rows), LASTING, longer, REACH).survival
    assert tables is not None
    told = tables.units.query("level == 'city'").groupby("scenario_id")["rule_id"].apply(list).to_dict()
    assert told == {"f": ["r", "longer"], "c": ["r"], COMBINED: ["r", "longer"]}
