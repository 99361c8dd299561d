"""`linli init`: begin a study from a place, a box or a file of boundaries."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from layers.new_study import (
    NewStudy,
    Outline,
    boundary_text,
    checked_id,
    new_study,
    outline_of_box,
    outline_of_file,
    outline_of_place,
)
from layers.new_study_text import BOUNDARY, readme_text, study_text
from layers.sources.nominatim import find_place
from layers.sources.study_folder import check_new, write_folder
from layers.study import read_study_to_fetch
from layers.study_roles import LANGUAGES
from linli.endpoints import asker, nominatim_server
from spatial.errors import StudyError

_STUDY_FILE = "study.toml"


@dataclass(frozen=True)
class InitOptions:
    """What the command line says. Exactly one of `place`, `box` and `boundary` is given."""

    place: str | None = None
    box: str | None = None
    boundary: str | None = None
    out: str | None = None
    study_id: str | None = None
    languages: str = "en"
    nominatim: str | None = None


def init(options: InitOptions) -> int:
    """Write the folder of a new study, and say what to do next.

    Raises
    ------
    StudyError, SourceError, LayerError, OutputError
        What was given cannot be used, or the folder is taken. Nothing is left behind.
    SourceUnreachable
        A place was asked for, and Nominatim failed.
    """
    languages = _languages(options.languages)
    if options.study_id is not None:
        checked_id(options.study_id)
    if options.out is not None:
        check_new(Path(options.out))  # before anybody is asked over the net
    study = new_study(_outline(options, languages), options.study_id, languages)
    folder = Path(study.id) if options.out is None else Path(options.out)
    texts = {
        _STUDY_FILE: study_text(study, _STUDY_FILE),
        BOUNDARY: boundary_text(study),
        "README.md": readme_text(study),
    }
    write_folder(folder.resolve(), texts, lambda written: read_study_to_fetch(written / _STUDY_FILE))
    print(_said(study, folder))
    return 0


def _outline(options: InitOptions, languages: tuple[str, ...]) -> Outline:
    if options.boundary is not None:
        return outline_of_file(options.boundary)
    if options.box is not None:
        return outline_of_box(options.box)
    assert options.place is not None
    where = nominatim_server(options.nominatim)
    return outline_of_place(find_place(options.place, where, asker(_note), languages))


def _languages(text: str) -> tuple[str, ...]:
    languages = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [language for language in languages if language not in LANGUAGES]
    if unknown:
        raise StudyError(
            f"--language {text[:40]!r}: there are words for {', '.join(LANGUAGES)}; write --language en,zh"
        )
    return languages


def _note(line: str) -> None:
    print(line, file=sys.stderr)


def _said(study: NewStudy, folder: Path) -> str:
    """What was found, and the next commands."""
    file = folder / _STUDY_FILE
    number = len(study.communities)
    units = "1 community: the whole area" if number == 1 else f"{number} communities"
    return (
        f"Found     {study.source}\n"
        f"Area      {study.area_km2:,.1f} km2, {units}\n"
        f"Measured  in {study.crs} ({study.crs_name})\n"
        f"Study     {file}\n\n"
        f"Next      linli pull {file}\n"
        f"          linli run {file}"
    )
