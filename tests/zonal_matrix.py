"""Shares of cells in zones as one sparse matrix, which only tests and small grids can afford."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from spatial.zonal import Coverage


def matrix_of(found: Coverage) -> csr_array:
    """Zones by cells: the share (0-1) of each cell in each zone."""
    runs = [np.arange(c, c + n) for c, n in zip(found.run_cell, found.run_length, strict=True)]
    whole = np.concatenate(runs) if runs else np.empty(0, np.int64)
    zone = np.concatenate([
        np.repeat(np.arange(found.zones), np.diff(found.firsts[0])),
        np.repeat(np.repeat(np.arange(found.zones), np.diff(found.firsts[1])), found.run_length),
    ])  # fmt: skip
    share = np.concatenate([found.part_share, np.repeat(found.run_share, found.run_length)])
    shape = (found.zones, found.cells.rows * found.cells.columns)
    return csr_array((share, (zone, np.concatenate([found.part_cell, whole]))), shape=shape)


class Sums(NamedTuple):
    """What a raster adds up to in each zone, over cells with a value, and how many cells these are."""

    total: np.ndarray
    known: np.ndarray


def sums_of(found: Coverage, values: np.ndarray) -> Sums:
    """A raster added up by zone; NaN is no value."""
    matrix, flat = matrix_of(found), values.ravel()
    return Sums(matrix @ np.nan_to_num(flat), matrix @ (~np.isnan(flat)).astype(float))
