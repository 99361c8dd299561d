"""How the rules of a profile walk: who, in metres or minutes, and in which direction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Walking, prepare_walking
from analyses.parameters import Parameters
from analyses.profile import Profile, Rule
from layers.types import Caveat
from layers.walkers import walker
from spatial.elevation import Gradient, edge_gradient
from spatial.impedance import Impedance, distance, returning, there_and_back, time
from spatial.network import WalkNetwork
from spatial.snapping import Attachments, attach, edge_index
from spatial.subnetwork import open_to
from spatial.terrain import Grid, cell_size_m
from spatial.walkers import Crossings, Walker, passable

WALKERS: Mapping[str, str] = {
    "walk": "adult",
    "walk_elderly": "elderly",
    "walk_pram": "pram",
    "walk_wheelchair": "wheelchair",
}
"""`Rule.by` -> the walker of ``layers/rules/walkers.toml``."""


@dataclass(frozen=True)
class Mode:
    """One way of walking."""

    walker: str = "adult"
    unit: str = "m"
    """``m`` or ``s``."""
    direction: str = "to"
    """``to`` the space, ``from`` it home, or ``both``: the mean of going and returning by the same way."""

    def column(self, supply: str) -> str:
        """Name of the column of costs in the table of demand points."""
        who = self.walker if self.direction == "to" else f"{self.walker}_{self.direction}"
        return f"time_{who}_{supply}_min" if self.unit == "s" else f"distance_{who}_{supply}_m"


PLAIN = Mode()
"""Metres to the space, as anybody walks them."""


@dataclass(frozen=True)
class Homes:
    """Where walks begin, and what they attach by."""

    point: NDArray[np.object_]
    barriers: STRtree
    """What the straight leg to the street cannot cross."""


@dataclass(frozen=True)
class Walks:
    """All ways of walking that an assessment needs."""

    by_mode: Mapping[Mode, Walking]
    """With `PLAIN` in any case."""
    gradient: Gradient | None
    """The slopes that times were measured with; None: all ground was taken for level."""


def mode_of(rule: Rule) -> Mode:
    """How a rule walks. Metres are the same for everybody who may use every edge."""
    name = WALKERS[rule.by]
    unit = "m" if rule.within_s is None else "s"
    if unit == "m" and walker(name).goes_everywhere:
        name = PLAIN.walker
    return Mode(name, unit, rule.direction)


def walks_for(
    plain: Walking, homes: Homes, profiles: Iterable[Profile], elevation: Grid | None, parameters: Parameters
) -> Walks:
    """Prepare every way of walking that the rules name.

    Parameters
    ----------
    plain : Walking
        Metres over the whole network.
    homes : Homes
        The demand points, for walkers to whom some edges are closed: they attach to the nearest open one.
    profiles : iterable of Profile
    elevation : Grid, optional
        Without it all ground is level.
    parameters : Parameters
        `snap_limit_m`, `gate_distance_m`, `search_limit_m`, `search_limit_min` and the crossing delays.
    """
    rules = (rule for profile in profiles for rule in profile.rules)
    modes = [mode_of(rule) for rule in rules if rule.by in WALKERS and rule.limit is not None]
    network = plain.graph.network
    timed = any(mode.unit == "s" for mode in modes)
    gradient = edge_gradient(network, elevation) if timed and elevation is not None else None
    by_mode = {PLAIN: plain}
    for mode in modes:
        if mode not in by_mode:
            by_mode[mode] = _walk_as(mode, plain, homes, gradient, parameters)
    return Walks(by_mode, gradient)


def walking_caveats(walks: Walks, elevation: Grid | None) -> list[Caveat]:
    """What a reader of times, and of walks on wheels, has to know."""
    timed = sum(mode.unit == "s" for mode in walks.by_mode)
    wheeled = sum(not walker(mode.walker).goes_everywhere for mode in walks.by_mode)
    found = [Caveat("obstacles_unmapped", "osm", wheeled, "walks")]
    if walks.gradient is None or elevation is None:
        found.append(Caveat("ground_level", "elevation", timed, "walks"))
    else:
        width_m, height_m = cell_size_m(elevation)
        cell_m = float(max(width_m.max(), height_m.max()))
        found += [
            Caveat("slopes_coarse", "elevation", round(cell_m), "m"),
            Caveat("slopes_unknown", "elevation", int(walks.gradient.unknown.sum()), "edges"),
            Caveat("slopes_interpolated", "elevation", int(walks.gradient.interpolated.sum()), "edges"),
        ]
    return [caveat for caveat in found if caveat.count]


def _walk_as(mode: Mode, plain: Walking, homes: Homes, gradient: Gradient | None, parameters: Parameters) -> Walking:
    network, who = plain.graph.network, walker(mode.walker)
    cost = _cost(network, who, mode, gradient, parameters)
    limit = parameters.search_limit_m if mode.unit == "m" else 60 * parameters.search_limit_min
    if who.goes_everywhere:
        return prepare_walking(network, plain.entrances, plain.points, limit=limit, impedance=cost)
    usable = passable(network, who)
    network = open_to(network, usable)
    index = edge_index(network, usable)
    points = attach(index, homes.point, limit_m=parameters.snap_limit_m, barriers=homes.barriers)
    at = plain.entrances.attachment
    closed = np.flatnonzero(~usable[at.edge])
    # A way in that a closed way leads to is open only if an open one passes at arm's length: what lies between
    # it and a street farther away was never looked at.
    moved = attach(index, plain.entrances.point[closed], limit_m=parameters.gate_distance_m)
    entrances = replace(plain.entrances, attachment=_with(at, closed, moved))
    return prepare_walking(network, entrances, points, limit=limit, impedance=cost)


def _cost(
    network: WalkNetwork, who: Walker, mode: Mode, gradient: Gradient | None, parameters: Parameters
) -> Impedance:
    if mode.unit == "m":
        cost = distance(network, who)
    else:
        crossings = Crossings(
            parameters.crossing_signals_s,
            parameters.crossing_marked_s,
            parameters.crossing_unmarked_s,
            parameters.crossing_secondary_share,
        )
        cost = time(network, who, gradient, crossings)
    return {"to": cost, "from": returning(cost), "both": there_and_back(cost)}[mode.direction]


def _with(at: Attachments, rows: NDArray[np.int64], others: Attachments) -> Attachments:
    """The attachments with those of some rows in place of their own."""
    edge, along_m, off_m = at.edge.copy(), at.along_m.copy(), at.off_network_m.copy()
    edge[rows], along_m[rows], off_m[rows] = others.edge, others.along_m, others.off_network_m
    return Attachments(edge, along_m, off_m)
