"""Reading the extract beside a bare pass over it by the same reader: ``python -m benchmarks.reading STUDY.toml``."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import osmium

from layers.sources.osm import read_osm
from layers.types import Study


def bare_pass(path: Path) -> float:
    """Seconds for osmium to decode the file and hand nothing to Python: no reader on top of it can be faster."""
    began = time.perf_counter()
    for _ in osmium.FileProcessor(path).with_filter(osmium.filter.KeyFilter("linli:no such key")):
        raise AssertionError("the filter lets something through")
    return time.perf_counter() - began


def own_reading(study: Study) -> float:
    """Seconds for everything that linli takes from the extract: ways, areas, points, buildings, in the study's CRS."""
    began = time.perf_counter()
    read_osm(study.osm.origin, study.crs)
    return time.perf_counter() - began


if __name__ == "__main__":
    study = Study.read(sys.argv[1])
    own_reading(study)  # warm: rules parsed, file in the page cache
    print(json.dumps({"bare_s": bare_pass(study.osm.origin.path), "own_s": own_reading(study)}))
