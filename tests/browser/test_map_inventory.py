"""Planned sites and differences with an inventory on the map: switched on, told in words, names stay text."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import Point, box

from maps import draw
from maps.page import to_html
from tests.synthetic_results import CRS_32628, EAST, NORTH, build_results

HOSTILE = "<img src=x onerror=window.hurt=1></script><script>window.hurt=2</script>"
NAN = float("nan")
TOLD = """
    const layers = [...linli.state.overlays.get(%r).getLayers()];
    layers.map(layer => { layer.openTooltip(layer.getBounds().getCenter()); const text = layer.getTooltip().getElement().innerText; layer.closeTooltip(); return text; })
"""


@pytest.fixture
def page():
    """The synthetic town with one planned site and two differences, one of them at a point."""
    common = {"inventory_id": "city", "space_id": "", "osm_class": "", "osm_name": "", "osm_reason": "", "osm_area_m2": NAN, "overlap_share": NAN}
    differences = [
        {**common, "conflict_kind": "only_in_inventory", "used": "inventory", "site_id": site, "inventory_class": "park",
         "inventory_name": name, "inventory_area_m2": area, "geometry": shape}
        for site, name, area, shape in (("city/1", HOSTILE, 10_000.0, box(EAST, NORTH, EAST + 100, NORTH + 100)), ("city/2", "", NAN, Point(EAST + 500, NORTH + 500)))
    ]  # fmt: skip
    planned = [{"space_id": "city/9", "source": "city", "space_class": "square", "name": HOSTILE, "area_m2": 900.0, "member_ids": "city/9",
                "geometry": box(EAST + 200, NORTH, EAST + 230, NORTH + 30)}]  # fmt: skip
    frames = [gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS_32628) for rows in (planned, differences)]
    return to_html(draw(replace(build_results(), planned=frames[0], conflicts=frames[1])))


@pytest.mark.parametrize(("width", "height"), [(1300, 850), (390, 844)])
def test_each_place_says_what_differs_and_names_stay_text(open_page, page, width, height):
    opened = open_page(page, width, height)
    shown = opened.page.evaluate("document.querySelectorAll('[data-overlay^=conflict-], [data-overlay=inventory-planned]').length")
    assert shown == 2
    opened.page.evaluate("document.querySelectorAll('[data-overlay=conflict-only_in_inventory], [data-overlay=inventory-planned]').forEach(box => box.click())")
    told = opened.page.evaluate(TOLD % "conflict-only_in_inventory")
    assert len(told) == 2  # a point is there too
    assert told[0].startswith("Only in the inventory\nThe inventory has “" + HOSTILE + "” (park, 10,000 m²)")
    assert "It counts, on the word of the inventory." in told[1]
    (planned,) = opened.page.evaluate(TOLD % "inventory-planned")
    assert "square · 900 m²" in planned
    assert opened.page.evaluate("window.hurt") is None
    assert (opened.complaints, opened.requests) == ([], [])
