"""The synthetic town under hazards that cover everything, nothing, or ground in another CRS: every table, to the person.

The drawing and its numbers: tests/town.py. 110 residents: 50 in West, 60 in East.
"""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio.warp
import shapely
from affine import Affine
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from shapely import Polygon, box

from analyses.assess import assess, verdicts
from analyses.exposure import exposed_shares
from analyses.held_shapes import Shapes
from analyses.measure import Scene
from analyses.profile import Basis, Profile, Rule, Supply, Target
from analyses.results import Results
from layers.hazard_rasters import hazard_raster
from layers.hazards import hazard_polygons, together
from layers.origins import Origin
from layers.refuge_roles import RefugeRules
from layers.types import HazardRole, Layers
from spatial.terrain import Grid
from tests.flooded_town import AROUND, DEPTH, TOWN_GRID, flooded
from tests.networks import METRIC
from tests.town import town, with_hazards

BASIS = Basis("synthetic", "high")
GREEN = Rule(
    "green", "reach", {}, "population", "%", BASIS, target=Target("%", "convention", minimum=80.0),
    supply=Supply(("green",)), within_m=400.0,
)  # fmt: skip
LASTING = dataclasses.replace(GREEN, id="lasting", during="flood", dimension="survival")
DRY = Rule(
    "dry", "exposure", {}, "population", "%", BASIS, target=Target("%", "convention", maximum=5.0),
    hazard_kinds=("flood",),
)  # fmt: skip
RULES = [Profile("p", {}, "", 2026, "convention", (GREEN, LASTING, DRY))]
EVERYTHING, FAR_AWAY = box(-500, -500, 2000, 800), box(5000, 5000, 5100, 5100)
KINDS = ["residents_keep", "residents_lose", "residents_lose_cut_off", "residents_none_before", "residents_none_before_cut_off", "residents_unknown"]


def asked(layers: Layers, *, closes: bool = True) -> Results:
    """The town assessed with candidates for refuges, all of its hazards closing."""
    roles = tuple(dataclasses.replace(role, closes=closes) for role in layers.study.hazards)
    study = dataclasses.replace(layers.study, hazards=roles, refuge_rules=RefugeRules(candidates=True))
    return assess(dataclasses.replace(layers, study=study), RULES)


def flood(shape: Polygon) -> Layers:
    return with_hazards(town(), {"f": ("flood", "official", shape)})


def city(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["level"] == "city"]


def by_class(results: Results) -> dict[str, float]:
    rows = city(results.exposure.classes).query("hazard_id != 'any'")
    return rows.groupby("hazard_class")["residents"].sum().to_dict()


# --------------------------------------------------------------------------- everything, and nothing


def test_a_flood_that_covers_everything_leaves_nobody_anything():
    results = asked(flood(EVERYTHING))
    assert by_class(results) == pytest.approx({"inside": 110, "outside": 0, "unknown": 0})
    units = city(results.survival.units).query("rule_id == 'green'").iloc[0]
    assert units[KINDS].tolist() == pytest.approx([0, 56, 56, 54, 54, 0])
    scenario = results.survival.scenarios.iloc[0]
    assert scenario[["residents_inside", "closed_m"]].tolist() == pytest.approx([110, 1000])
    assert scenario[["n_spaces_gone", "n_entrances_closed"]].tolist() == [1, 5]
    rows = city(results.assessments).set_index("rule_id")
    assert rows.loc[["lasting", "dry"], "value"].tolist() == pytest.approx([0, 100])
    judged = results.assessments.query("level == 'community'").set_index("rule_id")["status"]
    assert set(judged[["lasting", "dry"]]) == {"short"}
    assert set(results.refuge.sites["status"]) == {"in_hazard"}
    told = ["needing", "placed", "placed_best", "without_far", "must_leave"]
    assert city(results.refuge.needs).iloc[0][told].tolist() == pytest.approx([110, 0, 0, 110, 0])
    assert city(results.refuge.needs_during).iloc[0][told].tolist() == pytest.approx([110, 0, 0, 0, 110])


def test_a_flood_that_covers_nothing_changes_no_figure_of_other_days():
    results, plain = asked(flood(FAR_AWAY)), asked(town())
    assert by_class(results) == pytest.approx({"inside": 0, "outside": 110, "unknown": 0})
    rows, before = (r.assessments.set_index(["rule_id", "level", "unit_id"]) for r in (results, plain))
    same = ["value", "status", "residents_served", "residents_short"]
    for rule in ("green", "lasting"):
        pd.testing.assert_frame_equal(rows.loc[rule, same], before.loc["green", same])
    assert city(results.assessments).set_index("rule_id").loc["dry", "value"] == 0
    units = city(results.survival.units).query("rule_id == 'green'").iloc[0]
    served = before.loc[("green", "city", "town"), "residents_served"]
    assert units["residents_keep"] == served
    assert units["median_detour"] == 1.0
    assert results.survival.scenarios.iloc[0][["closed_m", "n_spaces_smaller", "n_entrances_closed"]].tolist() == [0, 0, 0]
    for needs in (results.refuge.needs, results.refuge.needs_during):
        same_units = needs.drop(columns="scenario_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(same_units, plain.refuge.needs.drop(columns="scenario_id"))


@pytest.mark.parametrize(("depth", "expected"), [(2.0, {"over_15cm": 90.0}), (0.0, {"outside": 90.0}), (np.nan, {"unknown": 90.0})])
def test_a_raster_that_is_all_deep_all_dry_or_all_without_a_value(depth, expected):
    results = assess(flooded({"w": np.full((4, 10), depth)}, transform=TOWN_GRID), [])
    found = by_class(results)
    assert {name: people for name, people in found.items() if people} == pytest.approx(expected)


def test_where_a_layer_says_nothing_nobody_is_called_dry_or_still_served():
    """Nodata of a layer that may judge, all over the town: not a verdict, in any table, that rests on it."""
    layers = flooded({"w": np.full((4, 10), np.nan)}, transform=TOWN_GRID, unknown={"w": EVERYTHING})
    roles = tuple(dataclasses.replace(role, kind="flood") for role in layers.study.hazards)
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))
    results = assess(layers, RULES)
    judged = results.assessments.query("level == 'community'").set_index("rule_id")
    assert set(judged.loc["dry", "status"]) == {"not_assessed"}
    assert set(judged.loc["dry", "reason"]) == {"hazard_unknown"}
    lasting = judged.loc["lasting"].set_index("unit_id")
    assert lasting.loc["West", ["status", "reason"]].tolist() == ["not_assessed", "hazard_unknown"]
    assert judged.loc["green"].set_index("unit_id").loc["East", "status"] == "short"
    assert lasting.loc["East", "status"] == "short"  # as on other days, so in any case
    units = city(results.survival.units).query("rule_id == 'green'").iloc[0]
    assert units[KINDS].tolist() == pytest.approx([0, 0, 0, 40, 0, 50]), "East had none, whatever the layer does not say"


# --------------------------------------------------------------------------- monotony, through the whole assessment

rectangles = st.tuples(
    st.integers(-50, 950), st.integers(-100, 250), st.integers(20, 400), st.integers(20, 200)
).map(lambda r: box(r[0], r[1], r[0] + r[2], r[1] + r[3]))


# Without shrinking: an example is all verdicts twice. Tables of survival and refuge by themselves: tests/properties.
@settings(max_examples=5, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rectangles, rectangles)
def test_more_ground_under_water_exposes_no_fewer_and_lets_nobody_keep_more(one, more):
    smaller, larger = (_values(flood(shape)) for shape in (one, shapely.union(one, more)))
    assert len(smaller) == len(larger) == 2 * 4  # two communities, a district, the city
    assert (larger["dry"] >= smaller["dry"] - 1e-9).all()
    assert (larger["lasting"] <= smaller["lasting"] + 1e-9).all()


def _values(layers: Layers) -> pd.Series:
    roles = tuple(dataclasses.replace(role, closes=True) for role in layers.study.hazards)
    layers = dataclasses.replace(layers, study=dataclasses.replace(layers.study, hazards=roles))
    rows = verdicts(layers, [dataclasses.replace(RULES[0], rules=(LASTING, DRY))]).assessments
    return rows[rows["profile_id"] == "p"].set_index(["rule_id", "level", "unit_id"])["value"]


# --------------------------------------------------------------------------- the same ground in another CRS, or askew

BAND = Polygon([(95, 12), (104, 24), (108, 40), (310, 26), (705, 22), (702, 10), (300, 15)])
"""Cuts all three homes askew."""


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The town with homes and residents placed: where people live does not depend on hazards."""
    return verdicts(town(), []).evidence.scene


def people(scene: Scene, layers: Layers) -> float:
    """Residents inside the layer f."""
    return float((scene.weight("population") * exposed_shares(layers, ["f"], Shapes.of(scene.demand.home, layers.communities.crs)).inside).sum())


@pytest.mark.parametrize("elsewhere", ["EPSG:4326", "EPSG:4258", "EPSG:32629", "EPSG:3035"])
def test_polygons_in_another_crs_expose_the_same_people(scene, elsewhere):
    role = HazardRole("f", "flood", "official", {"en": "f"}, {}, Origin(None))
    drawn = gpd.GeoDataFrame(geometry=[shapely.segmentize(BAND, 5.0)], crs=METRIC)
    read = hazard_polygons(drawn.to_crs(elsewhere), role, METRIC, AROUND)
    there = dataclasses.replace(flood(BAND), hazards=together([read.frame], METRIC))
    here = people(scene, flood(BAND))
    assert 5 < here < 60
    assert people(scene, there) == pytest.approx(here, rel=1e-6)


def _degrees() -> tuple[CRS, Affine]:
    crs = CRS("EPSG:4326")
    west, _, _, north = rasterio.warp.transform_bounds(METRIC.to_wkt(), crs.to_wkt(), -50, -150, 1050, 350)
    return crs, Affine(2.2e-4, 0, west, 0, -1.7e-4, north)


def _zone() -> tuple[CRS, Affine]:
    crs = CRS("EPSG:32629" if METRIC.to_epsg() != 32629 else "EPSG:32628")
    west, _, _, north = rasterio.warp.transform_bounds(METRIC.to_wkt(), crs.to_wkt(), -50, -150, 1050, 350)
    return crs, Affine(23, 0, west, 0, -19, north)


def _askew() -> tuple[CRS, Affine]:
    return METRIC, Affine.translation(-200, 300) @ Affine.rotation(-23) @ Affine.scale(23, -19)


@pytest.mark.parametrize("laid", [_degrees, _zone, _askew], ids=["degrees", "another zone", "turned"])
def test_a_raster_that_lies_askew_exposes_whom_its_cells_cover(scene, laid):
    """Against cells drawn one by one, their outlines divided into many pieces and brought to the study's CRS."""
    crs, transform = laid()
    depth = np.where(np.random.default_rng(3).random((45, 65)) < 0.5, 0.4, 0.0)
    role = HazardRole("f", "flood", "official", {"en": "f"}, {}, scale=DEPTH)
    made = hazard_raster(Grid(depth, transform, crs), role, METRIC, AROUND, AROUND)
    layers = flood(BAND)
    layers = dataclasses.replace(
        layers, study=dataclasses.replace(layers.study, hazards=(role,)),
        hazards=together([made.loaded.frame], METRIC), hazard_grids={"f": made.grid},
    )  # fmt: skip
    wet = shapely.union_all(_cells(depth > 0, transform, crs))
    share = shapely.area(shapely.intersection(scene.demand.home, wet)) / shapely.area(scene.demand.home)
    points = shapely.area(scene.demand.home) == 0
    share[points] = shapely.intersects(scene.demand.home[points], wet)
    expected = float((scene.weight("population") * share).sum())
    assert 10 < expected < 100
    assert people(scene, layers) == pytest.approx(expected, rel=1e-6)


def _cells(wet: np.ndarray, transform: Affine, crs: CRS) -> list[Polygon]:
    """Cells as polygons of the town's CRS, 20 pieces an edge."""
    to_town = Transformer.from_crs(crs, METRIC, always_xy=True)
    edge = np.linspace(0, 1, 20, endpoint=False)
    column = np.concatenate([edge, np.ones(20), 1 - edge, np.zeros(20)])
    row = np.concatenate([np.zeros(20), edge, np.ones(20), 1 - edge])
    drawn = []
    for r, c in zip(*np.nonzero(wet), strict=True):
        x, y = transform @ (column + c, row + r)
        drawn.append(Polygon(np.column_stack(to_town.transform(x, y))))
    return drawn
