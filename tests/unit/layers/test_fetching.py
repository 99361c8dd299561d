"""Answers for the parts of an area, judged together: nothing, the sea, and which of two dates counts (synthetic)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import osmium
import pytest
import shapely

import layers.fetching
from layers.empty_parts import doubt, is_doubtful
from layers.pull import pull
from layers.sources.overpass import judged
from layers.sources.overpass_answer import read_answer
from layers.sources.pulled import RawAnswers
from layers.sources.web import Patience
from layers.study import read_study_to_fetch
from spatial.errors import SourceUnreachable

OLD, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
WEST, EAST = shapely.box(0.0, 0.0, 0.02, 0.02), shapely.box(0.02, 0.0, 0.04, 0.02)
"""Each of about 4.9 km2."""
STUDY = """
[study]
id = "two-parts"
crs = "EPSG:32631"
profiles = ["who-300"]
languages = ["en"]
[study.title]
en = "Two parts"
[osm]
path = "two.osm.pbf"
[osm.coverage]
path = "area.geojson"
[communities]
path = "area.geojson"
id = "id"
"""


def body(base: str, nodes=(), ways=()) -> bytes:
    elements = [{"type": "node", "id": n, "lon": lon, "lat": lat} for n, lon, lat in nodes]
    elements += [{"type": "way", "id": n, "nodes": refs, "tags": tags} for n, refs, tags in ways]
    count = {"nodes": str(len(nodes)), "ways": str(len(ways)), "relations": "0"}
    count_element = {"type": "count", "id": 0, "tags": count}
    return json.dumps({"osm3s": {"timestamp_osm_base": base}, "elements": [count_element, *elements]}).encode()


def street(base: str, highway: str = "path") -> bytes:
    """One across the border of the two parts."""
    return body(base, [(1, 0.019, 0.01), (2, 0.021, 0.01)], [(7, [1, 2], {"highway": highway})])


class Server:
    """Answers with what is next in line; the last of each line for good."""

    def __init__(self, west: list[bytes], east: list[bytes]) -> None:
        self.lines = {WEST: west, EAST: east}
        self.where = SimpleNamespace(shown="https://overpass.test/api")
        clock = SimpleNamespace(now=lambda: datetime(2026, 3, 1, tzinfo=UTC))
        self.asker = SimpleNamespace(patience=Patience(), clock=clock)

    def fetch(self, question: str, part: shapely.Polygon):
        line = self.lines.get(part, [body(OLD)])
        content = line.pop(0) if len(line) > 1 else line[0]
        return content, judged(content, part)


@pytest.fixture
def study(tmp_path, monkeypatch):
    area = {"type": "Feature", "properties": {"id": "1"}, "geometry": json.loads(shapely.to_geojson(WEST.union(EAST)))}
    (tmp_path / "area.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [area]}))
    (tmp_path / "study.toml").write_text(STUDY)
    monkeypatch.setattr(layers.fetching, "parts", lambda area, largest_m2=0.0: () if largest_m2 else (WEST, EAST))
    return read_study_to_fetch(tmp_path / "study.toml")


def raw_of(study) -> RawAnswers:
    return RawAnswers(study.path.parent / "raw")


def highway(study) -> str:
    ways = osmium.FileProcessor(study.osm.origin.path, osmium.osm.WAY)
    return next(way.tags["highway"] for way in ways)


@pytest.mark.parametrize(
    ("west", "east", "newest"), [((NEW, "steps"), (OLD, "path"), "steps"), ((OLD, "path"), (NEW, "steps"), "steps")]
)
def test_of_what_comes_in_two_parts_the_newest_counts_whichever_came_first(study, west, east, newest):
    pull(study, Server([street(*west)], [street(*east)]), raw_of(study))
    assert highway(study) == newest


def test_an_empty_part_is_asked_about_again(study):
    pulled = pull(study, Server([street(OLD)], [body(OLD), street(OLD)]), raw_of(study))
    assert (pulled.asked, pulled.empty) == (3, 0)


def test_a_part_that_stays_empty_on_land_is_refused_and_forgotten(study):
    with pytest.raises(
        SourceUnreachable, match=r"says twice that there is nothing at all around longitude 0\.030, latitude 0\.010"
    ):
        pull(study, Server([street(OLD)], [body(OLD)]), raw_of(study))
    assert not study.osm.origin.path.exists()
    pulled = pull(study, Server([body(OLD)], [street(OLD)]), raw_of(study))
    assert (pulled.asked, pulled.reused, pulled.empty) == (1, 1, 0), "the street is kept, the emptiness is not"


def test_the_sea_may_be_empty_and_is_kept(study):
    # Land on the left: a coast that goes south has its sea in the west.
    coast = body(
        OLD, [(1, 0.021, 0.019), (2, 0.021, 0.001), (3, 0.03, 0.01)],
        [(7, [1, 3], {"highway": "path"}), (8, [1, 2], {"natural": "coastline"})],
    )  # fmt: skip
    pulled = pull(study, Server([body(OLD)], [coast]), raw_of(study))
    assert (pulled.asked, pulled.empty) == (3, 1)
    again = pull(study, Server([], []), raw_of(study))
    assert (again.asked, again.reused) == (0, 2)


def coasts(*lines) -> object:
    """An answer of coastlines, each a list of corners."""
    nodes, ways = [], []
    for number, line in enumerate(lines, start=1):
        refs = []
        for lon, lat in line:
            known = next((n for n, *place in nodes if place == [lon, lat]), None)
            if known is None:
                known = len(nodes) + 1
                nodes.append((known, lon, lat))
            refs.append(known)
        ways.append((number, refs, {"natural": "coastline"}))
    return read_answer(json.loads(body(OLD, nodes, ways)))


# Synthetic. WEST's middle is (0.01, 0.01); with land on the left, a coast that goes north has its sea in the east.
ISLAND = [(0.03, 0.009), (0.04, 0.009), (0.04, 0.011), (0.03, 0.011), (0.03, 0.009)]


@pytest.mark.parametrize(
    ("lines", "sea"),
    [
        ([], False),
        ([[(0.03, 0.1), (0.03, -0.1)]], True),
        ([[(0.03, -0.1), (0.03, 0.1)]], False),
        ([[(0.03, -0.1), (0.03, 0.1)], [(0.025, 0.1), (0.025, -0.1)]], True),
        # A headland whose tip is nearest: each side alone, drawn on, would have the place on its other side.
        ([[(0.05, 0.04), (0.025, 0.0101), (0.06, 0.03)]], True),
        ([[(0.05, 0.04), (0.025, 0.0101)], [(0.025, 0.0101), (0.06, 0.03)]], True),
        ([[(0.06, 0.03), (0.025, 0.0101), (0.05, 0.04)]], False),
        ([ISLAND], True),
        ([ISLAND[::-1]], False),
        # Nearest is the corner at which the ring begins and ends.
        ([[(0.025, 0.0101), (0.06, 0.03), (0.05, 0.04), (0.025, 0.0101)]], True),
    ],
)  # fmt: skip
def test_the_nearest_coast_says_what_is_sea(lines, sea):
    assert is_doubtful(WEST, WEST.union(EAST), coasts(*lines)) is not sea


def test_too_little_of_the_area_tells_nothing():
    assert not is_doubtful(WEST, shapely.box(0.0, 0.0, 0.02, 0.003), coasts()), "0.7 km2"
    assert is_doubtful(WEST, shapely.box(0.0, 0.0, 0.02, 0.005), coasts()), "1.2 km2"


def test_a_few_doubtful_parts_are_named():
    assert "0.010; longitude 0.030, latitude 0.010, which" in doubt([WEST, EAST])
    assert "and elsewhere" in doubt([WEST] * 4)
