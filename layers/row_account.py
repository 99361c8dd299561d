"""What became of the rows of a layer: everything that was read is kept, or left out for a reason that is counted."""

from __future__ import annotations

from collections.abc import Mapping

from layers.types import Caveat

LEFT_OUT = (
    "rows_filtered",
    "unplaced",
    "outside",
    "class_unmapped",
    "below_classes",
    "strength_unknown",
    "status_unknown",
    "duplicates",
    "scattered",
    "dropped_elsewhere",
    "sites_too_small",
    "sites_doubled",
    "rows_without_community",
    "cells_void",
    "cells_unmapped",
    "areas_lost",
)
"""Counts of rows, or of cells or elements of the map, that are no part of the layer; no row is in two of them."""
REPAIRED = ("repaired", "areas_repaired")
"""Counts of those that are part of it after their outline was put right."""
AWAY_SHARE = 0.05
"""So many rows away from the study are no stragglers: the layer is a larger place's, or some of it misplaced."""
_AWAY = ("outside", "dropped_elsewhere")
_ELEMENTS = ("areas", "lines", "points")


def settled(counts: Mapping[str, int]) -> dict[str, int]:
    """The counts of a layer with ``rows_read`` and ``rows_kept`` that add up: read = kept + all that was left out.

    A reader knows only what it left out itself; ``rows_kept`` is made anew from what everybody did. Of a raster the
    cells stand for rows, of a map extract the elements that some rule names. A layer without either has no such counts.
    """
    told = dict(counts)
    lost = sum(left_out(counts).values())
    if "rows_read" not in told and "cells" in told:
        told["rows_read"] = told["cells"]
    if "rows_read" not in told and all(kind in told for kind in _ELEMENTS):
        told["rows_read"] = sum(told[kind] for kind in _ELEMENTS) + lost
    if "rows_read" in told:
        told["rows_kept"] = told["rows_read"] - lost
    return told


def left_out(counts: Mapping[str, int]) -> dict[str, int]:
    """How many rows were left out, by reason; only reasons that there were."""
    return {key: counts[key] for key in LEFT_OUT if counts.get(key)}


def repairs(counts: Mapping[str, int]) -> int | None:
    """How many rows were repaired; None where nobody looked."""
    found = [counts[key] for key in REPAIRED if key in counts]
    return sum(found) if found else None


def away_caveat(role: str, counts: Mapping[str, int]) -> tuple[Caveat, ...]:
    """That a noticeable share of what the study asks of a layer lies away from it.

    A layer of which nothing lies near is told, or refused, by its own reader.
    """
    away = sum(counts.get(key, 0) for key in _AWAY)
    asked = counts.get("rows_read", 0) - counts.get("rows_filtered", 0)
    if not counts.get("rows_kept") or away < AWAY_SHARE * asked or not away:
        return ()
    return (Caveat("rows_away", role, away, "rows", f"{away / asked:.0%}"),)
