"""Elements of several answers put together, the extract that is written of them, and the boundaries they hold whole."""

from __future__ import annotations

import numpy as np
import osmium
import pytest
import shapely

from layers.found_units import FoundUnits, found_units
from layers.sources.osm_write import write_pbf
from layers.sources.overpass_answer import Answer, Gathered
from layers.sources.pulled import RawAnswers
from spatial.errors import OutputError

OLD, NEW = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"


def synthetic(base=OLD, nodes=(), ways=None, relations=None, node_tags=None) -> Answer:
    """Synthetic: nodes as (number, x, y) in degrees, the rest by number."""
    return Answer(
        base,
        np.array([n for n, _, _ in nodes], dtype=np.int64),
        np.array([[round(x * 1e7), round(y * 1e7)] for _, x, y in nodes], dtype=np.int64).reshape(-1, 2),
        node_tags or {},
        {n: (np.array(refs, dtype=np.int64), tags) for n, (refs, tags) in (ways or {}).items()},
        relations or {},
    )


def test_of_what_comes_twice_the_newest_is_taken():
    gathered = Gathered()
    gathered.add(
        synthetic(OLD, [(5, 1, 1), (2, 0, 0)], {7: ([5, 2], {"highway": "path"})}, node_tags={5: {"barrier": "gate"}})
    )
    gathered.add(synthetic(NEW, [(5, 3, 4), (9, 9, 9)], {7: ([5, 9], {"highway": "steps"})}))
    united = gathered.all()
    assert united.base == OLD, "as old as its oldest part"
    assert united.node_id.tolist() == [2, 5, 9]
    assert united.node_xy.tolist() == [[0, 0], [30_000_000, 40_000_000], [90_000_000, 90_000_000]]
    assert united.node_tags == {}, "the gate is gone"
    assert united.ways[7][0].tolist() == [5, 9]
    assert united.ways[7][1] == {"highway": "steps"}


def test_nothing_gathered_is_nothing():
    assert Gathered().all().counts() == {"nodes": 0, "ways": 0, "relations": 0}


def test_the_extract_holds_what_came_and_the_same_bytes_each_time(tmp_path):
    name = "邻里 \U0001f333 ̈"
    elements = synthetic(
        NEW, [(1, -15.1234567, 28.7654321), (2, 180, -90)], {3: ([1, 2, 99], {"name": name})},
        {4: ((("w", 3, "outer"), ("n", 1, ""), ("r", 8, "x")), {"type": "multipolygon"})}, {2: {"barrier": "gate"}},
    )  # fmt: skip
    write_pbf(elements, tmp_path / "a" / "x.osm.pbf")
    write_pbf(elements, tmp_path / "b.osm.pbf")
    assert (tmp_path / "a" / "x.osm.pbf").read_bytes() == (tmp_path / "b.osm.pbf").read_bytes()
    assert osmium.io.Reader(str(tmp_path / "b.osm.pbf")).header().get("osmosis_replication_timestamp") == NEW
    seen = {}
    for element in osmium.FileProcessor(tmp_path / "b.osm.pbf"):
        about = [element.id, dict(element.tags)]
        if element.is_node():
            about += [element.location.x, element.location.y]
        elif element.is_way():
            about += [n.ref for n in element.nodes]
        else:
            about += [(m.type, m.ref, m.role) for m in element.members]
        seen[element.type_str() + str(element.id)] = about
    assert seen == {
        "n1": [1, {}, -151234567, 287654321],
        "n2": [2, {"barrier": "gate"}, 1_800_000_000, -900_000_000],
        "w3": [3, {"name": name}, 1, 2, 99],
        "r4": [4, {"type": "multipolygon"}, ("w", 3, "outer"), ("n", 1, ""), ("r", 8, "x")],
    }


def test_an_extract_that_cannot_be_written_leaves_the_old_one(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_pbf(synthetic(), tmp_path / "file" / "x.osm.pbf")
    with pytest.raises(OutputError, match="cannot be written"):
        RawAnswers(tmp_path / "file").keep("question", b"answer", {})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


# --------------------------------------------------------------------------- boundaries

CORNERS = [(1, 0, 0), (2, 2, 0), (3, 2, 2), (4, 0, 2)]
RING = {10: ([1, 2, 3], {}), 11: ([3, 4, 1], {})}
"""Two ways around a square of two degrees."""
MEMBERS = (("w", 10, "outer"), ("w", 11, "outer"), ("n", 77, "label"))
TAGS = {"type": "boundary", "boundary": "administrative", "admin_level": "9", "name": "Square"}
AREA = shapely.box(-1, -1, 3, 3)


def units(members=MEMBERS, tags=TAGS, area=AREA, corners=CORNERS, ring=RING):
    return found_units(synthetic(nodes=corners, ways=ring, relations={20: (members, tags)}), area)


def test_a_boundary_that_is_whole_and_in_the_area_is_found():
    assert units() == (FoundUnits("9", ("Square",)),)
    assert units(tags={**TAGS, "name": ""}) == (FoundUnits("9", ("relation/20",)),)


@pytest.mark.parametrize(
    "changed",
    [
        {"members": (*MEMBERS, ("w", 12, "outer"))},
        {"members": MEMBERS[:1]},
        {"members": MEMBERS[2:]},
        {"corners": CORNERS[:3]},
        {"corners": []},
        {"area": shapely.box(-1, -1, 1.9, 3)},
        {"tags": {**TAGS, "boundary": "postal_code"}},
        {"tags": {**TAGS, "admin_level": "8;9"}},
        {"ring": {**RING, 11: ([3], {})}},
    ],
)
def test_one_that_lacks_something_or_lies_partly_outside_is_not(changed):
    assert units(**changed) == ()


def test_levels_are_sorted_as_numbers():
    relations = {n: (MEMBERS, {**TAGS, "admin_level": level}) for n, level in ((1, "10"), (2, "9"), (3, "10"))}
    found = found_units(synthetic(nodes=CORNERS, ways=RING, relations=relations), AREA)
    assert [(u.admin_level, len(u.names)) for u in found] == [("9", 1), ("10", 2)]
