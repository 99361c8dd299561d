"""How the verbs tell what they are at, without knowing who listens."""

from __future__ import annotations

from collections.abc import Callable

OnStep = Callable[[str], None]
"""Called with the name of a step as it begins. Each verb declares its names in ``STEPS``, in order."""


def silent(step: str) -> None:
    """Listen to nothing."""
