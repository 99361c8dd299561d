"""What the map says moves the ranking most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maps.resilience_view import moving_sentence
from tests.synthetic_findings import build_findings


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "the study's own figures of “Satisfaction” (3.0)"), ("zh", "本研究自有的“满意度”指标（3.0）")],
)
def test_a_figure_of_the_studys_own_is_called_no_rule(language: str, words: str) -> None:
    results = build_findings()
    own = results.sensitivity.iloc[[1]].assign(profile_id="study", rule_id="satisfaction", mean_rank_shift=3.0)
    assert words in moving_sentence(replace(results, sensitivity=own), language)
    assert "“Open" not in moving_sentence(replace(results, sensitivity=own), language)
