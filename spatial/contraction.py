"""Chains: what lies between two junctions of the walk network is one step to a search.

A node where just two edges meet, open in the same directions, decides nothing. Points and
entrances attach anywhere inside a chain by their position along it, so nothing is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from spatial.chain_loops import join_junctions, walk_chains
from spatial.compiled import compiled, plain
from spatial.impedance import Impedance
from spatial.network import WalkNetwork
from spatial.ordering import hilbert_order


class EdgeInChain(NamedTuple):
    """Where each edge lies in its chain; costs run from the chain's head."""

    chain: NDArray[np.int32]
    flipped: NDArray[np.bool_]
    """The edge runs from the chain's tail to its head."""
    length_m: NDArray[np.float64]
    before_m: NDArray[np.float64]
    """Length of the chain before the edge."""
    out: NDArray[np.float64]
    """Cost from the chain's head to the edge, walking out; 0 where nobody may."""
    back: NDArray[np.float64]
    """Cost from the edge back to the chain's head."""
    own_out: NDArray[np.float64]
    """Cost of the edge itself, away from the chain's head."""
    own_back: NDArray[np.float64]


class Chain(NamedTuple):
    """A row for each chain."""

    head: NDArray[np.int32]
    """Junction where it begins."""
    tail: NDArray[np.int32]
    """Junction where it ends; the same one for a loop."""
    length_m: NDArray[np.float64]
    out: NDArray[np.float64]
    """Cost from head to tail; inf where it may not be walked."""
    back: NDArray[np.float64]


class Arcs(NamedTuple):
    """Steps between junctions against the direction of walking, in CSR form."""

    first: NDArray[np.int32]
    """(junctions + 1,)"""
    to: NDArray[np.int32]
    cost: NDArray[np.float64]


@dataclass(frozen=True)
class Contracted:
    """A walk network as chains between junctions, junctions numbered along a Hilbert curve."""

    edges: EdgeInChain
    chains: Chain
    arcs: Arcs
    bucket_width: float
    """Cost by which a queue may sort junctions coarsely; a matter of speed alone."""


def contract(network: WalkNetwork, impedance: Impedance) -> Contracted:
    """Join edges into chains.

    Chains end where not two edges meet, where a direction opens or closes, and somewhere in a
    cycle that touches nothing else. Of parallel chains a search takes the cheaper one; it never
    enters a dead end, where nothing lies that could not be told from its mouth.
    """
    (head, tail), totals, chain, flipped, place = compiled(walk_chains)(
        plain(network.edge_start, np.int32),
        plain(network.edge_end, np.int32),
        plain(network.edge_length_m, np.float64),
        plain(impedance.forward, np.float64),
        plain(impedance.backward, np.float64),
        len(network.node_id),
    )
    is_junction = np.zeros(len(network.node_id), dtype=bool)
    is_junction[head] = is_junction[tail] = True
    at = np.flatnonzero(is_junction)
    number = np.full(len(network.node_id), -1, dtype=np.int32)
    number[at[hilbert_order(network.node_xy[at])]] = np.arange(len(at), dtype=np.int32)
    order = np.argsort(number[head], kind="stable")
    renumbered = np.empty(len(order), dtype=np.int32)
    renumbered[order] = np.arange(len(order), dtype=np.int32)
    chains = Chain(*(column[order] for column in (number[head], number[tail], *totals)))
    placed = EdgeInChain(renumbered[chain], flipped, plain(network.edge_length_m, np.float64), *place)
    arcs = _arcs(chains, len(at))
    width = float(np.median(arcs.cost)) / 4 if len(arcs.cost) else 1.0
    return Contracted(placed, chains, arcs, max(width, 1e-6))


def _arcs(chains: Chain, junctions: int) -> Arcs:
    ends = np.bincount(chains.head, minlength=junctions) + np.bincount(chains.tail, minlength=junctions)
    through = (ends[chains.head] > 1) & (ends[chains.tail] > 1) & (chains.head != chains.tail)
    return Arcs(*compiled(join_junctions)(chains.head, chains.tail, chains.out, chains.back, through, junctions))
