"""The loops of water that runs over a grid of heights (compiled; see `spatial.drainage`)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def steepest(
    filled: NDArray[np.float32],
    known: NDArray[np.bool_],
    given: NDArray[np.int8],
    width_m: NDArray[np.float64],
    height_m: NDArray[np.float64],
) -> Any:
    """Flat index of the neighbour to which each cell falls most steeply; -1 of a void, the cell's own where water ends.

    `given` holds the step (down, right) to take where no neighbour is lower, (rows, columns, 2).
    """
    rows, columns = filled.shape
    downstream = np.empty(rows * columns, np.int32)
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if not known[row, column]:
                downstream[here] = -1
                continue
            best, target = 0.0, -1
            for down in range(-1, 2):
                for right in range(-1, 2):
                    r, c = row + down, column + right
                    if (down == 0 and right == 0) or r < 0 or c < 0 or r >= rows or c >= columns or not known[r, c]:
                        continue
                    run_m = np.sqrt((down * height_m[row]) ** 2 + (right * width_m[row]) ** 2)
                    fall = (np.float64(filled[row, column]) - np.float64(filled[r, c])) / run_m
                    if fall > best:
                        best, target = fall, r * columns + c
            if target < 0:
                target = (row + given[row, column, 0]) * columns + column + given[row, column, 1]
            downstream[here] = target
    return downstream


def down_order(downstream: NDArray[np.int32]) -> Any:
    """All cells that are no voids, each before the one that it runs to; fewer where some run in circles."""
    cells = len(downstream)
    inflows = np.zeros(cells, np.int8)
    for cell in range(cells):
        target = downstream[cell]
        if target >= 0 and target != cell:
            inflows[target] += 1
    order = np.empty(cells, np.int32)
    found = 0
    for cell in range(cells):
        if downstream[cell] >= 0 and inflows[cell] == 0:
            order[found] = cell
            found += 1
    done = 0
    while done < found:
        target = downstream[order[done]]
        if target != order[done]:
            inflows[target] -= 1
            if inflows[target] == 0:
                order[found] = target
                found += 1
        done += 1
    return order[:found]


def gathered(order: NDArray[np.int32], downstream: NDArray[np.int32], amount: NDArray[np.float64]) -> None:
    """Add to every cell what all cells above it hold, in place."""
    for cell in order:
        target = downstream[cell]
        if target != cell:
            amount[target] += amount[cell]


def first_below(
    order: NDArray[np.int32], downstream: NDArray[np.int32], level: NDArray[np.float32], stop: NDArray[np.bool_]
) -> Any:
    """Level of the first cell to stop at, going down from each cell, itself included; NaN where there is none."""
    height = np.full(len(downstream), np.nan, np.float32)
    for place in range(len(order) - 1, -1, -1):
        cell = order[place]
        height[cell] = level[cell] if stop[cell] else height[downstream[cell]]
    return height
