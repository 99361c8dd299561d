"""The maps of both demo places in a headless Chromium without network: every community drawn, and its card right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from playwright.sync_api import Browser, Page

COMMUNITIES = ".leaflet-linli-communities-pane svg path"


def opened(browser: Browser, file: Path) -> tuple[Page, list[str]]:
    """The page, and a list of all that it complains about or asks for from now on."""
    page, noted = browser.new_context(viewport={"width": 1300, "height": 850}, offline=True).new_page(), []
    page.on("console", lambda message: noted.append(message.text))
    page.on("pageerror", lambda error: noted.append(str(error)))
    address = file.as_uri()
    page.on(
        "request",
        lambda request: (
            None if request.url == address or request.url.startswith("data:") else noted.append(request.url)
        ),
    )
    page.goto(address)
    return page, noted


def legend_counts(page: Page) -> list[int]:
    return [int(text) for text in page.locator("[data-legend]:visible li small").all_inner_texts()]


SEA = "linli.state.data.basemap.sea.map(polygon => polygon.map(linli.path))"


def drawn_sea(page: Page) -> shapely.Geometry:
    """The sea that the page draws, in longitude and latitude."""
    polygons = [shapely.Polygon(shell, holes) for shell, *holes in page.evaluate(SEA)]
    flipped = shapely.transform(np.array(polygons, dtype=object), lambda latlon: latlon[:, ::-1])
    return shapely.union_all(shapely.make_valid(flipped))


def test_las_palmas(las_palmas, browser: Browser) -> None:
    file = las_palmas.out / "map.html"
    assert file.stat().st_size < 8_000_000
    page, noted = opened(browser, file)
    communities = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="communities", read_geometry=False)
    assert page.locator(COMMUNITIES).count() == len(communities) == 275
    short = communities.loc[communities["status"] == "short", "residents_short"].round()
    assert legend_counts(page) == [
        275 - int((short >= 1).sum()),
        *(int(short.between(low, high).sum()) for low, high in ((1, 99), (100, 499), (500, 999))),
        int((short >= 1000).sum()),
        0,
    ]
    worst = communities.sort_values("residents_short", ascending=False, kind="stable").iloc[0]
    sea = drawn_sea(page)
    homes = pyogrio.read_dataframe(las_palmas.out / "gaps.gpkg", layer="communities").to_crs("EPSG:4326")
    assert sea.contains(shapely.Point(-15.40, 28.10))  # off the east coast
    assert sea.contains(shapely.Point(-15.46, 28.15))  # and off the north coast
    assert not homes.representative_point().within(sea).any()
    page.locator(".orders label", has_text="Residents short").click()
    page.locator("#linli-rank button").first.click()
    card = page.locator("#linli-card").inner_text()
    assert worst["name"].partition(" - ")[0] in card
    assert f"{worst['residents_short']:,.0f}" in card
    assert str(worst["community_id"]) in card
    page.evaluate("document.querySelectorAll('#linli-box input').forEach(each => each.click())")
    page.evaluate("linli.state.map.setZoom(15, { animate: false })")
    page.wait_for_timeout(500)
    assert page.evaluate("linli.state.overlays.size") == page.locator("[data-overlay]").count()
    assert noted == []


def test_andorra(andorra, browser: Browser) -> None:
    page, noted = opened(browser, andorra.out / "map.html")
    assert page.locator(COMMUNITIES).count() == 7
    assert sum(legend_counts(page)) == 7
    assert drawn_sea(page).is_empty
    assert page.locator("input[name=linli-view][value=residents]").count() == 0
    assert "no community can be judged" in page.locator("#linli-overview").inner_text()
    page.get_by_text("About the hazard layers").click()
    assert "is no hazard map" in page.locator("#linli-overview").inner_text()
    page.locator("#linli-rank button").first.click()
    card = page.locator("#linli-card").inner_text()
    assert "Could not be judged" in card
    assert "The study has no residents" in card
    assert "residential floor area" in card
    assert noted == []
