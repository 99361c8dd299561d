"""Reading around a study beside reading everything: after the trim, the same layers to the bit."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from layers.extract import OsmExtract
from layers.sources import osm_reading
from layers.sources.osm import read_osm
from layers.surroundings import READING_MARGIN_M, Surroundings, near, near_squares, near_ways
from layers.types import Origin
from spatial.network import WalkAreas, WalkWays

DATA = Path(__file__).parents[2] / "data"
PLACES = {"las-palmas": 32628, "andorra": 32631}
BOXES = {
    "las-palmas": [(458_000, 3_107_000, 460_000, 3_110_000), (452_000, 3_104_000, 452_500, 3_104_500)],
    "andorra": [(377_000, 4_706_000, 380_000, 4_709_000), (384_000, 4_715_000, 384_400, 4_715_300)],
}
"""In the middle of the city, at the edge of the extract; a valley, and a slope with next to nothing."""


@pytest.fixture(scope="module")
def whole() -> dict[str, OsmExtract]:
    return {place: read_osm(origin(place), CRS.from_epsg(epsg)) for place, epsg in PLACES.items()}


def origin(place: str) -> Origin:
    return Origin(DATA / place / "osm" / f"{place}.osm.pbf")


@pytest.mark.parametrize(("place", "number"), [(place, number) for place in PLACES for number in (0, 1)])
def test_what_lies_around_a_study_is_the_same_however_it_is_read(place, number, whole, monkeypatch) -> None:
    box = shapely.box(*BOXES[place][number])
    keep = Surroundings(*box.buffer(READING_MARGIN_M, join_style="mitre").bounds)
    monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    clipped = read_osm(origin(place), CRS.from_epsg(PLACES[place]), keep=keep)
    assert len(clipped.lines) < len(whole[place].lines) / 2  # it does leave out most
    assert clipped.date == whole[place].date
    assert_same_ways(near_ways(clipped.ways, box), near_ways(whole[place].ways, box), box)
    assert_same_squares(near_squares(clipped.squares, box), near_squares(whole[place].squares, box))
    for name in ("areas", "lines", "points"):
        assert_same(*(without_units(near(getattr(e, name), box)) for e in (clipped, whole[place])))


def without_units(elements: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Administrative units around everything are read by themselves (`layers.sources.osm_boundaries`)."""
    return elements[np.array([tags.get("boundary") != "administrative" for tags in elements["tags"]], dtype=bool)]


def assert_same(a: gpd.GeoDataFrame, b: gpd.GeoDataFrame) -> None:
    assert a.index.tolist() == b.index.tolist()
    assert a["tags"].tolist() == b["tags"].tolist()
    assert shapely.equals_exact(a.geometry.to_numpy(), b.geometry.to_numpy(), 0).all()


def assert_same_ways(a: WalkWays, b: WalkWays, box: shapely.Polygon) -> None:
    for name in ("way_id", "offset", "node_id", "xy", "cut", "highway", "forward", "backward"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name in ("flags", "incline_share", "width_m"):
        assert np.array_equal(getattr(a.traits, name), getattr(b.traits, name), equal_nan=name != "flags"), name
    # Roads lend flags to the nodes of those that they cross, also far outside, where the others were not read.
    here = shapely.contains_xy(box, a.xy)
    assert np.array_equal(a.vertex_flags[here], b.vertex_flags[here])


def assert_same_squares(a: WalkAreas, b: WalkAreas) -> None:
    for name in ("area_id", "offset", "node_id", "xy", "ring_start"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    assert shapely.equals_exact(a.polygon, b.polygon, 0).all()
