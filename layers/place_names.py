"""How alike two names of a place are, in any script. For comparing only: names are never changed."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

ALIKE = 0.75
"""From this likeness on two names are taken for the same place."""
_CONTAINED = 0.8
"""Likeness of a name to one that says more, such as the number of a plan before it."""
_SHORTEST_SPELLING = 5
"""Shorter names are compared by words alone: one letter makes another name of them."""

_GENERIC = frozenset({
    # what a place is, in English, Spanish, Catalan, Portuguese, French, Italian, German
    "park", "parks", "garden", "gardens", "square", "plaza", "playground", "recreation", "ground", "open", "space",
    "green", "public", "municipal", "urban", "area", "zone", "place", "beach", "library", "community", "centre",
    "center", "school", "sports", "field", "pitch", "promenade", "greenway", "wood", "woodland", "cemetery",
    "squares", "playgrounds", "parques", "plazas",
    "parque", "parc", "jardin", "jardines", "jardim", "jardi", "jardins", "plazoleta", "plazuela", "placa", "praca",
    "piazza", "rambla", "glorieta", "alameda", "paseo", "parterre", "espacio", "espacios", "espai", "libre", "libres",
    "zona", "zonas", "verde", "verdes", "urbano", "urbana", "publico", "publica", "infantil", "infantiles", "playa",
    "platja", "praia", "plage", "spiaggia", "biblioteca", "cancha", "canchas", "deportivo", "deportiva", "campo",
    "cementerio", "cementiri", "mirador", "giardino", "parco", "platz", "garten", "spielplatz",
    # little words
    "the", "of", "and", "at", "el", "la", "los", "las", "lo", "de", "del", "y", "e", "en", "da", "do", "dos", "das",
    "d", "l", "le", "les", "des", "du", "di", "della", "der", "die", "am", "im", "i", "a",
})  # fmt: skip
_GENERIC_HAN = (
    "口袋公园", "社区公园", "街心公园", "街头绿地", "城市公园", "体育公园", "湿地公园", "森林公园", "滨江公园",
    "街旁绿地", "小游园", "儿童公园", "社区文化活动中心", "文化活动中心", "文化活动站", "活动中心", "社区中心",
    "服务中心", "图书馆", "公园", "公園", "花园", "花園", "广场", "廣場", "绿地", "綠地", "绿道", "綠道", "游园",
    "绿化带", "运动场", "操场", "游乐场", "沙滩", "海滩",
)  # fmt: skip
"""Endings that say what a place is; longer ones first where one ends in another."""
_MARKS = re.compile("[\u0300-\u036f]")
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


def likeness(left: str, right: str) -> float:
    """How alike two names are: 1 the same, 0 nothing in common, NaN where one says no more than what it is.

    Names are made alike first (`distinctive`). Then the largest of three measures: the share of parts that both have
    (Dice); for names long enough, how far their spelling agrees (the ratio of Ratcliff and Obershelp); and a high one
    where all parts of the one stand in the other. Names whose numbers differ are never alike: Block 3 is not Block 4.

    Notes
    -----
    Symmetric, 1 for a name and itself.
    """
    first, second = sorted((left, right))
    return _likeness(first, second)


@lru_cache(maxsize=65536)
def _likeness(left: str, right: str) -> float:
    a, b = distinctive(left), distinctive(right)
    if not a or not b:
        return float("nan")
    if a == b:
        return 1.0
    if _numbers(a) and _numbers(b) and _numbers(a) != _numbers(b):
        return 0.0
    parts_a, parts_b = _parts(a), _parts(b)
    shared = 2 * len(parts_a & parts_b) / (len(parts_a) + len(parts_b))
    spelled_a, spelled_b = "".join(a), "".join(b)
    if min(len(spelled_a), len(spelled_b)) < _SHORTEST_SPELLING:
        return shared
    contained = _CONTAINED if parts_a <= parts_b or parts_b <= parts_a else 0.0
    return max(shared, contained, SequenceMatcher(None, spelled_a, spelled_b, autojunk=False).ratio())


@lru_cache(maxsize=65536)
def distinctive(name: str) -> tuple[str, ...]:
    """Words of a name that tell it from others, in a comparable form.

    Compatibility forms are resolved (NFKC), case folded, accents of Latin, Greek and Cyrillic letters
    taken off; words that say what a place is (park, plaza, 公园) and little words are left out.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", folded)))
    words = []
    for word in _WORD.findall(plain):
        words += [part for part in _split_han(word) if part not in _GENERIC]
    return tuple(words)


def _split_han(word: str) -> list[str]:
    """Runs of Han characters and of others are words of their own; endings that say what a place is are cut off."""
    found = []
    at = 0
    for run in _HAN.finditer(word):
        found += [word[at : run.start()], _without_ending(run.group())]
        at = run.end()
    return [part for part in (*found, word[at:]) if part]


def _without_ending(run: str) -> str:
    for ending in _GENERIC_HAN:
        if run.endswith(ending):
            return run[: -len(ending)]
    return run


def _numbers(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(number for word in words for number in re.findall(r"\d+", word))


def _parts(words: tuple[str, ...]) -> frozenset[str]:
    """Words; of Han text, which has no blanks, its pairs of characters."""
    parts: set[str] = set()
    for word in words:
        pairs = {word[i : i + 2] for i in range(len(word) - 1)}
        parts |= pairs if _HAN.fullmatch(word) and pairs else {word}
    return frozenset(parts)
