"""`linli pull`: fetch the map extract of a study from OpenStreetMap."""

from __future__ import annotations

import sys
from pathlib import Path

from layers.found_units import FoundUnits
from layers.pull import RAW_FOLDER, Pulled
from layers.pull import pull as pull_verb
from layers.sources.overpass import Overpass
from layers.sources.pulled import RawAnswers, area_path
from layers.study import read_study_to_fetch
from layers.types import Study
from linli.endpoints import asker, overpass_server
from linli.text_table import aligned

_NAMES_SHOWN = 3


def pull(study_path: str | Path, *, server: str | None, refresh: bool) -> int:
    """Fetch the extract of a study, and say what came.

    Raises
    ------
    StudyError, LayerError
        The study does not say where to fetch, or what it says cannot be used.
    SourceUnreachable
        The server failed; what was there is untouched, and the next pull goes on where this one stopped.
    """
    study = read_study_to_fetch(study_path)
    overpass = Overpass(overpass_server(server), asker(_note))
    raw = RawAnswers(study.osm.origin.path.parent / RAW_FOLDER)
    if refresh:
        raw.forget()
    pulled = pull_verb(study, overpass, raw, _note)
    print(_said(study, pulled, study_path))
    return 0


def _note(line: str) -> None:
    print(f"  {line}", file=sys.stderr)


def _said(study: Study, pulled: Pulled, study_path: str | Path) -> str:
    record = pulled.record
    counts = record.counts
    held = f"{counts['nodes']:,} nodes, {counts['ways']:,} ways, {counts['relations']:,} relations"
    lines = [
        f"Extract   {study.osm.origin.path.name}",
        f"Holds     {held}",
        f"          among the ways {pulled.streets:,} streets and paths, {pulled.buildings:,} outlines of buildings",
        f"Area      {pulled.area_km2:,.1f} km2, as [osm.coverage] says",
        f"From      {record.endpoint}, data of {_dates(record.osm_base, record.osm_base_newest)}",
        f"Asked     {pulled.asked} questions; {pulled.reused} were answered before",
    ]
    if pulled.empty:
        lines.append(f"Empty     {pulled.empty} parts: sea, or too little of the area to tell")
    if pulled.units:
        lines += ["", _units_said(study, pulled.units)]
    return "\n".join([*lines, "", f"Next      linli check {study_path}", f"          linli run {study_path}"])


def _dates(oldest: str, newest: str) -> str:
    if oldest[:10] == newest[:10]:
        return oldest
    return f"{oldest} to {newest} (to have all of it from one day: linli pull --refresh)"


def _units_said(study: Study, units: tuple[FoundUnits, ...]) -> str:
    """The boundaries that the area holds whole, and how to judge by them."""
    rows = [(found.admin_level, f"{len(found.names):,}", _names(found)) for found in units]
    area = area_path(study.osm.origin.path).relative_to(study.path.parent).as_posix()
    finest = max(units, key=lambda found: len(found.names)).admin_level
    return (
        "Administrative boundaries that lie in the area whole\n"
        f"{aligned(('admin_level', 'number', 'names'), rows, right=frozenset({1}), widest=70)}\n"
        "To judge by one of these levels, write into the study file, in place of what is there:\n"
        "    [osm.coverage]\n"
        f'    path = "{area}"\n'
        "    [communities]\n"
        '    source = "osm"\n'
        "    [communities.filter]\n"
        '    boundary = "administrative"\n'
        f"    admin_level = {finest}"
    )


def _names(found: FoundUnits) -> str:
    shown = ", ".join(found.names[:_NAMES_SHOWN])
    more = len(found.names) - _NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
