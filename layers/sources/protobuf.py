"""The wire format of Protocol Buffers, a whole array of messages at a time.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]
Spans = tuple[Ints, Ints]
"""Start and end of each message."""
_MORE = 128
"""Set in every byte of a variable-length integer but its last."""
_VARINT, _BYTES = 0, 2
_LARGEST_SHIFT = 63
_MOST_MESSAGES = 2_000_000
"""In one field. Blocks have thousands; 32 MB of empty texts would take a gigabyte."""


def number_at(content: bytes, at: int) -> tuple[int, int]:
    """A variable-length integer of at most 64 bits and the position after it.

    Raises
    ------
    ValueError
        If it is longer: without a bound a small hostile file would keep the machine at it for hours.
    """
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < _MORE:
            return value, at
        shift += 7
        if shift > _LARGEST_SHIFT:
            raise ValueError(shift)


def fields(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each field; of a plain number the value stands in for both.

    Raises
    ------
    ValueError
        If the message is not well formed, or has a field of fixed length.
    """
    at = start
    while at < end:
        tag, at = number_at(content, at)
        value, at = number_at(content, at)
        if tag & 7 == _VARINT:
            yield tag >> 3, value, value
        elif tag & 7 == _BYTES and at + value <= end:
            yield tag >> 3, at, at + value
            at += value
        else:
            raise ValueError(tag)


def repeated(content: bytes, start: int, end: int, field: int) -> Spans:
    """Start and end of each message in one that holds nothing but a repeated field.

    Raises
    ------
    ValueError
        If it holds something else, or too many of them.
    """
    tag = field << 3 | _BYTES
    starts, ends = [], []
    at = start
    while at < end:
        if content[at] != tag:
            raise ValueError(content[at])
        size = content[at + 1]
        at += 2
        if size >= _MORE:
            size, at = number_at(content, at - 1)
        starts.append(at)
        at += size
        ends.append(at)
        if len(starts) > _MOST_MESSAGES:
            raise ValueError(len(starts))
    if at != end:
        raise ValueError(at)
    return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)


def members(content: Bytes, spans: Spans, wanted: Sequence[int]) -> tuple[dict[int, Ints], dict[int, Spans]]:
    """The fields of many messages of one type, all messages in lockstep.

    Returns
    -------
    (dict, dict)
        Field 1 as a number of each message, and of the wanted packed fields where they lie; a
        message without one has an empty span.

    Raises
    ------
    ValueError
        If a message is not well formed, or has a field twice.
    """
    at, end = spans[0].copy(), spans[1]
    first = np.full(len(at), -1, dtype=np.int64)
    found = {field: (np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.int64)) for field in wanted}
    open_ = np.flatnonzero(at < end)
    while len(open_):
        tag = content[at[open_]].astype(np.int64)
        value, after = _numbers_at(content, at[open_] + 1)
        is_bytes = tag & 7 == _BYTES
        if (tag >= _MORE).any() or not (is_bytes | (tag & 7 == _VARINT)).all():
            raise ValueError(tag.max())
        for field, (starts, ends) in found.items():
            here = tag == (field << 3 | _BYTES)
            if (ends[open_[here]] > 0).any():
                raise ValueError(field)
            starts[open_[here]] = after[here]
            ends[open_[here]] = (after + value)[here]
        numbered = tag == 1 << 3
        first[open_[numbered]] = value[numbered]
        at[open_] = np.where(is_bytes, after + value, after)
        if (at[open_] > end[open_]).any():
            raise ValueError(at.max())
        open_ = open_[at[open_] < end[open_]]
    return {1: first}, found


def numbers_of(content: Bytes, spans: Spans, wanted: int) -> Ints:
    """A field that is a plain number, of many messages of one type; 0 where a message is without it.

    Raises
    ------
    ValueError
        If a message is not well formed.
    """
    at, end = spans[0].copy(), spans[1]
    found = np.zeros(len(at), dtype=np.int64)
    open_ = np.flatnonzero(at < end)
    while len(open_):
        tag = content[at[open_]].astype(np.int64)
        value, after = _numbers_at(content, at[open_] + 1)
        is_bytes = tag & 7 == _BYTES
        if (tag >= _MORE).any() or not (is_bytes | (tag & 7 == _VARINT)).all():
            raise ValueError(tag.max())
        here = tag == wanted << 3
        found[open_[here]] = value[here]
        at[open_] = np.where(is_bytes, after + value, after)
        if (at[open_] > end[open_]).any():
            raise ValueError(at.max())
        open_ = open_[at[open_] < end[open_]]
    return found


def _numbers_at(content: Bytes, at: Ints) -> tuple[Ints, Ints]:
    """The variable-length integers at these positions, and the positions after them."""
    byte = content[at].astype(np.int64)
    value, after = byte & 127, at + 1
    more = np.flatnonzero(byte >= _MORE)
    shift = 7
    while len(more):
        byte = content[after[more]].astype(np.int64)
        value[more] |= (byte & 127) << shift
        after[more] += 1
        more = more[byte >= _MORE]
        shift += 7
        if shift > 63:
            raise ValueError(shift)
    return value, after


def packed(content: Bytes) -> Ints:
    """The variable-length integers that fill a packed field."""
    if not len(content):
        return np.zeros(0, dtype=np.int64)
    ends = np.flatnonzero(content < _MORE)
    if not len(ends) or ends[-1] != len(content) - 1:
        raise ValueError(len(content))
    if len(ends) == len(content):
        return content.astype(np.int64)
    starts = np.empty(len(ends), dtype=np.int64)
    starts[0], starts[1:] = 0, ends[:-1] + 1
    value = (content[starts] & 127).astype(np.int64)
    more = np.flatnonzero(ends > starts)
    shift = 7
    while len(more):
        at = starts[more] + shift // 7
        value[more] |= (content[at] & 127).astype(np.int64) << shift
        more = more[ends[more] > at]
        shift += 7
        if shift > 63:
            raise ValueError(shift)
    return value


def packed_each(content: Bytes, spans: Spans) -> tuple[Ints, Ints]:
    """The integers of a packed field of many messages: all of them, and where each message's begin."""
    starts, ends = spans
    sizes = ends - starts
    byte_offset = np.concatenate([[0], np.cumsum(sizes)])
    where = np.arange(byte_offset[-1]) + np.repeat(starts - byte_offset[:-1], sizes)
    chosen = content[where]
    if len(chosen) and (chosen[byte_offset[1:][sizes > 0] - 1] >= _MORE).any():
        raise ValueError(len(chosen))
    count = np.concatenate([[0], np.cumsum(chosen < _MORE)])
    return packed(chosen), count[byte_offset]


def signed(zigzag: Ints) -> Ints:
    """Signed integers from their zigzag form."""
    return (zigzag >> 1) ^ -(zigzag & 1)


def summed(steps: Ints, offset: Ints) -> Ints:
    """Running sums that begin anew with each message."""
    running = np.concatenate([[0], np.cumsum(steps)])
    return np.asarray(running[1:] - np.repeat(running[offset[:-1]], np.diff(offset)), dtype=np.int64)
