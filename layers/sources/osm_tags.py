"""The tags of many elements by their distinct combinations: rules are asked once a combination, not once an element."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from layers.osm_elements import ElementRules
from layers.sources.osm_file import Ints, Kind, Strings
from layers.tag_rules import Tags


@dataclass(frozen=True)
class TagCombinations:
    """Distinct combinations of tags, and which elements have them."""

    of: Ints
    """The combination of each element, -1 for elements that were not asked about."""
    tags: list[dict[str, str]]
    """Shared by all elements with the combination: read-only."""
    ruled_of: Ints
    """The number in `ruled` of each combination, and -1 at the end."""
    ruled: list[dict[str, str]]
    """The combinations without names and other texts that no rule about lines and areas asks for: far fewer."""

    def decide(self, rule: Callable[[Tags], object], dtype: DTypeLike) -> NDArray[Any]:
        """The rule's answer for each element; the dtype's zero where `of` is -1."""
        answers = np.zeros(len(self.ruled) + 1, dtype=dtype)
        for i, tags in enumerate(self.ruled):
            answers[i] = rule(tags)
        return answers[self.ruled_of[self.of]]

    def tags_of(self, rows: Ints) -> list[dict[str, str]]:
        """The tags of some of the elements."""
        return [self.tags[i] for i in self.of[rows].tolist()]


def combinations(
    kind: Kind, chosen: NDArray[np.bool_], strings: Strings, keep: NDArray[np.bool_], rules: ElementRules
) -> TagCombinations:
    """The combinations of kept tags of the chosen elements.

    Parameters
    ----------
    keep
        Of every string whether it is a key whose tags are kept.
    """
    longest_value, asked = rules.longest_value, rules.asked
    rows = np.flatnonzero(chosen)
    counts = np.diff(kind.tag_offset)
    kept = np.repeat(chosen, counts) & keep[kind.key]
    pairs = np.column_stack([kind.key[kept], kind.value[kept]])
    before = np.concatenate([[0], np.cumsum(kept)])
    start, end = before[kind.tag_offset[rows]], before[kind.tag_offset[rows + 1]]
    raw = pairs.astype(np.int64).tobytes()
    width = pairs.itemsize * 2
    seen: dict[bytes, int] = {}
    first_of = [
        seen.setdefault(raw[s:e], len(seen))
        for s, e in zip((start * width).tolist(), (end * width).tolist(), strict=True)
    ]
    numbers = np.frombuffer(b"".join(seen), dtype=np.int64)
    words = iter([text[:longest_value] for text in _texts(numbers, strings)])
    texts = [{next(words): next(words) for _ in range(len(code) // width)} for code in seen]
    # The same text has a number of its own in each block of the file.
    distinct: dict[tuple[tuple[str, str], ...], int] = {}
    merged = np.array([distinct.setdefault(tuple(tags.items()), len(distinct)) for tags in texts], dtype=np.int64)
    of = np.full(len(kind.id), -1, dtype=np.int64)
    of[rows] = merged[np.array(first_of, dtype=np.int64)] if len(rows) else rows
    ruled: dict[tuple[tuple[str, str], ...], int] = {}
    ruled_of = [ruled.setdefault(tuple([p for p in items if p[0] in asked]), len(ruled)) for items in distinct]
    return TagCombinations(
        of, [dict(items) for items in distinct], np.array([*ruled_of, -1], dtype=np.int64), [dict(r) for r in ruled]
    )


def _texts(numbers: Ints, strings: Strings) -> list[str]:
    """The strings of these numbers, each decoded once."""
    used = np.zeros(len(strings.start), dtype=bool)
    used[numbers] = True
    distinct = np.flatnonzero(used)
    place = np.zeros(len(used), dtype=np.int64)
    place[distinct] = np.arange(len(distinct))
    known = strings.texts(distinct)
    return [known[i] for i in place[numbers].tolist()]
