"""Every figure of every parent and of the city, worked out again from where people live, with plain pandas.

From the internal table (who lives where, how far it is), the published spaces, hazards and boundaries and the census
alone; none of the code that assessed. Neighbourhoods cut through communities, so nothing could be added up from these.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from linli import Study, load

DATA = Path(__file__).parents[2] / "data" / "las-palmas"
GREEN = ["park", "garden", "woodland", "nature_reserve"]
HALF_A_HECTARE = 5000.0
CIRCLE = 4
"""Segments a quarter."""
WALKS = {
    ("sdg-11.7.1", "people.400m"): ("distance_open_public_space_m", 400.0),
    ("linli-start", "open.400m"): ("distance_open_public_space_m", 400.0),
    ("linli-start", "green.500m"): ("distance_green_5000m2_m", 500.0),
}
STRAIGHT = ("who-300", "green.300m_straight")
PER_PERSON = ("linli-start", "green.per_person")
HAZARDS = {
    ("linli-start", "hazard.flood_coastal"): ["flood-arpsi-t100", "coastal-arpsi"],
    ("study", "hazard.flood-arpsi-t100"): ["flood-arpsi-t100"],
    ("study", "hazard.coastal-arpsi"): ["coastal-arpsi"],
    ("study", "hazard.ravine-bands"): ["ravine-bands"],
}
REACH_AND_EXPOSURE = [*WALKS, STRAIGHT, *HAZARDS]


@pytest.fixture(scope="module")
def tables(las_palmas) -> dict[str, gpd.GeoDataFrame]:
    names = ("communities", "parents", "assessments", "public_space", "hazards", "groups")
    return {name: pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer=name) for name in names}


@pytest.fixture(scope="module")
def people(las_palmas, tables) -> gpd.GeoDataFrame:
    """One row a demand point: residents, its unit at every level, and what is good (0-1) under every rule."""
    points = pyogrio.read_dataframe(las_palmas.out / "internal.gpkg", layer="demand").reset_index(drop=True)
    points["community"], points["city"] = points["community_id"], "las-palmas"
    for level in ("neighbourhood", "district"):
        units = tables["parents"].query("level == @level")[["unit_id", "geometry"]]
        near = gpd.sjoin_nearest(points[["geometry"]], units, max_distance=25.0)
        points[level] = near.groupby(level=0)["unit_id"].first()
    for rule, (column, limit) in WALKS.items():
        points[str(rule)] = (points[column] <= limit).astype(float)
    green = tables["public_space"].query("space_class in @GREEN")
    one = gpd.GeoDataFrame(geometry=[green.geometry.buffer(0.0005).union_all()], crs=green.crs).explode()
    large = one[one.area >= HALF_A_HECTARE]
    near = gpd.sjoin_nearest(points[["geometry"]], large[["geometry"]], distance_col="m")
    points[str(STRAIGHT)] = (near.groupby(level=0)["m"].min() <= 300.0 - 0.0005).astype(float)
    for rule, names in HAZARDS.items():
        meant = tables["hazards"][tables["hazards"]["hazard_id"].isin(names)]
        points[str(rule)] = 1 - inside(points, meant.geometry.union_all())
    return points


def inside(points: gpd.GeoDataFrame, hazard: shapely.Geometry) -> np.ndarray:
    """Share of each home in a hazard: of the building, or of a circle of 12.5 m along a street, in its own community."""
    layers = load(Study.read(DATA / "study.toml"))
    own = layers.communities.geometry.reindex(points["community_id"]).to_numpy()
    building = layers.buildings.geometry.reindex(points["demand_id"].str.partition("@")[0]).to_numpy()
    circle = shapely.buffer(points.geometry.to_numpy(), 12.5, quad_segs=CIRCLE)
    home = shapely.intersection(np.where(points["imputed"] == 1, circle, building), own)
    shapely.prepare(hazard)
    touched = shapely.intersects(home, hazard)
    share = np.zeros(len(home))
    share[touched] = shapely.area(shapely.intersection(home[touched], hazard)) / shapely.area(home[touched])
    return share


def sums(people: gpd.GeoDataFrame, level: str, weight: np.ndarray) -> pd.Series:
    return pd.Series(weight, index=people.index).groupby(people[level]).sum()


def rows(tables, rule: tuple[str, str], level: str) -> pd.DataFrame:
    found = tables["assessments"].query("profile_id == @rule[0] and rule_id == @rule[1] and level == @level")
    assert len(found)
    return found.set_index("unit_id").sort_index()


LEVELS = {"community": 275, "neighbourhood": 121, "district": 5, "city": 1}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("rule", REACH_AND_EXPOSURE, ids=str)
def test_served_and_short_are_the_residents_who_live_there(tables, people, rule, level):
    found, residents, good = rows(tables, rule, level), people["population"].to_numpy(), people[str(rule)].to_numpy()
    assert len(found) == LEVELS[level]
    served, short = (sums(people, level, residents * share).reindex(found.index, fill_value=0.0) for share in (good, 1 - good))
    lived = served + short > 0
    assert (found.loc[~lived, "status"] == "not_assessed").all()
    assert (found["residents_unknown"] == 0).all()
    found, served, short = found[lived], served[lived], short[lived]
    np.testing.assert_allclose(found["residents_served"], served, rtol=0, atol=2e-6)
    np.testing.assert_allclose(found["residents_short"], short, rtol=0, atol=2e-6)
    share = 100 * (short if rule in HAZARDS else served) / (served + short)
    np.testing.assert_allclose(found["value"], share, rtol=0, atol=2e-6)
    judged = found[found["status"].isin(["met", "short"])]
    if len(judged):
        target, exposure = judged["target"].iloc[0], rule in HAZARDS
        over = (share - target if exposure else target - share)[judged.index].clip(lower=0)
        np.testing.assert_allclose(judged["shortfall"], over, rtol=0, atol=2e-6)
        np.testing.assert_allclose(judged["residents_to_target"], over / 100 * (served + short)[judged.index], rtol=0, atol=1e-4)
        assert ((judged["status"] == "short") == (over > 1e-6)).all()


@pytest.mark.parametrize("level", LEVELS)
def test_area_per_person_is_the_green_inside_for_the_residents_inside(tables, people, level):
    units = tables["communities" if level == "community" else "parents"]
    if level != "community":
        units = units[units["level"] == level]
    units = units.set_index("community_id" if level == "community" else "unit_id").sort_index()
    green = tables["public_space"].query("space_class in @GREEN").geometry.union_all()
    area = pd.Series(shapely.area(shapely.intersection(units.geometry.to_numpy(), green)), index=units.index)
    residents = sums(people, level, people["population"].to_numpy()).reindex(units.index, fill_value=0.0)
    found = rows(tables, PER_PERSON, level)[residents > 0]
    each = (area / residents)[residents > 0]
    # Published outlines are rounded to a tenth of a millimetre.
    np.testing.assert_allclose(found["value"], each, rtol=1e-6, atol=1e-6)
    judged = found[found["status"].isin(["met", "short"])]
    assert len(judged) == (5 if level == "district" else 0)
    missing = (5 * residents - area)[judged.index].clip(lower=0)
    np.testing.assert_allclose(judged["shortfall_m2"], missing, rtol=1e-5, atol=0.1)
    np.testing.assert_allclose(judged["residents_short"], residents[judged.index].where(missing > 0, 0), atol=1e-5)


@pytest.mark.parametrize("level", ["district", "city"])
def test_groups_are_served_as_their_communities_are(tables, people, level):
    """The census counts groups by community; in its homes they live as all residents do."""
    census = pd.read_parquet(DATA / "population" / "sections.parquet").set_index("geocode")
    told = tables["groups"].query("level == @level and status == 'published'")
    assert len(told) > 5
    lived = people.groupby("community_id")["population"].transform("sum")
    for row in told.to_dict("records"):
        members = census[{"age0_14": "poblacion_00a14", "age65plus": "poblacion_65mas"}[row["group"]]].reindex(people["community_id"]).to_numpy()
        rule = (row["profile_id"], row["rule_id"])
        here = (people[level] == row["unit_id"]).to_numpy()
        each = np.nan_to_num(members * people["population"].to_numpy() / lived.to_numpy()) * here
        assert abs(row["residents_served"] - (each * people[str(rule)]).sum()) < 1
        assert abs(row["residents_short"] - (each * (1 - people[str(rule)])).sum()) < 1


def test_most_residents_short_of_a_parent_are_those_in_communities_that_are_short(tables, people):
    """Under the rules judged for communities, by where each resident lives; neighbourhoods cut through communities."""
    parents = tables["parents"].set_index("unit_id")
    most = pd.Series(0.0, index=parents.index)
    for rule in [STRAIGHT, ("linli-start", "green.500m"), ("linli-start", "open.400m"), ("linli-start", "hazard.flood_coastal")]:
        fails = people["community"].map(rows(tables, rule, "community")["status"] == "short").to_numpy()
        concerned = people["population"].to_numpy() * (1 - people[str(rule)].to_numpy()) * fails
        for level in ("neighbourhood", "district", "city"):
            here = sums(people, level, concerned)
            most[here.index] = np.maximum(most[here.index], here)
    districts = rows(tables, PER_PERSON, "district")
    most[districts.index] = np.maximum(most[districts.index], districts["residents_short"])
    lived = parents["residents_short"].notna()
    np.testing.assert_allclose(parents.loc[lived, "residents_short"], most[lived], rtol=0, atol=5e-6)
    assert (parents.loc[~lived, "population"] == 0).all()
    assert (~lived).sum() < 10
