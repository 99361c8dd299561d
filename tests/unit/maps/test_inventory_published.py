"""What an inventory adds to report, styles and map; the synthetic town has one with every kind of difference."""

from __future__ import annotations

import math
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

from analyses.columns import PUBLISHED
from analyses.inventory_columns import CONFLICT_KINDS as DECLARED
from analyses.inventory_columns import INVENTORY_CONFLICTS, PLANNED_SPACES, WITH_INVENTORY
from layers.conflicts import CONFLICT_KINDS
from maps import palette
from maps.conflict_words import KINDS, suggestion, what
from maps.draw import draw
from maps.geopackage import write_gaps
from maps.overlays import overlays
from maps.page import to_html
from maps.tables import published_tables
from tests.synthetic_results import CRS_32628, EAST, NORTH, build_results

NAN = float("nan")
HOSTILE = "</script><script>alert(1)</script> “Ω” {name}"
USED = dict.fromkeys(KINDS, ("inventory", "osm")) | {"only_in_inventory": ("inventory",), "access_differs": ("inventory",), "area_differs": ("inventory", "osm", "both"), "class_differs": ("inventory", "osm", "both")}


def _row(kind: str, used: str = "inventory", **more: object) -> dict[str, object]:
    site, space = kind != "only_in_osm", kind != "only_in_inventory"
    return {
        "conflict_id": f"city/{kind}/{used}", "inventory_id": "city", "conflict_kind": kind, "used": used, "community_id": "c1",
        "site_id": "city/1" if site else "", "space_id": "way/10" if space else "", "inventory_class": "park" if site else "",
        "osm_class": "square" if space else "", "inventory_name": "Parque Uno" if site else "", "osm_name": "",
        "osm_reason": "park.access" if kind == "access_differs" else "", "inventory_area_m2": 12_340.0 if site else NAN,
        "osm_area_m2": 5000.0 if space else NAN, "overlap_share": 0.5 if site and space else NAN,
        "geometry": box(EAST, NORTH, EAST + 100, NORTH + 100), **more,
    }  # fmt: skip


def _frame(rows: list[dict[str, object]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS_32628)


@pytest.fixture
def results():
    """The synthetic town with an inventory: all kinds of difference, one of them at a point, and two planned sites."""
    rows = [_row(kind, used) for kind, uses in USED.items() for used in uses]
    rows.append(_row("only_in_inventory", conflict_id="city/p", geometry=Point(EAST, NORTH), inventory_area_m2=NAN))
    planned = [
        {"space_id": "city/9", "source": "city", "space_class": "park", "name": HOSTILE, "area_m2": 900.0, "member_ids": "city/9",
         "geometry": box(EAST + 200, NORTH, EAST + 230, NORTH + 30)},
        {"space_id": "city/8", "source": "city", "space_class": "library", "name": "", "area_m2": NAN, "member_ids": "city/8",
         "geometry": Point(EAST + 500, NORTH)},
    ]  # fmt: skip
    return replace(build_results(), planned=_frame(planned), conflicts=_frame(rows))


def test_kinds_are_the_same_wherever_they_are_named():
    assert set(CONFLICT_KINDS) == set(DECLARED) == set(KINDS) == set(palette.CONFLICT)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("kind", "used"), [(kind, used) for kind, uses in USED.items() for used in uses])
def test_every_difference_is_told_in_whole_sentences(kind, used, language):
    for text in (what(_row(kind, used), language), suggestion(_row(kind, used), language)):
        assert text.endswith("." if language == "en" else "。")
        assert "{" not in text
        assert "nan" not in text.lower().split()
        assert "_" not in text


def test_a_place_is_told_by_name_class_and_area_as_far_as_they_are_known():
    assert what(_row("only_in_inventory"), "en") == "The inventory has “Parque Uno” (park, 12,300 m²); no public space of OpenStreetMap matches it."
    assert what(_row("only_in_osm", "osm"), "zh") == "OpenStreetMap 中有无名场所（广场，5,000 m²）；所采用的清单场地中没有与之对应的。"
    assert what(_row("area_differs"), "en") == "“Parque Uno” (park): 12,300 m² in the inventory, 5,000 m² in OpenStreetMap."
    point = _row("only_in_inventory", inventory_area_m2=NAN)
    assert what(point, "en").startswith("The inventory has “Parque Uno” (park);")
    assert HOSTILE in what(_row("only_in_inventory", inventory_name=HOSTILE), "en")  # braces in a name are text


def test_without_an_inventory_there_are_no_such_tables():
    assert [table.declared for table in published_tables(build_results())] == list(PUBLISHED)
    drawn = overlays(build_results(), "en")
    assert not [overlay for overlay in drawn if overlay.group == "inventory"]


def test_with_nothing_planned_and_no_difference_there_are_none_either(results):
    empty = replace(results, planned=None, conflicts=results.conflicts.iloc[:0])
    assert [table.declared for table in published_tables(empty)] == list(PUBLISHED)
    assert not [overlay for overlay in overlays(empty, "zh") if overlay.group == "inventory"]


def test_the_report_holds_them_as_declared(results, tmp_path):
    path = tmp_path / "gaps.gpkg"
    write_gaps(results, path)
    assert {table.name for table in WITH_INVENTORY} <= {name for name, _ in pyogrio.list_layers(path)}
    written = gpd.read_file(path, layer=INVENTORY_CONFLICTS.name)
    names = [n.name.replace("<language>", language) for n in INVENTORY_CONFLICTS.columns for language in (("en", "zh") if "<" in n.name else ("",))]
    assert list(written.columns) == [*names, "geometry"]
    assert len(written) == len(results.conflicts) - 1
    assert len(gpd.read_file(path, layer="inventory_conflicts_points")) == 1
    planned = gpd.read_file(path, layer=PLANNED_SPACES.name)
    assert planned["name"].tolist() == [HOSTILE]
    assert math.isnan(gpd.read_file(path, layer="planned_spaces_points")["area_m2"].iloc[0])
    styles = pyogrio.read_dataframe(path, layer="layer_styles").set_index("f_table_name")["styleQML"]
    for kind in KINDS:
        assert f"&quot;conflict_kind&quot; = '{kind}'" in styles[INVENTORY_CONFLICTS.name]


def test_the_map_has_a_box_for_planned_sites_and_each_kind(results):
    drawn = {overlay.id: overlay for overlay in overlays(results, "en") if overlay.group == "inventory"}
    assert set(drawn) == {"inventory-planned", *(f"conflict-{kind}" for kind in KINDS)}
    assert not any(overlay.shown for overlay in drawn.values())
    assert drawn["conflict-only_in_inventory"].label == "Only in the inventory (2)"
    for overlay in drawn.values():
        assert len(overlay.features) == len(overlay.texts)
        assert all(overlay.features)  # a point is drawn as a disc
    header, difference, advice = drawn["conflict-area_differs"].texts[0]
    assert (header, difference) == ("Area differs", what(_row("area_differs"), "en"))
    assert advice == suggestion(_row("area_differs", "both"), "en")


def test_names_of_strangers_stay_text(results):
    page = to_html(draw(results))
    assert "<script>alert(1)" not in page
    assert page.count("</script>") == to_html(draw(build_results())).count("</script>")
