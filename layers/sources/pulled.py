"""What was fetched from OpenStreetMap, as it lies in the folder of a study: raw answers, and the record of an extract.

An extract ``x.osm.pbf`` has its record beside it, ``x.osm.pbf.pull.json``. It is believed only as long as the extract
has the hash that the record gives.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import shapely

from layers.sources.files import file_input
from layers.sources.reading import Input
from layers.types import Area
from spatial.errors import OutputError

RECORD_SUFFIX = ".pull.json"
AREA_SUFFIX = ".area.geojson"
_MANIFEST = "manifest.json"
_RECORD_BYTES = 4_000_000
_TOO_LARGE = "too large"
_KNOWN = {"sha256", "endpoint", "fetched", "osm_base"}
_OUR_NAME = re.compile(r"[0-9a-f]{64}\.json\.gz")
"""Whatever else lies in the folder is somebody else's."""


@dataclass(frozen=True)
class PullRecord:
    """How an extract came about."""

    sha256: str
    """Of the extract."""
    endpoint: str
    """Address of the server, without credentials."""
    fetched: str
    """Date of the first request (ISO 8601, UTC)."""
    osm_base: str
    """Date of the data: of the oldest part."""
    osm_base_newest: str
    """Of the newest part."""
    selections: tuple[str, ...]
    """What was asked for in every part of the area."""
    queries: tuple[str, ...]
    """The questions as they were sent, in order."""
    answers: tuple[str, ...]
    """SHA-256 of each raw answer."""
    counts: Mapping[str, int]
    """Of nodes, ways and relations in the extract."""


def record_path(extract: Path) -> Path:
    """Where the record of an extract lies."""
    return extract.with_name(extract.name + RECORD_SUFFIX)


def area_path(extract: Path) -> Path:
    """Where the area that an extract was fetched for lies."""
    return extract.with_name(extract.name + AREA_SUFFIX)


def write_area(area: Area, extract: Path) -> None:
    """Write the area that an extract was fetched for beside it, as GeoJSON: where it is complete.

    Parameters
    ----------
    area
        In degrees.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    geometry = json.loads(shapely.to_geojson(shapely.set_precision(area, 1e-7)))
    feature = {"type": "Feature", "properties": {"name": "where the extract is complete"}, "geometry": geometry}
    _write_whole(area_path(extract), _json({"type": "FeatureCollection", "features": [feature]}))


def write_record(record: PullRecord, extract: Path) -> None:
    """Write the record of an extract beside it.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    _write_whole(record_path(extract), _json(asdict(record)))


def read_record(extract: Path) -> PullRecord | None:
    """The record of an extract, whether or not it still fits; None if there is none that can be read."""
    content = _read_json(record_path(extract))
    try:
        kinds = {"selections": tuple, "queries": tuple, "answers": tuple, "counts": dict}
        fields = {name: kinds.get(name, str)(content[name]) for name in PullRecord.__dataclass_fields__}
        return PullRecord(**fields)
    except (KeyError, TypeError, ValueError):
        return None


def pulled_input(extract: Path, date: str = "") -> Input:
    """An extract as an input for provenance: fetched, with question and date, if its record fits; else a file.

    Parameters
    ----------
    date
        What the file says of its own date.

    Raises
    ------
    SourceError
        The extract cannot be read.
    """
    found = file_input(extract, date)
    record = read_record(extract)
    if record is None or record.sha256 != found.sha256:
        return found
    asked = (
        f"{record.endpoint}, {record.fetched[:10]}: {' '.join(record.selections)} in {len(record.queries)} parts "
        f"({record_path(extract).name})"
    )
    return Input(
        found.address, found.sha256, found.bytes, source="overpass", date=record.osm_base[:10], query=asked
    )  # fmt: skip


@dataclass
class RawAnswers:
    """Raw answers of a server in a folder, by question. What is not whole is not there."""

    folder: Path
    _entries: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, entry in _read_json(self.folder / _MANIFEST).items():
            if isinstance(entry, dict) and all(isinstance(value, str) for value in entry.values()):
                self._entries[key] = entry

    def find(self, question: str, limit_bytes: int) -> tuple[bytes, dict[str, str]] | None:
        """A raw answer and what is known of it; None if there is none, or not as it was stored."""
        key = _sha256(question.encode())
        entry = self._entries.get(key)
        if entry is None or not _KNOWN.issubset(entry):
            return None
        try:
            with gzip.open(self._path(key)) as file:
                body = file.read(limit_bytes + 1)
        except (OSError, EOFError, zlib.error):
            return None
        return (body, entry) if len(body) <= limit_bytes and _sha256(body) == entry["sha256"] else None

    def keep(self, question: str, body: bytes, about: Mapping[str, str]) -> dict[str, str]:
        """Store an answer that was judged to be whole, with its date and where it came from; returns what is known."""
        key = _sha256(question.encode())
        _write_whole(self._path(key), gzip.compress(body, mtime=0))
        entry = {**about, "query": question, "sha256": _sha256(body), "bytes": str(len(body))}
        self._entries[key] = entry
        self._save()
        return entry

    def was_too_large(self, question: str) -> bool:
        """Whether the server could not answer the question as a whole."""
        return self._entries.get(_sha256(question.encode()), {}).get("result") == _TOO_LARGE

    def note_too_large(self, question: str) -> None:
        """Remember that a question has to be divided, so that it is asked in vain only once."""
        self._entries[_sha256(question.encode())] = {"query": question, "result": _TOO_LARGE}
        self._save()

    def forget(self) -> None:
        """Ask everything anew. Old answers stay until new ones take their place."""
        self._entries.clear()

    def discard(self, questions: Sequence[str]) -> None:
        """Take answers for none that turned out to be wrong together."""
        for question in questions:
            self._entries.pop(_sha256(question.encode()), None)
        self._save()

    def tidy(self, questions: tuple[str, ...]) -> None:
        """Remove the answers to all other questions."""
        wanted = {_sha256(question.encode()) for question in questions}
        self._entries = {key: e for key, e in self._entries.items() if key in wanted or e.get("result") == _TOO_LARGE}
        self._save()
        for path in self.folder.glob("*.json.gz"):
            if _OUR_NAME.fullmatch(path.name) and path.name.removesuffix(".json.gz") not in wanted:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.json.gz"

    def _save(self) -> None:
        _write_whole(self.folder / _MANIFEST, _json(dict(sorted(self._entries.items()))))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _read_json(path: Path) -> dict[str, Any]:
    """An object of a file; empty if there is none."""
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_RECORD_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is never seen half."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".linli-unfinished-", dir=path.parent) as folder:
            unfinished = Path(folder) / path.name
            unfinished.write_bytes(content)
            unfinished.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path.name}: cannot be written ({error.strerror}); what was there before is untouched; make room, or "
            "check that the folder may be written to"
        ) from None
