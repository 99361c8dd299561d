"""docs/public-space.md is the rule file as a table, and its example is a study's table that is accepted."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

from layers.space_rule_checks import check_space_rules
from layers.space_rules import space_rules
from layers.tag_rules import rule_file
from layers.types import SpaceRules

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = (ROOT / "docs/public-space.md").read_text(encoding="utf-8")
PRINT = """
import sys
from scripts.public_space_table import public_space
sys.stdout.reconfigure(encoding="utf-8", newline="\\n")
print(public_space(), end="")
"""


def test_the_document_is_what_the_rules_make():
    made = subprocess.run([sys.executable, "-c", PRINT], cwd=ROOT, capture_output=True, check=True, timeout=60).stdout
    assert made.decode("utf-8") == DOCUMENT, "run `make dictionary`"


def test_every_rule_stands_in_the_document():
    for array in ("class", "restricted", "rule", "grounds", "closed_grounds", "hole", "fenced"):
        for entry in rule_file("public_space")[array]:
            assert re.search(rf"^\| `{entry['name']}` \|.*{re.escape(entry['because'])}", DOCUMENT, re.MULTILINE)


def test_the_example_of_changes_is_accepted():
    (example,) = re.findall(r"```toml\n(.*?)```", DOCUMENT, re.DOTALL)
    table = tomllib.loads(example)["public_space_rules"]
    changes = SpaceRules(tuple(table["without"]), tuple(table["rule"]), table["min_width_m"])
    assert check_space_rules(changes) == []
    assert space_rules(changes).overridden == ("-dog_park", "-hole.club", "+street_green", "min_width_m=6")
