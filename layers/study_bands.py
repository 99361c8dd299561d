"""Classes of its own that a study writes for a hazard: the least intensity of each, or the greatest height."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from layers.hazard_scales import NEVER_NEGATIVE, NO_HAZARD
from layers.study_table import NAME_FORM, Table

_RESERVED = frozenset({"inside", "outside", "unknown", NO_HAZARD})


def rising(table: Table, unit: str, factor: float) -> dict[str, float]:
    """``[hazard.bands]``: class -> least intensity [unit], `factor` times what is written, the weakest first.

    Empty after a fault.
    """
    found = _numbers(table, "bands", "the least intensity of the class", factor)
    levels = list(found.values())
    if any(low >= high for low, high in pairwise(levels)):
        table.fault("bands must rise from class to class: write the weakest first")
        return {}
    if unit in NEVER_NEGATIVE and any(level < 0 for level in levels):
        below = next(name for name, level in found.items() if level < 0)
        table.fault(f"bands: {below} lies below 0, as no intensity in {unit} does; write the least that it has")
        return {}
    if table.has("bands") and not found and not table.mapping("bands"):
        table.fault("bands is empty; write the least intensity of each class, such as shallow = 0.15")
    return found


def falling(table: Table) -> dict[str, float]:
    """``[hazard.below_m]``: class -> height that it lies below [m], the weakest first; empty after a fault."""
    found = _numbers(table, "below_m", "the height in metres that the class lies below", 1.0)
    levels = list(found.values())
    if any(high <= low for high, low in pairwise(levels)) or any(level <= 0 for level in levels):
        table.fault("below_m must fall from class to class and stay above 0: write the weakest, the highest, first")
        return {}
    if table.has("below_m") and not found and not table.mapping("below_m"):
        table.fault("below_m is empty; write the height that each class lies below, such as low = 5")
    return found


def refuse_reserved(table: Table, key: str, names: Iterable[str]) -> None:
    """Note each class that is called as tables call ground in a hazard, out of it, or not known."""
    for name in sorted(_RESERVED.intersection(names)):
        table.fault(f"{key}: {name!r} is what the tables of results call ground of no class; choose another name")


def _numbers(table: Table, key: str, what: str, factor: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in table.mapping(key).items():
        if not NAME_FORM.fullmatch(name):
            table.fault(f"{key}: {name[:60]!r} may only hold small letters, digits and underscores")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
            table.fault(f"{key}: {name} must be {what}, a number")
        else:
            found[name] = float(value) * factor
    refuse_reserved(table, key, found)
    return found
