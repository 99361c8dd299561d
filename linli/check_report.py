"""What `linli check` says: what was read, what was left of it, and what a reader has to know."""

from __future__ import annotations

from collections.abc import Mapping

from layers.types import Caveat, Layers, Provenance
from linli.report import residents_known
from linli.text_table import aligned, number
from maps.words import caveat_text

_IN_COLUMNS = ("rows_read", "rows_kept", "repaired", "dropped")
"""Counts that have a column of their own; with everything that begins like them."""


def check_text(layers: Layers, language: str) -> str:
    """Tables of the files and of the loaded layers, and the caveats in words."""
    parts = [f"Files of the study\n{_files_text(layers)}", f"What was loaded\n{_loaded_text(layers)}"]
    if any(_other_counts(file) for file in layers.provenance):
        parts.append(f"Counted while reading\n{_counted_text(layers)}")
    if layers.caveats:
        lines = "\n".join(f"- {caveat_text(caveat, language)}" for caveat in layers.caveats)
        parts.append(f"To know before reading any figure\n{lines}")
    return "\n\n".join(parts)


def check_record(layers: Layers, language: str) -> dict[str, object]:
    """The same for programs."""
    return {
        "study": layers.study.id,
        "files": [_file_record(file) for file in layers.provenance],
        "loaded": loaded_counts(layers),
        "caveats": [_caveat_record(caveat, language) for caveat in layers.caveats],
    }


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


def _files_text(layers: Layers) -> str:
    """One line a file."""
    rows = [
        (
            file.role,
            file.file,
            *(_count(file.counts, key) for key in _IN_COLUMNS),
            file.date or "date not stated",
            file.licence or "licence not stated",
        )
        for file in layers.provenance
    ]
    header = ("layer", "file", "read", "kept", "repaired", "dropped", "date", "licence")
    return aligned(header, rows, right=frozenset({2, 3, 4, 5}), widest=48)


def _loaded_text(layers: Layers) -> str:
    """One line a layer."""
    rows = [(name, number(count, 1 if name.endswith("_km") else 0)) for name, count in loaded_counts(layers).items()]
    if layers.residents is not None:
        known = residents_known(layers.residents["population"])
        told = " ".join(part for part in known.split() if part != "residents")  # the row is called that
        rows = [(name, told if name == "residents" else count) for name, count in rows]
    return aligned(("layer", "count"), rows, right=frozenset({1}))


def _counted_text(layers: Layers) -> str:
    """Everything else that the readers counted, such as what the rules of the map extract leave out."""
    rows = [
        (file.role, name, number(count)) for file in layers.provenance for name, count in _other_counts(file).items()
    ]
    return aligned(("layer", "what", "count"), rows, right=frozenset({2}))


def _other_counts(file: Provenance) -> dict[str, int]:
    """The counts that have no column in the table of files."""
    return {name: count for name, count in sorted(file.counts.items()) if not name.startswith(_IN_COLUMNS)}


def _count(counts: Mapping[str, int], key: str) -> str:
    """The count, with all its kinds summed (``dropped_empty``, ``dropped_null``); empty where nothing was counted."""
    found = [value for name, value in counts.items() if name == key or name.startswith(f"{key}_")]
    return number(sum(found)) if found else ""


def _file_record(file: Provenance) -> dict[str, object]:
    return {
        "role": file.role,
        "file": file.file,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "date": file.date,
        "licence": file.licence,
        "attribution": file.attribution,
        "counts": dict(file.counts),
    }


def _caveat_record(caveat: Caveat, language: str) -> dict[str, object]:
    return {
        "code": caveat.code,
        "layer": caveat.layer,
        "count": caveat.count,
        "unit": caveat.unit,
        "detail": caveat.detail,
        "text": caveat_text(caveat, language),
    }
