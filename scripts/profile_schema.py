"""Write docs/profile.schema.json from the reader's own declarations."""

from __future__ import annotations

import json
from pathlib import Path

from analyses.profile_schema import profile_schema

OUT = Path(__file__).resolve().parents[1] / "docs" / "profile.schema.json"


def text() -> str:
    """The file as it ought to be."""
    return json.dumps(profile_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    OUT.write_text(text(), encoding="utf-8", newline="\n")
    print(f"wrote {OUT}")
