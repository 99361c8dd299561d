"""The packaged table of what a hazard does to bridges, tunnels and fords."""

from __future__ import annotations

import pytest

from layers import closing
from layers.closing import manner
from layers.tag_rules import rule_file
from layers.types import HAZARD_KINDS
from spatial.closing import MANNERS, Manner
from spatial.errors import LayerError


def test_every_kind_of_hazard_has_an_entry_with_a_reason_and_there_is_none_beside() -> None:
    assert set(rule_file("closing")) == set(HAZARD_KINDS)
    for kind in HAZARD_KINDS:
        said = manner(kind)
        assert {said.bridge, said.tunnel, said.ford} <= set(MANNERS)
        assert len(rule_file("closing")[kind]["because"]) > 40


def test_in_a_flood_bridges_stay_open_and_underpasses_close_from_end_to_end() -> None:
    assert manner("flood") == Manner("open", "whole", "whole")
    assert manner("waterlogging") == Manner("open", "whole", "whole")


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
