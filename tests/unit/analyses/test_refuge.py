"""Refuge in the synthetic town, every figure derived on paper. The drawing and its numbers: tests/town.py.

The park has 3,000 m2: 40 % of it, 1,200 m2, can be used, which takes in 2,400 people at 0.5 m2 each. The walk limit of
emergency refuge is 500 m: W1 (30 people) walks 140 m to it, W2 (20) 95 m, E1 (40) 490 m, and the street point at x
walks x - 240, so that the ten at 512.5 .. 737.5 reach it and the ten at 762.5 .. 987.5 do not.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from affine import Affine
from shapely import Geometry, Point, box

from analyses.assess import assess
from analyses.refuge import Refuge
from analyses.refuge_columns import REFUGE_ENTRANCES, REFUGE_NEEDS, REFUGE_STATUSES, REFUGE_USES, REFUGES
from analyses.refuge_ground import taken_ground
from analyses.refuge_sites import RefugeSites, refuge_sites
from layers.refuge_roles import REFUGE_GRADES, RefugeRules
from layers.refuge_rules import DEFAULT_TIER, packaged_refuge_rules
from layers.types import Layers
from maps.refuge_words import refuge_entrances_frame
from spatial.terrain import Grid
from tests.networks import METRIC
from tests.town import PARK, buildings, obstacles, spaces, town, with_hazards

RULES = packaged_refuge_rules()
TIER = RULES.tiers[DEFAULT_TIER]


def asking(layers: Layers, drawn: gpd.GeoDataFrame | None = None, **rules: object) -> Layers:
    """The same town, whose study asks for candidates."""
    asked = dataclasses.replace(layers.study, refuge_rules=RefugeRules(candidates=True, **rules))
    return dataclasses.replace(layers, study=asked, spaces=layers.spaces if drawn is None else drawn)


def listing(layers: Layers, rows: dict[str, tuple[Geometry, float, float]], grade: str = "emergency", *, planned: bool = False) -> Layers:
    """The same town with a list of refuges: shape, persons, effective area."""
    data = [{"list_id": "city", "name": k, "grade": grade, "planned": planned, "capacity": c, "effective_m2": m2, "geometry": g} for k, (g, c, m2) in rows.items()]
    index = pd.Index([f"city/{k}" for k in rows], dtype=str, name="refuge_id")
    return dataclasses.replace(layers, refuges=gpd.GeoDataFrame(data, geometry="geometry", crs=METRIC, index=index))


def found(layers: Layers) -> Refuge:
    refuge = assess(layers, []).refuge
    assert refuge is not None
    return refuge


def unit(refuge: Refuge, name: str) -> pd.Series:
    assert refuge.needs is not None
    (row,) = refuge.needs[refuge.needs["unit_id"] == name].to_dict("records")
    return pd.Series(row)


def plane(rise: float, *, cell_m: float) -> Grid:
    """Ground that rises to the east."""
    columns = np.arange(-100.0, 1100.0, cell_m)
    rows = int(800 / cell_m)
    return Grid(np.tile((columns + cell_m / 2) * rise, (rows, 1)), Affine(cell_m, 0, -100, 0, -cell_m, 400), METRIC)


def sites(layers: Layers) -> RefugeSites:
    return refuge_sites(layers, TIER, RULES, taken_ground(layers, RULES))


def only(layers: Layers) -> pd.Series:
    table = sites(layers).table
    assert len(table) == 1
    return table.iloc[0]


# --------------------------------------------------------------------------- who finds a place


def test_a_study_that_says_nothing_of_refuges_has_no_such_tables():
    assert assess(town(), []).refuge is None


def test_who_reaches_the_park_finds_a_place():
    refuge = found(asking(town()))
    (site,) = refuge.sites.to_dict("records")
    assert (site["refuge_id"], site["status"], site["use"], site["community_id"]) == ("way/1", "usable", "used", "West")
    assert (site["effective_m2"], site["capacity"], site["taken"]) == pytest.approx((1200, 2400, 100))
    west, east, city = unit(refuge, "West"), unit(refuge, "East"), unit(refuge, "town")
    assert (west["placed"], west["without_far"], west["placed_share"]) == pytest.approx((50, 0, 1))
    assert (east["placed"], east["without_far"], east["without_full"]) == pytest.approx((50, 10, 0))
    assert (west["median_m"], west["farthest_m"], east["farthest_m"]) == pytest.approx((140, 140, 737.5 - 240))
    assert (west["median_adult_min"], west["median_elderly_min"]) == pytest.approx((140 / 1.3 / 60, 140 / 0.85 / 60))
    assert (city["needing"], city["placed"], city["placed_best"]) == pytest.approx((110, 100, 100))
    assert (west["n_refuges"], east["n_refuges"], city["capacity"]) == (1, 0, 2400)
    assert np.isnan(west["placed_best"])


def test_a_full_refuge_takes_the_nearest():
    """60 places at (500, 10): 22.5, 47.5, .. m for the street points, 225 for W2, 240 for E1, 430 for W1.

    Nine street points, W2's 20, then 31 of E1's 40; its other 9, 11 street points and W1's 30 find it full.
    """
    refuge = found(listing(town(), {"hall": (Point(500, 10), 60, np.nan)}))
    west, east = unit(refuge, "West"), unit(refuge, "East")
    assert (west["placed"], west["without_full"]) == pytest.approx((20, 30))
    assert (east["placed"], east["without_full"], east["without_far"]) == pytest.approx((40, 20, 0))
    (site,) = refuge.sites.to_dict("records")
    assert (site["use"], site["asked"], site["taken"], site["capacity"]) == ("overfull", pytest.approx(110), pytest.approx(60), 60)
    assert np.isnan(site["effective_m2"])


def test_beside_candidates_it_is_told_who_would_find_a_place_by_the_list_alone():
    """The same hall beside the park, which holds everybody: the hall alone takes in whom it takes above."""
    hall = {"hall": (Point(500, 10), 60, np.nan)}
    both = found(listing(asking(town()), hall))
    assert [unit(both, name)["placed_listed"] for name in ("West", "East", "town")] == pytest.approx([20, 40, 60])
    assert unit(both, "town")["placed"] == pytest.approx(110)
    for alone in (asking(town()), listing(town(), hall)):
        assert np.isnan(unit(found(alone), "town")["placed_listed"])


def test_a_refuge_beyond_the_border_counts_for_the_city_whose_residents_it_takes_in():
    refuge = found(listing(town(), {"hall": (Point(1010, 5), 30, np.nan)}))
    assert refuge.sites["community_id"].isna().tolist() == [True]
    of_units = [unit(refuge, name)[["n_refuges", "n_overfull", "capacity"]].tolist() for name in ("West", "All", "town")]
    assert of_units == [[0, 0, 0], [0, 0, 0], [1, 1, 30]]
    assert unit(refuge, "town")["placed"] == pytest.approx(30)


def test_fixed_refuges_shelter_a_share_of_everybody():
    refuge = found(listing(dataclasses.replace(town(), study=dataclasses.replace(town().study, refuge_rules=RefugeRules(tier="gb51143-2015.short"))), {"hall": (Point(500, 10), 60, np.nan)}, "short"))
    city = unit(refuge, "town")
    assert (city["needing"], city["placed"], city["limit_m"]) == pytest.approx((0.15 * 110, 0.15 * 110, 1000))


def test_where_residents_are_unknown_nothing_is_told():
    layers = asking(town())
    residents = layers.residents.assign(population=[np.nan, 50.0])
    refuge = found(dataclasses.replace(layers, residents=residents))
    assert np.isnan(unit(refuge, "East")["placed"])
    assert np.isnan(unit(refuge, "town")["placed_best"])
    assert unit(refuge, "West")["placed"] == pytest.approx(50)
    assert "refuge_residents_unknown" in {caveat.code for caveat in refuge.caveats}


def test_without_residents_there_are_refuges_and_no_needs():
    refuge = found(dataclasses.replace(asking(town()), residents=None))
    assert refuge.needs is None
    assert refuge.sites["capacity"].tolist() == [2400]
    assert refuge.sites["taken"].isna().all()


def test_who_found_none_before_the_data_end_is_unknown():
    """The data end at x = 900: the points that walk at most 500 m to that end may find a refuge beyond."""
    layers = asking(town())
    network = dataclasses.replace(layers.network, node_beyond=layers.network.node_xy[:, 0] >= 1000)
    east = unit(found(dataclasses.replace(layers, network=network)), "East")
    assert (east["placed"], east["unknown"], east["without_far"]) == pytest.approx((50, 10, 0))


@pytest.mark.parametrize(("full", "placed", "unknown"), [(False, 0, 110), (True, 60, 50)])
def test_who_is_near_a_refuge_of_unknown_room_is_neither_placed_nor_without(*, full: bool, placed: float, unknown: float):
    """All live within 500 m of (500, 10); so it is where another one there is full."""
    rows = {"bare": (Point(500, 10), np.nan, np.nan)} | ({"hall": (Point(502, 10), 60, np.nan)} if full else {})
    listed = listing(town(), rows)
    listed = dataclasses.replace(listed, refuges=listed.refuges.sort_index(ascending=False))
    city = unit(found(listed), "town")
    told = city[["placed", "unknown", "without_far", "without_full"]].tolist()
    assert told == pytest.approx([placed, unknown, 0, 0])


def test_who_is_near_a_full_refuge_and_near_the_end_of_the_data_is_unknown():
    """As above with 60 places at (500, 10): of East's 60 it takes 40, and the data end within 500 m of the others."""
    layers = listing(town(), {"hall": (Point(500, 10), 60, np.nan)})
    network = dataclasses.replace(layers.network, node_beyond=layers.network.node_xy[:, 0] >= 1000)
    east = unit(found(dataclasses.replace(layers, network=network)), "East")
    assert east[["placed", "unknown", "without_full"]].tolist() == pytest.approx([40, 20, 0])


# --------------------------------------------------------------------------- which ground counts


def test_ground_inside_an_official_hazard_is_taken_off_and_too_little_is_no_refuge():
    """Half of the park: 600 m2 of usable area, less than 1,000."""
    flooded = with_hazards(town(), {"f": ("flood", "official", box(200, -60, 230, -10))})
    site = only(asking(flooded))
    assert (site["status"], site["effective_m2"], site["hazard_share"]) == ("in_hazard", 0, pytest.approx(0.5))
    more = only(asking(flooded, usable_share={"park": 0.8}))
    assert (more["status"], more["effective_m2"], more["capacity"]) == ("usable", pytest.approx(1200), 2400)


def test_ways_in_inside_a_hazard_are_closed():
    """W1 can no longer enter at x = 210 and goes on to x = 250: 25 + 145 + 10."""
    flooded = with_hazards(town(), {"f": ("flood", "official", box(200, -60, 230, -10))})
    assert unit(found(asking(flooded, usable_share={"park": 0.8})), "West")["farthest_m"] == pytest.approx(180)
    shut = with_hazards(town(), {"f": ("flood", "official", box(190, -25, 270, 0))})
    refuge = found(asking(shut, usable_share={"park": 0.8}))
    assert refuge.sites["status"].tolist() == ["no_way_in"]
    assert refuge.sites[["effective_m2", "capacity"]].to_numpy().tolist() == [[0, 0]]
    assert unit(refuge, "town")["without_far"] == pytest.approx(110)


@pytest.mark.parametrize(("kind", "status"), [("flood", "derived"), ("heat", "official"), ("seismic", "modelled")])
def test_derived_layers_and_hazards_of_a_whole_city_take_nothing_off(kind, status):
    site = only(asking(with_hazards(town(), {"f": (kind, status, PARK.buffer(50))})))
    assert (site["status"], site["effective_m2"]) == ("usable", pytest.approx(1200))


def test_ground_near_a_dangerous_source_is_taken_off():
    """The source ends 20 m west of the park: the park's first 10 m lie within 30 m of it, 500 m2."""
    layers = asking(with_hazards(town(), {"gas": ("technological", "official", box(170, -100, 180, 50))}), usable_share={"park": 0.5})
    assert only(layers)["effective_m2"] == pytest.approx((3000 - 500) * 0.5)


def test_buildings_and_water_are_taken_off_and_the_least_area_is_enough():
    kiosk = dataclasses.replace(town(), buildings=buildings({"K": (box(210, -50, 230, -40), 1)}))
    pond = dataclasses.replace(kiosk, obstacles=obstacles({"P": ("water", box(240, -50, 260, -35)), "W": ("wall", box(200, -60, 210, -50))}))
    site = only(asking(pond))
    assert (site["open_m2"], site["effective_m2"], site["status"]) == (pytest.approx(2500), pytest.approx(1000), "usable")


def test_where_a_playground_lies_in_the_park_its_ground_counts_once_by_its_own_share():
    drawn = spaces({"way/1": ("park", PARK), "way/2": ("playground", box(200, -60, 220, -10))})
    site = only(asking(town(), drawn))
    assert (site["refuge_id"], site["effective_m2"]) == ("way/1", pytest.approx(1000 * 0.5 + 2000 * 0.4))


def test_a_strip_is_too_narrow_and_a_plot_too_small():
    drawn = spaces({"way/1": ("park", box(0, -20, 600, -10)), "way/2": ("square", box(700, -60, 720, -10))})
    left_out = sites(asking(town(), drawn))
    assert len(left_out.table) == 0
    assert left_out.left_out == {"too_small": 1, "too_narrow": 1}


def test_only_the_wide_parts_of_a_place_count():
    """A flood cuts the park in a part 50 m wide and one of 8 m."""
    layers = with_hazards(town(), {"f": ("flood", "official", box(208, -60, 210, -10))})
    assert only(asking(layers, usable_share={"park": 0.5}))["effective_m2"] == pytest.approx(50 * 50 * 0.5)


@pytest.mark.parametrize(("rise", "status"), [(0.14, "usable"), (0.16, "too_steep")])
def test_steep_ground_is_no_refuge(rise, status):
    """A plane that rises to the east."""
    site = only(asking(dataclasses.replace(town(), elevation=plane(rise, cell_m=10))))
    assert (site["status"], site["slope_share"]) == (status, pytest.approx(rise))


def test_a_model_too_coarse_for_the_ground_says_nothing_of_its_slope():
    """Cells of 30 m: the centres of two times two, or fewer, lie in the park. A level pitch on a hill is level."""
    refuge = found(asking(dataclasses.replace(town(), elevation=plane(0.5, cell_m=30))))
    assert refuge.sites["status"].tolist() == ["usable"]
    assert refuge.sites["slope_share"].isna().all()
    assert "refuge_without_slope" in {caveat.code for caveat in refuge.caveats}


# --------------------------------------------------------------------------- lists


def test_a_list_counts_before_candidates_and_its_ground_is_theirs_no_more():
    layers = listing(asking(town(), usable_share={"park": 0.8}), {"west": (box(200, -60, 230, -10), 7, np.nan)})
    table = sites(layers).table.set_index("refuge_id")
    assert table["source"].to_dict() == {"city/west": "listed", "way/1": "candidate"}
    assert table["capacity"].to_dict() == {"city/west": 7, "way/1": 1500 * 0.8 / 0.5}


def test_what_a_list_says_is_taken_less_what_lies_in_a_hazard():
    flooded = with_hazards(town(), {"f": ("flood", "official", box(200, -60, 230, -10))})
    rows = {"persons": (PARK, 100, 900.0), "area": (PARK, np.nan, 900.0), "shape": (PARK, np.nan, np.nan), "point": (Point(205, -20), 50, np.nan), "bare": (Point(300, -20), np.nan, np.nan)}
    table = pd.concat([sites(listing(flooded, {name: told})).table for name, told in rows.items()]).set_index("name")
    assert table["capacity"].to_dict() == pytest.approx({"persons": 50, "area": 900, "shape": 1500 * 0.4 / 0.5, "point": 0, "bare": np.nan}, nan_ok=True)
    assert table["status"].to_dict() == {"persons": "usable", "area": "usable", "shape": "usable", "point": "in_hazard", "bare": "capacity_unknown"}


def test_ground_on_two_lists_counts_once_with_the_higher_grade():
    """Of the 3,000 m2 of the park, an emergency refuge, 1,000 are those of a short one."""
    twice = sites(listing(town(), {"one": (PARK, 100, np.nan), "again": (PARK, 70, np.nan), "gate": (Point(250, -20), 9, np.nan)})).table
    assert twice["capacity"].tolist() == [100, 0, 0]
    assert twice["status"].tolist() == ["usable", "counted_elsewhere", "counted_elsewhere"]
    layers = listing(town(), {"low": (PARK, np.nan, np.nan), "high": (box(200, -60, 220, -10), np.nan, np.nan)})
    graded = dataclasses.replace(layers, refuges=layers.refuges.assign(grade=["emergency", "short"]))
    assert sites(graded).table["effective_m2"].tolist() == pytest.approx([2000 * 0.4, 1000 * 0.4])
    assert "refuge_ground_shared" in {caveat.code for caveat in found(graded).caveats}
    neighbours = {"west": (box(200, -60, 230, -10), np.nan, np.nan), "east": (box(230, -60, 260, -10), np.nan, np.nan)}
    assert "refuge_ground_shared" not in {caveat.code for caveat in found(listing(town(), neighbours)).caveats}


def test_what_is_planned_or_tells_no_capacity_takes_nothing_off_others():
    layers = listing(town(), {"planned": (PARK, 50, np.nan), "built": (PARK, 70, np.nan)}, "short")
    half = dataclasses.replace(layers, refuges=layers.refuges.assign(planned=[True, False]))
    assert sites(half).table["capacity"].tolist() == [50, 70]
    bare = listing(town(), {"bare": (Point(500, 10), np.nan, np.nan), "hall": (Point(500, 10), 60, np.nan)})
    assert sites(bare).table["status"].tolist() == ["counted_elsewhere", "usable"]


def test_of_a_building_whose_list_tells_no_capacity_it_is_unknown():
    hall = box(300, 20, 320, 30)
    inhabited = dataclasses.replace(town(), buildings=buildings({"H": (hall, 2)}))
    table = sites(listing(inhabited, {"hall": (hall, np.nan, np.nan)})).table
    assert table["status"].tolist() == ["capacity_unknown"]
    assert table[["capacity", "effective_m2"]].isna().all(axis=None)
    assert sites(listing(inhabited, {"hall": (hall, 80, np.nan)})).table["capacity"].tolist() == [80]


def test_whatever_its_size_a_refuge_wholly_inside_a_hazard_is_in_it():
    """The hall of unknown size with all of it in the flood, with half of it, and beside it."""
    hall = box(300, 20, 320, 30)
    for flood, status in ((box(290, 10, 330, 40), "in_hazard"), (box(310, 10, 330, 40), "capacity_unknown"), (box(330, 10, 340, 40), "capacity_unknown")):
        flooded = with_hazards(dataclasses.replace(town(), buildings=buildings({"H": (hall, 2)})), {"f": ("flood", "official", flood)})
        assert sites(listing(flooded, {"hall": (hall, np.nan, np.nan)})).table["status"].tolist() == [status]
    point = with_hazards(town(), {"f": ("flood", "official", box(290, 10, 330, 40))})
    assert sites(listing(point, {"hall": (Point(310, 25), np.nan, np.nan)})).table["status"].tolist() == ["in_hazard"]


def test_open_ground_outside_of_hazards_counts_and_not_a_share_of_the_outline():
    """A lake over the west half, a flood over the east half: nothing is left."""
    lake = dataclasses.replace(town(), obstacles=obstacles({"lake": ("water", box(200, -60, 230, -10))}))
    flooded = with_hazards(lake, {"f": ("flood", "official", box(230, -60, 260, -10))})
    site = only(listing(flooded, {"shore": (PARK, np.nan, np.nan)}))
    assert site[["status", "capacity", "effective_m2"]].tolist() == ["in_hazard", 0, 0]


def test_a_share_that_a_study_gives_to_a_class_holds_for_listed_outlines_on_that_ground_alone():
    """The outline lies in a park: the share of gardens is not its own, that of parks is."""
    layers = listing(town(), {"west": (PARK, np.nan, np.nan)})
    garden = dataclasses.replace(layers.study, refuge_rules=RefugeRules(usable_share={"garden": 0.0}))
    assert only(dataclasses.replace(layers, study=garden))["effective_m2"] == pytest.approx(3000 * 0.4)
    park = dataclasses.replace(layers.study, refuge_rules=RefugeRules(usable_share={"park": 0.25}))
    assert only(dataclasses.replace(layers, study=park))["effective_m2"] == pytest.approx(3000 * 0.25)


def test_planned_refuges_and_lower_grades_take_nobody_in():
    rows = {"hall": (Point(500, 10), 60, np.nan)}
    assert sites(listing(town(), rows, planned=True)).table["status"].tolist() == ["planned"]
    tier = RULES.tiers["gb51143-2015.medium"]
    assert refuge_sites(listing(town(), rows, "short"), tier, RULES, taken_ground(town(), RULES)).table["status"].tolist() == ["lower_grade"]
    assert refuge_sites(listing(town(), rows, "long"), tier, RULES, taken_ground(town(), RULES)).table["status"].tolist() == ["usable"]


def test_a_listed_building_is_entered_from_the_nearest_way():
    """Drawn as the house W2, which is its own obstacle on all sides but for its listed use."""
    refuge = found(listing(town(), {"house": (box(300, 20, 320, 30), 10, np.nan)}))
    assert refuge.sites["status"].tolist() == ["usable"]
    assert unit(refuge, "town")["placed"] == pytest.approx(10)


# --------------------------------------------------------------------------- what is declared


def test_a_walk_can_be_worked_out_again_from_the_ways_in_that_are_published():
    """The park from the street, at the points that tests/town.py names; the hall from the point where it stands."""
    results = assess(listing(asking(town()), {"hall": (Point(500, 10), 60, np.nan)}), [])
    doors = refuge_entrances_frame(results)
    assert doors is not None
    assert {column.name for column in REFUGE_ENTRANCES.columns} == set(doors.columns) - {"geometry"}
    park = doors[doors["refuge_id"] == "way/1"]
    assert set(zip(park.geometry.x.round(6), park.geometry.y.round(6), strict=True)) == {(260, -20), (250, -10), (230, -10), (210, -10), (200, -20)}
    assert park["off_network_m"].to_numpy() == pytest.approx(-park.geometry.y.to_numpy())
    assert set(park["kind"]) == {"open_edge"}
    hall = doors[doors["refuge_id"] == "city/hall"].iloc[0]
    assert (hall["kind"], hall["confidence"], hall["off_network_m"], hall["entrance_id"]) == ("point", "low", 10, "city/hall#1")
    edge = list(results.network.edge_id).index(hall["edge_id"])
    along = results.network.edge_line[edge].project(hall.geometry)
    assert results.network.edge_line[edge].interpolate(along).distance(hall.geometry) == hall["off_network_m"]


def test_the_tables_have_the_columns_that_are_declared():
    refuge = found(listing(asking(town()), {"hall": (Point(500, 10), 60, np.nan)}))
    assert refuge.needs is not None
    assert list(refuge.needs.columns) == [column.name for column in REFUGE_NEEDS.columns]
    assert {column.name for column in REFUGES.columns if "<" not in column.name} <= set(refuge.sites.columns)
    assert set(refuge.sites["status"]) <= set(REFUGE_STATUSES)
    assert set(refuge.sites["use"].dropna()) <= set(REFUGE_USES)


def test_every_number_of_the_rules_has_a_clause_a_reason_and_a_confidence():
    for tier in RULES.tiers.values():
        assert tier.grade in REFUGE_GRADES
        for figure in (tier.m2_per_person, tier.limit_m, tier.share_of_residents, tier.min_effective_m2, tier.min_width_m, tier.max_slope_share):
            assert figure.value > 0
            assert figure.clause
            assert all(figure.because[language] for language in ("en", "zh"))
    assert all(ground.because["zh"] for ground in RULES.grounds.values())


def test_a_closed_school_ground_can_serve_and_its_houses_are_taken_off():
    """60 x 50 m beside the street, entered from it; 500 m2 of it are a building: 2,500 m2 x 0.7 / 0.5 m2."""
    school = spaces({"way/7": ("school_ground", box(700, -60, 760, -10))})
    layers = dataclasses.replace(asking(town(), spaces({})), school_grounds=school)
    layers = dataclasses.replace(layers, buildings=pd.concat([layers.buildings, buildings({"S": (box(710, -50, 720, -25), 2), "T": (box(730, -50, 740, -25), 2)}).assign(residential=False)]))
    refuge = found(layers)
    (site,) = refuge.sites.to_dict("records")
    assert (site["refuge_id"], site["status"], site["capacity"]) == ("way/7", "usable", 2500 * 0.7 / 0.5)
    assert unit(refuge, "East")["placed"] == pytest.approx(60)
    assert layers.spaces.empty


def test_a_school_and_the_park_beside_it_are_one_place():
    school = spaces({"way/7": ("school_ground", box(260, -60, 320, -10))})
    layers = dataclasses.replace(asking(town()), school_grounds=school)
    site = only(layers)
    assert site["effective_m2"] == pytest.approx(3000 * 0.4 + 3000 * 0.7)
    # W2 (310, 25) now goes in through the school: 25 m to the street and 10 m in.
    assert unit(found(layers), "West")["farthest_m"] == pytest.approx(140)
    assert found(layers).sites["median_m"].tolist() != found(asking(town())).sites["median_m"].tolist()
