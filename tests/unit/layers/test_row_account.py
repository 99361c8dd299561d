"""Every row of a layer is kept or left out for a reason: told from the layers themselves, not from the counts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from affine import Affine
from shapely import Geometry, MultiPoint, Point, box

from layers.conflicts import no_excluded
from layers.hazard_scales import HazardScale
from layers.inventories import with_inventories
from layers.municipal import Notes, load_hazards, load_residents
from layers.origins import Origin
from layers.resident_cells import resident_cells
from layers.row_account import LEFT_OUT, away_caveat, left_out, repairs, settled
from layers.terrain import MappedWater
from layers.types import HazardRole, InventoryRole, Provenance, ResidentsRole
from maps.count_words import has_words
from spatial.terrain import Grid
from tests import town
from tests.inventories import spaces, square
from tests.networks import METRIC

NO_SPACES = gpd.GeoSeries([], crs=METRIC)
TOWN, AROUND = box(-100, -100, 5000, 5000), box(-1000, -1000, 6000, 6000)


def written(path: Path, rows: list[tuple[str, Geometry]], **columns: list[object]) -> Origin:
    """A synthetic layer of a year and a shape a row."""
    years, shapes = [year for year, _ in rows], [shape for _, shape in rows]
    gpd.GeoDataFrame({"year": years, **columns}, geometry=shapes, crs=METRIC).to_file(path)
    return Origin(path, filter={"year": ("now",)})


def only(notes: Notes) -> Provenance:
    (entry,) = notes.provenance
    return entry


def test_each_site_of_an_inventory_is_kept_or_has_a_reason(tmp_path):
    rows = [
        ("now", square(0)), ("now", square(100)),  # touch: one site of two rows
        ("now", square(0)),  # a copy
        ("then", square(300)),
        ("now", square(9000)),  # beyond the surroundings, and of what is read
        ("now", square(5900, 0, 4000)),  # reaches in
        ("now", square(500)),  # of a kind without class
        ("now", MultiPoint([(0, 900), (900, 900)])),
        ("now", box(2000, 0, 2000.5, 0.5)),  # a quarter of a square metre
        ("now", Point(50, 50)),  # in the park
        ("now", Point(700, 700)),
    ]  # fmt: skip
    kinds = ["p", "p", "p", "p", "p", "p", "x", "p", "p", "p", "p"]
    role = InventoryRole("city", written(tmp_path / "city.gpkg", rows, kind=kinds), "supplement", class_column="kind", classes={"p": "park"})
    notes = Notes()
    study = replace(town.study(), path=tmp_path / "study.toml", inventories=(role,))
    public = with_inventories(study, spaces({}).drop(columns="source"), no_excluded(METRIC), TOWN, AROUND, notes)
    counts = only(notes).counts
    assert left_out(counts) == {
        "rows_filtered": 1, "outside": 1, "class_unmapped": 1, "duplicates": 1, "scattered": 1, "sites_too_small": 1, "sites_doubled": 1,
    }  # fmt: skip
    assert [(c.count, c.detail) for c in notes.caveats if c.code == "rows_away"] == [(1, "10%")]
    members = public.spaces["member_ids"].str.split().explode()
    assert (counts["rows_read"], counts["rows_kept"]) == (11, members.nunique()) == (11, 4)


def test_each_polygon_of_a_hazard_is_kept_or_has_a_reason(tmp_path):
    rows = [("now", square(0)), ("now", square(0)), ("then", square(0)), ("now", square(90_000)), ("now", square(10_000))]
    role = HazardRole("flood", "flood", "official", {}, {}, origin=written(tmp_path / "f.gpkg", rows))
    notes = Notes()
    dry = MappedWater(gpd.GeoSeries([], crs=METRIC), AROUND)
    found = load_hazards(replace(town.study(), path=tmp_path / "study.toml", hazards=(role,)), box(0, 0, 500, 500), NO_SPACES, dry, notes).polygons
    counts = only(notes).counts
    assert (counts["rows_read"], counts["rows_kept"]) == (5, len(found)) == (5, 1)
    assert left_out(counts) == {"rows_filtered": 1, "outside": 2, "duplicates": 1}


def test_a_flood_beyond_a_short_walk_is_kept_as_far_as_anybody_walks(tmp_path):
    """All ground farther than 505 m, closed: else streets there would stay open, and nobody would be cut off."""
    area = box(0, 0, 500, 500)
    rows = [("now", area.buffer(60_000).difference(area.buffer(505)))]
    role = HazardRole("flood", "flood", "official", {}, {}, origin=written(tmp_path / "f.gpkg", rows), closes=True)
    notes, dry = Notes(), MappedWater(gpd.GeoSeries([], crs=METRIC), AROUND)
    study = replace(town.study(), path=tmp_path / "study.toml", hazards=(role,))
    found = load_hazards(study, area, NO_SPACES, dry, notes).polygons
    assert found.total_bounds.tolist() == [-5000, -5000, 5500, 5500]
    assert "hazard_elsewhere" not in {caveat.code for caveat in notes.caveats}


def test_a_space_that_reaches_beyond_is_told_of_as_a_whole(tmp_path):
    """Its far half is flooded too; the share of it for which no raster was read is unknown."""
    area, wood = box(0, 0, 500, 500), box(400, 0, 10_400, 100)
    origin = written(tmp_path / "f.gpkg", [("now", box(4000, -500, 30_000, 500))])
    role = HazardRole("flood", "flood", "official", {}, {}, origin=origin)
    depths = np.zeros((120, 120), dtype="float32")
    with rasterio.open(
        tmp_path / "d.tif", "w", driver="GTiff", height=120, width=120, count=1, dtype="float32", crs=METRIC.to_wkt(),
        transform=Affine(100, 0, -5500, 0, -100, 6500),
    ) as file:  # fmt: skip
        file.write(depths, 1)
    scale = HazardScale("m", bands={"wet": 0.0})
    depth = HazardRole("depth", "flood", "modelled", {}, {}, origin=Origin(tmp_path / "d.tif"), scale=scale)
    study = replace(town.study(), path=tmp_path / "study.toml", hazards=(role, depth))
    dry = MappedWater(gpd.GeoSeries([], crs=METRIC), AROUND)
    found = load_hazards(study, area, gpd.GeoSeries([wood], crs=METRIC), dry, Notes())
    assert found.polygons.intersection(wood).area.sum() == pytest.approx(6400 * 100)
    assert found.unknown.intersection(wood).area.sum() == pytest.approx((10_400 - 5500) * 100, rel=0.05)  # but for the rim


def test_each_row_of_a_table_of_residents_is_kept_or_has_a_reason(tmp_path):
    (tmp_path / "p.csv").write_text("id,population,year\nWest,50,2020\nEast,60,2020\nSouth,9,2020\nWest,49,2019\n")
    role = ResidentsRole(Origin(tmp_path / "p.csv", filter={"year": (2020,)}), "id", "population")
    notes = Notes()
    study = replace(town.study(), path=tmp_path / "study.toml", residents=role)
    load_residents(study, town.town().communities, gpd.GeoSeries([], crs=METRIC), notes)
    counts = only(notes).counts
    assert (counts["rows_read"], counts["rows_kept"]) == (4, 2)
    assert left_out(counts) == {"rows_filtered": 1, "rows_without_community": 1}


def test_each_point_of_residents_is_kept_or_has_a_reason(tmp_path):
    rows = [("now", Point(10, 10)), ("now", Point(900, 10)), ("now", Point(510, 320)), ("then", Point(10, 10)), ("now", Point(90_000, 0))]
    origin = written(tmp_path / "p.gpkg", rows, population=[20, 30, 40, 50, 60])
    notes = Notes()
    study = replace(town.study(), path=tmp_path / "study.toml", residents=ResidentsRole(origin, "", "population"))
    load_residents(study, town.town().communities, gpd.GeoSeries([], crs=METRIC), notes)
    counts = only(notes).counts
    assert (counts["rows_read"], counts["rows_kept"]) == (5, 2)
    assert left_out(counts) == {"rows_filtered": 1, "outside": 1, "rows_without_community": 1}


def test_each_cell_of_residents_is_kept_or_has_no_value():
    """Of 5 x 4 cells of 100 m East has all, West all but the two void ones; a column lies beyond the town."""
    values = np.ones((4, 11))
    values[0, :2] = np.nan
    grid = Grid(values, Affine(100, 0, 0, 0, -100, 300), METRIC)
    role = ResidentsRole(Origin(Path("nowhere")), unit="count")
    found = resident_cells(grid, role, town.town().communities)
    counts = settled(found.counts)
    cells = found.pieces.index.str.extract(r"cell/(\d+)@")[0].dropna()
    assert (counts["rows_read"], counts["rows_kept"], counts["cells_void"]) == (40, 38, 2)
    assert cells.nunique() == 20  # West is unknown as a whole, and one piece
    nobody = resident_cells(grid, replace(role, nodata_is_nobody=True), town.town().communities)
    assert settled(nobody.counts)["rows_kept"] == nobody.pieces.index.nunique() == 40


def test_cells_and_elements_of_the_map_stand_for_rows():
    assert settled({"cells": 10, "cells_void": 3})["rows_kept"] == 7
    osm = settled({"areas": 5, "lines": 4, "points": 3, "areas_lost": 2, "areas_repaired": 1})
    assert (osm["rows_read"], osm["rows_kept"], repairs(osm)) == (14, 12, 1)
    assert settled({"repaired": 1}) == {"repaired": 1}
    assert repairs({"rows_read": 1}) is None


def test_every_reason_has_words():
    assert all(has_words(key) for key in LEFT_OUT)


@pytest.mark.parametrize(
    ("read", "filtered", "away", "told"), [(218, 0, 31, "14%"), (100, 0, 4, None), (100, 50, 3, "6%"), (31, 0, 31, None), (10, 0, 0, None)]
)
def test_rows_away_from_the_study_are_a_caveat_where_they_are_many(read, filtered, away, told):
    """31 of 218 parcels that were moved by 2,000 km; what lies away as a whole is told by its reader."""
    counts = settled({"rows_read": read, "rows_filtered": filtered, "outside": away})
    caveats = away_caveat("public_space.plans", counts)
    assert [(c.code, c.count, c.detail) for c in caveats] == ([] if told is None else [("rows_away", away, told)])
