"""Whatever a hazard covers: shares add up, nothing comes nearer, and a larger one never gives reach back."""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from analyses.assess import assess, verdicts
from analyses.during import During, Footprint, during
from analyses.measure import Scene
from analyses.profile import Basis, Profile, Rule, SiteTest, Supply
from analyses.survival import Survival, survival
from spatial.build import build_network
from spatial.closing import Manner, closed_parts, without
from spatial.traits import Trait, from_rows
from tests.networks import EVERYWHERE, areas, network, ways
from tests.search_by_networkx import random_lines
from tests.town import spaces, town, with_hazards

RULE = Rule(
    "r", "reach", {}, "population", "%", Basis("synthetic", "high"), supply=Supply(("green",), 1000.0), within_m=400.0
)
ROUNDING_M = 1e-6


@cache
def scene() -> Scene:
    """The town with a block of streets, a bridge and a tunnel of two ways among them, and a second park in the east."""
    along = [(1, 0.0, 0.0), (4, 250.0, 0.0), (7, 400.0, 0.0), (2, 500.0, 0.0), (8, 800.0, 0.0), (3, 1000.0, 0.0)]
    lines = [
        along[:3], along[2:4], along[3:],
        [(4, 250.0, 0.0), (5, 250.0, 60.0), (6, 400.0, 60.0)], [(6, 400.0, 60.0), (7, 400.0, 0.0)],
        [(6, 400.0, 60.0), (9, 800.0, 90.0), (8, 800.0, 0.0)],
    ]  # fmt: skip
    said = (Trait(0), Trait.BRIDGE, Trait(0), Trait.TUNNEL, Trait.TUNNEL, Trait(0))
    net = build_network(ways(lines, traits=from_rows((int(t), np.nan, np.nan) for t in said)), areas(), EVERYWHERE)
    parks = {"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(850, -60, 900, -10))}
    layers = dataclasses.replace(town(), network=net, spaces=spaces(parks))
    evidence = assess(layers, [Profile("p", {}, "", 2026, "convention", (RULE,))]).evidence
    assert evidence is not None
    return evidence.scene


def lasting(shapes: list[Polygon], kind: str) -> tuple[During, Survival]:
    left = during(scene(), [Footprint(kind, np.array(shapes, dtype=object))], RULE.supplies)
    return left, survival(scene(), left, RULE)


@st.composite
def rectangles(draw: st.DrawFn) -> list[Polygon]:
    found = []
    for _ in range(draw(st.integers(1, 3))):
        x, y = draw(st.integers(-20, 1000)), draw(st.integers(-80, 100))
        found.append(box(x, y, x + draw(st.integers(1, 300)), y + draw(st.integers(1, 80))))
    return found


@settings(max_examples=25, deadline=None)
@given(smaller=rectangles(), more=rectangles(), kind=st.sampled_from(["flood", "seismic", "landslide"]))
def test_a_larger_hazard_never_improves_reach(smaller: list[Polygon], more: list[Polygon], kind: str) -> None:
    (one, first), (other, second) = lasting(smaller, kind), lasting([*smaller, *more], kind)
    assert (second.during >= first.during - ROUNDING_M).all()
    assert (first.during >= first.before - ROUNDING_M).all()
    assert (second.keeps <= first.keeps + 1e-9).all()
    assert (second.loses_cut_off >= first.loses_cut_off - 1e-9).all()
    assert (second.none_before_cut_off >= first.none_before_cut_off - 1e-9).all()
    assert second.none_before.tolist() == first.none_before.tolist()
    assert (other.inside >= one.inside - 1e-9).all()
    assert not (other.open_entrance & ~one.open_entrance).any()
    assert (other.spaces.left_m2 <= one.spaces.left_m2 + 1e-6).all()
    assert other.closed.length_m >= one.closed.length_m - ROUNDING_M
    for found in (first, second):
        parts = np.array([found.keeps, found.loses, found.none_before, found.unknown])
        assert np.allclose(parts.sum(axis=0), 1.0)
        assert (parts >= 0).all()
        assert (found.loses_cut_off <= found.loses + 1e-9).all()
        assert (found.none_before_cut_off <= found.none_before + 1e-9).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), shapes=rectangles())
def test_what_is_closed_and_what_is_open_make_up_random_networks(seed: int, shapes: list[Polygon]) -> None:
    lines, oneway = random_lines(seed)
    net = network(lines, oneway=oneway)
    closed = closed_parts(net, np.array(shapes, dtype=object), Manner())
    left = without(net, closed).network
    used = left.edge_forward | left.edge_backward
    assert np.isclose(left.edge_length_m[used].sum() + closed.length_m, net.edge_length_m.sum())
    assert (closed.to_m > closed.from_m).all()
    order = np.lexsort((closed.from_m, closed.edge))
    assert order.tolist() == list(range(len(order)))


def provided(shapes: list[Polygon]) -> pd.DataFrame:
    """What is left by every kind of rule, by unit."""
    base = scene().layers
    layers = with_hazards(base, {f"f{n}": ("flood", "official", shape) for n, shape in enumerate(shapes)})
    roles = tuple(dataclasses.replace(hazard, closes=True) for hazard in layers.study.hazards)
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))
    area = dataclasses.replace(RULE, kind="provision", unit="m2/person", within_m=None, per="person", method="container")
    near = {"within_m": 400.0, "during": "flood"}
    rules = {
        "outside": dataclasses.replace(area, supply=dataclasses.replace(RULE.supplies[0], outside_hazard="flood")),
        "container": dataclasses.replace(area, during="flood"),
        "within": dataclasses.replace(area, method="within", **near),
        "shared": dataclasses.replace(area, method="e2sfca", decay="gaussian", **near),
        "site": dataclasses.replace(area, kind="site", who="spaces", unit="%", per="", test=SiteTest(20.0), during="flood"),
    }
    profile = Profile("p", {}, "", 2026, "convention", tuple(dataclasses.replace(r, id=k) for k, r in rules.items()))
    found = verdicts(layers, [profile]).assessments
    return found.pivot(index=["level", "unit_id"], columns="rule_id", values="value")[list(rules)]


@settings(max_examples=5, deadline=None)
@given(smaller=rectangles(), more=rectangles())
def test_a_larger_hazard_never_provides_more(smaller: list[Polygon], more: list[Polygon]) -> None:
    usual, one, other = provided([box(0, 9000, 1, 9001)]), provided(smaller), provided([*smaller, *more])
    for before, after in ((usual, one), (one, other)):
        assert ((after <= before + 1e-9) | before.isna()).all(axis=None)
        assert (after.isna() == before.isna()).all(axis=None)
