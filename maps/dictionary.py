"""The data dictionary, made from the declared columns: ``python -m maps.dictionary > docs/data-dictionary.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from analyses.columns import INTERNAL, PUBLISHED, REASONS, Column, Table
from maps.vocabulary import CLASSES, GROUPS

_HEAD = """# Data dictionary · 数据字典

Made from `analyses/columns.py` by `python -m maps.dictionary`; do not edit.
由 `analyses/columns.py` 自动生成，请勿手工修改。

`gaps.gpkg` holds every table below except the internal ones, which `--demand` writes to `internal.gpkg`: they say where
residents are placed, house by house, and are not for publication. Geometry is in the study's CRS, in the column `geom`.
Three things are never merged: **0** (measured, none), **inf** (out of reach) and empty (NULL: unknown or not assessed).
A name in angle brackets stands for one column a level, rule, hazard, group, language, or class or union of public space;
in such a name everything but letters, digits and `_` is written as `_`.

`gaps.gpkg` 包含下列各表（内部表除外；内部表由 `--demand` 写入 `internal.gpkg`，逐户记录居民位置，不得公开）。
几何采用研究坐标系，位于 `geom` 列。三种情况从不混同：**0**（实测为无）、**inf**（不可达）、空（NULL：未知或未评估）。
尖括号中的名称代表每个层级、规则、灾害、人群、语言或公共空间类别（或合集）各一列；其中除字母、数字与 `_` 外的字符写作 `_`。
"""


def dictionary() -> str:
    """The whole dictionary as Markdown, in English and Chinese."""
    parts = [_HEAD]
    parts += [_table(table) for table in PUBLISHED]
    parts.append("## Internal tables · 内部表\n")
    parts += [_table(table) for table in INTERNAL]
    parts.append(_codes("Reasons · 原因代码", REASONS))
    parts.append(_codes("Classes and unions of public space · 公共空间类别与合集", CLASSES))
    parts.append(_codes("Groups · 人群", GROUPS))
    return "\n".join(parts)


def _table(table: Table) -> str:
    kind = table.geometry or "table"
    lines = [f"## `{table.name}` ({kind})\n", f"{table.en} · {table.zh}\n", "| column | type | unit | meaning | 含义 |", "|-|-|-|-|-|"]
    return "\n".join([*lines, *map(_row, table.columns)]) + "\n"


def _row(column: Column) -> str:
    cells = (f"`{column.name}`", column.dtype, column.unit, column.en, column.zh)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _codes(title: str, words: Mapping[str, tuple[str, str]]) -> str:
    rows = [f"| `{code}` | {english} | {chinese} |" for code, (english, chinese) in words.items()]
    return "\n".join([f"## {title}\n", "| code | meaning | 含义 |", "|-|-|-|", *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(dictionary())
