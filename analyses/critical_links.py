"""The links and entrances whose loss would hit most residents, as published: protect or double these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from analyses.access import Walking
from analyses.criticality import Links, cut_off, entrance_losses, gates_of, link_losses, links_of, told_rules
from analyses.entrances import entrance_ids
from analyses.measure import Scene
from analyses.parameters import Parameters
from analyses.profile import Profile, Rule
from analyses.walking import mode_of
from spatial.critical import Losses
from spatial.network import WalkNetwork


@dataclass(frozen=True)
class _Found:
    """The first of one kind under one rule."""

    kind: list[str]
    shape: NDArray[np.object_]
    names: dict[str, list[str]]
    """Columns of ids."""
    losses: Losses
    row: NDArray[np.int64]
    """Which of the closures they are, the worst first."""
    cut: NDArray[np.float64]


def critical_links(
    scene: Scene, profiles: Sequence[Profile], measured: Collection[tuple[str, str]], parameters: Parameters
) -> gpd.GeoDataFrame | None:
    """The street pieces, bridges and entrances that most residents' only way within a rule's limit runs through.

    Parameters
    ----------
    scene : Scene
    profiles : sequence of Profile
    measured : collection of (profile id, rule id)
        Rules that the study can answer; told are those of them that `criticality.told_rules` names.
    parameters : Parameters
        `critical_links`: how many of each rule; `smallest_group`: what fewer people would lose is not told.

    Returns
    -------
    GeoDataFrame or None
        Columns of `criticality_columns.CRITICAL_LINKS` and `CRITICAL_ENTRANCES` without words, lines first, by rule
        and rank, on a plain range index; None where nobody would lose anything or nobody counted the residents.
    """
    if scene.layers.residents is None:
        return None
    links = links_of(scene.layers.network)
    tables = [
        _table(found, profile, rule, scene, parameters)
        for profile, rule in told_rules(profiles, measured)
        for found in _of_rule(scene, rule, links, parameters)
        if len(found.row)
    ]
    if not tables:
        return None
    frame = pd.concat(tables, ignore_index=True)
    lines = frame["kind"] != "entrance"
    frame = pd.concat([frame[lines], frame[~lines]], ignore_index=True)
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=scene.layers.communities.crs)


def _of_rule(scene: Scene, rule: Rule, links: Links, parameters: Parameters) -> tuple[_Found, _Found]:
    assert rule.supply is not None
    assert rule.limit is not None
    scene = scene.of(rule)
    walking, places = scene.ways.by_mode[mode_of(rule)], scene.places_of(rule.supply)
    residents, network = np.nan_to_num(scene.weight("population")), scene.layers.network
    gates = gates_of(walking, places)
    by_link = link_losses(walking, places, residents, links, rule.limit)
    by_gate = entrance_losses(walking, places, residents, gates, rule.limit)
    link, gate = _first(by_link.lose, parameters), _first(by_gate.lose, parameters)
    groups, doors = [links.edges[n] for n in link], [gates[n] for n in gate]
    link_cut, gate_cut = cut_off(walking, places, residents, links=groups, gates=doors)
    return _Found(
        links.kind[link].tolist(), _lines(network, groups), _link_ids(network, groups), by_link, link, link_cut
    ), _Found(
        ["entrance"] * len(gate), walking.entrances.point[[door[0] for door in doors]],
        _door_ids(scene, walking, doors), by_gate, gate, gate_cut,
    )  # fmt: skip


def _first(lose: NDArray[np.float64], parameters: Parameters) -> NDArray[np.int64]:
    """The worst, of equals the first; none that fewer than the smallest number of people would lose by."""
    # Sums of shares of people differ by rounding alone.
    worst = np.argsort(-np.round(lose, 6), kind="stable")[: parameters.critical_links]
    return worst[(lose[worst] >= parameters.smallest_group - 1e-6) & (lose[worst] > 1e-6)]


def _table(found: _Found, profile: Profile, rule: Rule, scene: Scene, parameters: Parameters) -> pd.DataFrame:
    row, losses = found.row, found.losses
    timed = rule.within_s is not None
    farther = _told(losses.farther[row], parameters)
    extra = np.where(np.isnan(farther) | (farther == 0), np.nan, losses.extra[row])
    ids = found.names["edge_ids"] if "edge_ids" in found.names else found.names["entrance_id"]
    return pd.DataFrame(
        {
            "critical_id": [f"{profile.id}/{rule.id}/{name}" for name in ids],
            "profile_id": profile.id,
            "rule_id": rule.id,
            "rank": np.arange(1, len(row) + 1),
            "kind": found.kind,
            "street": _streets(found.shape, scene, parameters.remedies.street_m),
            **found.names,
            "residents_lose": losses.lose[row],
            "residents_cut": _told(found.cut, parameters),
            "residents_unknown": _told(losses.unknown[row], parameters),
            "residents_farther": farther,
            "mean_extra_m": np.nan if timed else extra,
            "mean_extra_min": extra / 60 if timed else np.nan,
            "geometry": found.shape,
        }
    )


def _told(people: NDArray[np.float64], parameters: Parameters) -> NDArray[np.float64]:
    """Counts of people, without those of a few; nobody stays 0."""
    people = np.where(people < 1e-6, 0.0, people)
    return np.where((people > 0) & (people < parameters.smallest_group - 1e-6), np.nan, people)


def _lines(network: WalkNetwork, groups: Sequence[NDArray[np.int64]]) -> NDArray[np.object_]:
    """One line a link: its edges follow each other."""
    made = np.empty(len(groups), dtype=object)
    for n, group in enumerate(groups):
        xy = np.concatenate([shapely.get_coordinates(line) for line in network.edge_line[group]])
        apart = np.append(True, (np.diff(xy, axis=0) != 0).any(axis=1))
        made[n] = shapely.LineString(xy[apart])
    return made


def _link_ids(network: WalkNetwork, groups: Sequence[NDArray[np.int64]]) -> dict[str, list[str]]:
    first = [str(network.edge_id[group[0]]).rsplit(":", 1)[0] for group in groups]
    return {
        "edge_ids": [" ".join(network.edge_id[group]) for group in groups],
        "way_id": [name if "/" in name else f"way/{name}" for name in first],
        "highway": [str(network.edge_highway[group[0]]) for group in groups],
    }


def _door_ids(scene: Scene, walking: Walking, doors: Sequence[NDArray[np.int64]]) -> dict[str, list[str]]:
    names = entrance_ids(walking.entrances, scene.layers.spaces) if doors else []
    space, ids = walking.entrances.table["space"].to_numpy(), scene.layers.spaces.index.to_numpy(str)
    return {
        "entrance_id": [names[door[0]] for door in doors],
        "space_id": [str(ids[space[door[0]]]) for door in doors],
    }


def _streets(shape: NDArray[np.object_], scene: Scene, street_m: float) -> list[str | None]:
    """The named street that each link runs along, or that is nearest to its middle, of equals the first."""
    named: list[str | None] = [None] * len(shape)
    streets = scene.layers.basemap.streets
    if "name" not in streets.columns or not len(shape):
        return named
    kept = streets[(streets["name"].fillna("") != "") & (streets["street_class"] != "rail")]
    middle, lines = shape.copy(), shapely.get_dimensions(shape) == 1
    middle[lines] = shapely.line_interpolate_point(shape[lines], 0.5, normalized=True)
    (at, street), away = STRtree(kept.geometry.to_numpy()).query_nearest(
        middle, max_distance=street_m, return_distance=True
    )
    for i in np.lexsort((street, away, at))[::-1]:
        named[int(at[i])] = str(kept["name"].iloc[street[i]])
    return named
