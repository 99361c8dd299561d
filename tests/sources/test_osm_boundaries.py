"""Units of a study as boundary relations, read before anything else of an extract."""

from __future__ import annotations

from pathlib import Path

import osmium
import pytest
import shapely
from pyproj import CRS

from layers.admin import incomplete_units, units_from_osm
from layers.origins import Origin
from layers.sources import pbf
from layers.sources.osm import read_osm
from layers.sources.osm_boundaries import read_boundaries
from spatial.errors import LayerError, SourceError

DATA = Path(__file__).parents[2] / "data"
ANDORRA = DATA / "andorra" / "osm" / "andorra.osm.pbf"
LAS_PALMAS = DATA / "las-palmas" / "osm" / "las-palmas.osm.pbf"
UTM_31, UTM_28 = CRS.from_epsg(32631), CRS.from_epsg(32628)
PARISHES = {"boundary": ("administrative",), "admin_level": (7,)}
MUNICIPALITIES = {"boundary": ("administrative",), "admin_level": (8,)}


def test_parishes_are_those_of_the_whole_extract() -> None:
    found = units_from_osm(read_boundaries(Origin(ANDORRA), PARISHES, UTM_31), PARISHES)
    areas = read_osm(Origin(ANDORRA), UTM_31).areas
    theirs = areas[
        [tags.get("boundary") == "administrative" and tags.get("admin_level") == "7" for tags in areas["tags"]]
    ]
    theirs = theirs.sort_index()
    assert len(found) == 7
    assert found.index.tolist() == theirs.index.tolist()
    assert found["name"].tolist() == [tags["name"] for tags in theirs["tags"]]
    assert shapely.equals_exact(found.geometry.to_numpy(), theirs.geometry.to_numpy(), 0).all()


def test_units_that_reach_beyond_the_extract_are_counted_and_named() -> None:
    found = read_boundaries(Origin(LAS_PALMAS), MUNICIPALITIES, UTM_28)
    assert found.areas.index.tolist() == ["relation/340783"]
    assert sorted(found.incomplete.values()) == ["Arucas", "Santa Brígida", "Telde", "Teror"]
    assert found.counts["relations_matched"] == 5
    assert found.counts["relations_incomplete"] == 4
    assert found.date == "2023-02-21T03:31:14Z"
    (caveat,) = incomplete_units(found, "communities")
    assert (caveat.code, caveat.count, caveat.detail) == ("units_incomplete", 4, "Arucas, Teror, Telde")
    assert incomplete_units(read_boundaries(Origin(LAS_PALMAS), {"name": ("nowhere",)}, UTM_28), "communities") == []


def test_any_tag_can_be_asked_for() -> None:
    """Also one that is not kept when the rest of the extract is read."""
    wanted = {"boundary": ("administrative",), "name:ca": ("Ordino",)}
    found = units_from_osm(read_boundaries(Origin(ANDORRA), wanted, UTM_31), wanted)
    assert found["name"].tolist() == ["Ordino"]


def test_none_that_is_whole_is_an_error_that_names_those_that_are_cut() -> None:
    wanted = MUNICIPALITIES | {"name": ("Telde", "Teror")}
    with pytest.raises(
        LayerError, match=r"admin_level=8, name=Telde\|Teror \(2 with these tags reach beyond .* Teror, Telde\)"
    ):
        units_from_osm(read_boundaries(Origin(LAS_PALMAS), wanted, UTM_28), wanted)


def test_only_blocks_that_may_hold_something_are_decoded(monkeypatch) -> None:
    decoded = []
    block = pbf.block

    def counted(content: bytes, kind: int | None) -> object:
        decoded.append(kind)
        return block(content, kind)

    monkeypatch.setattr(pbf, "block", counted)
    read_boundaries(Origin(ANDORRA), PARISHES, UTM_31)
    blobs = len(pbf.PbfBlocks.of(ANDORRA).bodies)
    assert len(decoded) <= blobs + 2  # each at most once: relations, their ways, their nodes
    source = pbf.PbfBlocks.of(ANDORRA)
    ways = [part.elements.id for _, part in source.all() if part.kind == 1]
    decoded.clear()
    assert sum(1 for _ in source.again(1, ways[0][:1])) == len(decoded) == 1


def test_broken_files_are_one_clear_error(tmp_path) -> None:
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(ANDORRA.read_bytes()[:1_000_000])
    with pytest.raises(SourceError, match=r"cut\.osm\.pbf' cannot be read"):
        read_boundaries(Origin(path), PARISHES, UTM_31)
    with pytest.raises(SourceError, match="does not exist"):
        read_boundaries(Origin(tmp_path / "nowhere.osm"), PARISHES, UTM_31)


def test_xml_gives_the_same_units(tmp_path) -> None:
    """The relations of the parishes, their ways and nodes, rewritten as XML."""
    path = tmp_path / "parishes.osm"
    relations, ways, nodes = set(), set(), set()
    for relation in osmium.FileProcessor(ANDORRA, osmium.osm.RELATION):
        if relation.tags.get("admin_level") == "7":
            relations.add(relation.id)
            ways |= {m.ref for m in relation.members if m.type == "w"}
    for way in osmium.FileProcessor(ANDORRA, osmium.osm.WAY):
        if way.id in ways:
            nodes |= {node.ref for node in way.nodes}
    with osmium.SimpleWriter(path) as writer:
        for element in osmium.FileProcessor(ANDORRA):
            is_ours = {"n": nodes, "w": ways, "r": relations}[element.type_str()]
            if element.id in is_ours:
                writer.add(element)
    slow, quick = (read_boundaries(Origin(one), PARISHES, UTM_31) for one in (path, ANDORRA))
    assert slow.areas.index.tolist() == quick.areas.index.tolist()
    assert slow.areas["tags"].tolist() == quick.areas["tags"].tolist()
    assert shapely.equals_exact(slow.areas.geometry.to_numpy(), quick.areas.geometry.to_numpy(), 0).all()
    assert (slow.incomplete, slow.counts) == (quick.incomplete, quick.counts)
