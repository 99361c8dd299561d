"""The packaged table of what a hazard does to bridges, tunnels and fords."""

from __future__ import annotations

import numpy as np
import pytest
from shapely import box

from layers import closing
from layers.closing import manner
from layers.tag_rules import rule_file
from layers.types import HAZARD_KINDS
from layers.walk_traits import way_traits
from spatial.build import build_network
from spatial.closing import MANNERS, Manner, closed_parts
from spatial.errors import LayerError
from spatial.traits import from_rows
from tests.networks import EVERYWHERE, areas, ways

WAYS = {
    "street": {"highway": "residential"},
    "bridge": {"highway": "residential", "bridge": "yes"},
    "tunnel": {"highway": "residential", "tunnel": "yes"},
    "underpass": {"highway": "footway", "layer": "-1"},
    "ford": {"highway": "path", "ford": "yes"},
}
CLOSED_M = {
    "flood": (10, 0, 100, 100, 100),
    "waterlogging": (10, 0, 100, 100, 100),
    "coastal": (10, 10, 100, 100, 100),
    "landslide": (10, 10, 10, 10, 10),
    "seismic": (10, 100, 100, 100, 10),
    "wildfire": (10, 10, 100, 100, 10),
    "heat": (10, 10, 0, 0, 10),
    "technological": (10, 10, 100, 100, 10),
}
"""By kind of hazard, of each of `WAYS`, 100 m long and 10 m of it inside, how much closes."""


def test_every_kind_of_hazard_has_an_entry_with_a_reason_and_there_is_none_beside() -> None:
    assert set(rule_file("closing")) == set(HAZARD_KINDS)
    for kind in HAZARD_KINDS:
        said = manner(kind)
        assert {said.bridge, said.tunnel, said.ford} <= set(MANNERS)
        assert len(rule_file("closing")[kind]["because"]) > 40


def test_in_a_flood_bridges_stay_open_and_underpasses_close_from_end_to_end() -> None:
    assert manner("flood") == Manner("open", "whole", "whole")
    assert manner("waterlogging") == Manner("open", "whole", "whole")


def test_there_is_something_to_hold_of_every_kind() -> None:
    assert set(CLOSED_M) == set(HAZARD_KINDS)


@pytest.mark.parametrize("kind", sorted(CLOSED_M))
def test_what_each_kind_closes_of_streets_bridges_tunnels_underpasses_and_fords(kind: str) -> None:
    # Side by side, 50 m apart, from the tags of a way to the metres closed.
    lines = [[(2 * n, 0.0, 50.0 * n), (2 * n + 1, 100.0, 50.0 * n)] for n in range(len(WAYS))]
    net = build_network(ways(lines, traits=from_rows(way_traits(tags) for tags in WAYS.values())), areas(), EVERYWHERE)
    closed = closed_parts(net, np.array([box(20, -10, 30, 500)], dtype=object), manner(kind))
    length_m = np.bincount(closed.edge, weights=closed.to_m - closed.from_m, minlength=len(WAYS))
    assert tuple(length_m.tolist()) == CLOSED_M[kind]


def test_a_kind_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(LayerError, match=r"closing\.toml: says nothing of the kind 'locusts'"):
        manner("locusts")


@pytest.mark.parametrize("change", [{"bridge": "half"}, {"because": ""}, {"culvert": "open"}])
def test_a_wrong_entry_is_refused(monkeypatch: pytest.MonkeyPatch, change: dict[str, str]) -> None:
    table = {"flood": {**rule_file("closing")["flood"], **change}}
    monkeypatch.setattr(closing, "rule_file", lambda _: table)
    manner.cache_clear()
    with pytest.raises(LayerError, match="the entry of 'flood' needs exactly"):
        manner("flood")
    manner.cache_clear()
