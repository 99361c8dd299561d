"""What is made of the verdicts, on the map: what to do first, what would help, resilience, equity, own figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from maps import draw
from maps.page import to_html
from tests.synthetic_findings import build_findings, without_a_suggestion

COMMUNITIES = ".leaflet-linli-communities-pane svg path"
FILLS = f"[...document.querySelectorAll('{COMMUNITIES}')].map(path => path.getAttribute('fill'))"
MARKS = ".leaflet-linli-remedies-pane svg path"


@pytest.fixture
def opened(open_page: Callable[..., Any]) -> Any:  # noqa: ANN401  its class is in conftest
    """The synthetic town's map with findings."""
    return open_page(to_html(draw(build_findings())))


def listed(opened) -> list[list[str]]:
    """The lines of each entry of the list."""
    return [text.splitlines() for text in opened.page.locator("#linli-rank li").all_inner_texts()]


def order_by(opened, name: str) -> None:
    opened.page.locator(".orders label", has_text=name).click()


def test_the_list_opens_on_what_to_do_first(opened) -> None:
    first, second = listed(opened)
    assert first[:3] == ["Uno & <b>Dos</b>", "400", "Green space within 500 m · moderate data doubtful"]
    assert "250 of the 400 residents not served" in first[3]
    assert "Parque <b>Uno</b> (way/10) near Calle Mayor" in first[3]  # a name stays text
    assert "slight" in second[2]
    assert "people decide" in opened.text("#linli-hint")
    assert opened.complaints == []
    assert opened.requests == []


def test_larger_areas_have_a_list_of_their_own(opened) -> None:
    order_by(opened, "Larger areas")
    (district,) = listed(opened)
    assert district[:3] == ["District one (district)", "1,200", "Green space per person · moderate"]
    assert "2,280 m² more of green space" in district[3]
    assert "a list of their own" in opened.text("#linli-hint")


def test_a_task_of_a_community_opens_its_card_and_marks_what_would_help(opened) -> None:
    opened.page.locator("#linli-rank button").first.click()
    card = opened.text("#linli-card")
    assert "Severity: moderate (25 of 100)" in card
    assert "What would help" in card
    assert opened.page.locator(MARKS).count() == 2
    assert opened.page.locator("#linli-card .help").count() == 3  # two rules of the community, and one of its district
    before = opened.page.evaluate("linli.state.map.getCenter().toString()")
    opened.page.locator(".help button").first.click()
    assert opened.page.evaluate("linli.state.map.getCenter().toString()") != before
    opened.page.locator(MARKS).first.hover(force=True)
    assert "250 of the 400 residents" in opened.text(".leaflet-tooltip")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(MARKS).count() == 0


def test_where_nothing_is_suggested_list_and_card_say_why(open_page) -> None:
    opened = open_page(to_html(draw(without_a_suggestion())))
    why = "No suggestion found: new gates and new spaces were tried, and nothing found serves at least 10 residents"
    first, second = listed(opened)
    assert first[3].startswith(why)
    assert not any("No suggestion" in line for line in second)
    opened.page.locator("#linli-rank button").first.click()
    helps = opened.page.locator("#linli-card .help").all_inner_texts()
    assert len(helps) == 3  # two rules of the community, and one of its district
    assert [text.startswith("What would help") for text in helps] == [True] * 3
    assert [why in text for text in helps] == [True, False, False]
    assert opened.complaints == []


def test_a_task_of_a_district_outlines_it_and_keeps_the_list(opened) -> None:
    order_by(opened, "Larger areas")
    button = opened.page.locator("#linli-rank button").first
    button.focus()
    opened.page.keyboard.press("Enter")
    assert opened.page.locator(".leaflet-linli-chosen-pane svg path").count() == 1
    assert button.get_attribute("aria-current") == "true"
    assert opened.page.locator("#linli-overview").is_visible()
    opened.page.keyboard.press("Escape")
    assert opened.page.locator(".leaflet-linli-chosen-pane svg path").count() == 0
    assert button.get_attribute("aria-current") is None


def test_what_would_help_is_an_overlay_by_kind(opened) -> None:
    opened.page.click("#linli-layers > summary")
    for kind, words in (("way_in", "A new way in"), ("new_space", "A new space")):
        box = opened.page.locator(f"[data-overlay='remedy-{kind}']")
        assert words in box.locator("xpath=..").inner_text()
        box.check()
    assert opened.page.locator(MARKS).count() == 2
    assert opened.page.locator("[data-overlay='remedy-more_space']").count() == 0  # of a whole unit: no place to mark
    assert "people decide" in opened.text("#linli-layers")


def test_resilience_colours_only_what_can_be_called(opened) -> None:
    opened.page.check("input[name=linli-view][value=resilience]")
    lines = [" ".join(text.split()) for text in opened.page.locator("[data-legend]:visible li").all_inner_texts()]
    assert lines == ["Lowest fifth 1", "In the middle 0", "Highest fifth 0", "Cannot be told 1", "Not assessed 1"]
    assert opened.page.evaluate(FILLS) == ["#b35806", "#f4f4f2", "#d9d9d6"]
    assert opened.page.locator(".leaflet-linli-patterns-pane svg path").count() == 3  # none is told by colour alone
    assert "which holds 90 % of other ways of counting" in opened.text("[data-legend]:visible")


def test_the_order_by_resilience_gives_the_range_of_ranks(opened) -> None:
    order_by(opened, "Resilience")
    assert listed(opened) == [
        ["Uno & <b>Dos</b>", "41", "1st of 2 from the bottom data doubtful"],
        ["=2+2", "78", "1st to 2nd of 2 from the bottom data poor"],
    ]
    order_by(opened, "Residents short")
    assert [entry[:2] for entry in listed(opened)] == [["Uno & <b>Dos</b>", "400"]]


def test_the_card_says_the_standing_with_its_range_and_dimensions(opened) -> None:
    opened.page.fill("#linli-find", "=2")
    opened.page.click("#linli-rank button")
    standing = opened.text(".standing")
    assert "78 of 100 · 1st to 2nd of 2 from the bottom" in standing
    assert "Cannot be told between 60 and 90 under other ways of counting" in standing
    opened.page.click(".standing summary")
    assert opened.page.locator(".dimensions div").all_inner_texts() == ["Reach on foot\n100", "Space for each resident\n62"]


def test_the_panel_says_how_many_can_be_called_and_what_moves_the_ranking(opened) -> None:
    told = opened.page.locator(".told", has_text="Resilience")
    assert not told.locator("p").first.is_visible()  # folded: the first screen is calm
    told.locator("summary").first.click()
    text = told.inner_text()
    assert "Of 2 communities, 1 can be called lowest, 0 highest and 0 in between. The place of 1 depends" in text
    assert "1 could not be scored." in text
    assert "distance to target, span between worst and best, or rank (1.0)" in text
    assert "the rule “Residents in a flood or coastal band” (0.6)" in text


def test_clusters_are_a_view_for_each_rule_that_has_any(opened) -> None:
    opened.page.locator("#linli-views details.inner summary", has_text="Clusters").click()
    radios = opened.page.locator("input[value^='cluster ']")
    assert [radio.get_attribute("value") for radio in radios.all()] == ["cluster linli-start green.500m"]
    radios.first.check()
    lines = [" ".join(text.split()) for text in opened.page.locator("[data-legend]:visible li").all_inner_texts()]
    assert lines == [
        "Cluster of shortfall 0", "Cluster of good supply 0", "Short among well served 1", "Well served among short 0",
        "No cluster 1", "Not assessed 1",
    ]  # fmt: skip
    assert opened.page.evaluate(FILLS) == ["#fdae61", "#f4f4f2", "#d9d9d6"]


def test_the_panel_says_how_evenly_space_is_shared_out(opened) -> None:
    told = opened.page.locator(".told", has_text="How evenly")
    told.locator("summary").first.click()
    text = told.inner_text()
    assert "The tenth of residents best off has 12 times as much open public space" in text
    assert "best off has 60 %" not in text  # the multiple says it
    assert "aged 65" not in text  # withheld
    assert "District one" not in text  # on request
    for part in told.locator("details summary").all():
        part.click()
    text = told.inner_text()
    assert "The tenth of residents best off has 100 % of all green space." in text  # there is no multiple
    assert "District one: Gini coefficient of open public space: 0.40" in text
    assert "Residents in a flood or coastal band: no clusters" in text


def test_the_card_says_the_studys_own_figures_and_keeps_what_is_withheld(opened) -> None:
    opened.page.locator("#linli-rank button").first.click()
    supplied = opened.text(".supplied")
    assert "Happy with <i>parks</i> (satisfaction): 62 %; 53.4 % to 69.9 % with 95 % confidence; 120 people answered" in supplied
    opened.page.click("[data-back]")
    opened.page.fill("#linli-find", "=2")
    opened.page.click("#linli-rank button")
    assert "(satisfaction): Withheld" in opened.text(".supplied")


def test_the_card_says_the_target_that_holds_here(opened) -> None:
    opened.page.locator("#linli-rank button").first.click()
    card = opened.text("#linli-card")
    assert "Found: 60 % · required: at least 75 %" in card
    assert "25 % of the residents live where the standard asks for less" in card


def test_chinese(open_page: Callable[..., Any]) -> None:
    opened = open_page(to_html(draw(build_findings(), "zh")))
    assert opened.text(".orders").split() == ["优先事项", "受影响居民", "上级单元", "韧性"]
    order_by(opened, "上级单元")
    assert "再增加 2,280 m² 绿地" in opened.text("#linli-rank")
    order_by(opened, "优先事项")
    opened.page.locator("#linli-rank button").first.click()
    card = opened.text("#linli-card")
    assert "41 分（满分 100） · 由低到高第 1 位（共 2 个）" in card
    assert "最低的五分之一" in card
    assert "如何改善" in card
    assert opened.complaints == []


def test_on_a_phone_the_orders_fit(open_page: Callable[..., Any]) -> None:
    opened = open_page(to_html(draw(build_findings())), width=390, height=780)
    opened.page.click("#linli-grip")
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 390
    assert opened.page.locator(".orders").bounding_box()["height"] < 60  # two rows
    opened.page.locator("#linli-rank button").first.click()
    assert opened.page.locator("#linli-card h2").is_visible()
