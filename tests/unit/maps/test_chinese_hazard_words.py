"""Chinese words of hazards: one word for one thing, none doubled."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SHOWN = [path for room in ("analyses", "maps", "linli") for ending in ("py", "toml") for path in (ROOT / room).rglob(f"*.{ending}")]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("灾害灾害", "灾害"), ("隔断", "受困"), ("以其为最近者", "就近前来"), ("更不脆弱", "脆弱程度低于"), ("如此{", "若该{")],
)
def test_one_word_stands_for_one_thing(wrong: str, right: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in SHOWN}
    assert [path.name for path, text in texts.items() if wrong in text] == []
    assert any(right in text for text in texts.values())
