"""Sentences that count: one place takes nobody in, two places take nobody in."""

from __future__ import annotations

import re

import pytest

from layers.types import Caveat
from maps.caveat_words import CAVEAT_WORDS
from maps.words import caveat_text, counted

AFTER = r"1 (listed )?(feature|place|community)( \([^)]*\))?"
MANY = re.compile(rf"(?:^|: |All |all ){AFTER} (are|have|lie|take|hold|cross|belong|reach|lead|come|were)\b")


@pytest.mark.parametrize("code", sorted(CAVEAT_WORDS))
@pytest.mark.parametrize("detail", ["", "a"])
def test_one_and_two_agree_with_their_verb(code: str, detail: str) -> None:
    one, two = (caveat_text(Caveat(code, "osm", count, "features", detail), "en") for count in (1.0, 2.0))
    assert MANY.search(one) is None, one
    assert not set("<>|") & set(one + two)
    assert "1 features" not in one
    assert "2 feature " not in two


def test_a_listed_place_takes_nobody_in() -> None:
    told = [caveat_text(Caveat("refuge_not_usable", "refuge", count, "sites", ""), "en") for count in (1, 2)]
    assert told == [
        "1 listed place takes nobody in: the table of refuges says why.",
        "2 listed places take nobody in: the table of refuges says why.",
    ]
    assert caveat_text(Caveat("out_of_reach", "osm", 1.2, "residents", ""), "en").startswith("Homes of 1 resident lie")


@pytest.mark.parametrize(("count", "en", "zh"), [
    (0, "0 communities", "0 个社区"), (1, "1 community", "1 个社区"), (0.7, "fewer than 1 community", "不足 1 个社区"),
    (1.4, "1 community", "1 个社区"), (1200, "1,200 communities", "1,200 个社区")])  # fmt: skip
def test_a_count_has_its_noun_in_the_right_number(count: float, en: str, zh: str) -> None:
    assert (counted(count, "communities", "en"), counted(count, "communities", "zh")) == (en, zh)
