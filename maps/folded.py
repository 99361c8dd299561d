"""A part of the map's panel that is opened on request."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Folded:
    """Its heading, what stands in it, and parts that are folded again."""

    title: str
    texts: tuple[str, ...]
    parts: tuple[Folded, ...] = ()
