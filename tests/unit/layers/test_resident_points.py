"""Residents as points and polygons over two communities of a few hundred metres: every count provable by hand."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from layers.origins import Origin
from layers.resident_points import CELL_M, resident_points
from layers.types import ResidentsRole
from spatial.errors import LayerError
from spatial.geometry import repaired
from tests.networks import METRIC

DATA = Path(__file__).resolve().parents[3] / "data/las-palmas"
ROLE = ResidentsRole(Origin(Path("people.gpkg")), population_column="n", groups={"age65plus": "old"})
NOBODY = ResidentsRole(
    Origin(Path("people.gpkg")), population_column="n", groups={"age65plus": "old"}, nodata_is_nobody=True
)


def communities(**shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    index = pd.Index(list(shapes), name="community_id")
    return gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), index=index, crs=METRIC)


TWO = communities(East=box(300, 0, 600, 300), West=box(0, 0, 300, 300))


def rows(*given: tuple[shapely.Geometry, float | None, float | None]) -> gpd.GeoDataFrame:
    shapes, people, old = zip(*given, strict=True)
    return gpd.GeoDataFrame({"n": people, "old": old}, geometry=list(shapes), crs=METRIC)


def caveat(found, code: str) -> float:
    return sum(c.count for c in found.caveats if c.code == code)


def test_points_belong_to_the_community_in_which_they_lie() -> None:
    found = resident_points(rows((Point(50, 50), 5, 1), (Point(60, 60), 7, 2), (Point(450, 50), 11, 3)), ROLE, TWO)
    assert found.by_community["population"].to_dict() == {"East": 11, "West": 12}
    assert found.by_community["age65plus"].to_dict() == {"East": 3, "West": 3}
    assert found.caveats == ()
    pieces = found.pieces[found.pieces["population"] > 0]
    assert sorted(pieces["population"]) == [11, 12], "both addresses in the west lie in one square"
    assert (pieces.geometry.area == CELL_M**2).all()
    assert found.pieces.geometry.area.sum() == pytest.approx(180_000), "and the rest, where nobody lives"
    assert (found.pieces.groupby("community_id")["age65plus"].sum() == 3).all()


def test_a_point_on_the_border_counts_once_and_in_the_first_community_by_id() -> None:
    on = rows((Point(300, 100), 8, 0), (Point(0, 300), 4, 0))
    for order in (TWO, TWO.sort_index(ascending=False).sort_index()):
        found = resident_points(on, ROLE, order)
        assert found.by_community["population"].to_dict() == {"East": 8, "West": 4}
    # The corner (0, 300) has no ground of its own square inside: a square around it stands for it.
    west = found.pieces[(found.pieces["community_id"] == "West") & (found.pieces["population"] == 4)]
    assert len(west) == 1
    assert west.geometry.area.iloc[0] > 0


def test_polygons_are_shared_out_by_area_and_what_lies_beyond_is_told() -> None:
    block = box(250, 0, 450, 100)  # a quarter in the west
    border = box(550, 0, 650, 100)  # half beyond
    found = resident_points(rows((block, 80, 40), (border, 30, 10), (box(5000, 0, 5100, 100), 1000, 0)), ROLE, TWO)
    assert found.by_community["population"].to_dict() == pytest.approx({"East": 60 + 15, "West": 20})
    assert found.by_community["age65plus"].to_dict() == pytest.approx({"East": 35, "West": 10})
    assert caveat(found, "residents_outside") == pytest.approx(15)
    assert found.counts["residents_elsewhere"] == 1000
    assert found.counts["polygons"] == 3


def test_a_number_of_residents_that_no_city_has_is_told() -> None:
    """0.5 persons on 0.18 km2 are 2.78 for each km2: the column counts ten thousands."""
    for many, told in ((0.5, [(2.78, "n")]), (50, []), (0, []), (36_000, [(200_000, "n")])):
        found = resident_points(rows((Point(50, 50), many, 0), (Point(450, 50), 0, 0)), ROLE, TWO)
        assert [(c.count, c.detail) for c in found.caveats if c.code == "residents_implausible"] == told


def test_points_just_beyond_the_border_are_told_and_those_far_away_are_somebody_elses() -> None:
    found = resident_points(rows((Point(50, 50), 5, 0), (Point(-99, 50), 7, 0), (Point(-101, 50), 9, 0)), ROLE, TWO)
    assert caveat(found, "residents_outside") == 7
    assert found.counts["residents_elsewhere"] == 9


def test_several_points_of_one_row_share_its_people_evenly() -> None:
    found = resident_points(rows((MultiPoint([(10, 10), (310, 10), (320, 10), (-5000, 0)]), 8, 4)), ROLE, TWO)
    assert found.by_community["population"].to_dict() == pytest.approx({"East": 4, "West": 2})
    assert caveat(found, "residents_outside") == pytest.approx(2)


def test_a_community_without_rows_is_unknown_unless_the_study_says_that_nobody_lives_there() -> None:
    only = rows((Point(50, 50), 5, 1))
    found = resident_points(only, ROLE, TWO)
    assert np.isnan(found.by_community["population"]["East"])
    assert caveat(found, "residents_unknown") == 1
    east = found.pieces[found.pieces["community_id"] == "East"]
    assert east["population"].isna().all()
    assert east.geometry.iloc[0].equals(box(300, 0, 600, 300))
    nobody = resident_points(only, NOBODY, TWO)
    assert nobody.by_community["population"]["East"] == 0
    assert nobody.pieces[nobody.pieces["community_id"] == "East"]["population"].tolist() == [0]


def test_a_row_without_a_count_is_not_nobody() -> None:
    few = rows((Point(50, 50), 5, 1), (Point(60, 50), None, None), (Point(450, 50), 11, None))
    found = resident_points(few, ROLE, TWO)
    assert np.isnan(found.by_community["population"]["West"])
    assert found.by_community["population"]["East"] == 11
    assert caveat(found, "residents_rows_unknown") == 1
    assert [(c.detail, c.count) for c in found.caveats if c.code == "group_unknown"] == [("age65plus", 1)]
    many = rows(*[(Point(50 + k / 10, 50), 1, 0) for k in range(199)], (Point(60, 60), None, 0), (Point(450, 50), 1, 0))
    assert resident_points(many, ROLE, TWO).by_community["population"]["West"] == 199, "half a percent is let pass"


def test_a_block_without_a_count_weighs_by_its_area() -> None:
    known, unknown = box(0, 0, 300, 299), box(0, 299, 300, 300)
    small = resident_points(rows((known, 10, 0), (unknown, None, 0), (box(300, 0, 600, 300), 1, 0)), ROLE, TWO)
    assert small.by_community["population"]["West"] == 10, "a 300th of the ground is below half a percent"
    large = resident_points(rows((box(0, 0, 300, 290), 10, 0), (box(0, 290, 300, 300), None, 0)), ROLE, TWO)
    assert np.isnan(large.by_community["population"]["West"])


def test_a_polygon_that_has_collapsed_keeps_its_people() -> None:
    flat = Polygon([(10, 10), (50, 10), (10, 10)])
    found = resident_points(rows((flat, 6, 0), (Point(450, 50), 1, 0)), ROLE, TWO)
    assert found.by_community["population"]["West"] == 6


def test_where_communities_overlap_nobody_is_counted_twice() -> None:
    both = communities(A=box(0, 0, 100, 100), B=box(0, 0, 100, 100))
    assert resident_points(rows((box(0, 0, 100, 100), 40, 2)), ROLE, both).by_community["population"].to_dict() == {
        "A": 20,
        "B": 20,
    }
    points = resident_points(rows((Point(50, 50), 40, 2)), NOBODY, both).by_community["population"]
    assert points.to_dict() == {"A": 40, "B": 0}


def test_all_faults_are_told_at_once() -> None:
    wrong = rows((Point(1, 1), -3, 0), (LineString([(0, 0), (1, 1)]), 4, 9), (Point(2, 2), 1, 0))
    with pytest.raises(
        LayerError, match=r"1 count is negative.*exceeds the population.*no points or polygons"
    ) as caught:
        resident_points(wrong, ROLE, TWO)
    assert "\n" not in str(caught.value)


def test_a_layer_of_another_place_is_told() -> None:
    with pytest.raises(LayerError, match="none of its 1 rows lies in a community"):
        resident_points(rows((Point(9000, 9000), 3, 0)), ROLE, TWO)


def test_inputs_are_left_as_they_were() -> None:
    given_rows, given_units = rows((Point(50, 50), 5, 1), (box(290, 0, 310, 10), 2, 1)), TWO.copy()
    before = given_rows.copy()
    resident_points(given_rows, ROLE, given_units)
    pd.testing.assert_frame_equal(pd.DataFrame(given_rows), pd.DataFrame(before))
    pd.testing.assert_frame_equal(pd.DataFrame(given_units), pd.DataFrame(TWO))


NUMBER = st.integers(0, 5000)
PLACE = st.tuples(st.integers(-200, 800), st.integers(-200, 500))
BLOCK = st.tuples(PLACE, st.integers(1, 400), st.integers(1, 400))


@given(
    st.lists(st.tuples(PLACE, NUMBER), max_size=8), st.lists(st.tuples(BLOCK, NUMBER), max_size=6), st.randoms(use_true_random=False)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_no_resident_appears_or_vanishes(points, blocks, random) -> None:
    """Inside and outside together are all there are, in any order of rows, and pieces hold the communities' people."""
    given_rows = [(Point(p), n, n // 2) for p, n in points]
    given_rows += [(box(x, y, x + w, y + h), n, n // 2) for ((x, y), w, h), n in blocks]
    given_rows.append((Point(150, 150), 1, 0))
    random.shuffle(given_rows)
    found = resident_points(rows(*given_rows), NOBODY, TWO)
    inside = found.by_community.sum()
    total, old = sum(n for _, n, _ in given_rows), sum(k for _, _, k in given_rows)
    beyond = caveat(found, "residents_outside") + found.counts["residents_elsewhere"]
    assert inside["population"] + beyond == pytest.approx(total, abs=0.51), (
        "residents elsewhere are told in whole numbers"
    )
    assert inside["age65plus"] <= old + 1e-6
    for name in ("population", "age65plus"):
        pieces = found.pieces.groupby("community_id")[name].sum().reindex(TWO.index)
        np.testing.assert_allclose(pieces, found.by_community[name], atol=1e-6)
    again = resident_points(rows(*sorted(given_rows, key=str)), NOBODY, TWO)
    np.testing.assert_allclose(again.by_community, found.by_community, atol=1e-6)


def test_the_real_census_as_points_and_as_polygons_keeps_every_resident() -> None:
    """Sections of Las Palmas with their residents, brought to its districts: nobody is lost but along the coast."""
    read = gpd.read_parquet(DATA / "boundaries/sections.parquet").set_index("geocode").sort_index()
    people = pd.read_parquet(DATA / "population/sections.parquet").set_index("geocode")["poblacion"]
    shapes = repaired(repaired(read.geometry)[0].to_crs(METRIC))[0]
    sections = gpd.GeoDataFrame(
        {"n": people.reindex(shapes.index).to_numpy(float)}, geometry=shapes.to_numpy(), crs=METRIC
    )
    units = gpd.GeoDataFrame(
        {"name": shapes.index},
        geometry=shapes.to_numpy(),
        index=pd.Index(shapes.index, name="community_id"),
        crs=METRIC,
    )
    role = ResidentsRole(Origin(Path("people.gpkg")), population_column="n")
    points = sections.set_geometry(sections.geometry.representative_point())
    for layer in (points, sections.to_crs(4326)):
        found = resident_points(layer, role, units)
        assert found.by_community["population"].sum() + caveat(found, "residents_outside") == pytest.approx(
            378_797, abs=1e-6
        )
        assert found.by_community["population"].notna().all()
    exact = resident_points(points, role, units).by_community["population"].to_numpy()
    assert np.abs(exact - sections["n"]).max() < 1e-6
