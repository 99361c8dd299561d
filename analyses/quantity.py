"""Quantities in profiles are texts with a unit: ``400 m``, ``15 min``, ``0.5 ha``, ``80 %``, ``5 m2/person``.

A profile is a stranger's text, and a library of units reads expressions (``2 ** 1000 m``). So number and unit are
told apart here, by a strict form, and the unit has to be one of a closed list; pint converts, and says whether the
dimension is the one that is asked for. It never sees what somebody wrote.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from analyses.strict import SlipError, shown

if TYPE_CHECKING:
    from pint import UnitRegistry

UNITS = {
    "m": "metre",
    "km": "kilometre",
    "mi": "mile",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "m2": "metre ** 2",
    "ha": "hectare",
    "km2": "kilometre ** 2",
    "%": "percent",
    "m2/person": "metre ** 2 / person",
    "ha/1000 persons": "hectare / (1000 person)",
}
"""Units that may be written -> what they are to pint. The foot is absent: there are two of them, and no standard
that ships is written in either."""
DEFINITIONS = (
    "metre = [length]",
    "kilometre = 1000 metre",
    "mile = 1609.344 metre",
    "second = [time]",
    "minute = 60 second",
    "hour = 60 minute",
    "hectare = 10000 metre ** 2",
    "percent = [share]",
    "person = [people]",
)
"""In pint's language, as its own registry has them but for shares and people, which are dimensions here: 5 persons are
no 500 %. These few are read in a thousandth of the time that the whole of pint's registry takes."""
_DIMENSIONS = {
    "m": "a distance",
    "s": "a time",
    "m2": "an area",
    "%": "a share",
    "m2/person": "an area per person",
}
"""Unit wanted -> what a quantity in it is."""

_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
"""Without sign or exponent, in ASCII: no quantity of a standard is negative, and none needs more digits."""
_FORM = re.compile(rf" *({_NUMBER}) *([a-z%][a-z0-9/% ]{{0,19}}?) *")


def quantity(text: object, unit: str, where: str, key: str = "") -> float:
    """The number in `unit` that `text` stands for.

    Parameters
    ----------
    text : object
        As written in the profile.
    unit : str
        One of ``m``, ``s``, ``m2``, ``%`` and ``m2/person``.
    where, key : str
        For the message: the rule, and the key by which the line of what is no text is found.

    Raises
    ------
    ProfileError
        If the text is no number with one of `UNITS`, or of another dimension: what is expected, and how to write it.

    Examples
    --------
    >>> quantity("0.5 ha", "m2", ""), quantity("15 min", "s", ""), quantity("0.8 ha/1000 persons", "m2/person", "")
    (5000.0, 900.0, 8.0)
    """
    match = _match(text)
    known = ", ".join(names_of(unit))
    if match is None:
        token = text[:80] if isinstance(text, str) and text else key
        raise SlipError(f"{where}: {shown(text)} is not a quantity; write a number and one of: {known}", token)
    if match[2] not in names_of(unit):
        is_of = next(what for base, what in _DIMENSIONS.items() if match[2] in names_of(base))
        raise SlipError(
            f"{where}: {shown(text)} is {is_of}, where {_DIMENSIONS[unit]} is expected; write a number and one of: "
            f"{known}",
            match[0],
        )
    return float(match[1]) * _factor(match[2], unit)


def is_time(text: object) -> bool:
    """Whether a quantity is written in a unit of time."""
    match = _match(text)
    return match is not None and match[2] in names_of("s")


def pattern(unit: str) -> str:
    """A regular expression of what `quantity` takes for a unit, as a JSON Schema writes it."""
    units = "|".join(re.escape(name).replace(r"\ ", " ") for name in names_of(unit))
    return rf"^ *{_NUMBER} *(?:{units}) *$"


@cache
def names_of(unit: str) -> tuple[str, ...]:
    """The units that may be written for one that is wanted: those of its dimension."""
    registry = _registry()
    wanted = registry.Unit(UNITS[unit]).dimensionality
    return tuple(name for name, meant in UNITS.items() if _unit(meant).dimensionality == wanted)


@cache
def _factor(written: str, unit: str) -> float:
    converted: Any = _unit(UNITS[written]).to(UNITS[unit])
    return float(converted.magnitude)


def _unit(meant: str) -> Any:  # noqa: ANN401  a quantity of a registry that is made when it is needed
    return _registry().Quantity(meant)


def _match(text: object) -> re.Match[str] | None:
    """Number and unit of a text; None where it is not made of the two."""
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    return match if match is not None and match[2] in UNITS else None


@cache
def _registry() -> UnitRegistry[Any]:
    """Our few units. pint is imported here: it takes longer than everything else that a profile needs."""
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry(None)
    for definition in DEFINITIONS:
        registry.define(definition)
    return registry
