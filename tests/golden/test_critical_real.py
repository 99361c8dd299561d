"""Las Palmas: what is said to hang on a piece of way, a bridge or an entrance does, when it is closed for real."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from numpy.typing import NDArray

from analyses.criticality import told_rules
from analyses.measure import Scene
from analyses.profile import Rule
from analyses.results import Results
from spatial.search import nearest_entrance, search_graph
from tests.critical_edges import edge_table

SAMPLE = 60
SAME_PLACE_M = 1e-6


def told(results: Results) -> tuple[Scene, Rule, NDArray[np.int64]]:
    """The scene, the rule about green within 500 m, and the entrances that it counts."""
    assert results.evidence is not None
    scene = results.evidence.scene
    rule = next(r for _, r in told_rules(results.profiles, results.evidence.measured) if r.id == "green.500m")
    assert rule.supply is not None
    spaces = scene.walking.entrances.table["space"].to_numpy()
    return scene, rule, np.flatnonzero(np.isin(spaces, scene.places_of(rule.supply).space))


def closed(scene: Scene, gates: NDArray[np.int64], edges: NDArray[np.int64]) -> NDArray[np.float64]:
    """Metres from every home to the nearest gate with some edges closed, found by a search of the whole city."""
    graph = scene.walking.graph
    forward, backward = graph.impedance.forward.copy(), graph.impedance.backward.copy()
    forward[edges] = backward[edges] = np.inf
    impedance = replace(graph.impedance, forward=forward, backward=backward)
    there = search_graph(graph.network, graph.entrances, impedance)
    return nearest_entrance(there, gates, scene.walking.points, limit=5000.0).cost


def lost(scene: Scene, before: NDArray[np.float64], after: NDArray[np.float64], edges: NDArray[np.int64]) -> tuple[float, float]:
    """Residents who lose reach within 500 m and live elsewhere, and who live along the edges."""
    people, at = np.nan_to_num(scene.weight("population")), scene.walking.points
    length_m = scene.layers.network.edge_length_m[at.edge]
    on = np.isin(at.edge, edges) & (at.along_m > SAME_PLACE_M) & (at.along_m < length_m - SAME_PLACE_M)
    gone = (before <= 500) & ~(after <= 500)
    certain = scene.walking.edge_of_data >= 500
    return float(people[gone & ~on & certain].sum()), float(people[gone & on].sum())


def test_a_sample_of_edges_closed_for_real(las_palmas):
    scene, rule, gates = told(las_palmas.results)
    table, nothing = edge_table(scene, rule), np.zeros(0, dtype=np.int64)
    before = closed(scene, gates, nothing)
    matter = np.flatnonzero((table["residents_lose"] + table["residents_along"] + table["residents_farther"]) > 0)
    worst = np.argsort(-table["residents_lose"].to_numpy())[:10]
    sample = np.unique(np.append(worst, np.random.default_rng(7).choice(matter, SAMPLE - 10, replace=False)))
    for edge in sample:
        want = lost(scene, before, closed(scene, gates, np.array([edge])), np.array([edge]))
        row = table.iloc[edge]
        assert (row["residents_lose"], row["residents_along"]) == pytest.approx(want, abs=1e-9), row["edge_id"]


def test_the_published_ones_are_the_worst_and_told_to_the_person(las_palmas):
    scene, rule, gates = told(las_palmas.results)
    links = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="critical_links").query("rule_id == 'green.500m'")
    assert links["rank"].tolist() == list(range(1, 51))
    assert links["residents_lose"].is_monotonic_decreasing
    table = edge_table(scene, rule).set_index("edge_id")["residents_lose"]
    alone = links[~links["edge_ids"].str.contains(" ")]
    np.testing.assert_allclose(table.loc[alone["edge_ids"]], alone["residents_lose"], atol=1e-6)
    assert table.nlargest(10).min() <= links["residents_lose"].iloc[9] + 1e-6
    first = links.iloc[0]
    assert first["residents_lose"] > 3000
    assert f"{first['residents_lose']:,.0f} residents would have no way" in first["advice_en"]
    assert f"{first['residents_lose']:,.0f} 名居民将无法" in first["advice_zh"]
    assert (links["residents_farther"].dropna().between(0.1, 9.9)).sum() == 0
    before = closed(scene, gates, np.zeros(0, dtype=np.int64))
    doors = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="critical_entrances").query("rule_id == 'green.500m'")
    names = las_palmas.results.evidence.entrance_ids
    gate = names.index(doors["entrance_id"].iloc[0])
    spot = np.round([(p.x, p.y) for p in scene.walking.entrances.point], 2)
    here = gates[(spot[gates] == spot[gate]).all(axis=1)]
    graph = scene.walking.graph
    after = nearest_entrance(graph, np.setdiff1d(gates, here), scene.walking.points, limit=5000.0).cost
    lose, _ = lost(scene, before, after, np.zeros(0, dtype=np.int64))
    assert lose == pytest.approx(doors["residents_lose"].iloc[0], abs=1e-6)


def test_nothing_is_told_of_a_place_without_residents(andorra):
    assert andorra.results.critical is None
