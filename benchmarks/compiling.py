"""What compiling costs whoever runs linli for the first time: ``python -m benchmarks.compiling STUDY.toml``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PROBE = """
import sys, time
import numpy as np, shapely
from layers.cache import user_cache
from layers.load import load
from layers.types import Study
from spatial.search import nearest_entrance, search_graph, within
from spatial.snapping import attach, edge_index
network = load(Study.read(sys.argv[1]), cache=user_cache()).network
began = time.perf_counter()
index = edge_index(network)
at = attach(index, shapely.points(network.node_xy[:1000]), limit_m=100.0)
graph = search_graph(network, at)
nearest_entrance(graph, np.arange(10), at, limit=5000.0)
within(graph, np.arange(10), at, limit=1000.0)
print(time.perf_counter() - began)
"""


def measure(study: str) -> dict[str, float]:
    """Seconds of a first small snapping, contraction and search: with nothing compiled yet, and after that."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"NUMBA_CACHE_DIR": folder}
        seconds = []
        for _ in range(3):
            done = subprocess.run(
                [sys.executable, "-c", _PROBE, study], cwd=ROOT, env=environment, capture_output=True, text=True,
                check=True,
            )  # fmt: skip
            seconds.append(float(done.stdout.splitlines()[-1]))
    return {"cold_s": seconds[0], "warm_s": min(seconds[1:])}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1])))
