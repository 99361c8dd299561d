"""The PBF format of OSM: where the blocks of a file lie, and reading them a few at a time.

Only the plain form that extracts have is decoded: zlib blobs, dense nodes, elements sorted by kind
and number. Whatever else a file may be, `NotPlain` says so, and the reader's library takes over.
The box in a header is never looked at: writers leave it out, or copy that of a larger file.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from layers.sources.osm_blocks import Block, Part, said_date
from layers.sources.osm_file import Ints, NotPlain
from layers.sources.pbf_block import block, kinds
from layers.sources.protobuf import fields

_PLAIN_FEATURES = frozenset({b"OsmSchema-V0.6", b"DenseNodes"})
_REQUIRED_FEATURES, _REPLICATION_TIMESTAMP = 4, 32
_LARGEST_HEADER = 64 * 1024
_LARGEST_BLOCK = 32 * 1024 * 1024
"""Both by the format's definition; what claims to be larger is broken, or means harm."""
_RAW_SIZE, _LONGEST_FIELD = 2, 11
_LAST = 2**63 - 2
_AHEAD = 4
"""Blobs that are inflated while another is looked at."""
_BROKEN = (IndexError, KeyError, ValueError, OverflowError, struct.error, zlib.error)
"""What decoding says of a file that is broken, or not of the plain form."""


@dataclass(frozen=True)
class _Held:
    """What a blob was found to hold of one kind."""

    kind: int
    first: int = 0
    """The least and the greatest number that it may hold."""
    last: int = _LAST


@dataclass
class PbfBlocks:
    """A plain file (`layers.sources.osm_blocks.Blocks`)."""

    path: Path
    date: str
    bodies: Sequence[tuple[int, int]]
    """Where the blobs of data begin and end."""
    held: dict[int, list[_Held]] = field(default_factory=dict)
    """Of those blobs that were looked at."""

    @cached_property
    def content_bytes(self) -> int:
        """How large the blobs are when inflated, by what they say themselves; each is held to it when it is read."""
        size = 0
        with self.path.open("rb") as file:
            for begin, end in self.bodies:
                file.seek(begin)
                size += _said_size(file.read(min(end - begin, _LONGEST_FIELD)))
        return size

    @classmethod
    def of(cls, path: Path) -> PbfBlocks:
        """Look where the blobs of a file lie.

        Raises
        ------
        NotPlain
            If it is broken or of another form.
        """
        try:
            return cls(path, *_bodies(path))
        except _BROKEN as fault:
            raise NotPlain from fault

    def all(self) -> Iterator[tuple[Block, Part]]:
        """All parts, in the file's order."""
        last = (-1, -1)
        for number, content in self._inflated(range(len(self.bodies))):
            found = _decoded(content, None)
            self.held[number] = []
            for part in found.parts:
                ids = part.elements.id
                if not len(ids):
                    continue
                held = _Held(part.kind, int(ids[0]), int(ids[-1]))
                if held.first < 0 or (held.kind, held.first) <= last or (np.diff(ids) <= 0).any():
                    raise NotPlain
                last = (held.kind, held.last)
                self.held[number].append(held)
                yield found, part

    def again(self, kind: int, wanted: Ints | None = None) -> Iterator[tuple[Block, Part]]:
        """Parts of a kind, from those blobs that may hold one of the numbers."""
        chosen = [
            number
            for number in range(len(self.bodies))
            if any(_may_hold(one, kind, wanted) for one in self.held.get(number, [_Held(kind)]))
        ]
        for number, content in self._inflated(chosen):
            here = _kinds(content)
            self.held.setdefault(number, [_Held(other) for other in here])
            if kind in here:
                found = _decoded(content, kind)
                yield from ((found, part) for part in found.parts if len(part.elements.id))

    def _inflated(self, chosen: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Numbers and contents of some blobs. Inflating lets go of Python's lock for long enough to be done beside."""
        workers = min(os.cpu_count() or 1, _AHEAD)
        with self.path.open("rb") as file, ThreadPoolExecutor(workers) as pool:
            coming: deque[tuple[int, Future[bytes]]] = deque()
            try:
                for number in chosen:
                    begin, end = self.bodies[number]
                    file.seek(begin)
                    coming.append((number, pool.submit(_inflated, file.read(end - begin))))
                    if len(coming) > _AHEAD:
                        first, content = coming.popleft()
                        yield first, content.result()
                while coming:
                    first, content = coming.popleft()
                    yield first, content.result()
            except _BROKEN as fault:
                raise NotPlain from fault


def _decoded(content: bytes, kind: int | None) -> Block:
    try:
        return block(content, kind)
    except _BROKEN as fault:
        raise NotPlain from fault


def _kinds(content: bytes) -> set[int]:
    try:
        return set(kinds(content))
    except _BROKEN as fault:
        raise NotPlain from fault


def _may_hold(held: _Held, kind: int, wanted: Ints | None) -> bool:
    if held.kind != kind or wanted is None:
        return held.kind == kind
    first, last = np.searchsorted(wanted, [held.first, held.last + 1])
    return bool(last > first)


def _bodies(path: Path) -> tuple[str, list[tuple[int, int]]]:
    """The date in the header, and where the blobs of data lie."""
    date = ""
    bodies: list[tuple[int, int]] = []
    at, size = 0, path.stat().st_size
    with path.open("rb") as file:
        while at < size:
            (length,) = struct.unpack(">I", file.read(4))
            if length > _LARGEST_HEADER:
                raise NotPlain
            header = file.read(length)
            found = {number: (start, end) for number, start, end in fields(header, 0, length)}
            kind, body = header[slice(*found[1])], found[3][0]
            begin, at = at + 4 + length, at + 4 + length + body
            if at > size or body > _LARGEST_BLOCK or (kind == b"OSMHeader") != (begin == 4 + length):
                raise NotPlain
            if kind == b"OSMHeader":
                date = _header_date(_inflated(file.read(body)))
            elif kind == b"OSMData":
                bodies.append((begin, at))
                file.seek(at)
            else:
                raise NotPlain
    if not size:
        raise NotPlain
    return date, bodies


def _inflated(body: bytes) -> bytes:
    """The content of one blob."""
    blob = {number: (start, end) for number, start, end in fields(body, 0, len(body))}
    size = blob[_RAW_SIZE][0]
    inflating = zlib.decompressobj()
    data = inflating.decompress(memoryview(body)[slice(*blob[3])], min(size, _LARGEST_BLOCK) + 1)
    if len(data) != size or not inflating.eof:
        raise NotPlain
    return data


def _said_size(body: bytes) -> int:
    """The inflated size with which a blob begins; the largest that there may be if it begins otherwise."""
    try:
        number, size, _ = next(fields(body, 0, len(body)))
    except _BROKEN:
        return _LARGEST_BLOCK
    return size if number == _RAW_SIZE else _LARGEST_BLOCK


def _header_date(header: bytes) -> str:
    """The date that the header gives, or none. A header that asks for more than is decoded here is not plain."""
    found = list(fields(header, 0, len(header)))
    needed = {header[start:end] for number, start, end in found if number == _REQUIRED_FEATURES}
    dates = [value for number, value, _ in found if number == _REPLICATION_TIMESTAMP]
    if not needed <= _PLAIN_FEATURES:
        raise NotPlain
    return said_date(dates[0]) if dates else ""
