"""Criticality: which pieces of street, bridges and entrances carry most people's only way to what a rule asks for.

Each is closed by itself. Whoever then finds no way within the rule's limit loses reach; see `spatial.critical`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analyses.access import Walking
from analyses.profile import Profile, Rule
from analyses.supply import Places
from analyses.walking import WALKERS
from spatial.critical import Concern, Forest, Losses, close_edges, close_entrances, forest
from spatial.network import WalkNetwork
from spatial.search_graph import with_entrances
from spatial.snapping import Attachments, at_nodes
from spatial.traits import Trait

_SAME_SPOT_DECIMALS = 2
"""Ways into several spaces at one place, to a centimetre, are one gate: if it closes, all of them do."""


@dataclass(frozen=True)
class Links:
    """What may close on the walk network, each by itself: every bridge as a whole, and every other edge."""

    kind: NDArray[np.object_]
    """``bridge`` or ``segment``."""
    edges: list[NDArray[np.int64]]
    """The edges of each, in the order of the way."""


def links_of(network: WalkNetwork) -> Links:
    """Bridges, of all edges in a row that one way has on them, and every other edge by itself.

    Every edge is in exactly one of them. In the order of the network.
    """
    bridge = network.edge_traits.has(Trait.BRIDGE)
    goes_on = (
        bridge[1:] & bridge[:-1]
        & (network.edge_way_id[1:] == network.edge_way_id[:-1])
        & (network.edge_start[1:] == network.edge_end[:-1])
    )  # fmt: skip
    first = np.flatnonzero(np.append(len(bridge) > 0, ~goes_on))
    edges = np.split(np.arange(len(bridge)), first[1:]) if len(first) else []
    return Links(np.where(bridge[first], "bridge", "segment").astype(object), edges)


def link_losses(walking: Walking, places: Places, residents: NDArray[np.float64], links: Links, limit: float) -> Losses:
    """Who loses reach of some places within a limit if a piece of street or a bridge closes.

    Parameters
    ----------
    walking : Walking
        One way of walking, in metres or seconds.
    places : Places
    residents : float array
        Of every demand point [persons]; unknown ones (NaN) count as nobody.
    links : Links
    limit : float
        Inclusive, in the unit of the walking.

    Returns
    -------
    Losses
        One entry a link [persons]; `extra` in the unit of the walking. Who finds nothing within the limit and lives
        nearer than it to where the data end is `unknown`: the distance to that end is the one with everything open,
        so never too long.

    Notes
    -----
    The same, to rounding, as closing the link and searching again.
    """
    return close_edges(_grown(walking, places, limit), links.edges, _concern(walking, residents, limit))


def entrance_losses(
    walking: Walking, places: Places, residents: NDArray[np.float64], gates: list[NDArray[np.int64]], limit: float
) -> Losses:
    """Who loses reach of some places within a limit if a gate closes: the entrances of one entry close together."""
    return close_entrances(_grown(walking, places, limit), gates, _concern(walking, residents, limit))


def gates_of(walking: Walking, places: Places) -> list[NDArray[np.int64]]:
    """The entrances of some places, those at one spot together."""
    chosen = _chosen(walking, places)
    xy = np.array([(point.x, point.y) for point in walking.entrances.point[chosen]]).reshape(-1, 2)
    _, spot = np.unique(np.round(xy, _SAME_SPOT_DECIMALS), axis=0, return_inverse=True)
    order = np.argsort(spot.ravel(), kind="stable")
    first = np.flatnonzero(np.diff(spot.ravel()[order], prepend=-1))
    return np.split(chosen[order], first[1:]) if len(first) else []


def cut_off(
    walking: Walking,
    places: Places,
    residents: NDArray[np.float64],
    *,
    links: list[NDArray[np.int64]],
    gates: list[NDArray[np.int64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Residents who could walk to none of some places any more, however far, if a link or a gate closed [persons].

    Whoever still comes to where the data end is not among them: something may lie beyond. Those who live along a
    closed link are not, either.
    """
    graph = walking.graph
    ends, doors = at_nodes(graph.network, np.flatnonzero(graph.network.node_beyond)), graph.entrances
    both = Attachments(
        np.concatenate([doors.edge, ends.edge]), np.concatenate([doors.along_m, ends.along_m]),
        np.concatenate([doors.off_network_m, ends.off_network_m]),
    )  # fmt: skip
    there = with_entrances(graph.network, graph.impedance, graph.contracted, both)
    chosen = np.append(_chosen(walking, places), len(doors.edge) + np.arange(len(ends.edge)))
    found = forest(there, chosen, walking.placed, limit=np.inf)
    who = Concern(residents, np.ones(len(residents), dtype=bool), np.inf)
    return close_edges(found, links, who).lose, close_entrances(found, gates, who).lose


def told_rules(profiles: Sequence[Profile], measured: Collection[tuple[str, str]]) -> list[tuple[Profile, Rule]]:
    """The rules for which criticality is told: with a target for the walk of all residents to one place of one supply.

    Rules with options, of several places at once, about a group, or about what a hazard leaves are left out.
    """
    return [
        (profile, rule)
        for profile in profiles
        for rule in profile.rules
        if (profile.id, rule.id) in measured
        and rule.kind == "reach"
        and rule.by in WALKERS
        and rule.who == "population"
        and rule.target is not None
        and rule.supply is not None
        and rule.limit is not None
        and not (rule.or_else or rule.under_hazard)
        and rule.count == 1
    ]


def _chosen(walking: Walking, places: Places) -> NDArray[np.int64]:
    return np.flatnonzero(np.isin(walking.entrances.table["space"].to_numpy(), places.space))


def _grown(walking: Walking, places: Places, limit: float) -> Forest:
    # No search beyond the limit: whoever finds nothing within it loses, however far the next place is.
    return forest(walking.graph, _chosen(walking, places), walking.placed, limit=limit)


def _concern(walking: Walking, residents: NDArray[np.float64], limit: float) -> Concern:
    return Concern(residents, walking.edge_of_data >= limit, limit)
