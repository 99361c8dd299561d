"""Write tests/golden/demo_figures.json anew: ``python -m scripts.update_golden "why the numbers moved"``.

Only with a reason, which also belongs under *Numbers changed* in CHANGELOG.md; prints what moved.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from linli import Study, assess, load
from linli.demo import PLACES, demo_study

TARGET = Path(__file__).resolve().parents[1] / "tests" / "golden" / "demo_figures.json"


def figures(place: str) -> dict[str, float | None]:
    """The city's value under every rule; None where it was not assessed."""
    rows = assess(load(Study.read(demo_study(place)))).assessments
    city = rows[rows["level"] == "city"]
    return {
        f"{row.profile_id} {row.rule_id}": None if row.value != row.value else round(float(row.value), 3)
        for row in city.itertuples()
    }


def main() -> None:
    """Compare and write."""
    if len(sys.argv) != 2 or not sys.argv[1].strip():
        sys.exit(f"usage: {__doc__}")
    old = json.loads(TARGET.read_text(encoding="utf-8")) if TARGET.exists() else {}
    new = {place: figures(place) for place in PLACES}
    for place, values in new.items():
        for rule, value in values.items():
            before = old.get(place, {}).get(rule, "absent")
            if before != value:
                print(f"{place}: {rule}: {before} -> {value}")
    record = {"reason": sys.argv[1], **new}
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
