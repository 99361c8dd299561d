from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.sources.osm_file import looked_up
from layers.sources.osm_numbers import Numbers

IDS = st.lists(
    st.integers(-3, 40) | st.integers(-(2**62), 2**62) | st.integers(0, 2).map(lambda n: n << 23), max_size=30
)


@given(IDS, IDS)
def test_a_set_of_numbers_has_what_was_put_in_and_nothing_else(put, asked):
    found = Numbers.of([np.array(put[:5], dtype=np.int64), np.array(put[5:], dtype=np.int64)])
    assert found.has(np.array(asked, dtype=np.int64)).tolist() == [number in put for number in asked]
    assert found.sorted.tolist() == sorted(set(put))


@given(IDS, IDS)
def test_numbers_are_looked_up_where_they_stand(put, asked):
    known = sorted(set(put))
    at, there = looked_up(np.array(known, dtype=np.int64), np.array(asked, dtype=np.int64))
    assert there.tolist() == [number in put for number in asked]
    assert at.tolist() == [known.index(number) if number in put else 0 for number in asked]
