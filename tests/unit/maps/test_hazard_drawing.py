"""What the map draws of a hazard layer that has more corners than a page can hold (SYNTHETIC grids)."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from maps import hazard_drawing
from maps.hazard_drawing import drawn
from maps.hazard_view import hazard_overlays
from tests.synthetic_safety import build_results

CRS = "EPSG:32628"
SIDE, CELL_M = 64, 5.0


def rough() -> gpd.GeoSeries:
    """Every cell at random in one of two classes or in none."""
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    cells = shapely.box(column * CELL_M, row * CELL_M, (column + 1) * CELL_M, (row + 1) * CELL_M)
    of = np.random.default_rng(3).choice(3, SIDE * SIDE, p=[0.3, 0.5, 0.2])
    return gpd.GeoSeries([shapely.union_all(cells[of == n]) for n in (1, 2)], crs=CRS, index=["weak", "strong"])


def corners(shapes: gpd.GeoSeries) -> int:
    rings = shapely.get_rings(shapely.get_parts(shapes.to_numpy()))
    return int(shapely.get_num_coordinates(rings).sum()) - len(rings)  # the last of a ring is its first


def test_what_a_page_can_hold_is_drawn_as_it_is():
    layer = rough()
    found = drawn(layer)
    assert found.cell_m == 0
    assert found.shapes is layer


def test_more_is_drawn_in_squares_with_a_bounded_number_of_corners(monkeypatch):
    layer = rough()
    assert corners(layer) > 4_000
    monkeypatch.setattr(hazard_drawing, "MOST_CORNERS", 2_000)
    found = drawn(layer)
    assert 200 < corners(found.shapes) <= 2_000
    assert found.cell_m > CELL_M
    assert list(found.shapes.index) == ["weak", "strong"]
    assert found.shapes.is_valid.all()
    assert found.shapes.iloc[0].intersection(found.shapes.iloc[1]).area == 0
    assert found.shapes.area.tolist() == pytest.approx(layer.area.tolist(), rel=0.25)  # a sample of the cells
    assert set(np.unique(shapely.get_coordinates(found.shapes.to_numpy()) % found.cell_m)) == {0.0}


def test_squares_of_smooth_ground_lie_where_it_lies(monkeypatch):
    """Two halves of a town, one of them with a fine comb at its border."""
    comb = shapely.union_all([box(0, 0, 300, 640), *shapely.box(300, np.arange(320) * 2, 302, np.arange(320) * 2 + 1)])
    layer = gpd.GeoSeries([comb, box(340, 0, 640, 640)], crs=CRS)
    monkeypatch.setattr(hazard_drawing, "MOST_CORNERS", 400)
    found = drawn(layer)
    off = shapely.symmetric_difference(found.shapes.to_numpy(), layer.to_numpy())
    assert (shapely.area(off) <= 640 * found.cell_m).all()
    assert 0 < found.cell_m <= 64


def test_a_layer_drawn_in_squares_says_so_in_both_languages(monkeypatch):
    results = build_results()
    flood = results.hazards["hazard_id"] == results.study.hazards[0].id
    shapes = results.hazards.geometry.to_numpy().copy()
    shapes[flood.to_numpy()] = rough().to_numpy()[:1]
    results = dataclasses.replace(results, hazards=results.hazards.set_geometry(shapes, crs=CRS))
    for language, told in (("en", "lines. Drawn in squares of 16 m, "), ("zh", "以边长 16 米的方格概略绘制")):
        whole = hazard_overlays(results, language)[0]
        with monkeypatch.context() as few:
            few.setattr(hazard_drawing, "MOST_CORNERS", 2_000)
            coarse, other = hazard_overlays(results, language)
        assert told not in whole.note
        assert told in coarse.note
        assert told not in other.note
        assert coarse.look == whole.look
        assert len(str(coarse.features)) < len(str(whole.features)) / 2
