"""Joining pieces that touch: ids, names, sources, and ground that counts once."""

from __future__ import annotations

from geopandas.testing import assert_geodataframe_equal
from shapely import Point

from layers.space_merge import in_order, merge_touching, space_order, without_doubles
from tests.inventories import spaces, square


def test_ids_are_ordered_by_kind_and_number_and_sites_last():
    ids = ["city/10", "way/3", "relation/1", "city/2", "node/9", "way/20", "area/7"]
    assert sorted(ids, key=space_order) == ["node/9", "way/3", "way/20", "relation/1", "area/7", "city/2", "city/10"]


def test_an_odd_key_can_be_ordered_too():
    keys = ["城/公园-1", "城/公园-1a", "城/公园-²", "node/x", "x/"]
    backwards = list(reversed(keys))
    assert sorted(backwards, key=space_order) == sorted(keys, key=space_order)
    assert [space_order(key)[0] for key in keys] == [3] * 5  # none of them is an element of OSM


def test_touching_pieces_of_a_class_are_one_space_and_their_ground_counts_once():
    pieces = spaces({
        "way/9": ("park", "", square(0)), "city/2": ("park", "Grande", square(50, 0, 200)), "way/4": ("square", "P", square(0)),
        "way/5": ("park", "", square(1000)),
    })  # fmt: skip
    pieces["source"] = ["osm", "city", "osm", "osm"]
    merged, joined = merge_touching(pieces)
    assert joined == 1
    park = merged.loc["way/9"]  # the smallest id
    assert park["name"] == "Grande"
    assert park["source"] == "city"  # of the largest piece
    assert park["member_ids"] == "way/9 city/2"
    assert park["area_m2"] == park["geometry"].area == 100 * 100 + 200 * 200 - 50 * 100
    assert merged.loc["way/4", "area_m2"] == 10_000  # another class stays
    assert merged.loc["way/5", "geometry"].equals_exact(square(1000))


def test_a_name_that_tells_a_place_from_others_goes_before_one_that_does_not():
    rows = {"way/1": ("park", "Espacio libre", square(0, 0, 200)), "way/2": ("park", "San Telmo", square(200)), "way/3": ("park", "", square(0, 200))}
    assert merge_touching(spaces(rows))[0]["name"].tolist() == ["San Telmo"]
    assert merge_touching(spaces({k: rows[k] for k in ("way/1", "way/3")}))[0]["name"].tolist() == ["Espacio libre"]


def test_a_joined_space_is_fenced_only_where_all_its_pieces_are():
    rows = {"way/1": ("park", "", square(0)), "way/2": ("park", "", square(100))}
    assert not merge_touching(spaces(rows, frozenset({"way/1"})))[0]["fenced"].any()
    assert merge_touching(spaces(rows, frozenset(rows)))[0]["fenced"].all()


def test_the_order_of_rows_does_not_matter_and_nothing_is_written_into():
    pieces = spaces({f"way/{n}": ("park", f"n{n}", square(60 * n)) for n in range(4)})
    before = pieces.copy()
    forward, backward = (in_order(merge_touching(rows)[0]) for rows in (pieces, pieces.iloc[::-1]))
    assert_geodataframe_equal(forward, backward, check_less_precise=False)
    assert_geodataframe_equal(pieces, before)


def test_no_pieces_give_no_spaces():
    merged, joined = merge_touching(spaces({}))
    assert len(merged) == joined == 0


def test_a_point_in_an_outline_of_its_class_is_a_second_mapping():
    outlines = spaces({"way/1": ("library", "", square(0))})
    points = spaces({
        "node/1": ("library", "", Point(50, 50)), "node/2": ("library", "", Point(500, 50)), "node/3": ("toilet", "", Point(50, 50)),
    })  # fmt: skip
    assert without_doubles(points, outlines).tolist() == [False, True, True]
