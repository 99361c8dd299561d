"""Numbers with their units as people read them. Rounding never turns something into nothing, or nearly all into all."""

from __future__ import annotations

import math

UNKNOWN = {"en": "unknown", "zh": "未知"}
OUT_OF_REACH = {"en": "out of reach", "zh": "不可达"}

_HECTARE_M2 = 10_000.0
_SMALL_AREA_M2 = 1_000.0


def _trimmed(value: float, decimals: int) -> str:
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: float, language: str) -> str:
    sign = " %" if language == "en" else "%"
    if 0 < value < 0.1:
        return f"< 0.1{sign}"
    if 99.9 < value < 100:
        return f"> 99.9{sign}"
    return f"{_trimmed(value, 1)}{sign}"


def _count(value: float, language: str) -> str:
    if 0 < value < 1:
        return "fewer than 1" if language == "en" else "不足 1"
    return f"{value:,.0f}"


def _significant(value: float) -> float:
    """Three significant figures from a thousand upwards: more would pretend to an accuracy the data lack."""
    if abs(value) < 1000:
        return value
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 2)
    return round(value / step) * step


def number(value: float, unit: str, language: str) -> str:
    """A value with its unit.

    Parameters
    ----------
    value : float
        NaN is written as unknown, inf as out of reach.
    unit : str
        ``%`` (0-100), ``m2/person``, ``m2``, ``m``, ``min``, or what is counted (persons, features, ...; not written).
    language : str
        ``en`` or ``zh``.
    """
    if not math.isfinite(value):
        return (UNKNOWN if math.isnan(value) else OUT_OF_REACH)[language]
    if unit == "%":
        return _percent(value, language)
    if unit == "m2/person":
        return per_person(value) + ("/person" if language == "en" else "/人")
    if unit == "m2":
        return f"{_significant(value):,.0f} m²"
    if unit == "m":
        return f"{value:,.0f} m" if language == "en" else f"{value:,.0f} 米"
    if unit == "min":
        return _trimmed(value, 1 if value < 10 else 0) + (" min" if language == "en" else " 分钟")
    return _count(value, language)


def per_person(value_m2: float) -> str:
    """An area per resident, for a sentence that says so itself."""
    return f"{_trimmed(value_m2, 1 if value_m2 >= 10 else 2)} m²" if value_m2 == 0 or value_m2 >= 0.01 else "< 0.01 m²"


def area(value_m2: float, language: str) -> str:
    """A minimum area as standards write it: hectares from a tenth of one upwards, square metres below."""
    if value_m2 < _SMALL_AREA_M2:
        return f"{_trimmed(value_m2, 1)} m²"
    return f"{_trimmed(value_m2 / _HECTARE_M2, 2)} " + ("ha" if language == "en" else "公顷")


def residents(value: float, language: str) -> str:
    """A number of residents with the noun."""
    if language == "en":
        return f"{number(value, 'persons', language)} resident" + ("" if round(value) == 1 else "s")
    return f"{number(value, 'persons', language)} 名居民"
