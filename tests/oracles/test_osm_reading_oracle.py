"""The quick reader beside osmium: the same elements, and the same areas as its assembler makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS

from layers.origins import Origin
from layers.sources import osm_polygons, osm_reading
from layers.sources.osm import read_osm
from layers.sources.osm_any import AnyBlocks
from layers.sources.osm_blocks import read_whole
from layers.sources.osm_file import Kind, NotPlain, OsmFile
from layers.sources.pbf import PbfBlocks

DATA = Path(__file__).parents[2] / "data"
PLACES = [("las-palmas", 32628), ("andorra", 32631)]


def extract_of(place: str) -> Path:
    return DATA / place / "osm" / f"{place}.osm.pbf"


@pytest.mark.parametrize(("place", "_crs"), PLACES)
def test_every_element_is_as_osmium_reads_it(place, _crs) -> None:
    quick, slow = read_whole(PbfBlocks.of(extract_of(place)), ()), read_whole(AnyBlocks.of(extract_of(place)), ())
    assert quick.date == slow.date
    assert np.array_equal(quick.x, slow.x)
    assert np.array_equal(quick.y, slow.y)
    for name in ("nodes", "ways", "relations"):
        assert_same(quick, getattr(quick, name), slow, getattr(slow, name))


def assert_same(quick: OsmFile, a: Kind, slow: OsmFile, b: Kind) -> None:
    for name in ("id", "tag_offset", "ref_offset", "ref"):
        assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name in ("key", "value"):
        assert quick.strings.texts(getattr(a, name)) == slow.strings.texts(getattr(b, name)), name
    if len(a.role):
        assert np.array_equal(a.member_kind, b.member_kind)
        assert quick.strings.texts(a.role) == slow.strings.texts(b.role)


@pytest.mark.parametrize(("place", "epsg"), PLACES)
def test_every_area_is_as_osmiums_assembler_makes_it(place, epsg, monkeypatch) -> None:
    origin, crs = Origin(extract_of(place)), CRS.from_epsg(epsg)
    quick = read_osm(origin, crs)
    drawn = osm_polygons.drawn
    monkeypatch.setattr(
        osm_polygons, "drawn", lambda areas, xy: (drawn(areas, xy)[0], np.zeros(len(areas), dtype=bool))
    )
    slow = read_osm(origin, crs)
    assert sorted(quick.areas.index) == sorted(slow.areas.index)
    assert quick.counts == slow.counts
    theirs = slow.areas.loc[quick.areas.index]
    assert quick.areas["tags"].tolist() == theirs["tags"].tolist()
    ours, theirs = (shapely.normalize(frame.geometry.to_numpy()) for frame in (quick.areas, theirs))
    apart = ~shapely.equals_exact(ours, theirs, 1e-6)  # holes that touch may be told in another order
    assert apart.sum() < 10
    assert np.max(shapely.area(shapely.symmetric_difference(ours[apart], theirs[apart])), initial=0.0) < 1e-3
    assert sorted(quick.squares.area_id) == sorted(slow.squares.area_id)


def test_a_file_that_is_not_plain_is_read_all_the_same(tmp_path, monkeypatch) -> None:
    asked = []

    def refuse(path: Path) -> PbfBlocks:
        asked.append(path)
        raise NotPlain

    origin, crs = Origin(extract_of("andorra")), CRS.from_epsg(32631)
    quick = read_osm(origin, crs)
    monkeypatch.setattr(osm_reading.PbfBlocks, "of", refuse)
    slow = read_osm(origin, crs)
    assert asked
    assert slow.counts == quick.counts
    assert slow.ways.node_id.tolist() == quick.ways.node_id.tolist()
    assert shapely.equals_exact(slow.areas.geometry.to_numpy(), quick.areas.geometry.to_numpy(), 0).all()
