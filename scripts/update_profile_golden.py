"""Write tests/golden/profile_figures.json anew: ``python -m scripts.update_profile_golden "why the numbers moved"``.

Both demo places under every packaged profile. Only with a reason, which also belongs under *Numbers changed* in
CHANGELOG.md; prints what moved.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from analyses.assess import verdicts
from analyses.parameters import Parameters
from analyses.profile_reader import known_profiles, packaged_profile
from layers.cache import user_cache
from layers.types import Layers
from linli import Study, load
from linli.demo import PLACES, demo_study

TARGET = Path(__file__).resolve().parents[1] / "tests" / "golden" / "profile_figures.json"
STATUSES = ("short", "met", "reported", "not_assessed")


def every_verdict(layers: Layers) -> pd.DataFrame:
    """Every unit under every packaged rule: columns of `analyses.columns.ASSESSMENTS`.

    Only the verdicts are made: what is made of them (service areas, remedies, ranges of ranks, what must be withheld
    of small groups) takes minutes under fifteen profiles, and none of it changes a verdict about all residents.
    """
    told = Parameters(smallest_group=0)
    table = verdicts(layers, [packaged_profile(name) for name in known_profiles()], parameters=told).assessments
    return table[table["profile_id"].isin(known_profiles())]


def figures(assessments: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """What is agreed of each rule, by ``profile rule``.

    The city's value and the mean of the communities' (None: not assessed), how many communities are short, met, ...,
    and a digest of the status and reason of every unit of every level.
    """
    found = {}
    for (profile, rule), rows in assessments.groupby(["profile_id", "rule_id"], sort=True):
        communities = rows[rows["level"] == "community"]
        lines = sorted(rows[["level", "unit_id", "status", "reason"]].fillna("").agg("|".join, axis=1))
        found[f"{profile} {rule}"] = {
            "city": _number(rows.loc[rows["level"] == "city", "value"].mean()),
            "mean": _number(communities["value"].mean()),
            **{status: int((communities["status"] == status).sum()) for status in STATUSES},
            "digest": hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16],
        }
    return found


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), 3)  # noqa: PLR0124 - NaN


def main() -> None:
    """Compare and write."""
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit(f"usage: {__doc__}")
    old = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    new = {place: figures(every_verdict(load(Study.read(demo_study(place)), cache=user_cache()))) for place in PLACES}
    for place, rules in new.items():
        for rule, entry in rules.items():
            before = old.get(place, {}).get(rule, "absent")
            if before != entry:
                print(f"{place}: {rule}: {before} -> {entry}")
    record = {"reason": sys.argv[1], **new}
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
