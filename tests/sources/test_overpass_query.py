"""What is asked: everything that the reader of extracts would keep, held against the real extract."""

from __future__ import annotations

import re

import pytest
import shapely

from layers.osm_elements import AREA_RELATIONS, element_rules
from layers.sources.overpass_query import LOCAL_LEVELS, parts, query, statements, unit_statements, wide_statements
from layers.tag_rules import parse_rule
from tests.overpass_query_reader import answer
from tests.overpass_stand_in import las_palmas

OLD_TOWN = shapely.box(-15.425, 28.095, -15.410, 28.110)


def found(question: str) -> dict[str, set[int]]:
    elements = answer(las_palmas(), question)
    return {kind: {e["id"] for e in elements if e["type"] == kind} for kind in ("node", "way", "relation")}


def test_what_the_reader_keeps_is_fetched_and_little_else():
    world, rules = las_palmas(), element_rules()
    got = found(query(statements(rules), OLD_TOWN))
    ways = world.inside("way", OLD_TOWN)
    kept = {w for w in ways if rules.is_line(tags := world.tags["way"][w]) or rules.is_area(tags, from_relation=False)}
    assert len(kept) > 2500
    assert kept <= got["way"]
    points = {n for n in world.inside("node", OLD_TOWN) if rules.is_point(world.tags["node"][n])}
    assert len(points) > 30
    assert points <= got["node"]
    relations = world.inside("relation", OLD_TOWN)
    areas = {r for r in relations if world.tags["relation"][r].get("type") in AREA_RELATIONS}
    kept_areas = {r for r in areas if rules.is_area(world.tags["relation"][r], from_relation=True)}
    not_asked = {r for r in kept_areas - got["relation"] if "admin_level" not in world.tags["relation"][r]}
    # An island, and the coast of a bay: no rule asks for them, and elsewhere they are endless.
    assert {world.tags["relation"][r].get("place", "bay") for r in not_asked} <= {"island", "islet", "archipelago", "bay"}
    members = {ref for r in got["relation"] for kind, ref, _ in world.members[r] if kind == "way"}
    assert (members & set(world.nodes)) <= got["way"]
    assert {n for w in got["way"] for n in world.nodes[w] if n in world.places} <= got["node"]
    assert not any("admin_level" in world.tags["relation"][r] for r in got["relation"]), "they are asked for once"
    surplus = got["way"] - kept - members
    assert len(surplus) < 0.02 * len(kept)


def test_routes_are_not_asked_for():
    world = las_palmas()
    assert any(tags.get("type") == "route" for tags in world.tags["relation"].values())
    got = found(query(statements(element_rules()), OLD_TOWN))
    assert {world.tags["relation"][r]["type"] for r in got["relation"]} <= AREA_RELATIONS


def test_boundaries_of_local_levels_and_those_that_a_study_names_are_asked_for():
    world = las_palmas()
    got = found(query(unit_statements(), OLD_TOWN))["relation"]
    assert {world.tags["relation"][r]["admin_level"] for r in got} <= set(LOCAL_LEVELS)
    assert "8" in {world.tags["relation"][r]["admin_level"] for r in got}
    (with_province,) = unit_statements(["4"])
    assert '"^(4|5|6|7|8|9|10|11|12)$"' in with_province


def test_what_lies_around_everything_is_asked_for():
    world = las_palmas()
    reserve = max(
        (w for w, tags in world.tags["way"].items() if tags.get("leisure") == "park" and len(world.nodes[w]) > 30),
        key=lambda w: shapely.Polygon([world.places[n] for n in world.nodes[w]]).area,
    )
    inside = shapely.Polygon([world.places[n] for n in world.nodes[reserve]]).representative_point().buffer(1e-6)
    assert reserve not in found(query(statements(element_rules()), inside))["way"]
    assert reserve in found(query(unit_statements(), inside, wide_statements(element_rules())))["way"]


def test_a_rule_of_the_study_widens_the_question():
    table = {"name": "plaza", "include": {"historic": ["old;square*", 'a"b', "x.y"]}, "because": "A test."}
    rule = parse_rule(table, ("class",), "a test")
    selections = statements(element_rules(spaces=(rule,)))
    assert set(statements(element_rules())) < set(selections)
    own = [s for s in selections if s.startswith('way["historic"~')]
    assert own == ['way["historic"~"(^|; *)(a\\"b|x\\\\.y)( *;|$)|old;square"]']


@pytest.mark.parametrize("value", ["beach", "beach;sand", "rock; beach", "sand ; beach"])
def test_one_of_several_values_is_enough(value):
    selection = next(s for s in statements(element_rules()) if s.startswith('way["natural"~') and "beach" in s)
    form = re.search(r'~"(.*)"\]', selection)
    assert form is not None
    assert re.search(form[1], value)
    assert not re.search(form[1], "beachy")


def test_parts_cover_the_area_in_pieces_of_the_size_and_always_the_same():
    area = shapely.box(-15.50, 28.00, -15.38, 28.14).segmentize(0.02)
    divided = parts(area)
    assert len(divided) > 4
    assert parts(area) == divided
    assert shapely.union_all(divided).buffer(1e-5).covers(area)  # to a metre
    assert shapely.union_all(divided).area == pytest.approx(area.area, rel=1e-3)
    assert max(part.area for part in divided) < 25.3e6 / (111_000 * 98_000)
    two = shapely.MultiPolygon([shapely.box(0, 0, 0.01, 0.01), shapely.box(5, 5, 5.01, 5.01)])
    assert len(parts(two)) == 2, "what lies between is not asked for"


def test_osmnx_finds_its_own_settings_again(monkeypatch):
    from osmnx import settings

    monkeypatch.setattr(settings, "max_query_area_size", 1e12)
    monkeypatch.setattr(settings, "use_cache", True)
    parts(OLD_TOWN)
    assert (settings.max_query_area_size, settings.use_cache) == (1e12, True)
