from __future__ import annotations

import pytest

from layers import osm_elements, tag_rules
from layers.tag_rules import TagTest, keys_named, parse_rules, rule_file, space_classes, unions
from layers.walkability import crossable_area, directions, walkable, way_rule
from spatial.errors import LayerError

ARRAYS = {
    "walk": {"way": ("walkable",), "area": (), "direction": ("forward", "backward")},
    "public_space": {
        "rule": ("class", "outside", "min_area_m2"),
        "grounds": ("classes",),
        "closed_grounds": (),
        "hole": (),
        "fenced": (),
    },
    "buildings": {"absent": (), "use": ("residential", "source"), "other_land": (), "mixed_use": ()},
    "obstacles": {"obstacle": ("kind",), "gate": ("kind",)},
    "basemap": {
        "street": ("class",),
        "water_area": ("class",),
        "water_line": ("class",),
        "green": ("class",),
        "place": (),
    },
    "extract": {"line": (), "area": (), "point": ()},
}


@pytest.mark.parametrize(("file", "key"), [(file, key) for file, keys in ARRAYS.items() for key in keys])
def test_every_rule_has_a_name_of_its_own_and_a_reason(file, key) -> None:
    rules = parse_rules(file, key, ARRAYS[file][key])
    assert rules
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(len(rule.because) > 3 for rule in rules)


def test_no_array_of_rules_is_left_unread() -> None:
    for file, keys in ARRAYS.items():
        arrays = {
            key for key, value in rule_file(file).items() if isinstance(value, list) and isinstance(value[0], dict)
        }
        assert arrays - {"class", "restricted"} == set(keys)  # these two are no rules about tags that include elements


def test_the_reader_keeps_every_tag_that_a_rule_tests() -> None:
    kept = osm_elements.element_rules().keep
    for file in ARRAYS:
        assert keys_named(rule_file(file)) <= kept


def test_a_rule_with_a_misspelt_key_is_refused(monkeypatch) -> None:
    table = {"way": [{"name": "road", "include": {"highway": ["*"]}, "becuase": "typo"}]}
    monkeypatch.setattr(tag_rules, "rule_file", lambda name: table)
    with pytest.raises(LayerError, match=r"rule 'road' has unknown keys \['becuase'\] and lacks \['because'\]"):
        parse_rules("walk", "way")


def test_any_value_and_part_of_a_value() -> None:
    test = TagTest.parse({"shop": ["*"], "name": ["*日间照料*", "X"]})
    assert test.all_match({"shop": "bakery", "name": "幸福日间照料中心"})
    assert test.all_match({"shop": "bakery", "name": "X"})
    assert not test.all_match({"shop": "bakery", "name": "XY"})
    assert not test.all_match({"name": "X"})
    assert test.first_match({"name": "X"}) == "name"
    assert test.first_match({"street": "X"}) is None


def test_classes_are_closed_and_unions_are_made_of_them() -> None:
    classes = space_classes()
    assert {
        rule.settings["class"]
        for rule in parse_rules("public_space", "rule", ARRAYS["public_space"]["rule"])
        if "class" in rule.settings
    } <= set(classes)
    assert set(unions()["green"]) == {"park", "garden", "woodland", "nature_reserve"}
    assert set(unions()["open_public_space"]) - set(unions()["green"]) == {
        "square",
        "playground",
        "sports_ground",
        "beach",
        "greenway",
    }
    assert all(set(members) <= set(classes) for members in unions().values())
    assert not any("cemetery" in members for members in unions().values())


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "residential"}, True),
        ({"highway": "service", "service": "driveway"}, True),
        ({"highway": "service", "access": "private"}, False),
        ({"highway": "service", "access": "private", "foot": "permissive"}, True),
        ({"highway": "service", "access": "customers"}, True),
        ({"highway": "residential", "access": "no"}, False),
        ({"highway": "residential", "foot": "use_sidepath"}, False),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "primary", "motorroad": "yes"}, False),
        ({"highway": "primary", "maxspeed": "90"}, True),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "maxspeed": "80"}, False),
        ({"highway": "trunk", "maxspeed": "50"}, True),
        ({"highway": "trunk", "maxspeed": "50", "foot": "no"}, False),
        ({"highway": "trunk", "maxspeed": "60", "sidewalk": "right"}, True),
        ({"highway": "trunk", "maxspeed": "60", "foot": "yes"}, True),
        ({"highway": "trunk_link", "maxspeed": "40", "tunnel": "yes"}, False),
        ({"highway": "cycleway"}, False),
        ({"highway": "cycleway", "segregated": "no"}, True),
        ({"highway": "cycleway", "foot": "designated"}, True),
        ({"highway": "path", "sac_scale": "mountain_hiking"}, True),
        ({"highway": "path", "sac_scale": "demanding_mountain_hiking"}, False),
        ({"highway": "via_ferrata"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "elevator"}, True),
        ({"highway": "no_such_way"}, False),
        ({"man_made": "pier"}, True),
        ({"man_made": "pier", "access": "private"}, False),
        ({"railway": "platform"}, True),
        ({"railway": "rail"}, False),
        ({"route": "ferry"}, False),
    ],
)
def test_what_can_be_walked(tags, may) -> None:
    assert walkable(tags) is may


def test_the_deciding_rule_is_named() -> None:
    assert way_rule({"highway": "trunk"}).name == "trunk"
    assert way_rule({"route": "ferry"}) is None


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential", "oneway": "yes"}, (True, True)),
        ({"highway": "steps", "conveying": "forward"}, (True, False)),
        ({"highway": "steps", "conveying": "backward"}, (False, True)),
        ({"highway": "steps", "conveying": "reversible"}, (True, True)),
        ({"highway": "footway", "oneway:foot": "yes"}, (True, False)),
        ({"highway": "footway", "oneway:foot": "-1"}, (False, True)),
        ({"highway": "footway", "foot:backward": "no"}, (True, False)),
    ],
)
def test_one_way_only_where_it_binds_pedestrians(tags, expected) -> None:
    assert directions(tags) == expected


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"place": "square"}, True),
        ({"place": "square", "access": "private"}, False),
        ({"highway": "pedestrian"}, True),
        ({"highway": "pedestrian", "access": "no"}, False),
        ({"highway": "pedestrian", "access": "no", "foot": "yes"}, True),
        ({"leisure": "park"}, False),
    ],
)
def test_which_areas_can_be_crossed(tags, may) -> None:
    assert crossable_area(tags) is may
