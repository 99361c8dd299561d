"""What a community's card says of hazards: who lives in them, what survives, who finds refuge, what to protect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analyses.closures import COMBINED
from analyses.results import Results
from analyses.units import COMMUNITY
from maps.critical_view import Matter, matter_what, matters
from maps.cut_off import cut_off_count, cut_off_unknown
from maps.escape import NAME_LIMIT, clean
from maps.exposure_view import OUTSIDE, UNKNOWN, inside, placed
from maps.hazard_view import class_word, hazard_title
from maps.lasting_view import scenario_title, title_in, told_rules
from maps.lookup import all_rules
from maps.map_words import word
from maps.numbers import number, residents
from maps.vulnerability_view import vulnerability_lines

_LEAST = 0.5
"""Fewer residents than this are none when rounded."""

_UNIT = ["scenario_id", "level", "unit_id"]

Line = tuple[str, str]
"""Community and sentence."""


def safety_lines(results: Results, language: str) -> dict[str, tuple[str, ...]]:
    """The sentences of every community that has any, in their order on the card."""
    told: dict[str, list[str]] = {}
    for part in (_exposed, _lasting, _refuge, _critical, vulnerability_lines):
        for community, text in part(results, language):
            told.setdefault(community, []).append(text)
    return {community: tuple(texts) for community, texts in told.items()}


def _exposed(results: Results, language: str) -> Iterator[Line]:
    """Residents in each hazard layer, by class where it has several, and those of whom it says nothing."""
    if results.exposure is None:
        return
    rows = results.exposure.classes
    rows = rows[(rows["level"] == COMMUNITY) & (rows["residents"] >= _LEAST) & (rows["hazard_class"] != OUTSIDE)]
    titles = {role.id: clean(hazard_title(role, language), NAME_LIMIT) for role in results.study.hazards}
    for (community, hazard), same in rows.groupby(["unit_id", "hazard_id"], sort=False):
        if hazard not in titles:
            continue  # all layers together: each is told
        there, unsaid = inside(same), same["residents"][same["hazard_class"] == UNKNOWN]
        text = word("card.exposed" if len(there) else "card.exposed.unknown", language).format(
            residents=residents(float((there["residents"] if len(there) else unsaid).sum()), language),
            hazard=titles[hazard],
        )
        if len(there) > 1:
            text += word("brackets", language).format(text="", about=_classes(there, language))
        text += placed(there, language)
        if len(there) and len(unsaid):
            text += word("list.next", language)
            text += word("exposed.unknown", language).format(n=residents(float(unsaid.sum()), language))
        yield str(community), text + word("card.stop", language)


def _classes(rows: pd.DataFrame, language: str) -> str:
    told = zip(rows["hazard_class"], rows["residents"], strict=True)
    return word("list.pause", language).join(
        f"{clean(class_word(str(name), language), NAME_LIMIT)} {number(float(count), '', language)}"
        for name, count in told
    )


def _lasting(results: Results, language: str) -> Iterator[Line]:
    """Who is cut off, who loses reach under the first rule told, and of whom it is not known.

    Where hazards may last together, that alone.
    """
    rules, tables = told_rules(results), results.survival
    if tables is None or tables.cut_off is None or not rules:
        return
    scenarios = tables.scenarios.to_dict("records")
    together = [row for row in scenarios if row["scenario_id"] == COMBINED or row["status"] == "derived"]
    chosen = together if any(row["scenario_id"] == COMBINED for row in together) else scenarios
    first = rules[0]
    lost = tables.units.query("profile_id == @first.profile_id and rule_id == @first.rule.id").set_index(_UNIT)
    people = tables.cut_off.set_index(_UNIT)[["residents_cut_off", "residents_unknown"]].assign(
        lose=lost["residents_lose"], unknown=lost["residents_unknown"]
    )
    people = people.reset_index().query("level == @COMMUNITY")
    for row in chosen:
        named = {"during": _during(results, row, language), "rule": title_in(first.rule, row["scenario_id"], language)}
        for unit in people[people["scenario_id"] == row["scenario_id"]].to_dict("records"):
            text = _lasting_text(unit, named, language)
            if text:
                yield str(unit["unit_id"]), text


def _during(results: Results, row: Mapping[str, Any], language: str) -> str:
    if row["scenario_id"] == COMBINED:
        return word("card.during.all", language)
    return word("card.during", language).format(scenario=scenario_title(results, row, language))


def _lasting_text(unit: Mapping[str, Any], named: Mapping[str, str], language: str) -> str:
    cut, lose, unknown = (float(unit[name]) for name in ("residents_cut_off", "lose", "unknown"))
    doubt = cut_off_unknown(unit, language)
    if cut >= _LEAST and lose >= _LEAST:
        key = "card.lasting.both"
    elif cut >= _LEAST:
        key = "card.lasting"
    elif lose >= _LEAST:
        key = "card.lasting.lose"
    elif unknown >= _LEAST:
        return word("card.lasting.unknown", language).format(**named, n=residents(unknown, language)) + doubt
    elif doubt:
        count = residents(float(unit["residents_unknown"]), language)
        return word("card.lasting.cut_off.unknown", language).format(**named, n=count)
    else:
        return ""
    text = word(key, language).format(**named, cut=cut_off_count(cut, unit, language), n=residents(lose, language))
    if unknown < _LEAST:
        return text + doubt
    unsaid = word("lasting.rule.unknown", language).format(n=residents(unknown, language))
    return text + ("" if language == "zh" else " ") + unsaid + doubt


def _refuge(results: Results, language: str) -> Iterator[Line]:
    """Who finds no place in a refuge, and how far the others walk."""
    needs = None if results.refuge is None else results.refuge.needs
    if needs is None:
        return
    for unit in needs[needs["level"] == COMMUNITY].to_dict("records"):
        if unit["needing"] > 0:
            yield str(unit["unit_id"]), _refuge_text(unit, language)


def _refuge_text(unit: Mapping[str, Any], language: str) -> str:
    limit = number(unit["limit_m"], "m", language)
    reasons = [
        word(f"card.refuge.{code}", language).format(n=number(unit[f"without_{code}"], "", language))
        for code in ("far", "full")
        if unit[f"without_{code}"] >= _LEAST
    ]
    texts = []
    if reasons:
        without = number(unit["without_far"] + unit["without_full"], "", language)
        texts.append(word("card.refuge", language).format(
            n=without, all=number(unit["needing"], "", language), limit=limit,
            why=word("list.comma", language).join(reasons),
        ))  # fmt: skip
    elif unit["unknown"] < _LEAST:
        texts.append(word("card.refuge.all", language).format(limit=limit))
    if unit["placed"] >= _LEAST:
        median = number(unit["median_m"], "m", language)
        texts.append(word("card.refuge.walk", language).format(median=median))
    if unit["unknown"] >= _LEAST:
        texts.append(word("card.refuge.unknown", language).format(n=number(unit["unknown"], "", language)))
    return ("" if language == "zh" else " ").join(texts)


def _critical(results: Results, language: str) -> Iterator[Line]:
    """The worst way, bridge or entrance that lies in the community."""
    if results.critical is None:
        return
    every: list[Matter] = [
        matter for profile, rule in all_rules(results) for matter in matters(results, profile.id, rule.id)
    ]
    every.sort(key=lambda matter: -matter.residents)
    points = results.critical.geometry.iloc[[matter.row for matter in every]].representative_point()
    areas = results.communities.geometry.to_numpy()
    point, area = shapely.STRtree(areas).query(points.to_numpy(), predicate="intersects")
    ids = results.communities["community_id"].to_numpy()
    for place in np.unique(area):
        worst = every[int(point[area == place].min())]
        yield str(ids[place]), word("card.critical", language).format(
            n=residents(worst.residents, language), what=matter_what(results, worst, language)
        )
