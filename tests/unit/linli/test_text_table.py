"""Tables of plain text."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from linli.text_table import aligned, number, quantity, target


def test_columns_stay_aligned_with_wide_characters():
    text = aligned(("name", "count"), [("三号社区", "1"), ("c2", "1,000")], right=frozenset({1}))
    assert text.splitlines() == ["name      count", "三号社区      1", "c2        1,000"]


@given(st.lists(st.tuples(st.text(max_size=40), st.integers().map(str)), min_size=1, max_size=8))
def test_no_text_from_data_breaks_a_line_or_widens_a_column(rows):
    lines = aligned(("name", "count"), rows, right=frozenset({1}), widest=20).split("\n")
    assert all(line.isprintable() for line in lines)
    assert all(cell_len(line) <= cell_len(lines[0]) for line in lines)
    assert cell_len(lines[0]) <= 20 + 2 + 20


def test_long_cells_go_on_below_with_what_to_do():
    text = aligned(("count", "note"), [("1,000", "not known: name a layer"), ("2", "x")], right=frozenset({0}), widest=10)
    assert text.splitlines() == ["count  note", "1,000  not known:", "       name a", "       layer", "    2  x"]
    assert aligned(("a",), [("海岸灾害区外的避难场所",)], widest=10).splitlines()[1:] == ["海岸灾害区", "外的避难场", "所"]


def test_a_note_that_says_what_to_do_is_never_cut_and_a_text_without_end_is():
    note = "the layer says nothing of it " * 20 + "name a layer"
    assert " ".join("".join(aligned(("a",), [(note,)], widest=30)).split()) == f"a {note}"
    assert aligned(("a",), [("x" * 10_000,)], widest=100).endswith("…")
    assert len(aligned(("a",), [("x" * 10_000,)], widest=100).splitlines()) == 1 + 12


def test_a_table_wider_than_the_terminal_breaks_headers_first_then_its_widest_columns_and_loses_nothing():
    header = ("rule", "residents not served", "note")
    rows = [("green space within a walk of 500 m", "1,234,567", "the layer is derived"), ("trees", "2", "")]
    text = aligned(header, rows, right=frozenset({1}), within=44)
    assert max(map(cell_len, text.splitlines())) <= 44
    assert sorted(text.split()) == sorted(" ".join((*header, *rows[0], *rows[1])).split())
    assert "1,234,567" in text.split()
    assert aligned(header, rows, within=200) == aligned(header, rows)
    headers_broken = aligned(header, rows, right=frozenset({1}), within=34 + 10 + 20 + 2 * 2).splitlines()
    assert headers_broken[-2] == "green space within a walk of 500 m   1,234,567  the layer is derived"


def test_a_terminal_too_narrow_for_all_columns_leaves_each_one_that_can_be_read():
    text = aligned(("profile", "rule", "value"), [("x" * 30, "y" * 30, "1,234,567")], within=12)
    assert text.splitlines()[1] == f"{'x' * 10}  {'y' * 10}  1,234,567"
    assert text.count("x") == text.count("y") == 30


def test_unknown_and_unreachable_numbers_are_no_zero():
    assert [number(0), number(math.nan), number(None), number(math.inf)] == ["0", "?", "?", "out of reach"]


def test_quantities_carry_their_unit():
    assert quantity(65.84, "%") == "65.8 %"
    assert quantity(3.105, "m2/person") == "3.10 m²/person"
    assert number(378797.4) == "378,797"
    assert [target(80.0, "%"), target(7.5, "m2/person")] == ["80 %", "7.5 m²/person"]
