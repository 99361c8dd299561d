"""How the steps on the streets grow with the city: ``python -m benchmarks.growth [--runs 3]``.

SYNTHETIC k x k copies of Las Palmas: processor seconds of each step, and the exponent fitted through them; 1 grows as
the city does.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import shapely

from benchmarks.streets import Streets, copied, real_streets
from layers.cache import user_cache
from layers.load import load
from layers.sources.osm import read_osm
from layers.types import Study
from linli.demo import PLACES, demo_study
from linli.text_table import aligned
from spatial.build import build_network
from spatial.network import WalkAreas, WalkWays
from spatial.search import nearest_entrance, place_points, search_graph, within
from spatial.snapping import attach, edge_index
from spatial.traits import joined

_EVERYWHERE = shapely.box(-1e8, -1e8, 1e8, 1e8)
_FAR_M = 1e6
"""Between copies of ways: they are not joined."""
_TIMES = (1, 2, 4)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is taken")
    runs = parser.parse_args().runs
    study = Study.read(demo_study(PLACES[0]))
    streets = real_streets(PLACES[0], load(study, cache=user_cache()))
    extract = read_osm(study.osm.origin, study.crs)
    seconds: dict[str, list[float]] = {}
    for k in _TIMES:
        ways, areas = copied_ways(extract.ways, k * k), copied_areas(extract.squares, k * k)
        works = {"build the network": lambda w=ways, a=areas: build_network(w, a, _EVERYWHERE)} | steps(
            streets if k == 1 else copied(streets, k)
        )
        for name, work in works.items():
            seconds.setdefault(name, []).append(processor_seconds(work, runs))
    rows = [(name, *(f"{s * 1e3:,.1f}" for s in found), f"{exponent(found):.2f}") for name, found in seconds.items()]
    header = ("step", *(f"{k}x{k} cpu ms" for k in _TIMES), "exponent")
    print(f"Growth on SYNTHETIC copies of {PLACES[0]}: processor time ~ copies ** exponent")
    print(aligned(header, rows, right=frozenset(range(1, len(header)))))


def steps(streets: Streets) -> dict[str, Callable[[], object]]:
    """Each step, with as many points and entrances as the city has."""
    network, entrances = streets.network, streets.entrances
    graph, index = search_graph(network, entrances), edge_index(network)
    every = np.arange(len(entrances.edge))
    homes = place_points(graph, streets.home_at)
    return {
        "index its edges": lambda: edge_index(network),
        "snap the homes": lambda: attach(index, streets.homes, limit_m=100.0),
        "contract it": lambda: search_graph(network, entrances),
        "place the homes": lambda: place_points(graph, streets.home_at),
        "nearest of all entrances": lambda: nearest_entrance(graph, every, homes, limit=5000.0),
        "nearest of every 20th": lambda: nearest_entrance(graph, every[::20], homes, limit=5000.0),
        "within 1,000 m of every 5th": lambda: within(graph, every[::5], homes, limit=1000.0),
    }


def copied_ways(ways: WalkWays, copies: int) -> WalkWays:
    """SYNTHETIC: ways side by side, each copy with nodes of its own."""
    shift = np.repeat(np.arange(copies), len(ways.node_id))
    ends = np.concatenate([ways.offset[1:] + c * len(ways.node_id) for c in range(copies)])
    return replace(
        ways,
        way_id=np.tile(ways.way_id, copies),
        offset=np.append(0, ends),
        node_id=np.tile(ways.node_id, copies) + shift * 10**11,
        xy=np.tile(ways.xy, (copies, 1)) + np.stack([shift * _FAR_M, np.zeros(len(shift))], axis=1),
        cut=np.tile(ways.cut, copies),
        highway=np.tile(ways.highway, copies),
        forward=np.tile(ways.forward, copies),
        backward=np.tile(ways.backward, copies),
        traits=joined([ways.traits] * copies),
        vertex_flags=np.tile(ways.vertex_flags, copies),
    )


def copied_areas(areas: WalkAreas, copies: int) -> WalkAreas:
    """SYNTHETIC: squares side by side, on the nodes of the copied ways."""
    shift = np.repeat(np.arange(copies), len(areas.node_id))
    return WalkAreas(
        area_id=np.concatenate([areas.area_id + f"/{c}" for c in range(copies)]),
        polygon=np.concatenate(
            [shapely.transform(areas.polygon, lambda p, c=c: np.add(p, (c * _FAR_M, 0.0))) for c in range(copies)]
        ),
        offset=np.append(0, np.concatenate([areas.offset[1:] + c * len(areas.node_id) for c in range(copies)])),
        node_id=np.tile(areas.node_id, copies) + shift * 10**11,
        xy=np.tile(areas.xy, (copies, 1)) + np.stack([shift * _FAR_M, np.zeros(len(shift))], axis=1),
        ring_start=np.tile(areas.ring_start, copies),
    )


def processor_seconds(work: Callable[[], object], runs: int) -> float:
    """Median of several runs, after one that warms up."""
    work()
    seconds = []
    for _ in range(runs):
        began = time.process_time()
        work()
        seconds.append(time.process_time() - began)
    return statistics.median(seconds)


def exponent(seconds: list[float]) -> float:
    """Slope of log seconds over log copies."""
    return statistics.linear_regression(
        [math.log(k * k) for k in _TIMES], [math.log(max(s, 1e-6)) for s in seconds]
    ).slope


if __name__ == "__main__":
    main()
