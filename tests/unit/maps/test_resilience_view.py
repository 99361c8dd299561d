"""What the map says moves the ranking most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyses.results import Results
from maps.resilience_view import moving_sentence, safety_note, standing
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


def test_the_score_of_safety_says_of_which_hazards_it_speaks(synthetic_results: Results) -> None:
    """SYNTHETIC: waterlogging beside the flood that a rule asks of."""
    flood = synthetic_results.study.hazards[0]
    water = replace(flood, id="water", kind="waterlogging", status="modelled")
    start, *others = synthetic_results.profiles
    rules = tuple(replace(rule, dimension="safety") if rule.kind == "exposure" else rule for rule in start.rules)
    results = replace(synthetic_results, study=replace(synthetic_results.study, hazards=(flood, water)),
                      profiles=(replace(start, rules=rules), *others))
    assert safety_note(synthetic_results, "en") == "", "no rule of that dimension"
    assert safety_note(results, "en") == (
        "“Safety from hazards” counts residents who live in: flood. It says nothing of: waterlogging."
    )
    assert safety_note(results, "zh") == "“灾害安全”仅依据位于下列灾害范围内的居民：洪水；未反映：内涝。"
    row = {**dict.fromkeys(("resilience", "resilience_low", "resilience_high", "rank_low", "rank_high"), 50.0), "rank_class": "middle"}
    assert standing({**row, "dimension_safety": 100.0}, 2, "note", "en").safety == "note"
    assert standing({**row, "dimension_reach": 100.0}, 2, "note", "en").safety == ""
