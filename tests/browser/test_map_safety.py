"""Hazards, what survives them, refuge and single ways in a real browser: counts, texts, and lines that lead to places."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maps import draw
from maps.page import to_html
from tests.hostile_names import HOSTILE
from tests.synthetic_safety import FLOOD, build_safety

SIZES = [(1300, 850), (390, 844)]
TOLD = """
    [...linli.state.overlays.get(%r).getLayers()].map(layer => {
        if (!layer.getTooltip()) { return ''; }
        layer.openTooltip(layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter());
        const text = layer.getTooltip().getElement().innerText; layer.closeTooltip(); return text; })
"""
DRAWN = "[...linli.state.overlays.get(%r).getLayers()].filter(layer => linli.state.map.hasLayer(layer)).length"


@pytest.fixture(scope="module")
def pages():
    """The page in both languages, made once."""
    results = build_safety()
    return {language: to_html(draw(results, language)) for language in ("en", "zh")}


def click(opened, selector: str) -> None:
    """Click an element wherever it is folded away."""
    assert opened.page.evaluate(f"document.querySelectorAll({selector!r}).length") == 1, selector
    opened.page.evaluate(f"document.querySelector({selector!r}).click()")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_refuges_are_drawn_and_say_who_comes(open_page, pages, width, height):
    opened = open_page(pages["en"], width, height)
    click(opened, "[data-overlay=refuge]")
    assert opened.count(DRAWN % "refuge") == 7
    told = opened.page.evaluate(TOLD % "refuge")
    assert "Room for 500 residents; nearest to 600 residents" in told[3]
    radii = opened.page.evaluate("linli.state.overlays.get('refuge').getLayers().slice(0, 4).map(layer => layer.getRadius())")
    assert radii[0] > radii[1] > radii[3] >= radii[2]
    assert (opened.complaints, opened.requests) == ([], [])


def test_a_legend_is_there_while_its_layer_is_drawn(open_page, pages):
    opened = open_page(pages["en"])
    opened.page.evaluate("document.getElementById('linli-layers').open = true")
    legend = opened.page.locator(f"label:has([data-overlay='hazard-{FLOOD}']) + .looks")
    assert not legend.is_visible()
    click(opened, f"[data-overlay='hazard-{FLOOD}']")
    assert legend.is_visible()
    assert legend.inner_text().split("\n") == ["wet", "over 15 cm"]
    fills = opened.page.evaluate(f"linli.state.overlays.get('hazard-{FLOOD}').getLayers().map(layer => layer.options.fillColor)")
    assert len(set(fills)) == 2
    click(opened, "[data-overlay='hazard-ravine-bands']")
    derived = opened.page.evaluate("linli.state.overlays.get('hazard-ravine-bands').getLayers()[0].options")
    assert (derived["dashArray"], derived["fillColor"]) == ("4 3", "url(#pattern-ravine_bands)")
    assert opened.complaints == []


def test_what_a_hazard_closes(open_page, pages):
    opened = open_page(pages["en"])
    click(opened, f"[data-overlay='lasting {FLOOD}']")
    assert opened.count(DRAWN % f"lasting {FLOOD}") == 3
    told = opened.page.evaluate(TOLD % f"lasting {FLOOD}")
    assert [bool(text) for text in told] == [False, True, False]  # homes and streets let the pointer through
    assert "4,000 m² of 10,000 m² is left" in told[1]
    assert opened.complaints == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_line_of_the_panel_leads_to_its_place(open_page, pages, width, height):
    opened = open_page(pages["en"], width, height)
    before = opened.page.evaluate("linli.state.map.getZoom()")
    opened.page.evaluate("""
        [...document.querySelectorAll('[data-show-overlay]')].find(each => each.innerText.startsWith('120 residents') ||
            each.textContent.startsWith('120 residents')).click()""")
    assert opened.count("document.querySelectorAll('[data-overlay^=critical-links]:checked').length") == 1
    assert opened.page.evaluate("linli.state.map.getZoom()") > before
    shown = opened.page.locator(".leaflet-tooltip")
    assert "120 residents would have no way" in shown.inner_text()
    assert opened.complaints == []


def test_a_line_of_the_panel_colours_communities(open_page, pages):
    opened = open_page(pages["en"])
    click(opened, "[data-show-view=refuge]")
    assert opened.page.evaluate("linli.state.view") == "refuge"
    opened.page.evaluate("""document.querySelector("[data-show-view^='lasting']").click()""")
    assert opened.page.evaluate("linli.state.view").startswith(f"lasting {FLOOD}")
    assert "Residents who lose reach" in opened.text("#linli-box .legend:not([hidden])")
    assert opened.complaints == []


def test_views_of_what_lasts_are_folded_by_scenario_and_open_by_key(open_page, pages):
    opened = open_page(pages["en"])
    choices = opened.page.locator("input[value^='lasting ']")
    assert choices.count() == 4  # two rules in two scenarios
    group = opened.page.locator("#linli-views details:has(> details)")
    group.locator("> summary").press("Enter")
    scenarios = group.locator("> details")
    assert scenarios.locator("> summary").all_inner_texts() == ["Flood band, 100 years", "Ravine bands (derived, for screening)"]
    assert not choices.first.is_visible()
    scenarios.first.locator("> summary").press("Enter")
    assert [choices.nth(place).is_visible() for place in range(4)] == [True, True, False, False]
    choices.first.press("Space")
    assert opened.page.evaluate("linli.state.view").startswith(f"lasting {FLOOD}")


@pytest.mark.parametrize(
    ("language", "titles"),
    [
        ("en", ["Who lies in a hazard", "While a hazard lasts: what still works", "Refuge: who finds a place", "Protect or double this"]),
        ("zh", ["谁位于灾害范围内", "灾害期间：哪些仍可使用", "避难：谁能找到位置", "宜保护或增设备用通道"]),
    ],
)  # fmt: skip
def test_all_is_folded_with_its_finding_below_the_heading(open_page, pages, language, titles):
    opened = open_page(pages[language])
    summaries = opened.page.evaluate("[...document.querySelectorAll('details.told > summary')].map(each => each.textContent.trim())")
    for title in titles:
        assert any(summary.startswith(title) for summary in summaries), title
    assert opened.count("document.querySelectorAll('details.told[open]').length") == 0
    assert opened.count("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_card_tells_of_hazards_and_refuge(open_page, pages, language):
    opened = open_page(pages[language])
    opened.page.evaluate("linli.choose(linli.state, 0, true)")
    lines = opened.page.locator(".card .safety p")
    assert lines.count() == 4
    assert ("400 of 1,000" if language == "en" else "1,000 名居民中 400 名") in lines.nth(2).inner_text()


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:12].encode("ascii", "backslashreplace").decode())
def test_a_hostile_name_of_a_refuge_or_hazard_is_only_text(open_page, name):
    results, titles = build_safety(name), {"en": name, "zh": name}
    hazards = tuple(replace(hazard, title=titles, note=titles, scenario=name) for hazard in results.study.hazards)
    results = replace(results, study=replace(results.study, hazards=hazards))
    opened = open_page(to_html(draw(results)))
    told = opened.page.evaluate("""(() => {
        document.querySelectorAll('details').forEach(each => { each.open = true; });
        document.querySelectorAll('input[type=checkbox], input[type=radio], [data-show-view], [data-show-overlay]').forEach(each => each.click());
        document.querySelectorAll('input[type=checkbox]').forEach(each => { if (!each.checked) { each.click(); } });
        const layers = [...linli.state.overlays.values()].flatMap(group => group.getLayers()).filter(layer => layer.getTooltip());
        layers.forEach(layer => { layer.openTooltip(layer.getLatLng ? layer.getLatLng() : layer.getBounds().getCenter()); layer.closeTooltip(); });
        linli.choose(linli.state, 0, true);
        return layers.length;
    })()""")
    assert told == 13  # a park, seven parts of refuges, a space that is smaller, four single ways
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.hurt") is None
    assert opened.page.locator("img, iframe, object, embed, [onerror], [onload], [onclick]").count() == 0
    assert (opened.complaints, opened.requests) == ([], [])
