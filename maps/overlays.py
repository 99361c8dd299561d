"""What the map draws besides the communities: basemap, public space, entrances, areas served, hazards, gap areas."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.column import hazard_share_column
from analyses.profile import Rule
from analyses.results import Results
from maps import palette, shapes, words
from maps.critical_view import critical_overlays
from maps.escape import NAME_LIMIT, clean
from maps.hazard_view import hazard_named, hazard_overlays
from maps.inventory_overlays import inventory_overlays
from maps.lasting_view import lasting_overlays
from maps.legend import LIGHT_PATTERNS, rule_title
from maps.map_words import bracketed, word
from maps.overlay import Overlay
from maps.refuge_view import refuge_overlays
from maps.remedies import remedy_overlays
from maps.sea import sea

SPACE_GROUPS: Mapping[str, tuple[str, ...]] = {
    "park": ("park", "garden"),
    "square": ("square", "greenway"),
    "play": ("playground", "sports_ground"),
    "coast": ("beach",),
    "nature": ("woodland", "nature_reserve"),
}
"""Groups of classes that share a colour and a check box; all other classes are ``other``."""

_TOLERANCE_M = {"street": 1.5, "ground": 3.0, "space": 1.0, "gap": 2.0, "served": 4.0}
"""Simplification [m]: less than a line on the screen is wide at the zooms where it can be seen."""


def overlays(results: Results, language: str) -> tuple[Overlay, ...]:
    """All overlays that have something to draw, in the order of their check boxes."""
    found = (
        *_weak_data(results, language), *remedy_overlays(results, language),
        *critical_overlays(results, language), *_spaces(results, language),
        *inventory_overlays(results, language), *_entrances(results, language), *_served(results, language),
        *hazard_overlays(results, language), *lasting_overlays(results, language),
        *refuge_overlays(results, language), *_gaps(results, language),
    )
    return tuple(overlay for overlay in found if overlay.features)


def basemap(results: Results) -> dict[str, object]:
    """Streets, water, sea and green, one shape a class; places as [name, class, longitude, latitude]."""
    base = results.basemap
    areas_of_water = base.water[base.water.geometry.geom_type.isin(("Polygon", "MultiPolygon"))]
    coast = base.water["water_class"] == "coastline"
    rivers = base.water[~coast & ~base.water.index.isin(areas_of_water.index)]
    ground = _TOLERANCE_M["ground"]
    return {
        "green": _flat(shapes.polygons(base.green.geometry, ground)),
        "water": _flat(shapes.polygons(areas_of_water.geometry, ground)),
        "sea": _flat(shapes.polygons(sea(base, results.communities.geometry), ground)),
        "rivers": shapes.lines(rivers.geometry, ground),
        "coast": shapes.lines(base.water.geometry[coast], ground),
        "streets": {name: shapes.lines(geometry, _TOLERANCE_M["street"])
                    for name, geometry in shapes.light(base.streets, "street_class").items()},
        "places": {
            "names": [clean(name, NAME_LIMIT) for name in base.places["name"]],
            "classes": [clean(name, NAME_LIMIT) for name in base.places["place_class"]],
            "points": shapes.points(base.places.geometry),
        },
    }


def _flat(features: list[shapes.Polygons]) -> shapes.Polygons:
    """All polygons as one shape: what has one style is drawn at once."""
    return [polygon for feature in features for polygon in feature]


def _weak_data(results: Results, language: str) -> list[Overlay]:
    """Marks over the communities whose data are poor or doubtful, whatever they are coloured by."""
    light = results.communities["data_light"].to_numpy()
    return [
        Overlay(
            id=f"data-{name}", group="data", label=word(f"layers.data.{name}", language), note="",
            colour=palette.LIGHT[name], style="area", pattern=LIGHT_PATTERNS[name], shown=name == "poor",
            features=tuple((light == name).nonzero()[0].tolist()),
        )
        for name in ("poor", "doubtful")
    ]


def space_group(space_class: str) -> str:
    """The group of a class of public space."""
    return next((group for group, classes in SPACE_GROUPS.items() if space_class in classes), "other")


def _spaces(results: Results, language: str) -> list[Overlay]:
    spaces = results.public_space
    groups = spaces["space_class"].map(space_group)
    made = []
    for group in (*SPACE_GROUPS, "other"):
        rows = spaces[(groups == group) & (spaces.geometry.geom_type != "Point")]
        rows = rows.iloc[rows.geometry.area.argsort()[::-1]]  # a small place must not lie under a large one
        made.append(Overlay(
            id=f"space-{group}", group="spaces", label=word(f"layers.{group}", language), note="",
            colour=palette.SPACE[group], style="area", shown=False,
            features=tuple(shapes.polygons(rows.geometry, _TOLERANCE_M["space"])),
            texts=tuple(_space_text(row, results, language)
                        for row in rows.drop(columns="geometry").to_dict("records")),
        ))
    return made


def _space_text(row: Mapping[str, object], results: Results, language: str) -> tuple[str, ...]:
    """Name, class and area, ways in, and how much of it lies in which hazard layer."""
    name = row["name"]
    named = clean(name, NAME_LIMIT) if isinstance(name, str) and name.strip() else word("space.unnamed", language)
    lines = [named, words.class_word(str(row["space_class"]), language)]
    if pd.notna(row["area_m2"]):
        lines[1] += " · " + words.number(float(row["area_m2"]), "m2", language)  # type: ignore[arg-type]
    ways_in = row["n_entrances"]
    ways = word("space.ways_in.one" if ways_in == 1 else "space.ways_in", language).format(n=ways_in)
    lines.append(ways if ways_in else _no_way_in(row, language))
    if pd.notna(row["m2_per_person"]):
        lines.append(word("space.crowding", language).format(
            who=words.residents(float(row["catchment_population"]), language),  # type: ignore[arg-type]
            walk=words.number(results.parameters.catchment_m, "m", language),
            each=words.number(float(row["m2_per_person"]), "m2/person", language)))  # type: ignore[arg-type]
    for hazard in results.study.hazards:
        share = row.get(hazard_share_column(hazard.id))
        if share is not None and pd.notna(share) and share > 0:  # type: ignore[operator]
            lines.append(word("space.hazard", language).format(
                share=words.number(100 * float(share), "%", language),  # type: ignore[arg-type]
                hazard=hazard_named(hazard, language)))
    return tuple(lines)


def _no_way_in(row: Mapping[str, object], language: str) -> str:
    """That no way in was found, and why."""
    reason = row["no_entrance_reason"]
    none = word("space.no_way_in", language)
    if not isinstance(reason, str):
        return none
    return none + word("space.because", language) + words.no_entrance_word(reason, language)


def _entrances(results: Results, language: str) -> list[Overlay]:
    entrances = results.entrances
    made = []
    for kind, colour in palette.ENTRANCE.items():
        rows = entrances[entrances["kind"] == kind]
        made.append(Overlay(
            id=f"entrance-{kind}", group="entrances", label=word(f"entrance.{kind}", language), note="",
            colour=colour, style="dot", shown=False, features=tuple(shapes.points(rows.geometry)),
        ))
    return made


def _served(results: Results, language: str) -> list[Overlay]:
    """One overlay a ground: what is within a walk of a supply, for the rules of all profiles that ask for just that."""
    areas = results.service_areas
    rules = {(profile.id, rule.id): rule for profile in results.profiles for rule in profile.rules}
    made = []
    for _, same in areas.groupby(["supply", "limit", "limit_unit", "area_m2"], sort=False):
        keys = list(zip(same["profile_id"], same["rule_id"], strict=True))
        asking = ", ".join(dict.fromkeys(profile_id for profile_id, _ in keys))
        label = f"{rule_title(rules[keys[0]], language)} ({asking})"
        which = _which(rules[keys[0]], str(same["supply"].iloc[0]))
        made.append(Overlay(
            id=f"served {keys[0][0]} {keys[0][1]}{which}", group="served", label=label, note="",
            colour=palette.SERVICE_AREA, style="area", shown=False,
            features=tuple(shapes.polygons(same.geometry.iloc[:1], _TOLERANCE_M["served"])),
        ))
    return made


def _which(rule: Rule, supply: str) -> str:
    """Of a rule with several options, which: each has a ground of its own."""
    return f" {supply}" if rule.or_else else ""


def _gaps(results: Results, language: str) -> list[Overlay]:
    """One overlay a rule, in the colour that QGIS gives it too: the positions of its areas in `homes`."""
    rows = _home_gaps(results)
    colours = palette.rule_colours(results.profiles)
    made = []
    for place, ((profile_id, rule_id), colour) in enumerate(colours.items()):
        rule = next(rule for profile in results.profiles if profile.id == profile_id
                    for rule in profile.rules if rule.id == rule_id)
        of_rule = (rows["profile_id"] == profile_id) & (rows["rule_id"] == rule_id)
        made.append(Overlay(
            id=f"gap {profile_id} {rule_id}", group="gaps",
            label=bracketed(rule_title(rule, language), profile_id, language), note="",
            colour=colour, style="area", pattern=f"pattern-gap-{place}", shown=False,
            features=tuple(of_rule.to_numpy().nonzero()[0].tolist()),
        ))
    return made


def homes(results: Results) -> list[shapes.Polygons]:
    """The areas where the residents concerned live, one a gap."""
    return shapes.polygons(_home_gaps(results).geometry, _TOLERANCE_M["gap"])


def community_homes(results: Results) -> list[list[int]]:
    """For each community the positions of its areas in `homes`."""
    rows = _home_gaps(results)
    position = pd.Series(range(len(rows)), index=rows.index)
    of_community = position.groupby(rows["community_id"]).agg(list)
    return [of_community.get(key, []) for key in results.communities["community_id"]]


def _home_gaps(results: Results) -> gpd.GeoDataFrame:
    """Gaps that are about homes; one of provision is its whole unit, which the unit's colour shows already."""
    kinds = {(profile.id, rule.id): rule.kind for profile in results.profiles for rule in profile.rules}
    gaps = results.gaps
    about_homes = [kinds[key] != "provision" for key in zip(gaps["profile_id"], gaps["rule_id"], strict=True)]
    return gaps[np.array(about_homes, dtype=bool)]
