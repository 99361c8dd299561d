"""Layers that sit beside the map.

The real public spaces of Las Palmas, carried to a place in China: a synthetic stand-in for a Chinese inventory and
its map, which differ as the real ones do in shape and density.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import Point, box
from shapely.affinity import translate

from layers.basemap import basemap
from layers.public_space import public_spaces
from layers.shift import LEAST_FEATURES, suspected_datum, units_beside_streets
from layers.sources.osm import read_osm
from layers.study import read_study
from maps.words import caveat_text
from spatial.datum import from_wgs84, to_wgs84
from spatial.datum_shift import WGS84

STUDY = Path(__file__).resolve().parents[2] / "data/las-palmas/study.toml"
HERE, GUANGZHOU = CRS("EPSG:32628"), CRS("EPSG:4547")
CARRIED = (71_770.0, -548_000.0)


@pytest.fixture(scope="module")
def extract():
    study = read_study(STUDY)
    return read_osm(study.osm.origin, study.crs)


@pytest.fixture(scope="module")
def real(extract) -> gpd.GeoSeries:
    """Polygons of public space in Las Palmas."""
    spaces, _ = public_spaces(extract)
    return spaces.geometry[spaces.geom_type != "Point"]


@pytest.fixture(scope="module")
def streets(extract) -> gpd.GeoSeries:
    """Near Guangzhou."""
    return basemap(extract).streets.translate(*CARRIED).set_crs(GUANGZHOU, allow_override=True)


@pytest.fixture(scope="module")
def synthetic(real) -> gpd.GeoSeries:
    """The same near Guangzhou."""
    return real.translate(*CARRIED).set_crs(GUANGZHOU, allow_override=True)


def changed(shapes, change):
    there = Transformer.from_crs(GUANGZHOU, WGS84, always_xy=True)
    back = Transformer.from_crs(WGS84, GUANGZHOU, always_xy=True)
    return gpd.GeoSeries(
        shapely.transform(
            shapes.to_numpy(), lambda xy: np.column_stack(back.transform(*change(*there.transform(xy[:, 0], xy[:, 1]))))
        ),
        crs=GUANGZHOU,
    )


def shifted(shapes, datum):
    return changed(shapes, lambda x, y: from_wgs84(x, y, datum))


def drawn_anew(shapes, metres):
    """Every shape a little elsewhere, as another hand draws it."""
    moves = np.random.default_rng(7).normal(0, metres, (len(shapes), 2))
    return gpd.GeoSeries([translate(s, *m) for s, m in zip(shapes, moves, strict=True)], crs=shapes.crs)


@pytest.mark.parametrize("rows", [LEAST_FEATURES + 2, 60])
@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_the_datum_of_a_shifted_layer_is_named(synthetic, rows, datum):
    layer = drawn_anew(shifted(synthetic.sample(rows, random_state=1), datum), 4)
    found = suspected_datum(layer, synthetic, GUANGZHOU)
    assert found is not None
    assert found.datum == datum
    assert found.offset_m == pytest.approx({"gcj02": 578, "bd09": 1219}[datum], abs=5)
    assert found.agreement_after > 0.8
    assert found.agreement_before < 0.4
    caveat = found.caveat("public_space.parks", rows)
    assert (caveat.code, caveat.count) == ("datum_suspected", rows)
    assert {"gcj02": "GCJ-02", "bd09": "BD-09"}[datum] in caveat_text(caveat, "en")


def test_points_inside_what_they_name_are_told_too(synthetic):
    layer = shifted(synthetic.representative_point().sample(60, random_state=2), "gcj02")
    found = suspected_datum(layer, synthetic, GUANGZHOU)
    assert found is not None
    assert found.datum == "gcj02"


@pytest.mark.parametrize("metres", [0, 4, 9])
def test_a_layer_that_fits_is_not_suspected(synthetic, real, metres):
    assert suspected_datum(drawn_anew(synthetic.sample(80, random_state=3), metres), synthetic, GUANGZHOU) is None
    assert suspected_datum(drawn_anew(real.sample(80, random_state=3), metres), real, HERE) is None


def test_a_layer_that_was_brought_back_although_it_was_right_is_told(synthetic):
    layer = changed(synthetic.sample(60, random_state=4), lambda x, y: to_wgs84(x, y, "gcj02"))
    found = suspected_datum(layer, synthetic, GUANGZHOU, declared="gcj02")
    assert found is not None
    assert found.datum == "wgs84"
    assert suspected_datum(synthetic.sample(60, random_state=4), synthetic, GUANGZHOU, declared="gcj02") is None


def test_outside_china_an_offset_is_told_in_metres_and_direction(real):
    found = suspected_datum(real.sample(60, random_state=5).translate(300, 400), real, HERE)
    assert found is not None
    assert (found.datum, found.offset_m) == ("", pytest.approx(500, abs=1))
    assert found.bearing_deg == pytest.approx(36.9, abs=0.5)  # atan(3/4), and the grid's north
    caveat = found.caveat("public_space.parks", 60)
    assert (caveat.code, caveat.detail) == ("offset_suspected", "500 m, 37°")


def test_layers_of_other_things_are_not_suspected(real):
    """Land-use zones fit nowhere; nor do boxes strewn at random, of the size of parks."""
    rng = np.random.default_rng(11)
    left, bottom, right, top = real.total_bounds
    corners = np.column_stack([rng.uniform(left, right, 300), rng.uniform(bottom, top, 300)])
    boxes = gpd.GeoSeries(
        [box(x, y, x + w, y + w) for (x, y), w in zip(corners, rng.uniform(15, 80, 300), strict=True)], crs=HERE
    )
    assert suspected_datum(boxes, real, HERE) is None
    carried = boxes.translate(*CARRIED).set_crs(GUANGZHOU, allow_override=True)
    assert suspected_datum(carried, real.translate(*CARRIED).set_crs(GUANGZHOU, allow_override=True), GUANGZHOU) is None


def test_a_shift_is_told_where_half_of_the_layer_is_not_on_the_map(synthetic):
    """An inventory holds what the map lacks: what both have, and more, is enough to tell by."""
    known = drawn_anew(shifted(synthetic.sample(40, random_state=6), "gcj02"), 3)
    rng = np.random.default_rng(3)
    left, bottom, _, top = synthetic.total_bounds
    places = zip(rng.uniform(left - 9_000, left - 3_000, 200), rng.uniform(bottom, top, 200), strict=True)
    unknown = gpd.GeoSeries([Point(x, y).buffer(30) for x, y in places], crs=GUANGZHOU)
    vertices = shapely.get_num_coordinates(known.to_numpy()).sum()
    own = unknown.iloc[: vertices // shapely.get_num_coordinates(unknown.iloc[0])]
    found = suspected_datum(gpd.GeoSeries(pd.concat([known, own]), crs=GUANGZHOU), synthetic, GUANGZHOU)
    assert found is not None
    assert found.datum == "gcj02"
    assert 0.4 < found.agreement_after < 0.65
    assert found.agreement_after - found.agreement_before < 0.5


@pytest.mark.parametrize("datum", ["wgs84", "gcj02", "bd09"])
def test_communities_and_parents_are_held_against_the_streets(streets, datum):
    """Borders of census sections and districts run along streets, where nobody moved them."""
    study = read_study(STUDY)
    folder = STUDY.parent / "boundaries"
    here = [
        gpd.read_parquet(folder / f"{name}.parquet").to_crs(HERE)
        for name in ("sections", "neighbourhoods", "districts")
    ]
    units = [
        layer.set_geometry(shifted(layer.translate(*CARRIED).set_crs(GUANGZHOU, allow_override=True), datum)).set_crs(
            GUANGZHOU, allow_override=True
        )
        for layer in here
    ]
    told = list(units_beside_streets(study, units[0], {"neighbourhood": units[1], "district": units[2]}, streets))
    if datum == "wgs84":
        assert told == []
        return
    assert [(c.code, c.layer) for c in told] == [  # five districts are too few to tell
        ("datum_suspected", "communities"), ("datum_suspected", "parents.neighbourhood"),
    ]  # fmt: skip
    assert all({"gcj02": "GCJ-02", "bd09": "BD-09"}[datum] in c.detail for c in told)
    of_the_map = replace(study, communities=replace(study.communities, origin=None), parents=study.parents[:1])
    found = units_beside_streets(of_the_map, units[0], {"neighbourhood": units[1]}, streets)
    assert [c.layer for c in found] == ["parents.neighbourhood"]


def test_too_little_is_not_judged(synthetic):
    few = shifted(synthetic.sample(LEAST_FEATURES - 1, random_state=1), "gcj02")
    assert suspected_datum(few, synthetic, GUANGZHOU) is None
    assert suspected_datum(few.iloc[:0], synthetic, GUANGZHOU) is None
    assert suspected_datum(synthetic, synthetic.iloc[:0], GUANGZHOU) is None
    lost = gpd.GeoSeries(pd.concat([few, gpd.GeoSeries([None] * 20, crs=GUANGZHOU)]), crs=GUANGZHOU)
    assert suspected_datum(lost, synthetic, GUANGZHOU) is None
