"""The data report as a record: what was read, what was left of it, and how far each community's data can be trusted.

One record makes the printed tables, `data-report.json` and `data-report.html`, so that they cannot differ.
docs/data-report.md describes its keys. It holds no clock, no user name and no absolute path.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pandas as pd

from analyses.completeness import LIGHTS, SIGNALS, light_caveats
from analyses.parameters import DataLimits
from layers.exclusions import exclusions
from layers.row_account import left_out, repairs
from layers.space_rules import space_rules
from layers.types import Layers, Provenance, Study
from layers.versions import versions
from maps.conflict_words import KINDS
from maps.count_words import count_words
from maps.data_words import light_word, signal_sentence
from maps.escape import TEXT_LIMIT, clean
from maps.exclusion_words import excluded_kind, excluded_why
from maps.vocabulary import LANGUAGES
from maps.words import caveat_text, layer_word

FORMAT = "linli-check-1"
"""How a former report is recognised."""
_TAKEN = ("rows_read", "rows_kept")
_DIGITS = 6
Record = dict[str, Any]


def data_report(layers: Layers, data: pd.DataFrame, limits: DataLimits) -> Record:
    """The record of a study's data.

    Parameters
    ----------
    layers : Layers
        As loaded; nothing of them is assessed.
    data : DataFrame
        `analyses.completeness.judge_data` of them.
    limits : DataLimits
        By which it was judged.

    Returns
    -------
    dict
        Plain values in a fixed order; unknown numbers are None, infinite ones ``"inf"``. Texts that are ours come
        in both languages as ``{"en": ..., "zh": ...}``, names and ids as they are in the source.
    """
    study = layers.study
    record = {
        "format": FORMAT,
        "study": {
            "id": study.id,
            "file": study.path.name,
            "title": dict(study.title),
            "crs": study.crs.to_string(),
            "languages": list(study.languages),
            "profiles": list(study.profiles),
        },
        "lights": _lights(layers, data),
        "signals": _signals(data, limits),
        "caveats": [
            asdict(caveat) | {"text": _both(caveat_text, caveat)}
            for caveat in (*light_caveats(data, layers, limits), *layers.caveats)
        ],
        "inputs": [_input(_told(entry, study)) for entry in layers.provenance],
        "loaded": loaded_counts(layers),
        "exclusions": _exclusions(layers),
        "conflicts": _conflicts(layers),
        "communities": _communities(layers, data),
        "limits": asdict(limits),
        "versions": versions(),
    }
    plain = _plain(record)
    assert isinstance(plain, dict)
    return plain


def report_json(record: Record) -> str:
    """The record as strict JSON, the same bytes for the same record."""
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def loaded_counts(layers: Layers) -> dict[str, float]:
    """How many of each layer there are, by name and unit."""
    counts: dict[str, float] = {"communities": len(layers.communities)}
    counts |= {f"parents.{level}": len(units) for level, units in layers.parents.items()}
    if layers.residents is not None:
        counts["residents"] = float(layers.residents["population"].sum(min_count=1))
    counts["network_edges"] = len(layers.network.edge_id)
    counts["network_km"] = round(float(layers.network.edge_length_m.sum()) / 1000.0, 1)
    counts["buildings"] = len(layers.buildings)
    counts["residential_buildings"] = int(layers.buildings["residential"].sum())
    counts["gates"] = len(layers.gates)
    by_class = layers.spaces["space_class"].value_counts().sort_index()
    counts |= {f"public_space.{space_class}": int(count) for space_class, count in by_class.items()}
    by_hazard = layers.hazards["hazard_id"].value_counts().sort_index()
    return counts | {f"hazard.{hazard}": int(count) for hazard, count in by_hazard.items()}


# --------------------------------------------------------------------------- parts


def _both(say: Callable[..., str], *about: object) -> dict[str, str]:
    """What `say` says of something in every language."""
    return {language: say(*about, language) for language in LANGUAGES}


def _lights(layers: Layers, data: pd.DataFrame) -> list[Record]:
    """Communities and residents in every light."""
    population = None if layers.residents is None else layers.residents["population"]
    found = []
    for light in LIGHTS:
        where = (data["data_light"] == light).to_numpy()
        residents = None if population is None else population[where].sum(min_count=1 if where.any() else 0)
        found.append({
            "light": light, "text": _both(light_word, light),
            "communities": int(where.sum()), "residents": residents,
        })  # fmt: skip
    return found


def _signals(data: pd.DataFrame, limits: DataLimits) -> list[Record]:
    """Every signal, and in how many communities it is not good."""
    codes, checked = data["data_signals"].str.split(), data["data_checked"].str.split()
    return [
        {
            "code": code,
            "column": column,
            "text": _both(signal_sentence, code, math.nan),
            "communities": int(codes.map(lambda found, name=code: name in found).sum()),
            "checked": int(checked.map(lambda found, name=code: name in found).sum()),
            "doubtful": _limits(code, limits)[0],
            "poor": _limits(code, limits)[1],
        }
        for code, column in SIGNALS.items()
    ]


def _limits(code: str, limits: DataLimits) -> tuple[float, float]:
    return {
        "homes": limits.floor_m2_per_resident,
        "houses": limits.built_street_share,
        "ways": limits.ways_km_per_km2,
        "off_network": limits.off_network_share,
        "ways_in": limits.way_in_share,
        "spaces": limits.space_m,
        "covered": limits.covered_share,
        "inventory": limits.inventory_only_share,
    }[code]


def _told(entry: Provenance, study: Study) -> Provenance:
    """The input without the totals of groups: whether these may be told only a run knows."""
    groups = () if study.residents is None else study.residents.groups
    return replace(entry, counts={key: n for key, n in entry.counts.items() if key not in groups})


def _input(entry: Provenance) -> Record:
    """One input, with everything that was counted of it, in words too: rows read = kept + dropped."""
    lost = left_out(entry.counts)
    return {
        "role": entry.role,
        "text": _both(layer_word, entry.role),
        "source": entry.source,
        "file": entry.file,
        "query": entry.query,
        "date": entry.date,
        "licence": entry.licence,
        "attribution": entry.attribution,
        "sha256": entry.sha256,
        "bytes": entry.bytes,
        "rows_read": entry.counts.get("rows_read"),
        "rows_kept": entry.counts.get("rows_kept"),
        "repaired": repairs(entry.counts),
        "dropped": sum(lost.values()) if "rows_read" in entry.counts else None,
        "dropped_by": [
            {"key": key, "count": count, "text": _both(count_words, key)}
            for key, count in sorted(lost.items(), key=lambda item: (-item[1], item[0]))
        ],
        "counts": [
            {"key": key, "count": count, "text": _both(count_words, key)}
            for key, count in sorted(entry.counts.items(), key=lambda item: (-item[1], item[0]))
            if key not in _TAKEN and not key.startswith(("excluded.", "holes."))
        ],
    }


def _exclusions(layers: Layers) -> list[Record]:
    """What the rules of public space turned away, the most frequent first."""
    counts: dict[str, int] = {}
    for entry in layers.provenance:
        counts |= entry.counts
    table = exclusions(counts, space_rules(layers.study.space_rules))
    return [
        {
            "rule": row["rule"],
            "space_class": row["space_class"],
            "why": row["why"],
            "count": row["count"],
            "kind_text": _both(excluded_kind, row["rule"], row["space_class"]),
            "why_text": _both(excluded_why, row["why"]),
            "because": {"en": row["because"], "zh": row["because_zh"] or row["because"]},
        }
        for row in table.to_dict("records")
    ]


def _conflicts(layers: Layers) -> list[Record]:
    """How often inventories and the map extract differ, by inventory and kind; empty without an inventory."""
    if layers.conflicts is None or layers.conflicts.empty:
        return []
    counted = layers.conflicts.groupby(["inventory_id", "conflict_kind", "used"], sort=True).size()
    return [
        {
            "inventory_id": inventory,
            "conflict_kind": kind,
            "used": used,
            "count": int(count),
            "text": dict(zip(LANGUAGES, KINDS[kind], strict=True)),
        }
        for (inventory, kind, used), count in counted.items()
    ]


def _communities(layers: Layers, data: pd.DataFrame) -> list[Record]:
    """Every community with its light and the value of every signal, in the order of the study."""
    population = np.full(len(data), np.nan)
    if layers.residents is not None:
        population = layers.residents["population"].to_numpy(float)
    names = layers.communities["name"].to_numpy()
    return [
        {
            "community_id": str(key),
            "name": clean(name, TEXT_LIMIT),
            "residents": people,
            "data_light": row["data_light"],
            "data_signals": row["data_signals"].split(),
            "data_checked": row["data_checked"].split(),
            "values": {code: row[column] for code, column in SIGNALS.items()},
        }
        for key, name, people, row in zip(data.index, names, population, data.to_dict("records"), strict=True)
    ]


def _plain(value: object) -> object:
    """Values that JSON has; numbers of numpy become Python's, and rounding hides no digit that a reader could use."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(value)  # type: ignore[arg-type]
    if math.isnan(number):
        return None
    if math.isinf(number):
        return "inf" if number > 0 else "-inf"
    return int(number) if number.is_integer() and abs(number) < 2**53 else round(number, _DIGITS)
