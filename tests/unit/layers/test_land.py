"""Areas with lower targets and residential land: read from a study's files or its extract, hand-provable shapes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import box

from layers.extract import OsmExtract
from layers.land import load_areas, load_land
from layers.municipal import Notes
from layers.origins import Origin
from layers.stored import files, made_from
from layers.study_land import AREAS_KEYS, areas_roles, land_role
from layers.study_table import Table
from layers.types import AreasRole, LandRole, OsmRole, Study
from spatial.errors import LayerError
from tests.networks import METRIC
from tests.town import study, units

WEST, EAST = box(500_000, 0, 500_500, 400), box(500_500, 0, 501_000, 400)
COMMUNITIES = units({"East": EAST, "West": WEST})


def file_of(folder: Path, shapes: list[object], name: str = "land.geojson", kind: str = "r") -> Origin:
    frame = gpd.GeoDataFrame({"kind": [kind] * len(shapes)}, geometry=shapes, crs=METRIC)
    frame.to_file(folder / name, driver="GeoJSON", engine="pyogrio")
    return Origin(folder / name, crs=METRIC.to_string())


def in_folder(folder: Path) -> Study:
    (folder / "a.pbf").write_bytes(b"nothing")
    return dataclasses.replace(study(), path=folder / "study.toml", osm=OsmRole(Origin(folder / "a.pbf")))


def extract_of(areas: dict[str, tuple[dict[str, str], object]]) -> OsmExtract:
    frame = gpd.GeoDataFrame(
        {"tags": [tags for tags, _ in areas.values()]}, geometry=[shape for _, shape in areas.values()], crs=METRIC,
        index=pd.Index(list(areas), name="osm_id"),
    )  # fmt: skip
    return OsmExtract(None, None, frame, frame[:0], frame[:0], "2023-02-21", {})  # type: ignore[arg-type]


NOTHING_TAGGED = extract_of({"way/9": ({"landuse": "industrial"}, WEST)})


def test_areas_are_cut_to_the_communities_and_merged_by_kind(tmp_path: Path) -> None:
    """Two that overlap, one of which leaves the city to the south: together 200 by 100 m inside."""
    old = file_of(tmp_path, [box(500_000, -100, 500_100, 100), box(500_050, 0, 500_200, 100)])
    role = dataclasses.replace(in_folder(tmp_path), areas=(AreasRole("old_district", old),))
    notes = Notes()
    found = load_areas(role, COMMUNITIES.union_all(), notes)
    assert found is not None
    assert found["area_kind"].tolist() == ["old_district"]
    assert found.area.tolist() == pytest.approx([200 * 100])
    assert [(p.role, p.file, p.counts["rows_kept"]) for p in notes.provenance] == [("areas.old_district", "land.geojson", 2)]


def test_areas_beside_the_city_lower_nothing_and_it_is_told(tmp_path: Path) -> None:
    role = dataclasses.replace(in_folder(tmp_path), areas=(AreasRole("dense", file_of(tmp_path, [box(502_000, 0, 502_100, 100)])),))
    notes = Notes()
    found = load_areas(role, COMMUNITIES.union_all(), notes)
    assert found is not None
    assert len(found) == 0
    assert "areas_elsewhere" in [c.code for c in notes.caveats]
    assert load_areas(in_folder(tmp_path), COMMUNITIES.union_all(), notes) is None


def test_land_of_a_file_is_merged_and_cut_by_community(tmp_path: Path) -> None:
    """Two copies of a block of 200 by 100 m across the border: 100 by 100 m in each, counted once."""
    block = box(500_400, 0, 500_600, 100)
    role = dataclasses.replace(in_folder(tmp_path), residential_land=LandRole(file_of(tmp_path, [block, block.buffer(0)])))
    notes = Notes()
    land = load_land(role, NOTHING_TAGGED, COMMUNITIES, notes)
    assert land is not None
    assert land.index.name == "community_id"
    assert land.area.to_dict() == pytest.approx({"East": 100 * 100, "West": 100 * 100})
    assert [p.role for p in notes.provenance] == ["residential_land"]


def test_land_of_the_extract_is_what_it_tags_so_and_no_building(tmp_path: Path) -> None:
    tagged = extract_of({
        "way/1": ({"landuse": "residential"}, box(500_000, 0, 500_100, 100)),
        "way/2": ({"landuse": "residential", "building": "yes"}, box(500_200, 0, 500_300, 100)),
        "way/3": ({"landuse": "commercial"}, box(500_300, 0, 500_400, 100)),
    })  # fmt: skip
    notes = Notes()
    land = load_land(dataclasses.replace(in_folder(tmp_path), residential_land=LandRole()), tagged, COMMUNITIES, notes)
    assert land is not None
    assert land.area.to_dict() == pytest.approx({"West": 100 * 100})
    assert [(p.role, p.file, p.counts["rows_kept"]) for p in notes.provenance] == [("residential_land", "a.pbf", 1)]


def test_a_study_without_the_role_has_no_land_and_one_without_land_says_so(tmp_path: Path) -> None:
    notes = Notes()
    assert load_land(in_folder(tmp_path), NOTHING_TAGGED, COMMUNITIES, notes) is None
    land = load_land(dataclasses.replace(in_folder(tmp_path), residential_land=LandRole()), NOTHING_TAGGED, COMMUNITIES, notes)
    assert land is not None
    assert len(land) == 0
    assert [c.code for c in notes.caveats] == ["land_elsewhere"]


def test_lines_are_no_land(tmp_path: Path) -> None:
    role = dataclasses.replace(in_folder(tmp_path), residential_land=LandRole(file_of(tmp_path, [WEST.boundary])))
    with pytest.raises(LayerError, match="residential_land"):
        load_land(role, NOTHING_TAGGED, COMMUNITIES, Notes())


def test_their_files_are_part_of_what_a_kept_city_depends_on(tmp_path: Path) -> None:
    bare = in_folder(tmp_path)
    areas, land = file_of(tmp_path, [WEST], "areas.geojson"), file_of(tmp_path, [WEST])
    named = dataclasses.replace(bare, areas=(AreasRole("dense", areas),), residential_land=LandRole(land))
    assert set(files(named)) - set(files(bare)) == {areas.path, land.path}
    assert made_from(named, []) != made_from(bare, [])


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ({"areas": [{"kind": "slum", "path": "land.geojson"}]}, "kind = 'slum' is not one of"),
        ({"areas": [{"kind": "dense", "path": "land.geojson"}] * 2}, "kind = 'dense' stands twice"),
        ({"areas": [{"kind": "dense", "path": "none.geojson"}]}, "there is no such file"),
        ({"areas": [{"kind": "dense", "path": "land.geojson", "factor": 1}]}, "unknown key 'factor'"),
        ({"residential_land": {"source": "osm", "path": "land.geojson"}}, "has both source and path"),
        ({"residential_land": {"source": "map"}}, "source = 'map' is not one of osm, postgis"),
        ({"residential_land": {"osm": True}}, "unknown key 'osm'"),
    ],
)
def test_slips_in_the_study_file_are_told(tmp_path: Path, top: dict[str, object], said: str) -> None:
    file_of(tmp_path, [WEST])
    faults: list[str] = []
    table = Table("", top, faults, ("areas", "residential_land"))
    areas_roles(table, tmp_path)
    land_role(table, tmp_path)
    assert any(said in fault for fault in faults), faults
    assert "kind" in AREAS_KEYS
