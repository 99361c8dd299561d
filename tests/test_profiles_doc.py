"""docs/profiles.md names every key and word of the language, and its example is read."""

from __future__ import annotations

import re
from pathlib import Path

from analyses import rule_keys
from analyses.profile_reader import PROFILE_KEYS, local_profile, packaged_profile

TEXT = (Path(__file__).resolve().parents[1] / "docs/profiles.md").read_text(encoding="utf-8")


def test_the_example_is_a_profile() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", TEXT, flags=re.DOTALL)
    profile = local_profile(example, "example")
    base = packaged_profile("gb50180-2018")
    assert [rule.id for rule in profile.rules] == [*(r.id for r in base.rules if r.id != "facility.market"), "park.coverage_walk"]
    assert [supply.max_area_m2 for supply in profile.rules[-1].supplies] == [None, 5000]
    assert profile.dimensions == {"reach": 2, "safety": 0.5}


def test_every_key_and_word_is_told() -> None:
    known = PROFILE_KEYS | rule_keys.SHARED_KEYS | rule_keys.OPTION_KEYS | rule_keys.BASIS_KEYS | rule_keys.TEST_KEYS
    known |= rule_keys.HAZARD_KEYS | rule_keys.RELAX_KEYS | rule_keys.WITHOUT_DATA | rule_keys.WAYS | rule_keys.FORCES | rule_keys.READ
    known |= rule_keys.RELAXED_AREAS | rule_keys.DIRECTIONS | rule_keys.PER | rule_keys.TARGET_STATUSES | set(rule_keys.SUPPLY_KEYS_BY_METHOD)
    missing = sorted(word for word in known - {"access", "from"} if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", TEXT))
    assert missing == []
