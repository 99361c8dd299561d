"""Chinese words of hazards: one word for one thing, none doubled."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analyses.profile import SHELTER, Supply
from maps.shelter_words import refuge_area_phrase

ROOT = Path(__file__).parents[3]
SHOWN = [path for room in ("analyses", "maps", "linli") for ending in ("py", "toml") for path in (ROOT / room).rglob(f"*.{ending}")]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("灾害灾害", "灾害"), ("隔断", "受困"), ("以其为最近者", "就近前来"), ("更不脆弱", "脆弱程度低于"), ("如此{", "若该{"),
     ("以其为最近", "就近前来"), ('容纳 {capacity}"', '容纳 {capacity} 人"'), ('为 {low} 至 {high}"', '至 {high} 分"')],
)
def test_one_word_stands_for_one_thing(wrong: str, right: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SHOWN}
    assert [path.name for path, text in texts.items() if wrong in text] == []
    assert any(right in text for text in texts.values())


def test_thousands_are_written_in_one_way() -> None:
    """A title beside a sentence: 1,000 m in both."""
    raw = re.compile(r"^title\..*?(?<![\d,.])[1-9]\d{3} ?(?:m|米|平方米)|^title\..* m2\b", re.MULTILINE)
    titles = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "analyses" / "profiles").glob("*.toml")}
    assert [name for name, text in titles.items() if raw.search(text)] == []
    assert "within 1,000 m" in titles["gb51143-2015.toml"]


def test_effective_area_is_said_for_each_resident_where_it_can_be_read() -> None:
    outside = Supply(classes=(SHELTER,), outside_hazard="flood")
    assert refuge_area_phrase(outside, "zh") == "洪水灾害区外的避难场所人均有效避难面积"
    assert refuge_area_phrase(Supply(classes=(SHELTER,)), "zh") == "人均有效避难面积"
