"""The results as a folium map: `maps.draw(results)`.

Everything that the map shows is inside it, so it displays in a notebook, and saves as one file, without
any network. folium builds the page; what is drawn comes as one block of data for the page's own script
(`templates/map.js`), because folium would write a city's streets five times as large, and text as code.
"""

from __future__ import annotations

from dataclasses import asdict, astuple

import folium
import pandas as pd
from markupsafe import Markup

from analyses.results import Results
from layers.types import Provenance
from maps import cards, overlays, panel, priorities, rankings, shapes, words
from maps.data_words import light_word
from maps.escape import NAME_LIMIT, clean, render, to_json
from maps.map_words import language_of, script_words, word
from maps.overlay import Overlay
from maps.page import Page, Part, asset
from maps.remedies import suggestions_data
from maps.view import View
from maps.views import all_views
from maps.what_if_words import study_title


def draw(results: Results, language: str | None = None) -> folium.Map:
    """The map of an assessment: communities by residents short, by status and by every rule, each with a card.

    Parameters
    ----------
    results
        From `analyses`; its geometry may be in any CRS, the map is in web mercator.
    language
        ``en`` or ``zh``; by default the study's first language. Others are shown in English.

    Returns
    -------
    folium.Map
        May be added to, displayed in a notebook or saved. Its page refuses to load anything from
        elsewhere (Content-Security-Policy), so tiles added to it stay blank.
    """
    chosen = language_of(language or results.study.languages[0])
    title = study_title(results.study, chosen)
    bounds = shapes.bounds(results.communities.geometry)
    (south, west), (north, east) = bounds
    made = folium.Map(
        location=[(south + north) / 2, (west + east) / 2], zoom_start=11, tiles=None, prefer_canvas=True,
        max_zoom=19, min_zoom=7, zoom_snap=0.25, zoom_delta=1, attribution_control=False,
    )
    made.default_js, made.default_css = [], []  # of this map only: they name files on other hosts
    made._id = "linli"  # noqa: SLF001  folium draws it by lot, and the same results must make the same page
    page = Page(title, chosen)
    page.add_child(made)
    _fill(page, made.get_name(), results, bounds, chosen)
    return made


def _fill(page: Page, map_name: str, results: Results, bounds: list[list[float]], language: str) -> None:
    """Put style, panel, data and script into the page."""
    views = all_views(results, language)
    drawn = overlays.overlays(results, language)
    page.header.add_child(Part(asset("page.css", "style")), name="linli_css")
    lists = rankings.rankings(results, language)
    page.html.add_child(Part(_panel(results, views, drawn, lists, language)), name="linli_panel")
    page.html.add_child(Part(_data(results, views, drawn, lists, bounds, language)), name="linli_data")
    page.header.add_child(Part(asset("layers.js", "script")), name="linli_layers")
    page.header.add_child(Part(asset("map.js", "script")), name="linli_js")
    page.start_with(f"linli.start({map_name});")


def _panel(
    results: Results, views: tuple[View, ...], drawn: tuple[Overlay, ...], lists: tuple[rankings.Ranking, ...],
    language: str,
) -> Markup:
    return render("panel.html", {
        "panel": panel.panel(results, language), "views": views, "overlays": drawn, "rankings": lists,
        "language": language,
        "attributions": attributions(results), "word": lambda key: word(key, language),
    })


def _data(
    results: Results, views: tuple[View, ...], drawn: tuple[Overlay, ...], lists: tuple[rankings.Ranking, ...],
    bounds: list[list[float]], language: str,
) -> Markup:
    """The block of data for the script. Strings in it are cleaned, and shown as text, never as HTML."""
    data = {
        "words": script_words(language),
        "bounds": bounds,
        "communities": {
            "names": cards.community_names(results),
            "places": cards.community_places(results),
            "tips": _tips(results, language),
            "short": _rules_short(results, language),
            "badges": _badges(results, language),
            "shapes": shapes.polygons(results.communities.geometry, 1.0),
            "homes": overlays.community_homes(results),
        },
        "cards": cards.cards(results, language),
        "rules": cards.rule_texts(results, language),
        "sources": word("card.sources", language) + word("colon", language) + cards.source_line(results, language),
        "views": [{"id": view.id, "classes": view.classes, "fills": [asdict(entry) for entry in view.entries]}
                  for view in views],
        "rankings": [{"id": each.id, "hint": each.hint, "entries": list(map(astuple, each.entries))} for each in lists],
        "tasks": priorities.tasks_data(results, language, rankings.FIRST),
        "remedies": suggestions_data(results, language),
        "basemap": overlays.basemap(results),
        "overlays": [asdict(overlay) for overlay in drawn],
        "homes": overlays.homes(results),
    }
    return Markup('<script type="application/json" id="linli-data">{}</script>').format(Markup(to_json(data)))  # noqa: S704


def _tips(results: Results, language: str) -> list[list[str]]:
    """What a community's tooltip says below its name: residents, status, residents short, weak data."""
    lines = []
    columns = ("population", "status", "residents_short", "data_light")
    for population, status, short, light in results.communities[list(columns)].itertuples(index=False):
        known = cards.persons(population, language)
        line = [words.residents(round(population), language) if known else word("tip.unknown", language)]
        line.append(words.status_word(str(status), language))
        if pd.notna(short) and status in ("short", "met"):
            figure = cards.persons(short, language)
            key = "tip.none" if short <= 0 else "tip.short.one" if figure == "1" else "tip.short"
            line.append(word(key, language).format(n=figure))
        if light != "good":
            line.append(word("tip.data", language).format(light=light_word(str(light), language)))
        lines.append(line)
    return lines


def _badges(results: Results, language: str) -> list[str]:
    """What the list says of a community whose data are weak; empty for the others."""
    words_of = {light: word(f"data.badge.{light}", language) for light in ("poor", "doubtful")}
    return [words_of.get(light, "") for light in results.communities["data_light"]]


def _rules_short(results: Results, language: str) -> list[str]:
    """How many rules each community falls short of, in words; empty where none."""
    one, more = word("rank.rule", language), word("rank.rules", language)
    return [(one if n == 1 else more).format(n=n) if n else "" for n in results.communities["n_short"].astype(int)]


def attributions(results: Results) -> str:
    """Whom the map must name, with the licences."""
    named = {_attribution(source): None for source in results.provenance if source.attribution}
    return "; ".join(named)


def _attribution(source: Provenance) -> str:
    """Whom to name, and the licence where it is an identifier; a sentence about it stands with the sources."""
    name, licence = clean(source.attribution, NAME_LIMIT), clean(source.licence, NAME_LIMIT)
    return f"{name} ({licence})" if licence and " " not in licence else name
