"""Sites of an inventory: classes mapped, shapes judged, pieces joined, everything left out counted."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import GeometryCollection, LineString, MultiPoint, Point, Polygon, box

from layers.inventory import inventory_sites
from spatial.errors import LayerError
from tests.inventories import role, square
from tests.networks import METRIC

AROUND = box(-1000, -1000, 5000, 5000)


def _features(rows: list[dict[str, object]], crs: object = METRIC) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows)
    return gpd.GeoDataFrame(table.drop(columns="geometry"), geometry=list(table["geometry"]), crs=crs)


def _codes(caveats: tuple) -> dict[str, float]:
    return {caveat.code: caveat.count for caveat in caveats}


def test_values_are_mapped_to_classes_and_others_are_counted_and_named():
    features = _features([
        {"id": "1", "tipo": "PARQUE", "geometry": square(0)}, {"id": "2", "tipo": " plaza ", "geometry": square(500)},
        {"tipo": "PARKING", "geometry": square(1000)}, {"tipo": "PARKING", "geometry": square(1200)},
        {"tipo": None, "geometry": square(1400)}, {"tipo": "parque", "geometry": square(1600)},
    ])  # fmt: skip
    mapped = role(space_class="", class_column="tipo", classes={"PARQUE": "park", "plaza": "square"}, id_column="id")
    loaded = inventory_sites(features, mapped, METRIC, AROUND)
    assert loaded.frame["space_class"].to_dict() == {"city/1": "park", "city/2": "square"}
    assert loaded.counts["class_unmapped"] == 4  # what is written otherwise is not guessed
    (caveat,) = [c for c in loaded.caveats if c.code == "inventory_class_unmapped"]
    assert (caveat.count, caveat.detail) == (4, "PARKING (2), - (1), parque (1)")


def test_numbers_as_classes_are_the_same_however_a_spreadsheet_wrote_them():
    features = _features([{"tipo": 7.0, "geometry": square(0)}, {"tipo": 8.0, "geometry": square(500)}])
    loaded = inventory_sites(features, role(space_class="", class_column="tipo", classes={"7": "park"}), METRIC, AROUND)
    assert loaded.frame["area_m2"].tolist() == [10_000.0]


STATED = role(id_column="id", name_column="name", sites="", sites_column="state", planned_values=("project",), built_values=("built",))


def _stated(*states: object) -> gpd.GeoDataFrame:
    rows = [{"id": f"s{n}", "name": "", "state": state, "geometry": square(300 * n)} for n, state in enumerate(states)]
    return _features(rows)


def test_pieces_that_touch_are_one_site_and_planned_ones_stay_apart():
    features = _features([
        {"id": "b", "name": "Small", "state": "built", "geometry": square(0)},
        {"id": "a", "name": "Large", "state": "built", "geometry": square(100, 0, 200)},
        {"id": "c", "name": "Later", "state": "project", "geometry": square(0, 100)},
    ])  # fmt: skip
    loaded = inventory_sites(features, STATED, METRIC, AROUND)
    sites = loaded.frame
    assert list(sites.index) == ["city/a", "city/c"]
    assert sites["planned"].tolist() == [False, True]
    assert sites.loc["city/a", ["name", "member_ids", "area_m2"]].tolist() == ["Large", "city/a city/b", 50_000.0]
    assert (loaded.counts["pieces_merged"], loaded.counts["sites"]) == (1, 2)


def test_what_is_not_sure_to_stand_is_no_supply_and_case_and_blanks_do_not_matter():
    padded = replace(STATED, planned_values=(" Project ",))
    loaded = inventory_sites(_stated("BUILT ", " Project", "PROJECT", None, "closed", "", "built"), padded, METRIC, AROUND)
    assert loaded.frame["planned"].to_dict() == {"city/s0": False, "city/s1": True, "city/s2": True, "city/s6": False}
    assert loaded.counts["status_unknown"] == 3
    (caveat,) = loaded.caveats
    assert (caveat.code, caveat.count, caveat.detail) == ("inventory_status_unknown", 3, "- (2), closed (1)")


def test_a_list_that_nothing_is_of_is_refused_where_something_else_stands_there():
    with pytest.raises(LayerError, match=r"public_space\.city: none of 2 sites has a value of planned = \['project'\] in 'state', which holds 'built', 'proyecto'"):
        inventory_sites(_stated("built", "proyecto"), STATED, METRIC, AROUND)
    with pytest.raises(LayerError, match=r"a value of built = \['built'\] in 'state'"):
        inventory_sites(_stated("project", "hecho"), STATED, METRIC, AROUND)
    with pytest.raises(LayerError, match=r"planned = \['project'\] and built = \['built'\] in 'state', which holds nothing"):
        inventory_sites(_stated(None, None), STATED, METRIC, AROUND)
    # Where every value is known, nothing of the other kind lies near: no fault.
    assert not inventory_sites(_stated("built", None), STATED, METRIC, AROUND).frame["planned"].any()


def test_built_sites_of_two_classes_on_the_same_ground_are_told():
    features = _features([
        {"tipo": "p", "geometry": square(0)}, {"tipo": "s", "geometry": square(0, 0, 40)},  # a square in a park
        {"tipo": "p", "geometry": square(500)}, {"tipo": "s", "geometry": square(595)},  # 5 m along a border
    ])  # fmt: skip
    known = role(space_class="", class_column="tipo", classes={"p": "park", "s": "square"})
    loaded = inventory_sites(features, known, METRIC, AROUND)
    assert _codes(loaded.caveats) == {"inventory_overlaps": 2}
    assert loaded.counts["sites_overlapping"] == 2
    assert inventory_sites(features, replace(known, sites="planned"), METRIC, AROUND).caveats == ()


def test_a_planned_inventory_is_planned_throughout():
    loaded = inventory_sites(_features([{"geometry": square(0)}]), role(sites="planned"), METRIC, AROUND)
    assert loaded.frame["planned"].all()


def test_shapes_are_mended_and_several_points_are_no_place():
    bowtie = Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    features = _features([
        {"geometry": square(500)}, {"geometry": MultiPoint([(0, 0), (1, 1)])}, {"geometry": MultiPoint([(900, 900)])},
        {"geometry": bowtie}, {"geometry": GeometryCollection([square(700), Point(0, 0)])}, {"geometry": Point(2000, 2000)},
        {"geometry": square(500)},
    ])  # fmt: skip
    loaded = inventory_sites(features, role(), METRIC, AROUND)
    assert [loaded.counts[name] for name in ("scattered", "repaired", "duplicates")] == [1, 1, 1]
    assert loaded.frame.geom_type.value_counts().to_dict() == {"Polygon": 2, "Point": 2, "MultiPolygon": 1}
    assert loaded.frame.is_valid.all()
    assert loaded.frame["area_m2"].isna().tolist() == (loaded.frame.geom_type == "Point").tolist()
    assert _codes(loaded.caveats) == {"inventory_scattered": 1, "repaired": 1, "duplicates_dropped": 1}


def test_heights_are_laid_flat():
    loaded = inventory_sites(_features([{"geometry": Polygon([(0, 0, 5), (9, 0, 5), (9, 9, 5)])}]), role(), METRIC, AROUND)
    assert not loaded.frame.geometry.iloc[0].has_z


def test_points_inside_an_outline_of_their_class_and_slivers_are_left_out():
    features = _features([{"geometry": square(0)}, {"geometry": Point(50, 50)}, {"geometry": box(300, 300, 300.5, 301)}])
    loaded = inventory_sites(features, role(), METRIC, AROUND)
    assert loaded.frame["area_m2"].tolist() == [10_000.0]
    assert (loaded.counts["sites_doubled"], loaded.counts["sites_too_small"]) == (1, 1)


def test_sites_beyond_the_surroundings_are_left_out_and_counted():
    features = _features([{"geometry": square(0)}, {"geometry": square(9000)}])
    loaded = inventory_sites(features, role(), METRIC, AROUND)
    assert (len(loaded.frame), loaded.counts["dropped_elsewhere"]) == (1, 1)
    nothing = inventory_sites(features.iloc[1:], role(), METRIC, AROUND)
    assert len(nothing.frame) == 0
    assert _codes(nothing.caveats) == {"inventory_elsewhere": 1}


def test_an_inventory_of_another_place_is_refused():
    with pytest.raises(LayerError, match=r"public_space\.city: lies 995 km from the communities, so it would say nothing about them; .*crs"):
        inventory_sites(_features([{"geometry": square(1_000_000)}]), role(), METRIC, AROUND)


def test_it_is_projected_into_the_crs_of_the_study():
    shape = gpd.GeoSeries([square(0)], crs=METRIC).to_crs("OGC:CRS84")
    loaded = inventory_sites(_features([{"geometry": shape.iloc[0]}], "OGC:CRS84"), role(), METRIC, AROUND)
    assert loaded.frame.crs == METRIC
    assert loaded.frame["area_m2"].iloc[0] == pytest.approx(10_000, abs=0.01)


def test_faults_come_all_at_once_and_say_what_to_do():
    features = _features([
        {"id": "a", "tipo": "x", "geometry": square(0)}, {"id": "a", "tipo": "x", "geometry": square(300)},
        {"id": None, "tipo": "x", "geometry": LineString([(0, 0), (9, 9)])}, {"id": "b", "tipo": "x", "geometry": None},
    ])  # fmt: skip
    with pytest.raises(LayerError, match=r"(?s)public_space\.city:.*'id'.*'a'.*geometry.*LineString"):
        inventory_sites(features, role(id_column="id"), METRIC, AROUND)
    with pytest.raises(LayerError, match=r"none of its 4 features is of a class.*'x': say under classes"):
        inventory_sites(features, role(space_class="", class_column="tipo", classes={"y": "park"}), METRIC, AROUND)
    with pytest.raises(LayerError, match=r"no column 'nombre'"):
        inventory_sites(features, role(name_column="nombre"), METRIC, AROUND)


def test_keys_that_only_their_ends_tell_apart_are_refused():
    features = _features([{"id": "x" * 60 + end, "geometry": square(300 * i)} for i, end in enumerate("ab")])
    with pytest.raises(LayerError, match="1 keys in 'id' are the same in their first 60 characters"):
        inventory_sites(features, role(id_column="id"), METRIC, AROUND)


def test_a_row_of_a_class_that_is_left_out_needs_no_key():
    features = _features([{"id": "a", "tipo": "x", "geometry": square(0)}, {"id": None, "tipo": "y", "geometry": square(300)}])
    known = role(space_class="", class_column="tipo", classes={"x": "park"}, id_column="id")
    assert len(inventory_sites(features, known, METRIC, AROUND).frame) == 1


def test_keys_hold_no_blanks_and_names_stay_in_their_script():
    features = _features([{"id": " P 1\t甲 ", "name": "口袋公园\n" + "长" * 300, "geometry": square(0)}])
    loaded = inventory_sites(features, role(id_column="id", name_column="name"), METRIC, AROUND)
    assert list(loaded.frame.index) == ["city/P_1_甲"]
    assert loaded.frame["name"].iloc[0] == ("口袋公园 " + "长" * 300)[:200]
    assert _codes(loaded.caveats) == {"names_cut": 1}


def test_the_features_are_not_written_into():
    features = _features([{"id": "a", "geometry": square(0)}])
    before = features.copy()
    inventory_sites(features, role(id_column="id"), METRIC, AROUND)
    pd.testing.assert_frame_equal(pd.DataFrame(features), pd.DataFrame(before))
    assert np.array_equal(features.geometry.to_wkb(), before.geometry.to_wkb())


def test_without_a_key_sites_are_named_by_what_they_are_so_that_new_rows_change_no_id():
    rows: list[dict[str, object]] = [{"name": "Doramas", "geometry": square(0)}, {"name": "", "geometry": Point(900, 900)}]
    before = inventory_sites(_features(rows), role(name_column="name"), METRIC, AROUND).frame
    other: list[dict[str, object]] = [{"name": "Nuevo", "geometry": square(2000)}, *reversed(rows)]
    after = inventory_sites(_features(other), role(name_column="name"), METRIC, AROUND).frame
    assert set(before.index) < set(after.index)
    for key in before.index:
        assert before.loc[key, "geometry"].equals(after.loc[key, "geometry"])
        assert key.startswith("city/")
    # A corner drawn anew by millimetres is the same place; another name is another one.
    nudged = box(0.001, 0, 100, 100)
    again = inventory_sites(_features([{"name": "Doramas", "geometry": nudged}]), role(name_column="name"), METRIC, AROUND).frame
    assert again.index[0] == before.index[before["name"] == "Doramas"][0]
    renamed = inventory_sites(_features([{"name": "Otro", "geometry": square(0)}]), role(name_column="name"), METRIC, AROUND).frame
    assert renamed.index[0] not in set(before.index)


def test_sites_alike_in_all_that_names_them_still_have_ids_of_their_own():
    tall, wide = box(0, 0, 20, 80), box(-30, 30, 50, 50)  # one middle, one area
    loaded = inventory_sites(_features([{"geometry": tall}, {"geometry": wide}]), role(), METRIC, AROUND)
    first, second = loaded.frame["member_ids"].iloc[0].split()
    assert second == f"{first}-2"


def test_a_changed_key_column_changes_the_ids_only():
    features = _features([{"id": "x", "geometry": square(0)}])
    named = inventory_sites(features, role(id_column="id"), METRIC, AROUND).frame
    numbered = inventory_sites(features, replace(role(), id_column=""), METRIC, AROUND).frame
    assert list(named.index) == ["city/x"]
    assert named["area_m2"].tolist() == numbered["area_m2"].tolist()
