"""Distance to target, each score derived by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyses.profile import Target
from analyses.score import distance_to_target
from analyses.verdict import _meets  # the verdict that a score of 1 has to agree with

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "target", "at_most", "unit", "score"),
    [
        (40.0, 80.0, False, "%", 0.5),
        (80.0, 80.0, False, "%", 1.0),
        (100.0, 80.0, False, "%", 1.0),
        (0.0, 80.0, False, "%", 0.0),
        (0.0, 0.0, False, "%", 1.0),
        (5.0, 5.0, True, "%", 1.0),
        (0.0, 5.0, True, "%", 1.0),
        (52.5, 5.0, True, "%", 0.5),
        (100.0, 5.0, True, "%", 0.0),
        (100.0, 100.0, True, "%", 1.0),
        (30.0, 0.0, True, "%", 0.7),
        (2.0, 5.0, False, "m2/person", 0.4),
        (50.0, 25.0, True, "m2/person", 0.5),
        (NAN, 80.0, False, "%", NAN),
        (40.0, NAN, False, "%", NAN),
    ],
)
def test_each_score_by_hand(value, target, at_most, unit, score):
    found = distance_to_target(np.array([value]), target, at_most=at_most, unit=unit)
    assert found.tolist() == pytest.approx([score], nan_ok=True)


def test_a_target_may_differ_from_unit_to_unit_and_nothing_is_written_into():
    value, target = np.array([40.0, 40.0]), np.array([80.0, 56.0])
    assert distance_to_target(value, target, at_most=False, unit="%").tolist() == pytest.approx([0.5, 40 / 56])
    assert value.tolist() == [40.0, 40.0]
    assert target.tolist() == [80.0, 56.0]


PERCENT = st.floats(0, 100)


@given(PERCENT, PERCENT, st.floats(0, 100), st.booleans())
def test_better_never_scores_less_and_1_is_met(first, second, asked, at_most):
    worse, better = sorted((first, second), reverse=at_most)
    low, high = distance_to_target(np.array([worse, better]), asked, at_most=at_most, unit="%")
    assert 0 <= low <= high <= 1
    target = Target("%", "convention", **{"maximum" if at_most else "minimum": asked})
    met = _meets(np.array([worse, better]), target, np.full(2, asked))
    assert [low == 1, high == 1] == met.tolist()
