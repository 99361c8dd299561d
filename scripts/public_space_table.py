"""Write docs/public-space.md from the rules in ``layers/rules/public_space.toml``.

``python -m scripts.public_space_table``; a test compares the file with what this makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from layers.tag_rules import rule_file
from maps.vocabulary import CLASSES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "public-space.md"

HEAD = """\
# What is public space 什么是公共空间

Made by `make dictionary` from `layers/rules/public_space.toml`; edit that file, not this one.
本文件由 `make dictionary` 根据 `layers/rules/public_space.toml` 生成，请勿直接修改。

Every area and node of the map extract is asked in this order:

1. The **first rule** that includes its tags decides its class; a rule without a class says that it is never public.
2. It is turned away by the **restrictions** of its kind of class, or by the rule's own *not if* and *only if*.
3. On **grounds** that are closed it is turned away; what a rule marks *outside* also on a school's, club's or hotel's,
   unless it says itself that it is open.
4. **Pieces** of one class that touch or overlap become one space.
5. **Holes**: private grounds inside an open space are cut out of it.
6. A space that is **too small**, or whose place is nowhere wide enough, is left out. The place is what it makes with
   all open spaces that it touches; its width is the diameter of the largest circle inside it.
7. A node inside a polygon of its class is the same space drawn twice; it names the polygon where that has no name.

What is turned away is counted by rule and reason in `run.json`. In a test, `*` stands for any value, `*text*` for any
that contains the text, `text*` and `*text` for any that begins or ends with it, `!text` for any but that one; of a tag
with several values (`a;b`) one has to match. Conditional tags (`access:conditional`) open and close nothing.
A greenway or promenade drawn as a line is a way to walk on and has no area.

要素依次按以下顺序判定：第一条匹配的规则决定类别（无类别的规则表示绝非公共）；按类别性质的限制以及规则自身的条件剔除；
位于封闭场地内的剔除；同类相接或重叠的合并为一处；从开放空间中切除内部的私有地块；过小或过窄的剔除。
所有剔除均按规则和原因计数，见 `run.json`。

## Changing the rules for one city 为某个城市修改规则

In the study file; a rule of a packaged rule's name stands in its place, any other is asked before all packaged ones.
Restrictions, grounds and holes are named with what they are: `restricted.charged`, `ground.school`,
`closed_ground.prison`, `hole.hotel`. Results name what was changed.

```toml
[public_space_rules]
without = ["dog_park", "hole.club"]     # packaged rules that do not hold here
min_width_m = 6                         # instead of every least width

[[public_space_rules.rule]]
name = "street_green"
class = "park"
include = { landuse = ["grass"], operator = ["*园林*"] }
because = "The parks department keeps it, and people sit on it."
```
"""


def public_space() -> str:
    """The whole document."""
    table = rule_file("public_space")
    parts = [
        HEAD,
        "## Classes 类别\n",
        _table(
            ("class", "类别", "kind", "least width, m", "least area, m²", "why", "原因"), map(_class, table["class"])
        ),
        "## Restrictions 限制\n",
        _table(
            ("name", "of kinds", "turned away if", "but not if", "why", "原因"), map(_restriction, table["restricted"])
        ),
        "## Rules, in order 规则（按顺序）\n",
        _table(("rule", "class", "includes", "not if", "only if", "why", "原因"), map(_rule, table["rule"])),
    ]
    for array, title in (
        ("grounds", "Grounds for rules marked outside 场地"),
        ("closed_grounds", "Closed grounds for everything 封闭场地"),
        ("hole", "Cut out of open spaces 切除"),
        ("fenced", "Fenced: entered only where the barrier opens 有围栏"),
    ):
        head = ("name", "includes", "not if", "of classes", "why", "原因")
        parts += [f"## {title}\n", _table(head, map(_ground, table[array]))]
    return "\n".join(parts)


def _class(entry: Mapping[str, Any]) -> tuple[str, ...]:
    width, area = entry.get("min_width_m"), entry.get("min_area_m2")
    size = tuple("" if value is None else f"{value:,.0f}" for value in (width, area))
    return f"`{entry['name']}`", CLASSES[entry["name"]][1], entry["kind"], *size, *_why(entry)


def _restriction(entry: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = ", ".join(entry["kinds"])
    return f"`{entry['name']}`", kinds, _test(entry, "unless"), _test(entry, "despite"), *_why(entry)


def _rule(entry: Mapping[str, Any]) -> tuple[str, ...]:
    space_class = f"`{entry['class']}`" if "class" in entry else "never 绝非公共"
    if entry.get("outside"):
        space_class += ", outside"
    tests = tuple(_test(entry, key) for key in ("include", "unless", "require"))
    return f"`{entry['name']}`", space_class, *tests, *_why(entry)


def _ground(entry: Mapping[str, Any]) -> tuple[str, ...]:
    classes = ", ".join(f"`{name}`" for name in entry.get("classes", ()))
    return f"`{entry['name']}`", _test(entry, "include"), _test(entry, "unless"), classes, *_why(entry)


def _why(entry: Mapping[str, Any]) -> tuple[str, str]:
    return entry["because"], entry["because_zh"]


def _test(entry: Mapping[str, Any], key: str) -> str:
    return "; ".join(f"`{tag}` = `{' '.join(values)}`" for tag, values in entry.get(key, {}).items())


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


if __name__ == "__main__":
    TARGET.write_text(public_space(), encoding="utf-8", newline="\n")
