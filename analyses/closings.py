"""How much a hazard closes: as stated, or under other choices that somebody else could have made.

Nobody knows from which depth on people no longer walk, nor how high the deck of a bridge lies. So the score of a rule
that has to hold while a hazard lasts is also worked out with less closed, and with more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.exposure import footprint
from layers.closing import manner
from layers.hazard_scales import NEVER_NEGATIVE, HazardScale, at_least
from layers.hazards import searched
from layers.types import HazardRole, Layers
from spatial.cell_ground import ground_of
from spatial.datum_shift import moved
from spatial.near_ground import in_bits, near_ground
from spatial.zonal import Cells


@dataclass(frozen=True)
class Closing:
    """A choice of what closes."""

    intensity: float = 1.0
    """Times the closing intensity of every layer; in units whose 0 is no zero (degrees), one class up or down."""
    bridges_as_ground: bool = False
    """Whether a bridge closes as the ground below it does, where it would stay open."""
    unsaid: bool = False
    """Whether ground closes too of which a layer does not say whether it is closed: the worst that may be."""


STATED = Closing()
"""What the verdicts rest on."""


def closings(factors: tuple[float, float]) -> tuple[Closing, ...]:
    """The choices that are tried: as stated; less closed, from a higher intensity on; more closed, from a lower one on.

    Where more is closed bridges close too. `factors`: the lower and the higher one, times the closing intensity.
    """
    low, high = factors
    return (STATED, Closing(high), Closing(low, bridges_as_ground=True))


def closed_ground(layers: Layers, hazard: HazardRole, closing: Closing = STATED) -> NDArray[np.object_]:
    """A layer's ground at or above its closing intensity, or all of it where the study says that it closes.

    Parameters
    ----------
    layers : Layers
    hazard : HazardRole
        One of the study's.
    closing : Closing
        Of a layer without an intensity all closes, whatever the choice.

    Returns
    -------
    array of polygons
        In the study's CRS; may overlap.

    Notes
    -----
    A lower intensity closes all that a higher one does.
    """
    rows = layers.hazards[(layers.hazards["hazard_id"] == hazard.id).to_numpy(bool)]
    if hazard.scale.closes_at is None:
        return footprint(rows, (hazard.id,))
    stated = _of_rows(rows, hazard.scale.closes_at)
    least = closing_intensity(hazard.scale, closing)
    if least == hazard.scale.closes_at:
        return stated
    if hazard.id not in layers.hazard_grids:
        return _of_rows(rows, least)
    cells = _of_cells(layers, hazard, least)
    if least < hazard.scale.closes_at:
        return np.concatenate([stated, cells])
    # Piece by piece: the union of a rough raster has millions of corners.
    bits = in_bits(cells)
    met, near = near_ground(bits, stated)
    return _parts(shapely.intersection(bits[met], near))


def closing_intensity(scale: HazardScale, closing: Closing) -> float:
    """From which intensity on a layer closes under a choice [unit of the scale].

    In units that are never negative the stated one times the factor; else the least of the next class in that
    direction, and the stated one where there is none.
    """
    stated = scale.closes_at
    assert stated is not None
    if scale.unit in NEVER_NEGATIVE or closing.intensity == 1.0:
        return stated * closing.intensity
    if closing.intensity > 1.0:
        return min((least for least in scale.bands.values() if least > stated), default=stated)
    return max((least for least in scale.bands.values() if least < stated), default=stated)


def same_closing(lasting: Sequence[HazardRole], avoided: Sequence[HazardRole], closing: Closing) -> bool:
    """Whether a choice closes what is stated while some layers last, of spaces outside of others too."""
    if closing.unsaid:
        return False
    if closing.bridges_as_ground and any(manner(hazard.kind).bridge == "open" for hazard in lasting):
        return False
    scales = [hazard.scale for hazard in (*lasting, *avoided) if hazard.scale.closes_at is not None]
    return all(closing_intensity(scale, closing) == scale.closes_at for scale in scales)


def _of_rows(rows: gpd.GeoDataFrame, least: float) -> NDArray[np.object_]:
    if "intensity" not in rows:
        return np.zeros(0, dtype=object)
    closed: NDArray[np.object_] = rows.geometry.to_numpy()[at_least(rows["intensity"].to_numpy(float), least)]
    return closed


def _of_cells(layers: Layers, hazard: HazardRole, least: float) -> NDArray[np.object_]:
    """The cells of a raster at or above an intensity, as far around the communities as its classes are kept."""
    grid = layers.hazard_grids[hazard.id]
    found = ground_of(at_least(grid.values, least), Cells.of(grid))
    placed = moved(gpd.GeoSeries(list(found), crs=grid.crs), layers.communities.crs, f"hazard.{hazard.id}").to_numpy()
    around = searched(layers.communities.union_all())
    return _parts(shapely.intersection([shapely.union_all(placed)], around))


def _parts(ground: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons of some ground."""
    parts = shapely.get_parts(ground)
    polygons: NDArray[np.object_] = parts[shapely.get_dimensions(parts) == 2]
    return polygons
