"""Names and values of a file of strangers in a message: on one line, and harmless to the terminal that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

_LONGEST = 60


def plain(text: object, longest: int = _LONGEST) -> str:
    """Text without characters that move, colour or turn what stands around them, at most so long."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in str(text))[
        :longest
    ]


def listed(names: Iterable[object], most: int = 10) -> str:
    """The first of them, between commas."""
    return ", ".join(plain(name) for name in islice(names, most))
