"""What a study may change in the rules of public space, on synthetic spaces drawn by hand."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from shapely import Point, box

from layers.exclusions import EXCLUSION_COLUMNS, exclusions
from layers.osm_elements import element_rules
from layers.public_space import public_spaces
from layers.space_rule_checks import check_space_rules
from layers.space_rules import KINDS, digest, overridden, override_caveats, rule_names, space_rules, tag_keys
from layers.tag_rules import parse_rules, rule_file, space_classes
from layers.types import SpaceRules
from tests.osm_by_hand import extract

PLOT = box(0, 0, 50, 40)
STREET_GREEN = {
    "name": "street_green",
    "class": "park",
    "include": {"landuse": ["grass"], "operator": ["*园林*"]},
    "because": "The parks department keeps it.",
}


def classes_under(changes: SpaceRules, **tags: str) -> list[str]:
    assert check_space_rules(changes) == []
    spaces, _ = public_spaces(extract(areas={"way/1": (tags, PLOT)}), space_rules(changes))
    return spaces["space_class"].tolist()


def test_a_study_that_changes_nothing_has_the_packaged_rules() -> None:
    assert space_rules(SpaceRules()) is space_rules()
    assert overridden(SpaceRules()) == ()


def test_a_rule_taken_away_leaves_the_decision_to_the_next() -> None:
    assert classes_under(SpaceRules(), leisure="golf_course", landuse="recreation_ground") == []
    assert classes_under(SpaceRules(without=("golf_course",)), leisure="golf_course", landuse="recreation_ground") == [
        "park"
    ]


def test_a_rule_of_the_studys_own_is_asked_first() -> None:
    tags = {"landuse": "grass", "operator": "市园林局"}
    assert classes_under(SpaceRules(), **tags) == []
    assert classes_under(SpaceRules(rules=(STREET_GREEN,)), **tags) == ["park"]
    assert classes_under(SpaceRules(rules=(STREET_GREEN,)), landuse="grass", operator="铁路局") == []


def test_the_reader_keeps_what_a_studys_rules_include() -> None:
    plots = {
        "name": "plots",
        "class": "garden",
        "include": {"plot:use": ["public*"], "gate": ["*"]},
        "because": "Open.",
    }
    loops = {"name": "loops", "class": "square", "include": {"highway": ["corridor"]}, "because": "Paved."}
    rules = space_rules(SpaceRules(rules=(plots, loops)))
    assert [rule.name for rule in rules.own] == ["plots", "loops"]
    kept = element_rules(spaces=rules.own)
    tags = {"plot:use": "public garden", "gate": "no"}
    assert not element_rules().is_area(tags, from_relation=False)
    assert kept.is_area(tags, from_relation=False)
    assert kept.kept(tags.items()) == tags
    assert kept.is_area({"highway": "corridor", "area": "yes"}, from_relation=False)
    assert not kept.is_area({"highway": "corridor"}, from_relation=False)  # a loop is a way
    assert kept.wide["plot:use"] == {"*"}  # whatever begins so


def test_the_reader_keeps_nodes_of_every_facility_that_a_rule_includes() -> None:
    kept = element_rules()
    for rule in space_rules().rules:
        amenity = next((test for test in rule.include.keys if test.key == "amenity"), None)
        if "class" in rule.settings and amenity is not None and not amenity.open_ended:
            assert all(kept.is_point({"amenity": value}) for value in amenity.values), rule.name


def test_a_rule_of_a_packaged_name_stands_in_its_place() -> None:
    open_gardens = {
        "name": "garden_without_sign",
        "class": "garden",
        "include": {"leisure": ["garden"]},
        "because": "x",
    }
    changes = SpaceRules(rules=(open_gardens,))
    assert classes_under(changes, leisure="garden") == ["garden"]
    assert classes_under(changes, leisure="park", landuse="x") == ["park"]
    assert [r.name for r in space_rules(changes).rules] == [r.name for r in space_rules().rules]  # in its very place


def test_a_rule_without_a_class_turns_away() -> None:
    never = {
        "name": "cricket",
        "include": {"leisure": ["pitch"], "sport": ["cricket"]},
        "because": "By membership here.",
    }
    spaces, counts = public_spaces(
        extract(areas={"way/1": ({"leisure": "pitch", "sport": "cricket"}, PLOT)}),
        space_rules(SpaceRules(rules=(never,))),
    )
    assert spaces.empty
    assert counts["excluded.cricket.never"] == 1


def test_restrictions_grounds_and_holes_can_be_lifted() -> None:
    assert classes_under(SpaceRules(without=("restricted.charged",)), leisure="park", fee="yes") == ["park"]
    areas = {
        "way/1": ({"leisure": "pitch"}, box(10, 10, 30, 30)),
        "way/2": ({"amenity": "school"}, box(0, 0, 100, 100)),
        "way/3": ({"landuse": "military"}, box(200, 0, 300, 100)),
        "way/4": ({"leisure": "park"}, box(210, 10, 250, 50)),
        "way/5": ({"leisure": "park"}, box(400, 0, 500, 100)),
        "way/6": ({"tourism": "hotel"}, box(400, 0, 420, 20)),
    }
    before, _ = public_spaces(extract(areas=areas))
    lifted = SpaceRules(without=("ground.school", "closed_ground.military", "hole.hotel"))
    after, _ = public_spaces(extract(areas=areas), space_rules(lifted))
    assert before["area_m2"].to_dict() == {"way/5": 9600.0}
    assert after["area_m2"].to_dict() == {"way/1": 400.0, "way/4": 1600.0, "way/5": 10_000.0}


def test_the_least_width_of_a_study_stands_in_place_of_every_other() -> None:
    areas = {
        "way/1": ({"leisure": "park"}, box(0, 0, 5, 100)),
        "way/2": ({"leisure": "playground"}, box(100, 0, 103, 100)),
        "way/3": ({"landuse": "cemetery"}, box(200, 0, 203, 100)),  # has no least width
    }

    def left(width_m: float | None) -> list[str]:
        return public_spaces(extract(areas=areas), space_rules(SpaceRules(min_width_m=width_m)))[0].index.tolist()

    assert left(None) == ["way/1", "way/2", "way/3"]
    assert left(6.0) == ["way/3"]
    assert left(4.0) == ["way/1", "way/3"]
    assert left(0.0) == ["way/1", "way/2", "way/3"]


def test_the_least_area_of_a_rule_stands_in_place_of_its_classs() -> None:
    areas = {"way/1": ({"leisure": "park"}, box(0, 0, 5, 5)), "way/2": ({"leisure": "park"}, box(50, 0, 90, 40))}

    def left(least_m2: float) -> list[str]:
        own = {
            "name": "park",
            "class": "park",
            "include": {"leisure": ["park"]},
            "because": "x",
            "min_area_m2": least_m2,
        }
        return public_spaces(extract(areas=areas), space_rules(SpaceRules(rules=(own,))))[0].index.tolist()

    assert left(25) == ["way/1", "way/2"]
    assert left(26) == ["way/2"]
    assert left(1601) == []


def test_what_a_study_changed_is_named_and_told_apart() -> None:
    changes = SpaceRules(("dog_park",), (STREET_GREEN,), 6.0)
    assert space_rules(changes).overridden == ("-dog_park", "+street_green", "min_width_m=6")
    others = [
        SpaceRules(),
        replace(changes, without=()),
        replace(changes, min_width_m=6.5),
        replace(changes, rules=()),
        replace(changes, rules=({**STREET_GREEN, "include": {"landuse": ["grass"], "operator": ["*公园*"]}},)),
        replace(changes, rules=({**STREET_GREEN, "outside": True},)),
    ]
    assert len({digest(c) for c in (changes, *others)}) == 1 + len(others)
    assert digest(changes) == digest(SpaceRules(("dog_park",), (dict(STREET_GREEN),), 6.0))


def test_a_caveat_names_what_was_changed() -> None:
    assert override_caveats(SpaceRules()) == []
    (caveat,) = override_caveats(SpaceRules(("dog_park",), (STREET_GREEN,)))
    assert (caveat.code, caveat.count, caveat.detail) == ("rules_overridden", 2, "-dog_park, +street_green")
    many = tuple({**STREET_GREEN, "name": f"r{i}"} for i in range(15))
    assert override_caveats(SpaceRules(rules=many))[0].detail.endswith("+r11 +3")


def test_the_tags_that_a_studys_rules_test_are_to_be_kept() -> None:
    assert "operator" not in tag_keys()
    assert tag_keys(SpaceRules(rules=(STREET_GREEN,))) == tag_keys() | {"operator"}
    assert {"leisure", "foot", "fee", "garden:type", "opening_hours", "building"} <= tag_keys()


# ------------------------------------------------------------------------------- faults


def rule(**changes: object) -> dict[str, object]:
    return {k: v for k, v in {**STREET_GREEN, **changes}.items() if v is not None}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (SpaceRules(without=("dog_prk",)), r"without: there is no rule 'dog_prk', did you mean 'dog_park'\?"),
        (SpaceRules(without=("ground.scool",)), "did you mean 'ground.school'"),
        (SpaceRules(without=("school ground",)), "there is no rule 'school ground'"),
        (SpaceRules(min_width_m=-1), "min_width_m: must be a number of metres from 0 to 100"),
        (SpaceRules(min_width_m=math.nan), "min_width_m"),
        (SpaceRules(rules=(rule(name=None),)), "rule number 1: lacks name"),
        (SpaceRules(rules=(rule(name="Grün.1"),)), "name: must be small letters"),
        (SpaceRules(rules=(rule(because=None),)), "rule 'street_green': lacks because"),
        (SpaceRules(rules=(rule(because="x" * 501),)), "because: must be a text of at most 500"),
        (SpaceRules(rules=(rule(include=None),)), "lacks include"),
        (SpaceRules(rules=(rule(include={"name": ["*公园*"]}),)), "tests the name alone"),
        (SpaceRules(rules=(rule(include="leisure=park"),)), "include: must be a table"),
        (SpaceRules(rules=(rule(unless={"access": "no"}),)), "unless: 'access' must be a list of texts"),
        (SpaceRules(rules=(rule(require={"access": []}),)), "require: 'access' must be a list of texts"),
        (SpaceRules(rules=(rule(unless={"access": [True]}),)), "unless: 'access' must be a list of texts"),
        (SpaceRules(rules=(rule(unless={"le isure": ["x"]}),)), "'le isure' is no tag key"),
        (SpaceRules(rules=(rule(unless={"a": ["x"] * 101}),)), "'a' has 101 values, and at most 100"),
        (SpaceRules(rules=(rule(unless={"a": ["x" * 256]}),)), "more than 255 characters"),
        (SpaceRules(rules=(rule(unless={f"k{i}": ["x"] for i in range(21)}),)), "has 21 keys, and at most 20"),
        (SpaceRules(rules=(rule(**{"class": "prak"}),)), "class 'prak' is none of public space, did you mean 'park'"),
        (SpaceRules(rules=(rule(outside="yes"),)), "outside: must be true or false"),
        (SpaceRules(rules=(rule(min_area_m2=-3),)), "min_area_m2: must be a number of square metres"),
        (SpaceRules(rules=(rule(min_area_m2=True),)), "min_area_m2"),
        (SpaceRules(rules=(rule(becuase="typo"),)), "unknown key 'becuase', did you mean 'because'"),
        (SpaceRules(rules=(rule(), rule())), "rule 'street_green': stands there 2 times"),
        (SpaceRules(without=("park",), rules=(rule(name="park"),)), "rule 'park': is in without too"),
        (SpaceRules(rules=tuple(rule(name=f"r{i}") for i in range(201))), "there are 201, and at most 200"),
    ],
)
def test_each_fault_is_told(changes, fault) -> None:
    faults = check_space_rules(changes)
    assert len(faults) == 1
    assert re.search(fault, faults[0])


def test_all_faults_are_told_at_once() -> None:
    changes = SpaceRules(("no_such",), (rule(because=None, include=None), rule(name="b", outside=1)), 1000.0)
    assert len(check_space_rules(changes)) == 5


def test_every_name_that_without_may_hold_does_something() -> None:
    assert check_space_rules(SpaceRules(without=tuple(sorted(rule_names())))) == []
    nothing = space_rules(SpaceRules(without=tuple(sorted(rule_names()))))
    left = (nothing.rules, nothing.restrictions, nothing.grounds, nothing.closed_grounds, nothing.holes)
    assert left == ((), (), (), (), ())


# --------------------------------------------------------------------- the packaged data


def test_every_class_has_a_kind_and_every_reason_a_translation() -> None:
    table = rule_file("public_space")
    assert {entry["kind"] for entry in table["class"]} == set(KINDS)
    assert {kind for entry in table["restricted"] for kind in entry["kinds"]} == set(KINDS)
    for array in ("class", "restricted", "rule", "grounds", "closed_grounds", "hole", "fenced"):
        for entry in table[array]:
            assert len(entry["because"]) > 3, entry["name"]
            assert any("\u4e00" <= letter <= "\u9fff" for letter in entry["because_zh"]), entry["name"]
    assert {name for entry in table["grounds"] for name in entry.get("classes", ())} <= set(space_classes())


def test_the_packaged_rules_pass_the_checks_of_a_study() -> None:
    own = tuple({**entry, "name": f"own_{entry['name']}"} for entry in rule_file("public_space")["rule"])
    assert check_space_rules(SpaceRules(rules=own)) == []


def test_no_packaged_rule_is_hidden_by_one_before_it() -> None:
    """A rule that only asks for values that an earlier rule takes whole would never be asked."""
    rules = parse_rules("public_space", "rule", ("class", "outside", "min_area_m2"))
    for i, later in enumerate(rules):
        for earlier in rules[:i]:
            wide = {test.key: test for test in earlier.include.keys}
            narrow = {test.key: test for test in later.include.keys}
            if wide.keys() <= narrow.keys():
                hidden = all(narrow[key].values and narrow[key].values <= wide[key].values for key in wide)
                assert not hidden, f"{later.name} is hidden by {earlier.name}"


# ------------------------------------------------------------------------------ exclusions


def test_every_exclusion_has_its_reason() -> None:
    areas = {
        "way/1": ({"leisure": "park", "access": "private"}, PLOT),
        "way/2": ({"leisure": "golf_course"}, box(100, 0, 150, 50)),
        "way/3": ({"leisure": "garden"}, box(200, 0, 250, 50)),
        "way/4": ({"leisure": "pitch"}, box(310, 10, 330, 30)),
        "way/5": ({"amenity": "school"}, box(300, 0, 350, 50)),
        "way/6": ({"leisure": "park"}, box(400, 0, 403, 50)),
        "way/7": ({"leisure": "park"}, box(500, 0, 600, 100)),
        "way/8": ({"tourism": "hotel"}, box(500, 0, 510, 10)),
        "way/9": ({"leisure": "park"}, box(700, 0, 703, 3)),
        "way/10": ({"leisure": "park", "access": "no"}, box(800, 0, 850, 50)),
    }
    table = exclusions(public_spaces(extract(areas=areas))[1] | {"ways_cut": 3})
    assert tuple(table.columns) == EXCLUSION_COLUMNS
    assert table.iloc[0][["rule", "why", "count"]].tolist() == ["park", "access", 2]
    found = {(r.rule, r.space_class, r.why): (r.count, r.because) for r in table.itertuples(index=False)}
    assert {key: value[0] for key, value in found.items()} == {
        ("park", "park", "access"): 2,
        ("golf_course", "", "never"): 1,
        ("garden_without_sign", "garden", "not_stated"): 1,
        ("pitch", "sports_ground", "on_school"): 1,
        ("school", "school_ground", "not_stated"): 1,
        ("park", "park", "too_narrow"): 1,
        ("park", "park", "too_small"): 1,
        ("hole.hotel", "", "cut_out"): 1,
    }
    assert "closed to vehicles" in found["park", "park", "access"][1]
    assert "whatever their access tag" in found["golf_course", "", "never"][1]
    assert "For pupils" in found["pitch", "sports_ground", "on_school"][1]
    assert "flower bed" in found["park", "park", "too_narrow"][1]
    assert found["hole.hotel", "", "cut_out"][1] == "For guests."
    assert (table["because"] != "").all()
    assert (table["because_zh"] != "").all()


def test_no_exclusions_make_an_empty_table() -> None:
    table = exclusions({"pieces_merged": 4, "excluded.park.access": 0})
    assert table.empty
    assert tuple(table.columns) == EXCLUSION_COLUMNS


def test_the_reason_of_a_studys_own_rule_is_the_studys() -> None:
    never = {"name": "cricket", "include": {"leisure": ["pitch"]}, "because": "By membership here."}
    rules = space_rules(SpaceRules(rules=(never,)))
    _, counts = public_spaces(extract(points={"node/1": ({"leisure": "pitch"}, Point(0, 0))}), rules)
    assert exclusions(counts, rules)[["rule", "because", "because_zh"]].to_numpy().tolist() == [
        ["cricket", "By membership here.", ""]
    ]
