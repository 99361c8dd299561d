"""Las Palmas with its official flood band drawn on a raster. SYNTHETIC use: nobody modelled a depth there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from affine import Affine
from rasterio.features import rasterize

from analyses.exposed_classes import shares_by_class
from analyses.exposure import covered_share, exposed_shares, footprint
from analyses.held_shapes import Shapes
from layers.hazard_rasters import hazard_raster
from layers.hazard_scales import HazardScale
from layers.hazards import MARGIN_M, together
from layers.types import HazardRole
from spatial.terrain import Grid

BAND = "flood-arpsi-t100"
CELL_M = 10.0
SCALE = HazardScale("m", 1.0, {"wet": 0.0, "over_15cm": 0.15}, closes_at=0.15)


@pytest.fixture(scope="module")
def drawn(las_palmas):
    """The layers with the band as a raster besides, and the homes and residents of the run."""
    scene = las_palmas.results.evidence.scene
    layers = scene.layers
    area = layers.communities.union_all()
    left, bottom, right, top = area.buffer(MARGIN_M).bounds
    place = Affine(CELL_M, 0, left, 0, -CELL_M, top)
    shape = int((top - bottom) / CELL_M) + 1, int((right - left) / CELL_M) + 1
    depth = rasterize(list(footprint(layers.hazards, [BAND])), out_shape=shape, transform=place).astype(float) * 0.3
    role = HazardRole("drawn", "flood", "modelled", {}, {}, scale=SCALE)
    made = hazard_raster(
        Grid(depth, place, layers.communities.crs), role, layers.communities.crs, area.buffer(MARGIN_M), area
    )
    assert made.unknown is None
    both = dataclasses.replace(
        layers,
        study=dataclasses.replace(layers.study, hazards=(*layers.study.hazards, role)),
        hazards=together([layers.hazards, made.loaded.frame], layers.communities.crs),
        hazard_grids={"drawn": made.grid},
    )
    return both, scene.demand.home, scene.weight("population")


def test_the_raster_exposes_whom_the_polygons_of_its_cells_expose(drawn):
    layers, homes, people = drawn
    inside = exposed_shares(layers, ["drawn"], Shapes.of(homes, layers.communities.crs)).inside
    assert np.abs(inside - covered_share(homes, footprint(layers.hazards, ["drawn"]))).max() < 1e-9
    assert (people * inside).sum() == pytest.approx(1286.278, abs=1e-3)
    band = covered_share(homes, footprint(layers.hazards, [BAND]))
    assert (people * inside).sum() == pytest.approx((people * band).sum(), rel=0.01)


def test_the_band_and_its_raster_together_count_once(drawn):
    layers, homes, people = drawn
    found = exposed_shares(layers, [BAND, "drawn"], Shapes.of(homes, layers.communities.crs)).inside
    union = covered_share(homes, footprint(layers.hazards, [BAND, "drawn"]))
    assert np.abs(found - union).max() < 1e-9
    assert (people * found).sum() == pytest.approx(1314.576, abs=1e-3)


def test_every_resident_is_in_one_class_unknown_or_outside(drawn):
    layers, homes, people = drawn
    found = shares_by_class(
        layers, layers.study.hazards[-1], Shapes.of(homes, layers.communities.crs)
    )
    assert found.names == ("wet", "over_15cm")
    told = people * found.shares.sum(axis=1) + people * found.unknown + people * found.outside
    assert told.sum() == pytest.approx(378_797, rel=1e-9)
    assert (people * found.shares[:, 1]).sum() == pytest.approx(1286.278, abs=1e-3)
