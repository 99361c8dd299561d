"""A reader of the part of Overpass' query language that is asked in tests, run over a real extract.

It is written from the language's own description, not from the code that makes the questions: filters by key, value,
regular expression and absence, the polygon filter, unions, named sets, recursion down, `out count` and `out body`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import osmium
import shapely
from osmium import osm

TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|!=|!~|[A-Za-z_0-9]+|.)', re.DOTALL)
KINDS = ("node", "way", "relation")
Found = dict[str, set[int]]


class QueryError(ValueError):
    """The question is not in the language."""


@dataclass
class World:
    """An extract in memory."""

    tags: dict[str, dict[int, dict[str, str]]]
    places: dict[int, tuple[float, float]]
    """Node -> longitude and latitude."""
    nodes: dict[int, list[int]]
    """Way -> nodes."""
    members: dict[int, list[tuple[str, int, str]]]
    shapes: dict[str, tuple[np.ndarray, shapely.STRtree]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> World:
        """Everything of a file. Ways that lie across its edge end there, as a server knows every node of its ways."""
        world = cls({kind: {} for kind in KINDS}, {}, {}, {})
        for element in osmium.FileProcessor(path):
            tags = dict(element.tags) if len(element.tags) else {}
            if isinstance(element, osm.Node):
                at = element.location
                world.places[element.id] = (at.lon, at.lat)
                world.tags["node"][element.id] = tags
            elif isinstance(element, osm.Way):
                world.nodes[element.id] = [node.ref for node in element.nodes]
                world.tags["way"][element.id] = tags
            else:
                world.members[element.id] = [
                    ({"n": "node", "w": "way", "r": "relation"}[m.type], m.ref, m.role) for m in element.members
                ]
                world.tags["relation"][element.id] = tags
        world._cut()
        world._index()
        return world

    def _cut(self) -> None:
        cut = {way: [n for n in refs if n in self.places] for way, refs in self.nodes.items()}
        self.nodes = {way: refs for way, refs in cut.items() if len(refs) > 1}
        self.tags["way"] = {way: tags for way, tags in self.tags["way"].items() if way in self.nodes}

    def _index(self) -> None:
        nodes = [number for number, tags in self.tags["node"].items() if tags]
        self.shapes["node"] = self._tree(nodes, shapely.points([self.places[n] for n in nodes]))
        ways = list(self.nodes.items())
        flat = np.array([self.places[n] for _, refs in ways for n in refs])
        which = np.repeat(np.arange(len(ways)), [len(refs) for _, refs in ways])
        self.shapes["way"] = self._tree([number for number, _ in ways], shapely.linestrings(flat, indices=which))

    @staticmethod
    def _tree(numbers: list[int], shapes: np.ndarray) -> tuple[np.ndarray, shapely.STRtree]:
        return np.array(numbers, dtype=np.int64), shapely.STRtree(shapes)

    def inside(self, kind: str, area: shapely.Polygon) -> set[int]:
        """Elements that touch an area; a relation does if a member does. Nodes without tags are not looked at."""
        if kind != "relation":
            numbers, tree = self.shapes[kind]
            return set(numbers[tree.query(area, predicate="intersects")].tolist())
        ways, nodes = self.inside("way", area), self.inside("node", area)
        return {
            number
            for number, members in self.members.items()
            if any((k == "way" and ref in ways) or (k == "node" and ref in nodes) for k, ref, _ in members)
        }

    def around(self, point: shapely.Point) -> Found:
        """Closed ways, and relations of closed rings, that have a point inside: pivots of the areas of `is_in`."""
        numbers, tree = self.shapes["way"]
        lines = tree.geometries
        near = tree.query(point)
        closed = [i for i in near if lines[i].is_closed and shapely.Polygon(lines[i]).contains(point)]
        at = {int(number): i for i, number in enumerate(numbers)}
        relations = set()
        for number, members in self.members.items():
            own = [lines[at[ref]] for kind, ref, _ in members if kind == "way" and ref in at]
            if own and self.tags["relation"][number].get("type") in ("multipolygon", "boundary"):
                box = shapely.total_bounds(own)
                if box[0] <= point.x <= box[2] and box[1] <= point.y <= box[3]:
                    whole = shapely.build_area(shapely.multilinestrings(own))
                    relations |= {number} if whole.contains(point) else set()
        return {"node": set(), "way": {int(numbers[i]) for i in closed}, "relation": relations}


@dataclass
class Reader:
    """One question, as far as it has been read."""

    world: World
    tokens: list[str]
    at: int = 0
    sets: dict[str, Found] = field(default_factory=dict)
    out: list[dict[str, Any]] = field(default_factory=list)
    areas: dict[tuple[str, str], set[int]] = field(default_factory=dict)

    def run(self) -> list[dict[str, Any]]:
        """The elements of the answer."""
        while self.peek() == "[":
            self.settings()
        self.expect(";")
        while self.at < len(self.tokens):
            self.statement()
        return self.out

    def peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else ""

    def expect(self, token: str) -> None:
        found = self.take()
        if found != token:
            raise QueryError(f"parse error: {token!r} expected, {found!r} found")

    def settings(self) -> None:
        self.expect("[")
        name = self.take()
        self.expect(":")
        value = self.take()
        if (name, value) != ("out", "json") and (name not in ("timeout", "maxsize") or not value.isdecimal()):
            raise QueryError(f"parse error: unknown setting {name}:{value}")
        self.expect("]")

    def statement(self) -> None:
        if self.peek() == "." and self.peek(2) == "out":
            self.take()
            name = self.take()
            self.output(self.sets[name])
            return
        found = self.selection()
        name = "_"
        if self.peek() == "->":
            self.take()
            self.expect(".")
            name = self.take()
        self.expect(";")
        self.sets[name] = found

    def selection(self) -> Found:
        word = self.take()
        if word == "(":
            return self.union()
        if word == ">":
            return self.down(self.sets["_"])
        if word == ".":
            return self.sets[self.take()]
        if word == "is_in":
            self.expect("(")
            numbers = "".join(iter(self.take, ")")).split(",")
            return self.world.around(shapely.Point(float(numbers[1]), float(numbers[0])))
        if word in KINDS:
            return {kind: self.filtered(kind) if kind == word else set() for kind in KINDS}
        raise QueryError(f"parse error: {word!r} is no statement")

    def union(self) -> Found:
        total: Found = {kind: set() for kind in KINDS}
        while self.peek() != ")":
            found = self.selection()
            self.expect(";")
            for kind in KINDS:
                total[kind] |= found[kind]
        self.expect(")")
        return total

    def down(self, start: Found) -> Found:
        """Members of relations, and nodes of those ways and of the ways themselves; no relations of relations."""
        members = [m for relation in start["relation"] for m in self.world.members[relation]]
        ways = {ref for kind, ref, _ in members if kind == "way" and ref in self.world.nodes}
        nodes = {ref for kind, ref, _ in members if kind == "node" and ref in self.world.places}
        nodes |= {n for way in start["way"] | ways for n in self.world.nodes[way] if n in self.world.places}
        return {"node": nodes, "way": ways, "relation": set()}

    def filtered(self, kind: str) -> set[int]:
        tests = []
        while self.peek() == "[":
            tests.append(self.tag_filter())
        self.expect("(")
        tags = self.world.tags[kind]
        if self.peek() == "pivot":
            self.take()
            self.expect(".")
            found = self.sets[self.take()][kind]
            self.expect(")")
            return {number for number in found if all(test(tags[number]) for test in tests)}
        self.expect("poly")
        self.expect(":")
        ring = self.text()
        self.expect(")")
        if (kind, ring) not in self.areas:
            numbers = [float(number) for number in ring.split()]
            area = shapely.Polygon(zip(numbers[1::2], numbers[::2], strict=True))
            self.areas[kind, ring] = self.world.inside(kind, area)
        return {number for number in self.areas[kind, ring] if all(test(tags[number]) for test in tests)}

    def tag_filter(self):
        self.expect("[")
        absent = self.peek() == "!"
        if absent:
            self.take()
        key = self.text()
        operator = self.take()
        if operator == "]":
            return (lambda tags: key not in tags) if absent else (lambda tags: key in tags)
        value = self.text()
        self.expect("]")
        if operator == "=":
            return lambda tags: tags.get(key) == value
        if operator == "~":
            form = re.compile(value)
            return lambda tags: key in tags and form.search(tags[key]) is not None
        raise QueryError(f"parse error: unknown filter {operator!r}")

    def text(self) -> str:
        token = self.take()
        if not token.startswith('"') or len(token) < 2:
            raise QueryError(f"parse error: text in quotes expected, {token!r} found")
        return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], token[1:-1])

    def output(self, found: Found) -> None:
        self.expect("out")
        mode = self.take()
        if self.peek() == "qt":
            self.take()
        self.expect(";")
        if mode == "count":
            counts = {f"{kind}s": str(len(found[kind])) for kind in KINDS}
            total = str(sum(len(numbers) for numbers in found.values()))
            self.out.append({"type": "count", "id": 0, "tags": {**counts, "total": total}})
        elif mode == "body":
            self.out += [self.body(kind, number) for kind in KINDS for number in sorted(found[kind])]
        else:
            raise QueryError(f"parse error: unknown output {mode!r}")

    def body(self, kind: str, number: int) -> dict[str, Any]:
        element: dict[str, Any] = {"type": kind, "id": number}
        if kind == "node":
            element["lon"], element["lat"] = self.world.places[number]
        elif kind == "way":
            element["nodes"] = self.world.nodes[number]
        else:
            element["members"] = [{"type": k, "ref": r, "role": role} for k, r, role in self.world.members[number]]
        tags = self.world.tags[kind][number]
        return {**element, "tags": tags} if tags else element


def answer(world: World, question: str) -> list[dict[str, Any]]:
    """What Overpass would answer about this world."""
    tokens = [token for token in TOKEN.findall(question) if token.strip()]
    return Reader(world, tokens).run()
