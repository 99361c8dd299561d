"""What every edge of a network is worth, for tests that close edges for real."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analyses import criticality
from analyses.measure import Scene
from analyses.profile import Rule
from analyses.walking import mode_of
from spatial.critical import close_edges


def edge_table(scene: Scene, rule: Rule) -> pd.DataFrame:
    """What every edge of the walk network is worth under a reach rule, closed by itself.

    Parameters
    ----------
    scene : Scene
    rule : Rule
        One of `told_rules`.

    Returns
    -------
    DataFrame
        On a plain range index, one row an edge: ``edge_id``, ``way_id``, ``highway``, ``residents_lose``,
        ``residents_along``, ``residents_unknown``, ``residents_farther`` [persons] and ``mean_extra`` (metres, or
        seconds of a rule in minutes; NaN where nobody gets farther).
    """
    assert rule.supply is not None
    assert rule.limit is not None
    scene = scene.of(rule)
    walking, network = scene.ways.by_mode[mode_of(rule)], scene.layers.network
    found = criticality._grown(walking, scene.places_of(rule.supply), rule.limit)
    who = criticality._concern(walking, scene.weight("population"), rule.limit)
    losses = close_edges(found, np.arange(len(network.edge_id)), who)
    return pd.DataFrame(
        {
            "edge_id": network.edge_id,
            "way_id": network.edge_way_id,
            "highway": network.edge_highway,
            "residents_lose": losses.lose,
            "residents_along": losses.along,
            "residents_unknown": losses.unknown,
            "residents_farther": losses.farther,
            "mean_extra": losses.extra,
        }
    )
