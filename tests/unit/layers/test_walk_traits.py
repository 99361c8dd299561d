"""What tags say about a way or a node underfoot, and the walkers that the package ships."""

from __future__ import annotations

import math

import pytest

from layers.tag_rules import rule_file
from layers.walk_traits import incline_share, node_flags, road_flags, way_flags, width_m
from layers.walkers import walker, walker_names
from spatial.errors import LayerError
from spatial.traits import NodeTrait, Trait


@pytest.mark.parametrize(
    ("tags", "traits"),
    [
        ({"highway": "residential"}, Trait(0)),
        ({"highway": "residential", "surface": "asphalt"}, Trait(0)),
        ({"highway": "steps"}, Trait.STEPS),
        ({"highway": "steps", "ramp": "yes"}, Trait.STEPS | Trait.RAMP),
        ({"highway": "steps", "ramp": "no"}, Trait.STEPS),
        ({"highway": "steps", "ramp:wheelchair": "yes"}, Trait.STEPS | Trait.WHEELS),
        ({"highway": "path"}, Trait.ROUGH),
        ({"highway": "path", "surface": "asphalt"}, Trait(0)),
        ({"highway": "path", "surface": "ground", "smoothness": "good"}, Trait(0)),
        ({"highway": "footway", "surface": "gravel"}, Trait.ROUGH),
        ({"highway": "footway", "surface": "sett"}, Trait(0)),
        ({"highway": "track", "tracktype": "grade1"}, Trait(0)),
        ({"highway": "track", "tracktype": "grade4"}, Trait.ROUGH),
        ({"highway": "path", "sac_scale": "hiking"}, Trait.ROUGH | Trait.TRAIL),
        ({"highway": "footway", "footway": "crossing", "kerb": "raised"}, Trait.CROSSING | Trait.KERB),
        ({"highway": "footway", "footway": "crossing", "kerb": "lowered"}, Trait.CROSSING),
        ({"highway": "footway", "wheelchair": "no"}, Trait.NO_WHEELS),
        ({"highway": "footway", "bridge": "yes", "layer": "1"}, Trait.BRIDGE),
        ({"highway": "footway", "bridge": "no"}, Trait(0)),
        ({"highway": "footway", "layer": "-1"}, Trait.TUNNEL),
        ({"highway": "footway", "tunnel": "building_passage"}, Trait.TUNNEL),
        ({"highway": "primary_link"}, Trait.MAJOR_ROAD),
        ({"highway": "secondary"}, Trait.SECONDARY_ROAD),
    ],
)
def test_traits_of_a_way(tags, traits):
    assert Trait(way_flags(tags)) == traits


@pytest.mark.parametrize(
    ("tags", "traits"),
    [
        ({"highway": "street_lamp"}, NodeTrait(0)),
        ({"highway": "crossing"}, NodeTrait.CROSSING),
        ({"highway": "crossing", "crossing": "unmarked"}, NodeTrait.CROSSING),
        ({"highway": "crossing", "crossing": "zebra"}, NodeTrait.CROSSING | NodeTrait.MARKED),
        ({"highway": "crossing", "crossing": "uncontrolled"}, NodeTrait.CROSSING | NodeTrait.MARKED),
        ({"highway": "crossing", "crossing": "marked;traffic_signals"}, NodeTrait.CROSSING | NodeTrait.SIGNALS),
        ({"highway": "traffic_signals"}, NodeTrait.SIGNALS),
        ({"railway": "level_crossing"}, NodeTrait.CROSSING),
        ({"barrier": "kerb", "kerb": "raised"}, NodeTrait.KERB),
        ({"barrier": "stile"}, NodeTrait.BARRIER),
        ({"barrier": "cycle_barrier", "wheelchair": "yes"}, NodeTrait(0)),
        ({"barrier": "bollard"}, NodeTrait(0)),
    ],
)
def test_traits_of_a_node(tags, traits):
    assert NodeTrait(node_flags(tags)) == traits


def test_roads_lend_their_class_to_their_nodes():
    assert road_flags(int(Trait.MAJOR_ROAD | Trait.BRIDGE)) == NodeTrait.MAJOR_ROAD
    assert road_flags(int(Trait.SECONDARY_ROAD)) == NodeTrait.SECONDARY_ROAD
    assert road_flags(int(Trait.STEPS)) == 0


@pytest.mark.parametrize(
    ("text", "share"),
    [("10%", 0.1), ("-7.5 %", -0.075), ("0", None), ("0%", 0.0), ("45°", 1.0), ("up", None), ("down", None), ("900%", None), ("90°", None), ("", None)],
)
def test_incline(text, share):
    found = incline_share({"incline": text} if text else {})
    assert math.isnan(found) if share is None else found == pytest.approx(share)


@pytest.mark.parametrize(("text", "metres"), [("1", 1.0), ("1.2 m", 1.2), ("1m", 1.0), ("0", None), ("6 ft", None), ("narrow", None), (None, None)])
def test_width(text, metres):
    found = width_m({} if text is None else {"width": text})
    assert math.isnan(found) if metres is None else found == metres


def test_the_packaged_walkers():
    adult, elderly, pram, wheelchair = (walker(name) for name in ("adult", "elderly", "pram", "wheelchair"))
    assert walker_names() == ("adult", "elderly", "pram", "wheelchair")
    assert (adult.speed_m_per_s, elderly.speed_m_per_s) == (1.3, 0.85)
    assert adult.goes_everywhere
    assert elderly.goes_everywhere
    assert Trait.STEPS in pram.bars
    assert Trait.STEPS in wheelchair.bars
    # Whatever stops a pram stops a wheelchair too, but for the ramp that a pram is pushed up.
    assert pram.bars in wheelchair.bars
    assert wheelchair.lifts in pram.lifts
    assert pram.max_incline_share > wheelchair.max_incline_share
    assert pram.min_width_m < wheelchair.min_width_m


def test_an_unknown_walker_is_named_with_the_known_ones():
    with pytest.raises(LayerError, match=r"'dog'.*adult, elderly"):
        walker("dog")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"speed_m_per_s": 1.0, "because": "x", "confidence": "sure"}, "lacks"),
        ({"speed_m_per_s": 1.0, "confidence": "high"}, "lacks"),
        ({"speed_m_per_s": 1.0, "because": "x", "confidence": "high", "bar": []}, "'bar'"),
        ({"speed_m_per_s": 1.0, "because": "x", "confidence": "high", "bars": ["STAIRS"]}, "'STAIRS'"),
    ],
)
def test_a_walker_that_is_written_wrongly_is_refused(monkeypatch, entry, message):
    monkeypatch.setattr("layers.walkers.rule_file", lambda _: {"hurried": entry})
    walker.cache_clear()
    with pytest.raises(LayerError, match=message):
        walker("hurried")
    walker.cache_clear()


def test_every_rule_has_a_reason():
    rules = [rule for key in ("way", "node") for rule in rule_file("traits")[key]]
    assert len(rules) > 20
    assert all(rule["because"].endswith(".") for rule in rules)
