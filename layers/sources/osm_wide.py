"""Areas that lie around a whole study without a point near it: a nature park, a forest, a bay.

To know where an area lies one needs the positions of its points, and these are as many as the file is
large. So a few points stand for each way: an area is read whole if the box around these points, grown
on every side by twice the longer of its own, meets the study's surroundings. It need not be square, nor
its points spread evenly: a coast drawn point by point may be one side of it, and a straight line the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layers.sources.osm_blocks import Blocks
from layers.sources.osm_file import NODE, UNITS_A_DEGREE, WAY, Ints, Kind, flat, looked_up, offsets
from layers.sources.osm_numbers import Numbers
from layers.surroundings import Degrees

_SAMPLES = 8
"""Points of each way."""
_GROWN = 2
_LEAST = 4
"""Nodes of a closed way around an area, the first one twice."""
_AT_ONCE = 2_000_000
"""Points whose positions are looked up in one pass through the file."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Around:
    """The areas that may lie around a study."""

    ways: Ints
    relations: Ints


@dataclass
class Wide:
    """Areas of which it is not known yet where they lie."""

    ways: list[Ints] = field(default_factory=list)
    samples: list[Ints] = field(default_factory=list)
    """(ways, samples) nodes of each."""
    relations: list[Ints] = field(default_factory=list)
    members: list[Ints] = field(default_factory=list)
    """The ways of all relations one after the other, and how many each has."""
    lengths: list[Ints] = field(default_factory=list)
    chosen: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """Numbers of the ways that may lie around the study, once that is known."""

    def add_ways(self, own: Kind, rows: NDArray[np.bool_]) -> None:
        """Of these ways those that are closed."""
        length = np.diff(own.ref_offset)
        chosen = np.flatnonzero(rows & (length >= _LEAST))
        first, last = own.ref_offset[chosen], own.ref_offset[chosen + 1] - 1
        chosen = chosen[own.ref[first] == own.ref[last]]
        self.ways.append(own.id[chosen])
        self.samples.append(_sampled(own, chosen))

    def add_relations(self, own: Kind, rows: NDArray[np.bool_]) -> None:
        """These relations, by their ways."""
        is_way = own.member_kind == WAY
        ways = np.concatenate([[0], np.cumsum(is_way)])
        self.relations.append(own.id[rows])
        self.lengths.append((ways[own.ref_offset[1:]] - ways[own.ref_offset[:-1]])[rows])
        self.members.append(own.ref[is_way & np.repeat(rows, np.diff(own.ref_offset))])


def around(source: Blocks, wide: Wide, box: Degrees) -> Around:
    """The areas among these that may lie around the box."""
    members = Numbers.of(wide.members)
    numbers, samples = [flat(wide.ways)], [_table(wide.samples)]
    if len(members.sorted):
        for _, part in source.again(WAY, members.sorted):
            rows = np.flatnonzero(members.has(part.elements.id))
            rows = rows[np.diff(part.elements.ref_offset)[rows] > 0]
            numbers.append(part.elements.id[rows])
            samples.append(_sampled(part.elements, rows))
    low, high = _boxes(source, _table(samples), box)
    own = len(numbers[0])
    wide.chosen = numbers[0][_meets(low[:own], high[:own], box)]
    relations = _relation_boxes(wide, flat(numbers[1:]), low[own:], high[own:])
    return Around(wide.chosen, flat(wide.relations)[_meets(*relations, box)])


def _table(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros((0, _SAMPLES), dtype=np.int64), *parts])


def _sampled(own: Kind, rows: Ints) -> Ints:
    """Nodes spread evenly along each of these ways."""
    first, steps = own.ref_offset[rows], np.diff(own.ref_offset)[rows] - 1
    table: Ints = own.ref[first[:, None] + steps[:, None] * np.arange(_SAMPLES) // _SAMPLES]
    return table


def _boxes(source: Blocks, samples: Ints, box: Degrees) -> tuple[Floats, Floats]:
    """Lower left and upper right of the points of each row, in degrees from the middle of the box."""
    wanted = np.unique(samples)
    place = np.full((len(wanted) + 1, 2), np.nan)
    for low in range(0, len(wanted), _AT_ONCE):
        for numbers, x, y in _positions(source, Numbers.of([wanted[low : low + _AT_ONCE]])):
            place[np.searchsorted(wanted, numbers)] = np.column_stack([x, y]) / UNITS_A_DEGREE
    middle = box.west + ((box.east - box.west) % 360) / 2
    place[:, 0] = (place[:, 0] - middle + 180) % 360 - 180
    points = place[np.searchsorted(wanted, samples)]
    return np.fmin.reduce(points, axis=1), np.fmax.reduce(points, axis=1)


def _positions(source: Blocks, wanted: Numbers) -> Iterator[tuple[Ints, Ints, Ints]]:
    for _, part in source.again(NODE, wanted.sorted):
        rows = wanted.has(part.elements.id)
        yield part.elements.id[rows], part.x[rows], part.y[rows]


def _relation_boxes(wide: Wide, ways: Ints, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """The boxes of relations by those of their ways."""
    order = np.argsort(ways)
    members, length = flat(wide.members), flat(wide.lengths)
    at, there = looked_up(ways[order], members)
    nowhere = np.full((1, 2), np.nan)
    low, high = np.concatenate([low[order], nowhere]), np.concatenate([high[order], nowhere])
    at[~there] = len(ways)
    some = np.flatnonzero(length)
    first = offsets(length)[:-1][some]
    found_low, found_high = np.full((len(length), 2), np.nan), np.full((len(length), 2), np.nan)
    if len(some):
        found_low[some] = np.fmin.reduceat(low[at], first)
        found_high[some] = np.fmax.reduceat(high[at], first)
    return found_low, found_high


def _meets(low: Floats, high: Floats, box: Degrees) -> NDArray[np.bool_]:
    """Which boxes, grown by their own size, meet the study's; False where nothing is known."""
    grown = _GROWN * (high - low).max(axis=1, keepdims=True)
    half = np.array([((box.east - box.west) % 360) / 2, 0.0])
    box_low, box_high = np.array([0.0, box.south]) - half, np.array([0.0, box.north]) + half
    meets: NDArray[np.bool_] = ((low - grown <= box_high) & (high + grown >= box_low)).all(axis=1)
    return meets
