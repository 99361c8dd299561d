"""Answers of Overpass as elements, and the elements of many answers put together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layers.sources.osm_file import UNITS_A_DEGREE, Ints

Tags = Mapping[str, str]
Member = tuple[str, int, str]
"""Kind (n, w or r), number and role."""
_KINDS = {"node": "n", "way": "w", "relation": "r"}
_BASE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_LARGEST_ID = 2**62


class AnswerError(ValueError):
    """An answer is not what was asked for."""


@dataclass(frozen=True)
class Answer:
    """The elements of one answer. The reader of extracts judges them; here they are only known to be whole."""

    base: str
    """Date of the data (ISO 8601, UTC)."""
    node_id: Ints
    node_xy: Ints
    """Longitude and latitude in units of 1e-7 degrees, one row a node."""
    node_tags: Mapping[int, Tags]
    """Of the nodes that have any."""
    ways: Mapping[int, tuple[Ints, Tags]]
    """Number -> the nodes in order, and the tags."""
    relations: Mapping[int, tuple[tuple[Member, ...], Tags]]

    def counts(self) -> dict[str, int]:
        """How many nodes, ways and relations there are."""
        return {"nodes": len(self.node_id), "ways": len(self.ways), "relations": len(self.relations)}


@dataclass
class Gathered:
    """The elements of several answers: of one that comes twice, as it is in the newest answer."""

    bases: list[str] = field(default_factory=list)
    _nodes: list[tuple[Ints, Ints]] = field(default_factory=list)
    _node_tags: dict[int, Tags] = field(default_factory=dict)
    _ways: dict[int, tuple[Ints, Tags]] = field(default_factory=dict)
    _relations: dict[int, tuple[tuple[Member, ...], Tags]] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
        """Add an answer. They must come from the oldest to the newest."""
        self.bases.append(answer.base)
        self._nodes.append((answer.node_id, answer.node_xy))
        for number in answer.node_id.tolist():
            self._node_tags.pop(number, None)
        self._node_tags.update(answer.node_tags)
        self._ways.update(answer.ways)
        self._relations.update(answer.relations)

    def all(self) -> Answer:
        """Everything as one answer, whose date is that of the oldest part; nodes sorted by number."""
        ids = np.concatenate([np.zeros(0, dtype=np.int64), *(ids for ids, _ in self._nodes)])
        places = np.concatenate([np.zeros((0, 2), dtype=np.int64), *(xy for _, xy in self._nodes)])
        _, last = np.unique(ids[::-1], return_index=True)
        last = len(ids) - 1 - last
        return Answer(
            min(self.bases, default=""),
            ids[last],
            places[last],
            dict(sorted(self._node_tags.items())),
            dict(sorted(self._ways.items())),
            dict(sorted(self._relations.items())),
        )


def read_answer(content: Any) -> Answer:  # noqa: ANN401  whatever JSON may hold
    """Read an answer to a question of `overpass_query.query`.

    Raises
    ------
    AnswerError
        It is no answer of Overpass, or holds another number of elements than the server itself counted.
    """
    if not isinstance(content, dict) or not isinstance(content.get("elements"), list):
        raise AnswerError("the answer holds no elements of OpenStreetMap")
    base = content["osm3s"].get("timestamp_osm_base", "") if isinstance(content.get("osm3s"), dict) else ""
    if not isinstance(base, str) or not _BASE.fullmatch(base):
        raise AnswerError("the answer does not say how old its data are")
    by_kind: dict[str, list[dict[str, Any]]] = {"count": [], "node": [], "way": [], "relation": []}
    try:
        for element in content["elements"]:
            by_kind[element["type"]].append(element)
        answer = _answer(base, by_kind)
        counted = by_kind["count"][0]["tags"]
        expected = {kind: int(counted[kind]) for kind in answer.counts()}
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError):
        raise AnswerError("the answer holds elements that are none, or lacks the server's count of them") from None
    if expected != answer.counts():
        raise AnswerError(
            f"the answer is incomplete: the server counted {_said(expected)}, {_said(answer.counts())} came"
        )
    return answer


def _answer(base: str, by_kind: Mapping[str, list[dict[str, Any]]]) -> Answer:
    nodes = by_kind["node"]
    return Answer(
        base,
        np.array([_number(node["id"]) for node in nodes], dtype=np.int64),
        np.array([_place(node) for node in nodes], dtype=np.int64).reshape(-1, 2),
        {node["id"]: _tags(node) for node in nodes if node.get("tags")},
        {
            _number(way["id"]): (np.array([_number(n) for n in way.get("nodes", ())], dtype=np.int64), _tags(way))
            for way in by_kind["way"]
        },
        {
            _number(relation["id"]): (tuple(_member(m) for m in relation.get("members", ())), _tags(relation))
            for relation in by_kind["relation"]
        },
    )


def _number(value: Any) -> int:  # noqa: ANN401
    if type(value) is not int or not 0 < value < _LARGEST_ID:
        raise ValueError
    return value


def _place(node: Mapping[str, Any]) -> tuple[int, int]:
    lon, lat = float(node["lon"]), float(node["lat"])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError
    return round(lon * UNITS_A_DEGREE), round(lat * UNITS_A_DEGREE)


def _tags(element: Mapping[str, Any]) -> Tags:
    tags = element.get("tags", {})
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in tags.items()):
        raise TypeError
    return dict(sorted(tags.items()))


def _member(member: Mapping[str, Any]) -> Member:
    role = member.get("role", "")
    if not isinstance(role, str):
        raise TypeError
    return _KINDS[member["type"]], _number(member["ref"]), role


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.items())
