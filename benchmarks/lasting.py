"""What remains while a hazard lasts, and who finds a refuge, beside one full access run of the same city.

``python -m benchmarks.lasting [--runs 5]``. Las Palmas as if its official bands closed streets, and with candidates for
refuges: SYNTHETIC use, for the bands are buffers of centre lines and nobody has named a refuge. One full access run is
what every assessment does in any case: index the streets, find ways in, attach homes, contract the streets, place both
on them, walk to every class and union, and measure straight lines where a rule asks for them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from analyses.access import by_walk, home_barriers, prepare_walking
from analyses.assess import assess
from analyses.closures import closures, of_reach
from analyses.entrances import Entrances, find_entrances
from analyses.euclidean import straight_to_each
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Profile
from analyses.refuge import refuge, walks_to_refuges
from analyses.refuge_assignment import best_possible, nearest_first
from analyses.results import Results
from analyses.survival import survival
from benchmarks.timing import Timed, timed
from layers.cache import user_cache
from layers.load import load
from layers.refuge_roles import RefugeRules
from layers.types import Study
from layers.what_if import what_if
from linli.api import study_profiles
from linli.demo import demo_study
from linli.text_table import aligned
from spatial.snapping import Attachments, attach, edge_index

_CLOSES = ("flood-arpsi-t100", "coastal-arpsi", "ravine-bands")


def main() -> None:
    """Time everything in one process, ours beside ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of which the median is printed")
    runs = parser.parse_args().runs
    study = Study.read(demo_study("las-palmas"))
    profiles = study_profiles(study)
    study = replace(study, refuge_rules=RefugeRules(candidates=True))
    began = time.perf_counter()
    layers = what_if(load(study, cache=user_cache()), _CLOSES)
    results = assess(layers, profiles)
    assert results.evidence is not None
    print(f"Las Palmas, SYNTHETIC use; medians of {runs}; loaded and assessed in {time.perf_counter() - began:.0f} s")
    scene = results.evidence.scene
    access = timed(lambda: access_run(scene), runs)
    only = timed(lambda: walks(scene, scene.walking.entrances, scene.walking.points), runs)
    rows = [("one full access run", access), ("of it contraction and searches", only)]
    rows += [(f"survival: {name}", timed(work, runs)) for name, work in survival_steps(scene, profiles).items()]
    rows += [(f"refuge: {name}", timed(work, runs)) for name, work in refuge_steps(scene, results, profiles).items()]
    header = ("step", "ms", "x access run", "MB more")
    print(aligned(header, [_row(name, took, access) for name, took in rows], right=frozenset({1, 2, 3})))


def access_run(scene: Scene) -> None:
    """Everything about access that an assessment works out, for the ways of walking of the scene."""
    layers, parameters = scene.layers, Parameters()
    index = edge_index(layers.network)
    entrances = find_entrances(layers, index, parameters)
    barriers = home_barriers(layers.obstacles, water_m2=parameters.barrier_water_m2)
    points = attach(index, scene.demand.point, limit_m=parameters.snap_limit_m, barriers=barriers)
    walks(scene, entrances, points)
    straight_to_each(
        layers.spaces, [scene.places[key] for key in scene.straights], scene.demand.point, layers.coverage,
        limit_m=scene.walking.limit,
    )  # fmt: skip


def walks(scene: Scene, entrances: Entrances, points: Attachments) -> None:
    """Of these the contraction and the searches alone."""
    for walking in scene.ways.by_mode.values():
        again = prepare_walking(
            walking.graph.network, entrances, points, limit=walking.limit, impedance=walking.graph.impedance
        )
        for places in scene.places.values():
            by_walk(again, places)


def survival_steps(scene: Scene, profiles: tuple[Profile, ...]) -> dict[str, Callable[[], object]]:
    """Every scenario by itself, and a rule in what remains."""
    rules = [rule for profile in profiles for rule in profile.rules if of_reach(rule) and rule.by == "walk"]
    steps: dict[str, Callable[[], object]] = {
        f"{hazard_id}, what remains": lambda of=hazard_id: closures(scene, profiles).of((of,)) for hazard_id in _CLOSES
    }
    left = closures(scene, profiles).of(_CLOSES[:2])
    steps["both official bands, what remains"] = lambda: closures(scene, profiles).of(_CLOSES[:2])
    on_foot = replace(scene, straights={})
    steps["the same without straight lines"] = lambda: closures(on_foot, profiles).of(_CLOSES[:2])
    steps["a rule before and during, for every home"] = lambda: survival(scene, left, rules[0])
    return steps


def refuge_steps(scene: Scene, results: Results, profiles: tuple[Profile, ...]) -> dict[str, Callable[[], object]]:
    """Walks to every refuge within the limit, and both answers."""
    shelters = scene.shelters
    assert shelters is not None
    tier = shelters.tier
    costs = walks_to_refuges(shelters, limit_m=tier.limit_m.value)
    persons = np.nan_to_num(scene.weight("population")) * tier.share_of_residents.value
    table = shelters.sites.table
    room = np.where(table["status"] == "usable", table["capacity"], 0.0)
    pairs = f"{len(costs.point):,} pairs"
    evidence, closed = results.evidence, closures(scene, profiles)
    assert evidence is not None
    return {
        f"walks within the limit, {pairs}": lambda: walks_to_refuges(shelters, limit_m=tier.limit_m.value),
        "nearest first": lambda: nearest_first(costs, persons, room),
        "best possible, exact": lambda: best_possible(costs, persons, room),
        f"streets open and {len(_CLOSES) + 1} scenarios, all tables": lambda: refuge(scene, evidence.levels, closed),
    }


def _row(name: str, took: Timed, access: Timed) -> tuple[str, ...]:
    return name, f"{1e3 * took.seconds:,.0f}", f"{took.seconds / access.seconds:.2f}", f"{took.extra_mb:,.0f}"


if __name__ == "__main__":
    main()
