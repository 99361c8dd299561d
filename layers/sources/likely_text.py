"""How much a text looks like text: whether bytes were read in the encoding that they were written in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from layers.sources.common_characters import SIMPLIFIED, TRADITIONAL

_COMMON, _USUAL, _MARK, _RARE = 1.0, 0.4, 0.5, 0.1
_EVERY_CHINESE = SIMPLIFIED | TRADITIONAL
_MARKS = frozenset("ºª°·¿¡«»€–—‘’“”…§²³½")
_HIGH_RUN = re.compile(r"[^\x00-\x7f]+")
_NOISE = re.compile(r"[\ufffd\x00-\x08\x0e-\x1f\x80-\x9f\ufffe\uffff]")
"""The mark of a lost character, and control characters that no text holds."""


def chinese_score(texts: Iterable[str], encoding: str) -> float:
    """How usual the characters beyond ASCII are in Chinese names, 0 to 1; 0 where there are none.

    Names score about 0.9 in their own encoding and below 0.5 in the other: there they fall on characters that are
    all over the tables. A character counts 1 if it is among the most common, 0.4 if it is on the first level of
    GB 2312 or Big5 (the characters in everyday use by these standards), 0.5 if it is a mark of
    punctuation, else 0.1.
    """
    common = TRADITIONAL if encoding == "big5" else _EVERY_CHINESE
    codec = "big5" if encoding == "big5" else "gb2312"
    weights = [_weight(character, common, codec) for text in texts for character in text if character > "\x7f"]
    return sum(weights) / len(weights) if weights else 0.0


def latin_score(texts: Iterable[str]) -> float:
    """Share of the characters beyond ASCII that stand as they do in European names; 0 where there are none.

    That is letters next to plain ones, at most two together, capitals not within a word; and marks, those of
    ordinals at the end of a word. Chinese read as Latin-1 comes in long runs, with capitals and marks anywhere.
    """
    seen = at_home = 0
    for text in texts:
        for run in _HIGH_RUN.finditer(text):
            before, after = text[: run.start()][-1:], text[run.end() :][:1]
            seen += len(run.group())
            if len(run.group()) <= 2:
                at_home += sum(_at_home(character, before, after) for character in run.group())
    return at_home / seen if seen else 0.0


def _at_home(character: str, before: str, after: str) -> bool:
    if character in _MARKS:
        return character not in "ºª" or not after.isalpha()
    return character.isalpha() and (before + after).isalpha() and not (character.isupper() and before.islower())


def is_noise(text: str) -> bool:
    """Whether a text holds marks of lost characters, control characters, or codes that mean nothing to anybody."""
    if text.isascii() and text.isprintable():
        return False
    return bool(_NOISE.search(text)) or any(
        unicodedata.category(c) in ("Cn", "Co", "Cs") for c in text if not c.isascii()
    )


def twice_encoded(text: str) -> bool:
    """Whether a text is UTF-8 that was once read as Latin-1 or its Windows kin, and saved like that: ``CardÃ³n``."""
    if text.isascii():
        return False
    try:
        once = b"".join(c.encode("latin-1" if c <= "\xff" else "cp1252") for c in text)
        return len(once.decode("utf-8")) < len(text)
    except UnicodeError:
        return False


def _weight(character: str, common: frozenset[str], codec: str) -> float:
    if character in common:
        return _COMMON
    if "\u3000" <= character <= "\u301f" or "\uff01" <= character <= "\uff5e":
        return _MARK
    return _USUAL if _first_level(character, codec) else _RARE


def _first_level(character: str, codec: str) -> bool:
    try:
        code = character.encode(codec)
    except UnicodeEncodeError:
        return False
    first, last = (b"\xb0\xa1", b"\xd7\xf9") if codec == "gb2312" else (b"\xa4\x40", b"\xc6\x7e")
    return first <= code <= last
