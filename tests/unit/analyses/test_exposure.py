"""Who lies in a hazard: rasters and polygons, alone and together, on ground small enough to be worked out by hand."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from affine import Affine
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, box

from analyses import held_shapes
from analyses.assess import assess
from analyses.closures import closing_footprints
from analyses.exposure import covered_share, exposed_shares, footprint
from analyses.held_shapes import Shapes
from analyses.profile_reader import packaged_profile
from layers.hazards import together
from layers.types import HazardRole
from spatial.errors import AnalysisError
from spatial.zonal import coverage
from tests.flooded_town import DEPTH, TOWN_GRID, flooded, town_depths
from tests.town import METRIC

WATER = np.array([
    [0, 0, 0, 0],
    [0, 0.1, 0.3, 0],
    [0, 0.1, 0.3, np.nan],
    [0, 0, 0, 0],
])  # fmt: skip
"""Four rows of cells of 10 m, from (0, 40) to (40, 0)."""


def shares(layers, ids, *shapes, least=None):
    found = exposed_shares(layers, ids, Shapes.of(np.array(shapes, dtype=object), METRIC), least=least)
    return found.inside.tolist(), found.unknown.tolist()


def test_a_home_over_half_of_some_cells():
    homes = box(5, 15, 25, 25), box(0, 0, 10, 40), box(10, 10, 30, 30), Point(15, 15), Point(5, 5)
    inside, unknown = shares(flooded({"w": WATER}), ["w"], *homes)
    assert inside == pytest.approx([0.75, 0, 1, 1, 0])
    assert unknown == [0] * 5


def test_a_depth_counts_from_its_least_on():
    homes = box(10, 10, 30, 30), box(15, 15, 25, 25), Point(15, 15), Point(25, 15)
    layers = flooded({"w": WATER})
    assert shares(layers, ["w"], *homes, least=0.15)[0] == pytest.approx([0.5, 0.5, 0, 1])
    assert shares(layers, ["w"], *homes, least=0.1)[0] == pytest.approx([1, 1, 1, 1])
    assert shares(layers, ["w"], *homes, least=0.30001)[0] == [0] * 4
    assert shares(layers, ["w"], *homes, least=0)[0] == pytest.approx([1, 1, 1, 1])


def test_nodata_and_ground_beyond_the_raster_are_unknown_not_dry():
    homes = (
        box(30, 10, 40, 20),
        box(20, 10, 40, 20),
        box(30, 0, 50, 10),
        Point(35, 15),
        Point(500, 0),
        box(300, 0, 310, 9),
    )
    inside, unknown = shares(flooded({"w": WATER}), ["w"], *homes)
    assert inside == pytest.approx([0, 0.5, 0, 0, 0, 0])
    assert unknown == pytest.approx([1, 0.5, 0.5, 1, 1, 1])


def test_two_rasters_on_the_same_grid_count_overlapping_ground_once():
    other = np.where(np.isnan(WATER), 1.0, 0.0)
    other[0, 0] = np.nan
    homes = box(20, 10, 40, 20), box(0, 30, 10, 40), box(10, 10, 30, 30)
    inside, unknown = shares(flooded({"w": WATER, "x": other}), ["w", "x"], *homes)
    assert inside == pytest.approx([1, 0, 1])  # what one does not know the other may
    assert unknown == pytest.approx([0, 1, 0])


def test_a_raster_and_a_polygon_count_overlapping_ground_once():
    layers = flooded({"w": WATER}, {"f": box(0, 0, 20, 40)})
    homes = box(10, 10, 30, 30), box(0, 0, 40, 40), box(30, 10, 40, 20), Point(5, 5), Point(25, 15), Point(35, 35)
    inside, unknown = shares(layers, ["w", "f"], *homes)
    assert inside == pytest.approx([1, (800 + 200) / 1600, 0, 1, 1, 0])
    assert unknown == pytest.approx([0, 100 / 1600, 1, 0, 0, 0])


def test_what_a_polygon_layer_does_not_know_is_unknown_unless_the_raster_is_wet_there():
    layers = flooded({"w": WATER}, {"f": box(0, 0, 1, 1)}, unknown={"f": box(10, 0, 20, 40)})
    homes = box(10, 0, 20, 40), box(10, 10, 30, 30), Point(15, 5), Point(15, 15)
    inside, unknown = shares(layers, ["w", "f"], *homes)
    assert inside == pytest.approx([0.5, 1, 0, 1])
    assert unknown == pytest.approx([0.5, 0, 1, 0])
    inside, unknown = shares(layers, ["f"], *homes)
    assert (inside, unknown) == ([0] * 4, pytest.approx([1, 0.5, 1, 1]))


def on_two_grids(layers, other):
    return dataclasses.replace(
        layers,
        study=dataclasses.replace(layers.study, hazards=(*layers.study.hazards, *other.study.hazards)),
        hazards=together([layers.hazards, other.hazards], METRIC),
        hazard_grids={**layers.hazard_grids, **other.hazard_grids},
        hazard_unknown=None,
    )


def test_rasters_on_different_grids_count_overlapping_ground_once():
    shifted = flooded({"s": [[0, 0.5, 0, 0]] * 4}, transform=Affine(10, 0, 5, 0, -10, 40))  # wet from 15 to 25
    both = on_two_grids(flooded({"w": WATER}), shifted)
    homes = box(10, 10, 30, 30), box(10, 30, 30, 40)
    for order in (both, dataclasses.replace(both, hazard_grids=dict(reversed(both.hazard_grids.items())))):
        assert shares(order, ["w", "s"], *homes)[0] == pytest.approx([1, 0.5])
        assert shares(order, ["w", "s"], *homes, least=0.2)[0] == pytest.approx([0.75, 0.5])


def turned_grids():
    """Wet chequers on two grids (synthetic), of which the second is turned; and 300 homes and 300 points on them."""
    rng = np.random.default_rng(5)
    one, other = (np.where(rng.random((30, 40)) < 0.5, 0.2, 0.0) for _ in range(2))
    turned = Affine.translation(60, -20) @ Affine.rotation(23) @ Affine.scale(9, 9)
    layers = on_two_grids(
        flooded({"w": one}, transform=Affine(10, 0, 0, 0, -10, 300)), flooded({"s": other}, transform=turned)
    )
    at, size = rng.uniform(0, 260, (300, 2)), rng.uniform(1, 30, (300, 2))
    return layers, np.concatenate([shapely.box(*at.T, *(at + size).T), shapely.points(rng.uniform(0, 290, (300, 2)))])


def test_rasters_on_turned_grids_are_those_of_the_union_of_their_cells():
    layers, homes = turned_grids()
    whole = shapely.union_all(layers.hazards.geometry.to_numpy())
    area = shapely.area(homes[:300])
    found = exposed_shares(layers, ["w", "s"], Shapes.of(homes, METRIC)).inside
    assert np.abs(found[:300] - shapely.area(shapely.intersection(homes[:300], whole)) / area).max() < 1e-9
    assert found[300:].tolist() == shapely.intersects(homes[300:], whole).astype(float).tolist()


def test_on_two_grids_homes_are_cut_against_what_is_near_and_points_against_nothing(monkeypatch):
    """Cut against all wet cells of a city each, 20,000 homes took hours."""
    layers, homes = turned_grids()
    handed = []
    real = shapely.difference

    def counted(these, ground):
        handed.append((these, ground))
        return real(these, ground)

    monkeypatch.setattr(shapely, "difference", counted)
    exposed_shares(layers, ["w", "s"], Shapes.of(homes, METRIC))
    ((cut, ground),) = handed
    assert 200 < len(cut) <= 300
    assert set(shapely.get_dimensions(cut)) == {2}
    assert np.broadcast_to(shapely.get_num_coordinates(ground), len(cut)).max() < 500
    whole = shapely.get_num_coordinates(shapely.union_all(layers.hazards.geometry.to_numpy()))
    assert whole > 1_500


def test_depths_of_polygons_count_too():
    layers = flooded({}, {"f": box(0, 0, 10, 10)})
    role = dataclasses.replace(layers.study.hazards[0], scale=dataclasses.replace(DEPTH, column="d"))
    rows = gpd.GeoDataFrame(
        {"hazard_id": ["f", "f"], "kind": ["flood"] * 2, "hazard_class": ["wet", "over_15cm"], "intensity": [0.1, 0.4]},
        geometry=[box(0, 0, 10, 10), box(10, 0, 20, 10)],
        crs=METRIC,
    )
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=(role,)), hazards=rows)
    assert shares(layers, ["f"], box(0, 0, 20, 10), least=0.15)[0] == [0.5]
    assert shares(layers, ["f"], box(0, 0, 20, 10))[0] == [1]
    assert closed(layers, "f").bounds == (10, 0, 20, 10)


def test_a_layer_without_strength_cannot_say_where_it_is_deep():
    with pytest.raises(AnalysisError, match="'f' does not say how strong it is"):
        shares(flooded({}, {"f": box(0, 0, 1, 1)}), ["f"], box(0, 0, 1, 1), least=0.15)


def closed(layers, *ids):
    return MultiPolygon([p for found in closing_footprints(layers, ids) for p in found.polygons])


def test_ways_close_from_the_closing_intensity_on_also_where_it_is_no_border_of_classes():
    layers = flooded({"w": WATER})
    assert closed(layers, "w").symmetric_difference(box(20, 10, 30, 30)).area < 1e-9
    assert closed(flooded({"w": WATER * 0}), "w").is_empty


def test_rasters_agree_with_the_polygons_that_were_made_of_them():
    layers = flooded({"w": np.nan_to_num(WATER)})
    rng = np.random.default_rng(4)
    at, size = rng.uniform(-5, 40, (200, 2)), rng.uniform(0.1, 15, (200, 2))
    homes = np.array([box(x, y, x + w, y + h) for (x, y), (w, h) in zip(at, size, strict=True)], dtype=object)
    found = exposed_shares(layers, ["w"], Shapes.of(homes, METRIC)).inside
    assert np.abs(found - covered_share(homes, footprint(layers.hazards, ["w"]))).max() < 1e-9


DEPTHS = st.lists(st.sampled_from([0.0, 0.05, 0.15, 0.4, float("nan")]), min_size=16, max_size=16)


@settings(max_examples=40, deadline=None)
@given(DEPTHS, DEPTHS, st.integers(0, 1000))
def test_more_water_never_exposes_less_and_shares_add_up(one, more, seed):
    rng = np.random.default_rng(seed)
    homes = [box(x, y, x + 7, y + 9) for x, y in rng.uniform(-3, 36, (12, 2))] + [
        Point(p) for p in rng.uniform(0, 40, (5, 2))
    ]
    first, extra = np.reshape(one, (4, 4)), np.reshape(more, (4, 4))
    deeper = np.where(np.isnan(first), extra, np.fmax(first, extra))
    low = shares(flooded({"w": first}), ["w"], *homes, least=0.15)
    high = shares(flooded({"w": deeper}), ["w"], *homes, least=0.15)
    assert (np.array(high[0]) >= np.array(low[0]) - 1e-12).all()
    for inside, unknown in (low, high):
        assert (np.add(inside, unknown) <= 1 + 1e-12).all()
        assert (np.array(unknown) >= 0).all()


def test_everything_and_nothing():
    homes = box(5, 15, 25, 25), Point(15, 15)
    assert shares(flooded({"w": np.ones((4, 4))}), ["w"], *homes) == ([1, 1], [0, 0])
    assert shares(flooded({"w": np.zeros((4, 4))}), ["w"], *homes) == ([0, 0], [0, 0])
    assert shares(flooded({"w": np.full((4, 4), np.nan)}), ["w"], *homes) == ([0, 0], [1, 1])
    assert shares(flooded({}), [], *homes) == ([0, 0], [0, 0])


def assessed(layers, rule_id="depth.15cm"):
    """The communities of the town under the packaged rule of 15 cm."""
    rows = assess(layers, [packaged_profile("waterlogging-15cm")]).assessments
    return rows[(rows["rule_id"] == rule_id) & (rows["level"] == "community")].set_index("unit_id")


def test_a_rule_of_a_depth_counts_residents_where_water_is_as_deep():
    found = assessed(flooded({"pluvial": town_depths(c1=0.2, c7=0.1)}, transform=TOWN_GRID))
    assert found["hazard_ids"].tolist() == ["pluvial"] * 2
    west = 100 * 300 / (300 + 200)  # floor area of W1, 100 m2 of three storeys, and of W2, 200 m2 of one
    assert found.loc["West", "value"] == pytest.approx(west)
    assert found.loc["East", "value"] == 0  # 10 cm
    assert found["residents_short"].tolist() == pytest.approx([0, 50 * west / 100])


def test_where_no_layer_says_how_deep_the_water_is_nobody_is_judged_dry():
    found = assessed(flooded({"pluvial": town_depths(c1=np.nan)}, transform=TOWN_GRID))
    assert found.loc["West", ["status", "reason"]].tolist() == ["not_assessed", "hazard_unknown"]
    assert found.loc["East", "reason"] != "hazard_unknown"


def test_of_several_layers_those_that_know_depths_are_asked():
    layers = flooded({"pluvial": town_depths(c1=0.2)}, transform=TOWN_GRID)
    plain = HazardRole("bands", "waterlogging", "official", {}, {})
    layers = dataclasses.replace(
        layers, study=dataclasses.replace(layers.study, hazards=(plain, *layers.study.hazards))
    )
    assert set(assessed(layers)["hazard_ids"]) == {"pluvial"}


def test_a_space_of_which_a_layer_does_not_know_all_has_no_share():
    wet = assess(flooded({"w": town_depths(row=3, c2=0.2)}, transform=TOWN_GRID), []).public_space
    doubtful = assess(flooded({"w": town_depths(row=3, c2=np.nan)}, transform=TOWN_GRID), []).public_space
    assert wet["hazard_w_share"].tolist() == [1]
    assert doubtful["hazard_w_share"].isna().tolist() == [True]


def test_the_cells_that_shapes_cover_are_worked_out_once_for_every_layer_on_a_grid(monkeypatch):
    layers = flooded({"w": np.nan_to_num(WATER), "x": np.nan_to_num(WATER)})
    worked = []
    monkeypatch.setattr(held_shapes, "coverage", lambda shapes, cells: worked.append(cells) or coverage(shapes, cells))
    shapes = Shapes.of(np.array([box(5, 5, 25, 20)], dtype=object), METRIC)
    for ids in (["w"], ["x"], ["w", "x"]):
        exposed_shares(layers, ids, shapes)
    assert len(worked) == 1
