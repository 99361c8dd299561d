"""How sure an entrance is, and why a space has none: a park of 60 x 50 m beside one street (synthetic)."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from shapely import Geometry, LineString, Point, box

from analyses.columns import NO_ENTRANCE_REASONS
from analyses.entrances import Entrances, find_entrances
from analyses.no_way_in import no_way_in
from analyses.parameters import Parameters
from layers.types import Layers
from spatial.snapping import edge_index
from spatial.traits import Trait
from tests.networks import network
from tests.town import PARK, STREET, buildings, gates, obstacles, spaces, town

WAY_IN = [(4, 230.0, 0.0), (5, 230.0, -30.0)]
"""A path from the street into the park: it crosses the outline in (230, -10)."""


def _found(layers: Layers) -> Entrances:
    return find_entrances(layers, edge_index(layers.network), Parameters())


def _closed(layers: Layers) -> tuple[object, ...]:
    table = no_way_in(layers, edge_index(layers.network), _found(layers), Parameters())
    return tuple(table.iloc[0][["no_entrance_reason", "nearest_street_id", "nearest_street_m"]])


def _confidence(layers: Layers, kind: str) -> list[str]:
    table = _found(layers).table
    return table.loc[table["kind"] == kind, "confidence"].tolist()


def _with_path(*, fenced: bool = False, flags: int = 0) -> Layers:
    net = network([STREET, WAY_IN])
    path = net.edge_way_id == 2
    traits = dataclasses.replace(net.edge_traits, flags=np.where(path, flags, 0).astype(np.uint16))
    return dataclasses.replace(
        town(),
        network=dataclasses.replace(net, edge_traits=traits),
        spaces=spaces({"way/1": ("park", PARK)}, frozenset({"way/1"} if fenced else ())),
    )


def test_a_path_across_an_open_outline_is_a_likelier_way_in_than_the_open_edge() -> None:
    assert _confidence(_with_path(), "crossing") == ["medium"]
    assert set(_confidence(_with_path(), "open_edge")) == {"low"}


def test_a_mapped_gate_makes_it_certain() -> None:
    gated = dataclasses.replace(_with_path(fenced=True), gates=gates({"node/1": Point(232, -10)}))
    assert _confidence(gated, "gate") == ["high"]
    assert _confidence(gated, "crossing") == ["high"], "the gate stands 2 m from where the path crosses"


def test_a_path_through_a_fence_without_a_gate_is_doubtful() -> None:
    assert _confidence(_with_path(fenced=True), "crossing") == ["low"]


@pytest.mark.parametrize("flags", [Trait.BRIDGE, Trait.TUNNEL])
def test_a_path_over_or_under_the_outline_is_doubtful(flags: Trait) -> None:
    assert _confidence(_with_path(flags=flags), "crossing") == ["low"]


def test_a_space_with_a_way_in_has_no_reason() -> None:
    assert _closed(town())[:2] == (None, None)
    assert np.isnan(_closed(town())[2])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "thing", "reason"),
    [
        ("wall", LineString([(150, -5), (300, -5)]), "walled"),
        ("water", box(150, -8, 300, -2), "water_or_railway"),
        ("railway", LineString([(150, -5), (300, -5)]), "water_or_railway"),
        ("motorway", LineString([(150, -5), (300, -5)]), "water_or_railway"),
        ("building", box(150, -8, 300, -2), "built_up"),
    ],
)
def test_what_stands_between_park_and_street_is_the_reason(kind: str, thing: Geometry, reason: str) -> None:
    layers = town()
    if kind == "building":
        layers = dataclasses.replace(layers, buildings=buildings({"B": (thing, 1)}))  # type: ignore[dict-item]
    else:
        layers = dataclasses.replace(layers, obstacles=obstacles({"O": (kind, thing)}))
    assert reason in NO_ENTRANCE_REASONS
    assert _closed(layers) == (reason, "way/1", 10.0)


def test_the_reason_is_what_hinders_most_of_the_legs() -> None:
    # Legs start at x = 200, 210, 230, 250 and 260: the wall meets one of them, the building all others.
    layers = dataclasses.replace(
        town(),
        obstacles=obstacles({"O": ("wall", LineString([(255, -5), (300, -5)]))}),
        buildings=buildings({"B": (box(150, -8, 255, -2), 1)}),
    )
    assert _closed(layers)[0] == "built_up"


def test_a_barrier_along_the_outline_is_the_reason_before_what_lies_beyond() -> None:
    fenced = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", PARK)}, frozenset({"way/1"})))
    assert _closed(fenced) == ("fenced", "way/1", 10.0)


def test_a_park_far_from_every_street_says_how_far() -> None:
    far = dataclasses.replace(town(), spaces=spaces({"way/1": ("park", box(200, -200, 260, -60))}))
    assert _closed(far) == ("too_far_from_street", "way/1", 60.0)


def test_a_gate_that_no_way_leads_to_is_out_of_reach() -> None:
    far = dataclasses.replace(
        town(), spaces=spaces({"way/1": ("park", box(200, -300, 260, -150))}), gates=gates({"node/1": Point(230, -150)})
    )
    assert _closed(far) == ("entrances_out_of_reach", "way/1", 150.0)
