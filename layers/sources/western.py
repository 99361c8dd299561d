"""Whether text is in one of the languages that Latin-1 was made for, letter by letter.

Polish, Czech, Hungarian or Turkish in the encodings of their own, and what old Macintosh computers wrote, are all
text in Latin-1 too, with wrong letters in it: Wroc³aw, Èeský, Gyõr, Beþiktaþ, Ca–ada. What tells are letters that no
language has together, and letters and marks where no word has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_ALPHABETS = (
    frozenset("áéíóúüñàèïòçâãêôõ"),  # Spanish, Catalan, Galician, Basque, Portuguese
    frozenset("àâæçéèêëîïôœùûüÿäößìòíóúá"),  # French, German, Dutch, Italian, and cities with two of them
    frozenset("åäöæøéüàáèêòôóšž"),  # Danish, Norwegian, Swedish, Finnish
    frozenset("áéíóúýþðæöøåä"),  # Icelandic, Faroese
    frozenset("äöüõšž"),  # Estonian
)
_HIGH = re.compile(r"[^\x00-\x7f]")
_VOWELS = "aeiouyáéíóúýàèìòùâêîôûãõäëïöüåæøœ"
_FOLLOWED_BY = {"ñ": _VOWELS, "þ": _VOWELS + "rjv"}
"""No word has these letters before others, or at its end."""
_OPENING, _RAISED, _DASHES = frozenset("¿¡"), frozenset("ºª²³"), frozenset("–—")
_FREE, _APART = frozenset("‘’“”«»·…°´\u00a0"), frozenset("€£§©®™½")
"""Marks that may stand anywhere, and those that never touch a letter."""

_Place = tuple[str, str, str]
"""A character, the one before it, and the one after it."""


def western_share(texts: Iterable[str]) -> float:
    """Share (0-1) of the characters beyond ASCII that a language of western Europe has, and has at such a place.

    Of all languages that one counts that has most of the letters. 0 where there is no letter: marks are no evidence.
    """
    found = [
        (text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2])
        for text in texts
        for at in (match.start() for match in _HIGH.finditer(text))
    ]
    letters = [place for place in found if place[0].isalpha() and place[0] not in "ºª"]
    if not letters:
        return 0.0
    marks = sum(_is_mark(place) for place in found if place not in letters)
    return (marks + max(sum(_is_letter(p, alphabet) for p in letters) for alphabet in _ALPHABETS)) / len(found)


def _is_letter(place: _Place, alphabet: frozenset[str]) -> bool:
    character, before, after = place
    if (character.isupper() and before.islower()) or (character.islower() and after.isupper()):
        return False
    letter, following = character.lower(), after.lower()
    if letter == "õ" and "ñ" in alphabet:  # Portuguese: Camões, Guimarães, põe
        return following == "e"
    if letter == "ç" and following.isalpha():
        return letter in alphabet and following in _VOWELS
    return letter in alphabet and (
        letter not in _FOLLOWED_BY or (following != "" and following in _FOLLOWED_BY[letter])
    )


def _is_mark(place: _Place) -> bool:
    character, before, after = place
    if character in _OPENING:
        return not before.isalpha()
    if character in _RAISED:
        return not after.isalpha()
    if character in _DASHES:
        return not (before.islower() and after.islower())
    return character in _FREE or (character in _APART and not (before + after).isalpha())
