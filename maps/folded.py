"""A part of the map's panel that is opened on request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shown:
    """A line that can be chosen, and what the map then shows."""

    text: str
    view: str = ""
    """Id of the view that colours communities; empty for a feature of an overlay."""
    overlay: str = ""
    feature: int = -1
    """Position among the features of the overlay."""


@dataclass(frozen=True)
class Folded:
    """Its heading, what stands in it, and parts that are folded again."""

    title: str
    texts: tuple[str, ...]
    parts: tuple[Folded, ...] = ()
    hint: str = ""
    """The finding in a few words, below the heading while it is folded."""
    shown: tuple[Shown, ...] = ()
    unfolded: bool = False
    """Whether it is open from the beginning, within a part that is folded."""
