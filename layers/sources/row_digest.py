"""A hash of rows that does not depend on the order in which a server gives them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal


class RowDigest:
    """Gathers rows; the same rows give the same hash in any order."""

    def __init__(self, heading: Sequence[str]) -> None:
        """Begin with what stands above the rows: names of columns, the CRS."""
        self._heading = _encoded(heading)
        self._rows: list[bytes] = []
        self.bytes = len(self._heading)
        """Size of everything hashed."""

    def add(self, row: Sequence[object]) -> bytes:
        """Take one row; its own digest."""
        content = _encoded(row)
        self.bytes += len(content)
        digest = hashlib.sha256(content).digest()
        self._rows.append(digest)
        return digest

    def sha256(self) -> str:
        """Of all rows so far."""
        whole = hashlib.sha256(self._heading)
        for digest in sorted(self._rows):
            whole.update(digest)
        return whole.hexdigest()


def _encoded(values: Sequence[object]) -> bytes:
    """Every value with its kind and length before it, so that no two rows look alike."""
    parts = []
    for value in values:
        content = value if isinstance(value, bytes) else _text(value).encode("utf-8", "surrogatepass")
        kind = "-" if value is None else "x" if isinstance(value, bytes) else type(value).__name__[0]
        parts.append(f"{kind}{len(content)}:".encode() + content)
    return b"".join(parts)


def _text(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else str(value)
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)
