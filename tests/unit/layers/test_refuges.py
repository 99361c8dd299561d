"""Lists of refuges and what a study file says of them: read, refused, recorded."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely.affinity
from shapely import LineString, MultiPoint, Point, box

from layers.municipal import Notes
from layers.origins import Origin
from layers.refuge_roles import RefugeRole, RefugeRules
from layers.refuge_rules import packaged_refuge_rules
from layers.refuges import load_refuges, school_grounds
from layers.stored import files, made_from
from layers.study_refuges import refuge_roles, refuge_rules
from layers.study_table import Table
from spatial.errors import LayerError
from tests.networks import METRIC
from tests.town import study

AROUND = box(0, -100, 1000, 300)
TOP = ("refuge", "refuge_rules")


def role_of(folder: Path, rows: list[dict[str, object]], **told: str) -> RefugeRole:
    frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=METRIC)
    frame.to_file(folder / "refuges.gpkg", driver="GPKG", engine="pyogrio")
    return RefugeRole("city", Origin(folder / "refuges.gpkg"), "emergency", "built", **told)


def loaded(folder: Path, role: RefugeRole, notes: Notes | None = None) -> gpd.GeoDataFrame:
    asked = dataclasses.replace(study(), path=folder / "study.toml", refuges=(role,))
    found = load_refuges(asked, AROUND, notes or Notes())
    assert found is not None
    return found


def test_more_than_an_outline_has_room_for_is_told_and_kept(tmp_path):
    """Outlines of 100 m2: 101 m2 is a matter of rounding, and 333 people have 0.3 m2 each."""
    shape = box(100, 0, 110, 10)
    said = {"a": (None, 101.0), "b": (None, 102.0), "c": (330.0, None), "d": (340.0, None), "e": (340.0, 102.0)}
    rows = [{"code": key, "p": p, "m2": m2, "geometry": shapely.affinity.translate(shape, 20 * n)} for n, (key, (p, m2)) in enumerate(said.items())]
    rows.append({"code": "point", "p": 5000.0, "m2": 9000.0, "geometry": Point(500, 10)})
    notes = Notes()
    found = loaded(tmp_path, role_of(tmp_path, rows, id_column="code", capacity_column="p", area_column="m2"), notes)
    (caveat,) = [caveat for caveat in notes.caveats if caveat.code == "refuge_implausible"]
    assert (caveat.layer, caveat.count, caveat.detail) == ("refuge.city", 3, "city/b, city/d, city/e")
    assert found.loc["city/b", "effective_m2"] == 102
    assert found.loc["city/d", "capacity"] == 340


@pytest.mark.parametrize("away", [1500, 90_000])  # within what is read around the communities, and beyond it
def test_a_refuge_that_lies_away_is_told_with_its_key(tmp_path, away):
    rows = [{"code": key, "geometry": Point(x, 10)} for key, x in (("near", 500), ("far", away))]
    notes = Notes()
    assert list(loaded(tmp_path, role_of(tmp_path, rows, id_column="code"), notes).index) == ["city/near"]
    told = [(c.layer, c.count, c.detail) for c in notes.caveats if c.code == "refuge_elsewhere"]
    assert told == [("refuge.city", 1, "city/far")]
    nameless = Notes()
    loaded(tmp_path, role_of(tmp_path, rows), nameless)
    assert [(c.count, c.detail) for c in nameless.caveats if c.code == "refuge_elsewhere"] == [(1, "")]


def test_nothing_is_told_of_refuges_that_all_lie_near(tmp_path):
    rows = [{"code": key, "geometry": Point(x, 10)} for key, x in (("a", 500), ("b", 600))]
    notes = Notes()
    loaded(tmp_path, role_of(tmp_path, rows, id_column="code"), notes)
    assert not [c for c in notes.caveats if c.code == "refuge_elsewhere"]


def test_polygons_and_points_with_persons_and_areas(tmp_path):
    rows = [
        {"code": "a 1", "label": "School", "p": 300.0, "m2": None, "geometry": box(100, 0, 150, 50)},
        {"code": "b", "label": None, "p": None, "m2": 900.0, "geometry": Point(500, 10)},
        {"code": "c", "label": "Far", "p": 5.0, "m2": 5.0, "geometry": Point(5000, 10)},
    ]
    notes = Notes()
    role = role_of(tmp_path, rows, id_column="code", name_column="label", capacity_column="p", area_column="m2")
    found = loaded(tmp_path, role, notes)
    assert found.index.tolist() == ["city/a_1", "city/b"]
    assert found["name"].tolist() == ["School", ""]
    assert found["capacity"].tolist() == pytest.approx([300, np.nan], nan_ok=True)
    assert found["effective_m2"].tolist() == pytest.approx([np.nan, 900], nan_ok=True)
    assert found.crs == METRIC
    assert (found["grade"] == "emergency").all()
    assert not found["planned"].any()
    (record,) = notes.provenance
    assert (record.role, record.counts["rows_read"], record.counts["rows_kept"]) == ("refuge.city", 3, 2)


def test_without_columns_refuges_are_numbered_and_nothing_is_known_of_their_room(tmp_path):
    found = loaded(tmp_path, role_of(tmp_path, [{"geometry": Point(1, 1)}, {"geometry": Point(2, 2)}]))
    assert found.index.tolist() == ["city/1", "city/2"]
    assert found[["capacity", "effective_m2"]].isna().all(axis=None)


def test_several_points_in_one_row_are_no_place_and_are_counted(tmp_path):
    notes = Notes()
    found = loaded(tmp_path, role_of(tmp_path, [{"geometry": MultiPoint([(1, 1), (9, 9)])}, {"geometry": MultiPoint([(2, 2)])}]), notes)
    assert found.geometry.tolist() == [Point(2, 2)]
    assert "inventory_scattered" in {caveat.code for caveat in notes.caveats}


@pytest.mark.parametrize(("rows", "told", "says"), [
    ([{"p": -1.0, "geometry": Point(1, 1)}], {"capacity_column": "p"}, "p"),
    ([{"p": "many", "geometry": Point(1, 1)}], {"capacity_column": "p"}, "many"),
    ([{"k": "a", "geometry": Point(1, 1)}, {"k": "a", "geometry": Point(2, 2)}], {"id_column": "k"}, "give every refuge an id"),
    ([{"geometry": LineString([(0, 0), (9, 9)])}], {}, "an area or a point"),
    ([{"geometry": Point(1, 1)}], {"capacity_column": "beds"}, "beds"),
    ([{"geometry": Point(90000, 90000)}], {}, "lies near the study"),
])  # fmt: skip
def test_what_cannot_be_used_is_refused(tmp_path, rows, told, says):
    with pytest.raises(LayerError, match=r"refuge\.city") as error:
        loaded(tmp_path, role_of(tmp_path, rows, **told))
    assert says in str(error.value)


def test_a_study_without_a_list_has_no_refuges():
    assert load_refuges(study(), AROUND, Notes()) is None


def test_what_is_kept_between_runs_depends_on_the_list(tmp_path):
    role = role_of(tmp_path, [{"geometry": Point(1, 1)}])
    asked = dataclasses.replace(study(), refuges=(role,))
    assert tmp_path / "refuges.gpkg" in files(asked)
    assert made_from(asked, []) != made_from(study(), [])


# --------------------------------------------------------------------------- the study file


def read(data: dict[str, object], folder: Path) -> tuple[tuple[RefugeRole, ...], RefugeRules, list[str]]:
    top = Table("study file", data, [], TOP)
    roles = refuge_roles(top, folder)
    return roles, refuge_rules(top, roles), top.faults


def test_a_list_and_rules_are_taken(tmp_path):
    (tmp_path / "r.csv").write_text("x\n", encoding="utf-8")
    listed = {"id": "city", "path": "r.csv", "grade": "short", "sites": "planned", "key": "k", "name": "n", "capacity": "p", "effective_area": "m2"}
    rules = {"candidates": True, "tier": "gb51143-2015.short", "usable_share": {"park": 0.5}}
    (role,), found, faults = read({"refuge": [listed], "refuge_rules": rules}, tmp_path)
    assert faults == []
    assert (role.grade, role.sites, role.id_column, role.name_column, role.capacity_column, role.area_column) == ("short", "planned", "k", "n", "p", "m2")
    assert found == RefugeRules(candidates=True, tier="gb51143-2015.short", usable_share={"park": 0.5})


def test_a_study_that_says_nothing_asks_for_nothing(tmp_path):
    assert read({}, tmp_path) == ((), RefugeRules(), [])


@pytest.mark.parametrize(("data", "says"), [
    ({"refuge_rules": {}}, "nothing it could hold for"),
    ({"refuge_rules": {"candidates": True, "tier": "gb51143-2015.sort"}}, "did you mean 'gb51143-2015.short'"),
    ({"refuge_rules": {"candidates": True, "usable_share": {"park": 1.5}}}, "a share from 0 to 1"),
    ({"refuge_rules": {"candidates": True, "usable_share": {"park": True}}}, "a share from 0 to 1"),
    ({"refuge_rules": {"candidates": True, "usable_share": {"beach": 0.5}}}, "must be one of school_ground"),
    ({"refuge_rules": {"candidates": False, "tiers": 1}}, "did you mean 'tier'"),
    ({"refuge": [{"id": "a", "path": "r.csv", "grade": "large", "sites": "built"}]}, "emergency"),
    ({"refuge": [{"id": "a", "path": "r.csv", "grade": "short"}]}, "lacks sites"),
    ({"refuge": [{"id": "a", "path": "r.csv", "grade": "short", "sites": "built", "capacity": "n", "effective_area": "n"}]}, "one column"),
    ({"refuge": [{"id": "a", "path": "r.csv", "grade": "short", "sites": "built"}] * 2}, "stands twice"),
])  # fmt: skip
def test_faults_are_told(tmp_path, data, says):
    (tmp_path / "r.csv").write_text("x\n", encoding="utf-8")
    _, _, faults = read(data, tmp_path)
    assert len(faults) == 1
    assert says in faults[0]


def test_the_packaged_default_and_the_order_of_grounds():
    rules = packaged_refuge_rules()
    assert rules.tiers["gb51143-2015.emergency"].m2_per_person.value == 0.5
    assert list(rules.grounds).index("playground") < list(rules.grounds).index("park")
    assert set(rules.outside_kinds) & {"heat", "seismic"} == set()


def test_school_grounds_are_taken_from_what_is_no_public_space():
    """Polygons of schools alone, each once; a private park is none."""
    away = gpd.GeoDataFrame(
        {"space_class": ["school_ground", "school_ground", "park", "school_ground"], "name": ["B", "A", "P", ""], "reason": ["school.not_stated"] * 4},
        geometry=[box(0, 0, 10, 10), box(20, 0, 30, 10), box(0, 0, 9, 9), Point(1, 1)], crs=METRIC, index=["way/2", "way/1", "way/3", "node/1"],
    )  # fmt: skip
    found = school_grounds(away)
    assert found.index.tolist() == ["way/1", "way/2"]
    assert found["area_m2"].tolist() == [100, 100]
    assert found["name"].tolist() == ["A", "B"]
    assert set(found["space_class"]) == {"school_ground"}
