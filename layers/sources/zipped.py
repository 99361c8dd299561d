"""Archives: judged by what they declare before anything is unpacked, then one layer of them, for as long as needed."""

from __future__ import annotations

import re
import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from layers.sources.files import broken
from layers.sources.limits import LIMITS, Limits
from layers.sources.shown import listed, plain
from spatial.errors import LayerError, SourceError

LAYERS = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".parquet", ".geoparquet", ".gdb")
TABLES = (".csv", ".tsv", ".txt")
_ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".zst")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_COMPANIONS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_PLAIN = re.compile(r"[A-Za-z0-9_.\-]{1,80}")
_CHUNK_BYTES = 1 << 20
_ERRORS = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True)
class Member:
    """A file in an archive."""

    path: PurePosixPath
    info: zipfile.ZipInfo


@contextmanager
def unpacked(path: Path, layer: str | None, endings: Sequence[str], what: str) -> Iterator[tuple[Path, str | None]]:
    """One layer of an archive as a file of its own, gone when the context ends.

    Parameters
    ----------
    layer
        Name of a file in the archive, without its ending; or, where it holds one file only, of a layer in that.
    endings
        Which files count.

    Yields
    ------
    (Path, str or None)
        The file (its name is ours: none of the archive's is ever used as a path), and the layer to read in it.

    Raises
    ------
    SourceError
        The archive is broken, or declares what no honest one does. See `members`.
    LayerError
        It holds no layer, or several without a choice.
    """
    with _opened(path, what) as archive:
        files = members(archive, path.stat().st_size, LIMITS, what)
        layers = _layers(files, endings)
        name = _choice(layers, layer, endings, what)
        inner = layer if len(layers) == 1 and layer != name.stem else None
        with tempfile.TemporaryDirectory(prefix="linli-") as folder:
            yield _extract(archive, layers[name], name, Path(folder), what), inner


def check_archive(path: Path, limits: Limits, what: str) -> list[str]:
    """Names of the files in an archive that is fit to be unpacked.

    Raises
    ------
    SourceError
        As `members`.
    """
    with _opened(path, what) as archive:
        return [str(member.path) for member in members(archive, path.stat().st_size, limits, what)]


def members(archive: zipfile.ZipFile, size: int, limits: Limits, what: str) -> list[Member]:
    """The files of an archive, judged by its directory: nothing is unpacked.

    Raises
    ------
    SourceError
        It is too large when unpacked, or suspiciously tight; names point outside of it; files lie over each other, are
        links, are archives themselves, have a password, or are packed in a way that is not known.
    """
    infos = archive.infolist()
    faults = []
    total = sum(info.file_size for info in infos)
    if len(infos) > limits.members:
        faults.append(f"holds {len(infos):,} files, more than {limits.members:,}")
    if total > limits.inflated_bytes:
        faults.append(f"unpacks to {total / 1e9:,.1f} GB, more than {limits.inflated_bytes / 1e9:,.1f} GB")
    elif total > limits.free_bytes and total > limits.inflated_ratio * size:
        faults.append(f"unpacks to {total / max(size, 1):,.0f} times its size, as a trap does")
    if _overlap(infos, size):
        faults.append("its files lie over each other, as in a trap")
    found = [Member(PurePosixPath(_name(info)), info) for info in infos if not info.is_dir()]
    if len({str(member.path) for member in found}) < len(found):
        faults.append("names the same file twice")
    for member in found:
        fault = _fault(member)
        if fault and len(faults) < 3:
            faults.append(fault)
    if faults:
        raise SourceError(
            f"{what}: {'; '.join(faults)}: so it is not unpacked; if you trust where it is from, unpack it yourself "
            "and name the file in it"
        )
    return found


@contextmanager
def _opened(path: Path, what: str) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except _ERRORS as error:
        raise broken(what, error) from None
    with archive:
        yield archive


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a member; those that do not say that they are UTF-8 are in whatever the sender's machine used."""
    name = info.filename.replace("\\", "/")
    if info.flag_bits & 0x800:
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return name


def _overlap(infos: Sequence[zipfile.ZipInfo], size: int) -> bool:
    """Whether two members share bytes: how a small archive is made to unpack without end."""
    end = 0
    for info in sorted(infos, key=lambda i: i.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + 30 + info.compress_size
    return end > size


def _fault(member: Member) -> str:
    text, info = str(member.path), member.info
    shown = repr(text[:60])
    drive = len(text) > 1 and text[1] == ":"
    if member.path.is_absolute() or ".." in member.path.parts or drive or "\x00" in info.orig_filename:
        return f"the name {shown} points outside of it"
    if stat.S_ISLNK(info.external_attr >> 16):
        return f"{shown} is a link"
    if info.flag_bits & 0x1:
        return f"{shown} has a password"
    if info.compress_type not in _METHODS:
        return f"{shown} is packed in a way that is not known ({info.compress_type})"
    if member.path.suffix.lower() in _ARCHIVES:
        return f"{shown} is an archive itself"
    return ""


def _layers(files: Sequence[Member], endings: Sequence[str]) -> dict[PurePosixPath, list[Member]]:
    """Every layer with the files that belong to it."""
    layers: dict[PurePosixPath, list[Member]] = {}
    honest = [m for m in files if "__MACOSX" not in m.path.parts and not m.path.name.startswith("._")]
    for member in honest:
        folder = next((p for p in member.path.parents if p.suffix.lower() == ".gdb"), None)
        if folder is not None and ".gdb" in endings:
            layers.setdefault(folder, []).append(member)
        elif folder is None and member.path.suffix.lower() in endings and member.path.suffix.lower() != ".gdb":
            layers[member.path] = [member]
    for path in layers:
        if path.suffix.lower() == ".shp":
            layers[path] = [
                m
                for m in honest
                if m.path.parent == path.parent
                and m.path.stem.lower() == path.stem.lower()
                and m.path.suffix.lower() in _COMPANIONS
            ]
    return layers


def _choice(
    layers: dict[PurePosixPath, list[Member]], layer: str | None, endings: Sequence[str], what: str
) -> PurePosixPath:
    names = listed(sorted(map(str, layers)))
    if not layers:
        raise LayerError(f"{what}: holds no file that is read ({', '.join(endings)}); name another one")
    if len(layers) == 1:
        return next(iter(layers))
    same = [path for path in layers if layer in (path.stem, path.name, str(path))]
    if layer is None:
        raise LayerError(
            f'{what}: holds {len(layers)} files and the study names none; write layer = "..." with the name of one, '
            f"without its ending: {names}"
        )
    if len(same) != 1:
        raise LayerError(f"{what}: there is no single file {layer!r} in it; it holds: {names}")
    return same[0]


def _extract(archive: zipfile.ZipFile, files: Sequence[Member], name: PurePosixPath, folder: Path, what: str) -> Path:
    suffix = name.suffix.lower()
    target = folder / f"layer{suffix}"
    if suffix == ".gdb":
        target.mkdir()
    for member in files:
        if suffix == ".gdb":
            if not _PLAIN.fullmatch(member.path.name) or member.path.parent != name:
                continue
            place = target / member.path.name
        else:
            place = target.with_suffix(member.path.suffix.lower())
        try:
            with archive.open(member.info) as packed, place.open("wb") as unpacked_file:
                shutil.copyfileobj(packed, unpacked_file, _CHUNK_BYTES)  # no more than the directory declares
        except _ERRORS as error:
            raise broken(what, f"{plain(member.path.name)}: {error}") from None
    return target
