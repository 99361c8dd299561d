"""An OSM file as flat arrays: every element, nothing decided yet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NODE, WAY, RELATION = 0, 1, 2
"""Kinds of elements and of members, as PBF numbers them."""
UNITS_A_DEGREE = 1e7
"""OSM keeps positions as whole ten-millionths of a degree."""


class TooDense(Exception):  # noqa: N818  told as an error where the file's name is known
    """A block holds more elements than any writer puts into one."""


class NotPlain(Exception):  # noqa: N818  no fault of the input: another reader is asked
    """The file is broken, or of a form that the quick reader does not decode."""


@dataclass(frozen=True)
class Kind:
    """Elements of one kind, sorted by number.

    Of element ``i`` the tags are ``tag_offset[i]:tag_offset[i + 1]``, and the nodes of a way or the
    members of a relation ``ref_offset[i]:ref_offset[i + 1]``.
    """

    id: Ints
    tag_offset: Ints
    key: Ints
    """Numbers in the file's `Strings`, as `value` and `role`."""
    value: Ints
    ref_offset: Ints
    ref: Ints
    member_kind: Ints
    """`NODE`, `WAY` or `RELATION`; empty but for relations, as `role`."""
    role: Ints

    def having(self, keyed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which elements have at least one of the keys; `keyed` says of every string whether it is one."""
        seen = np.concatenate([[0], np.cumsum(keyed[self.key])])
        found: NDArray[np.bool_] = seen[self.tag_offset[1:]] > seen[self.tag_offset[:-1]]
        return found


@dataclass(frozen=True)
class Strings:
    """The string tables of a file one after the other, decoded only where asked. The same text may come twice."""

    blocks: Sequence[bytes]
    first: Ints
    """(blocks + 1,) number of each block's first string."""
    start: Ints
    end: Ints

    def texts(self, numbers: Ints) -> list[str]:
        """Some of the strings.

        Raises
        ------
        NotPlain
            If one is not UTF-8.
        """
        block = np.searchsorted(self.first, numbers, side="right") - 1
        spans = zip(block.tolist(), self.start[numbers].tolist(), self.end[numbers].tolist(), strict=True)
        try:
            return [str(self.blocks[b][s:e], "utf-8") for b, s, e in spans]
        except UnicodeDecodeError as fault:
            raise NotPlain from fault


@dataclass(frozen=True)
class OsmFile:
    """A whole file."""

    nodes: Kind
    x: Ints
    """Longitude and latitude in units of `UNITS_A_DEGREE`."""
    y: Ints
    ways: Kind
    relations: Kind
    strings: Strings
    date: str
    """Of the data as the header gives it, else the newest of an element with a key that is looked at, else empty."""

    def keyed(self, keys: Collection[str]) -> NDArray[np.bool_]:
        """Of every string whether it is one of these keys."""
        used = np.zeros(len(self.strings.start), dtype=bool)
        for kind in (self.nodes, self.ways, self.relations):
            used[kind.key] = True
        numbers = np.flatnonzero(used)
        found = np.zeros(len(used), dtype=bool)
        found[numbers] = [text in keys for text in self.strings.texts(numbers)]
        return found


def looked_up(numbers: Ints, asked: Ints) -> tuple[Ints, NDArray[np.bool_]]:
    """Where each number asked for stands among sorted ones, 0 where it does not, and whether it does."""
    at = np.searchsorted(numbers, asked)
    at[at == len(numbers)] = 0
    there = numbers[at] == asked if len(numbers) else np.zeros(len(asked), dtype=bool)
    return np.where(there, at, 0), there


def flat(arrays: Sequence[Ints]) -> Ints:
    """Arrays one after the other, or an empty one."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *arrays])


def offsets(lengths: Sequence[int] | Ints) -> Ints:
    """Where each of several runs begins, and the end of the last."""
    return np.concatenate([[0], np.cumsum(np.asarray(lengths, dtype=np.int64))])


def ranges(first: Ints, length: Ints) -> Ints:
    """The numbers from each first on, `length` of them, one range after the other."""
    before = np.cumsum(length) - length
    numbers: Ints = np.arange(int(length.sum())) + np.repeat(first - before, length)
    return numbers
