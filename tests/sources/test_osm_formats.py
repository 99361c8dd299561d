"""One extract in every form that OSM files come in, with headers that lie, and forms that are refused."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import osmium
import pytest
import shapely
from osmium.osm import mutable
from pyproj import CRS, Transformer

from layers.extract import OsmExtract, reading_caveats
from layers.origins import Origin
from layers.sources import osm_checks, osm_clip, osm_reading
from layers.sources.location import location
from layers.sources.osm import read_osm
from layers.sources.osm_any import AnyBlocks
from layers.sources.pbf import PbfBlocks
from layers.surroundings import Surroundings
from spatial.errors import LayerError, SourceError
from tests import pbf_by_hand

DATA = Path(__file__).parents[2] / "data"
LAS_PALMAS = DATA / "las-palmas" / "osm" / "las-palmas.osm.pbf"
UTM = CRS.from_epsg(32628)
QUARTER = Surroundings(457_700, 3_110_200, 458_200, 3_110_700)
"""A piece of the city, and what crosses its border."""
NEWEST = "2023-02-04T17:43:32Z"
"""Of its elements: a header without a date, as formats of text have none."""


@pytest.fixture(scope="module")
def quarter(tmp_path_factory) -> Path:
    """A quarter of the real extract: its nodes, the ways among them, and the relations of these."""
    path = tmp_path_factory.mktemp("quarter") / "quarter.osm.pbf"
    box = QUARTER.degrees(UTM)
    nodes, ways = set(), set()
    with osmium.SimpleWriter(path) as writer:
        for element in osmium.FileProcessor(LAS_PALMAS):
            if isinstance(element, osmium.osm.Node):
                inside = box.west < element.location.lon < box.east and box.south < element.location.lat < box.north
                if inside:
                    nodes.add(element.id)
                    writer.add_node(element)
            elif isinstance(element, osmium.osm.Way) and any(node.ref in nodes for node in element.nodes):
                ways.add(element.id)
                writer.add_way(element)
            elif isinstance(element, osmium.osm.Relation) and any(
                m.type == "w" and m.ref in ways for m in element.members
            ):
                writer.add_relation(element)
    return path


@pytest.fixture(scope="module")
def expected(quarter) -> OsmExtract:
    return read_osm(Origin(quarter), UTM)


def rewritten(
    source: Path, target: Path | osmium.io.File, header: osmium.io.Header | None = None
) -> Path | osmium.io.File:
    with osmium.SimpleWriter(target, header=header or osmium.io.Header()) as writer:
        for element in osmium.FileProcessor(source):
            writer.add(element)
    return target


def assert_same(found: OsmExtract, expected: OsmExtract) -> None:
    assert found.counts == expected.counts
    assert found.date == expected.date
    assert np.array_equal(found.ways.node_id, expected.ways.node_id)
    assert np.array_equal(found.ways.xy, expected.ways.xy)
    assert np.array_equal(found.ways.vertex_flags, expected.ways.vertex_flags)
    assert found.squares.area_id.tolist() == expected.squares.area_id.tolist()
    for name in ("areas", "lines", "points"):
        ours, theirs = getattr(found, name), getattr(expected, name)
        assert ours.index.tolist() == theirs.index.tolist()
        assert ours["tags"].tolist() == theirs["tags"].tolist()
        assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0).all()


@pytest.fixture(params=["whole", "clipped"])
def either_way(request, monkeypatch) -> str:
    """Reads small files as small and as large ones."""
    if request.param == "clipped":
        monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    return request.param


# ------------------------------------------------------------------------------------------------------ all formats


@pytest.mark.parametrize("options", ["pbf_dense_nodes=false", "pbf_compression=none", "locations_on_ways=true"])
def test_rare_forms_of_pbf_give_the_same_layers(quarter, expected, tmp_path, either_way, options) -> None:
    path = tmp_path / "quarter.osm.pbf"
    rewritten(quarter, osmium.io.File(str(path), f"pbf,{options}"))
    found = read_osm(Origin(path), UTM, keep=QUARTER)
    if either_way == "whole":
        assert_same(found, expected)
    assert found.ways.node_id.tolist() == expected.ways.node_id.tolist()
    assert found.areas.index.tolist() == expected.areas.index.tolist()


@pytest.mark.parametrize("ending", ["osm", "osm.bz2", "osm.gz", "opl", "osm.pbf"])
def test_every_format_gives_the_same_layers(quarter, expected, tmp_path, ending) -> None:
    assert len(expected.areas) > 100
    assert any(osm_id.startswith("relation") for osm_id in expected.areas.index)
    assert_same(read_osm(Origin(rewritten(quarter, tmp_path / f"quarter.{ending}")), UTM), expected)


def test_o5m_is_read(tmp_path, either_way) -> None:
    """SYNTHETIC, byte by byte: three nodes 0.01 degrees apart, and a path along them."""
    east, north = _folded(100_000), _folded(281_000_000)
    places = [_folded(-154_000_000) + north, east + _folded(0), east + _folded(0)]
    nodes = [b"\x10" + _sized(_folded(1) + b"\x00" + place) for place in places]
    refs = _folded(1) * 3
    way = b"\x11" + _sized(_folded(7) + b"\x00" + _sized(refs) + b"\x00highway\x00path\x00")
    path = tmp_path / "synthetic.o5m"
    path.write_bytes(b"\xff\xe0\x04o5m2" + b"".join(nodes) + b"\xff" + way + b"\xfe")
    found = read_osm(Origin(path), UTM, keep=Surroundings(450_000, 3_100_000, 470_000, 3_120_000))
    assert found.ways.way_id.tolist() == [7]
    assert found.ways.node_id.tolist() == [1, 2, 3]


def _folded(value: int) -> bytes:
    """A signed number, as o5m writes it."""
    return pbf_by_hand.number(value * 2 if value >= 0 else -value * 2 - 1)


def _sized(content: bytes) -> bytes:
    return pbf_by_hand.number(len(content)) + content


# ---------------------------------------------------------------------------------------------- headers and order


@pytest.mark.parametrize("box", [(100.0, 10.0, 101.0, 11.0), (-180.0, -90.0, 180.0, 90.0), (5.0, 5.0, 5.0, 5.0)])
def test_the_box_in_a_header_has_no_effect(quarter, expected, tmp_path, either_way, box) -> None:
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(*box))
    path = rewritten(quarter, tmp_path / "lying.osm.pbf", header)
    assert osmium.io.Reader(str(path)).header().box().bottom_left.lon == pytest.approx(box[0])
    found = read_osm(Origin(path), UTM, keep=QUARTER)
    assert found.counts["ways_walkable"] == expected.counts["ways_walkable"]
    assert found.areas.index.tolist() == expected.areas.index.tolist()
    assert found.date == NEWEST
    assert location(Origin(path)) == pytest.approx((-15.425, 28.115), abs=0.01)


def test_a_date_in_the_header_comes_first(quarter, tmp_path, either_way) -> None:
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2024-05-06T07:08:09Z")
    path = rewritten(quarter, tmp_path / "dated.osm.pbf", header)
    assert read_osm(Origin(path), UTM, keep=QUARTER).date == "2024-05-06T07:08:09Z"


def test_elements_in_any_order_and_twice(quarter, expected, tmp_path, either_way) -> None:
    """SYNTHETIC order: relations first, numbers falling, and an outdated copy of every way before it."""
    path = tmp_path / "shuffled.osm.pbf"
    with osmium.SimpleWriter(path) as writer:
        for kind in (osmium.osm.RELATION, osmium.osm.WAY, osmium.osm.NODE):
            elements = [_copied(element) for element in osmium.FileProcessor(quarter, kind)]
            for element in reversed(elements):
                if kind == osmium.osm.WAY:
                    writer.add_way(mutable.Way(element, tags={"highway": "motorway"}, nodes=list(element.nodes)[:1]))
                writer.add(element)
    found = read_osm(Origin(path), UTM, keep=QUARTER)
    assert found.ways.node_id.tolist() == expected.ways.node_id.tolist()
    assert found.areas.index.tolist() == expected.areas.index.tolist()
    assert found.date == NEWEST


def _copied(element: osmium.osm.OSMObject) -> object:
    kinds = {osmium.osm.Node: mutable.Node, osmium.osm.Way: mutable.Way, osmium.osm.Relation: mutable.Relation}
    made = kinds[type(element)](element)
    made.tags = dict(element.tags)
    if isinstance(element, osmium.osm.Node):
        made.location = (element.location.lon, element.location.lat)
    elif isinstance(element, osmium.osm.Way):
        made.nodes = [node.ref for node in element.nodes]
    else:
        made.members = [(m.type, m.ref, m.role) for m in element.members]
    return made


# -------------------------------------------------------------------------------------------------- the wrong place


def test_a_file_of_another_place_says_where_it_lies_and_where_the_study(quarter, either_way) -> None:
    with pytest.raises(
        LayerError, match=r"lies in longitude -15\.\d\d to .* but the study .* longitude -16\.02 to"
    ) as error:
        read_osm(Origin(quarter), UTM, keep=Surroundings(400_000, 3_100_000, 405_000, 3_105_000))
    assert "\n" not in str(error.value)


def test_surroundings_that_are_nowhere_on_the_globe() -> None:
    with pytest.raises(LayerError, match="not on the globe"):
        Surroundings(1e12, 1e12, 2e12, 2e12).degrees(UTM)


# ------------------------------------------------------------------------------------------------- cut, and too large


def test_a_file_without_any_relation_may_have_been_cut(quarter, expected, tmp_path, either_way) -> None:
    """The file ends where a block ends, so it looks whole."""
    source = PbfBlocks.of(quarter)
    kinds = {}
    for _, part in source.all():
        kinds.setdefault(part.kind, len(kinds))
    last = next(number for number, held in source.held.items() if any(one.kind == 2 for one in held))
    begin = source.bodies[last - 1][1]
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(quarter.read_bytes()[:begin])
    found = read_osm(Origin(path), UTM, keep=QUARTER)
    assert found.ways.node_id.tolist() == expected.ways.node_id.tolist()
    assert "extract_maybe_cut" in [caveat.code for caveat in reading_caveats(found)]
    assert "extract_maybe_cut" not in [caveat.code for caveat in reading_caveats(expected)]


@pytest.mark.parametrize("bound", ["_MOST_MEMBERS", "_MOST_VERTICES"])
def test_relations_as_large_as_a_country_are_left_out_and_counted(quarter, expected, monkeypatch, bound) -> None:
    monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    monkeypatch.setattr(osm_clip, bound, {"_MOST_MEMBERS": 2, "_MOST_VERTICES": 20}[bound])
    found = read_osm(Origin(quarter), UTM, keep=QUARTER)
    relations = [osm_id for osm_id in expected.areas.index if osm_id.startswith("relation")]
    left = [osm_id for osm_id in found.areas.index if osm_id.startswith("relation")]
    assert 0 < len(left) < len(relations)
    assert found.counts["relations_cut"] >= len(relations) - len(left)
    assert "relations_cut" in [caveat.code for caveat in reading_caveats(found)]
    ways = [osm_id for osm_id in expected.areas.index if osm_id.startswith("way")]
    assert set(ways) <= set(found.areas.index)


@pytest.mark.parametrize("told", ["{sum}  quarter.osm.pbf\n", "{SUM}"])
def test_the_sum_beside_a_file_is_compared(quarter, tmp_path, told) -> None:
    path = tmp_path / "quarter.osm.pbf"
    shutil.copy(quarter, path)
    digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    beside = tmp_path / "quarter.osm.pbf.md5"
    beside.write_text(told.format(sum=digest, SUM=digest.upper()), encoding="utf-8")
    read_osm(Origin(path), UTM)
    beside.write_text(told.format(sum=digest[::-1], SUM=digest[::-1].upper()), encoding="utf-8")
    with pytest.raises(SourceError, match=r"is not the file that 'quarter\.osm\.pbf\.md5' beside it tells of"):
        read_osm(Origin(path), UTM)


# --------------------------------------------------------------------------------------------------- hostile and odd

NODES = '<node id="1" lat="28.1" lon="-15.4" version="1"/><node id="2" lat="28.1" lon="-15.39" version="1"/>'
STREET = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way>'
ENTITIES = '<!DOCTYPE osm [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'


def xml(inside: str = "", before: str = "", root: str = "osm") -> str:
    return f'<?xml version="1.0"?>{before}<{root} version="0.6">{NODES}{inside}{STREET}</{root}>'


@pytest.mark.parametrize(
    "before", [ENTITIES, '<!DOCTYPE osm SYSTEM "file:///etc/passwd">', "<!-- osm --><!doctype osm>"]
)
@pytest.mark.parametrize("ending", ["osm", "osm.gz", "osm.bz2"])
def test_a_document_type_is_refused(tmp_path, before, ending) -> None:
    path = tmp_path / f"hostile.{ending}"
    path.write_bytes({"gz": gzip.compress, "bz2": bz2.compress}.get(ending[4:], bytes)(xml(before=before).encode()))
    with pytest.raises(SourceError, match="declares a document type"):
        read_osm(Origin(path), UTM)


def test_the_library_expands_no_entities_either(tmp_path) -> None:
    """In another encoding the declaration is not seen beforehand."""
    path = tmp_path / "hostile.osm"
    text = xml('<node id="3" lat="1" lon="1"><tag k="name" v="&b;"/></node>', before=ENTITIES)
    path.write_bytes(text.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16"))
    with pytest.raises(SourceError, match="XML entities are not supported"):
        read_osm(Origin(path), UTM)


@pytest.mark.parametrize(("ending", "packed"), [("osm.gz", gzip.compress), ("osm.bz2", bz2.compress)])
def test_what_inflates_beyond_measure_is_refused(tmp_path, monkeypatch, ending, packed) -> None:
    monkeypatch.setattr(osm_checks, "_ALWAYS_INFLATED", 1 << 20)
    path = tmp_path / f"bomb.{ending}"
    path.write_bytes(packed(xml().encode() + bytes(5_000_000)))
    with pytest.raises(SourceError, match=r"inflates to more than 100 times its size"):
        read_osm(Origin(path), UTM)


@pytest.mark.parametrize(("ending", "packed"), [("osm.gz", gzip.compress), ("osm.bz2", bz2.compress)])
def test_a_compressed_file_that_breaks_off(tmp_path, ending, packed) -> None:
    path = tmp_path / f"cut.{ending}"
    path.write_bytes(packed(xml().encode())[:-20])
    with pytest.raises(SourceError, match=r"cannot be read"):
        read_osm(Origin(path), UTM)


@pytest.mark.parametrize("clip", [None, Surroundings(450_000, 3_100_000, 470_000, 3_120_000)])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("changes.osc", xml(root="create").replace("<create", "<osmChange><create").replace("</create>", "</create></osmChange>")),
        ("history.osh", xml()),
        ("single.osm.gz", xml("<node id='3' lat='28.1' lon='-15.4' version='2' visible='false'/>")),
        ("deleted.osm", xml('<node id="3" lat="28.1" lon="-15.4" version="2" visible="false"/>')),
    ],
)  # fmt: skip
def test_changes_and_history_are_refused(tmp_path, either_way, name, text, clip) -> None:
    path = tmp_path / name
    content = text.replace('<create version="0.6">', "<create>").replace("<osmChange>", '<osmChange version="0.6">')
    path.write_bytes(gzip.compress(content.encode()) if name.endswith("gz") else content.encode())
    with pytest.raises(SourceError, match="holds changes or several versions of elements"):
        read_osm(Origin(path), UTM, keep=clip)


@pytest.mark.parametrize("ending", ["osm", "osm.pbf"])
def test_what_was_never_uploaded_is_refused(tmp_path, either_way, ending) -> None:
    path = tmp_path / f"josm.{ending}"
    plain = tmp_path / "plain.osm"
    plain.write_text(xml('<node id="-7" lat="28.1" lon="-15.4"/>'), encoding="utf-8")
    rewritten(plain, path)
    with pytest.raises(SourceError, match=r"negative numbers, e\.g\. -7: an editor \(JOSM\)"):
        read_osm(Origin(path), UTM, keep=Surroundings(450_000, 3_100_000, 470_000, 3_120_000))


def test_what_only_the_library_decodes_is_left_to_it(quarter) -> None:
    """Otherwise the tests above might read everything by the library."""
    quick = sum(len(part.elements.id) for _, part in PbfBlocks.of(quarter).all())
    assert quick == sum(len(part.elements.id) for _, part in AnyBlocks.of(quarter).all())


def test_a_study_across_the_180th_meridian(tmp_path, monkeypatch) -> None:
    """SYNTHETIC: streets on both sides of it, and one on the other side of the globe."""
    places = [(179.99, -17.0), (-179.99, -17.0), (179.95, -17.01), (0.0, -17.0), (0.01, -17.0)]
    path = tmp_path / "meridian.osm.pbf"
    monkeypatch.setattr(osm_reading, "SMALL_BYTES", 0)
    with osmium.SimpleWriter(path) as writer:
        for number, place in enumerate(places, 1):
            writer.add_node(mutable.Node(id=number, location=place, version=1))
        for number, nodes in enumerate([[1, 2], [1, 3], [4, 5]], 1):
            writer.add_way(mutable.Way(id=number, nodes=nodes, tags={"highway": "path"}, version=1))
    crs = CRS.from_epsg(32701)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(-179.99, -17.0)
    keep = Surroundings(x - 6_000, y - 6_000, x + 6_000, y + 6_000)
    found = read_osm(Origin(path), crs, keep=keep)
    assert found.ways.way_id.tolist() == [1, 2]
    assert np.ptp(found.ways.xy[:2, 0]) < 3_000


@pytest.mark.parametrize("end", [0, 20])
def test_the_copy_of_a_file_of_another_form_is_gone_afterwards(tmp_path, monkeypatch, end) -> None:
    made = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    directory = tempfile.TemporaryDirectory
    monkeypatch.setattr(tempfile, "TemporaryDirectory", lambda **given: made.append(given) or directory(**given))
    path = tmp_path / "file.osm"
    path.write_text(xml()[: len(xml()) - end], encoding="utf-8")
    with pytest.raises(SourceError) if end else nullcontext():
        read_osm(Origin(path), UTM)
    assert len(made) == 1
    assert list(tmp_path.iterdir()) == [path]
