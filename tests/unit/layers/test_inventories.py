"""Inventories of a study, from their files to what counts: read, combined one after the other, recorded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Geometry, Point, box

from layers.conflicts import no_excluded
from layers.inventories import with_inventories
from layers.municipal import Notes
from layers.origins import Origin
from layers.space_merge import SPACE_COLUMNS
from layers.types import InventoryRole
from spatial.errors import LayerError
from tests.inventories import excluded, spaces, square
from tests.networks import METRIC
from tests.town import study

TOWN, AROUND = box(-100, -100, 5000, 5000), box(-1000, -1000, 6000, 6000)


def _file(folder: Path, name: str, rows: list[tuple[str, str, Geometry]]) -> Origin:
    frame = gpd.GeoDataFrame({"id": [i for i, _, _ in rows], "name": [n for _, n, _ in rows]}, geometry=[g for *_, g in rows], crs=METRIC)
    frame.to_file(folder / f"{name}.gpkg", driver="GPKG")
    return Origin(folder / f"{name}.gpkg", licence="CC0-1.0", date="2024-05-01")


def _role(folder: Path, inventory_id: str, mode: str, rows: list[tuple[str, str, Geometry]], **more: object) -> InventoryRole:
    given = {"space_class": "park", "id_column": "id", "name_column": "name", **more}
    return InventoryRole(inventory_id, _file(folder, inventory_id, rows), mode, **given)  # type: ignore[arg-type]


def _load(folder: Path, roles: list[InventoryRole], theirs: gpd.GeoDataFrame, away: gpd.GeoDataFrame | None = None):
    notes = Notes()
    named = replace(study(), path=folder / "study.toml", inventories=tuple(roles))
    turned_away = no_excluded(METRIC) if away is None else away
    return with_inventories(named, theirs.drop(columns="source"), turned_away, TOWN, AROUND, notes), notes


def test_a_study_without_inventory_keeps_its_spaces_and_has_no_such_layers(tmp_path):
    theirs = spaces({"way/1": ("park", "", square(0))})
    public, notes = _load(tmp_path, [], theirs)
    assert list(public.spaces.columns) == list(SPACE_COLUMNS)
    assert public.spaces["source"].tolist() == ["osm"]
    assert (public.planned, public.conflicts) == (None, None)
    assert (notes.provenance, notes.caveats) == ([], [])


def test_inventories_act_one_after_the_other_and_do_not_count_a_place_twice(tmp_path):
    theirs = spaces({"way/1": ("park", "Viejo", square(0))})
    first = _role(tmp_path, "parks", "correct", [("1", "Nuevo nombre", square(10)), ("2", "Segundo", square(500))])
    second = _role(tmp_path, "green", "supplement", [("a", "Otra cosa", square(505)), ("b", "Tercero", square(900))])
    public, notes = _load(tmp_path, [first, second], theirs)
    assert list(public.spaces.index) == ["green/b", "parks/1", "parks/2"]
    assert public.spaces["source"].tolist() == ["green", "parks", "parks"]
    assert sorted(public.conflicts["conflict_kind"] + " " + public.conflicts["site_id"]) == [
        "name_differs parks/1", "only_in_inventory green/b", "only_in_inventory parks/2",
    ]  # fmt: skip
    counts = {entry.role: entry.counts for entry in notes.provenance}
    assert counts["public_space.green"]["sites_matched"] == 1
    assert counts["public_space.parks"]["spaces_replaced"] == 1
    assert {(c.code, c.layer): c.count for c in notes.caveats}[("inventory_conflicts", "public_space.parks")] == 2


def test_files_are_recorded_and_planned_sites_kept_apart(tmp_path):
    role = _role(tmp_path, "plans", "supplement", [("1", "Later", square(0)), ("2", "", Point(900, 900))], sites="planned")
    public, notes = _load(tmp_path, [role], spaces({"way/1": ("park", "", square(0))}))
    assert public.spaces["source"].tolist() == ["osm"]
    assert list(public.planned.index) == ["plans/1", "plans/2"]
    assert list(public.planned.columns) == list(SPACE_COLUMNS)
    assert public.conflicts["conflict_kind"].tolist() == ["planned_but_in_osm"]
    (entry,) = notes.provenance
    assert (entry.role, entry.file, entry.licence, entry.date) == ("public_space.plans", "plans.gpkg", "CC0-1.0", "2024-05-01")
    assert len(entry.sha256) == 64
    assert {c.code: c.count for c in notes.caveats} == {"inventory_conflicts": 1, "inventory_planned": 2}


def test_a_replacement_counts_alone_inside_its_coverage(tmp_path):
    area = _file(tmp_path, "area", [("x", "", box(-50, -50, 1000, 1000))])
    role = _role(tmp_path, "city", "replace", [("1", "", square(0))], coverage=area)
    theirs = spaces({"way/1": ("park", "", square(0)), "way/2": ("park", "", square(500)), "way/3": ("park", "", square(3000))})
    public, notes = _load(tmp_path, [role], theirs)
    assert list(public.spaces.index) == ["way/3", "city/1"]
    assert [entry.role for entry in notes.provenance] == ["public_space.city.coverage", "public_space.city"]
    assert {c.code: c.count for c in notes.caveats} == {"inventory_conflicts": 1, "inventory_replaced": 1}


def test_a_later_replacement_leaves_what_an_earlier_inventory_has_and_says_so(tmp_path):
    area = _file(tmp_path, "area", [("x", "", box(-50, -50, 2000, 1000))])
    first = _role(tmp_path, "parks", "supplement", [("1", "", square(300)), ("2", "", box(690, 0, 740, 100))])
    later = _role(tmp_path, "city", "replace", [("a", "", square(1500))], coverage=area)
    theirs = spaces({"way/1": ("park", "", square(0)), "way/2": ("park", "", square(600))})
    public, notes = _load(tmp_path, [first, later], theirs)
    assert public.spaces["area_m2"].to_dict() == {"way/2": 14_000.0, "city/a": 10_000.0, "parks/1": 10_000.0}
    told = public.conflicts[public.conflicts["conflict_kind"] == "only_in_osm"]
    assert told[["space_id", "used"]].to_numpy().tolist() == [["way/1", "inventory"], ["way/2", "osm"]]
    assert {(c.code, c.layer): c.count for c in notes.caveats}[("inventory_replaced", "public_space.city")] == 1


def test_what_a_rule_turned_away_counts_on_the_word_of_the_inventory(tmp_path):
    role = _role(tmp_path, "city", "supplement", [("1", "Villa", square(0))])
    public, _ = _load(tmp_path, [role], spaces({}), excluded({"way/9": ("park", "Villa", "park.access", square(0))}))
    assert list(public.spaces.index) == ["city/1"]
    assert public.conflicts[["conflict_kind", "osm_reason"]].to_numpy().tolist() == [["access_differs", "park.access"]]


def test_a_coverage_elsewhere_or_of_points_is_refused(tmp_path):
    far = replace(_role(tmp_path, "city", "replace", [("1", "", square(0))]), coverage=_file(tmp_path, "far", [("x", "", square(900_000))]))
    with pytest.raises(LayerError, match=r"public_space\.city\.coverage.*complete nowhere"):
        _load(tmp_path, [far], spaces({}))
    points = replace(far, coverage=_file(tmp_path, "points", [("x", "", Point(0, 0))]))
    with pytest.raises(LayerError, match=r"public_space\.city\.coverage.*polygons"):
        _load(tmp_path, [points], spaces({}))
