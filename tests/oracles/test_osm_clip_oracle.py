"""Reading around a study beside reading everything: after the trim, the same layers to the bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS

from layers.extract import OsmExtract
from layers.load import load
from layers.origins import Origin
from layers.sources import osm_reading
from layers.sources.osm import read_osm
from layers.surroundings import (
    READING_MARGIN_M,
    SEARCH_LIMIT_M,
    Surroundings,
    near,
    near_squares,
    near_ways,
    surroundings,
)
from layers.types import Study
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


def test_a_study_of_one_parish_is_loaded_the_same_however_its_extract_is_read(monkeypatch) -> None:
    study = Study.read(DATA / "andorra" / "study.toml")
    parish = replace(study.communities, osm_filter={"boundary": ("administrative",), "name": ("Sant Julià de Lòria",)})
    one = replace(study, communities=parish, parents=())
    whole = load(one)
    monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    clipped = load(one)
    (of_whole,), (of_clipped,) = (
        [p.counts for p in layers.provenance if p.role == "osm"] for layers in (whole, clipped)
    )
    assert of_clipped["lines"] < of_whole["lines"] * 0.8  # it does leave out a part
    for name in ("communities", "spaces", "gates", "obstacles", "buildings", "hazards"):
        assert_geodataframe_equal(getattr(clipped, name), getattr(whole, name))
    for name in ("streets", "water", "green", "places"):
        ours, theirs = (getattr(layers.basemap, name).reset_index(drop=True) for layers in (clipped, whole))
        assert_geodataframe_equal(ours, theirs)
    ours, theirs = clipped.network, whole.network
    for name in ("node_id", "node_xy", "node_beyond", "edge_id", "edge_length_m", "edge_forward", "edge_backward"):
        assert np.array_equal(getattr(ours, name), getattr(theirs, name)), name
    here = shapely.contains_xy(surroundings(whole.communities.union_all(), SEARCH_LIMIT_M), theirs.node_xy)
    assert np.array_equal(ours.node_flags[here], theirs.node_flags[here])
    assert clipped.caveats == whole.caveats
