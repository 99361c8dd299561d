"""What a reader has to know of a hazard layer: values that nobody explained, and layers that show no hazard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.hazard_scales import NONE, UNKNOWN
from layers.names import examples
from layers.types import Caveat, HazardRole
from spatial.errors import LayerError

_SHOWN = 5
DEEPEST_M = 30.0
"""Deeper water than this in a street is hardly meant: the numbers may be of another unit."""
_CLOSES_M = (0.01, 3.0)
"""Nor is a depth from which ways close that lies below or above these. From 0 on any water closes."""


def refuse_unmapped(role: HazardRole, values: Sequence[str], where: str) -> None:
    """Refuse a layer of whose values the study names none: nobody could be exposed to it.

    Parameters
    ----------
    values
        What was found, each once.
    where
        As in "column grade".

    Raises
    ------
    LayerError
    """
    raise LayerError(
        f"hazard.{role.id}: [hazard.classes] names none of the values in {where}, which are "
        f"{examples([repr(value) for value in values], _SHOWN)}{', ...' if len(values) > _SHOWN else ''}, so nobody "
        'could be told to be exposed; write these as they stand, those that stand for no hazard as "no_hazard"'
    )


def unmapped(role: HazardRole, count: int, values: Sequence[str], unit: str) -> Caveat:
    """That ground is unknown because the study does not say what its values mean."""
    return Caveat("hazard_unmapped", f"hazard.{role.id}", count, unit, examples(values, _SHOWN))


def strange_depths(role: HazardRole, depth_m: NDArray[Any], unit: str) -> tuple[Caveat, ...]:
    """Depths of water, or a depth from which ways close, that look as if their unit were another.

    Parameters
    ----------
    depth_m
        In metres, of a layer of which the scale counts metres; NaN is unknown.
    unit
        features or cells.
    """
    if role.scale.unit != "m":
        return ()
    layer, closes_at, (least, most) = f"hazard.{role.id}", role.scale.closes_at, _CLOSES_M
    found, deep = [], depth_m[depth_m > DEEPEST_M]
    if len(deep):
        found.append(Caveat("hazard_too_deep", layer, len(deep), unit, f"{deep.max():g} m"))
    if closes_at == 0:
        found.append(Caveat("closes_at_any", layer, 1, "layers"))
    elif closes_at is not None and not least <= closes_at <= most:
        found.append(Caveat("closes_at_strange", layer, 1, "layers", f"{closes_at:g} m"))
    return tuple(found)


def shown_by_cells(
    role: HazardRole, codes: NDArray[np.int16], inside: NDArray[np.bool_], unmapped_cells: NDArray[Any], *, near: bool
) -> tuple[Caveat, ...]:
    """What a raster says of the communities, or does not.

    Parameters
    ----------
    codes
        Of `layers.hazard_scales.class_codes`.
    inside
        Cells whose centre lies in the communities.
    unmapped_cells
        Codes that the study does not name, of the cells inside.
    near
        Whether there is a hazard in or near the communities.
    """
    layer = f"hazard.{role.id}"
    known = int(((codes != UNKNOWN) & inside).sum())
    void = int(inside.sum()) - known - len(unmapped_cells)
    found = [unmapped(role, len(unmapped_cells), [f"{v:g}" for v in np.unique(unmapped_cells)], "cells")]
    if inside.any() and not known:
        return (*found, Caveat("hazard_all_unknown", layer, int(inside.sum()), "cells"))
    found.append(Caveat("hazard_unknown", layer, void, "cells"))
    if 2 * void > inside.sum() and not (codes == NONE).any():
        found.append(Caveat("hazard_never_dry", layer, void, "cells"))
    if not near:
        away = int((codes > NONE).sum())
        found.append(Caveat("hazard_elsewhere", layer, away, "cells") if away and known == inside.sum()
                     else Caveat("hazard_none", layer, known, "cells"))  # fmt: skip
    return tuple(found)
