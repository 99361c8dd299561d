"""The packaged kinds of walkers, with their sources (``rules/walkers.toml``)."""

from __future__ import annotations

from functools import cache
from typing import Any

from layers.tag_rules import rule_file
from spatial.errors import LayerError
from spatial.traits import Trait
from spatial.walkers import Walker

_NUMBERS = frozenset({"speed_m_per_s", "steps_factor", "rough_factor", "max_incline_share", "min_width_m"})
_KNOWN = _NUMBERS | {"bars", "lifts", "confidence", "because"}
_CONFIDENCE = frozenset({"high", "medium", "convention"})


def walker_names() -> tuple[str, ...]:
    """The kinds there are: ``adult``, ``elderly``, ``pram``, ``wheelchair``."""
    return tuple(rule_file("walkers"))


@cache
def walker(name: str) -> Walker:
    """One of the packaged walkers.

    Raises
    ------
    LayerError
        There is none of that name, or its entry is wrong.
    """
    if name not in rule_file("walkers"):
        raise LayerError(
            f"walker {name!r} is not known, so nobody's time can be measured; it must be one of: "
            f"{', '.join(walker_names())}"
        )
    table = rule_file("walkers")[name]
    unknown = sorted(set(table) - _KNOWN)
    if unknown or table.get("confidence") not in _CONFIDENCE or not table.get("because"):
        raise LayerError(
            f"layers/rules/walkers.toml: walker '{name}' has unknown keys {unknown} or lacks a reason or a "
            f"confidence, and a walker read wrongly judges wrongly; known keys are {sorted(_KNOWN)}"
        )
    numbers = {key: float(table[key]) for key in sorted(_NUMBERS & set(table))}
    return _walker(name, numbers, _traits(table, "bars", name), _traits(table, "lifts", name))


def _walker(name: str, numbers: dict[str, float], bars: Trait, lifts: Trait) -> Walker:
    return Walker(
        id=name,
        speed_m_per_s=numbers["speed_m_per_s"],
        bars=bars,
        lifts=lifts,
        steps_factor=numbers.get("steps_factor", 1.0),
        rough_factor=numbers.get("rough_factor", 1.0),
        max_incline_share=numbers.get("max_incline_share"),
        min_width_m=numbers.get("min_width_m"),
    )


def _traits(table: dict[str, Any], key: str, name: str) -> Trait:
    found = Trait(0)
    for trait in table.get(key, ()):
        if trait not in Trait.__members__:
            raise LayerError(
                f"layers/rules/walkers.toml: walker '{name}' names the trait {trait!r} in {key}, and there is none "
                f"of that name; it must be one of {sorted(Trait.__members__)}"
            )
        found |= Trait[trait]
    return found
