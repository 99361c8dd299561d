"""Whom and what `linli explain` is asked about: a unit by its id or name, and rules by theirs."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd

from analyses.plan import STUDY_PROFILE
from analyses.profile import Profile
from analyses.profile_reader import known_profiles
from analyses.units import CITY, COMMUNITY
from layers.types import Layers, Study
from linli.api import study_profiles
from maps.lookup import without_shared_ending
from spatial.errors import AnalysisError, ProfileError

_SHOWN = 3
_SEPARATORS = ("/", ":", "__")
"""Between a profile and its rule: as in ids of gaps, as people write it, as in names of columns."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants explained, in their words."""

    community: str
    """See `find_unit`."""
    rule: str | None = None
    """See `find_rules`."""
    profiles: tuple[str, ...] = ()
    """Instead of the study's."""


def find_unit(layers: Layers, text: str) -> tuple[str, str]:
    """The level and id of the unit that somebody means.

    Parameters
    ----------
    layers : Layers
    text : str
        Id or name of a community (capitals, accents and an ending that all names share do not matter), a level with
        the id or name of a parent (``district/Centro``), or ``city``.

    Raises
    ------
    AnalysisError
        If there is no such unit, or several of that name; the message suggests some.
    """
    level, _, rest = text.partition("/")
    if text == CITY or (level == CITY and rest == layers.study.id):
        return CITY, layers.study.id
    # Ids of communities may hold a slash themselves, so they are asked first.
    if level in layers.parents and text not in layers.communities.index:
        return level, _one_of(layers.parents[level], rest, level)
    return COMMUNITY, _one_of(layers.communities, text, COMMUNITY)


def _one_of(units: gpd.GeoDataFrame, text: str, level: str) -> str:
    if text in units.index:
        return text
    ids = [str(i) for i in units.index]
    full = [name if isinstance(name, str) else "" for name in units["name"]]
    short = without_shared_ending(full)
    wanted = _folded(text)
    found = [
        i for i, *names in zip(ids, full, short, strict=True) if wanted in {_folded(name) for name in names if name}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise AnalysisError(
            f"{len(found)} units of level {level} are called {text!r}: {_listed(found)}; say by its id which is meant"
        )
    near = _near(wanted, dict(zip(ids, short, strict=True)))
    hint = f"did you mean {' or '.join(near)}?" if near else f"ids look like {_listed(ids)}"
    raise AnalysisError(
        f"there is no unit of level {level} with the id or name {text!r}, so none can be explained; {hint}"
    )


def _near(wanted: str, names: Mapping[str, str]) -> list[str]:
    """Units whose name or id holds the text, or is written nearly like it."""
    keys = {unit: (_folded(unit), _folded(name)) for unit, name in names.items()}
    holding = [unit for unit, told in keys.items() if wanted and any(wanted in key for key in told)]
    by_key = {key: unit for unit, told in reversed(keys.items()) for key in told if key}
    alike = [by_key[key] for key in difflib.get_close_matches(wanted, list(by_key), n=_SHOWN, cutoff=0.6)]
    found = list(dict.fromkeys((*holding, *alike)))[:_SHOWN]
    return [f"{unit!r} ({names[unit]!r})" if names[unit] not in ("", unit) else repr(unit) for unit in found]


def _listed(ids: Sequence[str]) -> str:
    return ", ".join(repr(i) for i in ids[:_SHOWN]) + (", ..." if len(ids) > _SHOWN else "")


def _folded(text: str) -> str:
    """The text as people compare names: without capitals, accents and doubled spaces."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.casefold().split())


# --------------------------------------------------------------------------- rules


def profiles_for_rule(study: Study, asked: Asked) -> tuple[Profile, ...]:
    """The profiles to assess by: the study's (or those named instead), or the one that a rule is named with.

    Raises
    ------
    ProfileError
        If a profile is not known.
    """
    judged, text = study_profiles(study, asked.profiles), asked.rule
    if text is None:
        return judged
    head = _parted(text)[0] or text
    if head in {profile.id for profile in judged} or head == STUDY_PROFILE:
        return judged
    named = head in known_profiles() or bool(_parted(text)[0])
    return study_profiles(study, (head,)) if named else judged


def find_rules(planned: Sequence[Profile], text: str | None) -> list[tuple[str, str]]:
    """Profile and rule of every rule that somebody means.

    Parameters
    ----------
    planned : sequence of Profile
        As the study is assessed by them, see `plan.profiles_for`.
    text : str or None
        None: all rules. A profile's id: all of its rules. A rule's id: that rule in every profile that has it.
        ``profile/rule`` (also ``profile:rule``, or the name of its column ``profile__rule``): that one.

    Raises
    ------
    ProfileError
        If no rule is named so; the message suggests some.
    """
    every = [(profile.id, rule.id) for profile in planned for rule in profile.rules]
    if text is None:
        return every
    wanted = _parted(text)
    found = [key for key in every if key == wanted or (not wanted[0] and text in key)]
    if found:
        return found
    names = [f"{profile}/{rule}" for profile, rule in every]
    near = difflib.get_close_matches(text, [*names, *dict.fromkeys(rule for _, rule in every)], n=_SHOWN, cutoff=0.5)
    there = [name for name in names if not wanted[0] or name.startswith(f"{wanted[0]}/")]
    hint = f"did you mean {' or '.join(repr(name) for name in near)}?" if near else f"there are {_listed(there)}"
    raise ProfileError(f"no rule that this study is assessed by is called {text!r}, so it cannot be explained; {hint}")


def only(profiles: Sequence[Profile], asked: Sequence[tuple[str, str]]) -> tuple[Profile, ...]:
    """The profiles with the rules that are asked about alone, which come out the same without the others.

    Not so where a rule about a group is among them: what is withheld of it depends on all that is published.
    """
    kept = [
        replace(profile, rules=tuple(r for r in profile.rules if _needed(profile.id, r.id, asked)))
        for profile in profiles
    ]
    if any(rule.about_a_group for profile in kept for rule in profile.rules):
        return tuple(profiles)
    return tuple(profile for profile in kept if profile.rules)


def _needed(profile_id: str, rule_id: str, asked: Sequence[tuple[str, str]]) -> bool:
    """Whether a rule is asked about, or one that is made from it (``<rule>.buildings``)."""
    return any(p == profile_id and (r == rule_id or r.startswith(f"{rule_id}.")) for p, r in asked)


def _parted(text: str) -> tuple[str, str]:
    """Profile and rule; no profile where the text has no separator."""
    for separator in _SEPARATORS:
        head, found, tail = text.partition(separator)
        if found:
            return head, tail
    return "", text
