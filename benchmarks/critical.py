"""Closing every edge of a city: by mending the forest of nearest ways, and by searching the whole city again for each.

``python -m benchmarks.critical [--fast]``. Brute force is timed on a sample and scaled up to all edges;
the search that it repeats is the compiled one of the program, on the network contracted anew, since an edge is missing.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyses.criticality import links_of
from benchmarks.streets import Streets, copied, real_streets
from benchmarks.timing import Timed, timed
from layers.cache import user_cache
from layers.load import load
from layers.types import Study
from linli.demo import PLACES, demo_study
from spatial.critical import Concern, close_edges, close_entrances, forest
from spatial.impedance import distance
from spatial.search import PlacedPoints, SearchGraph, nearest_entrance, place_points, search_graph

LIMITS_M = (500.0, 1000.0, 5000.0)
SHARE = 0.3
"""Of the spaces that count, as a class or union has."""
SAMPLE = 20
RUNS = 5


@dataclass(frozen=True)
class City:
    """Streets ready to be searched, one resident a home."""

    name: str
    graph: SearchGraph
    chosen: NDArray[np.int64]
    points: PlacedPoints
    streets: Streets


def city(streets: Streets, share: float) -> City:
    """A city in which some of the spaces count."""
    graph = search_graph(streets.network, streets.entrances)
    spaces = np.unique(streets.space_of_entrance)
    kept = np.random.default_rng(1).choice(spaces, max(1, round(share * len(spaces))), replace=False)
    chosen = np.flatnonzero(np.isin(streets.space_of_entrance, kept))
    return City(streets.name, graph, chosen, place_points(graph, streets.home_at), streets)


def rows(place: City, limit: float) -> list[str]:
    """The lines of the table for one limit."""
    people = np.ones(place.points.count)
    who = Concern(people, np.ones(len(people), dtype=bool), limit)
    edges = np.arange(len(place.graph.network.edge_id))
    found = forest(place.graph, place.chosen, place.points, limit=limit)
    groups = links_of(place.graph.network).edges
    search = timed(lambda: nearest_entrance(place.graph, place.chosen, place.points, limit=limit), RUNS)
    prepared = timed(lambda: _access(place, limit), RUNS)
    grown = timed(lambda: forest(place.graph, place.chosen, place.points, limit=limit), RUNS)
    every = timed(lambda: close_edges(found, edges, who), RUNS)
    bridged = timed(lambda: close_edges(found, groups, who), RUNS)
    gates = timed(lambda: close_entrances(found, place.chosen, who), RUNS)
    sample = np.random.default_rng(2).choice(edges, SAMPLE, replace=False)
    brute = timed(lambda: [_again(place, limit, int(edge)) for edge in sample], 1)
    whole = Timed(brute.seconds / SAMPLE * len(edges), brute.extra_mb)
    total, one = grown.seconds + every.seconds, prepared.seconds
    lines = [
        ("one search", search, ""),
        ("one access run: contract, place, search", prepared, f"{one / search.seconds:.0f} x the search"),
        ("forest", grown, f"{grown.seconds / search.seconds:.0f} x the search"),
        ("every edge", every, f"with the forest {total / one:.1f} x the access run"),
        ("every edge by brute force, scaled up", whole, f"{whole.seconds / total:,.0f} x as long"),
        ("every link, bridges whole", bridged, f"{bridged.seconds / every.seconds:.1f} x the edges"),
        (f"every entrance ({len(place.chosen):,})", gates, f"{gates.seconds / one:.1f} x the access run"),
    ]
    head = f"{place.name}, {limit:g} m, {len(edges):,} edges"
    return [f"| {head} | {step} | {1e3 * took.seconds:,.1f} ms | {ratio} |" for step, took, ratio in lines]


def _access(place: City, limit: float) -> None:
    graph = search_graph(place.streets.network, place.streets.entrances)
    nearest_entrance(graph, place.chosen, place_points(graph, place.streets.home_at), limit=limit)


def _again(place: City, limit: float, edge: int) -> None:
    impedance = distance(place.streets.network)
    forward, backward = impedance.forward.copy(), impedance.backward.copy()
    forward[edge] = backward[edge] = np.inf
    closed = replace(impedance, forward=forward, backward=backward)
    graph = search_graph(place.streets.network, place.streets.entrances, closed)
    nearest_entrance(graph, place.chosen, place_points(graph, place.streets.home_at), limit=limit)


def main() -> None:
    """Time the demo places, and a SYNTHETIC 2 x 2 copy of the first for growth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fast", action="store_true", help="the first demo place only")
    fast = parser.parse_args().fast
    places = [
        real_streets(place, load(Study.read(demo_study(place)), cache=user_cache()))
        for place in PLACES[: 1 if fast else None]
    ]
    print("| what | step | time | ratio |\n|---|---|---|---|")
    for streets in places if fast else (*places, copied(places[0], 2)):
        for limit in LIMITS_M:
            print("\n".join(rows(city(streets, SHARE), limit)), flush=True)


if __name__ == "__main__":
    main()
