"""Somebody with all published files of a run tries to find out about small groups (synthetic town; Las Palmas: golden)."""

from __future__ import annotations

import numpy as np
import pytest

from analyses import groups, privacy
from analyses.assess import assess
from analyses.parameters import Parameters
from maps.publish import publish
from tests.group_attacker import Attack
from tests.small_groups_town import PEOPLE, PROFILE, K, small_town

GROUPS = ("age65plus", "age0_14", "women", "men")
LEVELS = [("district", "city"), ("city",), ("community", "district", "city")]


def attacked(out, levels) -> Attack:
    results = assess(small_town(), [PROFILE], parameters=Parameters(group_levels=levels))
    publish(results, out)
    return Attack(out, GROUPS, [("women", "men")], [("age65plus", "age0_14")])


@pytest.mark.parametrize("levels", LEVELS)
def test_nothing_published_gives_a_small_group_away(tmp_path, levels):
    attack = attacked(tmp_path / "out", levels)
    targets = [*attack.hidden, *attack.small(PEOPLE, K)]
    assert attack.seen > 10, "there is something to work with"
    assert len(attack.small(PEOPLE, K)) == 3, "old people of A2, men of C1, and women there: all but four"
    assert attack.win(targets, K) == []


@pytest.mark.parametrize("levels", [LEVELS[0], LEVELS[2]])
def test_without_complementary_suppression_the_attacker_wins(tmp_path, levels, monkeypatch):
    def primary_alone(cells: privacy.Cells, k: float) -> np.ndarray:
        hidden = np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool)
        hidden[cells.item[privacy.is_small(cells, k) & (cells.item >= 0)]] = True
        return hidden

    monkeypatch.setattr(groups, "suppress", primary_alone)
    attack = attacked(tmp_path / "out", levels)
    assert attack.win([*attack.hidden, *attack.small(PEOPLE, K)], K)


def test_without_any_suppression_the_attacker_reads_it(tmp_path, monkeypatch):
    monkeypatch.setattr(groups, "suppress", lambda cells, k: np.zeros(int(cells.item.max(initial=-1)) + 1, dtype=bool))
    attack = attacked(tmp_path / "out", LEVELS[0])
    assert attack.hidden == []
    assert attack.win(attack.small(PEOPLE, K), K)
