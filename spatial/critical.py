"""What each edge, group of edges or entrance is worth: who loses their way if it closes, without a search for each.

An edge matters to those alone whose nearest way runs over it: they stand below it in the forest of nearest ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial import critical_loops
from spatial.compiled import compiled, in_parallel, plain
from spatial.contraction import Chain
from spatial.errors import AnalysisError
from spatial.forest_loops import preorder
from spatial.search_graph import SAME_PLACE_M, PlacedPoints, SearchGraph

FELT = 1e-6
"""Cost that a walk must grow by to be longer: less is rounding, where two ways are equally near."""
_FEWEST_AT_ONCE = 4096
_BLOCKS = 8
"""Closures are dealt out in so many blocks, each of which needs room for one more forest."""


class _Seeds(NamedTuple):
    """The chosen entrances at either end of their chains, by junction in CSR form."""

    first: NDArray[np.int32]
    cost: NDArray[np.float64]
    chain: NDArray[np.int32]
    side: NDArray[np.int8]
    """0: it is walked to from the chain's head."""
    gate: NDArray[np.int32]
    """Position among the graph's entrances."""
    at_m: NDArray[np.float64]
    """Metres from the chain's head."""


class _Tree(NamedTuple):
    cost: NDArray[np.float64]
    via: NDArray[np.int32]
    order: NDArray[np.int32]
    place: NDArray[np.int32]
    size: NDArray[np.int32]


@dataclass(frozen=True)
class Forest:
    """The nearest ways from everywhere to some entrances, as trees: made once, for any number of closures."""

    graph: SearchGraph
    points: PlacedPoints
    limit: float
    """Beyond it is out of reach; in the unit of the graph's impedance."""
    seeds: _Seeds
    tree: _Tree
    ends: tuple[NDArray[np.int32], NDArray[np.int32]]
    """The chains that a search may pass through at each junction, in CSR form."""
    gates: tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]
    """The chosen entrances by chain, in CSR form, and the places of all along their chains."""
    direct: NDArray[np.float64]
    """Cost of the walk from each placed point along its chain."""

    @cached_property
    def cost(self) -> NDArray[np.float64]:
        """Cost from every point to the nearest of the entrances with nothing closed; inf is out of reach."""
        at, cost = self.points.at, self.tree.cost
        by_ends = np.minimum(at.towards[0] + cost[self.points.head], at.towards[1] + cost[self.points.tail])
        found = np.minimum(self.direct, by_ends)
        result = np.full(self.points.count, np.inf)
        result[self.points.point] = np.where(found <= self.limit, found, np.inf)
        return result


@dataclass(frozen=True)
class Concern:
    """Whose walks count, and for how long a walk is still reach."""

    weight: NDArray[np.float64]
    """Of every point, such as the residents there; what is not known counts as 0."""
    certain: NDArray[np.bool_]
    """Whether nothing nearer than `limit` may lie beyond the data: else whoever finds nothing is unknown."""
    limit: float
    """Inclusive; in the unit of the graph's impedance."""


@dataclass(frozen=True)
class Losses:
    """What each closure does, as sums of weights over those within the limit before; one entry a closure."""

    lose: NDArray[np.float64]
    """Find nothing within the limit any more, and do not live along what is closed."""
    along: NDArray[np.float64]
    """Live along what is closed: their way is shut at the door, whatever there is elsewhere."""
    unknown: NDArray[np.float64]
    """Would lose, unless something lies beyond the data."""
    farther: NDArray[np.float64]
    """Still reach an entrance within the limit, but farther."""
    extra: NDArray[np.float64]
    """Mean of what is added to the walks of those who get farther; NaN where nobody does."""


def forest(graph: SearchGraph, chosen: NDArray[np.int64], points: PlacedPoints, *, limit: float) -> Forest:
    """Grow the forest of nearest ways from every junction to the nearest of the chosen entrances.

    Parameters
    ----------
    graph : SearchGraph
    chosen : int array
        Positions among the graph's entrances.
    points : PlacedPoints
        Demand points, placed on this graph (`place_points`).
    limit : float
        Beyond it is out of reach; in the unit of the graph's impedance.

    Returns
    -------
    Forest
        Its costs are those of `nearest_entrance`.

    Raises
    ------
    AnalysisError
        The points are placed on another network.
    """
    made = graph.contracted
    if points.contracted is not made:
        message = "points are placed on another network than the one searched: they would be anywhere. Place them on it"
        raise AnalysisError(message)
    mine = np.unique(chosen)
    mine = mine[graph.placed.chain[mine] >= 0]
    seeds, gates, ends = _seeds(graph, mine), _by_chain(graph, mine), _ends(made.chains, len(made.arcs.first) - 1)
    cost, via = compiled(critical_loops.grow)(made.chains, ends, (seeds.first, seeds.cost), float(limit))
    tree = _Tree(cost, via, *compiled(preorder)(cost, via, made.chains.head, made.chains.tail))
    direct = compiled(critical_loops.straight)(made.chains, (points.first, points.at.along), gates, SAME_PLACE_M)
    return Forest(graph, points, float(limit), seeds, tree, ends, gates, direct)


def close_edges(found: Forest, groups: Sequence[NDArray[np.int64]] | NDArray[np.int64], concern: Concern) -> Losses:
    """Who loses their way if edges close, one after the other, or some of them at a time.

    A closed edge is not walked in any direction. Whoever lives along it is shut in, and an entrance along it is shut;
    at its very end both stand at the node, and may use its other edges.

    Parameters
    ----------
    found : Forest
    groups : int array, or sequence of int arrays
        The edges that close by themselves, or the groups of edges that close together, such as those of a bridge.
        Of a group the pieces on one chain close with all that lies between them.
    concern : Concern

    Returns
    -------
    Losses
        In the order of `groups`: the same, to rounding, as closing it and searching again.

    Notes
    -----
    For every closure only the trees below it are mended: their junctions take the least cost of a way out of the
    trees, and a search among them alone settles the rest. The work is the sum of the sizes of the trees, that is
    the number of junctions times the mean number of chains on a way, times the logarithm of the largest tree.

    References
    ----------
    Ramalingam, G. and Reps, T. (1996). An incremental algorithm for a generalization of the shortest-path problem.
    Journal of Algorithms 21(2), 267-305.
    """
    edges = [np.atleast_1d(group) for group in groups] if not isinstance(groups, np.ndarray) else groups[:, None]
    counts = np.array([len(group) for group in edges], dtype=np.int64)
    edge = np.concatenate([*edges, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    closure = np.repeat(np.arange(len(counts)), counts)
    at = found.graph.contracted.edges
    chain, low = at.chain[edge], at.before_m[edge]
    high = low + at.length_m[edge]
    order = np.lexsort((chain, closure))
    closure, chain, low, high = closure[order], chain[order], low[order], high[order]
    begins = np.flatnonzero(np.diff(closure, prepend=-1) | np.diff(chain, prepend=-1)) if len(order) else order
    if len(begins):
        closure, chain, low, high = (
            closure[begins], chain[begins], np.minimum.reduceat(low, begins), np.maximum.reduceat(high, begins)
        )  # fmt: skip
    return _close(found, len(counts), (closure, chain, low, high), (closure[:0], edge[:0]), concern)


def close_entrances(found: Forest, groups: Sequence[NDArray[np.int64]] | NDArray[np.int64], concern: Concern) -> Losses:
    """Who loses their way if entrances close, one after the other, or some of them at a time.

    Parameters
    ----------
    found : Forest
    groups : int array, or sequence of int arrays
        Positions among the graph's entrances, by themselves or in groups, such as those of one park. One that was
        not chosen changes nothing.
    concern : Concern

    Returns
    -------
    Losses
        In the order of `groups`; nobody lives `along` an entrance. Method as of `close_edges`.
    """
    gates = [np.atleast_1d(group) for group in groups] if not isinstance(groups, np.ndarray) else groups[:, None]
    counts = np.array([len(group) for group in gates], dtype=np.int64)
    gate = np.concatenate([*gates, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    closure = np.repeat(np.arange(len(counts)), counts)
    chain = found.graph.placed.chain[gate]
    on = chain >= 0
    pairs = np.unique(np.column_stack([closure[on], chain[on]]), axis=0)
    nothing = np.full(len(pairs), np.inf)
    return _close(found, len(counts), (pairs[:, 0], pairs[:, 1], nothing, -nothing), (closure, gate), concern)


def _close(
    found: Forest,
    count: int,
    pieces: tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]],
    gates: tuple[NDArray[np.int64], NDArray[np.int64]],
    concern: Concern,
) -> Losses:
    """Close what is given: pieces of chains and entrances, each with the number of its closure, ascending."""
    closure, chain, low, high = pieces
    first, gate_first = _starts(closure, count), _starts(gates[0], count)
    # Closures of the same chain follow each other, so that what they do elsewhere is found once.
    leading = np.full(count, -1, dtype=np.int64)
    some = np.diff(first) > 0
    leading[some] = chain[first[:-1][some]]
    order = np.argsort(leading, kind="stable")
    alone = (np.diff(first) == 1) & (np.diff(gate_first) == 0)
    alone[some] &= np.diff(found.gates[0])[leading[some]] == 0
    same = np.zeros(count, dtype=bool)
    same[1:] = (alone[order][1:] & alone[order][:-1]) & (leading[order][1:] == leading[order][:-1])
    rows, gate_rows = _rows(first, order), _rows(gate_first, order)
    closures = (
        _starts_of(first, order), plain(chain[rows], np.int32), plain(low[rows], np.float64),
        plain(high[rows], np.float64), _starts_of(gate_first, order), plain(gates[1][gate_rows], np.int32), same,
    )  # fmt: skip
    sums = np.empty((5, count))
    sums[:, order] = _sums(found, closures, concern, count)
    lose, along, unknown, farther, extra = sums
    with np.errstate(invalid="ignore", divide="ignore"):
        return Losses(lose, along, unknown, farther, np.where(farther > 0, extra / farther, np.nan))


def _sums(
    found: Forest, closures: tuple[NDArray[np.generic], ...], concern: Concern, count: int
) -> NDArray[np.float64]:
    made, points = found.graph.contracted, found.points
    weight = np.nan_to_num(concern.weight)[points.point]
    placed = (
        points.first, points.at.along, points.at.towards, found.direct, plain(weight, np.float64),
        plain(concern.certain[points.point], np.bool_),
    )  # fmt: skip
    scale = (found.limit, float(concern.limit), SAME_PLACE_M, FELT)
    loop = compiled(critical_loops.close_each)
    parts = in_parallel(
        lambda low, high: loop(
            made.chains, found.ends, points.around, found.seeds, found.tree, placed, found.gates, closures, scale,
            (low, high),
        ),
        count, block=max(_FEWEST_AT_ONCE, -(-count // _BLOCKS)),
    )  # fmt: skip
    return np.concatenate([np.zeros((5, 0)), *parts], axis=1)


def _seeds(graph: SearchGraph, chosen: NDArray[np.int64]) -> _Seeds:
    chains, placed = graph.contracted.chains, graph.placed
    gate, side = np.repeat(chosen, 2), np.tile([0, 1], len(chosen))
    chain = placed.chain[gate]
    junction, cost = np.where(side == 0, chains.head[chain], chains.tail[chain]), placed.away[side, gate]
    order = np.lexsort((gate, junction))[np.isfinite(cost)[np.lexsort((gate, junction))]]
    first = _starts(np.sort(junction[order]), len(graph.contracted.arcs.first) - 1)
    return _Seeds(
        first, plain(cost[order], np.float64), plain(chain[order], np.int32), plain(side[order], np.int8),
        plain(gate[order], np.int32), plain(placed.along[gate[order], critical_loops.AT], np.float64),
    )  # fmt: skip


def _by_chain(
    graph: SearchGraph, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    chain = graph.placed.chain[chosen]
    order = np.argsort(chain, kind="stable")
    first = _starts(chain[order], len(graph.contracted.chains.head))
    return first, plain(chosen[order], np.int32), plain(graph.placed.along, np.float64)


def _ends(chains: Chain, junctions: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Where a chain leads on at both ends: twice the chain, plus 1 for its tail, by junction in CSR form."""
    ends = np.bincount(chains.head, minlength=junctions) + np.bincount(chains.tail, minlength=junctions)
    through = np.flatnonzero((ends[chains.head] > 1) & (ends[chains.tail] > 1) & (chains.head != chains.tail))
    junction = np.concatenate([chains.head[through], chains.tail[through]])
    order = np.argsort(junction, kind="stable")
    return _starts(junction[order], junctions), np.concatenate([2 * through, 2 * through + 1])[order].astype(np.int32)


def _starts(sorted_: NDArray[np.integer], groups: int) -> NDArray[np.int32]:
    """Where each group begins among numbers of groups in ascending order, in CSR form."""
    return np.append(0, np.cumsum(np.bincount(sorted_, minlength=groups))).astype(np.int32)


def _rows(first: NDArray[np.int32], order: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of groups in another order."""
    counts = np.diff(first)[order]
    begins = np.cumsum(counts) - counts
    return np.repeat(first[:-1][order] - begins, counts) + np.arange(int(counts.sum()))


def _starts_of(first: NDArray[np.int32], order: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.append(0, np.cumsum(np.diff(first)[order])).astype(np.int32)
