"""Searches, catchments and snapping beside their peers: ``python -m benchmarks.against [--fast] [--runs 5]``.

Peers that are not installed are left out (``make bench`` installs them in an environment of their own);
pandana is AGPL and is only ever run here, never imported by the package. Results are compared before they are timed.
"""

from __future__ import annotations

import argparse
import importlib.util
import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from analyses.catchment import supply_per_person
from analyses.costs import Costs
from analyses.decay import Stepped
from benchmarks.replay import replay
from benchmarks.streets import Streets, Vertices, copied, every_vertex, real_streets
from benchmarks.timing import Row, Timed, faster, longer, side_by_side, timed
from layers.cache import user_cache
from layers.load import load
from layers.types import Study
from linli.demo import PLACES, demo_study
from spatial.search import Nearest, SearchGraph, nearest_entrance, place_points, search_graph, within
from spatial.snapping import Attachments, attach, edge_index

_NEAREST_M, _NEAR_M = 5000.0, 1000.0
_FEW_SHARE = 0.005
"""Entrances as a share of the nodes, as one class of space has."""
_SAMPLED = 100
"""Sources of scipy's bounded search, whose rows are as long as the network; its time is scaled up."""
_MOST_FOR_PAIRS = 1_000_000
"""Nodes beyond which all pairs within 1,000 m take more than the memory of a plain machine."""
_TOLERANCE_M = 0.002


def main() -> None:
    """Print the table as it comes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is printed")
    parser.add_argument("--fast", action="store_true", help="the demo places only, no enlargements")
    options = parser.parse_args()
    rng = np.random.default_rng(1)
    for place in PLACES:
        layers = load(Study.read(demo_study(place)), cache=user_cache())
        streets = real_streets(place, layers)
        _print(every_row(streets, options.runs, rng))
        if place == PLACES[0] and not options.fast:
            for k in (2, 4):
                _print(every_row(copied(streets, k), max(1, options.runs // 2), rng))


def _print(rows: Iterator[Row]) -> None:
    """A table of one network, line by line."""
    for number, row in enumerate(rows):
        if not number:
            print(f"\n{row.streets}")
        print(
            f"  {row.ratio:>8,.1f} x (aim {row.goal})  {row.stage}: {_time(row.ours)}; {row.peer}: {_time(row.other)}",
            flush=True,
        )


def _time(timed_: Timed) -> str:
    unit, factor = ("ms", 1e3) if timed_.seconds < 1 else ("s", 1)
    return f"{timed_.seconds * factor:,.1f} {unit}, {max(timed_.extra_mb, 0):,.0f} MB"


def every_row(streets: Streets, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """All comparisons on one network."""
    plain = every_vertex(streets)
    graph = search_graph(streets.network, streets.entrances)
    name = f"{streets.name}: {plain.vertices:,} nodes"
    few = np.sort(rng.choice(len(streets.entrances.edge), int(plain.vertices * _FEW_SHARE), replace=False))
    every = np.arange(len(streets.entrances.edge))
    for chosen, which in ((few, "0.5 %"), (every, "all")):
        yield from nearest_rows(f"{name}", streets, plain, (graph, chosen, which), runs)
    if plain.vertices < _MOST_FOR_PAIRS:
        yield from bounded_rows(name, plain, graph, runs, rng)
    yield from catchment_rows(name, streets, graph, runs, rng)
    yield from snapping_rows(name, streets, runs, rng)


# ------------------------------------------------------------------------------------------------ nearest entrance


def nearest_rows(
    name: str, streets: Streets, plain: Vertices, search: tuple[SearchGraph, NDArray[np.int64], str], runs: int
) -> Iterator[Row]:
    """Every node and every home to its nearest entrance."""
    graph, chosen, which = search
    gates = len(plain.at.edge) + len(streets.entrances.edge) + chosen
    nodes, both = place_points(graph, plain.at), place_points(graph, _together(plain.at, streets.home_at))
    stage = f"nearest of {len(chosen):,} entrances ({which}), every node"

    def of_nodes() -> Nearest:
        return nearest_entrance(graph, chosen, nodes, limit=_NEAREST_M)

    def ours() -> Nearest:
        return nearest_entrance(graph, chosen, both, limit=_NEAREST_M)

    def scipys() -> NDArray[np.float64]:
        found: NDArray[np.float64] = dijkstra(plain.arcs, indices=gates, min_only=True, limit=_NEAREST_M)
        return found

    check(of_nodes().cost, scipys()[: plain.vertices], "nearest")
    yield faster(name, stage, "scipy dijkstra(min_only)", side_by_side(of_nodes, scipys, runs), 25)
    stage = f"{stage} and home"
    yield faster(name, stage, "scipy dijkstra(min_only), nodes only", side_by_side(ours, scipys, runs), 25)
    placing = side_by_side(lambda: place_points(graph, plain.at), scipys, runs)
    yield faster(name, "placing every node, once for all classes", "scipy, one class", placing, 1)
    if which == "all" or not installed("pandana") or plain.vertices > 500_000:
        return
    network, build = pandanas(plain)
    place = plain.place[chosen]
    network.set_pois("spaces", _NEAREST_M, 1, pd.Series(place[:, 0]), pd.Series(place[:, 1]))
    yield faster(
        name, stage, f"pandana nearest_pois, nodes only (its build, not counted: {build.seconds:.1f} s)",
        side_by_side(ours, lambda: network.nearest_pois(_NEAREST_M, "spaces", num_pois=1), runs, 3), 300,
    )  # fmt: skip


def _together(one: Attachments, other: Attachments) -> Attachments:
    return Attachments(
        np.concatenate([one.edge, other.edge]),
        np.concatenate([one.along_m, other.along_m]),
        np.concatenate([one.off_network_m, other.off_network_m]),
    )


def check(ours: NDArray[np.float64], theirs: NDArray[np.float64], what: str) -> None:
    """Both say the same, or there is nothing to compare."""
    with np.errstate(invalid="ignore"):  # out of reach for both
        apart = np.abs(np.where(ours == theirs, 0.0, ours - theirs)).max(initial=0.0)
    if not apart <= _TOLERANCE_M:
        raise SystemExit(f"{what}: results lie {apart} m apart, so times cannot be compared")


def installed(peer: str) -> bool:
    """Whether a peer can be imported."""
    return importlib.util.find_spec(peer) is not None


def pandanas(plain: Vertices):  # noqa: ANN201  an optional library's class
    """Pandana's network of the same nodes and arcs (entrances left out), and its contraction's time."""
    import pandana

    arcs = plain.arcs[: plain.vertices, : plain.vertices].tocoo()
    x, y = (pd.Series(plain.xy[:, i]) for i in (0, 1))
    weights = pd.DataFrame({"m": arcs.data})
    made = []

    def build() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.append(pandana.Network(x, y, pd.Series(arcs.row), pd.Series(arcs.col), weights, twoway=False))

    built = _once(build)
    return made[-1], built


def _once(work) -> Timed:  # noqa: ANN001  any function
    import time

    from benchmarks.meter import forget_peak, peak_mb, resident_mb

    before = resident_mb()
    forget_peak()
    began = time.perf_counter()
    work()
    return Timed(time.perf_counter() - began, peak_mb() - before)


# ------------------------------------------------------------------------------------------------ many to many


def bounded_rows(name: str, plain: Vertices, graph: SearchGraph, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """Every pair of a node and an entrance within 1,000 m."""
    entrances = len(graph.entrances.edge)
    every = np.arange(entrances)
    sample = np.sort(rng.choice(entrances, min(_SAMPLED, entrances), replace=False))
    gates = plain.vertices + entrances + sample
    stage = f"every node within 1,000 m of {entrances:,} entrances"

    def ours(chosen: NDArray[np.int64]) -> object:
        return within(graph, chosen, plain.at, limit=_NEAR_M)

    def scipys() -> NDArray[np.float64]:
        found: NDArray[np.float64] = dijkstra(plain.arcs, indices=gates, limit=_NEAR_M)
        return found

    found, table = within(graph, sample, plain.at, limit=_NEAR_M), scipys()[:, : plain.vertices]
    position = np.searchsorted(sample, found.entrance)
    check(found.cost, table[position, found.point], "within 1,000 m")
    if len(found.cost) != np.count_nonzero(table <= _NEAR_M):
        raise SystemExit("within 1,000 m: not the same pairs")
    all_ours = timed(lambda: ours(every), max(1, runs // 2))
    yield faster(
        name, stage, f"scipy dijkstra(limit), {len(sample)} sources scaled up", (all_ours, timed(scipys, 1)), 30,
        len(sample) / entrances,
    )  # fmt: skip
    work, settled = replay(plain.arcs, gates, _NEAR_M)
    replayed = timed(work, runs)
    scaled = Timed(replayed.seconds * entrances / len(sample), replayed.extra_mb)
    bound = f"replaying {settled / len(sample):,.0f} settled nodes a search in known order, 1 thread, scaled up"
    yield longer(name, stage, bound, (all_ours, scaled), 4)
    if installed("pandana") and plain.vertices < 500_000:
        network, _ = pandanas(plain)
        yield faster(name, stage, "pandana precompute(1000)", (all_ours, _once(lambda: network.precompute(1000))), 1)


# ------------------------------------------------------------------------------------------------ catchments


def catchment_rows(
    name: str, streets: Streets, graph: SearchGraph, runs: int, rng: np.random.Generator
) -> Iterator[Row]:
    """E2SFCA of 100,000 demand points and 300 spaces, routing included."""
    if not installed("access"):
        return
    from access import Access, weights

    home = rng.integers(0, len(streets.homes), 100_000)
    points = streets.home_at.take(home)
    spaces = rng.permutation(int(streets.space_of_entrance.max()) + 1)[:300]
    number = np.full(int(streets.space_of_entrance.max()) + 1, -1, dtype=np.int64)
    number[spaces] = np.arange(len(spaces))
    group = number[streets.space_of_entrance]
    people = pd.Series(rng.uniform(0, 9, len(home)))
    area_m2 = pd.Series(rng.uniform(500, 50_000, len(spaces)))
    decay = Stepped((300.0, 600.0, 1000.0), (1.0, 0.68, 0.22))

    def ours() -> pd.Series:
        found = within(graph, np.flatnonzero(group >= 0), points, limit=_NEAR_M, group_of_entrance=group)
        return supply_per_person(Costs(found.point, found.entrance, found.cost), people, area_m2, decay)

    found = within(graph, np.flatnonzero(group >= 0), points, limit=_NEAR_M, group_of_entrance=group)
    table = pd.DataFrame({"home": found.point, "space": found.entrance, "m": found.cost})
    theirs = Access(
        demand_df=pd.DataFrame({"people": people, "id": people.index}), demand_index="id", demand_value="people",
        supply_df=pd.DataFrame({"m2": area_m2, "id": area_m2.index}), supply_index="id", supply_value="m2",
        cost_df=table, cost_origin="home", cost_dest="space", cost_name="m",
    )  # fmt: skip
    step = weights.step_fn({300: 1, 600: 0.68, 1000: 0.22})

    def accesss() -> pd.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return theirs.enhanced_two_stage_fca(name="e2sfca", cost="m", max_cost=1000, weight_fn=step)

    apart = (accesss()["e2sfca_m2"].reindex(people.index).fillna(0.0) - ours()).abs().max()
    if not apart < 1e-6 * float(ours().max()):
        raise SystemExit(f"E2SFCA: results lie {apart} m2 a person apart, so times cannot be compared")
    stage = f"E2SFCA, 100,000 points x {len(spaces)} spaces ({len(table):,} pairs), routing included"
    yield faster(name, stage, "pysal access, its cost table given", side_by_side(ours, accesss, runs), 10)


# ------------------------------------------------------------------------------------------------ snapping


def snapping_rows(name: str, streets: Streets, runs: int, rng: np.random.Generator) -> Iterator[Row]:
    """A million points to the nearest edge, without limit or islands, as a tree of the same edges answers."""
    home = shapely.get_coordinates(streets.homes)[rng.integers(0, len(streets.homes), 1_000_000)]
    points = shapely.points(home + rng.normal(0, 30, home.shape))
    network = streets.network
    one = edge_index(_as_one(streets))
    tree = shapely.STRtree(network.edge_line)

    def ours() -> Attachments:
        return attach(one, points, limit_m=1e6)

    found, nearest = ours(), tree.nearest(points)
    apart = np.abs(shapely.distance(points, network.edge_line[nearest]) - found.off_network_m).max()
    check(np.array([apart]), np.zeros(1), "snapping")
    stage = "snapping 1,000,000 points to edges, with the place along them"
    runs = max(1, runs // 2)
    yield faster(
        name, stage, "shapely STRtree.nearest, edge only", side_by_side(ours, lambda: tree.nearest(points), runs), 5
    )


def _as_one(streets: Streets):  # noqa: ANN202  a network
    """The network with all edges in one component, as a tree of edges knows no islands."""
    from dataclasses import replace

    return replace(streets.network, node_component=np.zeros_like(streets.network.node_component))


if __name__ == "__main__":
    main()
