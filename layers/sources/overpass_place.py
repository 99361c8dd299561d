"""Whether the elements of an answer lie where they were asked about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import Polygon

from layers.sources.osm_file import UNITS_A_DEGREE, Ints
from layers.sources.overpass_answer import Answer

_ROUNDED_DEG = 1e-6
"""A question gives its area in so many degrees."""


@dataclass(frozen=True)
class _Boxes:
    """Of every element the least and the greatest longitude and latitude, in units of 1e-7 degrees."""

    low: Ints
    high: Ints

    def meet(self, part: Polygon) -> NDArray[np.bool_]:
        """Which of them meet the box of an area in degrees."""
        left, bottom, right, top = (value * UNITS_A_DEGREE for value in part.buffer(_ROUNDED_DEG).bounds)
        meet = (self.high >= (left, bottom)) & (self.low <= (right, top))
        return np.asarray(meet[:, 0] & meet[:, 1])


def lacking_nodes(answer: Answer) -> int:
    """How many ways lack one of their nodes, or have none: a question asks for all that its elements are made of."""
    refs, start = _refs(answer)
    lacking = np.append(~np.isin(refs, answer.node_id), False)
    seen = np.concatenate([[0], np.cumsum(lacking)])
    return int(((seen[start[1:]] > seen[start[:-1]]) | (np.diff(start) == 0)).sum())


def share_elsewhere(answer: Answer, part: Polygon) -> float:
    """The share (0-1) of elements that lie beside the area that was asked about; 0 without any.

    Looked at are relations, ways of no relation, and nodes of neither: what else there is only belongs to them, and
    may lie anywhere.

    Parameters
    ----------
    answer
        Its ways lack no nodes (`lacking_nodes`).
    part
        In degrees.
    """
    order = np.argsort(answer.node_id, kind="stable")
    ids, places = answer.node_id[order], answer.node_xy[order]
    refs, start = _refs(answer)
    of_ways = places[np.searchsorted(ids, refs)]
    ways = _Boxes(np.minimum.reduceat(of_ways, start[:-1]), np.maximum.reduceat(of_ways, start[:-1]))
    way_ids = np.fromiter(answer.ways, dtype=np.int64, count=len(answer.ways))
    members = {
        kind: np.array([ref for m, _ in answer.relations.values() for k, ref, _ in m if k == kind], dtype=np.int64)
        for kind in "nw"
    }
    lone = ~np.isin(ids, refs) & ~np.isin(ids, members["n"])
    met = [
        _Boxes(places, places).meet(part)[lone],
        ways.meet(part)[~np.isin(way_ids, members["w"])],
        _of_relations(answer, (ids, places), (way_ids, ways)).meet(part),
    ]
    every = np.concatenate(met)
    return float((~every).mean()) if len(every) else 0.0


def _refs(answer: Answer) -> tuple[Ints, Ints]:
    """The nodes of all ways one after the other, and where each way's begin; at the end, how many there are."""
    given = [nodes for nodes, _ in answer.ways.values()]
    start = np.concatenate([[0], np.cumsum([len(nodes) for nodes in given])]).astype(np.int64)
    return np.concatenate([np.zeros(0, dtype=np.int64), *given]), start


def _of_relations(answer: Answer, nodes: tuple[Ints, Ints], ways: tuple[Ints, _Boxes]) -> _Boxes:
    """The boxes of relations, of those members that came; one without such members is left out."""
    row = {number: i for i, number in enumerate(ways[0].tolist())}
    low, high = [np.zeros((0, 2), dtype=np.int64)], [np.zeros((0, 2), dtype=np.int64)]
    for members, _ in answer.relations.values():
        of_ways = [row[ref] for kind, ref, _ in members if kind == "w" and ref in row]
        of_nodes = _found(nodes[0], [ref for kind, ref, _ in members if kind == "n"])
        if of_ways or len(of_nodes):
            low.append(np.vstack([ways[1].low[of_ways], nodes[1][of_nodes]]).min(axis=0, keepdims=True))
            high.append(np.vstack([ways[1].high[of_ways], nodes[1][of_nodes]]).max(axis=0, keepdims=True))
    return _Boxes(np.concatenate(low), np.concatenate(high))


def _found(ids: Ints, wanted: list[int]) -> Ints:
    """The rows of those of the wanted numbers that are there; numbers are sorted."""
    numbers = np.array(wanted, dtype=np.int64)
    rows = np.searchsorted(ids, numbers)
    there = rows < len(ids)
    there[there] = ids[rows[there]] == numbers[there]
    return np.asarray(rows[there], dtype=np.int64)
