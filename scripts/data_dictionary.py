"""Write docs/data-dictionary.md from the columns declared in `analyses.columns`.

``python -m scripts.data_dictionary``; a test compares the file with what this makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from analyses.column import Column, Table
from analyses.columns import DATA_SIGNAL_WORDS, INTERNAL, NO_ENTRANCE_REASONS, PUBLISHED, REASONS
from analyses.criticality_columns import CRITICAL_TABLES
from analyses.equity_columns import CLUSTER_KINDS, EQUITY_STATUSES, EQUITY_TABLES, MEASURES, RESOURCES
from analyses.exposure_columns import EXPOSURE_STATUSES, EXPOSURE_TABLES
from analyses.gap_columns import REMEDIES
from analyses.indicator_columns import INDICATOR_STATUSES, INDICATORS
from analyses.inventory_columns import CONFLICT_KINDS, WITH_INVENTORY
from analyses.refuge_columns import REFUGE_STATUSES, REFUGE_USES, WITH_REFUGES
from analyses.resilience_columns import FACTOR_WORDS, RESILIENCE_REASONS, SENSITIVITY
from analyses.survival_columns import SURVIVAL_REMAINS, SURVIVAL_TABLES
from analyses.vulnerability_columns import VULNERABILITY_STATUSES, VULNERABILITY_TABLES
from layers.refuge_rules import packaged_refuge_rules
from maps.vocabulary import CLASSES, METHODS

TARGET = Path(__file__).resolve().parents[1] / "docs" / "data-dictionary.md"

HEAD = """\
# Data dictionary 数据字典

Made by `make dictionary` from `analyses/columns.py`; edit that file, not this one.
本文件由 `make dictionary` 根据 `analyses/columns.py` 生成，请勿直接修改。

All layers and tables but the internal ones stand in `gaps.gpkg`, in the CRS of the study. A name in angle brackets stands for one column a
parent level, a rule, a language, a hazard, a group, or a class or union of public space. Three things are never merged:
**0** (measured, and there is none), **inf** (out of reach) and **empty** (unknown, or not assessed).

除内部表外，所有图层和表格均在 `gaps.gpkg` 中，采用研究坐标系。尖括号表示按上级层级、规则、语言、灾害图层、人群或公共空间类别展开的列。
**0**（已测量，没有）、**inf**（不可达）与**空**（未知或未评估）含义不同，从不混用。
"""

INVENTORY_HEAD = """\
# With an inventory 有清单时

Only where the study names a municipal inventory of public space, and it has such places.
仅在研究指定了公共空间清单且存在此类场所时写出。
"""

INDICATOR_HEAD = """\
# With figures of the study's own 有自行提供的指标时

Only where the study names figures of its own (`[[indicator]]`). 仅在研究自行提供指标（`[[indicator]]`）时写出。
"""

EQUITY_HEAD = """\
# Equity 公平

Only where the study has residents. How each figure is made: [methods](methods.md). 仅在研究有居民数据时写出；计算方法见 [methods](methods.md)。
"""

EQUITY_CODES = (
    ("# What is shared out 分配的对象\n\nCodes of `resource`. `resource` 的代码。", RESOURCES),
    ("# Measures of equity 公平指标\n\nCodes of `measure`. `measure` 的代码。", MEASURES),
    ("# Figures of equity 公平数值\n\nWhy a figure of `equity` is told or not. `equity` 中数值公布或留空的原因。", EQUITY_STATUSES),
    ("# Clusters 聚集类型\n\nCodes of `cluster`. `cluster` 的代码。", CLUSTER_KINDS),
)

SENSITIVITY_HEAD = """\
# With a ranking 有排名时

Only where units of a level are ranked by resilience. 仅在某一层级的单元有韧性排名时写出。
"""

REMEDIES_HEAD = """\
# With suggestions 有补救建议时

Only where anything is short and the figures suggest what would help. 仅在存在缺口且数据能提示补救方式时写出。
"""

CRITICAL_HEAD = """\
# With ways that many depend on 有多人依赖的通路时

Only where residents would lose their way within the limit of a judged walking rule if one place closed.
仅在某处封闭会使居民失去步行可达规则限值内的通路时写出。
"""

REFUGE_HEAD = """\
# With refuges 有避难场所时

Only where the study lists refuges (`[[refuge]]`) or asks for candidates (`[refuge_rules]`); `refuge_needs` only with residents.
仅在研究列出避难场所（`[[refuge]]`）或要求查找候选（`[refuge_rules]`）时写出；`refuge_needs` 还须有居民数据。
"""

EXPOSURE_HEAD = """\
# With hazards 有灾害图层时

Only where the study has hazard layers; `exposure_facilities` where it has facilities, `exposure_groups` where it counts groups, and
`exposure_annual` where layers of one hazard come in several return periods.
仅在研究有灾害图层时写出；`exposure_facilities` 须有设施，`exposure_groups` 须有群体人数，`exposure_annual` 须有同一灾害的多个重现期图层。
"""

SURVIVAL_HEAD = """\
# With hazards that close streets 有封闭道路的灾害时

Only where a hazard layer of the study closes (`closes = true`, or a closing intensity), and residents are known.
仅在研究的灾害图层会封闭道路（`closes = true` 或设有封闭强度）且有居民数据时写出。
"""

VULNERABILITY_HEAD = """\
# With social vulnerability 设定社会脆弱性时

Only where the study declares it (`[vulnerability]`); `vulnerable_places` only with residents and a rule of reach to open public space.
仅在研究设定社会脆弱性（`[vulnerability]`）时写出；`vulnerable_places` 还须有居民数据及开放公共空间可达规则。
"""

INTERNAL_HEAD = """\
# Internal tables 内部表

Only with `--demand`, in a file of their own, `internal.gpkg`, so that `gaps.gpkg` can always be handed on. For checking by
the office that made the run; not for publication, because they say where few people live.
仅在使用 `--demand` 时另行写入 `internal.gpkg`，因此 `gaps.gpkg` 始终可以对外提供；供制作单位核查；因涉及小范围居民位置，不得公开。
"""


def dictionary() -> str:
    """The whole document."""
    return "\n".join(
        [
            HEAD,
            *(table_text(table) for table in PUBLISHED),
            INVENTORY_HEAD,
            *(table_text(table) for table in WITH_INVENTORY),
            INDICATOR_HEAD,
            table_text(INDICATORS),
            EQUITY_HEAD,
            *(table_text(table) for table in EQUITY_TABLES),
            SENSITIVITY_HEAD,
            table_text(SENSITIVITY),
            REMEDIES_HEAD,
            table_text(REMEDIES),
            CRITICAL_HEAD,
            *(table_text(table) for table in CRITICAL_TABLES),
            REFUGE_HEAD,
            *(table_text(table) for table in WITH_REFUGES),
            EXPOSURE_HEAD,
            *(table_text(table) for table in EXPOSURE_TABLES),
            SURVIVAL_HEAD,
            *(table_text(table) for table in SURVIVAL_TABLES),
            VULNERABILITY_HEAD,
            *(table_text(table) for table in VULNERABILITY_TABLES),
            INTERNAL_HEAD,
            *(table_text(table) for table in INTERNAL),
            codes_text(
                "# Why there is no score or rank 无得分或无名次的原因\n\n`resilience_reason` in `communities` and `parents`. 社区与上级单元表中的 `resilience_reason`。",
                RESILIENCE_REASONS,
            ),
            codes_text(
                "# What a ranking depends on 排名取决于什么\n\n`factor` in `sensitivity`. `sensitivity` 表中的 `factor`。",
                FACTOR_WORDS,
            ),
            codes_text(
                "# Variables of vulnerability 脆弱性变量\n\n`status` in `vulnerability`. `vulnerability` 表中的 `status`。",
                VULNERABILITY_STATUSES,
            ),
            codes_text(
                "# Reasons 原因代码\n\nWhy a row of `assessments` is reported or not assessed. 仅报告或未评估的原因。",
                REASONS,
            ),
            codes_text(
                "# Reasons for no way in 无入口原因\n\nWhy a space of `public_space` has no way in. 公共空间未找到入口的原因。",
                NO_ENTRANCE_REASONS,
            ),
            codes_text(
                "# Figures about groups 群体数值\n\nWhy a figure about a group is told or not. 群体数值公布或留空的原因。",
                EXPOSURE_STATUSES,
            ),
            codes_text(
                "# Figures of the study's own 自行提供的指标\n\nWhether a figure of `indicators` is told and scored. `indicators` 中的数值是否公布与计分。",
                INDICATOR_STATUSES,
            ),
            codes_text(
                "# Kinds of conflicts 差异类型\n\nWhat a code of `conflict_kind` says. `conflict_kind` 各代码的含义。",
                CONFLICT_KINDS,
            ),
            codes_text(
                "# Whether a place can serve as a refuge 能否作为避难场所\n\nCodes of `status` in `refuges`. `refuges` 表中 `status` 的代码。",
                REFUGE_STATUSES,
            ),
            codes_text(
                "# Tiers of refuge 避难场所级别\n\nCodes of `tier`. `tier` 的代码。",
                {name: (tier.title["en"], tier.title["zh"]) for name, tier in packaged_refuge_rules().tiers.items()},
            ),
            codes_text(
                "# What is left of a space 灾时公共空间剩余情况\n\nCodes of `remains`. `remains` 的代码。",
                SURVIVAL_REMAINS,
            ),
            codes_text("# How full a refuge gets 避难场所使用情况\n\nCodes of `use`. `use` 的代码。", REFUGE_USES),
            codes_text(
                "# Signals of missing data 数据缺失信号\n\nWhat a code of `data_signals` says. `data_signals` 各代码的含义。",
                DATA_SIGNAL_WORDS,
            ),
            codes_text(
                "# Classes of public space 公共空间类别\n\nAnd the unions of them. 以及由其组成的合集。", CLASSES
            ),
            *(codes_text(head, words) for head, words in EQUITY_CODES),
            codes_text("# Methods 测量方法\n\nHow a value is measured. 数值的测量方法。", METHODS),
        ]
    )


def table_text(table: Table) -> str:
    """One table of the GeoPackage: its title and its columns."""
    kind = table.geometry or "table without geometry"
    rows = "\n".join(_row(column) for column in table.columns)
    return (
        f"## `{table.name}`\n\n{table.en}. {table.zh}。 ({kind})\n\n"
        f"| column | type | unit | meaning | 含义 |\n|---|---|---|---|---|\n{rows}\n"
    )


def codes_text(head: str, words: Mapping[str, tuple[str, str]]) -> str:
    """A list of codes with their words."""
    rows = "\n".join(f"| `{code}` | {_cell(en)} | {_cell(zh)} |" for code, (en, zh) in words.items())
    return f"{head}\n\n| code | meaning | 含义 |\n|---|---|---|\n{rows}\n"


def _row(column: Column) -> str:
    """One line of a table of columns."""
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {_cell(column.en)} | {_cell(column.zh)} |"


def _cell(text: str) -> str:
    """Text that cannot end a cell."""
    return text.replace("|", "\\|")


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(dictionary(), encoding="utf-8", newline="\n")
    print(f"wrote {TARGET}")


if __name__ == "__main__":
    main()
