"""The data report as a reader meets it: languages, sorting, filters, phone and paper; and names that try to run."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from analyses.completeness import judge_data
from analyses.parameters import Parameters
from layers.types import Caveat, Layers, Provenance
from maps.data_report import data_report
from maps.data_report_page import report_html
from tests import town

OPEN = "main:not([hidden])"
FIRST_COLUMN = f"[...document.querySelectorAll('{OPEN} table.communities tbody tr:not([hidden]) th')].map(cell => cell.firstChild.textContent)"


def page_of(layers: Layers) -> str:
    parameters = Parameters()
    return report_html(data_report(layers, judge_data(layers, parameters), parameters.data))


def layers_with(counts: dict[str, int]) -> Layers:
    osm = Provenance("osm", "osm/town.osm.pbf", "0" * 64, 123, "ODbL-1.0", "© OpenStreetMap contributors", "2023-02-21", counts)
    return dataclasses.replace(town.town(), provenance=(osm,), caveats=(Caveat("ways_cut", "osm", 210, "ways"),))


@pytest.fixture
def opened(open_page: Callable[..., Any]) -> Any:  # noqa: ANN401  its class is in conftest
    return open_page(page_of(layers_with({"excluded.park.access": 12, "ways_cut": 210})))


def test_it_opens_from_disk_and_asks_for_nothing(opened) -> None:
    assert "Synthetic town" in opened.text(f"{OPEN} h1")
    tiles = [" ".join(text.split()) for text in opened.page.locator(f"{OPEN} .tile").all_inner_texts()]
    assert tiles == [
        "● good 0 communities 0 residents 0 % of the residents",
        "◐ doubtful 1 community 50 residents 45.5 % of the residents",
        "✕ poor 1 community 60 residents 54.5 % of the residents",
    ]
    assert opened.requests == []
    assert opened.complaints == []


def test_one_language_is_shown_at_a_time(opened) -> None:
    assert opened.page.locator("main:visible").count() == 1
    opened.page.click("[data-language=zh]")
    assert opened.page.locator("main:visible").get_attribute("lang") == "zh"
    assert "数据可信程度" in opened.text(OPEN)
    assert "公园" in opened.text(OPEN)
    assert opened.page.evaluate("document.documentElement.lang") == "zh"


def test_the_table_opens_with_the_weakest_data_and_sorts_by_any_column_from_the_keyboard(opened) -> None:
    assert opened.page.evaluate(FIRST_COLUMN) == ["East", "West"]  # poor before doubtful
    heads = opened.page.locator(f"{OPEN} table.communities thead th")
    residents = heads.nth(2).locator("button")
    residents.focus()
    opened.page.keyboard.press("Enter")
    assert heads.nth(2).get_attribute("aria-sort") == "ascending"
    assert opened.page.evaluate(FIRST_COLUMN) == ["West", "East"]
    opened.page.keyboard.press("Enter")
    assert opened.page.evaluate(FIRST_COLUMN) == ["East", "West"]
    ways_in = heads.filter(has_text="Spaces with a way in").locator("button")
    ways_in.click()
    assert opened.page.evaluate(FIRST_COLUMN) == ["West", "East"]
    ways_in.click()
    assert opened.page.evaluate(FIRST_COLUMN) == ["West", "East"]  # East has no space: unknown is last both ways


def test_values_that_explain_a_light_are_marked(opened) -> None:
    east = opened.page.locator(f"{OPEN} table.communities tbody tr").first
    assert [" ".join(text.split()) for text in east.locator("td.weak").all_inner_texts()] == ["not good: 6.67 m²", "not good: 10 %"]


def test_communities_are_found_by_name_and_light(opened) -> None:
    opened.page.fill(f"{OPEN} [data-find]", "wes")
    assert opened.page.evaluate(FIRST_COLUMN) == ["West"]
    assert opened.text(f"{OPEN} [data-shown]") == "1 shown"
    opened.page.select_option(f"{OPEN} select[data-light]", "poor")
    assert opened.page.evaluate(FIRST_COLUMN) == []
    opened.page.fill(f"{OPEN} [data-find]", "")
    assert opened.page.evaluate(FIRST_COLUMN) == ["East"]


def test_a_phone_scrolls_tables_and_never_the_page_sideways(open_page) -> None:
    opened = open_page(page_of(layers_with({"excluded.park.access": 12})), width=390, height=844)
    assert opened.count("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert opened.count(f"document.querySelector('{OPEN} table.communities').scrollWidth") > 390


def test_without_scripts_everything_is_there_in_both_languages(browser, tmp_path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_of(layers_with({"excluded.park.access": 12})), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("main:visible").count() == 2
    assert page.locator("table.communities:visible tbody tr").count() == 4
    assert page.locator("form:visible").count() == 0
    context.close()


def test_paper_shows_every_count(opened) -> None:
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.count(f"document.querySelectorAll('{OPEN} details:not([open])').length") == 0
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.count(f"document.querySelectorAll('{OPEN} details[open]').length") == 0


HOSTILE = (
    "<img src=x onerror=window.hurt=1>",
    "</script><script>window.hurt=2</script>",
    "{{7*7}}{% raw %}${window.hurt=3}`",
    "\"'><svg onload=window.hurt=4>",
    "</main></table><iframe src=http://127.0.0.1:9/>",
    "</title></style><img src=x onerror=window.hurt=6>",
    "\u202etxt.exe\u2028\u0000\x1b[31m",
    "javascript:window.hurt=5",
    "N" * 5000,
)


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_that_try_to_run_do_nothing(open_page, name: str) -> None:
    layers = layers_with({"excluded.park.access": 12, f"excluded.{name}.{name}": 3, name: 5})
    study = dataclasses.replace(layers.study, title={"en": name, "zh": name})
    osm = layers.provenance[0]
    hostile = dataclasses.replace(
        layers,
        study=study,
        communities=layers.communities.assign(name=name).rename(index={"East": name}),
        residents=layers.residents.rename(index={"East": name}),  # type: ignore[union-attr]
        provenance=(dataclasses.replace(osm, file=name, licence=name, attribution=name, date=name, query=name, role=name, source=name),),
        caveats=(Caveat("ways_cut", name, 1, name, name),),
    )
    opened = open_page(page_of(hostile))
    opened.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    for button in opened.page.locator(f"{OPEN} thead button").all():
        button.click()
    opened.page.click("[data-language=zh]")
    assert opened.page.evaluate("window.hurt") is None
    assert opened.page.locator("img, iframe, svg, main main").count() == 0
    assert opened.requests == []
    assert opened.complaints == []
    assert opened.count("document.documentElement.scrollWidth - window.innerWidth") <= 0
