"""Small groups: which figures are withheld so that none of them can be worked out from the rest.

How many old people live in a unit is an unknown of everybody who only has the published files. Each figure about
groups is a sum of these unknowns: of a district all of its communities, of those served the part of each community
that is served, which is public, because whoever lives in a home is as near to a park as everybody else in it. So what
a reader can work out from all published figures together is a linear programme, and a figure is safe if the
programme leaves it enough room.

Cell suppression as in Hundepool et al. (2012), Statistical Disclosure Control, Wiley: threshold rule,
secondary suppression, and an audit by linear programming of the range in which a suppressed cell may lie.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linprog

TRACE = 1e-6
"""Persons: less is the rounding of a sum."""
_FAST_UNKNOWNS = 4000
"""With more unknowns the projection that spares most linear programmes would take more memory than it is worth."""
_FELT = 1e-7
"""A published figure with a smaller multiplier does not narrow the range."""


@dataclass(frozen=True)
class Cells:
    """Every figure about groups that might be published or must not be worked out, as a sum of unknowns."""

    parts: sp.csr_array
    """Cells x unknowns: the share (0-1) of each unknown in the cell."""
    unknowns: NDArray[np.float64]
    """Their true values [persons]: residents of one group in one community."""
    ceiling: NDArray[np.float64]
    """What is known of each without any figure about groups: not more than this [persons], the residents there."""
    item: NDArray[np.int64]
    """Cells published or withheld together share a number; -1: never published itself, but not to be worked out."""
    ties: sp.csr_array
    """Rows x unknowns, each known to add up to `tied`: groups that make up all residents, or another group."""
    tied: NDArray[np.float64]
    limits: sp.csr_array
    """Rows x unknowns, each known to be at most `limited`: groups that share nobody, or lie within another."""
    limited: NDArray[np.float64]
    whole: NDArray[np.float64]
    """By cell: of how many residents it is a part, which is public [persons]."""

    @property
    def values(self) -> NDArray[np.float64]:
        """The figures [persons]."""
        found: NDArray[np.float64] = self.parts @ self.unknowns
        return found

    @cached_property
    def alike(self) -> NDArray[np.int64]:
        """For each cell the first that is the sum of the same parts: rules often serve the same homes."""
        rows = self.parts
        first: dict[tuple[bytes, bytes], int] = {}
        ends = zip(rows.indptr[:-1], rows.indptr[1:], strict=True)
        keys = [(rows.indices[a:b].tobytes(), np.round(rows.data[a:b], 12).tobytes()) for a, b in ends]
        return np.array([first.setdefault(key, cell) for cell, key in enumerate(keys)], dtype=np.int64)


def is_small(cells: Cells, k: float) -> NDArray[np.bool_]:
    """Cells of more than nobody and fewer than `k`, or all but fewer than `k` of the residents concerned.

    Nobody is not small: there is nobody to be recognised. The rest of the residents is a small group like any other,
    and everybody can subtract.
    """
    values, rest = cells.values, cells.whole - cells.values
    small: NDArray[np.bool_] = ((values > TRACE) & (values < k - TRACE)) | ((rest > TRACE) & (rest < k - TRACE))
    return small


def required(cells: Cells, k: float) -> NDArray[np.float64]:
    """How wide the range must be in which a reader can place each cell [persons].

    `k`; but where fewer than twice as many residents are concerned at all, which is public, half of them.
    """
    room: NDArray[np.float64] = np.minimum(k, cells.whole / 2)
    return room


def suppress(cells: Cells, k: float) -> NDArray[np.bool_]:
    """The items to withhold: small ones, and those from which a withheld one could be worked out.

    Parameters
    ----------
    cells : Cells
    k : float
        Fewer than this are a small group [persons].

    Returns
    -------
    bool array
        By item. The same cells give the same answer: whenever a range is too narrow, of the published items that
        bound it the one of the fewest persons is withheld, of equals the first.
    """
    hidden = np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool)
    if not len(hidden):  # nothing is published
        return hidden
    small = is_small(cells, k)
    hidden[cells.item[small & (cells.item >= 0)]] = True
    safe = np.zeros(len(cells.item), dtype=bool)
    need = required(cells, k) - TRACE
    answers = [cells.unknowns]
    while True:
        withheld = small | ((cells.item >= 0) & hidden[cells.item])
        waiting = np.flatnonzero(withheld & ~safe)
        if not len(waiting):
            return hidden
        # Withholding more only widens a range, so what is safe once stays safe.
        safe[waiting] = _evidently_wide(cells, hidden, waiting, need[waiting])
        for cell in waiting[~safe[waiting]]:
            _make_room(cells, hidden, int(cell), need[cell], answers)
            safe[cell] = True


def ranges(cells: Cells, hidden: NDArray[np.bool_], which: Iterable[int]) -> NDArray[np.float64]:
    """Lowest and highest value of some cells that agree with everything published; one row a cell."""
    system = _system(cells, hidden)
    return np.array([[*_bounds(cells, system, cell).ends] for cell in which]).reshape(-1, 2)


@dataclass(frozen=True)
class _System:
    """What is published, as equations: first the cells by number, then the ties."""

    cell: NDArray[np.int64]
    left: sp.csr_array
    right: NDArray[np.float64]


def _system(cells: Cells, hidden: NDArray[np.bool_]) -> _System:
    shown = np.flatnonzero((cells.item >= 0) & ~hidden[cells.item])
    _, once = np.unique(cells.alike[shown], return_index=True)
    shown = shown[np.sort(once)]
    left = sp.vstack([cells.parts[shown], cells.ties], format="csr")
    return _System(shown, left, np.concatenate([cells.values[shown], cells.tied]))


@dataclass(frozen=True)
class _Bounds:
    """Between what a cell lies."""

    ends: tuple[float, float]
    felt: NDArray[np.bool_]
    """Which equations bound it."""
    answers: tuple[NDArray[np.float64], ...]
    """The unknowns at both ends."""


def _make_room(
    cells: Cells, hidden: NDArray[np.bool_], cell: int, need: float, answers: list[NDArray[np.float64]]
) -> None:
    """Withhold items until the range of a cell is wide enough, or nothing published narrows it.

    `answers` agree with everything published, and will when less is: two of them that lie far enough apart spare the
    search, and what a search finds is added.
    """
    size, parts = cells.values, cells.parts[[cell]]
    where, weight = parts.indices, parts.data
    told, felt = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    while True:
        found = [float(weight @ answer[where]) for answer in answers]
        if max(found) - min(found) >= need:
            return
        system = _system(cells, hidden)
        before, told = told, np.sort(cells.alike[system.cell])
        # Rules often tell the same sum: while another still tells what was withheld last, all ranges are as they were.
        if not np.array_equal(before, told) or not len(felt):
            bounds = _bounds(cells, system, cell)
            answers += bounds.answers
            if bounds.ends[1] - bounds.ends[0] >= need:
                return
            felt = cells.alike[system.cell[bounds.felt[: len(system.cell)]]]
        bounding = system.cell[np.isin(cells.alike[system.cell], felt)]
        if not len(bounding):
            return
        of_item = {int(cells.item[c]): 0.0 for c in bounding}
        for c in bounding:
            of_item[int(cells.item[c])] = max(of_item[int(cells.item[c])], float(size[c]))
        hidden[min(of_item, key=lambda item: (round(of_item[item], 6), item))] = True


def _bounds(cells: Cells, system: _System, cell: int) -> _Bounds:
    """Lowest and highest value of a cell, and which equations bound it; what cannot be solved counts as known."""
    goal = cells.parts[[cell]].toarray()[0]
    box = np.column_stack([np.zeros(len(cells.ceiling)), cells.ceiling])
    at, felt, answers = [], np.zeros(len(system.right), dtype=bool), []
    for sign in (1.0, -1.0):
        found = linprog(sign * goal, cells.limits, cells.limited, system.left, system.right, bounds=box, method="highs")
        if found.status != 0:
            value = float(cells.values[cell])
            return _Bounds((value, value), np.ones(len(system.right), dtype=bool), ())
        at.append(sign * found.fun)
        felt |= np.abs(found.eqlin.marginals) > _FELT
        answers.append(found.x)
    return _Bounds((at[0], at[1]), felt, tuple(answers))


def _evidently_wide(
    cells: Cells, hidden: NDArray[np.bool_], which: NDArray[np.int64], need: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Cells whose range is wide enough along one line of answers, all of which agree with what is published.

    The line goes through the true one: a few products of matrices instead of two linear programmes a cell.
    """
    if len(cells.unknowns) > _FAST_UNKNOWNS:
        return np.zeros(len(which), dtype=bool)
    goal = cells.parts[which].toarray()
    left = _system(cells, hidden).left.toarray()
    _, size, rows = np.linalg.svd(left[np.any(left != 0, axis=1)], full_matrices=False)
    basis = rows[size > 1e-9 * size.max(initial=0.0)]
    step = goal - (goal @ basis.T) @ basis
    step[np.abs(step) < 1e-9 * np.abs(goal).max(axis=1, initial=0.0, keepdims=True)] = 0.0
    drift = (cells.limits @ step.T).T
    drift[np.abs(drift) < 1e-9 * np.abs(goal).max(axis=1, initial=0.0, keepdims=True)] = 0.0
    rest = np.maximum(cells.limited - cells.limits @ cells.unknowns, 0.0)
    way, above = np.hstack([step, drift]), np.concatenate([cells.ceiling - cells.unknowns, rest])
    below = np.concatenate([cells.unknowns, np.full(len(rest), np.inf)])
    with np.errstate(divide="ignore", invalid="ignore"):
        up, down = above / np.abs(way), below / np.abs(way)
    forward = np.where(way > 0, up, np.where(way < 0, down, np.inf)).min(axis=1, initial=np.inf)
    back = np.where(way > 0, down, np.where(way < 0, up, np.inf)).min(axis=1, initial=np.inf)
    with np.errstate(invalid="ignore"):
        wide: NDArray[np.bool_] = (forward + back) * np.sum(step * goal, axis=1) >= need
    return wide


def whole_persons(parts: NDArray[np.float64], total: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Rows of parts in whole persons that add up to the whole number nearest to their sum; nobody stays nobody.

    `total`, where it is given, is the whole number that each row is to add up to, within one of its sum.

    Fractions of a person come from sharing people out among homes. To a millionth they would tell so much about
    the whole numbers behind them that a computer could find these, though they are not bounded otherwise.
    """
    down = np.floor(parts + 1e-9)
    rest = np.clip(parts - down, 0.0, 1.0)
    missing = (np.round(parts.sum(axis=1)) if total is None else total) - down.sum(axis=1)
    rank = np.argsort(np.argsort(-rest, axis=1, kind="stable"), axis=1, kind="stable")
    rounded: NDArray[np.float64] = down + (rank < missing[:, None])
    return rounded
