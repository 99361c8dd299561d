from __future__ import annotations

import pytest
from shapely import box

from layers.admin import units_from_osm
from layers.osm_elements import element_rules
from spatial.errors import LayerError
from tests.osm_by_hand import extract

PARISH = {"boundary": "administrative", "admin_level": "7"}
AREAS = {
    "relation/2": (PARISH | {"name": "East"}, box(10, 0, 20, 10)),
    "relation/1": (PARISH, box(0, 0, 10, 10)),
    "relation/3": (PARISH | {"admin_level": "8"}, box(0, 0, 5, 5)),
    "way/4": (PARISH, box(0, 0, 1, 1)),
}


@pytest.mark.parametrize("level", [7, "7", 7.0])
def test_units_by_the_tags_of_their_relation(level) -> None:
    units = units_from_osm(extract(areas=AREAS), {"boundary": ("administrative",), "admin_level": (level,)})
    assert units.index.tolist() == ["relation/1", "relation/2"]
    assert units["name"].tolist() == ["relation/1", "East"]
    assert units["area_m2"].tolist() == [100.0, 100.0]


def test_no_unit_is_an_error_that_names_the_filter() -> None:
    with pytest.raises(
        LayerError, match=r"no complete boundary relation with boundary=administrative, admin_level=4\|6"
    ):
        units_from_osm(extract(areas=AREAS), {"boundary": ("administrative",), "admin_level": (6, 4)})


def test_a_tag_that_is_not_kept_is_an_error_that_names_it() -> None:
    with pytest.raises(LayerError, match="the tags population are not kept"):
        units_from_osm(extract(areas=AREAS), {"boundary": ("administrative",), "population": (7,)})


def test_the_tags_that_the_message_offers_are_kept() -> None:
    kept = element_rules().keep
    assert {"boundary", "admin_level", "border_type", "place", "name", "ref", "ISO3166-2", "wikidata"} <= kept
