"""Whatever lies on ground of which a hazard layer says nothing: the truth lies in the range, no verdict is wrong."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box

from analyses.assess import verdicts
from analyses.profile import Basis, Profile, Rule, Supply, Target
from layers.types import Layers
from tests.town import spaces, town, units, with_hazards

GREEN = Supply(("green",), 500.0)
ANY = Rule("any", "exposure", {}, "population", "%", Basis({"en": "synthetic"}, "high"), hazard_kinds=("flood",))
REACH = dataclasses.replace(
    ANY, id="reach", kind="reach", hazard_kinds=(), supply=GREEN, within_m=400.0, during="flood"
)
AREA = dataclasses.replace(
    REACH, id="area", kind="provision", unit="m2/person", within_m=None, per="person", method="container"
)
RULES = (
    ANY,
    REACH,
    AREA,
    dataclasses.replace(ANY, id="any.most", target=Target("%", "convention", maximum=40.0)),
    dataclasses.replace(REACH, id="reach.least", target=Target("%", "convention", minimum=40.0)),
    dataclasses.replace(AREA, id="area.least", target=Target("m2/person", "convention", minimum=20.0)),
    dataclasses.replace(
        AREA, id="outside", during="", supply=dataclasses.replace(GREEN, outside_hazard="flood"),
        target=Target("m2/person", "convention", minimum=40.0),
    ),
)  # fmt: skip


@st.composite
def ground(draw: st.DrawFn) -> Polygon:
    """A rectangle in the town, as large as homes, as parks, or as a community."""
    x, y = draw(st.integers(0, 900)), draw(st.integers(-80, 60))
    return box(x, y, x + draw(st.integers(3, 400)), y + draw(st.integers(3, 80)))


def judged(wet: list[Polygon], unsaid: Polygon | None) -> pd.DataFrame:
    parks = {"way/1": ("park", box(200, -60, 260, -10)), "way/2": ("garden", box(850, -60, 900, -10))}
    base = dataclasses.replace(town(), spaces=spaces(parks))
    layers = with_hazards(base, {f"f{n}": ("flood", "official", shape) for n, shape in enumerate(wet)})
    roles = tuple(dataclasses.replace(hazard, closes=True) for hazard in layers.study.hazards)
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))
    found = verdicts(_leaving(layers, unsaid), [Profile("p", {}, "", 2026, "convention", RULES)]).assessments
    return found[found["profile_id"] == "p"].set_index(["level", "unit_id", "rule_id"])


def _leaving(layers: Layers, unsaid: Polygon | None) -> Layers:
    if unsaid is None:
        return layers
    rows = units({"x": unsaid}).assign(hazard_id="f0")[["hazard_id", "geometry"]]
    return dataclasses.replace(layers, hazard_unknown=rows)


@settings(max_examples=5, deadline=None)
@given(wet=ground(), unsaid=ground(), shares=st.tuples(*[st.floats(0, 1)] * 4))
def test_the_truth_lies_in_the_range_and_no_verdict_is_wrong(
    wet: Polygon, unsaid: Polygon, shares: tuple[float, float, float, float]
) -> None:
    """SYNTHETIC: of the ground unsaid some rectangle, none or all of it is wet in truth."""
    x, y, right, top = unsaid.bounds
    (left, end), (low, high) = sorted(shares[:2]), sorted(shares[2:])
    truly = box(x + left * (right - x), y + low * (top - y), x + end * (right - x), y + high * (top - y))
    told, truth = judged([wet], unsaid), judged([wet, truly], None)
    value = truth["value"].to_numpy(float)
    ranged = ~(told["value_low"].isna() | np.isnan(value)).to_numpy()
    assert ranged.any()
    for row, true in zip(told[ranged].itertuples(), value[ranged], strict=True):
        assert row.value_low - 1e-6 <= true <= row.value_high + 1e-6, row
        assert np.isnan(row.value) or row.value_low <= row.value + 1e-9 <= row.value_high + 2e-9
    judges = told["status"].isin(["met", "short"])
    assert (told["status"] == truth["status"])[judges].all()
    assert (told["value"].notna() | told["value_low"].isna() | (told["reason"] == "hazard_unknown")).all()
