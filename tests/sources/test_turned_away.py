"""What rules turned away of a real extract, kept for inventories: as many elements as were counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from layers.public_space import public_spaces, turned_away
from layers.sources.osm import read_osm
from layers.study import read_study

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def extract():
    study = read_study(DATA / "andorra" / "study.toml")
    return read_osm(study.osm.origin, study.crs)


def test_every_element_counted_as_turned_away_is_there_with_its_reason(extract):
    found = turned_away(extract)
    spaces, counts = public_spaces(extract)
    sizes = ("too_small", "too_narrow", "nothing_left")  # no question of who may enter
    counted = {key.removeprefix("excluded."): n for key, n in counts.items() if key.startswith("excluded.") and not key.endswith(sizes)}
    assert dict(Counter(found["reason"])) == counted
    assert sum(counted.values()) > 100
    assert found.index.is_unique
    assert found.index.intersection(spaces.index).empty
    assert set(found.columns) == {"space_class", "name", "reason", "geometry"}
    assert any(reason.endswith(".on_school") for reason in found["reason"])
