"""Where a hazard layer leaves ground unsaid, reason, card, panel and terminal tell the range and for how many."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analyses.assess import assess
from analyses.profile import Basis, Profile, Rule, Target
from analyses.results import Results
from linli.report import area_lines, worst_communities
from maps.panel import panel
from maps.words import reason, reasons
from tests.flooded_town import TOWN_GRID, flooded, town_depths

WET = Rule(
    "wet", "exposure", {"en": "Wet"}, "population", "%", Basis({"en": "synthetic"}, "high"),
    hazard_kinds=("waterlogging",),
)  # fmt: skip
MOST_50 = dataclasses.replace(WET, target=Target("%", "convention", maximum=50.0))


def assessed(rule: Rule, **depths: float) -> Results:
    layers = flooded({"pluvial": town_depths(**depths)}, transform=TOWN_GRID)
    return assess(layers, [Profile("p", {}, "", 2026, "convention", (rule,))])


def west(results: Results, rule: Rule, language: str) -> str:
    rows = results.assessments.set_index(["rule_id", "unit_id"])
    row = rows.loc[("wet", "West")]
    return reason({**row, "level": "community", "unit_id": "West", "rule_id": "wet"}, rule, results, language)


@pytest.fixture(scope="module")
def reported() -> Results:
    return assessed(WET, c3=np.nan)


@pytest.fixture(scope="module")
def short() -> Results:
    return assessed(MOST_50, c1=0.5, c3=np.nan)


def test_a_range_is_told_where_no_value_is(reported: Results) -> None:
    assert west(reported, WET, "en").endswith(
        "; the value lies between 0 % and 40 %; it is unknown for 20 of 50 residents."
    )
    assert west(reported, WET, "zh").endswith("；数值介于 0% 与 40% 之间，50 名居民中 20 名情况未知。")


def test_a_verdict_that_cannot_turn_tells_what_it_rests_on(short: Results) -> None:
    """Of W1 all live inside, 30 of 50; of the 20 of W2 nobody knows: no 100 %, though all who are known do."""
    told = west(short, MOST_50, "en")
    assert told.startswith("30 of 50 residents (60 %) live inside")
    assert "for 20 more the hazard layer leaves it open: of all residents, between 60 % and 100 % live inside" in told
    assert "另有 20 名因灾害图层没有数值而无法判断：全部居民中位于其内者占 60% 至 100%" in west(short, MOST_50, "zh")
    assert reasons(short.gaps[short.gaps["rule_id"] == "wet"], short, "en") == [told]


def test_nobody_known_is_not_nobody() -> None:
    results = assessed(MOST_50, c3=np.nan)
    assert west(results, MOST_50, "en").startswith("No resident is known to live inside")
    assert west(results, MOST_50, "zh").startswith("已知无居民位于")
    assert west(assessed(MOST_50), MOST_50, "en").startswith("No resident lives inside")


def test_terminal_and_panel_tell_ranges_and_never_the_part_that_is_known(reported: Results, short: Results) -> None:
    assert area_lines(reported, "en")[0].note.endswith("; the value lies between 0 % and 22.2 %")
    assert worst_communities(short, "en")[0].note == "the value lies between 60 % and 100 %"
    for language, told in (("en", "the value lies between 0 % and 22.2 %"), ("zh", "数值介于 0% 与 22.2% 之间")):
        (finding,) = (row.finding for row in panel(reported, language).rules if row.title == "Wet")
        assert finding.endswith(told)
