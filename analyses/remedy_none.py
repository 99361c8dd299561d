"""Why nothing is suggested for a gap: the reason is told where the search for what would help ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analyses.parameters import RemedyLimits
from analyses.profile import Rule
from analyses.remedy import Gap
from analyses.remedy_choice import Unserved
from analyses.walking import WALKERS


class Why(StrEnum):
    """Codes of the column ``no_remedy``; in words: `maps.no_remedy_words`."""

    GROUP = "group"
    """The rule is about some of the residents: figures of a suggestion could tell of few people."""
    HAZARD_TAKES = "hazard_takes"
    """What a hazard takes of places or land no works on them bring back."""
    CUT_OFF = "cut_off"
    """While a hazard lasts more space is of no use to who is cut off from it."""
    APART = "options_apart"
    """The options of the rule are measured in what different hazards leave: no single ground would describe them."""
    CANDIDATES_NOT_ASKED = "candidates_not_asked"
    """The study does not ask for places that could be named refuges."""
    NO_CANDIDATE = "no_candidate"
    """It asks for them, and none is usable."""
    FEW_SHORT = "few_short"
    """Fewer are certainly short than a suggestion has to serve."""
    HOMES_IN_HAZARD = "homes_in_hazard"
    """Of those short fewer than that can be helped where they live: homes lie in the hazard, or it is not known."""
    TRIED = "tried"
    """Offers were tried, and none serves as many, or covers as much, as a suggestion has to."""
    NO_METHOD = "no_method"
    """No suggestion is worked out for what the rule requires."""


@dataclass(frozen=True)
class Without:
    """What is said of a gap if nothing is suggested for it."""

    gap_id: str
    why: Why
    tried: tuple[str, ...] = ()
    """`Why.TRIED`: the kinds that were, of `remedy.KINDS`."""


def without(gaps: Iterable[Gap], why: Why, tried: Sequence[str] = ()) -> Iterator[Without]:
    """One reason for some gaps."""
    return (Without(str(gap["gap_id"]), why, tuple(tried)) for gap in gaps)


def unhelped(
    short: Unserved, gaps: Mapping[int, Gap], limits: RemedyLimits, why: Why, tried: Sequence[str] = ()
) -> Iterator[Without]:
    """The reason for each unit of a rule of reach: too few whom anything could serve, or what the search says.

    As many as `remedy_choice.chosen` asks for have to be certainly short, and to be helped where they live.
    """
    units, least = len(short.level.units), limits.least_residents
    bad = np.bincount(short.level.member, weights=short.residents * np.nan_to_num(short.found.bad), minlength=units)
    certain = short.residents[short.row] * short.certain[short.row]
    helped = np.bincount(short.unit, weights=certain, minlength=units)
    for unit, gap in gaps.items():
        if bad[unit] < least:
            yield from without([gap], Why.FEW_SHORT)
        elif short.found.rule.under_hazard and helped[unit] < max(least, limits.least_share * bad[unit]):
            yield from without([gap], Why.HOMES_IN_HAZARD)
        else:
            yield from without([gap], why, tried)


def kinds_tried(rule: Rule, *, planned: bool) -> tuple[str, ...]:
    """What is looked for where a rule of reach is short; `planned`: whether the study has planned sites."""
    walked, single = rule.by in WALKERS, [option.count == 1 for option in rule.each]
    looked = {
        "way_in": walked,
        "path": walked and any(single),
        "planned_space": planned,
        "new_space": True,
        "protect_link": walked and bool(rule.during) and all(single),
    }
    return tuple(kind for kind, so in looked.items() if so)
