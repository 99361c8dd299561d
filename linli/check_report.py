"""What `linli check` says: what was read, what was left of it, how far it can be trusted, and what one has to know.

Made from the record of `maps.data_report`, like the files that the command writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.text_table import aligned, number
from maps.data_words import signal_head, signal_value
from maps.lookup import without_shared_ending
from maps.map_words import choose
from maps.report_words import word

_WORST = 10
"""So many communities whose data are weak are listed; the others stand in the report."""
_EXCLUSIONS = 12
_COUNTS = 20
_WIDEST = 100
Record = Mapping[str, Any]


def check_text(record: Record, language: str) -> str:
    """Tables of the lights, the files and the loaded layers, and the caveats in words."""
    title = choose(record["study"]["title"], language, record["study"]["id"])
    parts = [
        f"{title}: {word('title', language)}",
        _titled("lights", _lights_text(record, language), language),
        _titled("why", _signals_text(record, language), language),
        _weak_text(record, language),
        _titled("inputs", _files_text(record, language), language),
        _left_out_text(record, language),
        _titled("loaded", _loaded_text(record), language),
        _counted_text(record, language),
        _exclusions_text(record, language),
        _conflicts_text(record, language),
    ]
    if record["caveats"]:
        lines = "\n".join(f"- {caveat['text'][language]}" for caveat in record["caveats"])
        parts.append(_titled("caveats", lines, language))
    return "\n\n".join(part for part in parts if part)


def _titled(key: str, text: str, language: str) -> str:
    return f"{word(key, language)}\n{text}"


def _lights_text(record: Record, language: str) -> str:
    """One line a light; a study without residents counts none."""
    rows = [
        (light["text"][language], number(light["communities"]), number(light["residents"]))
        for light in record["lights"]
        if light["communities"] or light["light"] != "unknown"
    ]
    return aligned(("data", "communities", "residents"), rows, right=frozenset({1, 2}))


def _signals_text(record: Record, language: str) -> str:
    rows = [
        (
            signal["text"][language],
            number(signal["communities"]) if signal["checked"] else "",
            number(signal["checked"]) if signal["checked"] else "not checked",
        )
        for signal in record["signals"]
    ]
    return aligned(("signal", "communities", "of checked"), rows, right=frozenset({1, 2}), widest=_WIDEST)


def _weak_text(record: Record, language: str) -> str:
    """The communities with the weakest data and most residents."""
    rank = {"poor": 0, "doubtful": 1}
    weak = [row for row in record["communities"] if row["data_light"] in rank]
    weak.sort(key=lambda row: (rank[row["data_light"]], -(row["residents"] or 0), row["community_id"]))
    if not weak:
        return ""
    words = {light["light"]: light["text"][language] for light in record["lights"]}
    names = without_shared_ending([row["name"] or row["community_id"] for row in weak])
    rows = [
        (name, words[row["data_light"]], number(row["residents"]), _signals_of(row, language))
        for name, row in zip(names[:_WORST], weak, strict=False)
    ]
    table = aligned(("community", "data", "residents", "because of"), rows, right=frozenset({2}), widest=_WIDEST)
    return f"Communities whose data are weak, {len(rows):,} of {len(weak):,}\n{table}"


def _signals_of(row: Record, language: str) -> str:
    """The signals that are not good, each with its value."""
    values = {code: float("nan") if value is None else float(value) for code, value in row["values"].items()}
    told = (
        f"{signal_head(code, language)} {signal_value(code, values[code], language)}" for code in row["data_signals"]
    )
    return ", ".join(text[:1].lower() + text[1:].rstrip() for text in told)


def _files_text(record: Record, language: str) -> str:
    """One line an input."""
    rows = [
        (
            entry["role"],
            entry["file"],
            *("" if entry[key] is None else number(entry[key]) for key in ("rows_read", "rows_kept")),
            *("" if entry[key] is None else number(entry[key]) for key in ("repaired", "dropped")),
            entry["date"] or f"date {word('not_stated', language)}",
            entry["licence"] or f"licence {word('not_stated', language)}",
        )
        for entry in record["inputs"]
    ]
    header = ("layer", "from", "read", "kept", "repaired", "dropped", "date", "licence")
    return aligned(header, rows, right=frozenset({2, 3, 4, 5}), widest=48)


def _left_out_text(record: Record, language: str) -> str:
    """Why rows were dropped: one line a layer and reason."""
    rows = [
        (entry["role"], lost["text"][language], number(lost["count"]))
        for entry in record["inputs"]
        for lost in entry["dropped_by"]
    ]
    if not rows:
        return ""
    table = aligned(("layer", "why", "count"), rows, right=frozenset({2}), widest=_WIDEST)
    return _titled("left_out", table, language)


def _loaded_text(record: Record) -> str:
    """One line a layer."""
    rows = [
        (name, number(count, 1 if name.endswith("_km") else 0)) for name, count in record["loaded"].items()
    ]  # fmt: skip
    if "residents" in record["loaded"]:
        known = residents_counted(record)
        rows = [(name, known if name == "residents" else count) for name, count in rows]
    return aligned(("layer", "count"), rows, right=frozenset({1}))


def residents_counted(record: Record) -> str:
    """How many residents there are, as far as that is known: unknown is never 0."""
    known = [row["residents"] for row in record["communities"] if row["residents"] is not None]
    if not known:
        return "not known"
    least = len(known) < len(record["communities"])
    return f"at least {number(sum(known))} known" if least else number(sum(known))


def _counted_text(record: Record, language: str) -> str:
    """Everything else that the readers counted, in words."""
    every = [
        (entry["role"], count["text"][language], number(count["count"]))
        for entry in record["inputs"]
        for count in entry["counts"]
        if count["count"]
    ]
    if not every:
        return ""
    table = aligned(("layer", "what", "count"), every[:_COUNTS], right=frozenset({2}), widest=_WIDEST)
    return f"Counted while reading\n{table}{_more(len(every) - _COUNTS)}"


def _more(count: int) -> str:
    """That the report has more lines than are printed."""
    return f"\n({count:,} more in the report)" if count > 0 else ""


def _exclusions_text(record: Record, language: str) -> str:
    """What the rules of public space turned away, the most frequent."""
    every = record["exclusions"]
    if not every:
        return ""
    rows = [
        (number(row["count"]), row["kind_text"][language], row["why_text"][language]) for row in every[:_EXCLUSIONS]
    ]
    table = aligned(("count", "what", "why"), rows, right=frozenset({0}), widest=_WIDEST)
    return _titled("exclusions", table + _more(len(every) - len(rows)), language)


def _conflicts_text(record: Record, language: str) -> str:
    """How inventories and the map extract differ."""
    if not record["conflicts"]:
        return ""
    rows = [(row["inventory_id"], row["text"][language], number(row["count"])) for row in record["conflicts"]]
    table = aligned(("inventory", "what differs", "count"), rows, right=frozenset({2}), widest=_WIDEST)
    return _titled("conflicts", table, language)
