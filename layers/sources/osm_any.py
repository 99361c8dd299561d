"""An OSM file of any format (XML, O5M, rare forms of PBF), element by element through the reader's library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from osmium import osm

from layers.sources.osm_blocks import NOTHING, Block, Part
from layers.sources.osm_checks import history
from layers.sources.osm_file import NODE, RELATION, WAY, Ints, Kind, offsets
from spatial.errors import SourceError

_HEADER_DATE = "osmosis_replication_timestamp"
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
"""What the reader gives for an element without a timestamp."""
_NOWHERE = 2**31 - 1
_KINDS = {"n": NODE, "w": WAY, "r": RELATION}
_ENTITIES = {NODE: osm.NODE, WAY: osm.WAY, RELATION: osm.RELATION}
_AT_ONCE = 8000
"""Elements a block, as writers of PBF have them."""


@dataclass
class _Growing:
    """A block that is being filled with elements of one kind."""

    kind: int
    numbers: dict[str, int] = field(default_factory=dict)
    ids: list[int] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    """How many tags each element has, and how many references below."""
    refs: list[tuple[int, int, int]] = field(default_factory=list)
    """Number, kind and role of what an element refers to."""
    linked: list[int] = field(default_factory=list)
    times: list[int] = field(default_factory=list)

    def text(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    def add(self, element: osm.OSMObject[Any]) -> None:
        """One more element."""
        self.ids.append(element.id)
        before = len(self.texts)
        self.texts += [self.text(text) for tag in element.tags for text in (tag.k, tag.v)]
        self.tags.append((len(self.texts) - before) // 2)
        before = len(self.refs)
        if isinstance(element, osm.Node):
            at = element.location
            self.places.append((at.x, at.y) if at.valid() else (_NOWHERE, _NOWHERE))
        elif isinstance(element, osm.Way):
            self.refs += [(node.ref, NODE, 0) for node in element.nodes]
        elif isinstance(element, osm.Relation):
            self.refs += [(m.ref, _KINDS[m.type], self.text(m.role)) for m in element.members]
        self.linked.append(len(self.refs) - before)
        self.times.append(int((element.timestamp - _NO_DATE).total_seconds()))

    def block(self) -> tuple[Block, Part]:
        """As arrays."""
        texts, refs = _columns(self.texts, 2), _columns(self.refs, 3)
        is_relation = self.kind == RELATION
        elements = Kind(
            np.array(self.ids, dtype=np.int64), offsets(self.tags), texts[0], texts[1], offsets(self.linked), refs[0],
            refs[1] if is_relation else NOTHING, refs[2] if is_relation else NOTHING,
        )  # fmt: skip
        x, y = _columns(self.places, 2)
        part = Part(self.kind, elements, x, y, partial(np.array, self.times, dtype=np.int64))
        encoded = [text.encode() for text in self.numbers]
        ends = offsets([len(text) for text in encoded])
        return Block(b"".join(encoded), ends[:-1], ends[1:], [part]), part


@dataclass(frozen=True)
class AnyBlocks:
    """A file of any format (`layers.sources.osm_blocks.Blocks`). Every pass goes through all of it."""

    path: Path
    date: str

    @classmethod
    def of(cls, path: Path) -> AnyBlocks:
        """Look at the header of a file.

        Raises
        ------
        SourceError
            If it holds several versions of elements.
        RuntimeError
            By the reader, if the file is broken or not OSM.
        """
        reader = osmium.io.Reader(str(path), osm.NOTHING)
        header = reader.header()
        reader.close()
        if header.has_multiple_object_versions:
            raise history(path)
        return cls(path, header.get(_HEADER_DATE, ""))

    @property
    def content_bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size

    def all(self) -> Iterator[tuple[Block, Part]]:
        """All parts, by kind, whatever the file's order.

        Raises
        ------
        SourceError
            If the file has elements that were deleted, or that were never uploaded.
        RuntimeError, UnicodeDecodeError
            By the reader, if the file is truncated or broken.
        """
        for kind in (NODE, WAY, RELATION):
            for block, part in self._read(kind):
                _check_numbers(self.path, part.elements.id)
                yield block, part

    def again(self, kind: int, wanted: Ints | None = None) -> Iterator[tuple[Block, Part]]:  # noqa: ARG002  nothing can be skipped
        """All parts of a kind."""
        return self._read(kind)

    def _read(self, kind: int) -> Iterator[tuple[Block, Part]]:
        growing = _Growing(kind)
        for element in osmium.FileProcessor(self.path, _ENTITIES[kind]):
            if not isinstance(element, osm.OSMObject):
                continue
            if element.deleted:
                raise history(self.path)
            growing.add(element)
            if len(growing.ids) == _AT_ONCE:
                yield growing.block()
                growing = _Growing(kind)
        if growing.ids:
            yield growing.block()


def _columns(rows: Iterable[object], width: int) -> Ints:
    """The columns of a table."""
    table: Ints = np.array(list(rows), dtype=np.int64).reshape(-1, width).T
    return table


def _check_numbers(path: Path, ids: Ints) -> None:
    negative = ids[ids < 0]
    if len(negative):
        raise SourceError(
            f"OSM extract '{path.name}': elements with negative numbers, e.g. {', '.join(map(str, negative[:3]))}: an "
            "editor (JOSM) numbers so what was never uploaded, and another file may use the same numbers for other "
            "things; upload the changes and download the area again, or give them numbers: osmium renumber"
        )
