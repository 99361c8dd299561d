"""An OSM file of any format (XML, O5M, rare forms of PBF), element by element through the reader's library."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import osmium
from osmium import osm

from layers.sources.osm_file import NODE, RELATION, WAY, Ints, Kind, OsmFile, Strings

_HEADER_DATE = "osmosis_replication_timestamp"
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""What the reader gives for an element without a timestamp."""
_NOWHERE = 2**31 - 1
_KINDS = {"n": NODE, "w": WAY, "r": RELATION}


@dataclass
class _Growing:
    """Elements of one kind by number: of an element that comes twice the later one counts."""

    tags: dict[int, list[int]] = field(default_factory=dict)
    refs: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
    """Number, kind and role of what an element refers to."""

    def kind(self) -> Kind:
        """As arrays."""
        ids = sorted(self.tags)
        tags = np.array([text for number in ids for text in self.tags[number]], dtype=np.int64).reshape(-1, 2)
        refs = np.array([ref for number in ids for ref in self.refs.get(number, ())], dtype=np.int64).reshape(-1, 3)
        return Kind(
            np.array(ids, dtype=np.int64),
            _offsets(len(self.tags[number]) // 2 for number in ids),
            tags[:, 0],
            tags[:, 1],
            _offsets(len(self.refs.get(number, ())) for number in ids),
            refs[:, 0],
            refs[:, 1],
            refs[:, 2],
        )


def read_any(path: Path, dated_keys: Collection[str]) -> OsmFile:
    """Read a file.

    Parameters
    ----------
    dated_keys
        If the header gives no date, the newest element with one of these keys does.

    Raises
    ------
    RuntimeError
        By the reader, if the file is truncated, broken or not OSM.
    """
    numbers: dict[str, int] = {}
    growing = {NODE: _Growing(), WAY: _Growing(), RELATION: _Growing()}
    places: dict[int, tuple[int, int]] = {}
    reader = osmium.io.Reader(str(path), osm.NOTHING)
    date = reader.header().get(_HEADER_DATE, "")
    reader.close()
    newest, dated = _NO_DATE, frozenset() if date else frozenset(dated_keys)
    for element in osmium.FileProcessor(path):
        tags = [(tag.k, tag.v) for tag in element.tags]
        texts = [numbers.setdefault(text, len(numbers)) for pair in tags for text in pair]
        if isinstance(element, osm.Node):
            growing[NODE].tags[element.id] = texts
            at = element.location
            places[element.id] = (at.x, at.y) if at.valid() else (_NOWHERE, _NOWHERE)
        elif isinstance(element, osm.Way):
            growing[WAY].tags[element.id] = texts
            growing[WAY].refs[element.id] = [(node.ref, NODE, 0) for node in element.nodes]
        elif isinstance(element, osm.Relation):
            growing[RELATION].tags[element.id] = texts
            growing[RELATION].refs[element.id] = [
                (m.ref, _KINDS[m.type], numbers.setdefault(m.role, len(numbers))) for m in element.members
            ]
        if not isinstance(element, osm.Changeset) and not dated.isdisjoint(key for key, _ in tags):
            newest = max(newest, element.timestamp)
    nodes = growing[NODE].kind()
    xy = np.array([places[number] for number in nodes.id.tolist()], dtype=np.int64).reshape(-1, 2)
    return OsmFile(
        nodes, xy[:, 0], xy[:, 1], growing[WAY].kind(), growing[RELATION].kind(), _strings(numbers),
        newest.strftime("%Y-%m-%dT%H:%M:%SZ") if newest > _NO_DATE else date,
    )  # fmt: skip


def _offsets(lengths: Iterable[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(np.fromiter(lengths, dtype=np.int64))])


def _strings(numbers: dict[str, int]) -> Strings:
    encoded = [text.encode() for text in numbers]
    ends = np.cumsum(np.array([len(text) for text in encoded], dtype=np.int64))
    starts = np.concatenate([[0], ends[:-1]]) if len(ends) else ends
    return Strings([b"".join(encoded)], np.array([0, len(encoded)]), starts, ends)
