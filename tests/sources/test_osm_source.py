"""Reading OSM files: a synthetic file small enough to check by hand, the two demo extracts, and broken ones."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import CRS, Geod, Transformer

from layers.admin import units_from_osm
from layers.buildings import buildings
from layers.exclusions import exclusions
from layers.extract import OsmExtract
from layers.origins import Origin
from layers.public_space import public_spaces
from layers.sources import osm_reading
from layers.sources.osm import read_osm
from layers.sources.osm_boundaries import read_boundaries
from layers.sources.protobuf import number_at, repeated
from layers.surroundings import Surroundings
from spatial.errors import LayerError, LinliError, SourceError
from tests import pbf_by_hand

DATA = Path(__file__).parents[2] / "data"
LAS_PALMAS = DATA / "las-palmas" / "osm" / "las-palmas.osm.pbf"
ANDORRA = DATA / "andorra" / "osm" / "andorra.osm.pbf"
UTM_28 = CRS.from_epsg(32628)
UTM_31 = CRS.from_epsg(32631)

# Node 9 is not in the file: it was clipped. One step of 0.001 degrees is about 100 m.
SYNTHETIC = """<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
  <node id="1" lat="28.100" lon="-15.400" version="1" timestamp="2025-01-01T00:00:00Z"/>
  <node id="2" lat="28.100" lon="-15.399" version="1" timestamp="2025-01-01T00:00:00Z"/>
  <node id="3" lat="28.101" lon="-15.399" version="1"/>
  <node id="4" lat="28.101" lon="-15.400" version="1"/>
  <node id="5" lat="28.1002" lon="-15.3998" version="1"/>
  <node id="6" lat="28.1002" lon="-15.3994" version="1"/>
  <node id="7" lat="28.1006" lon="-15.3994" version="1"/>
  <node id="8" lat="28.1006" lon="-15.3998" version="1"/>
  <node id="11" lat="28.102" lon="-15.400" version="1"/>
  <node id="12" lat="28.102" lon="-15.399" version="1"/>
  <node id="20" lat="28.1003" lon="-15.3996" version="1"><tag k="barrier" v="gate"/><tag k="colour" v="red"/></node>
  <node id="21" lat="28.1003" lon="-15.3995" version="1"><tag k="natural" v="tree"/></node>
  <way id="100" version="1" timestamp="2024-02-03T04:05:06Z">
    <nd ref="1"/><nd ref="2"/><nd ref="9"/><nd ref="11"/><nd ref="12"/>
    <tag k="highway" v="footway"/><tag k="oneway:foot" v="yes"/></way>
  <way id="101" version="1"><nd ref="1"/><nd ref="9"/><tag k="highway" v="path"/></way>
  <way id="102" version="1"><nd ref="1"/><nd ref="4"/><tag k="highway" v="motorway"/></way>
  <way id="103" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="4"/><nd ref="1"/></way>
  <way id="104" version="1"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/></way>
  <way id="105" version="1"><nd ref="5"/><nd ref="6"/><nd ref="7"/><nd ref="8"/><nd ref="5"/>
    <tag k="highway" v="pedestrian"/></way>
  <way id="106" version="1"><nd ref="1"/><nd ref="2"/><nd ref="9"/><nd ref="1"/><tag k="leisure" v="park"/></way>
  <way id="107" version="1"><nd ref="11"/><nd ref="12"/><nd ref="3"/><nd ref="11"/><tag k="barrier" v="fence"/></way>
  <relation id="200" version="1"><member type="way" ref="103" role="outer"/><member type="way" ref="104" role="inner"/>
    <tag k="type" v="multipolygon"/><tag k="highway" v="pedestrian"/></relation>
  <relation id="201" version="1"><member type="way" ref="103" role="outer"/><member type="way" ref="999" role="outer"/>
    <tag k="type" v="multipolygon"/><tag k="leisure" v="park"/></relation>
</osm>
"""


def test_synthetic_file_element_by_element(tmp_path) -> None:
    path = tmp_path / "synthetic.osm"
    path.write_text(SYNTHETIC, encoding="utf-8")
    extract = read_osm(Origin(path), UTM_28)

    ways = extract.ways
    assert ways.way_id.tolist() == [100, 100, 105]
    assert ways.offset.tolist() == [0, 2, 4, 9]
    assert ways.node_id.tolist() == [1, 2, 11, 12, 5, 6, 7, 8, 5]
    assert ways.cut.tolist() == [False, True, True, False] + [False] * 5
    assert ways.highway.tolist() == ["footway", "footway", "pedestrian"]
    assert ways.forward.tolist() == [True, True, True]
    assert ways.backward.tolist() == [False, False, True]
    there = Transformer.from_crs("EPSG:4326", UTM_28, always_xy=True)
    assert ways.xy[3] == pytest.approx(there.transform(-15.399, 28.102), abs=1e-6)

    squares = extract.squares
    assert squares.area_id.tolist() == ["relation/200"]  # way/105 is a ring to walk along, not an area
    assert set(squares.node_id[:5].tolist()) == {1, 2, 3, 4}
    assert set(squares.node_id[5:].tolist()) == {5, 6, 7, 8}
    assert np.flatnonzero(squares.ring_start).tolist() == [0, 5]
    assert squares.offset.tolist() == [0, 10]
    assert shapely.get_coordinates(squares.polygon[0]) == pytest.approx(squares.xy)

    assert extract.areas.index.tolist() == ["relation/200"]
    geod = abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.box(-15.4, 28.1, -15.399, 28.101))[0])
    assert extract.areas.area.iloc[0] == pytest.approx(geod * (1 - 0.4 * 0.4), rel=2e-3)
    assert extract.lines.index.tolist() == ["way/100", "way/102", "way/105", "way/107"]
    assert extract.lines.geom_type.tolist() == ["MultiLineString", "LineString", "LineString", "LineString"]
    assert extract.points["tags"].to_dict() == {"node/20": {"barrier": "gate"}}
    assert extract.date == "2024-02-03T04:05:06Z"  # the newest of what is kept: the header has none

    assert {key: extract.counts[key] for key in ("ways_walkable", "ways_cut", "nodes_missing")} == {
        "ways_walkable": 2,
        "ways_cut": 2,
        "nodes_missing": 2,
    }
    assert extract.counts["not_walkable.motorway"] == 1
    assert extract.counts["relations_incomplete"] == 1
    assert extract.counts["areas_lost"] == 1  # way/106: a park that runs through the missing node


def test_long_values_are_cut(tmp_path) -> None:
    path = tmp_path / "synthetic.osm"
    path.write_text(
        SYNTHETIC.replace('v="motorway"', f'v="motorway"/><tag k="name" v="{"x" * 1000}"'), encoding="utf-8"
    )
    tags = read_osm(Origin(path), UTM_28).lines.loc["way/102", "tags"]
    assert tags["name"] == "x" * 255


# ------------------------------------------------------------------------------------------------ the demo cities


@pytest.fixture(scope="module")
def las_palmas() -> OsmExtract:
    return read_osm(Origin(LAS_PALMAS), UTM_28)


@pytest.fixture(scope="module")
def andorra() -> OsmExtract:
    return read_osm(Origin(ANDORRA), UTM_31)


def test_las_palmas_is_clipped_and_nothing_vanishes_unsaid(las_palmas) -> None:
    assert las_palmas.date == "2023-02-21T03:31:14Z"
    counts = las_palmas.counts
    assert counts["ways_cut"] == 210
    assert counts["nodes_missing"] == 3367
    assert counts["relations_incomplete"] == 10  # nine wider boundaries and a car park
    assert counts["areas_lost"] == 43  # closed ways that run out of the clip
    assert counts["ways_walkable"] + sum(n for key, n in counts.items() if key.startswith("not_walkable.")) == 13499


def test_arrays_of_ways_fit_together(las_palmas) -> None:
    ways = las_palmas.ways
    assert len(ways.offset) == len(ways.way_id) + 1
    assert ways.offset[-1] == len(ways.node_id) == len(ways.xy) == len(ways.cut)
    assert (np.diff(ways.offset) >= 2).all()
    inner = np.ones(len(ways.cut), dtype=bool)
    inner[ways.offset[:-1]] = inner[ways.offset[1:] - 1] = False
    assert not ways.cut[inner].any()
    one_place = {}
    for node, place in zip(ways.node_id.tolist(), map(tuple, ways.xy.tolist()), strict=True):
        assert one_place.setdefault(node, place) == place


def test_ring_nodes_lie_on_their_polygons(las_palmas) -> None:
    squares = las_palmas.squares
    assert len(squares.polygon) > 500
    assert squares.offset[-1] == len(squares.node_id) == len(squares.xy)
    for i, polygon in enumerate(squares.polygon):
        vertices = squares.xy[squares.offset[i] : squares.offset[i + 1]]
        assert shapely.get_coordinates(polygon) == pytest.approx(vertices)
    assert shapely.is_valid(squares.polygon).all()


def test_areas_are_valid_and_ids_unique(las_palmas, andorra) -> None:
    for extract in (las_palmas, andorra):
        for frame in (extract.areas, extract.lines, extract.points):
            assert frame.index.is_unique
            assert frame.index.name == "osm_id"
        assert extract.areas.is_valid.all()
        assert set(extract.areas.geom_type) <= {"Polygon", "MultiPolygon"}


def test_relations_whose_holes_touch_are_assembled_by_roles(andorra) -> None:
    assert andorra.counts["areas_assembled_by_roles"] == 3
    assert andorra.counts["areas_lost"] == 0
    heath = andorra.areas.geometry["relation/18492263"]
    assert heath.is_valid
    assert sum(len(part.interiors) for part in shapely.get_parts(heath)) >= 1
    assert 0.5 * shapely.Polygon(shapely.get_parts(heath)[0].exterior).area < heath.area


def test_seven_parishes_cover_andorra() -> None:
    wanted = {"boundary": ("administrative",), "admin_level": (7,)}
    parishes = units_from_osm(read_boundaries(Origin(ANDORRA), wanted, UTM_31), wanted)
    assert sorted(parishes["name"]) == [
        "Andorra la Vella", "Canillo", "Encamp", "Escaldes-Engordany", "La Massana", "Ordino", "Sant Julià de Lòria",
    ]  # fmt: skip
    assert parishes["area_m2"].sum() / 1e6 == pytest.approx(468, abs=1)  # km2, as published


def test_known_spaces_of_las_palmas(las_palmas) -> None:
    spaces, counts = public_spaces(las_palmas)
    assert spaces.loc["way/247109428", "space_class"] == "nature_reserve"  # Bandama
    assert spaces.loc["way/247109428", "area_m2"] == pytest.approx(1.256e6, rel=1e-3)
    assert spaces.loc["way/180693791", "name"] == "Casa de la Condesa"
    assert "way/138316442" not in " ".join(spaces["member_ids"]).split()  # golf
    assert counts["excluded.garden_without_sign.not_stated"] > 3000
    assert counts["excluded.protected_area.not_stated"] == 5  # a protected old town is no reserve
    assert (spaces["space_class"] == "park").sum() == 244
    assert spaces.loc[spaces["space_class"] == "beach", "area_m2"].min() >= 1000


def test_what_is_turned_away_in_both_cities(las_palmas, andorra) -> None:
    spaces, counts = public_spaces(las_palmas)
    assert spaces.loc["way/974150993", "name"] == "Plaza de España"  # mapped as a garden without any access
    assert counts["excluded.pedestrian_area.on_school"] == 11  # yards
    assert counts["excluded.park.too_small"] == 9
    assert counts["excluded.pedestrian_area.too_narrow"] == 32
    assert spaces.loc[spaces["space_class"] == "park", "area_m2"].min() > 50
    assert counts["holes.home"] == 5  # two blocks of flats in Plaza Alvarado y Saz, houses and garages in two parks
    spaces, counts = public_spaces(andorra)
    assert spaces.loc["way/361846817", "name"] == "Plaça del Poble"  # a park on a roof
    assert counts["excluded.pedestrian_area.on_school"] == 9
    assert counts["excluded.grass.never"] == 132
    assert (spaces["space_class"] == "park").sum() == 32


def test_every_exclusion_in_both_cities_has_a_reason_in_both_languages(las_palmas, andorra) -> None:
    for extract in (las_palmas, andorra):
        _, counts = public_spaces(extract)
        table = exclusions(counts)
        assert (table["because"] != "").all()
        assert (table["because_zh"] != "").all()
        away = sum(n for key, n in counts.items() if key.startswith(("excluded.", "holes.")))
        assert table["count"].sum() == away


def test_no_two_spaces_of_a_class_touch(las_palmas, andorra) -> None:
    for extract in (las_palmas, andorra):
        spaces, _ = public_spaces(extract)
        for _, members in spaces[spaces.geom_type != "Point"].groupby("space_class"):
            shapes = members.geometry.to_numpy()
            left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
            apart = left < right
            overlap = shapely.area(shapely.intersection(shapes[left[apart]], shapes[right[apart]]))
            assert overlap.max(initial=0.0) < 0.01


def test_buildings_of_las_palmas(las_palmas) -> None:
    frame, counts = buildings(las_palmas)
    assert counts["levels_not_usable"] == 2  # "sótano" and "0"
    assert counts["storeys_from_levels"] == 828
    homes = frame[frame["residential"]]
    assert 0.55 < (homes["use_source"] == "assumed").mean() < 0.70
    assert homes.loc[homes["use_source"] == "assumed", "footprint_m2"].between(30, 1000).all()
    assert (frame["floor_area_m2"] == frame["footprint_m2"] * frame["storeys"]).all()


# ---------------------------------------------------------------------------------------------------- broken files


def test_missing_file(tmp_path) -> None:
    with pytest.raises(SourceError, match=r"OSM extract '.*nowhere.osm.pbf' does not exist"):
        read_osm(Origin(tmp_path / "nowhere.osm.pbf"), UTM_28)


def test_a_file_that_may_not_be_read(monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(SourceError, match=r"andorra\.osm\.pbf: cannot be read \(Permission denied\)"):
        read_osm(Origin(ANDORRA), UTM_31)


@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_truncated_file(tmp_path, share) -> None:
    path = tmp_path / "truncated.osm.pbf"
    content = ANDORRA.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(SourceError, match=r"truncated\.osm\.pbf' cannot be read") as caught:
        read_osm(Origin(path), UTM_31)
    assert "\n" not in str(caught.value)


def test_broken_in_the_middle(tmp_path) -> None:
    path = tmp_path / "broken.osm.pbf"
    content = bytearray(ANDORRA.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 2000] = bytes(2000)
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError, match=r"broken\.osm\.pbf' cannot be read"):
        read_osm(Origin(path), UTM_31)


@pytest.mark.parametrize("name", ["text.osm.pbf", "page.osm", "layer.gpkg"])
def test_not_osm(tmp_path, name) -> None:
    path = tmp_path / name
    path.write_text("<html><body>404 not found</body></html>", encoding="utf-8")
    with pytest.raises(SourceError, match=f"{name}' cannot be read"):
        read_osm(Origin(path), UTM_28)


def test_a_folder_is_no_file(tmp_path) -> None:
    with pytest.raises(SourceError, match="does not exist"):
        read_osm(Origin(tmp_path), UTM_28)


def test_no_way_to_walk(tmp_path) -> None:
    path = tmp_path / "synthetic-motorways-only.osm"
    path.write_text(
        SYNTHETIC.replace('"footway"', '"motorway"').replace('"pedestrian"', '"motorway"'), encoding="utf-8"
    )
    with pytest.raises(LayerError, match="has no way that can be walked"):
        read_osm(Origin(path), UTM_28)


def test_another_part_of_the_world_than_the_crs(tmp_path) -> None:
    path = tmp_path / "synthetic-far-away.osm"
    moved = re.sub(r'lon="-15\.\d+"', 'lon="75"', re.sub(r'lat="28\.\d+"', 'lat="0"', SYNTHETIC))
    path.write_text(moved, encoding="utf-8")  # a quarter of the globe from the zone: no such coordinates
    with pytest.raises(LayerError, match="vertices have no coordinates in EPSG:32628"):
        read_osm(Origin(path), UTM_28)


# --------------------------------------------------------------------------------------------------- hostile files


def test_a_file_written_by_hand_is_read(tmp_path) -> None:
    path = tmp_path / "hand.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.block()))
    found = read_osm(Origin(path), UTM_31)
    assert found.ways.way_id.tolist() == [1]
    assert found.areas.index.tolist() == ["relation/1"]


@pytest.mark.parametrize("at", range(1, len(pbf_by_hand.STRINGS)))
def test_a_text_that_is_none_is_one_clear_error(tmp_path, at) -> None:
    strings = [*pbf_by_hand.STRINGS]
    strings[at] = b"\xff\xfe" + strings[at]
    path = tmp_path / "text.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.block(strings)))
    with pytest.raises(LinliError) as error:
        read_osm(Origin(path), UTM_31)
    assert "\n" not in str(error.value)


def test_a_role_that_does_not_exist_is_one_clear_error(tmp_path) -> None:
    path = tmp_path / "role.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.block(role=99)))
    with pytest.raises(SourceError, match=r"role\.osm\.pbf' cannot be read"):
        read_osm(Origin(path), UTM_31)


def test_a_number_without_end_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="70"):
        number_at(b"\xff" * 10_000_000, 0)


@pytest.mark.parametrize("clip", [False, True])
def test_references_to_minus_one_where_there_is_nothing(tmp_path, monkeypatch, clip) -> None:
    """No number stands for "not there"."""
    if clip:
        monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    path = tmp_path / "minus.osm.pbf"
    table = b"".join(pbf_by_hand.field(1, text) for text in pbf_by_hand.STRINGS)
    street = pbf_by_hand.field(1, 1) + pbf_by_hand.field(2, b"\x01") + pbf_by_hand.field(3, b"\x02")
    way = pbf_by_hand.field(3, street + pbf_by_hand.field(8, pbf_by_hand.steps([-1, -1])))
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.field(1, table) + pbf_by_hand.field(2, way)))
    with pytest.raises(LayerError, match="has no way that can be walked"):
        read_osm(Origin(path), UTM_31, keep=Surroundings(400_000, 4_700_000, 410_000, 4_710_000))


def test_a_block_of_nothing_but_empty_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="2000001"):
        repeated(b"\x0a\x00" * 3_000_000, 0, 6_000_000, 1)
