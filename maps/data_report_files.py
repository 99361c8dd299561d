"""Write the data report: both files beside their folder first, then moved into place.

An interrupted check leaves the former report as it was. Whatever else lies in the folder stays.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from maps.data_report import FORMAT, Record, report_json
from maps.data_report_page import report_html
from spatial.errors import OutputError

HTML, JSON = "data-report.html", "data-report.json"


@dataclass(frozen=True)
class ReportFiles:
    """Where the report is."""

    html: Path
    json: Path


def default_folder(study_id: str) -> Path:
    """Below the current folder, and never that of a run: an id has no underscore."""
    return Path("out") / f"{study_id}_check"


def check_report_target(out: str | Path) -> None:
    """Refuse a folder in which the report would take the place of something that is not one, or cannot be written.

    Raises
    ------
    OutputError
        Which says what is in the way.
    """
    target = Path(out).resolve()
    above = next(folder for folder in (target, *target.parents) if folder.exists())
    if not above.is_dir():
        raise OutputError(f"{above} is a file, so the data report has no folder to go to. Name another one with --out.")
    if not os.access(above, os.W_OK | os.X_OK):
        raise OutputError(
            f"{above} cannot be written to (permission denied or read-only), so the data report would be lost. "
            "Name another folder with --out."
        )
    there = [name for name in (HTML, JSON) if (target / name).exists()]
    if there and not _is_ours(target / JSON):
        raise OutputError(
            f"{target} holds {' and '.join(there)}, but no data report of linli, so nothing in it is replaced. "
            "Name another folder with --out, or move the file away."
        )


def write_data_report(record: Record, out: str | Path) -> ReportFiles:
    """Write ``data-report.html`` and ``data-report.json`` into the folder `out`.

    Raises
    ------
    OutputError
        If `out` cannot take them; a former report is untouched.
    """
    target = Path(out).resolve()
    check_report_target(target)
    html, text = report_html(record), report_json(record)
    work = target.parent / f".{target.name}.writing-{os.getpid()}"
    try:
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        (work / HTML).write_text(html, encoding="utf-8", newline="\n")
        (work / JSON).write_text(text, encoding="utf-8", newline="\n")
        target.mkdir(exist_ok=True)
        for name in (HTML, JSON):
            (work / name).replace(target / name)
    except OSError as error:
        raise OutputError(
            f"the data report cannot be written to {target}: {error.strerror or error}. "
            "Close it where it is open, make room, or name another folder with --out."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return ReportFiles(target / HTML, target / JSON)


def _is_ours(record: Path) -> bool:
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT
