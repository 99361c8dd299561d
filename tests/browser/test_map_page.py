"""The map as a reader meets it: what is drawn, what the card says, how views and layers answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from analyses.results import Results
from maps import draw
from maps.page import to_html

COMMUNITIES = ".leaflet-linli-communities-pane svg path"
FILLS = f"[...document.querySelectorAll('{COMMUNITIES}')].map(path => path.getAttribute('fill'))"


def legend_lines(opened) -> list[str]:
    """The lines of the legend that is shown: label and number of communities."""
    return [" ".join(text.split()) for text in opened.page.locator("[data-legend]:visible li").all_inner_texts()]


def click_community(opened, position: int) -> None:
    """Click into a community on the map, at the middle of its shape."""
    box = opened.page.locator(COMMUNITIES).nth(position).bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)


@pytest.fixture
def opened(synthetic_results: Results, open_page: Callable[..., Any]) -> Any:  # noqa: ANN401  its class is in conftest
    """The synthetic town's map."""
    return open_page(to_html(draw(synthetic_results)))


def test_every_community_is_drawn_in_the_colour_of_its_class(opened) -> None:
    assert opened.page.locator(COMMUNITIES).count() == 3
    assert opened.page.evaluate(FILLS) == ["#fd8d3c", "#fffbe6", "#d9d9d6"]  # 400 short, none, not assessed
    assert opened.page.locator(".leaflet-linli-patterns-pane svg path").count() == 1
    assert opened.complaints == []
    assert opened.requests == []


def test_the_panel_says_the_finding(opened) -> None:
    overview = opened.text("#linli-overview")
    assert "Synthetic town" in overview
    assert opened.text(".figure") == "410"
    assert "of 1,200 known residents (34.2 %) are not served under this rule" in overview
    assert "400 of them live in 1 of 2 communities" in overview
    assert "falls short of at least one rule" not in overview  # folded away: the first screen is calm
    opened.page.click(".more summary")
    overview = opened.text("#linli-overview")
    assert "1 of 3 communities falls short of at least one rule." in overview
    assert "1 meets every rule that could be judged." in overview
    assert "1 could not be judged." in overview
    opened.page.get_by_text("About the hazard layers").click()
    assert "Derived, for screening." in opened.text("#linli-overview")
    folded = opened.page.locator("#linli-overview").text_content()
    assert "Residents: Synthetic office; licence: CC-BY-4.0; date: 2022" in folded
    assert "1 feature had invalid outlines" in folded
    assert opened.text("#linli-attribution") == "© OpenStreetMap contributors (ODbL-1.0); Synthetic office (CC-BY-4.0)"


def test_the_first_legend_counts_residents_short(opened) -> None:
    assert legend_lines(opened) == ["0 1", "1–99 0", "100–499 1", "500–999 0", "1,000 and more 0", "Not assessed 1"]


def test_a_view_switches_colours_and_legend(opened) -> None:
    opened.page.check("input[name=linli-view][value=status]")
    assert legend_lines(opened) == ["short 1", "met 1", "not assessed 1"]
    assert opened.page.evaluate(FILLS) == ["#ca3d30", "#92c5de", "#d9d9d6"]
    opened.page.click("[data-show-view='rule linli-start green.500m']")
    assert legend_lines(opened)[2:4] == ["50 % to below 80 % 1", "80 % to below 95 % 0"]
    assert "Target: at least 80 %" in opened.text("[data-legend]:visible")


def test_a_click_on_the_map_opens_the_card(opened) -> None:
    click_community(opened, 0)
    card = opened.text("#linli-card")
    assert "Uno & <b>Dos</b>" in card
    assert "Falls short of 2 of 2 judged rules" in card
    assert "400 of 1,000 residents (40 %) have no green space of 0.5 ha or more within 500 m on foot" in card
    assert "the nearest for most is Parque Uno" in card
    assert "Found: 60 % · required: at least 80 %" in card
    assert "A higher unit that it belongs to falls short" in card
    assert "A buffer of official centre lines." in card
    assert "© OpenStreetMap contributors (2023-02-21)" in card
    assert opened.page.locator(".leaflet-linli-homes-pane svg path").count() == 2
    opened.page.evaluate("linli.state.map.setZoom(17, { animate: false })")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#linli-overview").is_visible()
    assert not opened.page.locator("#linli-card").is_visible()


def test_both_ways_back_lead_to_the_overview(opened) -> None:
    seen = "[linli.state.map.getZoom(), linli.state.map.getCenter().lat.toFixed(4)]"
    first = opened.page.evaluate(seen)
    opened.page.click("#linli-rank button")
    assert opened.page.evaluate(seen) != first
    opened.page.click("[data-back]")
    assert opened.page.evaluate(seen) == first
    opened.page.evaluate("linli.state.map.setView([28.2, -15.5], 17, { animate: false })")
    opened.page.click(".linli-home")
    assert opened.page.evaluate(seen) == first


def test_a_card_says_what_was_not_assessed_and_why(opened) -> None:
    opened.page.fill("#linli-find", "三号")
    opened.page.click("#linli-rank button")
    card = opened.text("#linli-card")
    assert "Could not be judged" in card
    assert "The number of residents is unknown" in card


def test_the_list_opens_the_card_by_keyboard(opened) -> None:
    opened.page.focus("#linli-rank button")
    opened.page.keyboard.press("Enter")
    assert "Falls short of 2 of 2 judged rules" in opened.text("#linli-card")
    opened.page.click("[data-back]")
    assert opened.page.evaluate("document.activeElement.closest('#linli-rank') !== null")


def test_a_tooltip_names_the_community(opened) -> None:
    opened.page.locator(COMMUNITIES).nth(1).hover(position={"x": 60, "y": 30})
    tip = opened.text(".leaflet-tooltip")
    assert tip.splitlines() == ["=2+2", "District one", "200 residents", "met", "none of its residents is short",
                                "data: poor"]


def test_overlays_are_drawn_when_asked_for(opened) -> None:
    opened.page.click("#linli-layers > summary")
    assert "derived: for screening" in opened.text("#linli-layers")
    counted = """[...linli.state.overlays].map(
        ([id, layer]) => [id, linli.state.map.hasLayer(layer), layer.getLayers().length])"""
    opened.page.evaluate("linli.state.map.setZoom(15, { animate: false })")
    for box in opened.page.locator("[data-overlay]").all():
        box.check()
    drawn = {name: (shown, number) for name, shown, number in opened.page.evaluate(counted)}
    assert drawn == {
        "hazard-flood-t100": (True, 1), "hazard-ravine-bands": (True, 1), "space-park": (True, 1),
        "entrance-gate": (True, 1), "entrance-open_edge": (True, 1), "entrance-point": (True, 1),
        "served linli-start green.500m": (True, 1), "served sdg-11.7.1 people.400m": (True, 1),
        "gap linli-start green.500m": (True, 1), "gap linli-start exposure.any": (True, 1),
        "data-poor": (True, 1), "data-doubtful": (True, 1),
    }
    opened.page.evaluate("linli.state.map.setZoom(12, { animate: false })")
    shown = {name: (shown, number) for name, shown, number in opened.page.evaluate(counted)}
    assert shown["entrance-gate"] == (False, 1)  # ten thousand dots on a city would hide it
    assert opened.complaints == []


def test_communities_with_poor_data_are_marked_from_the_start_and_can_be_unmarked(opened) -> None:
    marked = ".leaflet-linli-data-pane svg path"
    note = "[data-weak='data-poor']"
    assert opened.page.locator(marked).count() == 1
    assert opened.text(note).strip() == "Communities whose data are poor"
    opened.page.click("#linli-layers > summary")
    opened.page.uncheck("[data-overlay='data-poor']")
    assert opened.page.locator(marked).count() == 0
    assert not opened.page.locator(note).is_visible()
    opened.page.check("[data-overlay='data-poor']")
    opened.page.check("input[name=linli-view][value=data]")  # whose colours have the same marks: not twice
    assert legend_lines(opened) == ["good 0", "doubtful 1", "poor 1", "could not be checked 1"]
    assert not opened.page.locator(marked).is_visible()


def test_the_list_and_the_card_say_that_data_are_weak_and_why(opened) -> None:
    assert "data doubtful" in opened.text("#linli-rank")
    click_community(opened, 1)
    card = opened.text("#linli-card")
    assert "The data are poor here" in card
    assert "Buildings are missing along its residential streets: they stand beside 10 % of their length" in card
    assert "No way in is known for most of its open public spaces: one is known for 40 % of them" in card


def test_the_basemap_is_on_the_canvas(opened) -> None:
    inked = """name => { const c = document.querySelector(`.leaflet-linli-${name}-pane canvas`);
        return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(byte => byte > 0); }"""
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate(inked, "streets")
    assert opened.page.evaluate(inked, "ground")
    assert opened.page.locator(".linli-place").all_inner_texts() == ["Synthetic town"]


def test_on_a_phone_the_map_is_seen_and_the_card_comes_up(synthetic_results: Results, open_page) -> None:
    opened = open_page(to_html(draw(synthetic_results)), width=390, height=780)
    assert opened.page.locator("#linli-panel").bounding_box()["height"] < 200
    assert opened.page.locator(".folium-map").bounding_box()["height"] > 500
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    click_community(opened, 0)
    opened.page.wait_for_timeout(400)
    assert opened.page.locator("#linli-card h2").is_visible()
    sheet = opened.page.locator("#linli-panel").bounding_box()
    assert 400 < sheet["height"] < 780 * 0.6
    middle = opened.page.locator(COMMUNITIES).nth(0).bounding_box()
    assert middle["y"] + middle["height"] / 2 < sheet["y"]  # the community lies above the sheet, not behind it


def test_on_a_phone_the_legend_leaves_the_map_two_thirds(synthetic_results: Results, open_page) -> None:
    opened = open_page(to_html(draw(synthetic_results)), width=390, height=780)
    key = opened.page.locator("[data-legend]:visible")
    assert not key.locator("li").first.is_visible()  # folded: it would cover the north of the city
    key.locator("summary").press("Enter")
    assert key.locator("li").first.is_visible()
    opened.page.click("#linli-layers > summary")
    assert opened.page.locator("#linli-box").bounding_box()["height"] <= 780 / 3
    opened.page.click("#linli-grip")
    opened.page.wait_for_timeout(400)
    sheet = opened.page.locator("#linli-panel").bounding_box()
    drawn = [opened.page.locator(COMMUNITIES).nth(i).bounding_box() for i in range(3)]
    assert all(box["y"] + box["height"] <= sheet["y"] for box in drawn)


def test_chinese(synthetic_results: Results, open_page) -> None:
    opened = open_page(to_html(draw(synthetic_results, "zh")))
    assert opened.page.evaluate("document.documentElement.lang") == "zh"
    assert "合成小镇" in opened.text("#linli-overview")
    click_community(opened, 0)
    assert "不达标" in opened.text("#linli-card")
    assert opened.complaints == []


def test_without_residents_nothing_is_called_short(synthetic_results: Results, open_page) -> None:
    communities = synthetic_results.communities.assign(
        population=float("nan"), residents_short=float("nan"), status="not_assessed", n_short=0, n_met=0)
    study = dataclasses.replace(synthetic_results.study, residents=None)
    results = dataclasses.replace(
        synthetic_results, study=study, communities=communities, gaps=synthetic_results.gaps.iloc[:0],
        assessments=synthetic_results.assessments.assign(
            status="reported", reason="buildings_not_residents", residents_short=float("nan")))
    opened = open_page(to_html(draw(results)))
    assert opened.page.locator("input[name=linli-view][value=residents]").count() == 0
    assert opened.page.locator("input[name=linli-view]:checked").get_attribute("value") == "rule linli-start green.500m"
    assert "Where residents live is not known" in opened.text("#linli-overview")
    assert "short" not in opened.text("#linli-overview header").replace("fall short?", "")
    assert opened.complaints == []
