"""What the numbers and codes of hazard layers mean: packaged classes (``rules/hazards.toml``), or a layer's own.

A layer may say how strong the hazard is (an intensity: depth of water, temperature, ...) or name classes. Either way
every place belongs to one class, to none, or is unknown: cells without a value are unknown, never dry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.tag_rules import rule_file
from spatial.errors import LayerError

UNITS: Mapping[str, tuple[str, float]] = {
    "m": ("m", 1.0), "cm": ("m", 0.01), "mm": ("m", 0.001), "rating": ("rating", 1.0), "degC": ("degC", 1.0),
    "sd": ("sd", 1.0), "deg": ("deg", 1.0), "g": ("g", 1.0), "index": ("index", 1.0),
}  # fmt: skip
"""Units that a study may write -> the unit in which a layer is held, and how many of that it is."""
NEVER_NEGATIVE = frozenset({"m", "rating", "deg", "g"})
"""Units whose numbers below 0 are undeclared nodata or mistakes."""
UNKNOWN, NONE = -1, 0
"""Codes beside those of classes, which count from 1."""
NO_HAZARD = "no_hazard"
"""What a study calls a value that stands for ground without hazard, where it says what the values of a layer mean."""
_WHOLE = re.compile(r"-?\d+\.0*")
_KEYS = frozenset({"kinds", "unit", "closes_at", "confidence", "source", "because", "bands"})
_CONFIDENCE = frozenset({"high", "medium", "convention"})


@dataclass(frozen=True)
class HazardScale:
    """What a hazard layer says of its strength, and what that means."""

    unit: str = ""
    """Of the intensity as it is held (a depth always in m); empty: the layer says nothing of it."""
    factor: float = 1.0
    """The numbers of the source times this are in `unit`."""
    bands: Mapping[str, float] = field(default_factory=dict)
    """Class -> least intensity [unit] that belongs to it, rising; 0 means above 0."""
    table: str = ""
    """The packaged scale that the bands are of; empty: the study's own, or none."""
    column: str = ""
    """Column with the intensity; empty for a raster."""
    class_column: str = ""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Value of `class_column` as `written`, or of a raster's cells -> class, or `NO_HAZARD`. Other values are unknown:
    what nobody said to be safe is not taken for safe."""
    closes_at: float | None = None
    """Least intensity [unit] at which a way is closed; None: no intensity closes."""

    @property
    def names(self) -> tuple[str, ...]:
        """The classes in their order, from the weakest as far as that is known; that of code 1 first."""
        return tuple(dict.fromkeys(self.bands or (name for name in self.classes.values() if name != NO_HAZARD)))


@dataclass(frozen=True)
class Bands:
    """A packaged scale of classes."""

    id: str
    kinds: tuple[str, ...]
    unit: str
    bands: Mapping[str, float]
    closes_at: float | None
    confidence: str
    source: str
    because: str


@cache
def packaged_bands() -> Mapping[str, Bands]:
    """The packaged scales by id.

    Raises
    ------
    LayerError
        One of them is wrong.
    """
    return {name: _bands(name, table) for name, table in rule_file("hazards").items()}


def _bands(name: str, table: Mapping[str, object]) -> Bands:
    bands = table.get("bands")
    if set(table) - _KEYS or not isinstance(bands, dict) or not bands or table.get("confidence") not in _CONFIDENCE:
        raise LayerError(
            f"layers/rules/hazards.toml: {name} lacks bands or a confidence, or has keys other than {sorted(_KEYS)}, "
            "and classes read wrongly expose the wrong people; correct the table"
        )
    levels = {str(key): float(value) for key, value in bands.items()}
    kinds, closes_at = table["kinds"], table.get("closes_at")
    assert isinstance(kinds, list)
    return Bands(
        name, tuple(kinds), str(table["unit"]), levels, None if closes_at is None else float(str(closes_at)),
        str(table["confidence"]), str(table["source"]), str(table["because"]),
    )  # fmt: skip


def fitting(kind: str, unit: str) -> tuple[str, ...]:
    """Ids of the packaged scales for a kind of hazard in a unit."""
    return tuple(name for name, table in packaged_bands().items() if kind in table.kinds and table.unit == unit)


def class_ranges(scale: HazardScale, kind: np.dtype[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.int64]]:
    """The least and greatest value of each range of a scale, as numbers of a raster's type, and the code of its class.

    Where a scale has classes for single codes, each is a range of its own.
    """
    if not scale.bands:
        places = {name: place for place, name in enumerate(scale.names, start=NONE + 1)}
        values = np.array([float(value) for value, name in scale.classes.items() if name in places], kind)
        return values, values, np.array([places[n] for n in scale.classes.values() if n in places], np.int64)
    low = np.array([limit_in(kind, least) for least in scale.bands.values()], kind)
    high = np.append(np.nextafter(low[1:], kind.type(-np.inf)), kind.type(np.inf))
    return low, high, np.arange(1, len(low) + 1)


def class_codes(values: NDArray[Any], scale: HazardScale) -> NDArray[np.int16]:
    """The class of every value: its place in `scale.names` from 1, `NONE`, or `UNKNOWN`.

    Unknown is NaN and, of a scale of single codes, every code that it does not name.

    Parameters
    ----------
    values
        Intensities in `scale.unit`, or the codes of a classed raster; 32 or 64 bits, and limits are taken likewise.
    """
    codes = np.full(values.shape, NONE if scale.bands else UNKNOWN, dtype=np.int16)
    for value, name in scale.classes.items():
        if name == NO_HAZARD:
            codes[values == float(value)] = NONE
    for low, high, code in zip(*class_ranges(scale, values.dtype), strict=True):
        codes[(values >= low) & (values <= high)] = code
    codes[np.isnan(values)] = UNKNOWN
    return codes


def written(value: object) -> str:
    """A value that stands for a class as it is compared: 3 also where it stands as 3.0."""
    text = str(value).strip()
    return text.split(".")[0] if _WHOLE.fullmatch(text) else text


def limit_in(kind: np.dtype[Any], least: float) -> Any:  # noqa: ANN401  a number of that type
    """A limit as a number of a raster's type: 0.7 in 32 bits is less than in 64, and belongs to the class from 0.7 on.

    0 means above 0: the least number above it.
    """
    return np.nextafter(kind.type(0), kind.type(1)) if least == 0 else kind.type(least)


def at_least(values: NDArray[Any], least: float) -> NDArray[np.bool_]:
    """Where the intensity is at least so high; at least 0 means above 0. False where it is unknown."""
    reached: NDArray[np.bool_] = values >= limit_in(values.dtype, least)
    return reached
