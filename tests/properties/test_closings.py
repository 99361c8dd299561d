"""Whatever the water: what closes more never gives reach back, and the stated value lies between less and more."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from analyses.assess import assess
from analyses.closings import closings
from analyses.closures import closures
from analyses.parameters import Parameters, ResilienceChoices
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.resilience_values import Variants, variant_values
from layers.hazards import with_strength
from layers.types import Layers
from spatial.build import build_network
from spatial.traits import Trait, from_rows
from tests.flooded_town import DEPTH
from tests.networks import EVERYWHERE, areas, ways
from tests.town import spaces, town, with_hazards

RULE = Rule(
    "r", "reach", {}, "population", "%", Basis("synthetic", "high"), target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",), 1000.0), within_m=400.0, during="flood", dimension="survival",
)  # fmt: skip
QUICK = Parameters(resilience=ResilienceChoices(draws=8))


@st.composite
def waters(draw: st.DrawFn) -> Layers:
    """The town with a bridge and a way around, and some polygons of water of random depths."""
    along = [(1, 0.0, 0.0), (4, 250.0, 0.0), (7, 400.0, 0.0), (2, 500.0, 0.0), (3, 1000.0, 0.0)]
    lines = [along[:3], along[2:4], along[3:], [(4, 250.0, 0.0), (5, 250.0, 60.0), (6, 400.0, 60.0), (7, 400.0, 0.0)]]
    traits = from_rows((int(t), np.nan, np.nan) for t in (Trait(0), Trait.BRIDGE, Trait(0), Trait(0)))
    net = build_network(ways(lines, traits=traits), areas(), EVERYWHERE)
    parks = {"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(850, -60, 900, -10))}
    shapes = []
    for _ in range(draw(st.integers(1, 3))):
        x, y = draw(st.integers(-20, 950)), draw(st.integers(-80, 60))
        shapes.append(box(x, y, x + draw(st.integers(5, 250)), y + draw(st.integers(5, 90))))
    depths = [draw(st.sampled_from([0.05, 0.1, 0.2, 0.4])) for _ in shapes]
    layers = with_hazards(
        dataclasses.replace(town(), network=net, spaces=spaces(parks)),
        {f"w{i}": ("flood", "official", shape) for i, shape in enumerate(shapes)},
    )
    rows = with_strength(layers.hazards, np.full(len(shapes), "wet", dtype=object), np.array(depths))
    roles = tuple(dataclasses.replace(role, scale=DEPTH) for role in layers.study.hazards)
    return dataclasses.replace(layers, hazards=rows, study=dataclasses.replace(layers.study, hazards=roles))


@settings(max_examples=8, deadline=None)
@given(waters())
def test_more_closed_is_never_better_and_the_stated_value_lies_between(layers: Layers) -> None:
    results = assess(layers, [Profile("p", {}, "", 2026, "convention", (RULE,))], parameters=QUICK)
    evidence = results.evidence
    assert evidence is not None
    level = evidence.levels["community"]
    rows = results.assessments.query("level == 'community' and rule_id == 'r'").set_index("unit_id")["value"]
    stated = rows.reindex(level.units.index).to_numpy(float)
    variants = Variants((0.8, 1.0, 1.2), 1 + len(evidence.scene.other_residents), closings((0.5, 2.0)))
    found = variant_values(
        evidence.scene, evidence.measured[("p", "r")], {"community": level}, {"community": stated}, variants,
        closures(evidence.scene, results.profiles),
    )["community"].reshape(*variants.shape, -1)  # fmt: skip
    as_stated, less, more = found[..., 0, :], found[..., 1, :], found[..., 2, :]
    assert (more <= as_stated + 1e-9).all()
    assert (as_stated <= less + 1e-9).all()
    assert (np.diff(found, axis=0) >= -1e-9).all(), "a longer limit never serves fewer"
    assert (found[:, :, 1] <= found[:, :, 0] + 1e-9).all(), "fewer ways in never serve more"
    np.testing.assert_allclose(found[1, 0, 0, 0], stated)
