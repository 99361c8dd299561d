"""What the map says of what remains while a hazard lasts: closed streets, spaces, homes cut off, and who keeps what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analyses.closures import COMBINED
from analyses.profile import Rule
from analyses.results import Results
from analyses.survival_tables import SurvivalTables
from analyses.units import CITY, COMMUNITY
from maps import palette, shapes
from maps.cut_off import cut_off, cut_off_count, cut_off_unknown, unknown
from maps.escape import NAME_LIMIT, clean
from maps.folded import Folded, Shown
from maps.hazard_view import DERIVED, derived_title
from maps.inventory_frames import AREAS
from maps.legend import resident_classes, resident_entries, rule_title
from maps.lookup import all_rules
from maps.map_words import word
from maps.numbers import number, residents
from maps.overlay import Look, Overlay
from maps.survival_words import scenario_word, survival_spaces_frame
from maps.view import View, not_assessed
from maps.vocabulary import class_word
from maps.words import counted

FIGURES = (
    "residents_keep", "residents_lose", "residents_lose_cut_off", "residents_none_before",
    "residents_none_before_cut_off", "residents_unknown",
)  # fmt: skip
_ALIKE = 0.5
"""Rules whose figures differ by less than this [persons] everywhere say the same."""
_TOLERANCE_M = {"ways": 1.0, "space": 1.0, "homes": 2.0}
_LOOKS = ("homes", "smaller", "shut", "gone", "ways")
"""From below to above."""


@dataclass(frozen=True)
class Told:
    """One rule of reach, and others under which everybody fares the same."""

    profile_id: str
    rule: Rule
    others: tuple[Rule, ...]

    def title(self, scenario_id: str, language: str) -> str:
        """The rule's title in a scenario, and those of the others where they say something else."""
        first = title_in(self.rule, scenario_id, language)
        more = dict.fromkeys(title_in(rule, scenario_id, language) for rule in self.others)
        named = [title for title in more if title != first]
        if not named:
            return first
        return word("lasting.same", language).format(first=first, others=word("list.pause", language).join(named))


def title_in(rule: Rule, scenario_id: str, language: str) -> str:
    """The rule's title; while all hazards last, one about a kind stands for those about the others, and says so."""
    title = rule_title(rule, language)
    any_of_them = scenario_id == COMBINED and rule.during
    return word("lasting.any", language).format(title=title) if any_of_them else title


def scenario_title(results: Results, row: Mapping[str, Any], language: str) -> str:
    """What a scenario is called; of derived layers that it is for screening."""
    title = clean(scenario_word(results, str(row["scenario_id"]), language), NAME_LIMIT)
    return derived_title(title, language) if _derived(results, row) else title


def _derived(results: Results, row: Mapping[str, Any]) -> bool:
    """Whether a scenario is that of a derived layer, in a what-if too."""
    return any(role.id == row["scenario_id"] and role.status == DERIVED for role in results.study.hazards)


def told_rules(results: Results) -> tuple[Told, ...]:
    """The rules of reach by walking that survival was worked out for, those that say the same told once."""
    tables = results.survival
    if tables is None:
        return ()
    rules = {(profile.id, rule.id): rule for profile, rule in all_rules(results)}
    figures: dict[tuple[str, str], np.ndarray] = {}
    for key, rows in tables.units.groupby(["profile_id", "rule_id"], sort=False):
        profile_id, rule_id = (str(part) for part in key)
        if (profile_id, rule_id) in rules and rules[profile_id, rule_id].by != "euclidean":
            figures[profile_id, rule_id] = rows[list(FIGURES)].to_numpy(float)
    # Of rules that say the same, the one that judges is named; one that is told under every scenario comes first.
    order = sorted(figures, key=lambda key: (rules[key].under_hazard, rules[key].target is None))
    made: list[Told] = []
    for key in order:
        same = [each for each in made if _alike(figures[each.profile_id, each.rule.id], figures[key])]
        if same:
            place = made.index(same[0])
            made[place] = Told(same[0].profile_id, same[0].rule, (*same[0].others, rules[key]))
        else:
            made.append(Told(key[0], rules[key], ()))
    return tuple(made)


def _alike(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=0, atol=_ALIKE, equal_nan=True))


# --------------------------------------------------------------------------- overlays


def overlay_id(scenario_id: str) -> str:
    """The id of a scenario's overlay."""
    return f"lasting {scenario_id}"


def lasting_overlays(results: Results, language: str) -> list[Overlay]:
    """One overlay a scenario: homes cut off, spaces by what is left of them, and closed streets; none without any."""
    tables = results.survival
    if tables is None or tables.ways is None or tables.homes is None:
        return []
    made = [_overlay(results, tables, row, language) for row in tables.scenarios.to_dict("records")]
    return [overlay for overlay in made if overlay.features]


def _overlay(results: Results, tables: SurvivalTables, row: Mapping[str, Any], language: str) -> Overlay:
    scenario = str(row["scenario_id"])
    features: list[object] = []
    look: list[str] = []
    texts: list[tuple[str, ...]] = []
    assert tables.homes is not None
    homes = tables.homes[tables.homes["scenario_id"] == scenario]
    if len(homes):
        features += shapes.polygons(homes.geometry, _TOLERANCE_M["homes"])
        look += ["homes"] * len(homes)
        texts += [()] * len(homes)
    for code, shape, text in _spaces(results, scenario, language):
        features.append(shape)
        look.append(code)
        texts.append(text)
    assert tables.ways is not None
    ways = tables.ways[tables.ways["scenario_id"] == scenario]
    if len(ways):
        features.append(shapes.lines(ways.geometry, _TOLERANCE_M["ways"]))
        look.append("ways")
        texts.append(())
    return Overlay(
        id=overlay_id(scenario), group="lasting", label=scenario_title(results, row, language), note="",
        colour=palette.LASTING["ways"], style="looks", shown=False, features=tuple(features), texts=tuple(texts),
        looks=_looks(language),
        look=tuple(_LOOKS.index(code) for code in look),
        kinds="".join("l" if code == "ways" else "a" for code in look),
    )  # fmt: skip


def _looks(language: str) -> tuple[Look, ...]:
    patterns, widths = palette.LASTING_PATTERN, {"ways": 2.5}
    return tuple(
        Look(word(f"lasting.{code}", language), palette.LASTING[code], patterns.get(code, ""), widths.get(code, 1.2))
        for code in _LOOKS
    )


def _spaces(results: Results, scenario: str, language: str) -> list[tuple[str, object, tuple[str, ...]]]:
    """Spaces of which less is left, as code, shape and words, those of which nothing is left on top."""
    frame = survival_spaces_frame(results)
    assert frame is not None
    codes = ("smaller", "shut", "gone")
    rows = frame[(frame["scenario_id"] == scenario) & frame["remains"].isin(codes) & frame.geom_type.isin(AREAS)]
    rows = rows.iloc[np.argsort([codes.index(code) for code in rows["remains"]], kind="stable")]
    drawn = shapes.polygons(rows.geometry, _TOLERANCE_M["space"])
    records = rows.drop(columns="geometry").to_dict("records")
    return [
        (str(row["remains"]), shape, _space_text(row, language)) for row, shape in zip(records, drawn, strict=True)
    ]


def _space_text(row: Mapping[str, Any], language: str) -> tuple[str, ...]:
    name = row["name"]
    named = clean(name, NAME_LIMIT) if isinstance(name, str) and name.strip() else word("space.unnamed", language)
    left = word("lasting.left", language).format(
        left=number(float(row["area_left_m2"]), "m2", language), all=number(float(row["area_m2"]), "m2", language)
    )
    doors = word("lasting.doors", language).format(open=row["n_entrances_open"], all=row["n_entrances"])
    return (named, class_word(str(row["space_class"]), language), left, doors)


# --------------------------------------------------------------------------- views


def view_id(scenario_id: str, told: Told) -> str:
    """The id of the view of a scenario and rule."""
    return f"lasting {scenario_id} {told.profile_id} {told.rule.id}"


def lasting_views(results: Results, language: str) -> tuple[View, ...]:
    """For each scenario and rule, communities by residents who lose reach, those cut off among them."""
    tables = results.survival
    if tables is None:
        return ()
    units = tables.units[tables.units["level"] == COMMUNITY]
    views = []
    for row in tables.scenarios.to_dict("records"):
        of_scenario = units[units["scenario_id"] == row["scenario_id"]]
        for told in told_rules(results):
            mine = (of_scenario["profile_id"] == told.profile_id) & (of_scenario["rule_id"] == told.rule.id)
            if mine.any():
                views.append(_view(results, row, told, of_scenario[mine].set_index("unit_id"), language))
    return tuple(views)


def _view(results: Results, row: Mapping[str, Any], told: Told, rows: pd.DataFrame, language: str) -> View:
    scenario_id = str(row["scenario_id"])
    scenario = scenario_title(results, row, language)
    notes = [word("view.lasting.note", language).format(rule=told.title(scenario_id, language), scenario=scenario)]
    if _derived(results, row):
        notes.append(word("view.lasting.note.derived", language))
    return View(
        id=view_id(scenario_id, told),
        label=title_in(told.rule, scenario_id, language),
        title=word("view.lasting.title", language),
        notes=tuple(notes),
        entries=(*resident_entries(language), not_assessed(language)),
        classes=resident_classes(results.communities["community_id"].map(rows["residents_lose"])),
        group="lasting",
        within=scenario,
    )


# --------------------------------------------------------------------------- panel


def lasting_part(results: Results, language: str) -> Folded | None:
    """By scenario what closes and who is cut off, then who keeps what; None where no hazard closes anything."""
    tables = results.survival
    if tables is None:
        return None
    told = told_rules(results)
    rows = tables.scenarios.to_dict("records")
    parts = tuple(_part(results, tables, row, told, language) for row in rows)
    return Folded(
        word("lasting.title", language), (word("lasting.about", language),), parts, _hint(results, tables, language)
    )


def worst_scenario(tables: SurvivalTables) -> Mapping[str, Any] | None:
    """All hazards at once where that is a scenario, else the one that most residents live inside of; no derived one."""
    rows: list[Mapping[str, Any]] = tables.scenarios.to_dict("records")
    rows = [row for row in rows if row["status"] != DERIVED]
    together = [row for row in rows if row["scenario_id"] == COMBINED]
    worst = together or sorted(rows, key=lambda row: -float(row["residents_inside"]))
    return worst[0] if worst else None


def _hint(results: Results, tables: SurvivalTables, language: str) -> str:
    row = worst_scenario(tables)
    if row is None:
        return word("view.lasting.note.derived", language)
    cut = cut_off(tables, str(row["scenario_id"]))
    if not cut >= 1:
        return word("lasting.hint.unknown" if unknown(row) else "lasting.hint.nobody", language)
    scenario = scenario_title(results, row, language)
    return word("lasting.hint", language).format(n=cut_off_count(cut, row, language), scenario=scenario)


def _part(
    results: Results, tables: SurvivalTables, row: Mapping[str, Any], told: Sequence[Told], language: str
) -> Folded:  # fmt: skip
    scenario = str(row["scenario_id"])
    texts = [_closed_text(row, language)]
    cut = cut_off(tables, scenario)
    if cut == cut:  # noqa: PLR0124 - not NaN
        texts.append(word("lasting.people", language).format(
            inside=residents(float(row["residents_inside"]), language), cut=cut_off_count(cut, row, language)
        ) + cut_off_unknown(row, language))  # fmt: skip
    city = tables.units[(tables.units["level"] == CITY) & (tables.units["scenario_id"] == scenario)]
    shown = [Shown(word("lasting.show", language), overlay=overlay_id(scenario))]
    for each in told:
        mine = city[(city["profile_id"] == each.profile_id) & (city["rule_id"] == each.rule.id)]
        if len(mine):
            told_of = rule_text(mine.iloc[0], each.title(scenario, language), language)
            shown.append(Shown(told_of, view=view_id(scenario, each)))
    only = len(tables.scenarios) == 1
    return Folded(scenario_title(results, row, language), tuple(texts), shown=tuple(shown), unfolded=only)


def _closed_text(row: Mapping[str, Any], language: str) -> str:
    return word("lasting.scenario", language).format(
        streets=kilometres(float(row["closed_m"]), language),
        gone=counted(row["n_spaces_gone"], "spaces", language), smaller=f"{row['n_spaces_smaller']:,}",
        doors=f"{row['n_entrances_closed']:,}", all=f"{row['n_entrances']:,}",
    )  # fmt: skip


def kilometres(length_m: float, language: str) -> str:
    """A length of streets: in kilometres from one upwards."""
    if length_m < 1000:
        return number(length_m, "m", language)
    return f"{length_m / 1000:,.1f} " + ("km" if language == "en" else "公里")


def rule_text(row: pd.Series, title: str, language: str) -> str:
    """Who keeps what a rule asks for, who loses it and who had none on other days; of both, who is cut off."""
    figures = {name.removeprefix("residents_"): float(row[name]) for name in FIGURES}
    text = word("lasting.rule", language).format(
        rule=title, keep=residents(figures["keep"], language), lose=_of_them(figures, "lose", language),
        none=_of_them(figures, "none_before", language),
    )  # fmt: skip
    if figures["unknown"] >= 0.5:
        text += ("" if language == "zh" else " ") + word("lasting.rule.unknown", language).format(
            n=residents(figures["unknown"], language))  # fmt: skip
    return text


def _of_them(figures: Mapping[str, float], kind: str, language: str) -> str:
    """How many, and how many of them are cut off; a clause for each of the two kinds who may be."""
    count, cut = figures[kind], figures[f"{kind}_cut_off"]
    text = word(f"lasting.rule.{kind}", language).format(n=number(count, "", language))
    if cut < _ALIKE:
        return text
    key = "lasting.rule.cut.all" if count - cut < _ALIKE else "lasting.rule.cut"
    return text + word(key, language).format(n=number(cut, "", language))
