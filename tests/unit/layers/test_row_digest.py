"""The hash of rows: the same in any order, another for any other content."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.sources.row_digest import RowDigest

VALUE = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.binary(max_size=8)
)
ROWS = st.lists(st.tuples(VALUE, VALUE), max_size=6)


def sha256(rows, heading=("a", "b")) -> str:
    digest = RowDigest(heading)
    for row in rows:
        digest.add(row)
    return digest.sha256()


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert sha256(shuffled) == sha256(rows)


@given(ROWS, ROWS)
def test_other_rows_have_another_hash(one, other):
    def form(rows):
        return sorted(repr(tuple((type(v).__name__, v) for v in row)) for row in rows)

    assert (sha256(one) == sha256(other)) == (form(one) == form(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("ab", "c"), ("a", "bc")),
        ((None, ""), ("", None)),
        ((1, "1"), ("1", 1)),
        ((b"1", 1), ("1", 1)),
        ((True, 1), (1, True)),
        ((True, 1), (b"True", 1)),
        (("a", "b"), ("a", "b", "b")),
    ],
)
def test_values_do_not_run_into_each_other(one, other):
    assert sha256([one]) != sha256([other])


def test_a_row_that_stands_twice_counts_twice_and_the_heading_counts():
    assert sha256([("a", 1), ("a", 1)]) != sha256([("a", 1)])
    assert sha256([], ("a", "b")) != sha256([], ("a", "c"))


def test_a_number_is_the_same_however_it_is_written():
    assert sha256([(Decimal("7.00"), 1)]) == sha256([(Decimal(7), 1)])
    assert sha256([(Decimal("7.01"), 1)]) != sha256([(Decimal(7), 1)])
