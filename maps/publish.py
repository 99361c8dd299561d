"""Publish: the map, the GeoPackage and the record, written beside the target and moved into place at the end.

A run that fails or is interrupted leaves the previous output as it was.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyogrio.errors

from analyses.results import Results
from maps.draw import draw
from maps.geopackage import write_gaps, write_internal
from maps.page import to_html
from maps.runfile import FORMAT, run_json
from spatial.errors import OutputError
from spatial.progress import OnStep, silent

STEPS = ("Writing the GeoPackage", "Drawing the map", "Writing the record")

MAP, GAPS, RUN, INTERNAL = "map.html", "gaps.gpkg", "run.json", "internal.gpkg"
_LEFT_BY_SQLITE = ("-wal", "-shm", "-journal")
_OURS = frozenset({MAP, RUN} | {name + tail for name in (GAPS, INTERNAL) for tail in ("", *_LEFT_BY_SQLITE)})
"""Files of a former output: replaced or removed. Whatever else lies in its folder is the user's and stays."""


@dataclass(frozen=True)
class Published:
    """Where the results are."""

    map_html: Path
    gaps_gpkg: Path
    run_json: Path


def publish(results: Results, out: str | Path, on_step: OnStep = silent) -> Published:
    """Write ``map.html``, ``gaps.gpkg`` and ``run.json`` into the folder `out`.

    Parameters
    ----------
    results : Results
        An assessment; it is not changed.
    out : str or Path
        A folder: absent, empty, or a former output, which is replaced. Files that are not ours stay in it.
    on_step : callable
        Told the name of each step of `STEPS` as it begins.

    Raises
    ------
    OutputError
        If `out` is something else, or cannot be written. The previous output is untouched.
    """
    target = Path(out).resolve()
    _recover(target)
    check_target(target)
    work = _beside(target, f"writing-{os.getpid()}")
    try:
        on_step(STEPS[0])
        with _explained(target):
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            write_gaps(results, work / GAPS)
        on_step(STEPS[1])
        html = to_html(draw(results))
        on_step(STEPS[2])
        with _explained(target):
            (work / MAP).write_text(html, encoding="utf-8", newline="\n")
            (work / RUN).write_text(run_json(results), encoding="utf-8", newline="\n")
            _replace(target, work)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return Published(target / MAP, target / GAPS, target / RUN)


def publish_internal(results: Results, out: str | Path) -> Path:
    """Add ``internal.gpkg`` (demand points and walk network) to the output of the same assessment.

    It is a file of its own because it says where residents are placed, house by house: ``gaps.gpkg``
    can then always be handed on. The next `publish` removes it.

    Raises
    ------
    OutputError
        If `out` does not hold the output of these results, or cannot be written.
    """
    target = Path(out).resolve()
    record = target / RUN
    if not record.is_file() or record.read_text(encoding="utf-8") != run_json(results):
        raise OutputError(
            f"{target} does not hold the output of this assessment, and its internal tables would not fit what lies "
            "there. Publish the assessment into this folder first."
        )
    work = target / f".writing-{os.getpid()}.{INTERNAL}"
    try:
        with _explained(target):
            write_internal(results, work)
            work.replace(target / INTERNAL)
    finally:
        work.unlink(missing_ok=True)
    return target / INTERNAL


# --------------------------------------------------------------------------- the target


def _beside(target: Path, what: str) -> Path:
    """A hidden folder beside the target: on the same disk, so that moving is renaming."""
    return target.parent / f".{target.name}.{what}"


def check_target(out: str | Path) -> None:
    """Refuse what is not an absent folder, an empty one, or a former output of ours, and what cannot be written.

    `publish` asks this itself; who is about to work for it may ask before.

    Raises
    ------
    OutputError
        Which says what is in the way.
    """
    target = Path(out).resolve()
    if not target.name:
        raise OutputError(
            f"{target} is the root of a disk and cannot become an output folder. Name a folder with --out."
        )
    if target.exists() and not target.is_dir():
        raise OutputError(f"{target} is a file, but the output is a folder. Name another folder with --out.")
    _check_writable(target)
    if not target.exists():
        return
    with _explained(target):
        found = sorted(entry.name for entry in target.iterdir())
    if found and not _is_ours(target / RUN):
        names = ", ".join(found[:3]) + (", ..." if len(found) > 3 else "")
        raise OutputError(
            f"{target} is not empty ({names}) and holds no output of linli, so nothing in it is replaced. "
            "Name another folder with --out, or empty this one."
        )


def _check_writable(target: Path) -> None:
    """The output is made beside the target, and files of the user's in it are moved: both must allow it."""
    above = next(folder for folder in target.parents if folder.exists())
    if not above.is_dir():
        raise OutputError(f"{above} is a file, so no folder can be made in it. Name another folder with --out.")
    for folder in (above, *((target,) if target.exists() else ())):
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(
                f"{folder} cannot be written to (permission denied or read-only), so the results would be lost. "
                "Name another folder with --out."
            )


def _is_ours(record: Path) -> bool:
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(content, dict) and content.get("format") == FORMAT


def _replace(target: Path, work: Path) -> None:
    """Move the old output aside and the new one in; put the old one back if that fails."""
    aside = _beside(target, "previous")
    if not target.exists():
        work.rename(target)
        return
    target.rename(aside)
    try:
        for entry in sorted(aside.iterdir()):
            if entry.name not in _OURS:
                entry.rename(work / entry.name)
        work.rename(target)
    except BaseException:
        _put_back(target, work, aside)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _put_back(target: Path, work: Path, aside: Path) -> None:
    for entry in sorted(work.iterdir()) if work.exists() else ():
        if entry.name not in _OURS:
            entry.rename(aside / entry.name)
    if not target.exists():
        aside.rename(target)


def _recover(target: Path) -> None:
    """Finish what a run left that was killed between its last two moves."""
    aside = _beside(target, "previous")
    if not aside.exists():
        return
    with _explained(target):
        if target.exists():
            if _is_ours(aside / RUN):
                shutil.rmtree(aside)
        else:
            aside.rename(target)


@contextmanager
def _explained(target: Path) -> Iterator[None]:
    """Turn what the system and the libraries say into one line that tells what to do."""
    try:
        yield
    except OutputError:
        raise
    except (
        OSError,
        sqlite3.Error,
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pyogrio.errors.FeatureError,
    ) as error:
        raise OutputError(
            f"cannot write to {target}: {_cause(error, target)} The previous output is untouched."
        ) from error


def _cause(error: Exception, target: Path) -> str:
    """What happened and what to do, in one or two sentences."""
    if isinstance(error, PermissionError):
        return (
            "permission denied, or a file in it is open in another program. "
            "Close it there (QGIS, a browser), or name another folder with --out."
        )
    try:
        existing = next(folder for folder in (target, *target.parents) if folder.exists())
        full = shutil.disk_usage(existing).free < 1_000_000
    except OSError:
        full = False
    if full or getattr(error, "errno", None) == errno.ENOSPC:
        return "the disk is full. Make room, or name a folder on another disk with --out."
    text = " ".join(str(error).split())
    return f"{text or type(error).__name__}. Name another folder with --out."
