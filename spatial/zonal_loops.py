"""The loops of `spatial.zonal` (compiled): outlines become shares of cells, and cells are added up by zone.

The share of every cell that lies in a polygon is found as scan converters of fonts do it: each piece of outline in a
row of cells tells how much of the ground to its right it begins or ends (its height, signed), and how much of that lies
in its own cell. Summed from left to right this is the share of each cell, exactly; between two pieces of outline it
stays the same (mostly 0 or 1), which needs no cell by cell.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.extending import register_jitable

_ROW_CELLS = 1 << 31
"""A cell's key is row * this + column: both fit."""
_ROUNDING = 1e-12
"""Shares between two pieces of outline that differ less from 0 or 1 are these."""


@register_jitable
def _along_row(
    row: int,
    x0: float,
    x1: float,
    height: float,
    columns: int,
    keys: Any,
    cover: Any,
    area: Any,
    n: int,
) -> int:
    """Note a piece of outline within one row, from x0 to x1, of a signed height; returns how many are noted now."""
    low, high = min(x0, x1), max(x0, x1)
    if low >= columns:
        return n
    if high <= 0.0:
        keys[n], cover[n], area[n] = row * _ROW_CELLS, height, height
        return n + 1
    first = int(np.floor(low))
    if first >= 0 and high <= first + 1:
        keys[n], cover[n] = row * _ROW_CELLS + first, height
        area[n] = height * (1.0 - (0.5 * (low + high) - first))
        return n + 1
    per = height / (high - low)
    x = low
    if x < 0.0:
        keys[n], cover[n], area[n] = row * _ROW_CELLS, -x * per, -x * per
        n += 1
        x = 0.0
    end = min(high, float(columns))
    while x < end:
        column = int(np.floor(x))
        after = min(column + 1.0, end)
        part = per * (after - x)
        keys[n], cover[n] = row * _ROW_CELLS + column, part
        area[n] = part * (1.0 - (0.5 * (x + after) - column))
        n += 1
        x = after
    return n


@register_jitable
def _along_edge(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    rows: int,
    columns: int,
    keys: Any,
    cover: Any,
    area: Any,
    n: int,
) -> int:
    """Note one straight piece of outline, row by row; returns how many pieces are noted now."""
    low, high = max(min(y0, y1), 0.0), min(max(y0, y1), float(rows))
    if low >= high:
        return n
    sign = 1.0 if y1 > y0 else -1.0
    step = (x1 - x0) / (y1 - y0)
    y = low
    x = x0 + (y - y0) * step if y != y0 and y != y1 else (x0 if y == y0 else x1)
    while y < high:
        row = int(np.floor(y))
        below = min(row + 1.0, high)
        if below == y0:
            beyond = x0
        elif below == y1:
            beyond = x1
        else:
            beyond = x0 + (below - y0) * step
        n = _along_row(row, x, beyond, sign * (below - y), columns, keys, cover, area, n)
        y, x = below, beyond
    return n


@register_jitable
def _noted_at_most(x0: float, y0: float, x1: float, y1: float, rows: int, columns: int) -> int:
    """How many pieces `_along_edge` may note."""
    low, high = max(min(y0, y1), 0.0), min(max(y0, y1), float(rows))
    if low >= high:
        return 0
    before, after = (x0, x1) if x0 < x1 else (x1, x0)
    left, right = min(max(before, 0.0), float(columns)), min(max(after, 0.0), float(columns))
    crossed = int(np.floor(high) - np.floor(low)) + int(np.floor(right) - np.floor(left))
    return crossed + 2 * int(high - low + 2) + 3


def most_noted(x: Any, y: Any, ring_first: Any, zone_ring: Any, rows: int, columns: int) -> Any:
    """For every zone how many pieces of outline it may have in the grid."""
    zones = len(zone_ring) - 1
    most = np.zeros(zones, np.int64)
    for zone in range(zones):
        for ring in range(zone_ring[zone], zone_ring[zone + 1]):
            for i in range(ring_first[ring], ring_first[ring + 1] - 1):
                most[zone] += _noted_at_most(x[i], y[i], x[i + 1], y[i + 1], rows, columns)
    return most


@register_jitable
def _run(row: int, column: int, beyond: int, share: float, columns: int, runs: Any, at: Any) -> None:
    """Note the cells of a row from `column` to before `beyond`, all of one share."""
    run_cell, run_length, run_share = runs
    if beyond > column and share > _ROUNDING:
        run_cell[at[1]], run_length[at[1]] = row * columns + column, beyond - column
        run_share[at[1]] = share if share < 1.0 - _ROUNDING else 1.0
        at[1] += 1


@register_jitable
def _swept(
    keys: Any, cover: Any, area: Any, order: Any, sign: float, columns: int, parts: Any, runs: Any, at: Any
) -> None:
    """Turn the sorted pieces of one zone into cells with an outline and runs of cells without.

    `parts` and `runs` are columns to write to; `at` counts what is written: [parts, runs].
    """
    part_cell, part_share = parts
    i, n, row, before, column = 0, len(order), -1, 0.0, -1
    while i < n:
        key = keys[order[i]]
        here = key // _ROW_CELLS
        if here != row:
            if row >= 0:  # what is open at the end of a row reaches to the grid's rim
                _run(row, column + 1, columns, before * sign, columns, runs, at)
            row, before, column = here, 0.0, -1
        _run(row, column + 1, key - here * _ROW_CELLS, before * sign, columns, runs, at)
        column = key - here * _ROW_CELLS
        inside, added = 0.0, 0.0
        while i < n and keys[order[i]] == key:
            inside += area[order[i]]
            added += cover[order[i]]
            i += 1
        share = (before + inside) * sign
        if share > 0.0:
            part_cell[at[0]], part_share[at[0]] = row * columns + column, min(share, 1.0)
            at[0] += 1
        before += added
    if row >= 0:
        _run(row, column + 1, columns, before * sign, columns, runs, at)


def swept(
    x: Any, y: Any, ring_first: Any, zone_ring: Any, most: Any, sign: float, rows: int, columns: int,
    parts: Any, runs: Any, firsts: Any
) -> None:  # fmt: skip
    """Shares of cells of all zones, zone after zone; `firsts` says where each zone's parts and runs begin.

    Parameters
    ----------
    x, y
        Corners of the outlines, counted in columns and rows of the grid from its first cell's corner.
    ring_first, zone_ring
        Where each ring begins among the corners, and each zone among the rings; one more entry at the end.
    sign
        That of the area of outer rings, see `spatial.zonal`.
    parts, runs
        Columns to write to: of cells with an outline (cell, share), of runs without (first cell, length, share).
    """
    longest = np.int64(1)
    for zone in range(len(most)):
        longest = max(longest, most[zone])
    keys, cover, area = np.empty(longest, np.int64), np.empty(longest), np.empty(longest)
    at = np.zeros(2, np.int64)
    for zone in range(len(most)):
        firsts[0, zone], firsts[1, zone] = at[0], at[1]
        n = 0
        for ring in range(zone_ring[zone], zone_ring[zone + 1]):
            for i in range(ring_first[ring], ring_first[ring + 1] - 1):
                n = _along_edge(x[i], y[i], x[i + 1], y[i + 1], rows, columns, keys, cover, area, n)
        order = np.argsort(keys[:n])
        _swept(keys, cover, area, order, sign, columns, parts, runs, at)
    firsts[0, len(most)], firsts[1, len(most)] = at[0], at[1]


def sums_by_range(
    values: Any, low: Any, high: Any, part_cell: Any, part_share: Any, run_cell: Any, run_length: Any, run_share: Any,
    firsts: Any, zones: Any, found: Any
) -> None:  # fmt: skip
    """Add up the shares of cells by zone and range of values: column k counts what lies from low[k] to high[k].

    Of the zones from zones[0] to before zones[1], so that several processors may work side by side. Cells are read
    once, and only those in zones; without branches, and with 32-bit counts, many are compared in one instruction.
    """
    ranges = len(low)
    for zone in range(zones[0], zones[1]):
        for i in range(firsts[0, zone], firsts[0, zone + 1]):
            value = values[part_cell[i]]
            for k in range(ranges):
                found[zone, k] += part_share[i] * ((value >= low[k]) & (value <= high[k]))
        for i in range(firsts[1, zone], firsts[1, zone + 1]):
            run = values[run_cell[i] : run_cell[i] + run_length[i]]
            for k in range(ranges):
                least, most, cells = low[k], high[k], np.int32(0)
                for at in range(len(run)):
                    cells = np.int32(cells + np.int32((run[at] >= least) & (run[at] <= most)))
                found[zone, k] += run_share[i] * cells


def raised(
    values: Any, low: Any, high: Any, part_cell: Any, run_cell: Any, run_length: Any, unknown: int, inside: int,
    codes: Any
) -> None:  # fmt: skip
    """Raise the codes of the cells in zones to `inside` where a value lies in a range, to `unknown` where it is NaN."""
    for i in range(len(part_cell) + len(run_cell)):
        first, beyond = 0, 0
        if i < len(part_cell):
            first, beyond = part_cell[i], part_cell[i] + 1
        else:
            run = i - len(part_cell)
            first, beyond = run_cell[run], run_cell[run] + run_length[run]
        for cell in range(first, beyond):
            value, code = values[cell], 0
            for k in range(len(low)):
                if low[k] <= value <= high[k]:
                    code = inside
            if np.isnan(value):
                code = unknown
            codes[cell] = max(codes[cell], code)
