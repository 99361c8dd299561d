"""The open space that plans of Las Palmas provide for: read from the city's own file, and held against the map.

What is expected was worked out apart from the program, pair by pair, or looked at on the map.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely

from layers.conflicts import conflicts, no_excluded
from layers.inventory import inventory_sites
from layers.inventory_combination import Inventory, combine
from layers.sources.features import read_features
from layers.study import read_study

DATA = Path(__file__).parents[2] / "data" / "las-palmas"


@pytest.fixture(scope="module")
def plans():
    """The study, its one inventory, the sites, and public space of the map as the run published it."""
    study = read_study(DATA / "study.toml")
    (role,) = study.inventories
    features = read_features(role.origin, "plans").frame
    loaded = inventory_sites(features, role, study.crs, shapely.box(*features.total_bounds))
    return study, role, loaded


@pytest.fixture(scope="module")
def spaces(las_palmas):
    """Public space as the run published it: no site of a plan is in it."""
    areas = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="public_space").set_index("space_id")
    columns = ["space_class", "name", "member_ids", "area_m2", "source", "geometry"]
    return areas[columns].assign(name=areas["name"].fillna(""), fenced=False)


def test_the_file_is_as_a_city_delivers_it(plans):
    schema = pq.read_schema(DATA / "municipal/open-space-zones.parquet")
    assert b"geo" not in (schema.metadata or {})
    assert str(schema.field("geom").type) == "binary"
    counts = plans[2].counts
    assert (counts["class_unmapped"], counts["sites"], counts["pieces_merged"]) == (37, 153, 28)


def test_overlapping_plans_count_once(plans):
    sites = plans[2].frame
    for _, rows in sites.groupby("space_class"):
        assert rows["area_m2"].sum() == pytest.approx(rows.geometry.union_all().area)
    telmo = sites[sites["member_ids"].str.contains("3d81b9db-117")]
    assert telmo["name"].tolist() == ["SG-29A Parque San Telmo"]  # two plans have it, one gives its name


def test_what_is_planned_is_shown_and_never_counts(las_palmas, spaces):
    planned = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="planned_spaces")
    assert len(planned) == 153
    assert set(planned["source"]) == {"plans"}
    assert set(spaces["source"]) == {"osm"}
    assert not spaces["member_ids"].str.contains("plans/").any()


def _on_one_ground(sites, spaces, *, same_class: bool) -> dict[str, set[str]]:
    """Pair by pair, without index or matching of the program: half of the smaller, across classes of the larger."""
    found: dict[str, set[str]] = {}
    for site_id, site in sites.iterrows():
        for space_id, space in spaces[spaces.intersects(site.geometry)].iterrows():
            smaller, larger = sorted((site.geometry.area, space.geometry.area))
            shared = site.geometry.intersection(space.geometry).area
            alike = site["space_class"] == space["space_class"]
            if alike == same_class and shared >= 0.5 * (smaller if alike else larger):
                found.setdefault(site_id, set()).add(space_id)
    return found


def test_each_difference_is_a_planned_site_on_ground_that_the_map_shows(las_palmas, plans, spaces):
    found = gpd.read_file(las_palmas.out / "gaps.gpkg", layer="inventory_conflicts")
    assert set(found["conflict_kind"]) == {"planned_but_in_osm"}
    assert set(found["used"]) == {"osm"}
    same = _on_one_ground(plans[2].frame, spaces, same_class=True)
    other = _on_one_ground(plans[2].frame, spaces, same_class=False)
    alike = found["inventory_class"] == found["osm_class"]
    assert set(found["site_id"][alike]) == set(same)
    assert all(space in same[site] for site, space in zip(found["site_id"][alike], found["space_id"][alike], strict=True))
    # Across classes only what has no match of its own class: plans that overlap call one square park and square.
    taken = set().union(*same.values())
    left = {site: rest for site, spaces_ in other.items() if site not in same and (rest := spaces_ - taken)}
    assert dict(zip(found["site_id"][~alike], found["space_id"][~alike].map(lambda i: {i}), strict=True)) == left
    assert (alike.sum(), (~alike).sum()) == (19, 4)
    by_site = found.set_index("site_id")
    assert by_site.loc["plans/2c671ad4-1", "osm_name"] == "Parque de Las Rehoyas"
    assert by_site.loc["plans/58331d72-111", "osm_name"] == "Plaza de Santa Ana"
    assert found["community_id"].notna().all()


def test_layers_open_styled_and_in_words(las_palmas):
    path = las_palmas.out / "gaps.gpkg"
    styles = pyogrio.read_dataframe(path, layer="layer_styles")
    assert {"planned_spaces", "inventory_conflicts"} <= set(styles["f_table_name"])
    found = gpd.read_file(path, layer="inventory_conflicts").set_index("site_id")
    words = found.loc["plans/58331d72-111"]
    assert words["what_en"] == (
        "The inventory has “Espacio libre. Plazas” (square, 2,620 m²) as planned; OpenStreetMap shows “Plaza de Santa Ana” "
        "(square, 2,280 m²) here."
    )
    assert "规划" in words["what_zh"]
    assert found[["suggestion_en", "suggestion_zh"]].notna().all(axis=None)


@pytest.mark.parametrize("mode", ["supplement", "correct"])
def test_were_the_plans_built_no_ground_would_count_twice(plans, spaces, mode):
    study, role, loaded = plans
    built = Inventory(replace(role, mode=mode), loaded.frame.assign(planned=False))
    outcome = combine(spaces, built)
    assert (outcome.counts["sites_matched"], outcome.counts["sites_added"]) == (23, 130)
    parks = outcome.spaces[outcome.spaces["space_class"] == "park"]
    assert parks["area_m2"].sum() == pytest.approx(parks.geometry.union_all().area)
    before = spaces[spaces["space_class"] == "park"]
    sites = loaded.frame[loaded.frame["space_class"] == "park"]
    whole = pd.concat([before.geometry, sites.geometry]).union_all().area
    if mode == "supplement":  # only what matches nothing is added
        assert before["area_m2"].sum() < parks["area_m2"].sum() < whole
    found = conflicts(built, spaces, outcome, no_excluded(study.crs), spaces.union_all())
    kinds = found["conflict_kind"].value_counts()
    unmatched = found[found["conflict_kind"].isin(["only_in_inventory", "part_of_another"])].set_index("site_id")
    assert len(unmatched) == 130
    ground = unmatched.geometry.intersection(spaces.union_all()).area / unmatched.geometry.area
    assert ((ground >= 0.5) == (unmatched["conflict_kind"] == "part_of_another")).all()
    assert kinds["part_of_another"] == 8  # squares inside parks, and the like
    _outlines_count_as_told(found, sites, before, parks)
    rehoyas = found[found["site_id"] == "plans/2c671ad4-1"].set_index("conflict_kind")
    assert "name_differs" not in rehoyas.index  # "Espacio Libre categoría IV Parque las Rehoyas SG-31"
    stagno = found[(found["site_id"] == "plans/3d81b9db-42") & (found["conflict_kind"] == "area_differs")]
    assert len(stagno) == 1  # a net of pedestrian streets and squares around three small parks


def _outlines_count_as_told(found: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, before: gpd.GeoDataFrame, parks: gpd.GeoDataFrame) -> None:
    """Where one park differs in area, the ground that counts is the site's, the map's, or both, as the row says."""
    counted = parks.union_all()
    rows = found[(found["conflict_kind"] == "area_differs") & (found["inventory_class"] == "park") & (found["osm_class"] == "park")]
    assert len(rows) >= 5
    for _, row in rows.iterrows():
        site, space = sites.geometry[row["site_id"]], before.geometry[row["space_id"]]
        assert counted.intersection(site).area == pytest.approx(site.area) or row["used"] == "osm"
        if row["used"] in ("osm", "both"):
            assert counted.intersection(space).area == pytest.approx(space.area)
