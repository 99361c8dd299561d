"""What would help while a hazard lasts, derived on paper and done for real. The drawing: tests/town.py.

The street of the town runs from x = 0 to 1000 at y = 0; the park's ways in lie between x = 200 and 260. Where the
water covers the street, whoever lives beyond is cut off: East's 60 residents, 40 of them in E1 at x = 705.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, Polygon, box

from analyses.assess import assess
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.types import Layers
from maps.remedy_words import remedy_texts
from spatial.build import build_network
from spatial.traits import Trait, from_rows
from tests.networks import EVERYWHERE, areas, network, ways
from tests.town import PARK, gates, spaces, town, with_hazards

LASTING = Rule(
    "lasting", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=600.0, during="flood", dimension="survival",
)  # fmt: skip
WATER = box(400, -50, 450, 50)
KEPT = ["1:0"]


def flooded(*shapes: Polygon, layers: Layers | None = None, kind: str = "flood") -> Layers:
    """With official water that closes streets all over."""
    wet = with_hazards(layers or town(), {f"w{i}": (kind, "official", shape) for i, shape in enumerate(shapes)})
    roles = tuple(dataclasses.replace(role, closes=True, title={"en": "High water", "zh": "洪水区"}) for role in wet.study.hazards)
    return dataclasses.replace(wet, study=dataclasses.replace(wet.study, hazards=roles))


def judged(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [Profile("p", {"en": "P"}, "", 2026, "convention", rules or (LASTING,))])


def suggested(results: Results, unit: str = "East") -> pd.DataFrame:
    assert results.remedies is not None
    mine = results.remedies[results.remedies["gap_id"].str.startswith(f"community/{unit}/")]
    return mine.set_index(["remedy", "step"])


def row(results: Results, unit: str = "East", rule: str = "lasting") -> pd.Series:
    rows = results.assessments.query("unit_id == @unit and level == 'community' and rule_id == @rule")
    return rows.iloc[0]


def bridged(layers: Layers, edge_ids: list[str]) -> Layers:
    """The town with some edges on bridges, which stay open in a flood: kept open for real."""
    net = layers.network
    on = np.isin(net.edge_id, edge_ids)
    flags = net.edge_traits.flags | np.where(on, np.uint16(Trait.BRIDGE), np.uint16(0))
    traits = dataclasses.replace(net.edge_traits, flags=flags)
    return dataclasses.replace(layers, network=dataclasses.replace(net, edge_traits=traits))


def test_the_way_through_the_water_serves_for_real_whom_it_promised() -> None:
    """E1 walks 25 + 455 + 10 = 490 m; of the 20 along the street from x = 512.5 every 25 m those to x = 837.5: 14."""
    layers = flooded(WATER)
    before = judged(layers)
    assert row(before)["value"] == 0
    link = suggested(before).loc[("protect_link", 1)]
    assert link["residents_gained"] == pytest.approx(54)
    assert link["value_after"] == pytest.approx(90)
    assert (link["closes"], link["certainty"], link["way_ids"]) == (1, "exact", "way/1")
    assert link["length_m"] == pytest.approx(50)
    assert (link.geometry.x, link.geometry.y) == pytest.approx((425, 0))
    done = row(judged(bridged(layers, KEPT)))
    assert done["value"] == pytest.approx(90)
    assert 60 - done["residents_short"] == pytest.approx(link["residents_gained"])


def test_two_pieces_under_water_are_one_passage_only_where_nothing_lies_between() -> None:
    """Two waters on one street: neither opened alone leads anywhere, so that nothing is suggested of it."""
    results = judged(flooded(box(400, -50, 420, 50), box(440, -50, 450, 50)))
    assert "protect_link" not in suggested(results).index.get_level_values("remedy")


def test_the_shorter_of_two_ways_through_the_water_is_suggested() -> None:
    """A second street runs 40 m farther north, 80 m longer; both lie in the water."""
    around = [(4, 300.0, 0.0), (5, 300.0, 40.0), (6, 600.0, 40.0), (7, 600.0, 0.0)]
    street = [(1, 0.0, 0.0), (4, 300.0, 0.0), (7, 600.0, 0.0), (3, 1000.0, 0.0)]
    layers = flooded(box(400, -50, 450, 60), layers=dataclasses.replace(town(), network=network([street, around])))
    link = suggested(judged(layers)).loc[("protect_link", 1)]
    assert link["way_ids"] == "way/1"
    near = dataclasses.replace(LASTING, within_m=1000.0)
    assert suggested(judged(layers, near)).loc[("protect_link", 1), "residents_gained"] == pytest.approx(60)


def test_a_home_inside_is_helped_by_no_way() -> None:
    """Four metres in ten of E1 lie in water of their own: 16 of its 40 residents."""
    layers = flooded(WATER, box(706, 18, 730, 40))
    before = judged(layers)
    link = suggested(before).loc[("protect_link", 1)]
    assert link["residents_gained"] == pytest.approx(38)
    done = row(judged(bridged(layers, KEPT)))
    assert done["residents_served"] == pytest.approx(38)
    assert done["value"] == pytest.approx(link["value_after"])
    assert (link["closes"] == 1) == (done["status"] == "met")


def test_a_tunnel_may_serve_more_than_is_promised() -> None:
    lines = [[(1, 0.0, 0.0), (4, 400.0, 0.0)], [(4, 400.0, 0.0), (5, 450.0, 0.0)], [(5, 450.0, 0.0), (3, 1000.0, 0.0)]]
    traits = from_rows((int(t), np.nan, np.nan) for t in (Trait(0), Trait.TUNNEL, Trait(0)))
    net = build_network(ways(lines, traits=traits), areas(), EVERYWHERE)
    results = judged(flooded(box(410, -10, 420, 10), layers=dataclasses.replace(town(), network=net)))
    link = suggested(results).loc[("protect_link", 1)]
    assert (link["certainty"], link["residents_gained"]) == ("at_least", pytest.approx(54))
    assert link["length_m"] == pytest.approx(50), "it fills to its mouths"


def test_a_straight_line_knows_no_ways() -> None:
    straight = dataclasses.replace(LASTING, by="euclidean", within_m=100.0)
    kinds = suggested(judged(flooded(WATER), straight)).index.get_level_values("remedy")
    assert "new_space" in kinds
    assert not {"protect_link", "way_in", "path"} & set(kinds)


def test_a_new_space_lies_outside_of_the_water_and_serves_for_real() -> None:
    layers = flooded(WATER)
    new = suggested(judged(layers)).loc[("new_space", 1)]
    at = new.geometry
    assert not WATER.buffer(14).contains(at)
    square = box(at.x - 10, at.y - 10, at.x + 10, at.y + 10)
    built = dataclasses.replace(layers, spaces=spaces({"way/1": ("park", PARK), "way/7": ("park", square)}))
    done = row(judged(built))
    assert 60 - done["residents_short"] >= new["residents_gained"] - 1e-9
    assert done["value"] >= new["value_after"] - 1e-9
    assert new["residents_gained"] == pytest.approx(60)


def test_a_new_gate_serves_for_real_and_none_is_suggested_in_the_water() -> None:
    """The fenced park has one gate, at its north, under water; west and east of it the street is dry."""
    park = spaces({"way/1": ("park", PARK)}, frozenset({"way/1"}))
    layers = dataclasses.replace(town(), spaces=park, gates=gates({"node/9": Point(230, -10)}))
    wet = flooded(box(222, -12, 238, 6), layers=layers)
    before = judged(wet)
    assert row(before, "West")["value"] == 0
    gate = suggested(before, "West").loc[("way_in", 1)]
    assert gate["certainty"] == "exact"
    assert not box(222, -12, 238, 6).contains(gate.geometry)
    opened = dataclasses.replace(wet, gates=gates({"node/9": Point(230, -10), "node/1": gate.geometry}))
    done = row(judged(opened), "West")
    assert 50 - done["residents_short"] == pytest.approx(gate["residents_gained"])
    assert done["value"] == pytest.approx(gate["value_after"])
    assert gate["hazard_ids"] == ""


def test_a_gate_under_water_is_no_gate() -> None:
    """The water covers the northern edge of the fenced park and leaves the street dry: nobody would get in there."""
    park = spaces({"way/1": ("park", PARK)}, frozenset({"way/1"}))
    wet = flooded(box(150, -40, 300, -5), layers=dataclasses.replace(town(), spaces=park))
    kinds = suggested(judged(wet), "West").index.get_level_values("remedy")
    assert "new_space" in kinds
    assert "way_in" not in kinds
    dry = suggested(judged(flooded(WATER, layers=dataclasses.replace(town(), spaces=park))), "West")
    assert ("way_in", 1) in dry.index


def test_a_gate_at_the_edge_of_the_water_is_open_as_it_would_be_for_real() -> None:
    """Water over the east of the fenced park ends at a place that is tried; its leg to the street runs outside."""
    at = Point(227.5, -10)
    park = spaces({"way/1": ("park", PARK)}, frozenset({"way/1"}))
    layers = dataclasses.replace(town(), spaces=park, gates=gates({"node/9": Point(250, -10)}))
    wet = flooded(box(at.x, -60, 300, at.y), layers=layers)
    gate = suggested(judged(wet), "West").loc[("way_in", 1)]
    assert gate.geometry.equals(at)
    done = row(judged(dataclasses.replace(wet, gates=gates({"node/9": Point(250, -10), "node/1": at}))), "West")
    assert gate["residents_gained"] == pytest.approx(50 - done["residents_short"]) == pytest.approx(50)


def test_of_planned_sites_those_in_the_water_are_none_while_it_lasts() -> None:
    sites = {"plan/1": ("park", box(700, -60, 760, -10)), "plan/2": ("park", box(600, -60, 660, -10))}
    layers = flooded(WATER, box(690, -70, 770, -12), layers=dataclasses.replace(town(), planned=spaces(sites)))
    found = suggested(judged(layers))
    site = found.loc[("planned_space", 1)]
    assert site["space_id"] == "plan/2"
    built = dataclasses.replace(layers, planned=None, spaces=spaces({"way/1": ("park", PARK), "plan/2": sites["plan/2"]}))
    done = row(judged(built))
    assert 60 - done["residents_short"] == pytest.approx(site["residents_gained"])


def test_a_planned_site_whose_way_in_is_under_water_is_none_while_it_lasts() -> None:
    """A strip of water between site and street touches neither, and the legs of all ways in run through it."""
    sites = {"plan/1": ("park", box(600, -60, 660, -10))}
    layers = dataclasses.replace(town(), planned=spaces(sites))
    assert "planned_space" in suggested(judged(flooded(WATER, layers=layers))).index.get_level_values("remedy")
    wet = flooded(WATER, box(580, -8, 680, -3), layers=layers)
    assert "planned_space" not in suggested(judged(wet)).index.get_level_values("remedy")
    built = dataclasses.replace(wet, planned=None, spaces=spaces({"way/1": ("park", PARK), **sites}))
    assert row(judged(built))["residents_short"] == row(judged(wet))["residents_short"] == 60


# --------------------------------------------------------------------------- rules of other days


PLAIN = dataclasses.replace(LASTING, id="plain", during="", dimension="reach")


def test_on_other_days_too_no_new_space_is_suggested_in_an_official_hazard() -> None:
    bare = dataclasses.replace(town(), spaces=spaces({}))
    free = suggested(judged(bare, PLAIN), "West").loc[("new_space", 1)].geometry
    wet = flooded(box(free.x - 30, -20, free.x + 30, 20), layers=bare)
    found = suggested(judged(wet, PLAIN), "West").loc[("new_space", 1)]
    assert not box(free.x - 30, -20, free.x + 30, 20).buffer(14).contains(found.geometry)
    assert found["hazard_ids"] == ""
    derived = with_hazards(bare, {"d": ("flood", "derived", box(free.x - 30, -20, free.x + 30, 20))})
    assert suggested(judged(derived, PLAIN), "West").loc[("new_space", 1)].geometry.equals(free), "it never judges"
    hot = with_hazards(bare, {"h": ("heat", "official", box(-1e4, -1e4, 1e4, 1e4))})
    assert suggested(judged(hot, PLAIN), "West").loc[("new_space", 1)].geometry.equals(free), "heat is everywhere"


def test_where_all_lies_in_a_hazard_no_new_space_is_suggested() -> None:
    wet = flooded(box(-1e4, -1e4, 1e4, 1e4), layers=dataclasses.replace(town(), spaces=spaces({})))
    found = judged(wet, PLAIN).remedies
    assert found is None or "new_space" not in set(found["remedy"])


def test_gates_and_planned_sites_in_a_hazard_are_told_of_with_a_warning() -> None:
    fenced = dataclasses.replace(
        town(), spaces=spaces({"way/1": ("park", PARK)}, frozenset({"way/1"})), planned=spaces({"plan/1": ("park", box(100, -60, 160, -10))})
    )
    results = judged(flooded(box(50, -70, 300, -5), layers=fenced), PLAIN)
    found = suggested(results, "West")
    assert found.loc[("way_in", 1), "hazard_ids"] == "w0"
    assert found.loc[("planned_space", 1), "hazard_ids"] == "w0"
    for language, words in (("en", "lies in a hazard area (High water)"), ("zh", "位于灾害区内（洪水区）")):
        texts = dict(zip(results.remedies["remedy_id"], remedy_texts(results, language), strict=True))
        assert words in texts["community/West/p/plain/way_in/1"]
        assert words in texts["community/West/p/plain/planned_space/1"]


def test_what_is_said_of_a_way_to_be_kept_open() -> None:
    results = judged(flooded(WATER))
    en, zh = (
        dict(zip(results.remedies["remedy_id"], remedy_texts(results, language), strict=True))
        for language in ("en", "zh")
    )
    key = "community/East/p/lasting/protect_link/1"
    assert en[key] == (
        "If the way that is closed at the place marked (way/1, 50 m) were kept open during a flood event, 54 of the 60 "
        "residents not served would be within 600 m on foot; 90 % would then be served, which meets the 80 % required."
    )
    assert zh[key].startswith("如洪水灾害期间保持图示位置被封闭的通路（way/1，50 米）畅通，")
    assert en["community/East/p/lasting/new_space/1"].startswith("During a flood event, with new green space ")


def test_gaps_of_such_rules_have_a_severity_a_priority_an_area_and_a_reason() -> None:
    results = judged(flooded(WATER))
    gap = results.gaps.query("unit_id == 'East' and rule_id == 'lasting'").iloc[0]
    assert (gap["severity"], gap["severity_class"], gap["residents_short"]) == (1.0, "severe", pytest.approx(60))
    assert gap["priority_score"] == pytest.approx(60)
    assert gap["priority"] == 1
    assert gap["remedy"] == "new_space"
    homes = gpd.GeoSeries([gap.geometry])
    assert homes.intersects(box(700, 20, 710, 30)).all()
    assert not homes.intersects(box(100, 20, 110, 30)).any()
