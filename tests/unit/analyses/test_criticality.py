"""What is worth what in the synthetic town: pieces of street, bridges, gates, and what is told of them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from analyses.access import Walking, prepare_walking
from analyses.assess import assess
from analyses.critical_links import critical_links
from analyses.criticality import cut_off, entrance_losses, gates_of, link_losses, links_of, told_rules
from analyses.criticality_columns import CRITICAL_ENTRANCES, CRITICAL_LINKS
from analyses.entrances import find_entrances
from analyses.parameters import Parameters
from analyses.profile import Basis, Option, Profile, Rule, Supply, Target
from analyses.results import Results
from analyses.supply import merge_places
from layers.types import Basemap, Layers
from layers.walkers import walker
from spatial.build import build_network
from spatial.network import WalkNetwork
from spatial.snapping import attach, edge_index
from spatial.traits import Trait, Traits
from tests.critical_edges import edge_table
from tests.networks import EVERYWHERE, METRIC, areas, network, ways
from tests.town import STREET, frame, town

PARKS = Supply(("park",))
BASIS = Basis("none", "high")


def with_bridge(end_x: float = 1000.0) -> WalkNetwork:
    """Way 1 from 0 to 500, way 2, a bridge of two pieces, to 700, way 3 on; a side street meets the bridge at 600."""
    lines = [[(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (3, 600.0, 0.0), (4, 700.0, 0.0)],
             [(4, 700.0, 0.0), (5, end_x, 0.0)], [(3, 600.0, 0.0), (6, 600.0, 200.0)]]
    nan = np.full(4, np.nan, dtype=np.float32)
    traits = Traits(np.array([0, Trait.BRIDGE, 0, 0], dtype=np.uint16), nan, nan)
    return build_network(ways(lines, traits=traits), areas(), EVERYWHERE)


def walking(net: WalkNetwork, homes: list[tuple[float, float]]) -> Walking:
    layers = dataclasses.replace(town(), network=net)
    index = edge_index(net)
    points = np.array([Point(xy) for xy in homes], dtype=object)
    found = find_entrances(layers, index, Parameters())
    return prepare_walking(net, found, attach(index, points, limit_m=100), limit=5000)


def test_a_bridge_closes_as_a_whole_and_every_other_edge_alone() -> None:
    net = with_bridge()
    links = links_of(net)
    assert sorted(np.concatenate(links.edges).tolist()) == list(range(len(net.edge_id)))
    named = {tuple(net.edge_id[edges]): kind for kind, edges in zip(links.kind, links.edges, strict=True)}
    assert named == {("1:0",): "segment", ("2:0", "2:1"): "bridge", ("3:0",): "segment", ("4:0",): "segment"}
    nothing = links_of(dataclasses.replace(net, edge_traits=net.edge_traits.take(np.zeros(0, dtype=int)), edge_way_id=net.edge_way_id[:0],
                                           edge_start=net.edge_start[:0], edge_end=net.edge_end[:0]))
    assert (len(nothing.kind), nothing.edges) == (0, [])


def test_two_bridges_of_one_way_that_do_not_touch_are_two() -> None:
    net = with_bridge()
    bridges = np.where(np.isin(net.edge_id, ["3:0", "4:0"]), np.uint16(Trait.BRIDGE), np.uint16(0))
    nan = np.full(5, np.nan, dtype=np.float32)
    apart = dataclasses.replace(net, edge_way_id=np.full(5, 7), edge_traits=Traits(bridges, nan, nan))
    assert [len(edges) for edges in links_of(apart).edges] == [1] * 5


def test_who_lives_beyond_the_bridge_loses_and_who_lives_on_it_is_shut_in() -> None:
    net = with_bridge()
    homes = [(100.0, 5.0), (550.0, 5.0), (600.0, 150.0), (900.0, 5.0)]
    found, places, links = walking(net, homes), merge_places(town().spaces, PARKS), links_of(net)
    losses = link_losses(found, places, np.array([1.0, 10.0, 100.0, 1000.0]), links, 1000.0)
    bridge = links.kind.tolist().index("bridge")
    assert (losses.lose[bridge], losses.along[bridge], losses.farther[bridge]) == (1100, 10, 0)
    first = next(n for n, edges in enumerate(links.edges) if net.edge_id[edges[0]] == "1:0")
    assert (losses.lose[first], losses.along[first]) == (1110, 1)
    cut, _ = cut_off(found, places, np.array([1.0, 10.0, 100.0, 1000.0]), links=links.edges, gates=[])
    assert cut[bridge] == 1100


def test_whoever_still_comes_to_where_the_data_end_is_not_cut_off() -> None:
    net = with_bridge()
    ends = np.isin(net.node_id, [5])
    homes, residents = [(600.0, 150.0), (900.0, 5.0)], np.array([100.0, 1000.0])
    found = walking(dataclasses.replace(net, node_beyond=ends), homes)
    places, links = merge_places(town().spaces, PARKS), links_of(net)
    bridge = links.kind.tolist().index("bridge")
    cut, _ = cut_off(found, places, residents, links=links.edges, gates=[])
    assert cut[bridge] == 100
    near = link_losses(found, places, residents, links, 1000.0)
    assert (near.lose[bridge], near.unknown[bridge]) == (0, 1100)
    far = link_losses(found, places, residents, links, 450.0)
    assert (far.lose[bridge], far.unknown[bridge]) == (0, 0)  # both homes are farther from the park than that


def test_gates_at_one_spot_are_one_and_the_only_one_is_worth_all() -> None:
    # Ways in lie at x = 200, 210, 230, 250 and 260: without the one at 260 the home from the east walks 10 m less
    # along the street and 10 m more beside it, and none is the only one.
    found, places = walking(network([STREET]), [(700.0, 0.0)]), merge_places(town().spaces, PARKS)
    gates = gates_of(found, places)
    assert sorted(len(gate) for gate in gates) == [1] * 5
    twice = dataclasses.replace(found.entrances, table=pd.concat([found.entrances.table] * 2, ignore_index=True),
                                point=np.tile(found.entrances.point, 2), attachment=found.entrances.attachment.take(np.tile(np.arange(5), 2)))
    both = prepare_walking(found.graph.network, twice, found.points, limit=5000)
    doubled = gates_of(both, places)
    assert sorted(len(gate) for gate in doubled) == [2] * 5
    assert entrance_losses(both, places, np.array([8.0]), doubled, 5000).lose.tolist() == [0] * 5
    assert entrance_losses(both, places, np.array([8.0]), [np.concatenate(doubled)], 5000).lose.tolist() == [8]


def rule(rule_id: str = "near", within_m: float | None = 300.0, **other: object) -> Rule:
    plain = Rule(rule_id, "reach", {"en": rule_id, "zh": rule_id}, "population", "%", BASIS, supply=PARKS, within_m=within_m, by="walk", target=Target("%", "derived", minimum=90.0))
    return dataclasses.replace(plain, **other)


def profile(*rules: Rule) -> Profile:
    return Profile("p", {"en": "p"}, "town", 2026, "convention", rules)


def assessed(layers: Layers, *rules: Rule) -> Results:
    return assess(layers, [profile(*rules)])


def told(results: Results, parameters: Parameters | None = None) -> pd.DataFrame | None:
    assert results.evidence is not None
    return critical_links(
        results.evidence.scene, results.profiles, results.evidence.measured, parameters or Parameters()
    )


def bridged_town(net: WalkNetwork | None = None) -> Layers:
    streets = frame({"s": {"street_class": "minor", "name": "Long Street", "geometry": box(0, -1, 1000, 1).boundary}}, "id", ("street_class", "name"))
    base = town().basemap
    return dataclasses.replace(town(), network=net or with_bridge(), basemap=Basemap(streets, base.water, base.green, base.places))


def test_the_table_tells_the_worst_first_with_street_and_advice_left_to_words() -> None:
    # East: 40 residents live in the building at x = 705 and 20 at points along the streets east of 500.
    table = told(assessed(bridged_town(), rule(within_m=1000.0)))
    assert table is not None
    lines = table[table["kind"] != "entrance"]
    assert lines["rank"].tolist() == list(range(1, len(lines) + 1))
    assert (np.diff(lines["residents_lose"]) <= 1e-9).all()
    worst = lines.iloc[0]
    assert (worst["edge_ids"], worst["way_id"], worst["street"]) == ("1:0", "way/1", "Long Street")
    assert worst["residents_lose"] == pytest.approx(60)
    bridge = lines[lines["kind"] == "bridge"].iloc[0]
    assert (bridge["edge_ids"], bridge["critical_id"]) == ("2:0 2:1", "p/near/2:0 2:1")
    assert bridge["residents_lose"] == pytest.approx(60 - 20 * 8 / 28)  # but for those who live along it, at 8 of 28 points
    assert bridge["residents_cut"] == pytest.approx(bridge["residents_lose"])
    assert bridge["geometry"].length == pytest.approx(200)
    declared = {c.name for c in (*CRITICAL_LINKS.columns, *CRITICAL_ENTRANCES.columns) if "<" not in c.name}
    gates = {"entrance_id", "space_id"} - set(table.columns)
    assert set(table.columns) == declared - gates | {"geometry"}
    assert table.crs == METRIC


def test_rules_in_minutes_are_told_in_minutes() -> None:
    # A second way beside the middle piece, twice as long: whoever takes it walks 200 m more.
    loop = [[(1, 0.0, 0.0), (2, 500.0, 0.0)], [(2, 500.0, 0.0), (4, 700.0, 0.0)], [(4, 700.0, 0.0), (5, 1000.0, 0.0)],
            [(2, 500.0, 0.0), (7, 600.0, 173.2050808), (4, 700.0, 0.0)]]
    net = network(loop)
    speed, everybody = walker("adult").speed_m_per_s, dataclasses.replace(Parameters(), smallest_group=0.0)
    timed = told(assessed(bridged_town(net), rule(within_m=None, within_s=700.0 / speed)), everybody)
    plain = told(assessed(bridged_town(net), rule(within_m=700.0)), everybody)
    assert timed is not None
    assert plain is not None
    worst, same = timed.iloc[0], plain.iloc[0]
    assert worst["residents_lose"] == pytest.approx(same["residents_lose"])
    assert plain["mean_extra_min"].isna().all()
    assert timed["mean_extra_m"].isna().all()
    both = timed.merge(plain, on="edge_ids", suffixes=("_timed", "")).dropna(subset="mean_extra_m")
    assert len(both) > 0
    np.testing.assert_allclose(both["mean_extra_min_timed"] * 60 * speed, both["mean_extra_m"])


def test_a_few_people_are_not_told_of() -> None:
    results = assessed(bridged_town(), rule(within_m=1000.0))
    few = told(results, dataclasses.replace(Parameters(), smallest_group=55.0))
    assert few is not None
    assert few["residents_lose"].min() >= 55
    assert told(results, dataclasses.replace(Parameters(), smallest_group=61.0)) is None
    one = told(results, dataclasses.replace(Parameters(), critical_links=1))
    assert one is not None
    assert one["rank"].tolist() == [1]


def test_of_a_few_who_are_cut_off_among_many_who_lose_nothing_is_told() -> None:
    # Way 3 leads on to where the data end, 600 m beyond East: without the bridge the eight street points of the side
    # street, with 20 x 8 / 28 residents, can go nowhere, and all others still come to that end.
    net = with_bridge(1600.0)
    layers = bridged_town(dataclasses.replace(net, node_beyond=np.isin(net.node_id, [5])))
    results = assessed(layers, rule(within_m=600.0))
    few, all_ = told(results), told(results, dataclasses.replace(Parameters(), smallest_group=0.0))
    assert few is not None
    assert all_ is not None
    bridge, open_ = (table[table["kind"] == "bridge"].iloc[0] for table in (few, all_))
    assert bridge["residents_lose"] == open_["residents_lose"] >= 40
    assert open_["residents_cut"] == pytest.approx(20 * 8 / 28)
    assert np.isnan(bridge["residents_cut"])
    assert bridge["residents_farther"] == 0


def test_only_rules_of_one_place_with_a_target_about_all_residents_are_told() -> None:
    other = Option(PARKS, within_m=100.0)
    rules = (rule(), rule("free", target=None), rule("straight", by="euclidean"), rule("old", who="age65plus"),
             rule("either", or_else=(other,)), rule("two", count=2), rule("flooded", during="flood"),
             rule("dry", supply=Supply(("park",), outside_hazard="flood")))
    found = {r.id for _, r in told_rules((profile(*rules),), {("p", r.id) for r in rules})}
    assert found == {"near"}
    assert told_rules((profile(*rules),), ()) == []


def test_without_residents_nothing_is_told() -> None:
    assert told(assessed(dataclasses.replace(bridged_town(), residents=None), rule())) is None


def test_the_table_of_edges_has_every_edge_once_and_counts_those_along_it() -> None:
    results = assessed(bridged_town(), rule(within_m=1000.0))
    assert results.evidence is not None
    table = edge_table(results.evidence.scene, results.profiles[0].rules[0])
    assert table["edge_id"].tolist() == results.network.edge_id.tolist()
    row = table.set_index("edge_id").loc["1:0"]
    assert row["residents_lose"] == pytest.approx(60)
    assert row["residents_along"] == pytest.approx(50)
