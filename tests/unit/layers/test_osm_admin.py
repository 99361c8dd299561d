from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest
from shapely import box

from layers.admin import incomplete_units, units_from_osm
from layers.extract import OsmBoundaries
from layers.types import Caveat
from spatial.errors import LayerError
from tests.osm_by_hand import extract

PARISH = {"boundary": "administrative", "admin_level": "7"}
AREAS = {
    "relation/2": (PARISH | {"name": "East"}, box(10, 0, 20, 10)),
    "relation/1": (PARISH, box(0, 0, 10, 10)),
    "relation/3": (PARISH | {"admin_level": "8"}, box(0, 0, 5, 5)),
}


def boundaries(incomplete: Mapping[str, str] = MappingProxyType({})) -> OsmBoundaries:
    """SYNTHETIC squares."""
    return OsmBoundaries(extract(areas=AREAS).areas, incomplete, "", {})


@pytest.mark.parametrize("level", [7, "7", 7.0])
def test_units_by_the_tags_of_their_relation(level) -> None:
    units = units_from_osm(boundaries(), {"boundary": ("administrative",), "admin_level": (level,)})
    assert units.index.tolist() == ["relation/1", "relation/2"]
    assert units["name"].tolist() == ["relation/1", "East"]
    assert units["area_m2"].tolist() == [100.0, 100.0]


def test_no_unit_is_an_error_that_names_the_filter() -> None:
    with pytest.raises(
        LayerError, match=r"no complete boundary relation with boundary=administrative, admin_level=4\|6"
    ):
        units_from_osm(boundaries(), {"boundary": ("administrative",), "admin_level": (6, 4)})


def test_units_that_are_cut_are_named_in_error_and_caveat() -> None:
    found = boundaries(incomplete={f"relation/{i}": f"Parish {i}" for i in range(5)})
    with pytest.raises(LayerError, match=r"admin_level=4 \(5 with these tags .* e\.g\. Parish 0, Parish 1, Parish 2\)"):
        units_from_osm(found, {"admin_level": (4,)})
    assert incomplete_units(found, "parents.parish") == [
        Caveat("units_incomplete", "parents.parish", 5, "features", "Parish 0, Parish 1, Parish 2")
    ]
    assert incomplete_units(boundaries(), "communities") == []
