"""Which site and which space are the same place: by ground, by name, by class."""

from __future__ import annotations

import pandas as pd
from shapely import Point, box

from layers.inventory_match import match
from tests.inventories import Rows, sites, spaces, square


def _pairs(ours: Rows, theirs: Rows) -> dict[tuple[str, str], str]:
    """Site and space -> how they matched."""
    a, b = sites(ours), spaces(theirs)
    found = match(a, b)
    return {(str(a.index[s]), str(b.index[o])): h for s, o, h in zip(found["site"], found["space"], found["how"], strict=True)}


def test_half_of_the_smaller_outline_is_the_same_ground():
    theirs: Rows = {"way/1": ("park", "", square(0))}
    assert _pairs({"c/1": ("park", "", square(50))}, theirs) == {("c/1", "way/1"): "ground"}
    assert _pairs({"c/1": ("park", "", square(51))}, theirs) == {}


def test_a_park_of_several_parcels_and_a_parcel_of_several_parks():
    park: Rows = {"way/1": ("park", "", box(0, 0, 300, 100))}
    parcels: Rows = {f"c/{n}": ("park", "", box(110 * n, 0, 110 * n + 80, 100)) for n in range(3)}
    assert _pairs(parcels, park) == dict.fromkeys(((f"c/{n}", "way/1") for n in range(3)), "ground")
    assert _pairs(park, parcels) == dict.fromkeys((("way/1", f"c/{n}") for n in range(3)), "ground")


def test_like_names_match_outlines_side_by_side():
    theirs: Rows = {"way/1": ("park", "Parque de San Telmo", square(0))}
    assert _pairs({"c/1": ("park", "SAN TELMO", square(140))}, theirs) == {("c/1", "way/1"): "name"}
    assert _pairs({"c/1": ("park", "SAN TELMO", square(151))}, theirs) == {}
    assert _pairs({"c/1": ("park", "Santa Catalina", square(100))}, theirs) == {}
    assert _pairs({"c/1": ("square", "San Telmo", square(140))}, theirs) == {}


def test_what_shares_ground_is_not_given_away_by_name():
    theirs: Rows = {"way/1": ("park", "Doramas", square(0)), "way/2": ("park", "Doramas", square(120))}
    assert _pairs({"c/1": ("park", "Doramas", square(0))}, theirs) == {("c/1", "way/1"): "ground"}


def test_a_playground_inside_a_park_is_no_park():
    park: Rows = {"c/1": ("park", "Doramas", square(0, 0, 300))}
    assert _pairs(park, {"way/1": ("playground", "Doramas", square(10, 10, 30))}) == {}


def test_another_class_on_the_same_ground_is_the_same_place():
    theirs: Rows = {"way/1": ("square", "", square(0))}
    assert _pairs({"c/1": ("park", "", square(50))}, theirs) == {("c/1", "way/1"): "class"}
    assert _pairs({"c/1": ("park", "", square(51))}, theirs) == {}
    named: Rows = {"way/1": ("square", "Plaza Mayor", square(0))}
    assert _pairs({"c/1": ("park", "Mayor", square(0, 0, 200))}, named) == {("c/1", "way/1"): "class"}
    assert _pairs({"c/1": ("park", "Otra", square(0, 0, 200))}, named) == {}


def test_its_own_class_comes_first():
    theirs: Rows = {"way/1": ("square", "", square(0)), "way/2": ("park", "", square(0))}
    assert _pairs({"c/1": ("park", "", square(0))}, theirs) == {("c/1", "way/2"): "ground"}


def test_what_matched_by_name_is_not_given_away_by_class():
    theirs: Rows = {"way/1": ("park", "Doramas", square(120)), "way/2": ("square", "", square(0))}
    assert _pairs({"c/1": ("park", "Doramas", square(0))}, theirs) == {("c/1", "way/1"): "name"}


def test_equal_pairs_go_by_their_ids():
    theirs: Rows = {"node/2": ("toilet", "", Point(10, 0)), "node/1": ("toilet", "", Point(-10, 0))}
    assert _pairs({"c/1": ("toilet", "", Point(0, 0))}, theirs) == {("c/1", "node/1"): "name"}


def test_points_match_by_name_and_nearness_one_to_one():
    library: Rows = {"c/1": ("library", "Biblioteca Insular", Point(0, 0))}
    assert _pairs(library, {"node/1": ("library", "Insular", Point(100, 0))}) == {("c/1", "node/1"): "name"}
    assert _pairs(library, {"node/1": ("library", "Insular", Point(101, 0))}) == {}
    assert _pairs(library, {"node/1": ("library", "", Point(50, 0))}) == {("c/1", "node/1"): "name"}
    assert _pairs(library, {"node/1": ("library", "", Point(51, 0))}) == {}
    assert _pairs(library, {"node/1": ("library", "Estatal", Point(10, 0))}) == {("c/1", "node/1"): "name"}
    assert _pairs(library, {"node/1": ("library", "Estatal", Point(11, 0))}) == {}
    assert _pairs(library, {"node/1": ("toilet", "Insular", Point(0, 0))}) == {}
    two: Rows = {"node/1": ("library", "", Point(5, 0)), "node/2": ("library", "Insular", Point(60, 0))}
    assert _pairs(library, two) == {("c/1", "node/2"): "name"}  # a like name says more than nearness


def test_a_point_is_as_far_from_an_outline_as_from_its_rim():
    assert _pairs({"c/1": ("library", "", Point(150, 50))}, {"way/1": ("library", "", square(0))}) == {("c/1", "way/1"): "name"}
    assert _pairs({"c/1": ("library", "", Point(151, 50))}, {"way/1": ("library", "", square(0))}) == {}


def test_what_speaks_for_a_pair_is_told():
    found = match(sites({"c/1": ("park", "Doramas", square(20))}), spaces({"way/1": ("park", "Parque Doramas", square(0, 0, 200))}))
    (row,) = found.to_dict("records")
    assert row == {"site": 0, "space": 0, "how": "ground", "overlap_m2": 10_000.0, "overlap_share": 1.0, "likeness": 1.0, "distance_m": 0.0}


def test_nothing_matches_nothing():
    nothing, one = sites({}), spaces({"way/1": ("park", "", square(0))})
    for found in (match(nothing, one), match(sites({"c/1": ("park", "", square(0))}), one.iloc[:0]), match(nothing, one.iloc[:0])):
        assert isinstance(found, pd.DataFrame)
        assert len(found) == 0
