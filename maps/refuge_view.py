"""What the map says of refuge: each place and how full it gets, who finds none, and how good it could be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from analyses.refuge_columns import REFUGE_STATUSES
from analyses.refuge_sites import CANDIDATE
from analyses.results import Results
from analyses.units import CITY, COMMUNITY
from layers.refuge_rules import packaged_refuge_rules
from maps import palette, shapes
from maps.escape import NAME_LIMIT, clean
from maps.folded import Folded, Shown
from maps.legend import resident_classes, resident_entries
from maps.map_words import choose, word
from maps.numbers import number, residents
from maps.overlay import Look, Overlay
from maps.refuge_lasting import refuge_lasting_part
from maps.refuge_words import what
from maps.view import View, not_assessed
from maps.vocabulary import level_word
from maps.vocabulary import word as code_word

OVERLAY = "refuge"
USES = ("used", "overfull", "idle", "shut")
_TOLERANCE_M = 1.0
_SMALLEST_PX, _LARGEST_PX = 4.0, 20.0
_FIRST = 10
"""So many overfull refuges, or units, are listed; the tables have all."""
_LEAST = 0.5
"""Fewer residents are written as 0."""


def refuge_overlays(results: Results, language: str) -> list[Overlay]:
    """All refuges as outlines, and over them discs that say how many people each takes in; none without any."""
    found = results.refuge
    if found is None or found.sites.empty:
        return []
    sites = shown_sites(found.sites)
    use = uses(sites)
    texts = tuple(_text(row, language) for row in sites.drop(columns="geometry").to_dict("records"))
    areas = (sites.geom_type.isin(("Polygon", "MultiPolygon"))).to_numpy(bool)
    outlines = shapes.polygons(sites.geometry[areas], _TOLERANCE_M)
    centres = [shapes.points(sites.geometry.iloc[[place]]) for place in range(len(sites))]
    candidates = (sites["source"] == CANDIDATE).to_numpy(bool)
    look = [USES.index(code) for code in use]
    label = word("refuge.sites.candidates" if candidates.all() else "refuge.sites", language)
    return [
        Overlay(
            id=OVERLAY, group="refuge", label=label,
            note=candidate_note(sites, language),
            colour=palette.REFUGE["used"], style="looks", shown=False, features=(*centres, *outlines),
            texts=(*texts, *(text for text, area in zip(texts, areas, strict=True) if area)),
            looks=_looks(results, language), look=(*look, *np.array(look, dtype=int)[areas].tolist()),
            kinds="d" * len(centres) + "a" * len(outlines),
            radius_px=(*radii_px(sites), *(0.0 for _ in outlines)),
        )
    ]  # fmt: skip


def shown_sites(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """In the order in which they are drawn: the largest first, so that none hides a smaller one; overfull on top."""
    over = sites["use"] == "overfull"
    ordered = sites.assign(over=over).sort_values(
        ["over", "capacity", "refuge_id"], ascending=[True, False, True], na_position="last"
    )
    return ordered.drop(columns="over")


def uses(sites: gpd.GeoDataFrame) -> list[str]:
    """The code of `USES` of every refuge; where nobody knows who comes, that of one with room."""
    usable = (sites["status"] == "usable").to_numpy(bool)
    told = sites["use"].astype(object).where(sites["use"].notna(), "used")
    return [str(use) if can else "shut" for use, can in zip(told, usable, strict=True)]


def radii_px(sites: gpd.GeoDataFrame) -> list[float]:
    """Radius of each disc [px]: its area grows with the capacity; what takes nobody in is smallest."""
    capacity = np.nan_to_num(sites["capacity"].to_numpy(float))
    most = max(float(capacity.max(initial=0.0)), 1.0)
    share = np.sqrt(np.maximum(capacity, 0.0) / most)
    return [round(_SMALLEST_PX + (_LARGEST_PX - _SMALLEST_PX) * float(each), 1) for each in share]


def _looks(results: Results, language: str) -> tuple[Look, ...]:
    known = results.refuge is not None and results.refuge.needs is not None
    labels = {use: word(f"refuge.{use}", language) for use in USES}
    if not known:
        labels["used"] = word("refuge.usable", language)
    return tuple(Look(labels[use], palette.REFUGE[use], palette.REFUGE_PATTERN.get(use, ""), 2.0) for use in USES)


def _text(row: dict[str, object], language: str) -> tuple[str, ...]:
    name = row["name"]
    named = clean(name, NAME_LIMIT) if isinstance(name, str) and name.strip() else word("space.unnamed", language)
    return (named, word(f"refuge.{row['source']}", language), what(row, language))


# --------------------------------------------------------------------------- who finds none


def without_place(needs: pd.DataFrame) -> pd.Series:
    """People who need a place and find none within the limit; NaN where that is not known."""
    return needs["without_full"] + needs["without_far"]


def refuge_views(results: Results, language: str) -> tuple[View, ...]:
    """Communities by residents without a place; none where nobody looked."""
    needs = None if results.refuge is None else results.refuge.needs
    if needs is None:
        return ()
    rows = needs[needs["level"] == COMMUNITY].set_index("unit_id")
    of_unit = without_place(rows).where(rows["needing"].notna())
    found = results.communities["community_id"].map(of_unit)
    limit = number(float(needs["limit_m"].iloc[0]), "m", language)
    return (
        View(
            id="refuge",
            label=word("view.refuge", language),
            title=word("view.refuge.title", language),
            notes=(word("view.refuge.note", language).format(limit=limit),),
            entries=(*resident_entries(language), not_assessed(language)),
            classes=resident_classes(found),
        ),
    )


def refuge_part(results: Results, language: str) -> Folded | None:
    """Who finds a place, which refuges are overfull, and how good it could be; None where nobody looked."""
    found = results.refuge
    if found is None:
        return None
    sites = shown_sites(found.sites)
    parts: list[Folded | None] = [_overfull_part(sites, language), _shut_part(sites, language)]
    shown = [_show(language)]
    if found.needs is None:
        texts = (word("refuge.sites.nobody_known", language), *_sites_texts(sites, language))
        hint = word("refuge.hint.sites", language).format(**_room(sites, language))
    else:
        whole = found.needs[found.needs["level"] == CITY].iloc[0]
        texts = (
            *_place_texts(whole, language), _count_text(sites, language), *_sites_texts(sites, language),
            *_best_texts(whole, language),
        )  # fmt: skip
        hint = _hint(whole, language)
        shown.insert(0, Shown(word("refuge.colour", language), view="refuge"))
        parts += [refuge_lasting_part(results, language), _units_part(results, language)]
    if len(sites):
        texts = (*texts, word("refuge.tier", language).format(tier=_tier(str(sites["tier"].iloc[0]), language)))
    texts = (*texts, *filter(None, (candidate_note(sites, language),)))
    told = tuple(part for part in parts if part is not None)
    return Folded(word("refuge.title", language), texts, told, hint, tuple(shown))


def _show(language: str) -> Shown:
    return Shown(word("refuge.show", language), overlay=OVERLAY)


def _tier(tier_id: str, language: str) -> str:
    """Whose numbers hold."""
    tier = packaged_refuge_rules().tiers.get(tier_id)
    return tier_id if tier is None else choose(tier.title, language, tier_id)


def _hint(whole: pd.Series, language: str) -> str:
    without, limit = float(whole["without_full"] + whole["without_far"]), number(whole["limit_m"], "m", language)
    if not without >= 1:
        code = "unknown" if whole["unknown"] >= 1 else "none"
        return word(f"refuge.hint.{code}", language).format(unknown=residents(whole["unknown"], language), limit=limit)
    return word("refuge.hint", language).format(without=residents(without, language), limit=limit)


def _room(sites: gpd.GeoDataFrame, language: str) -> dict[str, str]:
    """How many places there are, how many can be used, and how many people those hold."""
    usable = sites["status"] == "usable"
    return {
        "usable": f"{int(usable.sum()):,}",
        "all": f"{len(sites):,}",
        "capacity": number(float(sites["capacity"][usable].sum()), "", language),
    }


def _place_texts(whole: pd.Series, language: str) -> tuple[str, ...]:
    needing, placed = float(whole["needing"]), float(whole["placed"])
    if not needing > 0:
        return ()
    texts = []
    if placed > 0:
        texts.append(word("refuge.place", language).format(
            placed=number(placed, "", language), needing=residents(needing, language),
            share=number(100 * placed / needing, "%", language), limit=number(whole["limit_m"], "m", language),
            median=number(whole["median_m"], "m", language), adult=number(whole["median_adult_min"], "min", language),
            elderly=number(whole["median_elderly_min"], "min", language),
        ))  # fmt: skip
    texts += filter(None, (_listed(whole, language),))
    for code, column in (("far", "without_far"), ("full", "without_full"), ("unknown", "unknown")):
        if whole[column] >= _LEAST:
            texts.append(word(f"refuge.{code}", language).format(n=residents(whole[column], language)))
    return tuple(texts)


def _count_text(sites: gpd.GeoDataFrame, language: str) -> str:
    use = uses(sites)
    over, idle = (f"{use.count(code):,}" for code in ("overfull", "idle"))
    return word("refuge.sites.count", language).format(**_room(sites, language), overfull=over, idle=idle)


def _sites_texts(sites: gpd.GeoDataFrame, language: str) -> tuple[str, ...]:
    """How many usable places lie beyond the border, and who named them, where that is worth telling."""
    beyond = int(((sites["status"] == "usable") & (sites["community_id"].fillna("") == "")).sum())
    border = (word("refuge.sites.beyond", language).format(n=f"{beyond:,}"),) if beyond else ()
    return (*border, *filter(None, (sources_text(sites, language),)))


def listed_text(results: Results, language: str) -> str:
    """Who of the city would find a place in listed refuges alone; empty unless the study has candidates besides."""
    needs = None if results.refuge is None else results.refuge.needs
    return "" if needs is None else _listed(needs[needs["level"] == CITY].iloc[0], language)


def _listed(whole: pd.Series, language: str) -> str:
    placed = float(whole["placed_listed"])
    return "" if np.isnan(placed) else word("refuge.place.listed", language).format(n=residents(placed, language))


def candidate_note(sites: gpd.GeoDataFrame, language: str) -> str:
    """That nobody has named candidates refuges, of all places or of some; empty without any."""
    candidate = sites["source"] == CANDIDATE
    if not candidate.any():
        return ""
    return word("refuge.candidate.note" if candidate.all() else "refuge.candidate.some", language)


def sources_text(sites: gpd.GeoDataFrame, language: str) -> str:
    """Listed refuges and candidates apart: how many can be used and what they hold; empty unless there are both."""
    usable = sites[sites["status"] == "usable"]
    if sites["source"].nunique() < 2:
        return ""
    figures: dict[str, str] = {}
    candidate = usable["source"] == CANDIDATE
    for source, rows in (("listed", usable[~candidate]), ("candidate", usable[candidate])):
        figures[source] = f"{len(rows):,}"
        figures[f"{source}_room"] = number(float(rows["capacity"].sum()), "", language)
    return word("refuge.sites.sources", language).format(**figures)


def _best_texts(whole: pd.Series, language: str) -> tuple[str, ...]:
    best, placed = float(whole["placed_best"]), float(whole["placed"])
    if not best > 0:
        return ()
    if best - placed < 1:
        return (word("refuge.best.same", language),)
    return (word("refuge.best", language).format(
        best=number(best, "", language), more=number(best - placed, "", language),
        mean=number(whole["mean_best_m"], "m", language), now=number(whole["mean_m"], "m", language),
    ),)  # fmt: skip


def _overfull_part(sites: gpd.GeoDataFrame, language: str) -> Folded | None:
    """The fullest, each of which can be chosen."""
    over = np.array([use == "overfull" for use in uses(sites)], dtype=bool)
    if not over.any():
        return None
    beyond = (sites["asked"] - sites["capacity"]).to_numpy(float)
    first = [place for place in np.argsort(-np.where(over, beyond, -np.inf), kind="stable")[:_FIRST] if over[place]]
    shown = []
    for place in first:
        row = sites.iloc[place]
        text = word("refuge.overfull.item", language).format(
            name=_text(row.to_dict(), language)[0], asked=residents(row["asked"], language),
            capacity=number(row["capacity"], "", language),
        )  # fmt: skip
        shown.append(Shown(text, overlay=OVERLAY, feature=int(place)))
    title = word("refuge.overfull.title", language).format(n=f"{int(over.sum()):,}")
    return Folded(title, (), shown=tuple(shown))


def _shut_part(sites: gpd.GeoDataFrame, language: str) -> Folded | None:
    """Why places take nobody in, the most frequent reason first."""
    counts = sites["status"][sites["status"] != "usable"].value_counts()
    if counts.empty:
        return None
    texts = tuple(
        f"{code_word(REFUGE_STATUSES, str(code), language)}{word('colon', language)}{count:,}"
        for code, count in counts.items()
    )
    return Folded(word("refuge.shut.title", language).format(n=f"{int(counts.sum()):,}"), texts)


def _units_part(results: Results, language: str) -> Folded | None:
    """The units of the highest level below the city with most residents without a place."""
    assert results.refuge is not None
    needs = results.refuge.needs
    if needs is None or not results.study.parents:
        return None
    level = results.study.parents[-1].level
    rows = needs[needs["level"] == level]
    rows = rows.assign(without=without_place(rows)).sort_values(["without", "unit_id"], ascending=[False, True])
    rows = rows[rows["without"] >= 1].head(_FIRST)
    texts = tuple(
        word("refuge.units.item", language).format(
            name=clean(str(row.unit_name), NAME_LIMIT).partition(" - ")[0],
            n=number(row.without, "", language), all=number(row.needing, "", language),
        )
        for row in rows.itertuples()
    )  # fmt: skip
    title = word("refuge.units.title", language).format(level=level_word(level, language))
    return Folded(title, texts) if texts else None
