"""An OSM file as a stream of blocks, so that no more of it is in memory than is looked at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from layers.sources.osm_file import NODE, RELATION, WAY, Ints, Kind, OsmFile, Strings, flat, offsets, ranges

DATE_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
NOTHING: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Part:
    """Elements of one kind in one block; positions only of nodes."""

    kind: int
    """`NODE`, `WAY` or `RELATION`."""
    elements: Kind
    """Its texts are numbered within the block."""
    x: Ints
    """Longitude and latitude in units of `UNITS_A_DEGREE`."""
    y: Ints
    times: Callable[[], Ints]
    """Seconds since 1970 at which each element was changed last, 0 where it does not say; decoded when asked."""


@dataclass(frozen=True)
class Block:
    """A block of data; its strings are numbered from 0."""

    content: bytes
    start: Ints
    """Where each string begins and ends in the content."""
    end: Ints
    parts: Sequence[Part]

    @cached_property
    def _number(self) -> dict[bytes, list[int]]:
        found: dict[bytes, list[int]] = {}
        for i, (start, end) in enumerate(zip(self.start.tolist(), self.end.tolist(), strict=True)):
            found.setdefault(self.content[start:end], []).append(i)
        return found

    def numbers(self, texts: Collection[str]) -> Ints:
        """The numbers of those strings that are one of the texts."""
        return np.array([i for text in texts for i in self._number.get(text.encode(), ())], dtype=np.int64)

    def is_one(self, texts: Collection[str]) -> NDArray[np.bool_]:
        """Of every string whether it is one of the texts."""
        found = np.zeros(len(self.start), dtype=bool)
        found[self.numbers(texts)] = True
        return found


class Blocks(Protocol):
    """A file that can be gone through several times."""

    @property
    def date(self) -> str:
        """Of the data, as the header gives it; else empty."""

    @property
    def content_bytes(self) -> int:
        """How much there is to read, inflated where the file says so."""

    def all(self) -> Iterator[tuple[Block, Part]]:
        """All parts: nodes before ways before relations.

        Raises
        ------
        NotPlain
            If the file is broken, or of a form that this reader does not decode.
        """

    def again(self, kind: int, wanted: Ints | None = None) -> Iterator[tuple[Block, Part]]:
        """Parts of a kind: at least those with elements of the wanted numbers, which are sorted; None: all of them."""


def taken(block: Block, part: Part, rows: NDArray[np.bool_]) -> tuple[Block, Part]:
    """Some elements of a part, in a block of their own that holds no text but theirs."""
    own = part.elements
    tag = np.repeat(rows, np.diff(own.tag_offset))
    ref = np.repeat(rows, np.diff(own.ref_offset))
    key, value = own.key[tag], own.value[tag]
    role, member_kind = (own.role[ref], own.member_kind[ref]) if len(own.role) else (NOTHING, NOTHING)
    used = np.unique(flat([key, value, role]))
    size = (block.end - block.start)[used]
    content = block.content
    text = b"".join(content[s:e] for s, e in zip(block.start[used].tolist(), block.end[used].tolist(), strict=True))
    ends = np.cumsum(size)
    elements = Kind(
        own.id[rows], offsets(np.diff(own.tag_offset)[rows]), np.searchsorted(used, key), np.searchsorted(used, value),
        offsets(np.diff(own.ref_offset)[rows]), own.ref[ref], member_kind, np.searchsorted(used, role),
    )  # fmt: skip
    x, y = (part.x[rows], part.y[rows]) if part.kind == NODE else (NOTHING, NOTHING)
    small = Part(part.kind, elements, x, y, times=lambda: NOTHING)
    return Block(text, ends - size, ends, [small]), small


def with_tag(block: Block, part: Part, accepted: Mapping[str, Collection[str]]) -> NDArray[np.bool_]:
    """Which elements have one of the accepted values (``*``: any) of one of the keys."""
    own = part.elements
    fits = np.zeros(len(own.key), dtype=bool)
    for key, values in accepted.items():
        here = block.is_one({key})[own.key]
        fits |= here if "*" in values else here & block.is_one(values)[own.value]
    return any_of(fits, own.tag_offset)


def any_of(flags: NDArray[np.bool_], offset: Ints) -> NDArray[np.bool_]:
    """Of every run of flags whether one of them is set."""
    seen = np.concatenate([[0], np.cumsum(flags)])
    found: NDArray[np.bool_] = seen[offset[1:]] > seen[offset[:-1]]
    return found


def newest(block: Block, part: Part, rows: NDArray[np.bool_], keys: Collection[str]) -> int:
    """When the newest of these elements with one of the keys was changed; 0 if none says so."""
    dated = rows & part.elements.having(block.is_one(keys))
    if not dated.any():
        return 0
    times = part.times()
    return int(times[dated].max()) if len(times) else 0


def read_whole(source: Blocks, dated_keys: Collection[str]) -> OsmFile:
    """All elements of a file.

    Parameters
    ----------
    dated_keys
        If the header gives no date, the newest element with one of these keys does.
    """
    blocks: list[Block] = []
    seconds = 0
    for block, part in source.all():
        if not blocks or blocks[-1] is not block:
            blocks.append(block)
        if not source.date:
            seconds = max(seconds, newest(block, part, np.ones(len(part.elements.id), dtype=bool), dated_keys))
    return whole(blocks, source.date or said_date(seconds))


def said_date(seconds: int) -> str:
    """A time as files write it; empty for 0."""
    return datetime.fromtimestamp(seconds, UTC).strftime(DATE_FORMAT) if seconds else ""


def whole(blocks: Sequence[Block], date: str) -> OsmFile:
    """The elements of all blocks, sorted by number; of an element that comes twice the later one counts."""
    first = offsets([len(block.start) for block in blocks])
    strings = Strings(
        [block.content for block in blocks], first,
        flat([block.start for block in blocks]), flat([block.end for block in blocks]),
    )  # fmt: skip
    numbered = [(part, number) for block, number in zip(blocks, first.tolist(), strict=False) for part in block.parts]
    nodes, ways, relations = ([one for one in numbered if one[0].kind == kind] for kind in (NODE, WAY, RELATION))
    all_nodes = _joined(nodes)
    order = _order(all_nodes.id)
    return OsmFile(
        _sorted(all_nodes, order), _picked(flat([part.x for part, _ in nodes]), order),
        _picked(flat([part.y for part, _ in nodes]), order),
        _sorted_kind(_joined(ways)), _sorted_kind(_joined(relations)), strings, date,
    )  # fmt: skip


def _joined(parts: Iterable[tuple[Part, int]]) -> Kind:
    """Elements of several blocks one after the other; with each part comes the number of its block's first string."""
    given = [(part.elements, number) for part, number in parts]
    return Kind(
        flat([own.id for own, _ in given]),
        offsets(flat([np.diff(own.tag_offset) for own, _ in given])),
        flat([own.key + number for own, number in given]),
        flat([own.value + number for own, number in given]),
        offsets(flat([np.diff(own.ref_offset) for own, _ in given])),
        flat([own.ref for own, _ in given]),
        flat([own.member_kind for own, _ in given]),
        flat([own.role + number for own, number in given]),
    )


def _order(ids: Ints) -> Ints | None:
    """The rows by number, each number once; None if they stand so already."""
    if not len(ids) or (np.diff(ids) > 0).all():
        return None
    order = np.argsort(ids, kind="stable")
    last = np.append(np.diff(ids[order]) > 0, True)
    kept: Ints = order[last]
    return kept


def _picked(values: Ints, order: Ints | None) -> Ints:
    return values if order is None else values[order]


def _sorted_kind(kind: Kind) -> Kind:
    return _sorted(kind, _order(kind.id))


def _sorted(kind: Kind, order: Ints | None) -> Kind:
    if order is None:
        return kind
    tags, refs = np.diff(kind.tag_offset)[order], np.diff(kind.ref_offset)[order]
    tag, ref = ranges(kind.tag_offset[order], tags), ranges(kind.ref_offset[order], refs)
    is_relation = len(kind.role) > 0
    return Kind(
        kind.id[order], offsets(tags), kind.key[tag], kind.value[tag], offsets(refs), kind.ref[ref],
        kind.member_kind[ref] if is_relation else kind.member_kind, kind.role[ref] if is_relation else kind.role,
    )  # fmt: skip
