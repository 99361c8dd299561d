"""Looking up what came out: the rules in order, a rule's row for the whole study area, and the rows that judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analyses.profile import Profile, Rule
from analyses.results import Results


def without_shared_ending(names: Sequence[str]) -> list[str]:
    """Names for reading: an ending that all share (" - Las Palmas de Gran Canaria") is left out."""
    endings = {name.rpartition(" - ")[2] for name in names}
    if len(names) > 1 and len(endings) == 1 and all(" - " in name for name in names):
        return [name.rpartition(" - ")[0] for name in names]
    return list(names)


def all_rules(results: Results) -> list[tuple[Profile, Rule]]:
    """All rules with their profiles, in order."""
    return [(profile, rule) for profile in results.profiles for rule in profile.rules]


def whole_area(results: Results, profile_id: str, rule_id: str) -> Mapping[str, object]:
    """The rule's row for the whole study area; empty if there is none."""
    table = results.assessments
    rows = table[(table["level"] == "city") & (table["profile_id"] == profile_id) & (table["rule_id"] == rule_id)]
    return rows.iloc[0].to_dict() if len(rows) else {}


def judged_rows(results: Results, profile_id: str, rule: Rule) -> pd.DataFrame:
    """The rows by which a rule is judged: those of its own level that are met or short."""
    table = results.assessments
    return table[
        (table["level"] == rule.level) & (table["profile_id"] == profile_id) & (table["rule_id"] == rule.id)
        & table["status"].isin(["met", "short"])
    ]


def residents_in_short_units(judged: pd.DataFrame) -> float:
    """Residents not served, exposed or (provision) all, in the units that a rule finds short [persons].

    NaN where a rule that finds units short counts no residents: it speaks of land or of places.
    """
    short = judged.loc[judged["status"] == "short", "residents_short"]
    return float(short.sum(min_count=1)) if len(short) else 0.0
