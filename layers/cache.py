"""What was read from a map extract, kept between runs.

An entry is named by what it was made from: the content of the file, the parameters, and the code that
made it. Nothing is ever out of date, only unused; the oldest unused entries make room for new ones.
What cannot be read back is made anew, and a folder that cannot be written to only costs time.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.cache_codec import decoded, encoded
from layers.versions import versions

T = TypeVar("T")
FOLDER_VARIABLE = "LINLI_CACHE"
"""Environment variable that names another folder."""
_LIMIT_BYTES = 2_000_000_000
_KEY = "key"
_SUFFIX = ".npz"
_PART = 1 << 20
_OUR_NAME = re.compile(r"[a-z]+-[0-9a-f]{64}\.npz")
"""Whatever else lies in the folder is somebody else's."""
_UNFINISHED = "linli-unfinished-"
_DAY_S = 86_400.0
_UNREADABLE = (
    OSError, ValueError, LookupError, EOFError, TypeError, RuntimeError, zipfile.BadZipFile,
    shapely.errors.ShapelyError,
)  # fmt: skip
"""What the readers below say of an entry that was damaged."""


@dataclass(frozen=True)
class Cache:
    """A folder of entries, up to a limit."""

    folder: Path
    limit_bytes: int = _LIMIT_BYTES

    def get(
        self, of: type[T], made_from: Sequence[str], make: Callable[[], T], still: Callable[[], bool] = lambda: True
    ) -> T:
        """The entry made from these texts, or what `make` gives, which is kept.

        Parameters
        ----------
        of
            The dataclass that `make` returns; see `layers.cache_codec` for what it may hold.
        made_from
            Everything that the entry depends on beside the code: hashes of files, parameters.
        still
            Asked after `make`: whether it all still is what `made_from` says. If not, nothing is kept.

        Raises
        ------
        LinliError
            Whatever `make` raises; the cache itself raises nothing.
        """
        key = hashlib.sha256("\0".join([of.__name__, code_version(), *made_from]).encode()).hexdigest()
        path = self.folder / f"{of.__name__.lower()}-{key}{_SUFFIX}"
        found = _read(path, of, key)
        if found is not None:
            return found
        made = make()
        if still():
            self._write(path, encoded(made) | {_KEY: np.frombuffer(key.encode(), dtype=np.uint8)})
        return made

    def _write(self, path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Write an entry whole or not at all: whoever reads at the same time sees the old folder or the new one."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, prefix=_UNFINISHED)
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, allow_pickle=False, **arrays)
                Path(name).replace(path)
            finally:
                Path(name).unlink(missing_ok=True)
            self._make_room()
        except OSError:  # a full or read-only disk, or another process that holds the file open
            return

    def _make_room(self) -> None:
        """Remove the entries unused for longest until the rest is within the limit."""
        ours = [entry for entry in self.folder.iterdir() if _OUR_NAME.fullmatch(entry.name)]
        entries = sorted(ours, key=lambda entry: entry.stat().st_mtime, reverse=True)
        total = 0
        for number, entry in enumerate(entries):
            total += entry.stat().st_size
            if total > self.limit_bytes and number > 0:
                entry.unlink(missing_ok=True)
        for left in self.folder.glob(f"{_UNFINISHED}*"):  # by a run that was killed, unless another is writing it now
            if entries and left.stat().st_mtime < entries[0].stat().st_mtime - _DAY_S:
                left.unlink(missing_ok=True)


def user_cache() -> Cache:
    """The cache in the user's own folder for such things, or in the folder that `LINLI_CACHE` names."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Cache(Path(named))
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
        return Cache(base / "linli" / "Cache")
    if sys.platform == "darwin":
        return Cache(home / "Library" / "Caches" / "linli")
    return Cache(Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "linli")


@cache
def code_version() -> str:
    """A hash of everything that turns a file into layers: our modules and rules, and the libraries' versions."""
    digest = hashlib.sha256()
    for package in ("layers", "spatial"):
        for name, content in _sources(resources.files(package), package):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
    digest.update(repr(versions()).encode())
    return digest.hexdigest()


def _sources(folder: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Modules and rule files of a package, by name."""
    found = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            found += _sources(entry, f"{name}/{entry.name}")
        elif entry.name.endswith((".py", ".toml")):
            found.append((f"{name}/{entry.name}", entry.read_bytes()))
    return found


def _read(path: Path, of: type[T], key: str) -> T | None:
    """An entry, or None if it is not there or is not what its name says."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        if bytes(arrays.pop(_KEY)) != key.encode():
            return None
        entry = decoded(of, arrays)
        os.utime(path)
    except _UNREADABLE:
        return None
    return entry
