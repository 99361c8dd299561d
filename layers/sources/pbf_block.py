"""A block of the PBF format of OSM, decoded into flat arrays: a whole block a step instead of one element.

Only the plain form that extracts have is decoded: dense nodes, positions in ten-millionths of a degree.
Whatever else a block may be, `NotPlain` says so.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from __future__ import annotations

from functools import partial

import numpy as np

from layers.sources.osm_blocks import Block, Part
from layers.sources.osm_file import NODE, RELATION, WAY, Kind, NotPlain, TooDense
from layers.sources.protobuf import (
    Bytes,
    Ints,
    fields,
    members,
    numbers_of,
    packed,
    packed_each,
    repeated,
    signed,
    summed,
)

_SPARSE, _DENSE, _WAYS, _RELATIONS = 1, 2, 3, 4
_KINDS = {_SPARSE: NODE, _DENSE: NODE, _WAYS: WAY, _RELATIONS: RELATION}
_GRANULARITY, _DATE_GRANULARITY, _LAT_OFFSET, _LON_OFFSET = 17, 18, 19, 20
_NANODEGREES = 100
"""In a ten-millionth of a degree."""
_MILLISECONDS = 1000
"""In the unit of times, unless a block says otherwise."""
MOST_NODES = 4_000_000
"""In one group. Most writers put 8,000 into a block, some fill blocks of 5 MB (400,000). The largest block that there
may be could hold ten million that are all alike, which shrink to nothing and take a gigabyte when read."""
_ENDS_BELOW = 128
"""A byte below ends a number."""
_INFO, _DENSE_INFO, _TIME = 4, 5, 2
"""Fields: what is known of a way or relation, of a group of nodes, and in both when they were changed."""


def kinds(block: bytes) -> list[int]:
    """The kinds of elements in a block, of its groups in order."""
    groups = [(start, end) for number, start, end in fields(block, 0, len(block)) if number == 2]
    return [_KINDS[block[start] >> 3] for start, end in groups if start < end]


def block(block: bytes, only: int | None = None) -> Block:
    """The strings and groups of a block, or its groups of one kind only.

    Raises
    ------
    NotPlain
        If it has a form that is not decoded here.
    TooDense
        If it holds more nodes than `MOST_NODES`.
    IndexError, KeyError, ValueError, OverflowError
        If it is broken.
    """
    found = list(fields(block, 0, len(block)))
    (table,) = [(start, end) for field, start, end in found if field == 1]
    settings = {field: value for field, value, _ in found if field > 2}
    if settings.get(_LAT_OFFSET) or settings.get(_LON_OFFSET) or settings.get(_GRANULARITY, 100) != _NANODEGREES:
        raise NotPlain
    content = np.frombuffer(block, dtype=np.uint8)
    second = settings.get(_DATE_GRANULARITY, _MILLISECONDS) / _MILLISECONDS
    parts = []
    for field, start, end in found:
        if field != 2 or start == end:
            continue
        kind = block[start] >> 3
        if only is not None and _KINDS.get(kind) != only:
            continue
        if kind == _DENSE:
            parts.append(_dense(block, content, (start, end), second))
        elif kind in (_WAYS, _RELATIONS):
            parts.append(_linked(content, kind, repeated(block, start, end, kind), second))
        else:
            raise NotPlain
    strings = repeated(block, *table, 1)
    texts = (numbers for p in parts for numbers in (p.elements.key, p.elements.value, p.elements.role))
    last = max((numbers.max(initial=0) for numbers in texts), default=0)
    if last >= len(strings[0]):
        raise NotPlain
    return Block(block, *strings, parts)


def _dense(block: bytes, content: Bytes, span: tuple[int, int], second: float) -> Part:
    """A group of nodes."""
    ((_, start, end),) = fields(block, *span)
    spans = {field: (s, e) for field, s, e in fields(block, start, end)}
    found = {field: content[s:e] for field, (s, e) in spans.items()}
    if np.count_nonzero(found[1] < _ENDS_BELOW) > MOST_NODES:
        raise TooDense
    times = partial(_dense_times, block, content, spans.get(_DENSE_INFO, (0, 0)), second)
    ids = np.cumsum(signed(packed(found[1])))
    y, x = (np.cumsum(signed(packed(found[field]))) for field in (8, 9))
    if not len(ids) == len(x) == len(y):
        raise NotPlain
    text = packed(found.get(10, content[:0]))
    nothing = np.zeros(0, dtype=np.int64)
    if not len(text):
        offset = np.zeros(len(ids) + 1, dtype=np.int64)
        return Part(NODE, Kind(ids, offset, nothing, nothing, offset, nothing, nothing, nothing), x, y, times)
    # Key, value, key, value, ..., 0 for each node; strings are numbered from 1, so 0 is only the end.
    ends = np.flatnonzero(text == 0)
    offset = np.concatenate([[0], (ends - np.arange(len(ends))) // 2])
    pairs = text[text > 0].reshape(-1, 2)
    if len(ends) != len(ids):
        raise NotPlain
    bare = np.zeros(len(ids) + 1, dtype=np.int64)
    return Part(NODE, Kind(ids, offset, pairs[:, 0], pairs[:, 1], bare, nothing, nothing, nothing), x, y, times)


def _linked(content: Bytes, kind: int, spans: tuple[Ints, Ints], second: float) -> Part:
    """A group of ways or relations."""
    nothing = np.zeros(0, dtype=np.int64)
    role = member_kind = nothing
    if kind == _WAYS:
        numbers, found = members(content, spans, (2, 3, _INFO, 8))
        steps, ref_offset = packed_each(content, found[8])
    else:
        numbers, found = members(content, spans, (2, 3, _INFO, 8, 9, 10))
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
    times = partial(_times, content, found[_INFO], second)
    return Part(_KINDS[kind], elements, nothing, nothing, times)


def _dense_times(block: bytes, content: Bytes, span: tuple[int, int], second: float) -> Ints:
    """When the nodes of a group were changed, in seconds; empty where the group does not say."""
    found = {field: content[s:e] for field, s, e in fields(block, *span)}
    return _seconds(np.cumsum(signed(packed(found.get(_TIME, content[:0])))), second)


def _times(content: Bytes, spans: tuple[Ints, Ints], second: float) -> Ints:
    """When ways or relations were changed, in seconds; 0 where one does not say."""
    return _seconds(numbers_of(content, spans, _TIME), second)


def _seconds(times: Ints, second: float) -> Ints:
    return np.asarray(times * second, dtype=np.int64)
