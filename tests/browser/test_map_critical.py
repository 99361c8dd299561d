"""What to protect or double on the map: switched on, told in words, names stay text."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely import LineString, Point

from maps import draw
from maps.page import to_html
from tests.synthetic_results import CRS_32628, EAST, NORTH, build_results

HOSTILE = "<img src=x onerror=window.hurt=1></script><script>window.hurt=2</script>"
TOLD = """
    const layers = [...linli.state.overlays.get(%r).getLayers()];
    layers.map(layer => { layer.openTooltip(layer.getBounds().getCenter()); const text = layer.getTooltip().getElement().innerText; layer.closeTooltip(); return text; })
"""


@pytest.mark.parametrize(("width", "height"), [(1300, 850), (390, 844)])
def test_each_way_says_who_would_lose_and_names_stay_text(open_page, width, height):
    results = build_results()
    profile, rule = next((p, r) for p in results.profiles for r in p.rules if r.kind == "reach" and r.supply is not None)
    common = {
        "profile_id": profile.id, "rule_id": rule.id, "street": HOSTILE, "residents_lose": 120.0, "residents_cut": 30.0,
        "residents_farther": 0.0, "mean_extra_m": float("nan"), "mean_extra_min": float("nan"),
    }  # fmt: skip
    shapes = {
        "segment": LineString([(EAST, NORTH), (EAST + 100, NORTH)]),
        "bridge": LineString([(EAST, NORTH), (EAST, NORTH + 100)]),
        "entrance": Point(EAST + 50, NORTH + 50),
    }
    rows = [common | {"kind": kind, "geometry": shape} for kind, shape in shapes.items()]
    critical = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS_32628)
    opened = open_page(to_html(draw(replace(results, critical=critical))), width, height)
    boxes = "[data-overlay^=critical-]"
    assert opened.page.evaluate(f"document.querySelectorAll('{boxes}').length") == 2
    opened.page.evaluate(f"document.querySelectorAll('{boxes}').forEach(box => box.click())")
    told = opened.page.evaluate(TOLD % f"critical-links {profile.id} {rule.id}")
    assert len(told) == 2
    assert "this bridge (on or near " + HOSTILE in told[0]  # the worst, which comes first in the table, lies on top
    assert "this piece of way" in told[1]
    assert "120 residents would have no way" in told[1]
    (door,) = opened.page.evaluate(TOLD % f"critical-entrances {profile.id} {rule.id}")
    assert "30 residents could walk to none at all" in door
    assert opened.page.evaluate("window.hurt") is None
    assert (opened.complaints, opened.requests) == ([], [])
