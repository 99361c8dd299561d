"""Residents from a raster: cells of 100 m over two communities, and a synthetic raster made from a real census."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from affine import Affine
from exactextract import exact_extract
from pyproj import CRS
from shapely import box

from layers.origins import Origin
from layers.resident_cells import resident_cells
from layers.types import ResidentsRole
from spatial.errors import LayerError
from spatial.geometry import overlap_m2, repaired
from spatial.terrain import Grid
from tests.networks import METRIC

DATA = Path(__file__).resolve().parents[3] / "data/las-palmas"
COUNT = ResidentsRole(Origin(Path("people.tif")), unit="count")
DENSITY = ResidentsRole(Origin(Path("people.tif")), unit="density_per_km2")
NOBODY = ResidentsRole(Origin(Path("people.tif")), unit="count", nodata_is_nobody=True)


def grid(values: list[list[float]]) -> Grid:
    """Cells of 100 m whose south-western corner is (0, 0)."""
    array = np.array(values, dtype=float)
    return Grid(array, Affine(100, 0, 0, 0, -100, 100 * len(values)), METRIC)


def communities(**shapes: shapely.Polygon) -> gpd.GeoDataFrame:
    index = pd.Index(list(shapes), name="community_id")
    return gpd.GeoDataFrame({"name": list(shapes)}, geometry=list(shapes.values()), index=index, crs=METRIC)


def test_a_cell_on_a_border_is_shared_out_by_area() -> None:
    # The border at x = 125 leaves a quarter of the second cell in West.
    found = resident_cells(grid([[40, 80]]), COUNT, communities(East=box(125, 0, 200, 100), West=box(0, 0, 125, 100)))
    assert found.by_community["population"].to_dict() == pytest.approx({"East": 60, "West": 60})
    assert sorted(found.pieces["population"]) == pytest.approx([20, 40, 60])
    assert found.pieces.geometry.area.sum() == pytest.approx(20_000)
    assert found.caveats == ()


def test_densities_are_counts_by_the_size_of_the_cell() -> None:
    # A cell of 100 m is a hundredth of a square kilometre.
    found = resident_cells(grid([[4000, 8000]]), DENSITY, communities(All=box(0, 0, 200, 100)))
    assert found.by_community["population"].to_dict() == pytest.approx({"All": 120})


def test_people_of_a_cell_that_runs_beyond_the_border_are_told() -> None:
    found = resident_cells(grid([[40, 80]]), COUNT, communities(All=box(0, 0, 150, 100)))
    assert found.by_community["population"]["All"] == pytest.approx(80)
    assert [(c.code, c.count) for c in found.caveats] == [("residents_outside", pytest.approx(40))]


def test_no_value_is_unknown_unless_the_study_says_nobody() -> None:
    both = communities(East=box(100, 0, 200, 100), West=box(0, 0, 100, 100))
    strict = resident_cells(grid([[40, np.nan]]), COUNT, both)
    assert np.isnan(strict.by_community["population"]["East"])
    assert strict.by_community["population"]["West"] == 40
    assert [(c.code, c.count, c.detail) for c in strict.caveats] == [
        ("residents_unknown", 1, "East"),
        ("residents_no_value", 1, "East"),
    ]
    pieces = strict.pieces.set_index("community_id")
    assert np.isnan(pieces["population"]["East"])
    assert pieces.geometry["East"].equals(box(100, 0, 200, 100))
    assert resident_cells(grid([[40, np.nan]]), NOBODY, both).by_community["population"].to_dict() == {
        "East": 0,
        "West": 40,
    }


def test_a_community_that_the_raster_does_not_cover_is_unknown_even_then() -> None:
    both = communities(Far=box(5000, 0, 5100, 100), Half=box(0, 0, 200, 100))
    found = resident_cells(grid([[40]]), NOBODY, both)
    assert found.by_community["population"].isna().all()


def test_where_communities_overlap_nobody_is_counted_twice() -> None:
    both = communities(A=box(0, 0, 100, 100), B=box(0, 0, 100, 100))
    assert resident_cells(grid([[40]]), COUNT, both).by_community["population"].to_dict() == {"A": 20, "B": 20}


def test_a_raster_of_nobody_is_told() -> None:
    with pytest.raises(LayerError, match="nobody lives in any of the 2 cells"):
        resident_cells(grid([[0, 0]]), COUNT, communities(All=box(0, 0, 200, 100)))


def test_all_people_of_the_window_are_inside_or_outside_or_elsewhere() -> None:
    found = resident_cells(grid([[40, 80, 7]]), COUNT, communities(All=box(0, 0, 150, 100)))
    assert found.counts["residents_outside"] == 40
    assert found.counts["residents_elsewhere"] == 7
    assert found.by_community["population"].sum() + 40 + 7 == pytest.approx(40 + 80 + 7, abs=1e-9)


def test_a_turned_grid_is_cut_where_its_cells_lie() -> None:
    """Cells of 100 m turned by 45 degrees about the origin: the first one's diagonal runs along the y axis."""
    half = 100 / np.sqrt(2)
    turned = Grid(np.array([[40.0, 80.0]]), Affine(half, half, 0, half, -half, 0), METRIC)
    # Corners of the first cell: (0, 0), (70.7, 70.7), (141.4, 0), (70.7, -70.7); the second follows to the north-east.
    upper = shapely.Polygon([(0, 0), (2 * half, 2 * half), (3 * half, half), (2 * half, 0)])
    found = resident_cells(turned, COUNT, communities(All=upper))
    assert found.by_community["population"]["All"] == pytest.approx(20 + 80)
    assert found.pieces.geometry.area.sum() == pytest.approx(15_000)


@pytest.mark.parametrize(
    ("people", "role", "warned"),
    [
        (4000, COUNT, 400_000),  # densities taken for counts of a hundredth of a square kilometre
        (40, COUNT, None),
        (40, DENSITY, None),
        (0.4, DENSITY, 0.4),  # counts of small cells taken for densities
    ],
)
def test_a_unit_that_is_probably_the_wrong_one_is_told_and_never_changed(people, role, warned) -> None:
    found = resident_cells(grid([[people, people]]), role, communities(All=box(0, 0, 200, 100)))
    told = [c.count for c in found.caveats if c.code == "residents_implausible"]
    assert told == ([] if warned is None else [pytest.approx(warned)])
    expected = people * 2 / (100 if role is DENSITY else 1)
    assert found.by_community["population"]["All"] == pytest.approx(expected)


def test_where_the_raster_ends_no_key_is_advised() -> None:
    """A coast of cells without value may be called nobody; ground that the raster does not reach may not."""
    coast = communities(Coast=box(100, 0, 200, 100), Inland=box(0, 0, 100, 100), Rim=box(150, 100, 250, 200))
    found = resident_cells(grid([[40, np.nan], [40, np.nan]]), COUNT, coast)
    assert [(c.count, c.detail) for c in found.caveats if c.code == "residents_no_value"] == [(1, "Coast")]
    assert np.isnan(found.by_community["population"]["Rim"])


@pytest.mark.parametrize(("value", "role"), [(65_535, COUNT), (1e30, COUNT), (2**31 - 1, DENSITY)])
def test_more_people_than_can_live_in_a_cell_are_an_undeclared_nodata_value(value, role) -> None:
    with pytest.raises(LayerError, match=r"1 cells hold values such as .*no number of people; declare.*correct unit"):
        resident_cells(grid([[40, value]]), role, communities(All=box(0, 0, 200, 100)))
    # Of no matter beyond the communities, and a tower in a cell of a few metres is no crowd.
    resident_cells(grid([[40, 40, value]]), role, communities(All=box(0, 0, 200, 100)))
    small = Grid(np.array([[40.0, 900.0]]), Affine(5, 0, 0, 0, -5, 5), METRIC)
    resident_cells(small, COUNT, communities(All=box(0, 0, 10, 5)))


def test_densities_in_degrees_are_counts_by_the_size_of_the_cell_in_metres() -> None:
    """A cell of 0.01 degrees at the equator is 1.23 km2 (1.1132 by 1.1057 km)."""
    degrees = Grid(np.array([[1000.0, 1000.0]]), Affine(0.01, 0, -15, 0, -0.01, 0.01), CRS("EPSG:4326"))
    ground = gpd.GeoSeries([box(-15, 0, -14.98, 0.01)], crs=4326).to_crs(METRIC)
    found = resident_cells(degrees, DENSITY, communities(All=ground.iloc[0]))
    assert found.by_community["population"]["All"] == pytest.approx(2 * 1000 * 1.1132 * 1.1057, rel=2e-3)


@pytest.fixture(scope="module")
def sections() -> gpd.GeoDataFrame:
    """The census sections of Las Palmas with their residents."""
    read = gpd.read_parquet(DATA / "boundaries/sections.parquet").set_index("geocode").sort_index()
    shapes = repaired(repaired(read.geometry)[0].to_crs(METRIC))[0]
    people = pd.read_parquet(DATA / "population/sections.parquet").set_index("geocode")["poblacion"]
    return gpd.GeoDataFrame({"people": people.reindex(shapes.index).astype(float)}, geometry=shapes, crs=METRIC)


@pytest.mark.parametrize(("crs", "step"), [(METRIC, 250.0), (CRS.from_epsg(4326), 0.0025)])
def test_a_synthetic_raster_of_the_real_census_keeps_every_resident(sections, crs, step) -> None:
    """No population raster of the city is free, so one is made: residents spread evenly over their sections.

    In metres, and in degrees, where cells are no squares on the ground.
    """
    left, bottom, right, top = sections.to_crs(crs).total_bounds
    columns, rows = int(np.ceil((right - left) / step)) + 2, int(np.ceil((top - bottom) / step)) + 2
    transform = Affine(step, 0, left - step, 0, -step, top + step)
    x, y = np.meshgrid(left - step + step * np.arange(columns), top + step - step * np.arange(rows))
    cells = gpd.GeoSeries(shapely.box(x, y - step, x + step, y).ravel(), crs=crs).to_crs(METRIC)
    shapes = sections.geometry.to_numpy()
    section, cell = shapely.STRtree(cells.to_numpy()).query(shapes, predicate="intersects")
    part = shapely.area(shapely.intersection(shapes[section], cells.to_numpy()[cell])) / shapely.area(shapes)[section]
    values = np.bincount(cell, weights=part * sections["people"].to_numpy()[section], minlength=len(cells))
    synthetic = Grid(values.reshape(rows, columns), transform, crs)

    found = resident_cells(synthetic, COUNT, sections)
    outside = sum(c.count for c in found.caveats if c.code == "residents_outside")
    assert found.by_community["population"].notna().all()
    assert found.pieces["population"].sum() == pytest.approx(found.by_community["population"].sum(), abs=1e-6)
    assert found.by_community["population"].sum() + outside == pytest.approx(378_797, abs=0.01)
    assert outside < 0.06 * 378_797, "along the coast and the border cells of 250 m run out of the city"


def test_sums_agree_with_exactextract(sections, tmp_path) -> None:
    """An implementation of its own (coverage fractions cell by cell), on a synthetic raster over the real sections."""
    left, bottom, right, top = sections.total_bounds
    columns, rows = int((right - left) / 200) + 3, int((top - bottom) / 200) + 3
    values = np.random.default_rng(7).gamma(0.5, 40, (rows, columns))
    transform = Affine(200, 0, left - 200, 0, -200, top + 200)
    path = tmp_path / "synthetic-people.tif"
    profile = {"driver": "GTiff", "count": 1, "width": columns, "height": rows, "dtype": "float64"}
    with rasterio.open(path, "w", crs=METRIC.to_wkt(), transform=transform, **profile) as out:
        out.write(values, 1)
    found = resident_cells(Grid(values, transform, METRIC), COUNT, sections)
    expected = exact_extract(path, sections.reset_index()[["geometry"]], ["sum"], output="pandas")["sum"]
    # Where sections of the census overlap, theirs are shared out between them here and doubled there.
    shared = sections.geometry.iloc[np.unique(overlap_m2(sections.geometry)[1])].union_all().buffer(300)
    lonely = ~sections.intersects(shared).to_numpy()
    assert lonely.sum() > 100
    np.testing.assert_allclose(found.by_community["population"][lonely], expected[lonely], rtol=1e-6)
    seen = found.counts["residents_outside"] + found.counts["residents_elsewhere"]
    assert found.by_community["population"].sum() + seen == pytest.approx(values.sum(), abs=1.0), (
        "told in whole numbers"
    )
