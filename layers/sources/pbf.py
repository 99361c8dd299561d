"""The PBF format of OSM, decoded into flat arrays: a block of elements a step instead of one element.

Only the plain form that extracts have is decoded: zlib blobs, dense nodes, elements sorted by kind
and number. Whatever else a file may be, `NotPlain` says so, and the reader's library takes over.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from layers.sources.osm_file import Kind, NotPlain, OsmFile, Strings, flat, joined, offsets
from layers.sources.protobuf import Bytes, Ints, fields, members, packed, packed_each, repeated, signed, summed

_PLAIN_FEATURES = frozenset({b"OsmSchema-V0.6", b"DenseNodes"})
_REQUIRED_FEATURES, _REPLICATION_TIMESTAMP = 4, 32
_DENSE, _WAYS, _RELATIONS = 2, 3, 4
_GRANULARITY, _LAT_OFFSET, _LON_OFFSET = 17, 19, 20
_NANODEGREES = 100
"""In a ten-millionth of a degree."""
_LARGEST_BLOCK = 32 * 1024 * 1024
"""By the format's definition; what claims to be larger is broken, or means harm."""


@dataclass
class _Part:
    """What one group of one block holds."""

    kind: int
    elements: Kind
    x: Ints
    y: Ints


@dataclass(frozen=True)
class _Block:
    """A block of data; its strings are numbered from 0."""

    content: bytes
    strings: tuple[Ints, Ints]
    parts: list[_Part]


def read_plain_pbf(path: Path) -> OsmFile:
    """Decode a file.

    Raises
    ------
    NotPlain
        If it is broken, not sorted, or of a form of PBF that is not decoded here.
    """
    try:
        content = path.read_bytes()
        date, bodies = _bodies(content)
        with ThreadPoolExecutor() as pool:
            # Only inflating lets go of Python's lock for long enough: decoding in threads is slower.
            blocks = [_block(data) for data in pool.map(lambda body: _inflated(content, body), bodies)]
        first = offsets([len(block.strings[0]) for block in blocks])
        strings = Strings(
            [block.content for block in blocks], first,
            flat([block.strings[0] for block in blocks]), flat([block.strings[1] for block in blocks]),
        )  # fmt: skip
        parts = [
            _numbered(part, number)
            for block, number in zip(blocks, first.tolist(), strict=False)
            for part in block.parts
        ]
        return _whole(parts, strings, date)
    except (IndexError, KeyError, ValueError, OverflowError, struct.error, zlib.error) as fault:
        raise NotPlain from fault


def _bodies(content: bytes) -> tuple[str, list[tuple[int, int]]]:
    """The date in the header, and where the blobs of data lie."""
    date = ""
    bodies: list[tuple[int, int]] = []
    at = 0
    if content[6:15] != b"OSMHeader":
        raise NotPlain
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        header = {field: (start, end) for field, start, end in fields(content, at + 4, at + 4 + size)}
        at += 4 + size
        body = (at, at + header[3][0])
        at = body[1]
        kind = content[slice(*header[1])]
        if kind == b"OSMHeader":
            date = _header_date(_inflated(content, body))
        elif kind == b"OSMData" and at <= len(content):
            bodies.append(body)
        else:
            raise NotPlain
    return date, bodies


def _inflated(content: bytes, body: tuple[int, int]) -> bytes:
    """The content of one blob."""
    blob = {field: (start, end) for field, start, end in fields(content, *body)}
    size = blob[2][0]
    inflating = zlib.decompressobj()
    data = inflating.decompress(memoryview(content)[slice(*blob[3])], min(size, _LARGEST_BLOCK) + 1)
    if len(data) != size or not inflating.eof:
        raise NotPlain
    return data


def _header_date(header: bytes) -> str:
    """The date that the header gives.

    A header without a date, or one that asks for more than is decoded here, is not plain.
    """
    found = list(fields(header, 0, len(header)))
    needed = {header[start:end] for field, start, end in found if field == _REQUIRED_FEATURES}
    dates = [value for field, value, _ in found if field == _REPLICATION_TIMESTAMP]
    if not needed <= _PLAIN_FEATURES or not dates:
        raise NotPlain
    return datetime.fromtimestamp(dates[0], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _block(block: bytes) -> _Block:
    """The strings and groups of a block."""
    found = list(fields(block, 0, len(block)))
    (table,) = [(start, end) for field, start, end in found if field == 1]
    settings = {field: value for field, value, _ in found if field > 2}
    if settings.get(_LAT_OFFSET) or settings.get(_LON_OFFSET) or settings.get(_GRANULARITY, 100) != _NANODEGREES:
        raise NotPlain
    content = np.frombuffer(block, dtype=np.uint8)
    parts = []
    for field, start, end in found:
        if field != 2 or start == end:
            continue
        kind = block[start] >> 3
        if kind == _DENSE:
            parts.append(_dense(block, content, (start, end)))
        elif kind in (_WAYS, _RELATIONS):
            parts.append(_linked(content, kind, repeated(block, start, end, kind)))
        else:
            raise NotPlain
    strings = repeated(block, *table, 1)
    texts = (numbers for p in parts for numbers in (p.elements.key, p.elements.value, p.elements.role))
    last = max((numbers.max(initial=0) for numbers in texts), default=0)
    if last >= len(strings[0]):
        raise NotPlain
    return _Block(block, strings, parts)


def _dense(block: bytes, content: Bytes, span: tuple[int, int]) -> _Part:
    """A group of nodes."""
    ((_, start, end),) = fields(block, *span)
    found = {field: content[s:e] for field, s, e in fields(block, start, end)}
    ids = np.cumsum(signed(packed(found[1])))
    y, x = (np.cumsum(signed(packed(found[field]))) for field in (8, 9))
    if not len(ids) == len(x) == len(y):
        raise NotPlain
    text = packed(found.get(10, content[:0]))
    nothing = np.zeros(0, dtype=np.int64)
    if not len(text):
        offset = np.zeros(len(ids) + 1, dtype=np.int64)
        return _Part(_DENSE, Kind(ids, offset, nothing, nothing, offset, nothing, nothing, nothing), x, y)
    # Key, value, key, value, ..., 0 for each node; strings are numbered from 1, so 0 is only the end.
    ends = np.flatnonzero(text == 0)
    offset = np.concatenate([[0], (ends - np.arange(len(ends))) // 2])
    pairs = text[text > 0].reshape(-1, 2)
    if len(ends) != len(ids):
        raise NotPlain
    bare = np.zeros(len(ids) + 1, dtype=np.int64)
    return _Part(_DENSE, Kind(ids, offset, pairs[:, 0], pairs[:, 1], bare, nothing, nothing, nothing), x, y)


def _linked(content: Bytes, kind: int, spans: tuple[Ints, Ints]) -> _Part:
    """A group of ways or relations."""
    nothing = np.zeros(0, dtype=np.int64)
    role = member_kind = nothing
    if kind == _WAYS:
        numbers, found = members(content, spans, (2, 3, 8))
        steps, ref_offset = packed_each(content, found[8])
    else:
        numbers, found = members(content, spans, (2, 3, 8, 9, 10))
        steps, ref_offset = packed_each(content, found[9])
        role, role_offset = packed_each(content, found[8])
        member_kind, kind_offset = packed_each(content, found[10])
        if (role_offset != ref_offset).any() or (kind_offset != ref_offset).any():
            raise NotPlain
    key, tag_offset = packed_each(content, found[2])
    value, value_offset = packed_each(content, found[3])
    if (tag_offset != value_offset).any():
        raise NotPlain
    ref = summed(signed(steps), ref_offset)
    elements = Kind(
        numbers[1], tag_offset, key, value, ref_offset, ref, member_kind, role
    )  # fmt: skip
    return _Part(kind, elements, nothing, nothing)


def _numbered(part: _Part, first_string: int) -> _Part:
    """The group with its strings numbered as in the whole file."""
    own = part.elements
    shifted = replace(
        own, key=own.key + first_string, value=own.value + first_string, role=own.role + first_string
    )  # fmt: skip
    return replace(part, elements=shifted)


def _whole(parts: Sequence[_Part], strings: Strings, date: str) -> OsmFile:
    """All groups as one, if they are sorted."""
    kinds = [part.kind for part in parts]
    if kinds != sorted(kinds):
        raise NotPlain
    nodes, ways, relations = ([part for part in parts if part.kind == kind] for kind in (_DENSE, _WAYS, _RELATIONS))
    return OsmFile(
        joined([part.elements for part in nodes]),
        flat([part.x for part in nodes]),
        flat([part.y for part in nodes]),
        joined([part.elements for part in ways]),
        joined([part.elements for part in relations]),
        strings,
        date,
    )
