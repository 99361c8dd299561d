"""SYNTHETIC random extracts: whatever lies around a study is read, whole, from near and far, and nothing else matters."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import numpy as np
import osmium
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from osmium.osm import mutable
from pyproj import CRS

from layers.origins import Origin
from layers.sources import osm_reading, osm_wide
from layers.sources.osm import read_osm
from layers.surroundings import READING_MARGIN_M, Surroundings, near, near_squares, near_ways

UTM = CRS.from_epsg(32631)
BOX = shapely.box(450_000, 5_000_000, 454_000, 5_003_000)
MIDDLE = (2.389, 45.163)
WIDE = ({"leisure": "park"}, {"natural": "water"}, {"boundary": "protected_area"}, {"landuse": "forest"})
SMALL = (*WIDE, {"building": "yes"}, {"highway": "pedestrian", "area": "yes"}, {"landuse": "grass"})


class Drawing:
    """Elements in the order in which a file has them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  no secret
        self.nodes: list[mutable.Node] = []
        self.ways: list[mutable.Way] = []
        self.relations: list[mutable.Relation] = []

    def node(self, at: tuple[float, float]) -> int:
        tags = {"barrier": "gate"} if self.random.random() < 0.2 else {}
        self.nodes.append(mutable.Node(id=len(self.nodes) + 1, location=at, tags=tags, version=1))
        return len(self.nodes)

    def way(self, nodes: list[int], tags: dict[str, str]) -> int:
        self.ways.append(mutable.Way(id=len(self.ways) + 1, nodes=nodes, tags=tags, version=1))
        return len(self.ways)

    def place(self, spread: float) -> tuple[float, float]:
        return MIDDLE[0] + self.random.uniform(-spread, spread), MIDDLE[1] + self.random.uniform(-spread, spread)

    def ring(self, centre: tuple[float, float], half: float, *, detailed: bool = False) -> list[int]:
        x, y = centre
        corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
        if detailed:
            corners[1:1] = [(x - half * (1 - i / 20), y - half - i % 2 / 1e4) for i in range(1, 20)]
        nodes = [self.node(corner) for corner in corners]
        return [*nodes, nodes[0]]

    def street(self) -> None:
        at = self.place(0.3)
        nodes = []
        for _ in range(self.random.randint(2, 12)):
            nodes.append(self.node(at))
            at = at[0] + self.random.uniform(-0.004, 0.004), at[1] + self.random.uniform(-0.004, 0.004)
        self.way(nodes, {"highway": self.random.choice(["path", "primary", "motorway"])})

    def relation(self, centre: tuple[float, float], half: float, tags: dict[str, str]) -> None:
        """A ring in two ways, with a hole."""
        outer, hole = self.ring(centre, half), self.ring((centre[0] + half / 3, centre[1]), half / 9)
        ways = [
            (self.way(part, {}), role) for part, role in ((outer[:3], "outer"), (outer[2:], "outer"), (hole, "inner"))
        ]
        members = [("w", way, role) for way, role in ways]
        number = len(self.relations) + 1
        self.relations.append(
            mutable.Relation(id=number, members=members, tags=tags | {"type": "multipolygon"}, version=1)
        )

    def write(self, path: Path) -> None:
        with osmium.SimpleWriter(path) as writer:
            for node in self.nodes:
                writer.add_node(node)
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)


def drawn(seed: int) -> Drawing:
    """Streets here and there, small areas everywhere, and large ones around, beside and far from the study."""
    drawing = Drawing(seed)
    drawing.way([drawing.node(MIDDLE), drawing.node((MIDDLE[0] + 0.001, MIDDLE[1]))], {"highway": "path"})
    for _ in range(40):
        drawing.street()
    for _ in range(30):
        drawing.way(
            drawing.ring(drawing.place(0.2), drawing.random.uniform(0.0001, 0.01)), drawing.random.choice(SMALL)
        )
        drawing.relation(drawing.place(0.2), drawing.random.uniform(0.0001, 0.01), drawing.random.choice(SMALL))
    for _ in range(4):
        drawing.way(
            drawing.ring(drawing.place(0.5), drawing.random.uniform(0.05, 0.6), detailed=True),
            drawing.random.choice(WIDE),
        )
        drawing.relation(drawing.place(0.5), drawing.random.uniform(0.05, 0.6), drawing.random.choice(WIDE))
    return drawing


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    ending=st.sampled_from(["osm.pbf", "osm", "osm.bz2"]),
    at_once=st.sampled_from([7, 10**6]),
)
def test_the_same_layers_whichever_way_a_file_is_read(seed, ending, at_once) -> None:
    keep = Surroundings(*BOX.buffer(READING_MARGIN_M, join_style="mitre").bounds)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"synthetic.{ending}"
        drawn(seed).write(path)
        whole = read_osm(Origin(path), UTM)
        with mock.patch.object(osm_reading, "SMALL_BYTES", 0), mock.patch.object(osm_wide, "_AT_ONCE", at_once):
            clipped = read_osm(Origin(path), UTM, keep=keep)
    assert len(clipped.lines) < len(whole.lines)
    a, b = near_ways(clipped.ways, BOX), near_ways(whole.ways, BOX)
    assert a.way_id.tolist() == b.way_id.tolist()
    assert np.array_equal(a.xy, b.xy)
    assert np.array_equal(a.cut, b.cut)
    assert near_squares(clipped.squares, BOX).area_id.tolist() == near_squares(whole.squares, BOX).area_id.tolist()
    for name in ("areas", "lines", "points"):
        ours, theirs = (near(getattr(extract, name), BOX) for extract in (clipped, whole))
        assert ours.index.tolist() == theirs.index.tolist()
        assert ours["tags"].tolist() == theirs["tags"].tolist()
        assert shapely.equals_exact(ours.geometry.to_numpy(), theirs.geometry.to_numpy(), 0).all()


@pytest.mark.parametrize("seed", [1])
def test_some_of_these_areas_have_no_point_near_the_study(seed) -> None:
    """Or the property above would say nothing of them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "synthetic.osm.pbf"
        drawn(seed).write(path)
        areas = near(read_osm(Origin(path), UTM).areas, BOX)
    far = BOX.buffer(READING_MARGIN_M * 3)
    around = [
        osm_id
        for osm_id, shape in areas.geometry.items()
        if not shapely.contains_xy(far, shapely.get_coordinates(shape)).any()
    ]
    assert any(osm_id.startswith("way") for osm_id in around)
    assert any(osm_id.startswith("relation") for osm_id in around)
