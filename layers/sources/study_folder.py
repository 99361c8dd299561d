"""A new study's folder: there as a whole or not at all, and never in the place of another."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from spatial.errors import OutputError


def check_new(folder: Path) -> None:
    """Refuse a folder that holds anything.

    Raises
    ------
    OutputError
        It does, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise OutputError(
            f"{folder}: is there already, and nothing in it would be overwritten; name another folder with --out"
        )


def write_folder(folder: Path, texts: Mapping[str, str], check: Callable[[Path], object]) -> None:
    """Write texts into a new folder.

    Parameters
    ----------
    folder
        It may exist if it is empty.
    texts
        File name -> content, written as UTF-8.
    check
        Called with the finished folder before it takes its place; what it raises leaves nothing behind.

    Raises
    ------
    OutputError
        The folder holds something already, or cannot be written.
    """
    check_new(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".linli-unfinished-", dir=folder.parent) as above:
            unfinished = Path(above) / folder.name
            unfinished.mkdir()
            for name, content in texts.items():
                (unfinished / name).write_text(content, encoding="utf-8", newline="\n")
            check(unfinished)
            if folder.exists():
                folder.rmdir()
            unfinished.rename(folder)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"{folder}: cannot be written ({error.strerror}); nothing was left behind; check that the folder above may "
            "be written to"
        ) from None
