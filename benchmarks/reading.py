"""Reading beside a bare pass, from the cache, and building the network: ``python -m benchmarks.reading STUDY.toml``."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import osmium
import shapely

from benchmarks.timing import timed
from layers.buildings import buildings
from layers.cache import Cache, file_hash
from layers.extract import OsmExtract
from layers.public_space import public_spaces
from layers.sources.osm import read_osm
from layers.types import Study
from spatial.build import build_network
from spatial.search_graph import search_graph
from spatial.snapping import attach, edge_index

_EVERYWHERE = shapely.box(-1e8, -1e8, 1e8, 1e8)
_RUNS = 5


def bare_pass(path: Path) -> None:
    """Let osmium decode the file and hand nothing to Python: no reader on top of it can be faster."""
    for _ in osmium.FileProcessor(path).with_filter(osmium.filter.KeyFilter("linli:no such key")):
        raise AssertionError("the filter lets something through")


def measure(study: Study) -> dict[str, dict[str, float]]:
    """Seconds and megabytes of each kind of reading, and of building the network from what was read."""
    path = study.osm.origin.path
    extract = read_osm(study.osm.origin, study.crs)
    network = build_network(extract.ways, extract.squares, _EVERYWHERE)
    nowhere = attach(edge_index(network), shapely.points([[0.0, 0.0]]), limit_m=1.0)
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder))

        def cached() -> OsmExtract:
            made_from = [file_hash(path), study.crs.to_wkt()]
            return cache.get(OsmExtract, made_from, lambda: read_osm(study.osm.origin, study.crs))

        began = time.perf_counter()
        cached()
        first = time.perf_counter() - began
        works: dict[str, Callable[[], object]] = {
            "bare pass": lambda: bare_pass(path),
            "reading": lambda: read_osm(study.osm.origin, study.crs),
            "public space and homes by the rules": lambda: (public_spaces(extract), buildings(extract)),
            "reading from the cache": cached,
            "building the network": lambda: build_network(extract.ways, extract.squares, _EVERYWHERE),
            "its contraction": lambda: search_graph(network, nowhere),
            "its index of edges": lambda: edge_index(network),
        }
        found = {name: timed(work, _RUNS) for name, work in works.items()}
    result = {name: {"seconds": one.seconds, "mb": one.extra_mb} for name, one in found.items()}
    return result | {"first reading, written to the cache": {"seconds": first, "mb": float("nan")}}


if __name__ == "__main__":
    print(json.dumps(measure(Study.read(sys.argv[1]))))
