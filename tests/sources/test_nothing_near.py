"""Layers of which nothing lies near the study although they reach around it: a hazard that spares it, or an error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import CRS
from shapely import box

from layers.inventory import inventory_sites
from layers.municipal import Notes, load_hazards, load_parents
from layers.origins import Origin
from layers.resident_points import resident_points
from layers.sources.features import read_features
from layers.sources.window import Near
from layers.study import read_study
from layers.terrain import MappedWater
from layers.types import HazardRole, InventoryRole, ResidentsRole, UnitsRole
from spatial.errors import LayerError

STUDY = Path(__file__).resolve().parents[2] / "data/las-palmas/study.toml"
UTM = CRS(32628)
AREA = box(455_000, 3_105_000, 456_000, 3_106_000)


@pytest.fixture
def around(tmp_path) -> Origin:
    """Two squares 150 km west and east of the communities."""
    squares = [box(x, 3_105_000, x + 1000, 3_106_000) for x in (300_000, 600_000)]
    gpd.GeoDataFrame({"id": ["w", "e"], "n": [1, 2]}, geometry=squares, crs=UTM).to_file(tmp_path / "around.gpkg")
    return Origin(tmp_path / "around.gpkg")


def test_a_hazard_elsewhere_is_told_and_exposes_nobody(around):
    role = HazardRole("flood-x", "flood", "official", {}, {}, around)
    study = replace(read_study(STUDY), path=around.path.parent / "study.toml", elevation=None, hazards=(role,))
    notes = Notes()
    assert load_hazards(study, AREA, gpd.GeoSeries([], crs=study.crs), MappedWater(gpd.GeoSeries([], crs=study.crs), AREA), notes).polygons.empty
    assert [(c.code, c.layer, c.count) for c in notes.caveats] == [("hazard_elsewhere", "hazard.flood-x", 2)]
    assert notes.provenance[0].counts["outside"] == 2


def test_units_residents_and_sites_elsewhere_are_errors(around):
    near = Near(AREA.bounds, UTM)
    features = read_features(around, "x", None, near).frame
    communities = gpd.GeoDataFrame({"name": ["a"], "area_m2": [1e6]}, geometry=[AREA], crs=UTM, index=["c1"])
    study = replace(read_study(STUDY), path=around.path.parent / "study.toml")
    with pytest.raises(LayerError, match=r"parents\.district: none of its units lies near"):
        load_parents(study, UnitsRole("district", "id", None, around), None, AREA, Notes())
    with pytest.raises(LayerError, match="residents: none of its rows lies near"):
        resident_points(features, ResidentsRole(around, "", "n"), communities)
    with pytest.raises(LayerError, match=r"public_space\.parks: none of its sites lies near"):
        inventory_sites(features, InventoryRole("parks", around, "supplement", space_class="park"), UTM, AREA)
