"""In which encoding a file's text is written: told by the file or the study, else tried, and never taken on trust.

What is told is held against the bytes. Where the study and the file's .cpg contradict each other, the bytes
decide, and the study where both read as text: somebody has looked.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, replace

from layers.sources.likely_text import chinese_score, is_noise, latin_score
from layers.sources.western import western_share
from layers.types import Caveat
from spatial.errors import LayerError

TRIED = ("utf-8", "gb18030", "big5", "latin-1")
_CODECS = {"big5": ("cp950", "big5hkscs"), "latin-1": ("cp1252", "latin-1")}
"""Windows' kin of an encoding first: files come from there."""
_WESTERN = frozenset({"latin-1", "iso8859-15", "cp1252", "cp437", "cp850", "mac-roman"})
_REFUSED = frozenset({"unicode_escape", "raw_unicode_escape", "utf_7", "idna", "punycode", "undefined", "mbcs", "oem"})
"""Python calls these encodings, but they are programs or the machine's own choice."""
_LIKELY, _MARGIN, _UNLIKELY = 0.6, 0.2, 0.5
_LIKELY_WESTERN = 0.95
"""Of Hungarian in its own encoding one accented letter in eleven comes out wrong."""
_SLIPS_SHARE = 0.02
_SURE_SEQUENCES = 3
"""So many characters of several bytes, all right, make UTF-8 sure: other text is so by chance once in ten each."""


@dataclass(frozen=True)
class Sample:
    """One piece of text as bytes."""

    value: bytes
    may_be_cut: bool = False
    """It ends where its field or the sample ends, perhaps in the middle of a character."""


@dataclass(frozen=True)
class EncodingChoice:
    """The encoding that a file's text is read in, and why."""

    name: str
    """utf-8, gb18030, big5, latin-1, or as Python calls another one."""
    how: str
    """ascii (nothing else is in it), declared, cpg, language_byte, or tried."""
    codec: str
    """What Python decodes it with."""
    overruled: str = ""
    """What the file or the study says instead, and the bytes contradict."""


def decide_encoding(
    samples: bytes | Sequence[Sample], declared: str | None, cpg: str | None, what: str, *, from_byte: str | None = None
) -> EncodingChoice:
    """Find the encoding of a file's text.

    Parameters
    ----------
    samples
        The text, as much of it as can be had; plain bytes are the beginning of a file.
    declared
        What the study says.
    cpg
        What the file says of itself: the content of a .cpg file.
    what
        The role and file, for messages.
    from_byte
        What a .dbf file's language byte stands for. Weaker than the others: programs write it without looking.

    Returns
    -------
    EncodingChoice
        Strict: every sample decodes in it, but for a last character that was cut off with its field.

    Raises
    ------
    LayerError
        The declared encoding is unknown, the text is noise in it, or no encoding that is tried fits, or two do.

    Notes
    -----
    Text of ASCII only is the same in all of them. UTF-8 is known by its form. GB 18030 and Big5 are told apart by how
    common the characters are that come out, Latin-1 by its letters standing between plain ones
    (`layers.sources.likely_text`) and being those of one language (`layers.sources.western`).
    """
    given = [Sample(samples, may_be_cut=True)] if isinstance(samples, bytes) else list(samples)
    high = [sample for sample in given if not sample.value.isascii()]
    stated = _stated(declared, cpg, from_byte, what)
    if not high:
        return replace(stated[0], overruled="") if stated else EncodingChoice("utf-8", "ascii", "utf-8")
    tried = _tried(high)
    fitting = [choice for told in stated if (choice := _fitting(high, told, tried)) is not None]
    if fitting:
        chosen = fitting[0]
        overruled = next((s.name for s in stated if s.how != "language_byte" and s.name != chosen.name), "")
        return replace(chosen, overruled=overruled)
    if declared is not None:
        raise _contradicted(high, stated[0], tried, what)
    if tried is None:
        raise LayerError(
            f"{what}: its text is in none of {', '.join(TRIED)} for sure ({_shown(high)}), and names would come out "
            'as noise; ask whoever made it, and declare it, such as encoding = "cp1251"'
        )
    return replace(tried, overruled=next((s.name for s in stated if s.how == "cpg"), ""))


def known_encoding(text: str) -> tuple[str, str] | None:
    """Our name of an encoding and Python's, as people and .cpg files write it; None if nobody knows it.

    The older standards of a family stand for the newest, which holds them: GB 2312 and GBK for GB 18030.
    """
    plain = text.strip().upper().removeprefix("ANSI ").removeprefix("OEM ").replace(" ", "")
    short = {"936": "gb18030", "950": "big5", "65001": "utf-8", "UTF8": "utf-8", "88591": "latin-1"}
    name = short.get(plain) or (f"cp{plain}" if plain.isdigit() and len(plain) <= 4 else plain)
    if name.startswith("8859"):
        name = f"iso8859-{name[4:].lstrip('-')}"
    try:
        info = codecs.lookup(name)
        b"a".decode(info.name, "ignore")
    except (LookupError, ValueError):  # unknown, or a codec of bytes to bytes
        return None
    if info.name.replace("-", "_") in _REFUSED:
        return None
    if info.name in ("gb2312", "gbk", "gb18030", "hz"):
        return ("gb18030", "gb18030") if info.name != "hz" else None
    if info.name in ("big5", "cp950", "big5hkscs"):
        return "big5", "cp950"
    if info.name in ("iso8859-1", "cp1252"):
        return "latin-1", "cp1252"
    return (info.name, "utf-8" if info.name == "utf-8-sig" else info.name)


def decoded(sample: Sample, codec: str) -> tuple[str, bool] | None:
    """Text of a sample, and whether a cut last character was left out; None if it is not of that encoding."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        text = decoder.decode(sample.value, final=not sample.may_be_cut)
    except UnicodeError:
        return None
    pending = bool(decoder.getstate()[0]) if sample.may_be_cut else False
    return text, pending


def encoding_caveats(choice: EncodingChoice, role: str, rows: int) -> tuple[Caveat, ...]:
    """What a reader has to know of how the text was read: that it was tried, or that what is said of it is wrong."""
    if choice.overruled:
        return (Caveat("encoding_overruled", role, rows, "features", f"{choice.name} ≠ {choice.overruled}"),)
    if choice.how == "tried":
        return (Caveat("encoding_tried", role, rows, "features", choice.name),)
    return ()


# --------------------------------------------------------------------------- what is told


def _stated(declared: str | None, cpg: str | None, from_byte: str | None, what: str) -> list[EncodingChoice]:
    found = []
    if declared is not None:
        known = known_encoding(declared)
        if known is None:
            raise LayerError(
                f"{what}: encoding = {declared[:40]!r} is no known encoding, so its text cannot be read; write one "
                'such as "utf-8", "gb18030", "big5" or "latin-1"'
            )
        found.append(EncodingChoice(known[0], "declared", known[1]))
    for text, how in ((cpg, "cpg"), (from_byte, "language_byte")):
        known = None if text is None else known_encoding(text)
        if known is not None:
            found.append(EncodingChoice(known[0], how, known[1]))
    return found


def _fitting(samples: Sequence[Sample], told: EncodingChoice, best: EncodingChoice | None) -> EncodingChoice | None:
    """What is told, if all samples are text in it, and none of those tried is likelier by far."""
    codec = _codec(samples, _CODECS.get(told.name, (told.codec,)))
    if codec is None:
        return None
    fitting, texts = replace(told, codec=codec), _texts(samples, codec)
    if _noisy(texts):
        return None
    if best is None or best.name == told.name:
        return fitting
    if told.name in _WESTERN and best.name != "utf-8":
        right = best.name == "latin-1" or latin_score(texts) >= _UNLIKELY
    elif told.name in ("gb18030", "big5"):
        right = chinese_score(texts, told.name) >= _UNLIKELY
    else:
        right = best.name != "utf-8"
    return fitting if right else None


def _contradicted(
    samples: Sequence[Sample], declared: EncodingChoice, tried: EncodingChoice | None, what: str
) -> LayerError:
    read = _shown(samples) if tried is None else _shown(samples, tried)
    hint = (
        "ask whoever made it for the encoding"
        if tried is None
        else f'as {tried.name} it reads {read}: write encoding = "{tried.name}"'
    )
    return LayerError(
        f"{what}: its text is not {declared.name}, as the study declares ({_shown(samples, declared)}), and names "
        f"would come out as noise; {hint}"
    )


# --------------------------------------------------------------------------- what is tried


def _tried(samples: Sequence[Sample]) -> EncodingChoice | None:
    """The encoding that is much likelier than the others; None if there is none."""
    choices = {name: _choice(name, samples) for name in TRIED}
    texts = {name: _texts(samples, choice.codec) for name, choice in choices.items() if choice is not None}
    texts = {name: found for name, found in texts.items() if not _noisy(found)}
    scores = {name: _score(name, texts.get(name, [])) for name in TRIED[1:]}
    best, second = sorted(scores, key=lambda name: -scores[name])[:2]
    if "utf-8" in texts:
        by_chance = latin_score(texts["utf-8"]) < _LIKELY and ("gb18030" in texts or "big5" in texts)
        return choices["utf-8"] if _sure(texts["utf-8"]) or not by_chance else None
    if scores[best] < _LIKELY or scores[best] - scores[second] < _MARGIN:
        return None
    if best == "latin-1" and western_share(texts[best]) < _LIKELY_WESTERN:
        return None
    return choices[best]


def _score(name: str, texts: Sequence[str]) -> float:
    return latin_score(texts) if name == "latin-1" else chinese_score(texts, name)


def _sure(texts: Sequence[str]) -> bool:
    """Whether UTF-8 cannot have come about by chance: three characters of two bytes, or one of three."""
    beyond = [character for text in texts for character in text if not character.isascii()]
    return len(beyond) >= _SURE_SEQUENCES or any(character > "\u07ff" for character in beyond)


def _noisy(texts: Sequence[str]) -> bool:
    """Whether more than a rare slip is noise."""
    return sum(map(is_noise, texts)) > _SLIPS_SHARE * len(texts)


def _choice(name: str, samples: Sequence[Sample]) -> EncodingChoice | None:
    codec = _codec(samples, _CODECS.get(name, (name,)))
    return None if codec is None else EncodingChoice(name, "tried", codec)


def _codec(samples: Sequence[Sample], codecs_: Sequence[str]) -> str | None:
    """The first of the codecs in which every sample decodes."""
    return next((codec for codec in codecs_ if all(decoded(sample, codec) for sample in samples)), None)


def _texts(samples: Sequence[Sample], codec: str) -> list[str]:
    return [read[0] for sample in samples if (read := decoded(sample, codec)) is not None]


def _shown(samples: Sequence[Sample], choice: EncodingChoice | None = None) -> str:
    """Up to three samples, as they read in an encoding, or as they are."""
    some = samples[:3]
    if choice is None:
        return ", ".join(sample.value[:24].hex(" ") for sample in some)
    return ", ".join(repr(sample.value[:60].decode(choice.codec, "replace")) for sample in some)
