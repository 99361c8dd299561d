"""Ways through what a hazard closes: whom it would serve if one of them were kept open while the hazard lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from analyses.profile import Rule
from analyses.remedy_choice import Offers, Unserved
from analyses.remedy_ground import Ground
from analyses.remedy_walks import supply_of, walking_of
from analyses.walking import WALKERS, mode_of
from spatial.closing import without
from spatial.network import WalkNetwork
from spatial.passages import Gaps, Passage, gaps_of, passages, reached_by
from spatial.search_graph import SearchGraph
from spatial.traits import Trait


@dataclass(frozen=True)
class Links:
    """Passages that could be kept open."""

    offers: Offers
    link: tuple[Link, ...]
    """By offer."""


@dataclass(frozen=True)
class Link:
    """One passage as it is told."""

    way_ids: str
    """The ways that it follows, in the order of walking, separated by blanks."""
    length_m: float
    """How much of them is closed."""
    whole: bool
    """Whether a bridge, tunnel or ford is in it, which may close from end to end: along it others would be served
    too."""


_NONE = Links(Offers(*(np.zeros(0, object), *(np.zeros(0, np.int64),) * 3)), ())


def link_offers(ground: Ground, short: Unserved) -> Links:
    """Passages through what is closed, and whom each would serve within the limit if it alone were kept open.

    A passage is the cheapest run of closed parts from open ground to open ground, from wherever it leads nearer to what
    the rule asks for. It serves by itself: where two would have to be open at a time, none is found.

    Parameters
    ----------
    ground : Ground
        Of a rule that has to hold while a hazard lasts.
    short : Unserved

    Returns
    -------
    Links
        None of a rule in a straight line, or that asks for several places at once.
    """
    rule = short.found.rule
    if ground.left is None or not rule.during or rule.by not in WALKERS or any(o.count > 1 for o in rule.each):
        return _NONE
    walking = walking_of(ground.scene, rule)
    usual = ground.before.ways.by_mode[mode_of(rule)].graph
    gaps = gaps_of(usual.network, without(usual.network, ground.left.closed), usual.impedance)
    ways = [(*_searched(ground, option), option.limit or 0.0) for option in rule.each]
    tried = [one for graph, chosen, limit in ways for one in passages(graph, chosen, gaps, limit=limit)]
    homes = walking.points.take(short.row)
    served = (reached_by(graph, chosen, gaps, tried, homes, limit=limit) for graph, chosen, limit in ways)
    pairs = [np.zeros((0, 2), dtype=np.int64), *(np.column_stack(found) for found in served)]
    both = np.unique(np.concatenate(pairs), axis=0)
    used, number = np.unique(both[:, 1], return_inverse=True)
    point, links = _drawn(usual.network, gaps, [tried[n] for n in used.tolist()])
    return Links(Offers(point, np.full(len(used), -1), both[:, 0], number.ravel()), links)


def _searched(ground: Ground, option: Rule) -> tuple[SearchGraph, NDArray[np.int64]]:
    """The graph of what remains, and the ways into what an option asks for."""
    walking = walking_of(ground.scene, option)
    space = walking.entrances.table["space"].to_numpy()
    return walking.graph, np.flatnonzero(np.isin(space, ground.scene.places_of(supply_of(option)).space))


def _drawn(network: WalkNetwork, gaps: Gaps, tried: list[Passage]) -> tuple[NDArray[np.object_], tuple[Link, ...]]:
    """The middle of each passage, and what is told of it."""
    traits, closed = network.edge_traits, gaps.closed
    whole = traits.has(Trait.BRIDGE) | traits.has(Trait.TUNNEL) | traits.has(Trait.FORD)
    point, links = np.full(len(tried), None, dtype=object), []
    for n, passage in enumerate(tried):
        edges = closed.edge[passage.parts]
        length_m = float((closed.to_m - closed.from_m)[passage.parts].sum())
        middle = passage.parts[len(passage.parts) // 2]
        half_m = (closed.from_m[middle] + closed.to_m[middle]) / 2
        point[n] = shapely.line_interpolate_point(network.edge_line[closed.edge[middle]], half_m)
        ids = dict.fromkeys(_way(str(edge)) for edge in network.edge_id[edges])
        links.append(Link(" ".join(ids), length_m, bool(whole[edges].any())))
    return point, tuple(links)


def _way(edge_id: str) -> str:
    """The OSM element that an edge belongs to."""
    name = edge_id.rsplit(":", 1)[0]
    return name if "/" in name else f"way/{name}"
