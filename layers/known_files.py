"""Hashes of input files, remembered: a file that has not changed since is not read again to know what it holds.

A file is taken for unchanged while its size, its times of change and its place on the disk are the same. A
change within a clock's tick of the moment when it was read would not show in them, so what is younger than
two seconds is not remembered (the same care as git's index takes).
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from layers.sources.files import fingerprint, parts

_NAME = "known-files.json"
_AT_MOST = 2000
"""So many files are remembered, the latest ones."""
_TICK_S = 2.0
"""The coarsest clock of a common file system (FAT)."""


@dataclass(frozen=True)
class Seen:
    """Files as they were at one moment."""

    paths: tuple[Path, ...]
    signatures: tuple[str, ...]
    hashes: tuple[str, ...]
    """SHA-256 of each file's content, with its companions."""

    def unchanged(self) -> bool:
        """Whether they still are so."""
        return all(_signature(path) == then for path, then in zip(self.paths, self.signatures, strict=True))


@dataclass(frozen=True)
class KnownFiles:
    """What is remembered in a folder."""

    folder: Path
    now_s: Callable[[], float] = time.time

    def see(self, paths: Iterable[Path]) -> Seen:
        """Look at files, each once; what is not known is read.

        Raises
        ------
        SourceError
            A file cannot be read.
        """
        known = self._known()
        found: dict[str, tuple[str, str]] = {}
        for path in paths:
            signature = _signature(path)
            remembered = known.get(str(path))
            if remembered is not None and signature != "" and remembered[0] == signature:
                found[str(path)] = (signature, remembered[1])
            else:
                found[str(path)] = (signature, fingerprint(path)[0])
        self._remember(known, found)
        signatures, hashes = zip(*found.values(), strict=True) if found else ((), ())
        return Seen(tuple(map(Path, found)), signatures, hashes)

    def _known(self) -> dict[str, tuple[str, str]]:
        try:
            stored = json.loads((self.folder / _NAME).read_text(encoding="utf-8"))
            return {str(path): (str(signature), str(sha256)) for path, (signature, sha256) in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):  # not there yet, or damaged: nothing is known
            return {}

    def _remember(self, known: dict[str, tuple[str, str]], found: dict[str, tuple[str, str]]) -> None:
        settled = {path: entry for path, entry in found.items() if self._is_settled(Path(path), entry[0])}
        if all(known.get(path) == entry for path, entry in settled.items()):
            return
        kept = {path: entry for path, entry in known.items() if path not in found} | settled
        latest = dict(list(kept.items())[-_AT_MOST:])
        with contextlib.suppress(OSError):  # a full or read-only disk: then it is read again
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix="linli-unfinished-")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(latest, file)
            Path(name).replace(self.folder / _NAME)

    def _is_settled(self, path: Path, signature: str) -> bool:
        """Whether it is the same as before it was read, and any later change will show."""
        if signature == "" or _signature(path) != signature:
            return False
        changed_s = max(max(part.stat().st_mtime, part.stat().st_ctime) for part in parts(path))
        return self.now_s() - changed_s > _TICK_S


def _signature(path: Path) -> str:
    """What changes when a file does; empty if it is not there."""
    try:
        stats = [(part.name, part.stat()) for part in parts(path)]
    except OSError:
        return ""
    return json.dumps([[name, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_ino, s.st_dev] for name, s in stats])
