"""How far data can be trusted, on the synthetic town of `tests.town`, where every signal can be had on paper."""

from __future__ import annotations

import dataclasses
import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Geometry, Point, box

from analyses.assess import assess
from analyses.completeness import LIGHTS, SIGNALS, _own_floor, judge_data, light_caveats, unit_lights
from analyses.parameters import DataLimits, Parameters
from layers.inventory_combination import Inventory
from layers.inventory_ground import standing_sites
from layers.types import Layers, Provenance
from tests import inventories, town
from tests.networks import METRIC, network


def judged(layers: Layers, **limits: object) -> pd.DataFrame:
    """The town's data, by the usual limits but for those given."""
    return judge_data(layers, Parameters(data=dataclasses.replace(DataLimits(), **limits)))


def with_residents(east: float, west: float) -> Layers:
    table = pd.DataFrame({"population": [east, west]}, index=pd.Index(["East", "West"], name="community_id"))
    return dataclasses.replace(town.town(), residents=table)


def test_every_signal_is_what_the_drawing_says() -> None:
    """Streets are looked at every 25 m: W1 stands beside 2 of West's 20 points, W2 beside 3, E1 beside 2 of East's."""
    found = judged(town.town())
    assert found["data_floor_m2_per_resident"].tolist() == pytest.approx([400 / 60, 500 / 50])
    assert found["data_built_street_share"].tolist() == pytest.approx([2 / 20, 5 / 20])
    assert found["data_ways_km_per_km2"].tolist() == pytest.approx([0.5 / 0.2, 0.5 / 0.2])
    assert found["data_off_network_share"].tolist() == [0, 0]
    assert found["data_way_in_share"].isna().tolist() == [True, False]  # East has no public space
    assert found.at["West", "data_way_in_share"] == 1
    assert found["data_space_m"].tolist() == [240, 0]  # from x = 500 to the park's east side at 260
    assert found["data_covered_share"].tolist() == [1, 1]
    assert found["data_inventory_only_share"].isna().all()


def test_the_light_is_the_worst_signal_and_the_signals_are_named_worst_first() -> None:
    found = judged(town.town())
    assert found["data_light"].to_dict() == {"East": "poor", "West": "doubtful"}
    assert found["data_signals"].to_dict() == {"East": "houses homes", "West": "homes houses"}
    assert found.at["East", "data_checked"] == "homes houses off_network covered"  # neither dense nor with a space


def test_ten_good_signals_do_not_outweigh_a_poor_one() -> None:
    """With few residents only the houses along East's street are wrong."""
    found = judged(with_residents(4.0, 4.0))
    assert found["data_signals"].to_dict() == {"East": "houses", "West": "houses"}
    assert found["data_light"].to_dict() == {"East": "poor", "West": "doubtful"}


@pytest.mark.parametrize(("floor_m2", "light"), [(15.0, "good"), (14.99, "doubtful"), (5.0, "doubtful"), (4.99, "poor")])
def test_the_limits_themselves_belong_to_the_better_side(floor_m2: float, light: str) -> None:
    found = judged(with_residents(400 / floor_m2, 500 / floor_m2), built_street_share=(0.0, 0.0))
    assert set(found["data_light"]) == {light}


def test_without_residents_homes_are_not_checked_and_houses_still_are() -> None:
    layers = dataclasses.replace(town.town(), residents=None)
    found = judged(layers)
    assert found["data_floor_m2_per_resident"].isna().all()
    assert found["data_light"].to_dict() == {"East": "poor", "West": "doubtful"}
    assert not any("homes" in codes.split() for codes in found["data_checked"])
    codes = {caveat.code: caveat for caveat in light_caveats(found, layers, DataLimits())}
    assert set(codes) == {"data_poor", "data_doubtful", "data_not_against_residents"}
    assert (codes["data_not_against_residents"].count, codes["data_poor"].detail) == (2, "")


def test_nobody_knows_where_neither_residents_nor_residential_streets_are() -> None:
    streets = network([town.STREET])
    paths = dataclasses.replace(streets, edge_highway=np.full(len(streets.edge_highway), "footway", dtype=object))
    layers = dataclasses.replace(town.town(), residents=None, network=paths)
    found = judged(layers)
    assert set(found["data_light"]) == {"unknown"}
    assert found["data_signals"].tolist() == ["", ""]


def test_a_few_metres_of_street_say_nothing_of_the_houses() -> None:
    """Each community has 500 m of residential street."""
    assert judged(town.town(), least_street_m=500.0)["data_built_street_share"].notna().all()
    fewer = judged(town.town(), least_street_m=501.0)
    assert fewer["data_built_street_share"].isna().all()
    assert not fewer["data_checked"].str.contains("houses").any()


def test_unknown_residents_are_no_signal_against_the_homes() -> None:
    found = judged(with_residents(math.nan, 0.0))
    assert found["data_floor_m2_per_resident"].isna().all()
    told = light_caveats(found, with_residents(math.nan, 0.0), DataLimits())
    (caveat,) = [caveat for caveat in told if caveat.code == "data_not_against_residents"]
    assert caveat.count == 1  # nobody living in West is known, not unknown


def test_what_the_extract_does_not_cover_is_said() -> None:
    half = dataclasses.replace(town.town(), coverage=box(-1e6, -1e6, 750, 1e6))
    found = judged(half)
    assert found["data_covered_share"].tolist() == pytest.approx([0.5, 1])
    assert "covered" in found.at["East", "data_signals"].split()
    assert "covered" not in found.at["West", "data_signals"].split()


def test_only_a_dense_community_must_have_ways_and_public_space() -> None:
    """300 residents on 0.2 km2 are 1,500 a km2: East has 2.5 km of ways a km2, and no space within 200 m."""
    dense = judged(with_residents(300.0, 299.0), space_m=(200.0, 300.0))
    assert {"ways", "spaces"} <= set(dense.at["East", "data_signals"].split())
    assert not {"ways", "spaces"} & set(dense.at["West", "data_checked"].split())
    assert "spaces" not in judged(with_residents(300.0, 299.0), space_m=(240.0, 300.0)).at["East", "data_signals"]


def test_ways_are_compared_with_those_of_the_study_too() -> None:
    """Both have 2.5 km of ways a km2, more than nothing, and less than 1.1 times their own median."""
    few = {"ways_km_per_km2": (0.0, 0.0), "dense_per_km2": 0.0}
    assert not judged(town.town(), **few)["data_signals"].str.contains("ways").any()
    assert judged(town.town(), **few, ways_of_median=1.1)["data_signals"].str.contains("ways").all()


def test_homes_away_from_every_way_are_a_signal() -> None:
    """With a snap limit of 21 m the home W1 (centre 25 m from the street) is off the network, W2 too, E1 too."""
    parameters = Parameters(snap_limit_m=21.0, data=DataLimits())
    found = judge_data(town.town(), parameters)
    assert found.at["West", "data_off_network_share"] == 1
    assert found.at["East", "data_off_network_share"] == pytest.approx(40 / 60)  # the other 20 are on the street
    assert "off_network" in found.at["West", "data_signals"].split()


def test_spaces_without_a_way_in_are_a_signal_where_there_are_some() -> None:
    shut = {f"way/{i}": ("park", box(20 * i, 200, 20 * i + 10, 210)) for i in range(2, 4)}
    layers = dataclasses.replace(town.town(), spaces=town.spaces({"way/1": ("park", town.PARK), **shut}))
    found = judged(layers)
    assert found.at["West", "data_way_in_share"] == pytest.approx(1 / 3)
    assert "ways_in" in found.at["West", "data_signals"].split()
    fewer = dataclasses.replace(layers, spaces=layers.spaces.iloc[:2])
    assert "ways_in" not in judged(fewer).at["West", "data_checked"].split()  # two spaces prove nothing


def told(sites: dict[str, tuple[str, Geometry]], osm: dict[str, tuple[str, Geometry]], mode: str = "supplement") -> pd.DataFrame:
    """The town's data with an inventory whose sites, but those called planned, stand; OSM has some spaces."""
    named = {key: (space_class, "", shape) for key, (space_class, shape) in sites.items()}
    role = inventories.role(mode, classes={"p": "park", "q": "square"}, space_class="")
    of_city = Inventory(role, inventories.sites(named, frozenset(key for key in sites if "planned" in key)))
    standing = standing_sites(of_city, town.spaces(osm))
    return judged(dataclasses.replace(town.town(), spaces=town.spaces(osm), inventory_sites=standing))


def test_ground_that_only_the_inventory_has_is_a_signal() -> None:
    """The inventory has 3,000 m2 that OSM has too, and 1,500 m2 of its own: a third of its ground."""
    sites = {"city/1": ("park", town.PARK), "city/2": ("park", box(20, 200, 70, 230))}
    school = {"way/2": ("square", box(800, 200, 850, 250))}
    found = told(sites, {"way/1": ("park", town.PARK), **school})
    assert found.at["West", "data_inventory_only_share"] == pytest.approx(1500 / 4500)
    assert "inventory" in found.at["West", "data_signals"].split()
    assert math.isnan(found.at["East", "data_inventory_only_share"])  # the inventory has no site there


def test_a_site_far_larger_than_what_the_map_has_is_lacking_for_the_rest() -> None:
    """They match, for half of the smaller is shared: 500 of 3,000 m2 are on the map."""
    found = told({"city/1": ("park", town.PARK)}, {"way/1": ("park", box(200, -60, 210, -10))})
    assert found.at["West", "data_inventory_only_share"] == pytest.approx(2500 / 3000)


def test_ground_under_two_sites_counts_once_and_the_map_may_give_it_another_of_their_classes() -> None:
    """A plan has the park's 3,000 m2, another half of it as a square; OSM has 2,000 m2 of it as a square; a forest is not asked."""
    sites = {"city/1": ("park", town.PARK), "city/2": ("square", box(200, -60, 230, -10))}
    forest = {"way/2": ("woodland", box(0, -100, 400, 200))}
    found = told(sites, {"way/1": ("square", box(200, -60, 240, -10)), **forest})
    assert found.at["West", "data_inventory_only_share"] == pytest.approx(1000 / 3000)


def test_agreement_is_a_signal_that_is_good_in_every_mode() -> None:
    for mode in ("supplement", "correct"):
        found = told({"city/1": ("park", town.PARK)}, {"way/1": ("park", town.PARK)}, mode)
        assert found.at["West", "data_inventory_only_share"] == 0
        assert "inventory" in found.at["West", "data_checked"].split()


def test_places_without_an_outline_count_by_their_number() -> None:
    """Of four points one lies in a park of OSM, one beside its point, one has an outline there and one is lacking."""
    points = {f"city/{i}": ("park", Point(50 + 100 * i, 150)) for i in range(3)}
    osm = {"way/1": ("park", box(40, 140, 60, 160)), "node/2": ("park", Point(152, 150)), "node/3": ("park", Point(220, -30))}
    found = told({**points, "city/9": ("park", box(200, -60, 240, -10))}, osm)
    assert found.at["West", "data_inventory_only_share"] == pytest.approx(1 / 3)


def test_what_is_only_planned_or_a_strip_of_the_neighbours_is_not_checked() -> None:
    """East has 2 m x 49 m of a site, less than 100 m2."""
    found = told({"city/planned": ("park", town.PARK)}, {})
    assert found["data_inventory_only_share"].isna().all()
    assert not found["data_checked"].str.contains("inventory").any()
    found = told({"city/1": ("park", box(400, 0, 502, 49))}, {})
    assert found["data_inventory_only_share"].tolist() == pytest.approx([math.nan, 1], nan_ok=True)
    assert told({"city/1": ("park", box(400, 0, 502, 51))}, {})["data_inventory_only_share"].tolist() == [1, 1]


def test_only_open_public_space_is_asked_for() -> None:
    """A toilet, a health station, a kindergarten and a graveyard are none: the town's people have nowhere to go."""
    places = {
        "way/1": ("toilet", box(20, 200, 24, 204)), "node/2": ("health_station", Point(30, 200)),
        "node/3": ("kindergarten", Point(40, 200)), "way/9": ("cemetery", box(600, 200, 640, 240)),
    }  # fmt: skip
    found = judged(dataclasses.replace(with_residents(300.0, 300.0), spaces=town.spaces(places)))
    assert np.isinf(found["data_space_m"]).all()
    assert all("spaces" in codes.split() for codes in found["data_signals"])
    assert not found["data_checked"].str.contains("ways_in").any()


def test_the_outlines_of_squares_are_no_ways() -> None:
    streets = network([town.STREET[:2], town.STREET[1:]])
    crossed = dataclasses.replace(streets, edge_highway=np.array(["residential", "square"], dtype=object))
    ways = judged(dataclasses.replace(town.town(), network=crossed))["data_ways_km_per_km2"]
    assert sorted(ways) == pytest.approx([0, 0.5 / 0.2])


def test_homes_beside_an_island_of_the_network_only_are_off_it() -> None:
    """East's half of the street is joined to nothing, and all its residents stand on it or beside it."""
    streets = network([[(1, 0.0, 0.0), (2, 480.0, 0.0)], [(4, 600.0, 0.0), (3, 1000.0, 0.0)]])
    assert sorted(streets.edge_component.tolist()) == [0, 1]
    found = judged(dataclasses.replace(town.town(), network=streets))["data_off_network_share"]
    assert sorted(found) == pytest.approx([0, 1])


def test_the_floor_of_a_citys_ways_comes_from_its_median() -> None:
    """Ways of 1, 4 and 9 km/km2 where residents are dense: a quarter of the median is 1."""
    limits = dataclasses.replace(DataLimits(), ways_of_median=0.25)
    assert _own_floor(np.array([9.0, 1.0, 4.0]), limits) == 1
    assert _own_floor(np.array([]), limits) == 0


def test_a_study_without_any_public_space_says_that_there_is_none() -> None:
    found = judged(dataclasses.replace(with_residents(300.0, 300.0), spaces=town.spaces({})))
    assert np.isinf(found["data_space_m"]).all()
    assert all("spaces" in codes.split() for codes in found["data_signals"])


def test_mapping_more_homes_never_darkens_a_light() -> None:
    before = judged(town.town())
    more = pd.concat([town.town().buildings, town.buildings({f"N{i}": (box(20 * i, -30, 20 * i + 10, -20), 3) for i in range(50)})])
    after = judged(dataclasses.replace(town.town(), buildings=gpd.GeoDataFrame(more, crs=METRIC)))
    assert (after["data_light"].map(LIGHTS.index) <= before["data_light"].map(LIGHTS.index)).all()
    assert set(after["data_light"]) == {"good"}


def test_the_light_does_not_depend_on_the_order_of_the_buildings() -> None:
    turned = dataclasses.replace(town.town(), buildings=town.town().buildings.iloc[::-1])
    pd.testing.assert_frame_equal(judged(turned), judged(town.town()))


@pytest.mark.parametrize(
    ("osm", "people", "years"),
    [("2023-02-21", "2020-02", 3), ("2023-02-21", "2020-03", None), ("2019", "2023-01-01", 4), ("2023", "", None), ("", "2001", None)],
)
def test_map_and_residents_of_different_times_are_told(osm: str, people: str, years: int | None) -> None:
    def entry(role: str, date: str) -> Provenance:
        return Provenance(role, f"{role}.x", "0" * 64, 1, "", "", date, {})

    layers = dataclasses.replace(town.town(), provenance=(entry("osm", osm), entry("residents", people), entry("osm", "1990")))
    told = [c for c in light_caveats(judged(layers), layers, DataLimits()) if c.code == "dates_apart"]
    assert [(c.count, c.unit) for c in told] == ([] if years is None else [(years, "years")])


# --------------------------------------------------------------------------- in the results


def test_a_parent_counts_its_residents_by_light() -> None:
    results = assess(town.town(), [])
    district = results.parents.set_index("level").loc["district"]
    assert district["data_poor_share"] == pytest.approx(60 / 110)
    assert district["data_doubtful_share"] == pytest.approx(50 / 110)
    assert (district["data_good_share"], district["data_unknown_share"]) == (0, 0)
    assert district["data_light"] == "poor"


@pytest.mark.parametrize(
    ("good", "doubtful", "poor", "unknown", "light"),
    [
        (0.75, 0.0, 0.25, 0.0, "poor"),
        (0.76, 0.0, 0.24, 0.0, "good"),
        (0.74, 0.02, 0.24, 0.0, "doubtful"),  # a quarter lives in communities that are doubtful or worse
        (0.75, 0.0, 0.0, 0.25, "unknown"),
        (math.nan, math.nan, math.nan, math.nan, "unknown"),
    ],
)
def test_a_parent_takes_the_worst_light_that_a_quarter_of_its_residents_have(good, doubtful, poor, unknown, light) -> None:
    shares = pd.DataFrame(
        {"data_good_share": [good], "data_doubtful_share": [doubtful], "data_poor_share": [poor], "data_unknown_share": [unknown]}
    )
    assert unit_lights(shares, 0.25).tolist() == [light]


def test_communities_carry_their_light_and_the_results_a_caveat() -> None:
    results = assess(town.town(), [])
    lights = results.communities.set_index("community_id")["data_light"]
    assert lights.to_dict() == {"East": "poor", "West": "doubtful"}
    told = {caveat.code: (caveat.count, caveat.detail) for caveat in results.caveats}
    assert told["data_poor"] == (1, "60")
    assert told["data_doubtful"] == (1, "50")
    assert "data_unknown" not in told


def test_every_signal_has_a_column_that_is_published() -> None:
    from analyses.columns import COMMUNITIES, DATA_SIGNAL_WORDS

    assert set(SIGNALS.values()) <= {column.name for column in COMMUNITIES.columns}
    assert set(SIGNALS) == set(DATA_SIGNAL_WORDS)
