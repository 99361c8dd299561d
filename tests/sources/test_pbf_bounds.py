"""What a PBF file may claim and hold: sizes, counts, nothing at all (synthetic files)."""

from __future__ import annotations

import struct
import zlib

import pytest
from pyproj import CRS

from layers.origins import Origin
from layers.sources import osm_reading, pbf_block
from layers.sources.location import location
from layers.sources.osm import read_osm
from layers.sources.osm_file import NotPlain
from layers.sources.pbf import PbfBlocks
from layers.surroundings import Surroundings
from spatial.errors import SourceError
from tests import pbf_by_hand

UTM_31 = CRS.from_epsg(32631)
KEEP = Surroundings(100_000, 0, 900_000, 100_000)
HEADER = pbf_by_hand.blob(b"OSMHeader", pbf_by_hand.field(4, b"OsmSchema-V0.6"))


def blob(content: bytes, said_bytes: int) -> bytes:
    """A blob of data that says of itself that it is so large when inflated."""
    body = pbf_by_hand.field(2, said_bytes) + pbf_by_hand.field(3, zlib.compress(content))
    header = pbf_by_hand.field(1, b"OSMData") + pbf_by_hand.field(3, len(body))
    return struct.pack(">I", len(header)) + header + body


@pytest.mark.parametrize("more", [-1, 0, 1, 40_000_000])
def test_a_blob_is_as_large_as_it_says_or_not_read_by_the_quick_reader(tmp_path, more):
    content = pbf_by_hand.block()
    path = tmp_path / "size.osm.pbf"
    path.write_bytes(HEADER + blob(content, len(content) + more))
    blocks = PbfBlocks.of(path)
    if more:
        with pytest.raises(NotPlain):
            list(blocks.all())
    else:
        assert sum(len(part.elements.id) for _, part in blocks.all()) == 7


@pytest.mark.parametrize("bytes_more", [0, 70_000])
def test_a_head_that_is_larger_than_the_format_allows_is_not_read_by_the_quick_reader(tmp_path, bytes_more):
    body = pbf_by_hand.field(2, 0)
    head = pbf_by_hand.field(1, b"OSMData") + pbf_by_hand.field(2, b" " * bytes_more) + pbf_by_hand.field(3, len(body))
    path = tmp_path / "head.osm.pbf"
    path.write_bytes(HEADER + struct.pack(">I", len(head)) + head + body)
    if bytes_more:
        with pytest.raises(NotPlain):
            PbfBlocks.of(path)
    else:
        assert len(PbfBlocks.of(path).bodies) == 1


def test_how_a_file_is_read_goes_by_its_content_and_not_by_its_size(tmp_path, monkeypatch):
    # A text that nobody uses shrinks to a thousandth.
    content = pbf_by_hand.block([*pbf_by_hand.STRINGS, b"x" * 1_000_000])
    path = tmp_path / "swollen.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(content))
    assert path.stat().st_size < 3_000
    assert PbfBlocks.of(path).content_bytes == len(content)
    clipped = []

    def noted(source, box, rules):
        clipped.append(box)
        return real(source, box, rules)

    real = osm_reading.clipped
    monkeypatch.setattr(osm_reading, "clipped", noted)
    read_osm(Origin(path), UTM_31, keep=KEEP)
    assert not clipped
    monkeypatch.setattr(osm_reading, "SMALL_BYTES", 1_000_000)
    read_osm(Origin(path), UTM_31, keep=KEEP)
    assert clipped


def test_a_block_of_millions_of_nodes_is_refused_before_it_is_decoded(tmp_path, monkeypatch):
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.block()))
    monkeypatch.setattr(pbf_block, "MOST_NODES", 4)
    read_osm(Origin(path), UTM_31)
    monkeypatch.setattr(pbf_block, "MOST_NODES", 3)
    for reading in (lambda: read_osm(Origin(path), UTM_31), lambda: read_osm(Origin(path), UTM_31, keep=KEEP)):
        with pytest.raises(SourceError, match=r"bomb\.osm\.pbf' has a block of more elements than any program writes"):
            reading()


def test_a_file_of_no_bytes_is_called_empty(tmp_path):
    path = tmp_path / "nothing.osm.pbf"
    path.write_bytes(b"")
    with pytest.raises(SourceError, match=r"nothing\.osm\.pbf' is empty \(0 bytes\): its download or copy failed"):
        read_osm(Origin(path), UTM_31)


def test_a_hostile_extract_tells_no_place(tmp_path, monkeypatch):
    path = tmp_path / "bomb.osm.pbf"
    path.write_bytes(pbf_by_hand.file_of(pbf_by_hand.block()))
    monkeypatch.setattr(pbf_block, "MOST_NODES", 3)
    assert location(Origin(path)) is None
