"""Where vulnerable residents, hazards and want of access meet, community by community.

Who is exposed and who has no access is known home by home, so how many are both at once is counted and not multiplied
from shares. Vulnerability is known of communities alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analyses.exposed_classes import ANY, judging_layers
from analyses.groups import PublicGroups
from analyses.judgement import Judgement
from analyses.measure import Measured, Scene
from analyses.parameters import Parameters
from analyses.profile import Rule
from analyses.supply import member_classes
from analyses.units import CITY, COMMUNITY, Level
from analyses.vulnerability_choices import VulnerabilityChoices
from analyses.vulnerability_columns import VULNERABLE_PLACES
from analyses.vulnerability_index import Index
from layers.tag_rules import unions

Floats = NDArray[np.float64]
_ROUNDING = 1e-9
Key = tuple[str, str]


@dataclass(frozen=True)
class _Home:
    """Shares (0-1) of every demand point's residents of whom something holds, and of whom it is not known."""

    yes: Floats
    unknown: Floats


def vulnerable_places(
    scene: Scene, judged: Judgement, groups: PublicGroups, index: Index, parameters: Parameters
) -> pd.DataFrame | None:
    """Every community under every rule that stands for access (`access_rules`).

    Parameters
    ----------
    scene : Scene
    judged : Judgement
    groups : PublicGroups
        What of the homes lies in hazards, where that is known already.
    index : Index
        Of the communities.
    parameters : Parameters

    Returns
    -------
    DataFrame or None
        Columns of `vulnerability_columns.VULNERABLE_PLACES` without words. None where nobody counted residents, or no
        rule stands for access. Without a hazard layer that may judge, or where these say nothing of any home, who is
        exposed is unknown, and so are all three; ``hazard_ids`` tells which of the two it is.
    """
    rules = access_rules(judged)
    if scene.layers.residents is None or not rules:
        return None
    leading = leading_rule(judged, rules)
    hazard_ids = judging_layers(scene.layers)
    exposed = _exposed(scene, groups)
    known = _Known(scene, judged.levels[COMMUNITY], exposed, index, parameters.vulnerability)
    parts = [
        _places(known, key, found).assign(leading=int(key == leading), hazard_ids=" ".join(hazard_ids))
        for key, found in rules.items()
    ]
    columns = [column.name for column in VULNERABLE_PLACES.columns if "<" not in column.name]
    return pd.concat(parts, ignore_index=True)[columns]


def access_rules(judged: Judgement) -> Mapping[Key, Measured]:
    """The rules that stand for access: with a target, of reach of all residents to open public space, on other days.

    All that a rule asks for has to be open public space: who has no park is not served by a library.
    """
    return {key: found for key, found in judged.measured.items() if _of_access(found.rule)}


def _of_access(rule: Rule) -> bool:
    open_space = set(unions()["open_public_space"])
    of_reach = rule.kind == "reach" and rule.limit is not None and rule.who == "population"
    asked = {name for supply in rule.supplies for name in member_classes(supply)}
    return of_reach and rule.target is not None and not rule.under_hazard and bool(asked) and asked <= open_space


def leading_rule(judged: Judgement, rules: Mapping[Key, Measured]) -> Key:
    """The rule that is told first: that which leaves most residents of the city without, of those of somebody's target.

    One whose target is our own reading of a standard (derived) leads only where there is no other.
    """
    city = judged.assessments[judged.assessments["level"] == CITY].set_index(["profile_id", "rule_id"])
    short = city["residents_short"].astype(float)

    def rank(key: Key) -> tuple[bool, float]:
        target = rules[key].rule.target
        left = float(short.get(key, 0.0))
        return target is not None and target.status != "derived", 0.0 if np.isnan(left) else left

    return max(rules, key=rank)


def _exposed(scene: Scene, groups: PublicGroups) -> _Home:
    """Who lives inside any hazard layer that may judge; nobody knows where there is none."""
    found = groups.exposed.get(ANY)
    if found is None:
        points = len(scene.demand.table)
        return _Home(np.zeros(points), np.ones(points))
    return _Home(found.inside, found.unknown)


def _both(one: _Home, other: _Home) -> _Home:
    """Of whom both hold: exact, as one of them holds of all of a home or of nobody in it."""
    yes = one.yes * other.yes
    may = (one.yes + one.unknown) * (other.yes + other.unknown)
    return _Home(yes, np.maximum(may - yes, 0.0))


@dataclass(frozen=True)
class _Known:
    """What is the same under every rule."""

    scene: Scene
    level: Level
    exposed: _Home
    index: Index
    choices: VulnerabilityChoices


def _places(known: _Known, key: Key, found: Measured) -> pd.DataFrame:
    scene, level, exposed = known.scene, known.level, known.exposed
    index, choices = known.index, known.choices
    residents = scene.weight("population")
    total = level.sums(residents)
    without = _Home(found.bad, np.maximum(1 - found.good - found.bad, 0.0))
    sums = {
        name: (level.sums(residents * home.yes), level.sums(residents * home.unknown))
        for name, home in {"exposed": exposed, "without": without, "both": _both(exposed, without)}.items()
    }
    decided = {
        "exposed": _at_least(*sums["exposed"], total, choices.exposed_share),
        "without": _at_least(*sums["without"], total, choices.without_access_share),
    }
    vulnerable = _flag(index.overall, choices.flag)
    ends = np.array([_flag(end, choices.flag) for end in (index.low, index.high)])
    three = _all_of(vulnerable, *decided.values())
    nobody_knows = not (exposed.unknown < 1).any()  # there is no such layer, or it says nothing of any home
    return pd.DataFrame(
        {
            "community_id": level.units.index.astype(str),
            "profile_id": key[0],
            "rule_id": key[1],
            "residents": total,
            "vulnerability": index.overall,
            "vulnerability_low": index.low,
            "vulnerability_high": index.high,
            "vulnerable": vulnerable,
            "firm": np.where(np.isnan(ends).any(axis=0), np.nan, (ends[0] == ends[1]).astype(float)),
            "residents_exposed": np.where(nobody_knows, np.nan, sums["exposed"][0]),
            "residents_exposed_unknown": sums["exposed"][1],
            "exposed": decided["exposed"],
            "residents_without": sums["without"][0],
            "residents_without_unknown": sums["without"][1],
            "without_access": decided["without"],
            "residents_both": np.where(nobody_knows, np.nan, sums["both"][0]),
            "residents_both_unknown": sums["both"][1],
            "all_three": three,
            "rank": _rank(sums["both"][0], three == 1),
        }
    )


def _flag(value: Floats, limit: float) -> Floats:
    return np.where(np.isnan(value), np.nan, (value >= limit - _ROUNDING).astype(float))


def _at_least(count: Floats, unknown: Floats, total: Floats, share: float) -> Floats:
    """Whether a count is at least a share of the total: 1, 0, or NaN where what is unknown could decide it."""
    limit = share * total - _ROUNDING * np.nan_to_num(total)
    certain, possible = count >= limit, count + unknown >= limit
    found = np.where(certain, 1.0, np.where(possible, np.nan, 0.0))
    return np.where(total > 0, found, np.nan)


def _all_of(*each: Floats) -> Floats:
    """1 where all are 1, 0 where any is 0, else unknown."""
    several = np.array(each)
    no, unknown = (several == 0).any(axis=0), np.isnan(several).any(axis=0)
    found: Floats = np.where(no, 0.0, np.where(unknown, np.nan, 1.0))
    return found


def _rank(count: Floats, which: NDArray[np.bool_]) -> Floats:
    """1 is the largest count of those asked for; equal ones share the first of their places."""
    found: Floats = np.full(len(count), np.nan)
    counted = np.round(count[which], 6)
    found[which] = [1 + int((counted > one).sum()) for one in counted]
    return found
