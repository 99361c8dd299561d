"""What run.json and the command line tell of hazards in numbers: who is cut off, who finds refuge, the worst link."""

from __future__ import annotations

from typing import Any

import numpy as np

from analyses.results import Results
from analyses.units import CITY
from maps.cut_off import cut_off

_NEEDS = (
    "tier", "limit_m", "needing", "placed", "placed_listed", "without_full", "without_far", "unknown", "n_refuges",
    "n_overfull", "n_idle", "capacity", "placed_best", "median_m",
)  # fmt: skip


_DECIMALS = 6


def safety_record(results: Results) -> dict[str, Any]:
    """Of the whole study area ``refuge``, ``survival`` and ``critical``, each only where the study has it."""
    made = {"refuge": _refuge(results), "survival": _survival(results), "critical": _critical(results)}
    return {name: _rounded(value) for name, value in made.items() if value}


def _rounded(value: Any) -> Any:  # noqa: ANN401  any JSON value
    """Numbers to a millionth, as in the published tables."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(float(value), _DECIMALS) if isinstance(value, float | np.floating) else value


def _refuge(results: Results) -> dict[str, Any]:
    """Refuges by status and use, and who finds a place."""
    found = results.refuge
    if found is None:
        return {}
    counted = {
        "sites": {str(code): int(count) for code, count in found.sites["status"].value_counts().sort_index().items()},
        "use": {str(code): int(count) for code, count in found.sites["use"].value_counts().sort_index().items()},
    }
    if found.needs is None:
        return counted
    city = found.needs[found.needs["level"] == CITY].iloc[0]
    return counted | {name: city[name] for name in _NEEDS}


def _survival(results: Results) -> list[dict[str, Any]]:
    """By scenario what closes and who is cut off from all open public space."""
    tables = results.survival
    if tables is None:
        return []
    return [
        {str(key): value for key, value in row.items()} | {"residents_cut_off": cut_off(tables, row["scenario_id"])}
        for row in tables.scenarios.to_dict("records")
    ]


def _critical(results: Results) -> dict[str, Any]:
    """How many ways, bridges and entrances are told, and the one that most depend on."""
    rows = results.critical
    if rows is None or rows.empty:
        return {}
    worst = rows.iloc[int(np.argmax(rows["residents_lose"].to_numpy(float)))]
    names = ("critical_id", "profile_id", "rule_id", "kind", "street", "residents_lose")
    kinds = {str(kind): int(count) for kind, count in rows["kind"].value_counts().sort_index().items()}
    return {"told": kinds, "worst": {name: worst[name] for name in names}}
