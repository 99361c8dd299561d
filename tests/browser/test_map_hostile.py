"""Names that try to run as code do nothing: not on load, not on hover, not when everything is opened."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import pytest

from analyses.results import Results
from layers.types import Provenance
from maps import draw
from maps.page import to_html
from tests.hostile_names import HOSTILE


def poisoned(frame: gpd.GeoDataFrame, columns: tuple[str, ...], name: str) -> gpd.GeoDataFrame:
    """The frame with `name` in its text columns."""
    return frame.assign(**dict.fromkeys(columns, name))


def poison(results: Results, name: str) -> Results:
    """Every text that comes from data replaced by `name`."""
    base = results.basemap
    titles = {"en": name, "zh": name}
    study = dataclasses.replace(results.study, title=titles, hazards=tuple(
        dataclasses.replace(hazard, title=titles, note=titles) for hazard in results.study.hazards))
    communities = poisoned(results.communities, ("name",), name)
    communities.loc[1, "name"] = "Harmless"
    return dataclasses.replace(
        results, study=study, communities=communities,
        parents=poisoned(results.parents, ("name",), name),
        gaps=poisoned(results.gaps, ("unit_name",), name),
        public_space=poisoned(results.public_space, ("name",), name),
        hazards=poisoned(results.hazards, ("name",), name),
        basemap=dataclasses.replace(
            base, streets=poisoned(base.streets, ("name",), name),
            places=poisoned(base.places, ("name", "place_class"), name)),
        provenance=tuple(Provenance(name, name, name, 1, name, name, name, {name: 1}) for _ in results.provenance),
        caveats=tuple(dataclasses.replace(caveat, detail=name, layer=name) for caveat in results.caveats),
        profiles=tuple(dataclasses.replace(profile, title=titles, issuer=name, note=titles, rules=tuple(
            dataclasses.replace(rule, title=titles, basis=dataclasses.replace(rule.basis, clause=titles, note=titles))
            for rule in profile.rules))
            for profile in results.profiles),
    )


OPEN_EVERYTHING = """
    const all = selector => document.querySelectorAll(selector), state = linli.state;
    all('details').forEach(each => { each.open = true; });
    state.map.setZoom(15, { animate: false });
    all('input[type=checkbox], input[type=radio], [data-show-view]').forEach(each => each.click());
    const layers = state.communities.concat([...state.overlays.values()].flatMap(group => group.getLayers()));
    const told = layers.filter(layer => layer.getTooltip && layer.getTooltip());
    told.forEach(layer => { layer.openTooltip(layer.getBounds().getCenter()); layer.closeTooltip(); });
    state.communities.forEach((layer, i) => { linli.choose(state, i, true); linli.back(state); });
    state.map.setZoom(13, { animate: false });
    linli.choose(state, 0, true);
    return told.length;
"""
"""Hovers, clicks and unfolds whatever the page has; the number of tooltips that it opened."""


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: name[:12].encode("ascii", "backslashreplace").decode())
def test_a_hostile_name_is_only_text(synthetic_results: Results, open_page, name: str) -> None:
    opened = open_page(to_html(draw(poison(synthetic_results, name))))
    assert opened.count(f"(() => {{ {OPEN_EVERYTHING} }})()") == 4  # three communities and a park
    opened.page.wait_for_timeout(300)
    assert opened.page.evaluate("window.hurt") is None
    assert opened.page.locator("img, iframe, object, embed, [onerror], [onload], [onclick]").count() == 0
    assert opened.complaints == []
    assert opened.requests == []
    assert opened.count("linli.state.communities.length") == 3


def test_a_hostile_name_is_shown_as_written(synthetic_results: Results, open_page) -> None:
    opened = open_page(to_html(draw(poison(synthetic_results, HOSTILE[0]))))
    assert opened.text("h1") == HOSTILE[0]
    assert opened.page.locator("#linli-rank b").first.inner_text() == HOSTILE[0]


def test_templates_are_not_evaluated(synthetic_results: Results, open_page) -> None:
    opened = open_page(to_html(draw(poison(synthetic_results, "{{7*7}}"))))
    assert opened.text("h1") == "{{7*7}}"


def test_the_policy_stops_what_escaping_missed(synthetic_results: Results, open_page) -> None:
    """A script put into the finished page, as if a name had got through, is refused by the browser."""
    html = to_html(draw(synthetic_results))
    injected = "<script>window.hurt=1</script><img src=x onerror=window.hurt=2>"
    opened = open_page(html.replace("<noscript>", f"{injected}<noscript>", 1))
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.hurt") is None
    assert any("Content Security Policy" in complaint for complaint in opened.complaints)
    assert opened.count("linli.state.communities.length") == 3


def test_the_hostile_names_would_hurt_a_careless_page(open_page) -> None:
    """The names are live: written into a page without care, they run."""
    opened = open_page(f"<!DOCTYPE html><body>{HOSTILE[0]}</body>")
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.hurt") == 1
