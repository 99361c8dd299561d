"""What cleaning and escaping leave of a text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

import maps.escape
from maps.escape import clean, html, templates, to_json


@pytest.mark.parametrize(("text", "cleaned"), [
    ("  a\n b\tc ", "a b c"),
    ("a\u202eb\u200fc\u2066d", "abcd"),  # bidirectional overrides can make a name read as another
    ("a\x00b\x1b[31mc", "a b [31mc"),
    ("\ufeffa\u200bb", "ab"),
    ("می\u200cخواهم", "می\u200cخواهم"),  # a joiner is part of the spelling
    ("三号社区", "三号社区"),
    ("\ud800x", "x"),
    (12, "12"),
])
def test_clean(text: object, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_clean_bounds_the_length() -> None:
    assert clean("N" * 5000, 80) == "N" * 79 + "…"
    assert clean("N" * 80, 80) == "N" * 80


@given(st.text(st.characters(max_codepoint=0x3100) | st.sampled_from("  \u200c\u200d\u00a0\u3000\u202e\ud800\U000e0001"), max_size=60))
def test_what_is_plainly_printable_is_cleaned_as_character_by_character(text: str) -> None:
    kept = "".join(map(maps.escape._visible, text[: 4 * 30]))
    joined = " ".join(kept.split())
    assert clean(text, 30) == (joined if len(joined) <= 30 else joined[:29].rstrip() + "…")


def test_no_printable_character_is_taken_away_or_changed() -> None:
    every = [chr(code) for code in range(0x110000)]
    assert all(maps.escape._visible(c) == c for c in every if c.isprintable())
    assert {c for c in every if c.isprintable() and c.isspace()} == {" "}


def test_html_is_escaped() -> None:
    assert html("<a href=\"x\" b='y'>&") == "&lt;a href=&#34;x&#34; b=&#39;y&#39;&gt;&amp;"


DATA = st.recursive(
    st.text() | st.integers() | st.floats() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))


@given(DATA)
def test_json_cannot_end_its_script(data: object) -> None:
    written = to_json(data)
    assert not set(written) & set("<>&'\u2028\u2029")
    json.loads(written)
    written.encode()


def test_json_keeps_markup_and_text_apart() -> None:
    assert json.loads(to_json({"a": Markup("<b>\n</b>"), "b": "<b>\n</b>", "c": [1, -2], "d": [float("nan")]})) == {
        "a": "<b>\n</b>", "b": "<b> </b>", "c": [1, -2], "d": [None]}


def test_a_template_escapes_and_cleans_what_it_prints() -> None:
    made = templates().from_string("<i>{{ name }}</i>{{ made }}").render(name="<b>\u202e\nx", made=Markup("<u>"))
    assert made == "<i>&lt;b&gt; x</i><u>"


def test_no_template_switches_escaping_off() -> None:
    folder = Path(maps.escape.__file__).parent / "templates"
    texts = {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()}
    assert {"panel.html", "card.html", "map.js"} <= set(texts)
    assert [name for name, text in texts.items() if "|safe" in text.replace(" ", "") or "autoescape" in text] == []
    # Only the card, made by a template, is ever read as HTML by the page's script.
    assert sum(text.count("innerHTML") for text in texts.values()) == 1
    assert "linli.fill = function (element, markup) { element.innerHTML = markup; };" in texts["map.js"]
    assert re.findall(r"linli\.fill\(([^)]*)\)", texts["map.js"]) == [
        "card, state.data.cards[i]", "place, state.data.rules[place.dataset.rule]"]
