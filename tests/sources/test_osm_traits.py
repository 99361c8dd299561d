"""What the real extract says underfoot reaches the network: counts that were looked up in the file by a plain pass."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import osmium
import pytest
from pyproj import CRS

from layers.origins import Origin
from layers.sources.osm import read_osm
from spatial.traits import NodeTrait, Trait

ANDORRA = Path(__file__).resolve().parents[2] / "data/andorra/osm/andorra.osm.pbf"


@pytest.fixture(scope="module")
def ways():
    return read_osm(Origin(ANDORRA), CRS.from_epsg(25831)).ways


@pytest.fixture(scope="module")
def plain() -> dict[str, set[int]]:
    """Ids of elements by what their tags say, without our rules."""
    found: dict[str, set[int]] = {key: set() for key in ("steps", "incline", "signals", "major", "ways")}
    for element in osmium.FileProcessor(ANDORRA):
        tags = element.tags
        if isinstance(element, osmium.osm.Node):
            if tags.get("highway") == "traffic_signals":
                found["signals"].add(element.id)
        elif isinstance(element, osmium.osm.Way) and "highway" in tags:
            found["ways"].add(element.id)
            if tags["highway"] == "steps":
                found["steps"].add(element.id)
            if tags.get("incline", "").endswith("%"):
                found["incline"].add(element.id)
            if tags["highway"] in ("trunk", "trunk_link", "primary", "primary_link"):
                found["major"].update(node.ref for node in element.nodes)
    return found


def test_steps_and_inclines(ways, plain):
    steps = set(ways.way_id[ways.traits.has(Trait.STEPS)].tolist())
    assert len(steps) > 150
    assert steps == plain["steps"] & set(ways.way_id.tolist())
    inclined = set(ways.way_id[np.isfinite(ways.traits.incline_share)].tolist())
    assert len(inclined) > 50
    assert inclined == plain["incline"] & set(ways.way_id.tolist())


def test_signals_and_roads_at_nodes(ways, plain):
    on_ways = set(ways.node_id.tolist())
    major = set(ways.node_id[(ways.vertex_flags & NodeTrait.MAJOR_ROAD) > 0].tolist())
    assert len(major) > 1000
    assert major == plain["major"] & on_ways
    signals = set(ways.node_id[(ways.vertex_flags & NodeTrait.SIGNALS) > 0].tolist())
    assert len(signals) > 20
    assert plain["signals"] & on_ways <= signals
