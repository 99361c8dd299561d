"""The data report as one HTML file: it opens from disk, asks no network for anything, prints, and fits a phone.

Everything on it comes from the record of `maps.data_report`, so page and JSON say the same. Without scripts it is
complete, both languages below each other; the page's own script sorts, filters and hides the other language.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from maps.data_report import Record
from maps.data_words import light_word, signal_head, signal_value
from maps.escape import NAME_LIMIT, clean, render
from maps.lookup import without_shared_ending
from maps.map_words import choose
from maps.numbers import number, residents
from maps.page import asset, policy
from maps.report_words import known, word
from maps.vocabulary import LANGUAGE_NAMES, LANGUAGES, class_word
from maps.words import layer_word, unit_word

_LOW = frozenset({"homes", "houses", "ways", "ways_in", "covered"})
"""Signals that are worse the lower they are."""
_MARKS = {"good": "●", "doubtful": "◐", "poor": "✕", "unknown": "?"}
"""The light's second channel beside its colour."""


@dataclass(frozen=True)
class Cell:
    """One value of the table of communities."""

    shown: str
    order: str
    """What the page sorts by: a number, or empty where nothing is known."""
    weak: bool = False


@dataclass(frozen=True)
class Row:
    """One community."""

    name: str
    community_id: str
    light: str
    light_text: str
    residents: Cell
    cells: tuple[Cell, ...]


def report_html(record: Record) -> str:
    """The report as one HTML page in the languages of the study.

    Parameters
    ----------
    record : dict
        From `maps.data_report.data_report`. Names in it may be hostile: every text is cleaned and escaped.
    """
    languages = [language for language in record["study"]["languages"] if language in LANGUAGES] or ["en"]
    page = str(
        render(
            "report.html",
            {
                "languages": languages,
                "language_names": {code: LANGUAGE_NAMES[code][LANGUAGES.index(code)] for code in languages},
                "title": choose(record["study"]["title"], languages[0], record["study"]["id"]),
                "sections": [_section(record, language) for language in languages],
                "style": asset("report.css", "style"),
                "script": asset("report.js", "script"),
            },
        )
    )
    return page.replace("<head>", f'<head>\n<meta charset="utf-8">\n{policy(page)}', 1)


def _section(record: Record, language: str) -> dict[str, Any]:
    """Everything that the template shows in one language."""
    codes = _shown_signals(record)
    return {
        "language": language,
        "say": lambda key, **values: word(key, language).format(**values),
        "title": choose(record["study"]["title"], language, record["study"]["id"]),
        "lights": _lights(record, language),
        "signals": [_signal(signal, language) for signal in record["signals"]],
        "caveats": [caveat["text"][language] for caveat in record["caveats"]],
        "heads": [signal_head(code, language) for code in codes],
        "rows": _rows(record["communities"], codes, language),
        "light_words": [(light["light"], light["text"][language]) for light in record["lights"]],
        "inputs": [_input(entry, language) for entry in record["inputs"]],
        "exclusions": [_exclusion(row, language) for row in record["exclusions"]],
        "conflicts": [_conflict(row, language) for row in record["conflicts"]],
        "loaded": [
            (loaded_name(name, language), number(_float(count), "", language))
            for name, count in record["loaded"].items()
        ],
        "made": word("made", language).format(
            version=_version(record), study=record["study"]["id"], crs=record["study"]["crs"]
        ),
    }


def _exclusion(row: Record, language: str) -> dict[str, str]:
    return {
        "count": number(row["count"], "", language),
        "kind": row["kind_text"][language],
        "why": row["why_text"][language],
        "because": row["because"][language],
    }


def _conflict(row: Record, language: str) -> dict[str, str]:
    return {
        "inventory": row["inventory_id"],
        "count": number(row["count"], "", language),
        "text": row["text"][language],
        "used": word(f"used.{row['used']}", language),
    }


def _version(record: Record) -> str:
    found = str(record["versions"]["linli"])
    return found if found[:1].isdigit() else ""


def _float(value: float | str | None) -> float:
    """A number of the record: None is unknown, ``"inf"`` is that."""
    return math.nan if value is None else float(value)


def _lights(record: Record, language: str) -> list[dict[str, str]]:
    """A tile a light: communities, residents, and their share."""
    people = [_float(light["residents"]) for light in record["lights"]]
    everybody = sum(count for count in people if not math.isnan(count))
    communities = len(record["communities"])
    tiles = []
    for light, count in zip(record["lights"], people, strict=True):
        if not light["communities"] and light["light"] == "unknown":
            continue
        told = word("lights.unknown_residents", language) if math.isnan(count) else residents(count, language)
        share = count / everybody if everybody > 0 else light["communities"] / max(communities, 1)
        tiles.append({
            "light": light["light"], "mark": _MARKS[light["light"]], "text": light["text"][language],
            "communities": number(light["communities"], "", language),
            "noun": unit_word("communities", light["communities"], language).strip(), "residents": told,
            "share": "" if math.isnan(count) or not everybody else word("lights.residents", language).format(
                share=number(100 * share, "%", language)),
            "width": f"{0.0 if math.isnan(share) else 100 * share:.2f}",
        })  # fmt: skip
    return tiles


def _signal(signal: Record, language: str) -> dict[str, str]:
    """One signal: what it says, from where on, and how often."""
    code, side = signal["code"], "why.below" if signal["code"] in _LOW else "why.above"
    limits = {
        name: word(side, language).format(value=signal_value(code, _float(signal[name]), language))
        for name in ("doubtful", "poor")
    }
    if code == "ways_in":
        limits["poor"] = word("why.none", language)
    return {
        "text": signal["text"][language],
        "head": signal_head(code, language),
        "communities": number(signal["communities"], "", language),
        "checked": number(signal["checked"], "", language),
        "never": "" if signal["checked"] else word("why.not_known", language),
        **limits,
    }


def _shown_signals(record: Record) -> list[str]:
    """Signals that have a value anywhere: an empty column says nothing that the list of signals does not."""
    valued = {code for row in record["communities"] for code, value in row["values"].items() if value is not None}
    return [signal["code"] for signal in record["signals"] if signal["code"] in valued]


def _rows(communities: list[Record], codes: list[str], language: str) -> list[Row]:
    """The communities, those with the weakest data and most residents first; named without an ending that all share."""
    rank = {"poor": 0, "doubtful": 1, "unknown": 2, "good": 3}
    ordered = sorted(
        communities, key=lambda row: (rank[row["data_light"]], -(row["residents"] or 0), row["community_id"])
    )
    names = [clean(community["name"], NAME_LIMIT) or community["community_id"] for community in ordered]
    shown = without_shared_ending(names)
    return [_row(community, name, codes, language) for community, name in zip(ordered, shown, strict=True)]


def _row(community: Record, name: str, codes: list[str], language: str) -> Row:
    light, residents = community["data_light"], _float(community["residents"])
    values = {code: _float(community["values"][code]) for code in codes}
    counted = "" if math.isnan(residents) else number(residents, "", language)
    return Row(
        name=name,
        community_id=community["community_id"],
        light=light,
        light_text=f"{_MARKS[light]} {light_word(light, language)}",
        residents=Cell(counted, _order(residents)),
        cells=tuple(
            Cell(signal_value(code, value, language), _order(value), code in community["data_signals"])
            for code, value in values.items()
        ),
    )


def _order(value: float) -> str:
    """What a script can sort by: it reads no infinity."""
    return "" if math.isnan(value) else "1e99" if math.isinf(value) else f"{value:.9g}"


def _input(entry: Record, language: str) -> dict[str, Any]:
    """One input with everything that is known of it; what is not stated is named as such."""
    unknown, source = word("not_stated", language), f"source.{entry['source']}"
    read, kept = entry["rows_read"], entry["rows_kept"]
    rows = ""
    if read is not None:
        shown = {"read": number(read, "", language), "kept": "" if kept is None else number(kept, "", language)}
        rows = word("input.rows.read" if kept is None else "input.rows.text", language).format(**shown)
    return {
        "role": entry["text"][language],
        "source": word(source, language) if known(source) else entry["source"],
        "facts": [
            (word("input.file", language), entry["file"]),
            *([(word("input.query", language), entry["query"])] if entry["query"] else []),
            (word("input.date", language), entry["date"] or unknown),
            (word("input.licence", language), entry["licence"] or unknown),
            (word("input.attribution", language), entry["attribution"] or unknown),
            *([(word("input.rows", language), rows)] if rows else []),
            *_counted(entry, language),
            (word("input.sha256", language), entry["sha256"]),
        ],
        "counts": [(number(count["count"], "", language), count["text"][language])
                   for count in entry["counts"] if count["count"]],
    }  # fmt: skip


def _counted(entry: Record, language: str) -> list[tuple[str, str]]:
    """Rows repaired, and dropped with the reasons, where any were."""
    repaired = (
        [(word("input.repaired", language), number(entry["repaired"], "", language))] if entry["repaired"] else []
    )
    reasons = [f"{number(lost['count'], '', language)} {lost['text'][language]}" for lost in entry["dropped_by"]]
    return repaired + (
        [(word("input.dropped", language), word("list.next", language).join(reasons))] if reasons else []
    )


def loaded_name(name: str, language: str) -> str:
    """A loaded layer in words."""
    if known(f"loaded.{name}"):
        return word(f"loaded.{name}", language)
    head, _, tail = name.partition(".")
    if head == "public_space":
        text = class_word(tail, language)
        return clean(text[:1].upper() + text[1:])
    return layer_word(name, language)
