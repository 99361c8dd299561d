"""Quantities in profiles are strings with a unit: ``400 m``, ``15 min``, ``0.5 ha``, ``80 %``, ``5 m2/person``."""

from __future__ import annotations

import re

from analyses.strict import SlipError

_FACTORS: dict[str, dict[str, float]] = {
    "m": {"m": 1.0, "km": 1000.0, "mi": 1609.344},
    "s": {"s": 1.0, "min": 60.0},
    "m2": {"m2": 1.0, "ha": 10_000.0, "km2": 1_000_000.0},
    "%": {"%": 1.0},
    "m2/person": {"m2/person": 1.0},
}
"""Unit wanted -> units that may be written, with their factor."""

_LONGEST = 60
_FORM = re.compile(r"\s*(\d{1,12}(?:\.\d{1,12})?)\s*(\S{1,20})\s*")


def quantity(text: object, unit: str, where: str) -> float:
    """The number in `unit` that `text` stands for.

    Raises
    ------
    ProfileError
        If the text is not a number with one of the units that can be turned into `unit`.
    """
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    if match is None or match[2] not in _FACTORS[unit]:
        known = ", ".join(_FACTORS[unit])
        shown = repr(text) if len(repr(text)) <= _LONGEST else f"{repr(text)[:_LONGEST]}..."
        raise SlipError(f"{where}: {shown} is not a quantity; write a number and one of: {known}", str(text))
    return float(match[1]) * _FACTORS[unit][match[2]]


def is_time(text: object) -> bool:
    """Whether a quantity is written in a unit of time."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    return match is not None and match[2] in _FACTORS["s"]


def pattern(unit: str) -> str:
    """A regular expression of what `quantity` takes for a unit, as a JSON Schema writes it."""
    units = "|".join(re.escape(name) for name in _FACTORS[unit])
    return rf"^\s*\d{{1,12}}(?:\.\d{{1,12}})?\s*(?:{units})\s*$"
