"""One way to colour the communities of the map, with its legend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from maps import palette
from maps.map_words import word


@dataclass(frozen=True)
class Entry:
    """One line of a legend."""

    label: str
    colour: str
    pattern: str = ""
    """Id of an SVG pattern of the page, as a second channel beside the colour."""


@dataclass(frozen=True)
class View:
    """One way to colour the communities."""

    id: str
    label: str
    """For the choice of views."""
    title: str
    """Over the legend."""
    notes: tuple[str, ...]
    entries: tuple[Entry, ...]
    classes: tuple[int, ...]
    """The entry of each community, in the order of `Results.communities`."""

    group: str = ""
    """Where it is folded away among the choices: rule (the value of one rule), cluster, or empty: in plain sight."""

    within: str = ""
    """Title of the fold within the group that holds it; empty: none."""

    @property
    def counts(self) -> tuple[int, ...]:
        """Communities in each entry."""
        return tuple(np.bincount(self.classes, minlength=len(self.entries)).tolist())

    @property
    def listed(self) -> tuple[tuple[Entry, int], ...]:
        """The lines of the legend with their communities; of nothing but communities not assessed no other class.

        A class with 0 beside it says that somebody looked and found none.
        """
        lines = tuple(zip(self.entries, self.counts, strict=True))
        if any(count for entry, count in lines if entry.pattern != NOT_ASSESSED_PATTERN):
            return lines
        return tuple((entry, count) for entry, count in lines if count)


NOT_ASSESSED_PATTERN = "pattern-not-assessed"


def not_assessed(language: str) -> Entry:
    """The entry of what nobody knows: hatched, so that it is never read as a value."""
    return Entry(word("view.not_assessed", language), palette.NOT_ASSESSED, NOT_ASSESSED_PATTERN)
